"""Dataset-JSON, NDJSON and Parquet: read back equal, described alike, the same bytes always."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap.readers.datasets import read_folder
from clinmap.readers.described import read_described
from clinmap.writers.dataset_json import write_dataset_json
from clinmap.writers.dataset_parquet import write_dataset_parquet
from clinmap.writers.description import ColumnDescription, DatasetDescription

FORMS = ("json", "ndjson", "parquet")
COLUMNS = (
    ColumnDescription("USUBJID", "Unique Subject Identifier", "IT.A.U", "string", False, 9, "", 1),
    ColumnDescription("AVAL", "Analysis Value", "IT.A.V", "float", True, 8, "8.2"),
    ColumnDescription("ASEQ", "Analysis Sequence Number", "IT.A.S", "integer", True, 8, "", 2),
    ColumnDescription("ADT", "Analysis Date", "IT.A.D", "date", True, None, "DATE9."),
    ColumnDescription("ADTM", "Analysis Date/Time", "IT.A.M", "datetime", True, None, "DATETIME."),
    ColumnDescription("ATM", "Analysis Time", "IT.A.T", "time", True, None, "TIME5."),
)
STAMP = datetime(2025, 3, 28)
DESCRIBED = DatasetDescription(
    "ADX", "Analysis of X", "IG.ADX", COLUMNS, STAMP, "F.1", "STUDY.S", "MDV.S", "define.xml"
)
EDGES = pd.DataFrame(
    {
        "USUBJID": pd.Series(
            ["S-01", None, 'a "b", c', "é\u2028\n\t\\", "日本", " x"], dtype="str"
        ),
        "AVAL": [0.1, np.nan, -1e-300, 1e300, -0.25, 2.0**60],
        "ASEQ": [1.0, 2, 3, np.nan, 5, -7],
        "ADT": [19725.0, np.nan, 0, -5, 21_915, 1],
        "ADTM": [1.9e9, 0.5, np.nan, 1, 86_399.25, 2],
        "ATM": [0.0, 86_399, np.nan, 1.5, 60, 3600],
    }
)


def written(frame: pd.DataFrame, folder: Path, form: str) -> Path:
    """The frame in one format."""
    path = folder / f"adx.{form}"
    write = write_dataset_parquet if form == "parquet" else write_dataset_json
    write(frame, DESCRIBED, path)
    return path


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rows", [0, 1, 6])
def test_edges_come_back_equal(form: str, rows: int, tmp_path: Path) -> None:
    """Missing, negative, tiny, huge and whole numbers, dates, quotes, other alphabets, no row."""
    frame = EDGES.iloc[:rows]
    found = read_described(written(frame, tmp_path, form))
    pd.testing.assert_frame_equal(found.frame, frame)


@pytest.mark.parametrize("form", FORMS)
def test_description_comes_back(form: str, tmp_path: Path) -> None:
    """Name, label, and of each column type, label, length and format."""
    found = read_described(written(EDGES, tmp_path, form))
    assert (found.name, found.label) == ("ADX", "Analysis of X")
    told = [(c.name, c.character, c.label, c.length, c.format) for c in found.columns]
    assert told == [(c.name, not c.numeric, c.label, c.length, c.format) for c in COLUMNS]


@pytest.mark.parametrize("form", FORMS)
def test_more_rows_than_one_part(form: str, tmp_path: Path) -> None:
    """Rows are written a part at a time; none is lost or doubled between two."""
    frame = EDGES.iloc[np.arange(120_001) % 6].reset_index(drop=True)
    path = written(frame, tmp_path, form)
    pd.testing.assert_frame_equal(read_described(path).frame, frame)


@given(
    st.lists(
        st.tuples(
            st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.integers(-(2**53), 2**53),
            st.none() | st.integers(-100_000, 2_000_000),
            st.none() | st.floats(-1e9, 1e11),
            st.none() | st.floats(0, 90_000),
        ),
        max_size=12,
    )
)
def test_any_frame_comes_back_equal(rows: list[tuple[object, ...]]) -> None:
    """Whatever stands in a frame, moments that are none included."""
    from tempfile import TemporaryDirectory

    frame = pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
    frame = frame.astype({c.name: "float64" if c.numeric else "str" for c in COLUMNS})
    blank = frame["USUBJID"].str.strip() == ""  # blank text is missing in every format
    frame["USUBJID"] = frame["USUBJID"].mask(blank.fillna(False))
    with TemporaryDirectory() as folder:
        for form in FORMS:
            found = read_described(written(frame, Path(folder), form)).frame
            expected = frame.assign(USUBJID=frame["USUBJID"].str.rstrip(" "))
            found = found.assign(USUBJID=found["USUBJID"].str.rstrip(" "))
            pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("form", FORMS)
def test_same_bytes_each_time(form: str, tmp_path: Path) -> None:
    """No clock and no path goes into a file."""
    (tmp_path / "b").mkdir()
    first = written(EDGES, tmp_path, form).read_bytes()
    assert written(EDGES.copy(), tmp_path / "b", form).read_bytes() == first


def test_document_follows_the_standard(tmp_path: Path) -> None:
    """The attributes in the order of Dataset-JSON 1.1; moments are ISO 8601 with a target type."""
    document = json.loads(written(EDGES, tmp_path, "json").read_text(encoding="utf-8"))
    assert list(document) == [
        "datasetJSONCreationDateTime", "datasetJSONVersion", "fileOID", "sourceSystem", "studyOID",
        "metaDataVersionOID", "metaDataRef", "itemGroupOID", "records", "name", "label", "columns",
        "rows",
    ]  # fmt: skip
    assert document["columns"][3] == {
        "itemOID": "IT.A.D", "name": "ADT", "label": "Analysis Date", "dataType": "date",
        "targetDataType": "integer", "displayFormat": "DATE9.",
    }  # fmt: skip
    assert [row[3] for row in document["rows"]] == [
        "2014-01-02", None, "1960-01-01", "1959-12-27", "2020-01-01", "1960-01-02",
    ]  # fmt: skip
    assert document["rows"][1] == [None, None, 2, None, "1960-01-01T00:00:00.5", "23:59:59"]


def test_lines_are_the_document(tmp_path: Path) -> None:
    """NDJSON holds the same metadata in its first line, then a row on each."""
    document = json.loads(written(EDGES, tmp_path, "json").read_text(encoding="utf-8"))
    lines = written(EDGES, tmp_path, "ndjson").read_text(encoding="utf-8").rstrip("\n").split("\n")
    rows = document.pop("rows")
    assert json.loads(lines[0]) == document
    assert [json.loads(line) for line in lines[1:]] == rows


def test_parquet_has_real_dates(tmp_path: Path) -> None:
    """Other programs see dates, time stamps and whole numbers, and what they mean."""
    schema = pq.read_schema(written(EDGES, tmp_path, "parquet"))
    kinds = [schema.field(name).type for name in ("AVAL", "ASEQ", "ADT", "ADTM", "ATM")]
    assert kinds == [pa.float64(), pa.int64(), pa.date32(), pa.timestamp("us"), pa.time64("us")]
    assert schema.field("ADT").metadata[b"label"] == b"Analysis Date"
    assert schema.metadata[b"itemGroupOID"] == b"IG.ADX"


def test_number_that_is_no_date_stays_a_number(tmp_path: Path) -> None:
    """Half a day is no date: the column is written as numbers, and said to hold them."""
    frame = EDGES.assign(ADT=0.5)
    document = json.loads(written(frame, tmp_path, "json").read_text(encoding="utf-8"))
    assert document["columns"][3]["dataType"] == "float"
    assert "targetDataType" not in document["columns"][3]


def test_folder_of_each_format_is_read(tmp_path: Path) -> None:
    """`clinmap compare` reads them; a JSON file that is no dataset is left alone."""
    for form in FORMS:
        (tmp_path / form).mkdir()
        written(EDGES, tmp_path / form, form)
    (tmp_path / "json" / "manifest.json").write_text("{}", encoding="utf-8")
    for form in FORMS:
        pd.testing.assert_frame_equal(read_folder(tmp_path / form)["ADX"], EDGES)

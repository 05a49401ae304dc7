"""What files of finished datasets say of themselves, in every format."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from clinmap.problems import InputError
from clinmap.readers.described import DescribedColumn, is_dataset_json, read_described
from clinmap.writers.parquet import write_parquet


def dataset_json(path: Path, columns: list[dict[str, object]], rows: list[list[object]]) -> Path:
    """A small Dataset-JSON file."""
    document = {
        "datasetJSONVersion": "1.1.0",
        "name": "XX",
        "label": "Things",
        "records": len(rows),
        "columns": columns,
        "rows": rows,
    }
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize("version", [5, 8])
def test_a_transport_file_says_all(version: int, tmp_path: Path) -> None:
    """Names, labels, types, lengths, formats, the order, and the name and label of the dataset."""
    frame = pd.DataFrame({"TRTSDT": [19393.0, None], "ARM": ["A", "LONG"]})
    path = tmp_path / "xx.xpt"
    pyreadstat.write_xport(
        frame, path, file_label="Things", column_labels=["Start", "Arm"], table_name="XX",
        variable_format={"TRTSDT": "DATE9."}, file_format_version=version,
    )  # fmt: skip
    read = read_described(path)
    assert (read.name, read.label) == ("XX", "Things")
    assert read.columns == (
        DescribedColumn("TRTSDT", character=False, label="Start", length=8, format="DATE9"),
        DescribedColumn("ARM", character=True, label="Arm", length=4, format=""),
    )
    assert read.frame["TRTSDT"].tolist()[0] == 19393
    assert str(read.frame["ARM"].dtype) == "str"


def test_a_file_written_by_sas_says_all(shared: Path) -> None:
    """SAS7BDAT has types and labels; blank text is missing."""
    read = read_described(shared / "data" / "phuse" / "ex.sas7bdat")
    kinds = {column.name: column.character for column in read.columns}
    assert list(kinds) == list(read.frame.columns)
    assert kinds["STUDYID"] is True
    assert kinds["EXDOSE"] is False
    assert all(column.label is not None for column in read.columns)


def test_numbers_and_dates_of_dataset_json_are_numbers(tmp_path: Path) -> None:
    """A date that stands for a number of SAS is that number; other dates are text."""
    columns: list[dict[str, object]] = [
        {"name": "A", "dataType": "integer", "label": "a", "length": 8},
        {"name": "B", "dataType": "decimal", "targetDataType": "decimal"},
        {"name": "C", "dataType": "date", "targetDataType": "integer", "displayFormat": "E8601DA."},
        {"name": "D", "dataType": "datetime", "targetDataType": "integer"},
        {"name": "E", "dataType": "time", "targetDataType": "integer"},
        {"name": "F", "dataType": "datetime"},
    ]
    rows: list[list[object]] = [
        [1, "2.50", "1960-01-02", "1960-01-02T00:00:01", "00:01:00", "2014-03"],
        [None, None, None, None, None, ""],
    ]
    read = read_described(dataset_json(tmp_path / "xx.json", columns, rows))
    first = [read.frame[name].iloc[0] for name in "ABCDEF"]
    assert first == [1, 2.5, 1, 86_401, 60, "2014-03"]
    assert read.frame.iloc[1].isna().all()
    assert read.columns[2] == DescribedColumn("C", character=False, format="E8601DA.")
    assert (read.columns[0].label, read.columns[0].length) == ("a", 8)
    assert read.columns[5].character is True


def test_parquet_has_no_lengths_and_may_have_no_labels(tmp_path: Path) -> None:
    """What a format cannot say is None; a column without values has no type."""
    frame = pd.DataFrame({"A": ["x"], "B": [1.0], "C": [None]})
    write_parquet(frame, tmp_path / "xx.parquet", {"A": "Letter"})
    read = read_described(tmp_path / "xx.parquet")
    assert [c.character for c in read.columns] == [True, False, None]
    assert [c.label for c in read.columns] == ["Letter", None, None]
    assert {c.length for c in read.columns} == {None}
    assert read.name is None


def test_a_transport_file_of_windows_is_read(tmp_path: Path) -> None:
    """A transport file names no encoding."""
    path = tmp_path / "xx.xpt"
    pyreadstat.write_xport(pd.DataFrame({"A": ["cafe"]}), path, file_format_version=5)
    path.write_bytes(path.read_bytes().replace(b"cafe", b"caf\xe9"))
    assert read_described(path).frame["A"].tolist() == ["café"]


@pytest.mark.parametrize("name", ["xx.xpt", "xx.json", "xx.ndjson", "xx.parquet", "xx.sas7bdat"])
@pytest.mark.parametrize(("content", "code"), [(b"", "INP002"), (b"nothing of the kind", "INP006")])
def test_what_is_no_dataset_is_refused(
    name: str, content: bytes, code: str, tmp_path: Path
) -> None:
    """Empty, and of another kind."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_described(tmp_path / name)
    assert caught.value.code == code


def test_other_json_is_no_dataset(tmp_path: Path) -> None:
    """A manifest is not."""
    (tmp_path / "manifest.json").write_text('{"files": []}')
    assert not is_dataset_json(tmp_path / "manifest.json")
    assert is_dataset_json(dataset_json(tmp_path / "xx.json", [{"name": "A"}], []))

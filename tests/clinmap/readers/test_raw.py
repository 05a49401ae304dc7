"""Raw tables: the contract of columns, what is a problem, and row hashes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from clinmap.plan import RawTable
from clinmap.problems import InputError, Location, Severity
from clinmap.raw_formats import FORMATS, WITHOUT_FILE, CsvOptions, SasOptions
from clinmap.readers.raw import read_raw, row_hash


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ae_raw.csv").write_bytes(b"SUBJ,TERM\n01,Headache\n02,Nausea\n")
    return tmp_path


def table(**options: object) -> RawTable:
    fmt = options.get("format", "csv")
    given = {"name": "ae", "path": "ae_raw.csv", "options": FORMATS[fmt](), **options}  # type: ignore[index]
    return RawTable(**given)  # type: ignore[arg-type]


def values(frame: pd.DataFrame) -> dict[str, list[str | None]]:
    """The cells of each column, None where they are null."""
    cells = frame.astype(object).where(frame.notna(), None)
    return {str(name): list(cells[name]) for name in cells}


def refusal(tab: RawTable, folder: Path, needed: tuple[str, ...] = ()) -> InputError:
    with pytest.raises(InputError) as caught:
        read_raw(tab, folder, needed)
    return caught.value


def test_a_table_says_where_it_comes_from(folder: Path) -> None:
    raw = read_raw(table(), folder)
    assert raw.file == "ae_raw.csv"
    assert raw.sha256 == hashlib.sha256((folder / "ae_raw.csv").read_bytes()).hexdigest()
    assert raw.first_line == 2
    assert raw.problems == ()
    assert list(raw.frame.index) == [0, 1]
    assert raw.frame["SUBJ"].tolist() == ["01", "02"]


def test_a_missing_file_is_refused_with_the_nearest_name(folder: Path) -> None:
    error = refusal(table(path="ae_rwa.csv", location=Location("raw.yaml", 4)), folder)
    assert error.code == "INP001"
    assert str(error.location) == "raw.yaml:4"
    assert "ae_raw.csv" in error.hint
    assert refusal(table(path="AE_RAW.csv"), folder).code == "INP001"
    assert refusal(table(path="edc/ae.csv"), folder).code == "INP001"
    (folder / "d.csv").mkdir()
    assert "folder" in refusal(table(path="d.csv"), folder).message


def test_an_optional_table_may_be_absent(folder: Path) -> None:
    raw = read_raw(table(path="no.csv", optional=True, columns=("A", "B")), folder, ["B", "C"])
    assert list(raw.frame.columns) == ["A", "B", "C"]
    assert (len(raw.frame), raw.sha256, raw.first_line) == (0, "", 0)
    assert all(str(dtype) == "str" for dtype in raw.frame.dtypes)
    assert refusal(table(optional=True), folder / "nowhere").code == "INP001"


@pytest.mark.parametrize("fmt", sorted({*FORMATS} - WITHOUT_FILE))
def test_an_empty_file_is_refused_in_every_format(fmt: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    assert refusal(table(path="x", format=fmt), tmp_path).code == "INP002"


@pytest.mark.parametrize(
    "fmt", ["xpt", "sas7bdat", "parquet", "xlsx", "xls", "ods", "dataset-json"]
)
@pytest.mark.parametrize("data", [b"SUBJ,TERM\n01,SECRET\n" * 50, b"\0" * 4000, b"PAR1", b"x"])
def test_a_file_of_another_format_is_refused(fmt: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(data)
    error = refusal(table(path="x", format=fmt), tmp_path)
    assert error.code == "INP006"
    assert "SECRET" not in str(error)
    assert error.__cause__ is None


def test_declared_and_needed_columns_must_be_there(folder: Path) -> None:
    error = refusal(table(columns=("SUBJ", "TERMS")), folder)
    assert error.code == "INP004"
    assert str(error.location) == "ae_raw.csv:1"
    assert "TERM" in error.hint
    assert refusal(table(), folder, ("SUBJID",)).code == "INP004"
    assert refusal(table(columns=("SUBJ",), unexpected="ignore"), folder, ("XYZ",)).code == "INP004"
    assert read_raw(table(), folder, ("TERM",)).problems == ()


def test_undeclared_columns_follow_the_contract(folder: Path) -> None:
    declared = {"columns": ("SUBJ",)}
    error = refusal(table(**declared, unexpected="freeze"), folder)
    assert (error.code, "TERM" in error.message) == ("INP005", True)
    (problem,) = read_raw(table(**declared), folder).problems
    assert (problem.code, problem.severity, problem.count) == ("RAW002", Severity.WARNING, 1)
    assert "TERM" in problem.message
    assert read_raw(table(**declared, unexpected="ignore"), folder).problems == ()


def test_a_table_without_rows_is_a_problem(folder: Path) -> None:
    (folder / "e.csv").write_bytes(b"A,B\n")
    (problem,) = read_raw(table(path="e.csv"), folder).problems
    assert (problem.code, problem.severity) == ("RAW001", Severity.WARNING)


def test_identical_rows_are_counted_once_for_each_repetition(folder: Path) -> None:
    (folder / "d.csv").write_bytes(b"A,B\n1,\n2,x\n1,\n1,\n,1\n")
    (problem,) = read_raw(table(path="d.csv"), folder).problems
    assert (problem.code, problem.severity, problem.count) == ("RAW003", Severity.NOTE, 2)
    assert problem.rows == ("ae:3", "ae:4")


def test_utf8_declared_as_a_one_byte_encoding_is_a_problem(folder: Path) -> None:
    (folder / "u.csv").write_bytes("A\nBjørn\n".encode())
    options = CsvOptions(encoding="windows-1252")
    (problem,) = read_raw(table(path="u.csv", options=options), folder).problems
    assert (problem.code, problem.severity) == ("RAW004", Severity.WARNING)


def test_sas_numbers_and_dates_become_text(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "SUBJ": ["007", "", "008 "],
            "N": [5.0, 0.1, np.nan],
            "D": [19724.0, np.nan, 19724.5],
            "DT": [1704153600.0, 1704153600.25, np.nan],
            "T": [34200.0, 90000.0, np.nan],
        }
    )
    formats = {"D": "DATE9.", "DT": "DATETIME20.", "T": "TIME5.", "SUBJ": "$8."}
    for version in (5, 8):
        pyreadstat.write_xport(
            frame, tmp_path / "x.xpt", file_format_version=version, variable_format=formats
        )
        raw = read_raw(table(path="x.xpt", format="xpt", missing=("008",)), tmp_path)
        text = values(raw.frame)
        assert raw.first_line == 0
        assert text["SUBJ"] == ["007", None, None]
        assert text["N"] == ["5", "0.1", None]
        assert text["D"] == ["2014-01-01", None, "2014-01-01"]
        assert text["DT"] == ["2014-01-01T00:00:00", "2014-01-01T00:00:00.250", None]
        assert text["T"] == ["09:30:00", "90000", None]
        assert all(str(dtype) == "str" for dtype in raw.frame.dtypes)


def test_transport_files_cut_off_or_with_two_datasets_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    pyreadstat.write_xport(pd.DataFrame({"A": ["x"] * 99}), path, file_format_version=5)
    whole = path.read_bytes()
    fmt = {"path": "x.xpt", "format": "xpt"}
    path.write_bytes(whole[:-7])
    assert refusal(table(**fmt), tmp_path).code == "INP006"
    path.write_bytes(whole + whole[240:])
    assert "2 datasets" in refusal(table(**fmt), tmp_path).message


def test_sas_text_of_another_encoding_is_refused_or_read_as_declared(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    pyreadstat.write_xport(pd.DataFrame({"A": ["Bj#rn"]}), path, file_format_version=5)
    path.write_bytes(path.read_bytes().replace(b"Bj#rn", "Bjørn".encode("cp1252")))
    error = refusal(table(path="x.xpt", format="xpt"), tmp_path)
    assert (error.code, "windows-1252" in error.hint) == ("INP003", True)
    options = SasOptions(encoding="windows-1252")
    raw = read_raw(table(path="x.xpt", format="xpt", options=options), tmp_path)
    assert raw.frame["A"].tolist() == ["Bjørn"]


def test_parquet_columns_become_text(tmp_path: Path) -> None:
    from datetime import date, datetime, time
    from decimal import Decimal

    path = tmp_path / "x.parquet"
    columns = {
        "S": pa.array(["007", "", None, " x"]),
        "C": pa.array(["a", "b", None, "a"]).dictionary_encode(),
        "I": pa.array([1, 2**60 + 1, None, -3]),
        "F": pa.array([1.0, 0.1, None, 1e20]),
        "M": pa.array([Decimal("1.50"), Decimal("2.00"), None, Decimal("100.00")]),
        "D": pa.array([date(2014, 1, 2), None, None, None]),
        "T": pa.array(
            [datetime(2014, 1, 2, 3, 4, 5), None, None, datetime(2014, 1, 2, 0, 0, 0, 50)]
        ),
        "H": pa.array([time(9, 30), None, None, None]),
        "B": pa.array([True, False, None, True]),
        "N": pa.nulls(4),
    }
    pq.write_table(pa.table(columns), path)
    raw = read_raw(table(path="x.parquet", format="parquet"), tmp_path)
    text = values(raw.frame)
    assert text == {
        "S": ["007", None, None, " x"],
        "C": ["a", "b", None, "a"],
        "I": ["1", "1152921504606846977", None, "-3"],
        "F": ["1", "0.1", None, "100000000000000000000"],
        "M": ["1.5", "2", None, "100"],
        "D": ["2014-01-02", None, None, None],
        "T": ["2014-01-02T03:04:05", None, None, "2014-01-02T00:00:00.000050"],
        "H": ["09:30:00", None, None, None],
        "B": ["true", "false", None, "true"],
        "N": [None] * 4,
    }
    assert all(str(dtype) == "str" for dtype in raw.frame.dtypes)
    pq.write_table(pa.table({"L": pa.array([[1]])}), path)
    assert refusal(table(path="x.parquet", format="parquet"), tmp_path).code == "INP006"


def test_row_hashes_follow_rows_and_not_their_order() -> None:
    frame = pd.DataFrame({"A": ["x", "y", None], "B": ["1", None, "1"]}, dtype="str")
    hashes = row_hash(frame)
    assert hashes.dtype == np.uint64
    assert len(set(hashes)) == 3
    shuffled = frame.iloc[[2, 0, 1]][["B", "A"]]
    assert list(row_hash(shuffled)) == [hashes[2], hashes[0], hashes[1]]
    assert list(row_hash(frame.iloc[[1]])) == [hashes[1]]
    assert list(row_hash(frame.iloc[:0])) == []
    # a fixed value: the hash is the same in every run and on every machine
    assert int(row_hash(pd.DataFrame({"A": ["x"]}, dtype="str"))[0]) == FIXED


FIXED = 14190364212362747018


def test_files_written_by_sas_are_read(shared: Path) -> None:
    folder = shared / "data" / "phuse"
    ex = read_raw(RawTable("ex", "ex.sas7bdat", "sas7bdat", options=SasOptions()), folder).frame
    assert ex.shape == (159, 20)
    assert list(ex.loc[0, ["STUDYID", "EXDOSE", "EXSTDTC"]]) == ["ABC", "20", "2014-03-26"]
    assert (
        len(read_raw(RawTable("ds", "ds.sas7bdat", "sas7bdat", options=SasOptions()), folder).frame)
        > 0
    )
    adsl = read_raw(RawTable("adsl", "adsl.xpt", "xpt", options=SasOptions()), folder).frame
    assert adsl.shape == (254, 49)
    assert list(adsl.loc[0, ["TRTSDT", "AGE"]]) == ["2014-01-02", "63"]


def test_raw_exports_of_the_pilot_study_are_read(shared: Path) -> None:
    folder = shared / "data" / "pharmaverseraw"
    for name in ("ae", "dm", "ds", "ec"):
        raw = read_raw(RawTable(name, f"{name}_raw.csv"), folder, ["STUDY", "PATNUM"])
        expected = pd.read_csv(folder / f"{name}_raw.csv", dtype=str, keep_default_na=False)
        assert raw.frame.fillna("").to_numpy().tolist() == expected.to_numpy().tolist()


def test_a_truncated_sas_file_is_refused(shared: Path, tmp_path: Path) -> None:
    data = (shared / "data" / "phuse" / "ds.sas7bdat").read_bytes()
    for size in (100, 5000, len(data) // 2, len(data) - 70000):
        (tmp_path / "ds.sas7bdat").write_bytes(data[:size])
        error = refusal(RawTable("ds", "ds.sas7bdat", "sas7bdat", options=SasOptions()), tmp_path)
        assert error.code == "INP006"

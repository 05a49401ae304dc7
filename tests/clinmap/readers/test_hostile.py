"""Damaged and hostile files: every format, every damage, one clear error and never a traceback."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmap.problems import InputError
from clinmap.raw_formats import Format, options_of
from clinmap.readers.raw import read_raw

from .tables import RawTable, cells, frame_of, lines, read, refusal

SECRET = "SECRET-01"
NAMES: dict[Format, str] = {
    "csv": "x.csv",
    "redcap": "x.csv",
    "xpt": "x.xpt",
    "xlsx": "x.xlsx",
    "parquet": "x.parquet",
    "dataset-json": "x.json",
}
CODES = {f"INP{number:03d}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22, 23)}
EMPTY_ITEM = '{"datasetJSONVersion": "1.1.0", "columns": [{"name": "A"}], "rows": [["%s"]]}'


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[Format, bytes]:
    """A whole file of each format, with the same value in it."""
    folder = tmp_path_factory.mktemp("good")
    frame = frame_of(A=[SECRET] * 40, N=np.arange(40.0))
    pyreadstat.write_xport(frame, folder / "x.xpt", file_format_version=5)
    pq.write_table(pa.table({"A": [SECRET] * 40}), folder / "x.parquet")
    book = xlsxwriter.Workbook(folder / "x.xlsx")
    sheet = book.add_worksheet()
    for row, value in enumerate(["A", *[SECRET] * 40]):
        sheet.write(row, 0, value)
    book.close()
    (folder / "x.json").write_text(EMPTY_ITEM % SECRET, encoding="utf-8")
    text = "record,field_name,value\n" + f"1,A,{SECRET}\n" * 40
    (folder / "x.csv").write_text(text, encoding="utf-8")
    return {fmt: (folder / name).read_bytes() for fmt, name in NAMES.items()}


def error_of(folder: Path, name: str, fmt: Format, data: bytes) -> InputError | None:
    """The error that a file ends in; anything but an InputError fails the test."""
    (folder / name).write_bytes(data)
    caught: InputError | None = None
    try:
        read_raw(RawTable("t", name, fmt, options=options_of(fmt, name, {})), folder)
    except InputError as error:
        caught = error
    if caught is not None:
        assert caught.code in CODES
        assert SECRET not in str(caught)
        assert caught.__cause__ is None
    return caught


@pytest.mark.parametrize("fmt", NAMES)
def test_whole_files_are_read(fmt: Format, good: dict[Format, bytes], tmp_path: Path) -> None:
    assert error_of(tmp_path, NAMES[fmt], fmt, good[fmt]) is None


@pytest.mark.parametrize("fmt", ["xpt", "xlsx", "parquet", "dataset-json"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_files_cut_off_are_refused(
    fmt: Format, part: float, good: dict[Format, bytes], tmp_path: Path
) -> None:
    data = good[fmt][: max(1, int(len(good[fmt]) * part))]
    error = error_of(tmp_path, NAMES[fmt], fmt, data)
    assert error is not None
    assert error.code == "INP006"


OTHERS: dict[str, bytes] = {
    "html": b"<html><table><tr><td>A</td></tr></table></html>",
    "xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
    "pdf": b"%PDF-1.7 A,B\n1,2\n",
    "gzip": b"\x1f\x8b\x08\0" + bytes(40),
    "nul": bytes(400),
}
TEXTS = {"csv", "redcap"}
WRONG = [
    (declared, real)
    for declared in NAMES
    for real in (*NAMES, *OTHERS)
    if real != declared
    and not {real, declared} <= TEXTS
    and (declared, real) != ("csv", "dataset-json")  # one line of JSON is a header of a table
]


@pytest.mark.parametrize(("declared", "real"), WRONG)
def test_files_under_a_wrong_name_are_refused(
    declared: Format, real: str, good: dict[str, bytes], tmp_path: Path
) -> None:
    error = error_of(tmp_path, NAMES[declared], declared, {**good, **OTHERS}[real])
    assert error is not None
    assert error.code in ("INP004", "INP006")


@pytest.mark.parametrize("fmt", NAMES)
@settings(max_examples=60)
@given(data=st.data())
def test_bytes_that_were_changed_never_end_in_a_traceback(
    fmt: Format, data: Any, good: dict[Format, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    changed = bytearray(good[fmt])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place] = data.draw(st.integers(0, 255))
    error_of(tmp_path_factory.mktemp("changed"), NAMES[fmt], fmt, bytes(changed))


@pytest.mark.parametrize("fmt", [*NAMES, "sas7bdat", "xls", "ods", "odm"])
@settings(max_examples=25)
@given(data=st.binary(max_size=300))
def test_any_bytes_end_in_a_table_or_an_error(
    fmt: Format, data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    error_of(tmp_path_factory.mktemp("any"), "x.bin", fmt, data)


LINE_END = st.sampled_from(["\n", "\r\n", "\r"])
CELL = st.text(st.characters(codec="utf-8", exclude_characters='\0",\r\n'), max_size=8)


@settings(max_examples=150)
@given(
    rows=st.lists(st.tuples(CELL, CELL.filter(bool)), min_size=1, max_size=8),
    end=LINE_END,
    last=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_text_of_any_kind_comes_back(
    rows: list[tuple[str, str]],
    end: str,
    last: bool,
    encoding: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("text")
    text = end.join(["A,B", *(f"{a},{b}" for a, b in rows)]) + (end if last else "")
    (folder / "x.csv").write_bytes(text.encode(encoding))
    found = read(folder, "x.csv", encoding=encoding)
    expected = {"A": [a or None for a, _ in rows], "B": [b for _, b in rows]}
    assert cells(found) == expected
    assert lines(found) == list(range(2, len(rows) + 2))


def test_very_long_lines(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"A,B\n1," + b"x" * (20 << 20))
    assert len(read(tmp_path, "x.csv").frame["B"][0]) == 20 << 20
    error = error_of(tmp_path, "x.csv", "csv", b'A,B\n1,"' + b"x" * (20 << 20))
    assert error is not None
    assert str(error.location) == "x.csv:2"


def test_utf16_without_a_mark_is_said_to_be_no_such_text(tmp_path: Path) -> None:
    error = error_of(tmp_path, "x.csv", "csv", "A,B\n1,2\n".encode("utf-16-le"))
    assert error is not None
    assert "utf-16" in error.hint


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").mkdir()
    assert refusal(tmp_path, "x.xlsx").code == "INP001"


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("a.txt", "A,B")
    assert refusal(tmp_path, "x.xlsx").code == "INP006"
    (tmp_path / "x.csv").write_bytes((tmp_path / "x.xlsx").read_bytes())
    assert "Excel" in refusal(tmp_path, "x.csv").message


def test_a_record_in_the_place_of_the_column_names_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(f"101-001,SUBJ-7700,{SECRET}\n1,2,3\n", encoding="utf-8")
    error = refusal(tmp_path, "x.csv", columns=("SUBJ", "TERM"))
    assert error.code == "INP004"
    assert not any(text in str(error) for text in ("101-001", "SUBJ-7700", SECRET))


def test_a_damaged_column_name_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("SUBJ,TERM101-001\n1,2\n", encoding="utf-8")
    error = refusal(tmp_path, "x.csv", columns=("SUBJ",), unexpected="freeze")
    assert "101-001" not in str(error)
    assert "(a name that is not shown)" in error.message


def test_a_transport_file_with_a_damaged_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    frame = frame_of(NAMED=["x"] * 3, OTHER=["y"] * 3)
    pyreadstat.write_xport(frame, path, file_format_version=5)
    path.write_bytes(path.read_bytes().replace(b"NAMED   ", bytes(8)))
    assert refusal(tmp_path, "x.xpt").code == "INP008"

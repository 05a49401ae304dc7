"""Labels of coded columns from a table of formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from clinmap.plan import RawTable
from clinmap.readers.text_table import Beside

from .tables import cells, codes, frame_of, read, refusal, table

FORMATS = (
    "FMTNAME,START,END,LABEL,HLO,EEXCL\n"
    "SEXF,           1,           1,Male,,N\nSEXF,2,2,Female,,N\n"
    "AGEF,LOW,12,child,L,Y\nAGEF,12,18,adolescent,,Y\nAGEF,18,HIGH,adult,H,N\n"
    "YN,Y,Y,Yes,,N\nYN,**OTHER**,**OTHER**,not yes,O,N\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "fmt.csv").write_text(FORMATS, encoding="utf-8")
    frame = frame_of(SEX=[1.0, 2.0, 3.0, None], AGE=[11.5, 12.0, 17.0, 18.0], OK=["Y", "n", "", ""])
    formats = {"SEX": "SEXF8.", "AGE": "BEST12."}
    path = tmp_path / "sub" / "dm.xpt"
    pyreadstat.write_xport(frame, path, file_format_version=5, variable_format=formats)
    return tmp_path


def beside() -> Beside:
    tables: dict[str, RawTable] = {"fmt": table("fmt.csv")}
    return Beside(tables=tables)


def reading(folder: Path, **keys: Any) -> dict[str, list[str | None]]:
    return cells(read(folder, "sub/dm.xpt", beside=beside(), formats="fmt", **keys))


def test_labels_stand_beside_the_codes(folder: Path) -> None:
    found = reading(folder, formatted={"AGE": "AGEF", "OK": "$YN"})
    assert found["SEX"] == ["1", "2", "3", None]
    assert found["SEX_DECODE"] == ["Male", "Female", None, None]  # the format stands in the file
    assert found["AGE_DECODE"] == ["child", "adolescent", "adolescent", "adult"]
    assert found["OK_DECODE"] == ["Yes", "not yes", None, None]


def test_a_code_without_label_is_listed(folder: Path) -> None:
    data = read(folder, "sub/dm.xpt", beside=beside(), formats="fmt")
    (problem,) = data.problems
    assert (problem.code, problem.variable, problem.rows) == ("RAW008", "SEX", ("t:3",))
    assert codes(data) == {"RAW008": 1}


def test_labels_are_not_unexpected(folder: Path) -> None:
    keys = {"columns": ("SEX", "AGE", "OK"), "unexpected": "freeze"}
    assert "SEX_DECODE" in reading(folder, **keys)


@pytest.mark.parametrize(
    ("formatted", "code"), [({"SEXX": "SEXF"}, "INP004"), ({"SEX": "SEXX"}, "INP009")]
)
def test_what_is_not_there_is_refused(folder: Path, formatted: dict[str, str], code: str) -> None:
    keys = {"beside": beside(), "formats": "fmt", "formatted": formatted}
    error = refusal(folder, "sub/dm.xpt", **keys)
    assert (error.code, "SEX" in error.hint) == (code, True)


def test_a_hint_shows_no_data(folder: Path) -> None:
    (folder / "fmt.csv").write_text("FMTNAME,START,LABEL\nSUBJ-0001,1,a\n", encoding="utf-8")
    error = refusal(folder, "sub/dm.xpt", beside=beside(), formats="fmt", formatted={"SEX": "SEXX"})
    assert (error.code, "0001" in str(error)) == ("INP009", False)


def test_the_table_of_formats_must_be_usable(folder: Path) -> None:
    (folder / "fmt.csv").write_text("FMTNAME,START\nA,1\n", encoding="utf-8")
    error = refusal(folder, "sub/dm.xpt", beside=beside(), formats="fmt")
    assert (error.code, "LABEL" in error.message) == ("INP004", True)
    assert refusal(folder, "sub/dm.xpt", formats="fmt").code == "INP009"


def test_a_sas7bdat_with_labels(shared: Path, tmp_path: Path) -> None:
    data = (shared / "data" / "phuse" / "dm.sas7bdat").read_bytes()
    (tmp_path / "dm.sas7bdat").write_bytes(data)
    text = "FMTNAME,START,LABEL\nSEXF,M,Male\nSEXF,F,Female\n"
    (tmp_path / "fmt.csv").write_text(text, encoding="utf-8")
    keys = {"formats": "fmt", "formatted": {"SEX": "$SEXF."}}
    found = read(tmp_path, "dm.sas7bdat", beside=beside(), **keys)
    pairs = found.frame[["SEX", "SEX_DECODE"]].drop_duplicates()
    assert sorted(pairs.to_numpy().tolist()) == [["F", "Female"], ["M", "Male"]]

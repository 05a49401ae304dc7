"""The tables of raw.yaml: how formats are told, and keys that mean nothing are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.plan import RawTable
from clinmap.problems import SpecificationError
from clinmap.raw_formats import CsvOptions, OdmOptions, SasOptions, SheetOptions, SqlOptions
from tests.small_study import EVENTS, compiled, refusals

STUDY = """
    study: T1
    as_of: 2025-03-28T00:00:00
    conventions: {sdtm: {USUBJID: {combine: [T1, $SUBJ], separator: "-"}}}
    parameters: {arms: [{ARMCD: A}], deep: [{A: [1]}], word: x}
"""
EV = "  ev: {path: ev.csv, columns: [SUBJ, TERM, START, END, SEV]}\n"


def tables(folder: Path, lines: str, before: str = "") -> dict[str, RawTable]:
    return dict(compiled(folder, files(lines, before), XX=EVENTS).plan.raw)


def faults(folder: Path, lines: str, before: str = "") -> list[SpecificationError]:
    return refusals(folder, files(lines, before), XX=EVENTS)


def files(lines: str, before: str) -> dict[str, str]:
    return {"study.yaml": STUDY, "raw.yaml": f"{before}tables:\n{EV}  {lines}\n"}


@pytest.mark.parametrize(
    ("path", "fmt"),
    [
        ("a.CSV", "csv"), ("a.txt", "csv"), ("a.tsv", "csv"), ("a.xpt", "xpt"),
        ("a.sas7bdat", "sas7bdat"), ("a.xlsx", "xlsx"), ("a.xls", "xls"), ("a.ods", "ods"),
        ("a.parquet", "parquet"), ("a.json", "dataset-json"), ("a.ndjson", "dataset-json"),
        ("a.xml", "odm"),
    ],
)  # fmt: skip
def test_the_name_of_a_file_tells_its_format(tmp_path: Path, path: str, fmt: str) -> None:
    assert tables(tmp_path, f"t: {{path: {path}}}")["t"].format == fmt


def test_options_are_those_of_the_format(tmp_path: Path) -> None:
    text = (
        "c: {path: c.tsv, header_line: 2, names: [A, 1]}\n"
        "  s: {path: s.xpt, formats: c, formatted: {SEX: SEXF}, columns: [SEX]}\n"
        "  x: {path: x.xlsx, sheet: 1, from_comments: {L: 'L ([0-9])'}, columns: [A]}\n"
        "  o: {path: o.xml, item_group: IG.AE}\n"
        "  q: {database: EDC, query: select 1}"
    )
    found = tables(tmp_path, text)
    assert found["c"].options == CsvOptions("\t", header_line=2, names=("A", "1"))
    assert found["s"].options == SasOptions(formats="c", formatted={"SEX": "SEXF"})
    assert found["s"].columns == ("SEX", "SEX_DECODE")
    assert found["x"].options == SheetOptions(sheet="1", from_comments={"L": "L ([0-9])"})
    assert found["x"].columns == ("A", "L")
    assert found["o"].options == OdmOptions("IG.AE")
    assert (found["q"].format, found["q"].options) == ("sql", SqlOptions("EDC", "select 1"))


@pytest.mark.parametrize(
    ("line", "says", "hint"),
    [
        ("t: {path: x.dat}", "does not tell the format", "csv"),
        ("t: {format: csv}", "`path` is missing", ""),
        ("t: {path: x.csv, sheet: A}", "`sheet` has no effect on a table of format csv", "quote"),
        ("t: {path: x.xlsx, delimiter: ';'}", "`delimiter` has no effect", "header_row"),
        ("t: {path: x.parquet, encoding: utf-8}", "`encoding` has no effect", "no keys"),
        ("t: {path: arms, format: study, optional: true}", "`optional` has no effect", ""),
        ("t: {path: a.db, database: D, query: select 1}", "`path` has no effect", ""),
        ("t: {path: x.csv, delimiter: '||'}", "one ASCII character", ""),
        ("t: {path: x.csv, delimiter: ''}", "`delimiter` is empty", ""),
        ("t: {path: x.csv, delimiter: '\"'}", "the same character", ""),
        ("t: {path: x.csv, quote: '¦'}", "one ASCII character", ""),
        ("t: {path: x.csv, header_line: -1}", "header_line", ""),
        ("t: {path: x.xlsx, header_row: 0}", "header_row", ""),
        ("t: {path: x.xlsx, merged: both}", "merged", ""),
        ("t: {path: x.csv, from_comments: {L: '('}}", "no regular expression", ""),
        ("t: {path: x.csv, from_comments: {L: x}}", "0 groups", "brackets"),
        ("t: {path: x.xpt, formatted: {A: B}}", "without `formats`", ""),
        ("t: {path: x.sas7bdat, member: AE}", "a dataset of a transport file", ""),
        ("t: {path: x.xpt, formats: evs}", "no raw table 'evs'", "ev"),
        ("t: {format: sql, query: select 1}", "`database` is missing", "CLINMAP_DATABASE_"),
        ("t: {database: 'a b', query: select 1}", "`database` is no name", ""),
        ("t: {format: sql, database: D}", "`query` is missing", ""),
        ("t: {database: D, query: delete from t}", "nothing is ever changed", ""),
        ("t: {path: arm, format: study}", "no parameter 'arm'", "arms"),
        ("t: {path: word, format: study}", "no list of mappings", ""),
        ("t: {path: deep, format: study}", "entry 1 of parameter 'deep'", ""),
        ("t: {path: x.csv, sheeet: A}", "unknown key 'sheeet'", "sheet"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, line: str, says: str, hint: str) -> None:
    (error,) = faults(tmp_path, line)
    assert (error.code in ("SPC002", "SPC004", "SPC011"), says in error.message) == (True, True)
    assert hint in error.hint
    assert error.location is not None
    assert error.location.line == 3


def test_keys_of_defaults_are_for_the_tables_that_know_them(tmp_path: Path) -> None:
    before = "defaults: {encoding: latin-1, delimiter: ';', optional: true}\n"
    found = tables(tmp_path, "t: {path: x.xlsx}\n  a: {path: arms, format: study}", before)
    assert found["t"].options == SheetOptions()
    assert found["ev"].options == CsvOptions(";", "latin-1")
    assert "sheet" in str(faults(tmp_path, "t: {path: x.csv, sheet: A}", before)[0])


def test_rows_of_the_study_are_a_source(tmp_path: Path) -> None:
    assert tables(tmp_path, "a: {path: arms, format: study}")["a"].format == "study"

"""Any cell of a package is traced to raw cells, from the package alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinmap.app.main import main
from clinmap.app.package.package_files import PackageFiles
from clinmap.app.tracing import Cell, RawCell, Tracer
from clinmap.readers.datasets import read_dataset

from .conftest import Tiny

Capsys = pytest.CaptureFixture[str]


def trace(tiny: Tiny, capsys: Capsys, *arguments: str) -> dict[str, Any]:
    assert main(["trace", str(tiny.out), *arguments, "--format", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def raw_cells(cell: Cell) -> Iterator[RawCell]:
    for item in cell.inputs:
        if isinstance(item, Cell):
            yield from raw_cells(item)
        elif isinstance(item, RawCell):
            yield item


def test_value_with_its_operation_and_raw_cell(built: Tiny, capsys: Capsys) -> None:
    where = "AETERM == 'Rash' and USUBJID == 'TINY-01-0002'"
    arguments = ("AE", "--where", where, "--variable", "AESTDTC", "--raw", str(built.raw))
    found = trace(built, capsys, *arguments)
    (row,) = found["rows"]
    assert found["more"] == 0
    (cell,) = row["cells"]
    assert cell["value"] == "2024-03-09"
    assert [done["operation"] for done in cell["operations"]] == ["datetime"]
    assert cell["operations"][0]["spec"].startswith("study/sdtm/ae.yaml:")
    (raw,) = cell["inputs"]
    assert raw == {
        "table": "events", "file": "events.csv", "record": 3, "line": 4, "column": "BEGAN",
        "read": True, "value": "2024-03-09",
    }  # fmt: skip


def test_raw_files_are_not_needed(built: Tiny, capsys: Capsys) -> None:
    shutil.rmtree(built.raw)
    shutil.rmtree(built.study)
    assert main(["trace", str(built.out), "AE", "--row", "1", "--variable", "AESEV"]) == 0
    said = capsys.readouterr().out
    assert "AESEV = 'MILD'" in said
    assert "recode: " in said
    assert "events record 1 (events.csv line 2), column SEV" in said


def test_changed_raw_file_is_said_and_not_shown(built: Tiny, capsys: Capsys) -> None:
    built.change("raw/events.csv", "MILD", "WILD")
    main(
        [
            "trace",
            str(built.out),
            "AE",
            "--row",
            "1",
            "--variable",
            "AESEV",
            "--raw",
            str(built.raw),
        ]
    )
    said = capsys.readouterr().out
    assert "events.csv is not the file" in said
    assert "WILD" not in said


def test_supplemental_qualifier_is_traced_through_its_parent(built: Tiny, capsys: Capsys) -> None:
    (row,) = trace(built, capsys, "SUPPAE", "--row", "2", "--variable", "QVAL")["rows"]
    (cell,) = row["cells"]
    assert cell["value"] == "left arm"
    (parent,) = cell["inputs"]
    assert (parent["dataset"], parent["variable"], parent["row"]) == ("AE", "AENOTE", 3)
    assert [(raw["record"], raw["column"]) for raw in parent["inputs"]] == [(3, "NOTE")]


def test_analysis_variable_is_traced_through_sdtm(built: Tiny, capsys: Capsys) -> None:
    (row,) = trace(built, capsys, "ADAE", "--row", "1", "--variable", "ASTDT", "TRTSDT")["rows"]
    start, first = row["cells"]
    assert start["value"] == "2024-03-02"
    assert [(i["dataset"], i["variable"]) for i in start["inputs"]] == [("AE", "AESTDTC")]
    assert first["value"] == "2024-03-01"
    adsl = next(i for i in first["inputs"] if i.get("dataset") == "ADSL")
    assert adsl["inputs"][0]["variable"] == "RFSTDTC"
    assert adsl["inputs"][0]["inputs"][0]["column"] == "START"


def test_every_cell_of_every_dataset_can_be_traced(built: Tiny) -> None:
    package = PackageFiles(built.out)
    tracer = Tracer(package)
    for path in built.out.rglob("*.xpt"):
        name, frame = path.stem.upper(), read_dataset(path)
        for number in range(1, len(frame) + 1):
            row = tracer.row(name, number, list(frame.columns))
            assert row.sources
            for cell in row.cells:
                assert cell.in_file
                assert cell.operations or cell.inputs


def test_rows_that_match_nothing_are_an_error(built: Tiny, capsys: Capsys) -> None:
    assert main(["trace", str(built.out), "AE", "--where", "AESEQ == 99"]) == 2
    assert "SPC021" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("AF",), "SPC021"),
        (("AE", "--variable", "AESEVV"), "SPC011"),
        (("AE", "--where", "AESEVV == 'MILD'"), "SPC011"),
        (("AE", "--where", "AESEV =="), "SPC004"),
        (("AE", "--where", "AESEQ"), "SPC004"),
        (("AE", "--where", "__import__('os')"), "SPC004"),
        (("AE", "--row", "99"), "SPC021"),
    ],
    ids=str,
)
def test_wrong_question(built: Tiny, capsys: Capsys, arguments: tuple[str, ...], code: str) -> None:
    assert main(["trace", str(built.out), *arguments]) == 2
    assert code in capsys.readouterr().err


def test_folder_that_is_no_package(tmp_path: Path, capsys: Capsys) -> None:
    assert main(["trace", str(tmp_path), "AE"]) == 2
    assert "INP001" in capsys.readouterr().err


def test_limit_says_what_it_leaves_out(built: Tiny, capsys: Capsys) -> None:
    assert main(["trace", str(built.out), "AE", "--limit", "1"]) == 0
    assert "2 more rows match" in capsys.readouterr().out


def test_line_is_true_where_cells_hold_line_breaks(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("raw/events.csv", "after lunch", '"after\nlunch"')
    note = "{extract: $NOTE, pattern: '(after)', otherwise: missing, label: Note}"
    old = "{assign: $NOTE, label: Note of the Investigator}"
    tiny.change("study/sdtm/ae.yaml", f"  AENOTE: {old}", f"  AENOTE: {note}")
    assert tiny.build("--quiet") == 0
    (row,) = trace(tiny, capsys, "AE", "--where", "AETERM == 'Rash'", "--variable", "AESEV")["rows"]
    assert row["cells"][0]["inputs"][0]["line"] == 5

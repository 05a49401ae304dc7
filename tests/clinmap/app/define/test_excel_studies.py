"""The two studies that come with clinmap, by way of both layouts of Excel specifications."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.app.define.excel import ExcelOrder, write_excel
from clinmap.app.define.importing import imported
from clinmap.app.main import main
from clinmap.app.registry import registry
from clinmap.readers.workbook import read_workbook
from clinmap.writers.workbook import write_workbook
from define.document.read import read_define
from define.workbook.export import sheets_of
from define.workbook.imports import define_of_sheets
from define.workbook.layout import LAYOUTS, Layout
from mappings.compile import compile_study
from tests.clinmap.app.define.test_excel import compiled, differences, documents

both = pytest.mark.parametrize("layout", LAYOUTS)


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(name, marks=pytest.mark.xdist_group(name))
        for name in ("cdiscpilot01", "n2011-04")
    ],
)
def study(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """The name of a study, and its package."""
    name = str(request.param)
    if name == "n2011-04":
        return name, Path(request.getfixturevalue("n2011_04_package"))
    raw = Path(request.getfixturevalue("shared")) / "data" / "pharmaverseraw"
    out = tmp_path_factory.mktemp("out") / "package"
    assert main(["build", name, "--raw", str(raw), "--out", str(out), "--quiet"]) == 0
    return name, out


@both
def test_nothing_of_the_documents_is_lost(study: tuple[str, Path], layout: Layout) -> None:
    """Define to Excel to Define: equal."""
    for path in study[1].glob("m5/datasets/*/*/**/define.xml"):
        define = read_define(path)
        taken = define_of_sheets(sheets_of(define, layout))
        assert taken.define == define
        assert not taken.problems


@both
def test_the_plan_goes_round(study: tuple[str, Path], layout: Layout, tmp_path: Path) -> None:
    """Plan to Excel to Plan: equal."""
    name, package = study
    for path in write_excel(ExcelOrder(name, tmp_path / "s.xlsx", layout, package)):
        made = imported([path])
        for file, content in made.files.items():
            (tmp_path / path.stem / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path.stem / file).write_bytes(content)
        assert not made.problems
        plan = compiled(tmp_path / path.stem / made.study)
        assert plan == compile_study(name, registry()).plan


@both
def test_a_skeleton_says_what_the_documents_say(
    study: tuple[str, Path], layout: Layout, tmp_path: Path
) -> None:
    """Without the specification in the workbook; nothing becomes a comment."""
    name, package = study
    paths = write_excel(ExcelOrder(name, tmp_path / "s.xlsx", layout, package))
    for path in paths:
        sheets = read_workbook(path).sheets
        del sheets["Specification"]
        write_workbook(sheets, path)
    made = imported(paths)
    assert not made.problems
    for file, content in made.files.items():
        (tmp_path / "study" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "study" / file).write_bytes(content)
    assert differences(compiled(tmp_path / "study"), documents(package)) == []

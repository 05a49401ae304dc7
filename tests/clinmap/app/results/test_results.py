"""`clinmap results`: the displays of the example study, from its package."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clinmap.app.main import main

pytestmark = pytest.mark.xdist_group("n2011-04")
OBJECTIVES = {"P1", "P2", "P3", *(f"S{n}" for n in range(1, 12))}


@pytest.fixture(scope="module")
def package(n2011_04_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example's package, with its results."""
    folder = tmp_path_factory.mktemp("results") / "package"
    shutil.copytree(n2011_04_package, folder)
    assert main(["results", str(folder), "--quiet"]) == 0
    return folder


@pytest.fixture(scope="module")
def document(package: Path) -> dict[str, Any]:
    """What results.json holds."""
    text = (package / "results" / "results.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def values(item: Any) -> Iterator[dict[str, Any]]:
    """Every value of a display."""
    for row in item["shown"].get("rows", ()):
        yield from row.get("values", ())


def test_every_objective_has_a_result(document: dict[str, Any]) -> None:
    """14 of 14 objectives, each in words, each with a display."""
    assert {one["id"] for one in document["objectives"]} == OBJECTIVES
    assert {one["objective"] for one in document["displays"]} == OBJECTIVES
    assert document["synthetic"] is True


def test_every_display_is_written(package: Path, document: dict[str, Any]) -> None:
    """Tables in three formats, figures in two, none empty."""
    for display in document["displays"]:
        kinds = ("svg", "png") if display["kind"] == "figure" else ("csv", "html", "rtf")
        for kind in kinds:
            assert (package / "results" / f"{display['id']}.{kind}").stat().st_size > 100


def test_no_display_shows_nan_or_infinity(package: Path) -> None:
    """Where there is no estimate a table says NE."""
    for path in (package / "results").glob("*.csv"):
        assert not re.search(r"\b(nan|inf|none)\b", path.read_text(encoding="utf-8").lower()), path


def test_every_display_is_marked(document: dict[str, Any]) -> None:
    """Synthetic, with sources, the as-of date, and the assumptions of its objective."""
    assumed = {one["id"]: one.get("assumes", []) for one in document["objectives"]}
    for display in document["displays"]:
        notes = " ".join(display["shown"]["footnotes"])
        assert "SYNTHETIC DATA" in notes
        assert f"Data as of {document['as_of']}" in notes
        for name in assumed[display["objective"]]:
            assert document["assumptions"][name] in notes


def test_values_name_records_that_there_are(package: Path, document: dict[str, Any]) -> None:
    """Every number of a table knows the analysis records that it was made from."""
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    counted = 0
    for display in document["displays"]:
        for value in values(display):
            if value.get("number") is None:
                continue
            records = value["records"]
            rows = manifest["datasets"][records["dataset"]]["rows"]
            assert all(1 <= row <= rows for row in records["rows"])
            counted += 1
    assert counted > 1000


def test_results_are_the_same_bytes_again(package: Path, tmp_path: Path) -> None:
    """A second run writes what the first one wrote."""
    before = {path.name: path.read_bytes() for path in (package / "results").iterdir()}
    assert main(["results", str(package), "--quiet"]) == 0
    after = {path.name: path.read_bytes() for path in (package / "results").iterdir()}
    assert before == after


def test_only_what_is_asked_for(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The displays that are named; another name is refused with a near one."""
    folder = tmp_path / "package"
    shutil.copytree(package, folder)
    assert main(["results", str(folder), "--only", "T-P1-1"]) == 0
    assert "T-P1-1" in capsys.readouterr().out
    held = sorted(path.name for path in (folder / "results").iterdir())
    assert held == ["T-P1-1.csv", "T-P1-1.html", "T-P1-1.rtf", "manifest.json", "results.json"]
    assert main(["results", str(folder), "--only", "T-P1-11"]) == 2
    assert "T-P1-1" in capsys.readouterr().err


def test_a_package_without_a_dataset_is_refused(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """RST003 says which one, and what to do."""
    folder = tmp_path / "package"
    shutil.copytree(package, folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["datasets"]["ADDLT"]["file"] = ""
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert main(["results", str(folder), "--only", "T-P1-1"]) == 2
    said = capsys.readouterr().err
    assert "RST003" in said
    assert "ADDLT" in said


def test_another_study_is_refused(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The study that is named must be the one of the package."""
    assert main(["results", str(package), "--study", "pharmaverse"]) == 2
    assert "N2011-04" in capsys.readouterr().err
    assert main(["results", str(package.parent)]) == 2

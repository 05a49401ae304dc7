"""`clinmap define html`: where the page goes, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lxml import html

from clinmap.app.main import main

GOLDEN = Path(__file__).parents[3] / "define" / "golden" / "define.xml"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A define.xml in a folder of its own."""
    return Path(shutil.copy(GOLDEN, tmp_path / "define.xml"))


def test_page_lies_beside_the_document(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without -o the page has the document's name, ending in .html; its path is printed."""
    assert main(["define", "html", str(document)]) == 0
    page = document.with_suffix(".html")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert capsys.readouterr().out.strip() == str(page)


def test_page_is_the_same_each_time(document: Path, tmp_path: Path) -> None:
    """The same document gives the same bytes."""
    for name in ("a.html", "b/b.html"):
        assert main(["define", "html", str(document), "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b" / "b.html").read_bytes()


def test_document_is_not_overwritten(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """-o that names the document itself is refused; the document stays."""
    before = document.read_bytes()
    assert main(["define", "html", str(document), "-o", str(document)]) == 2
    assert document.read_bytes() == before
    assert "OUT002" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "no XML", "<ODM/>"])
def test_what_is_no_define_is_refused(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message has the code; nothing is written."""
    path = tmp_path / "define.xml"
    path.write_text(text, encoding="utf-8")
    assert main(["define", "html", str(path)]) == 2
    assert "INP011" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [path]


def test_differences_from_another_version_are_marked(document: Path, tmp_path: Path) -> None:
    """--old names the other version: what it had otherwise stands beside what is now."""
    old = tmp_path / "before.xml"
    text = document.read_text(encoding="utf-8")
    old.write_text(
        text.replace(">Reported Term for the Adverse Event<", ">Reported term, as it was<"),
        encoding="utf-8",
    )
    out = tmp_path / "review.html"
    assert main(["define", "html", str(document), "--old", str(old), "-o", str(out)]) == 0
    row = html.parse(out).getroot().get_element_by_id("AE.AETERM")
    assert [e.text for e in row.xpath(".//del | .//ins")] == [
        "Reported term, as it was",
        "Reported Term for the Adverse Event",
    ]


def test_same_version_has_no_differences(document: Path) -> None:
    """Beside itself nothing is marked, and the page says so."""
    assert main(["define", "html", str(document), "--old", str(document)]) == 0
    assert "There are none." in document.with_suffix(".html").read_text(encoding="utf-8")

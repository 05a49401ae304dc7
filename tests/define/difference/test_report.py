"""Differences as text, JSON and HTML, and the command that writes them."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from lxml import html

from clinmap.app.main import main
from define.difference.compare import differences
from define.difference.difference import GROUPS
from define.difference.report import (
    LONGEST,
    Report,
    around,
    parts,
    report_html,
    report_json,
    report_text,
)
from define.document.model import Define
from define.document.read import read_define
from define.document.write import define_bytes

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def old(golden: Path) -> Define:
    """The document that a person has read."""
    return read_define(golden)


@pytest.fixture
def new(old: Define) -> Define:
    """The same with a variable less, a longer label, another method and a hostile comment."""
    methods = tuple(replace(m, text=f"{m.text} {'More words. ' * 60}") for m in old.methods)
    comments = tuple(replace(c, text=EVIL) for c in old.comments)
    groups = tuple(replace(g, refs=g.refs[:-1]) if g.name == "AE" else g for g in old.item_groups)
    return replace(old, methods=methods, comments=comments, item_groups=groups)


def reported(old: Define, new: Define) -> Report:
    return Report(old, new, ("old.xml", "new.xml"), differences(old, new))


def test_text_tells_each_difference_in_its_group(old: Define, new: Define) -> None:
    """Titles with counts, a line for each difference, lines of both files."""
    report = reported(old, new)
    lines = report_text(report).splitlines()
    assert lines[0] == f"old.xml and new.xml: {len(report.differences)} differences"
    assert "Data to change (1)" in lines
    line = next(i.line for i in old.items if i.oid == "IT.AE.AEREL")
    assert f"  - AE.AEREL: the variable: Causality (text 11)  [line {line} → –]" in lines
    assert sum(line[:4] in ("  - ", "  + ", "  ~ ") for line in lines) == len(report.differences)
    assert "      concerns AE.USUBJID, SUPPAE.USUBJID, LB.USUBJID, CE.USUBJID" in lines


def test_long_texts_are_shown_around_their_difference(old: Define, new: Define) -> None:
    """No line of the text report is as long as the method."""
    assert max(map(len, report_text(reported(old, new)).splitlines())) < 4 * LONGEST


@pytest.mark.parametrize(
    ("one", "other"),
    [("", ""), ("a", ""), ("", "a b"), ("a b", "a c"), ("b a", "c a"), ("a b a", "a a"),
     ("same words", "same words"), ("ab", "abc"), ("x y z", "x z"), ("a a a", "a a")],
)  # fmt: skip
def test_parts_put_together_are_the_texts(one: str, other: str) -> None:
    """The common beginning and end are of both texts."""
    before, was, now, after = parts(one, other)
    assert (before + was + after, before + now + after) == (one, other)


def test_around_keeps_what_differs() -> None:
    """The word that differs is shown, however long the text around it."""
    some, other = (f"{'before ' * 99}{word}{' after' * 99}" for word in ("THIS", "THAT"))
    shown = around(some, other)
    assert "THIS" in shown[0]
    assert "THAT" in shown[1]
    assert max(map(len, shown)) <= LONGEST


def test_text_is_without_control_characters(old: Define) -> None:
    """An escape sequence of a terminal does not get through."""
    items = tuple(replace(i, label=f"{i.label}\x1b[31m\n\u202e") for i in old.items)
    text = report_text(reported(old, replace(old, items=items)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert all(line.isprintable() for line in text.splitlines())


def test_json_holds_everything(old: Define, new: Define) -> None:
    """Each field of each difference, whole; the counts of all groups."""
    report = reported(old, new)
    document = json.loads(report_json(report))
    told = [{**asdict(d), "places": list(d.places)} for d in report.differences]
    assert document["differences"] == told
    assert list(document["counts"]) == list(GROUPS)
    assert sum(document["counts"].values()) == len(told)
    assert document["old"] == {"file": "old.xml", "study": "ABC-01", "version": "Define-XML 2.1.0"}


def test_html_is_one_escaped_page(old: Define, new: Define) -> None:
    """Each difference is a row; nothing of the document runs; nothing is loaded."""
    report = reported(old, new)
    text = report_html(report)
    page = html.fromstring(text)
    assert not page.xpath("//script | //img | //link | //iframe | //*[@src] | //*[@href]")
    assert EVIL in page.text_content()
    rows = page.xpath("//table[.//th='where']/tbody/tr")
    assert len(rows) == len(report.differences)
    headings = [" ".join(h.text_content().split()) for h in page.xpath("//h2")]
    assert headings == [f"{title} {len(found)}" for title, found in report.groups]
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content")[0]


def test_html_marks_the_words_that_differ(old: Define) -> None:
    """In a long label only the changed word is struck and inserted."""
    items = tuple(
        replace(i, label="Reported Word for the Adverse Event") if i.oid == "IT.AE.AETERM" else i
        for i in old.items
    )
    page = html.fromstring(report_html(reported(old, replace(old, items=items))))
    assert [e.text for e in page.iter("del", "ins")] == ["Term", "Word"]


def test_what_could_not_be_read_is_said(tmp_path: Path, golden: Path, old: Define) -> None:
    """A file with faults: they are counted, for they are not compared."""
    broken = golden.read_text(encoding="utf-8").replace('Length="10"', 'Length="ten"', 1)
    (tmp_path / "new.xml").write_text(broken, encoding="utf-8")
    report = reported(old, read_define(tmp_path / "new.xml"))
    for written in (report_text(report), report_json(report), report_html(report)):
        assert "new.xml: 1 fault" in written


def test_the_page_of_the_documentation_names_every_group() -> None:
    """The table of groups has their titles."""
    page = Path(__file__).parents[3] / "docs" / "define-differences.md"
    table = page.read_text(encoding="utf-8")
    assert all(f"| `{group}` | {title} |" in table for group, title in GROUPS.items())


# --------------------------------------------------------------------------------- the command


def run(*words: object) -> int:
    return main(["define", "diff", *map(str, words)])


def test_equal_files_exit_0(golden: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same file twice."""
    assert run(golden, golden) == 0
    assert capsys.readouterr().out.endswith("no difference\n")


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_differences_exit_1_and_are_written(
    form: str, golden: Path, new: Define, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To the screen, or to a file that holds the same."""
    (tmp_path / "new.xml").write_bytes(define_bytes(new))
    assert run(golden, tmp_path / "new.xml", "--format", form) == 1
    shown = capsys.readouterr().out
    assert run(golden, tmp_path / "new.xml", "--format", form, "--out", tmp_path / "d" / "x") == 1
    assert (tmp_path / "d" / "x").read_text(encoding="utf-8") == shown


@pytest.mark.parametrize("content", ["", "no XML", "<a/>"])
def test_unusable_files_exit_2(
    content: str, golden: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whichever of the two it is, the message names it."""
    bad = tmp_path / "bad.xml"
    bad.write_text(content, encoding="utf-8")
    for files in ((golden, bad), (bad, golden), (golden, tmp_path / "bad-missing.xml")):
        assert run(*files) == 2
        assert "bad" in capsys.readouterr().err

"""The page of a validation: what it shows in a browser, how fast, and that nothing in it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import lxml.html
import numpy as np
import pytest

from clinmap.app.results.page import unpacked
from clinmap.app.validating.page import report_page
from clinmap.app.validating.records import Hit
from clinmap.app.validating.report import ValidationReport
from clinmap.app.validating.trends import Former, with_trend
from tests.browser import Page, browser, found_browser
from tests.clinmap.app.validating.reports_made import (
    EVIL,
    laboratory,
    large_report,
    problem,
    report_of,
)

DESK, PHONE = (1400, 900), (390, 844)
READY = """new Promise(done => { const look = () => document.documentElement.dataset.ready
  ? done(performance.now()) : setTimeout(look, 5); look(); })"""
SET = """(() => {{ const field = document.getElementById('{0}'); field.value = '{1}';
  const began = performance.now(); field.dispatchEvent(new Event('input', {{bubbles: true}}));
  return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
    () => done(performance.now() - began)))); }})()"""
TOLD = "document.getElementById('told').textContent"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A browser."""
    executable = found_browser()
    if executable is None:
        pytest.skip("needs Chromium")
    with browser(executable) as opened:
        yield opened


def small_report() -> ValidationReport:
    """Three findings in three records, with texts that mean harm; one is explained."""
    frame = laboratory(20, subjects=4)
    frame.loc[2, "LBORRES"] = EVIL
    evil = problem("VAL010", "LBORRES", 1, said=f"wrong: {EVIL}")
    known = replace(problem("VAL050", "LBSTRESN", 1), explained="known since January")
    hits = [
        Hit(evil, np.array([2]), ("LBORRES",)),
        Hit(known, np.array([5]), ("LBSTRESN",)),
        Hit(problem("VAL002", "LBDTC", 0), np.array([], dtype=np.int64)),
    ]
    return report_of(hits, {"LB": frame})


def shown(page: Page, report: ValidationReport, folder: Path, size: tuple[int, int] = DESK) -> None:
    """Open the page of a report, and wait until its script is done."""
    path = folder / "report.html"
    path.write_text(report_page(report), encoding="utf-8")
    page.size(*size)
    page.open(path)
    page.run(READY)


def setting(page: Page, field: str, value: str) -> float:
    """Set a field of the filter; how many milliseconds pass until the page is drawn."""
    took: float = page.run(SET.format(field, value))
    return took


def test_the_page_holds_what_was_found() -> None:
    """Read without a browser: the summary in HTML, the records in the data."""
    root = lxml.html.fromstring(report_page(small_report()))
    assert "1 error, 1 warning" in root.cssselect(".verdict")[0].text_content()
    held = unpacked(root.get_element_by_id("data").text)
    assert {one["c"] for one in held["findings"]} == {"VAL010", "VAL050", "VAL002"}
    texts, codes = held["tables"]["LB"]["columns"]["LBORRES"]
    assert EVIL in [texts[code] for code in codes]


def test_a_hundred_thousand_records_are_filtered_in_under_a_second(
    page: Page, tmp_path: Path
) -> None:
    """By text, subject, rule and grouping; few lines are drawn."""
    shown(page, large_report(100_000), tmp_path)
    assert page.run(READY) < 10_000
    page.click("#tab-findings")
    assert page.run(TOLD) == "200 findings, 100,000 records"
    for field, value, told in (
        ("text", "97.5", "102 findings, 102 records"),
        ("text", "part 17 is", "1 finding, 500 records"),
        ("text", "", "200 findings, 100,000 records"),
        ("subject", "large-0042", "200 findings, 200 records"),
        ("rule", "VAL010", "40 findings, 40 records"),
    ):
        assert setting(page, field, value) < 1000
        assert page.run(TOLD) == told
    setting(page, "rule", "")
    setting(page, "subject", "")
    page.click('[data-by="subject"]')
    assert float(page.run("document.documentElement.dataset.filtered")) < 1000
    assert page.run("document.querySelectorAll('#lines .one').length") < 100
    assert page.errors() == []


def test_as_many_findings_of_their_own_are_filtered_as_fast(page: Page, tmp_path: Path) -> None:
    """A hundred thousand findings of one record each."""
    shown(page, large_report(100_000, findings=100_000), tmp_path)
    page.click("#tab-findings")
    assert page.run(TOLD) == "100,000 findings, 100,000 records"
    assert setting(page, "text", "part 99999 is") < 1000
    assert page.run(TOLD) == "1 finding, 1 record"
    assert setting(page, "text", "") < 1000


def test_a_finding_opens_its_records(page: Page, tmp_path: Path) -> None:
    """With the wrong cell marked, what the rule means, and how to mend it; nothing in it runs."""
    shown(page, small_report(), tmp_path)
    page.click('#summary .go[data-rule="VAL010"]')
    page.click('[data-line="1"]')
    panel = page.run("document.getElementById('panel').textContent")
    assert "What it means: " in panel
    assert "How to mend it: " in panel
    marked = page.run("[...document.querySelectorAll('.record .wrong')].map(e => e.textContent)")
    assert marked == [EVIL]
    assert page.run("document.querySelector('.record .row').textContent") == "3"
    assert page.run("window.hacked") is None
    assert page.requests() == []
    assert page.errors() == []


def test_explained_findings_stand_apart(page: Page, tmp_path: Path) -> None:
    """They are left out until they are asked for."""
    shown(page, small_report(), tmp_path)
    page.click("#tab-findings")
    assert page.run(TOLD) == "2 findings, 1 record"
    setting(page, "state", "explained")
    assert page.run(TOLD) == "1 finding, 1 record"
    page.click('[data-line="1"]')
    assert "known since January" in page.run("document.getElementById('panel').textContent")


def test_the_keyboard_is_enough(page: Page, tmp_path: Path) -> None:
    """/ to the filter, arrows and Enter in the list, Escape out of a finding."""
    shown(page, small_report(), tmp_path)
    page.key("/")
    assert page.run("document.activeElement.id") == "text"
    page.run("document.getElementById('lines').focus()")
    page.key("ArrowDown")
    page.key("Enter")
    assert page.run("document.getElementById('panel').hidden") is False
    page.key("Escape")
    assert page.run("document.getElementById('panel').hidden") is True
    assert page.run("document.activeElement.id") == "lines"


def test_what_is_new_and_what_is_gone(page: Page, tmp_path: Path) -> None:
    """The trend has filters of its own, and a list of what is gone."""
    report = small_report()
    keys = ("USUBJID", "LBTESTCD", "LBSEQ")
    former = {("VAL010", "LB", "LBORRES"): [Former(keys, [("LARGE-0009", "ALT", "7")])]}
    findings, trend = with_trend(report.findings, report.records, "January", former)
    shown(page, replace(report, findings=findings, trend=trend), tmp_path)
    page.click("#tab-gone")
    assert "LARGE-0009" in page.run("document.getElementById('gone').textContent")
    page.click("#tab-findings")
    setting(page, "state", "new")
    assert page.run(TOLD) == "2 findings, 1 record"


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_nothing_sticks_out(size: tuple[int, int], page: Page, tmp_path: Path) -> None:
    """On a desk and on a telephone."""
    shown(page, large_report(1000), tmp_path, size)
    for part in ("#tab-summary", "#tab-findings", '[data-line="0"]', '[data-line="1"]'):
        page.click(part)
        wide = page.run("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, part


def test_it_prints_the_findings(page: Page, tmp_path: Path) -> None:
    """On paper, the summary and the list of findings."""
    shown(page, small_report(), tmp_path)
    assert page.printed().startswith(b"%PDF")
    printed = page.run("document.getElementById('printed').textContent")
    assert "LB.LBORRES" in printed

"""The page of results: what stands on it, and the way from a number back to the raw cells."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from clinmap.app.main import main
from clinmap.app.package.package_files import PackageFiles
from clinmap.app.results.page import unpacked
from clinmap.app.results.walking import Walker
from clinmap.app.tracing import Cell, RawCell, Tracer
from tests.browser import Page, browser, found_browser
from tests.clinmap.app.conftest import Tiny

EVIL = "<script>window.hacked=1</script>'><img src=x onerror=window.hacked=1>"
TERM = "<img src=x onerror=window.hacked=1>"
TURNED = "safe\u202etxt.exe"
IDS = [f"P{n}" for n in range(1, 4)] + [f"S{n}" for n in range(1, 12)]
DESK, PHONE = (1400, 900), (390, 844)
NUMBER = "#T-P1-1 td a"
RECORD = "#panel tr.record button"
RESULTS = f"""\
synthetic: true
assumptions:
  window: "The window {EVIL} is invented."
objectives:
  S10: {{title: Tenth, purpose: SECONDARY OUTCOME MEASURE, text: To see.}}
  S2: {{title: Second, purpose: SECONDARY OUTCOME MEASURE, text: To see.}}
  P1:
    title: "Toxicities {TURNED}"
    purpose: PRIMARY OUTCOME MEASURE
    text: "To define the toxicities. {EVIL}"
    assumes: [window]
    raw: [events.csv]
displays:
  T-P1-1:
    objective: P1
    title: "Events {EVIL}"
    by: TRT01P
    footnotes: ["{EVIL}"]
    results:
      - {{from: ADAE, counts: AETERM, any: Any event}}
  L-P1-1:
    objective: P1
    title: Listing of Events
    results:
      - {{from: ADAE, listing: [AETERM, ASTDT]}}
  F-P1-1:
    objective: P1
    title: "Rashes {EVIL}"
    by: TRT01P
    results:
      - {{from: ADAE, exact_bars: '.AETERM == "Rash"', y: "Subjects {EVIL} (%)"}}
"""


def with_results(tiny: Tiny) -> Path:
    """The page of the tiny study, whose texts and raw values mean harm."""
    (tiny.study / "results.yaml").write_text(RESULTS.replace(TURNED, "safe\\u202etxt.exe"))
    tiny.change("raw/events.csv", "Headache", TERM)
    assert tiny.build("--quiet") == 0
    arguments = ["--study", str(tiny.study), "--raw", str(tiny.raw), "--quiet"]
    assert main(["results", str(tiny.out), *arguments]) == 0
    return tiny.out / "results.html"


@pytest.fixture
def page(tiny: Tiny) -> Path:
    """The page of the tiny study."""
    return with_results(tiny)


@dataclass(frozen=True)
class Walked:
    """The data of a page, unpacked as its script does."""

    known: Any

    @classmethod
    def of(cls, page: Path) -> Walked:
        held = lxml.html.parse(str(page)).getroot().get_element_by_id("data")
        return cls(unpacked(str(held.text)))

    def nodes(self) -> list[tuple[int, list[int], int]]:
        return [
            (table, columns, record)
            for table, columns, records in self.known["nodes"]
            for record in accumulate(records)
        ]

    def ways(self) -> Iterator[tuple[str, str, int, list[tuple[int, list[int], int]]]]:
        """Dataset, variable and row of each start, and the nodes that it leads to."""
        nodes, tables = self.nodes(), self.known["tables"]
        for told in self.known["trails"]:
            table = tables[told["table"]]
            variable = "" if told["column"] < 0 else table["columns"][told["column"]]["name"]
            for row, way in zip(accumulate(told["rows"]), told["ways"], strict=True):
                yield table["name"], variable, row, [nodes[number] for number in accumulate(way)]

    def value(self, table: int, column: int, record: int) -> str | None:
        described = self.known["tables"][table]
        place = list(accumulate(described["records"])).index(record)
        values, *codes = described["cells"][column]
        found: str | None = values[codes[0][place]] if codes else values[place]
        return found

    def starts(self) -> set[tuple[str, str, int]]:
        """Every row, with the dataset and the variable, that a number was made from."""
        found = set()
        for table, column, ranges in self.known["sets"]:
            described = self.known["tables"][table]
            variable = "" if column < 0 else described["columns"][column]["name"]
            found |= {(described["name"], variable, row) for row in rows_of(ranges)}
        return found


def rows_of(ranges: str) -> Iterator[int]:
    for part in ranges.split():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def text_of(element: Any) -> str:
    return " ".join(str(element.text_content()).split())


def test_hostile_texts_stand_on_the_page_as_texts(page: Path) -> None:
    """No element and no attribute is made of them; marks that turn the writing are named."""
    root = lxml.html.parse(str(page)).getroot()
    assert len(root.xpath("//script")) == 3
    assert [image.get("src")[:19] for image in root.xpath("//img")] == ["data:image/svg+xml,"]
    assert not root.xpath("//*[@onerror]")
    assert EVIL in text_of(root.get_element_by_id("P1"))
    assert "\u202e" not in page.read_text(encoding="utf-8")
    assert "safe⟨U+202E⟩txt.exe" in text_of(root.get_element_by_id("P1"))


def test_objectives_are_in_order_with_what_answers_them(page: Path) -> None:
    """Primary ones first, S2 before S10; each with words, class, assumption, displays and files."""
    root = lxml.html.parse(str(page)).getroot()
    sections = root.xpath("//section[@class='objective']")
    assert [one.get("id") for one in sections] == ["P1", "S2", "S10"]
    said = text_of(sections[0])
    for words in ("Primary outcome measure", "To define the toxicities.", "is invented.",
                  "events.csv", "ADAE.AETERM", "adae.xpt"):  # fmt: skip
        assert words in said
    assert "SYNTHETIC DATA" in text_of(root.xpath("//header")[0])
    displays = sections[0].xpath(".//article//*[@id]/@id | .//article/@id")
    assert [name for name in displays if name.endswith("-P1-1")] == ["T-P1-1", "L-P1-1", "F-P1-1"]
    files = sections[0].xpath(".//*[@class='files']/a/@href")
    assert len(files) == 8
    assert all((page.parent / file).is_file() for file in files)


def test_every_number_leads_to_raw_cells_with_file_line_column_and_value(page: Path) -> None:
    """Each record behind a number has a raw cell, and the cells hold what the file holds."""
    walked = Walked.of(page)
    tables = walked.known["tables"]
    ways = {(name, variable, row): nodes for name, variable, row, nodes in walked.ways()}
    assert walked.starts() == set(ways)
    assert walked.starts() >= {("ADAE", "AETERM", row) for row in (1, 2, 3)}
    terms = {}
    for (name, variable, row), nodes in ways.items():
        raw = [node for node in nodes if tables[node[0]]["kind"] == "raw"]
        assert raw, (name, variable, row)
        if variable == "AETERM":
            ((table, columns, record),) = raw
            assert tables[table]["file"] == "events.csv"
            assert tables[table]["columns"][columns[0]]["name"] == "TERM"
            place = list(accumulate(tables[table]["records"])).index(record)
            assert list(accumulate(tables[table]["lines"]))[place] == record + 1
            terms[record] = walked.value(table, columns[0], record)
    assert terms == {1: TERM, 2: "Nausea", 3: "Rash"}


def test_links_of_a_table_name_the_records_of_their_number(page: Path) -> None:
    """The row of any event leads to all three records, the one of a term to its own."""
    root, walked = lxml.html.parse(str(page)).getroot(), Walked.of(page)
    found = {}
    for line in root.xpath("//*[@id='T-P1-1']//tbody/tr[td/a]"):
        number = int(line.xpath("td/a/@href")[0].removeprefix("#records-"))
        found[text_of(line.xpath("th")[0])] = list(rows_of(walked.known["sets"][number][2]))
    assert found["Any event"] == [1, 2, 3]
    assert len(found["Nausea"]) == len(found["Rash"]) == 1


def test_the_same_results_give_the_same_page(tiny: Tiny) -> None:
    """Byte by byte, in a second run."""
    first = with_results(tiny).read_bytes()
    assert main(["results", str(tiny.out), "--study", str(tiny.study), "--raw", str(tiny.raw),
                 "--quiet"]) == 0  # fmt: skip
    assert (tiny.out / "results.html").read_bytes() == first
    assert not list(tiny.out.glob(".results*"))


def test_without_raw_exports_the_cells_are_named_without_values(tiny: Tiny) -> None:
    """File, line and column are known from the package alone."""
    with_results(tiny)
    assert main(["results", str(tiny.out), "--study", str(tiny.study), "--quiet"]) == 0
    raw = [t for t in Walked.of(tiny.out / "results.html").known["tables"] if t["kind"] == "raw"]
    assert raw
    assert not any(table["read"] or table["cells"] for table in raw)
    assert {"events.csv"} <= {table["file"] for table in raw}


def test_a_folder_of_raw_exports_that_is_not_there_is_refused(
    built: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its name, before anything is computed."""
    assert main(["results", str(built.out), "--raw", str(built.base / "rwa")]) == 2
    assert "there is no folder of raw exports" in capsys.readouterr().err


# ------------------------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def browsed() -> Iterator[Page]:
    """A tab of a headless Chromium; the test is skipped where there is none."""
    executable = found_browser()
    if executable is None:
        pytest.skip("no Chromium is installed")
    with browser(executable) as tab:
        yield tab


@pytest.fixture
def tab(browsed: Page, page: Path) -> Page:
    """The page of the tiny study, opened on a desk."""
    browsed.size(*DESK)
    browsed.open(page)
    return browsed


def until(tab: Page, script: str) -> Any:
    """The value of an expression as soon as it is true."""
    for _ in range(200):
        found = tab.run(script)
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"never true: {script}")


def opened(tab: Page, selector: str = NUMBER) -> str:
    """Click a number; the text of the panel that opens."""
    tab.click(selector)
    return str(until(tab, "!panel.hidden && panel.innerText"))


@pytest.mark.xdist_group("browser")
def test_two_clicks_reach_the_raw_row(tab: Page) -> None:
    """A number, then a record: the file, its line and the value stand there, and nothing ran."""
    assert "3 records of ADAE" in opened(tab)
    tab.click(RECORD)
    said = tab.run("document.querySelector('#panel tr.way').innerText")
    for words in ("events.csv", "TERM", TERM, "AE\tAdverse Events", "clinmap trace package ADAE"):
        assert words.replace("\t", " ") in said
    assert tab.run("window.hacked") is None
    assert tab.errors() == []
    assert all(address.startswith("data:image/svg+xml,") for address in tab.requests())


@pytest.mark.xdist_group("browser")
def test_the_numbers_of_a_figure_lead_back_too(tab: Page) -> None:
    """They are unfolded beneath it as a table of links."""
    tab.click(".numbers summary")
    until(tab, "document.querySelector('.numbers td a') !== null")
    assert "record" in opened(tab, ".numbers td a")
    assert tab.errors() == []


@pytest.mark.xdist_group("browser")
def test_the_keyboard_is_enough(tab: Page) -> None:
    """Arrows go from number to number, Enter opens, Escape closes and gives the focus back."""
    tab.run(f"document.querySelector('{NUMBER}').focus()")
    first = tab.run("document.activeElement.textContent")
    tab.key("ArrowDown")
    assert tab.run("document.activeElement.closest('tr').rowIndex") == 2
    tab.key("ArrowUp")
    tab.key("Enter")
    until(tab, "!panel.hidden")
    assert tab.run("document.activeElement.id") == "panel-title"
    tab.key("Escape")
    assert tab.run("panel.hidden")
    assert tab.run("document.activeElement.textContent") == first


@pytest.mark.xdist_group("browser")
def test_a_telephone_shows_it_without_scrolling_sideways(browsed: Page, page: Path) -> None:
    """At 390 pixels, with the panel and a record opened."""
    browsed.size(*PHONE)
    browsed.open(page)
    opened(browsed)
    browsed.click(RECORD)
    assert browsed.run("document.documentElement.scrollWidth") == PHONE[0]
    assert browsed.run("panel.scrollWidth <= panel.clientWidth")


# --------------------------------------------------------------------- the study that is shipped


def raw_cells(items: Iterable[Any]) -> set[tuple[str, int, str]]:
    """The raw cells at the ends of traced cells."""
    found = set()
    for item in items:
        if isinstance(item, RawCell):
            found.add((item.table, item.record, item.column))
        elif isinstance(item, Cell):
            found |= raw_cells(item.inputs)
    return found


@pytest.mark.slow
@pytest.mark.xdist_group("n2011-04")
def test_every_number_of_the_shipped_study_leads_to_raw_records(
    n2011_04_package: Path, n2011_04_raw: Path, tmp_path: Path
) -> None:
    """All objectives are there; what is behind cells is what `clinmap trace` says."""
    out = tmp_path / "package"
    shutil.copytree(n2011_04_package, out)
    assert main(["results", str(out), "--raw", str(n2011_04_raw), "--quiet"]) == 0
    page = out / "results.html"
    root, walked = lxml.html.parse(str(page)).getroot(), Walked.of(page)
    assert [s.get("id") for s in root.xpath("//section[@class='objective']")] == IDS
    for section in root.xpath("//section[@class='objective']"):
        assert section.xpath(".//article"), section.get("id")
    tables = walked.known["tables"]
    ways = {(name, variable, row): nodes for name, variable, row, nodes in walked.ways()}
    assert walked.starts() == set(ways)
    lost = [s for s, nodes in ways.items() if not any(tables[n[0]]["kind"] == "raw" for n in nodes)]
    assert lost == []
    package = PackageFiles(out, n2011_04_raw)
    tracer, walker = Tracer(package), Walker(package)
    sample = [start for start in sorted(ways) if start[1]][::150]
    assert len({name for name, _, _ in sample}) > 8
    for name, variable, row in sample:
        traced = raw_cells(tracer.row(name, row, [variable]).cells)
        trail = walker.trail(name, row, [variable])
        walked_to = {(t, n, c) for (t, n), cs in trail.items() for c in cs if t in package.sources}
        assert walked_to == traced or not traced, (name, variable, row)
    mended = [said for t in tables if t["kind"] == "raw" for said in t["corrected"].values()]
    known = {(c["id"], c["old"] or None, c["new"] or None) for c in package.corrections.values()}
    assert mended
    assert {(identifier, old, new) for new, old, identifier, _ in mended} <= known

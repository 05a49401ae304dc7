"""The page in a headless Chromium: what a reviewer does with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from define.difference.difference import Difference
from define.document.model import Define
from define.page.page import define_page
from tests.browser import Page

pytestmark = pytest.mark.xdist_group("browser")

FOLDED = "LB.LBORRES"
PHONE = (360, 740)


def height(selector: str) -> str:
    """A script that gives how high an element is drawn; 0 where it is not."""
    return f'document.querySelector("{selector}").getBoundingClientRect().height'


def within_sight(anchor: str) -> str:
    """A script that says whether an element stands within the window."""
    return (
        f"(() => {{ const b = document.getElementById('{anchor}').getBoundingClientRect();"
        " return b.top >= 0 && b.top < innerHeight; })()"
    )


VALUES = height("[id='LB.LBORRES-values']")


@pytest.fixture
def written(whole: Define, tmp_path: Path) -> Path:
    """The page of the whole document, as a file."""
    return saved(define_page(whole), tmp_path)


def saved(page: str, folder: Path) -> Path:
    path = folder / "define.html"
    path.write_text(page, encoding="utf-8")
    return path


def test_opening_asks_for_nothing_and_complains_of_nothing(tab: Page, written: Path) -> None:
    """No request but for the file itself; no error in the console; a heading is drawn."""
    tab.open(written)
    assert tab.requests() == []
    assert tab.errors() == []
    assert tab.run(height("h1")) > 0


def test_click_unfolds_the_value_level_items(tab: Page, written: Path) -> None:
    """They are folded first; the button says whether they are open."""
    tab.open(written)
    button = f"[aria-controls='{FOLDED}-values']"
    assert tab.run(VALUES) == 0
    tab.click(button)
    assert tab.run(VALUES) > 0
    assert tab.run(f'document.querySelector("{button}").ariaExpanded') == "true"
    tab.click(button)
    assert tab.run(VALUES) == 0


def test_search_goes_to_the_variable(tab: Page, written: Path) -> None:
    """`/` begins, the best hit comes first, Enter goes there."""
    tab.open(written)
    tab.key("/")
    tab.type("aeterm")
    first = "document.querySelector('[role=option][aria-selected=true]').textContent"
    assert "AE.AETERM" in tab.run(first)
    tab.key("Enter")
    assert tab.run("location.hash") == "#AE.AETERM"
    assert tab.run(within_sight("AE.AETERM"))
    assert tab.run("document.getElementById('found').hidden")


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("demographics", "Dataset", "DM"),
        ("reported term", "Variable", "AE.AETERM"),
        ("C64431", "Term", "ALB"),
        ("vma/creatinine", "Term", "VMACREAT"),
        ("26.1", "Dictionary", "MedDRA"),
        ("converted to standard units", "Method", "LBSTRESN"),
        ("verbatim", "Variable", "AE.AETERM"),
        ("central lab", "Value", "LB.LBORRES.GLUC"),
        ("table 14.3.1", "Display", "Table 14.3.1"),
        ("c66731", "Codelist", "Sex"),
    ],
)
def test_search_finds_every_kind(
    tab: Page, written: Path, typed: str, kind: str, name: str
) -> None:
    """Names, labels, codes, terms, methods and comments are all found."""
    tab.open(written)
    tab.key("/")
    tab.type(typed)
    found = tab.run("[...document.querySelectorAll('[role=option]')].map(e => e.innerText)")
    assert any(text.startswith(kind) and name in text for text in found), found


def test_arrows_choose_and_escape_closes(tab: Page, written: Path) -> None:
    """Down and up move the choice, around the ends too; Escape closes and empties."""
    tab.open(written)
    tab.key("/")
    tab.type("ae")
    chosen = "document.querySelector('[aria-selected=true]').id"
    assert tab.run(chosen) == "found-0"
    tab.key("ArrowDown")
    assert tab.run(chosen) == "found-1"
    tab.key("ArrowUp")
    tab.key("ArrowUp")
    last = tab.run("document.querySelectorAll('[role=option]').length") - 1
    assert tab.run(chosen) == f"found-{last}"
    assert tab.run("document.getElementById('search').getAttribute('aria-activedescendant')")
    tab.key("Escape")
    assert tab.run("document.getElementById('found').hidden")
    assert tab.run("document.getElementById('search').value") == ""


def test_search_that_finds_nothing_says_so(tab: Page, written: Path) -> None:
    """The reader is told; Enter does nothing."""
    tab.open(written)
    tab.key("/")
    tab.type("no such thing")
    assert "Nothing found" in tab.run("document.getElementById('found').innerText")
    tab.key("Enter")
    assert tab.errors() == []


def test_codelist_opens_beside_the_variable(tab: Page, written: Path) -> None:
    """A click on a codelist shows its terms beside; Escape takes them away, the focus is back."""
    tab.open(written)
    tab.click("[id='DM.SEX'] a.peek")
    assert "Female" in tab.run("document.getElementById('peek').innerText")
    assert tab.run("location.hash") == ""
    tab.key("Escape")
    assert tab.run(height("#peek")) == 0
    assert tab.run("document.activeElement.classList.contains('peek')")


def test_address_of_a_folded_item_unfolds_it(tab: Page, written: Path) -> None:
    """A link that somebody sent leads to the value-level item itself."""
    tab.open(written, "#LB.LBORRES.GLUC")
    assert tab.run(within_sight("LB.LBORRES.GLUC"))
    assert tab.run(height("[id='LB.LBORRES.GLUC']")) > 0


def test_address_that_leads_nowhere_does_no_harm(tab: Page, written: Path) -> None:
    """A wrong or broken address shows the page."""
    for place in ("#AE.GONE", "#%E0%A4%A", "#content"):
        tab.open(written, place)
    assert tab.errors() == []


@pytest.mark.parametrize("name", ["whole", "hostile"])
def test_telephone_shows_it_without_scrolling_sideways(
    tab: Page, name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """At 360 pixels nothing stands out to the right, items unfolded; the contents open."""
    page = define_page(request.getfixturevalue(name))
    tab.size(*PHONE)
    tab.open(saved(page, tmp_path), "#LB.LBORRES.GLUC")
    assert tab.run("document.documentElement.scrollWidth") <= PHONE[0]
    assert tab.run(height("nav")) == 0
    tab.click("#toc")
    assert 0 < tab.run(height("nav")) <= PHONE[1]
    assert tab.run("document.querySelector('nav a').getBoundingClientRect().top > 48")
    tab.key("Escape")
    assert tab.run(height("nav")) == 0


def test_hostile_content_does_nothing(tab: Page, hostile: Define, tmp_path: Path) -> None:
    """No script of the document runs, also where search and the side panel copy its texts."""
    tab.open(saved(define_page(hostile), tmp_path))
    tab.key("/")
    tab.type("img src")
    tab.key("Enter")
    tab.run("document.querySelectorAll('a.peek')[0].click()")
    tab.settle()
    assert tab.run("typeof window.hacked") == "undefined"
    assert tab.run("document.images.length") == 0
    assert tab.requests() == []
    assert tab.errors() == []


def test_policy_holds_off_what_the_page_does_not_name(tab: Page, written: Path) -> None:
    """Were a script to get in, the browser would not run it."""
    tab.open(written)
    tab.run(
        "(() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
        " document.body.append(s); })()"
    )
    assert tab.run("typeof window.hacked") == "undefined"


def test_page_without_script_is_readable(tab: Page, written: Path) -> None:
    """Nothing is folded, and no control stands there that does nothing."""
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.open(written, "#LB.LBORRES.GLUC", still=True)
        values, search, fold = map(tab.drawn, ("[id='LB.LBORRES.GLUC']", "#search", ".fold"))
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)
    assert values > 0
    assert search == fold == 0


def test_print_shows_what_is_folded(tab: Page, written: Path) -> None:
    """On paper there are the value-level items, and no bar, contents or buttons."""
    tab.size(700, 900)
    tab.open(written)
    tab.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert tab.run(VALUES) > 0
        assert tab.run("getComputedStyle(document.querySelector('td')).display") == "table-cell"
        assert tab.run(height("nav")) == tab.run(height(".bar")) == tab.run(height(".fold")) == 0
    finally:
        tab.call("Emulation.setEmulatedMedia", media="")
    assert tab.printed().startswith(b"%PDF")


def test_theme_can_be_chosen(tab: Page, written: Path) -> None:
    """The button turns light to dark and back."""
    tab.open(written)
    ground = "getComputedStyle(document.body).backgroundColor"
    before = tab.run(ground)
    tab.click("#theme")
    assert tab.run(ground) != before
    tab.click("#theme")
    assert tab.run(ground) == before


def test_differences_are_stepped_through(tab: Page, whole: Define, tmp_path: Path) -> None:
    """`n` goes to the next, `p` back; "Changes" leaves the rest away."""
    found = (
        Difference("changed", "data", "DM.SEX", "Length", "2", "1"),
        Difference("changed", "data", "AE.AETERM", "Length", "20", "40"),
    )
    tab.open(saved(define_page(whole, found, "old.xml"), tmp_path))
    here = "document.activeElement.id"
    tab.key("n")
    first = tab.run(here)
    tab.key("n")
    assert {first, tab.run(here)} == {"DM.SEX", "AE.AETERM"}
    tab.key("p")
    assert tab.run(here) == first
    tab.click("#only")
    assert tab.run(height("[id='AE.AETERM']")) > 0
    assert tab.run(height("[id='AE.AESER']")) == 0


def test_long_names_are_kept_within(tab: Page, whole: Define, tmp_path: Path) -> None:
    """A name of 2,000 letters without a blank is broken over lines, on desk and telephone."""
    items = tuple(replace(item, name="N" * 2_000, label="L" * 2_000) for item in whole.items)
    path = saved(define_page(replace(whole, items=items)), tmp_path)
    for size in ((1400, 900), PHONE):
        tab.size(*size)
        tab.open(path)
        assert tab.run("document.documentElement.scrollWidth") <= size[0]

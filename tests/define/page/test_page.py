"""The page holds what the document says, links to what it holds, and lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html

from define.difference.difference import Difference
from define.document.model import Alias, CodeList, Define, ItemGroup, RangeCheck, Term, WhereClause
from define.document.read import read_define
from define.page.links import Anchors, safe_href
from define.page.page import define_page
from define.page.words import clause_words
from tests.define.page.conftest import EVIL, LONG

CSS = (Path(__file__).parents[3] / "define" / "page" / "page.css").read_text(encoding="utf-8")


def text_at(page: html.HtmlElement, anchor: str) -> str:
    """The words of the element with that id, blanks joined."""
    return " ".join(page.get_element_by_id(anchor).text_content().split())


def test_page_holds_every_definition(golden: Path) -> None:
    """Each name, label, term, decode, C-code, method and comment is in the page."""
    define = read_define(golden)
    text = " ".join(html.fromstring(define_page(define)).text_content().split())
    said = [word for g in define.item_groups for word in (g.name, g.label, g.structure)]
    said += [word for item in define.items for word in (item.name, item.label)]
    said += [word for c in define.codelists for word in (c.name, *(t.value for t in c.terms))]
    said += [t.decode or "" for c in define.codelists for t in c.terms]
    said += [alias.name for c in define.codelists for t in c.terms for alias in t.aliases]
    said += [one.text for one in (*define.methods, *define.comments)]
    missing = {word for word in said if " ".join(word.split()) not in text}
    assert not missing


@pytest.mark.parametrize("name", ["whole", "adam", "hostile"])
def test_ids_are_unique_and_links_within_the_page_lead_somewhere(
    name: str, request: pytest.FixtureRequest
) -> None:
    """No id twice, no link to nothing, whatever the document holds."""
    page = html.fromstring(define_page(request.getfixturevalue(name)))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {href[1:] for href in page.xpath("//a/@href") if href.startswith("#")}
    assert targets <= set(ids)
    assert set(page.xpath("//@aria-controls")) <= set(ids)


def test_variable_shows_what_it_is(whole: Define) -> None:
    """A key, its type and length, its role, and its origin beside it."""
    page = html.fromstring(define_page(whole))
    assert "key 2" in text_at(page, "AE.USUBJID")
    shown = text_at(page, "DM.SEX")
    assert all(word in shown for word in ("text 1", "Record Qualifier", "F, M", "Collected"))


def test_origin_links_to_the_pages_of_the_form(whole: Define) -> None:
    """Pages, a range of pages, and a named place of the annotated form."""
    page = html.fromstring(define_page(whole))
    links = page.get_element_by_id("AE.AETERM").xpath(".//td[@class='o']//a/@href")
    assert links == [
        "acrf.pdf",
        "acrf.pdf#page=12",
        "acrf.pdf#page=14",
        "acrf.pdf#page=3",
        "acrf.pdf",
        "acrf.pdf#nameddest=AETERM",
    ]


def test_value_level_item_says_when_it_holds(whole: Define) -> None:
    """The where clause stands in words, with what its code means."""
    page = html.fromstring(define_page(whole))
    assert "LBTESTCD is GLUC (Glucose)" in text_at(page, "LB.LBORRES.GLUC")
    assert "From the central lab." in text_at(page, "LB.LBORRES.GLUC")


@pytest.mark.parametrize(
    ("comparator", "values", "words"),
    [
        ("EQ", ("A",), "X is A"),
        ("NE", ("A",), "X is not A"),
        ("LT", ("1",), "X is less than 1"),
        ("LE", ("1",), "X is at most 1"),
        ("GT", ("1",), "X is greater than 1"),
        ("GE", ("1",), "X is at least 1"),
        ("IN", ("A",), "X is A"),
        ("IN", ("A", "B"), "X is one of A, B"),
        ("NOTIN", ("A", "B"), "X is none of A, B"),
        ("NOTIN", ("A",), "X is not A"),
        ("EQ", ("",), "X is empty"),
        ("ODD", ("A",), "X ODD A"),
    ],
)
def test_condition_in_words(comparator: str, values: tuple[str, ...], words: str) -> None:
    """Every comparator of Define-XML has its words; an unknown one stands as it is."""
    clause = WhereClause("WC", (RangeCheck("IT", comparator, values),))
    assert clause_words(clause, lambda _: "X", lambda *_: "") == words


def test_few_values_are_explained_and_many_are_counted() -> None:
    """Six values have their decodes; more have none; of a great many the rest is counted."""
    for count, said in ((6, "V5 (five)"), (7, "V6"), (45, "V39 and 5 more")):
        check = RangeCheck("IT", "IN", tuple(f"V{n}" for n in range(count)))
        made = clause_words(WhereClause("WC", (check,)), lambda _: "X", lambda *_: "five")
        assert made.endswith(said)


def test_conditions_are_joined() -> None:
    """All conditions of a clause must hold."""
    checks = (RangeCheck("A", "EQ", ("1",)), RangeCheck("B", "GT", ("2",)))
    made = clause_words(WhereClause("WC", checks), lambda oid: oid, lambda *_: "")
    assert made == "A is 1 and B is greater than 2"


def test_codelist_says_who_uses_it(whole: Define) -> None:
    """The variables that use a codelist are linked from it, the extended terms are marked."""
    page = html.fromstring(define_page(whole))
    assert "Used by AE.AESER" in text_at(page, "CL.NY.AE.AESER")
    (extended,) = page.get_element_by_id("CL.LBTESTCD").xpath(".//tr[contains(., 'extended')]")
    assert "VMACREAT" in extended.text_content()
    assert "26.1" in text_at(page, "dictionaries")


def test_analysis_display_is_shown(whole: Define) -> None:
    """A display with its result: reason, purpose, dataset, code."""
    shown = text_at(html.fromstring(define_page(whole)), "results")
    for words in ("Table 14.3.1", "SPECIFIED IN SAP", "AE.AETERM", "proc freq", "Counted once."):
        assert words in shown


def test_document_of_version_2_0(whole: Define) -> None:
    """A document of 2.0 is shown as it is: its version, no standard by OID."""
    older = replace(whole, namespace="2.0", version="2.0.0", standards=())
    page = html.fromstring(define_page(older))
    assert "2.0.0" in text_at(page, "overview")
    assert not page.xpath("//*[@id='standards']")


def test_reference_to_nothing_is_said() -> None:
    """What is referred to and not defined is named so, and the page is made."""
    define = read_define(Path(__file__).parents[1] / "golden" / "define.xml")
    bare = replace(
        define, items=(), codelists=(), methods=(), comments=(), where_clauses=(), leaves=()
    )
    page = html.fromstring(define_page(bare))
    assert "not defined" in page.text_content()
    assert page.xpath("//tr[@data-k='Variable']")


def test_document_of_nothing(whole: Define) -> None:
    """A document without any definition is a page too."""
    empty = replace(
        whole, item_groups=(), items=(), codelists=(), methods=(), comments=(), displays=(),
        value_lists=(), where_clauses=(), leaves=(), standards=(), annotated_crf=(),
    )  # fmt: skip
    assert "0 datasets" in define_page(empty)


# ------------------------------------------------------------------------------ hostile content


def test_hostile_content_becomes_text(hostile: Define) -> None:
    """No element, no handler, no link comes out of the document's texts."""
    page = html.fromstring(define_page(hostile))
    assert len(page.xpath("//script")) == 2
    assert not page.xpath("//img | //iframe | //object | //embed | //base | //link | //form")
    assert not [name for e in page.iter() for name in e.attrib if name.startswith(("on", "style"))]
    assert EVIL in page.text_content()
    schemes = {href for href in page.xpath("//@href") if not href.startswith("#")}
    assert not [href for href in schemes if not re.match(r"[\w.-]+\.(pdf|xpt)(#|$)", href)]


def test_marks_that_turn_the_writing_are_shown(hostile: Define) -> None:
    """A name cannot be written backwards without the reader seeing it."""
    page = define_page(hostile)
    assert "safe⟨U+202E⟩txt.exe" in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)


def test_long_text_stands_whole_once(hostile: Define) -> None:
    """A megabyte that many variables refer to is written once; beside them it is cut."""
    page = define_page(hostile)
    assert page.count(LONG[:5_000]) == LONG.count(LONG[:5_000]) > 0
    assert len(page) < len(LONG) + 1_000_000


@pytest.mark.parametrize(
    ("href", "safe"),
    [
        ("acrf.pdf", "acrf.pdf"),
        ("..\\docs\\acrf.pdf", "../docs/acrf.pdf"),
        ("https://www.meddra.org/", "https://www.meddra.org/"),
        ("javascript:alert(1)", ""),
        (" JaVaScRiPt:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("\u200bjavascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("vbscript:x", ""),
        ("//elsewhere/x", ""),
        ("\\\\elsewhere\\share", ""),
        ("/\t/elsewhere", ""),
        ("", ""),
    ],
)
def test_link_is_safe(href: str, safe: str) -> None:
    """Beside the file or on the web; nothing that runs, nothing that tells who reads."""
    assert safe_href(href) == safe


def test_policy_names_what_is_in_the_page(whole: Define) -> None:
    """The hashes of the policy are those of the style and the scripts, counted anew."""
    page = html.fromstring(define_page(whole))
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; ")
    for element in page.xpath("//style | //script"):
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_anchors_never_meet() -> None:
    """Names that differ in odd characters only, and names of the page's own parts."""
    anchors = Anchors()
    made = [
        anchors.take(*parts) for parts in (("search",), ("A B",), ("A?B",), ("A_B",), ("é" * 999,))
    ]
    assert len(set(made)) == len(made)
    assert "search" not in made
    assert all(re.fullmatch(r"[\w.\-]{1,130}", name) for name in made)


# -------------------------------------------------------------------------------- differences


def test_differences_are_marked_where_they_are(whole: Define) -> None:
    """The changed variable shows what it was; the removed one stands struck in its dataset."""
    found = (
        Difference("changed", "data", "AE.AETERM", "Length", "20", "40"),
        Difference("removed", "data", "AE.AEGONE", "the variable", "Old label"),
        Difference("added", "data", "LB", "the dataset"),
        Difference("removed", "data", "QQ", "the dataset"),
        Difference("changed", "wording", "somewhere else", "a title", "a", "b"),
    )
    page = html.fromstring(define_page(whole, found, "define-1.xml"))
    row = page.get_element_by_id("AE.AETERM")
    assert row.get("class") == "changed"
    assert (row.xpath(".//del")[0].text, row.xpath(".//ins")[0].text) == ("20", "40")
    assert (
        "AEGONE" in page.get_element_by_id("AE").xpath(".//tr[@class='removed']")[0].text_content()
    )
    assert "added" in page.get_element_by_id("LB").get("class").split()
    listed = page.get_element_by_id("differences")
    assert len(listed.xpath(".//li")) == len(found)
    assert "define-1.xml" in listed.text_content()
    gone = page.get_element_by_id("datasets").xpath(".//tr[@class='removed']")
    assert [row.xpath(".//del")[0].text for row in gone] == ["QQ"]
    assert page.get_element_by_id("DM.SEX").get("class") is None


def test_changed_codelist_is_marked_beside_those_who_use_it(whole: Define) -> None:
    """The list has the change; its variables only say that their list has changed."""
    places = ("DM.SEX", "AE.AETERM")
    found = Difference("changed", "data", "codelist Sex", "term removed", "U", places=places)
    page = html.fromstring(define_page(whole, (found,), "define-1.xml"))
    assert page.get_element_by_id("CL.SEX").xpath(".//del")[0].text == "U"
    row = page.get_element_by_id("DM.SEX")
    assert row.get("class") is None
    assert "changed" in row.xpath("td[@class='c']")[0].text_content()
    links = page.get_element_by_id("differences").xpath(".//li//a/@href")
    assert links == ["#CL.SEX", "#DM.SEX", "#AE.AETERM"]


def test_change_that_places_share_is_marked_at_each(whole: Define) -> None:
    """One definition that two variables refer to: told once, marked twice."""
    found = Difference(
        "changed", "wording", "DM.STUDYID", "label", "a", "b", places=("AE.STUDYID",)
    )
    page = html.fromstring(define_page(whole, (found,), "define-1.xml"))
    for anchor in ("DM.STUDYID", "AE.STUDYID"):
        assert page.get_element_by_id(anchor).get("class") == "changed"


def test_equal_versions_say_so(whole: Define) -> None:
    """Without differences the section says so; without another version there is none."""
    assert "There are none." in define_page(whole, (), "define-1.xml")
    assert 'id="differences"' not in define_page(whole)


# ------------------------------------------------------------------------------ readable by all


def test_headings_go_down_step_by_step(whole: Define) -> None:
    """One first heading; no level is left out."""
    levels = [
        int(e.tag[1]) for e in html.fromstring(define_page(whole)).iter("h1", "h2", "h3", "h4")
    ]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_control_has_a_name(whole: Define) -> None:
    """A reader who cannot see hears what each control is."""
    page = html.fromstring(define_page(whole))
    for control in page.xpath("//button | //input | //nav | //aside | //*[@role='listbox']"):
        assert (
            control.get("aria-label")
            or control.text_content().strip()
            or control.xpath("..//label")
        )


@pytest.mark.parametrize("theme", [":root {", ":root[data-theme=dark] {"])
@pytest.mark.parametrize("ink", ["ink", "dim", "link", "added", "removed", "changed"])
def test_contrast_is_enough(theme: str, ink: str) -> None:
    """At least 4.5 to 1 on the grounds that it stands on (WCAG 2.1, success criterion 1.4.3)."""
    part = CSS[CSS.index(theme) :].partition("}")[0]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})\b", part))
    own = [f"{ink}-soft"] if f"{ink}-soft" in colours else ["soft", "key"]
    for ground in ("paper", *own):
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.1)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of #rgb or #rrggbb (WCAG 2.1)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_classes_are_gathered(whole: Define) -> None:
    """Datasets of one class stand together, also where the document has them apart."""
    groups = [ItemGroup(f"IG.{n}", n, cls=c) for n, c in (("A", "X"), ("B", "Y"), ("C", "X"))]
    page = html.fromstring(define_page(replace(whole, item_groups=tuple(groups), displays=())))
    names = page.xpath("//nav//details//li//b/text()")
    assert names == ["A", "C", "B"]


def test_codelist_with_ranks_shows_them(whole: Define) -> None:
    """The column of ranks is there where a term has one."""
    ranked = CodeList("CL.R", "Ranked", "text", (Term("LOW", rank="1"), Term("HIGH", rank="2")))
    page = html.fromstring(define_page(replace(whole, codelists=(ranked,))))
    assert page.get_element_by_id("CL.R").xpath(".//thead//th/text()") == ["Term", "C-code", "Rank"]


def test_part_of_a_split_domain_says_so(whole: Define) -> None:
    """A dataset that is named otherwise than its domain tells which it is a part of."""
    part = ItemGroup("IG.P", "LBCH", domain="LB", aliases=(Alias("Labs", "DomainDescription"),))
    page = html.fromstring(define_page(replace(whole, item_groups=(part,), displays=())))
    assert "domain LB (Labs)" in text_at(page, "LBCH")


def test_one_of_a_kind_is_not_told_as_several(whole: Define) -> None:
    """The counts of the overview are words that fit."""
    few = replace(whole, item_groups=whole.item_groups[:1], methods=whole.methods[:1])
    page = html.fromstring(define_page(few))
    told = [e.getnext().text_content() for e in page.iter("dt") if e.text == "Holds"]
    assert told[0].startswith("1 dataset, ")
    assert told[0].endswith(", 1 method")

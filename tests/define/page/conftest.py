"""A document that has everything, one that means harm, and a browser to look at their pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from define.document.model import (
    AnalysisDataset,
    AnalysisResult,
    CodeList,
    Comment,
    Define,
    Dictionary,
    Display,
    DocumentRef,
    FormalExpression,
    ItemGroup,
    ItemOrigin,
    Leaf,
    Method,
    PageRef,
    ProgrammingCode,
)
from tests.browser import Page, browser, found_browser

EVIL = "<script>window.hacked=1</script>\"'><img src=x onerror=window.hacked=1>"
TURNED = "safe\u202etxt.exe"
EVIL_LINK = "java\tscript:window.hacked=1"
LONG = "word " * 200_000


@pytest.fixture(scope="session")
def browsed() -> Iterator[Page]:
    """A tab of a headless Chromium; the test is skipped where there is none."""
    executable = found_browser()
    if executable is None:
        pytest.skip("no Chromium is installed")
    with browser(executable) as page:
        yield page


@pytest.fixture
def tab(browsed: Page) -> Page:
    """The tab, as wide as a desk."""
    browsed.size(1400, 900)
    return browsed


@pytest.fixture
def whole(sdtm: Define) -> Define:
    """The tabulation document with pages, code, and an analysis display."""
    pages = DocumentRef(
        "LF.acrf", (PageRef("PhysicalRef", "12 14"), PageRef("PhysicalRef", "", 3, 5))
    )
    named = DocumentRef("LF.acrf", (PageRef("NamedDestination", "AETERM"),))
    term = next(item for item in sdtm.items if item.name == "AETERM")
    paged = replace(term, origins=(ItemOrigin("Collected", "Investigator", "", (pages, named)),))
    method = replace(sdtm.methods[0], expressions=(FormalExpression("SAS", "if a < b then c;"),))
    return replace(
        sdtm,
        items=tuple(paged if item is term else item for item in sdtm.items),
        methods=(method, *sdtm.methods[1:]),
        displays=(_display(sdtm, term.oid),),
    )


def _display(define: Define, oid: str) -> Display:
    group = define.item_group("AE")
    assert group is not None
    code = ProgrammingCode("SAS version 9.4", "proc freq data = ae;", (DocumentRef("LF.csdrg"),))
    result = AnalysisResult(
        "AR.1", "SPECIFIED IN SAP", "PRIMARY OUTCOME MEASURE", "Number of subjects with an event",
        oid, (AnalysisDataset(group.oid, (), (oid,)),), "", "Counted once.", (), code,
    )  # fmt: skip
    return Display("RD.1", "Table 14.3.1", "Adverse events", (DocumentRef("LF.csdrg"),), (result,))


@pytest.fixture
def hostile(whole: Define) -> Define:
    """The document with harm in every kind of text, and a text of a megabyte."""
    leaf = Leaf("LF.evil", EVIL_LINK, EVIL)
    shared = Leaf("LF.share", "//elsewhere.example/share/x.pdf", "share")
    method = Method(
        "MT.evil", EVIL, LONG, EVIL, (FormalExpression(EVIL, EVIL),), (DocumentRef("LF.evil"),)
    )
    items = tuple(
        replace(item, label=EVIL, comment_oid="COM.evil", display_format=EVIL)
        for item in whole.items
    )
    study = replace(whole.study, name=EVIL, description=EVIL)
    return replace(
        whole,
        items=items,
        item_groups=tuple(_evil_group(group) for group in whole.item_groups),
        codelists=tuple(_evil_list(codelist) for codelist in whole.codelists),
        methods=(*whole.methods, method),
        comments=(*whole.comments, Comment("COM.evil", "x" * 3_000)),
        leaves=(*whole.leaves, leaf, shared),
        study=study,
        name=EVIL,
        description=EVIL,
        language=EVIL,
    )


def _evil_group(group: ItemGroup) -> ItemGroup:
    refs = tuple(replace(ref, method_oid="MT.evil", role=EVIL) for ref in group.refs)
    leaf = Leaf(group.oid, EVIL_LINK, EVIL)
    return replace(group, label=TURNED, structure=EVIL, cls=EVIL, leaf=leaf, refs=refs)


def _evil_list(codelist: CodeList) -> CodeList:
    terms = tuple(replace(t, value=EVIL + t.value, decode=EVIL) for t in codelist.terms)
    external = Dictionary(EVIL, EVIL, EVIL_LINK, EVIL) if codelist.external else None
    return replace(codelist, name=EVIL, terms=terms, external=external)

"""Files that a define.xml names, and pages of them.

Source: Define-XML 2.1, sections 5.3.12.3 (def:PDFPageRef) and 5.3.16 (def:leaf). Problems: DEF048,
DEF049. Whether a file is there, the caller knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from clinmap.problems import Problem
from define.audit.document import Document
from define.audit.transport import leads_nowhere
from define.document.model import DocumentRef, Leaf, PageRef

Present = Callable[[str], bool]
"""Tells for the href of a leaf whether its file is there."""
_NUMBERS = re.compile(r"^\s*\d+(\s+\d+)*\s*$")
_PAGE_NUMBERS = ("FirstPage", "LastPage")
_RANGE = re.compile(r"^\s*\d+\s*-\s*\d+\s*$")
_ELSEWHERE = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:")


def file_problems(document: Document, present: Present) -> Iterator[Problem]:
    """Leaves whose file is not there; where none of them is, that is said once.

    An address of another machine (`https:`) is not looked for.
    """
    define = document.define
    own = [(group.leaf, group.name) for group in define.item_groups if group.leaf]
    leaves = [*own, *((leaf, "") for leaf in define.leaves)]
    here = [(leaf, name) for leaf, name in leaves if not _is_elsewhere(document, leaf)]
    absent = [(leaf, name) for leaf, name in here if not present(leaf.href)]
    if absent and len(absent) == len(here) and len(here) > 1:
        message = f"none of the {len(here)} files that are named is beside the define.xml"
        hint = "Audit it in the folder of its package, or put the files where xlink:href says."
        line = absent[0][0].line
        yield document.problem("DEF048", message, line, hint=hint, count=len(absent))
        return
    for leaf, name in absent:
        message = f"the file {leaf.href or '(none)'} of leaf {leaf.id} is not there"
        yield document.problem("DEF048", message, leaf.line, about=(name,))


def _is_elsewhere(document: Document, leaf: Leaf) -> bool:
    """Whether it is an address of another machine, or one that could not be read."""
    unread = not leaf.href and (leaf.line, "xlink:href") in document.faulty
    return unread or leads_nowhere(leaf.href) or _ELSEWHERE.match(leaf.href) is not None


def page_problems(document: Document) -> Iterator[Problem]:
    """Page references that no reader could follow."""
    leaves = {leaf.id: leaf for leaf in document.define.leaves}
    unread = {attribute for _, attribute in document.faulty}
    for user, found in _documents(document):
        for page in found.pages:
            wrong = _wrong(page) if unread.isdisjoint(_PAGE_NUMBERS) else ""
            leaf = leaves.get(found.leaf_id)
            if (
                not wrong
                and leaf
                and leaf.href
                and not leaf.href.lower().partition("#")[0].endswith(".pdf")
            ):
                wrong = f"{leaf.href} is no PDF"
            if wrong:
                yield document.problem("DEF049", f"{user}: {wrong}", found.line)


def _wrong(page: PageRef) -> str:
    """What is odd about pages, or an empty text."""
    listed, ranged = bool(page.pages.strip()), page.first is not None or page.last is not None
    if listed and ranged:
        return "pages are both listed and given from first to last"
    if not listed and not ranged:
        return "no page is named" if not page.title else ""
    if 0 in (page.first, page.last) or any(int(n) == 0 for n in _plain(page)):
        return "pages are counted from 1"
    if ranged and (page.first is None or page.last is None):
        return "a first and a last page belong together"
    if page.first is not None and page.last is not None and page.first > page.last:
        return f"the first page {page.first} is after the last page {page.last}"
    if listed and page.type == "PhysicalRef" and not _NUMBERS.match(page.pages):
        if _RANGE.match(page.pages):
            return "a range of pages is given with FirstPage and LastPage"
        return "PageRefs of type PhysicalRef are not page numbers with spaces between them"
    return ""


def _plain(page: PageRef) -> list[str]:
    """The listed pages where they are numbers."""
    named = page.type != "PhysicalRef"
    return [] if named else [word for word in page.pages.split() if word.isdecimal()]


def _documents(document: Document) -> Iterator[tuple[str, DocumentRef]]:
    define = document.define
    for found in (*define.annotated_crf, *define.supplemental_documents):
        yield "MetaDataVersion", found
    for item in define.items:
        for origin in item.origins:
            yield from ((f"the origin of {item.oid}", found) for found in origin.documents)
    for method in define.methods:
        yield from ((method.oid, found) for found in method.documents)
    for comment in define.comments:
        yield from ((comment.oid, found) for found in comment.documents)
    for display in define.displays:
        yield from ((display.oid, found) for found in display.documents)
        for result in display.results:
            code = result.code.documents if result.code else ()
            yield from ((result.oid, found) for found in (*result.documents, *code))

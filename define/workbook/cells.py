"""Small parts of cells: Yes and No, numbers, pages of documents, origins. Problems: none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest

from define.document.model import DocumentRef, ItemOrigin, PageRef

BETWEEN = "; "
"""What stands between the parts of a cell that holds several."""

_LIST = re.compile(r"\d+(?:[\s,]+\d+)*")
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")
_YES = ("yes", "y", "true", "1")


def yes(truth: bool) -> str:
    """Yes, or No."""
    return "Yes" if truth else "No"


def is_yes(text: str) -> bool:
    """Whether a cell says yes.

    >>> is_yes("yes"), is_yes("")
    (True, False)
    """
    return text.casefold() in _YES


def shown_number(number: int | None) -> str:
    """A number, or an empty cell."""
    return "" if number is None else str(number)


def split_cell(text: str) -> list[str]:
    """The parts of a cell that holds several; empty parts stay.

    >>> split_cell("A; B"), split_cell("")
    (['A', 'B'], [])
    """
    return [part.strip() for part in text.split(BETWEEN.strip())] if text else []


def document_cells(documents: Iterable[DocumentRef], name: Callable[[str], str]) -> tuple[str, str]:
    """The cells Document and Pages."""
    found = tuple(documents)
    pages = [_pages_text(ref.pages) for ref in found]
    joined = BETWEEN.join(pages)
    return BETWEEN.join(name(ref.leaf_id) for ref in found), joined if any(pages) else ""


def documents_of(leaf_ids: Iterable[str], pages: str) -> tuple[DocumentRef, ...]:
    """The references of two cells, their documents found."""
    pairs = zip_longest(leaf_ids, split_cell(pages), fillvalue="")
    return tuple(DocumentRef(leaf, _pages(said)) for leaf, said in pairs if leaf)


def _pages_text(pages: tuple[PageRef, ...]) -> str:
    if not pages:
        return ""
    page = pages[0]
    if page.first is not None and page.last is not None:
        return f"{page.first}-{page.last}"
    return page.pages


def _pages(text: str) -> tuple[PageRef, ...]:
    if not text:
        return ()
    if found := _RANGE.fullmatch(text):
        return (PageRef("PhysicalRef", first=int(found[1]), last=int(found[2])),)
    if _LIST.fullmatch(text):
        return (PageRef("PhysicalRef", " ".join(re.split(r"[\s,]+", text))),)
    return (PageRef("NamedDestination", text),)


def origin_cells(origins: tuple[ItemOrigin, ...]) -> dict[str, str]:
    """The cells Origin, Source and Predecessor."""

    def joined(parts: Iterable[str]) -> str:
        told = list(parts)
        return BETWEEN.join(told) if any(told) else ""

    copied = (o.description if o.type == "Predecessor" else "" for o in origins)
    return {
        "Origin": joined(origin.type for origin in origins),
        "Source": joined(origin.source for origin in origins),
        "Predecessor": joined(copied),
    }


def origins_of(
    origin: str, source: str, predecessor: str, documents: tuple[DocumentRef, ...]
) -> Iterator[ItemOrigin]:
    """The origins of three cells; the documents belong to the first."""
    types, sources = split_cell(origin), split_cell(source)
    copied = split_cell(predecessor)
    if len(types) < 2:
        sources, copied = [source], [predecessor]
    for number, kind in enumerate(types):
        said = copied[number] if number < len(copied) and kind == "Predecessor" else ""
        from_whom = sources[number] if number < len(sources) else ""
        yield ItemOrigin(kind, from_whom, said, documents if number == 0 else ())

"""A define.xml against itself: every rule that needs no data.

Source: Define-XML 2.1 and 2.0. Problems: DEF001 to DEF003, DEF013, DEF016, DEF017, DEF020 to
DEF059, DEF077 to DEF082, each explained in the catalogue of codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from clinmap.problems import Problem
from define.audit.conditions import condition_problems
from define.audit.contradictions import contradiction_problems
from define.audit.document import Document
from define.audit.files import Present, file_problems, page_problems
from define.audit.guide import guide_problems
from define.audit.order import order_problems
from define.audit.origins import origin_problems
from define.audit.references import reference_problems
from define.audit.required import required_problems
from define.audit.shapes import shape_problems
from define.audit.terms import Packages, term_problems
from define.audit.transport import link_problems, transport_problems
from define.audit.words import word_problems
from define.document.model import Define

_SAID_BY_SCHEMA: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Duplicate key-sequence", ("DEF003", "DEF013", "DEF025", "DEF035")),
    ("No precomputed value", ("DEF022",)),
    ("required but missing", ("DEF022", "DEF027", "DEF045")),
    ("not a valid value", ("DEF022", "DEF045", "DEF047", "DEF049")),
    (r"facet '(enumeration|pattern|minLength)'", ("DEF022", "DEF023", "DEF045", "DEF047",
                                                  "DEF049", "DEF055", "DEF058")),
    ("fixed value", ("DEF023",)),
    ("minLength|The value ''|Missing child", ("DEF016", "DEF017", "DEF021", "DEF027", "DEF046",
                                               "DEF079")),
    ("No precomputed value", ("DEF020",)),
)  # fmt: skip
"""What the XML schema says in its words, and our codes that say the same in ours."""


def document_problems(
    define: Define,
    file: str = "",
    packages: Packages | None = None,
    present: Present | None = None,
) -> Iterator[Problem]:
    """Everything that a document has wrong in itself, rule by rule, each with its line.

    `packages` are the terminologies at hand (else those of clinmap); `present` tells whether a file
    is there (else none is looked for); `file` is what places call the document, which else are not
    given. Example: `list(document_problems(read_define(path), "define.xml"))`.
    """
    document = Document(define, file)
    yield from word_problems(document)
    yield from reference_problems(define, file)
    yield from order_problems(document)
    yield from required_problems(document)
    yield from origin_problems(document)
    yield from shape_problems(document)
    yield from condition_problems(document)
    yield from term_problems(document, packages or Packages())
    yield from page_problems(document)
    yield from guide_problems(document)
    yield from transport_problems(document)
    yield from contradiction_problems(document)
    yield from link_problems(document)
    if present:
        yield from file_problems(document, present)


def not_said_twice(schema: Iterable[Problem], own: Iterable[Problem]) -> list[Problem]:
    """The schema's findings without those that a rule of ours words at the same line."""
    said = list(schema)
    whole = [found for found in said if "No precomputed value" not in found.message]
    told = {(_line(found), found.code) for found in (*own, *whole)}
    return [
        found
        for found in said
        if not any((_line(found), code) in told for code in _same(found.message))
    ]


def _line(found: Problem) -> int:
    return found.location.line if found.location else 0


def _same(message: str) -> tuple[str, ...]:
    return tuple(c for words, codes in _SAID_BY_SCHEMA if re.search(words, message) for c in codes)

"""The reference pages: operations and methods from their docstrings, codes from the catalogue.

They are committed, and a test compares them with what this module makes.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator

import adam
import sdtm
from clinmap.app.rules.page import rules_page
from clinmap.codes import CODES, Code
from clinmap.codes.define_xml import DEFINE_CODES, needs_data
from clinmap.operations import OPERATIONS
from clinmap.registry import Operation
from clinmap.results.methods import METHODS

MADE = "<!-- Made by `clinmap docs`; do not edit. -->"
_HEADINGS = re.compile(r"\s+((?:Parameters|Rows|Missing|Problems|Source)(?: \([^)]*\))?): ")
ROOMS: tuple[tuple[str, Iterable[type[Operation]]], ...] = (
    ("For any dataset", OPERATIONS),
    ("For SDTM", sdtm.OPERATIONS),
    ("For ADaM", adam.OPERATIONS),
)


def reference_pages() -> dict[str, str]:
    """The pages by file name."""
    return {
        "operations.md": "\n".join(_operations()) + "\n",
        "methods.md": "\n".join(_methods()) + "\n",
        "codes.md": "\n".join(_codes()) + "\n",
        "rules.md": "\n".join((MADE, "", *rules_page())) + "\n",
        "define-audit.md": "\n".join(_define_audit()) + "\n",
    }


def _operations() -> Iterator[str]:
    yield from (MADE, "", "# Operations", "")
    yield "How a variable gets its values: what a specification may name under `variables`."
    for title, operations in ROOMS:
        yield from ("", f"## {title}")
        for operation in sorted(operations, key=lambda found: found.name):
            yield from ("", f"### `{operation.name}`", "")
            yield from _docstring(operation)


def _methods() -> Iterator[str]:
    yield from (MADE, "", "# Methods of analysis", "")
    yield "How a result of results.yaml is computed, see [Results](../results.md)."
    for title, drawn in (("Tables and listings", False), ("Figures", True)):
        yield from ("", f"## {title}")
        for method in sorted(METHODS, key=lambda found: found.name):
            if (method.shown == "figure") is drawn:
                yield from ("", f"### `{method.name}`", "", inspect.getdoc(method) or "")


def _docstring(operation: type[Operation]) -> Iterator[str]:
    """The docstring as Markdown: its example becomes a block of YAML."""
    text = inspect.getdoc(operation) or ""
    body, _, example = text.partition("Example::")
    yield _HEADINGS.sub(r"\n\n**\1**: ", body.rstrip())
    if example.strip():
        yield from ("", "```yaml", inspect.cleandoc(example), "```")


def _codes() -> Iterator[str]:
    yield from (MADE, "", "# Codes", "")
    yield "Everything that a run can find: what it means, and how to mend it."
    yield from (
        "",
        "| code | severity | meaning | what to do | reference |",
        "|---|---|---|---|---|",
    )
    yield from (_row(code) for code in CODES)


def _define_audit() -> Iterator[str]:
    yield from (MADE, "", "# What the audit of a define.xml finds", "")
    yield from _AUDIT.strip().splitlines()
    parts = ((False, "In the define.xml alone"), (True, "Beside the datasets (`--data`)"))
    for with_data, title in parts:
        found = [code for code in DEFINE_CODES if needs_data(code.id) is with_data]
        yield from ("", f"## {title}", "")
        yield "| code | severity | what it finds | how to mend it | source |"
        yield "|---|---|---|---|---|"
        yield from (_row(code) for code in found)


_AUDIT = """
`clinmap define check define.xml` audits a define.xml of version 2.0 or 2.1, ours or anybody's:
against itself, against its XML schema, against the controlled terminology that it names (`--ct`
gives another package than clinmap's own), against the files that it names, and with `--data`
against datasets. Every finding has a code, the line of its element, and a way to mend it. For
each code a fault is planted in the tests: it is found at its line, and nothing else is.

What only a submission must have (DEF013 without keys, DEF027, DEF028, DEF030, DEF043, DEF050) is
a note in a file whose `def:Context` is `Other`. Codelists are compared with the terminology of
the very date that their standard names; where that package is not at hand, DEF044 says so, and
only C-codes of another codelist or term are found, which no date explains. Define-XML 2.0 does not
say which package was used: there all else needs a package that is given. Datasets are compared with
the guide that they follow (DEF077) where it is SDTMIG 3.4 or ADaMIG 1.3, not where it is another
version. A decode that is the one of another term of the same codelist is an error, other words for
the term are a note.
Elements and attributes of other makers are allowed and left alone. What the XML schema says of an
element that another code explains is not said twice.
"""


def _row(code: Code) -> str:
    cells = (f"`{code.id}`", code.severity.value, code.title, code.fix, code.reference)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

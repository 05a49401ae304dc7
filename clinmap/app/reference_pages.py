"""The reference pages: operations from their docstrings, codes from the catalogue.

They are committed, and a test compares them with what this module makes.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import adam
import sdtm
from clinmap.codes import CODES, Code
from clinmap.operations import OPERATIONS
from clinmap.registry import Operation

MADE = "<!-- Made by `clinmap docs`; do not edit. -->"
_HEADINGS = re.compile(r"\s+((?:Parameters|Rows|Missing|Problems|Source)(?: \([^)]*\))?): ")
ROOMS: tuple[tuple[str, tuple[type[Operation], ...]], ...] = (
    ("For any dataset", OPERATIONS),
    ("For SDTM", sdtm.OPERATIONS),
    ("For ADaM", adam.OPERATIONS),
)


def reference_pages() -> dict[str, str]:
    """The pages by file name."""
    return {
        "operations.md": "\n".join(_operations()) + "\n",
        "codes.md": "\n".join(_codes()) + "\n",
    }


def _operations() -> Iterator[str]:
    yield from (MADE, "", "# Operations", "")
    yield "How a variable gets its values: what a specification may name under `variables`."
    for title, operations in ROOMS:
        yield from ("", f"## {title}")
        for operation in sorted(operations, key=lambda found: found.name):
            yield from ("", f"### `{operation.name}`", "")
            yield from _docstring(operation)


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


def _row(code: Code) -> str:
    cells = (f"`{code.id}`", code.severity.value, code.title, code.fix, code.reference)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

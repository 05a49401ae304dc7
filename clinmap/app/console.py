"""Writing to the terminal: findings with their places, and tables. Nowhere else is printed."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from clinmap.app.errors import each_error
from clinmap.problems import ClinmapError, Location, Problem

if TYPE_CHECKING:
    from clinmap.app.places import Places

STYLES = {"FAILED": "bold red", "warnings": "yellow", "ok": "green"}


def print_errors(error: ClinmapError, places: Places, stream: TextIO | None = None) -> None:
    """Every error, each with its place, code, message and hint."""
    for one in each_error(error):
        print(finding("error", one.code, one.message, places.shown(one.location), one.hint),
              file=stream or sys.stderr)  # fmt: skip


def print_problems(problems: Iterable[Problem], places: Places) -> None:
    """Problems in the same form, with dataset, variable and count."""
    for problem in problems:
        where = ".".join(filter(None, (problem.dataset, problem.variable)))
        times = f" ({problem.count:,} times)" if problem.count > 1 else ""
        message = f"{where}: {problem.message}{times}" if where else f"{problem.message}{times}"
        place = places.shown(problem.location)
        print(finding(problem.severity.value, problem.code, message, place, problem.hint))


def finding(severity: str, code: str, message: str, place: Location | None, hint: str) -> str:
    """One finding in the form that terminals and editors make a link of.

    >>> print(finding("error", "SPC002", "unknown key 'fro'", Location("ae.yaml", 3), "from?"))
    ae.yaml:3: error SPC002: unknown key 'fro'
        from?
    """
    where = f"{place.precise}: " if place else ""
    mend = f"\n    {hint}" if hint else ""
    return f"{where}{severity} {code}: {message}{mend}"


def print_table(
    head: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int] = ()
) -> None:
    """A table: with rich on a terminal, in plain aligned columns elsewhere."""
    if sys.stdout.isatty():
        _print_rich(head, rows, right)
        return
    for line in plain_table(head, rows, right):
        print(line)


def plain_table(
    head: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int] = ()
) -> list[str]:
    """A table in aligned columns; those at the positions in `right` end right.

    >>> plain_table(("name", "rows"), [("AE", "5")], {1})
    ['name  rows', '----  ----', 'AE       5']
    """
    listed = [tuple(row) for row in rows]
    table = [tuple(head), *listed]
    widths = [max(len(row[i]) for row in table) for i in range(len(head))]
    table.insert(1, tuple("-" * width for width in widths))
    return [
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def _print_rich(head: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(header_style="bold")
    for number, title in enumerate(head):
        table.add_column(title, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in row))
    Console().print(table)

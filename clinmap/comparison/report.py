"""A comparison as text for a terminal, as Markdown, and as one self-contained HTML page.

The reports show values and keys: they are data, and belong where the datasets belong.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from clinmap.comparison.differences import Difference, worst_first
from clinmap.comparison.outcome import (
    DatasetComparison,
    DifferencePattern,
    FolderComparison,
    VariableComparison,
    joined_keys,
)

if TYPE_CHECKING:
    from pandas import DataFrame

Comparison = DatasetComparison | FolderComparison
#: So many patterns of a variable are shown; the rest is counted.
PATTERNS_SHOWN = 5
#: So many rows that met none are listed.
UNPAIRED_SHOWN = 20
#: So many classes of difference are listed, the worst of all; the rest is counted.
DIFFERENCES_SHOWN = 25

_TEXTS = ("variable", "dataset", "worst pattern", "pattern", "for example")
_VARIABLE_HEAD = ("variable", "compared", "equal", "equal %", "left out", "worst pattern")
_DIFFERENCE_HEAD = ("dataset", "variable", "cells", "%", "pattern", "for example")
_DATASET_HEAD = (
    "dataset", "base rows", "compare rows", "paired", "tied",
    "only base", "only compare", "compared", "equal", "equal %", "left out",
)  # fmt: skip


def percent(equal: int, compared: int) -> str:
    """The share in per cent with two decimals, cut and not rounded: only all cells make 100.

    >>> percent(99_999, 100_000), percent(3, 3), percent(0, 0)
    ('99.99', '100.00', '–')
    """
    if not compared:
        return "–"
    return f"{math.floor(10_000 * equal / compared) / 100:.2f}" if equal < compared else "100.00"


def verdict(comparison: Comparison) -> str:
    """One line: whether the two are identical, else how many cells differ."""
    if comparison.identical:
        return "identical"
    cells = f"{comparison.different:,} of {comparison.compared:,} cells differ"
    left_out = sum(comparison.left_out.values())
    share = f"{percent(comparison.equal, comparison.compared)} % equal"
    return f"{cells} ({share})" + (f", {left_out:,} left out by rule" if left_out else "")


def report_text(comparison: Comparison) -> str:
    """The comparison as aligned text: rules, rows, and a line for every variable."""
    if isinstance(comparison, DatasetComparison):
        return "\n".join(_dataset_text(comparison)) + "\n"
    lines = [verdict(comparison), ""]
    lines += aligned(_DATASET_HEAD, [_dataset_row(d) for d in comparison.datasets], left=(0,))
    lines += [*_unshared("datasets", *_alone(comparison)), *_differences_text(comparison)]
    for dataset in comparison.datasets:
        lines += ["", *_dataset_text(dataset, alone=False)]
    rules = dict.fromkeys(rule for dataset in comparison.datasets for rule in dataset.rules)
    lines += ["", "How it was compared:", *(f"* {rule}" for rule in rules)] if rules else []
    return "\n".join(lines) + "\n"


def report_markdown(comparison: Comparison) -> str:
    """The comparison as Markdown, with the same content as the text."""
    if isinstance(comparison, DatasetComparison):
        return "\n".join(_dataset_markdown(comparison)) + "\n"
    lines = ["# Comparison", "", f"**{verdict(comparison)}**", ""]
    lines += _markdown_table(_DATASET_HEAD, [_dataset_row(d) for d in comparison.datasets])
    lines += [f"\n{line}" for line in _unshared("datasets", *_alone(comparison))]
    lines += _differences_markdown(comparison)
    for dataset in comparison.datasets:
        lines += ["", *_dataset_markdown(dataset, level="##")]
    return "\n".join(lines) + "\n"


def report_html(comparison: Comparison, title: str = "Comparison") -> str:
    """The comparison as one HTML page that needs no other file, light or dark as the screen.

    All values are escaped; patterns open to show examples.
    """
    from importlib.resources import files

    from jinja2 import Environment, StrictUndefined

    folder = isinstance(comparison, FolderComparison)
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = lambda count: f"{count:,}"
    source = files("clinmap.comparison").joinpath("compare.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source).render(
        title=title,
        comparison=comparison,
        datasets=comparison.datasets if isinstance(comparison, FolderComparison) else [comparison],
        alone=_unshared("datasets", *_alone(comparison)) if folder else [],
        verdict=verdict,
        percent=percent,
        differences=difference_rows(comparison),
        more=differences_beyond(comparison),
        difference_head=_DIFFERENCE_HEAD,
        head=_DATASET_HEAD,
        row=_dataset_row,
        left_out=_left_out,
        unpaired=unpaired_lines,
        joined=joined_example,
        shown=PATTERNS_SHOWN,
    )


def difference_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """The worst classes of difference: where, how many cells, which share, and an example."""
    return [_difference_row(found) for found in worst_first(comparison)[:DIFFERENCES_SHOWN]]


def _difference_row(found: Difference) -> tuple[str, ...]:
    pattern = found.pattern
    shown = [
        f"{joined_example(one.keys)}: {_value(one.base)} -> {_value(one.compare)}"
        for one in pattern.examples[:1]
    ]
    share = percent(pattern.count, found.compared)
    where = (found.dataset, found.variable)
    return (*where, f"{pattern.count:,}", share, pattern.kind, "".join(shown))


def differences_beyond(comparison: Comparison) -> str:
    """How many classes of difference are not listed; empty where all are."""
    more = len(worst_first(comparison)) - DIFFERENCES_SHOWN
    return f"and {more:,} more patterns" if more > 0 else ""


def _value(text: str) -> str:
    return text or "(missing)"


def _differences_text(comparison: Comparison) -> list[str]:
    rows = difference_rows(comparison)
    if not rows:
        return []
    lines = ["", "Differences, worst first:", *aligned(_DIFFERENCE_HEAD, rows, left=(0, 1, 4, 5))]
    return [*lines, *filter(None, [differences_beyond(comparison)])]


def _differences_markdown(comparison: Comparison) -> list[str]:
    rows = difference_rows(comparison)
    if not rows:
        return []
    lines = ["", "Differences, worst first:", "", *_markdown_table(_DIFFERENCE_HEAD, rows)]
    return [*lines, *(["", more] if (more := differences_beyond(comparison)) else [])]


def joined_example(keys: Iterable[tuple[str, str]]) -> str:
    """The keys of an example in one text."""
    pairs = list(keys)
    return joined_keys([name for name, _ in pairs], [value for _, value in pairs])


def unpaired_lines(comparison: DatasetComparison) -> list[str]:
    """The keys of the first rows of each side that met none, and how many more there are."""
    from clinmap.comparison.values import shown

    frame: DataFrame = comparison.unpaired()
    lines = []
    for side in ("base", "compare"):
        rows = frame[frame["side"] == side]
        some = rows.head(UNPAIRED_SHOWN)
        columns = [shown(some[key]) for key in comparison.keys]
        texts = [joined_keys(comparison.keys, row) for row in zip(*columns, strict=True)]
        lines += [f"only in {side}: {text}" for text in texts]
        if len(rows) > len(texts):
            lines.append(f"only in {side}: {len(rows) - len(texts):,} more")
    return lines


def aligned(
    head: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)
) -> list[str]:
    """A table in columns: those at the positions in `left` start at the left, the others end right.

    >>> aligned(("name", "n"), [("AESEV", "12")])
    ['name    n', 'AESEV  12']
    """
    table = [tuple(head), *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(head))]
    return [
        "  ".join(
            cell.ljust(width) if i in left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def _dataset_row(dataset: DatasetComparison) -> tuple[str, ...]:
    left_out = sum(dataset.left_out.values())
    counts = (
        dataset.base_rows, dataset.compare_rows, dataset.paired, dataset.tied,
        dataset.only_base, dataset.only_compare, dataset.compared, dataset.equal,
    )  # fmt: skip
    share = percent(dataset.equal, dataset.compared)
    return (dataset.name, *(f"{count:,}" for count in counts), share, f"{left_out:,}")


def _variable_row(variable: VariableComparison) -> tuple[str, ...]:
    return (
        variable.name,
        f"{variable.compared:,}",
        f"{variable.equal:,}",
        percent(variable.equal, variable.compared),
        f"{sum(variable.left_out.values()):,}",
        _pattern(variable.patterns[0]) if variable.patterns else "",
    )


def _pattern(pattern: DifferencePattern) -> str:
    return f"{pattern.kind} ({pattern.count:,})"


def _dataset_text(dataset: DatasetComparison, alone: bool = True) -> list[str]:
    """A dataset's lines; among others without the rules, and with no table when it is identical."""
    lines = [f"{dataset.name}: {verdict(dataset)}", *_rows_lines(dataset)]
    lines += _unshared("variables", dataset.base_only_variables, dataset.compare_only_variables)
    lines += _left_out(dataset)
    lines += [f"  {line}" for line in unpaired_lines(dataset)]
    rows = [_variable_row(v) for v in dataset.variables if alone or not dataset.identical]
    lines += ["", *aligned(_VARIABLE_HEAD, rows, left=(0, 5))] if rows else []
    if alone:
        lines += _differences_text(dataset)
        lines += ["", "How it was compared:", *(f"* {rule}" for rule in dataset.rules)]
    return lines


def _rows_lines(dataset: DatasetComparison) -> list[str]:
    return [
        f"keys: {', '.join(dataset.keys) or 'none'} ({dataset.keys_reason})",
        f"rows: {dataset.base_rows:,} in base, {dataset.compare_rows:,} in compare; "
        f"{dataset.paired:,} paired ({dataset.tied:,} tied), {dataset.only_base:,} only in base, "
        f"{dataset.only_compare:,} only in compare",
    ]


def _unshared(what: str, base: Sequence[str], compare: Sequence[str]) -> list[str]:
    sides = (("base", base), ("compare", compare))
    return [f"{what} only in {side}: {', '.join(names)}" for side, names in sides if names]


def _alone(comparison: Comparison) -> tuple[Sequence[str], Sequence[str]]:
    if isinstance(comparison, DatasetComparison):
        return (), ()
    return comparison.base_only_datasets, comparison.compare_only_datasets


def _left_out(comparison: Comparison) -> list[str]:
    return [f"left out: {count:,} cells: {rule}" for rule, count in comparison.left_out.items()]


def _dataset_markdown(dataset: DatasetComparison, level: str = "#") -> list[str]:
    lines = [f"{level} {_escaped(dataset.name)}", "", f"**{verdict(dataset)}**", ""]
    facts = [
        *_rows_lines(dataset),
        *_unshared("variables", dataset.base_only_variables, dataset.compare_only_variables),
        *_left_out(dataset),
        *unpaired_lines(dataset),
    ]
    lines += [f"* {_escaped(fact)}" for fact in facts]
    rows = [_variable_row(variable) for variable in dataset.variables]
    lines += ["", *_markdown_table(_VARIABLE_HEAD, rows)] if rows else []
    lines += _differences_markdown(dataset) if level == "#" else []
    lines += ["", "How it was compared:", "", *(f"* {_escaped(r)}" for r in dataset.rules)]
    return lines


def _markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---" if name in _TEXTS else "---:" for name in head]
    table = [list(head), rule, *([_escaped(cell) for cell in row] for row in rows)]
    return [f"| {' | '.join(cells)} |" for cells in table]


def _escaped(text: str) -> str:
    """Text that Markdown and the HTML within it leave as it is, in one line."""
    for sign in "\\`*_|[]<>":
        text = text.replace(sign, f"\\{sign}" if sign not in "<>" else f"&#{ord(sign)};")
    return " ".join(text.split("\n"))

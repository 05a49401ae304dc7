"""The outline of a build as text for a person, as JSON, and as a graph in the DOT language."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from clinmap.app.console import plain_table
from clinmap.app.planning.outline import Outline, PlannedDataset, PlannedTable
from clinmap.phrases import listed

UNITS = ("bytes", "kB", "MB", "GB", "TB")
PURPOSES = {"Tabulation": "SDTM", "Analysis": "ADaM"}


def outline_lines(found: Outline) -> Iterator[str]:
    """The raw tables, the datasets in their order, and what stands in the way."""
    yield found.study if found.title == found.study else f"{found.study}: {found.title}"
    yield ""
    head = ("raw table", "format", "file", "size", "columns read", "read by", "")
    yield from plain_table(head, [_table_row(table) for table in found.tables], {3, 4})
    yield ""
    yield from _dataset_lines(found)
    yield ""
    yield from _summary(found)


def outline_json(found: Outline) -> str:
    """The outline as JSON, for machines."""
    document = {**asdict(found), "missing": [table.file for table in found.missing]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def outline_dot(found: Outline) -> str:
    """The outline as a graph for Graphviz: an arrow to each dataset from what it is made from."""
    lines = ["digraph plan {", "  rankdir=LR;", "  node [shape=box];"]
    lines += [f'  "raw:{t.name}" [label="{t.name}", shape=cylinder];' for t in found.tables]
    for dataset in found.datasets:
        style = "" if dataset.written else " [style=dashed]"
        lines.append(f'  "{dataset.name}"{style};')
        lines += [f'  "raw:{name}" -> "{dataset.name}";' for name in dataset.raw]
        lines += [f'  "{name}" -> "{dataset.name}";' for name in dataset.datasets]
    return "\n".join([*lines, "}", ""])


def size_text(size: int | None) -> str:
    """A size in the unit that suits it.

    >>> size_text(950), size_text(15_300), size_text(None)
    ('950 bytes', '15.3 kB', '')
    """
    if size is None:
        return ""
    amount, unit = float(size), 0
    while amount >= 1000 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.1f} {UNITS[unit]}" if unit else f"{size} {UNITS[0]}"


def _table_row(table: PlannedTable) -> tuple[str, ...]:
    state = {"missing": "MISSING", "absent": "absent, optional"}
    return (
        table.name,
        table.format,
        table.file,
        size_text(table.bytes),
        f"{len(table.columns)} of {table.declared}" if table.declared else str(len(table.columns)),
        listed(table.read_by, 4),
        state.get(table.state, ""),
    )


def _dataset_lines(found: Outline) -> Iterator[str]:
    head = ["", "dataset", "label", "", "variables", "operations", "made from"]
    more = ["state", "because of"] if found.package else []
    rows = [
        [
            str(d.number), d.name, d.label, _kind(d), _variables(d), str(d.operations),
            listed((*d.datasets, *(f"${name}" for name in d.raw)), 5),
            *([d.state, d.why] if found.package else []),
        ]
        for d in found.datasets
    ]  # fmt: skip
    yield from plain_table([*head, *more], rows, {0, 5})


def _kind(dataset: PlannedDataset) -> str:
    said = [PURPOSES.get(dataset.purpose, dataset.purpose)]
    said += [] if dataset.submitted else ["not submitted"]
    said += [] if dataset.written else ["needed only"]
    return ", ".join(said)


def _variables(dataset: PlannedDataset) -> str:
    more = [("in SUPP--", dataset.qualifiers), ("working", dataset.working)]
    return ", ".join([str(dataset.variables), *(f"{n} {word}" for word, n in more if n)])


def _summary(found: Outline) -> Iterator[str]:
    sums = Counter[str]()
    for dataset in found.datasets:
        sums["variables"] += dataset.variables + dataset.qualifiers + dataset.working
        sums["operations"] += dataset.operations
    written = sum(dataset.written for dataset in found.datasets)
    yield (
        f"{len(found.datasets)} datasets to build, {written} of them to write, "
        f"from {len(found.tables)} raw tables: "
        f"{sums['variables']:,} variables by {sums['operations']:,} operations."
    )
    if found.package:
        states = Counter(dataset.state for dataset in found.datasets)
        told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        yield f"Beside {found.package}: {told}."
        yield "What is unchanged would be taken from there."
    if found.missing:
        names = listed([table.file for table in found.missing], 12)
        yield f"Without a file: {names}. A build stops at these."

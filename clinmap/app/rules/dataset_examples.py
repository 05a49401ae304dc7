"""The examples of the rules of finished datasets: small tables, a bad and a good one of each.

They stand in `examples/datasets*.yaml`, by code:

    VAL031:
      found: AE AESEQ 1 2            # dataset, variable (or -), rows at fault, counted from 1
      datasets:                      # what both examples have
        AE: {columns: [STUDYID, DOMAIN, USUBJID, AESEQ], rows: [[S1, AE, S1-01, 1]]}
      bad: {AE: [[…], […]]}          # the rows of the bad example, in the place of those above
      good: {AE: [[…], […]]}         # or {columns: […], rows: […]}, where the columns differ

`keys` says what tells records apart, by dataset, where no standard does. A table may have the
`label` of its file, and what the file says of columns: `described: {AETERM: {label: Term}}`. `also`
names codes that only one of the two examples has besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mappings.nodes import read_yaml

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.readers.described import DescribedDataset

Cell = str | int | float | None

_FOLDER = Path(__file__).with_name("examples")


@dataclass(frozen=True, slots=True)
class ExampleTable:
    """A small dataset; `differs` is whether the bad and the good example have it different.

    `label` and `described` are what its file says of it and of its columns.
    """

    dataset: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    differs: bool = True
    label: str | None = None
    described: Mapping[str, Mapping[str, Cell]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DatasetExample:
    """A rule's bad and good example, and where its finding is: dataset, variable, rows from 1."""

    code: str
    dataset: str
    variable: str
    rows: tuple[int, ...]
    bad: tuple[ExampleTable, ...]
    good: tuple[ExampleTable, ...]
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def dataset_examples() -> tuple[DatasetExample, ...]:
    """Every example of a rule of datasets, in the order of the codes."""
    found = [
        _example(code, node.plain())
        for path in sorted(_FOLDER.glob("datasets*.yaml"))
        for code, node in read_yaml(path, path.name).items()
    ]
    return tuple(sorted(found, key=lambda example: example.code))


def _example(code: str, facts: Mapping[str, Any]) -> DatasetExample:
    unknown = set(facts) - {"found", "datasets", "bad", "good", "keys", "also"}
    if unknown:
        raise ValueError(f"{code}: what is {', '.join(sorted(unknown))}?")
    dataset, variable, *rows = str(facts["found"]).split()
    return DatasetExample(
        code=code,
        dataset=dataset,
        variable=variable.strip("-"),
        rows=tuple(map(int, rows)),
        bad=tuple(_tables(facts, "bad")),
        good=tuple(_tables(facts, "good")),
        keys={name: tuple(keys) for name, keys in facts.get("keys", {}).items()},
        also=tuple(facts.get("also", ())),
    )


def _tables(facts: Mapping[str, Any], kind: str) -> Iterator[ExampleTable]:
    """The datasets of one of the two examples: those of both, with the rows of this one."""
    shared = facts.get("datasets", {})
    changed = {**facts.get("bad", {}), **facts.get("good", {})}
    own = facts.get(kind, {})
    for name in (*shared, *(name for name in changed if name not in shared)):
        table = dict(shared.get(name, {}))
        over = own.get(name, {})
        table |= over if isinstance(over, dict) else {"rows": over}
        if table:
            yield _table(name, table, name in changed)


def _table(name: str, table: Mapping[str, Any], differs: bool) -> ExampleTable:
    columns, rows = tuple(table["columns"]), tuple(map(tuple, table.get("rows", ())))
    if wrong := [row for row in rows if len(row) != len(columns)]:
        raise ValueError(f"{name}: {wrong[0]} has not the {len(columns)} columns of the table")
    return ExampleTable(
        name, columns, rows, differs, table.get("label"), table.get("described", {})
    )


def given_datasets(tables: tuple[ExampleTable, ...]) -> dict[str, DescribedDataset]:
    """The datasets of an example as a reader gives them: numbers float64, everything else text."""
    from clinmap.readers.described import DescribedColumn, DescribedDataset

    given: dict[str, DescribedDataset] = {}
    for table in tables:
        frame = _frame(table)
        columns = [
            DescribedColumn(name, frame[name].dtype.kind != "f", **_told(table.described, name))
            for name in (table.columns if table.described else ())
        ]
        given[table.dataset] = DescribedDataset(frame, tuple(columns), table.dataset, table.label)
    return given


def _told(described: Mapping[str, Mapping[str, Cell]], column: str) -> dict[str, Any]:
    facts = described.get(column, {})
    return {name: facts.get(name) for name in ("label", "length", "format")}


def _frame(table: ExampleTable) -> pd.DataFrame:
    import pandas as pd

    values = {name: [row[i] for row in table.rows] for i, name in enumerate(table.columns)}
    return pd.DataFrame({name: _column(cells) for name, cells in values.items()})


def _column(cells: list[Cell]) -> pd.Series:
    """A column of numbers where every value is one, else of text; empty ones are text."""
    import pandas as pd

    known = [cell for cell in cells if cell is not None]
    numbers = bool(known) and all(isinstance(cell, int | float) for cell in known)
    texts = [None if cell is None else str(cell) for cell in cells]
    return pd.Series(cells, dtype="float64") if numbers else pd.Series(texts, dtype="str")

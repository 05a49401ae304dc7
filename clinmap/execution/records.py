"""What is the same for all rows of one source record is worked out once for it.

A findings form has a column for each test, so one source record becomes a row for each of them. Its
subject, its dates and its visit are those of all these rows. They are made on a dataset in the
making that has each record once, and the rows take them from there. Whether that is done hangs on
the Plan alone: a source with several templates has it, however few its rows are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from clinmap.execution.tables import RECORD, Chosen, Link, Segment, Working, stack
from clinmap.frames import Positions
from clinmap.plan import DatasetPlan, Join, VariablePlan

Made = Callable[[], tuple[Positions, Positions]]
"""What makes rows and what each of them is linked to: links are many, and made one by one."""


def with_records(working: Working, chosen: list[Chosen]) -> Working:
    """The dataset in the making, with its source records beside it where rows share them."""
    if not any(len(source.templates) > 1 for source in working.plan.sources):
        return working
    of_source: dict[int, list[Chosen]] = defaultdict(list)
    for part in chosen:
        of_source[part.segment.source_number].append(part)
    once = [_once(parts) for parts in of_source.values()]
    places, start = dict[int, Positions](), 0
    for source, record in zip(of_source, once, strict=True):
        places[source] = np.empty(len(record.whole), dtype=np.int64)
        places[source][record.rows] = start + np.arange(len(record.rows))
        start += len(record.rows)
    found = [places[part.segment.source_number][part.rows] for part in chosen]
    working.matched[RECORD] = np.concatenate(found)
    working.records = stack(working.plan, once)
    working.records.whole = working
    return working


def _once(parts: list[Chosen]) -> Chosen:
    """The rows of one source, each once, whatever shapes they are given."""
    first = parts[0]
    taken = np.zeros(len(first.whole), dtype=bool)
    for part in parts:
        taken[part.rows] = True
    rows = np.flatnonzero(taken)
    segment = first.segment
    return Chosen(Segment(segment.source, segment.table, segment.source_number), first.whole, rows)


def own_needs(dataset: DatasetPlan, variable: VariablePlan) -> set[str]:
    """The variables of the dataset that a variable is made from, its joins and codelists included.

    USUBJID is among them where another table is met by it.
    """
    refs = [ref for step in variable.steps for ref in step.inputs]
    found = {ref.column for ref in refs if ref.kind == "own"}
    for owner in {ref.owner for ref in refs if ref.kind in ("dataset", "table")}:
        for source in dataset.sources:
            join = source.join(owner)
            if join is None:
                found.add("USUBJID")
            else:
                found |= {own.column for own, _ in join.by if own.kind == "own"}
    told = [variable, *(v for v in map(dataset.variable, found) if v is not None)]
    found |= {c.variable for one in told for use in one.codelists for c in use.when}
    return found - {variable.name}


def is_of_record(working: Working, variable: VariablePlan) -> bool:
    """Whether a variable has one value for all rows of a source record, as far as is known now."""
    records = working.records
    return (
        records is not None
        and not variable.per_source
        and all(step.operation.of_record for step in variable.steps)
        and all(records.has(name) for name in own_needs(working.plan, variable))
    )


def records_that_meet(working: Working, join: Join) -> Working | None:
    """The source records, where all that a join asks of a row is known of its record."""
    records = working.records
    asked = [own.column for own, _ in join.by if own.kind == "own"]
    return records if records is not None and all(map(records.has, asked)) else None


def links_of_rows(working: Working) -> Iterator[tuple[str, str, Made]]:
    """The links of a dataset's rows, those of their source records among them.

    Each with its variable, the table it leads to, and what makes its rows and records.
    """
    for link in working.links:
        yield link.variable, link.table, partial(_as_they_are, link)
    if working.records is not None:
        of, size = working.matched[RECORD], len(working.records)
        for link in working.records.links:
            yield link.variable, link.table, partial(_for_all_rows, link, of, size)


def _as_they_are(link: Link) -> tuple[Positions, Positions]:
    return link.rows, link.records


def _for_all_rows(link: Link, of: Positions, size: int) -> tuple[Positions, Positions]:
    """The rows that are made of the linked source records, and what those are linked to."""
    counts = np.bincount(link.rows, minlength=size)
    if counts.max(initial=0) <= 1:
        linked = np.full(size, -1, dtype=np.int64)
        linked[link.rows] = link.records
        found = linked[of]
        rows = np.flatnonzero(found >= 0)
        return rows, found[rows]
    order, many = np.argsort(link.rows, kind="stable"), counts[of]
    rows = np.repeat(np.arange(len(of)), many)
    begins = np.repeat((np.cumsum(counts) - counts)[of], many)
    step = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    return rows, link.records[order][begins + step]


def met_by_rows(working: Working) -> Iterator[tuple[str, str, Made]]:
    """By join: its name, the table, and what makes the rows and their partners there."""
    records = working.records
    shared = {} if records is None else records.joined
    for owner, table in sorted({**working.joined, **shared}.items()):
        if records is not None and owner in shared:
            yield owner, table, partial(_met, records.matched[owner], working.matched[RECORD])
        else:
            yield owner, table, partial(_met, working.matched[owner], None)


def _met(found: Positions, of: Positions | None) -> tuple[Positions, Positions]:
    """The rows that have a partner, and which one it is."""
    found = found if of is None else found[of]
    rows = np.flatnonzero(found >= 0)
    return rows, found[rows]

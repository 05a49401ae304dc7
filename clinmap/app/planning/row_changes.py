"""What differs in which rows a dataset has: sources, conditions, joins, shapes, drops, collapse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clinmap.app.build.edges import ROWS, Node
from clinmap.app.planning.change import Change, pairs
from clinmap.app.planning.written import rows_written, written
from clinmap.plan import DatasetPlan, Drop, Join, Ref, SourcePlan, Template, VariablePlan


def row_changes(old: DatasetPlan, new: DatasetPlan) -> Iterator[Change]:
    """Every change of the rows; what a reason says is metadata."""
    was, now = (dict(zip(source_names(d), d.sources, strict=True)) for d in (old, new))
    numbers = {name: number for number, name in enumerate(now)}
    for name, before, after in pairs(was, now):
        if before is None or after is None:
            yield _rows(new, f"source {name} {'added' if after else 'removed'}")
            continue
        yield from _source(new, name, before, after)
        shapes = [
            dict(zip(shape_names(d, list(side).index(name)), side[name].templates, strict=True))
            for d, side in ((old, was), (new, now))
        ]
        yield from _shapes(new, name, *shapes)
        yield from _joins(old, new, name, before, after, numbers[name])
    yield from _drops(new, old.drops, new.drops)
    collapses = rows_written(old.collapse), rows_written(new.collapse)
    if collapses[0] != collapses[1]:
        yield _rows(new, "collapse", *collapses)


def source_names(dataset: DatasetPlan) -> list[str]:
    """A name for each source: its table, numbered where several have the same."""
    tables = [source.table for source in dataset.sources]
    found = []
    for number, table in enumerate(tables):
        before = tables[:number].count(table)
        found.append(f"{table} ({before + 1})" if before else table)
    return found


def shape_names(dataset: DatasetPlan, source: int) -> list[str]:
    """A name for each row template of a source: the test that it is for, which says more than its
    number, and does not change where another template comes before it."""
    found: list[str] = []
    for number, _ in enumerate(dataset.sources[source].templates):
        constants = [
            f"{variable.name} {step.operation.constant}"
            for variable in sorted(dataset.variables, key=_is_no_test)
            for use in variable.per_source
            if (use.source, use.template) == (source, number)
            for step in use.steps
            if hasattr(step.operation, "constant")
        ]
        name = constants[0] if constants else "record"
        again = sum(one.partition(" #")[0] == name for one in found)
        found.append(f"{name} #{again + 1}" if again else name)
    return found


def _is_no_test(variable: VariablePlan) -> bool:
    return not variable.name.endswith(("TESTCD", "PARAMCD"))


def _rows(dataset: DatasetPlan, aspect: str, old: str = "", new: str = "") -> Change:
    return Change(
        "dataset", (dataset.name,), aspect, old, new, "data", starts=((dataset.name, ROWS),)
    )


def _source(dataset: DatasetPlan, name: str, old: SourcePlan, new: SourcePlan) -> Iterator[Change]:
    """Which rows of a table are taken, and whether they are split or made distinct."""
    conditions = written(old.where or ""), written(new.where or "")
    if conditions[0] != conditions[1]:
        yield _rows(dataset, f"where, of {name}", *conditions)
    for word in ("split", "distinct"):
        was, now = (rows_written(getattr(source, word)) for source in (old, new))
        if was != now:
            yield _rows(dataset, f"{word}, of {name}", was, now)
    reasons = [
        "; ".join(filter(None, (s.where_reason, s.distinct.reason if s.distinct else "")))
        for s in (old, new)
    ]
    if reasons[0] != reasons[1]:
        was, now = reasons
        yield Change("dataset", (dataset.name,), f"reason, of {name}", was, now)


def _shapes(
    dataset: DatasetPlan, name: str, old: dict[str, Template], new: dict[str, Template]
) -> Iterator[Change]:
    for shape, before, after in pairs(old, new):
        if before is None or after is None:
            yield _rows(dataset, f"record {shape} of {name} {'added' if after else 'removed'}")
            continue
        conditions = written(before.where or ""), written(after.where or "")
        if conditions[0] != conditions[1]:
            yield _rows(dataset, f"where, of record {shape} of {name}", *conditions)
        if before.where_reason != after.where_reason:
            reasons = before.where_reason, after.where_reason
            yield Change("dataset", (dataset.name,), f"reason, of record {shape}", *reasons)


def _joins(
    before: DatasetPlan,
    after: DatasetPlan,
    name: str,
    old: SourcePlan,
    new: SourcePlan,
    number: int,
) -> Iterator[Change]:
    """A join is data for what reads it; where nothing does, it changes nothing."""
    was, now = ({join.name: join for join in source.joins} for source in (old, new))
    for join, one, other in pairs(was, now):
        told = written(one or ""), written(other or "")
        if told[0] == told[1]:
            continue
        starts = {*_readers(after, new, number, join)}
        starts |= {node for node in _readers(before, old, number, join) if len(before.sources) == 1}
        if any(known is not None and known.take == "all" for known in (one, other)):
            starts.add((after.name, ROWS))
        place = (other or one or new).location
        yield Change(
            "dataset", (after.name,), f"join {join} of {name}", *told,
            "data" if starts else "metadata", location=place, starts=tuple(sorted(starts)),
        )  # fmt: skip


def _readers(dataset: DatasetPlan, source: SourcePlan, number: int, join: str) -> Iterator[Node]:
    """What reads columns of a join: which rows there are, and variables of rows of the source."""
    names = _behind(source.joins, join)
    if _asks((*source.row_references, *dataset.row_references), names):
        yield dataset.name, ROWS
    for variable in dataset.variables:
        if any(_asks(step.inputs, names) for step in variable.steps_for(number)):
            yield dataset.name, variable.name


def _behind(joins: Iterable[Join], name: str) -> set[str]:
    """A join, and those that meet their rows by its columns."""
    found = {name}
    listed = list(joins)
    while more := {j.name for j in listed if _asks((own for own, _ in j.by), found)} - found:
        found |= more
    return found


def _asks(references: Iterable[Ref], owners: set[str]) -> bool:
    return any(reference.owner in owners for reference in references)


def _drops(dataset: DatasetPlan, old: Iterable[Drop], new: Iterable[Drop]) -> Iterator[Change]:
    was, now = ({drop.when.text: drop for drop in drops} for drops in (old, new))
    for when, before, after in pairs(was, now):
        if before is None or after is None:
            told = ("", when) if after else (when, "")
            yield _rows(dataset, f"drop {'added' if after else 'removed'}", *told)
        elif before.reason != after.reason:
            yield Change(
                "dataset", (dataset.name,), "reason of a drop", before.reason, after.reason,
                location=after.location,
            )  # fmt: skip

"""What differs between two Plans: each change with its kind, and where it starts in the graph.

A change is `data` where values or records may be others, and `metadata` where only what is said of
them is. Plans are compared as text (`clinmap.app.planning.written`), so places do not count.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from clinmap.app.build.edges import ROWS, SUBJECT, Node
from clinmap.app.planning.change import (
    Change,
    asked_codelists,
    is_foreign,
    pairs,
    texts,
)
from clinmap.app.planning.dataset_changes import dataset_changes
from clinmap.app.planning.written import step_written, written
from clinmap.phrases import listed
from clinmap.plan import ExpectedProblem, Plan, PlanCodelist, RawTable
from clinmap.registry import Operation

READS_PARAMETERS = {"visit": "visits"}
"""The operations that read a parameter of study.yaml of which they do not give the name."""

STUDY_TEXTS = ("title", "description", "protocol", "as_of", "language", "comment", "documents")
TABLE_TEXTS = ("unexpected", "collected_by", "not_submitted", "optional")
CODELIST_TEXTS = ("name", "label", "code", "package", "extensible", "external", "version", "href",
                  "format", "description", "comment")  # fmt: skip


def plan_changes(old: Plan, new: Plan) -> tuple[Change, ...]:
    """Every difference of two Plans, the same change of several datasets as one."""
    found = [
        *_study(old, new),
        *_raw_tables(old, new),
        *dataset_changes(old, new),
        *_codelists(old, new),
        *_corrections(old, new),
        *_checks(old, new),
        *_results(old, new),
    ]
    return _merged(found)


def _merged(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The same change of several datasets as one change, at the place of the first."""
    found: dict[tuple[str, ...], Change] = {}
    for change in changes:
        alone = "" if change.variable else change.names[0]
        key = (change.part, alone, change.variable, change.aspect, change.old, change.new)
        known = found.get((*key, change.kind))
        found[(*key, change.kind)] = _together(known, change) if known else change
    return tuple(found.values())


def _together(first: Change, second: Change) -> Change:
    names, starts = (*first.names, *second.names), (*first.starts, *second.starts)
    return replace(first, names=names, starts=starts)


def _study(old: Plan, new: Plan) -> Iterator[Change]:
    yield from texts("study", "study", old, new, STUDY_TEXTS)
    if old.study != new.study:
        # STUDYID of each dataset is a change of its own
        yield Change("study", ("study",), "study identifier", old.study, new.study)
    declared = written(old.standards), written(new.standards)
    if declared[0] != declared[1]:
        yield Change("study", ("study",), "standards", *_standards(old, new))
    if written(old.subject) != written(new.subject):
        starts = tuple((table, SUBJECT) for table in new.raw)
        was, now = (
            "; ".join(step_written(step.operation) for step in plan.subject.steps)
            for plan in (old, new)
        )
        yield Change("study", ("study",), "rule for USUBJID", was, now, "data", starts=starts)
    for name, before, after in pairs(old.parameters, new.parameters):
        if written(before) != written(after):
            yield _parameter(name, before, after, old, new)


def _standards(old: Plan, new: Plan) -> tuple[str, str]:
    def told(plan: Plan) -> list[str]:
        return [
            f"{s.publishing_set or s.name} {s.version} {s.status} {s.comment}".strip()
            for s in plan.standards
        ]

    was, now = told(old), told(new)
    return (
        ", ".join(one for one in was if one not in now) or "as now, in another order",
        ", ".join(one for one in now if one not in was) or "as before, in another order",
    )


def _parameter(name: str, before: object, after: object, old: Plan, new: Plan) -> Change:
    """A parameter is data for what reads it; only how many entries a list has is told."""
    starts = {node for plan in (old, new) for node in _reading_parameter(plan, name)}
    return Change(
        "study", ("parameters",), name, _told(before), _told(after),
        "data" if starts else "metadata", starts=tuple(sorted(starts)),
    )  # fmt: skip


def _reading_parameter(plan: Plan, name: str) -> Iterator[Node]:
    for table in plan.raw.values():
        if table.format == "study" and table.path == name:
            yield from whole_table(table)
    for dataset in plan.datasets:
        for variable in dataset.variables:
            if any(_asks_for(step.operation, name) for step, _ in variable.all_steps):
                yield dataset.name, variable.name


def _asks_for(operation: Operation, parameter: str) -> bool:
    """Whether an operation names a parameter of study.yaml, or reads it without naming it."""
    held = [getattr(operation, field.name) for field in dataclasses.fields(operation)]  # type: ignore[arg-type]
    named = READS_PARAMETERS.get(operation.name)
    texts_held = [text for text in held if isinstance(text, str)]
    return parameter in (named, *texts_held) or is_foreign(operation)


def whole_table(table: RawTable) -> Iterator[Node]:
    """The nodes of a raw table: its rows, its subjects, its declared columns."""
    yield from ((table.name, column) for column in (ROWS, SUBJECT, *table.columns))


def _told(value: object) -> str:
    """A parameter: one value as it is, of several only how many, as they may speak of subjects."""
    if isinstance(value, Mapping | list | tuple):
        return f"{len(value):,} entries"
    return "" if value is None else written(value)


def _raw_tables(old: Plan, new: Plan) -> Iterator[Change]:
    for name, before, after in pairs(old.raw, new.raw):
        if before is None or after is None:
            table = after or before
            assert table is not None
            yield Change(
                "raw table", (name,), "added" if after else "removed", kind="data",
                location=table.location, starts=tuple(whole_table(table)),
            )  # fmt: skip
        else:
            place = after.location
            changes = [*_reading(before, after), *_columns(before, after)]
            changes += texts("raw table", name, before, after, TABLE_TEXTS)
            yield from (replace(change, location=place) for change in changes)


def _reading(old: RawTable, new: RawTable) -> Iterator[Change]:
    """How a raw table is read: every cell may be another."""
    for field in ("path", "format", "options", "missing"):
        before, after = written(getattr(old, field)), written(getattr(new, field))
        if before != after:
            starts = tuple(whole_table(new))
            yield Change("raw table", (new.name,), field, before, after, "data", starts=starts)


def _columns(old: RawTable, new: RawTable) -> Iterator[Change]:
    """The declared columns are the contract of the table; what is read is said by the datasets."""
    gone = [name for name in old.columns if name not in new.columns]
    added = [name for name in new.columns if name not in old.columns]
    if old.columns != new.columns:
        yield Change("raw table", (new.name,), "columns", listed(gone), listed(added))


def _codelists(old: Plan, new: Plan) -> Iterator[Change]:
    for name, before, after in pairs(old.codelists, new.codelists):
        if before is None or after is None:
            yield Change("codelist", (name,), "added" if after else "removed")
            continue
        yield from texts("codelist", name, before, after, CODELIST_TEXTS)
        if (before.terms, before.resolver) == (after.terms, after.resolver):
            continue
        was, now = _terms(before), _terms(after)
        if was != now:
            starts = tuple(sorted({*resolved_by(old, name), *resolved_by(new, name)}))
            yield Change(
                "codelist", (name,), "terms", _other(was, now), _other(now, was),
                "data" if starts else "metadata", starts=starts,
            )  # fmt: skip


def _terms(codelist: PlanCodelist) -> dict[str, str]:
    """Each term with all that is said of it, and by what it is found in collected text."""
    found = {term.value: written(term) for term in codelist.terms}
    for term in codelist.resolver.terms if codelist.resolver is not None else ():
        found[term.value] = f"{found.get(term.value, '')} {written(term)}"
    return found


def _other(terms: Mapping[str, str], others: Mapping[str, str]) -> str:
    """The terms that the other side has not, or of which it says something else."""
    return listed(name for name, text in terms.items() if others.get(name) != text)


def resolved_by(plan: Plan, codelist: str) -> Iterator[Node]:
    """The variables whose values follow from the terms of a codelist."""
    for dataset in plan.datasets:
        using = {
            variable.name
            for variable in dataset.variables
            if any(use.codelist == codelist for use in variable.codelists)
        }
        for variable in dataset.variables:
            if using & set(asked_codelists(variable)):
                yield dataset.name, variable.name


def _corrections(old: Plan, new: Plan) -> Iterator[Change]:
    """Corrections by their ids; keys and values of cells are data, and are not told."""
    before = {(c.table, c.id): c for c in old.corrections}
    after = {(c.table, c.id): c for c in new.corrections}
    for (table, identifier), was, now in pairs(before, after):
        if written(was) == written(now):
            continue
        known = now or was
        assert known is not None
        acts = [(c.key, c.column, c.old, c.new) if c is not None else None for c in (was, now)]
        said = "changed" if was and now else "added" if now else "removed"
        starts = {(table, c.column) for c in (was, now) if c is not None}
        yield Change(
            "raw table", (table,), f"correction {identifier} of {known.column} {said}",
            kind="data" if acts[0] != acts[1] else "metadata", location=known.location,
            starts=tuple(sorted(starts)) if acts[0] != acts[1] else (),
        )  # fmt: skip


def _checks(old: Plan, new: Plan) -> Iterator[Change]:
    """Severities, expected problems and mirrors: what is said of problems, not what is built."""
    for code, one, other in pairs(old.severities, new.severities):
        if one != other:
            was, now = (str(level.value) if level else "" for level in (one, other))
            yield Change("checks", (code,), "severity", was, now)
    for (code, where, _), before, after in pairs(_expected(old), _expected(new)):
        known = after or before
        if known is not None and written(before) != written(after):
            was, now = (_count(problem) for problem in (before, after))
            what = f"expected of {where or 'the study'}"
            yield Change("checks", (code,), what, was, now, location=known.location)
    for name, mirror, another in pairs(old.mirrors, new.mirrors):
        if written(mirror) != written(another):
            yield Change("checks", (name,), "mirror", written(mirror or ""), written(another or ""))


def _expected(plan: Plan) -> dict[tuple[str, str, str], ExpectedProblem]:
    return {
        (e.code, ".".join(filter(None, (e.dataset, e.variable))), e.says): e for e in plan.expected
    }


def _count(expected: ExpectedProblem | None) -> str:
    if expected is None:
        return ""
    return f"{'any number' if expected.count is None else expected.count}: {expected.reason}"


def _results(old: Plan, new: Plan) -> Iterator[Change]:
    """Tables, listings and figures, each as a whole: what they show may be other."""
    was, now = ({d.id: d for d in (p.results.displays if p.results else ())} for p in (old, new))
    for name, before, after in pairs(was, now):
        if written(before or "") != written(after or ""):
            said = "changed" if before and after else "added" if after else "removed"
            known = after or before
            place = known.location if known else None
            yield Change("results", (name,), f"display {said}", kind="data", location=place)
    told = [written((r.objectives, r.assumptions) if r else ()) for r in (old.results, new.results)]
    if told[0] != told[1]:
        yield Change("results", ("objectives",), "texts of objectives or assumptions")

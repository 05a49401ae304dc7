"""Which datasets are a function of one subject's rows: these may be built for subjects apart.

What is not known to be so is made of all rows. A dataset is local where each of its rows comes from
a table with subjects, where rows that are compared are of one subject, and where every operation
says that it is `local`. That its USUBJID is that of its raw rows is looked at once it is built.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from clinmap.graph import SUBJECT
from clinmap.partition.evidence import Evidence
from clinmap.plan import DatasetPlan, Join, Ref, SourcePlan, Step

OWN_SUBJECT = Ref("own", SUBJECT)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A join that a dataset uses: from which source, to which table."""

    source: SourcePlan
    join: Join


@dataclass(frozen=True, slots=True)
class Stage:
    """Datasets that are built in one go: all of it, or subject by subject."""

    datasets: tuple[str, ...]
    in_parts: bool


@dataclass(slots=True)
class Division:
    """How a study is divided: the stages as they were run, and why a dataset is made of all rows.

    A dataset without a reason is built by subjects.
    """

    reasons: dict[str, str]
    stages: list[Stage] = field(default_factory=list)

    def by_subject(self) -> tuple[str, ...]:
        """The datasets that were built by subjects."""
        return tuple(n for stage in self.stages if stage.in_parts for n in stage.datasets)


def meetings(dataset: DatasetPlan) -> tuple[Meeting, ...]:
    """The joins that a dataset uses, declared or by subject, once each."""
    owners = {ref.owner for ref in _references(dataset) if ref.kind in ("table", "dataset")}
    found: dict[Meeting, None] = {}
    for source in dataset.sources:
        wanted = [*sorted(owners), *(join.name for join in source.joins if join.take == "all")]
        while wanted:
            owner = wanted.pop()
            join = source.join(owner) or Join(owner, owner, ((OWN_SUBJECT, SUBJECT),))
            if Meeting(source, join) not in found:
                found[Meeting(source, join)] = None
                wanted += [own.owner for own, _ in join.by if own.owner]
    return tuple(found)


def tables_of(dataset: DatasetPlan) -> frozenset[str]:
    """Every table and dataset that a dataset reads."""
    sources = {source.table for source in dataset.sources}
    return frozenset(sources | {meeting.join.table for meeting in meetings(dataset)})


def read_whole(dataset: DatasetPlan) -> frozenset[str]:
    """The tables in which an operation looks up by itself, by whatever it likes."""
    named = (getattr(step.operation, "table", "") for step in _steps(dataset))
    return frozenset(name for name in named if isinstance(name, str) and name)


def columns_read(plans: Iterable[DatasetPlan]) -> dict[str, set[str]]:
    """The columns that datasets read of each table, USUBJID among them."""
    found: dict[str, set[str]] = defaultdict(lambda: {SUBJECT})
    for dataset in plans:
        met = meetings(dataset)
        called: dict[str, set[str]] = defaultdict(set)
        for meeting in met:
            called[meeting.join.name].add(meeting.join.table)
            found[meeting.join.table].update(meeting.join.columns)
        own = [reference for meeting in met for reference, _ in meeting.join.by]
        for reference in (*_references(dataset), *own):
            if reference.kind == "source":
                for source in dataset.sources:
                    found[source.table].add(reference.column)
            elif reference.owner:
                for table in (reference.owner, *called[reference.owner]):
                    found[table].add(reference.column)
    return found


def by_subject(meeting: Meeting) -> bool:
    """Whether the rows that meet have one USUBJID: it is among the keys of both sides."""
    return any(other == SUBJECT and is_subject(own) for own, other in meeting.join.by)


def is_subject(reference: Ref) -> bool:
    """Whether a reference is the USUBJID of the row."""
    return reference.column == SUBJECT and reference.kind in ("own", "source")


def orders(dataset: DatasetPlan) -> Iterator[tuple[str, str]]:
    """The columns of other tables by whose size a dataset puts partners, or its source's rows."""
    for meeting in meetings(dataset):
        yield from ((meeting.join.table, column) for column in meeting.join.order)
    for source in dataset.sources:
        for ref in source.distinct.order if source.distinct else ():
            if not is_subject(ref):
                join = source.join(ref.owner)
                owner = source.table if ref.kind == "source" else join.table if join else ref.owner
                yield owner, ref.column


def why_whole(dataset: DatasetPlan, plans: Mapping[str, DatasetPlan], evidence: Evidence) -> str:
    """Why a dataset is made of all rows at once; empty where subjects may be built apart."""
    if dataset.variable(SUBJECT) is None:
        return f"it has no {SUBJECT}"
    return next(
        (
            reason
            for reason in (
                *(_of_operation(step) for step in _steps(dataset)),
                *(_of_source(source, plans, evidence) for source in dataset.sources),
                _of_collapse(dataset),
                _of_itself(dataset),
                _of_mixture(dataset, plans),
            )
            if reason
        ),
        "",
    )


def _of_operation(step: Step) -> str:
    operation = step.operation
    return "" if operation.is_local() else f"{operation.name} may look at several subjects"


def _of_collapse(dataset: DatasetPlan) -> str:
    rule = dataset.collapse
    if rule is None or OWN_SUBJECT in rule.by:
        return ""
    return f"its rows become one by {', '.join(map(str, rule.by))}"


def _of_itself(dataset: DatasetPlan) -> str:
    met = (m for m in meetings(dataset) if m.join.table == dataset.name and not by_subject(m))
    return next((f"its rows meet each other as {meeting.join.name}" for meeting in met), "")


def _of_mixture(dataset: DatasetPlan, plans: Mapping[str, DatasetPlan]) -> str:
    """Whether a column is numbers in one source and text in another.

    A part without rows of the one would not see what all rows together are: text.
    """
    for variable in dataset.variables:
        own = {use.source for use in variable.per_source if use.template < 0}
        sources = [source for number, source in enumerate(dataset.sources) if number not in own]
        for step in variable.steps:
            for ref in step.inputs:
                asked = ref.kind == "source"
                if asked and len({_is_number(s, ref.column, plans) for s in sources}) > 1:
                    return f"{ref} is numbers in one source and text in another"
    return ""


def _is_number(source: SourcePlan, column: str, plans: Mapping[str, DatasetPlan]) -> bool:
    """Whether a column of a source is numbers; raw columns are text, and so is a missing one."""
    plan = plans.get(source.table) if source.is_dataset else None
    variable = plan.variable(column) if plan is not None else None
    if plan is None or variable is None or variable.is_character:
        return False
    return plan.purpose == "Analysis" or variable.type in ("integer", "float")


def _of_source(source: SourcePlan, plans: Mapping[str, DatasetPlan], evidence: Evidence) -> str:
    plan = plans.get(source.table)
    if source.is_dataset and (plan is None or plan.variable(SUBJECT) is None):
        return f"its source {source.table} has no {SUBJECT}"
    return _of_distinct(source, evidence)


def _of_distinct(source: SourcePlan, evidence: Evidence) -> str:
    """Why rows of several subjects might be taken for the same."""
    rule = source.distinct
    if rule is None:
        return ""
    columns = [ref.column for ref in rule.by if ref.kind == "source"]
    keyed = any(map(is_subject, rule.by))
    if not keyed and (source.is_dataset or not evidence.alone(source.table, columns)):
        return f"rows of {source.table} that agree in {', '.join(columns)} count as one"
    if any(ref.kind == "dataset" for ref in rule.order):
        return f"the rows of {source.table} are ordered by another dataset"
    return ""


def _steps(dataset: DatasetPlan) -> Iterator[Step]:
    for variable in dataset.variables:
        for step, _ in variable.all_steps:
            yield step


def _references(dataset: DatasetPlan) -> Iterator[Ref]:
    """Every reference of a dataset but those of its joins."""
    for step in _steps(dataset):
        yield from step.inputs
    yield from dataset.row_references
    for source in dataset.sources:
        yield from source.row_references


def next_stage(
    plans: Mapping[str, DatasetPlan],
    remaining: Iterable[str],
    done: Iterable[str],
    reasons: Mapping[str, str],
) -> Stage | None:
    """What can be built now: first what is made of all rows, then all that is made by subjects.

    None where nothing is left that is made by subjects: the rest is made of all rows.
    """
    left, there = list(remaining), set(done)
    whole = _closed(plans, [n for n in left if reasons[n]], there)
    if whole and any(not reasons[name] for name in left):
        return Stage(tuple(whole), in_parts=False)
    local = _closed(plans, [n for n in left if not reasons[n]], there, by_subjects=True)
    return Stage(tuple(local), in_parts=True) if local else None


def _closed(
    plans: Mapping[str, DatasetPlan], names: list[str], done: set[str], by_subjects: bool = False
) -> list[str]:
    """Those of the datasets that need nothing but each other and what is done."""
    chosen = list(names)
    while True:
        there = {*chosen, *done}
        kept = [
            name
            for name in chosen
            if all(table in there for table in tables_of(plans[name]) if table in plans)
            and not (by_subjects and _met_otherwise(plans[name], there - done))
        ]
        if len(kept) == len(chosen):
            return kept
        chosen = kept


def _met_otherwise(dataset: DatasetPlan, together: set[str]) -> bool:
    """Whether rows meet those of a dataset of the same stage by other keys than USUBJID."""
    return any(m.join.table in together and not by_subject(m) for m in meetings(dataset))

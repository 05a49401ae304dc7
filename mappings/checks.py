"""Checking a compiled study: every reference points at something, every constant is a term."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clinmap.plan import DatasetPlan, Join, Plan, Ref, SourcePlan, VariablePlan
from clinmap.problems import Location, Problem, Severity, SpecificationError, near_match
from clinmap.standards import sdtm_dataset
from mappings.datasets import references

NUMERIC_RESULT = ("STRESC", "ORRES")


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks the datasets of a plan."""

    plan: Plan

    def errors(self) -> list[SpecificationError]:
        """Every error of the study's datasets."""
        found: list[SpecificationError] = []
        for dataset in self.plan.datasets:
            if not dataset.parent:
                found += self._references(dataset)
                found += self._constants(dataset)
                found += self._required(dataset)
                found += self._operations(dataset)
        return found

    def notes(self) -> list[Problem]:
        """What is allowed and still should be looked at: Expected variables nobody explained."""
        return [problem for d in self.plan.datasets if not d.parent for problem in _expected(d)]

    def _references(self, dataset: DatasetPlan) -> Iterator[SpecificationError]:
        for variable in dataset.variables:
            for reference, place, source in references(variable):
                sources = dataset.sources if source is None else (dataset.sources[source],)
                yield from self._reference(dataset, reference, place, sources)
        for source_plan in dataset.sources:
            yield from self._source(dataset, source_plan)
        for drop in dataset.drops:
            for reference in drop.when.references:
                yield from self._reference(dataset, reference, drop.location, dataset.sources)

    def _source(self, dataset: DatasetPlan, source: SourcePlan) -> Iterator[SpecificationError]:
        conditions = [(source.where, source.location)]
        conditions += [(template.where, template.location) for template in source.templates]
        for condition, place in conditions:
            for reference in condition.references if condition else ():
                yield from self._reference(dataset, reference, place, (source,))
        for join in source.joins:
            if self._join_is_used(dataset, source, join):
                yield from self._join(dataset, source, join)
        if source.distinct is not None:
            for reference in (*source.distinct.by, *source.distinct.order):
                yield from self._reference(dataset, reference, source.distinct.location, (source,))

    def _join_is_used(self, dataset: DatasetPlan, source: SourcePlan, join: Join) -> bool:
        used = {ref.owner for v in dataset.variables for ref, _, _ in references(v)}
        return join.name in used or join.location.file == source.location.file

    def _join(
        self, dataset: DatasetPlan, source: SourcePlan, join: Join
    ) -> Iterator[SpecificationError]:
        for own, other in join.by:
            yield from self._reference(dataset, own, join.location, (source,))
            if other != "USUBJID":
                yield from self._column(join.table, other, join.location)
        for column in join.order:
            yield from self._column(join.table, column, join.location)
        for reference in join.where.references if join.where else ():
            yield from self._column(join.table, reference.column, join.location)

    def _reference(
        self,
        dataset: DatasetPlan,
        reference: Ref,
        place: Location,
        sources: tuple[SourcePlan, ...],
    ) -> Iterator[SpecificationError]:
        if reference.kind == "own":
            names = [variable.name for variable in dataset.variables]
            if reference.column not in names:
                yield _nothing(reference, f"{dataset.name} has no variable", names, place)
            return
        for source in sources:
            if reference.kind == "source":
                yield from self._column(source.table, reference.column, place)
                continue
            join = next((join for join in source.joins if join.name == reference.owner), None)
            yield from self._column(join.table if join else reference.owner, reference.column, place)

    def _column(self, table: str, column: str, place: Location) -> Iterator[SpecificationError]:
        if (dataset := self.plan.dataset(table)) is not None:
            names = [variable.name for variable in dataset.variables]
            if column not in names:
                reference = Ref("dataset", column, table)
                yield _nothing(reference, f"{table} has no variable", names, place)
        elif table in self.plan.raw:
            declared = self.plan.raw[table].columns
            if declared and column not in declared:
                reference = Ref("table", column, table)
                yield _nothing(reference, f"raw table {table} has no column", declared, place)
        else:
            names = [*self.plan.raw, *(d.name for d in self.plan.datasets)]
            reference = Ref("table", column, table)
            yield _nothing(reference, f"there is no table or dataset {table!r} for", names, place,
                           table)  # fmt: skip

    def _constants(self, dataset: DatasetPlan) -> Iterator[SpecificationError]:
        for variable in dataset.variables:
            if not variable.codelists or variable.name[2:] in NUMERIC_RESULT:
                continue
            for step in (*variable.steps, *(s for u in variable.per_source for s in u.steps)):
                value = getattr(step.operation, "constant", None)
                if isinstance(value, str) and not self._allowed(variable, value):
                    yield self._no_term(variable, value, step.location)

    def _allowed(self, variable: VariablePlan, value: str) -> bool:
        if value in variable.exceptions:
            return True
        lists = [self.plan.codelists[use.codelist] for use in variable.codelists]
        return any(
            found.external or value in {term.value for term in found.terms} for found in lists
        )

    def _no_term(self, variable: VariablePlan, value: str, place: Location) -> SpecificationError:
        codelist = self.plan.codelists[variable.codelists[0].codelist]
        near = codelist.resolver.near(value) if codelist.resolver else ()
        more = "" if not codelist.extensible else (
            f" A term of your own goes under terminology: extend: {codelist.name}."
        )
        return SpecificationError(
            "SPC014",
            f"{value!r} is no term of codelist {codelist.name} for {variable.name}",
            location=place,
            hint=(f"Near: {', '.join(near)}." if near else "") + more,
        )

    def _operations(self, dataset: DatasetPlan) -> Iterator[SpecificationError]:
        for variable in dataset.variables:
            for step in (*variable.steps, *(s for u in variable.per_source for s in u.steps)):
                if lack := step.operation.lacks(self.plan):
                    yield SpecificationError("SPC004", lack, location=step.location)

    def _required(self, dataset: DatasetPlan) -> Iterator[SpecificationError]:
        if dataset.purpose == "Analysis":
            return
        for facts in _standard_variables(dataset):
            if facts[1] == "Req" and dataset.variable(facts[0]) is None:
                yield SpecificationError(
                    "SPC015",
                    f"{facts[0]} is Required in {dataset.name} and not made",
                    location=dataset.location,
                    hint="Give it under `variables`.",
                )


def _standard_variables(dataset: DatasetPlan) -> list[tuple[str, str]]:
    facts = sdtm_dataset(dataset.name)
    return [(variable.name, variable.core) for variable in facts.variables] if facts else []


def _expected(dataset: DatasetPlan) -> Iterable[Problem]:
    if dataset.purpose == "Analysis":
        return
    for name, core in _standard_variables(dataset):
        explained = name in dataset.not_collected or dataset.variable(name) is not None
        if core == "Exp" and not explained:
            yield Problem(
                "SPC016",
                Severity.WARNING,
                f"{name} is Expected in {dataset.name} and neither made nor explained",
                dataset=dataset.name,
                variable=name,
                location=dataset.location,
                hint="Give it, or list it under `not_collected` with the reason.",
            )


def _nothing(
    reference: Ref,
    what: str,
    names: Iterable[str],
    place: Location,
    word: str = "",
) -> SpecificationError:
    known = list(names)
    return SpecificationError(
        "SPC011",
        f"{what} {reference.column!r}",
        location=place,
        hint=near_match(word or reference.column, known),
    )


def unused_columns(plan: Plan, read: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """Declared raw columns that nothing reads and nobody declared as not submitted."""
    found: dict[str, list[str]] = {}
    for name, table in plan.raw.items():
        spoken = read.get(name, set()) | set(table.not_submitted)
        silent = [column for column in table.columns if column not in spoken]
        if silent:
            found[name] = silent
    return found

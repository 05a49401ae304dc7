"""Checking a compiled study: every reference points at something that is there by then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clinmap.fixes import sure_name
from clinmap.plan import DatasetPlan, Join, Plan, Ref, SourcePlan, Split, VariablePlan
from clinmap.problems import Location, Problem, SpecificationError, near_match
from mappings.lint.claims import adam_structures, claim_errors, claim_notes
from mappings.lint.rules import rule_findings
from mappings.lint.slips import forgotten_dollars, slips, strange_meetings
from mappings.lint.structures import structure_errors, structure_notes
from mappings.lint.unfinished import unfinished
from mappings.load import LoadedStudy
from mappings.references import SUBJECT, references

Errors = Iterator[SpecificationError]


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks the datasets of a plan."""

    plan: Plan
    loaded: LoadedStudy
    bare: frozenset[Location] = frozenset()

    def errors(self) -> list[SpecificationError]:
        """Every error of the study's datasets."""
        found: list[SpecificationError] = []
        structures = adam_structures(self.loaded)
        for dataset in self.plan.datasets:
            if not dataset.parent:
                found += self._references(dataset)
                found += slips(dataset)
            found += structure_errors(self.plan, dataset, structures.get(dataset.name, ""))
        return found + claim_errors(self.plan, self.loaded)

    def notes(self) -> list[Problem]:
        """What is allowed and still should be looked at."""
        structures = adam_structures(self.loaded)
        named = [(dataset, structures.get(dataset.name, "")) for dataset in self.plan.datasets]
        return [
            *claim_notes(self.plan, self.loaded),
            *(note for one, name in named for note in structure_notes(self.plan, one, name)),
            *forgotten_dollars(self.plan, self.bare),
            *strange_meetings(self.plan),
            *unfinished(self.plan, self.loaded.study_node.at(("as_of",))),
            *rule_findings(self.plan, self.loaded),
        ]

    def _references(self, dataset: DatasetPlan) -> Errors:
        for variable in dataset.variables:
            for step, number in variable.all_steps:
                reading = _reading(dataset, variable, number)
                for reference in step.inputs:
                    yield from self._reference(dataset, reference, step.location, reading)
            asked = [use.when for use in variable.codelists]
            asked += [item.when for item in variable.items]
            for when in asked:
                for condition in when:
                    own = Ref("own", condition.variable)
                    yield from self._reference(dataset, own, variable.location, ())
        for source in dataset.sources:
            yield from self._source(dataset, source)
        for drop in dataset.drops:
            for reference in drop.when.references:
                yield from self._reference(dataset, reference, drop.location, dataset.sources)
        if (rule := dataset.collapse) is not None:
            for reference in (*rule.by, *rule.order):
                yield from self._reference(dataset, reference, rule.location, dataset.sources)

    def _source(self, dataset: DatasetPlan, source: SourcePlan) -> Errors:
        """What says which rows there are: it runs before any variable is made."""
        chosen = [(source.where, source.location)]
        chosen += [(template.where, template.location) for template in source.templates]
        refs = [(ref, place) for test, place in chosen if test for ref in test.references]
        if source.distinct is not None:
            place = source.distinct.location
            refs += [(ref, place) for ref in (*source.distinct.by, *source.distinct.order)]
        if (split := source.split) is not None:
            yield from self._column(dataset, source.table, split.column, split.location)
            yield from self._part_name(source.table, split)
        for reference, place in refs:
            if reference.kind == "own" and reference.column != SUBJECT:
                yield SpecificationError(
                    "SPC011",
                    f"rows are chosen before {reference.column} is made",
                    location=place,
                    hint=f"Ask a column of the source, such as $NAME, or use `drop` with "
                    f"{reference}.",
                )
            else:
                yield from self._reference(dataset, reference, place, (source,))
        used = {ref.owner for variable in dataset.variables for ref, _, _ in references(variable)}
        for join in source.joins:
            if join.name in used or join.location.file == source.location.file:
                yield from self._join(dataset, source, join)

    def _part_name(self, table: str, split: Split) -> Errors:
        if table in self.plan.raw and split.name in self.plan.raw[table].columns:
            yield SpecificationError(
                "SPC004",
                f"the parts are named ${split.name}, which is a column of {table}",
                location=split.location,
                hint="Give them another `name`.",
            )

    def _join(self, dataset: DatasetPlan, source: SourcePlan, join: Join) -> Errors:
        for own, other in join.by:
            yield from self._reference(dataset, own, join.location, (source,))
            if other != SUBJECT or self.plan.dataset(join.table) is not None:
                yield from self._column(dataset, join.table, other, join.location)
        for column in join.order:
            yield from self._column(dataset, join.table, column, join.location)
        for reference in join.where.references if join.where else ():
            if reference.kind != "source":
                yield SpecificationError(
                    "SPC011",
                    f"`where` of join {join.name} asks {reference}, which is not a column of "
                    f"{join.table}",
                    location=join.location,
                    hint=f"Write $COLUMN for a column of {join.table}.",
                )
                continue
            yield from self._column(dataset, join.table, reference.column, join.location)

    def _reference(
        self,
        dataset: DatasetPlan,
        reference: Ref,
        place: Location,
        sources: tuple[SourcePlan, ...],
    ) -> Errors:
        if reference.kind == "own":
            names = [variable.name for variable in dataset.variables]
            if reference.column not in names:
                yield _nothing(reference, f"{dataset.name} has no variable", names, place)
            return
        for source in sources:
            if reference.kind == "source":
                if source.split is None or reference.column != source.split.name:
                    yield from self._column(dataset, source.table, reference.column, place)
                continue
            join = next((join for join in source.joins if join.name == reference.owner), None)
            table = join.table if join else reference.owner
            if join is None and not self._exists(table):
                # rows of a source without the join that another source has meet nothing
                if not any(j.name == table for s in dataset.sources for j in s.joins):
                    yield self._no_table(reference, source, place)
            else:
                yield from self._column(dataset, table, reference.column, place)

    def _exists(self, table: str) -> bool:
        return table in self.plan.raw or self.plan.dataset(table) is not None

    def _no_table(self, reference: Ref, source: SourcePlan, place: Location) -> SpecificationError:
        known = [*self.plan.raw, *(d.name for d in self.plan.datasets)]
        known += [join.name for join in source.joins]
        text = f"A text that only looks like a reference is written {{constant: {reference}}}."
        if reference.kind == "table":
            text = "To divide, write spaces: $A / $B."
        near = near_match(reference.owner, known)
        return SpecificationError(
            "SPC011",
            f"there is no table, dataset or join {reference.owner!r} for {reference}",
            location=place,
            hint=f"{near} {text}".strip(),
        )

    def _column(self, reader: DatasetPlan, table: str, column: str, place: Location) -> Errors:
        if (dataset := self.plan.dataset(table)) is not None:
            variable = dataset.variable(column)
            if variable is None:
                names = [variable.name for variable in dataset.variables]
                yield _nothing(Ref("dataset", column), f"{table} has no variable", names, place)
            elif variable.place == "work" and reader.purpose != dataset.purpose:
                yield SpecificationError(
                    "SPC011",
                    f"{column} is a work variable of {table} and not submitted",
                    location=place,
                    hint=f"ADaM is made from what is submitted; put {column} under `variables` or "
                    f"`supp` of {table}, or derive it here.",
                )
        elif table in self.plan.raw:
            declared = self.plan.raw[table].columns
            if declared and column not in declared:
                what = f"raw table {table} has no column"
                yield _nothing(Ref("table", column), what, declared, place)
        else:
            known = [*self.plan.raw, *(d.name for d in self.plan.datasets)]
            yield SpecificationError(
                "SPC011",
                f"there is no table or dataset {table!r}",
                location=place,
                hint=near_match(table, known),
            )


def _reading(
    dataset: DatasetPlan, variable: VariablePlan, number: int | None
) -> tuple[SourcePlan, ...]:
    """The sources on whose rows a step runs: its own one, or all that have no steps of theirs."""
    if number is not None:
        return (dataset.sources[number],)
    own = {use.source for use in variable.per_source if use.template < 0}
    return tuple(source for n, source in enumerate(dataset.sources) if n not in own)


def _nothing(
    reference: Ref, what: str, names: Iterable[str], place: Location
) -> SpecificationError:
    return SpecificationError(
        "SPC011",
        f"{what} {reference.column!r}",
        location=place,
        hint=near_match(reference.column, names),
        fix=sure_name(reference.column, names, place),
    )

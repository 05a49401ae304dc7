"""Running a Plan: node by node, in the order of the graph, from tables to finished datasets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from clinmap.execution.evaluate import is_true
from clinmap.execution.finish import Built
from clinmap.execution.found import SUBJECTS_OF, Found
from clinmap.execution.given import GivenDataset
from clinmap.execution.grouping import collapse, spread_parts
from clinmap.execution.joins import match, match_all
from clinmap.execution.portion import Portion
from clinmap.execution.records import is_of_record, records_that_meet, with_records
from clinmap.execution.rows import WorkingRows
from clinmap.execution.tables import (
    RECORD,
    UNKNOWN,
    Chosen,
    Copied,
    Segment,
    Working,
    single,
    stack,
)
from clinmap.frames import (
    TEXT,
    Mask,
    Positions,
    Table,
    as_number,
    as_text,
    is_trimmed,
    missing_text,
    placed,
    repeated_text,
)
from clinmap.graph import FINAL, KEPT, ROWS, SUBJECT, execution_order
from clinmap.operations.assign import Assign
from clinmap.ordering import by_size, ranked
from clinmap.plan import (
    DatasetPlan,
    Distinct,
    Join,
    Plan,
    Ref,
    SourcePlan,
    Step,
    Template,
    VariablePlan,
)
from clinmap.problems import Location

Progress = Callable[[str], None]
Meeting = tuple[list[pd.Series], list[pd.Series], Callable[[], Positions], Mask]


class Execution:
    """One run over a Plan: its tables, the datasets in the making, and the problems found."""

    def __init__(
        self,
        plan: Plan,
        tables: Mapping[str, Table],
        progress: Progress | None = None,
        given: Mapping[str, Built] | None = None,
        portion: Portion | None = None,
    ) -> None:
        self.plan = plan
        self.portion = portion or Portion()
        self.given = {n: GivenDataset(b, self._found_table) for n, b in (given or {}).items()}
        self.tables: dict[str, Table] = {**tables, **self.given}
        self.building: dict[str, Working] = {}
        self.making = ""
        self.found: dict[str, Found] = defaultdict(Found)
        self.progress = progress or (lambda _: None)
        self._subjects: dict[str, pd.Series] = dict(self.portion.subjects)

    def run(self, datasets: Iterable[DatasetPlan]) -> dict[str, Working]:
        """Build the datasets but those that are given; raw tables are found by name."""
        wanted = {dataset.name: dataset for dataset in datasets if not dataset.parent}
        for name, what in execution_order(self.plan, wanted.values()):
            dataset, self.making = wanted[name], name
            if name in self.given:
                continue
            if what == ROWS:
                self.progress(name)
                self.building[name] = self._rows(dataset)
            elif what == KEPT:
                self._drop(dataset)
            elif what == FINAL:
                self._collapse(dataset)
            elif (variable := dataset.variable(what)) is not None:
                self._make(self.building[name], variable)
        return self.building

    def table(self, name: str) -> Table:
        """A table by name: in the making, given, or raw."""
        made = self.building.get(name)
        return self.tables[name] if made is None else made

    def _found_table(self, name: str) -> Table | None:
        return self.table(name) if self._knows(name) else None

    def subjects(self, table: Table) -> pd.Series:
        """The USUBJID of each row of a table, by the study's rule where it is a raw one."""
        if table.has(SUBJECT):
            return table.column(SUBJECT)
        self.found[self.making].asked.add(table.name)
        if table.name not in self._subjects:
            asking, self.making = self.making, f"{SUBJECTS_OF}{table.name}"
            self._subjects[table.name] = self._subject_of(table)
            self.making = asking
        return self._subjects[table.name]

    def partners(
        self, working: Working, owner: str, location: Location, wanted: Positions
    ) -> tuple[Table, Positions]:
        """For each row the position of its partner in the table that `owner` names, or less than 0.

        Only sources with a `wanted` row are looked at: the keys of the others may not be made yet.
        While the rows of a source are chosen it is always looked at, so that what is said of its
        rows does not hang on which of them are wanted.
        """
        if owner not in working.settled:
            self._meet(working, owner, location, wanted)
        found = working.matched[owner]
        joins = [self._join(segment.source, owner) for segment in working.segments]
        # a join that only one source declares: the rows of the others meet nothing
        there = next((join for join in joins if self._knows(join.table)), joins[0])
        return self.table(there.table), found

    def _meet(self, working: Working, owner: str, location: Location, wanted: Positions) -> None:
        """Look for the partners of the sources that have a wanted row and were not asked yet."""
        if owner not in working.matched:
            working.matched[owner] = np.full(len(working), UNKNOWN, dtype=np.int64)
        found = working.matched[owner]
        made = working.whole or working
        choosing = made is not self.building.get(working.name)
        asked = np.arange(len(working)) if choosing else wanted
        unknown = asked[found[asked] == UNKNOWN]
        everyone = len(unknown) == len(working)
        for number in np.flatnonzero(np.bincount(working.segment_of[unknown])).tolist():
            if everyone and self._met_by_records(working, owner, location):
                break
            rows = np.flatnonzero((working.segment_of == number) & (found == UNKNOWN))
            join = self._join(working.segments[number].source, owner)
            records = records_that_meet(working, join)
            if records is None:
                found[rows] = self._looked_up(working, join, rows, location)
            else:
                of = working.matched[RECORD][rows]
                asked = np.zeros(len(records), dtype=bool)
                asked[of] = True
                found[rows] = self.partners(records, owner, location, asked.nonzero()[0])[1][of]
        if len(wanted) == len(working):
            working.settled.add(owner)

    def _met_by_records(self, working: Working, owner: str, location: Location) -> bool:
        """Whether all rows can take their partners from their source records; then they do."""
        joins = [self._join(segment.source, owner) for segment in working.segments]
        records = working.records
        if records is None or any(records_that_meet(working, join) is None for join in joins):
            return False
        everyone = np.arange(len(records))
        found = self.partners(records, owner, location, everyone)[1]
        working.matched[owner] = found[working.matched[RECORD]]
        return True

    def _looked_up(
        self, working: Working, join: Join, rows: Positions, location: Location
    ) -> Positions:
        """The partners of rows; where several or none meet against what was stated, it is said."""
        if not self._knows(join.table):
            return np.full(len(rows), -1, dtype=np.int64)
        found, several = self._match(working, join, rows)
        context = WorkingRows(self, working, _nobody(""), location, rows, _turn(working, rows))
        message = f"several rows of {join.name} meet one row of {working.name}; one was taken"
        hint = "Declare the join under `joins`, with `take: first` or `last` and an order."
        context.report("MRG001", message, several, hint=hint)
        if join.required:
            message = f"rows of {working.name} meet no row of {join.name}"
            context.report("MRG002", message, found < 0)
        return found

    def _knows(self, name: str) -> bool:
        return name in self.building or name in self.tables

    def _join(self, source: SourcePlan, owner: str) -> Join:
        declared = next((join for join in source.joins if join.name == owner), None)
        return declared or Join(owner, owner, ((Ref("own", SUBJECT), SUBJECT),))

    def _match(self, working: Working, join: Join, rows: Positions) -> tuple[Positions, Mask]:
        found, several = match(*self._meeting(working, join, rows))
        return found, several if join.take == "one" else np.zeros(len(rows), dtype=bool)

    def _meeting(self, working: Working, join: Join, rows: Positions) -> Meeting:
        """The keys of both sides, the other's order of preference, and which of it may be met."""
        other = self.table(join.table)
        context = WorkingRows(self, working, _nobody(SUBJECT), join.location, rows)
        own = [context.values(reference) for reference, _ in join.by]
        keys = [self._key(other, column) for _, column in join.by]
        if not join.by:  # every row meets every row
            own, keys = [_alike(len(rows))], [_alike(len(other))]
        eligible = np.ones(len(other), dtype=bool)
        if join.where is not None:
            index = pd.RangeIndex(len(other))
            eligible = is_true(join.where, lambda ref: other.column(ref.column), index)
        return own, keys, lambda: _preference(other, join), eligible

    def _key(self, table: Table, column: str) -> pd.Series:
        return self.subjects(table) if column == SUBJECT else table.column(column)

    def _rows(self, dataset: DatasetPlan) -> Working:
        parts: list[Chosen] = []
        for number, source in enumerate(dataset.sources):
            table = self.table(source.table)
            mine = self.portion.rows.get(source.table)
            whole = single(dataset, Segment(source, table, number), mine)
            self._spread(whole, source)
            for which, rows in self._chosen(whole, source):
                parts.append(Chosen(Segment(source, table, number, which), whole, rows))
        working = with_records(stack(dataset, parts), parts)
        for source in dataset.sources:
            for join in source.joins:
                if join.take == "all" and self._knows(join.table):
                    everyone = np.arange(len(working))
                    self.partners(working, join.name, join.location, everyone)
                    working.joined[join.name] = join.table
        return working

    def _spread(self, whole: Working, source: SourcePlan) -> None:
        """Make several rows of one: one for each response in a cell, and for each partner."""
        if source.split is not None:
            spread_parts(whole, source.split)
        for join in source.joins:
            if join.take != "all" or not self._knows(join.table):
                continue
            everyone = np.arange(len(whole))
            own, keys, preference, eligible = self._meeting(whole, join, everyone)
            rows, found = match_all(own, keys, preference(), eligible)
            hashes = self.table(join.table).hashes
            whole.spread(rows, np.append(hashes, np.uint64(0))[found])
            whole.matched[join.name] = found
            if join.required:
                message = f"rows of {whole.name} meet no row of {join.name}"
                self._context(whole, join.location).report("MRG002", message, found < 0)

    def _chosen(self, whole: Working, source: SourcePlan) -> list[tuple[int, Positions]]:
        """The rows of a source that become records, for each of its templates (-1: none)."""
        rows = self._context(whole, source.location)
        chosen = self._where(rows, source)
        if source.distinct is not None:
            chosen = self._distinct(whole, source.distinct, chosen)
        if not source.templates:
            return [(-1, chosen)]
        return [
            (which, self._held(whole, template, chosen))
            for which, template in enumerate(source.templates)
        ]

    def _held(self, whole: Working, template: Template, chosen: Positions) -> Positions:
        """The chosen rows that give a record of the template; the others are counted."""
        if template.where is None:
            return chosen
        rows = WorkingRows(self, whole, _nobody(""), template.location, chosen, _turn(whole))
        held = rows.true(template.where)
        if template.where_reason:
            rows.report("ROW001", f"rows left out: {template.where_reason}", ~held)
        return chosen[held]

    def _where(self, rows: WorkingRows, source: SourcePlan) -> Positions:
        """The rows that a source wants; the others are counted, with the reason if one is stated.

        Raw rows that no dataset takes are counted where the whole build is seen (RAW005), so a raw
        source may be shared out between datasets without a reason.
        """
        if source.where is None:
            return rows.positions
        wanted = rows.true(source.where)
        reason = source.where_reason or (
            f"not wanted of {source.table}" if source.is_dataset else ""
        )
        if reason:
            rows.report("ROW001", f"rows left out: {reason}", ~wanted)
        return np.flatnonzero(wanted)

    def _distinct(self, whole: Working, rule: Distinct, chosen: Positions) -> Positions:
        context = WorkingRows(self, whole, _nobody(""), rule.location, chosen, _turn(whole))
        order = ranked([by_size(context.values(ref)) for ref in rule.order], context.hashes)
        if rule.keep == "last":
            order = order[::-1]
        keys = pd.concat([context.values(ref) for ref in rule.by], axis=1)
        kept = np.zeros(len(chosen), dtype=bool)
        kept[order] = ~keys.iloc[order].duplicated(keep="first").to_numpy()
        context.report(
            "DUP001", f"rows left out: {rule.reason or 'another row is the same'}", ~kept
        )
        return chosen[kept]

    def _context(self, working: Working, location: Location) -> WorkingRows:
        return WorkingRows(self, working, _nobody(""), location, turn=_turn(working))

    def _drop(self, dataset: DatasetPlan) -> None:
        working = self.building[dataset.name]
        for drop in dataset.drops:
            rows = self._context(working, drop.location)
            gone = rows.true(drop.when)
            rows.report("ROW001", f"rows left out: {drop.reason}", gone)
            working.keep(~gone)

    def _collapse(self, dataset: DatasetPlan) -> None:
        if dataset.collapse is not None:
            rule, working = dataset.collapse, self.building[dataset.name]
            rows = self._context(working, rule.location)
            by = [rows.values(reference) for reference in rule.by]
            collapse(working, by, [rows.values(reference) for reference in rule.order])

    def _make(self, working: Working, variable: VariablePlan) -> None:
        """Give a variable its values: by its source's own steps, then by those for all rows."""
        pieces: list[tuple[Positions, pd.Series]] = []
        left = np.ones(len(working), dtype=bool)
        for turn, use in enumerate(variable.per_source, start=1):
            rows = np.flatnonzero(self._of(working, use.source, use.template) & left)
            left[rows] = False
            piece = self._steps(working, variable, use.steps, rows, turn)
            pieces.append((rows, piece))
        if working.records is not None and is_of_record(working, variable):
            self._make(working.records, variable)
            working.copied[variable.name] = Copied(None, RECORD)
            return
        if not variable.per_source:
            if not self._copied(working, variable):
                made = self._steps(working, variable, variable.steps, None)
                working.columns[variable.name] = made
            return
        rest = np.flatnonzero(left)
        pieces.append((rest, self._steps(working, variable, variable.steps, rest)))
        working.columns[variable.name] = placed(pieces, len(working))

    def _copied(self, working: Working, variable: VariablePlan) -> bool:
        """Whether the variable is a partner's value as it stands there; then it is made later."""
        match variable.steps:
            case (Step(Assign(assign=Ref(kind="dataset" | "table") as ref, case="as is"), place),):
                rows = np.arange(len(working))
                other, _ = self.partners(working, ref.owner, place, rows)
            case _:
                return False
        values = other.column(ref.column)
        fits = is_trimmed(values) if values.dtype == TEXT else values.dtype == np.float64
        if not fits or _is_text(variable, working.plan) != (values.dtype == TEXT):
            return False
        working.joined[ref.owner] = other.name
        working.copied[variable.name] = Copied(values, ref.owner)
        return True

    def _of(self, working: Working, source: int, template: int) -> Mask:
        numbers = [
            number
            for number, segment in enumerate(working.segments)
            if segment.source_number == source and template in (segment.template, -1)
        ]
        return np.isin(working.segment_of, numbers)

    def _steps(
        self,
        working: Working,
        variable: VariablePlan,
        steps: tuple[Step, ...],
        selection: Positions | None,
        turn: int = 0,
    ) -> pd.Series:
        rows = WorkingRows(self, working, variable, variable.location, selection, turn)
        for step in steps:
            rows.location = step.location
            rows.current = step.operation.apply(rows)
        values = missing_text(rows.index) if rows.current is None else rows.current
        return typed(values, variable, rows)

    def _subject_of(self, table: Table) -> pd.Series:
        rule = self.plan.subject
        source = SourcePlan(table.name, joins=rule.joins)
        dataset = DatasetPlan(table.name, "", "", "", "Tabulation", (), (), (source,), ())
        working = single(dataset, Segment(source, table))
        variable = VariablePlan(SUBJECT, "", "text")
        return self._steps(working, variable, rule.steps, None)


def _turn(working: Working, rows: Positions | None = None) -> int:
    """What tells problems of one source or segment apart from the same of another."""
    if len(working.segments) == 1:
        return working.segments[0].source_number
    return int(working.segment_of[rows[0]]) if rows is not None and len(rows) else 0


def _preference(other: Table, join: Join) -> Positions:
    """The rows of the other table, best partner first."""
    order = ranked([by_size(other.column(column)) for column in join.order], other.hashes)
    return order[::-1] if join.take == "last" else order


def _alike(size: int) -> pd.Series:
    return repeated_text("*", pd.RangeIndex(size))


def _nobody(name: str) -> VariablePlan:
    return VariablePlan(name, "", "text")


def _is_text(variable: VariablePlan, dataset: DatasetPlan) -> bool:
    """Dates and times are text in SDTM and SAS numbers in ADaM."""
    in_sdtm = dataset.purpose == "Tabulation"
    return variable.is_character or (in_sdtm and variable.type in ("date", "datetime", "time"))


def typed(values: pd.Series, variable: VariablePlan, rows: WorkingRows) -> pd.Series:
    """The values in the variable's type; what does not fit is listed (TYP001) and missing."""
    if _is_text(variable, rows.working.plan):
        text = as_text(values)
        if is_trimmed(text):
            return text
        text = text.str.rstrip()
        return text.mask(text == "").astype(TEXT)
    numbers = as_number(values)
    rows.report(
        "TYP001",
        f"values of {variable.name} are no numbers",
        (numbers.isna() & values.notna()).to_numpy(),
        hint="Standardise the values first, or keep them in a character variable.",
    )
    return numbers

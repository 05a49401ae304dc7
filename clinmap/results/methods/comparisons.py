"""Two groups and an event: Fisher's exact test, and the difference of two proportions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.registry import Criterion
from clinmap.results.cells import COMPARISON, limits_text, no_estimate, p_of
from clinmap.results.method import Line, Part, Use, method
from clinmap.results.methods.exact import Share, share_of
from clinmap.results.methods.two_groups import Compared, TwoGroups
from clinmap.results.rounding import percent_text, rounded_text
from clinmap.results.shown import Records, Value
from clinmap.statistics.fisher import Counts, fisher_test, odds_ratio, odds_ratio_limits
from clinmap.statistics.proportion import newcombe_limits

if TYPE_CHECKING:
    from clinmap.expressions import Expression

TWO_GROUPS = "a comparison needs subjects in two groups"
NO_ODDS_RATIO = "all subjects, or none, have the event: no odds ratio"


def shares(part: Part, criterion: Expression, of: str) -> list[Share]:
    """The shares of the groups that are compared."""
    return [share_of(part, group, criterion, of == "population") for group in part.compared]


def events_line(part: Part, criterion: Expression, of: str) -> Line:
    """The row with how many of how many."""
    values = {}
    for group in part.groups:
        share = share_of(part, group, criterion, of == "population")
        part_of = f" ({percent_text(share.events / share.total)})" if share.total else ""
        text = f"{share.events}/{share.total}{part_of}"
        values[group.key] = Value(text, float(share.events), share.of_events)
    return Line("With event, n/N (%)", 1, values)


def every_record(found: list[Share]) -> Records:
    """The records of both groups."""
    rows = tuple(sorted(row for share in found[:2] for row in share.of_all.rows))
    return Records(found[0].of_all.dataset if found else "", rows)


@method
class Fisher(TwoGroups):
    """Compare how many subjects have an event in two groups: Fisher's exact test, odds ratio.

    `fisher` is the condition of a record; `of` as in `exact`. The first two groups of `by` are
    compared, or those under `compared`, put together where it lists several: [[HH], [HR, RR]]. The
    odds ratio is the conditional one, with exact limits. An empty group: NE.
    """

    fisher: Criterion
    level: float = 95
    of: Literal["records", "population"] = "records"
    compared: Compared = ()
    name: ClassVar[str] = "fisher"

    def uses(self) -> tuple[Use, ...]:
        """Only what the condition names."""
        return ()

    def criteria(self) -> tuple[Expression, ...]:
        """The condition."""
        return (self.fisher,)

    def notes(self) -> tuple[str, ...]:
        """Which test it is."""
        return (
            "p: Fisher's exact test, two-sided. Odds ratio: conditional maximum likelihood, first "
            "group to second, with exact limits.",
        )

    def lines(self, part: Part) -> Iterator[Line]:
        """Three rows."""
        yield events_line(part, self.fisher, self.of)
        found = shares(part, self.fisher, self.of)
        records = every_record(found)
        if len(found) < 2 or not found[0].total or not found[1].total:
            yield Line("p-value", 1, {COMPARISON: no_estimate(TWO_GROUPS, records)})
            return
        one, two = found[:2]
        table = Counts(one.events, one.total - one.events, two.events, two.total - two.events)
        yield Line("p-value", 1, {COMPARISON: p_of(fisher_test(table), records)})
        value = self._odds_ratio(table, records)
        yield Line(f"Odds ratio ({self.level:g}% CI)", 1, {COMPARISON: value})

    def _odds_ratio(self, table: Counts, records: Records) -> Value:
        ratio = odds_ratio(table)
        if math.isnan(ratio):
            return no_estimate(NO_ODDS_RATIO, records)
        limits = limits_text(odds_ratio_limits(table, self.level), 2)
        if ratio == math.inf:
            return Value(f"infinity {limits}", None, records)
        return Value(f"{rounded_text(ratio, 2)} {limits}", ratio, records)


@method
class Difference(TwoGroups):
    """Compare how many subjects have an event in two groups: the difference with limits.

    `difference` is the condition of a record; `of` as in `exact`. The first group of `by` minus the
    second (or those under `compared`, as in `fisher`), in percent, with the limits of Newcombe
    (method 10). An empty group: NE.
    """

    difference: Criterion
    level: float = 95
    of: Literal["records", "population"] = "records"
    compared: Compared = ()
    name: ClassVar[str] = "difference"

    def uses(self) -> tuple[Use, ...]:
        """Only what the condition names."""
        return ()

    def criteria(self) -> tuple[Expression, ...]:
        """The condition."""
        return (self.difference,)

    def notes(self) -> tuple[str, ...]:
        """Which limits they are."""
        return ("Difference of proportions with limits of Newcombe (method 10).",)

    def lines(self, part: Part) -> Iterator[Line]:
        """Two rows."""
        yield events_line(part, self.difference, self.of)
        found = shares(part, self.difference, self.of)
        label = f"Difference, % ({self.level:g}% CI)"
        yield Line(label, 1, {COMPARISON: self._value(found)})

    def _value(self, found: list[Share]) -> Value:
        records = every_record(found)
        if len(found) < 2 or not found[0].total or not found[1].total:
            return no_estimate(TWO_GROUPS, records)
        one, two = found[:2]
        return difference_of(one.events, one.total, two.events, two.total, self.level, records)


def difference_of(
    events: int, total: int, others: int, of: int, level: float, records: Records
) -> Value:
    """A difference of two proportions in percent, with Newcombe's limits."""
    difference = events / total - others / of
    limits = newcombe_limits(events, total, others, of, level)
    text = f"{percent_text(difference)} {limits_text(limits, 1, 100)}"
    return Value(text, difference, records)

"""The share of subjects for whom a condition holds, with exact limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from clinmap.registry import Criterion
from clinmap.results.cells import limits_text, no_estimate
from clinmap.results.method import SUBJECT, Group, Line, Method, Part, Use, method
from clinmap.results.rounding import percent_text
from clinmap.results.shown import Marks, Panel, Records, Value
from clinmap.statistics.proportion import exact_limits

if TYPE_CHECKING:
    from clinmap.expressions import Expression

NOBODY = "no subject could be counted"


class Share(NamedTuple):
    """Subjects with the event, of how many, and their records."""

    events: int
    total: int
    of_events: Records
    of_all: Records


def share_of(part: Part, group: Group, criterion: Expression, everybody: bool) -> Share:
    """How many subjects of a group have a record for which a condition holds.

    They are of those with a record, or of everybody in the group.
    """
    frame = part.of(group)
    with_event = frame[part.true(criterion)[part.frame.index.get_indexer(frame.index)]]
    counted = group.size if everybody else int(frame[SUBJECT].nunique())
    variable = criterion.references[0].column if criterion.references else ""
    return Share(
        int(with_event[SUBJECT].nunique()), counted,
        part.records(with_event, variable), part.records(frame, variable),
    )  # fmt: skip


@method
class Exact(Method):
    """Count the subjects for whom a condition holds, with exact (Clopper-Pearson) limits.

    `exact` is the condition of a record; a subject counts once. They are a share of the subjects
    with records (`of: records`) or of the whole population (`of: population`). `level` is the
    confidence in percent. Nobody to count: NE.
    """

    exact: Criterion
    level: float = 95
    of: Literal["records", "population"] = "records"
    name: ClassVar[str] = "exact"

    def uses(self) -> tuple[Use, ...]:
        """Only what the condition names."""
        return ()

    def criteria(self) -> tuple[Expression, ...]:
        """The condition."""
        return (self.exact,)

    def notes(self) -> tuple[str, ...]:
        """Which limits they are."""
        return (f"{self.level:g}% CI: exact limits of Clopper and Pearson.",)

    def lines(self, part: Part) -> Iterator[Line]:
        """How many of how many, the percentage and its limits."""
        everybody = self.of == "population"
        shares = {g.key: share_of(part, g, self.exact, everybody) for g in part.groups}
        counted = {k: Value(str(s.total), s.total, s.of_all) for k, s in shares.items()}
        yield Line("Subjects counted", 1, counted)
        yield Line("With event, n (%)", 1, {k: _events(s) for k, s in shares.items()})
        interval = {k: self._limits(s) for k, s in shares.items()}
        yield Line(f"{self.level:g}% CI of %", 1, interval)

    def _limits(self, share: Share) -> Value:
        if not share.total:
            return no_estimate(NOBODY, share.of_all)
        limits = exact_limits(share.events, share.total, self.level)
        return Value(limits_text(limits, 1, 100), limits.upper, share.of_all)


def _events(share: Share) -> Value:
    if not share.total:
        return no_estimate(NOBODY, share.of_all)
    text = f"{share.events} ({percent_text(share.events / share.total)})"
    return Value(text, float(share.events), share.of_events)


@method
class ExactBars(Method):
    """Draw the share of subjects for whom a condition holds as bars with exact limits.

    The parameters are those of `exact`; a bar for each group.
    """

    exact_bars: Criterion
    level: float = 95
    of: Literal["records", "population"] = "records"
    y: str = "Subjects (%)"
    name: ClassVar[str] = "exact_bars"
    shown = "figure"

    def uses(self) -> tuple[Use, ...]:
        """Only what the condition names."""
        return ()

    def criteria(self) -> tuple[Expression, ...]:
        """The condition."""
        return (self.exact_bars,)

    def notes(self) -> tuple[str, ...]:
        """Which limits they are."""
        return (f"Whiskers: exact {self.level:g}% limits of Clopper and Pearson.",)

    def panels(self, parts: Sequence[Part]) -> list[Panel]:
        """A panel for each part."""
        return [self._panel(part) for part in parts]

    def _panel(self, part: Part) -> Panel:
        found = [
            (group, share_of(part, group, self.exact_bars, self.of == "population"))
            for group in part.groups
        ]
        known = [(group, share) for group, share in found if share.total]
        limits = [exact_limits(s.events, s.total, self.level) for _, s in known]
        marks = Marks(
            "bars", "", tuple(g.label for g, _ in known),
            tuple(100 * s.events / s.total for _, s in known),
            tuple(100 * one.lower for one in limits), tuple(100 * one.upper for one in limits),
            texts=tuple(f"{s.events}/{s.total}" for _, s in known),
            records=tuple(s.of_all for _, s in known),
        )  # fmt: skip
        return Panel(", ".join(part.labels), "", self.y, (marks,) if known else ())

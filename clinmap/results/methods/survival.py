"""Time to an event by Kaplan and Meier: a table, and the curve with the number at risk."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from clinmap.results.cells import NO_RECORDS, count_of, limits_text, no_estimate
from clinmap.results.method import Group, Line, Method, Part, Use, method
from clinmap.results.rounding import percent_text, rounded_text
from clinmap.results.shown import Marks, Panel, Records, Value
from clinmap.statistics.survival import Survival, kaplan_meier

if TYPE_CHECKING:
    import pandas as pd

NOT_REACHED = "too few events to estimate the median"
NOT_FOLLOWED = "nobody was followed for so long"


def curve_of(frame: pd.DataFrame, time: str, censor: str) -> Survival | None:
    """The curve of the records with a time; None where there is none."""
    known = followed(frame, time, censor)
    if known.empty:
        return None
    return kaplan_meier(known[time].tolist(), (known[censor] == 0).tolist())


def followed(frame: pd.DataFrame, time: str, censor: str) -> pd.DataFrame:
    """The records with a time of 0 or more and a censoring."""
    return frame[(frame[time] >= 0) & frame[censor].notna()]


def at_risk(frame: pd.DataFrame, time: str, when: float) -> int:
    """How many have a time of at least `when`."""
    return int((frame[time] >= when).sum())


@method
class KaplanMeier(Method):
    """Estimate the time to an event: subjects, events, the median, and the share without event.

    `kaplan_meier` is the time (AVAL), `censor` is 0 for an event (CNSR). The median has limits of
    Brookmeyer and Crowley, the share at each of `times` limits by Greenwood's variance on the scale
    of log(-log). `unit` is the unit of time, `state` what a subject without event is called.
    Without events there is no median (NE). Records without a time, or with one below 0, are left
    out, and counted in a row of their own.
    """

    kaplan_meier: str
    censor: str = "CNSR"
    times: tuple[float, ...] = ()
    unit: str = "days"
    state: str = "Event-free"
    level: float = 95
    name: ClassVar[str] = "kaplan_meier"

    def uses(self) -> tuple[Use, ...]:
        """The time and the censoring."""
        return (Use(self.kaplan_meier, "number"), Use(self.censor, "number"))

    def notes(self) -> tuple[str, ...]:
        """How the limits are made."""
        return (
            "Kaplan-Meier estimates. Limits by Greenwood's variance on the log(-log) scale; of the "
            "median by Brookmeyer and Crowley. Events come before censorings of the same day.",
        )

    def lines(self, part: Part) -> Iterator[Line]:
        """Events, censored, the median, and two rows for each of `times`."""
        whole = {group.key: part.of(group) for group in part.groups}
        frames = {k: followed(f, self.kaplan_meier, self.censor) for k, f in whole.items()}
        curves = {k: curve_of(f, self.kaplan_meier, self.censor) for k, f in frames.items()}
        records = {k: part.records(f, self.kaplan_meier) for k, f in frames.items()}
        yield Line("Subjects", 1, {k: Value(str(len(f)), len(f), records[k])
                                   for k, f in frames.items()})  # fmt: skip
        yield from self._left_out(part, whole, frames)
        for label, wanted in (("Events, n (%)", True), ("Censored, n (%)", False)):
            yield Line(label, 1, {k: self._count(part, f, wanted) for k, f in frames.items()})
        median = {k: self._median(c, records[k]) for k, c in curves.items()}
        yield Line(f"Median, {self.unit} ({self.level:g}% CI)", 1, median)
        for time in self.times:
            share = {k: self._share(c, time, records[k]) for k, c in curves.items()}
            yield Line(f"{self.state} at {time:g} {self.unit}, % ({self.level:g}% CI)", 1, share)
            left = {k: at_risk(f, self.kaplan_meier, time) for k, f in frames.items()}
            yield Line(f"At risk at {time:g} {self.unit}", 1,
                       {k: Value(str(n), n, records[k]) for k, n in left.items()})  # fmt: skip

    def _left_out(
        self, part: Part, whole: Mapping[str, pd.DataFrame], kept: Mapping[str, pd.DataFrame]
    ) -> Iterator[Line]:
        """A row for the records that cannot be used, where there are any."""
        rest = {key: frame.drop(kept[key].index) for key, frame in whole.items()}
        if any(len(frame) for frame in rest.values()):
            yield Line("Left out: no time, or one below 0", 1, {
                k: Value(str(len(f)), len(f), part.records(f, self.kaplan_meier))
                for k, f in rest.items()
            })  # fmt: skip

    def _count(self, part: Part, frame: pd.DataFrame, events: bool) -> Value:
        of = frame[(frame[self.censor] == 0) == events]
        return count_of(len(of), len(frame), part.records(of, self.censor))

    def _median(self, curve: Survival | None, records: Records) -> Value:
        if curve is None:
            return no_estimate(NO_RECORDS, records)
        median, limits = curve.quantile(), curve.quantile_limits(confidence=self.level)
        if math.isnan(median):
            return no_estimate(NOT_REACHED, records)
        return Value(f"{rounded_text(median, 1)} {limits_text(limits, 1)}", median, records)

    def _share(self, curve: Survival | None, time: float, records: Records) -> Value:
        if curve is None:
            return no_estimate(NO_RECORDS, records)
        share = curve.at(time)
        if math.isnan(share):
            return no_estimate(NOT_FOLLOWED, records)
        limits = limits_text(curve.limits(time, self.level), 1, 100)
        return Value(f"{percent_text(share)} {limits}", share, records)


@method
class SurvivalCurve(Method):
    """Draw the curve of Kaplan and Meier, a step line for each group, with the number at risk.

    The parameters are those of `kaplan_meier`; `every` is how far apart the numbers at risk stand.
    """

    survival_curve: str
    censor: str = "CNSR"
    every: float = 180
    x: str = "Days"
    y: str = "Event-free (%)"
    name: ClassVar[str] = "survival_curve"
    shown = "figure"

    def uses(self) -> tuple[Use, ...]:
        """The time and the censoring."""
        return (Use(self.survival_curve, "number"), Use(self.censor, "number"))

    def notes(self) -> tuple[str, ...]:
        """What the marks are."""
        return ("Ticks: censored. Beneath: number at risk. Times below 0 are left out.",)

    def panels(self, parts: Sequence[Part]) -> list[Panel]:
        """A panel for each part."""
        return [self._panel(part) for part in parts]

    def _panel(self, part: Part) -> Panel:
        marks: list[Marks] = []
        beneath = []
        last = float(part.frame[self.survival_curve].max()) if len(part.frame) else 0.0
        times = [self.every * n for n in range(int(last // self.every) + 1)] if last > 0 else []
        for group in part.groups:
            frame = followed(part.of(group), self.survival_curve, self.censor)
            curve = curve_of(frame, self.survival_curve, self.censor)
            if curve is not None:
                marks += self._marks(part, group, curve)
                row = tuple((t, str(at_risk(frame, self.survival_curve, t))) for t in times)
                beneath.append((group.label, row))
        title = ", ".join(part.labels)
        return Panel(title, self.x, self.y, tuple(marks), beneath=tuple(beneath))

    def _marks(self, part: Part, group: Group, curve: Survival) -> list[Marks]:
        frame = followed(part.of(group), self.survival_curve, self.censor)
        corners = [(0.0, 100.0), *((s.time, 100 * s.survival) for s in curve.steps)]
        if curve.last_time > corners[-1][0]:
            corners.append((curve.last_time, corners[-1][1]))
        x, y = zip(*corners, strict=True)
        every = part.records(frame, self.survival_curve)
        step = Marks("step", group.label, x, y, records=(every,) * len(x))
        censored = frame[frame[self.censor] != 0]
        ticks = censored[self.survival_curve].dropna()
        shares = tuple(100 * curve.at(time) for time in ticks)
        records = tuple(Records(part.dataset, (int(i),), self.censor) for i in ticks.index)
        return [step, Marks("points", f"{group.label}, censored", tuple(ticks), shares,
                            records=records)]  # fmt: skip

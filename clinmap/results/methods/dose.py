"""Exposure against dose: the power model as a table and as a picture; rank correlation."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from clinmap.results.cells import limits_text, no_estimate
from clinmap.results.method import Line, Method, Part, Use, method
from clinmap.results.rounding import rounded_text
from clinmap.results.shown import Column, Marks, Panel, Records, Value
from clinmap.statistics.proportion import Limits
from clinmap.statistics.student import t_quantile

if TYPE_CHECKING:
    import pandas as pd

TOO_FEW = "a slope needs three values or more, at two doses or more"
ESTIMATE = "estimate"


class Fit(NamedTuple):
    """The straight line of logarithms: log(value) = intercept + slope * log(dose)."""

    slope: float
    intercept: float
    error: float
    freedom: int


def power_fit(doses: Sequence[float], values: Sequence[float]) -> Fit | None:
    """The least squares line of the logarithms; None where there are too few points.

    >>> fit = power_fit([1, 2, 4, 8], [3, 6, 12, 24])
    >>> round(fit.slope, 6), round(math.exp(fit.intercept), 6)
    (1.0, 3.0)
    """
    x = [math.log(dose) for dose in doses]
    y = [math.log(value) for value in values]
    if len(x) < 3 or len(set(x)) < 2:
        return None
    mean_x, mean_y = math.fsum(x) / len(x), math.fsum(y) / len(y)
    spread = math.fsum((one - mean_x) ** 2 for one in x)
    slope = math.fsum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread
    intercept = mean_y - slope * mean_x
    rest = math.fsum((b - intercept - slope * a) ** 2 for a, b in zip(x, y, strict=True))
    freedom = len(x) - 2
    return Fit(slope, intercept, math.sqrt(rest / freedom / spread), freedom)


def positive(frame: pd.DataFrame, value: str, dose: str) -> pd.DataFrame:
    """The records with a value and a dose above 0: others have no logarithm."""
    return frame[(frame[value] > 0) & (frame[dose] > 0)]


@method
class PowerModel(Method):
    """Ask whether exposure grows in proportion to dose: log(value) = a + b * log(dose).

    `power_model` is the exposure (AVAL), `dose` the dose; `level` is the confidence of the slope's
    interval by Student's t (90 as the field has it). A slope of 1 is proportional. Values of 0 or
    less are left out. Fewer than three values, or one dose: NE.
    """

    power_model: str
    dose: str
    level: float = 90
    name: ClassVar[str] = "power_model"

    def uses(self) -> tuple[Use, ...]:
        """The exposure and the dose."""
        return (Use(self.power_model, "number"), Use(self.dose, "number"))

    def notes(self) -> tuple[str, ...]:
        """What the slope says."""
        return (f"Power model: a slope of 1 is proportional to dose; {self.level:g}% CI by t.",)

    def columns(self, part: Part) -> tuple[Column, ...]:
        """One column."""
        return (Column(ESTIMATE, "Estimate"),)

    def lines(self, part: Part) -> Iterator[Line]:
        """How many values, and the slope."""
        frame = positive(part.frame, self.power_model, self.dose)
        records = part.records(frame, self.power_model)
        yield Line("n", 1, {ESTIMATE: Value(str(len(frame)), len(frame), records)})
        fit = power_fit(frame[self.dose].tolist(), frame[self.power_model].tolist())
        value = no_estimate(TOO_FEW, records) if fit is None else self._slope(fit, records)
        yield Line(f"Slope ({self.level:g}% CI)", 1, {ESTIMATE: value})

    def _slope(self, fit: Fit, records: Records) -> Value:
        reach = t_quantile(self.level, fit.freedom) * fit.error
        limits = Limits(fit.slope - reach, fit.slope + reach)
        text = f"{rounded_text(fit.slope, 3)} {limits_text(limits, 3)}"
        return Value(text, fit.slope, records)


@method
class PowerLine(Method):
    """Draw exposure against dose, both logarithmic, with the fitted line of the power model.

    The parameters are those of `power_model`; `group` colours the points.
    """

    power_line: str
    dose: str
    name: ClassVar[str] = "power_line"
    shown = "figure"

    def uses(self) -> tuple[Use, ...]:
        """The exposure and the dose."""
        return (Use(self.power_line, "number"), Use(self.dose, "number"))

    def panels(self, parts: Sequence[Part]) -> list[Panel]:
        """A panel for each part."""
        return [self._panel(part) for part in parts]

    def _panel(self, part: Part) -> Panel:
        frame = positive(part.frame, self.power_line, self.dose)
        marks = []
        for group in part.compared:
            own = frame[frame.index.isin(part.of(group).index)]
            if len(own):
                marks.append(_points(part, own, self.dose, self.power_line, group.label))
        doses = frame[self.dose].tolist()
        fit = power_fit(doses, frame[self.power_line].tolist())
        if fit is not None:
            ends = (min(doses), max(doses))
            line = tuple(math.exp(fit.intercept + fit.slope * math.log(dose)) for dose in ends)
            marks.append(Marks("line", f"Power model, slope {rounded_text(fit.slope, 2)}",
                               ends, line))  # fmt: skip
        title = ", ".join(part.labels)
        return Panel(title, part.label(self.dose), title or part.label(self.power_line),
                     tuple(marks), x_log=True, y_log=True)  # fmt: skip


def _points(part: Part, frame: pd.DataFrame, x: str, y: str, label: str) -> Marks:
    return Marks(
        "points", label, tuple(frame[x].tolist()), tuple(frame[y].tolist()),
        records=tuple(Records(part.dataset, (int(row),), y) for row in frame.index),
    )  # fmt: skip


@method
class Spearman(Method):
    """Correlate two numbers of the same record by rank: n and Spearman's coefficient.

    `spearman` is the first number, `to` the other. Ties share the mean of their ranks. Fewer than
    three records, or a number that is always the same: NE.
    """

    spearman: str
    to: str
    name: ClassVar[str] = "spearman"

    def uses(self) -> tuple[Use, ...]:
        """The two numbers."""
        return (Use(self.spearman, "number"), Use(self.to, "number"))

    def columns(self, part: Part) -> tuple[Column, ...]:
        """One column."""
        return (Column(ESTIMATE, "Estimate"),)

    def lines(self, part: Part) -> Iterator[Line]:
        """How many records, and the coefficient."""
        frame = part.frame[[self.spearman, self.to]].dropna()
        records = part.records(frame, self.spearman)
        yield Line("n", 1, {ESTIMATE: Value(str(len(frame)), len(frame), records)})
        ranks = frame.rank()
        varied = len(frame) > 2 and (ranks.nunique() > 1).all()
        value = no_estimate("fewer than three records, or values that do not vary", records)
        if varied:
            found = float(ranks[self.spearman].corr(ranks[self.to]))
            value = Value(rounded_text(found, 3), found, records)
        yield Line("Spearman's rank correlation", 1, {ESTIMATE: value})

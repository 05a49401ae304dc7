"""This study beside published summaries: rates, and means."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from clinmap.results.cells import no_estimate
from clinmap.results.method import Line, Method, Part, Use, method
from clinmap.results.methods.comparisons import difference_of
from clinmap.results.rounding import percent_text, rounded_text, significant_text
from clinmap.results.shown import Column, Records, Value
from clinmap.statistics.student import t_quantile

if TYPE_CHECKING:
    import pandas as pd

Summary = Mapping[str, Any]
NOT_PUBLISHED = "the study has no such row: its published rates must be supplied"
NO_SPREAD = "no standard deviation was published: no interval"
NO_OWN = "this study has no values"


@method
class Historical(Method):
    """Put this study beside published summaries (ADHIST): each study, and this one minus it.

    `historical` is `rates` (NEVT of NSUBJ; difference with Newcombe's limits) or `means` (MEANVAL,
    SDVAL, NSUBJ; difference with an interval by Welch's t). `studies` are the values of SRCSTUDY to
    compare with, though they may have no rows yet: such a cell is NE, and says what to supply. The
    rows are the values of PARAM. No standard deviation: no interval.
    """

    historical: Literal["rates", "means"]
    study: str
    studies: tuple[str, ...]
    level: float = 95
    name: ClassVar[str] = "historical"

    def uses(self) -> tuple[Use, ...]:
        """What a summary record has."""
        numbers = ("NSUBJ", "NEVT") if self.historical == "rates" else ("NSUBJ", "MEANVAL", "SDVAL")
        texts = ("SRCSTUDY", "PARAM", "UNITC")
        return (*(Use(n) for n in texts), *(Use(n, "number") for n in numbers))

    def notes(self) -> tuple[str, ...]:
        """Which limits they are, and that nothing was randomized."""
        by = "Newcombe (method 10)" if self.historical == "rates" else "Welch (t)"
        return (
            f"Difference: this study minus the published one, {self.level:g}% limits of {by}. "
            "This is not a randomized comparison.",
        )

    def columns(self, part: Part) -> tuple[Column, ...]:
        """This study, and two columns for each published one."""
        found = [Column(self.study, self.study)]
        for other in self.studies:
            found += [Column(other, other), Column(f"{other}-", f"Difference from {other}")]
        return tuple(found)

    def lines(self, part: Part) -> Iterator[Line]:
        """A row for each parameter."""
        for parameter in sorted(part.frame["PARAM"].dropna().unique()):
            frame = part.frame[part.frame["PARAM"] == parameter]
            own = _of_study(frame, self.study)
            values = {self.study: self._value(part, own, NO_OWN)}
            for other in self.studies:
                found = _of_study(frame, other)
                values[other] = self._value(part, found, NOT_PUBLISHED)
                values[f"{other}-"] = self._difference(part, own, found)
            unit = "" if own is None else own["UNITC"]
            yield Line(f"{parameter} ({unit})" if isinstance(unit, str) else parameter, 1, values)

    def _value(self, part: Part, found: Summary | None, why: str) -> Value:
        if found is None or not found["NSUBJ"] > 0:
            return no_estimate(why)
        records = _records(part, found)
        if self.historical == "rates":
            events, total = int(found["NEVT"]), int(found["NSUBJ"])
            text = f"{events}/{total} ({percent_text(events / total)})"
            return Value(text, events / total, records)
        spread = found["SDVAL"]
        text = significant_text(found["MEANVAL"])
        text += f" ({significant_text(spread)})" if not math.isnan(spread) else ""
        return Value(f"{text}, n = {found['NSUBJ']:g}", float(found["MEANVAL"]), records)

    def _difference(self, part: Part, own: Summary | None, other: Summary | None) -> Value:
        if own is None or other is None or not own["NSUBJ"] > 0 or not other["NSUBJ"] > 0:
            return no_estimate(NO_OWN if other is not None else NOT_PUBLISHED)
        records = Records(part.dataset, (own["row"], other["row"]))
        if self.historical == "rates":
            events, total = int(own["NEVT"]), int(own["NSUBJ"])
            others, of = int(other["NEVT"]), int(other["NSUBJ"])
            return difference_of(events, total, others, of, self.level, records)
        return self._welch(own, other, records)

    def _welch(self, own: Summary, other: Summary, records: Records) -> Value:
        difference = own["MEANVAL"] - other["MEANVAL"]
        parts = [one["SDVAL"] ** 2 / one["NSUBJ"] for one in (own, other)]
        if math.isnan(sum(parts)) or min(own["NSUBJ"], other["NSUBJ"]) < 2 or not sum(parts):
            return no_estimate(NO_SPREAD, records)
        below = sum(p * p / (one["NSUBJ"] - 1) for p, one in zip(parts, (own, other), strict=True))
        reach = t_quantile(self.level, sum(parts) ** 2 / below) * math.sqrt(sum(parts))
        ends = [rounded_text(difference + sign * reach, 2) for sign in (-1, 1)]
        return Value(f"{rounded_text(difference, 2)} ({ends[0]}; {ends[1]})", difference, records)


def _of_study(frame: pd.DataFrame, study: str) -> Summary | None:
    found = frame[frame["SRCSTUDY"] == study]
    if found.empty:
        return None
    values = {str(name): value for name, value in found.iloc[0].items()}
    return {**values, "row": int(found.index[0])}


def _records(part: Part, found: Summary) -> Records:
    return Records(part.dataset, (found["row"],))

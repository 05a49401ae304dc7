"""Exact confidence limits of a proportion."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from clinmap.phrases import name_of
from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows


@operation
class ProportionLimit(Operation):
    """Give a confidence limit of a proportion by the method of Clopper and Pearson.

    Parameters: `proportion_limit`, how many had the event; `of`, how many there were; `limit`,
    `lower` or `upper`; `confidence`, the two-sided level in percent (default 95). The limit is a
    proportion, from 0 to 1; the lower one of no events is 0, the upper one of nothing but events 1.
    Rows: none is added or dropped. Missing: where either count is missing, where `of` is 0, and
    where the counts cannot be (more events than there were).
    Problems: none. Source: Clopper and Pearson 1934, Biometrika 26, 404-413.

    Example::

        CPLCL: {proportion_limit: .NDLT, of: .NEVAL, limit: lower}
        CPUCL: {proportion_limit: .NDLT, of: .NEVAL, limit: upper}
    """

    name: ClassVar[str] = "proportion_limit"

    proportion_limit: Reference
    of: Reference
    limit: Literal["lower", "upper"]
    confidence: Annotated[float, Field(gt=0, lt=100)] = 95

    def inputs(self) -> tuple[Ref, ...]:
        """The two counts."""
        return references(self.proportion_limit, self.of)

    def apply(self, rows: Rows) -> pd.Series:
        """The limits, worked out once for each pair of counts."""
        import pandas as pd

        events = rows.number(self.proportion_limit)
        total = rows.number(self.of)
        possible = (total > 0) & (events >= 0) & (events <= total)
        pairs = pd.MultiIndex.from_arrays([events[possible], total[possible]])
        limits = {pair: self._of(*pair) for pair in pairs.unique()}
        return pd.Series(pairs.map(limits), events.index[possible], "float64").reindex(events.index)

    def _of(self, events: float, total: float) -> float:
        """The lower limit is what the upper one of those without the event leaves."""
        tail = (1 - self.confidence / 100) / 2
        if self.limit == "upper":
            return _upper(int(events), int(total), tail)
        return 1 - _upper(int(total - events), int(total), tail)

    def describe(self) -> Description:
        """Derived, with the method and the level."""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{self.limit.capitalize()} limit of the exact two-sided {self.confidence:g}% "
            f"confidence interval (Clopper and Pearson) of {name_of(self.proportion_limit)} out "
            f"of {name_of(self.of)}.",
        )


def _upper(events: int, total: int, tail: float) -> float:
    """The proportion at which so few events are as rare as `tail`, by halving.

    >>> round(_upper(0, 6, 0.025), 4)
    0.4593
    """
    if events == total:
        return 1.0
    low, high = events / total, 1.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if _at_most(events, total, middle) > tail else (low, middle)
    return high


def _at_most(events: int, total: int, proportion: float) -> float:
    """The binomial probability of at most so many events, by logarithms for large numbers."""
    yes, no = math.log(proportion), math.log1p(-proportion)
    whole = math.lgamma(total + 1)
    return math.fsum(
        math.exp(
            whole - math.lgamma(n + 1) - math.lgamma(total - n + 1) + n * yes + (total - n) * no
        )
        for n in range(events + 1)
    )

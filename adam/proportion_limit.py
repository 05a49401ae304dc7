"""Exact confidence limits of a proportion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from clinmap.phrases import name_of
from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references
from clinmap.statistics.proportion import exact_limits

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
    local: ClassVar[bool] = True

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
        limits = exact_limits(int(events), int(total), self.confidence)
        return limits.upper if self.limit == "upper" else limits.lower

    def describe(self) -> Description:
        """Derived, with the method and the level."""
        return Description(
            Origin("Derived", "Sponsor"),
            f"{self.limit.capitalize()} limit of the exact two-sided {self.confidence:g}% "
            f"confidence interval (Clopper and Pearson) of {name_of(self.proportion_limit)} out "
            f"of {name_of(self.of)}.",
        )

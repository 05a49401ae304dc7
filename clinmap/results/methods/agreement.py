"""How often two parameters of the same subject and visit agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from clinmap.results.cells import limits_text, no_estimate
from clinmap.results.method import SUBJECT, Line, Method, Part, Use, method
from clinmap.results.rounding import percent_text
from clinmap.results.shown import Records, Value
from clinmap.statistics.proportion import exact_limits

if TYPE_CHECKING:
    import pandas as pd

NO_PAIR = "no subject has both"


@method
class Agreement(Method):
    """Count how often two parameters agree: pairs, agreeing pairs, and exact limits of the share.

    `agreement` is the value that is compared (AVALC), `between` names two values of PARAMCD.
    Records meet that agree in subject and the variables of `by_visit` (the first, where several
    do). Records without a value or without a partner are not counted. No pair: NE.
    """

    agreement: str
    between: tuple[str, str]
    by_visit: tuple[str, ...] = ("AVISITN",)
    level: float = 95
    name: ClassVar[str] = "agreement"

    def uses(self) -> tuple[Use, ...]:
        """The value, the parameter, and what pairs meet by."""
        return tuple(Use(name) for name in (self.agreement, "PARAMCD", *self.by_visit))

    def lines(self, part: Part) -> Iterator[Line]:
        """Three rows."""
        pairs = {group.key: self._pairs(part.of(group)) for group in part.groups}
        alike = {key: found[found["one"] == found["other"]] for key, found in pairs.items()}
        of = {key: self._records(part, found) for key, found in pairs.items()}
        yield Line("Pairs", 1, {k: Value(str(len(f)), len(f), of[k]) for k, f in pairs.items()})
        agreeing = {k: self._count(part, f, len(pairs[k])) for k, f in alike.items()}
        yield Line("Agreeing, n (%)", 1, agreeing)
        limits = {k: self._limits(len(alike[k]), len(f), of[k]) for k, f in pairs.items()}
        yield Line(f"{self.level:g}% CI of %", 1, limits)

    def _pairs(self, frame: pd.DataFrame) -> pd.DataFrame:
        keys = [SUBJECT, *self.by_visit]
        known = frame[frame[self.agreement].notna()]
        one, other = (
            known[known["PARAMCD"] == code]
            .drop_duplicates(keys)
            .assign(row=lambda found: found.index)[[*keys, self.agreement, "row"]]
            for code in self.between
        )
        found = one.merge(other, on=keys, suffixes=("_one", "_other"))
        renamed = {f"{self.agreement}_one": "one", f"{self.agreement}_other": "other"}
        return found.rename(columns=renamed)

    def _records(self, part: Part, pairs: pd.DataFrame) -> Records:
        rows = sorted(int(row) for name in ("row_one", "row_other") for row in pairs[name])
        return Records(part.dataset, tuple(rows), self.agreement)

    def _count(self, part: Part, alike: pd.DataFrame, total: int) -> Value:
        records = self._records(part, alike)
        if not total:
            return no_estimate(NO_PAIR, records)
        return Value(f"{len(alike)} ({percent_text(len(alike) / total)})", len(alike), records)

    def _limits(self, count: int, total: int, records: Records) -> Value:
        if not total:
            return no_estimate(NO_PAIR, records)
        limits = exact_limits(count, total, self.level)
        return Value(limits_text(limits, 1, 100), limits.upper, records)

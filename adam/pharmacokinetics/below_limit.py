"""Concentrations below the limit of quantification, by where they stand in the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.phrases import name_of, phrase
from clinmap.plan import Origin, Ref
from clinmap.registry import (
    Criterion,
    Description,
    Operation,
    Reference,
    References,
    operation,
    references,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.frames import Rows

    Mask = npt.NDArray[np.bool_]

SUBJECT = Ref("own", "USUBJID")
Substitute = Literal["zero", "half", "limit", "missing"]
NAMES = {"zero": "BLQZERO", "half": "HALFLLOQ", "limit": "LLOQ"}
WORDS = {
    "zero": "0", "half": "half of the limit", "limit": "the limit", "missing": "missing",
}  # fmt: skip


@operation
class BelowLimit(Operation):
    """Give a concentration, with a rule for those below the limit of quantification.

    Parameters: `below_limit`, the concentration as a number; `below`, the condition that is true
    for a result below the limit; `limit`, the limit; `profile`, what the samples of one profile
    agree in (USUBJID always); `time`, the variable that orders them; `before` (default `zero`),
    `between` and `after` (default `missing`), what stands for a result before the first measurable
    one, between two measurable ones, and after the last one: `zero`, `half` (of the limit), `limit`
    or `missing`; `give`, `value` (the default) or `type`, a name of what was done (BLQZERO,
    HALFLLOQ, LLOQ) for DTYPE.
    Rows: none is added or dropped. Missing: stays missing where it is not below the limit; in a
    profile without a measurable result all results are before the first one. Problems: none.
    Source: ADaMIG-NCA 1.0 (AVAL of concentrations, DTYPE).

    Example::

        AVAL:
          below_limit: $PCSTRESN
          below: "starts($PCSTRESC, '<')"
          limit: .ALLOQ
          profile: [.PARAMCD, .PCRFTDTM]
          time: .ARRLT
    """

    name: ClassVar[str] = "below_limit"
    local: ClassVar[bool] = True

    below_limit: Reference
    below: Criterion
    limit: Reference
    profile: References
    time: Reference
    before: Substitute = "zero"
    between: Substitute = "missing"
    after: Substitute = "missing"
    give: Literal["value", "type"] = "value"

    def inputs(self) -> tuple[Ref, ...]:
        """The concentration, its limit, and what makes and orders the profiles."""
        return references(
            SUBJECT, self.below_limit, self.below, self.limit, self.profile, self.time
        )

    def apply(self, rows: Rows) -> pd.Series:
        """The concentrations, or what was done."""
        import numpy as np
        import pandas as pd

        from clinmap.frames import TEXT

        below = rows.true(self.below)
        place = self._places(rows, below)
        limit = rows.number(self.limit)
        values = rows.number(self.below_limit)
        done = np.full(len(rows), None, dtype=object)
        for name, rule in zip(("before", "between", "after"), self._rules, strict=True):
            here = below & (place == name)
            substitute = {"zero": limit * 0, "half": limit / 2, "limit": limit}.get(rule)
            values = values.mask(here, np.nan if substitute is None else substitute)
            done[here] = NAMES.get(rule)
        return values if self.give == "value" else pd.Series(done, dtype=TEXT)

    @property
    def _rules(self) -> tuple[Substitute, Substitute, Substitute]:
        return self.before, self.between, self.after

    def _places(self, rows: Rows, below: Mask) -> npt.NDArray[np.str_]:
        """Where each row stands among the measurable results of its profile."""
        import numpy as np

        from clinmap.ordering import group_codes

        groups = group_codes([rows.values(ref) for ref in (SUBJECT, *self.profile)], len(rows))
        time = rows.number(self.time)
        measurable = time.where(rows.number(self.below_limit).notna().to_numpy() & ~below)
        first = measurable.groupby(groups).transform("min")
        last = measurable.groupby(groups).transform("max")
        after = (time > last).to_numpy()
        between = (time >= first).to_numpy() & ~after
        return np.select([after, between], ["after", "between"], "before")

    def describe(self) -> Description:
        """Derived, with the rule."""
        before, between, after = (WORDS[rule] for rule in self._rules)
        what = "What stands for" if self.give == "type" else "As"
        return Description(
            Origin("Derived", "Sponsor"),
            f"{what} {name_of(self.below_limit)}; where {phrase(self.below)}: {before} before the "
            f"first measurable concentration of the profile, {between} between measurable ones, "
            f"{after} after the last one.",
        )

"""Which of a subject's periods a date lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.phrases import name_of
from clinmap.plan import Origin, Plan, Ref
from clinmap.registry import (
    Description,
    Operand,
    Operation,
    Reference,
    References,
    operation,
    references,
)

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Mask, Rows


@operation
class PeriodAt(Operation):
    """Give the number of the period in which a date lies, or what goes with that period.

    A date lies in the last period that began on or before it, unless that period has ended: a day
    that ends one period and starts the next belongs to the next. Phases and subperiods are found
    in the same way, each from their own dates of ADSL.

    Parameters: `period_at`, the record's SAS date; `starts` and `ends`, the SAS dates of the
    subject's periods in their order (without `ends` a period lasts until the next one starts);
    `give`, what to give for each of them: the treatments (TRT01A, TRT02A), their own dates
    (APERSDT), or constants (APHASE); left out: their numbers, 1 for the first (APERIOD).
    Rows: none is added or dropped. Missing: a date that is missing, before all periods or between
    two lies in none; a period without a start did not take place, one without an end goes on.
    Problems: PER001 for subjects with a period that starts before the end of an earlier one.
    Source: ADaMIG 1.3 section 3.2 (APxxSDT, TRTxxP), section 3.3 (APERIOD, APERSDT, TRTP, TRTA).

    Example::

        APERIOD:
          period_at: .ADT
          starts: [ADSL.AP01SDT, ADSL.AP02SDT]
          ends: [ADSL.AP01EDT, ADSL.AP02EDT]
        TRTA:
          period_at: .ADT
          starts: [ADSL.AP01SDT, ADSL.AP02SDT]
          ends: [ADSL.AP01EDT, ADSL.AP02EDT]
          give: [ADSL.TRT01A, ADSL.TRT02A]
    """

    name: ClassVar[str] = "period_at"
    local: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("PER001",)

    period_at: Reference
    starts: References
    ends: References = ()
    give: tuple[Operand, ...] = ()

    def inputs(self) -> tuple[Ref, ...]:
        """The date, the periods' dates, and what is given for them."""
        return references(self.period_at, self.starts, self.ends, self.give)

    def lacks(self, plan: Plan) -> str:
        """Whether there is an end, and something to give, for each period."""
        for key, given in (("ends", self.ends), ("give", self.give)):
            if given and len(given) != len(self.starts):
                return f"it has {len(self.starts)} `starts` and {len(given)} `{key}`"
        return ""

    def apply(self, rows: Rows) -> pd.Series:
        """The numbers of the periods, or what goes with them."""
        day = rows.number(self.period_at)
        self._report(rows)
        found = self._ended(rows, day, _numbered(rows, self.starts, day))
        if not self.give:
            return found
        return _chosen([rows.values(given) for given in self.give], found)

    def _ended(self, rows: Rows, day: pd.Series, found: pd.Series) -> pd.Series:
        """The number where the period of that number has not ended before the day."""
        for number, end in enumerate(self.ends, start=1):
            found = found.mask((found == number) & (day > rows.number(end)))
        return found

    def _report(self, rows: Rows) -> None:
        import pandas as pd

        latest = pd.Series(float("-inf"), index=rows.index)
        early = pd.Series(data=False, index=rows.index)
        for number, start in enumerate(self.starts):
            begins = rows.number(start)
            early |= begins < latest
            ends = rows.number(self.ends[number]) if self.ends else begins
            latest = latest.mask(begins.notna() & (ends > latest), ends)
        message = "records of subjects with a period that starts before the end of an earlier one"
        mask: Mask = early.to_numpy(dtype=bool)
        rows.report("PER001", message, mask)

    def describe(self) -> Description:
        """Derived, with the periods."""
        starts = ", ".join(name_of(ref) for ref in self.starts)
        until = (
            f" and ends with {', '.join(name_of(ref) for ref in self.ends)}" if self.ends else ""
        )
        given = ", ".join(name_of(one) for one in self.give)
        what = f"The one of {given} that belongs to the period" if given else "The period"
        return Description(
            Origin("Derived", "Sponsor"),
            f"{what} in which {name_of(self.period_at)} lies: the last one that starts ({starts}) "
            f"on or before it{until}.",
        )


def _numbered(rows: Rows, starts: References, day: pd.Series) -> pd.Series:
    """The number of the period that began last on or before the day."""
    import pandas as pd

    found = pd.Series(float("nan"), index=rows.index)
    latest = pd.Series(float("-inf"), index=rows.index)
    for number, start in enumerate(starts, start=1):
        begins = rows.number(start)
        began = (begins <= day) & (begins >= latest)
        found, latest = found.mask(began, number), latest.mask(began, begins)
    return found


def _chosen(given: list[pd.Series], number: pd.Series) -> pd.Series:
    """Of each row's values the one with its number; numbers where all of them are."""
    from clinmap.frames import as_number, as_text

    numeric = all(str(one.dtype) == "float64" or one.isna().all() for one in given)
    values = [as_number(one) if numeric else as_text(one) for one in given]
    found = values[0].where(number == 1)
    for place, one in enumerate(values[1:], start=2):
        found = one.where(number == place, found)
    return found

"""Completed years or months from a date of birth to another date."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.frames import Rows

MONTHS = 12


@operation
class Age(Operation):
    """Count the completed years or months from birth to a date, by the calendar.

    Parameters: `age`, the ISO 8601 date of birth; `at`, the ISO 8601 date at which the age is
    wanted; `unit`, YEARS (default) or MONTHS.
    Rows: none is added or dropped. Missing: a birth date without a day, as sites that mask it send
    it, counts as the 15th of its month; anything less complete, or an `at` that is not complete, is
    missing.
    Problems: none. Source: SDTMIG 3.4 section 5.2 (DM: AGE); ADaMIG 1.3 section 3.2.2 (AAGE).

    Example::

        AGE: {age: .BRTHDTC, at: .RFSTDTC}
    """

    name: ClassVar[str] = "age"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True

    age: Reference
    at: Reference
    unit: Literal["YEARS", "MONTHS"] = "YEARS"

    def inputs(self) -> tuple[Ref, ...]:
        """The two dates."""
        return references(self.age, self.at)

    def apply(self, rows: Rows) -> pd.Series:
        """The ages."""
        import pandas as pd

        from clinmap.dates import impute_date, sas_date

        born = impute_date(rows.text(self.age), "D", "mid").date
        months = _months(born, sas_date(rows.text(self.at)))
        known = pd.Series(months, index=rows.index)
        return known if self.unit == "MONTHS" else known // MONTHS

    def describe(self) -> Description:
        """Derived, with the rule."""
        return Description(
            Origin("Derived", "Sponsor"),
            f"Completed {self.unit.lower()} from {self.age.column} to {self.at.column}; a birth "
            "date without a day counts as the 15th.",
        )


def _months(born: pd.Series, when: pd.Series) -> npt.NDArray[np.float64]:
    """Completed months between two SAS dates; NaN where one is missing."""
    import numpy as np

    there = (born.notna() & when.notna()).to_numpy()
    parts = []
    for dates in (born, when):
        days = np.datetime64("1960-01-01", "D") + dates.where(there, 0).to_numpy().astype("int64")
        months = days.astype("datetime64[M]")
        parts.append((months.astype("int64"), (days - months).astype("int64")))
    (first, first_day), (last, last_day) = parts
    return np.where(there, last - first - (last_day < first_day), np.nan)

"""Dates and times as collected, brought to ISO 8601."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import field_validator

from clinmap.dates import check_format, is_time_format, sas_datetime, to_iso
from clinmap.plan import Ref
from clinmap.registry import Description, Operation, Reference, References, Words, operation
from clinmap.registry import references as all_references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

DAY = 86_400


@operation
class CollectedDatetime(Operation):
    """Bring a collected date, with its time if there is one, to ISO 8601; partial dates are kept.

    Parameters: `datetime`, the date or the date and the time; `formats`, how they are written,
    tried in this order; `not_before`, a date-time that this one must not precede: where both are
    complete, on one day, and this one is earlier, it is taken to be past midnight and moved to the
    next day.
    Rows: none is added or dropped. Missing: stays missing; an unknown day or month (UN, UNK, ND) is
    left out of the date; nothing is imputed.
    Problems: DTC001 for a value that no format reads (it becomes missing), DTC002 for a moved end,
    DTC003 for a time whose date is missing.
    Source: SDTMIG 3.4 sections 4.4.1 (formatting) and 4.4.2 (date/time precision).

    Example::

        EXSTDTC: {datetime: [$CHIST_RAW, $CHISTTIM], formats: [DD MON YYYY, "HH:MM"]}
    """

    name: ClassVar[str] = "datetime"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("DTC001", "DTC002", "DTC003")

    datetime: References
    formats: Words
    not_before: Reference | None = None

    @field_validator("formats")
    @classmethod
    def _readable(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        for text in formats:
            check_format(text)
        return formats

    def inputs(self) -> tuple[Ref, ...]:
        """The date, the time, and the bound."""
        return all_references(self.datetime, self.not_before)

    def apply(self, rows: Rows) -> pd.Series:
        """The ISO 8601 text."""
        dates = rows.text(self.datetime[0])
        times = rows.text(self.datetime[1]) if len(self.datetime) > 1 else None
        clock = [text for text in self.formats if is_time_format(text)]
        days = [text for text in self.formats if not is_time_format(text)]
        if times is None:
            found = to_iso(dates, days)
        elif clock:
            found = to_iso(dates, days, times, clock)
        else:
            found = to_iso(dates, days, times)
        rows.report(
            "DTC001",
            f"values of {', '.join(map(str, self.datetime))} that are not "
            f"{' or '.join(self.formats)}",
            found.bad.to_numpy(),
            hint="Add the format to `formats`, or have the value corrected at its source.",
        )
        alone = found.values.str.startswith("-----T").fillna(False).to_numpy(dtype=bool)
        rows.report(
            "DTC003", f"times of {', '.join(map(str, self.datetime))} without a date", alone
        )
        return self._moved(rows, found.values)

    def _moved(self, rows: Rows, values: pd.Series) -> pd.Series:
        if self.not_before is None:
            return values
        from clinmap.dates import from_sas_datetime

        bound = rows.text(self.not_before)
        own, start = sas_datetime(values), sas_datetime(bound)
        early = (own < start) & (values.str[:10] == bound.str[:10])
        moved = from_sas_datetime(own + DAY).str[:16]
        rows.report(
            "DTC002",
            f"ends before {self.not_before} on the same day were moved past midnight",
            early.to_numpy(dtype=bool),
        )
        return values.where(~early, moved)

    def describe(self) -> Description:
        """As its inputs: a collected date in ISO 8601 is collected."""
        return Description()

"""Analysis dates and date-times, imputed where the collected ones are partial, with their flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.dates import impute_date, impute_datetime
from clinmap.phrases import name_of
from clinmap.plan import Origin, Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

Rule = Literal["first", "mid", "last"]
Highest = Literal["none", "s", "m", "h", "D", "M", "Y"]
DAY = 86_400
WORDS = {"D": "the day", "M": "month and day", "Y": "any part", "none": "no part",
         "h": "the time", "m": "minutes and seconds", "s": "the seconds"}  # fmt: skip


def _said(source: Ref, impute: str, highest: str, before: Ref | None, after: Ref | None) -> str:
    """The rule in words."""
    text = f"{name_of(source)} as a SAS value"
    if highest != "none":
        text += f"; {WORDS[highest]} imputed to the {impute} possible"
    if before is not None:
        text += f", not before {name_of(before)} where the collected part allows it"
    if after is not None:
        text += f", not after {name_of(after)} where the collected part allows it"
    return f"{text}."


@operation
class AnalysisDate(Operation):
    """Give a --DTC as a SAS date, with what is missing of it imputed by rule.

    Parameters: `analysis_date`, the ISO 8601 date; `impute`, `first`, `mid` or `last` possible;
    `highest`, the greatest part that may be imputed: `none` (default), `D`, `M`, `Y`; `not_before`
    and `not_after`, SAS dates that bound the imputed date where the value allows it; `give`,
    `date` or `flag` (the imputation flag: D, M or Y, missing where nothing was imputed).
    Rows: none is added or dropped. Missing: what may not be imputed is missing.
    Problems: none. Source: ADaMIG 1.3 section 3.1.3 (imputation flags), codelist DATEFL.

    Example::

        ASTDT: {analysis_date: $AESTDTC, impute: first, highest: M, not_before: ADSL.TRTSDT}
    """

    name: ClassVar[str] = "analysis_date"
    local: ClassVar[bool] = True

    analysis_date: Reference
    impute: Rule = "first"
    highest: Literal["none", "D", "M", "Y"] = "none"
    not_before: Reference | None = None
    not_after: Reference | None = None
    give: Literal["date", "flag"] = "date"

    def inputs(self) -> tuple[Ref, ...]:
        """The date and its bounds."""
        return references(self.analysis_date, self.not_before, self.not_after)

    def apply(self, rows: Rows) -> pd.Series:
        """The dates or the flags."""
        found = impute_date(
            rows.text(self.analysis_date),
            "n" if self.highest == "none" else self.highest,
            self.impute,
            rows.number(self.not_before) if self.not_before else None,
            rows.number(self.not_after) if self.not_after else None,
        )
        return found.date if self.give == "date" else found.flag

    def describe(self) -> Description:
        """Derived, with the rule."""
        rule = _said(self.analysis_date, self.impute, self.highest, self.not_before, self.not_after)
        flag = "The part of the date that was imputed: " if self.give == "flag" else ""
        return Description(Origin("Derived", "Sponsor"), flag + rule)


@operation
class AnalysisDatetime(Operation):
    """Give a --DTC as a SAS date-time, with what is missing of it imputed by rule.

    Parameters: `analysis_datetime`, the ISO 8601 date-time; `impute`, which date is taken; `time`,
    which time: `first` (00:00:00) or `last` (23:59:59); `highest`, the greatest part that may be
    imputed: `none`, `s`, `m`, `h` (default), `D`, `M`, `Y`; `not_before` and `not_after`, SAS
    date-times that bound it; `give`, `datetime`, `date_flag` or `time_flag`; `flag_seconds`, false
    in a study that collects no seconds: they are imputed and never flagged.
    Rows: none is added or dropped. Missing: what may not be imputed is missing.
    Problems: none. Source: ADaMIG 1.3 section 3.1.3 (imputation flags), codelists DATEFL, TIMEFL.

    Example::

        TRTSDTM: {analysis_datetime: DM.RFXSTDTC, time: first}
    """

    name: ClassVar[str] = "analysis_datetime"
    local: ClassVar[bool] = True

    analysis_datetime: Reference
    impute: Rule = "first"
    time: Literal["first", "last"] = "first"
    highest: Highest = "h"
    not_before: Reference | None = None
    not_after: Reference | None = None
    give: Literal["datetime", "date_flag", "time_flag"] = "datetime"
    flag_seconds: bool = True

    def inputs(self) -> tuple[Ref, ...]:
        """The date-time and its bounds."""
        return references(self.analysis_datetime, self.not_before, self.not_after)

    def apply(self, rows: Rows) -> pd.Series:
        """The date-times or the flags."""
        found = impute_datetime(
            rows.text(self.analysis_datetime),
            "n" if self.highest == "none" else self.highest,
            self.impute,
            self.time,
            rows.number(self.not_before) if self.not_before else None,
            rows.number(self.not_after) if self.not_after else None,
            flag_seconds=self.flag_seconds,
        )
        flags = {"date_flag": found.date_flag, "time_flag": found.time_flag}
        return flags.get(self.give, found.datetime)

    def describe(self) -> Description:
        """Derived, with the rule."""
        only_time = self.highest in ("s", "m", "h")
        choice = (
            self.time if only_time else f"{self.impute} possible and the time to the {self.time}"
        )
        rule = _said(self.analysis_datetime, choice, self.highest, self.not_before, self.not_after)
        part = {"date_flag": "date", "time_flag": "time"}.get(self.give)
        flag = f"The part of the {part} that was imputed: " if part else ""
        return Description(Origin("Derived", "Sponsor"), flag + rule)

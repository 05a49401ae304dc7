"""Visits: the number, name and planned day of a visit, unscheduled ones included."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from clinmap.patterns import safe_pattern
from clinmap.plan import Origin, Plan, Ref
from clinmap.problems import quoted
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

SUBJECT = Ref("own", "USUBJID")
KEYS = frozenset({"visit", "number", "times", "name", "day", "day_times", "unscheduled"})


@dataclass(frozen=True, slots=True)
class VisitRule:
    """How one kind of visit is numbered and named.

    `number` plus the groups of the pattern times `times` is VISITNUM, `day` plus the groups times
    `day_times` is VISITDY; `name` is VISIT, with `{}` for each group.
    """

    pattern: re.Pattern[str]
    name: str
    number: float
    times: tuple[float, ...]
    day: float | None
    day_times: tuple[float, ...]
    unscheduled: bool

    def read(self, text: str) -> ReadVisit | None:
        """Number, name and day of a visit, or None where it is none of this kind."""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        groups = [float(group) for group in match.groups()]
        number = self.number + sum(a * b for a, b in zip(groups, self.times, strict=True))
        name = self.name.format(*[f"{group:g}" for group in groups])
        if self.day is None:
            return ReadVisit(number, name, None, self.unscheduled)
        day = self.day + sum(a * b for a, b in zip(groups, self.day_times, strict=False))
        return ReadVisit(number, name, day, self.unscheduled)


@dataclass(frozen=True, slots=True)
class ReadVisit:
    """A visit as a rule reads it: VISITNUM, VISIT and VISITDY, and whether it was not planned."""

    number: float
    name: str
    day: float | None
    unscheduled: bool


def visit_rules(listed: object) -> tuple[VisitRule, ...]:
    """The rules of the parameter `visits` of study.yaml; ValueError where one does not fit."""
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise ValueError("parameter visits of study.yaml must be a list of visits")
    return tuple(_rule(entry) for entry in listed)


def _rule(entry: Any) -> VisitRule:
    if not isinstance(entry, Mapping) or "visit" not in entry or not set(entry) <= KEYS:
        raise ValueError(f"an entry of visits must have {', '.join(sorted(KEYS))}, not {entry!r}")
    pattern = safe_pattern(str(entry["visit"]))
    times = tuple(float(x) for x in entry.get("times", ()))
    if pattern.groups != len(times):
        raise ValueError(f"visit {entry['visit']!r} needs one of `times` for each of its groups")
    day = entry.get("day")
    return VisitRule(
        pattern, str(entry.get("name", entry["visit"])), float(entry.get("number", 0)), times,
        None if day is None else float(day), tuple(float(x) for x in entry.get("day_times", ())),
        bool(entry.get("unscheduled", False)),
    )  # fmt: skip


@operation
class Visit(Operation):
    """Give VISITNUM, VISIT or VISITDY of a visit, by the parameter `visits` of study.yaml.

    Parameters: `visit`, the reference to the visit as collected; `give`, `number`, `name` or `day`;
    `date`, the date of the record, which places unscheduled visits.
    Rows: none is added or dropped. Missing: stays missing. An unscheduled visit has the number of
    the subject's last planned visit by date in this dataset, plus 0.01 for the first date after it,
    0.02 for the next; without a complete date, or before every planned visit, it has no number and
    no name.
    Problems: TRM001 for a visit that no rule reads, VIS001 for an unscheduled one that cannot be
    placed; for the number only, so that no row is listed twice.
    Source: SDTMIG 3.4 section 4.4.5 (clinical encounters and visits).

    Example::

        VISITNUM: {visit: $FOLDER, give: number, date: .LBDTC}
    """

    name: ClassVar[str] = "visit"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TRM001", "VIS001")

    visit: Reference
    give: Literal["number", "name", "day"] = "number"
    date: Reference | None = None

    def inputs(self) -> tuple[Ref, ...]:
        """The visit as collected, and what places an unscheduled one."""
        return references(self.visit, self.date, SUBJECT if self.date else None)

    def lacks(self, plan: Plan) -> str:
        """Whether study.yaml has the visits."""
        try:
            visit_rules(plan.parameters.get("visits"))
        except ValueError as error:
            return str(error)
        return ""

    def apply(self, rows: Rows) -> pd.Series:
        """The numbers, names or days."""
        texts = rows.text(self.visit)
        rules = visit_rules(rows.parameter("visits"))
        read = {text: _first_read(rules, text) for text in texts.dropna().unique().tolist()}
        found = {text: visit for text, visit in read.items() if visit is not None}
        if self.give == "number":
            self._report(rows, texts, [text for text in read if text not in found])
        if self.give == "day":
            return texts.map({text: visit.day for text, visit in found.items()}).astype("float64")
        numbers = texts.map({text: visit.number for text, visit in found.items()}).astype("float64")
        unscheduled = texts.isin([text for text, visit in found.items() if visit.unscheduled])
        if self.date is not None and unscheduled.any():
            numbers = self._placed(rows, numbers, unscheduled)
        if self.give == "number":
            return numbers
        names = texts.map({text: visit.name for text, visit in found.items()}).astype("str")
        if self.date is None:
            return names
        made = {n: f"UNSCHEDULED {n:.2f}" for n in numbers[unscheduled].dropna().unique()}
        return names.where(~unscheduled, numbers.map(made).astype("str"))

    def _report(self, rows: Rows, texts: pd.Series, unknown: list[str]) -> None:
        for text in unknown:
            rows.report(
                "TRM001",
                f"{quoted(text, self.visit.column)} is no visit of the study",
                (texts == text).to_numpy(dtype=bool),
                hint="Add it to `parameters: visits` of study.yaml.",
            )

    def _placed(self, rows: Rows, numbers: pd.Series, unscheduled: pd.Series) -> pd.Series:
        """Unscheduled visits numbered after the planned visit that they follow."""
        import pandas as pd

        days = pd.to_datetime(rows.text(self.date).str[:10], format="%Y-%m-%d", errors="coerce")
        frame = pd.DataFrame({"subject": rows.text(SUBJECT), "day": days, "number": numbers})
        keys = ["subject", "day"]
        planned = frame[~unscheduled].dropna().groupby(keys)["number"].max().reset_index()
        other = frame.loc[unscheduled, keys].dropna().drop_duplicates()
        other = other.sort_values(["day", "subject"])
        met = pd.merge_asof(other, planned.sort_values(["day", "subject"]), on="day", by="subject")
        met = met.dropna().sort_values([*keys])
        step = met.groupby(["subject", "number"]).cumcount() + 1
        met["number"] = (met["number"] + step / 100).round(2)
        made = frame[keys].merge(met, on=keys, how="left")["number"]
        if self.give == "number":
            self._report_lost(rows, unscheduled & made.isna(), days.notna())
        return numbers.where(~unscheduled, made)

    def _report_lost(self, rows: Rows, lost: pd.Series, complete: pd.Series) -> None:
        """List the unscheduled visits that cannot be placed, each cause with its own words."""
        dated = rows.text(self.date).notna()
        for where, said, hint in (
            (~dated, "without a date", "Have the date completed."),
            (
                dated & ~complete,
                "whose date is partial: nobody can say which planned visit they follow",
                "Have the date completed.",
            ),
            (
                complete,
                "without a planned visit before them",
                "Check their dates, and those of the planned visits.",
            ),
        ):
            message = f"unscheduled visits {said}"
            rows.report("VIS001", message, (lost & where).to_numpy(dtype=bool), hint=hint)

    def describe(self) -> Description:
        """Assigned by the protocol's schedule, derived where unscheduled visits are placed."""
        if self.date is None:
            return Description(Origin("Assigned", "Sponsor"))
        return Description(
            Origin("Derived", "Sponsor"),
            "By the schedule of visits; an unscheduled visit has the number of the last planned "
            "visit by date plus 0.01, 0.02, and so on.",
        )


def _first_read(rules: Sequence[VisitRule], text: str) -> ReadVisit | None:
    """The visit by the first rule that reads the text."""
    return next((visit for rule in rules if (visit := rule.read(text)) is not None), None)

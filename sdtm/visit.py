"""Visits: the number, name and planned day of a visit, unscheduled ones included."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from clinmap.plan import Origin, Plan, Ref
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

    def read(self, text: str) -> tuple[float, str, float | None] | None:
        """Number, name and day of a visit, or None where it is none of this kind."""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        groups = [float(group) for group in match.groups()]
        number = self.number + sum(a * b for a, b in zip(groups, self.times, strict=True))
        words = [f"{group:g}" for group in groups]
        if self.day is None:
            return number, self.name.format(*words), None
        day = self.day + sum(a * b for a, b in zip(groups, self.day_times, strict=False))
        return number, self.name.format(*words), day


def visit_rules(listed: object) -> tuple[VisitRule, ...]:
    """The rules of the parameter `visits` of study.yaml; ValueError where one does not fit."""
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise ValueError("parameter visits of study.yaml must be a list of visits")
    return tuple(_rule(entry) for entry in listed)


def _rule(entry: Any) -> VisitRule:
    if not isinstance(entry, Mapping) or "visit" not in entry or not set(entry) <= KEYS:
        raise ValueError(f"an entry of visits must have {', '.join(sorted(KEYS))}, not {entry!r}")
    pattern = re.compile(str(entry["visit"]))
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
    """Give VISITNUM, VISIT or VISITDY of a collected visit, by the parameter `visits` of study.yaml.

    Parameters: `visit`, the reference to the visit as collected; `give`, `number`, `name` or `day`;
    `date`, the date of the record, which places unscheduled visits.
    Rows: none is added or dropped. Missing: stays missing. An unscheduled visit gets the number of the
    subject's last planned visit by date plus 0.01 for its first date, 0.02 for the next.
    Problems: TRM001 for a visit that no rule reads.
    Source: SDTMIG 3.4 section 4.4.5 (clinical encounters and visits).

    Example::

        VISITNUM: {visit: $FOLDER, give: number, date: .LBDTC}
    """

    name: ClassVar[str] = "visit"
    codes: ClassVar[tuple[str, ...]] = ("TRM001",)

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
        rules = visit_rules(rows.parameter("visits"))
        texts = rows.text(self.visit)
        found: dict[str, tuple[float, str, float | None]] = {}
        unscheduled: list[str] = []
        for text in texts.dropna().unique().tolist():
            for rule in rules:
                read = rule.read(text)
                if read is not None:
                    found[text] = read
                    unscheduled += [text] if rule.unscheduled else []
                    break
        if self.give == "number":
            self._report(rows, texts, found)
        numbers = texts.map({text: read[0] for text, read in found.items()}).astype("float64")
        names = texts.map({text: read[1] for text, read in found.items()}).astype("str")
        if unscheduled and self.date is not None and self.give != "day":
            where = texts.isin(unscheduled)
            numbers = self._placed(rows, numbers, where)
            known = {n: f"UNSCHEDULED {n:.2f}" for n in numbers[where].dropna().unique()}
            names = names.where(~where, numbers.map(known).astype("str"))
        if self.give == "number":
            return numbers
        if self.give == "name":
            return names
        return texts.map({text: read[2] for text, read in found.items()}).astype("float64")

    def _report(self, rows: Rows, texts: pd.Series, found: Mapping[str, object]) -> None:
        for text in texts.dropna().unique().tolist():
            if text not in found:
                rows.report(
                    "TRM001",
                    f"{text!r} is no visit of the study",
                    (texts == text).to_numpy(dtype=bool),
                    hint="Add it to `parameters: visits` of study.yaml.",
                )

    def _placed(self, rows: Rows, numbers: pd.Series, unscheduled: pd.Series) -> pd.Series:
        """Unscheduled visits numbered after the planned visit that they follow."""
        import pandas as pd

        frame = pd.DataFrame(
            {
                "subject": rows.text(SUBJECT),
                "date": rows.text(self.date).str[:10],
                "number": numbers.where(~unscheduled),
                "row": range(len(rows)),
            }
        )
        planned = frame[~unscheduled & frame["number"].notna() & frame["date"].notna()]
        planned = planned.sort_values(["date", "number"])
        other = frame[unscheduled & frame["date"].notna()]
        days = other[["subject", "date"]].drop_duplicates().sort_values(["date", "subject"])
        planned = planned.assign(when=pd.to_datetime(planned["date"], errors="coerce"))
        days = days.assign(when=pd.to_datetime(days["date"], errors="coerce"))
        placed = pd.merge_asof(
            days.dropna(subset=["when"]).sort_values("when"),
            planned.dropna(subset=["when"])
            .sort_values(["when", "number"])[["subject", "when", "number"]],
            on="when",
            by="subject",
        )
        order = placed.sort_values(["subject", "number", "date"])
        step = order.groupby(["subject", "number"]).cumcount() + 1
        order["made"] = (order["number"] + step / 100).round(2)
        made = other.merge(order[["subject", "date", "made"]], on=["subject", "date"], how="left")
        result = numbers.copy()
        result.iloc[made["row"].to_numpy()] = made["made"].to_numpy()
        return result

    def describe(self) -> Description:
        """Assigned by the protocol's schedule, derived where unscheduled visits are placed."""
        if self.date is None:
            return Description(Origin("Assigned", "Sponsor"))
        return Description(
            Origin("Derived", "Sponsor"),
            "By the schedule of visits; an unscheduled visit has the number of the last planned visit "
            "by date plus 0.01, 0.02, and so on.",
        )

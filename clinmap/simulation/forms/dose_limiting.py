"""Form of the dose limiting toxicity (R12), and the decisions on the next dose level (R24).

Reference: study protocol (toxicity of the first course, 3+3 escalation); SDTMIG 3.4 section 6.4
(FA) for what the form feeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import (
    Entry,
    Row,
    date_fields,
    day_text,
    form_rows,
    text_date_fields,
)
from clinmap.simulation.subject import Subject

ESCALATION_COLUMNS = (
    *("COHORT", "DOSELVL", "DECDAT_RAW", "DECDAT_YYYY", "DECDAT_MM", "DECDAT_DD"),
    *("N_EVAL", "N_DLT", "DECISION", "RP2D_YN"),
)
HIGHEST_LEVEL = "5"
FULL_COHORT = 3
WINDOW_DAYS = 28
_LENALIDOMIDE_DAYS, _INFUSION_DAYS, _ISOTRETINOIN_DAYS = 18, 3, 11
"""The least that makes a subject evaluable: 85 % of 21 days, 3 of 4 days, 75 % of 14 days."""


@dataclass(frozen=True)
class Toxicity:
    """A dose limiting toxicity as the committee wrote it down."""

    criterion: str
    event: str
    day: str
    met: date | None = None


TOXICITIES = {
    "101-005": Toxicity("D04", "7", "11 MAR 2014", date(2014, 4, 2)),
    "101-007": Toxicity("D02", "5", "03 AUG 2015"),
    "102-002": Toxicity("D04", "3", "22 FEB 2015"),
}
"""101-005: the page of adverse event 7 says N. 101-007: there is no adverse event 5 (it is 2)."""
_EVALUABLE_ALL_THE_SAME = {"103-001"}
_REASONS = {
    "103-005": "Withdrew before day 28",
    "104-004": "Progressive disease before day 28",
    "105-004": "Second enrollment",
}


def toxicity_form(subject: Subject) -> list[Row]:
    """Return the R12 row of a treated subject: one, of the first course."""
    if not subject.given:
        return []
    name = subject.member.subject
    first, found = subject.given[0], TOXICITIES.get(name)
    later = int(generator(subject.seed, name, "DLT").integers(2, 14))
    met = (found and found.met) or first.start + timedelta(days=WINDOW_DAYS + later)
    reason = "" if found else _why_not_evaluable(subject)
    fields = {
        "DLTYN": "Y" if found else "N",
        "DLTCRIT": found.criterion if found else "",
        "DLTAENO": found.event if found else "",
        **text_date_fields("DLTDAT", found.day if found else ""),
        "EVALYN": "N" if reason else "Y",
        "NEVALRSN": reason,
        **date_fields("COMMITDAT", met),
    }
    return form_rows(name, "DLT", [Entry(first.folder(), met, fields)])


def _why_not_evaluable(subject: Subject) -> str:
    """Return the reason as typed; nothing for who is evaluable, or was taken to be."""
    name = subject.member.subject
    if name in _REASONS or name in _EVALUABLE_ALL_THE_SAME:
        return _REASONS.get(name, "")
    if subject.given[0].last_day < WINDOW_DAYS:
        return "Not observed until day 28"
    if _days(subject, "exlen", "LEN") < _LENALIDOMIDE_DAYS:
        return "Less than 85 % of lenalidomide"
    if len({row["CHIDAY"] for row in _of_first_course(subject, "exchi")}) < _INFUSION_DAYS:
        return "Less than 3 days of dinutuximab"
    planned = subject.member.isotretinoin_planned
    if planned and _days(subject, "exiso", "ISO") < _ISOTRETINOIN_DAYS:
        return "Less than 75 % of isotretinoin"
    return ""


def _of_first_course(subject: Subject, form: str) -> list[Row]:
    first = str(subject.given[0].number)
    return [row for row in subject.forms[form] if row["COURSE"] == first]


def _days(subject: Subject, form: str, drug: str) -> int:
    """Return on how many days of the first course the drug was given."""
    given = [
        row for row in _of_first_course(subject, form) if row[f"{drug}ACT"] in ("Given", "Reduced")
    ]
    return sum(_typed(r[f"{drug}EN_RAW"]) - _typed(r[f"{drug}ST_RAW"]) + 1 for r in given)


def _typed(day: str) -> int:
    return datetime.strptime(day, "%d %b %Y").toordinal()


def escalation(subjects: Sequence[Subject]) -> list[Row]:
    """Return the R24 rows: one decision for each cohort, which names no subject.

    The counts are those of the forms, first enrollments only, but for cohort 2A: its row was typed
    before there was anything to decide, and says three evaluable subjects.
    """
    treated = [s for s in subjects if s.forms["dlt"] and s.member.enrollment == 1]
    by_cohort = _grouped(treated, lambda s: s.forms["enroll"][0]["COHORT"])
    made: list[Row] = []
    for level, cohorts in groupby(by_cohort.items(), key=lambda item: item[0][0]):
        evaluable = limiting = 0
        for cohort, members in cohorts:
            counts = _count(members, "EVALYN"), _count(members, "DLTYN")
            evaluable, limiting = evaluable + counts[0], limiting + counts[1]
            last = level == HIGHEST_LEVEL and cohort == list(by_cohort)[-1]
            decision = "Stop" if last else _decision(level, evaluable, limiting)
            made.append(_NAMED.get(cohort) or _row(cohort, members, counts, decision, last))
    return made


def _grouped(items: Iterable[Subject], key: Callable[[Subject], str]) -> dict[str, list[Subject]]:
    ordered = sorted(items, key=key)
    return {name: list(members) for name, members in groupby(ordered, key=key)}


def _count(members: Iterable[Subject], field: str) -> int:
    return sum(subject.forms["dlt"][0][field] == "Y" for subject in members)


def _decision(level: str, evaluable: int, limiting: int) -> str:
    """Return what a 3+3 rule says of all subjects of the level so far."""
    if limiting > 1:
        return "Stop"
    enough = FULL_COHORT * (1 + limiting)
    if evaluable < enough:
        return "Expand" if limiting and evaluable == FULL_COHORT else "Enroll"
    return "Expand" if level == HIGHEST_LEVEL else "Escalate"


def _row(
    cohort: str, members: Sequence[Subject], counts: tuple[int, int], decision: str, last: bool
) -> Row:
    met = max(_typed(subject.forms["dlt"][0]["COMMITDAT_RAW"]) for subject in members)
    return {
        "COHORT": cohort,
        "DOSELVL": cohort[0],
        **date_fields("DECDAT", date.fromordinal(met + 3)),
        "N_EVAL": str(counts[0]),
        "N_DLT": str(counts[1]),
        "DECISION": decision,
        "RP2D_YN": "Y" if last else "",
    }


_NAMED: dict[str, Row] = {
    "2A": {
        "COHORT": "2A",
        "DOSELVL": "2",
        **text_date_fields("DECDAT", day_text(date(2013, 6, 12))),
        "N_EVAL": "3",
        "N_DLT": "0",
        "DECISION": "Escalate",
        "RP2D_YN": "",
    }
}

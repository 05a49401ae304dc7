"""Site disease response form (R18).

Reference: study protocol calendar (disease evaluation at the end of courses 2, 4, 6, 9 and 12);
SDTMIG 3.4 section 6.3.9.2 (RS) for what it feeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from clinmap.simulation.calendar import COURSE_DAYS, Course
from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, date_fields, form_rows

EVALUATED_COURSES = (2, 4, 6, 9, 12)
PROGRESSED = "Progressive disease"
_COMPONENTS = ("CR", "PR", "SD", "NE")
_COMPONENT_SHARES = (0.2, 0.25, 0.45, 0.1)


@dataclass(frozen=True)
class Answer:
    """Soft tissue, MIBG, marrow, catecholamine and overall response as typed."""

    soft: str
    mibg: str
    marrow: str
    markers: str
    overall: str
    comment: str = ""
    on: date | None = None
    late: int | None = None


NAMED_ANSWERS: dict[tuple[str, int], Answer] = {
    ("101-001", 2): Answer("PR", "SD", "CR", "", "MR", on=date(2013, 4, 25)),
    ("101-007", 2): Answer("SD", "SD", "CR", "", "SD"),
    ("101-007", 4): Answer("SD", "SD", "SD", "", "SD"),
    ("102-003", 2): Answer("SD", "SD", "SD", "", "SD", late=5),
    ("102-004", 2): Answer("PR", "PD", "SD", "", "Mixed", "bone worse, soft tissue better"),
    ("103-003", 2): Answer("PR", "PR", "CR", "", "PR"),
    ("103-003", 4): Answer("SD", "SD", "CR", "", "SD"),
    ("103-003", 6): Answer("SD", "SD", "CR", "", "SD"),
    ("104-002", 2): Answer("PD", "SD", "SD", "", "SD", "new node, not biopsied"),
}


def site_response(member: Member, given: list[Course], ended: date, seed: int) -> list[Row]:
    """Return the R18 rows: evaluations at course ends, and progression at end of treatment."""
    chance = generator(seed, member.subject, "RESP")
    entries: list[Entry] = []
    for course in given:
        random_answer, day = _random_answer(chance), _evaluation_day(course, chance)
        if course.number not in EVALUATED_COURSES or course.last_day < COURSE_DAYS:
            continue
        answer = NAMED_ANSWERS.get((member.subject, course.number), random_answer)
        day = answer.on or (
            day if answer.late is None else _after_next_start(course, given, answer)
        )
        entries.append(Entry(course.folder(COURSE_DAYS), day, _fields(answer, day)))
    if given and member.leaving == PROGRESSED:
        last = Answer("PD", "PD", "NE", "", "PD")
        entries.append(Entry("EOT", ended, _fields(last, ended)))
    return form_rows(member.subject, "RESP", entries)


def _evaluation_day(course: Course, chance: np.random.Generator) -> date:
    """Return a day near course day 27, before the next course."""
    return course.day(COURSE_DAYS - int(chance.integers(0, 4)))


def _after_next_start(course: Course, given: list[Course], answer: Answer) -> date:
    following = given[course.ordinal].start
    return following + timedelta(days=answer.late or 0)


def _random_answer(chance: np.random.Generator) -> Answer:
    picks = chance.choice(4, size=3, p=_COMPONENT_SHARES)
    soft, mibg, marrow = (_COMPONENTS[int(pick)] for pick in picks)
    return Answer(soft, mibg, marrow, "", overall({soft, mibg, marrow}))


def overall(components: set[str]) -> str:
    """Return the overall response a careful site would type for its components."""
    seen = components - {"NE"}
    if not seen:
        return "NE"
    if "PD" in seen:
        return "PD"
    if seen == {"CR"} and "NE" not in components:
        return "CR"
    if seen == {"SD"}:
        return "SD"
    return "MR" if "SD" in seen else "PR"


def _fields(answer: Answer, day: date) -> Row:
    return {
        "STRESP": answer.soft,
        "MIBGRESP": answer.mibg,
        "BMRESP": answer.marrow,
        "CATRESP": answer.markers,
        "OVRESP": answer.overall,
        **date_fields("RESPDAT", day),
        "COMMENT": answer.comment,
    }

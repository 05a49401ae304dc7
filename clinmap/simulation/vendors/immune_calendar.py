"""When blood is drawn for immune function: flow cytometry, cytokines, natural killer cell function.

Reference: study protocol calendar (screening, before the dose of course 1 days 1 and 8, days 12, 15
and 28, end of courses 2 and 4).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from clinmap.simulation.calendar import COURSE_DAYS, Course
from clinmap.simulation.cast import Member

SCREENING = "SCRN"
_SCREENING_DAYS = 5
_IN_COURSES = (
    ("C1D1 PRE", 1, 1),
    ("C1D8 PRE", 1, 8),
    ("C1D12", 1, 12),
    ("C1D15", 1, 15),
    ("C1D28", 1, COURSE_DAYS),
    ("C2 EOC", 2, COURSE_DAYS),
    ("C4 EOC", 4, COURSE_DAYS),
)
"""Name of the time point, number of the course, day of the course."""

TIME_POINTS = (SCREENING, *(name for name, _, _ in _IN_COURSES))
"""The names as vendors write them, in time order."""


class TimePoint(NamedTuple):
    """One planned blood draw of a subject: its name, the visit folder, and the day."""

    name: str
    folder: str
    day: date


def time_points(member: Member, given: list[Course]) -> list[TimePoint]:
    """Return the blood draws of a subject in time order; none for a screen failure.

    A day of a course counts only while the subject was on treatment in that course.
    """
    if member.screen_failure:
        return []
    screened = member.consent + timedelta(days=_SCREENING_DAYS)
    points = [TimePoint(SCREENING, SCREENING, screened)]
    course_of = {course.number: course for course in given}
    for name, number, day in _IN_COURSES:
        course = course_of.get(number)
        if course is not None and day <= course.last_day:
            points.append(TimePoint(name, course.folder(day), course.day(day)))
    return points

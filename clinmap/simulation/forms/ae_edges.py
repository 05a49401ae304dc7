"""Adverse events of the named edge scenarios.

Each function gets the courses of its subject and returns the rows as a site typed them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clinmap.simulation.calendar import Course
from clinmap.simulation.cast import Member
from clinmap.simulation.forms.ae_events import Event
from clinmap.simulation.forms.edc_rows import day_text

Courses = list[Course]
NONE, HELD, CUT, OFF, ABSENT = "None", "Interrupted", "Reduced", "Withdrawn", "Not applicable"
LONG_TERM = (
    "Severe pain in both legs and lower back during the antibody infusion, worse when walking or "
    "at night, treated with continuous morphine and gabapentin, partly relieved by a slower rate, "
    "repeated on each of the four infusion days, child asked for an earlier rest"
)
"""A reported term of exactly 260 characters (SDTMIG 3.4 section 4.5.3)."""


def _event(
    page: Course, spid: int, term: str, grade: int, days: tuple[int, int], **other: Any
) -> Event:
    """Return an event of ``days`` (first, last) of the page's course; other fields by name."""
    base: dict[str, Any] = {
        "spid": str(spid),
        "term": term,
        "ctcae": term,
        "grade": str(grade),
        "start": day_text(page.day(days[0])),
        "end": day_text(page.day(days[1])),
        "course": str(page.number),
        "folder": page.folder(),
    }
    return Event(**{**base, **other})


def _text_problems(given: Courses) -> list[Event]:
    first, second = given[0], given[1]
    no_third = {"relations": ("Possible", "Definite", ABSENT), "actions": (NONE, HELD, ABSENT)}
    plain = {"relations": ("Unlikely", "Definite", ABSENT), "actions": (NONE, NONE, ABSENT)}
    return [
        _event(first, 7, "Fi\u00e8vre", 3, (9, 9), ctcae="Fever", end="UNK", ongoing="Y",
               outcome="Recovering", **no_third),
        _event(first, 8, LONG_TERM, 3, (8, 11), ctcae="Pain", **plain),
        _event(second, 9, "\u201cBurning\u201d pain \u2013 morphine 50 \u00b5g/kg/h", 2, (8, 10),
               ctcae="Pain", **plain),
    ]  # fmt: skip


def _infusion_hypotension(given: Courses) -> list[Event]:
    first = given[0]
    return [
        _event(first, 1, "Hypotension", 3, (8, 9), relations=("Unlikely", "Definite", "Unrelated"),
               actions=(NONE, HELD, NONE)),
        _event(first, 2, "Neutrophil count decreased", 3, (22, 35),
               relations=("Probable", "Unlikely", "Unlikely")),
    ]  # fmt: skip


def _grade_changes(given: Courses) -> list[Event]:
    first, second = given[0], given[1]
    kept = {"relations": ("Unlikely", "Possible", "Possible")}
    return [
        _event(first, 5, "Low potassium", 2, (9, 11), outcome="Recovering", **kept),
        _event(first, 5, "Low potassium", 3, (12, 14), outcome="Recovering", **kept),
        _event(first, 5, "Low potassium", 1, (15, 19), **kept),
        _event(second, 6, "Allergic reaction", 3, (8, 8), serious="Y",
               criteria="Hospitalization|Medically important",
               relations=("Unrelated", "Definite", "Unrelated"), actions=(NONE, HELD, NONE)),
    ]  # fmt: skip


def _dlt_not_marked(given: Courses) -> list[Event]:
    return [
        _event(given[0], 7, "Hypoxia", 3, (9, 16), relations=("Possible", "Definite", "Unlikely"),
               actions=(OFF, OFF, NONE), start="11 MAR 2014", serious="Y",
               criteria="Hospitalization|Life threatening", dlt="N")
    ]  # fmt: skip


def _day_unknown(given: Courses) -> list[Event]:
    return [_event(given[0], 1, "Rash", 2, (5, 12), start="UN MAR 2014")]


def _fatal_year_only(given: Courses) -> list[Event]:
    return [
        _event(given[1], 4, "Respiratory failure", 5, (20, 20), start="UN AUG 2015",
               end="UN UNK 2015", relations=("Unrelated", "Unlikely", "Unrelated"),
               outcome="Fatal", serious="Y", criteria="Death|Hospitalization")
    ]  # fmt: skip


def _fatal_without_death_form(given: Courses) -> list[Event]:
    return [
        _event(given[0], 3, "Tumor progression", 5, (19, 26),
               relations=("Unrelated", "Unrelated", "Unrelated"), outcome="Fatal", serious="Y",
               criteria="Death")
    ]  # fmt: skip


def _duplicate_pages(given: Courses) -> list[Event]:
    first, second = given[0], given[1]
    once = _event(first, 1, "Fever", 2, (27, 30))
    again = _event(first, 4, "Fever", 2, (27, 30), course=str(second.number),
                   folder=second.folder())  # fmt: skip
    return [once, again]


def _end_unknown(given: Courses) -> list[Event]:
    return [
        _event(given[0], 1, "Dry skin", 1, (16, 16), end="UNK", ongoing="Y",
               outcome="Not recovered")
    ]  # fmt: skip


def _start_after_end(given: Courses) -> list[Event]:
    return [_event(given[0], 1, "Vomiting", 2, (9, 1))]


def _neutropenia_hold_and_reduction(given: Courses) -> list[Event]:
    blamed = ("Probable", "Unlikely", "Unlikely")
    return [
        _event(given[0], 1, "Neutrophil count decreased", 4, (12, 14), relations=blamed,
               actions=(HELD, NONE, NONE)),
        _event(given[1], 2, "Neutrophil count decreased", 3, (22, 35), relations=blamed,
               actions=(CUT, NONE, NONE)),
    ]  # fmt: skip


def _liver_dlt(given: Courses) -> list[Event]:
    return [
        _event(given[0], 3, "Alanine aminotransferase increased", 4, (19, 27),
               relations=("Probable", "Unlikely", "Possible"), actions=(CUT, NONE, NONE), dlt="Y",
               serious="Y", criteria="Medically important")
    ]  # fmt: skip


def _platelet_dlt(given: Courses) -> list[Event]:
    return [
        _event(given[0], 2, "Platelet count decreased", 4, (20, 28),
               relations=("Definite", "Unlikely", "Unlikely"), actions=(CUT, NONE, NONE), dlt="Y")
    ]  # fmt: skip


def _old_hearing_loss(given: Courses) -> list[Event]:
    return [
        _event(given[0], 1, "Hearing impaired", 2, (1, 1), start="UN UNK 2010", end="",
               ongoing="Y", relations=("Unrelated",) * 3, outcome="Not recovered")
    ]  # fmt: skip


def _late_effect_version_5(given: Courses) -> list[Event]:
    return [
        _event(given[0], 1, "Pain", 3, (8, 11)),
        _event(given[6], 2, "Low sodium", 2, (9, 12)),
        _event(given[11], 3, "Low thyroid function", 2, (1, 1), start="10 MAY 2018", end="",
               ongoing="Y", version="5.0", course="", folder="FU08", outcome="Not recovered"),
    ]  # fmt: skip


def _withdrawn_for_platelets(given: Courses) -> list[Event]:
    return [
        _event(given[1], 1, "Platelet count decreased", 3, (15, 29),
               relations=("Definite", "Unlikely", "Possible"), actions=(OFF, NONE, OFF))
    ]  # fmt: skip


NAMED_EVENTS: dict[str, Callable[[Courses], list[Event]]] = {
    "101-001": _text_problems,
    "101-003": _infusion_hypotension,
    "101-004": _grade_changes,
    "101-005": _dlt_not_marked,
    "101-007": _platelet_dlt,
    "102-002": _liver_dlt,
    "102-003": _day_unknown,
    "103-003": _old_hearing_loss,
    "103-004": _duplicate_pages,
    "104-001": _neutropenia_hold_and_reduction,
    "104-002": _end_unknown,
    "104-003": _withdrawn_for_platelets,
    "104-004": _fatal_without_death_form,
    "105-002": _fatal_year_only,
    "105-003": _late_effect_version_5,
    "106-004": _start_after_end,
}


def named_events(member: Member, given: Courses) -> list[Event]:
    """Return the scenario rows of a subject; none for most."""
    scenario = NAMED_EVENTS.get(member.subject)
    return scenario(given) if scenario and given else []

"""Adverse event form (R11): random everyday events plus the named scenarios.

Reference: SDTMIG 3.4 section 6.2.1 (AE) for what it feeds; NCI attribution scale; CTCAE grades.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from clinmap.simulation.calendar import Course
from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.ae_edges import named_events
from clinmap.simulation.forms.ae_events import ACTION_CODES, OUTCOME_CODES, RELATION_CODES, Event
from clinmap.simulation.forms.ae_terms import COMMON_TERMS, DICTIONARY_VERSION, VOCABULARY
from clinmap.simulation.forms.edc_rows import (
    Entry,
    Row,
    coded,
    day_text,
    form_rows,
    text_date_fields,
)

AGENTS = ("LEN", "CHI", "ISO")
FIRST_RANDOM_SPID = 11
HIGHEST_IN_FIRST_COURSE = 2
"""Random events of course 1 stay below dose-limiting grades: those are scenarios."""
_RELATIONS = ("Unrelated", "Unlikely", "Possible", "Probable", "Definite")
_GRADE_SHARE = (0.4, 0.75, 1.0)
"""Cumulative share of grades 1, 2, 3."""


def adverse_events(member: Member, given: list[Course], seed: int) -> list[Row]:
    """Return the R11 rows: named scenarios first, then random events in time order."""
    chance = generator(seed, member.subject, "AE")
    events = [*named_events(member, given), *_random_events(member, given, chance)]
    entries = [
        Entry(event.folder, _recorded_on(event, given), _event_fields(event)) for event in events
    ]
    return form_rows(member.subject, "AE", entries)


def _recorded_on(event: Event, given: list[Course]) -> date:
    """Return the end of the course whose page was used, or the event start at follow-up."""
    for course in given:
        if course.folder() == event.folder:
            return course.day(course.last_day)
    return datetime.strptime(event.start, "%d %b %Y").date()


def _random_events(member: Member, given: list[Course], chance: np.random.Generator) -> list[Event]:
    if not given:
        return []
    count = min(int(chance.integers(0, 6)), 2 * len(given))
    drawn = [_random_event(member, given, chance) for _ in range(count)]
    drawn.sort(key=lambda pair: pair[0])
    return [
        _with_spid(event, FIRST_RANDOM_SPID + number) for number, (_, event) in enumerate(drawn)
    ]


def _with_spid(event: Event, spid: int) -> Event:
    return Event(**{**event.__dict__, "spid": str(spid)})


def _random_event(
    member: Member, given: list[Course], chance: np.random.Generator
) -> tuple[int, Event]:
    course = given[int(chance.integers(0, len(given)))]
    term = list(VOCABULARY)[int(chance.integers(0, COMMON_TERMS))]
    day = int(chance.integers(1, course.last_day + 1))
    start = course.day(day)
    end = start + timedelta(days=int(chance.integers(0, 12)))
    drawn_grade = 1 + sum(chance.random() > share for share in _GRADE_SHARE)
    grade = min(drawn_grade, HIGHEST_IN_FIRST_COURSE) if course.ordinal == 1 else drawn_grade
    recovering = bool(chance.random() < 0.12)
    serious = bool(chance.random() < 0.4) and grade == len(_GRADE_SHARE)
    event = Event(
        spid="",
        term=term,
        ctcae=term,
        grade=str(grade),
        start=day_text(start),
        end="" if recovering else day_text(end),
        course=str(course.number),
        folder=course.folder(),
        ongoing="Y" if recovering else "N",
        relations=_relations(member, chance),
        actions=("None", "None", "None" if member.isotretinoin_planned else "Not applicable"),
        outcome="Recovering" if recovering else "Resolved",
        serious="Y" if serious else "N",
        criteria="Hospitalization" if serious else "",
    )
    return start.toordinal(), event


def _relations(member: Member, chance: np.random.Generator) -> tuple[str, str, str]:
    first, second, third = (_RELATIONS[int(n)] for n in chance.integers(0, 5, size=3))
    return first, second, third if member.isotretinoin_planned else "Not applicable"


def _event_fields(event: Event) -> Row:
    relations = zip(AGENTS, event.relations, strict=True)
    actions = zip(AGENTS, event.actions, strict=True)
    fields: Row = {
        "AETERM": event.term,
        "AECTCAE": event.ctcae,
        "AEGRADE": event.grade,
        "CTCVER": event.version,
        **text_date_fields("AEST", event.start),
        **text_date_fields("AEEN", event.end),
        "AEONG": event.ongoing,
    }
    for agent, relation in relations:
        fields |= coded(f"AEREL_{agent}", relation, RELATION_CODES)
    for agent, action in actions:
        fields |= coded(f"AEACN_{agent}", action, ACTION_CODES)
    return {**fields, **_outcome_fields(event), **VOCABULARY[event.ctcae].fields, **_DICTIONARY}


_DICTIONARY = {"DICTVER": DICTIONARY_VERSION}


def _outcome_fields(event: Event) -> Row:
    return {
        **coded("AEOUT", event.outcome, OUTCOME_CODES),
        "AESER": event.serious,
        "SERCRIT": event.criteria,
        "AEDLT": event.dlt,
        "COURSE": event.course,
        "AESPID": event.spid,
    }

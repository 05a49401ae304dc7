"""Follow-up form (R20): every three months after treatment, up to the eighth visit.

Reference: study protocol calendar (follow-up for survival, progression, second malignancy); SDTMIG
3.4 section 6.3.12 (SS) for what the form feeds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import (
    Entry,
    Row,
    coded,
    day_text,
    form_rows,
    text_date_fields,
)
from clinmap.simulation.subject import Subject

STATUS_CODES = {"Alive": "1", "Dead": "2", "Unknown": "9"}
VISITS, MONTHS_APART_IN_DAYS, LATEST = 8, 91, 11
_LOST_SHARE, _PROGRESSION_SHARE, _THERAPY_SHARE = 0.15, 0.35, 0.6
_NO_FORMS = {"103-005"}
"""Consent to follow-up was withdrawn as well."""
_LAST_VISIT = {"105-001": 3}
"""Enrolled again after the third visit."""
_NO_PROGRESSION = {"104-003", "105-001", "105-003", "106-004"}
_NEVER_LOST = {"101-007", "102-001", "104-003", "105-001", "105-003", "106-004"}
_DEAD_WITHOUT_FORM = {"104-004": date(2016, 3, 21)}
_NAMED_DAY = {("105-003", 8): date(2018, 5, 10)}
_TYPED_DAY = {("102-001", 3): "UN JUN 2014"}


@dataclass(frozen=True)
class Visit:
    """One form: its day, what was typed for it, and the four questions."""

    number: int
    day: date
    status: str = "Alive"
    progression: str = ""
    therapy: str = ""
    malignancy: str = ""
    lost: bool = False


_NAMED_ANSWERS: dict[tuple[str, int], Callable[[Visit], Visit]] = {
    ("101-007", 1): lambda one: replace(one, progression="20 OCT 2015"),
    ("105-001", 1): lambda one: replace(one, therapy="UN FEB 2014"),
    ("106-004", 1): lambda one: replace(one, therapy="15 JAN 2016"),
    ("104-003", 5): lambda one: replace(one, malignancy="14 NOV 2016"),
}


def follow_up(subject: Subject) -> list[Row]:
    """Return the R20 rows of a treated subject, until death, loss or the eighth visit."""
    name = subject.member.subject
    if not subject.given or name in _NO_FORMS:
        return []
    chance = generator(subject.seed, name, "FU")
    visits = _answered(subject, _kept(subject, _planned(subject, chance), chance), chance)
    entries = [Entry(f"FU{one.number:02d}", one.day, _fields(name, one)) for one in visits]
    return form_rows(name, "FU", entries)


def _planned(subject: Subject, chance: np.random.Generator) -> list[Visit]:
    late = chance.integers(0, LATEST, size=VISITS)
    days = [
        subject.ended + timedelta(days=MONTHS_APART_IN_DAYS * number + int(late[number - 1]))
        for number in range(1, VISITS + 1)
    ]
    name = subject.member.subject
    return [
        Visit(number, _NAMED_DAY.get((name, number), day))
        for number, day in enumerate(days, start=1)
    ]


def _kept(subject: Subject, visits: list[Visit], chance: np.random.Generator) -> list[Visit]:
    """Return the visits that took place; the last one tells a death or that contact was lost."""
    name = subject.member.subject
    lost, number = chance.random() < _LOST_SHARE, int(chance.integers(2, VISITS + 1))
    told = _death_told(subject)
    if told is not None:
        alive = [one for one in visits if one.day < _death_day(subject, told)]
        return [*alive, Visit(len(alive) + 1, told, status="Dead")]
    visits = visits[: _LAST_VISIT.get(name, VISITS)]
    if lost and name not in _NEVER_LOST:
        return [*visits[: number - 1], replace(visits[number - 1], status="Unknown", lost=True)]
    return visits


def _death_told(subject: Subject) -> date | None:
    """Return the day on which the site heard of the death: when the death form was filled in."""
    form = subject.forms["death"]
    if form:
        return date.fromisoformat(form[0]["RECORDDATE"])
    return _DEAD_WITHOUT_FORM.get(subject.member.subject)


def _death_day(subject: Subject, told: date) -> date:
    form = subject.forms["death"]
    if not form or not form[0]["DTHDAT_DD"]:
        return told - timedelta(days=60)
    year, month, day = (int(form[0][f"DTHDAT_{part}"]) for part in ("YYYY", "MM", "DD"))
    return date(year, month, day)


def _answered(subject: Subject, visits: list[Visit], chance: np.random.Generator) -> list[Visit]:
    """Return the visits with progression and new therapy, each reported at most once."""
    name, draws = subject.member.subject, chance.random(3)
    known = subject.member.leaving == "Progressive disease"
    seen = [one for one in visits if one.status == "Alive"]
    at = int(draws[0] * len(seen)) if seen else 0
    progresses = not known and draws[1] < _PROGRESSION_SHARE and name not in _NO_PROGRESSION
    treated = (known or progresses) and draws[2] < _THERAPY_SHARE
    if seen:
        place = 0 if known else at
        visits[place] = _news(visits[place], progresses, treated)
    return [_NAMED_ANSWERS.get((name, one.number), _as_drawn)(one) for one in visits]


def _as_drawn(one: Visit) -> Visit:
    return one


def _news(one: Visit, progresses: bool, treated: bool) -> Visit:
    """Return the visit with a progression some weeks before, and a therapy begun since."""
    found = one.day - timedelta(days=40)
    return replace(
        one,
        progression=day_text(found) if progresses else "",
        therapy=day_text(one.day - timedelta(days=20)) if treated else "",
    )


def _fields(subject: str, one: Visit) -> Row:
    typed = _TYPED_DAY.get((subject, one.number), day_text(one.day))
    return {
        **text_date_fields("FUDAT", typed),
        **coded("ALIVE", one.status, STATUS_CODES),
        "PROGYN": _answer(one, bool(one.progression)),
        **text_date_fields("PROGDAT", one.progression),
        "NEWTXYN": _answer(one, bool(one.therapy)),
        **text_date_fields("NEWTXDAT", one.therapy),
        "SMNYN": _answer(one, bool(one.malignancy)),
        **text_date_fields("SMNDAT", one.malignancy),
        "LOSTYN": "Y" if one.lost else "N",
    }


def _answer(one: Visit, yes: bool) -> str:
    """Return Y or N; nothing where nobody was seen to be asked."""
    if one.status != "Alive":
        return ""
    return "Y" if yes else "N"

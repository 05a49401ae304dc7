"""Local laboratory form (R14).

Reference: study protocol calendar (labs at screening, course days 1, 8, 15, 22 of course 1, days 1
and 15 later, end of treatment); SDTMIG 3.4 section 6.3.5.6 (LB) for what it feeds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from clinmap.simulation.calendar import Course
from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, coded, date_fields, form_rows
from clinmap.simulation.forms.lab_edges import NAMED_RESULTS, Changed, Drawn
from clinmap.simulation.forms.lab_tests import (
    HEMATOLOGY,
    LAB_OF_SITE,
    LAB_WITHOUT_RANGES,
    LOWER_LIMITS,
    REPORTING,
    TESTS,
    Reporting,
    Test,
)

STATUS_CODES = {"Done": "1", "Not Done": "0"}
FIRST_COURSE_DAYS, LATER_COURSE_DAYS = (1, 8, 15, 22), (1, 15)
_PREGNANCY_FROM_AGE = 10
_NOT_DONE_SHARE = 0.004
_DAY_EFFECT = {
    8: {"ANC": 0.85, "PLAT": 0.9, "LYM": 0.85},
    15: {"ANC": 0.55, "PLAT": 0.7, "LYM": 0.6, "CRP": 5.0, "K": 0.93, "ALB": 0.88, "ALT": 1.4},
    22: {"ANC": 0.45, "PLAT": 0.65, "WBC": 0.6, "LYM": 0.7, "TRIG": 1.4},
}


@dataclass(frozen=True)
class Draw:
    """One blood draw: where, when, which tests, and how treatment shifts the counts."""

    folder: str
    day: date
    clock: str
    tests: tuple[str, ...]
    effect: dict[str, float]


def local_laboratory(member: Member, given: list[Course], ended: date, seed: int) -> list[Row]:
    """Return the R14 rows in time order."""
    chance = generator(seed, member.subject, "LB")
    normal = _subject_level(chance)
    entries: list[Entry] = []
    for draw in _draws(member, given, ended, chance):
        entries += _draw_entries(member, draw, normal, chance)
    entries = _with_named_results(member, given, entries)
    return form_rows(member.subject, "LB", entries)


def _subject_level(chance: np.random.Generator) -> dict[str, float]:
    shifts = chance.standard_normal(len(TESTS)) * 0.4
    return dict(zip(TESTS, shifts.tolist(), strict=True))


def _draws(
    member: Member, given: list[Course], ended: date, chance: np.random.Generator
) -> list[Draw]:
    everything = tuple(TESTS)
    screening = member.consent + timedelta(days=int(chance.integers(1, 6)))
    draws = [Draw("SCRN", screening, _clock(chance), everything, {})]
    for course in given:
        draws += _course_draws(course, chance)
    if given:
        draws.append(Draw("EOT", ended, _clock(chance), everything, {}))
    return sorted(draws, key=lambda draw: draw.day)


def _course_draws(course: Course, chance: np.random.Generator) -> list[Draw]:
    days = FIRST_COURSE_DAYS if course.ordinal == 1 else LATER_COURSE_DAYS
    draws = [
        Draw(
            course.folder(day),
            course.day(day),
            _clock(chance),
            HEMATOLOGY if day == 22 else tuple(TESTS),
            _DAY_EFFECT.get(day, {}),
        )
        for day in days
    ]
    if chance.random() < 0.3:
        day = int(chance.integers(17, 21))
        draws.append(Draw("UNS", course.day(day), _clock(chance), HEMATOLOGY, _DAY_EFFECT[22]))
    return [draw for draw in draws if draw.day <= course.day(course.last_day)]


def _clock(chance: np.random.Generator) -> str:
    """Return a morning time before the lenalidomide dose."""
    minutes = int(chance.integers(0, 18)) * 5
    return f"{6 + minutes // 60:02d}:{minutes % 60:02d}"


def _draw_entries(
    member: Member, draw: Draw, normal: dict[str, float], chance: np.random.Generator
) -> list[Entry]:
    age_days = _age_days(member, draw.day)
    noise = chance.standard_normal(len(draw.tests)).tolist()
    omitted = (chance.random(len(draw.tests)) < _NOT_DONE_SHARE).tolist()
    entries: list[Entry] = []
    for name, shift, skipped in zip(draw.tests, noise, omitted, strict=True):
        test = TESTS[name]
        low, high = test.limits(member.sex, age_days)
        middle = (low + high) / 2 * draw.effect.get(name, 1.0)
        value = middle * math.exp(test.spread * 0.6 * (normal[name] + shift))
        typed = _typed(member, test, value, age_days, skipped)
        entries.append(Entry(draw.folder, draw.day, _fields(draw.day, draw.clock, typed)))
    if draw.folder == "SCRN" and _needs_pregnancy_test(member):
        entries.append(Entry("SCRN", draw.day, _pregnancy(member, draw)))
    return entries


def _age_days(member: Member, day: date) -> int:
    year, month = (int(part) for part in member.birth.split("-"))
    return (day - date(year, month, 15)).days


def _typed(member: Member, test: Test, value: float, age_days: int, skipped: bool) -> Drawn:
    lab = LAB_OF_SITE[member.site]
    reporting = REPORTING[lab, test.name]
    low, high = test.limits(member.sex, age_days)
    unranged = lab == LAB_WITHOUT_RANGES
    return Drawn(
        test=test.name,
        result="" if skipped else _result(test, value, reporting),
        unit=reporting.unit,
        low="" if unranged else reporting.text(low),
        high="" if unranged else reporting.text(high),
        status="Not Done" if skipped else "Done",
        lab=lab,
    )


def _result(test: Test, value: float, reporting: Reporting) -> str:
    floor = LOWER_LIMITS.get(test.name)
    if floor is not None and value < floor:
        return f"<{reporting.text(floor)}"
    return reporting.text(value)


def _fields(day: date, clock: str, typed: Drawn) -> Row:
    return {
        **date_fields("LBDAT", day),
        "LBTIM": clock,
        "LBTEST": typed.test,
        "LBRES": typed.result,
        "LBUNIT": typed.unit,
        "LBLO": typed.low,
        "LBHI": typed.high,
        **coded("LBSTATUS", typed.status, STATUS_CODES),
        "LBLAB": typed.lab,
    }


def _needs_pregnancy_test(member: Member) -> bool:
    return member.sex == "F" and member.age_on(member.consent) >= _PREGNANCY_FROM_AGE


def _pregnancy(member: Member, draw: Draw) -> Row:
    lab = LAB_OF_SITE[member.site]
    return _fields(draw.day, draw.clock, Drawn("HCG", "Negative", "", "", "", "Done", lab))


def _with_named_results(member: Member, given: list[Course], entries: list[Entry]) -> list[Entry]:
    """Overwrite or add the scenario results, then restore time order."""
    if not given:
        return entries
    for changed in NAMED_RESULTS.get(member.subject, ()):
        entries = _apply(member, given, entries, changed)
    return sorted(entries, key=lambda entry: entry.day)


def _apply(
    member: Member, given: list[Course], entries: list[Entry], changed: Changed
) -> list[Entry]:
    course = given[changed.course - 1]
    day = course.day(changed.day)
    folder = "UNS" if changed.unscheduled else course.folder(changed.day)
    usual = _typed(member, TESTS[changed.test], 1.0, _age_days(member, day), skipped=False)
    typed = replace(
        usual, result=changed.result, unit=changed.unit or usual.unit, status=changed.status
    )
    if changed.low is not None and changed.high is not None:
        typed = replace(typed, low=changed.low, high=changed.high)
    fields = _fields(day, changed.clock or "", typed)
    key = (folder, day, changed.test)
    same = [e for e in entries if (e.folder, e.day, e.fields["LBTEST"]) == key]
    if changed.extra or not same:
        return [*entries, Entry(folder, day, fields)]
    if changed.clock is None:
        fields["LBTIM"] = same[0].fields["LBTIM"]
    return [Entry(folder, day, fields) if e is same[0] else e for e in entries]

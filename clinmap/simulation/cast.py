"""Who is who: the thirty named subjects of the shipped example and any number of extras.

The named cast is fixed by hand because edge scenarios need exact dates, sizes and dose levels.
Extras (beyond thirty) are random copies in kind, without edge scenarios.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from clinmap.simulation.chance import generator

LENALIDOMIDE_LEVEL = {1: 25.0, 2: 25.0, 3: 50.0, 4: 75.0, 5: 100.0}
VERSION_2_FROM = date(2013, 2, 10)
VERSION_3_FROM = date(2014, 9, 1)
SITES = ("101", "102", "103", "104", "105", "106")
NAMED_SUBJECTS = 30
_FIRST_EXTRA_ORDINAL, _FIRST_EXTRA_REGISTRATION = 31, 101


@dataclass(frozen=True)
class Member:
    """One raw SUBJECT id of the study; ``level`` is None for screen failures.

    ``ordinal`` (place in the cast) and ``registration`` (place in time) never depend on how many
    subjects are made, so identifiers built from them are stable. ``stop_day`` is the last day
    treated in the last course, None for a whole course.
    """

    subject: str
    level: int | None
    consent: date
    start: date | None
    courses: tuple[int, ...]
    sex: str
    birth: str
    height: float
    weight: float
    leaving: str
    races: tuple[int, ...] = (5,)
    ethnicity: str = "Not Hispanic"
    reconsented: bool = False
    stop_day: int | None = None
    steady_weight: bool = False
    enrollment: int = 1
    prior_subject: str = ""
    ordinal: int = 0
    registration: int = 0

    @property
    def site(self) -> str:
        """Site number, the first part of the subject id."""
        return self.subject.split("-")[0]

    @property
    def screen_failure(self) -> bool:
        """True when never enrolled."""
        return self.level is None

    @property
    def version(self) -> str:
        """Protocol version(s) as typed: ``1``, ``2``, ``3`` or ``2;3`` after re-consent."""
        if self.consent < VERSION_2_FROM:
            return "1"
        first = "2" if self.consent < VERSION_3_FROM else "3"
        return f"{first};3" if self.reconsented else first

    @property
    def isotretinoin_planned(self) -> bool:
        """Dose level 1 had no isotretinoin in protocol versions 1 and 2."""
        return self.level is not None and (self.level > 1 or self.version == "3")

    @property
    def enrolled_on(self) -> date:
        """Registration date: a few days after consent."""
        return self.consent + timedelta(days=4)

    def age_on(self, day: date) -> int:
        """Return completed years, birth day taken as the 15th."""
        year, month = (int(part) for part in self.birth.split("-"))
        return day.year - year - ((day.month, day.day) < (month, 15))


NAMED_CAST = """
101-001|1|2013-02-14|2013-02-28|1-2|M|2009-12|102|16.4|Progressive disease|races=2;5
101-002|3|2014-08-18|2014-08-27|1-4|F|2006-05|128|26.5|Progressive disease|hispanic
101-003|2|2014-02-20|2014-03-01|1-5|M|2009-06|105|17.2|Physician decision|steady
101-004|4|2015-01-12|2015-01-21|1-4|F|2002-09|150|41.0|Progressive disease|races=3
101-005|2|2014-02-24|2014-03-03|1-1|M|2004-03|135|30.2|Adverse event|stop=9
101-006|5|2015-06-15|2015-06-24|1-6|F|2010-01|110|19.1|Physician decision|races=6 unknown
101-007|5|2015-07-06|2015-07-15|1-4|M|2007-11|124|24.3|Physician decision|
102-001|1|2013-03-04|2013-03-13|1-6|M|2003-07|134|29.0|Completed treatment|
102-002|4|2015-01-26|2015-02-04|1-4,6|F|2008-04|117|21.5|Progressive disease|races=2
102-003|2|2014-02-18|2014-03-01|1-4|F|2007-02|122|23.1|Progressive disease|
102-004|2|2014-05-12|2014-05-21|1-3|F|2012-08|82|10.8|Progressive disease|steady
102-005|5|2015-08-10|2015-08-19|1-5|M|2011-10|99|15.5|Progressive disease|hispanic
102-009||2014-03-25|||M|2005-10|131|28.0||
103-001|2|2013-06-03|2013-06-12|1-2|M|2010-03|96|14.6|Progressive disease|races=3
103-002|2|2014-01-20|||F|2006-07|125|25.0|Never dosed|
103-003|4|2015-02-16|2015-02-25|1-6|M|1999-05|168|55.0|Physician decision|
103-004|3|2014-08-25|2014-09-05|1-2|F|2009-11|103|17.1|Progressive disease|steady
103-005|5|2016-01-04|2016-01-13|1-1|M|2008-08|118|22.2|Withdrawal by parent/guardian|stop=16
104-001|3|2014-07-14|2014-07-23|1-8|M|2008-02|120|19.2|Progressive disease|steady reconsented
104-002|4|2015-03-16|2015-03-25|1-3|F|1996-10|163|54.0|Progressive disease|
104-003|5|2015-07-20|2015-07-29|1-2|M|2005-01|138|33.4|Adverse event|stop=15
104-004|5|2016-01-25|2016-02-03|1-1|F|2012-01|95|13.9|Progressive disease|races=2 stop=20
104-005|1|2013-02-04|2013-02-12|1-3|M|2007-06|119|22.0|Progressive disease|
105-001|2|2013-08-12|2013-08-20|1-4|M|2008-12|108|18.0|Physician decision|
105-002|5|2015-06-22|2015-07-01|1-2|F|2003-04|148|39.5|Adverse event|
105-003|4|2014-12-08|2014-12-17|1-12|M|2009-03|106|17.5|Completed treatment|
105-004|3|2014-10-12|2014-10-27|1-2|M|2008-12|114|19.8|Progressive disease|again=105-001
106-001||2013-10-07|||F|2001-02|152|44.0||
106-002|4|2015-04-06|2015-04-15|1-4|M|2006-12|126|25.2|Progressive disease|
106-003|2|2014-03-10|2014-04-07|1-3|F|2009-10|104|16.9|Progressive disease|steady
106-004|5|2015-08-03|2015-08-12|1-3|F|2010-06|112|19.3|Withdrawal by parent/guardian|
"""


def _numbers(text: str) -> tuple[int, ...]:
    """Return (1, 2, 3, 4, 6) of ``1-4,6``."""
    numbers: list[int] = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return tuple(numbers)


def _ethnicity(marks: dict[str, str]) -> str:
    if "unknown" in marks:
        return "Unknown"
    return "Hispanic" if "hispanic" in marks else "Not Hispanic"


def _member(line: str) -> Member:
    cells = line.split("|")
    pairs = (mark.partition("=") for mark in cells[10].split())
    marks = {name: value for name, _, value in pairs}
    return Member(
        subject=cells[0],
        level=int(cells[1]) if cells[1] else None,
        consent=date.fromisoformat(cells[2]),
        start=date.fromisoformat(cells[3]) if cells[3] else None,
        courses=_numbers(cells[4]),
        sex=cells[5],
        birth=cells[6],
        height=float(cells[7]),
        weight=float(cells[8]),
        leaving=cells[9],
        races=tuple(int(race) for race in marks.get("races", "5").split(";")),
        ethnicity=_ethnicity(marks),
        reconsented="reconsented" in marks,
        stop_day=int(marks["stop"]) if "stop" in marks else None,
        steady_weight="steady" in marks,
        enrollment=2 if "again" in marks else 1,
        prior_subject=marks.get("again", ""),
    )


def _named() -> list[Member]:
    members = [_member(line) for line in NAMED_CAST.strip().splitlines()]
    enrolled = [member for member in members if member.level is not None]
    by_time = sorted(enrolled, key=lambda member: (member.enrolled_on, member.subject))
    place = {member.subject: number for number, member in enumerate(by_time, start=1)}
    return [
        replace(member, ordinal=number, registration=place.get(member.subject, 0))
        for number, member in enumerate(members)
    ]


def _extra(position: int, seed: int) -> Member:
    subject = f"{SITES[position % 6]}-{10 + position // 6:03d}"
    chance = generator(seed, subject, "CAST")
    consent = date(2013, 3, 1) + timedelta(days=int(chance.integers(0, 1000)))
    level = 1 + min(4, (consent - date(2013, 3, 1)).days // 200)
    age = float(chance.uniform(1.5, 17.0))
    born = consent - timedelta(days=int(age * 365.25))
    last = int(chance.integers(1, 7 if consent < VERSION_3_FROM else 13))
    whole = 6 if consent < VERSION_3_FROM else 12
    reasons = ("Progressive disease", "Physician decision", "Adverse event")
    leaving = "Completed treatment" if last == whole else reasons[int(chance.integers(0, 3))]
    return Member(
        subject,
        level,
        consent,
        consent + timedelta(days=int(chance.integers(7, 15))),
        tuple(range(1, last + 1)),
        "MF"[int(chance.integers(0, 2))],
        f"{born.year}-{born.month:02d}",
        round(80 + 6.0 * age, 0),
        round(9.6 + 2.5 * age + float(chance.uniform(-1, 1)), 1),
        leaving,
        ordinal=_FIRST_EXTRA_ORDINAL + position,
        registration=_FIRST_EXTRA_REGISTRATION + position,
    )


def _named_persons(count: int) -> list[Member]:
    named = _named()
    first_time = [member for member in named if member.enrollment == 1][:count]
    kept = {member.subject for member in first_time}
    return [m for m in named if m.subject in kept or m.prior_subject in kept]


def roster(subjects: int, seed: int) -> list[Member]:
    """Return the raw subject ids of ``subjects`` persons, ordered by id.

    A person who enrolled twice has two ids, so thirty persons are thirty-one ids. Fewer than
    thirty persons are the first of the named cast.
    """
    if subjects < 1:
        raise ValueError(f"the number of subjects must be at least 1, not {subjects}")
    members = list(_named_persons(min(subjects, NAMED_SUBJECTS)))
    members += [_extra(position, seed) for position in range(max(0, subjects - NAMED_SUBJECTS))]
    return sorted(members, key=lambda member: (member.site, int(member.subject.split("-")[1])))

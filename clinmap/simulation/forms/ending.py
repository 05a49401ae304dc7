"""End of treatment and death forms (R19, R21).

Reference: SDTMIG 3.4 sections 6.2.4 (DS), 6.3.3 (DD) and 5.2 (DM) for what they feed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from clinmap.simulation.calendar import Course
from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import (
    Entry,
    Row,
    coded,
    date_fields,
    form_rows,
    text_date_fields,
)

LEAVING_CODES = {
    "Completed treatment": "1",
    "Progressive disease": "2",
    "Adverse event": "3",
    "Physician decision": "4",
    "Withdrawal by subject": "5",
    "Withdrawal by parent/guardian": "6",
    "Never dosed": "7",
    "Death": "8",
    "Lost to follow-up": "9",
}
RELATED_CODES = {"Unrelated": "1", "Unlikely": "2", "Possible": "3"}
_WRONG_COURSE_COUNT = {"106-002": "5"}
_DEATH_YEAR_ONLY = {"105-002": "UN UN 2015"}
_DEATH_BEFORE_CONTACT = {"103-001": 5}
_NO_DEATH_FORM = {"104-004"}
_ALIVE = {"101-007", "106-004", "105-003", "105-001", "105-004"}
_DEATH_SHARE, _NOTICED_AFTER = 0.45, 9


def end_of_treatment(
    member: Member, given: list[Course], ended: date, exposure: dict[str, list[Row]]
) -> list[Row]:
    """Return the R19 row of an enrolled subject; none for a screen failure."""
    if member.screen_failure:
        return []
    fields = {
        **date_fields("EOTDAT", ended),
        **coded("EOTRSN", member.leaving, LEAVING_CODES),
        **date_fields("LASTLEN", last_date(_taken(exposure["exlen"], "LENACT"), "LENEN")),
        **date_fields("LASTCHI", last_date(exposure["exchi"], "CHIST")),
        **date_fields("LASTISO", last_date(_taken(exposure["exiso"], "ISOACT"), "ISOEN")),
        "NCOURSES": _WRONG_COURSE_COUNT.get(member.subject, str(len(given))),
    }
    return form_rows(member.subject, "EOT", [Entry("EOT", ended, fields)])


def _taken(rows: Iterable[Row], action: str) -> list[Row]:
    return [row for row in rows if row[action] in ("Given", "Reduced")]


def last_date(rows: Iterable[Row], field: str) -> date | None:
    """Return the latest complete date of a field."""
    days = [
        date(int(row[f"{field}_YYYY"]), int(row[f"{field}_MM"]), int(row[f"{field}_DD"]))
        for row in rows
    ]
    return max(days, default=None)


def death(member: Member, given: list[Course], ended: date, seed: int) -> list[Row]:
    """Return the R21 row of a subject known to have died."""
    chance = generator(seed, member.subject, "DTH")
    drawn, days = chance.random() < _DEATH_SHARE, int(chance.integers(40, 500))
    subject = member.subject
    named = subject in _DEATH_YEAR_ONLY or subject in _DEATH_BEFORE_CONTACT
    untold = subject in _NO_DEATH_FORM or subject in _ALIVE or not given
    if untold or not (named or (drawn and member.leaving == "Progressive disease")):
        return []
    day = ended + timedelta(days=-_DEATH_BEFORE_CONTACT.get(subject, -days))
    noticed = max(day, ended) + timedelta(days=_NOTICED_AFTER)
    typed = _DEATH_YEAR_ONLY.get(subject)
    autopsy = "Y" if subject in _DEATH_YEAR_ONLY else "N"
    fields = {
        **(date_fields("DTHDAT", day) if typed is None else text_date_fields("DTHDAT", typed)),
        "DTHCAUS": "Respiratory failure" if typed else "Disease progression",
        "AUTOPSY": autopsy,
        **coded("DTHREL", "Unlikely" if typed else "Unrelated", RELATED_CODES),
    }
    return form_rows(subject, "DTH", [Entry("DTH", noticed, fields)])

"""Protocol deviations and comments to pages (R23).

Reference: SDTMIG 3.4 sections 6.2.4 (DV) and 5.1 (CO) for what the forms feed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from clinmap.simulation.calendar import COURSE_DAYS, Course
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, day_text, form_rows, text_date_fields
from clinmap.simulation.subject import Subject

_RANDOM_SHARE = 0.2

ONE_SIDE = (
    "Bone marrow at the end of course 2 was aspirated on the left side only, because the "
    "child\u2019s platelets were 38 000/\u00b5L and the anaesthetist asked for the shortest "
    "procedure; the right side was to be sampled after course 4, and the parents were told on the "
    "same day"
)
"""A deviation text of more than 200 characters, with signs that are not ASCII."""

HYPOXIA = (
    "Oxygen saturation fell to 84 % three hours into the second infusion. The child was given "
    "oxygen by mask and moved to intensive care for one night; the chest X-ray showed \u201cmild "
    "interstitial edema\u201d and no effusion. The infusion was stopped and neither drug was "
    "started again. The "
    "committee met on 02 APR 2014 and called it dose limiting, while the page of the event still "
    "says no; the site was asked twice and has answered that the page will be changed once the "
    "investigator is back."
)
"""A comment that needs three variables of at most 200 characters."""


@dataclass(frozen=True)
class Deviation:
    """One row of the deviation form; `day` as typed."""

    text: str
    kind: str
    severity: str
    day: str
    folder: str = "C01"


_NAMED_DEVIATIONS: dict[str, tuple[Deviation, ...]] = {
    "101-001": (Deviation("Diary of course 2 lost by the family", "Other", "Minor", "", "C02"),),
    "101-002": (Deviation(ONE_SIDE, "Procedure", "Minor", "UN OCT 2014", "C02"),),
    "102-005": (
        Deviation(
            "Lenalidomide 20 mg a day was dispensed for course 2, 65 mg was planned",
            "Study drug", "Major", "", "C02",
        ),
    ),
    "103-001": (
        Deviation(
            "Nine doses of lenalidomide not taken while the family travelled",
            "Study drug", "Minor", "24 JUN 2013",
        ),
    ),
    "104-001": (
        Deviation(
            "Doxycycline for one week together with isotretinoin",
            "Prohibited medication", "Major", "", "C02",
        ),
    ),
    "104-003": (
        Deviation(
            "Predose sample of day 21 was drawn 20 minutes after the dose",
            "Sampling", "Minor", "18 AUG 2015",
        ),
    ),
    "104-005": (
        Deviation(
            "Consent was signed on version 1.0 of the form, version 1.1 was approved",
            "Informed consent", "Minor", "04 FEB 2013", "SCRN",
        ),
    ),
    "105-004": (
        Deviation(
            "Scans at the end of course 2 were done outside the window", "Procedure", "Minor",
            "UN DEC 2014", "C02",
        ),
    ),
    "106-003": (
        Deviation(
            "Creatinine above the limit of criterion INC06, entered by waiver", "Eligibility",
            "Major", "12 MAR 2014", "SCRN",
        ),
    ),
}  # fmt: skip


def protocol_deviations(subject: Subject) -> list[Row]:
    """Return the R23 rows of deviations: the named ones, then a count that was left out."""
    name = subject.member.subject
    found = [_dated(one, subject) for one in _NAMED_DEVIATIONS.get(name, ())]
    found += _missed_count(subject)
    entries = [Entry(one.folder, _written(one, subject), _fields(one)) for one in found]
    return form_rows(name, "DV", entries)


def _dated(one: Deviation, subject: Subject) -> Deviation:
    """Return the deviation with the day on which the medicine that it is about was begun."""
    if one.day or one.kind not in ("Prohibited medication", "Study drug"):
        return one
    starts = [row["CMST_RAW"] for row in subject.forms["cm"] if row["CMTRT"] == "Doxycycline"]
    return replace(one, day=starts[0] if starts else day_text(_course_of(one, subject).start))


def _missed_count(subject: Subject) -> list[Deviation]:
    chance = generator(subject.seed, subject.member.subject, "DV")
    share, place, day = chance.random(), chance.random(), int(chance.integers(2, 22))
    if not subject.given or share >= _RANDOM_SHARE:
        return []
    course = subject.given[int(place * len(subject.given))]
    text = f"Weekly blood count of course {course.number} not done"
    typed = day_text(course.day(min(day, course.last_day)))
    return [Deviation(text, "Procedure", "Minor", typed, course.folder())]


def _written(one: Deviation, subject: Subject) -> date:
    """Return the day of the page: that of the deviation, else the end of its course."""
    if one.day and not one.day.startswith("UN"):
        return datetime.strptime(one.day, "%d %b %Y").date()
    return _course_of(one, subject).day(COURSE_DAYS)


def _course_of(one: Deviation, subject: Subject) -> Course:
    return next(course for course in subject.given if course.folder() == one.folder)


def _fields(one: Deviation) -> Row:
    return {
        "DVTERM": one.text,
        "DVCLASS": one.kind,
        "DVSEV": one.severity,
        **text_date_fields("DVDAT", one.day),
    }


_COMMENTS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "101-003": (
        ("Resumed at half the rate once the blood pressure had recovered", "EXCHI-2",
         "10 MAR 2014", "C01"),
        ("Capsules of 2.5 mg only, because larger ones could not be swallowed", "EXLEN-1",
         "01 MAR 2014", "C01"),
    ),
    "101-004": (("Potassium was given by mouth from the second day on", "AE-2", "09 FEB 2015",
                 "C01"),),
    "101-005": ((HYPOXIA, "AE-1", "14 APR 2014", "C01"),),
    "102-001": (("0 mg was typed; no capsule was taken on this day", "EXLEN-6", "UN JUN 2013",
                 "C03"),),
    "102-003": (("Date of birth was checked with the passport", "DM-1", "20 FEB 2014", "SCRN"),),
    "103-004": (("Entered twice, see the page of course 1", "AE-2", "20 OCT 2014", "C02"),),
    "103-005": (("Parents wish no further contact, also not for survival", "", "30 JAN 2016",
                 "EOT"),),
    "104-001": (("Mother gave the medicine before she read the list", "CM-99", "25 AUG 2014",
                 "C02"),),
    "105-004": (("Same study number as in 2013 was used on the diary", "EXLEN-1", "27 OCT 2014",
                 "C01"),),
}  # fmt: skip
"""Text, page (form and position), date, folder. There is no page CM-99, and AE-2 of 103-004 is the
second entry of one event."""


def page_comments(subject: Subject) -> list[Row]:
    """Return the R23 rows of comments: each with the page that it is about, if any."""
    name = subject.member.subject
    entries = []
    for text, page, day, folder in _COMMENTS.get(name, ()):
        fields = {"COTXT": text, "PAGEID": page, **text_date_fields("CODAT", day)}
        entries.append(Entry(folder, _saved(day), fields))
    return form_rows(name, "CO", entries)


def _saved(day: str) -> date:
    typed = f"28 {day.removeprefix('UN ')}" if day.startswith("UN ") else day
    return datetime.strptime(typed, "%d %b %Y").date()

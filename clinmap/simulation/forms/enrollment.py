"""Demography, enrollment and eligibility forms (R01, R02, R03).

Reference: study protocol calendar, screening; SDTMIG 3.4 section 5.2 (DM) for what they feed.
"""

from __future__ import annotations

from datetime import timedelta

from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import (
    Entry,
    Row,
    coded,
    dashed_day_text,
    date_fields,
    day_text,
    form_rows,
    text_date_fields,
)

RACE_BOXES = {
    "RACE1": "American Indian or Alaska Native",
    "RACE2": "Asian",
    "RACE3": "Black or African American",
    "RACE4": "Native Hawaiian or Other Pacific Islander",
    "RACE5": "White",
    "RACE6": "Other/Unknown",
}
SEX_DECODE = {"M": "Male", "F": "Female"}
ETHNIC_CODES = {"Hispanic": "1", "Not Hispanic": "2", "Unknown": "9"}
FAKE_INITIALS = "SYN"
ASSENT_FROM_AGE = 7
_COHORT_LETTER = {
    "101-003": "B", "102-003": "B", "101-005": "B", "106-003": "C", "102-004": "C",
    "103-003": "B", "104-002": "B", "106-002": "B",
    "104-003": "B", "106-004": "B", "102-005": "B", "103-005": "C", "104-004": "C",
}  # fmt: skip
_SCREEN_FAILURES = {"102-009": ("INC05", "N"), "106-001": ("EXC04", "Y")}
_WAIVERS = {"106-003": ("INC06", "N", "waiver 12 MAR 2014")}
_MONTH_FIRST_BIRTH = {"101-001"}
_LATE_ASSENT = {"101-004", "102-003"}


def demography(member: Member) -> list[Row]:
    """Return the R01 row: masked birth day, race boxes, consent and assent dates."""
    fields = {
        **_birth_fields(member),
        "SEX": SEX_DECODE[member.sex],
        "SEX_STD": member.sex,
        **{box: "1" if int(box[-1]) in member.races else "" for box in RACE_BOXES},
        **coded("ETHNIC", member.ethnicity, ETHNIC_CODES),
        **text_date_fields("ICDAT", dashed_day_text(member.consent)),
        **_assent_fields(member),
        "PROTVER": member.version,
        "INITIALS": FAKE_INITIALS,
    }
    return form_rows(member.subject, "DM", [Entry("SCRN", member.consent, fields)])


def _birth_fields(member: Member) -> Row:
    year, month = member.birth.split("-")
    raw = "UN " + day_text(member.consent.replace(month=int(month), day=1))[3:6] + f" {year}"
    if member.subject in _MONTH_FIRST_BIRTH:
        raw = f"{month} UN {year}"
    parts = {"BRTHDAT_YYYY": year, "BRTHDAT_MM": month, "BRTHDAT_DD": ""}
    return {"BRTHDAT_RAW": raw, **parts}


def _assent_fields(member: Member) -> Row:
    if member.age_on(member.consent) < ASSENT_FROM_AGE:
        return date_fields("ASSENTDAT", None)
    days = 2 if member.subject in _LATE_ASSENT else 0
    return text_date_fields("ASSENTDAT", dashed_day_text(member.consent + timedelta(days=days)))


def enrollment(member: Member) -> list[Row]:
    """Return the R02 row; none for a screen failure."""
    if member.level is None:
        return []
    letter = _COHORT_LETTER.get(member.subject, "A")
    fields = {
        **date_fields("ENROLDAT", member.enrolled_on),
        "REGNUM": f"NANT-114-{member.registration:03d}",
        "DOSELVL": str(member.level),
        "COHORT": f"{member.level}{letter}",
        "ENROLSEQ": str(member.enrollment),
        "PRIORSUBJ": member.prior_subject,
    }
    return form_rows(member.subject, "ENR", [Entry("SCRN", member.enrolled_on, fields)])


def eligibility(member: Member, seed: int) -> list[Row]:
    """Return the R03 rows: one per criterion violated, then one summary row."""
    day = member.consent + timedelta(
        days=int(generator(seed, member.subject, "ELIG").integers(1, 4))
    )
    eligible = "N" if member.screen_failure else "Y"
    rows: list[Entry] = []
    if member.subject in _SCREEN_FAILURES:
        code, answer = _SCREEN_FAILURES[member.subject]
        rows.append(Entry("SCRN", day, _criterion(code, answer, "N", "")))
    if member.subject in _WAIVERS:
        code, answer, waiver = _WAIVERS[member.subject]
        rows.append(Entry("SCRN", day, _criterion(code, answer, "Y", waiver)))
    rows.append(Entry("SCRN", day, _criterion("", "", eligible, "")))
    return form_rows(member.subject, "ELIG", rows)


def _criterion(code: str, answer: str, eligible: str, waiver: str) -> Row:
    return {"IETESTCD": code, "IEORRES": answer, "ELIGYN": eligible, "WAIVER": waiver}

"""Transfer of the central laboratory (V01): cumulative, one row per result and version.

The laboratory gets a tube of each planned blood draw of the site, five minutes before the site's
own: where both measure a test, the results agree within the error of the assays. Reference: study
protocol calendar; SDTMIG 3.4 section 6.3.5.6 (LB) for what it feeds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache

import numpy as np

from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator, steady_number
from clinmap.simulation.forms.edc_rows import PROJECT, Row
from clinmap.simulation.forms.enrollment import FAKE_INITIALS
from clinmap.simulation.forms.lab_tests import LAB_OF_SITE, REPORTING, Reporting
from clinmap.simulation.subject import Subject
from clinmap.simulation.vendors.central_edges import (
    BAD_LOINC,
    CORRECTED_WHOLE,
    OTHER_PERSON,
    SENT_TWICE,
    UNSCHEDULED,
    VERSIONS,
    WRITTEN_WITH_DASH,
    Sent,
)
from clinmap.simulation.vendors.central_tests import (
    BLOOD_COUNT,
    CENTRAL_TESTS,
    LOWER_LIMITS,
    OF_PANEL,
    PREGNANCY,
    SHARED,
    SI_SITES,
    THYROID,
    URINE,
    CentralTest,
    age_band,
)

COLUMNS = (
    *("STUDY", "SITE", "SUBJID", "INITIALS", "DOB", "SEX", "VISITNAME", "COLLDT", "COLLTM"),
    *("ACCNO", "PANEL", "LABTST", "LABTSTNM", "LOINC", "RESN", "RESC", "UNIT", "LO", "HI"),
    *("FLAG", "STATUS", "COMMENT"),
)
TRANSFERRED = date(2016, 3, 1)
_CELLS_PER_UL = {"/uL": 1000.0, "K/uL": 1.0, "x10e3/uL": 1.0, "10^3/uL": 1.0, "10^9/L": 1.0}
_ASSAY_ERROR, _PREGNANCY_FROM_AGE = 0.02, 10
_VISITS = {"SCRN": "SCREENING", "EOT": "END OF TREATMENT", "UNS": "UNSCHEDULED"}


@dataclass
class _Draw:
    """One blood draw: results of the shared tests in base units, `-1` below the lower limit."""

    folder: str
    day: date
    clock: str
    values: dict[str, float] = field(default_factory=dict)


def central_laboratory(subject: Subject) -> list[Row]:
    """Return the V01 rows of a subject: first reports in time order, then what was sent again."""
    member = subject.member
    chance = generator(subject.seed, member.subject, "CLAB")
    first: list[Row] = []
    again: list[Row] = []
    for number, draw in enumerate(_draws(subject), start=1):
        head = _head(member, draw, f"{member.ordinal:05d}{number:03d}")
        rows, later = _results(member, draw, head, chance)
        first += rows
        again += later + _sent_again(member, draw, rows)
    return first + again


def _draws(subject: Subject) -> list[_Draw]:
    """Return the planned draws of the site, and the named one between visits, in time order."""
    found: dict[str, _Draw] = {}
    for row in subject.forms["lblocal"]:
        folder = row["FOLDER"]
        if folder == "UNS" or not row["LBTIM"]:
            continue
        draw = found.setdefault(folder, _Draw(folder, _day(row), row["LBTIM"]))
        value = _base_value(subject.member, row)
        if value is not None:
            draw.values[row["LBTEST"]] = value
    if named := UNSCHEDULED.get(subject.member.subject):
        course, day = named
        values = dict(found["C01D15"].values)
        found["UNS"] = _Draw("UNS", subject.given[course - 1].day(day), "08:05", values)
    draws = sorted(found.values(), key=lambda draw: (draw.day, draw.folder == "UNS"))
    return [draw for draw in draws if draw.day < TRANSFERRED]


def _day(row: Row) -> date:
    return date(int(row["LBDAT_YYYY"]), int(row["LBDAT_MM"]), int(row["LBDAT_DD"]))


def _base_value(member: Member, row: Row) -> float | None:
    """Return the site's result in the base unit; None where there is no plain number."""
    text, test = row["LBRES"], row["LBTEST"]
    if text.startswith("<") and test in LOWER_LIMITS:
        return -1.0
    try:
        number = float(text)
    except ValueError:
        return None
    usual = REPORTING[LAB_OF_SITE[member.site], test]
    return number / (usual.factor if row["LBUNIT"] == usual.unit else _CELLS_PER_UL[row["LBUNIT"]])


def _head(member: Member, draw: _Draw, accession: str) -> Row:
    """Return the columns that all results of a draw share."""
    born, sex = OTHER_PERSON.get((member.subject, draw.folder), (member.birth, member.sex))
    year, month = (int(part) for part in born.split("-"))
    birthday = date(year, month, 1 + steady_number(member.subject, "DOB") % 28)
    written = member.site in WRITTEN_WITH_DASH
    clock = datetime.combine(draw.day, datetime.strptime(draw.clock, "%H:%M").time())
    return {
        "STUDY": PROJECT,
        "SITE": member.site,
        "SUBJID": member.subject if written else member.subject.replace("-", ""),
        "INITIALS": FAKE_INITIALS,
        "DOB": _date_text(member.site, birthday),
        "SEX": sex,
        "VISITNAME": _visit_name(draw.folder),
        "COLLDT": _date_text(member.site, draw.day),
        "COLLTM": f"{clock - timedelta(minutes=5):%H:%M}",
        "ACCNO": f"CL{accession}",
    }


def _date_text(site: str, day: date) -> str:
    """Return a date as the requisitions of the site have it."""
    parts = (day.day, day.month) if site in SI_SITES else (day.month, day.day)
    return f"{parts[0]:02d}/{parts[1]:02d}/{day.year}"


def _visit_name(folder: str) -> str:
    return _VISITS.get(folder) or f"COURSE {int(folder[1:3])} DAY {int(folder[4:6])}"


def _results(
    member: Member, draw: _Draw, head: Row, chance: np.random.Generator
) -> tuple[list[Row], list[Row]]:
    """Return the first reports of a draw, and the corrected ones of later transfers."""
    year, month = (int(part) for part in member.birth.split("-"))
    band = age_band((draw.day - date(year, month, 15)).days)
    codes = list(_codes(draw))
    noise = chance.standard_normal(len(codes)).tolist()
    rows: list[Row] = []
    later: list[Row] = []
    for code, shift in zip(codes, noise, strict=True):
        printed = _printed(code, member.site, member.sex, band)
        row = {**head, **printed.columns}
        sent = VERSIONS.get((member.subject, draw.folder, code))
        if sent is None:
            rows.append(_with_value(row, printed, _value(printed.test, draw, shift)))
        else:
            versions = [_with_version(row, version) for version in sent]
            rows += versions[:1]
            later += versions[1:]
    if draw.folder == "SCRN" or draw.folder.endswith("D01"):
        rows += _pregnancy(member, draw, head)
    return rows, later


def _codes(draw: _Draw) -> Iterator[str]:
    """Return the tests of a draw: what the site measures, thyroid and urine at some visits."""
    wanted = BLOOD_COUNT if draw.folder == "UNS" else SHARED
    yield from (code for code in wanted if code in draw.values)
    first_day = draw.folder.endswith("D01")
    if draw.folder in ("SCRN", "EOT") or first_day:
        yield from OF_PANEL[THYROID]
    if draw.folder in ("SCRN", "EOT") or (first_day and int(draw.folder[1:3]) % 2):
        yield from OF_PANEL[URINE]


@dataclass(frozen=True)
class _Printed:
    """What a report says of a test beside the result, and its range in the base unit."""

    test: CentralTest
    how: Reporting
    low: float | None
    high: float
    columns: Row


@cache
def _printed(code: str, site: str, sex: str, band: int) -> _Printed:
    test = CENTRAL_TESTS[code]
    reported, (low, high) = test.reported(site), test.limits(sex, band)
    columns = {
        "PANEL": test.panel,
        "LABTST": code,
        "LABTSTNM": test.name,
        "LOINC": BAD_LOINC.get((site, code), reported.loinc),
        "RESN": "",
        "RESC": "",
        "UNIT": reported.how.unit,
        "LO": "" if low is None else reported.how.text(low),
        "HI": reported.how.text(high),
        "FLAG": "",
        "STATUS": "Final",
        "COMMENT": "",
    }
    return _Printed(test, reported.how, low, high, columns)


def _value(test: CentralTest, draw: _Draw, shift: float) -> float:
    """Return the value in the base unit; of a test that the site has too it is the site's."""
    if test.code in draw.values:
        return draw.values[test.code] * math.exp(_ASSAY_ERROR * shift)
    return test.usual * math.exp(test.spread * shift)


def _with_value(row: Row, printed: _Printed, value: float) -> Row:
    """Fill in a result; the number of one below the limit is the limit, as vendors send it."""
    floor = LOWER_LIMITS.get(printed.test.code, 0.0)
    text = printed.how.text(max(value, floor))
    row["RESN"] = text
    row["RESC"] = f"<{text}" if value < floor else text
    if value > printed.high:
        row["FLAG"] = "H"
    elif printed.low is not None and value < printed.low:
        row["FLAG"] = "L"
    return row


def _with_version(row: Row, version: Sent) -> Row:
    number = version.result if version.number is None else version.number
    said = {"RESN": number, "RESC": version.result}
    return {**row, **said, "STATUS": version.status, "COMMENT": version.comment}


def _pregnancy(member: Member, draw: _Draw, head: Row) -> list[Row]:
    if member.sex != "F" or member.age_on(draw.day) < _PREGNANCY_FROM_AGE:
        return []
    columns = dict.fromkeys(COLUMNS[len(head) :], "")
    named = {"PANEL": PREGNANCY, "LABTST": "HCG", "LABTSTNM": "Choriogonadotropin, Qualitative"}
    said = {"LOINC": "2118-8", "RESC": "Negative", "STATUS": "Final"}
    return [{**head, **columns, **named, **said}]


def _sent_again(member: Member, draw: _Draw, rows: list[Row]) -> list[Row]:
    """Return the rows of an accession that a later transfer holds again."""
    key = (member.subject, draw.folder)
    if key in SENT_TWICE:
        return [dict(row) for row in rows]
    if key not in CORRECTED_WHOLE:
        return []
    code, comment = CORRECTED_WHOLE[key]
    again = [{**row, "STATUS": "Corrected", "COMMENT": comment} for row in rows]
    for row in again:
        if row["LABTST"] == code:
            doubled = str(2 * int(row["RESN"]))
            row.update(RESN=doubled, RESC=doubled)
    return again

"""Neuroblastoma history form (R04).

Reference: International Neuroblastoma Staging System (INSS) and Risk Group (INRG) stages; SDTMIG
3.4 section 6.2.6 (MH) for what the form feeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Entry, Row, day_text, form_rows, text_date_fields

MYCN_CODES = {"Amplified": "1", "Not amplified": "2", "ND": "9"}
_STAGES = (("4", "M"), ("4", "M"), ("4", "M"), ("3", "L2"), ("2B", "L2"))
_SITES = ("L adrenal", "R adrenal", "Retroperitoneum", "Posterior mediastinum", "Pelvis")
_STATUS = ("Recurrent", "Recurrent", "Refractory", "Persistent")
_COPIES = (">10", "12", "25", "40")
_ADRENAL_SHARE, _FAVORABLE_SHARE = 0.6, 0.15


@dataclass(frozen=True)
class History:
    """The disease before the study; dates as typed, ``diagnosed`` the day behind the text."""

    diagnosed: date
    diagnosis_text: str
    inss: str
    inrg: str
    mycn: str
    copies: str
    histology: str
    site: str
    status: str
    relapses: int
    first_relapse: str


def _of_101_003() -> History:
    return History(
        date(2010, 6, 1), "UN UNK 2010", "4", "M", "Amplified", ">10", "Unfavorable", "L adrenal",
        "Recurrent", 2, "MAR 2012",
    )  # fmt: skip


_NAMED_STATUS = {"104-003": "CR2"}
_NAMED_MYCN = {"104-002": ("ND", ""), "103-001": ("ND", ""), "105-003": ("Amplified", ">10")}
_SAME_PERSON = {"105-004": ("105-001", date(2013, 8, 12))}
"""The second number of a person -> the first and its consent: the second form says the same."""


def history(member: Member, seed: int) -> History:
    """Return the disease history of a subject."""
    if member.subject == "101-003":
        return _of_101_003()
    subject, known = _SAME_PERSON.get(member.subject, (member.subject, member.consent))
    chance = generator(seed, subject, "NBHX")
    diagnosed = _diagnosis_day(member, known, chance)
    stage = _STAGES[int(chance.integers(0, len(_STAGES)))]
    mycn, site = _mycn(subject, chance), _site(chance)
    drawn = _STATUS[int(chance.integers(0, len(_STATUS)))]
    status = _NAMED_STATUS.get(subject, drawn)
    relapses, relapse = _relapses(status, chance), _relapse_text(diagnosed, known, chance)
    return History(
        diagnosed, _diagnosis_text(diagnosed, chance), *stage, *mycn,
        "Favorable" if chance.random() < _FAVORABLE_SHARE else "Unfavorable", site, status,
        relapses, relapse if relapses else "",
    )  # fmt: skip


def _diagnosis_day(member: Member, known: date, chance: np.random.Generator) -> date:
    """Return a day two to four years before consent, and after the first weeks of life."""
    year, month = (int(part) for part in member.birth.split("-"))
    earliest = date(year, month, 28) + timedelta(days=60)
    wanted = known - timedelta(days=int(chance.integers(700, 1500)))
    return max(wanted, min(earliest, known - timedelta(days=300)))


def _mycn(subject: str, chance: np.random.Generator) -> tuple[str, str]:
    draw, copies = chance.random(), _COPIES[int(chance.integers(0, len(_COPIES)))]
    drawn = ("Amplified", copies) if draw < 0.4 else ("Not amplified", "2")
    return _NAMED_MYCN.get(subject, drawn)


def _site(chance: np.random.Generator) -> str:
    adrenal, number = chance.random() < _ADRENAL_SHARE, int(chance.integers(0, 6))
    return _SITES[number % 2] if adrenal else _SITES[2 + number % 3]


def _relapses(status: str, chance: np.random.Generator) -> int:
    drawn = 1 + int(chance.integers(0, 3))
    if status == "CR2":
        return 1
    return drawn if status == "Recurrent" else 0


def _relapse_text(diagnosed: date, known: date, chance: np.random.Generator) -> str:
    """Return the first relapse as typed, at about four fifths of the way to consent."""
    share, whole = float(chance.uniform(0.76, 0.82)), bool(chance.random() < 0.5)
    text = day_text(diagnosed + timedelta(days=int((known - diagnosed).days * share)))
    return text if whole else text[3:]


def _diagnosis_text(day: date, chance: np.random.Generator) -> str:
    draw = chance.random()
    if draw < 0.1:
        return f"UN UNK {day.year}"
    return f"UN {day_text(day)[3:]}" if draw < 0.3 else day_text(day)


def neuroblastoma_history(member: Member, seed: int) -> list[Row]:
    """Return the R04 row of a subject."""
    past = history(member, seed)
    fields = {
        **text_date_fields("DXDAT", past.diagnosis_text),
        "INSS": past.inss,
        "INRG": past.inrg,
        "MYCN": past.mycn,
        "MYCN_STD": MYCN_CODES[past.mycn],
        "MYCNCOPY": past.copies,
        "HISTOL": past.histology,
        "PRIMSITE": past.site,
        "DISSTAT": past.status,
        "RELAPSE_N": str(past.relapses),
        **_relapse_fields(past.first_relapse),
    }
    day = member.consent + timedelta(days=1)
    return form_rows(member.subject, "NBHX", [Entry("SCRN", day, fields)])


def _relapse_fields(typed: str) -> Row:
    """Return the date columns; a text such as ``MAR 2012`` has no day."""
    whole = typed if len(typed.split()) != 2 else f"UN {typed}"
    return {**text_date_fields("FIRSTREL", whole), "FIRSTREL_RAW": typed}

"""Prior anti-cancer therapy form (R05): what was given between diagnosis and the study.

Reference: SDTMIG 3.4 sections 6.1.2 (CM) and 6.1.5 (PR) for what the form feeds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.disease_history import History, history
from clinmap.simulation.forms.edc_rows import (
    Entry,
    Row,
    coded,
    day_text,
    form_rows,
    text_date_fields,
)

THERAPY_CODES = {"chemo": "1", "ASCT": "2", "RT": "3", "anti-GD2": "4", "MIBG": "5", "surgery": "6"}
INDUCTION = ("COJEC", "Cyclophosphamide/topotecan/cisplatin/etoposide")
RELAPSE_CHEMO = ("Irinotecan/temozolomide", "Topotecan/cyclophosphamide")
HIDDEN_ANTIBODY = "Irinotecan/temozolomide + ch14.18"


class Therapy(NamedTuple):
    """One row of the form: kind, name, start and end as typed, response, anti-GD2 given."""

    kind: str
    name: str
    start: str
    end: str
    response: str
    antibody: str = "N"


class _Kind(NamedTuple):
    """A kind of therapy: its share of subjects, its first day after diagnosis, and how long."""

    share: float
    begins: int
    kind: str
    names: tuple[str, ...]
    days: int
    responses: tuple[str, ...]


_FRONTLINE = (
    _Kind(1.0, 10, "chemo", INDUCTION, 90, ("PR", "VGPR", "SD", "PR")),
    _Kind(0.8, 115, "surgery", ("Resection of primary tumor", "Partial resection"), 0, ("NA", "")),
    _Kind(0.7, 160, "ASCT", ("ASCT busulfan/melphalan", "ASCT CEM"), 0, ("NA", "CR", "VGPR")),
    _Kind(0.6, 220, "RT", ("RT 21.6 Gy primary site", "RT 36 Gy primary site"), 18, ("NA",)),
    _Kind(0.3, 270, "anti-GD2", ("ch14.18 + GM-CSF + IL-2", "hu3F8"), 130, ("CR", "PR", "SD")),
)
_SALVAGE = (
    _Kind(0.8, -90, "chemo", RELAPSE_CHEMO, 42, ("SD", "PR", "PD")),
    _Kind(0.3, -45, "MIBG", ("131I-MIBG 18 mCi/kg", "131I-MIBG 12 mCi/kg"), 0, ("SD", "PR", "NE")),
)
"""After a relapse; their first day is counted back from consent."""
_ANTIBODY_ON_103 = Therapy("anti-GD2", "ch14.18", "2011", "UNK 2011", "PR", "Y")


def _sample(_: History) -> list[Therapy]:
    return [
        Therapy("chemo", "COJEC", "UN UNK 2010", "NOV 2010", "VGPR"),
        Therapy("ASCT", "ASCT busulfan/melphalan", "UN DEC 2010", "", "CR"),
        _ANTIBODY_ON_103,
        Therapy("chemo", "Irinotecan/temozolomide", "10 APR 2012", "28 SEP 2012", "SD"),
        Therapy("RT", "RT 21.6 Gy primary site", "05 NOV 2012", "20 NOV 2012", "NA"),
    ]


def _between_enrollments(_: History) -> list[Therapy]:
    return [Therapy("chemo", "Topotecan/cyclophosphamide", "UN FEB 2014", "UN JUL 2014", "PD")]


_NAMED: dict[str, Callable[[History], list[Therapy]]] = {
    "101-003": _sample,
    "105-004": _between_enrollments,
}
_ADDED = {
    "102-002": Therapy("anti-GD2", "ch14.18", "2013", "UN OCT 2013", "SD", "Y"),
    "106-002": Therapy("chemo", HIDDEN_ANTIBODY, "UN AUG 2014", "UN DEC 2014", "SD", "Y"),
}
"""Antibody given before: a baseline antibody (102-002), and one that only ANTIGD2YN tells."""


def prior_therapies(member: Member, seed: int) -> list[Row]:
    """Return the R05 rows of a subject, in the order in which the therapies were given."""
    past = history(member, seed)
    named = _NAMED.get(member.subject)
    given = named(past) if named else _drawn(member, past, seed)
    day = member.consent + timedelta(days=2)
    entries = [Entry("SCRN", day, _fields(therapy)) for therapy in given]
    return form_rows(member.subject, "PRIORTX", entries)


def _drawn(member: Member, past: History, seed: int) -> list[Therapy]:
    chance = generator(seed, member.subject, "PRIORTX")
    planned = [(kind, chance.random(), _therapy(kind, past, member.consent, chance))
               for kind in (*_FRONTLINE, *_SALVAGE)]  # fmt: skip
    added = _ADDED.get(member.subject)
    given = [
        therapy
        for kind, draw, therapy in planned
        if draw < kind.share
        and not (kind in _SALVAGE and past.relapses == 0)
        and not (added and therapy.antibody == "Y")
    ]
    return [*given, added] if added else given


def _therapy(kind: _Kind, past: History, consent: date, chance: np.random.Generator) -> Therapy:
    origin = past.diagnosed if kind.begins > 0 else consent
    start = origin + timedelta(days=kind.begins + int(chance.integers(0, 15)))
    end = start + timedelta(days=kind.days)
    name = kind.names[int(chance.integers(0, len(kind.names)))]
    response = kind.responses[int(chance.integers(0, len(kind.responses)))]
    vague = float(chance.random())
    return Therapy(
        kind.kind,
        name,
        _typed(start, vague),
        _typed(end, vague) if kind.days else "",
        response,
        "Y" if kind.kind == "anti-GD2" else "N",
    )


def _typed(day: date, vague: float) -> str:
    """Return the date as families remember it: the year, the month or the day."""
    text = day_text(day)
    if vague < 0.1:
        return text[7:]
    return f"UN {text[3:]}" if vague < 0.4 else text


def _fields(therapy: Therapy) -> Row:
    return {
        **coded("TXTYPE", therapy.kind, THERAPY_CODES),
        "TXNAME": therapy.name,
        **_date_columns("TXST", therapy.start),
        **_date_columns("TXEN", therapy.end),
        "TXRESP": therapy.response,
        "ANTIGD2YN": therapy.antibody,
    }


def _date_columns(name: str, typed: str) -> Row:
    """Return the date columns of texts with one, two or three parts."""
    parts = typed.split()
    whole = " ".join([*("UN", "UNK")[: 3 - len(parts)], *parts]) if parts else ""
    return {**text_date_fields(name, whole), f"{name}_RAW": typed}

"""Adverse events of an old consortium database (L01): numeric codes, SAS dates, Latin-1 text.

The codes are explained in a table of formats beside the file, from which one code is absent. Only
three subjects of the follow-up have rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from clinmap.simulation.formats.files import write_csv, write_transport
from clinmap.simulation.forms.ae_terms import DICTIONARY_VERSION, VOCABULARY
from clinmap.simulation.forms.edc_rows import Row
from clinmap.simulation.subject import Subject

LABELS = {
    "PATID": "Patient",
    "AENO": "Event Number",
    "AETEXT": "Event as Reported",
    "GRADE": "Grade",
    "REL": "Relation to Protocol Therapy",
    "STDT": "Start Date",
    "ENDT": "End Date",
    "OUTC": "Outcome",
    "SERIOUS": "Serious",
    "TOXVER": "Version of the Criteria",
}
FORMAT_COLUMNS = ("FMTNAME", "START", "LABEL")
_FORMATS = {
    "GRADEF": {1: "Mild", 2: "Moderate", 3: "Severe", 4: "Life-threatening", 5: "Death"},
    "RELF": {1: "Unrelated", 2: "Unlikely", 3: "Possible", 4: "Probable", 5: "Definite"},
    "OUTCF": {1: "Resolved", 2: "Recovering", 3: "Not recovered", 5: "Fatal"},
    "YNF": {0: "No", 1: "Yes"},
}
_SAS_EPOCH = date(1960, 1, 1)
_DATES = {"STDT": "DATE9.", "ENDT": "DATE9."}

_OLD = "4.0"
_Event = tuple[str, str, int, int, date, date | None, int, str]
_EVENTS: tuple[_Event, ...] = (
    ("102-001", "Fatigue l\u00e9g\u00e8re", 1, 2, date(2014, 1, 12), date(2014, 2, 20), 1, _OLD),
    ("102-001", "Hypothyro\u00efdie", 2, 3, date(2014, 9, 15), None, 3, _OLD),
    ("104-005", "Surdit\u00e9 partielle", 2, 1, date(2013, 11, 15), None, 3, _OLD),
    ("104-005", "\u00c9ruption cutan\u00e9e", 1, 1, date(2014, 2, 3), date(2014, 2, 10), 1, _OLD),
    ("105-003", "Low thyroid function", 2, 3, date(2018, 5, 10), None, 3, "5.0"),
    ("105-003", "Peau s\u00e8che", 1, 2, date(2016, 9, 24), date(2016, 12, 21), 9, _OLD),
)
"""Patient, term, grade, relation, start, end, outcome, criteria. The thyroid of 105-003 stands on
an adverse event page too; outcome 9 is in no table of formats."""

_CODED = {
    "Fatigue l\u00e9g\u00e8re": "Fatigue",
    "Hypothyro\u00efdie": "Low thyroid function",
    "Surdit\u00e9 partielle": "Hearing impaired",
    "\u00c9ruption cutan\u00e9e": "Rash",
    "Peau s\u00e8che": "Dry skin",
}


def legacy_events(subject: Subject) -> list[dict[str, str | float | None]]:
    """Return the L01 rows of a subject."""
    mine = [event for event in _EVENTS if event[0] == subject.member.subject]
    return [_row(number, event) for number, event in enumerate(mine, start=1)]


def _row(number: int, event: _Event) -> dict[str, str | float | None]:
    patient, text, grade, relation, start, end, outcome, version = event
    values = (
        *(patient, float(number), text, float(grade), float(relation)),
        *(_sas_date(start), _sas_date(end), float(outcome), 0.0, version),
    )
    return dict(zip(LABELS, values, strict=True))


def _sas_date(day: date | None) -> float | None:
    return None if day is None else float((day - _SAS_EPOCH).days)


def legacy_coded_events() -> list[Row]:
    """Return the coded terms of the old database, in capitals as the others."""
    return [
        {"TERM": term.upper(), **VOCABULARY[name].fields, "DICTVER": DICTIONARY_VERSION}
        for term, name in _CODED.items()
    ]


def write_legacy_events(path: Path, rows: Sequence[Mapping[str, str | float | None]]) -> int:
    """Write the transport file in Latin-1, as the old system did; the number of rows.

    The file is made with `@` in the place of each letter that is not ASCII, so that no field
    changes its width when the letters are put in as single bytes.
    """
    plain = [{**row, "AETEXT": _stand_in(str(row["AETEXT"]))} for row in rows]
    write_transport(path, plain, LABELS, "AENANT", (), formats=_DATES)
    content = path.read_bytes()
    for row in rows:
        text = str(row["AETEXT"])
        content = content.replace(_stand_in(text).encode("ascii"), text.encode("latin-1"))
    path.write_bytes(content)
    return len(rows)


def _stand_in(text: str) -> str:
    return "".join(letter if letter.isascii() else "@" for letter in text)


def write_formats(path: Path, _rows: Sequence[Mapping[str, object]]) -> int:
    """Write the table of formats, the same for any number of subjects; the number of rows."""
    lines = [
        {"FMTNAME": name, "START": str(code), "LABEL": label}
        for name, labels in _FORMATS.items()
        for code, label in labels.items()
    ]
    return write_csv(path, FORMAT_COLUMNS, lines)

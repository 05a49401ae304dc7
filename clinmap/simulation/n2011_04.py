"""Generate the raw exports of the synthetic study N2011-04.

The tables below say what there is: a form or file more is one line here and one module beside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clinmap.simulation.adverse_events import adverse_events
from clinmap.simulation.calendar import courses, treatment_end
from clinmap.simulation.cast import Member, roster
from clinmap.simulation.edc_rows import STANDARD_COLUMNS, Row
from clinmap.simulation.ending import death, end_of_treatment
from clinmap.simulation.enrollment import demography, eligibility, enrollment
from clinmap.simulation.exposure import course_form, isotretinoin, lenalidomide
from clinmap.simulation.files import write_csv, write_readme, write_transport
from clinmap.simulation.form_columns import FORM_COLUMNS, PK_LABELS
from clinmap.simulation.infusions import dinutuximab
from clinmap.simulation.laboratory import local_laboratory
from clinmap.simulation.pk import lenalidomide_samples, sampling_form, vendor_rows
from clinmap.simulation.reference import laboratory_ranges, unit_conversions
from clinmap.simulation.response import site_response
from clinmap.simulation.subject import Subject

DEFAULT_SUBJECTS = 30
DEFAULT_SEED = 20130204

FORMS: dict[str, Callable[[Subject], list[Row]]] = {
    "dm": lambda s: demography(s.member),
    "enroll": lambda s: enrollment(s.member),
    "elig": lambda s: eligibility(s.member, s.seed),
    "course": lambda s: course_form(s.member, s.given),
    "exlen": lambda s: lenalidomide(s.member, s.given, s.seed),
    "exchi": lambda s: dinutuximab(s.member, s.given, s.seed),
    "exiso": lambda s: isotretinoin(s.member, s.given, s.seed),
    "ae": lambda s: adverse_events(s.member, s.given, s.seed),
    "lblocal": lambda s: local_laboratory(s.member, s.given, s.ended, s.seed),
    "resp": lambda s: site_response(s.member, s.given, s.ended, s.seed),
    "eot": lambda s: end_of_treatment(s.member, s.given, s.ended, s.forms),
    "death": lambda s: death(s.member, s.given, s.ended, s.seed),
    "pksamp": lambda s: sampling_form(s.member, s.given, s.samples),
}
"""The forms of the EDC system, in the order in which a subject's are filled in: `edc/NAME.csv`."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class DataFile:
    """A file that does not come from the EDC system: the records of a subject, and its format."""

    records: Callable[[Subject], Sequence[Record]]
    write: Callable[[Path, Sequence[Record]], int]


FILES: dict[str, DataFile] = {
    "vendor/pk_len.xpt": DataFile(
        lambda s: vendor_rows(s.samples),
        lambda path, rows: write_transport(path, rows, PK_LABELS, "PKLEN", ["SAMPDTM"]),
    ),
}
"""Vendor files, diaries and the legacy export, by their path under the raw folder."""

REFERENCE: dict[str, Callable[[], list[Row]]] = {
    "labranges": laboratory_ranges,
    "unit_conv": unit_conversions,
}
"""Reference tables, the same for any number of subjects: `ref/NAME.csv`."""


@dataclass
class _Study:
    """What was made, by form and by file."""

    forms: dict[str, list[Row]] = field(default_factory=lambda: {form: [] for form in FORMS})
    files: dict[str, list[Record]] = field(default_factory=lambda: {name: [] for name in FILES})


def simulate(
    out: Path, subjects: int = DEFAULT_SUBJECTS, seed: int = DEFAULT_SEED
) -> dict[str, int]:
    """Write the synthetic exports under ``out`` and return relative file name -> data rows.

    The first thirty subjects carry the edge scenarios; more are random copies in kind and leave
    the rows of the first thirty as they are. The same arguments give the same bytes.

    Raises:
        ValueError: when ``subjects`` is less than 1.
    """
    study = _Study()
    for member in roster(subjects, seed):
        _fill_in(study, _subject(member, seed))
    counts = _written(study, out)
    command = f"clinmap simulate n2011-04 --subjects {subjects} --seed {seed}"
    write_readme(out / "README.txt", counts, command)
    return counts


def _subject(member: Member, seed: int) -> Subject:
    given = courses(member, seed)
    ended = treatment_end(member, given, seed)
    return Subject(member, given, ended, lenalidomide_samples(member, given, seed), seed)


def _fill_in(study: _Study, subject: Subject) -> None:
    for form, make in FORMS.items():
        subject.forms[form] = make(subject)
        study.forms[form] += subject.forms[form]
    for name, file in FILES.items():
        study.files[name] += file.records(subject)


def _written(study: _Study, out: Path) -> dict[str, int]:
    """Write everything; relative file name -> rows."""
    counts: dict[str, int] = {}
    for form, rows in study.forms.items():
        name = f"edc/{form}.csv"
        counts[name] = write_csv(out / name, [*STANDARD_COLUMNS, *FORM_COLUMNS[form]], rows)
    for name, file in FILES.items():
        counts[name] = file.write(out / name, study.files[name])
    for table, make in REFERENCE.items():
        name, rows = f"ref/{table}.csv", make()
        counts[name] = write_csv(out / name, list(rows[0]), rows)
    return counts

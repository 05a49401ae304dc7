"""Generate the raw exports of the synthetic study N2011-04.

The tables below say what there is: a form or file more is one line here and one module beside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clinmap.simulation.calendar import courses, treatment_end
from clinmap.simulation.cast import Member, roster
from clinmap.simulation.formats.files import write_csv, write_readme, write_transport
from clinmap.simulation.formats.odm import MOST_SUBJECTS, write_odm
from clinmap.simulation.forms.adverse_events import adverse_events
from clinmap.simulation.forms.deviations import page_comments, protocol_deviations
from clinmap.simulation.forms.disease_history import neuroblastoma_history
from clinmap.simulation.forms.dose_limiting import ESCALATION_COLUMNS, escalation, toxicity_form
from clinmap.simulation.forms.edc_rows import STANDARD_COLUMNS, Row
from clinmap.simulation.forms.ending import death, end_of_treatment
from clinmap.simulation.forms.enrollment import demography, eligibility, enrollment
from clinmap.simulation.forms.exposure import course_form, isotretinoin, lenalidomide
from clinmap.simulation.forms.follow_up import follow_up
from clinmap.simulation.forms.form_columns import FORM_COLUMNS, PK_LABELS
from clinmap.simulation.forms.infusions import dinutuximab
from clinmap.simulation.forms.laboratory import local_laboratory
from clinmap.simulation.forms.lesions import tumor_measurements
from clinmap.simulation.forms.marrow import bone_marrow
from clinmap.simulation.forms.medication_terms import coded_events, coded_medications
from clinmap.simulation.forms.medications import medications
from clinmap.simulation.forms.mibg import mibg_scans
from clinmap.simulation.forms.prior_therapy import prior_therapies
from clinmap.simulation.forms.response import site_response
from clinmap.simulation.forms.vital_signs import vital_signs
from clinmap.simulation.pharmacokinetics.nca_vendor import parameter_rows
from clinmap.simulation.pharmacokinetics.pk import lenalidomide_samples, vendor_rows
from clinmap.simulation.pharmacokinetics.pk_dinutuximab import dinutuximab_results
from clinmap.simulation.pharmacokinetics.pk_files import (
    write_dinutuximab,
    write_isotretinoin,
    write_parameters,
)
from clinmap.simulation.pharmacokinetics.pk_isotretinoin import isotretinoin_results
from clinmap.simulation.pharmacokinetics.pk_panels import sampling_form
from clinmap.simulation.reference import laboratory_ranges, unit_conversions
from clinmap.simulation.subject import Subject
from clinmap.simulation.vendors.central_laboratory import COLUMNS as CENTRAL_COLUMNS
from clinmap.simulation.vendors.central_laboratory import central_laboratory
from clinmap.simulation.vendors.central_review import central_readings, write_central_review
from clinmap.simulation.vendors.cytokines import cytokine_plate, write_cytokines
from clinmap.simulation.vendors.diary import COLUMNS as DIARY_COLUMNS
from clinmap.simulation.vendors.diary import diary
from clinmap.simulation.vendors.flow import COLUMNS as FLOW_COLUMNS
from clinmap.simulation.vendors.flow import flow_cytometry
from clinmap.simulation.vendors.genotypes import COLUMNS as GENOTYPE_COLUMNS
from clinmap.simulation.vendors.genotypes import genotypes
from clinmap.simulation.vendors.haca import COLUMNS as ANTIBODY_COLUMNS
from clinmap.simulation.vendors.haca import antibody_assays
from clinmap.simulation.vendors.killer_cells import COLUMNS as LYSIS_COLUMNS
from clinmap.simulation.vendors.killer_cells import killer_cell_function
from clinmap.simulation.vendors.legacy_events import (
    legacy_events,
    write_formats,
    write_legacy_events,
)
from clinmap.simulation.vendors.tlda import COLUMNS as ARRAY_COLUMNS
from clinmap.simulation.vendors.tlda import cycle_numbers

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
    "vs": vital_signs,
    "ae": lambda s: adverse_events(s.member, s.given, s.seed),
    "lblocal": lambda s: local_laboratory(s.member, s.given, s.ended, s.seed),
    "resp": lambda s: site_response(s.member, s.given, s.ended, s.seed),
    "tumor": tumor_measurements,
    "mibg": mibg_scans,
    "bm": bone_marrow,
    "eot": lambda s: end_of_treatment(s.member, s.given, s.ended, s.forms),
    "death": lambda s: death(s.member, s.given, s.ended, s.seed),
    "nbhx": lambda s: neuroblastoma_history(s.member, s.seed),
    "priortx": lambda s: prior_therapies(s.member, s.seed),
    "cm": medications,
    "fu": follow_up,
    "pksamp": sampling_form,
    "dlt": toxicity_form,
    "dv": protocol_deviations,
    "co": page_comments,
}
"""The forms of the EDC system, in the order in which a subject's are filled in: `edc/NAME.csv`."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class DataFile:
    """A file that does not come from the EDC system: the records of a subject, and its format."""

    records: Callable[[Subject], Sequence[Record]]
    write: Callable[[Path, Sequence[Record]], int]


FILES: dict[str, DataFile] = {
    "vendor/resp_central.xlsx": DataFile(central_readings, write_central_review),
    "vendor/pk_len.xpt": DataFile(
        lambda s: vendor_rows(s.samples),
        lambda path, rows: write_transport(path, rows, PK_LABELS, "PKLEN", ["SAMPDTM"]),
    ),
    "vendor/haca.csv": DataFile(
        lambda s: antibody_assays(s.member, s.given, s.ended, s.seed),
        lambda path, rows: write_csv(path, ANTIBODY_COLUMNS, rows),
    ),
    "vendor/flow_2015.csv": DataFile(
        lambda s: flow_cytometry(s.member, s.given, s.seed),
        lambda path, rows: write_csv(path, FLOW_COLUMNS, rows),
    ),
    "vendor/geno.csv": DataFile(
        lambda s: genotypes(s.member, s.seed),
        lambda path, rows: write_csv(path, GENOTYPE_COLUMNS, rows),
    ),
    "vendor/tlda_nb5.txt": DataFile(
        lambda s: cycle_numbers(s.member, s.given, s.seed),
        lambda path, rows: write_csv(path, ARRAY_COLUMNS, rows, delimiter="\t"),
    ),
    "vendor/pk_iso.csv": DataFile(isotretinoin_results, write_isotretinoin),
    "vendor/pk_chi.xlsx": DataFile(dinutuximab_results, write_dinutuximab),
    "vendor/centrallab_20160301.csv": DataFile(
        central_laboratory,
        lambda path, rows: write_csv(path, CENTRAL_COLUMNS, rows, ";", "cp1252"),
    ),
    "vendor/cytokine.xlsx": DataFile(cytokine_plate, write_cytokines),
    "vendor/nkfunc.csv": DataFile(
        killer_cell_function, lambda path, rows: write_csv(path, LYSIS_COLUMNS, rows)
    ),
    "vendor/nca_phoenix.csv": DataFile(parameter_rows, write_parameters),
    "diary/diary.csv": DataFile(diary, lambda path, rows: write_csv(path, DIARY_COLUMNS, rows)),
    "legacy/ae_nant.xpt": DataFile(legacy_events, write_legacy_events),
    "legacy/formats.csv": DataFile(lambda _subject: (), write_formats),
}
"""Vendor files, diaries and the legacy export, by their path under the raw folder."""

STUDY_FORMS: dict[str, tuple[Sequence[str], Callable[[Sequence[Subject]], list[Row]]]] = {
    "escalation": (ESCALATION_COLUMNS, escalation),
}
"""Pages that are of no one subject, made when all subjects are: columns and rows."""

REFERENCE: dict[str, Callable[[], list[Row]]] = {
    "labranges": laboratory_ranges,
    "unit_conv": unit_conversions,
    "meddra_coded_terms": coded_events,
    "whodrug_coded": coded_medications,
}
"""Reference tables, the same for any number of subjects: `ref/NAME.csv`."""


@dataclass
class _Study:
    """What was made, by form and by file."""

    forms: dict[str, list[Row]] = field(default_factory=lambda: {form: [] for form in FORMS})
    files: dict[str, list[Record]] = field(default_factory=lambda: {name: [] for name in FILES})
    subjects: list[Subject] = field(default_factory=list)


def simulate(
    out: Path,
    subjects: int = DEFAULT_SUBJECTS,
    seed: int = DEFAULT_SEED,
    odm: bool | None = None,
) -> dict[str, int]:
    """Write the synthetic exports under ``out`` and return relative file name -> data rows.

    The first thirty subjects carry the edge scenarios; more are random copies in kind and leave
    the rows of the first thirty as they are. The same arguments give the same bytes. ``odm`` says
    whether the forms are written as ODM-XML too: None is up to 200 subjects.

    Raises:
        ValueError: when ``subjects`` is less than 1.
    """
    study = _Study()
    for member in roster(subjects, seed):
        _fill_in(study, _subject(member, seed))
    counts = _written(study, out)
    small = subjects <= MOST_SUBJECTS
    if small if odm is None else odm:
        counts |= write_odm(out / "odm", study.forms, FORM_COLUMNS)
    command = f"clinmap simulate n2011-04 --subjects {subjects} --seed {seed}"
    command += " --odm" if odm and not small else ""
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
    study.subjects.append(subject)


def _written(study: _Study, out: Path) -> dict[str, int]:
    """Write everything; relative file name -> rows."""
    counts: dict[str, int] = {}
    for form, rows in study.forms.items():
        name = f"edc/{form}.csv"
        counts[name] = write_csv(out / name, [*STANDARD_COLUMNS, *FORM_COLUMNS[form]], rows)
    for form, (columns, decide) in STUDY_FORMS.items():
        name = f"edc/{form}.csv"
        counts[name] = write_csv(out / name, columns, decide(study.subjects))
    for name, file in FILES.items():
        counts[name] = file.write(out / name, study.files[name])
    for table, make in REFERENCE.items():
        name, rows = f"ref/{table}.csv", make()
        counts[name] = write_csv(out / name, list(rows[0]), rows)
    return counts

"""Generate the raw exports of the synthetic study N2011-04."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

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
from clinmap.simulation.pk import VendorRow, lenalidomide_samples, sampling_form, vendor_rows
from clinmap.simulation.reference import laboratory_ranges, unit_conversions
from clinmap.simulation.response import site_response

DEFAULT_SUBJECTS = 30
DEFAULT_SEED = 20130204


@dataclass
class _Study:
    """Rows collected over the subjects, by form and for the vendor file."""

    forms: dict[str, list[Row]] = field(default_factory=lambda: {form: [] for form in FORM_COLUMNS})
    pk: list[VendorRow] = field(default_factory=list)


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
        _add_subject(study, member, seed)
    counts = {
        f"edc/{form}.csv": write_csv(
            out / "edc" / f"{form}.csv", [*STANDARD_COLUMNS, *FORM_COLUMNS[form]], rows
        )
        for form, rows in study.forms.items()
    }
    counts["vendor/pk_len.xpt"] = write_transport(
        out / "vendor" / "pk_len.xpt", study.pk, PK_LABELS, "PKLEN", ["SAMPDTM"]
    )
    for name, reference in (("labranges", laboratory_ranges()), ("unit_conv", unit_conversions())):
        path = out / "ref" / f"{name}.csv"
        counts[f"ref/{name}.csv"] = write_csv(path, list(reference[0]), reference)
    command = f"clinmap simulate n2011-04 --subjects {subjects} --seed {seed}"
    write_readme(out / "README.txt", counts, command)
    return counts


def _add_subject(study: _Study, member: Member, seed: int) -> None:
    given = courses(member, seed)
    ended = treatment_end(member, given, seed)
    samples = lenalidomide_samples(member, given, seed)
    exposure = {
        "exlen": lenalidomide(member, given, seed),
        "exchi": dinutuximab(member, given, seed),
        "exiso": isotretinoin(member, given, seed),
    }
    made = {
        "dm": demography(member),
        "enroll": enrollment(member),
        "elig": eligibility(member, seed),
        "course": course_form(member, given),
        **exposure,
        "ae": adverse_events(member, given, seed),
        "lblocal": local_laboratory(member, given, ended, seed),
        "resp": site_response(member, given, ended, seed),
        "eot": end_of_treatment(member, given, ended, exposure),
        "death": death(member, given, ended, seed),
        "pksamp": sampling_form(member, given, samples),
    }
    for form, rows in made.items():
        study.forms[form] += rows
    study.pk += vendor_rows(samples)

"""The sampling form (R22) with its three panels, in the order LEN, ISO, CHI."""

from __future__ import annotations

from clinmap.simulation.forms.edc_rows import Row, form_rows
from clinmap.simulation.pharmacokinetics.pk import sampling_entries
from clinmap.simulation.pharmacokinetics.pk_dinutuximab import (
    dinutuximab_entries,
    dinutuximab_samples,
)
from clinmap.simulation.pharmacokinetics.pk_isotretinoin import (
    isotretinoin_entries,
    isotretinoin_samples,
)
from clinmap.simulation.subject import Subject


def sampling_form(subject: Subject) -> list[Row]:
    """Return the R22 rows of one subject as the site typed them."""
    if not subject.given:
        return []
    first = subject.given[0]
    entries = [
        *sampling_entries(subject.given, subject.samples),
        *isotretinoin_entries(first, isotretinoin_samples(subject)),
        *dinutuximab_entries(first, dinutuximab_samples(subject)),
    ]
    return form_rows(subject.member.subject, "PK", entries)

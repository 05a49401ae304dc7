"""Genotypes (V10): KIR genes, HLA-B and HLA-C, Fc gamma receptors, and the sex marker of the DNA.

DNA is drawn once per person at screening. Allele frequencies are invented. Reference: study
protocol calendar; SDTMIG 3.4 section 6.3.5.4 (GF) for what it feeds.
"""

from __future__ import annotations

import numpy as np

from clinmap.simulation.cast import Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Row

COLUMNS = ("SUBJ", "DNAID", "LOCUS", "A1", "A2", "PRESENT", "METHOD", "QC")
KIR_GENES = {
    "KIR2DL1": 0.95, "KIR2DL2": 0.5, "KIR2DL3": 0.9, "KIR3DL1": 0.94,
    "KIR2DS1": 0.4, "KIR2DS2": 0.5, "KIR2DS4": 0.93, "KIR3DS1": 0.4,
}  # fmt: skip
HLA_C = ("03:04", "07:01", "07:02", "12:03", "04:01", "05:01", "06:02", "15:02")
HLA_B = ("07:02", "08:01", "15:01", "27:05", "35:01", "44:02", "51:01", "57:01")
_PRIMERS, _PROBES, _SEQUENCING, _REAL_TIME = "PCR-SSP", "PCR-SSOP", "SBT", "Real Time-PCR"
_RECEPTORS = {
    "FCGR2A": ("rs1801274", {"H": "A", "R": "G"}, 0.5),
    "FCGR3A": ("rs396991", {"V": "G", "F": "T"}, 0.4),
}
"""Published variant, nucleotide of each amino acid, and frequency of the first."""

ALLELES = {
    ("106-002", "HLA-C"): ("03:04", "07:02"),
    ("106-002", "HLA-B"): ("07:02", "44:02"),
}
PRESENT = {("106-002", "KIR2DL1"): "Y"}
FAILED = {("103-003", "HLA-C"): False, ("102-005", "KIR3DL1"): True}
"""Failed quality control; whether the laboratory sent a result all the same."""

SEROLOGY_SITES = ("103",)
SWAPPED = {"104-002": "104-003", "104-003": "104-002"}
"""Two tubes of DNA that were mixed up: a girl's and a boy's."""


def genotypes(member: Member, seed: int) -> list[Row]:
    """Return the V10 rows of one person; none for a screen failure or a second enrollment."""
    if member.screen_failure or member.prior_subject:
        return []
    sex = member.sex
    if member.subject in SWAPPED:
        sex = "M" if member.sex == "F" else "F"
    chance = generator(seed, SWAPPED.get(member.subject, member.subject), "GENO")
    rows = [_row(member, "AMEL", _REAL_TIME, "X", "Y" if sex == "M" else "X")]
    rows += [_gene(member, gene, share, chance) for gene, share in KIR_GENES.items()]
    rows += [
        _hla(member, locus, pool, chance) for locus, pool in (("HLA-B", HLA_B), ("HLA-C", HLA_C))
    ]
    return rows + [_receptor(member, locus, chance) for locus in _RECEPTORS]


def _row(
    member: Member, locus: str, method: str, first: str = "", second: str = "", present: str = ""
) -> Row:
    """One locus; what failed quality control has no result unless it was sent all the same."""
    failed = (member.subject, locus) in FAILED
    kept = FAILED.get((member.subject, locus), True)
    return {
        "SUBJ": member.subject,
        "DNAID": f"D{1000 + member.ordinal:04d}",
        "LOCUS": locus,
        "A1": first if kept else "",
        "A2": second if kept else "",
        "PRESENT": present if kept else "",
        "METHOD": method,
        "QC": "FAIL" if failed else "PASS",
    }


def _gene(member: Member, gene: str, share: float, chance: np.random.Generator) -> Row:
    drawn = "Y" if chance.random() < share else "N"
    found = PRESENT.get((member.subject, gene), drawn)
    return _row(member, gene, _PRIMERS, present=found)


def _hla(member: Member, locus: str, pool: tuple[str, ...], chance: np.random.Generator) -> Row:
    drawn = [pool[int(place)] for place in chance.integers(0, len(pool), size=2)]
    first, second = ALLELES.get((member.subject, locus), (drawn[0], drawn[1]))
    letter = locus[-1]
    if member.site in SEROLOGY_SITES:
        return _row(member, locus, _PROBES, _serology(letter, first), _serology(letter, second))
    method = _SEQUENCING if member.ordinal % 3 == 0 else _PROBES
    return _row(member, locus, method, f"{letter}*{first}", f"{letter}*{second}")


def _serology(letter: str, allele: str) -> str:
    """Return the old name of an allele's group: Cw3 for C*03:04, B44 for B*44:02."""
    return f"{'Cw' if letter == 'C' else letter}{int(allele[:2])}"


def _receptor(member: Member, locus: str, chance: np.random.Generator) -> Row:
    """Half of the runs name amino acids (H/R), the others the published variant's nucleotides."""
    variant, nucleotides, share = _RECEPTORS[locus]
    acids = list(nucleotides)
    pair = sorted((acids[int(chance.random() >= share)] for _ in range(2)), key=acids.index)
    if member.ordinal % 2 == 0:
        return _row(member, locus, _REAL_TIME, *pair)
    return _row(member, f"{locus} {variant}", _REAL_TIME, *(nucleotides[acid] for acid in pair))

"""Flow cytometry of blood (V07): one row per sample and cell population.

Sites 105 and 106 send mononuclear cells, in which no absolute counts are made; the others send
whole blood. Reference: study protocol calendar; SDTMIG 3.4 section 6.3.5.3 (CP) for what it feeds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from clinmap.simulation.calendar import Course
from clinmap.simulation.cast import LENALIDOMIDE_LEVEL, Member
from clinmap.simulation.chance import generator
from clinmap.simulation.forms.edc_rows import Row
from clinmap.simulation.vendors.flow_populations import (
    BRIGHT,
    BRIGHT_CLOSED,
    LEUKOCYTES,
    LYMPHOCYTES,
    MONOCYTES,
    NK,
    NK_CELLS,
    POPULATIONS,
    RATIO,
    T_CELLS,
    Population,
)
from clinmap.simulation.vendors.immune_calendar import TimePoint, time_points

COLUMNS = (
    *("SPECID", "SUBJ", "TPT", "COLLDTM", "SAMPAGEH", "PANEL", "POP", "PARENT", "EVENTS"),
    *("PCT_PARENT", "ABS_UL", "VIAB", "GATEVER"),
)
SECOND_GATES_FROM = date(2015, 1, 1)
MONONUCLEAR_SITES = ("105", "106")
_ON_DRUG = {"C1D8 PRE": 1.0, "C1D12": 1.0, "C1D15": 0.9, "C1D28": 0.5, "C2 EOC": 0.5, "C4 EOC": 0.5}
_PARENT_POPULATIONS = {NK: NK_CELLS, T_CELLS: "CD45+/CD3+", MONOCYTES: "CD45+/CD14+"}
_SAMPLES_PER_SUBJECT = 20

VIABILITY = {("103-003", "C1D12"): 62, ("106-003", "C2 EOC"): 58}
AGES = {("102-003", "C1D28"): 52.5}
VERSIONS = {("105-002", "C1D12"): "2.0 unverified"}
NO_PARENT = {("101-006", "C1D15", NK_CELLS)}
TOO_FEW = {("104-001", "C2 EOC", BRIGHT)}


@dataclass(frozen=True)
class Sample:
    """One tube: when it was drawn, and what holds for all populations in it."""

    subject: str
    time_point: str
    number: str
    drawn: datetime
    age: float
    viability: int
    gates: str
    mononuclear: bool


def flow_cytometry(member: Member, given: list[Course], seed: int) -> list[Row]:
    """Return the V07 rows of one subject in time order; none for a screen failure."""
    chance = generator(seed, member.subject, "FLOW")
    own = np.exp(0.25 * chance.standard_normal(len(POPULATIONS))).tolist()
    rows: list[Row] = []
    for place, point in enumerate(time_points(member, given)):
        sample = _sample(member, point, place, chance)
        shares = _shares(member, point.name, own, chance)
        rows += _rows(sample, shares, leukocytes=float(np.exp(chance.normal(8.2, 0.3))))
    return rows


def _sample(member: Member, point: TimePoint, place: int, chance: np.random.Generator) -> Sample:
    minutes, age, viability = (
        int(chance.integers(0, 25)),
        chance.uniform(18, 31),
        chance.uniform(0, 18),
    )
    hour = 7 if point.name.endswith("PRE") else 10
    key = (member.subject, point.name)
    gates = "2.0" if point.day >= SECOND_GATES_FROM else "1.2"
    return Sample(
        member.subject,
        point.name,
        f"F{1 + _SAMPLES_PER_SUBJECT * member.ordinal + place:05d}",
        datetime.combine(point.day, time(hour, 30)) + timedelta(minutes=minutes),
        AGES.get(key, round(float(age), 1)),
        VIABILITY.get(key, 80 + int(viability)),
        VERSIONS.get(key, gates),
        member.site in MONONUCLEAR_SITES,
    )


def _shares(
    member: Member, name: str, own: list[float], chance: np.random.Generator
) -> dict[str, float]:
    """Return the percentage of its parent for each population."""
    dose = LENALIDOMIDE_LEVEL[member.level or 1] / 100 * _ON_DRUG.get(name, 0.0)
    noise = np.exp(0.1 * chance.standard_normal(len(POPULATIONS))).tolist()
    return {
        population.name: _bounded(
            population.share, own[place] * noise[place] * (1 + population.effect * dose)
        )
        for place, population in enumerate(POPULATIONS)
    }


def _bounded(share: float, factor: float) -> float:
    """Multiply the odds, so that a percentage stays one."""
    odds = share / (100 - share) * factor
    return 100 * odds / (1 + odds)


def _rows(sample: Sample, shares: dict[str, float], leukocytes: float) -> list[Row]:
    cells = {LEUKOCYTES: leukocytes, LYMPHOCYTES: 0.25 * leukocytes}
    for parent in (T_CELLS, NK, MONOCYTES):
        population = next(p for p in POPULATIONS if p.name == _PARENT_POPULATIONS[parent])
        cells[parent] = cells[population.parent] * shares[population.name] / 100
    return [
        _row(sample, population, shares, cells[population.parent]) for population in POPULATIONS
    ]


def _row(sample: Sample, population: Population, shares: dict[str, float], parents: float) -> Row:
    share = shares[population.name]
    if population.name == RATIO:
        share = shares["CD45+/CD3+/CD4+"] / shares["CD45+/CD3+/CD8+"]
    key = (sample.subject, sample.time_point, population.name)
    few = key in TOO_FEW
    counted = population.counted and not sample.mononuclear
    return {
        "SPECID": sample.number,
        "SUBJ": sample.subject,
        "TPT": sample.time_point,
        "COLLDTM": f"{sample.drawn:%Y-%m-%d %H:%M}",
        "SAMPAGEH": f"{sample.age:.1f}",
        "PANEL": f"{population.panel} {'PBMC' if sample.mononuclear else 'WB'}",
        "POP": _name(population, sample),
        "PARENT": "" if key in NO_PARENT else population.parent,
        "EVENTS": "14" if few else _events(population, share, parents),
        "PCT_PARENT": "NA" if few else _percent(population, share),
        "ABS_UL": "" if not counted else "NA" if few else _count(share, parents),
        "VIAB": str(sample.viability),
        "GATEVER": sample.gates,
    }


def _name(population: Population, sample: Sample) -> str:
    """The second version of the gates writes CD56 bright in one word."""
    closed = population.name == BRIGHT and sample.gates != "1.2"
    return BRIGHT_CLOSED if closed else population.name


def _percent(population: Population, share: float) -> str:
    return f"{share:.2f}" if population.name == RATIO or share < 10 else f"{share:.1f}"


def _count(share: float, parents: float) -> str:
    return f"{parents * share / 100:.0f}"


def _events(population: Population, share: float, parents: float) -> str:
    """About 30 events are acquired for each cell in a microliter; a ratio has none."""
    return "" if population.name == RATIO else str(math.ceil(30 * parents * share / 100))

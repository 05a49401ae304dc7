"""Raw exports of an invented study with wide laboratory results, as many rows as asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

VISITS = ("Screening", "Baseline", *(f"Week {n}" for n in (2, 4, 6, 8, 12, 16, 20, 24)))
DAYS = (-14, 0, *(7 * n for n in (2, 4, 6, 8, 12, 16, 20, 24)))
SITES = 40
UNKNOWN_DAYS, UNKNOWN_TIMES, EMPTY, BELOW = 0.01, 0.05, 0.02, 0.01


@dataclass(frozen=True)
class Analyte:
    """One test of the form: its range in tenths or hundredths, and the units of the sites."""

    test: str
    low: int
    high: int
    decimals: int
    units: tuple[tuple[str, str, str], ...]
    """Each as (text on the form, its term, factor to the standard unit)."""
    standard: str


_MOLES, _MICRO = ("mmol/L", "mmol/L", "1"), ("umol/L", "umol/L", "1")
_COUNT = (("10^9/L", "10^9/L", "1"), ("K/uL", "10^9/L", "1"))
_ENZYME = (("U/L", "U/L", "1"), ("IU/l", "U/L", "1"))
_GRAMS = (("g/L", "g/L", "1"), ("g/dl", "g/dL", "10"))
ANALYTES = (
    Analyte("WBC", 20, 160, 1, _COUNT, "10^9/L"),
    Analyte("HGB", 70, 190, 1, _GRAMS, "g/L"),
    Analyte("PLAT", 40, 600, 0, _COUNT, "10^9/L"),
    Analyte("NEUT", 50, 1200, 2, _COUNT, "10^9/L"),
    Analyte("LYM", 30, 500, 2, _COUNT, "10^9/L"),
    Analyte("ALT", 4, 300, 0, _ENZYME, "U/L"),
    Analyte("AST", 4, 300, 0, _ENZYME, "U/L"),
    Analyte("ALP", 20, 500, 0, _ENZYME, "U/L"),
    Analyte("BILI", 1, 90, 1, (_MICRO, ("mg/dl", "mg/dL", "17.1")), "umol/L"),
    Analyte("CREAT", 40, 250, 1, (_MICRO, ("mg/dL", "mg/dL", "88.4")), "umol/L"),
    Analyte("GLUC", 30, 220, 1, (_MOLES, ("mg/dL", "mg/dL", "0.0555")), "mmol/L"),
    Analyte("SODIUM", 125, 155, 0, (_MOLES, ("mEq/L", "mEq/L", "1")), "mmol/L"),
    Analyte("K", 28, 60, 1, (_MOLES, ("mEq/L", "mEq/L", "1")), "mmol/L"),
    Analyte("CA", 180, 290, 2, (_MOLES, ("mg/dL", "mg/dL", "0.25")), "mmol/L"),
    Analyte("ALB", 25, 55, 0, _GRAMS, "g/L"),
    Analyte("CRP", 1, 900, 1, (("mg/L", "mg/L", "1"), ("mg/dl", "mg/dL", "10")), "mg/L"),
)  # fmt: skip


def write_findings_raw(folder: Path, results: int) -> int:
    """Write the exports with at least so many results; the number of results."""
    import numpy as np

    folder.mkdir(parents=True, exist_ok=True)
    subjects = -(-results // (len(VISITS) * len(ANALYTES)))
    chance = np.random.default_rng(8)
    starts = chance.integers(0, 700, subjects)
    _write(folder / "dm.csv", _people(chance, subjects, starts))
    _write(folder / "ex.csv", _doses(chance, starts))
    _write(folder / "conversions.csv", _conversions())
    _write(folder / "lab.csv", _results(chance, starts))
    return subjects * len(VISITS) * len(ANALYTES)


def _write(path: Path, columns: dict[str, Any]) -> None:
    import pyarrow as pa
    from pyarrow import csv

    options = csv.WriteOptions(quoting_style="needed", quoting_header="needed")
    csv.write_csv(pa.table(columns), path, options)


def _people(chance: np.random.Generator, subjects: int, starts: np.ndarray) -> dict[str, Any]:
    import numpy as np

    return {
        "SUBJECT": _names(subjects),
        "SITE": _sites(subjects),
        "AGE": chance.integers(18, 80, subjects),
        "SEX": _picked(["F", "M"], chance.integers(0, 2, subjects)),
        "RACE": _picked(["White", "Asian"], chance.integers(0, 2, subjects)),
        "CONSENT": _days(starts - 20),
        "ARM": _picked(["Active", "Placebo"], np.arange(subjects) % 2),
    }


def _doses(chance: np.random.Generator, starts: np.ndarray) -> dict[str, Any]:
    """Two intervals for each subject: from the first day, and from day 85."""
    import numpy as np
    import pyarrow as pa

    subjects, lines = len(starts), np.tile([1, 2], len(starts))
    begin = np.repeat(starts, 2) + 84 * (lines - 1)
    arms = np.repeat(np.arange(subjects) % 2, 2)
    return {
        "SUBJECT": _names(subjects).take(pa.array(np.repeat(np.arange(subjects), 2))),
        "LINE": lines,
        "DRUG": _picked(["Abcimod", "Placebo"], arms),
        "DOSE": np.where(arms == 0, 10, 0),
        "UNIT": _picked(["mg"], np.zeros(2 * subjects, dtype=int)),
        "START": _days(begin),
        "CLOCK": _times(chance.integers(9 * 60, 12 * 60, 2 * subjects)),
        "STOP": _days(begin + 83),
    }


def _conversions() -> dict[str, Any]:
    """From each unit that is reported to the standard one of its test."""
    found = {(a.test, term): (a.standard, factor) for a in ANALYTES for _, term, factor in a.units}
    return {
        "TEST": [test for test, _ in found],
        "FROM": [term for _, term in found],
        "TO": [to for to, _ in found.values()],
        "FACTOR": [factor for _, factor in found.values()],
    }


def _results(chance: np.random.Generator, starts: np.ndarray) -> dict[str, Any]:
    import numpy as np
    import pyarrow as pa

    subjects, visits = len(starts), len(VISITS)
    person = np.repeat(np.arange(subjects), visits)
    days = np.repeat(starts, visits) + np.tile(DAYS, subjects)
    unknown = chance.random(len(person)) < UNKNOWN_DAYS
    untimed = chance.random(len(person)) < UNKNOWN_TIMES
    columns = {
        "SITE": _sites(subjects).take(pa.array(person)),
        "SUBJECT": _names(subjects).take(pa.array(person)),
        "VISIT": _picked(list(VISITS), np.tile(np.arange(visits), subjects)),
        "DRAWN": _days(days, unknown),
        "CLOCK": _times(chance.integers(7 * 60, 12 * 60, len(person)), untimed),
    }
    for analyte in ANALYTES:
        columns |= _reported(chance, analyte, person % SITES)
    return columns


def _reported(chance: np.random.Generator, analyte: Analyte, site: np.ndarray) -> dict[str, Any]:
    """The results and units of a test: a few are empty, a few below a limit."""
    import numpy as np

    numbers = np.arange(analyte.low, analyte.high + 1) / 10**analyte.decimals
    texts = [f"{number:.{analyte.decimals}f}" for number in numbers]
    place = chance.integers(0, len(texts), len(site))
    place = np.where(chance.random(len(site)) < BELOW, len(texts), place)
    empty = chance.random(len(site)) < EMPTY
    units = [text for text, _, _ in analyte.units]
    return {
        analyte.test: _picked([*texts, f"<{texts[0]}"], place, empty),
        f"{analyte.test}_U": _picked(units, site % len(units)),
    }


def _names(subjects: int) -> pa.Array:
    import pyarrow as pa

    return pa.array([f"{n % SITES + 101}-{n // SITES + 1:05d}" for n in range(subjects)])


def _sites(subjects: int) -> pa.Array:
    import pyarrow as pa

    return pa.array([str(n % SITES + 101) for n in range(subjects)])


def _days(days: np.ndarray, unknown: np.ndarray | None = None) -> pa.Array:
    """Days since 2014 as forms have them, `03 MAR 2014`; `UN MAR 2014` where the day is unknown."""
    import numpy as np

    first, last = int(days.min()), int(days.max())
    known = np.datetime64("2014-01-01") + np.arange(first, last + 1)
    texts = [day.strftime("%d %b %Y").upper() for day in known.tolist()]
    place = days - first
    if unknown is not None:
        place = np.where(unknown, place + len(texts), place)
        texts += [f"UN{text[2:]}" for text in texts]
    return _picked(texts, place)


def _times(minutes: np.ndarray, unknown: np.ndarray | None = None) -> pa.Array:
    return _picked([f"{m // 60:02d}:{m % 60:02d}" for m in range(24 * 60)], minutes, unknown)


def _picked(texts: list[str], place: np.ndarray, empty: np.ndarray | None = None) -> pa.Array:
    """The text at each place; missing where `empty`."""
    import pyarrow as pa

    return pa.array(texts, pa.large_string()).take(pa.array(place, mask=empty))

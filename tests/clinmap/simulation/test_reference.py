"""Ranges cover every laboratory and test, and every unit that is used can be converted."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable
from pathlib import Path

Find = Callable[..., list[dict[str, str]]]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_header_of_the_reference_files(study: Path) -> None:
    ranges, factors = _read(study / "ref/labranges.csv"), _read(study / "ref/unit_conv.csv")
    assert list(ranges[0]) == [
        *("lab", "test", "unit", "sex", "age_lo_d", "age_hi_d"),
        *("lo", "hi", "eff_from", "eff_to"),
    ]
    assert list(factors[0]) == ["test", "from", "to", "factor", "note"]


def test_every_reported_unit_has_one_factor(study: Path, rows_of: Find) -> None:
    factors = _read(study / "ref/unit_conv.csv")
    known = {(row["test"], row["from"]) for row in factors}
    assert len(known) == len(factors)
    used = {(row["LBTEST"], row["LBUNIT"]) for row in rows_of("lblocal") if row["LBUNIT"]}
    assert used <= known


def test_a_test_has_one_standard_unit(study: Path) -> None:
    standard: dict[str, set[str]] = {}
    for row in _read(study / "ref/unit_conv.csv"):
        standard.setdefault(row["test"], set()).add(row["to"])
    assert {len(units) for units in standard.values()} == {1}


def test_ranges_exist_where_the_laboratory_gives_none(study: Path, rows_of: Find) -> None:
    ranges = _read(study / "ref/labranges.csv")
    covered = {(row["lab"], row["test"], row["unit"]) for row in ranges}
    needed = {
        (row["LBLAB"], row["LBTEST"], row["LBUNIT"])
        for row in rows_of("lblocal")
        if not row["LBLO"] and row["LBTEST"] != "HCG"
    }
    assert needed
    assert needed <= covered


def test_age_bands_do_not_overlap(study: Path) -> None:
    bands: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for row in _read(study / "ref/labranges.csv"):
        key = (row["lab"], row["test"], row["sex"])
        bands.setdefault(key, []).append((int(row["age_lo_d"]), int(row["age_hi_d"])))
    for spans in bands.values():
        for (_, last), (first, _) in itertools.pairwise(spans):
            assert first == last + 1

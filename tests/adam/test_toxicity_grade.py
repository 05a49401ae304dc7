"""Grading results by a table of criteria, such as those of CTCAE."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import TypeAdapter

from adam import ToxicityGrade
from adam.grading_criteria import GRADES, graded, read_criteria
from clinmap.plan import Plan
from tests.rows_of import TestRows

SHIPPED = Path(__file__).parents[2] / "mappings/organisations/reference-tables/study/ctcae.yaml"
KNOWN = ("value", "low", "high", "baseline", "baseline_range")
GIVEN = {"low": ".ANRLO", "high": ".ANRHI", "baseline": ".BASE", "baseline_range": ".BNRIND"}
NUMBERS = ("AVAL", "ANRLO", "ANRHI", "BASE")


@cache
def ctcae() -> list[dict[str, Any]]:
    tables = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["parameters"]
    return list(tables["ctcae"])


def operation(direction: str, **more: Any) -> ToxicityGrade:
    written = {
        "toxicity_grade": ".AVAL", "criteria": "ctcae", "direction": direction, "term": ".TERM",
        "unit": ".UNIT", "version": ".VERSION", "given": GIVEN,
    }  # fmt: skip
    return TypeAdapter(ToxicityGrade).validate_python(written | more)


def rows(term: str | None, unit: str | None = None, version: str = "5.0", **known: Any) -> TestRows:
    own = {"TERM": term, "UNIT": unit, "VERSION": version, "BNRIND": known.get("BNRIND")}
    columns = {name: pd.Series([value], dtype="str") for name, value in own.items()}
    columns |= {name: pd.Series([known.get(name)], dtype="float64") for name in NUMBERS}
    return TestRows(columns, parameters={"ctcae": ctcae()})


def grade(seen: TestRows, direction: str) -> str | None:
    found = operation(direction).apply(seen)
    return None if found.isna()[0] else str(found[0])


@pytest.mark.parametrize(
    ("value", "low", "expected"),
    [
        (0.85, 1.5, "3"), (1.2, 1.5, "2"), (1.6, 1.5, "0"), (0.49, 1.5, "4"), (1.6, 2.0, "1"),
        (1.0, 1.5, "2"), (0.5, 1.5, "3"), (1.2, None, "2"), (1.6, None, None), (None, 1.5, None),
    ],
)  # fmt: skip
def test_neutrophils_are_graded_by_the_bounds_of_ctcae(
    value: float | None, low: float | None, expected: str | None
) -> None:
    for version in ("4.03", "5.0"):
        seen = rows("Neutrophil count decreased", "10^9/L", version, AVAL=value, ANRLO=low)
        assert grade(seen, "low") == expected


@pytest.mark.parametrize(
    ("value", "base", "indicator", "expected"),
    [
        (40, 20, "NORMAL", "0"), (41, 20, "NORMAL", "1"), (121, 20, "LOW", "2"),
        (201, 20, "NORMAL", "3"), (801, 20, "NORMAL", "4"),
        (140, 100, "HIGH", "0"), (150, 100, "HIGH", "1"), (301, 100, "HIGH", "2"),
        (501, 100, "HIGH", "3"), (2001, 100, "HIGH", "4"),
        (201, None, None, None), (39, None, None, None),
    ],
)  # fmt: skip
def test_version_5_grades_alt_by_the_baseline_where_that_was_abnormal(
    value: float, base: float | None, indicator: str | None, expected: str | None
) -> None:
    seen = rows(
        "Alanine aminotransferase increased", "U/L", AVAL=value, ANRHI=40.0, BASE=base,
        BNRIND=indicator,
    )  # fmt: skip
    assert grade(seen, "high") == expected


def test_version_4_grades_alt_by_the_limit_only_with_any_unit() -> None:
    seen = rows("Alanine aminotransferase increased", "U/L", "4.03", AVAL=140, ANRHI=40, BASE=100)
    assert grade(seen, "high") == "2"


@pytest.mark.parametrize(
    ("value", "base", "expected"), [(90, 80, "1"), (80, 80, "0"), (125, 80, "2"), (241, 80, "3")]
)
def test_version_4_grades_creatinine_by_its_rise_within_the_range(
    value: float, base: float, expected: str
) -> None:
    seen = rows("Creatinine increased", "umol/L", "4.03", AVAL=value, ANRHI=300.0, BASE=base)
    assert grade(seen, "high") == expected


def test_a_limit_that_is_not_exact_is_the_limit_that_was_meant() -> None:
    table = [{"term": "T", "direction": "low", "grade1": "$value < 3 * $low"}]
    columns = {"value": pd.Series([0.3]), "low": pd.Series([0.1])}
    assert graded(read_criteria(table, columns)[0], columns).tolist() == ["0"]


def test_a_unit_that_the_criteria_have_not_is_listed_and_not_graded() -> None:
    seen = rows("Anemia", "mmol/L", AVAL=4.0, ANRLO=8.0)
    assert grade(seen, "low") is None
    assert [code for code, _, _ in seen.reported] == ["TOX001"]


def test_a_term_that_the_criteria_have_not_is_listed_and_a_missing_one_is_not() -> None:
    seen = rows("Anaemia", "g/L", AVAL=70.0, ANRLO=120.0)
    assert grade(seen, "low") is None
    assert [code for code, _, _ in seen.reported] == ["TOX002"]
    seen = rows(None, "g/L", AVAL=70.0, ANRLO=120.0)
    assert grade(seen, "low") is None
    assert seen.reported == []


def worst_to_best(direction: str) -> np.ndarray:
    values = np.geomspace(0.001, 100_000, 4_001)
    return values if direction == "low" else values[::-1]


@pytest.mark.parametrize("entry", ctcae(), ids=lambda e: f"{e['term']} {e['version']}")
def test_a_result_nearer_to_normal_never_has_a_worse_grade(entry: dict[str, Any]) -> None:
    values = worst_to_best(entry["direction"])
    for indicator, base in (("NORMAL", 50.0), ("HIGH", 200.0), ("LOW", 5.0)):
        same = {"low": 20.0, "high": 100.0, "baseline": base}
        columns = {
            name: pd.Series(number, index=range(len(values))) for name, number in same.items()
        }
        columns["baseline_range"] = pd.Series(indicator, index=range(len(values)), dtype="str")
        columns["value"] = pd.Series(values)
        found = graded(read_criteria([entry], KNOWN)[0], columns).astype(int)
        assert found.is_monotonic_decreasing
        assert set(found) <= {0} | {int(g[-1]) for g in GRADES if entry.get(g)}
        assert found.iloc[0] == max(int(g[-1]) for g in GRADES if entry.get(g))


def plan(table: object) -> Plan:
    return Plan("S", "", "", "", "", {}, (), {}, (), parameters={"ctcae": table})


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("ctcae", "must be a list"),
        ([{"direction": "low"}], "must have a term"),
        ([{"term": "T", "direction": "down"}], "must be low or high"),
        ([{"term": "T", "direction": "low", "grade_1": "$value < 1"}], "grade1"),
        ([{"term": "T", "direction": "low", "grade1": "$value <"}], "grade1 of T"),
        ([{"term": "T", "direction": "low", "grade1": "$value < $lwo"}], "low"),
        ([{"term": "T", "direction": "low", "grade1": ".AVAL < 1"}], "is not given"),
        ([{"term": "T", "direction": "low"}] * 2, "two entries"),
        ([{"term": "T", "direction": "low", "version": v} for v in "45"], "say which"),
    ],
)
def test_a_table_that_cannot_be_used_is_said_before_any_data(table: object, said: str) -> None:
    assert said in operation("low", version=None).lacks(plan(table))


@pytest.mark.parametrize(
    ("term", "version", "known", "expected"),
    [
        ("Hemoglobin increased", "4.03", {"AVAL": 165, "ANRHI": 150, "BASE": 160}, "1"),
        ("Hemoglobin increased", "5.0", {"AVAL": 165, "ANRHI": 150, "BASE": 160}, "1"),
        ("Hemoglobin increased", "4.03", {"AVAL": 175, "ANRHI": 150, "BASE": 160}, "1"),
        ("Hemoglobin increased", "5.0", {"AVAL": 175, "ANRHI": 150, "BASE": 160}, "2"),
        ("Hemoglobin increased", "4.03", {"AVAL": 175, "ANRHI": 150}, "2"),
        ("Hemoglobin increased", "5.0", {"AVAL": 175, "ANRHI": None}, None),
        ("Hypertriglyceridemia", "5.0", {"AVAL": 1.71}, "1"),
        ("Hypertriglyceridemia", "5.0", {"AVAL": 1.70}, "0"),
        ("Hyperuricemia", "4.03", {"AVAL": 500, "ANRHI": 450}, "3"),
        ("Hyperuricemia", "4.03", {"AVAL": 591, "ANRHI": 450}, "4"),
        ("Hyperuricemia", "5.0", {"AVAL": 591, "ANRHI": 450}, "3"),
        ("GGT increased", "5.0", {"AVAL": 200, "ANRHI": 50, "BASE": 100, "BNRIND": "HIGH"}, "1"),
        ("INR increased", "5.0", {"AVAL": 1.3, "ANRHI": 1.5}, "1"),
        ("INR increased", "4.03", {"AVAL": 1.3, "ANRHI": 1.5}, "0"),
        ("Serum amylase increased", "5.0", {"AVAL": 301, "ANRHI": 100}, "3"),
    ],
)
def test_limits_that_are_easily_taken_wrong(
    term: str, version: str, known: dict[str, Any], expected: str | None
) -> None:
    """By the wording of CTCAE: where the versions differ, and on the limits themselves."""
    unit = {"Hemoglobin": "g/L", "Hypertriglyceridemia": "mmol/L", "Hyperuricemia": "umol/L"}
    assert (
        grade(rows(term, unit.get(term.split(maxsplit=1)[0]), version, **known), "high") == expected
    )


@pytest.mark.parametrize(
    ("fibrinogen", "version", "expected"),
    [(1.9, "4.03", "0"), (1.9, "5.0", "0"), (1.7, "4.03", "1"), (1.7, "5.0", "1"),
     (1.4, "4.03", "2"), (0.5, "5.0", "3"), (0.49, "5.0", "4")],
)  # fmt: skip
def test_fibrinogen_is_graded_by_limit_and_baseline(
    fibrinogen: float, version: str, expected: str
) -> None:
    """The limit is 1.8 g/L, the baseline 1.9: below 1.35 or 1.425 is grade 2, 0.5 ends grade 3."""
    seen = rows("Fibrinogen decreased", "g/L", version, AVAL=fibrinogen, ANRLO=1.8, BASE=1.9)
    assert grade(seen, "low") == expected


def test_a_fall_within_the_range_counts_in_version_4_only() -> None:
    for version, expected in (("4.03", "3"), ("5.0", "0")):
        seen = rows("Fibrinogen decreased", "g/L", version, AVAL=2.0, ANRLO=1.8, BASE=4.0)
        assert grade(seen, "low") == expected


def test_a_later_table_wins_for_its_terms_and_leaves_the_others() -> None:
    """A study of children counts lymphocytes by their range; all else is as inherited."""
    own = [
        {"term": "Lymphocyte count increased", "direction": "high", "unit": "10^9/L",
         "version": ["4.03", "5.0"], "grade2": "$value > 4 and $value > $high"},
    ]  # fmt: skip
    for term, value, expected in (
        ("Lymphocyte count increased", 6, "0"), ("Lymphocyte count increased", 9, "2"),
        ("Leukocytosis", 101, "3"),
    ):  # fmt: skip
        seen = rows(term, "10^9/L", "4.03", AVAL=value, ANRHI=8.5)
        both = TestRows(seen.own, parameters={"ctcae": ctcae(), "children": own})
        made = operation("high", criteria=["ctcae", "children"]).apply(both)
        assert made.tolist() == [expected]


def test_two_versions_in_one_entry_are_two_entries() -> None:
    table = [
        {"term": "T", "direction": "low", "version": ["4", "5"], "grade1": "$value < 1"},
        {"term": "T", "direction": "low", "version": "5", "grade1": "$value < 2"},
    ]
    assert [one.version for one in read_criteria(table[:1], KNOWN)] == ["4", "5"]
    with pytest.raises(ValueError, match="two entries"):
        read_criteria(table, KNOWN)


def test_the_shipped_table_can_be_used_in_both_directions() -> None:
    shipped = plan(ctcae())
    assert operation("low").lacks(shipped) == operation("high").lacks(shipped) == ""

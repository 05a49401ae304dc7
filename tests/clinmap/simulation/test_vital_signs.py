"""Vital signs (R06) and eligibility (R03): the deliberate cases, and plausibility."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import sqrt

import pytest

Rows = list[dict[str, str]]
Find = Callable[..., Rows]
SAMPLE = ("VSDAT_RAW", "VSTIM", "HT", "HT_U", "WT", "WT_U", "BSA", "TEMP", "TEMP_U", "TPT")
SIGNS = ("TEMP", "SYSBP", "DIABP", "HR", "RR")


def values(rows: Rows, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def moment(row: dict[str, str]) -> tuple[str, str]:
    return "-".join(row[f"VSDAT_{part}"] for part in ("YYYY", "MM", "DD")), row["VSTIM"]


def test_the_sample_row_of_the_form(rows_of: Find) -> None:
    row = rows_of("vs", "101-003", RECORDPOSITION="4")
    assert values(row, "FOLDER", *SAMPLE) == [
        ("C01D08", "08 MAR 2014", "23:50", "41.3", "in", "37.9", "lb", "0.70", "101.2", "F",
         "INFUSION +4H"),
    ]  # fmt: skip


def test_units_are_those_of_the_site(rows_of: Find) -> None:
    measured = [row for row in rows_of("vs") if row["HT"]]
    used = Counter((row["SITENUMBER"], row["HT_U"], row["WT_U"]) for row in measured)
    assert {key[1:] for key in used if key[0] == "101"} == {("in", "lb")}
    assert {key[1:] for key in used if key[0] != "101"} == {("cm", "kg")}
    degrees = {(row["SITENUMBER"], row["TEMP_U"]) for row in rows_of("vs")}
    assert {site for site, unit in degrees if unit == "F"} == {"101", "103"}
    assert {site for site, unit in degrees if unit == "C"} == {"102", "104", "105", "106"}


@pytest.mark.parametrize(
    ("subject", "position", "wanted"),
    [
        ("102-003", "6", {"FOLDER": "C02D01", "HT": "122", "WT": "23.2", "BSA": "0.98"}),
        ("103-003", "6", {"FOLDER": "C01D09", "VSDAT_RAW": "05 MAR 2015", "VSTIM": "24:00"}),
        ("104-002", "1", {"FOLDER": "SCRN", "VSTIM": "", "VSDAT_RAW": "18 MAR 2015"}),
        ("102-001", "1", {"FOLDER": "SCRN", "SPO2": "", "SYSBP": "113"}),
        ("105-001", "6", {"FOLDER": "C02D01", "SPO2": ""}),
    ],
)
def test_deliberate_cases(
    rows_of: Find, subject: str, position: str, wanted: dict[str, str]
) -> None:
    (row,) = rows_of("vs", subject, RECORDPOSITION=position)
    assert {name: row[name] for name in wanted} == wanted


def test_no_other_row_has_such_a_case(rows_of: Find) -> None:
    rows = rows_of("vs")
    assert len([row for row in rows if not row["VSTIM"]]) == 1
    assert len([row for row in rows if row["VSTIM"] == "24:00"]) == 1
    assert len([row for row in rows if not row["SPO2"]]) == 2
    assert all(row[sign] for row in rows for sign in SIGNS)


def test_one_infusion_has_the_same_time_point_twice(rows_of: Find) -> None:
    """Ten minutes apart, under one name; every other infusion has each time point once."""
    twice = rows_of("vs", "105-003", FOLDER="C01D08", TPT="INFUSION +4H")
    assert values(twice, "RECORDPOSITION", "VSTIM") == [("4", "14:35"), ("5", "14:45")]
    points = Counter(
        (row["SUBJECT"], row["FOLDER"], row["TPT"]) for row in rows_of("vs") if row["TPT"]
    )
    assert [key for key, count in points.items() if count > 1] == [
        ("105-003", "C01D08", "INFUSION +4H")
    ]


def test_the_body_is_measured_before_a_course_and_never_in_an_infusion(rows_of: Find) -> None:
    """But for the sample row; a course that was given has a row of its first day."""
    for row in rows_of("vs"):
        sample = (row["SUBJECT"], row["RECORDPOSITION"]) == ("101-003", "4")
        assert bool(row["HT"]) == (not row["TPT"] or sample)
        assert bool(row["HT"]) == bool(row["WT"]) == bool(row["BSA"])
    courses = {(row["SUBJECT"], row["FOLDER"]) for row in rows_of("course")}
    first = {(row["SUBJECT"], row["FOLDER"]) for row in rows_of("vs") if row["FOLDER"][3:] == "D01"}
    assert first == courses


def test_the_typed_body_surface_is_that_of_mosteller_but_once(rows_of: Find) -> None:
    """Square root of cm times kg by 3600; 105 cm and 17.2 kg are 0.7083 m2."""
    assert round(sqrt(105 * 17.2 / 3600), 4) == 0.7083
    wrong = []
    for row in [row for row in rows_of("vs") if row["BSA"]]:
        height = float(row["HT"]) * (2.54 if row["HT_U"] == "in" else 1)
        weight = float(row["WT"]) * (0.45359237 if row["WT_U"] == "lb" else 1)
        expected = sqrt(height * weight / 3600)
        if abs(float(row["BSA"]) / expected - 1) > 0.05:
            wrong.append((row["SUBJECT"], row["FOLDER"]))
    assert wrong == [("102-003", "C02D01")]


def test_rows_are_in_time_order(rows_of: Find) -> None:
    subjects = {row["SUBJECT"] for row in rows_of("vs")}
    assert len(subjects) == 31
    for subject in subjects:
        times = [moment(row) for row in rows_of("vs", subject) if row["VSTIM"]]
        assert times == sorted(times)


def test_results_are_plausible(rows_of: Find) -> None:
    for row in rows_of("vs"):
        celsius = float(row["TEMP"])
        celsius = (celsius - 32) / 1.8 if row["TEMP_U"] == "F" else celsius
        assert 35.5 < celsius < 40
        assert 70 < int(row["SYSBP"]) < 145
        assert int(row["DIABP"]) < int(row["SYSBP"])
        assert 45 < int(row["HR"]) < 160
        assert 10 < int(row["RR"]) < 35


def test_eligibility_is_a_row_for_each_criterion_and_a_summary(rows_of: Find) -> None:
    """Three criteria were not met, one of them waived; each form ends with the answer."""
    rows = rows_of("elig")
    told = [row for row in rows if row["IETESTCD"]]
    assert values(told, "SUBJECT", "IETESTCD", "IEORRES", "ELIGYN", "WAIVER") == [
        ("102-009", "INC05", "N", "N", ""),
        ("106-001", "EXC04", "Y", "N", ""),
        ("106-003", "INC06", "N", "Y", "waiver 12 MAR 2014"),
    ]
    last = {row["SUBJECT"]: row for row in rows}
    assert len(last) == 31
    assert all(not row["IETESTCD"] and row["ELIGYN"] in "YN" for row in last.values())
    assert {name for name, row in last.items() if row["ELIGYN"] == "N"} == {"102-009", "106-001"}

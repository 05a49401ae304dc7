"""Documented corrections of raw cells."""

from __future__ import annotations

import random
from dataclasses import replace

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from clinmap.corrections import Correction, columns_of, corrected
from clinmap.problems import Location

SLIP = Correction(
    "C1", "samp", (("SUBJ", "01"), ("SAMP", "P2")), "DAY", "13 MAR 2013", "14 MAR 2013",
    "date of the day before", "DM", location=Location("s/corrections.csv", 2),
)  # fmt: skip


def samples() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "SUBJ": ["01", "01", "02", None],
            "SAMP": ["P1", "P2", "P2", "P2"],
            "DAY": ["13 MAR 2013", "13 MAR 2013", None, "13 MAR 2013"],
        },
        dtype="str",
    )


def codes(*corrections: Correction) -> list[tuple[str, int, tuple[str, ...]]]:
    found = corrected(samples(), corrections)
    return [(problem.code, problem.count, problem.rows) for problem in found.problems]


def test_one_cell_is_changed_and_the_table_as_read_is_not() -> None:
    raw = samples()
    found = corrected(raw, [SLIP])
    assert found.frame["DAY"].iloc[1] == "14 MAR 2013"
    changed = found.frame.compare(raw)
    assert changed.shape == (1, 2)
    assert raw.equals(samples())
    assert [(item.correction.id, item.record) for item in found.applied] == [("C1", 2)]


def test_a_correction_is_logged_with_its_row_and_line_and_without_values() -> None:
    (problem,) = corrected(samples(), [SLIP]).problems
    assert (problem.code, problem.dataset, problem.variable) == ("COR001", "samp", "DAY")
    assert problem.rows == ("samp:2",)
    assert problem.location == SLIP.location
    said = f"{problem.message} {problem.hint}"
    assert not any(word in said for word in ("MAR", "01", "P2"))


def test_a_cell_that_holds_something_else_is_left_alone() -> None:
    other = replace(SLIP, old="12 MAR 2013")
    assert corrected(samples(), [other]).frame.equals(samples())
    assert codes(other) == [("COR002", 1, ("samp:2",))]


def test_a_key_must_mean_one_row() -> None:
    none = replace(SLIP, key=(("SUBJ", "01"), ("SAMP", "P9")))
    several = replace(SLIP, id="C2", key=(("SAMP", "P2"),))
    assert codes(none, several) == [
        ("COR003", 1, ()),
        ("COR003", 3, ("samp:2", "samp:3", "samp:4")),
    ]
    assert corrected(samples(), [none, several]).frame.equals(samples())


def test_cells_are_emptied_and_filled() -> None:
    emptied = replace(SLIP, new="")
    filled = replace(SLIP, id="C2", key=(("SUBJ", "02"),), old="", new="1 JAN 2014")
    frame = corrected(samples(), [emptied, filled]).frame
    assert frame["DAY"].isna().tolist() == [False, True, False, False]
    assert frame["DAY"].iloc[2] == "1 JAN 2014"
    assert frame["DAY"].dtype == samples()["DAY"].dtype


def test_a_corrected_key_does_not_hide_its_row_from_another_correction() -> None:
    renamed = replace(SLIP, id="C0", key=(("SAMP", "P1"),), column="SUBJ", old="01", new="09")
    dated = replace(SLIP, id="C2", key=(("SUBJ", "01"), ("SAMP", "P1")))
    for order in ([renamed, dated], [dated, renamed]):
        frame = corrected(samples(), order).frame
        assert frame.iloc[0].tolist() == ["09", "P1", "14 MAR 2013"]


def test_columns_that_corrections_need() -> None:
    assert columns_of([SLIP]) == {"samp": frozenset({"SUBJ", "SAMP", "DAY"})}


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_and_of_corrections_does_not_matter(chance: random.Random) -> None:
    other = replace(SLIP, id="C2", key=(("SAMP", "P1"),), new="12 MAR 2013")
    order, corrections = list(range(4)), [SLIP, other]
    chance.shuffle(order)
    chance.shuffle(corrections)
    shuffled = samples().iloc[order].reset_index(drop=True)
    found = corrected(shuffled, corrections).frame
    found.index = pd.Index(order)
    assert found.sort_index().equals(corrected(samples(), [SLIP, other]).frame)

"""Tables and series to lay out."""

from __future__ import annotations

import pytest

from clinmap.results.shown import Column, Marks, Records, Row, TableShown, Value

HOSTILE = "=HYPERLINK(\"x\") <script>alert('1')</script> {\\rtf} & µ 🦠 \x00\n$x_{"


@pytest.fixture
def table() -> TableShown:
    """Two doses and a total, a heading, indented rows, a value without estimate."""
    return TableShown(
        "T-P1-1",
        "DLTs by Dose Level",
        "DLT-evaluable",
        (Column("1", "25 mg", 6), Column("2", "50 mg", 1), Column("t", "Total", 7)),
        (
            Row("Subjects with a DLT", 0),
            Row("n (%)", 1, (Value("1 (16.7)", 1.0), Value("0", 0.0), Value("1 (14.3)", 1.0))),
            Row("95% CI", 1, (Value("(0.4; 64.1)", 0.2), Value("NE", None, None, "one subject"),
                              Value("(0.4; 57.9)", 0.1))),
        ),
        ("NE: not estimable, one subject.", "Source: ADDLT. Data as of 2016-03-31."),
        mark="SYNTHETIC DATA",
    )  # fmt: skip


@pytest.fixture
def hostile_table() -> TableShown:
    """A table each text of which would break a format that does not escape it."""
    return TableShown(
        HOSTILE, HOSTILE, HOSTILE, (Column("1", HOSTILE, 1),),
        (Row(HOSTILE, 1, (Value(HOSTILE, 1.0, None, HOSTILE),)), Row(HOSTILE)),
        (HOSTILE,), HOSTILE, HOSTILE,
    )  # fmt: skip


def records(count: int) -> tuple[Records, ...]:
    """One record for each of so many marks."""
    return tuple(Records("ADEFF", (row,), "AVAL") for row in range(1, count + 1))


MARKS: dict[str, Marks] = {
    "line": Marks("line", "25 mg", (0.0, 1.0, 2.0), (1.0, None, 4.0), (0.5, None, 3.0),
                  (2.0, None, 5.0), records=records(3)),
    "points": Marks("points", "Weight", (1.0, 2.0), (3.0, 4.0), records=records(2)),
    "step": Marks("step", "All", (0.0, 50.0), (100.0, 50.0), records=records(2)),
    "bars": Marks("bars", "DLT", ("A", "B", "C"), (0.0, 20.0, 50.0), (0.0, 1.0, 9.0),
                  (40.0, 60.0, 90.0), texts=("0/6", "1/5", "2/4"), records=records(3)),
    "box": Marks("box", "quartiles", (1.0, 8.0), (2.0, 3.0), (1.0, 2.0), (3.0, 4.0),
                 least=(0.0, 1.0), most=(5.0, 6.0), records=records(2)),
    "tiles": Marks("tiles", "log2 ratio", ("D1", "D8", "D8"), ("NK", "NK", "T"),
                   shade=(-1.0, 0.0, 2.0), texts=("-1.0", "0.0", "2.0"), records=records(3)),
    "intervals": Marks("intervals", "Difference", (3.0, -8.0), ("Pain", "Fever"), (-8.0, -20.0),
                       (14.0, 4.0), texts=("3.0", "-8.0"), records=records(2)),
    "spans": Marks("spans", "25 mg", (30.0, 90.0), ("101-001", "101-002"), (0.0, 0.0),
                   (30.0, 90.0), records=records(2)),
}  # fmt: skip
"""One series of each kind."""


@pytest.fixture
def marks() -> dict[str, Marks]:
    return MARKS

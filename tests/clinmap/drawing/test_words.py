"""Figures in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clinmap.drawing import figure_alt
from clinmap.results.shown import FigureShown, Marks, Panel


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("line", "line 25 mg, 3 marks from 1 to 4"),
        ("bars", "bars DLT, 3 marks from 0 to 50"),
        ("tiles", "tiles log2 ratio, 3 marks from -1 to 2"),
        ("spans", "spans 25 mg, 2 marks from 30 to 90"),
        ("intervals", "intervals Difference, 2 marks"),
    ],
)
def test_a_series_in_words(kind: str, said: str, marks: dict[str, Marks]) -> None:
    """Kind, label, how many, and the range of what they show."""
    figure = FigureShown("F-1", "Title", "SAFFL", (Panel("P", "x", "y", (marks[kind],)),))
    assert figure_alt(figure) == f"F-1: Title. Population: SAFFL. P, y against x: {said}."


def test_many_series_are_counted(marks: dict[str, Marks]) -> None:
    """Nobody listens to fifty subjects."""
    lines = tuple(replace(marks["line"], label=f"101-{n}") for n in range(50))
    figure = FigureShown("F-1", "", "", (Panel("", "", "", lines, y_log=True),))
    assert figure_alt(figure) == "F-1. (logarithmic y): 50 series of line."


def test_nothing_is_drawn() -> None:
    """The reason is said."""
    assert figure_alt(FigureShown("F-1", "T", "", (), (), "no records.")) == (
        "F-1: T. Nothing is drawn: no records."
    )

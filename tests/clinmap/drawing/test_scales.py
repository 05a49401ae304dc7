"""Where marks stand: categories and their order."""

from __future__ import annotations

import math

from clinmap.drawing.scales import category_labels, scales_of
from clinmap.results.shown import Marks, Panel


def test_a_waterfall_of_several_groups_falls() -> None:
    """Bars of series that share no category stand by size, the greatest first."""
    low = Marks("bars", "25 mg", ("S1", "S3"), (40.0, -50.0))
    high = Marks("bars", "50 mg", ("S2", "S4"), (10.0, -80.0))
    assert scales_of(Panel("", "", "", (low, high)))[0].categories == ("S1", "S2", "S3", "S4")


def test_swimmers_of_several_groups_rise_to_the_longest() -> None:
    """Spans stand by their ends, the longest on top; points bring no category before them."""
    low = Marks("spans", "25 mg", (), ("S1", "S3"), (0.0, 0.0), (40.0, 500.0))
    high = Marks("spans", "50 mg", (), ("S2",), (0.0,), (90.0,))
    points = Marks("points", "Death", (400.0,), ("S3",))
    assert scales_of(Panel("", "", "", (points, low, high)))[1].categories == ("S1", "S2", "S3")


def test_groups_that_share_categories_keep_the_order_of_the_first() -> None:
    """Bars side by side: the categories as they come."""
    one = Marks("bars", "A", ("Grade 1", "Grade 2"), (1.0, 9.0))
    two = Marks("bars", "B", ("Grade 1", "Grade 3"), (5.0, 2.0))
    found = scales_of(Panel("", "", "", (one, two)))[0].categories
    assert found == ("Grade 1", "Grade 2", "Grade 3")


def test_an_order_that_is_asked_for_comes_first() -> None:
    """Categories that it does not name follow, so that no mark is lost."""
    marks = Marks("bars", "", ("C", "A", "B"), (1.0, 2.0, 3.0))
    panel = Panel("", "", "", (marks,), x_order=("B", "A"))
    assert scales_of(panel)[0].categories == ("B", "A", "C")


def test_bars_at_numbers_stand_at_categories() -> None:
    """A dose of 25.0 is called 25."""
    scale = scales_of(Panel("", "", "", (Marks("bars", "", (25.0, 50.0), (1.0, 2.0)),)))[0]
    assert scale.categories == ("25", "50")
    assert scale.at((50.0, None, 25.0))[::2] == [1.0, 0.0]


def test_a_logarithmic_axis_has_no_place_for_zero() -> None:
    """It is a gap; without any positive number the axis is linear."""
    marks = Marks("line", "", (0.0, 10.0), (1.0, 1.0))
    x, _ = scales_of(Panel("", "", "", (marks,), x_log=True))
    assert [math.isnan(n) for n in x.at(marks.x)] == [True, False]
    none = Marks("line", "", (0.0, -1.0), (1.0, 1.0))
    assert not scales_of(Panel("", "", "", (none,), x_log=True))[0].log


def test_few_or_different_names_are_not_shortened() -> None:
    """Only what many share is left out."""
    assert category_labels(["A-1-1", "A-1-2"]) == (("A-1-1", "A-1-2"), "")
    names = [f"{letter}-1-2-3" for letter in "ABCDEFGHI"]
    assert category_labels(names) == (tuple(names), "")
    assert category_labels([]) == ((), "")

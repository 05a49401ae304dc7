"""Profiles of raw columns."""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.profiling import profile_column, profile_table
from clinmap.profiling.date_formats import found_dates, found_times


def column(*texts: str | None) -> pd.Series:
    """A column of text as readers give it."""
    return pd.Series(list(texts), dtype="str")


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (("1", "2", "30"), "integer"),
        (("1", "2.5", "<0.5"), "decimal"),
        (("Y", "N", "Y"), "yes/no"),
        (("08:15", "17:40"), "time"),
        (("03 MAR 2014", "UN MAR 2014"), "date"),
        (("2014-03-01T08:00", "2014-03-02T09:30"), "datetime"),
        (("2014", "2015"), "integer"),
        (("Mild", "Severe") * 10, "coded"),
        (tuple(f"word {n} of a text" for n in "abcdefgh"), "text"),
        ((None, None), "empty"),
    ],
)
def test_the_kind_of_a_column(texts: tuple[str | None, ...], kind: str) -> None:
    """Types are told by the texts alone."""
    assert profile_column("X", column(*texts)).kind == kind


def test_counts() -> None:
    """Missing and distinct values, the longest, and whether all differ."""
    found = profile_column("X", column("a", "bbb", None, "a"))
    assert (found.rows, found.missing, found.distinct, found.longest) == (4, 1, 2, 3)
    assert found.values[0] == ("a", 2)
    assert not found.is_unique
    assert profile_column("X", column("a", "b")).is_unique


def test_partial_dates_are_counted() -> None:
    """A date without a day or month counts; one that says unknown is no date."""
    found = found_dates(["03 MAR 2014", "UN MAR 2014", "2014", "UNK"])
    assert found is not None
    assert found.formats == ("DD MON YYYY",)
    assert found.partial == 2


def test_two_formats_in_one_column() -> None:
    """Sites write dates in two ways: both formats are found, the more frequent one first."""
    found = found_dates(["2014-03-01", "2014-03-02", "2014-03-03", "04 MAR 2014"])
    assert found is not None
    assert found.formats == ("YYYY-MM-DD", "DD MON YYYY")


def test_day_or_month_first() -> None:
    """Where no day is past 12 both readings are named; one day past 12 decides."""
    unclear, clear = found_dates(["01/02/2014"]), found_dates(["01/02/2014", "01/13/2014"])
    assert unclear is not None
    assert unclear.others == ("DD/MM/YYYY",)
    assert clear is not None
    assert (clear.formats, clear.others) == (("MM/DD/YYYY",), ())


def test_numbers_are_no_times() -> None:
    """A time has a colon."""
    assert found_times(["0815", "1740"]) == ()


def test_what_tells_rows_apart() -> None:
    """The fewest columns whose values together are unique."""
    frame = pd.DataFrame(
        {"SUBJ": ["1", "1", "2", "2"], "VISIT": ["A", "B", "A", "B"], "Z": ["k", "k", "k", "k"]},
        dtype="str",
    )
    assert set(profile_table("vs", frame).keys) == {"SUBJ", "VISIT"}
    assert profile_table("dm", frame.iloc[[0, 2]]).keys == ("SUBJ",)


def test_a_table_without_rows() -> None:
    """Every column of it is empty."""
    found = profile_table("ae", pd.DataFrame({"A": column(), "B": column()}))
    assert [c.kind for c in found.columns] == ["empty", "empty"]
    assert found.keys == ()

"""What a message may show of the data."""

from __future__ import annotations

import pytest

from clinmap.problems import quoted, says_who


@pytest.mark.parametrize(
    "text",
    [
        "101-001",
        "01-01",
        "1-12",
        "01/02",
        "01 02",
        "01.02.03",
        "S01",
        "PT-07",
        "somebody@site",
        "two\nlines",
        "a" * 61,
    ],
)
def test_what_may_stand_for_somebody_is_only_described(text: str) -> None:
    assert quoted(text) == f"a text of {len(text)} characters, not shown"


@pytest.mark.parametrize(
    "text", ["Mal", "<0.5", "12.5", "C1D1", "CD19", "IL-10", "2+", "mg/dL", "10^9/L", "WEEK 12"]
)
def test_words_of_forms_and_lists_are_shown(text: str) -> None:
    assert quoted(text) == repr(text)


@pytest.mark.parametrize(
    "column",
    ["USUBJID", "SUBJID", "Subject ID", "PATNUM", "Patient No", "INITIALS", "pid", "RANDNO"],
)
def test_no_text_of_a_column_that_says_who_is_shown(column: str) -> None:
    assert quoted("Mal", column) == quoted("Mal", "AESEV", column)
    assert "Mal" not in quoted("Mal", column)


@pytest.mark.parametrize("column", ["AESEV", "PATHRES", "VISIT", "SPECID", "INITDOSE", "LBNAM"])
def test_other_columns_do_not_say_who(column: str) -> None:
    assert not says_who(column)

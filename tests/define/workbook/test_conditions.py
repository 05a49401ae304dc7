"""Where clauses as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from define.workbook.conditions import Ask, clauses_text, comparator_of, parse_clauses, parse_values

NAMES = st.sampled_from(["LBTESTCD", "DM.SEX", "_X1", "{IT.A.B}"])
VALUES = st.text(max_size=12)
MANY = st.tuples(st.sampled_from(["IN", "NOTIN"]), st.lists(VALUES, min_size=1, max_size=3))
ONE = st.tuples(
    st.sampled_from(["EQ", "NE", "LT", "LE", "GT", "GE"]), st.lists(VALUES, min_size=1, max_size=1)
)
ASKS = st.builds(lambda name, asked: Ask(name, asked[0], tuple(asked[1])), NAMES, ONE | MANY)
CLAUSES = st.lists(st.lists(ASKS, min_size=1, max_size=3), min_size=1, max_size=3)


@given(CLAUSES)
def test_what_is_written_is_read_again(clauses: list[list[Ask]]) -> None:
    """Any names, comparators and values: the text gives the same conditions."""
    assert parse_clauses(clauses_text(clauses)) == tuple(map(tuple, clauses))


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("LBTESTCD EQ GLUC and LBSPEC IN (SERUM, PLASMA)",
         [Ask("LBTESTCD", "EQ", ("GLUC",)), Ask("LBSPEC", "IN", ("SERUM", "PLASMA"))]),
        ("DSCAT EQ DISPOSITION EVENT AND VISITNUM >= 2",
         [Ask("DSCAT", "EQ", ("DISPOSITION EVENT",)), Ask("VISITNUM", "GE", ("2",))]),
        ("LBCAT ne 'URINE and BLOOD'", [Ask("LBCAT", "NE", ("URINE and BLOOD",))]),
        ('QSTEST not in ("A, B", C)', [Ask("QSTEST", "NOTIN", ("A, B", "C"))]),
        ("PARAMCD=X", [Ask("PARAMCD", "EQ", ("X",))]),
        ("EXTRT EQ Drug and Placebo", [Ask("EXTRT", "EQ", ("Drug and Placebo",))]),
    ],
)  # fmt: skip
def test_what_people_write_is_read(text: str, asks: list[Ask]) -> None:
    """Case, signs for comparators, values with blanks, quotes of both kinds."""
    assert parse_clauses(text) == (tuple(asks),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "VARIABLE EQ VALUE"),
        ("WC.LB.GLUC", "VARIABLE EQ VALUE"),
        ("LBTESTCD EQ", "without a value"),
        ("LBTESTCD IN (A) LBSPEC EQ B", "joined by"),
    ],
)
def test_what_is_no_condition_is_refused(text: str, said: str) -> None:
    """The message says what a condition looks like, or where it ends."""
    with pytest.raises(ValueError, match=said):
        parse_clauses(text)


def test_values_of_a_cell() -> None:
    """Commas separate; quotes and brackets are for values that hold some."""
    assert parse_values('(A, "B, C" ,D)') == ("A", "B, C", "D")
    with pytest.raises(ValueError, match="written A, B"):
        parse_values('A, "B')


def test_comparator_that_is_none() -> None:
    """The message lists those that there are."""
    with pytest.raises(ValueError, match="NOTIN"):
        comparator_of("LIKE")

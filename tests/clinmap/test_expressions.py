"""The language of conditions: what it reads, what it refuses and what it then says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clinmap.execution.evaluate import evaluate, is_true
from clinmap.expressions import parse_condition, parse_expression
from clinmap.plan import Ref

COLUMNS = {
    "A": pd.Series(["1", "20", "x", None], dtype="str"),
    "B": pd.Series([1.0, 2.0, np.nan, 4.0]),
    "IT.C D": pd.Series(["Yes", "no", None, ""], dtype="str"),
}
INDEX = pd.RangeIndex(4)


def values(text: str) -> list[object]:
    result = evaluate(parse_expression(text), lambda ref: COLUMNS[ref.column], INDEX)
    return [None if pd.isna(value) else value for value in result]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$A == '1'", [True, False, False, None]),
        ("$A == 1", [True, False, None, None]),
        ("$A > 3", [False, True, None, None]),
        ("$A > '3'", [False, False, True, None]),
        ("$B < 2 or missing($A)", [True, False, None, True]),
        ("not ($B < 2)", [False, True, None, True]),
        ("0 < $B < 3", [True, True, None, False]),
        ("$A in ('1', 'x')", [True, False, True, None]),
        ("$A not in ('1', 'x')", [False, True, False, None]),
        ("$B in (1, 4)", [True, False, None, True]),
        ("missing($B)", [False, False, True, False]),
        ("present($A) and $B > 0", [True, True, None, False]),
        ("$B / 0", [None, None, None, None]),
        ("-$B + 1", [0, -1, None, -3]),
        ("$B*2 - $B / 2", [1.5, 3, None, 6]),
        ("round($B / 3, 1)", [0.3, 0.7, None, 1.3]),
        ("floor($B / 3)", [0, 0, None, 1]),
        ("digits($B, 3)", ["001", "002", None, "004"]),
        ("absolute(1 - $B)", [0, 1, None, 3]),
        ("power($B, 2)", [1, 4, None, 16]),
        ("power($B - 3, 0.5)", [None, None, None, 1]),
        ("power(1, number($A))", [1, 1, None, None]),
        ("number($A)", [1, 20, None, None]),
        ("least($B, 2)", [1, 2, 2, 2]),
        ("greatest($A, 'b')", ["b", "b", "x", "b"]),
        ("coalesce($B, 9)", [1, 2, 9, 4]),
        ("upper(`$IT.C D`)", ["YES", "NO", None, ""]),
        ("length($A)", [1, 2, 1, None]),
        ("contains($A, '2')", [False, True, False, None]),
        ("starts($A, '2')", [False, True, False, None]),
        ("starts($A, text($B))", [True, True, None, None]),
        ("matches($A, '[0-9]+')", [True, True, False, None]),
    ],
)
def test_values(text: str, expected: list[object]) -> None:
    assert values(text) == pytest.approx(expected)


def test_row_is_taken_only_where_the_condition_is_true() -> None:
    taken = is_true(parse_condition("$A == 1"), lambda ref: COLUMNS[ref.column], INDEX)
    assert taken.tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("$A == 1", [Ref("source", "A")]),
        ("$IT.AE == 'a.b'", [Ref("source", "IT.AE")]),
        ("$t/COL > .VAR", [Ref("table", "COL", "t"), Ref("own", "VAR")]),
        ("DM.SEX == 'F' and DM.SEX != 'M'", [Ref("dataset", "SEX", "DM")]),
        ("`$Visit Name` == '$A'", [Ref("source", "Visit Name")]),
        ("$A/$B > 1", [Ref("source", "A"), Ref("source", "B")]),
        ("$A-$B > 1", [Ref("source", "A"), Ref("source", "B")]),
        (".A/.B > 1.5", [Ref("own", "A"), Ref("own", "B")]),
    ],
)
def test_references(text: str, references: list[Ref]) -> None:
    assert list(parse_expression(text).references) == references


@pytest.mark.parametrize(
    "text", ["$A", "$A + 1", "number($A)", "'Y'", "1", "null", "coalesce($A, 'x')"]
)
def test_no_condition(text: str) -> None:
    with pytest.raises(ValueError, match="no condition"):
        parse_condition(text)


@pytest.mark.parametrize(
    "text",
    ["$A == 1", "missing($A)", "not $A > 1", "$A in (1, 2)", "true", "contains($A, 'x')",
     "1 < $A < 2"],
)  # fmt: skip
def test_condition(text: str) -> None:
    assert parse_condition(text).is_condition


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$A == null", "missing(...)"),
        ("$A in ('a', null)", "missing(...)"),
        ("$A and $B > 1", "take conditions"),
        ("not $A", "take conditions"),
        ("missing($A) == true", "where a value is needed"),
        ("upper($A > 1)", "where a value is needed"),
        ("($A > 1) + 1", "where a value is needed"),
        ("$A/2 > 1", "to divide write spaces: $A / 2"),
        ("SEX == 'F'", "write $SEX for a column"),
        ("DISPOSITION.DSDECOD == 'X'", "2 to 8"),
        ("mising($A)", "Did you mean missing?"),
        ("upper($A, 'x')", "takes 1 to 1 arguments"),
        ("$A ** 2", "other than + - * /"),
        ("$A is 2", "compares with `is`"),
        ("$A == ", "cannot be read"),
        ("[x for x in 'abc']", "what the language has not"),
        ("(lambda: 1)()", "not a function"),
        ("matches($A, '(')", "no regular expression"),
        ("matches($A, $B)", "in quotes"),
        ("`Visit Name` == 'x'", "is not a reference"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words are what is tested
        parse_expression(text)
    assert said in str(caught.value)


def test_no_rows() -> None:
    empty = pd.RangeIndex(0)
    for text in ("upper($A)", "round($A, 1)", "$A in ('x', 'y')", "contains($A, 'x')"):
        result = evaluate(parse_expression(text), lambda _: pd.Series([], dtype="str"), empty)
        assert len(result) == 0

"""Computed values, and the texts that were to be numbers and are none."""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.expressions import parse_expression
from clinmap.operations.compute import Compute
from tests.rows_of import TestRows


def rows(*texts: str | None, name: str = "$DOSE") -> TestRows:
    return TestRows({name: pd.Series(texts, dtype="str")})


@pytest.mark.parametrize(
    "written",
    [
        "number($DOSE)",
        "$DOSE * 2",
        "2 - $DOSE",
        "round($DOSE, 1)",
        "floor($DOSE)",
        "absolute($DOSE)",
        "power($DOSE, 2)",
        "digits($DOSE, 3)",
        "coalesce(number($DOSE), 0)",
        "number($DOSE) > 0",
    ],
)
def test_a_text_that_is_no_number_is_listed(written: str) -> None:
    of = rows("5", "half a tablet", None, "half a tablet", "two")
    Compute(parse_expression(written)).apply(of)
    assert of.reported == [
        ("TYP001", "'half a tablet' in $DOSE is no number", [1, 3]),
        ("TYP001", "'two' in $DOSE is no number", [4]),
    ]


def test_what_is_only_compared_or_taken_as_text_is_not_listed() -> None:
    for written in ("$DOSE > 3", "$DOSE == 'two'", "upper($DOSE)", "coalesce($DOSE, '0')"):
        of = rows("5", "two")
        Compute(parse_expression(written)).apply(of)
        assert of.reported == []


def test_a_known_text_may_become_missing_in_silence() -> None:
    of = rows("5", "UNK")
    made = Compute(parse_expression("number($DOSE)"), otherwise="missing").apply(of)
    assert made[0] == 5
    assert pd.isna(made[1])
    assert of.reported == []


def test_a_column_that_is_read_twice_is_listed_once() -> None:
    of = rows("two")
    Compute(parse_expression("number($DOSE) * number($DOSE)")).apply(of)
    assert [where for _, _, where in of.reported] == [[0]]


def test_an_inner_text_is_listed_with_the_expression() -> None:
    of = rows("two")
    Compute(parse_expression("number(upper($DOSE))")).apply(of)
    assert of.reported == [("TYP001", "'TWO' in number(upper($DOSE)) is no number", [0])]


def test_many_texts_are_counted_and_not_named() -> None:
    of = rows(*(f"text {chr(97 + number)}" for number in range(21)))
    Compute(parse_expression("number($DOSE)")).apply(of)
    assert of.reported == [
        ("TYP001", "21 different texts in $DOSE are no numbers", list(range(21)))
    ]


@pytest.mark.parametrize(
    ("name", "text"), [("$DOSE", "01-01"), ("$SUBJID", "Mal"), ("$Patient No", "B")]
)
def test_what_may_be_an_identifier_is_not_named(name: str, text: str) -> None:
    of = rows(text, name=name)
    Compute(parse_expression(f"number(`{name}`)")).apply(of)
    [(_, message, _)] = of.reported
    assert text not in message.replace(name, "")

"""Groups of check boxes."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

from clinmap.operations.checked import Checked
from tests.rows_of import TestRows

BOXES = {"$R1": "ASIAN", "$R2": "WHITE", "$R3": "UNKNOWN"}


def rows(*forms: tuple[str | None, str | None, str | None]) -> TestRows:
    columns = zip(*forms, strict=True)
    return TestRows({f"$R{n}": pd.Series(c, dtype="str") for n, c in enumerate(columns, start=1)})


def values(operation: Checked, of: TestRows) -> list[str | None]:
    return [None if pd.isna(value) else value for value in operation.apply(of).tolist()]


def test_one_checked_box_gives_its_term() -> None:
    of = rows(("1", None, ""), (None, "X", "0"), ("no", "N", "yes"))
    assert values(Checked(BOXES), of) == ["ASIAN", "WHITE", "UNKNOWN"]
    assert of.reported == []


def test_several_boxes_are_what_the_rule_says() -> None:
    of = rows(("1", "1", None), ("1", "1", "1"), ("1", None, None))
    assert values(Checked(BOXES, several="MULTIPLE"), of) == ["MULTIPLE", "MULTIPLE", "ASIAN"]
    assert values(Checked(BOXES, separator="|"), of) == [
        "ASIAN|WHITE", "ASIAN|WHITE|UNKNOWN", "ASIAN",
    ]  # fmt: skip
    assert of.reported == []


def test_several_boxes_without_a_rule_are_listed_and_missing() -> None:
    of = rows(("1", "1", None), ("1", None, None))
    assert values(Checked(BOXES), of) == [None, "ASIAN"]
    assert [(code, where) for code, _, where in of.reported] == [("TRM003", [0])]


def test_no_box_is_missing_or_what_the_rule_says() -> None:
    of = rows((None, "0", ""))
    assert values(Checked(BOXES), of) == [None]
    assert values(Checked(BOXES, none="NOT REPORTED"), of) == ["NOT REPORTED"]


def test_a_strange_mark_is_listed_and_does_not_count_as_checked() -> None:
    of = rows(("2", "1", None), ("maybe", None, None))
    assert values(Checked(BOXES), of) == ["WHITE", None]
    assert [(code, where) for code, _, where in of.reported] == [("TRM002", [0, 1])]
    assert values(Checked(BOXES, marks=("2",), unmarked=("1",)), rows(("2", "1", None))) == [
        "ASIAN"
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"checked": {}},
        {"checked": {"R1": "ASIAN"}},
        {"checked": BOXES, "several": "MULTIPLE", "separator": "|"},
    ],
)
def test_what_does_not_fit_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Checked(**wrong)  # type: ignore[arg-type]


def test_terms_are_checked_against_the_codelist() -> None:
    assert Checked(BOXES, several="MULTIPLE").literals() == (*BOXES.values(), "MULTIPLE", None)
    assert Checked(BOXES, separator="|").literals() == ()

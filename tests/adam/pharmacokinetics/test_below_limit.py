"""Concentrations below the limit of quantification."""

from __future__ import annotations

import pandas as pd
import pytest

from adam import BelowLimit
from clinmap.expressions import parse_condition
from clinmap.plan import Ref
from tests.rows_of import TestRows

VALUE, LIMIT, TIME = Ref("own", "VALUE"), Ref("own", "LIMIT"), Ref("own", "TIME")
PROFILE = (Ref("own", "DAY"),)
BELOW = parse_condition(".TEXT == 'BLQ'")
NOTHING = float("nan")


def rows(texts: list[str | None], days: list[str] | None = None) -> TestRows:
    numbers = pd.to_numeric(pd.Series(texts, dtype="str"), errors="coerce").astype("float64")
    own = {
        "USUBJID": pd.Series(["A"] * len(texts), dtype="str"),
        "DAY": pd.Series(days or ["1"] * len(texts), dtype="str"),
        "TIME": pd.Series(range(len(texts)), dtype="float64"),
        "TEXT": pd.Series(texts, dtype="str"),
        "VALUE": numbers,
        "LIMIT": pd.Series([0.5] * len(texts)),
    }
    return TestRows(own)


def values(texts: list[str | None], days: list[str] | None = None, **how: str) -> list[object]:
    operation = BelowLimit(VALUE, BELOW, LIMIT, PROFILE, TIME, **how)  # type: ignore[arg-type]
    return [None if pd.isna(value) else value for value in operation.apply(rows(texts, days))]


PROFILE_TEXTS: list[str | None] = ["BLQ", "4", "BLQ", "2", None, "BLQ", "BLQ"]


def test_zero_before_and_missing_between_and_after() -> None:
    assert values(PROFILE_TEXTS) == [0, 4, None, 2, None, None, None]


def test_each_place_has_its_own_rule() -> None:
    made = values(PROFILE_TEXTS, before="missing", between="half", after="limit")
    assert made == [None, 4, 0.25, 2, None, 0.5, 0.5]


def test_what_was_done_has_a_name() -> None:
    made = values(PROFILE_TEXTS, between="half", after="limit", give="type")
    assert made == ["BLQZERO", None, "HALFLLOQ", None, None, "LLOQ", "LLOQ"]


def test_profiles_are_apart_and_one_without_a_measurable_result_is_all_before() -> None:
    assert values(["4", "BLQ", "BLQ"], ["1", "1", "2"]) == [4, None, 0]
    assert values(["BLQ", "BLQ"]) == [0, 0]


def test_a_number_below_the_limit_counts_as_below() -> None:
    seen = rows(["0.4", "4", "0.3"])
    below = parse_condition(".VALUE < .LIMIT")
    made = BelowLimit(VALUE, below, LIMIT, PROFILE, TIME).apply(seen)
    assert [None if pd.isna(value) else value for value in made] == [0, 4, None]


@pytest.mark.parametrize("give", ["value", "type"])
def test_it_works_without_rows(give: str) -> None:
    assert values([], give=give) == []


def test_the_rule_is_said() -> None:
    text = BelowLimit(VALUE, BELOW, LIMIT, PROFILE, TIME, after="half").describe().method
    assert text.startswith("As VALUE; where ")
    assert text.endswith(
        "0 before the first measurable concentration of the profile, missing between measurable "
        "ones, half of the limit after the last one."
    )

"""Results in standard form and in standard units."""

from __future__ import annotations

import math

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from clinmap.plan import PlanCodelist, Ref
from clinmap.terminology import load_packaged
from sdtm import StandardResult
from tests.rows_of import TestRows

RESULT, UNIT, FACTOR = Ref("own", "LBORRES"), Ref("own", "UNIT"), Ref("own", "FACTOR")


def rows(results: list[str | None], units: list[str | None], factors: list[float]) -> TestRows:
    own = {
        "LBORRES": pd.Series(results, dtype="str"),
        "UNIT": pd.Series(units, dtype="str"),
        "FACTOR": pd.Series(factors, dtype="float64"),
    }
    return TestRows(own)


def text(of: TestRows) -> list[str | None]:
    made = StandardResult(RESULT, factor=FACTOR, unit=UNIT).apply(of)
    return [None if pd.isna(value) else value for value in made.tolist()]


def test_the_same_count_in_four_notations_is_one_number() -> None:
    given_rows = rows(
        ["850", "0.85", "0.85", "0,85"], ["/uL", "x10e3/uL", "K/uL", "10^9/L"], [0.001, 1, 1, 1]
    )
    assert text(given_rows) == ["0.85"] * 4
    assert given_rows.reported == [("RES004", "results of .LBORRES with a comma", [3])]


def test_a_limit_keeps_its_sign_and_has_no_number() -> None:
    given_rows = rows(["<0.1", ">200"], ["mg/dL", "mg/dL"], [17.104, 1])
    assert text(given_rows) == ["<1.7104", ">200"]
    number = StandardResult(RESULT, give="number", factor=FACTOR).apply(given_rows)
    assert number.isna().all()


def test_a_unit_without_a_factor_is_listed_and_the_result_missing() -> None:
    given_rows = rows(["5", "7"], ["furlong", None], [math.nan, math.nan])
    assert text(given_rows) == [None, "7"]
    assert [(code, where) for code, _, where in given_rows.reported] == [("RES002", [0])]


def test_words_become_terms_or_are_listed() -> None:
    codelist = load_packaged("SDTM").codelist("LBSTRESC")
    given_rows = rows(["Negative", "purple", "3", None], [None] * 4, [math.nan] * 4)
    given_rows.lists = [PlanCodelist("CL", "LBSTRESC", "", resolver=codelist)]
    assert text(given_rows) == ["NEGATIVE", None, "3", None]
    assert [(code, where) for code, _, where in given_rows.reported] == [("RES001", [1])]


def test_words_stay_where_there_is_no_codelist() -> None:
    assert text(rows(["1:160"], [None], [math.nan])) == ["1:160"]


@given(st.lists(st.sampled_from(["1,250", "<0.5", "7.10", "0,85", "x"]), min_size=1), st.randoms())
def test_the_order_of_rows_does_not_matter(results: list[str], chance: object) -> None:
    order = list(range(len(results)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    factors = [float(1 + number % 3) for number in order]
    units = ["g/L"] * len(results)
    plain = text(rows(results, units, [float(1 + n % 3) for n in range(len(results))]))
    shuffled = text(rows([results[n] for n in order], units, factors))
    assert shuffled == [plain[n] for n in order]


@given(st.lists(st.floats(0.001, 1e6), min_size=1), st.floats(0.001, 1000))
def test_the_number_is_always_the_one_in_the_text(numbers: list[float], factor: float) -> None:
    own = rows([repr(n) for n in numbers], ["u"] * len(numbers), [factor] * len(numbers))
    texts = StandardResult(RESULT, factor=FACTOR, unit=UNIT).apply(own)
    again = StandardResult(RESULT, give="number").apply(TestRows({"LBORRES": texts.astype("str")}))
    assert again.tolist() == texts.astype("float64").tolist()

"""Results in standard form and in standard units."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

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
    message = "results of .LBORRES that have no factor"
    assert given_rows.reported == [("RES002", message, [0])]


def test_words_become_terms_or_are_listed() -> None:
    codelist = load_packaged("SDTM").codelist("LBSTRESC")
    given_rows = rows(["Negative", "purple", "3", None], [None] * 4, [math.nan] * 4)
    given_rows.lists = [PlanCodelist("CL", "LBSTRESC", "", resolver=codelist)]
    assert text(given_rows) == ["NEGATIVE", None, "3", None]
    assert [(code, where) for code, _, where in given_rows.reported] == [("RES001", [1])]


def test_a_word_that_nothing_explains_is_listed_and_missing() -> None:
    given_rows = rows(["trace", "10-20%", "1:160"], [None] * 3, [math.nan] * 3)
    assert text(given_rows) == [None] * 3
    assert [(code, where) for code, _, where in given_rows.reported] == [("RES001", [0, 1, 2])]


def standard(results: list[str | None], **rules: object) -> tuple[list[str | None], TestRows]:
    """The texts of results under the rules of a field, and what was reported."""
    limits = {"LLOQ": pd.Series([0.05] * len(results)), "ULOQ": pd.Series([10.0] * len(results))}
    own = TestRows({"LBORRES": pd.Series(results, dtype="str"), **limits})
    made = StandardResult(RESULT, **rules).apply(own)  # type: ignore[arg-type]
    return [None if pd.isna(value) else value for value in made.tolist()], own


@pytest.mark.parametrize(
    ("text", "rules", "expected"),
    [
        ("ND", {"words": {"ND": "NOT DETECTED"}}, "NOT DETECTED"),
        ("nd", {"words": {"ND": None}}, None),
        ("Undetermined", {"words": {"Undetermined": "NOT DETECTED"}}, "NOT DETECTED"),
        ("1:160", {"titer": True}, "1:160"),
        ("< 1:20", {"titer": True}, "<1:20"),
        ("BLQ", {"below": Ref("own", "LLOQ")}, "<0.05"),
        ("BLQ(<1.00)", {"below": Ref("own", "LLOQ")}, "<1.00"),
        ("OOR <", {"below": Ref("own", "LLOQ")}, "<0.05"),
        ("OOR >", {"above": Ref("own", "ULOQ")}, ">10"),
        ("*12.3", {"strip": "[*]"}, "12.3"),
        ("3.1 - low beads", {"strip": " - low beads"}, "3.1"),
        ("1.250,5", {"decimal": "comma"}, "1250.5"),
    ],
)
def test_rules_of_a_field(text: str, rules: dict[str, object], expected: str | None) -> None:
    texts, of = standard([text], **rules)
    assert texts == [expected]
    assert of.reported == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("BLQ", {}),
        ("OOR >", {"below": Ref("own", "LLOQ")}),
        ("1:160", {}),
        ("*12.3", {}),
        ("0,85", {"decimal": "point"}),
        ("ND", {"words": {"NR": None}}),
    ],
)
def test_without_its_rule_a_text_is_listed(text: str, rules: dict[str, object]) -> None:
    texts, of = standard([text], **rules)
    assert texts == [None]
    assert [(code, where) for code, _, where in of.reported] == [("RES001", [0])]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (pd.Series(["1.00"] * 3, dtype="str"), ["<1.00", "<1.00", "<2.00"]),
        (pd.Series([1.0] * 3), ["<1", "<1.00", "<2.00"]),
    ],
)
def test_a_limit_stands_as_it_is_written(limit: pd.Series, expected: list[str]) -> None:
    """Of a raw column with its zeros, of a number without; what the result itself says stays."""
    own = {"LBORRES": pd.Series(["BLQ", "<1.00", "BLQ(<2.00)"], dtype="str"), "LLOQ": limit}
    made = StandardResult(RESULT, below=Ref("own", "LLOQ")).apply(TestRows(own))
    assert made.tolist() == expected


def test_a_titer_has_the_number_behind_the_colon() -> None:
    of = TestRows({"LBORRES": pd.Series(["1:160", "<1:20", "3"], dtype="str")})
    made = StandardResult(RESULT, give="number", titer=True).apply(of)
    assert made.isna().tolist() == [False, True, False]
    assert made[0] == 160


def test_units_are_converted_by_what_they_are_worth() -> None:
    own = {
        "LBORRES": pd.Series(["101.2", "37", "<99.5", "8"], dtype="str"),
        "UNIT": pd.Series(["F", "C", "F", None], dtype="str"),
        "TO": pd.Series(["C", "C", "C", None], dtype="str"),
    }
    of = TestRows(own)
    made = StandardResult(RESULT, unit=UNIT, to=Ref("own", "TO"), decimals=1).apply(of)
    assert made.tolist() == ["38.4", "37", "<37.5", "8"]
    assert of.reported == []


@pytest.mark.parametrize(
    ("unit", "to", "cause"),
    [
        ("furlong", "C", "whose unit is not known"),
        ("C", "furlong", "whose standard unit is not known"),
        (None, "C", "that have no unit"),
        ("C", None, "that have a unit, and no standard one to become"),
        ("mg/dL", "umol/L", "whose unit cannot become the standard one"),
    ],
)
def test_a_unit_without_conversion_is_listed_with_its_cause(
    unit: str | None, to: str | None, cause: str
) -> None:
    own = {"LBORRES": ["5", "POSITIVE"], "UNIT": [unit] * 2, "TO": [to] * 2}
    of = TestRows({name: pd.Series(values, dtype="str") for name, values in own.items()})
    of.lists = [
        PlanCodelist("CL", "LBSTRESC", "", resolver=load_packaged("SDTM").codelist("LBSTRESC"))
    ]
    made = StandardResult(RESULT, unit=UNIT, to=Ref("own", "TO")).apply(of)
    assert pd.isna(made[0])
    assert of.reported == [("RES002", f"results of .LBORRES {cause}", [0])]


def test_the_substance_makes_amounts_of_masses() -> None:
    own = {
        "LBORRES": pd.Series(["1", "1", "1"], dtype="str"),
        "UNIT": pd.Series(["mg/dL"] * 3, dtype="str"),
        "TEST": pd.Series(["CREAT", "BILI", "ALB"], dtype="str"),
    }
    of = TestRows(own)
    made = StandardResult(
        RESULT, unit=UNIT, to="umol/L", substance=Ref("own", "TEST"), decimals=2
    ).apply(of)
    assert made.where(made.notna(), "-").tolist() == ["88.4", "17.1", "-"]
    assert [(code, where) for code, _, where in of.reported] == [("RES002", [2])]


@pytest.mark.parametrize(
    "rules",
    [
        {"to": "C"},
        {"substance": "BILI"},
        {"to": "C", "unit": UNIT, "factor": FACTOR},
        {"strip": "["},
        {"decimal": "dot"},
    ],
)
def test_rules_that_do_not_fit_are_refused(rules: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        StandardResult(RESULT, **rules)  # type: ignore[arg-type]


@given(st.lists(st.text(max_size=8), min_size=1, max_size=8))
def test_every_text_is_standard_or_listed(results: list[str]) -> None:
    texts, of = standard(list(results))
    listed = {row for code, _, where in of.reported if code == "RES001" for row in where}
    for row, (collected, made) in enumerate(zip(results, texts, strict=True)):
        assert (made is None) == (row in listed or not collected.strip())


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

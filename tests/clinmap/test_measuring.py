"""Facts measured from frames: lengths, values, digits, and value-level groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap import measuring
from clinmap.facts import ValueFacts
from clinmap.frames import decimal_text
from clinmap.measuring import decimal_texts, measure
from clinmap.plan import DatasetPlan, VariablePlan


def _text(*values: str | None) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def _dataset(*variables: VariablePlan, by: tuple[str, ...] = ()) -> DatasetPlan:
    return DatasetPlan(
        "VS", "Vital Signs", "FINDINGS", "", "Tabulation", (), (), (), variables, value_level=by
    )


VS = _dataset(
    VariablePlan("USUBJID", "Subject", "text"),
    VariablePlan("VSTESTCD", "Test", "text"),
    VariablePlan("VSORRES", "Result", "text"),
    VariablePlan("VSSTRESN", "Number", "float"),
    VariablePlan("VSDTC", "Date", "partialDatetime"),
    by=("VSTESTCD", "VSSPEC"),
)

FRAME = pd.DataFrame(
    {
        "USUBJID": _text("S1", "S1", "S2", "S2", "S3"),
        "VSTESTCD": _text("TEMP", "TEMP", "SYSBP", "SYSBP", None),
        "VSORRES": _text("36.55", "37.0", "120", "x", " "),
        "VSSTRESN": [36.55, 37.0, 120.0, np.nan, -0.0],
        "VSDTC": _text("2014-03", "2014-03-01", None, "2014", ""),
    }
)


def test_text_is_measured_in_bytes_and_blanks_are_missing() -> None:
    frame = pd.DataFrame({"VSORRES": _text("é", "ab", "ab", "", "  ", None)})
    facts = measure(VS, frame).variables["VSORRES"]
    assert (facts.count, facts.length, facts.values) == (3, 2, ("ab", "é"))
    assert not facts.integer


def test_numbers_are_measured_as_their_shortest_decimal_text() -> None:
    facts = measure(VS, FRAME).variables["VSSTRESN"]
    assert (facts.count, facts.length, facts.digits, facts.integer) == (4, 5, 2, False)
    assert facts.values == ("0", "120", "36.55", "37")


def test_whole_numbers_have_no_digits() -> None:
    facts = measure(VS, pd.DataFrame({"VSSTRESN": [1.0, 20.0, np.nan]})).variables["VSSTRESN"]
    assert (facts.integer, facts.digits, facts.length) == (True, 0, 2)


def test_groups_are_keyed_by_all_by_variables_with_blank_for_missing() -> None:
    facts = measure(VS, FRAME).variables
    assert facts["VSORRES"].groups == {
        ("", ""): ValueFacts(),
        ("SYSBP", ""): ValueFacts(2, 3, ("120", "x"), integer=False),
        ("TEMP", ""): ValueFacts(2, 5, ("36.55", "37.0"), integer=False, digits=2),
    }
    assert facts["VSSTRESN"].groups["SYSBP", ""] == ValueFacts(1, 3, ("120",))
    assert facts["VSSTRESN"].groups["", ""] == ValueFacts(1, 1, ("0",))


def test_keys_identifiers_and_dates_have_no_groups() -> None:
    facts = measure(VS, FRAME).variables
    assert not facts["USUBJID"].groups
    assert not facts["VSTESTCD"].groups
    assert not facts["VSDTC"].groups


def test_without_value_level_there_are_no_groups() -> None:
    dataset = _dataset(VariablePlan("VSORRES", "Result", "text"))
    assert not measure(dataset, FRAME[["VSORRES"]]).variables["VSORRES"].groups


@pytest.mark.parametrize("limit", [0, 10**9])
def test_sparse_and_dense_counting_agree(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = measure(VS, FRAME)
    monkeypatch.setattr(measuring, "_BINCOUNT_LIMIT", limit)
    assert measure(VS, FRAME) == expected


def test_values_are_cut_off_but_counts_and_lengths_are_not() -> None:
    frame = pd.DataFrame(
        {
            "VSTESTCD": _text(*["T"] * 6000),
            "VSORRES": _text(*[f"{i:05d}" for i in range(5999)], "z" * 9),
        }
    )
    facts = measure(VS, frame).variables["VSORRES"]
    assert (len(facts.values), facts.complete, facts.count, facts.length) == (5000, False, 6000, 9)
    assert not facts.groups["T", ""].complete


def test_a_frame_without_rows_has_empty_facts() -> None:
    facts = measure(VS, FRAME.iloc[:0])
    assert facts.rows == 0
    assert all(known.count == 0 and known.length == 0 for known in facts.variables.values())
    assert all(not known.groups for known in facts.variables.values())


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_decimal_texts_agree_with_the_frames_contract(numbers: list[float]) -> None:
    array = np.array(numbers, dtype=np.float64)
    assert decimal_texts(array).to_pylist() == [decimal_text(number + 0.0) for number in numbers]


@given(st.permutations(range(len(FRAME))))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    assert measure(VS, FRAME.iloc[order].reset_index(drop=True)) == measure(VS, FRAME)

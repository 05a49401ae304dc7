"""A value from a table of the study's parameters."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from clinmap.operations.lookup import Lookup
from clinmap.plan import Ref
from tests.rows_of import TestRows

LEVELS = [
    {"armcd": "DL1", "dose": 25, "extra": None, "group": "LOW"},
    {"armcd": "DL5", "dose": 100, "extra": 160, "group": "HIGH"},
]
ARM = Ref("own", "ARMCD")


def rows(*codes: str | None) -> TestRows:
    own = {"ARMCD": pd.Series(codes, dtype="str")}
    return TestRows(own, parameters={"levels": LEVELS})


def test_numbers_stay_numbers_and_texts_texts() -> None:
    dose = Lookup(ARM, "levels", "armcd", "dose").apply(rows("DL5", "DL1"))
    assert dose.tolist() == [100.0, 25.0]
    assert dose.dtype == "float64"
    assert Lookup(ARM, "levels", "armcd", "group").apply(rows("DL1")).tolist() == ["LOW"]


def test_an_entry_may_hold_nothing() -> None:
    seen = rows("DL1", "DL5", None)
    made = Lookup(ARM, "levels", "armcd", "extra").apply(seen)
    assert made.isna().tolist() == [True, False, True]
    assert seen.reported == []


def test_a_value_without_an_entry_is_listed() -> None:
    seen = rows("DL9")
    assert Lookup(ARM, "levels", "armcd", "dose").apply(seen).isna().all()
    assert [(code, where) for code, _, where in seen.reported] == [("TRM001", [0])]


def test_the_study_is_asked_for_the_table_and_its_keys() -> None:
    plan = SimpleNamespace(parameters={"levels": LEVELS, "word": "x"})
    assert Lookup(ARM, "levels", "armcd", "dose").lacks(plan) == ""  # type: ignore[arg-type]
    assert "must have" in Lookup(ARM, "levels", "armcd", "price").lacks(plan)  # type: ignore[arg-type]
    for name in ("none", "word"):
        assert "must be a list" in Lookup(ARM, name, "a", "b").lacks(plan)  # type: ignore[arg-type]

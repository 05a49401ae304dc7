"""What a message of `recode` may quote: coded values, and no column of identifiers."""

from __future__ import annotations

import pandas as pd

from clinmap.operations import Recode
from clinmap.operations.listed_texts import MOST_NAMED
from clinmap.plan import PlanCodelist, Ref
from clinmap.terminology import load_packaged
from tests.rows_of import TestRows


def reported(values: list[str]) -> list[tuple[str, str, list[int]]]:
    rows = TestRows({"A": pd.Series(values, dtype="str")})
    Recode(Ref("own", "A"), map={"x": "X"}).apply(rows)
    return rows.reported


def test_a_few_values_are_named_one_by_one() -> None:
    assert [message for _, message, _ in reported(["x", "y", "y", "z"])] == [
        "'y' has no term in the map",
        "'z' has no term in the map",
    ]


def test_many_values_are_counted_and_none_is_named() -> None:
    subjects = [f"101-{n:03d}" for n in range(MOST_NAMED + 1)]
    ((code, message, rows),) = reported(["x", *subjects])
    assert (code, rows) == ("TRM001", list(range(1, MOST_NAMED + 2)))
    assert message == f"{MOST_NAMED + 1} different values have no term in the map"


def test_units_are_known_in_their_usual_spellings() -> None:
    codelist = load_packaged("SDTM").codelist("UNIT")
    rows = TestRows({"A": pd.Series(["x10e3/µL", "K/uL", "mcg/L", "furlong"], dtype="str")})
    rows.lists = [PlanCodelist("CL", "UNIT", "", resolver=codelist)]
    found = Recode(Ref("own", "A")).apply(rows)
    assert found.head(3).tolist() == ["10^9/L", "10^9/L", "ug/L"]
    assert [(code, where) for code, _, where in rows.reported] == [("TRM001", [3])]


def test_a_value_that_may_stand_for_somebody_is_not_named() -> None:
    ((_, message, _),) = reported(["x", "101-001"])
    assert message == "a text of 7 characters, not shown has no term in the map"

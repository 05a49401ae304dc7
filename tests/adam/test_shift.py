"""The shift from baseline."""

from __future__ import annotations

import pandas as pd

from adam import Shift
from clinmap.expressions import parse_condition
from clinmap.plan import Ref
from tests.rows_of import TestRows

NOW, BEFORE = Ref("own", "ANRIND"), Ref("own", "BNRIND")


def rows() -> TestRows:
    own = {
        "BNRIND": ["NORMAL", "NORMAL", None, None],
        "ANRIND": ["HIGH", None, "LOW", None],
        "PARAMCD": ["ALT", "ALT", "AST", "AST"],
    }
    return TestRows({name: pd.Series(values, dtype="str") for name, values in own.items()})


def test_a_missing_category_is_written() -> None:
    made = Shift(NOW, BEFORE).apply(rows()).tolist()
    assert made == ["NORMAL to HIGH", "NORMAL to NULL", "NULL to LOW", "NULL to NULL"]


def test_records_that_are_not_meant_have_none_and_the_words_may_be_others() -> None:
    wanted = parse_condition(".PARAMCD == 'AST'")
    made = Shift(NOW, BEFORE, between="/", missing="?", where=wanted).apply(rows())
    assert made.fillna("").tolist() == ["", "", "?/LOW", "?/?"]

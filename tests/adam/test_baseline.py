"""The value of the baseline record."""

from __future__ import annotations

import pandas as pd

from adam import Baseline
from clinmap.plan import Ref
from tests.rows_of import TestRows

BY = (Ref("own", "PARAMCD"),)


def rows(flags: list[str | None], **more: list[object]) -> TestRows:
    own = {
        "USUBJID": pd.Series(["A", "A", "A", "B"], dtype="str"),
        "PARAMCD": pd.Series(["ALT", "ALT", "AST", "ALT"], dtype="str"),
        "AVAL": pd.Series([10.0, 20.0, 30.0, 40.0]),
        "ANRIND": pd.Series(["LOW", "HIGH", None, "NORMAL"], dtype="str"),
        "ABLFL": pd.Series(flags, dtype="str"),
    }
    return TestRows(own | {name: pd.Series(values) for name, values in more.items()})


def test_every_record_of_a_subject_and_parameter_has_the_value_of_its_baseline() -> None:
    made = Baseline(Ref("own", "AVAL"), BY).apply(rows(["Y", None, None, "Y"]))
    assert made.iloc[[0, 1, 3]].tolist() == [10.0, 10.0, 40.0]
    assert made.isna().tolist() == [False, False, True, False]
    assert made.index.tolist() == [0, 1, 2, 3]


def test_a_text_stays_a_text_and_a_missing_value_of_the_baseline_is_missing() -> None:
    made = Baseline(Ref("own", "ANRIND"), BY).apply(rows([None, "Y", "Y", "N"]))
    assert made.dtype == "str"
    assert made.fillna("-").tolist() == ["HIGH", "HIGH", "-", "-"]


def test_several_baseline_records_are_listed_and_one_gives_the_value_in_any_order() -> None:
    seen = rows(["Y", "Y", None, "Y"])
    first = Baseline(Ref("own", "AVAL"), BY).apply(seen)
    assert [(code, len(where)) for code, _, where in seen.reported] == [("BDS001", 1)]
    turned = TestRows({n: c.iloc[::-1].reset_index(drop=True) for n, c in seen.own.items()})
    assert Baseline(Ref("own", "AVAL"), BY).apply(turned).tolist()[3] == first[0]


def test_the_baseline_record_is_linked_and_a_record_not_to_itself() -> None:
    seen = rows([None, "Y", "Y", None])
    Baseline(Ref("own", "AVAL"), BY).apply(seen)
    assert seen.linked == [("", [0], [1])]


def test_another_flag_may_say_which_record_is_the_baseline() -> None:
    made = Baseline(Ref("own", "AVAL"), BY, Ref("own", "BL2FL")).apply(
        rows(["Y", None, None, "Y"], BL2FL=[None, "Y", None, None])
    )
    assert made[0] == 20.0


def test_no_rows_give_no_values() -> None:
    empty = {name: column.iloc[:0] for name, column in rows([None] * 4).own.items()}
    assert len(Baseline(Ref("own", "AVAL"), BY).apply(TestRows(empty))) == 0

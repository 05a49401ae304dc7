"""The dose that a sample belongs to."""

from __future__ import annotations

import pandas as pd
import pytest

from adam import ReferenceDose
from clinmap.expressions import parse_condition
from clinmap.plan import Ref
from tests.rows_of import TestRows

SAMPLE, DOSES = Ref("own", "ADTM"), Ref("dataset", "ADTM", "DOSES")
AMOUNT = Ref("dataset", "AVAL", "DOSES")


def rows(*samples: tuple[str, float | None]) -> TestRows:
    doses = pd.DataFrame(
        {
            "USUBJID": pd.Series(["B", "A", "A", "A", "C"], dtype="str"),
            "ADTM": [50.0, 200.0, 100.0, 300.0, None],
            "AVAL": [5.0, 2.0, 1.0, 3.0, 9.0],
        }
    )
    subjects, moments = zip(*samples, strict=True)
    own = {
        "USUBJID": pd.Series(list(subjects), dtype="str"),
        "ADTM": pd.Series(list(moments), dtype="float64"),
    }
    return TestRows(own, tables={"DOSES": doses})


def doses(*samples: tuple[str, float | None], **how: object) -> list[float | None]:
    made = ReferenceDose(SAMPLE, DOSES, **how).apply(rows(*samples))  # type: ignore[arg-type]
    return [None if pd.isna(value) else value for value in made]


@pytest.mark.parametrize(
    ("moment", "how", "expected"),
    [
        (150, {}, 100),
        (200, {}, 100),
        (200, {"same_moment": "before"}, 200),
        (999, {}, 300),
        (50, {}, 100),
        (100, {}, 100),
        (50, {"otherwise": "missing"}, None),
        (150, {"take": "next"}, 200),
        (200, {"take": "next"}, 200),
        (200, {"take": "next", "same_moment": "before"}, 300),
        (999, {"take": "next"}, 300),
        (999, {"take": "next", "otherwise": "missing"}, None),
        (250, {"take": "first"}, 100),
        (50, {"take": "last"}, 300),
        (None, {}, None),
        (None, {"take": "first"}, 100),
    ],
)
def test_the_dose_of_a_sample(
    moment: float | None, how: dict[str, object], expected: float | None
) -> None:
    assert doses(("A", moment), **how) == [expected]


def test_each_subject_has_its_own_doses() -> None:
    assert doses(("B", 150.0), ("A", 150.0), ("C", 150.0), ("D", 150.0)) == [50, 100, None, None]


def test_another_value_of_the_dose_and_a_condition_on_doses() -> None:
    assert doses(("A", 250.0), give=AMOUNT) == [2]
    assert doses(("A", 250.0), give=AMOUNT, where=parse_condition("$AVAL != 2")) == [1]


def test_the_sample_is_linked_to_the_record_of_its_dose() -> None:
    seen = rows(("A", 250.0), ("D", 250.0))
    ReferenceDose(SAMPLE, DOSES).apply(seen)
    assert seen.linked == [("DOSES", [0], [1])]


def test_it_works_without_any_sample() -> None:
    own = {"USUBJID": pd.Series([], dtype="str"), "ADTM": pd.Series([], dtype="float64")}
    seen = TestRows(own, tables=rows(("A", 1.0)).tables)
    assert ReferenceDose(SAMPLE, DOSES).apply(seen).empty


def test_doses_must_be_of_one_dataset() -> None:
    with pytest.raises(ValueError, match=r"write DS\.VAR"):
        ReferenceDose(SAMPLE, SAMPLE)
    with pytest.raises(ValueError, match="not of the records of DOSES"):
        ReferenceDose(SAMPLE, DOSES, give=Ref("dataset", "AVAL", "EX"))


def test_it_reads_the_doses_and_says_so() -> None:
    operation = ReferenceDose(SAMPLE, DOSES, give=AMOUNT)
    assert {str(ref) for ref in operation.inputs()} == {
        ".USUBJID", ".ADTM", "DOSES.USUBJID", "DOSES.ADTM", "DOSES.AVAL",
    }  # fmt: skip
    assert operation.describe().method == (
        "AVAL of the last dose before ADTM, of the doses in DOSES."
    )

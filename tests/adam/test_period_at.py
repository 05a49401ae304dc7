"""The period in which a date lies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from adam import PeriodAt
from clinmap.execution.building import build_datasets
from clinmap.plan import Plan, Ref
from tests.rows_of import TestRows
from tests.small_study import compiled, table

NAN = float("nan")


def _own(*names: str) -> tuple[Ref, ...]:
    return tuple(Ref("own", name) for name in names)


(DAY,) = _own("ADT")
STARTS, ENDS = _own("S1", "S2", "S3"), _own("E1", "E2", "E3")
WHOLE = {"S1": 100, "E1": 110, "S2": 120, "E2": 130, "S3": 130, "E3": 140}


def _rows(days: list[float], **dates: float) -> TestRows:
    own = {name: pd.Series([float(day)] * len(days)) for name, day in {**WHOLE, **dates}.items()}
    return TestRows({"ADT": pd.Series(days, dtype="float64"), **own})


def _numbers(seen: TestRows, **more: Any) -> list[float | None]:
    made = PeriodAt(DAY, STARTS, **more).apply(seen)
    return [None if pd.isna(number) else number for number in made]


DAYS = [99, 100, 110, 111, 119, 120, 129, 130, 140, 141, NAN]


def test_a_day_lies_in_the_last_period_that_began_and_has_not_ended() -> None:
    """Three periods, a gap after the first; one day ends the second and starts the third."""
    expected = [None, 1, 1, None, None, 2, 2, 3, 3, None, None]
    assert _numbers(_rows(DAYS), ends=ENDS) == expected


def test_without_ends_a_period_lasts_until_the_next_one() -> None:
    assert _numbers(_rows(DAYS)) == [None, 1, 1, 1, 1, 2, 2, 3, 3, 3, None]


def test_a_period_without_a_start_did_not_take_place_and_one_without_an_end_goes_on() -> None:
    seen = _rows([99, 111, 125, 500], E1=NAN, S2=NAN, E2=NAN, E3=NAN)
    assert _numbers(seen, ends=ENDS) == [None, 1, 1, 3]
    assert seen.reported == []


def test_periods_that_overlap_are_listed_and_the_later_one_has_the_day() -> None:
    seen = _rows([105, 108], S2=107)
    assert _numbers(seen, ends=ENDS) == [1, 2]
    assert [(code, where) for code, _, where in seen.reported] == [("PER001", [0, 1])]
    turned = _rows([105], S2=90, E2=95)
    assert _numbers(turned, ends=ENDS) == [1]
    assert [code for code, _, _ in turned.reported] == ["PER001"]


def test_a_period_within_an_earlier_one_is_listed_though_another_lies_between() -> None:
    seen = _rows([105], E1=200, S2=NAN, E2=NAN)
    _numbers(seen, ends=ENDS)
    assert [code for code, _, _ in seen.reported] == ["PER001"]


def test_constants_numbers_and_treatments_are_given_for_the_periods() -> None:
    seen = _rows([99, 105, 125, 135])
    phases = PeriodAt(DAY, STARTS, give=("Run-in", "Treatment", "Follow-up")).apply(seen)
    assert phases.fillna("-").tolist() == ["-", "Run-in", "Treatment", "Follow-up"]
    own_starts = PeriodAt(DAY, STARTS, give=STARTS).apply(seen)
    assert own_starts.fillna(-1).tolist() == [-1, 100, 120, 130]
    assert str(own_starts.dtype) == "float64"


@pytest.mark.parametrize("more", [{"ends": ENDS[:2]}, {"give": ("A",)}])
def test_an_end_and_a_value_for_each_period(more: dict[str, Any]) -> None:
    plan = Plan("S", "", "", "", "", {}, (), {}, ())
    assert "3 `starts`" in PeriodAt(DAY, STARTS, **more).lacks(plan)
    assert PeriodAt(DAY, STARTS, ENDS).lacks(plan) == ""


STUDY = """
    study: X1
    as_of: 2025-03-28T00:00:00
"""
RAW = """
    tables:
      dm: {path: dm.csv, dataset: DM, columns: [STUDYID, USUBJID, ARM]}
      se: {path: se.csv, dataset: SE, columns: [STUDYID, USUBJID, ETCD, SESTDTC, SEENDTC]}
      lb: {path: lb.csv, dataset: LB, columns: [STUDYID, USUBJID, LBSEQ, LBSTRESN, LBDTC]}
"""
ADSL = """
    dataset: ADSL
    keys: [STUDYID, USUBJID]
    from: DM
    submitted: false
    joins:
      P1: {table: SE, by: [USUBJID], where: "$ETCD == 'P1'"}
      P2: {table: SE, by: [USUBJID], where: "$ETCD == 'P2'"}
    variables:
      STUDYID: $STUDYID
      USUBJID: $USUBJID
      TRT01P: {conditional: [{when: $ARM == 'AB', then: A}], otherwise: B}
      TRT02P: {conditional: [{when: $ARM == 'AB', then: B}], otherwise: A}
      AP01SDT: {analysis_date: P1.SESTDTC}
      AP01EDT: {analysis_date: P1.SEENDTC}
      AP02SDT: {analysis_date: P2.SESTDTC}
      AP02EDT: {analysis_date: P2.SEENDTC}
"""
ADLB = """
    dataset: ADLB
    structure: BDS
    submitted: false
    keys: [STUDYID, USUBJID, PARAMCD, ADT]
    from: LB
    variables:
      STUDYID: $STUDYID
      USUBJID: $USUBJID
      PARAMCD: ALT
      PARAM: ALT
      AVAL: {compute: number($LBSTRESN)}
      ADT: {analysis_date: $LBDTC}
      APERIOD:
        {period_at: .ADT, starts: [ADSL.AP01SDT, ADSL.AP02SDT], ends: [ADSL.AP01EDT, ADSL.AP02EDT]}
      APERSDT:
        period_at: .ADT
        starts: [ADSL.AP01SDT, ADSL.AP02SDT]
        ends: [ADSL.AP01EDT, ADSL.AP02EDT]
        give: [ADSL.AP01SDT, ADSL.AP02SDT]
      TRTP:
        period_at: .ADT
        starts: [ADSL.AP01SDT, ADSL.AP02SDT]
        ends: [ADSL.AP01EDT, ADSL.AP02EDT]
        give: [ADSL.TRT01P, ADSL.TRT02P]
"""


def test_a_cross_over_from_the_elements_of_sdtm(tmp_path: Path) -> None:
    """Periods of ADSL from SE, and the treatment of the period on each result."""
    files = {"study.yaml": STUDY, "raw.yaml": RAW, "adam/adsl.yaml": ADSL, "adam/adlb.yaml": ADLB}
    plan = compiled(tmp_path, files).plan
    who = [{"STUDYID": "X1", "USUBJID": f"S{n}", "ARM": arm} for n, arm in ((1, "AB"), (2, "BA"))]
    elements = [
        {"STUDYID": "X1", "USUBJID": "S1", "ETCD": code, "SESTDTC": start, "SEENDTC": end}
        for code, start, end in (
            ("P1", "2024-01-01", "2024-01-14"), ("P2", "2024-02-01", "2024-02-14"),
        )
    ]  # fmt: skip
    elements += [{**element, "USUBJID": "S2"} for element in elements[:1]]
    results = [
        {"STUDYID": "X1", "USUBJID": subject, "LBSEQ": str(n), "LBSTRESN": "1", "LBDTC": at}
        for n, (subject, at) in enumerate(
            [("S1", "2024-01-14"), ("S1", "2024-01-20"), ("S1", "2024-02-01"), ("S2", "2024-01-02"),
             ("S2", "2024-02-02")]
        )
    ]  # fmt: skip
    tables = {
        name: table(plan, name, rows)
        for name, rows in (("dm", who), ("se", elements), ("lb", results))
    }
    made = build_datasets(plan, tables, plan.datasets).datasets["ADLB"].frame
    found = made[["APERIOD", "TRTP", "APERSDT"]].astype(object)
    assert found.where(found.notna(), None).to_numpy().tolist() == [
        [1, "A", 23376], [None, None, None], [2, "B", 23407], [1, "B", 23376], [None, None, None],
    ]  # fmt: skip

"""Last observation carried forward, and expected records that are not there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from adam import CarriedForward
from clinmap.execution.building import build_datasets
from clinmap.expressions import parse_condition
from clinmap.plan import Ref
from tests.rows_of import TestRows
from tests.small_study import compiled, table

VALUE, BY, ORDER = Ref("own", "AVAL"), (Ref("own", "PARAMCD"),), (Ref("own", "AVISITN"),)
RECORDS = st.lists(
    st.tuples(
        st.sampled_from("AB"), st.sampled_from(["ALT", "AST"]), st.integers(0, 99),
        st.integers(1, 9) | st.none(),
    ),
    max_size=30,
    unique_by=lambda record: record[:3],
)  # fmt: skip


def rows(records: list[tuple[str, str, int, int | None]]) -> TestRows:
    frame = pd.DataFrame(records, columns=["USUBJID", "PARAMCD", "AVISITN", "AVAL"])
    kinds = {"USUBJID": "str", "PARAMCD": "str", "AVISITN": "float64", "AVAL": "float64"}
    return TestRows(dict(frame.astype(kinds).items()))


@given(RECORDS)
def test_a_missing_value_is_the_last_one_before_it(
    records: list[tuple[str, str, int, int | None]],
) -> None:
    made = CarriedForward(VALUE, BY, ORDER).apply(rows(records))
    for (subject, code, visit, value), found in zip(records, made, strict=True):
        before = [
            (n, v) for s, c, n, v in records
            if (s, c) == (subject, code) and n < visit and v is not None
        ]  # fmt: skip
        expected = value if value is not None else max(before)[1] if before else None
        assert (None if pd.isna(found) else found) == expected


def test_the_next_one_after_it_on_request() -> None:
    seen = rows([("A", "ALT", 1, None), ("A", "ALT", 2, 5), ("A", "ALT", 3, 7)])
    assert CarriedForward(VALUE, BY, ORDER, take="after").apply(seen).tolist() == [5, 5, 7]


def test_conditions_say_what_is_filled_and_what_is_carried() -> None:
    seen = rows(
        [("A", "ALT", 0, 4), ("A", "ALT", 1, None), ("A", "ALT", 2, 5), ("A", "ALT", 3, None)]
    )
    late, after = parse_condition(".AVISITN > 1"), parse_condition(".AVISITN > 0")
    made = CarriedForward(VALUE, BY, ORDER, where=late).apply(seen)
    assert made.fillna(-1).tolist() == [4, -1, 5, 5]
    made = CarriedForward(VALUE, BY, ORDER, of=after).apply(seen)
    assert made.fillna(-1).tolist() == [4, -1, 5, 5]


RAW = """
    tables:
      lb:
        path: lb.csv
        dataset: LB
        columns: [STUDYID, USUBJID, LBSEQ, LBTESTCD, LBSTRESN, VISITNUM]
      expected: {path: expected_visits, format: study, columns: [visit]}
"""
STUDY = """
    study: T1
    as_of: 2025-03-28T00:00:00
    parameters: {expected_visits: [{visit: 1}, {visit: 2}, {visit: 3}]}
"""
SEEN = """
    dataset: ADSEEN
    structure: BDS
    submitted: false
    keys: [STUDYID, USUBJID, PARAMCD]
    from: LB
    collapse: {by: [.USUBJID, .PARAMCD]}
    variables: {STUDYID: $STUDYID, USUBJID: $USUBJID, PARAM: $LBTESTCD, PARAMCD: $LBTESTCD}
"""
LAB = """
    dataset: ADLB
    structure: BDS
    keys: [STUDYID, USUBJID, PARAMCD, AVISITN]
    sources:
      - from: LB
        variables:
          {PARAMCD: $LBTESTCD, RESULT: $LBSTRESN, AVISITN: $VISITNUM, DTYPE: {constant: null}}
      - from: ADSEEN
        joins:
          VISITS: {table: expected, by: [], take: all}
          THERE: {table: LB, by: {USUBJID: $USUBJID, LBTESTCD: $PARAMCD, VISITNUM: .AVISITN}}
        variables:
          {PARAMCD: $PARAMCD, RESULT: {constant: null}, AVISITN: $VISITS/visit, DTYPE: LOCF}
    variables:
      STUDYID: $STUDYID
      USUBJID: $USUBJID
      PARAM: .PARAMCD
      AVISIT: {combine: [Visit, .AVISITN], separator: " "}
      AVAL: {carried_forward: .RESULT, by: [.PARAMCD], order: [.AVISITN], where: .DTYPE == 'LOCF'}
    work:
      RESULT: {type: float}
    drop:
      - {when: ".DTYPE == 'LOCF' and present(THERE.LBSEQ)", reason: the visit was made}
      - {when: ".DTYPE == 'LOCF' and missing(.AVAL)", reason: there is nothing to carry forward}
"""
RESULTS = [
    {"LBSEQ": "1", "USUBJID": "A", "LBTESTCD": "ALT", "LBSTRESN": "10", "VISITNUM": "1"},
    {"LBSEQ": "2", "USUBJID": "A", "LBTESTCD": "ALT", "LBSTRESN": "30", "VISITNUM": "3"},
    {"LBSEQ": "1", "USUBJID": "B", "LBTESTCD": "ALT", "LBSTRESN": "20", "VISITNUM": "2"},
]


def test_an_expected_record_that_is_not_there_is_made_with_its_dtype(tmp_path: Path) -> None:
    files = {"study.yaml": STUDY, "raw.yaml": RAW, "adam/adseen.yaml": SEEN, "adam/adlb.yaml": LAB}
    plan = compiled(tmp_path, files).plan
    tables = {
        "lb": table(plan, "lb", [{"STUDYID": "T1", **row} for row in RESULTS]),
        "expected": table(plan, "expected", [{"visit": str(n)} for n in (1, 2, 3)]),
    }
    lab = build_datasets(plan, tables, plan.datasets).datasets["ADLB"]
    made = lab.frame
    found = made[["USUBJID", "AVISITN", "AVAL", "DTYPE"]].fillna("-").to_numpy().tolist()
    assert found == [
        ["A", 1, 10, "-"], ["A", 2, 10, "LOCF"], ["A", 3, 30, "-"],
        ["B", 2, 20, "-"], ["B", 3, 20, "LOCF"],
    ]  # fmt: skip
    links = lab.lineage[lab.lineage["variable"] == "AVAL"]
    carried = links[["row", "source", "record"]].to_numpy().tolist()
    assert carried == [[2, "ADLB", 1], [5, "ADLB", 4]]

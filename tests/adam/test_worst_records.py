"""Flags on the worst result, low for some parameters and high for others, as studies write it."""

from __future__ import annotations

from pathlib import Path

from clinmap.execution.building import build_datasets
from tests.small_study import compiled, table

STUDY = """
    study: W1
    as_of: 2025-03-28T00:00:00
"""
RAW = """
    tables:
      lb:
        path: lb.csv
        dataset: LB
        columns: [STUDYID, USUBJID, LBSEQ, LBTESTCD, LBSTRESN, VISITNUM, LBDTC]
"""
ADLB = """
    dataset: ADLB
    structure: BDS
    submitted: false
    keys: [STUDYID, USUBJID, PARAMCD, LBSEQ]
    from: LB
    variables:
      STUDYID: $STUDYID
      USUBJID: $USUBJID
      LBSEQ: {assign: $LBSEQ, type: float}
      PARAMCD: {assign: $LBTESTCD, codelist: none}
      PARAM: {assign: $LBTESTCD, codelist: none}
      AVAL: {compute: number($LBSTRESN)}
      AVISITN: {compute: number($VISITNUM)}
      ADT: {analysis_date: $LBDTC}
      ANL01FL:
        first_flag: [.USUBJID, .PARAMCD, .AVISITN]
        order: [.GOOD, .ADT, .LBSEQ]
        where: present(.AVAL)
      ANL02FL:
        first_flag: [.USUBJID, .PARAMCD]
        order: [.GOOD, .ADT, .LBSEQ]
        where: present(.AVAL) and .AVISITN > 1
    work:
      GOOD:
        conditional: [{when: ".PARAMCD in ('ALT', 'CREAT')", then: .TURNED}]
        otherwise: .AVAL
        type: float
      TURNED: {compute: 0 - .AVAL, type: float}
"""
RESULTS = [
    # subject, test, value, visit, day: flags of the visit and of the time after visit 1
    ("S1", "HGB", "90", 1, 1, "Y", ""), ("S1", "HGB", "120", 1, 1, "", ""),
    ("S1", "HGB", "110", 2, 8, "Y", ""), ("S1", "HGB", "100", 3, 15, "Y", "Y"),
    ("S1", "ALT", "90", 1, 1, "", ""), ("S1", "ALT", "120", 1, 1, "Y", ""),
    ("S1", "ALT", "80", 2, 9, "", ""), ("S1", "ALT", "80", 2, 8, "Y", "Y"),
    ("S1", "ALT", None, 3, 15, "", ""),
    ("S2", "ALT", "30", 2, 8, "Y", "Y"),
]  # fmt: skip


def test_the_worst_result_by_visit_and_over_all_visits(tmp_path: Path) -> None:
    """The lowest hemoglobin, the highest ALT; of equal ones the earliest; none without a value."""
    files = {"study.yaml": STUDY, "raw.yaml": RAW, "adam/adlb.yaml": ADLB}
    plan = compiled(tmp_path, files).plan
    rows = [
        {"STUDYID": "W1", "USUBJID": subject, "LBSEQ": str(number), "LBTESTCD": test,
         "LBSTRESN": value, "VISITNUM": str(visit), "LBDTC": f"2024-01-{day:02}"}
        for number, (subject, test, value, visit, day, _, _) in enumerate(RESULTS)
    ]  # fmt: skip
    made = build_datasets(plan, {"lb": table(plan, "lb", rows)}, plan.datasets).datasets["ADLB"]
    found = made.frame.set_index("LBSEQ").sort_index()[["ANL01FL", "ANL02FL"]].fillna("")
    assert found.to_numpy().tolist() == [[by_visit, ever] for *_, by_visit, ever in RESULTS]

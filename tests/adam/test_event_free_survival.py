"""Event-free survival with several rules of censoring, as a study writes it: rows, not code.

The same rows serve a primary parameter and one with sensitivity censoring; the expected values
were worked out by hand.
"""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.execution.building import Outcome, build_datasets
from tests.small_study import compiled, table

STUDY = """
    study: S7
    as_of: 2025-03-28T00:00:00
    parameters:
      inrc:
        - {response: CR, confirmed_by: [CR], after: 28}
        - {response: PR, of: [CR, PR], confirmed_by: [CR, PR], after: 28}
        - {response: MR, of: [CR, PR, MR], confirmed_by: [CR, PR, MR], after: 28}
        - {response: SD, of: [CR, PR, MR, SD], days: 42}
        - {response: PD}
        - {response: NE, of: [CR, PR, MR, SD, NE]}
"""
RAW = """
    tables:
      dm:
        path: dm.csv
        dataset: DM
        columns: [STUDYID, USUBJID, RFSTDTC, DTHDTC, THERAPY, LOST]
      rs: {path: rs.csv, dataset: RS, columns: [STUDYID, USUBJID, RSSEQ, RSSTRESC, RSDTC]}
"""
ADSL = """
    dataset: ADSL
    keys: [STUDYID, USUBJID]
    from: DM
    submitted: false
    variables:
      STUDYID: $STUDYID
      USUBJID: $USUBJID
      TRTSDT: {analysis_date: $RFSTDTC}
      DTHDT: {analysis_date: $DTHDTC}
      NEWTXDT: {analysis_date: $THERAPY, label: Start of Next Therapy}
      LOSTDT: {analysis_date: $LOST, label: Date of Last Contact}
"""
ASSESS = """
    dataset: ASSESS
    structure: BDS
    submitted: false
    keys: [STUDYID, USUBJID, RSSEQ]
    from: RS
    variables:
      STUDYID: $STUDYID
      USUBJID: $USUBJID
      RSSEQ: {assign: $RSSEQ, type: float}
      AVALC: {assign: $RSSTRESC, codelist: none}
      ADT: {analysis_date: $RSDTC}
      LASTOK: {of_group: .OKDT, by: [.STUDYID], give: maximum, type: float}
      LASTTX: {of_group: .TXDT, by: [.STUDYID], give: maximum, type: float}
      ENDDT: {compute: "least(.FIRSTPD, ADSL.DTHDT)"}
      BOR:
        best_response: .AVALC
        date: .ADT
        criteria: inrc
        since: ADSL.TRTSDT
        where: missing(.FIRSTPD) or .ADT <= .FIRSTPD
    work:
      PDDT: {conditional: [{when: ".AVALC == 'PD'", then: .ADT}], type: float}
      FIRSTPD: {of_group: .PDDT, by: [.STUDYID], give: minimum, type: float}
      OKDT:
        conditional: [{when: "missing(.FIRSTPD) or .ADT < .FIRSTPD", then: .ADT}]
        type: float
      TXDT:
        conditional: [{when: ".AVALC != 'PD' and .ADT <= ADSL.NEWTXDT", then: .ADT}]
        type: float
"""
ADTTE = """
    dataset: ADTTE
    structure: TTE
    submitted: false
    keys: [STUDYID, USUBJID, PARAMCD]
    sources:
      - from: ASSESS
        rows: [{when: "$AVALC == 'PD'", PARAMCD: EFS}, {when: "$AVALC == 'PD'", PARAMCD: EFSC}]
        variables: {CNSR: 0, EVNTDESC: Progression, ENDS: $ADT, SRCSEQ: $RSSEQ}
      - from: ADSL
        rows: [{when: present($DTHDT), PARAMCD: EFS}, {when: present($DTHDT), PARAMCD: EFSC}]
        variables: {CNSR: 0, EVNTDESC: Death, ENDS: $DTHDT}
      - from: ASSESS
        rows: [{when: $ADT == $LASTOK, PARAMCD: EFS}, {when: $ADT == $LASTOK, PARAMCD: EFSC}]
        variables: {CNSR: 1, CNSDTDSC: Last assessment, ENDS: $ADT, SRCSEQ: $RSSEQ}
      - from: ADSL
        rows: [{PARAMCD: EFS}, {PARAMCD: EFSC}]
        variables: {CNSR: 2, CNSDTDSC: First dose, ENDS: $TRTSDT, PRIORITY: 2}
      - from: ASSESS
        rows: [{when: $ADT == $LASTTX, PARAMCD: EFSC}]
        variables:
          CNSR: 3
          CNSDTDSC: Assessment before next therapy
          ENDS: $ADT
          STOP: ADSL.NEWTXDT
          SRCSEQ: $RSSEQ
      - from: ADSL
        rows: [{when: present($NEWTXDT), PARAMCD: EFSC}]
        variables: {CNSR: 3, CNSDTDSC: First dose, ENDS: $TRTSDT, STOP: $NEWTXDT, PRIORITY: 2}
      - from: ADSL
        rows: [{when: present($LOSTDT), PARAMCD: EFS}, {when: present($LOSTDT), PARAMCD: EFSC}]
        variables: {CNSR: 4, CNSDTDSC: Last contact, ENDS: $LOSTDT}
      - from: ASSESS
        rows: [{when: $ADT == $LASTOK and $ENDDT - $ADT > 84, PARAMCD: EFSC}]
        variables: {CNSR: 5, CNSDTDSC: Before the gap, ENDS: $ADT, STOP: $ADT, SRCSEQ: $RSSEQ}
    collapse: {by: [.USUBJID, .PARAMCD], order: [.RANK]}
    variables:
      STUDYID: $STUDYID
      USUBJID: $USUBJID
      STARTDT: ADSL.TRTSDT
      ADT: {compute: "greatest(.ENDS, .STARTDT)"}
      AVAL: {compute: .ADT - .STARTDT + 1}
    work:
      ENDS: {constant: null, type: float}
      STOP: {constant: null, type: float}
      PRIORITY: {constant: 1, type: float}
      RANK:
        time_to_event: .ADT
        censor: .CNSR
        by: .PARAMCD
        start: .STARTDT
        stop: .STOP
        order: .PRIORITY
        type: float
"""
FILES = {
    "study.yaml": STUDY, "raw.yaml": RAW, "adam/adsl.yaml": ADSL, "adam/assess.yaml": ASSESS,
    "adam/adtte.yaml": ADTTE,
}  # fmt: skip
FIRST_DOSE = pd.Timestamp("2020-01-01")
COURSES = {
    # subject: day of death, next therapy, last contact; assessments as day and response
    "progressed": (None, None, None, [(40, "SD"), (99, "PD"), (120, "SD")]),
    "going on": (None, None, None, [(40, "PR"), (100, "PR"), (199, "NE")]),
    "never seen": (None, None, None, []),
    "next therapy": (None, 119, None, [(40, "MR"), (89, "MR"), (149, "PD")]),
    "therapy, no visit": (None, 20, None, [(60, "PD")]),
    "long gap": (None, None, None, [(59, "SD"), (249, "PD")]),
    "died": (79, None, None, [(40, "SD")]),
    "lost": (None, None, 129, [(99, "CR")]),
}


def _day(day: int | None) -> str | None:
    """The date so many days after the first dose."""
    return None if day is None else str((FIRST_DOSE + pd.Timedelta(days=day)).date())


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The three datasets, built from courses made by hand."""
    plan = compiled(tmp_path_factory.mktemp("s7"), FILES).plan
    subjects = [
        {"STUDYID": "S7", "USUBJID": name, "RFSTDTC": _day(0), "DTHDTC": _day(died),
         "THERAPY": _day(therapy), "LOST": _day(lost)}
        for name, (died, therapy, lost, _) in COURSES.items()
    ]  # fmt: skip
    assessments = [
        {
            "STUDYID": "S7",
            "USUBJID": name,
            "RSSEQ": str(n),
            "RSSTRESC": response,
            "RSDTC": _day(day),
        }
        for name, (*_, course) in COURSES.items()
        for n, (day, response) in enumerate(course, start=1)
    ]
    raw = {"dm": table(plan, "dm", subjects), "rs": table(plan, "rs", assessments)}
    return build_datasets(plan, raw, plan.datasets)


@pytest.mark.parametrize(
    ("subject", "primary", "sensitivity"),
    [
        ("progressed", (0, 100), (0, 100)),
        ("going on", (1, 200), (1, 200)),
        ("never seen", (2, 1), (2, 1)),
        ("next therapy", (0, 150), (3, 90)),
        ("therapy, no visit", (0, 61), (3, 1)),
        ("long gap", (0, 250), (5, 60)),
        ("died", (0, 80), (0, 80)),
        ("lost", (4, 130), (4, 130)),
    ],
)
def test_each_rule_of_censoring(
    outcome: Outcome, subject: str, primary: tuple[int, int], sensitivity: tuple[int, int]
) -> None:
    """CNSR and AVAL of both parameters."""
    found = outcome.datasets["ADTTE"].frame
    own = found[found["USUBJID"] == subject].set_index("PARAMCD")
    assert tuple(own.loc["EFS", ["CNSR", "AVAL"]]) == primary
    assert tuple(own.loc["EFSC", ["CNSR", "AVAL"]]) == sensitivity
    assert len(own) == 2


def test_the_source_record_is_that_of_the_date(outcome: Outcome) -> None:
    """SRCSEQ is the assessment that ends the time; descriptions come with it."""
    found = outcome.datasets["ADTTE"].frame.set_index(["USUBJID", "PARAMCD"])
    assert found.loc[("next therapy", "EFS"), "SRCSEQ"] == 3
    assert found.loc[("next therapy", "EFSC"), "SRCSEQ"] == 2
    assert found.loc[("next therapy", "EFSC"), "CNSDTDSC"] == "Assessment before next therapy"
    assert pd.isna(found.loc[("died", "EFS"), "SRCSEQ"])
    assert found.loc[("died", "EFS"), "EVNTDESC"] == "Death"


def test_the_best_response_by_other_criteria(outcome: Outcome) -> None:
    """INRC as a table: a minor response, and a response that one later assessment confirms."""
    found = outcome.datasets["ASSESS"].frame.drop_duplicates("USUBJID").set_index("USUBJID")["BOR"]
    assert found.to_dict() == {
        "progressed": "PD", "going on": "PR", "next therapy": "MR", "therapy, no visit": "PD",
        "long gap": "SD", "died": "NE", "lost": "SD",
    }  # fmt: skip


def test_nothing_is_wrong(outcome: Outcome) -> None:
    """Every time ends; no event is without a date."""
    assert not [found for found in outcome.problems if found.code[:3] in ("TTE", "RSP", "MRG")]

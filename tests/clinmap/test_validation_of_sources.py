"""Analysis datasets of unknown origin: against ADSL, DM and SDTM records, and by themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from clinmap.validation import Given, judge, plan_from_standards, ready_frames

Table = dict[str, Any]
Seen = tuple[str, str, str, tuple[int, ...]]

DM = {
    "USUBJID": ["A", "B"],
    "ARMCD": ["T", "P"],
    "ARM": ["Test", "Placebo"],
    "AGE": [30.0, 40.0],
}
ADSL = {
    "USUBJID": ["A", "B"],
    "ARM": ["Test", "Placebo"],
    "AGE": [30.0, 40.0],
}
LBCH = {
    "DOMAIN": ["LB", "LB"],
    "USUBJID": ["A", "B"],
    "LBSEQ": [1.0, 1.0],
    "LBORRES": ["5", "6"],
    "VISIT": ["DAY 1", "DAY 1"],
}


def seen(**tables: Table) -> list[Seen]:
    """What the rules of analysis datasets find: code, dataset, variable, rows from 1."""
    given = {name: Given(_frame(columns), ()) for name, columns in tables.items()}
    plan = plan_from_standards(given)
    return [
        (f.problem.code, f.problem.dataset, f.problem.variable, tuple((f.rows + 1).tolist()))
        for f in judge(plan, ready_frames(plan, given))
        if "VAL070" <= f.problem.code < "VAL080" or f.problem.code >= "VAL100"
    ]


def _frame(columns: Table) -> pd.DataFrame:
    texts = {n: any(isinstance(cell, str) for cell in cells) for n, cells in columns.items()}
    return pd.DataFrame(
        {n: pd.Series(c, dtype="str" if texts[n] else "float64") for n, c in columns.items()}
    )


def test_subjects_and_copies_in_order_pass() -> None:
    adlb = {"USUBJID": ["A", "B"], "PARAMCD": ["ALT", "ALT"], "LBSEQ": [1.0, 1.0],
            "VISIT": ["DAY 1", "DAY 1"], "AGE": [30.0, 40.0], "LBORRES": ["5", None]}  # fmt: skip
    assert seen(DM=DM, ADSL=ADSL, LBCH=LBCH, ADLB=adlb) == []


@pytest.mark.parametrize("without", ["DM", "ADSL", "LBCH"])
def test_what_is_not_there_is_not_asked(without: str) -> None:
    """A folder may hold a part of a study only."""
    adlb = {
        "USUBJID": ["A"],
        "PARAMCD": ["ALT"],
        "LBSEQ": [1.0],
        "LBORRES": ["5"],
        "AGE": [30.0],
    }
    tables = {"DM": DM, "ADSL": ADSL, "LBCH": LBCH, "ADLB": adlb}
    assert seen(**{name: table for name, table in tables.items() if name != without}) == []


def test_datasets_without_records_pass() -> None:
    empty: Table = {"USUBJID": [], "ARM": [], "AGE": []}
    assert seen(DM=DM, ADSL=ADSL, ADAE={**empty, "AETERM": [], "AESEQ": []}) == []
    assert seen(DM=DM, ADSL=empty) == [("VAL075", "DM", "USUBJID", (1, 2))]


def test_screen_failures_need_not_be_in_adsl() -> None:
    failures = {
        **DM,
        "ARMCD": ["SCRNFAIL", None],
        "ARM": ["Screen Failure", None],
    }
    nobody: Table = dict.fromkeys(ADSL, ())
    assert seen(DM=failures, ADSL=nobody) == []


def test_records_of_a_split_domain_are_found_in_its_parts() -> None:
    """LBCH and LBHE are LB together; what differs is told by record."""
    adlb = {"USUBJID": ["A", "B", "B"], "PARAMCD": ["ALT", "ALT", "HGB"],
            "LBSEQ": [1.0, 2.0, 3.0], "LBORRES": ["5", "9", "8"]}  # fmt: skip
    lbhe = {
        **LBCH,
        "USUBJID": ["A", "B"],
        "LBSEQ": [2.0, 2.0],
        "LBORRES": ["7", "8"],
    }
    assert seen(LBCH=LBCH, LBHE=lbhe, ADLB=adlb) == [
        ("VAL079", "ADLB", "LBORRES", (2,)),
        ("VAL100", "ADLB", "LBSEQ", (3,)),
    ]


def test_visits_are_compared_only_where_one_record_is_meant() -> None:
    """With AESEQ and LBSEQ in a dataset, VISIT may be of either."""
    both = {
        "USUBJID": ["A"],
        "PARAMCD": ["X"],
        "LBSEQ": [1.0],
        "VISIT": ["DAY 2"],
    }
    assert seen(LBCH=LBCH, ADXX=both) == [("VAL079", "ADXX", "VISIT", (1,))]
    assert seen(LBCH=LBCH, ADXX={**both, "AESEQ": [1.0]}) == []


def test_source_is_named_by_supplemental_qualifier_too() -> None:
    """SRCVAR may be a QNAM; SRCSEQ a record of another analysis dataset."""
    suppae = {
        "USUBJID": ["A"],
        "RDOMAIN": ["AE"],
        "QNAM": ["DLTDTC"],
        "IDVARVAL": ["1"],
    }
    ae = {
        "DOMAIN": ["AE"],
        "USUBJID": ["A"],
        "AESEQ": [1.0],
        "AETERM": ["X"],
    }
    adrs = {"USUBJID": ["A"], "PARAMCD": ["OVR"], "ASEQ": [4.0]}
    traced = {"USUBJID": ["A", "A", "A", "A"], "PARAMCD": ["T", "T", "T", "T"],
              "SRCDOM": ["AE", "ADRS", "ADRS", "AE"], "SRCSEQ": [1.0, 4.0, 5.0, None],
              "SRCVAR": ["DLTDTC", "PARAMCD", "PARAMCD", "NONE"]}  # fmt: skip
    found = seen(DM={"USUBJID": ["A"]}, AE=ae, SUPPAE=suppae, ADRS=adrs, ADTTE=traced)
    assert found == [("VAL100", "ADTTE", "SRCSEQ", (3,)), ("VAL101", "ADTTE", "SRCVAR", (4,))]


def test_source_dataset_that_is_nowhere() -> None:
    traced = {
        "USUBJID": ["A", "A"],
        "PARAMCD": ["T", "T"],
        "SRCDOM": ["ADSL", "ADXX"],
    }
    assert seen(DM=DM, ADSL=ADSL, ADTTE=traced) == [("VAL101", "ADTTE", "SRCDOM", (2,))]
    assert seen(ADSL=ADSL, ADTTE=traced) == []


def test_days_from_another_anchor_are_let_be() -> None:
    """The guide leaves the anchor to the study; single records that count otherwise are found."""
    days = {"USUBJID": ["A"] * 4, "PARAMCD": ["X"] * 4, "TRTSDT": [100.0] * 4,
            "ADT": [99.0, 100.0, 101.0, 105.0]}  # fmt: skip
    assert seen(ADXX={**days, "ADY": [-1.0, 1.0, 2.0, 6.0]}) == []
    assert seen(ADXX={**days, "ADY": [-1.0, 1.0, 2.0, 5.0]}) == [("VAL103", "ADXX", "ADY", (4,))]
    assert seen(ADXX={**days, "ADY": [9.0, 10.0, 11.0, 15.0]}) == []


def test_days_are_counted_from_adsl_where_the_dataset_has_no_start() -> None:
    adsl = {"USUBJID": ["A"], "TRTSDT": [100.0]}
    adxx = {
        "USUBJID": ["A"] * 3,
        "PARAMCD": ["X"] * 3,
        "ADT": [99.0, 100.0, 101.0],
    }
    found = seen(ADSL=adsl, ADXX={**adxx, "ADY": [-1.0, 1.0, 3.0]})
    assert found == [("VAL103", "ADXX", "ADY", (3,))]


@pytest.mark.parametrize(
    ("collected", "flag", "fine"),
    [
        ("2024-03", "D", True),
        ("2024-03", None, False),
        ("2024-03", "M", False),
        ("2024", "M", True),
        ("2024", "D", False),
        ("2024-03-04T10:20", None, True),
        ("2024-03-04", "D", False),
        ("2024---04", "M", True),
        (None, "Y", True),
        (None, None, True),
    ],
)
def test_flag_says_what_the_collected_date_lacks(
    collected: str | None, flag: str | None, fine: bool
) -> None:
    """A date with holes in the middle, or none at all, is not judged."""
    adae = {"USUBJID": ["A", "A"], "AETERM": ["X", "Y"], "AESEQ": [1.0, 2.0],
            "AESTDTC": [collected, "2024-03-04"], "ASTDT": [23439.0, 23439.0],
            "ASTDTF": [flag, None]}  # fmt: skip
    assert ("VAL106" in {code for code, *_ in seen(ADAE=adae)}) is not fine


def test_partial_date_needs_a_flag_even_where_there_is_no_variable() -> None:
    adae = {"USUBJID": ["A"], "AETERM": ["X"], "AESEQ": [1.0], "AESTDTC": ["2024-03"],
            "ASTDT": [23439.0]}  # fmt: skip
    assert seen(ADAE=adae) == [("VAL106", "ADAE", "ASTDT", (1,))]


@pytest.mark.parametrize(
    ("collected", "flag", "fine"),
    [
        ("2024-03-04", "H", True),
        ("2024-03-04", None, False),
        ("2024-03-04T10", "M", True),
        ("2024-03-04T10:20", None, True),
        ("2024-03-04T10:20", "S", True),
        ("2024-03-04T10:20:30", "S", False),
    ],
)
def test_flag_says_what_the_collected_time_lacks(
    collected: str, flag: str | None, fine: bool
) -> None:
    """Seconds may be imputed without saying so."""
    adae = {"USUBJID": ["A"], "AETERM": ["X"], "AESEQ": [1.0], "AESTDTC": [collected],
            "ASTDT": [23439.0], "ASTDTM": [23439.0 * 86400 + 37230], "ASTTMF": [flag]}  # fmt: skip
    found = {code for code, *_ in seen(ADAE=adae)}
    assert found == (set() if fine else {"VAL106"})


def test_derived_records_may_have_another_date() -> None:
    advs = {"USUBJID": ["A", "A"], "PARAMCD": ["X", "X"], "VSSEQ": [1.0, 1.0],
            "VSDTC": ["2024-03-04", "2024-03-04"], "ADT": [23439.0, 23450.0],
            "DTYPE": [None, "LOCF"]}  # fmt: skip
    assert seen(ADVS=advs) == []
    changed = seen(ADVS={**advs, "DTYPE": ["AVERAGE", None]})
    assert changed == [("VAL107", "ADVS", "ADT", (2,))]


def test_moments_and_their_parts() -> None:
    advs = {"USUBJID": ["A", "A"], "PARAMCD": ["X", "X"], "ADT": [10.0, 11.0],
            "ADTM": [10 * 86400.0 + 60, 10 * 86400.0], "ATM": [60.0, None]}  # fmt: skip
    assert seen(ADVS=advs) == [("VAL104", "ADVS", "ADTM", (2,))]


def test_changes_are_as_exact_as_numbers_are() -> None:
    """0.1 + 0.2 is no fault, a rounded percentage is; a BASE of 0 has no percentage."""
    advs = {"USUBJID": ["A"] * 4, "PARAMCD": ["X"] * 4, "AVAL": [0.3, 2.0, 5.0, -3.0],
            "BASE": [0.1, 3.0, 0.0, -2.0], "CHG": [0.2, -1.0, 5.0, -1.0],
            "PCHG": [200.0, -33.3, 7.0, -50.0], "R2BASE": [3.0, 2 / 3, 1.0, 1.5]}  # fmt: skip
    assert seen(ADVS=advs) == [("VAL102", "ADVS", "PCHG", (2,))]


def test_times_in_months_are_not_judged() -> None:
    adtte = {"USUBJID": ["A", "A"], "PARAMCD": ["OS", "OS"], "AVALU": ["DAYS", "MONTHS"],
             "AVAL": [50.0, 50.0], "STARTDT": [100.0, 100.0], "ADT": [120.0, 120.0],
             "CNSR": [0.0, 1.0]}  # fmt: skip
    assert seen(ADTTE=adtte) == [("VAL115", "ADTTE", "AVAL", (1,))]


def test_occurrence_flags_within_terms_and_periods() -> None:
    adae = {"USUBJID": ["A"] * 3, "AESEQ": [1.0, 2.0, 3.0], "AETERM": ["X", "Y", "Z"],
            "AEBODSYS": ["S", "S", "S"], "AEDECOD": ["P", "P", "Q"],
            "AOCCPFL": ["Y", "Y", "Y"]}  # fmt: skip
    assert seen(ADAE=adae) == [("VAL117", "ADAE", "AOCCPFL", (1, 2))]
    assert seen(ADAE={**adae, "APERIOD": [1.0, 2.0, 1.0]}) == []


def test_copies_of_supplemental_qualifiers() -> None:
    """A variable that is named as a QNAM has the value of SUPP--; events are copied whole."""
    ae = {"DOMAIN": ["AE"], "USUBJID": ["A"], "AESEQ": [1.0], "AETERM": ["X"], "AESEV": ["MILD"]}
    suppae = {"RDOMAIN": ["AE"], "USUBJID": ["A"], "IDVAR": ["AESEQ"], "IDVARVAL": ["1"],
              "QNAM": ["COURSE"], "QVAL": ["2"]}  # fmt: skip
    adae = {"USUBJID": ["A"], "AESEQ": [1.0], "AETERM": ["X"], "AESEV": ["MILD"], "COURSE": ["2"]}
    assert seen(AE=ae, SUPPAE=suppae, ADAE=adae) == []
    changed = {**adae, "AESEV": [None], "COURSE": ["3"]}
    assert seen(AE=ae, SUPPAE=suppae, ADAE=changed) == [
        ("VAL079", "ADAE", "AESEV", (1,)),
        ("VAL079", "ADAE", "COURSE", (1,)),
    ]


def test_numbers_beside_texts_are_not_left_out() -> None:
    advs = {"USUBJID": ["A"] * 3, "PARAMCD": ["X"] * 3, "AVISIT": ["W1", "W1", "W2"],
            "AVISITN": [1.0, None, None]}  # fmt: skip
    given = {"ADVS": Given(_frame(advs), ())}
    plan = plan_from_standards(given)
    found = [f for f in judge(plan, ready_frames(plan, given)) if f.problem.code == "VAL040"]
    assert [(f.problem.variable, f.rows.tolist()) for f in found] == [("AVISITN", [1])]


def test_source_without_its_dataset() -> None:
    traced = {"USUBJID": ["A", "A"], "PARAMCD": ["T", "T"], "SRCDOM": ["ADSL", None],
              "SRCVAR": ["ARM", "ARM"]}  # fmt: skip
    assert seen(ADSL=ADSL, ADTTE=traced) == [("VAL101", "ADTTE", "SRCDOM", (2,))]


def test_missing_day_is_wrong_where_days_are_hardly_ever_missing() -> None:
    many = 100
    adxx = {"USUBJID": ["A"] * many, "PARAMCD": ["X"] * many, "TRTSDT": [100.0] * many,
            "ADT": [105.0] * many}  # fmt: skip
    one = [None, *[6.0] * (many - 1)]
    assert seen(ADXX={**adxx, "ADY": one}) == [("VAL103", "ADXX", "ADY", (1,))]
    assert seen(ADXX={**adxx, "ADY": [None] * 5 + [6.0] * (many - 5)}) == []


def test_clock_time_is_the_one_collected() -> None:
    """To the minute; a flag says that it was imputed."""
    moment = 23439.0 * 86400 + 10 * 3600 + 20 * 60
    advs = {"USUBJID": ["A", "A"], "PARAMCD": ["X", "X"], "VSSEQ": [1.0, 2.0],
            "VSDTC": ["2024-03-04T10:20", "2024-03-04T10:20:45"], "ADTM": [moment, moment + 45],
            "ATMF": [None, None]}  # fmt: skip
    assert seen(ADVS=advs) == []
    assert seen(ADVS={**advs, "ADTM": [moment, moment + 600]}) == [("VAL107", "ADVS", "ADTM", (2,))]


def test_categories_of_parameters() -> None:
    """Where no category is the usual one, all records are shown."""
    advs = {"USUBJID": ["A"] * 4, "PARAMCD": ["X", "X", "Y", "Y"], "PARCAT1": ["P", "Q", "P", "P"]}
    assert seen(ADVS=advs) == [("VAL111", "ADVS", "PARCAT1", (1, 2))]


@pytest.mark.parametrize("name", ["ADLB", "ADAE", "ADSL"])
def test_an_absent_variable_is_no_traceback(name: str) -> None:
    """Every rule stands back where a variable that the standard requires is not there."""
    columns = {
        "USUBJID": ["A"],
        "ADY": [1.0],
        "AOCCFL": ["Y"],
        "CHG": [np.nan],
        "TRTP": ["T"],
    }
    assert seen(DM={"USUBJID": ["A"]}, **{name: columns}) == []

"""Checks of finished datasets: each code with its count and rows, each bad row once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmap.codes import CODES
from clinmap.measuring import measure
from clinmap.metadata import CodelistUse, Condition
from clinmap.plan import DatasetPlan, Plan, PlanCodelist, PlanTerm, ValueItem, VariablePlan
from clinmap.problems import Location, Problem, Severity
from clinmap.validation import schema, validate, validate_study


def _text(*values: str | None) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def _codelist(name: str, *terms: str, extensible: bool = False) -> PlanCodelist:
    return PlanCodelist(
        name, name, name, extensible=extensible, terms=tuple(PlanTerm(term) for term in terms)
    )


CODELISTS = (
    _codelist("NY", "N", "Y"),
    _codelist("ND", "NOT DONE"),
    _codelist("POSITION", "SITTING", "STANDING", "SUPINE", extensible=True),
    _codelist("TEMPU", "C", "F"),
    _codelist("PRESU", "mmHg", extensible=True),
    _codelist("SIZE", "SMALL", "LARGE"),
    PlanCodelist("MEDDRA", "MedDRA", "MedDRA", external="MedDRA", version="27.0"),
)

VS = DatasetPlan(
    name="VS",
    label="Vital Signs",
    cls="FINDINGS",
    structure="",
    purpose="Tabulation",
    keys=("USUBJID", "VSTESTCD", "VISITNUM", "VSSPID"),
    order=(),
    sources=(),
    variables=(
        VariablePlan("STUDYID", "Study Identifier", "text", core="Req"),
        VariablePlan("USUBJID", "Unique Subject Identifier", "text", core="Req"),
        VariablePlan("VSSEQ", "Sequence Number", "integer", core="Req"),
        VariablePlan("VSSPID", "Sponsor ID", "text", core="Perm"),
        VariablePlan("VSTESTCD", "Short Name", "text", core="Req"),
        VariablePlan("VSTEST", "Name", "text", core="Req"),
        VariablePlan(
            "VSPOS", "Position", "text", core="Perm", codelists=(CodelistUse("POSITION"),)
        ),
        VariablePlan("VSORRES", "Result", "text", core="Exp"),
        VariablePlan(
            "VSORRESU",
            "Unit",
            "text",
            core="Exp",
            codelists=(
                CodelistUse("TEMPU", (Condition("VSTESTCD", ("TEMP",)),)),
                CodelistUse("PRESU", (Condition("VSTESTCD", ("SYSBP", "DIABP")),)),
            ),
        ),
        VariablePlan("VSSTRESC", "Standard", "text", core="Exp", codelists=(CodelistUse("SIZE"),)),
        VariablePlan("VSSTRESN", "Numeric", "float", core="Exp"),
        VariablePlan("VSSTAT", "Status", "text", core="Perm", codelists=(CodelistUse("ND"),)),
        VariablePlan("VSREASND", "Reason", "text", core="Perm"),
        VariablePlan("VISITNUM", "Visit Number", "float", core="Exp"),
        VariablePlan("VISIT", "Visit Name", "text", core="Perm"),
        VariablePlan("VSSTDTC", "Start", "partialDatetime", core="Perm"),
        VariablePlan("VSENDTC", "End", "partialDatetime", core="Perm"),
        VariablePlan("VSDY", "Study Day", "integer", core="Perm"),
        VariablePlan("VSTPT", "Timepoint", "text", core="Perm"),
        VariablePlan("VSTPTNUM", "Timepoint Number", "float", core="Perm"),
        VariablePlan("VSTPTREF", "Timepoint Reference", "text", core="Perm"),
    ),
    location=Location("sdtm/vs.yaml", 1),
)

PLAN = Plan(
    study="S",
    title="",
    description="",
    protocol="",
    as_of="2025-01-01",
    raw={},
    datasets=(VS,),
    codelists={codelist.id: codelist for codelist in CODELISTS},
    standards=(),
)

CLEAN = pd.DataFrame(
    {
        "STUDYID": _text(*["S"] * 6),
        "USUBJID": _text("A", "A", "A", "B", "B", "B"),
        "VSSEQ": [1.0, 2.0, 3.0, 1.0, 2.0, 3.0],
        "VSSPID": _text("1", "2", "3", "4", "5", "6"),
        "VSTESTCD": _text("TEMP", "SYSBP", "SYSBP", "TEMP", "SYSBP", "SYSBP"),
        "VSTEST": _text(
            "Temperature",
            "Systolic",
            "Systolic",
            "Temperature",
            "Systolic",
            "Systolic",
        ),
        "VSPOS": _text("SITTING", None, "SUPINE", "STANDING", "", " "),
        "VSORRES": _text("36.5", "120", None, "37", "LARGE", "118"),
        "VSORRESU": _text("C", "mmHg", None, "F", None, "mmHg"),
        "VSSTRESC": _text("36.5", "120", None, "37", "LARGE", "118"),
        "VSSTRESN": [36.5, 120.0, np.nan, 37.0, np.nan, 118.0],
        "VSSTAT": _text(None, None, "NOT DONE", "", None, None),
        "VSREASND": _text(None, None, "REFUSED", None, None, None),
        "VISITNUM": [1.0, 1.0, 2.0, 1.0, 1.0, 2.0],
        "VISIT": _text("V1", "V1", "V2", "V1", "V1", "V2"),
        "VSSTDTC": _text("2014-03-01", "2014-03", None, "2014-03-01T08:30", "", "2014-03-02"),
        "VSENDTC": _text("2014-03-01", "2014-02", None, "2014-03-01T08:30", None, "2014"),
        "VSDY": [1.0, -1.0, np.nan, 2.0, 3.0, 4.0],
        "VSTPT": _text("PRE", "PRE", "PRE", "PRE", None, None),
        "VSTPTNUM": [0.0, 0.0, 0.0, 0.0, np.nan, np.nan],
        "VSTPTREF": _text("DOSE", "DOSE", "DOSE", "DOSE", None, None),
    }
)


def _with(row: int, **cells: object) -> pd.DataFrame:
    frame = CLEAN.copy()
    for name, value in cells.items():
        frame.loc[row, name] = value
    return frame


def _only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, [(p.code, p.variable, p.rows) for p in problems]
    return problems[0]


def _brief(problems: list[Problem]) -> list[tuple[str, str, int, tuple[str, ...]]]:
    return [(p.code, p.variable, p.count, p.rows) for p in problems]


def _changed(dataset: DatasetPlan, name: str, **changes: object) -> DatasetPlan:
    variables = tuple(
        replace(v, **changes) if v.name == name else v  # type: ignore[arg-type]
        for v in dataset.variables
    )
    return replace(dataset, variables=variables)


def test_a_clean_frame_has_no_problems() -> None:
    assert validate(VS, PLAN, CLEAN) == []


def test_facts_spare_checks_and_change_nothing() -> None:
    assert validate(VS, PLAN, CLEAN, measure(VS, CLEAN)) == []
    long = _with(0, VSREASND="x" * 201)
    assert validate(VS, PLAN, long, measure(VS, long)) == validate(VS, PLAN, long)


def test_the_frame_is_not_changed() -> None:
    before = CLEAN.copy()
    validate(VS, PLAN, CLEAN)
    pd.testing.assert_frame_equal(CLEAN, before)


def test_a_frame_without_rows_has_no_problems() -> None:
    assert validate(VS, PLAN, CLEAN.iloc[:0]) == []


def test_a_frame_with_only_missing_values_lacks_only_required_ones() -> None:
    missing = CLEAN.mask(CLEAN.notna()).assign(VSSTAT=_text(*["NOT DONE"] * 6))
    found = validate(replace(VS, keys=()), PLAN, missing)
    assert {(p.code, p.count) for p in found} == {("VAL003", 6), ("VAL054", 6)}
    assert [p.variable for p in found[:-1]] == [
        "STUDYID",
        "USUBJID",
        "VSSEQ",
        "VSTEST",
        "VSTESTCD",
    ]


def test_val001_a_required_variable_is_absent() -> None:
    problem = _only(validate(VS, PLAN, CLEAN.drop(columns="STUDYID")))
    assert (problem.code, problem.variable, problem.count, problem.rows) == (
        "VAL001",
        "STUDYID",
        1,
        (),
    )
    assert problem.severity is Severity.ERROR
    assert problem.location == Location("sdtm/vs.yaml", 1)


def test_val002_an_expected_variable_is_absent_unless_not_collected() -> None:
    frame = CLEAN.drop(columns="VSORRESU")
    problem = _only(validate(VS, PLAN, frame))
    assert (problem.code, problem.variable) == ("VAL002", "VSORRESU")
    assert problem.severity is Severity.WARNING
    assert validate(replace(VS, not_collected={"VSORRESU": "none"}), PLAN, frame) == []


def test_a_permissible_variable_may_be_absent() -> None:
    assert validate(VS, PLAN, CLEAN.drop(columns=["VSPOS", "VSTPTREF", "VSSPID"])) == []


def test_val003_null_and_blank_are_both_missing_and_each_row_counts_once() -> None:
    frame = _with(1, STUDYID="  ")
    frame.loc[4, "STUDYID"] = None
    frame.loc[5, "STUDYID"] = ""
    found = _brief(validate(VS, PLAN, frame))
    assert found == [("VAL003", "STUDYID", 3, ("VS:2", "VS:5", "VS:6"))]


def test_val003_asks_less_of_analysis_datasets() -> None:
    adam = replace(VS, purpose="Analysis")
    frame = _with(0, STUDYID=None, VSTEST=None)
    assert _brief(validate(adam, PLAN, frame)) == [("VAL003", "STUDYID", 1, ("VS:1",))]


def test_val004_a_column_of_the_wrong_type_is_reported_once() -> None:
    frame = CLEAN.assign(VSSTRESN=CLEAN["VSSTRESC"], VSSTRESC=1.0)
    found = validate(VS, PLAN, frame)
    assert _brief(found) == [("VAL004", "VSSTRESC", 1, ()), ("VAL004", "VSSTRESN", 1, ())]
    objects = CLEAN.assign(VSTEST=CLEAN["VSTEST"].astype(object))
    assert _brief(validate(VS, PLAN, objects)) == [("VAL004", "VSTEST", 1, ())]


def test_val004_integers_are_whole_and_numbers_finite() -> None:
    assert _brief(validate(VS, PLAN, _with(0, VSDY=1.5))) == [("VAL004", "VSDY", 1, ("VS:1",))]
    frame = _with(0, VISITNUM=np.inf)
    assert ("VAL004", "VISITNUM", 1, ("VS:1",)) in _brief(validate(VS, PLAN, frame))


def test_val005_text_is_at_most_200_bytes() -> None:
    assert validate(VS, PLAN, _with(2, VSREASND="x" * 200)) == []
    found = validate(VS, PLAN, _with(2, VSREASND="é" * 101))
    assert _brief(found) == [("VAL005", "VSREASND", 1, ("VS:3",))]


def test_val006_names_and_labels_are_short() -> None:
    frame = CLEAN.replace({"VSTESTCD": {"TEMP": "TEMPERATU"}, "VSTEST": {"Systolic": "x" * 41}})
    assert _brief(validate(VS, PLAN, frame)) == [
        ("VAL006", "VSTEST", 4, ("VS:2", "VS:3", "VS:5", "VS:6")),
        ("VAL006", "VSTESTCD", 2, ("VS:1", "VS:4")),
    ]


def test_val010_outside_a_non_extensible_codelist() -> None:
    frame = _with(4, VSORRES="LARGEE", VSSTRESC="LARGEE")
    problem = _only(validate(VS, PLAN, frame))
    assert (problem.code, problem.rows, problem.severity) == ("VAL010", ("VS:5",), Severity.ERROR)
    assert problem.message == "VSSTRESC is outside codelist SIZE (non-extensible): 'LARGEE'"
    assert "For 'LARGEE', did you mean LARGE?" in problem.hint


def test_val010_exceptions_are_permitted() -> None:
    frame = _with(4, VSORRES="HUGE", VSSTRESC="HUGE")
    assert validate(_changed(VS, "VSSTRESC", exceptions=("HUGE",)), PLAN, frame) == []


def test_numbers_and_limits_in_a_standard_result_are_outside_its_codelist() -> None:
    frame = _with(4, VSORRES="<5", VSSTRESC="<5")
    assert validate(VS, PLAN, frame) == []
    assert _only(validate(VS, PLAN, _with(4, VSORRES="<L", VSSTRESC="<L"))).code == "VAL010"


def test_val011_outside_an_extensible_codelist_unless_declared() -> None:
    frame = _with(0, VSPOS="KNEELING")
    problem = _only(validate(VS, PLAN, frame))
    assert (problem.code, problem.severity) == ("VAL011", Severity.WARNING)
    declared = replace(
        PLAN.codelists["POSITION"],
        terms=(*PLAN.codelists["POSITION"].terms, PlanTerm("KNEELING", extended=True)),
    )
    plan = replace(PLAN, codelists={**PLAN.codelists, "POSITION": declared})
    assert validate(VS, plan, frame) == []


def test_messages_name_five_terms_at_most() -> None:
    frame = CLEAN.assign(VSPOS=_text(*"abcdef"))
    problem = _only(validate(VS, PLAN, frame))
    assert problem.message.endswith("'a', 'b', 'c', 'd', 'e' and 1 more")


def test_codelists_apply_under_their_conditions() -> None:
    swapped = CLEAN.assign(VSORRESU=_text("mmHg", "C", None, "F", None, "mmHg"))
    assert _brief(validate(VS, PLAN, swapped)) == [
        ("VAL010", "VSORRESU", 1, ("VS:1",)),
        ("VAL011", "VSORRESU", 1, ("VS:2",)),
    ]


def test_a_condition_replaces_the_codelist_without_one() -> None:
    item = ValueItem((Condition("VSTESTCD", ("TEMP",)),), codelists=(CodelistUse("TEMPU"),))
    dataset = _changed(VS, "VSORRESU", codelists=(CodelistUse("PRESU"),), items=(item,))
    assert validate(dataset, PLAN, CLEAN) == []
    swapped = CLEAN.assign(VSORRESU=_text("mmHg", "C", None, "F", None, "mmHg"))
    assert [p.code for p in validate(dataset, PLAN, swapped)] == ["VAL010", "VAL011"]


def test_one_of_several_codelists_is_enough() -> None:
    dataset = _changed(VS, "VSPOS", codelists=(CodelistUse("NY"), CodelistUse("SIZE")))
    frame = CLEAN.assign(VSPOS=_text("Y", "SMALL", None, "N", "X", "LARGE"))
    assert _brief(validate(dataset, PLAN, frame)) == [("VAL010", "VSPOS", 1, ("VS:5",))]


def test_conditions_compare_numbers_as_text_and_dictionaries_are_not_checked() -> None:
    uses = (CodelistUse("NY", (Condition("VISITNUM", ("2",)),)), CodelistUse("MEDDRA"))
    dataset = _changed(VS, "VSPOS", codelists=uses)
    assert _brief(validate(dataset, PLAN, CLEAN)) == [("VAL010", "VSPOS", 1, ("VS:3",))]


def test_numeric_codelists_are_compared_as_text() -> None:
    plan = replace(PLAN, codelists={**PLAN.codelists, "VISITS": _codelist("VISITS", "1")})
    dataset = _changed(VS, "VISITNUM", codelists=(CodelistUse("VISITS"),))
    found = _brief(validate(dataset, plan, CLEAN))
    assert found == [("VAL010", "VISITNUM", 2, ("VS:3", "VS:6"))]


def test_val020_dates_are_iso_8601() -> None:
    frame = CLEAN.assign(VSSTDTC=_text("01MAR2014", "2014-03", None, "2014---01", "", "2014-13"))
    assert _brief(validate(VS, PLAN, frame)) == [("VAL020", "VSSTDTC", 2, ("VS:1", "VS:6"))]


def test_val030_keys_are_unique_and_missing_equals_blank() -> None:
    frame = CLEAN.assign(VSSPID=_text("1", None, "", " ", None, "6"))
    frame = frame.assign(VISITNUM=1.0, VISIT="V1").astype({"VISIT": "str"})
    problem = _only(validate(VS, PLAN, frame))
    assert (problem.code, problem.variable, problem.count) == ("VAL030", "", 2)
    assert problem.rows == ("VS:2", "VS:3")


def test_val031_sequence_numbers_are_unique_within_subjects() -> None:
    found = _brief(validate(VS, PLAN, _with(1, VSSEQ=1.0)))
    assert found == [("VAL031", "VSSEQ", 2, ("VS:1", "VS:2"))]


def test_val040_the_rarer_partner_is_at_fault() -> None:
    found = _brief(validate(VS, PLAN, _with(2, VSTEST="Sistolic")))
    assert found == [("VAL040", "VSTESTCD", 1, ("VS:3",))]
    tie = _brief(validate(VS, PLAN, _with(3, VSTEST="Temp")))
    assert tie == [("VAL040", "VSTESTCD", 2, ("VS:1", "VS:4"))]
    reverse = _brief(validate(VS, PLAN, _with(4, VISITNUM=9.0)))
    assert reverse == [("VAL040", "VISITNUM", 1, ("VS:5",))]


def test_val040_timepoints_go_together_within_their_reference() -> None:
    numbers = CLEAN.assign(VSTPTNUM=[0.0, 1.0, 1.0, 0.0, np.nan, np.nan])
    assert validate(VS, PLAN, numbers) == []
    frame = CLEAN.assign(VSTPTNUM=[0.0, 1.0, 1.0, 3.0, np.nan, np.nan])
    assert _brief(validate(VS, PLAN, frame)) == [("VAL040", "VSTPTNUM", 2, ("VS:1", "VS:4"))]


def test_val040_analysis_variables_and_their_numbers() -> None:
    names = ("PARAMCD", "PARAM", "AVISIT")
    variables = (*(VariablePlan(name, name, "text") for name in names),)
    dataset = replace(
        VS,
        name="ADVS",
        purpose="Analysis",
        keys=(),
        variables=(*variables, VariablePlan("AVISITN", "AVISITN", "float")),
    )
    frame = pd.DataFrame(
        {
            "PARAMCD": _text("A", "A", "A", "B", "B"),
            "PARAM": _text("Aa", "Aa", "Aa", "Bb", "Bb"),
            "AVISIT": _text("W1", "W1", "W1", "W1", None),
            "AVISITN": [1.0, 1.0, 2.0, 7.0, 7.0],
        }
    )
    assert _brief(validate(dataset, PLAN, frame)) == [
        ("VAL040", "AVISIT", 1, ("ADVS:5",)),  # a number whose name other records have
        ("VAL040", "AVISITN", 1, ("ADVS:3",)),
    ]


@pytest.mark.parametrize(
    ("start", "end", "bad"),
    [
        ("2014-03-02", "2014-03-01", True),
        ("2014-03-01T09:00", "2014-03-01T08:59", True),
        ("2014-03-01T09:00:30", "2014-03-01T09:00:29", True),
        ("2014-03-01T09:00:30", "2014-03-01T09:00", False),
        ("2014-03-01T09:00", "2014-03-01", False),
        ("2014-03-01T09:00Z", "2014-03-01T08:00Z", False),
        ("2014-03", "2014-02", False),
        ("2014-03-01", None, False),
    ],
)
def test_val050_a_start_is_not_after_its_end(start: str, end: str | None, bad: bool) -> None:
    found = _brief(validate(VS, PLAN, _with(0, VSSTDTC=start, VSENDTC=end)))
    assert found == ([("VAL050", "VSSTDTC", 1, ("VS:1",))] if bad else [])


def test_val051_the_number_is_what_the_text_says() -> None:
    frame = CLEAN.assign(VSSTRESN=[36.6, np.nan, np.nan, 37.0, 5.0, 118.0])
    found = _brief(validate(VS, PLAN, frame))
    assert found == [("VAL051", "VSSTRESN", 3, ("VS:1", "VS:2", "VS:5"))]


def test_val052_a_result_is_missing_exactly_where_not_done() -> None:
    frame = CLEAN.assign(VSORRES=_text("36.5", "", "1", "37", "LARGE", None))
    found = _brief(validate(VS, PLAN, frame))
    assert found == [("VAL052", "VSORRES", 3, ("VS:2", "VS:3", "VS:6"))]


def test_val052_derived_records_may_have_no_original_result() -> None:
    drvfl = VariablePlan("VSDRVFL", "Derived", "text")
    dataset = replace(VS, variables=(*VS.variables, drvfl))
    frame = _with(1, VSORRES=None).assign(VSDRVFL=_text(None, "Y", None, None, None, None))
    assert validate(dataset, PLAN, frame) == []


def test_val053_there_is_no_study_day_0() -> None:
    assert _brief(validate(VS, PLAN, _with(1, VSDY=0.0))) == [("VAL053", "VSDY", 1, ("VS:2",))]


def test_val054_not_done_has_a_reason() -> None:
    problem = _only(validate(VS, PLAN, _with(2, VSREASND=" ")))
    assert (problem.code, problem.rows, problem.severity) == ("VAL054", ("VS:3",), Severity.WARNING)


def _named(name: str, *variables: str, parent: str = "") -> DatasetPlan:
    known = tuple(VariablePlan(v, v, "integer" if v.endswith("SEQ") else "text") for v in variables)
    return replace(VS, name=name, variables=known, keys=(), parent=parent)


DM = _named("DM", "USUBJID")
AE = _named("AE", "USUBJID", "AESEQ")
SUPPAE = _named("SUPPAE", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", parent="AE")
RELREC = _named("RELREC", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL")
STUDY = replace(PLAN, datasets=(DM, AE, SUPPAE, RELREC))
FRAMES = {
    "DM": pd.DataFrame({"USUBJID": _text("A", "B")}),
    "AE": pd.DataFrame({"USUBJID": _text("A", "A", "B"), "AESEQ": [1.0, 2.0, 1.0]}),
    "SUPPAE": pd.DataFrame(
        {
            "RDOMAIN": _text("AE", "AE", "AE"),
            "USUBJID": _text("A", "B", "B"),
            "IDVAR": _text("AESEQ", "AESEQ", None),
            "IDVARVAL": _text("2", "1", None),
        }
    ),
    "RELREC": pd.DataFrame(
        {
            "RDOMAIN": _text("AE", "DM", None),
            "USUBJID": _text("A", None, "A"),
            "IDVAR": _text("AESEQ", "USUBJID", None),
            "IDVARVAL": _text("1", None, None),
        }
    ),
}


def test_a_clean_study_has_no_problems() -> None:
    assert validate_study(STUDY, FRAMES) == []
    assert validate_study(STUDY, {name: frame.iloc[:0] for name, frame in FRAMES.items()}) == []


def test_val060_subjects_are_in_dm() -> None:
    frames = {**FRAMES, "DM": FRAMES["DM"].iloc[:1]}
    found = _brief(validate_study(STUDY, frames))
    assert found == [
        ("VAL060", "USUBJID", 1, ("AE:3",)),
        ("VAL060", "USUBJID", 2, ("SUPPAE:2", "SUPPAE:3")),
    ]
    assert validate_study(STUDY, {name: FRAMES[name] for name in ("AE", "SUPPAE")}) == []


def test_val061_references_find_their_record() -> None:
    frame = FRAMES["SUPPAE"].assign(IDVARVAL=_text("3", "1", None), USUBJID=_text("A", "B", "B"))
    found = _brief(validate_study(STUDY, {**FRAMES, "SUPPAE": frame}))
    assert found == [("VAL061", "IDVARVAL", 1, ("SUPPAE:1",))]
    other = FRAMES["RELREC"].assign(IDVAR=_text("AESPID", None, None))
    found = _brief(validate_study(STUDY, {**FRAMES, "RELREC": other}))
    assert found == [("VAL061", "IDVARVAL", 1, ("RELREC:1",))]


def test_val061_without_the_parent_nothing_is_found() -> None:
    frames = {"DM": FRAMES["DM"], "SUPPAE": FRAMES["SUPPAE"]}
    assert [(p.code, p.count) for p in validate_study(STUDY, frames)] == [("VAL061", 3)]


def test_val061_says_nothing_of_records_in_a_dataset_that_was_not_built() -> None:
    """A build of some datasets cannot know; a dataset that no build makes is still not there."""
    related = FRAMES["RELREC"].assign(RDOMAIN=_text("AE", "DM", "XX"))
    frames = {"DM": FRAMES["DM"], "RELREC": related}
    found = _brief(validate_study(STUDY, frames))
    assert found == [("VAL061", "IDVARVAL", 1, ("RELREC:3",))]


def test_rows_are_kept_to_a_thousand_and_the_count_has_all() -> None:
    frame = pd.DataFrame({"USUBJID": _text(*["X"] * 1500)})
    problem = _only(validate_study(STUDY, {"DM": FRAMES["DM"], "AE": frame}))
    assert (problem.count, len(problem.rows), problem.rows[-1]) == (1500, 1000, "AE:1000")


def test_a_study_may_set_severities() -> None:
    plan = replace(PLAN, severities={"VAL053": Severity.NOTE})
    assert _only(validate(VS, plan, _with(1, VSDY=0.0))).severity is Severity.NOTE


def test_messages_never_hold_a_subject() -> None:
    secret = "SUBJECT-0042"
    frame = CLEAN.assign(USUBJID=secret, VSSEQ=1.0, VISITNUM=1.0, VSDY=0.0, VSSPID="1")
    frame = frame.astype({"USUBJID": "str", "VSSPID": "str"})
    found = [
        *validate(VS, PLAN, frame),
        *validate_study(STUDY, {**FRAMES, "AE": frame[["USUBJID"]]}),
    ]
    assert {"VAL030", "VAL031", "VAL060"} <= {p.code for p in found}
    assert all(secret not in p.message + p.hint for p in found)


def test_rows_must_be_numbered_and_columns_unique() -> None:
    with pytest.raises(ValueError, match=r"numbered 0\.\.n-1"):
        validate(VS, PLAN, CLEAN.iloc[1:])
    with pytest.raises(ValueError, match="different names"):
        validate(VS, PLAN, pd.concat([CLEAN, CLEAN[["VISIT"]]], axis=1))


def test_a_fault_inside_a_check_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> object:
        raise ZeroDivisionError("no")

    monkeypatch.setattr("clinmap.validation.columns._whole", broken)
    with pytest.raises(RuntimeError, match="could not run"):
        validate(VS, PLAN, CLEAN)


def test_the_schema_is_pandera_and_names_its_checks_by_code() -> None:
    made = schema(VS, PLAN)
    assert isinstance(made, pa.DataFrameSchema)
    assert made.columns["STUDYID"].required
    assert not made.columns["VSPOS"].required
    names = {check.name for column in made.columns.values() for check in column.checks}
    names |= {check.name for check in made.checks}
    assert names <= {code.id for code in CODES}


MESSY = CLEAN.assign(
    STUDYID=_text("S", None, "S", "", "S", "S"),
    VSSEQ=[1.0, 1.0, 3.0, 1.5, 2.0, 3.0],
    VSTEST=_text("Temperature", "Systolic", "Sys", "Temp", "Systolic", "Systolic"),
    VSPOS=_text("a", "b", None, "SUPINE", "c", "d"),
    VSORRESU=_text("mmHg", "C", None, "F", None, "mmHg"),
    VSSTRESN=[1.0, np.nan, np.nan, 37.0, np.nan, 118.0],
    VSDY=[0.0, 0.0, np.nan, 2.0, 3.0, 4.0],
)


@settings(max_examples=20)
@given(st.permutations(range(len(MESSY))))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    def seen(frame: pd.DataFrame) -> list[tuple[str, str, int]]:
        return [(p.code, p.variable, p.count) for p in validate(VS, PLAN, frame)]

    assert seen(MESSY.iloc[order].reset_index(drop=True)) == seen(MESSY)


def test_val051_a_titer_may_have_its_number() -> None:
    titers = _text("1:160", "1:160", "<1:20", "1:160", None, "118")
    frame = CLEAN.assign(VSSTRESC=titers, VSSTRESN=[160.0, np.nan, 20.0, 1.0, np.nan, 118.0])
    found = [item for item in _brief(validate(VS, PLAN, frame)) if item[0] == "VAL051"]
    assert found == [("VAL051", "VSSTRESN", 2, ("VS:3", "VS:4"))]

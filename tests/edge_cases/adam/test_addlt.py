"""Adverse events, dose limiting toxicity and escalation, in the analysis XPT files."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Records = Callable[..., pd.DataFrame]

DATASETS = ("ADAE", "ADDLT", "ADESC", "ADHIST")
PUBLISHED = {"CMAX": 11, "CTROUGH": 0.2, "AUCIFO": 1380, "LAMZHL": 7, "CLO": 2}


def rows(frame: pd.DataFrame, names: str) -> list[tuple[object, ...]]:
    columns = [[None if pd.isna(value) else value for value in frame[n]] for n in names.split()]
    return list(zip(*columns, strict=True))


def day(text: str) -> object:
    return pd.Timestamp(text).date()


def the_decision(evaluable: int, limited: int) -> str:
    """Three and three, in words: two toxicities end a level, three without or six with one pass."""
    if limited >= 2:
        return "STOP"
    if evaluable >= 6 or (evaluable == 3 and limited == 0):
        return "ESCALATE"
    return "EXPAND" if evaluable == 3 else "ENROLL"


def test_e01_who_was_never_dosed_has_no_records(adam: Records) -> None:
    """103-002 and the screen failures; the cohort of 103-002 counts it as enrolled."""
    for subject in ("103-002", "102-009", "106-001"):
        assert adam("ADAE", subject).empty
        assert adam("ADDLT", subject).empty
    assert rows(adam("ADESC", COHORT="2A", ANL01FL="Y"), "NENR NEVAL NDLT") == [(3, 1, 0)]


def test_e05_doses_held_for_toxicity_leave_a_subject_evaluable(adam: Records) -> None:
    """104-001: 18 of 21 doses are 85.7143%, which is enough; three are not more than three."""
    assert round(adam("ADDLT", "104-001", PARAMCD="LENC1PCT")["AVAL"].iloc[0], 4) == 85.7143
    assert rows(adam("ADDLT", "104-001", PARAMCD="DLTEVAL"), "AVALC AVALCAT1") == [("Y", "")]


def test_e09_a_second_enrollment_never_counts_for_toxicity(adam: Records) -> None:
    """105-001: records of both enrollments, one of them analysed; cohort 3A has three subjects."""
    evaluated = adam("ADDLT", "105-001", PARAMCD="DLTEVAL")
    assert rows(evaluated, "ENRLSEQ AVALC AVALCAT1 ANL01FL AVISIT") == [
        (1, "Y", "", "Y", "Course 1"),
        (2, "N", "SECOND ENROLLMENT", "", "Enrollment 2 Course 1"),
    ]
    assert rows(adam("ADESC", COHORT="3A", ANL01FL="Y"), "NENR NEVAL NDLT") == [(3, 3, 0)]


def test_e10_the_form_decides_what_is_dose_limiting(adam: Records, sdtm: Records) -> None:
    """101-005: the hypoxia is dose limiting by the form, and not by the page."""
    (event,) = adam("ADAE", "101-005", AEGRPID="7").to_dict("records")
    found = [event[name] for name in ("AEDECOD", "DLTFL", "DLTSRC", "DLTCRIT", "DLTWIN", "ASTDY")]
    assert found == ["Hypoxia", "Y", "DLT FORM", "D04", "Y", 9]
    page = sdtm("SUPPAE", "101-005", QNAM="AEDLT", IDVARVAL=str(int(event["AESEQ"])))
    assert rows(page, "QVAL") == [("N",)]
    toxic = adam("ADDLT", "101-005", PARAMCD="DLT")
    assert rows(toxic, "AVALC AVALCAT1 ADY SRCDOM SRCVAR SRCSEQ") == [
        ("Y", "D04", 9, "FA", "FASTRESC", 3)
    ]
    assert rows(sdtm("FA", "101-005", FASEQ=3), "FATESTCD FASTRESC") == [("OCCUR", "Y")]
    assert rows(adam("ADDLT", "101-005", PARAMCD="TTDLT"), "AVAL ADT") == [(9, day("2014-03-11"))]


def test_e11_evaluable_on_the_form_and_not_by_the_doses(adam: Records) -> None:
    """103-001: 12 of 21 doses, missed without toxicity; what was collected stays beside it."""
    assert rows(adam("ADDLT", "103-001", PARAMCD="DLTEVAL"), "AVALC AVALCAT1 ADT") == [
        ("N", "TOO LITTLE LENALIDOMIDE", None)
    ]
    assert rows(adam("ADDLT", "103-001", PARAMCD="DLTEVLCL"), "AVALC") == [("Y",)]
    assert rows(adam("ADSL", "103-001"), "DLTEVLFL") == [("N",)]


def test_e20_the_grades_of_one_event_are_one_occurrence(adam: Records) -> None:
    """101-004: three records of event 5; the first of the term and the worst of it are flagged."""
    event = adam("ADAE", "101-004", AEGRPID="5").sort_values("ASTDT", ignore_index=True)
    assert rows(event, "ATOXGRN AOCCPFL AOCCPIFL") == [(2, "Y", ""), (3, "", "Y"), (1, "", "")]


def test_e22_the_end_of_an_ongoing_event_is_not_imputed(adam: Records) -> None:
    """104-002: neither an end nor a duration."""
    event = adam("ADAE", "104-002", AEGRPID="1")
    assert rows(event, "AENDT AENDTF ADURN ADURU") == [(None, "", None, "")]


def test_e23_a_start_in_the_month_of_the_first_dose(adam: Records) -> None:
    """102-003: March 2014 is imputed to the first dose, and treatment emergent."""
    event = adam("ADAE", "102-003", AEGRPID="1")
    assert rows(event, "AESTDTC ASTDT ASTDTF ASTDY TRTEMFL ACOURSE") == [
        ("2014-03", day("2014-03-01"), "D", 1, "Y", 1)
    ]


def test_the_page_counts_where_the_form_names_another_event(adam: Records) -> None:
    """101-007: the form names event 5, and event 2 is marked on its page."""
    limiting = adam("ADAE", "101-007", DLTFL="Y")
    assert rows(limiting, "AEGRPID AEDECOD DLTSRC DLTCRIT DLTWIN") == [
        ("2", "Platelet count decreased", "AE PAGE", "D02", "Y")
    ]
    assert rows(adam("ADDLT", "101-007", PARAMCD="NDLT"), "AVAL") == [(1,)]


def test_every_record_of_ae_is_in_adae(adam: Records, sdtm: Records) -> None:
    """No event is lost or doubled on the way."""
    keys = ["USUBJID", "AESEQ"]
    assert adam("ADAE")[keys].sort_values(keys).to_numpy().tolist() == (
        sdtm("AE")[keys].sort_values(keys).to_numpy().tolist()
    )


def test_the_window_is_28_days_and_to_a_late_course_2(adam: Records, sdtm: Records) -> None:
    """Day 28 at least, day 42 at most, the day on which course 2 began between them."""
    begun = sdtm("SUPPEX", QNAM="COURSE", QVAL="2")[["USUBJID", "IDVARVAL"]]
    begun["EXSEQ"] = begun["IDVARVAL"].astype(float)
    doses = begun.merge(sdtm("EX"), on=["USUBJID", "EXSEQ"])
    second = pd.to_datetime(doses["EXSTDTC"].str[:10]).groupby(doses["USUBJID"]).min()
    subjects = adam("ADDLT", PARAMCD="DLTEVAL", ENRLSEQ=1).set_index("USUBJID")
    start = pd.to_datetime(subjects["TRTSDT"])
    length = (pd.to_datetime(subjects["WINEDT"]) - start).dt.days + 1
    wanted = ((second.reindex(start.index) - start).dt.days + 1).clip(28, 42).fillna(28)
    assert length.tolist() == wanted.tolist()
    assert set(length) >= {28, 29, 40}


def test_a_toxicity_makes_evaluable_and_the_flag_of_adsl_says_the_same(adam: Records) -> None:
    """ADSL.DLTEVLFL is DLTEVAL of the first enrollment, and N without a dose."""
    first = adam("ADDLT", ANL01FL="Y")
    evaluable = first[first["PARAMCD"] == "DLTEVAL"].set_index("USUBJID")["AVALC"]
    limited = first[first["PARAMCD"] == "DLT"].set_index("USUBJID")["AVALC"]
    assert set(evaluable[limited == "Y"]) == {"Y"}
    subjects = adam("ADSL").set_index("USUBJID")["DLTEVLFL"]
    assert subjects[subjects == "Y"].index.tolist() == sorted(evaluable[evaluable == "Y"].index)
    assert len(evaluable) == 27
    assert (evaluable == "Y").sum() == 24


def test_toxicities_agree_everywhere(adam: Records, sdtm: Records) -> None:
    """The forms of FA, the events of ADAE, the subjects of ADDLT and the counts of ADESC."""
    forms = sdtm("FA", FATESTCD="OCCUR", FASTRESC="Y")["USUBJID"]
    events = adam("ADAE", DLTFL="Y")["USUBJID"]
    subjects = adam("ADDLT", PARAMCD="DLT", AVALC="Y")["USUBJID"]
    assert sorted(forms) == sorted(events) == sorted(subjects)
    counted = adam("ADDLT", PARAMCD="NDLT").groupby("USUBJID")["AVAL"].sum()
    assert counted[counted > 0].to_dict() == dict.fromkeys(subjects, 1)
    last = adam("ADESC", ANL01FL="Y").sort_values("DECPT").groupby("ARMCD").last()
    assert last["NDLT"].sum() == len(subjects)


def test_a_parameter_is_one_record_of_an_enrollment(adam: Records) -> None:
    """PARAMCD, PARAM and PARAMN go together; no parameter stands twice."""
    frame = adam("ADDLT")
    assert not frame.duplicated(["USUBJID", "ENRLSEQ", "PARAMCD"]).any()
    assert len(frame[["PARAMCD", "PARAM", "PARAMN"]].drop_duplicates()) == 9
    assert (frame["AVAL"].notna() != (frame["AVALC"] != "")).all()


def test_decision_points_count_the_level_so_far(adam: Records) -> None:
    """Enrolled, evaluable and limited subjects of the cohort and those before it at its level."""
    subjects = adam("ADSL", ENRLFL="Y")
    first = adam("ADDLT", ANL01FL="Y")
    for name in ("DLTEVAL", "DLT"):
        values = first[first["PARAMCD"] == name].set_index("USUBJID")["AVALC"]
        subjects[name] = subjects["USUBJID"].map(values)
    for point in adam("ADESC", RULE="3+3").to_dict("records"):
        level = subjects[subjects["ARMCD"] == point["ARMCD"]]
        level = level[level["COHORT"] <= point["COHORT"]]
        evaluable = level[level["DLTEVAL"] == "Y"]
        limited = int((evaluable["DLT"] == "Y").sum())
        counts = (point["NENR"], point["NEVAL"], point["NDLT"])
        assert counts == (len(level), len(evaluable), limited)
        assert point["DLTRATE"] == pytest.approx(limited / len(evaluable))
        assert point["DECDER"] == the_decision(len(evaluable), limited)
        assert point["DECAGR"] == ("Y" if point["DECCOL"] == point["DECDER"] else "N")


def test_exact_limits_of_a_level(adam: Records) -> None:
    """One of six: 0.42% to 64.12%."""
    six = adam("ADESC", COHORT="4B")
    limits = [round(100 * six[name].iloc[0], 2) for name in ("CPLCL", "CPUCL")]
    assert limits == [0.42, 64.12]


def test_the_committee_did_not_always_follow_the_rule(adam: Records) -> None:
    """Three decisions differ; all stand; no level was stopped by the rule, so there is no MTD."""
    decided = adam("ADESC", ANL01FL="Y")
    assert rows(decided[decided["DECAGR"] == "N"], "COHORT DECDER DECCOL") == [
        ("2A", "ENROLL", "ESCALATE"),
        ("5B", "ESCALATE", "EXPAND"),
        ("5C", "ESCALATE", "STOP"),
    ]
    assert set(decided["MTDFL"]) == {""}
    assert rows(decided[decided["RP2DFL"] == "Y"], "ARMCD DOSELVL COHORT RP2DSRC") == [
        ("DL5", 100, "5C", "ESCALATION LOG")
    ]
    assert "USUBJID" not in decided.columns


def test_rates_beside_the_historical_ones(adam: Records) -> None:
    """Subjects with a treatment-emergent event of grade 3 or more, of those who were dosed."""
    events = adam("ADAE", TRTEMFL="Y")
    severe = events[(events["ATOXGRN"] >= 3) & (events["AESIGR1"] != "")]
    wanted = severe.groupby("AESIGR1")["USUBJID"].nunique()
    rates = adam("ADHIST", PARCAT1="AE", SRCSTUDY="N2011-04").set_index("PARAMCD")
    assert len(rates) == 13
    assert set(rates["NSUBJ"]) == {(adam("ADSL")["SAFFL"] == "Y").sum()}
    assert rates.loc[["PAIN", "FEVER", "ALTAST"], "NEVT"].tolist() == (
        wanted[["PAIN", "FEVER", "ALT/AST"]].tolist()
    )
    assert rates["NEVT"].sum() == wanted.sum()
    assert rates.loc["PAIN", "RATE"] == pytest.approx(100 * 3 / 27)


def test_concentrations_beside_the_published_ones(adam: Records) -> None:
    """The five parameters of the publication, and the same of course 1 here, in its units."""
    published = adam("ADHIST", SRCSTUDY="DESAI2014").set_index("PARAMCD")
    assert published["MEANVAL"].to_dict() == PUBLISHED
    assert set(published["NSUBJ"]) == {14}
    assert published.loc["AUCIFO", "SDVAL"] == pytest.approx(1380 * 0.29)
    assert published.drop("AUCIFO")["SDVAL"].isna().all()
    here = adam("ADHIST", SRCSTUDY="N2011-04", PARCAT1="PK").set_index("PARAMCD")
    assert here["UNITC"].to_dict() == published["UNITC"].to_dict()
    course = adam("ADPP", PARCAT1="DINUTUXIMAB", ACOURSE=1, ANL01FL="Y", PARAMCD="LAMZHL")["AVAL"]
    assert here.loc["LAMZHL", "MEANVAL"] == pytest.approx(course.mean() / 24)
    assert here.loc["LAMZHL", "SDVAL"] == pytest.approx(course.std() / 24)

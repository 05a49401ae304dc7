"""The shipped example study: its worked examples to the digit, its edge subjects, its conformance.

Every number here was worked out by hand from the raw values, none was taken from a run.
"""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.app.build.pipeline import BuiltStudy
from clinmap.standards import sdtm_dataset
from tests.built_studies import of

MISSION = ("DM", "EX", "AE", "PC", "LB", "RS")
DATASETS = (*MISSION, "SE", "EC", "ADSL", "ADAE")


def one(built: BuiltStudy, dataset: str, subject: str, **wanted: object) -> pd.Series:
    found = of(built, dataset, subject, **wanted)
    assert len(found) == 1
    return found.iloc[0]


def values(frame: pd.DataFrame, name: str) -> list[object]:
    return [None if pd.isna(value) else value for value in frame[name]]


def records(frame: pd.DataFrame, names: str) -> list[tuple[object, ...]]:
    return list(zip(*(values(frame, name) for name in names.split()), strict=True))


def missing(row: pd.Series, *names: str) -> bool:
    return bool(row[list(names)].isna().all())


def test_every_problem_of_the_build_is_explained(built: BuiltStudy) -> None:
    unexplained = [f"{p.code} {p.dataset}.{p.variable}: {p.message} ({p.count})"
                   for p in built.problems if not p.explained]  # fmt: skip
    assert unexplained == []


@pytest.mark.parametrize("dataset", MISSION)
def test_every_required_and_expected_variable_is_there(built: BuiltStudy, dataset: str) -> None:
    facts = sdtm_dataset(dataset)
    assert facts is not None
    made = {variable.name for variable in built.datasets[dataset].plan.submitted_variables}
    assert {v.name for v in facts.variables if v.core in ("Req", "Exp")} <= made
    frame = built.datasets[dataset].frame
    required = [v.name for v in facts.variables if v.core == "Req"]
    assert frame[required].notna().all().all()


def test_thirty_subjects_and_no_day_zero(built: BuiltStudy) -> None:
    assert len(of(built, "DM")) == 30
    assert of(built, "DM")["USUBJID"].is_unique
    for item in built.datasets.values():
        days = [name for name in item.frame.columns if name.endswith("DY") and name != "VISITDY"]
        assert not (item.frame[days] == 0).any().any()


def test_e01_enrolled_and_never_dosed(built: BuiltStudy) -> None:
    person = one(built, "DM", "103-002")
    assert (person.ARMCD, person.ARM, person.ARMNRS) == (
        "DL2", "Dose Level 2", "ASSIGNED, NOT TREATED",
    )  # fmt: skip
    assert missing(person, "ACTARMCD", "ACTARM", "RFSTDTC", "RFXSTDTC", "RFENDTC")
    assert of(built, "EX", "103-002").empty
    assert values(of(built, "SE", "103-002"), "ETCD") == ["SCRN"]
    subject = one(built, "ADSL", "103-002")
    assert (subject.ENRLFL, subject.SAFFL, subject.EFSFL, subject.C6FL) == ("Y", "N", "N", "N")
    assert missing(subject, "TRT01A", "TRTSDT")


@pytest.mark.parametrize("subject", ["102-009", "106-001"])
def test_e02_screen_failures(built: BuiltStudy, subject: str) -> None:
    person = one(built, "DM", subject)
    assert person.ARMNRS == "SCREEN FAILURE"
    assert missing(person, "ARMCD", "ARM", "ACTARMCD", "ACTARM", "ACTARMUD")
    analysis = one(built, "ADSL", subject)
    assert (analysis.ENRLFL, analysis.SAFFL) == ("N", "N")


def test_e03_e04_an_infusion_over_midnight_in_two_segments(built: BuiltStudy) -> None:
    collected = of(built, "EC", "101-003", ECLNKGRP="CHI-C01D08")
    assert records(collected, "ECTRT ECDOSE ECDOSU ECOCCUR ECADJ ECSTDTC ECENDTC") == [
        ("DINUTUXIMAB", 6.2, "mg", "Y", None, "2014-03-08T20:15", "2014-03-08T22:30"),
        ("DINUTUXIMAB", 11.3, "mg", "Y", "ADVERSE EVENT", "2014-03-09T00:30", "2014-03-09T06:25"),
    ]
    given = of(built, "EX", "101-003", EXGRPID="CHI-C01D08")
    assert records(given, "EXDOSE EXDOSU EXDOSFRQ EXLNKGRP EXSTDTC EXENDTC EXSTDY EXENDY") == [
        (8.73, "mg/m2", "ONCE", "CHI-C01D08", "2014-03-08T20:15", "2014-03-08T22:30", 8, 8),
        (15.92, "mg/m2", "ONCE", "CHI-C01D08", "2014-03-09T00:30", "2014-03-09T06:25", 9, 9),
    ]
    assert "EXDUR" not in given
    assert values(given, "EXLNKID") == values(collected, "ECLNKID")


def test_the_sum_of_a_course_is_taken_from_unrounded_milligrams(built: BuiltStudy) -> None:
    given = of(built, "EX", "101-003", EXTRT="DINUTUXIMAB", COURSE="1")
    milligrams = of(built, "EC", "101-003").set_index("ECLNKID")["ECDOSE"]
    total = sum(milligrams[link] for link in given["EXLNKID"]) / given["BSADOSE"].iloc[0]
    assert total == pytest.approx(99.6479, abs=5e-5)
    assert given["EXGRPID"].nunique() == 4


def test_lenalidomide_of_the_worked_example(built: BuiltStudy) -> None:
    given = of(built, "EX", "101-003", EXTRT="LENALIDOMIDE", COURSE="1")
    assert records(given, "EXDOSE EXDOSU EXDOSFRQ EXROUTE EXSTDTC EXENDTC EXSTDY") == [
        (24.65, "mg/m2", "QD", "ORAL", "2014-03-01", "2014-03-07", 1),
        (24.65, "mg/m2", "QD", "ORAL", "2014-03-08", "2014-03-21", 8),
    ]
    person = one(built, "DM", "101-003")
    assert (person.RFSTDTC, person.RFXSTDTC, person.AGE, person.AGEU) == (
        "2014-03-01", "2014-03-01", 4, "YEARS",
    )  # fmt: skip


def test_e05_held_doses_are_collected_and_not_given(built: BuiltStudy) -> None:
    collected = of(built, "EC", "104-001", ECGRPID="LEN-C01", ECMOOD="PERFORMED")
    assert records(collected, "ECOCCUR ECREASOC ECDOSE ECSTDTC ECENDTC") == [
        ("Y", None, 40, "2014-07-23", "2014-08-02"),
        ("N", "NEUTROPENIA", None, "2014-08-03", "2014-08-05"),
        ("Y", None, 40, "2014-08-06", "2014-08-12"),
    ]
    given = of(built, "EX", "104-001", EXTRT="LENALIDOMIDE", COURSE="1")
    assert records(given, "EXDOSE EXDOSFRQ EXSTDY EXENDY") == [
        (50, "QD", 1, 11),
        (50, "QD", 15, 21),
    ]


def test_e06_a_reduced_dose_has_its_reason(built: BuiltStudy) -> None:
    given = of(built, "EX", "104-001", EXTRT="LENALIDOMIDE", COURSE="3")
    assert records(given, "EXDOSE EXADJ") == [(37.5, "ADVERSE EVENT")]


def test_e07_an_infant_is_dosed_by_weight(built: BuiltStudy) -> None:
    given = of(built, "EX", "102-004", EXTRT="ISOTRETINOIN")
    assert set(records(given, "EXDOSE EXDOSU EXDOSFRQ WTDOSE")) == {(2.665, "mg/kg", "BID", 10.8)}
    assert one(built, "ADSL", "102-004").WTBAND == "<=12 kg"


def test_e08_unequal_morning_and_evening_doses(built: BuiltStudy) -> None:
    collected = of(built, "EC", "101-003", ECGRPID="ISO-C01", ECMOOD="PERFORMED")
    assert records(collected, "ECTPT ECTPTNUM ECDOSE ECDOSU") == [
        ("AM", 1, 60, "mg"), ("PM", 2, 50, "mg"),
    ]  # fmt: skip
    given = of(built, "EX", "101-003", EXTRT="ISOTRETINOIN", COURSE="1")
    assert records(given, "EXTPT EXTPTNUM EXDOSE EXDOSU EXDOSFRQ EXSTDTC EXENDTC") == [
        ("AM", 1, 84.51, "mg/m2", "QD", "2014-03-15", "2014-03-28"),
        ("PM", 2, 70.42, "mg/m2", "QD", "2014-03-15", "2014-03-28"),
    ]
    equal = of(built, "EX", "101-002", EXTRT="ISOTRETINOIN", COURSE="1")
    assert records(equal, "EXTPT EXDOSFRQ") == [(None, "BID")]


def test_e09_a_second_enrollment_is_the_same_subject(built: BuiltStudy) -> None:
    assert of(built, "DM", "105-004").empty
    person = one(built, "DM", "105-001")
    assert (person.SUBJID, person.ARMCD, person.RFXSTDTC) == ("105-001", "DL2", "2013-08-20")
    again = of(built, "EX", "105-001", ENRLSEQ="2")
    assert {str(group)[:6] for group in again["EXGRPID"]} == {"LEN-E2", "CHI-E2", "ISO-E2"}
    assert again["EXSTDTC"].min() > "2014-10-16"
    subject = one(built, "ADSL", "105-001")
    assert (subject.ENRLSEQ, subject.NCOURSE, subject.TRT01P) == (1, 4, "Dose Level 2")
    assert subject.TRTEDT == subject.ISOEDT < again["EXSTDY"].min() + subject.TRTSDT - 1


def test_e18_a_death_of_which_the_year_is_known(built: BuiltStudy) -> None:
    person = one(built, "DM", "105-002")
    assert (person.DTHDTC, person.DTHFL) == ("2015", "Y")
    subject = one(built, "ADSL", "105-002")
    assert (subject.DTHDT, subject.DTHDTF) == (subject.LSTALVDT + 1, "M")
    fatal = one(built, "ADAE", "105-002", AEOUT="FATAL")
    assert (fatal.AENDT, fatal.AENDTF, fatal.ASTDTF) == (subject.DTHDT, "M", "D")


def test_e23_a_partial_start_that_may_be_on_treatment(built: BuiltStudy) -> None:
    event = one(built, "ADAE", "102-003", ASTDTF="D")
    first_dose = (pd.Timestamp("2014-03-01") - pd.Timestamp("1960-01-01")).days
    assert (first_dose, "Y", 1) == (event.ASTDT, event.TRTEMFL, event.ACOURSE)


def test_an_event_before_treatment_and_one_long_after_are_not_emergent(built: BuiltStudy) -> None:
    old = one(built, "ADAE", "103-003", ASTDTF="M")
    late = one(built, "ADAE", "105-003", AEDECOD="Low thyroid function")
    assert missing(old, "TRTEMFL")
    assert missing(late, "TRTEMFL", "ACOURSE")


def test_e40_dose_level_one_has_no_isotretinoin(built: BuiltStudy) -> None:
    for subject in ("101-001", "102-001", "104-005"):
        assert of(built, "EX", subject, EXTRT="ISOTRETINOIN").empty
        assert set(of(built, "SE", subject)["ETCD"]) <= {"SCRN", "CRSLD", "FUP"}
        assert one(built, "ADSL", subject).ISOPLFL == "N"


def test_several_races_stand_in_suppdm(built: BuiltStudy) -> None:
    person = one(built, "DM", "101-001")
    assert (person.RACE, person.BRTHDTC) == ("MULTIPLE", "2009-12")
    races = of(built, "SUPPDM", "101-001")
    races = races[races["QNAM"].str.startswith("RACE")]
    assert records(races, "QNAM QVAL") == [("RACE1", "ASIAN"), ("RACE2", "WHITE")]
    assert set(of(built, "SUPPDM", QNAM="RACE1")["USUBJID"]) == {"N2011-04-101-001"}


def test_doses_that_are_no_number_or_wrong(built: BuiltStudy) -> None:
    text = of(built, "EX", "106-003", EXDOSTXT="15/20 ALTERNATE DAYS")
    assert records(text, "EXDOSE EXDOSU COURSE") == [(None, "mg", "2")]
    zero = of(built, "EC", "102-001", ECSTDTC="2013-05-17")
    assert records(zero, "ECTRT ECOCCUR ECDOSE") == [("LENALIDOMIDE", "N", None)]
    disagreeing = of(built, "EX", "102-005", EXTRT="LENALIDOMIDE", COURSE="2")
    assert values(disagreeing, "EXDOSE") == [30.77]
    typed = of(built, "EX", "102-005", EXTRT="ISOTRETINOIN", COURSE="3")
    assert set(typed["EXDOSFRQ"]) == {"TID"}
    assert of(built, "EX").query("EXDOSE <= 0").empty


def test_an_end_before_its_start_on_one_day_is_moved_past_midnight(built: BuiltStudy) -> None:
    infusion = one(built, "EX", "103-003", EXGRPID="CHI-C01D09")
    assert (infusion.EXSTDTC, infusion.EXENDTC) == ("2015-03-05T21:30", "2015-03-06T07:30")


def test_an_infusion_that_was_stopped_and_a_second_product(built: BuiltStudy) -> None:
    stopped = one(built, "EX", "101-004", EXGRPID="CHI-C02D08")
    assert (stopped.EXDOSE, stopped.EXADJ) == (10.0, "ADVERSE EVENT")
    products = of(built, "EX", "105-003", EXTRT="DINUTUXIMAB")
    assert products.groupby("COURSE")["PRODSRC"].first()[["1", "7", "8", "12"]].tolist() == [
        "NCI", "NCI", "UTC", "UTC",
    ]  # fmt: skip


def test_elements_follow_one_another(built: BuiltStudy) -> None:
    elements = of(built, "SE", "101-003")
    assert records(elements, "ETCD TAETORD EPOCH SESTDTC")[:3] == [
        ("SCRN", 1, "SCREENING", "2014-02-20"),
        ("CRSLDI", 2, "TREATMENT", "2014-03-01"),
        ("CRSLDI", 3, "TREATMENT", "2014-04-05"),
    ]
    assert values(elements, "SEENDTC")[:-1] == values(elements, "SESTDTC")[1:]
    assert set(of(built, "EX")["EPOCH"]) == {"TREATMENT"}
    skipped = of(built, "SE", "102-002", EPOCH="TREATMENT")
    assert values(skipped, "TAETORD") == [2, 3, 4, 5, 7]


def test_deaths_come_from_the_form_or_the_fatal_event(built: BuiltStudy) -> None:
    assert one(built, "DM", "104-004").DTHDTC == "2016-02-28"
    assert one(built, "DM", "103-001").DTHDTC == "2013-08-14"
    assert len(of(built, "DM", DTHFL="Y")) == 10


def test_groups_and_flags_of_the_analysis(built: BuiltStudy) -> None:
    levels = of(built, "ADSL")[["TRT01P", "DOSE01P", "LENGR1", "LENGR1N"]].dropna()
    assert {tuple(row) for row in levels.drop_duplicates().to_numpy()} == {
        ("Dose Level 1", 25, "LOW", 1), ("Dose Level 2", 25, "LOW", 1),
        ("Dose Level 3", 50, "LOW", 1), ("Dose Level 4", 75, "HIGH", 2),
        ("Dose Level 5", 100, "HIGH", 2),
    }  # fmt: skip
    assert (of(built, "ADSL")["SAFFL"] == "Y").sum() == of(built, "EX")["USUBJID"].nunique() == 27
    skipped = one(built, "ADSL", "102-002")
    assert (skipped.NCOURSE, skipped.MAXCRS, skipped.C6FL) == (5, 6, "Y")
    limiting = of(built, "ADAE", DLTFL="Y")
    assert records(limiting, "USUBJID AEDECOD ATOXGRN DLTSRC") == [
        ("N2011-04-101-005", "Hypoxia", 3, "DLT FORM"),
        ("N2011-04-101-007", "Platelet count decreased", 4, "AE PAGE"),
        ("N2011-04-102-002", "Alanine aminotransferase increased", 4, "DLT FORM"),
    ]
    first = of(built, "ADAE", AOCCFL="Y")
    emergent = of(built, "ADAE", TRTEMFL="Y")
    assert first["USUBJID"].is_unique
    assert set(first["USUBJID"]) == set(emergent["USUBJID"])

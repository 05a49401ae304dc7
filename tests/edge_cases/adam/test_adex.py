"""Who is in which population, and what was given of each drug, in the transport files of ADaM."""

from __future__ import annotations

import csv
import datetime
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from clinmap.app.main import main

Records = Callable[..., pd.DataFrame]
FLAGS = [
    "SAFFL", "DLTEVLFL", "RESPFL", "EFSFL", "PKLENFL", "PKISOFL", "PKCHIFL", "IMMFL", "ADAFL",
    "GENFL", "TLDAFL", "C6FL",
]  # fmt: skip


def parameters(frame: pd.DataFrame, agent: str, visit: str) -> dict[str, float]:
    """The values of an agent at a visit, by parameter."""
    records = frame[(frame["PARCAT1"] == agent) & (frame["AVISIT"] == visit)]
    return dict(zip(records["PARAMCD"], records["AVAL"], strict=True))


def flags(adsl: pd.DataFrame) -> dict[str, str]:
    """The population flags of the one record."""
    assert len(adsl) == 1
    return {name: adsl[name].iloc[0] for name in ["ENRLFL", *FLAGS]}


def given_in_course(sdtm: Records) -> pd.DataFrame:
    """What was given of each agent in a course of an enrollment, added up from EC and SUPPEX."""
    doses = sdtm("EC", ECMOOD="PERFORMED", ECOCCUR="Y")
    extra = sdtm("SUPPEX").assign(EXSEQ=lambda frame: pd.to_numeric(frame["IDVARVAL"]))
    extra = extra.pivot(index=["USUBJID", "EXSEQ"], columns="QNAM", values="QVAL").reset_index()
    exposure = sdtm("EX")[["USUBJID", "EXSEQ", "EXLNKID"]].merge(extra, on=["USUBJID", "EXSEQ"])
    doses = doses.merge(
        exposure, left_on=["USUBJID", "ECLNKID"], right_on=["USUBJID", "EXLNKID"], validate="1:1"
    )
    ends, starts = (pd.to_datetime(doses[name].str[:10]) for name in ("ECENDTC", "ECSTDTC"))
    daily = doses["ECDOSFRQ"].map({"QD": 1, "BID": 2, "TID": 3, "ONCE": 1})
    days = ((ends - starts).dt.days + 1).where(doses["ECDOSFRQ"] != "ONCE", 1)
    kilograms = doses["WTDOSE"].astype(float).where(doses["ECDOSU"] == "mg/kg", 1.0)
    amounts = doses["ECDOSE"].where(doses["ECDOSTXT"] == "", 17.5)
    doses["AMOUNT"] = amounts * kilograms / doses["BSADOSE"].astype(float) * daily * days
    infusions = doses["ECDOSFRQ"] == "ONCE"
    first = ~doses.duplicated(["USUBJID", "ECLNKGRP"])
    doses["TIMES"] = (daily * days).where(~infusions, first.astype(int))
    groups = doses.groupby(["USUBJID", "ENRLSEQ", "COURSE", "ECTRT"])
    return groups[["AMOUNT", "TIMES"]].sum().reset_index()


def test_e01_an_enrolled_subject_without_a_dose_is_in_no_other_set(adam: Records) -> None:
    adsl = adam("ADSL", "103-002")
    assert flags(adsl) == {"ENRLFL": "Y"} | dict.fromkeys(FLAGS, "N")
    assert adsl[["EOTSTT", "EOSSTT"]].iloc[0].tolist() == ["", "DISCONTINUED"]
    assert adam("ADEX", "103-002").empty


def test_e02_a_screen_failure_is_in_no_set(adam: Records) -> None:
    for subject in ("102-009", "106-001"):
        assert set(flags(adam("ADSL", subject)).values()) == {"N"}
        assert adam("ADEX", subject).empty


def test_e03_an_infusion_over_midnight_is_one_administration(adam: Records) -> None:
    """E03 and E04: two segments on two calendar days, of one nominal day."""
    values = parameters(adam("ADEX", "101-003"), "DINUTUXIMAB", "Course 1")
    assert (values["NADMP"], values["NADMA"]) == (4, 4)


def test_e04_the_amounts_of_both_segments_are_added_up(adam: Records) -> None:
    values = parameters(adam("ADEX", "101-003"), "DINUTUXIMAB", "Course 1")
    assert round(values["ADOSE"], 4) == 99.6479
    assert values["ADOSE"] == pytest.approx((17.5 + 3 * 17.75) / 0.71, rel=1e-12)
    assert values["PDOSE"] == 100
    assert round(values["RDOSE"], 4) == 99.6479
    assert (values["NREDU"], values["FULLDOSE"]) == (0, 1)


def test_e05_three_days_held(adam: Records) -> None:
    values = parameters(adam("ADEX", "104-001"), "LENALIDOMIDE", "Course 1")
    assert [values[name] for name in ("NADMP", "NADMA", "NOMIT")] == [21, 18, 3]
    assert [values[name] for name in ("ADOSE", "PDOSE", "NREDU")] == [900, 1050, 0]
    assert (round(values["RDOSE"], 4), round(values["RDI"], 4)) == (85.7143, 85.7143)
    nomit = adam("ADEX", "104-001", PARCAT1="LENALIDOMIDE", PARAMCD="NOMIT", AVISIT="Course 1")
    assert nomit["AVAL"].tolist() == [3]
    assert nomit["ADJREAS"].tolist() == ["NEUTROPENIA"]


def test_e06_a_reduced_course_is_held_against_the_first_plan(adam: Records) -> None:
    records = adam("ADEX", "104-001")
    values = parameters(records, "LENALIDOMIDE", "Course 3")
    assert [values[name] for name in ("PDOSE", "ADOSE", "NREDU")] == [1050, 787.5, 1]
    assert (values["RDOSE"], values["RDI"], values["FULLDOSE"]) == (75, 75, 0)
    later = parameters(records, "LENALIDOMIDE", "Course 2")  # 35 days until course 3 begins
    assert round(later["RDI"], 4) == round(100 * (1000 / 35) / (1050 / 28), 4) == 76.1905
    assert values["NDELAY"] == 7
    reduced = records[(records["PARAMCD"] == "NREDU") & (records["AVISIT"] == "Course 3")]
    reasons = dict(zip(reduced["PARCAT1"], reduced["ADJREAS"], strict=True))
    assert reasons["LENALIDOMIDE"] == "ADVERSE EVENT"


def test_e07_doses_by_weight_are_in_mg_by_area(adam: Records, sdtm: Records) -> None:
    """2.665 mg/kg twice daily at the weight and body surface of the course."""
    values = parameters(adam("ADEX", "102-004"), "ISOTRETINOIN", "Course 1")
    extra = sdtm("SUPPEX", "102-004").set_index("QNAM")["QVAL"]
    weight, area = float(extra["WTDOSE"].iloc[0]), float(extra["BSADOSE"].iloc[0])
    assert values["ADOSE"] == pytest.approx(2.665 * weight / area * 28, rel=1e-12)
    assert values["ADOSE"] == values["PDOSE"]
    assert values["NREDU"] == 0


def test_e08_unequal_doses_of_morning_and_evening_add_up(adam: Records) -> None:
    values = parameters(adam("ADEX", "101-003"), "ISOTRETINOIN", "Course 1")
    assert values["ADOSE"] == pytest.approx((60 + 50) * 14 / 0.71, rel=1e-12)
    assert [values[name] for name in ("NADMP", "NADMA", "NREDU")] == [28, 28, 0]


def test_e09_a_second_enrollment_is_not_analysed(adam: Records) -> None:
    """It has courses of its own, which carry no analysis flag and are in no number of ADSL."""
    records = adam("ADEX", "105-001")
    second = records[records["ENRLSEQ"] == 2]
    assert set(second["ANL01FL"]) == {""}
    assert set(records[records["ENRLSEQ"] == 1]["ANL01FL"]) == {"Y"}
    assert set(second["AVISIT"]) == {
        f"Enrollment 2 {x}" for x in ("Course 1", "Course 2", "Overall")
    }
    courses = records[(records["ENRLSEQ"] == 1) & (records["PARAMCD"] == "NCRS")]
    assert courses["AVAL"].tolist() == [4, 4, 4]
    assert adam("ADSL", "105-001")["NCOURSE"].tolist() == [4]


def test_e11_twelve_of_twenty_one_doses_are_not_enough(adam: Records) -> None:
    values = parameters(adam("ADEX", "103-001"), "LENALIDOMIDE", "Course 1")
    assert (values["NADMA"], values["NADMP"]) == (12, 21)
    assert flags(adam("ADSL", "103-001"))["DLTEVLFL"] == "N"


def test_e10_a_toxicity_by_its_form_makes_a_subject_evaluable(adam: Records) -> None:
    values = parameters(adam("ADEX", "101-005"), "LENALIDOMIDE", "Course 1")
    assert values["NADMA"] < 18
    assert flags(adam("ADSL", "101-005"))["DLTEVLFL"] == "Y"


def test_e18_a_death_of_which_the_year_is_known(adam: Records) -> None:
    """The first possible day is the one after the last contact."""
    adsl = adam("ADSL", "105-002")
    assert adsl["DTHDT"].tolist() == [datetime.date(2015, 9, 2)]
    assert adsl["LSTALVDT"].tolist() == [datetime.date(2015, 9, 1)]
    assert adsl["DTHDTF"].tolist() == ["M"]


def test_e35_twelve_courses(adam: Records) -> None:
    adsl = adam("ADSL", "105-003")
    assert adsl[["EOTSTT", "DCTREAS", "C6FL", "MAXCRS"]].iloc[0].tolist() == [
        "COMPLETED", "", "Y", 12
    ]  # fmt: skip
    late = adam("ADEX", "105-003", ACRSGR1="Courses 6-12")
    assert sorted(set(late["ACOURSE"])) == [6, 7, 8, 9, 10, 11, 12]
    assert set(late["C6FL"]) == {"Y"}


def test_e40_isotretinoin_that_is_not_planned_has_no_records(adam: Records) -> None:
    assert adam("ADSL", "104-005")["ISOPLFL"].tolist() == ["N"]
    assert sorted(set(adam("ADEX", "104-005")["PARCAT1"])) == ["DINUTUXIMAB", "LENALIDOMIDE"]
    assert flags(adam("ADSL", "104-005"))["PKISOFL"] == "N"


def test_every_amount_is_that_of_ec(adam: Records, sdtm: Records) -> None:
    """All courses of all subjects, against a sum that another program makes of the SDTM files."""
    wanted = given_in_course(sdtm).astype({"ENRLSEQ": float, "COURSE": float})
    records = adam("ADEX")
    found = records[records["ACOURSE"].notna() & records["PARAMCD"].isin(["ADOSE", "NADMA"])]
    keys = ["USUBJID", "ENRLSEQ", "ACOURSE", "PARCAT1"]
    found = found.pivot(index=keys, columns="PARAMCD", values="AVAL").reset_index()
    wanted.columns = pd.Index([*keys, "AMOUNT", "TIMES"])
    both = found.merge(wanted, on=keys, how="outer", validate="1:1")
    assert len(both) == len(found) > 300
    assert (both["ADOSE"] - both["AMOUNT"].fillna(0)).abs().max() < 1e-9
    assert (both["NADMA"] == both["TIMES"].fillna(0)).all()


def test_overall_records_are_of_all_courses(adam: Records) -> None:
    """Planned, given and left out add up; the relative dose is that of the sums."""
    records = adam("ADEX")
    keys = ["USUBJID", "ENRLSEQ", "PARCAT1"]
    of_course = records["ACOURSE"].notna()
    for name in ("PDOSE", "ADOSE", "NADMP", "NADMA", "NOMIT"):
        of_name = records["PARAMCD"] == name
        sums = records[of_course & of_name].groupby(keys)["AVAL"].sum()
        overall = records[~of_course & of_name].set_index(keys)["AVAL"]
        assert (sums - overall).abs().max() < 1e-9, name
    assert not records.duplicated([*keys, "AVISITN", "PARAMN"]).any()
    assert records["AVAL"].notna().all()


def test_the_subject_level_agrees_with_the_other_datasets(adam: Records) -> None:
    """Who can be evaluated, the tumor at baseline, and the PK population."""
    subjects = adam("ADSL").set_index("USUBJID")
    evaluable = adam("ADDLT", PARAMCD="DLTEVAL", ANL01FL="Y").set_index("USUBJID")["AVALC"]
    treated = subjects[subjects["SAFFL"] == "Y"]
    assert treated["DLTEVLFL"].to_dict() == evaluable.to_dict()
    for code, name in (("CURIE", "BLCURIE"), ("SUMDIAM", "BLSUMD"), ("BMPCT", "BLBMPCT")):
        baseline = adam("ADTR", PARAMCD=code, ABLFL="Y", ANL01FL="Y").set_index("USUBJID")["AVAL"]
        assert treated[name].dropna().to_dict() == baseline.dropna().to_dict()
    parameters_of = adam("ADPP", PARCAT1="LENALIDOMIDE", ANL01FL="Y").dropna(subset="AVAL")
    assert set(parameters_of["USUBJID"]) == set(subjects.index[subjects["PKLENFL"] == "Y"])


def test_a_longer_course_lowers_the_intensity(n2011_04_raw: Path, tmp_path: Path) -> None:
    """The design's figure: 900 of 1050 mg/m2 and the next course on day 36 is 68.5714."""
    raw = shutil.copytree(n2011_04_raw, tmp_path / "raw")
    path = raw / "edc" / "course.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["SUBJECT"] == "104-001" and row["COURSE"] == "2":
            row["CRSSTDAT_RAW"] = "27 AUG 2014"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    out = tmp_path / "out"
    main(["build", "n2011-04", "--raw", str(raw), "--out", str(out), "--select", "ADEX", "--quiet"])
    adex = pyreadstat.read_xport(str(next(out.glob("m5/**/adex.xpt"))))[0]
    adex = adex[adex["USUBJID"] == "N2011-04-104-001"]
    values = parameters(adex, "LENALIDOMIDE", "Course 1")
    assert (round(values["RDOSE"], 4), round(values["RDI"], 4)) == (85.7143, 68.5714)

"""Concentrations (ADNCA) and parameters (ADPP), in the XPT files of the package."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import log

import pandas as pd
import pytest

Records = Callable[..., pd.DataFrame]


def test_e12_below_the_limit_is_zero_before_and_missing_after(adam: Records) -> None:
    """104-003, day 1: 0 before the first measurable concentration, nothing after the last one."""
    rows = adam("ADNCA", "104-003", PARAMCD="LENALID", AVISITN=101).set_index("ATPTN")
    assert rows.loc[[0, 24], "PCSTRESC"].tolist() == ["<1.00", "<1.00"]
    assert (rows.loc[0, "AVAL"], rows.loc[0, "DTYPE"], rows.loc[0, "NCAXFL"]) == (0, "BLQZERO", "")
    assert rows["AVAL"].isna().loc[24]
    assert (rows.loc[24, "DTYPE"], rows.loc[24, "NCAXFL"]) == ("", "Y")
    assert rows.loc[24, "NCA1XRS"] == "BELOW LIMIT AFTER A MEASURABLE CONCENTRATION"
    assert set(rows.loc[0.5:8, "DTYPE"]) == {""}


def test_e13_a_predose_sample_drawn_after_the_dose_is_left_out(adam: Records) -> None:
    """104-003, day 21: drawn 20 minutes after the dose; flagged, and the area is not there."""
    (row,) = adam("ADNCA", "104-003", PCREFID="P1142").to_dict("records")
    assert row["ARRLT"] == pytest.approx(20 / 60)
    assert (row["NRRLT"], row["AVAL"], row["ABLFL"]) == (0, 63.4, "")
    assert (row["NCAXFL"], row["PKSUMXF"], row["ANL01FL"]) == ("Y", "Y", "")
    assert row["NCA1XRS"] == "SAMPLE BEFORE THE DOSE WAS DRAWN AFTER IT"
    area = adam("ADPP", "104-003", PARAMCD="AUCTAU", PARCAT1="LENALIDOMIDE")
    assert area["AVAL"].isna().tolist() == [True]
    assert area["ANL01FL"].tolist() == [""]


def test_e14_a_sample_past_midnight_comes_8_hours_after_the_dose(adam: Records) -> None:
    """102-001: the corrected date makes the 8 h sample 8 hours and 5 minutes, and not -15.9."""
    (row,) = adam("ADNCA", "102-001", PCREFID="P0620").to_dict("records")
    assert row["NRRLT"] == 8
    assert row["ARRLT"] == pytest.approx(8 + 5 / 60)
    assert row["AFRLT"] == row["MRRLT"] == row["ARRLT"]


def test_e04_the_dose_of_an_interrupted_infusion_is_that_of_both_segments(adam: Records) -> None:
    """101-003, day 8: 6.2 and 11.3 mg over midnight, 0.71 m2, from 20:15 to 06:25."""
    rows = adam("ADNCA", "101-003", PARAMCD="DINUTUX", ATPTREF="DAY 8 DINUTUXIMAB INFUSION START")
    assert set(rows["DOSEA"].round(10)) == {round(17.5 / 0.71, 10)}
    assert set(rows["DOSEP"]) == {25}
    assert set(rows["DOSEU"]) == {"mg/m2"}
    assert set(rows["NDOSEDUR"]) == {10}
    assert rows["ADOSEDUR"].to_numpy() == pytest.approx(10 + 10 / 60)
    (whole,) = set(adam("ADPP", "101-003", PARCAT1="DINUTUXIMAB")["DOSEA"].round(4))
    assert whole == 99.6479


def test_e07_a_dose_by_weight_is_in_mg_per_m2(adam: Records, sdtm: Records) -> None:
    """102-004: 2.665 mg/kg of isotretinoin, as a dose by body surface area."""
    exposure = sdtm("EX", "102-004", EXTRT="ISOTRETINOIN")
    assert set(exposure["EXDOSU"]) == {"mg/kg"}
    sizes = sdtm("SUPPEX", "102-004", IDVARVAL=str(int(exposure["EXSEQ"].min())))
    size = sizes.set_index("QNAM")["QVAL"].astype(float, errors="ignore")
    expected = 2.665 * float(size["WTDOSE"]) / float(size["BSADOSE"])
    rows = adam("ADNCA", "102-004", PARAMCD="ISOTRET")
    assert len(rows) == 6
    assert rows["DOSEA"].to_numpy() == pytest.approx(expected, rel=1e-12)
    assert rows["DOSEP"].to_numpy() == pytest.approx(expected, rel=1e-12)
    assert set(rows["DOSEU"]) == {"mg/m2"}
    assert set(rows["WTBAND"]) == {"<=12 kg"}


def test_e08_samples_follow_the_dose_of_the_morning(adam: Records) -> None:
    """101-003: 60 mg in the morning and 50 mg in the evening; the dose at 08:00 was the former."""
    rows = adam("ADNCA", "101-003", PARAMCD="ISOTRET")
    assert rows["DOSEA"].to_numpy() == pytest.approx(60 / 0.71)


def test_e09_a_second_enrollment_has_no_analysis_flag(adam: Records) -> None:
    """105-001: samples and parameters of both enrollments, and those of the first are analysed."""
    for dataset in ("ADNCA", "ADPP"):
        rows = adam(dataset, "105-001")
        assert set(rows["ENRLSEQ"]) == {1, 2}
        assert set(rows.loc[rows["ENRLSEQ"] == 2, "ANL01FL"]) == {""}
        assert "Y" in set(rows.loc[rows["ENRLSEQ"] == 1, "ANL01FL"])
    second = adam("ADNCA", "105-001", ENRLSEQ=2, PARAMCD="LENALID", ATPTN=0, AVISITN=20101)
    assert second["AFRLT"].to_numpy() == pytest.approx(second["ARRLT"].to_numpy())
    assert set(second["AVISIT"]) == {"Enrollment 2 Course 1 Day 1"}


def test_e40_isotretinoin_that_was_not_planned_is_absent(adam: Records) -> None:
    """104-005, dose level 1: no record, and no place in the population."""
    rows = adam("ADNCA", "104-005")
    assert set(rows["PARAMCD"]) == {"LENALID", "DINUTUX"}
    assert set(adam("ADPP", "104-005")["PARCAT1"]) == {"LENALIDOMIDE", "DINUTUXIMAB"}
    assert set(rows["PKISOFL"]) == {"N"}
    assert set(rows["PKLENFL"]) == {"Y"}


def test_the_oracle_profile(adam: Records) -> None:
    """35 mg, eight samples on time: the parameters that are known to the digit."""
    known = {
        "CMAX": "510", "TMAX": "2", "AUCLST": "2781.856", "LAMZ": "0.20771", "LAMZNPT": "3",
        "R2ADJ": "0.99621", "LAMZHL": "3.3371", "AUCIFO": "2802.077", "AUCPEO": "0.722",
        "CLFO": "12.4907",
    }  # fmt: skip
    rows = adam("ADPP", "103-004", PARCAT1="LENALIDOMIDE", AVISITN=101).set_index("PARAMCD")
    values = rows["AVAL"].to_dict()
    for code, number in known.items():
        assert f"{values[code]:.{len(number.partition('.')[2])}f}" == number
    assert (rows.loc["AUCLST", "AVALU"], rows.loc["CLFO", "AVALU"]) == ("h*ng/mL", "L/h")
    assert set(rows["ANL01FL"]) == {"Y"}


def test_the_concentrations_of_the_oracle_give_its_areas(adam: Records) -> None:
    """By hand from ADNCA: trapezoids, with and without logarithms where concentrations fall."""
    rows = adam("ADNCA", "103-004", PARAMCD="LENALID", AVISITN=101)
    assert rows["MRRLT"].tolist() == [0, 0.5, 1, 2, 4, 6, 8, 24]
    points = list(zip(rows["MRRLT"], rows["AVAL"], strict=True))
    pairs = list(pairwise(points))
    linear = sum((end - start) * (left + right) / 2 for (start, left), (end, right) in pairs)
    area = sum(
        (end - start) * (left - right) / log(left / right)
        if left > right > 0
        else (end - start) * (left + right) / 2
        for (start, left), (end, right) in pairs
    )
    assert linear == pytest.approx(3188.6, abs=5e-4)
    assert area == pytest.approx(2781.856, abs=5e-4)


def test_what_the_analysis_uses_has_a_value_and_what_it_leaves_out_a_reason(adam: Records) -> None:
    """No record is in between: flagged with a reason, or with a concentration."""
    rows = adam("ADNCA")
    left_out = rows["NCAXFL"] == "Y"
    assert left_out.equals(rows["NCA1XRS"] != "")
    assert rows.loc[~left_out, "AVAL"].notna().all()
    assert rows["NCA1XRS"].value_counts().drop("").to_dict() == {
        "BELOW LIMIT AFTER A MEASURABLE CONCENTRATION": 18, "SAMPLE LOST": 5, "LIGHT DEGRADED": 3,
        "SAMPLE EXPOSED TO LIGHT": 3, "NOT REPORTED": 1, "QUANTITY NOT SUFFICIENT": 1,
        "SAMPLE BEFORE THE DOSE WAS DRAWN AFTER IT": 1, "TUBE PROBABLY SWAPPED WITH P1456": 1,
        "TUBE PROBABLY SWAPPED WITH P1459": 1,
    }  # fmt: skip


def test_a_sample_before_the_end_of_the_infusion_is_no_peak_in_summaries(adam: Records) -> None:
    """105-001, day 8: drawn 40 minutes before the end; the profile uses it, summaries do not."""
    (row,) = adam("ADNCA", "105-001", PARAMCD="DINUTUX", AVISITN=108, ATPTN=10).itertuples()
    assert (row.NCAXFL, row.PKSUMXF, row.ANL01FL) == ("", "Y", "")
    early = adam("ADNCA", PARAMCD="DINUTUX", PKSUMXF="Y")
    assert set(early["USUBJID"]) == {"N2011-04-105-001"}


def test_every_sample_with_a_reference_dose_is_one_record(adam: Records, sdtm: Records) -> None:
    """ADNCA has the records of PC but for the infusion that was not given."""
    samples = sdtm("PC")
    expected = samples[samples["PCRFTDTC"] != ""].set_index(["USUBJID", "PCSEQ"]).sort_index()
    rows = adam("ADNCA").set_index(["USUBJID", "PCSEQ"]).sort_index()
    assert len(samples) - len(expected) == 1
    assert rows.index.equals(expected.index)
    assert not rows.reset_index().duplicated(["USUBJID", "PARAMCD", "PCRFTDTM", "ADTM"]).any()
    assert not (rows["AVALU"] != expected["PCSTRESU"])[expected["PCSTRESU"] != ""].any()
    minutes = pd.to_datetime(expected["PCDTC"]) - pd.to_datetime(expected["PCRFTDTC"])
    assert rows["ARRLT"].to_numpy() == pytest.approx(minutes.dt.total_seconds().to_numpy() / 3600)


def test_every_parameter_is_one_record_with_the_reported_value(
    adam: Records, sdtm: Records
) -> None:
    """ADPP has the records of PP, each with the result as reported."""
    reported = sdtm("PP").set_index(["USUBJID", "PPSEQ"]).sort_index()
    rows = adam("ADPP").set_index(["USUBJID", "PPSEQ"]).sort_index()
    pd.testing.assert_series_equal(rows["AVAL"], reported["PPSTRESN"], check_names=False, rtol=0)
    assert rows["PARAMCD"].equals(reported["PPTESTCD"].rename("PARAMCD"))
    assert not rows.reset_index().duplicated(["USUBJID", "PARCAT1", "PARAMCD", "AVISITN"]).any()
    names = rows[["PARAMCD", "PARAM", "PARAMN"]].drop_duplicates()
    assert names["PARAMCD"].is_unique
    assert names["PARAM"].is_unique


def test_parameters_of_a_poor_terminal_slope_are_no_part_of_summaries(adam: Records) -> None:
    """By AUCPEO above 20 %, R2ADJ below 0.80 or fewer than 3 points of the same profile."""
    rows = adam("ADPP")
    wide = rows.pivot_table(index=["USUBJID", "PPGRPID"], columns="PARAMCD", values="AVAL")
    beyond = wide.index[wide["AUCPEO"] > 20]
    poor = wide.index[(wide["R2ADJ"] < 0.8) | (wide["LAMZNPT"] < 3)]
    assert (len(beyond), len(poor)) == (1, 0)
    flagged = rows[rows["PKSUMXF"] == "Y"].set_index(["USUBJID", "PPGRPID"])
    assert set(flagged.index) == set(beyond)
    assert sorted(flagged["PARAMCD"]) == ["AUCIFO", "AUCIFOD", "CLFO", "VZFO"]
    assert set(flagged["ANL01FL"]) == {""}


def test_the_first_dose_of_isotretinoin_has_no_time(adam: Records) -> None:
    """Hours from the first dose are planned ones alone where its time was not collected."""
    rows = adam("ADNCA", "103-004", PARAMCD="OXOISO")
    assert rows["NFRLT"].tolist() == [312, 313, 314, 316, 318, 320]
    assert rows["AFRLT"].isna().all()
    assert set(rows["METABFL"]) == {"Y"}
    assert set(adam("ADNCA", "103-004", PARAMCD="DINUTUX")["NFRLT"]) == {0, 10, 82, 96, 168, 480}

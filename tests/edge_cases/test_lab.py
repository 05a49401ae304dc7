"""Edge subjects of laboratory results, as they stand in the transport files."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Records = Callable[..., pd.DataFrame]
CENTRAL = "SYNTHETIC CENTRAL LABORATORY"


def test_e15_one_count_in_four_notations(sdtm: Records) -> None:
    """850 /uL, 0.85 x10e3/uL, 0.85 K/uL and 0,85 10^9/L are the same count."""
    counts = sdtm("LB", "106-003", LBTESTCD="NEUT", LBNAM="LAB-106", LBSTRESN=0.85)
    assert counts["LBORRES"].tolist() == ["850", "0.85", "0.85", "0,85"]
    assert counts["LBORRESU"].tolist() == ["10^6/L", "10^9/L", "10^9/L", "10^9/L"]
    assert set(counts["LBSTRESU"]) == {"10^9/L"}
    assert set(counts["LBSTRESC"]) == {"0.85"}


def test_e16_results_of_one_day_are_never_averaged(sdtm: Records) -> None:
    tested = sdtm("LB", "106-003", LBTESTCD="HGB", LBNAM="LAB-106")
    of_day = tested[tested["LBDTC"].str.startswith("2014-04-21")]
    assert of_day[["LBDTC", "LBSTRESN"]].values.tolist() == [
        ["2014-04-21T08:00", 68.0], ["2014-04-21T14:30", 96.0],
    ]  # fmt: skip


def test_e16_a_corrected_result_takes_the_place_of_the_first(sdtm: Records) -> None:
    """Of two corrections the later one; of an accession that was sent again, one record a test."""
    (potassium,) = sdtm("LB", "101-004", LBREFID="CL00003003", LBTESTCD="K").itertuples()
    assert (potassium.LBORRES, potassium.LBNRIND) == ("4.1", "NORMAL")
    (thyrotropin,) = sdtm("LB", "105-003", LBREFID="CL00025002", LBTESTCD="TSH").itertuples()
    assert thyrotropin.LBORRES == "2.14"
    panel = sdtm("LB", "103-003", LBREFID="CL00015002")
    assert len(panel) == panel["LBTESTCD"].nunique() == 26
    again = sdtm("LB", "104-005", LBNAM=CENTRAL, VISITNUM=101.0)
    assert len(again) == again["LBTESTCD"].nunique() == 26


def test_e17_a_clotted_specimen_has_no_result(sdtm: Records) -> None:
    (record,) = sdtm("LB", "101-002", LBTESTCD="PLAT", LBSTAT="NOT DONE").itertuples()
    assert record.LBREASND == "CLOTTED SPECIMEN"
    assert (record.LBORRES, record.LBSTRESC, record.LBORRESU) == ("", "", "")


def test_e36_a_date_without_a_time_is_not_before_the_first_dose(sdtm: Records) -> None:
    """The unscheduled count of the first day has no time; the one of screening has the flag."""
    assert sdtm("DM", "102-001")["RFXSTDTC"].item()[:10] == "2013-03-13"
    for test, result in (("HGB", "9.8"), ("PLAT", "142")):
        counts = sdtm("LB", "102-001", LBTESTCD=test)
        untimed = counts[counts["LBDTC"] == "2013-03-13"]
        assert untimed[["LBORRES", "LBLOBXFL"]].values.tolist() == [[result, ""]]
        (flagged,) = counts[counts["LBLOBXFL"] == "Y"].itertuples()
        assert (flagged.LBDTC, flagged.VISIT) == ("2013-03-06T06:55", "SCREENING")


def test_e37_results_of_another_person_are_not_loaded(sdtm: Records) -> None:
    """The accession of course 1 day 8 has another month of birth and sex than the form."""
    visits = sdtm("LB", "103-005", LBNAM=CENTRAL)["VISITNUM"].tolist()
    assert 108.0 not in visits
    assert {1.0, 101.0, 115.0} <= set(visits)
    assert 108.0 in sdtm("LB", "103-005", LBNAM="LAB-103")["VISITNUM"].tolist()


def test_e38_units_are_in_ascii(sdtm: Records) -> None:
    """The micro sign and the raised 3 of the central laboratory become CDISC units."""
    (creatinine,) = sdtm(
        "LB", "102-002", LBNAM=CENTRAL, LBTESTCD="CREAT", VISITNUM=101.0
    ).itertuples()
    assert (creatinine.LBORRES, creatinine.LBORRESU, creatinine.LBSTRESU) == (
        "46", "umol/L", "umol/L",
    )  # fmt: skip
    counts = sdtm("LB", "101-001", LBNAM=CENTRAL, LBTESTCD="PLAT")
    assert set(counts["LBORRESU"]) == {"10^9/L"}
    results = sdtm("LB")
    assert all(
        results[name].map(str.isascii).all() for name in results if results[name].dtype != float
    )

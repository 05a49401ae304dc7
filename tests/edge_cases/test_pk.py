"""Edge cases of concentrations and parameters, in the XPT files of the package."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Records = Callable[..., pd.DataFrame]


def test_e12_below_the_limit_before_and_after_the_measurable_part(sdtm: Records) -> None:
    """104-003, day 1: the first and the last sample are below the limit, and not zero."""
    profile = sdtm("PC", "104-003", PCTESTCD="LENALID", VISITNUM=101)
    below = profile[profile["PCORRES"] == "BLQ(<1.00)"]
    assert below["PCTPTNUM"].tolist() == [0, 24]
    assert set(below["PCSTRESC"]) == {"<1.00"}
    assert below["PCSTRESN"].isna().all()
    assert set(below["PCLLOQ"]) == {1.0}
    assert set(below["PCSTAT"]) == {""}


def test_e13_a_predose_sample_drawn_after_the_dose(sdtm: Records) -> None:
    """104-003, day 21: the times are as recorded; the planned time stays that before the dose."""
    (row,) = sdtm("PC", "104-003", PCREFID="P1142").to_dict("records")
    assert (row["PCDTC"], row["PCRFTDTC"]) == ("2015-08-18T08:20", "2015-08-18T08:00")
    assert (row["PCTPT"], row["PCELTM"], row["PCSTRESN"]) == ("PREDOSE", "PT0H", 63.4)
    (comment,) = sdtm("CO", "104-003", RDOMAIN="PC").itertuples()
    assert comment.IDVAR == "PCSPID"
    assert row["PCSPID"] == comment.IDVARVAL
    assert comment.COVAL == "predose sample drawn after dose"
    areas = sdtm("PP", "104-003", PPGRPID="LEN-C01D21", PPTESTCD="AUCTAU")
    assert areas[["PPSTAT", "PPORRES"]].to_numpy().tolist() == [["NOT DONE", ""]]


def test_e14_a_sample_past_midnight_has_the_corrected_date(sdtm: Records) -> None:
    """102-001: 13 MAR 2013 00:15 was typed; a documented correction says 14 MAR 2013."""
    (row,) = sdtm("PC", "102-001", PCREFID="P0620").to_dict("records")
    assert (row["PCDTC"], row["PCRFTDTC"]) == ("2013-03-14T00:15", "2013-03-13T16:10")


def test_e40_isotretinoin_that_was_not_planned_is_absent(sdtm: Records) -> None:
    """104-005, dose level 1: no record at all, and not one that says NOT DONE."""
    assert set(sdtm("PC", "104-005")["PCTESTCD"]) == {"LENALID", "DINUTUX"}
    assert set(sdtm("PP", "104-005")["PPCAT"]) == {"LENALIDOMIDE", "DINUTUXIMAB"}
    assert sdtm("EX", "104-005", EXTRT="ISOTRETINOIN").empty

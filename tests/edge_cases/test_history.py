"""Edge subjects of the history forms and of follow-up, as they stand in the transport files."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Records = Callable[..., pd.DataFrame]


def test_e18_a_year_is_all_that_is_known_of_the_death(sdtm: Records) -> None:
    """The cause and the autopsy are told, the status is dead, and the date stays a year."""
    details = sdtm("DD", "105-002").set_index("DDTESTCD")["DDSTRESC"]
    assert details.to_dict() == {"PRCDTH": "RESPIRATORY FAILURE", "AUTOPIND": "Y"}
    assert sdtm("SS", "105-002")["SSSTRESC"].tolist() == ["DEAD"]
    (person,) = sdtm("DM", "105-002").itertuples()
    assert (person.DTHFL, person.DTHDTC) == ("Y", "2015")
    (death,) = sdtm("DS", "105-002", DSDECOD="DEATH").itertuples()
    assert (death.DSCAT, death.DSSTDTC) == ("DISPOSITION EVENT", "2015")
    assert pd.isna(death.DSSTDY)
    assert sdtm("AE", "105-002", AEOUT="FATAL")["AEENDTC"].tolist() == ["2015"]


def test_e19_the_fatal_event_and_the_death_form_agree(sdtm: Records) -> None:
    (event,) = sdtm("AE", "105-002", AEOUT="FATAL").itertuples()
    (death,) = sdtm("DM", "105-002").itertuples()
    assert (event.AESDTH, event.AETOXGR, event.AEENDTC) == ("Y", "5", death.DTHDTC)
    (relation,) = sdtm("SUPPDD", "105-002", QNAM="DTHREL").itertuples()
    assert relation.QVAL == "UNLIKELY"


def test_e22_an_ongoing_event_lasts_until_the_last_contact(sdtm: Records) -> None:
    """The reference time point is the last follow-up visit, and no end is made up."""
    (event,) = sdtm("AE", "104-002", AETERM="Dry skin").itertuples()
    assert (event.AEENDTC, event.AEENRTPT) == ("", "ONGOING")
    last = sdtm("SS", "104-002", SSSTRESC="ALIVE")["SSDTC"].max()
    assert event.AEENTPT == last == "2017-06-24"
    assert sdtm("DM", "104-002")["RFPENDTC"].tolist() == [last]


def test_e34_new_therapy_without_progression(sdtm: Records) -> None:
    (record,) = sdtm("CM", "106-004", CMCAT="SUBSEQUENT ANTI-CANCER THERAPY").itertuples()
    assert (record.CMTRT, record.CMSTDTC, record.EPOCH) == (
        "ANTI-CANCER THERAPY, NOT SPECIFIED", "2016-01-15", "FOLLOW-UP",
    )  # fmt: skip
    assert "PD" not in set(sdtm("RS", "106-004")["RSSTRESC"])

"""E24 to E27 and E33: tumors and responses, in the files that a reviewer receives."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Sdtm = Callable[..., pd.DataFrame]


def records(frame: pd.DataFrame, names: str) -> list[tuple[object, ...]]:
    columns = [[None if pd.isna(v) else v for v in frame[name]] for name in names.split()]
    return list(zip(*columns, strict=True))


def test_e24_the_total_is_as_collected_and_the_segments_stand_beside_it(sdtm: Sdtm) -> None:
    """The site typed 9 where the ten segments add up to 7; nothing is corrected."""
    (total,) = records(
        sdtm("RS", "101-006", RSTESTCD="CURIETOT", VISITNUM=228.0),
        "RSORRES RSSTRESC RSSTRESN RSCAT RSEVAL",
    )
    assert total == ("9", "9", 9.0, "ADY NEUROBLASTOMA 1995", "INVESTIGATOR")
    segments = sdtm("TR", "101-006", TRTESTCD="MIBGSCOR", VISITNUM=228.0)
    assert len(segments) == 10
    assert segments["TRSTRESN"].sum() == 7
    assert set(segments["TRTEST"]) == {"MIBG Sector Score"}
    assert set(segments["TRMETHOD"]) == {"SCINTIGRAPHY"}


def test_e25_a_segment_that_was_not_imaged_is_not_done(sdtm: Sdtm) -> None:
    """Blank is not 0: the segment and the total that the site left blank are NOT DONE."""
    scan = sdtm("TR", "101-006", TRTESTCD="MIBGSCOR", VISITNUM=428.0)
    blank = scan[scan["TRSTAT"] == "NOT DONE"]
    assert records(blank, "TRLNKID TRORRES TRSTRESC TRSTRESN TRREASND") == [
        ("SEG06", "", "", None, "SEGMENT NOT IMAGED")
    ]
    assert len(scan) == 10
    (total,) = records(
        sdtm("RS", "101-006", RSTESTCD="CURIETOT", VISITNUM=428.0),
        "RSORRES RSSTRESN RSSTAT RSREASND",
    )
    assert total == ("", None, "NOT DONE", "SEGMENT NOT IMAGED")


def test_e26_site_and_central_response_stand_side_by_side(sdtm: Sdtm) -> None:
    """PR by the site, SD by the adjudicator; only the record of the adjudicator is accepted."""
    overall = sdtm("RS", "103-003", RSTESTCD="OVRLRESP", VISITNUM=228.0)
    assert sorted(records(overall, "RSEVAL RSEVALID RSSTRESC RSACPTFL")) == [
        ("INDEPENDENT ASSESSOR", "ADJUDICATOR 1", "SD", "Y"),
        ("INDEPENDENT ASSESSOR", "READER 1", "PR", ""),
        ("INDEPENDENT ASSESSOR", "READER 2", "SD", ""),
        ("INVESTIGATOR", "", "PR", ""),
    ]
    assert set(overall["RSGRPID"]) == {"EVAL01"}
    curie = sdtm("RS", "103-003", RSTESTCD="CURIETOT", VISITNUM=228.0)
    assert sorted(records(curie, "RSEVAL RSSTRESN RSLNKGRP")) == [
        ("INDEPENDENT ASSESSOR", 7.0, "A01-BONE-IA"),
        ("INVESTIGATOR", 4.0, "A01-BONE"),
    ]


def test_e27_a_response_that_was_not_confirmed_is_as_assessed(sdtm: Sdtm) -> None:
    overall = sdtm("RS", "103-003", RSTESTCD="OVRLRESP", RSEVAL="INVESTIGATOR")
    assert records(overall, "VISITNUM RSSTRESC") == [(228.0, "PR"), (428.0, "SD"), (628.0, "SD")]
    assert "BESTRESP" not in set(sdtm("RS")["RSTESTCD"])


def test_e33_progression_at_follow_up_and_the_later_stable_disease_are_both_there(
    sdtm: Sdtm,
) -> None:
    """Progression of 20 OCT 2015, said in FEB 2016, before the stable disease of 03 NOV 2015."""
    overall = sdtm("RS", "101-007", RSTESTCD="OVRLRESP", RSEVAL="INVESTIGATOR")
    assert records(overall.sort_values("RSDTC"), "RSSTRESC RSDTC VISIT RSGRPID") == [
        ("SD", "2015-09-05", "COURSE 2 DAY 28", "EVAL01"),
        ("PD", "2015-10-20", "FOLLOW-UP 1", ""),
        ("SD", "2015-11-03", "COURSE 4 DAY 28", "EVAL02"),
    ]

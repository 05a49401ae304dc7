"""Lenalidomide samples: sampling form, vendor transport file, and how they join."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

Rows = list[dict[str, str]]
Find = Callable[..., Rows]


@pytest.fixture(scope="module")
def vendor(study: Path) -> pd.DataFrame:
    frame, _ = pyreadstat.read_xport(study / "vendor" / "pk_len.xpt")
    return frame


def _sample(rows_of: Find, subject: str, day: str, nominal: str) -> dict[str, str]:
    (row,) = rows_of("pksamp", subject, PANEL="LEN", DAY=day, NOMTIME=nominal)
    return row


def test_the_sample_of_the_worked_example(rows_of: Find) -> None:
    row = _sample(rows_of, "101-003", "1", "2 h")
    assert (row["SAMPID"], row["SAMPDAT_RAW"], row["SAMPTIM"]) == ("P0417", "01 MAR 2014", "10:07")
    assert (row["PANEL"], row["DOSEDAT_RAW"], row["DOSETIM"]) == ("LEN", "01 MAR 2014", "08:00")


def test_sample_ids_are_unique_and_join(rows_of: Find, vendor: pd.DataFrame) -> None:
    typed = [row["SAMPID"] for row in rows_of("pksamp", PANEL="LEN")]
    assert len(set(typed)) == len(typed)
    assert set(typed) - set(vendor["SAMPID"]) == {_sample(rows_of, "103-001", "1", "8 h")["SAMPID"]}
    assert set(vendor["SAMPID"]) <= set(typed)


def test_below_quantitation_has_text_and_no_number(vendor: pd.DataFrame) -> None:
    below = vendor[vendor["CONCC"] == "BLQ(<1.00)"]
    assert len(below) >= 27
    assert below["CONC"].isna().all()
    assert set(below["LLOQ"]) == {1.0}


def test_numbers_agree_with_their_text(vendor: pd.DataFrame) -> None:
    known = vendor[vendor["CONC"].notna()]
    assert (known["CONCC"].astype(float) == known["CONC"]).all()


def test_blq_before_and_after_the_measurable_part(vendor: pd.DataFrame) -> None:
    profile = vendor[(vendor["SUBJ"] == "104-003") & (vendor["VISIT"] == "C1D1")]
    measurable = profile["CONC"].notna().tolist()
    assert measurable == [False, True, True, True, True, True, True, False]


def test_predose_sample_drawn_after_the_dose(rows_of: Find) -> None:
    row = _sample(rows_of, "104-003", "21", "0 h")
    assert (row["SAMPTIM"], row["DOSETIM"]) == ("08:20", "08:00")
    assert row["NOTE"] == "predose sample drawn after dose"


def test_date_typed_as_the_day_before(rows_of: Find, vendor: pd.DataFrame) -> None:
    row = _sample(rows_of, "102-001", "1", "8 h")
    assert (row["SAMPDAT_RAW"], row["SAMPTIM"]) == ("13 MAR 2013", "00:15")
    assert (row["DOSEDAT_RAW"], row["DOSETIM"]) == ("13 MAR 2013", "16:10")
    taken = vendor.set_index("SAMPID")["SAMPDTM"][row["SAMPID"]]
    assert pd.Timestamp(taken) == pd.Timestamp(2013, 3, 14, 0, 15)


def test_the_noncompartmental_oracle_profile(rows_of: Find, vendor: pd.DataFrame) -> None:
    profile = vendor[(vendor["SUBJ"] == "103-004") & (vendor["VISIT"] == "C1D1")]
    assert profile["NOMTM"].tolist() == [0, 0.5, 1, 2, 4, 6, 8, 24]
    assert profile["CONC"].tolist()[1:] == [180, 420, 510, 330, 190, 105, 4.2]
    assert rows_of("exlen", "103-004", COURSE="1")[0]["LENMG"] == "35"
    times = [row["SAMPTIM"] for row in rows_of("pksamp", "103-004", DAY="1")]
    assert times == ["08:00", "08:30", "09:00", "10:00", "12:00", "14:00", "16:00", "08:00"]


def test_reassays_and_not_reported(rows_of: Find, vendor: pd.DataFrame) -> None:
    by_id = vendor.groupby("SAMPID")
    twice = {str(key): part for key, part in by_id if len(part) > 1}
    first = _sample(rows_of, "104-002", "1", "2 h")["SAMPID"]
    second = _sample(rows_of, "105-002", "1", "1 h")["SAMPID"]
    assert set(twice) == {first, second}
    assert twice[first]["CONCC"].tolist()[0] == "1890"
    assert twice[second]["CONCC"].tolist()[0] == "NR"
    assert [part["REASSAY"].tolist() for part in twice.values()] == [["N", "Y"], ["N", "Y"]]
    silent = _sample(rows_of, "102-005", "1", "4 h")["SAMPID"]
    assert by_id.get_group(silent)["CONCC"].tolist() == ["NR"]


def test_swapped_tubes(rows_of: Find, vendor: pd.DataFrame) -> None:
    nominal = vendor.set_index("SAMPID")["NOMTM"]
    off = [
        (row["SUBJECT"], row["NOMTIME"])
        for row in rows_of("pksamp", PANEL="LEN")
        if row["SAMPID"] in nominal.index
        and not (nominal.loc[[row["SAMPID"]]] == float(row["NOMTIME"].split()[0])).all()
    ]
    assert off == [("106-002", "1 h"), ("106-002", "6 h")]


def test_vendor_times_off_by_more_than_five_minutes(rows_of: Find, vendor: pd.DataFrame) -> None:
    taken = {
        row["SAMPID"]: datetime.strptime(f"{row['SAMPDAT_RAW']} {row['SAMPTIM']}", "%d %b %Y %H:%M")
        for row in rows_of("pksamp", PANEL="LEN")
    }
    off = {
        str(subject)
        for subject, sample, stamp in zip(
            vendor["SUBJ"], vendor["SAMPID"], vendor["SAMPDTM"], strict=True
        )
        if abs((pd.Timestamp(stamp) - taken[sample]).total_seconds()) > 300
    }
    assert off == {"102-001", "102-002", "106-002"}


def test_no_day_21_profile_without_a_day_21_dose(rows_of: Find) -> None:
    without = {r["SUBJECT"] for r in rows_of("course")} - {
        r["SUBJECT"] for r in rows_of("pksamp", DAY="21")
    }
    assert without == {"101-005", "103-001", "103-005", "104-004"}

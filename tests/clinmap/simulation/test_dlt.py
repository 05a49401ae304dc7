"""Dose limiting toxicity, decisions, deviations, comments, diary and the old database."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyreadstat
import pytest

from clinmap.simulation.n2011_04 import simulate

Rows = list[dict[str, str]]
Find = Callable[..., Rows]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def diary(study: Path) -> Rows:
    return read(study / "diary" / "diary.csv")


def test_the_form_of_the_sample_row(rows_of: Find) -> None:
    (row,) = rows_of("dlt", "101-005")
    names = ("DLTYN", "DLTCRIT", "DLTAENO", "DLTDAT_RAW", "EVALYN", "NEVALRSN", "COMMITDAT_RAW")
    assert [row[name] for name in names] == [
        *("Y", "D04", "7", "11 MAR 2014", "Y", "", "02 APR 2014")
    ]
    (event,) = rows_of("ae", "101-005", AESPID="7")
    assert (event["AEDLT"], event["AEST_RAW"]) == ("N", "11 MAR 2014")


def test_a_form_for_each_first_course(rows_of: Find) -> None:
    assert {row["SUBJECT"] for row in rows_of("dlt")} == {
        row["SUBJECT"] for row in rows_of("course", COURSE="1")
    }
    assert {(row["SUBJECT"], row["DLTAENO"]) for row in rows_of("dlt", DLTYN="Y")} == {
        ("101-005", "7"),
        ("101-007", "5"),
        ("102-002", "3"),
    }
    assert rows_of("ae", "101-007", AESPID="5") == []


def test_evaluable_with_twelve_of_twenty_one_doses(rows_of: Find) -> None:
    (row,) = rows_of("dlt", "103-001")
    assert (row["DLTYN"], row["EVALYN"]) == ("N", "Y")
    assert {row["SUBJECT"]: row["NEVALRSN"] for row in rows_of("dlt", EVALYN="N")} == {
        "103-005": "Withdrew before day 28",
        "104-004": "Progressive disease before day 28",
        "105-004": "Second enrollment",
    }


def test_decisions_count_the_forms_but_for_the_sample_row(study: Path, rows_of: Find) -> None:
    cohorts = {row["SUBJECT"]: row["COHORT"] for row in rows_of("enroll", ENROLSEQ="1")}
    differ = []
    for row in read(study / "edc" / "escalation.csv"):
        members = [s for s, cohort in cohorts.items() if cohort == row["COHORT"]]
        forms = [form for member in members for form in rows_of("dlt", member)]
        counted = [str(sum(f[name] == "Y" for f in forms)) for name in ("EVALYN", "DLTYN")]
        if counted != [row["N_EVAL"], row["N_DLT"]]:
            differ.append((*row.values(), *counted))
    assert differ == [("2A", "2", "12 JUN 2013", "2013", "06", "12", "3", "0", "Escalate", "",
                       "2", "0")]  # fmt: skip


def test_one_level_is_recommended(study: Path) -> None:
    decided = read(study / "edc" / "escalation.csv")
    assert [(r["COHORT"], r["DECISION"]) for r in decided if r["RP2D_YN"] == "Y"] == [
        ("5C", "Stop")
    ]
    assert [row["COHORT"] for row in decided] == sorted(row["COHORT"] for row in decided)


def test_a_deviation_and_a_comment_that_are_too_long(rows_of: Find) -> None:
    texts = [row["DVTERM"] for row in rows_of("dv", "101-002")]
    assert len(texts[0]) > 200
    assert not texts[0].isascii()
    (comment,) = rows_of("co", "101-005")
    assert 400 < len(comment["COTXT"]) <= 600
    (undated,) = rows_of("dv", DVDAT_RAW="")
    assert (undated["SUBJECT"], undated["DVCLASS"]) == ("101-001", "Other")


def test_comments_name_pages_of_which_one_is_not_there(rows_of: Find) -> None:
    forms = {"EXCHI": "exchi", "EXLEN": "exlen", "AE": "ae", "CM": "cm", "DM": "dm"}
    absent = []
    for row in rows_of("co"):
        form, _, position = row["PAGEID"].partition("-")
        if form and not rows_of(forms[form], row["SUBJECT"], RECORDPOSITION=position):
            absent.append((row["SUBJECT"], row["PAGEID"]))
    assert absent == [("104-001", "CM-99")]
    assert [row["SUBJECT"] for row in rows_of("co", PAGEID="")] == ["103-005"]


@pytest.mark.parametrize(
    ("subject", "day", "cells"),
    [
        ("101-002", "2014-10-11", ("0", "", "", "", "N", "forgot")),
        ("103-003", "2015-02-28", ("6", "08:25", "", "", "Y", "vomited, not re-dosed")),
        ("106-002", "2015-04-22", ("UNK", "", "", "", "UNK", "")),
        ("103-001", "2013-06-24", ("0", "", "", "", "N", "")),
    ],
)
def test_lines_of_the_diary(diary: Rows, subject: str, day: str, cells: tuple[str, ...]) -> None:
    (line,) = [row for row in diary if (row["SUBJ"], row["DATE"]) == (subject, day)]
    assert tuple(line.values())[2:] == cells


def test_a_double_dose(diary: Rows, rows_of: Find) -> None:
    (line,) = [row for row in diary if row["NOTE"].startswith("gave the morning dose twice")]
    (page,) = rows_of("exlen", line["SUBJ"], COURSE="1")
    assert int(line["LEN_CAPS"]) == 2 * int(page["CAPS_N"])


def test_a_week_that_nobody_wrote_down(diary: Rows) -> None:
    unknown = [row["DATE"] for row in diary if row["SUBJ"] == "106-002" and "UNK" in row.values()]
    first = date(2015, 4, 22)
    assert unknown[:7] == [(first + timedelta(days=n)).isoformat() for n in range(7)]


def test_first_doses_are_at_the_time_of_the_sampling_form(diary: Rows, rows_of: Find) -> None:
    times = {(row["SUBJ"], row["DATE"]): row["LEN_TIME"] for row in diary}
    samples = rows_of("pksamp", PANEL="LEN", COURSE="1", DAY="1", NOMTIME="2 h")
    assert len(samples) > 20
    for row in samples:
        day = f"{row['DOSEDAT_YYYY']}-{row['DOSEDAT_MM']}-{row['DOSEDAT_DD']}"
        assert times[row["SUBJECT"], day] == row["DOSETIM"]


def test_the_old_database_is_coded_and_in_latin_1(study: Path) -> None:
    path = study / "legacy" / "ae_nant.xpt"
    frame, meta = pyreadstat.read_xport(path, encoding="iso-8859-1")
    assert b"Fatigue l\xe9g\xe8re" in path.read_bytes()
    assert frame["AETEXT"].tolist()[:2] == ["Fatigue l\u00e9g\u00e8re", "Hypothyro\u00efdie"]
    assert frame["STDT"].tolist()[0] == date(2014, 1, 12)
    assert meta.original_variable_types["STDT"] == "DATE9"
    assert set(frame["PATID"]) == {"102-001", "104-005", "105-003"}


def test_a_code_without_a_label_and_an_event_on_a_page_too(study: Path, rows_of: Find) -> None:
    frame, _ = pyreadstat.read_xport(study / "legacy" / "ae_nant.xpt", encoding="iso-8859-1")
    labels = {(r["FMTNAME"], float(r["START"])) for r in read(study / "legacy" / "formats.csv")}
    absent = [code for code in frame["OUTC"] if ("OUTCF", code) not in labels]
    assert absent == [9.0]
    assert all(("GRADEF", code) in labels for code in frame["GRADE"])
    (page,) = rows_of("ae", "105-003", AEST_RAW="10 MAY 2018")
    twice = frame[(frame["PATID"] == "105-003") & (frame["STDT"] == date(2018, 5, 10))]
    assert twice["AETEXT"].tolist() == [page["AETERM"]]


def test_more_subjects_leave_diary_and_old_database_unchanged(
    study: Path, diary: Rows, tmp_path: Path
) -> None:
    simulate(tmp_path, subjects=32, odm=False)
    more = read(tmp_path / "diary" / "diary.csv")
    mine = {row["SUBJ"] for row in diary}
    assert [row for row in more if row["SUBJ"] in mine] == diary
    old = "legacy/ae_nant.xpt"
    assert (tmp_path / old).read_bytes() == (study / old).read_bytes()

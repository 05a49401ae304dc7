"""The forms of the disease, its therapies, other medications and follow-up (R04, R05, R13, R20)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

Rows = list[dict[str, str]]
Find = Callable[..., Rows]


def _values(rows: Rows, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def _day(row: dict[str, str], field: str) -> date | None:
    parts = [row[f"{field}_{part}"] for part in ("YYYY", "MM", "DD")]
    return date(*map(int, parts)) if all(parts) else None


def test_the_sample_history(rows_of: Find) -> None:
    """The row of the data design, to the letter."""
    columns = ("DXDAT_RAW", "INSS", "INRG", "MYCN", "MYCNCOPY", "HISTOL", "PRIMSITE", "DISSTAT",
               "RELAPSE_N", "FIRSTREL_RAW", "DXDAT_YYYY", "DXDAT_MM", "FIRSTREL_MM")  # fmt: skip
    assert _values(rows_of("nbhx", "101-003"), *columns) == [
        ("UN UNK 2010", "4", "M", "Amplified", ">10", "Unfavorable", "L adrenal", "Recurrent", "2",
         "MAR 2012", "2010", "", "03")
    ]  # fmt: skip


def test_words_that_are_no_choice_of_the_form(rows_of: Find) -> None:
    assert _values(rows_of("nbhx", "104-003"), "DISSTAT", "RELAPSE_N") == [("CR2", "1")]
    assert _values(rows_of("nbhx", "104-002"), "MYCN", "MYCNCOPY") == [("ND", "")]


def test_the_second_form_of_a_person_says_the_same_of_the_disease(rows_of: Find) -> None:
    columns = ("DXDAT_RAW", "INSS", "MYCN", "PRIMSITE", "DISSTAT", "RELAPSE_N", "FIRSTREL_RAW")
    first, second = (rows_of("nbhx", subject) for subject in ("105-001", "105-004"))
    assert _values(first, *columns) == _values(second, *columns)


def test_a_relapse_is_counted_exactly_where_it_has_a_date(rows_of: Find) -> None:
    rows = rows_of("nbhx")
    assert len(rows) == 31
    assert all((row["RELAPSE_N"] == "0") == (row["FIRSTREL_RAW"] == "") for row in rows)
    recurrent = {row["SUBJECT"] for row in rows if row["DISSTAT"] in ("Recurrent", "CR2")}
    assert recurrent == {row["SUBJECT"] for row in rows if row["RELAPSE_N"] != "0"}


def test_therapies_lie_between_birth_and_the_study(rows_of: Find) -> None:
    consent = {row["SUBJECT"]: row for row in rows_of("dm")}
    for row in rows_of("priortx"):
        person = consent[row["SUBJECT"]]
        assert person["BRTHDAT_YYYY"] <= row["TXST_YYYY"] <= person["ICDAT_YYYY"]
        start, agreed = _day(row, "TXST"), _day(person, "ICDAT")
        assert start is None or (agreed is not None and start < agreed)


def test_the_sample_therapy_and_the_antibody_that_only_one_column_tells(rows_of: Find) -> None:
    columns = ("TXTYPE", "TXNAME", "TXST_RAW", "TXEN_RAW", "TXRESP", "ANTIGD2YN")
    assert _values(rows_of("priortx", "101-003", TXTYPE="anti-GD2"), *columns) == [
        ("anti-GD2", "ch14.18", "2011", "UNK 2011", "PR", "Y")
    ]
    hidden = [row for row in rows_of("priortx", ANTIGD2YN="Y") if row["TXTYPE"] != "anti-GD2"]
    assert _values(hidden, "SUBJECT", "TXTYPE") == [("106-002", "chemo")]
    assert rows_of("priortx", "102-002", ANTIGD2YN="Y")


def test_medication_realities(rows_of: Find) -> None:
    assert len(rows_of("cm", CMST_RAW="pre-study")) > 5
    assert {row["CMDOSE"] for row in rows_of("cm", CMFRQ="PCA")} == {"20-40", "4-8"}
    steroids = _values(rows_of("cm", CMATC="Z05"), "SUBJECT", "CMTRT")
    assert {("101-004", "Hydrocortisone"), ("101-006", "Dexamethasone")} <= set(steroids)
    assert rows_of("cm", "104-001", CMTRT="Doxycycline")
    assert rows_of("cm", "101-003", CMTRT="Gabapentin", CMINDC="Pain prophylaxis")


def test_a_medication_names_an_event_of_its_subject_but_for_one(rows_of: Find) -> None:
    events = {(row["SUBJECT"], row["AESPID"]) for row in rows_of("ae")}
    named = {(row["SUBJECT"], row["CMAENO"]) for row in rows_of("cm") if row["CMAENO"]}
    assert len(named) > 30
    assert named - events == {("101-005", "9")}


def test_every_medication_but_one_is_coded(rows_of: Find, study: Path) -> None:
    with (study / "ref" / "whodrug_coded.csv").open(encoding="utf-8", newline="") as file:
        coded = {(row["TERM"], row["ATC"]) for row in csv.DictReader(file)}
    typed = {(row["CMTRT"].upper(), row["CMATC"]) for row in rows_of("cm")}
    assert typed - coded == {("MAGIC MOUTHWASH", "")}
    therapies = {row["TXNAME"].upper() for row in rows_of("priortx")
                 if row["TXTYPE"] in ("chemo", "anti-GD2", "MIBG")}  # fmt: skip
    assert therapies <= {term for term, _ in coded}


def test_progression_found_at_follow_up_is_dated_before_the_last_stable_scan(
    rows_of: Find,
) -> None:
    """E33, as the site sent it."""
    (found,) = rows_of("fu", "101-007", PROGYN="Y")
    assert (found["FOLDER"], found["PROGDAT_RAW"]) == ("FU01", "20 OCT 2015")
    stable = [_day(row, "RESPDAT") for row in rows_of("resp", "101-007", OVRESP="SD")]
    assert max(filter(None, stable)) == date(2015, 11, 3)


def test_new_therapy_without_progression(rows_of: Find) -> None:
    """E34, as the site sent it."""
    (told,) = rows_of("fu", "106-004", NEWTXYN="Y")
    assert told["NEWTXDAT_RAW"] == "15 JAN 2016"
    assert not rows_of("fu", "106-004", PROGYN="Y")


def test_a_day_that_nobody_knew_and_a_second_malignancy(rows_of: Find) -> None:
    assert _values(rows_of("fu", "102-001", FOLDER="FU03"), "FUDAT_RAW", "ALIVE", "PROGYN") == [
        ("UN JUN 2014", "Alive", "N")
    ]
    assert _values(rows_of("fu", SMNYN="Y"), "SUBJECT", "SMNDAT_RAW") == [
        ("104-003", "14 NOV 2016")
    ]


def test_follow_up_agrees_with_the_death_form(rows_of: Find) -> None:
    """Dead is told once, as the last visit, on the day of the death form, or without one (E18)."""
    dead = {row["SUBJECT"]: row for row in rows_of("fu", ALIVE="Dead")}
    forms = {row["SUBJECT"]: row for row in rows_of("death")}
    assert set(dead) == set(forms) | {"104-004"}
    for subject, form in forms.items():
        told = datetime.strptime(dead[subject]["FUDAT_RAW"], "%d %b %Y").date()
        assert told.isoformat() == form["RECORDDATE"]
        assert rows_of("fu", subject)[-1] == dead[subject]
        died = _day(form, "DTHDAT")
        seen = [_day(row, "FUDAT") for row in rows_of("fu", subject, ALIVE="Alive")]
        assert died is None or all(day is not None and day < died for day in seen)


def test_follow_up_begins_after_treatment_and_ends_with_a_loss(rows_of: Find) -> None:
    ended = {row["SUBJECT"]: _day(row, "EOTDAT") for row in rows_of("eot")}
    for row in rows_of("fu"):
        day, end = _day(row, "FUDAT"), ended[row["SUBJECT"]]
        assert day is None or (end is not None and day > end)
    for row in rows_of("fu", LOSTYN="Y"):
        assert rows_of("fu", row["SUBJECT"])[-1] == row
        assert (row["ALIVE"], row["PROGYN"]) == ("Unknown", "")
    assert not rows_of("fu", "103-005")
    assert not rows_of("fu", "103-002")

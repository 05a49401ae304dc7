"""Dose limiting toxicity, deviations, comments, planned doses, diary, old database: the study."""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.app.build.pipeline import BuiltStudy
from tests.built_studies import of


def records(frame: pd.DataFrame, names: str) -> list[tuple[object, ...]]:
    columns = [[None if pd.isna(v) else v for v in frame[name]] for name in names.split()]
    return list(zip(*columns, strict=True))


def found(built: BuiltStudy, dataset: str) -> dict[tuple[str, str, str], int]:
    """The problems of a dataset: code, variable and the end of the message, with their number."""
    told: dict[tuple[str, str, str], int] = {}
    for problem in built.problems:
        if problem.dataset == dataset:
            key = (problem.code, problem.variable, problem.message)
            told[key] = told.get(key, 0) + problem.count
    return told


def test_what_disagrees_with_the_form_is_listed_and_stays(built: BuiltStudy) -> None:
    assert {
        (variable, message): count
        for (code, variable, message), count in found(built, "FA").items()
        if code == "CHK001"
    } == {
        ("FAORRES", "dose limiting on this form and not on the page of the adverse event"): 1,
        ("FAORRES", "the adverse event that the form names is not on the adverse event form"): 1,
        (
            "FAORRES",
            "evaluable on this form and less than 85% of the doses of lenalidomide in course 1",
        ): 1,
    }


def test_a_form_is_two_records_and_a_toxicity_three(built: BuiltStudy) -> None:
    forms = of(built, "FA").groupby(["USUBJID", "FASPID"])["FATESTCD"].agg(list)
    assert len(forms) == 28
    assert sorted(map(tuple, forms)) == [
        *[("EVALIND", "DLTCRIT", "OCCUR")] * 3,
        *[("EVALIND", "OCCUR")] * 25,
    ]


def test_decisions_stay_as_made_and_their_counts_are_compared(built: BuiltStudy) -> None:
    decided = of(built, "ESCAL")
    assert records(decided, "COHORT NEVAL NDLT DECISION RP2D") == [
        ("1A", 3.0, 0.0, "Escalate", None),
        ("2A", 3.0, 0.0, "Escalate", None),
        ("2B", 3.0, 1.0, "Enroll", None),
        ("2C", 2.0, 0.0, "Escalate", None),
        ("3A", 3.0, 0.0, "Escalate", None),
        ("4A", 3.0, 1.0, "Expand", None),
        ("4B", 3.0, 0.0, "Escalate", None),
        ("5A", 3.0, 1.0, "Expand", None),
        ("5B", 3.0, 0.0, "Expand", None),
        ("5C", 0.0, 0.0, "Stop", "Y"),
    ]
    wrong = "the number of evaluable subjects is not that of the forms of the cohort"
    assert found(built, "ESCAL") == {("CHK001", "NEVAL", wrong): 1}
    assert of(built, "FA", COHORT="2A")["EVALN"].unique().tolist() == [2.0]


def test_planned_doses_are_scheduled_and_none_of_them_is_exposure(built: BuiltStudy) -> None:
    planned = of(built, "EC", "101-003", ECMOOD="SCHEDULED")
    names = "ECGRPID ECTRT ECDOSE ECDOSU ECDOSFRQ ECSTDTC ECENDTC ECPRESP ECOCCUR ECLNKGRP"
    assert records(planned[planned["COURSE"] == "1"].sort_values("ECSTDTC"), names) == [
        ("LEN-C01", "LENALIDOMIDE", 25.0, "mg/m2", "QD", "2014-03-01", "2014-03-21",
         None, None, None),
        ("CHI-C01", "DINUTUXIMAB", 25.0, "mg/m2", "QD", "2014-03-08", "2014-03-11",
         None, None, None),
        ("ISO-C01", "ISOTRETINOIN", 80.0, "mg/m2", "BID", "2014-03-15", "2014-03-28",
         None, None, None),
    ]  # fmt: skip
    courses = of(built, "EC", ECMOOD="SCHEDULED").groupby("ECTRT").size().to_dict()
    assert courses == {"DINUTUXIMAB": 107, "ISOTRETINOIN": 93, "LENALIDOMIDE": 107}
    given = of(built, "EC", ECMOOD="PERFORMED", ECOCCUR="Y")
    assert len(of(built, "EX")) == len(given)
    assert set(of(built, "EC", ECMOOD="PERFORMED")["ECOCCUR"]) == {"Y", "N"}


def test_numbers_of_given_doses_come_before_those_of_planned_ones(built: BuiltStudy) -> None:
    numbers = of(built, "EC").groupby(["USUBJID", "ECMOOD"])["ECSEQ"].agg(["min", "max"])
    performed = numbers.xs("PERFORMED", level="ECMOOD")["max"]
    scheduled = numbers.xs("SCHEDULED", level="ECMOOD")["min"]
    assert (performed + 1 == scheduled).all()


def test_the_first_dose_has_its_time_in_suppec_and_not_in_ecstdtc(built: BuiltStudy) -> None:
    times = of(built, "SUPPEC", "101-003", QNAM="FIRSTTIM")
    first = of(built, "EC", "101-003", ECLNKID="LEN-C01D01-1")
    assert first["ECSTDTC"].tolist() == ["2014-03-01"]
    number = str(int(first["ECSEQ"].iloc[0]))
    assert records(times[times["IDVARVAL"] == number], "QVAL") == [("08:00",)]
    held = of(built, "EC", "104-001", ECREASOC="NEUTROPENIA")
    assert records(held, "FIRSTTIM") == [("08:10",)]


@pytest.mark.parametrize(
    ("variable", "message", "count"),
    [
        ("CAPSULES", "the diary has more capsules than the dosing page", 1),
        ("TAKEN", "missed by the diary and given by the dosing page", 2),
        ("TAKEN", "taken by the diary and not given by the dosing page", 1),
        ("VOMITED", "the dose was vomited and not given again", 1),
    ],
)
def test_what_the_diary_says_otherwise(
    built: BuiltStudy, variable: str, message: str, count: int
) -> None:
    assert found(built, "DIARY")["CHK001", variable, message] == count


def test_every_line_of_the_diary_meets_one_interval(built: BuiltStudy) -> None:
    lines = of(built, "DIARY")
    assert not lines.duplicated(["PERSON", "DATE", "DOSE"]).any()
    mine = lines[lines["PERSON"] == "N2011-04-101-003"]
    both = mine[mine["DATE"] == "2014-03-20"]
    assert records(both, "DOSE TAKEN GIVEN ECSPID") == [
        ("ISOTRETINOIN AM", "Y", "Y", "EXISO-1"),
        ("ISOTRETINOIN PM", "Y", "Y", "EXISO-1"),
        ("LENALIDOMIDE", "Y", "Y", "EXLEN-2"),
    ]


def test_comments_refer_to_the_records_of_their_page(built: BuiltStudy) -> None:
    comments = of(built, "CO")
    kept = comments["COREF"].fillna("") != "DIARY"
    of_sites = comments[kept].sort_values(["USUBJID", "COSEQ"])
    subjects = of_sites["USUBJID"].str.removeprefix("N2011-04-")
    names = "SUBJECT COREF RDOMAIN IDVAR IDVARVAL"
    assert records(of_sites.assign(SUBJECT=subjects), names) == [
        ("101-003", "EXLEN-1", "EC", "ECSPID", "EXLEN-1"),
        ("101-003", "EXCHI-2", "EC", "ECSPID", "EXCHI-2"),
        ("101-004", "AE-2", "AE", "AESEQ", "2"),
        ("101-005", "AE-1", "AE", "AESEQ", "3"),
        ("102-001", "EXLEN-6", "EC", "ECSPID", "EXLEN-6"),
        ("102-003", "DM-1", "DM", None, None),
        ("102-004", "RESP-1", "RS", "RSSPID", "RESP-1"),
        ("103-004", "AE-2", None, None, None),
        ("103-005", None, None, None, None),
        ("104-001", "CM-99", None, None, None),
        ("104-002", "RESP-1", "RS", "RSSPID", "RESP-1"),
        ("104-003", "PK-9", "PC", "PCSPID", "PK-9"),
        ("105-001", "EXLEN-1", "EC", "ECSPID", "2:EXLEN-1"),
    ]


def test_a_comment_goes_on_where_it_is_too_long(built: BuiltStudy) -> None:
    (long,) = of(built, "CO", "101-005").to_dict("records")
    parts = [str(long[name]) for name in ("COVAL", "COVAL1", "COVAL2")]
    assert max(map(len, parts)) <= 200
    whole = " ".join(parts)
    assert whole.startswith("Oxygen saturation fell to 84 % three hours")
    assert whole.endswith("once the investigator is back.")


def test_notes_of_the_families_are_theirs(built: BuiltStudy) -> None:
    notes = of(built, "CO", COREF="DIARY")
    assert set(notes["COEVAL"]) == {"STUDY SUBJECT"}
    forgot = notes[notes["COVAL"] == "forgot"]
    assert records(forgot, "USUBJID RDOMAIN IDVARVAL CODTC") == [
        ("N2011-04-101-002", "EC", "EXLEN-2", "2014-10-11")
    ]


def test_deviations(built: BuiltStudy) -> None:
    kinds = of(built, "DV", DVCAT="MAJOR")["DVDECOD"].value_counts()
    assert kinds.to_dict() == {
        "ELIGIBILITY CRITERIA NOT MET": 1,
        "PROHIBITED MEDICATION": 1,
        "STUDY TREATMENT NOT AS PLANNED": 1,
    }
    (banned,) = of(built, "DV", DVDECOD="PROHIBITED MEDICATION").to_dict("records")
    taken = of(built, "CM", "104-001", CMDECOD="DOXYCYCLINE")
    assert banned["DVSTDTC"] == taken["CMSTDTC"].iloc[0]
    (long,) = of(built, "DV", "101-002").to_dict("records")
    rest = of(built, "SUPPDV", "101-002", QNAM="DVTERM1")["QVAL"].iloc[0]
    assert len(long["DVTERM"]) <= 200
    assert f"{long['DVTERM']} {rest}".endswith("the parents were told on the same day")
    assert (long["DVSTDTC"], long["DVSTDY"]) == ("2014-10", None) or pd.isna(long["DVSTDY"])


def test_events_of_the_old_database(built: BuiltStudy) -> None:
    events = of(built, "AE")
    old = events[events["AEGRPID"].str.startswith("NANT")]
    names = "USUBJID AETERM AEDECOD AETOXGR AEREL AEOUT AESTDTC AEENDTC AEENRTPT"
    cured, open_ = "RECOVERED/RESOLVED", "NOT RECOVERED/NOT RESOLVED"
    assert records(old.sort_values(["USUBJID", "AESTDTC"]), names) == [
        ("N2011-04-102-001", "Fatigue legere", "Fatigue", "1", "UNLIKELY", cured,
         "2014-01-12", "2014-02-20", None),
        ("N2011-04-102-001", "Hypothyroidie", "Low thyroid function", "2", "POSSIBLE", open_,
         "2014-09-15", None, "UNKNOWN"),
        ("N2011-04-104-005", "Surdite partielle", "Hearing impaired", "2", "UNRELATED", open_,
         "2013-11-15", None, "UNKNOWN"),
        ("N2011-04-104-005", "Eruption cutanee", "Rash", "1", "UNRELATED", cured,
         "2014-02-03", "2014-02-10", None),
        ("N2011-04-105-003", "Peau seche", "Dry skin", "1", "UNLIKELY", None,
         "2016-09-24", "2016-12-21", None),
    ]  # fmt: skip


def test_an_event_of_both_systems_is_taken_from_the_page(built: BuiltStudy) -> None:
    thyroid = of(built, "AE", "105-003", AEDECOD="Low thyroid function")
    assert records(thyroid, "AEGRPID AESTDTC") == [("3", "2018-05-10")]
    told = found(built, "AE")
    again = "rows left out: the old database has the event of an adverse event page again"
    assert told["ROW001", "", again] == 1
    assert found(built, "ae_nant") == {
        ("RAW008", "OUTC", "codes of OUTC have no label in format OUTCF"): 1
    }


def test_changed_doses_are_related_to_their_events(built: BuiltStudy) -> None:
    related = of(built, "RELREC")
    kinds = related[related["USUBJID"].notna()]
    kinds = kinds[kinds["RELID"].str.match("AE-(EX|EC|FA)")]
    names = "USUBJID RELID RDOMAIN IDVARVAL"
    sides = [row[:1] + row[1:3] for row in records(kinds, names)]
    assert sorted((str(s).removeprefix("N2011-04-"), r, d) for s, r, d in sides) == [
        ("101-003", "AE-EX-1-1", "AE"),
        ("101-003", "AE-EX-1-1", "EX"),
        ("101-003", "AE-EX-1-1", "EX"),
        ("101-004", "AE-EX-6-1", "AE"),
        ("101-004", "AE-EX-6-1", "EX"),
        ("101-005", "AE-FA-7", "AE"),
        ("101-005", "AE-FA-7", "FA"),
        ("101-005", "AE-FA-7", "FA"),
        ("101-007", "AE-EX-2-1", "AE"),
        ("101-007", "AE-EX-2-1", "EX"),
        ("102-002", "AE-EX-3-1", "AE"),
        ("102-002", "AE-EX-3-1", "EX"),
        ("102-002", "AE-FA-3", "AE"),
        ("102-002", "AE-FA-3", "FA"),
        ("102-002", "AE-FA-3", "FA"),
        ("104-001", "AE-EC-1-1", "AE"),
        ("104-001", "AE-EC-1-1", "EC"),
        ("104-001", "AE-EX-2-1", "AE"),
        ("104-001", "AE-EX-2-1", "EX"),
    ]


def test_the_related_doses_are_the_changed_ones(built: BuiltStudy) -> None:
    related = of(built, "RELREC", RDOMAIN="EX")
    related = related[related["USUBJID"].notna()]
    doses = of(built, "EX").assign(IDVARVAL=lambda f: f["EXSEQ"].astype("int64").astype(str))
    merged = related.merge(doses, on=["USUBJID", "IDVARVAL"])
    assert sorted(merged["EXLNKGRP"]) == [
        "CHI-C01D08", "CHI-C01D08", "CHI-C02D08", "LEN-C02D01", "LEN-C02D01", "LEN-C03D01",
    ]  # fmt: skip
    (hold,) = of(built, "RELREC", RDOMAIN="EC").dropna(subset="USUBJID").to_dict("records")
    held = of(built, "EC", "104-001", ECREASOC="NEUTROPENIA")
    assert hold["IDVARVAL"] == str(int(held["ECSEQ"].iloc[0]))


def test_a_medication_is_related_to_every_record_of_its_event(built: BuiltStudy) -> None:
    potassium = of(built, "RELREC", "101-004", RELID="AE-CM-5")
    assert potassium["RDOMAIN"].tolist() == ["AE", "AE", "AE", "CM"]
    assert of(built, "RELREC", "101-005", RELID="AE-CM-9").empty

"""Vital signs, visits, disposition, eligibility and the trial's design in the example study.

Every number was worked out by hand from the raw values (clinmap/simulation/REALITIES.md).
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from clinmap.app.build.pipeline import BuiltStudy
from tests.built_studies import of

ON_RESULT = "VSORRES VSORRESU VSSTRESC VSSTRESN VSSTRESU"
SPLIT = {"P1": 237, "S3": 251, "S7": 254, "S8": 219, "S9": 308}
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI"]


def records(frame: pd.DataFrame, names: str) -> list[tuple[object, ...]]:
    columns = [[None if pd.isna(v) else v for v in frame[name]] for name in names.split()]
    return list(zip(*columns, strict=True))


def listed(built: BuiltStudy, dataset: str) -> set[tuple[str, str, int, tuple[str, ...]]]:
    found = (p for p in built.problems if p.dataset == dataset and p.code != "ROW001")
    return {(p.code, p.variable, p.count, tuple(p.rows)) for p in found}


def left_out(built: BuiltStudy, dataset: str) -> dict[str, int]:
    """How many rows were left out, by reason."""
    found = [p for p in built.problems if p.dataset == dataset and p.code == "ROW001"]
    return {p.message.removeprefix("rows left out: "): p.count for p in found}


# ------------------------------------------------------------------------------------- vital signs


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("HEIGHT", ("41.3", "in", "104.9", 104.9, "cm")),
        ("WEIGHT", ("37.9", "LB", "17.19", 17.19, "kg")),
        ("TEMP", ("101.2", "F", "38.44", 38.44, "C")),
        ("BSA", ("0.70", "m2", "0.7", 0.7, "m2")),
    ],
)
def test_results_in_the_units_of_the_study(
    built: BuiltStudy, test: str, expected: tuple[object, ...]
) -> None:
    """41.3 x 2.54 = 104.902; 37.9 x 0.45359237 = 17.191; (101.2 - 32) / 1.8 = 38.444."""
    record = of(built, "VS", "101-003", VSTESTCD=test, VSSPID="VS-4")
    assert records(record, ON_RESULT) == [expected]
    assert records(record, "VSDTC VSDY VISITNUM VSTPT VSTPTNUM") == [
        ("2014-03-08T23:50", 8, 108.0, "INFUSION +4H", 4.0)
    ]


def test_each_test_has_one_standard_unit(built: BuiltStudy) -> None:
    found = of(built, "VS").dropna(subset="VSSTRESN")
    units = found.groupby("VSTESTCD")["VSSTRESU"].unique().map(list).to_dict()
    assert units == {
        "BSA": ["m2"], "DIABP": ["mmHg"], "HEIGHT": ["cm"], "HR": ["beats/min"],
        "OXYSAT": ["%"], "RESP": ["breaths/min"], "SYSBP": ["mmHg"], "TEMP": ["C"],
        "WEIGHT": ["kg"],
    }  # fmt: skip
    assert set(found["VSORRESU"]) - set(found["VSSTRESU"]) == {"in", "LB", "F"}


def test_times_that_are_odd(built: BuiltStudy) -> None:
    """24:00 is the start of the next day; without a time the date stands alone, and counts."""
    late = of(built, "VS", "103-003", VSSPID="VS-6", VSTESTCD="HR")
    assert records(late, "VISITNUM VSDTC VSDY") == [(109.0, "2015-03-06T00:00", 10)]
    untimed = of(built, "VS", "104-002", VSSPID="VS-1", VSTESTCD="HR")
    assert records(untimed, "VSDTC VSDY VSLOBXFL") == [("2015-03-18", -7, "Y")]


def test_a_repeated_measurement_is_a_record_of_its_own(built: BuiltStudy) -> None:
    twice = of(built, "VS", "105-003", VISITNUM=108.0, VSTESTCD="SYSBP", VSTPTNUM=4.0)
    assert records(twice, "VSSPID VSDTC") == [
        ("VS-4", "2014-12-24T14:35"), ("VS-5", "2014-12-24T14:45"),
    ]  # fmt: skip


def test_the_wrong_body_surface_is_kept_and_listed(built: BuiltStudy) -> None:
    surface = of(built, "VS", "102-003", VISITNUM=201.0, VSTESTCD="BSA")
    assert records(surface, ON_RESULT) == [("0.98", "m2", "0.98", 0.98, "m2")]
    of_results = {found for found in listed(built, "VS") if found[1] != "VSDTC"}
    assert of_results == {("CHK001", "VSSTRESN", 1, ("vs:172",))}


def test_a_sign_that_was_not_taken_is_not_done(built: BuiltStudy) -> None:
    lacking = of(built, "VS", VSSTAT="NOT DONE")
    assert records(lacking, "USUBJID VISITNUM VSTESTCD") == [
        ("N2011-04-102-001", 1.0, "OXYSAT"), ("N2011-04-105-001", 201.0, "OXYSAT"),
    ]  # fmt: skip
    assert lacking[ON_RESULT.split()].isna().all().all()
    assert lacking["VSLOBXFL"].isna().all()


def test_rows_of_infusions_have_no_body_measures_and_are_counted(
    built: BuiltStudy, raw: Path
) -> None:
    """A record for each of nine tests, but for the three that an infusion has not."""
    rows = len((raw / "edc" / "vs.csv").read_text(encoding="utf-8").splitlines()) - 1
    counted = left_out(built, "VS")
    assert len(counted) == 3
    assert set(counted.values()) == {322}
    assert len(of(built, "VS")) == 9 * rows - 3 * 322


# ------------------------------------------------------------------------------------------ visits


def test_a_visit_lasts_from_its_first_to_its_last_dated_record(built: BuiltStudy) -> None:
    """Course 1 day 8 of 101-003: a day without a time, then a sample after the infusion."""
    (visit,) = records(
        of(built, "SV", "101-003", VISITNUM=108.0),
        "VISIT VISITDY SVPRESP SVOCCUR SVSTDTC SVENDTC SVSTDY SVENDY SVUPDES",
    )
    assert visit == (
        "COURSE 1 DAY 8", 8, "Y", "Y", "2014-03-08", "2014-03-09T06:31", 8, 9, None,
    )  # fmt: skip
    dates = []
    for name in ("VS", "LB", "PC", "CP", "IS"):
        dates += of(built, name, "101-003", VISITNUM=108.0)[f"{name}DTC"].dropna().tolist()
    assert (min(dates), max(dates)) == (visit[4], visit[5])


def test_unscheduled_visits(built: BuiltStudy) -> None:
    """Named after the planned visit before; neither planned nor did they fail to occur."""
    found = of(built, "SV")
    found = found[found["SVUPDES"].notna()]
    assert len(found) == 38
    assert found[["SVPRESP", "SVOCCUR", "VISITDY"]].isna().all().all()
    assert (found["VISITNUM"] % 1 > 0).all()
    assert records(of(built, "SV", "102-001", VISITNUM=101.01), "VISIT SVSTDTC SVUPDES") == [
        ("UNSCHEDULED 101.01", "2013-03-13", "Unscheduled, with records in LB")
    ]


def test_planned_visits_that_did_not_take_place(built: BuiltStudy) -> None:
    """The infusion that 104-002 missed, and the course that the forms of 102-002 skip."""
    missed = of(built, "SV", SVOCCUR="N")
    assert missed[["SVSTDTC", "SVENDTC", "SVSTDY", "SVENDY"]].isna().all().all()
    assert (missed["SVPRESP"] == "Y").all()
    assert records(missed[missed["USUBJID"] == "N2011-04-104-002"], "VISITNUM VISIT VISITDY") == [
        (111.0, "COURSE 1 DAY 11", 11)
    ]
    skipped = missed[missed["USUBJID"] == "N2011-04-102-002"]["VISITNUM"]
    assert skipped[skipped.between(500, 600)].tolist() == [501, 508, 509, 510, 511, 515, 528]
    assert missed["VISITNUM"].max() < 9000


def test_nobody_misses_a_visit_after_the_last_one_of_treatment(built: BuiltStudy) -> None:
    visits = of(built, "SV")
    took_place = visits[(visits["SVOCCUR"] != "N") & (visits["VISITNUM"] < 9000)]
    last = took_place.groupby("USUBJID")["VISITNUM"].max()
    missed = visits[visits["SVOCCUR"] == "N"]
    assert (missed["VISITNUM"] < missed["USUBJID"].map(last)).all()


def test_follow_up_starts_on_its_day_and_not_on_that_of_an_earlier_progression(
    built: BuiltStudy,
) -> None:
    """101-007 was seen on 09 FEB 2016 and told of a progression of 20 OCT 2015."""
    assert records(of(built, "SV", "101-007", VISITNUM=9101.0), "SVSTDTC SVENDTC") == [
        ("2016-02-09", "2016-02-09")
    ]


def test_the_visits_of_a_second_enrollment_stand_apart(built: BuiltStudy) -> None:
    visits = of(built, "SV", "105-001")
    again = visits[visits["VISITNUM"] > 20000]
    assert records(again.head(2), "VISITNUM VISIT SVSTDY") == [
        (20001.0, "ENROLLMENT 2 SCREENING", 421), (20101.0, "ENROLLMENT 2 COURSE 1 DAY 1", 434),
    ]  # fmt: skip
    assert again["SVSTDTC"].min() > visits.loc[visits["VISITNUM"] < 9000, "SVSTDTC"].max()


# ------------------------------------------------------------------------------------- disposition


def test_one_disposition_for_each_category_and_epoch(built: BuiltStudy) -> None:
    """Of an enrollment, that is; EPOCH is of dispositions and never of milestones."""
    events = of(built, "DS").merge(
        of(built, "SUPPDS", QNAM="ENRLSEQ").assign(
            DSSEQ=lambda supp: supp["IDVARVAL"].astype(float)
        )[["USUBJID", "DSSEQ", "QVAL"]],
        how="left",
        on=["USUBJID", "DSSEQ"],
    )
    ends = events[events["DSCAT"] == "DISPOSITION EVENT"]
    assert not ends.duplicated(["USUBJID", "QVAL", "DSSCAT", "EPOCH"]).any()
    assert set(ends["DSSCAT"]) == {"STUDY TREATMENT", "STUDY PARTICIPATION"}
    milestones = events[events["DSCAT"] == "PROTOCOL MILESTONE"]
    assert milestones[["EPOCH", "DSSCAT"]].isna().all().all()
    assert len(ends) + len(milestones) == len(events)


def test_every_enrollment_has_its_milestones(built: BuiltStudy) -> None:
    counts = of(built, "DS")["DSDECOD"].value_counts().to_dict()
    assert counts["INFORMED CONSENT OBTAINED"] == 31
    assert counts["INFORMED ASSENT OBTAINED"] == 15
    assert counts["ELIGIBILITY CRITERIA MET"] == counts["ENTERED INTO TRIAL"] == 29
    assert counts["ELIGIBILITY CRITERIA NOT MET"] == counts["SCREEN FAILURE"] == 2
    assert counts["DEATH"] == 10
    assert left_out(built, "DS") == {
        "too young to give assent": 16, "a criterion, which stands in IE": 3,
    }  # fmt: skip


def test_assent_has_its_own_day(built: BuiltStudy) -> None:
    for subject, consent, assent in (
        ("101-004", "2015-01-12", "2015-01-14"),
        ("102-003", "2014-02-18", "2014-02-20"),
    ):
        events = of(built, "DS", subject).set_index("DSDECOD")["DSSTDTC"]
        assert events["INFORMED CONSENT OBTAINED"] == consent
        assert events["INFORMED ASSENT OBTAINED"] == assent


def test_how_treatment_ended(built: BuiltStudy) -> None:
    """A term of the codelist for each reason of the form, and the words of the form beside it."""
    ends = of(built, "DS", DSSCAT="STUDY TREATMENT")
    assert len(ends) == 29
    pairs = set(zip(ends["DSTERM"], ends["DSDECOD"], strict=True))
    assert pairs == {
        ("Progressive disease", "PROGRESSIVE DISEASE"),
        ("Physician decision", "PHYSICIAN DECISION"),
        ("Adverse event", "ADVERSE EVENT"),
        ("Completed treatment", "COMPLETED"),
        ("Withdrawal by parent/guardian", "WITHDRAWAL BY PARENT/GUARDIAN"),
        ("Never dosed", "NEVER DOSED"),
    }
    lost = of(built, "DS", DSDECOD="LOST TO FOLLOW-UP")
    assert records(lost, "USUBJID DSSCAT EPOCH") == [
        ("N2011-04-101-001", "STUDY PARTICIPATION", "FOLLOW-UP"),
        ("N2011-04-101-002", "STUDY PARTICIPATION", "FOLLOW-UP"),
    ]


def test_a_fatal_event_without_a_form_of_death_is_a_disposition_too(built: BuiltStudy) -> None:
    death = of(built, "DS", "104-004", DSDECOD="DEATH")
    assert records(death, "DSSPID DSSTDTC EPOCH") == [("AE-1", "2016-02-28", "FOLLOW-UP")]


# ------------------------------------------------------------------------------------- eligibility


def test_criteria_that_were_not_met_are_criteria_of_the_trial(built: BuiltStudy) -> None:
    """The text and the category are those of TI; the waived one is there, with its waiver."""
    criteria = of(built, "TI").set_index("IETESTCD")
    found = of(built, "IE")
    assert records(found, "USUBJID IETESTCD IEORRES IESTRESC VISIT EPOCH") == [
        ("N2011-04-102-009", "INC05", "N", "N", "SCREENING", "SCREENING"),
        ("N2011-04-106-001", "EXC04", "Y", "Y", "SCREENING", "SCREENING"),
        ("N2011-04-106-003", "INC06", "N", "N", "SCREENING", "SCREENING"),
    ]
    for name in ("IETEST", "IECAT"):
        assert found[name].tolist() == criteria.loc[found["IETESTCD"], name].tolist()
    assert records(of(built, "SUPPIE"), "USUBJID IDVARVAL QNAM QVAL") == [
        ("N2011-04-106-003", "1", "WAIVER", "waiver 12 MAR 2014")
    ]


# ------------------------------------------------------------------------------------ trial design


def test_arms_are_fourteen_steps_each(built: BuiltStudy) -> None:
    """Screening, twelve courses, follow-up: seventy rows; only level 1 has no isotretinoin."""
    arms = of(built, "TA")
    assert len(arms) == 70
    for code, arm in arms.groupby("ARMCD"):
        course = "CRSLD" if code == "DL1" else "CRSLDI"
        assert arm["TAETORD"].tolist() == list(range(1, 15))
        assert arm["ETCD"].tolist() == ["SCRN", *[course] * 12, "FUP"]
        assert arm["EPOCH"].tolist() == ["SCREENING", *["TREATMENT"] * 12, "FOLLOW-UP"]
        assert arm["TABRANCH"].notna().tolist() == [True, *[False] * 13]
        assert arm["TATRANS"].notna().tolist() == [False, *[True] * 12, False]
    elements = of(built, "TE").set_index("ETCD")
    assert set(elements.index) == {"SCRN", "CRSLD", "CRSLDI", "FUP"}
    assert arms["ELEMENT"].tolist() == elements.loc[arms["ETCD"], "ELEMENT"].tolist()
    assert elements["TEDUR"].dropna().to_dict() == {"CRSLD": "P28D", "CRSLDI": "P28D"}
    assert (elements["ELEMENT"].str.len() <= 40).all()


def test_planned_visits(built: BuiltStudy) -> None:
    """Ninety-seven: 1 + 10 + 11 x 7 + 1 + 8; the day of a course visit counts from course 1."""
    visits = of(built, "TV")
    days = {
        course: [1, 8, 9, 10, 11, 15, 28] if course > 1 else [1, 8, 9, 10, 11, 12, 15, 21, 22, 28]
        for course in range(1, 13)
    }
    expected = {1.0: None, 9000.0: None} | {9100.0 + number: None for number in range(1, 9)}
    expected |= {100.0 * c + d: (c - 1) * 28 + d for c, of_c in days.items() for d in of_c}
    assert dict(records(visits, "VISITNUM VISITDY")) == expected
    assert len(visits) == 97
    named = dict(records(visits, "VISITNUM VISIT"))
    assert named[1228.0] == "COURSE 12 DAY 28"
    assert named[9108.0] == "FOLLOW-UP 8"


# --------------------------------------------------------------------------------- trial summary


def test_a_parameter_has_a_value_or_says_why_not(built: BuiltStudy) -> None:
    summary = of(built, "TS")
    assert (summary["TSVAL"].notna() ^ summary["TSVALNF"].notna()).all()
    assert set(summary["TSVALNF"].dropna()) == {"UNK", "NA", "NI"}
    for _, rows in summary.groupby("TSPARMCD"):
        assert rows["TSSEQ"].tolist() == list(range(1, len(rows) + 1))
    assert not summary.duplicated(["TSPARMCD", "TSGRPID", "TSVAL"]).any()


def test_long_objectives_are_split_between_words(built: BuiltStudy) -> None:
    """Five are longer than 200 characters; nothing but the space is lost."""
    summary = of(built, "TS")
    long = summary[summary["TSVAL1"].notna()].set_index("TSGRPID")
    assert set(long.index) == set(SPLIT)
    for group, length in SPLIT.items():
        first, rest = long.loc[group, "TSVAL"], long.loc[group, "TSVAL1"]
        assert len(first) <= 200
        assert first == first.strip()
        assert rest == rest.strip()
        assert len(f"{first} {rest}") == length


def test_objectives_are_the_words_of_the_protocol(built: BuiltStudy, shared: Path) -> None:
    """Three primary and eleven secondary ones, as the registry tells them."""
    text = (shared / "mission" / "study-description.txt").read_text(encoding="utf-8")
    primary, _, rest = text.partition("SECONDARY OBJECTIVES:")
    told = {"P": primary, "S": rest.partition("OUTLINE:")[0]}
    expected = {}
    for letter, part in told.items():
        for paragraph in part.split("\n\n"):
            number, _, words = " ".join(paragraph.split()).partition(". ")
            if number in ROMAN:
                expected[f"{letter}{ROMAN.index(number) + 1}"] = words
    summary = of(built, "TS")
    found = summary[summary["TSPARMCD"].isin(["OBJPRIM", "OBJSEC"])]
    texts = found["TSVAL"].str.cat(found["TSVAL1"].fillna(""), sep=" ").str.strip()
    assert dict(zip(found["TSGRPID"], texts, strict=True)) == expected
    assert len(expected) == 14


def test_codes_of_values_are_those_of_the_published_terms(built: BuiltStudy, shared: Path) -> None:
    """Each TSVALCD that refers to CDISC CT is the C-code of the TSVAL beside it."""
    with (shared / "standards" / "sdtmct-2025-03-28.csv").open(encoding="utf-8") as file:
        codes = {(row["term_code"], row["term"]) for row in csv.DictReader(file)}
        file.seek(0)
        names = {
            row["term_code"]: row["term"]
            for row in csv.DictReader(file)
            if row["codelist"] in ("TSPARMCD", "TSPARM")
        }
    summary = of(built, "TS")
    coded = summary[summary["TSVCDREF"] == "CDISC CT"]
    assert len(coded) > 35
    assert set(zip(coded["TSVALCD"], coded["TSVAL"], strict=True)) <= codes
    assert set(coded["TSVCDVER"]) == {"2025-03-28"}
    assert summary.loc[summary["TSVALCD"].notna(), "TSVCDREF"].notna().all()
    assert set(summary["TSPARM"]) <= set(names.values())


def test_what_is_counted_from_the_data(built: BuiltStudy) -> None:
    """28 were enrolled; the first consent and the last contact of the study."""
    summary = of(built, "TS").set_index("TSPARMCD")["TSVAL"]
    consents = of(built, "DM")["RFICDTC"]
    contacts = of(built, "DM")["RFPENDTC"].str[:10]
    assert summary["ACTSUB"] == "28"
    assert summary["SSTDTC"] == consents.min() == "2013-02-04"
    assert summary["SENDTC"] == contacts.max() == "2018-05-10"

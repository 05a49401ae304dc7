"""Adverse events, laboratory, concentrations and response of the shipped example study.

Every number was worked out by hand from the raw values; the cases are those of the study's cast.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from clinmap.app.build.pipeline import BuiltStudy, build_study
from clinmap.app.registry import registry
from mappings.compile import compile_study
from tests.built_studies import of

ON_LAB = "LBORRES LBORRESU LBSTRESC LBSTRESN LBSTRESU LBSTNRLO LBSTNRHI LBNRIND"


def records(frame: pd.DataFrame, names: str) -> list[tuple[object, ...]]:
    columns = [[None if pd.isna(v) else v for v in frame[name]] for name in names.split()]
    return list(zip(*columns, strict=True))


def one(
    built: BuiltStudy, dataset: str, subject: str, names: str, **wanted: object
) -> tuple[object, ...]:
    found = records(of(built, dataset, subject, **wanted), names)
    assert len(found) == 1
    return found[0]


def qualifiers(built: BuiltStudy, subject: str, sequence: float) -> dict[str, str]:
    """What SUPPAE says of one event."""
    supp = of(built, "SUPPAE", subject, IDVARVAL=f"{sequence:g}")
    return dict(zip(supp["QNAM"], supp["QVAL"], strict=True))


def listed(built: BuiltStudy, dataset: str) -> set[tuple[str, str, int]]:
    return {(p.code, p.variable, p.count) for p in built.problems if p.dataset == dataset}


# ------------------------------------------------------------------------------ adverse events


def test_e10_the_mark_of_dose_limiting_toxicity_is_as_collected(built: BuiltStudy) -> None:
    sequence, *said = one(built, "AE", "101-005", "AESEQ AESER AESHOSP AESLIFE AESMIE AESDTH",
                          AEDECOD="Hypoxia")  # fmt: skip
    assert said == ["Y", "Y", "Y", "N", "N"]
    assert qualifiers(built, "101-005", float(str(sequence)))["AEDLT"] == "N"
    supp = of(built, "SUPPAE", QNAM="AEDLT", QVAL="Y")
    assert sorted(supp["USUBJID"].str[-7:]) == ["101-007", "102-002"]


def test_e19_a_fatal_event_ends_with_the_death(built: BuiltStudy) -> None:
    names = "AEOUT AESDTH AETOXGR AESTDTC AEENDTC AESTDY AEENRTPT"
    fatal = one(built, "AE", "105-002", names, AEOUT="FATAL")
    assert fatal == ("FATAL", "Y", "5", "2015-08", "2015", None, None)
    ends = of(built, "AE", AESDTH="Y").set_index("USUBJID")["AEENDTC"].to_dict()
    deaths = of(built, "DM").set_index("USUBJID")["DTHDTC"].to_dict()
    assert ends == {subject: deaths[subject] for subject in ends}


def test_e20_a_record_for_each_interval_of_one_grade(built: BuiltStudy) -> None:
    intervals = records(
        of(built, "AE", "101-004", AEGRPID="5"), "AESPID AETOXGR AESTDTC AEENDTC AEOUT"
    )
    assert intervals == [
        ("5-1", "2", "2015-01-29", "2015-01-31", "RECOVERING/RESOLVING"),
        ("5-2", "3", "2015-02-01", "2015-02-03", "RECOVERING/RESOLVING"),
        ("5-3", "1", "2015-02-04", "2015-02-08", "RECOVERED/RESOLVED"),
    ]


def test_e21_an_event_on_two_pages_is_one_and_its_copy_is_listed(built: BuiltStudy) -> None:
    names = "AEGRPID AESTDTC AEENDTC"
    fever = one(built, "AE", "103-004", names, AEDECOD="Fever")
    assert fever == ("1", "2014-10-01", "2014-10-04")
    assert ("DUP001", "", 1) in listed(built, "AE")


def test_e22_ongoing_events_have_no_end_and_a_reference(built: BuiltStudy) -> None:
    names = "AEENDTC AEENDY AEENRTPT AEENTPT"
    *rest, reference = one(built, "AE", "104-002", names, AEGRPID="1")
    assert rest == [None, None, "ONGOING"]
    assert reference == "2017-06-24"  # the last follow-up visit
    ongoing = of(built, "AE", AEENRTPT="ONGOING")
    assert len(ongoing) == 14
    assert ongoing["AEENTPT"].notna().all()


def test_e23_partial_starts_are_kept_and_have_no_day(built: BuiltStudy) -> None:
    assert one(built, "AE", "102-003", "AESTDTC AESTDY EPOCH", AEGRPID="1") == (
        "2014-03", None, "TREATMENT",
    )  # fmt: skip
    assert one(built, "AE", "103-003", "AESTDTC AESTDY EPOCH", AEGRPID="1") == ("2010", None, None)


def test_e38_terms_are_in_ascii(built: BuiltStudy) -> None:
    assert of(built, "AE")["AETERM"].map(str.isascii).all()
    assert one(built, "AE", "101-001", "AETERM AEENDTC AEENRTPT", AEGRPID="7") == (
        "Fievre", None, "ONGOING",
    )  # fmt: skip
    assert one(built, "AE", "101-001", "AETERM", AEGRPID="9") == (
        '"Burning" pain - morphine 50 ug/kg/h',
    )
    assert ("TXT002", "TERM", 2) in listed(built, "AE")


def test_e39_a_long_term_goes_on_in_suppae(built: BuiltStudy) -> None:
    sequence, term = one(built, "AE", "101-001", "AESEQ AETERM", AEGRPID="8")
    rest = qualifiers(built, "101-001", float(str(sequence)))["AETERM1"]
    assert len(str(term)) <= 200
    assert len(f"{term} {rest}") == 260
    assert of(built, "SUPPAE", QNAM="AETERM1")["USUBJID"].tolist() == ["N2011-04-101-001"]


def test_one_action_and_one_causality_for_three_drugs(built: BuiltStudy) -> None:
    sequence, action, causality = one(built, "AE", "101-001", "AESEQ AEACN AEREL", AEGRPID="7")
    assert (action, causality) == ("DRUG INTERRUPTED", "DEFINITE")
    said = qualifiers(built, "101-001", float(str(sequence)))
    assert said["AEACNLEN"] == "DOSE NOT CHANGED"
    assert said["AEACNCHI"] == "DRUG INTERRUPTED"
    assert said["AEACNISO"] == said["AERELISO"] == "NOT APPLICABLE"
    assert (said["AERELLEN"], said["AERELCHI"]) == ("POSSIBLE", "DEFINITE")


def test_the_list_of_criteria_becomes_flags(built: BuiltStudy) -> None:
    names = "AESER AESCONG AESDISAB AESDTH AESHOSP AESLIFE AESMIE"
    allergic = one(built, "AE", "101-004", names, AEDECOD="Allergic reaction")
    assert allergic == ("Y", "N", "N", "N", "Y", "N", "Y")
    collected = of(built, "AE", AESCAN="N")  # the other record is of the follow-up form
    flags = collected[names.split()[1:]]
    assert flags.notna().all(axis=None)
    serious = collected["AESER"] == "Y"
    assert (flags.eq("Y").any(axis=1) == serious).all()


def test_the_version_of_the_criteria_changes_late(built: BuiltStudy) -> None:
    sequence, epoch = one(built, "AE", "105-003", "AESEQ EPOCH", AEGRPID="3")
    said = qualifiers(built, "105-003", float(str(sequence)))
    assert said["AETOXVER"] == "5.0"
    assert "COURSE" not in said
    assert epoch == "FOLLOW-UP"


def test_events_of_two_enrollments_do_not_share_a_group(built: BuiltStudy) -> None:
    events = records(of(built, "AE", "105-001"), "AEGRPID AEDECOD AESTDTC")
    assert sorted(map(str, events)) == [
        "('11', 'Pain', '2013-09-19')",
        "('2:11', 'Vomiting', '2014-11-26')",
        "('2:12', 'Platelet count decreased', '2014-12-04')",
    ]


# ------------------------------------------------------------------------------ local laboratory


def test_e15_one_count_in_four_notations(built: BuiltStudy) -> None:
    counts = of(built, "LB", "106-003", LBTESTCD="NEUT", LBSTRESN=0.85)
    assert records(counts, ON_LAB) == [
        ("850", "10^6/L", "0.85", 0.85, "10^9/L", 1.5, 8.0, "LOW"),
        ("0.85", "10^9/L", "0.85", 0.85, "10^9/L", 1.5, 8.0, "LOW"),
        ("0.85", "10^9/L", "0.85", 0.85, "10^9/L", 1.5, 8.0, "LOW"),
        ("0,85", "10^9/L", "0.85", 0.85, "10^9/L", 1.5, 8.0, "LOW"),
    ]
    assert records(counts.tail(1), "LBORNRLO LBORNRHI") == [("1,5", "8,0")]


def test_a_thousands_comma_is_no_decimal_comma(built: BuiltStudy) -> None:
    count = one(built, "LB", "104-001", "LBORRESU LBSTRESN LBSTRESU", LBORRES="1,250")
    assert count == ("10^6/L", 1.25, "10^9/L")
    assert ("RES004", "LBSTRESC", 2) in listed(built, "LB")


def test_e16_two_results_of_one_day_stay_two(built: BuiltStudy) -> None:
    hemoglobin = of(built, "LB", "106-003", LBTESTCD="HGB", LBNAM="LAB-106")
    of_day = hemoglobin[hemoglobin["LBDTC"].str.startswith("2014-04-21")]
    assert records(of_day, "LBDTC LBORRES LBSTRESN LBSTRESU VISITNUM") == [
        ("2014-04-21T08:00", "68", 68.0, "g/L", 115.0),
        ("2014-04-21T14:30", "96", 96.0, "g/L", 115.0),
    ]


def test_e17_a_clotted_specimen_has_no_result(built: BuiltStudy) -> None:
    names = f"LBREASND LBDTC {ON_LAB}"
    reason, date, *rest = one(built, "LB", "101-002", names, LBTESTCD="PLAT", LBSTAT="NOT DONE")
    assert reason == "CLOTTED SPECIMEN"
    assert str(date).startswith("2014-09-03")
    assert set(rest) == {None}
    assert ("CHK001", "LBORRES", 1) in listed(built, "LB")


def test_tests_that_were_not_done_are_records(built: BuiltStudy) -> None:
    local = of(built, "LB")
    local = local[local["LBNAM"].str.startswith(("CHLA", "LAB-"))]
    not_done = local[local["LBSTAT"] == "NOT DONE"]
    assert len(not_done) == 25
    assert not_done[["LBORRES", "LBSTRESC", "LBORRESU", "LBSTNRLO"]].isna().all(axis=None)
    assert len(local) == 6363


def test_e36_on_the_day_of_the_dose_without_a_time_is_not_before_it(built: BuiltStudy) -> None:
    hemoglobin = of(built, "LB", "102-001", LBTESTCD="HGB")
    names = "LBDTC LBSTRESN LBLOBXFL VISIT"
    assert records(hemoglobin.head(3), names) == [
        ("2013-03-06T06:55", 134.0, "Y", "SCREENING"),
        ("2013-03-13T06:25", 115.0, None, "COURSE 1 DAY 1"),
        ("2013-03-13", 98.0, None, "UNSCHEDULED 101.01"),
    ]


def test_one_flag_for_each_test_of_a_treated_subject(built: BuiltStudy) -> None:
    flagged = of(built, "LB", LBLOBXFL="Y")
    test = ["LBTESTCD", "LBSPEC", "LBMETHOD", "LBSCAT", "LBTSTCND"]
    assert not flagged.duplicated(["USUBJID", *test]).any()
    assert ((flagged["LBDY"] < 0) | (flagged["LBTPT"] == "PREDOSE")).all()
    assert flagged["LBORRES"].notna().all()


def test_a_result_below_the_limit_is_converted_with_its_sign(built: BuiltStudy) -> None:
    bilirubin = one(built, "LB", "101-006", ON_LAB, LBORRES="<0.1", LBNAM="CHLA")
    assert bilirubin == ("<0.1", "mg/dL", "<1.7104", None, "umol/L", 1.7104, 17.104, "LOW")


def test_ranges_of_site_105_come_from_the_table_by_sex_and_age(built: BuiltStudy) -> None:
    lab = of(built, "LB", LBNAM="LAB-105")
    done = lab[lab["LBSTRESN"].notna()]
    assert lab["LBORNRLO"].isna().all()
    assert done["LBSTNRLO"].notna().all()
    assert ("RES005", "LBSTNRLO", len(done)) in listed(built, "LB")
    potassium = of(built, "LB", "105-002", LBTESTCD="K")
    assert set(records(potassium, "LBSTNRLO LBSTNRHI")) == {(3.4, 4.5)}  # 12 years and older


def test_one_standard_unit_for_each_test(built: BuiltStudy) -> None:
    numeric = of(built, "LB")
    numeric = numeric[numeric["LBSTRESN"].notna()]
    assert numeric.groupby("LBTESTCD")["LBSTRESU"].nunique().eq(1).all()
    assert numeric["LBSTRESU"].notna().all()
    assert (numeric["LBSTRESC"].astype("float64") == numeric["LBSTRESN"]).all()


def test_a_pregnancy_test_is_a_word(built: BuiltStudy) -> None:
    tests = of(built, "LB", LBTESTCD="HCG")
    names = "LBCAT LBORRES LBORRESU LBSTRESC LBSTRESN LBSTNRC LBNRIND"
    assert set(records(tests, names)) == {
        ("PREGNANCY", "Negative", None, "NEGATIVE", None, "NEGATIVE", "NORMAL")
    }
    assert len(tests) == 4 + 13  # of the sites at screening, of the central laboratory also later


def test_unscheduled_visits_follow_the_planned_one(built: BuiltStudy) -> None:
    held = one(built, "LB", "104-001", "LBDTC VISIT VISITDY LBSTRESN", LBORRES="480")
    date, visit, day, count = held
    assert str(date).startswith("2014-08-03")
    assert (visit, day, count) == ("UNSCHEDULED 112.01", None, 0.48)  # cytokines on day 12
    assert of(built, "LB")["VISITNUM"].notna().all()


def test_visits_of_the_second_enrollment_have_their_own_numbers(built: BuiltStudy) -> None:
    labs = of(built, "LB", "105-001")
    again = labs[labs["VISITNUM"] >= 20000]
    assert (again["LBDTC"] >= "2014-10").all()
    of_form = again["LBNAM"] == "LAB-105"
    assert again[of_form]["LBSPID"].str.startswith("2:LB-").all()
    assert (again["VISIT"].str.startswith(("ENROLLMENT 2", "UNSCHEDULED 2"))).all()
    assert (labs[labs["VISITNUM"] < 20000]["LBDTC"] < "2014-01").all()


# ------------------------------------------------------------------------------- concentrations

ON_SAMPLE = "PCORRES PCSTRESC PCSTRESN PCORRESU PCSTAT PCREASND"


def test_a_sample_of_the_form_with_the_result_of_the_vendor(built: BuiltStudy) -> None:
    names = "PCTESTCD PCTEST PCDTC PCRFTDTC PCTPT PCTPTNUM PCELTM PCTPTREF PCGRPID VISITNUM PCSPEC"
    assert one(built, "PC", "101-003", names, PCREFID="P0417") == (
        "LENALID", "Lenalidomide", "2014-03-01T10:07", "2014-03-01T08:00", "2 H POST DOSE", 2.0,
        "PT2H", "DAY 1 LENALIDOMIDE DOSE", "LEN-C01D01", 101.0, "PLASMA",
    )  # fmt: skip


def test_the_profile_of_the_oracle(built: BuiltStudy) -> None:
    profile = of(built, "PC", "103-004", VISITNUM=101.0)
    assert records(profile, "PCTPTNUM PCSTRESC") == [
        (0.0, "<1.00"), (0.5, "180"), (1.0, "420"), (2.0, "510"), (4.0, "330"), (6.0, "190"),
        (8.0, "105"), (24.0, "4.2"),
    ]  # fmt: skip


def test_e12_below_the_limit_of_quantitation(built: BuiltStudy) -> None:
    for sample in ("P1134", "P1141"):
        result = one(built, "PC", "104-003", f"{ON_SAMPLE} PCLLOQ", PCREFID=sample)
        assert result == ("BLQ(<1.00)", "<1.00", None, "ng/mL", None, None, 1.0)


def test_e13_a_predose_sample_drawn_after_the_dose(built: BuiltStudy) -> None:
    names = "PCDTC PCRFTDTC PCTPT PCELTM PCSTRESN"
    assert one(built, "PC", "104-003", names, PCREFID="P1142") == (
        "2015-08-18T08:20", "2015-08-18T08:00", "PREDOSE", "PT0H", 63.4,
    )  # fmt: skip


def test_samples_without_a_result_are_not_done(built: BuiltStudy) -> None:
    not_done = of(built, "PC", PCSTAT="NOT DONE", PCTESTCD="LENALID")
    assert records(not_done, "PCREFID PCREASND PCORRES PCSTRESC PCORRESU") == [
        ("P0778", "NOT REPORTED", None, None, None),
        ("P0860", "SAMPLE LOST", None, None, None),
    ]
    assert len(of(built, "PC", PCTESTCD="LENALID")) == 368


def test_a_re_assay_is_final(built: BuiltStudy) -> None:
    assert one(built, "PC", "105-002", "PCSTAT PCSTRESN", PCREFID="P1296")[0] is None
    again = one(built, "PC", "104-002", "PCSTRESN", PCREFID="P1097")
    assert again[0] != 1890.0
    assert ("CHK002", "PCORRES", 2) in listed(built, "PC")


def test_swapped_tubes_are_joined_by_their_number_and_listed(built: BuiltStudy) -> None:
    tubes = of(built, "PC", "106-002", VISITNUM=101.0)
    swapped = tubes[tubes["PCREFID"].isin(["P1456", "P1459"])]
    assert records(swapped, "PCTPTNUM PCREFID") == [(1.0, "P1459"), (6.0, "P1456")]
    assert ("CHK001", "PCTPTNUM", 2) in listed(built, "PC")


def test_one_elapsed_time_for_each_planned_time(built: BuiltStudy) -> None:
    pairs = of(built, "PC").drop_duplicates(["PCTPTREF", "PCTPTNUM", "PCELTM", "PCTPT"])
    assert len(pairs) == len(pairs.drop_duplicates(["PCTPTREF", "PCTPTNUM"])) == 8 + 6 + 6 + 6


# ------------------------------------------------------------------------------------- response


def test_a_record_for_each_component_and_one_overall(built: BuiltStudy) -> None:
    site = {"RSEVAL": "INVESTIGATOR", "RSCAT": "PROTOCOL DEFINED RESPONSE CRITERIA"}
    first = of(built, "RS", "101-001", VISITNUM=228.0, **site)
    assert records(first, "RSTESTCD RSTEST RSORRES RSSTRESC RSGRPID RSLNKGRP") == [
        ("BMRRESP", "Bone Marrow Response", "CR", "CR", "EVAL01", "A01-BM"),
        ("BONERESP", "Bone Response", "SD", "SD", "EVAL01", "A01-BONE"),
        ("OVRLRESP", "Overall Response", "MR", "MR", "EVAL01", None),
        ("SFTSRESP", "Soft Tissue Response", "PR", "PR", "EVAL01", "A01-SOFT"),
    ]
    assert len(of(built, "RS", **site)) == 4 * 62 + 2  # and two progressions at follow-up


def test_e27_a_response_is_as_assessed(built: BuiltStudy) -> None:
    overall = of(built, "RS", "103-003", RSTESTCD="OVRLRESP", RSEVAL="INVESTIGATOR")
    assert records(overall, "VISITNUM RSSTRESC RSEVAL") == [
        (228.0, "PR", "INVESTIGATOR"),
        (428.0, "SD", "INVESTIGATOR"),
        (628.0, "SD", "INVESTIGATOR"),
    ]


def test_a_mixed_response_is_the_declared_extension(built: BuiltStudy) -> None:
    assert one(built, "RS", "102-004", "RSORRES RSSTRESC", RSORRES="Mixed") == (
        "Mixed", "MIXED RESPONSE",
    )  # fmt: skip


def test_contradictions_and_dates_are_listed(built: BuiltStudy) -> None:
    assert ("CHK001", "RSORRES", 1) in listed(built, "RS")  # 104-002: a component progressed
    assert ("CHK001", "RSDTC", 1) in listed(built, "RS")  # 102-003: in the next course
    assert ("CHK003", "RSDTC", 1) in listed(built, "RS")  # 103-001: after the death
    late = {"RSTESTCD": "OVRLRESP", "RSEVAL": "INVESTIGATOR", "VISITNUM": 228.0}
    assert one(built, "RS", "102-003", "RSDTC", **late) == ("2014-05-01",)


def test_evaluations_of_both_enrollments_are_counted_on(built: BuiltStudy) -> None:
    site = {"RSTESTCD": "OVRLRESP", "RSEVAL": "INVESTIGATOR"}
    overall = of(built, "RS", "105-001", **site).sort_values("RSSEQ")
    assert records(overall, "RSGRPID VISITNUM") == [
        ("EVAL01", 228.0), ("EVAL02", 428.0), ("EVAL03", 20228.0), ("EVAL04", 29000.0),
    ]  # fmt: skip


# -------------------------------------------------------------- what nobody foresaw is listed

UNFORESEEN = [
    ("lblocal", 1, "LBTEST", "FOO", ("TRM001", "LB", "LBTESTCD")),
    ("lblocal", 2, "LBUNIT", "stone", ("TRM001", "LB", "LBORRESU")),
    ("lblocal", 3, "LBUNIT", "%", ("RES002", "LB", "LBSTRESC")),
    ("lblocal", 4, "LBRES", "purple", ("RES001", "LB", "LBSTRESC")),
    ("lblocal", 5, "LBUNIT", "", ("CHK001", "LB", "LBORRESU")),
    ("lblocal", 6, "LBDAT_RAW", "31 FEB 2014", ("DTC001", "LB", "DRAWN")),
    ("lblocal", 7, "FOLDER", "C1X", ("TRM001", "LB", "VISITNUM")),
    ("lblocal", 8, "LBSTATUS", "Not Done", ("CHK001", "LB", "LBORRES")),
    ("ae", 4, "AEOUT", "Better", ("TRM001", "AE", "AEOUT")),
    ("ae", 5, "AEACN_CHI", "Doubled", ("TRM001", "AE", "AEACNCHI")),
    ("ae", 6, "AEREL_LEN", "Maybe", ("TRM001", "AE", "AERELLEN")),
    ("ae", 7, "AEGRADE", "6", ("TRM001", "AE", "AETOXGR")),
    ("ae", 8, "PT", "", ("CHK003", "AE", "AEDECOD")),
    ("ae", 16, "SERCRIT", "Hospitalization|Other", ("CHK003", "AE", "AESER")),
    ("ae", 10, "SERCRIT", "Death", ("CHK001", "AE", "AESER")),
    ("ae", 11, "AEST_RAW", "yesterday", ("DTC001", "AE", "AESTDTC")),
    ("ae", 12, "AETERM", "word " * 100, ("TXT003", "AE", "AETERM1")),
    ("ae", 73, "AEEN_RAW", "UN UNK 2014", ("CHK001", "AE", "AESDTH")),
    ("ae", 14, "AEGRADE", "5", ("CHK001", "AE", "AEOUT")),
    ("pksamp", 1, "PANEL", "XYZ", ("RAW005", "pksamp", "")),
    ("pksamp", 2, "NOMTIME", "3 h", ("TRM001", "PC", "PCELTM")),
    ("pksamp", 3, "SAMPID", "P9999", ("CHK001", "PC", "PCORRES")),
    ("pksamp", 4, "SUBJECT", "101-002", ("CHK003", "PC", "PCORRES")),
    ("resp", 1, "OVRESP", "Great", ("TRM001", "RS", "RSSTRESC")),
    ("resp", 2, "RESPDAT_RAW", "soon", ("DTC001", "RS", "ASSESSED")),
    ("resp", 3, "OVRESP", "CR", ("CHK001", "RS", "RSORRES")),
]


@pytest.fixture(scope="module")
def disturbed(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> BuiltStudy:
    """The study built from exports in which single cells hold what no specification foresaw."""
    out = tmp_path_factory.mktemp("disturbed") / "raw"
    shutil.copytree(raw, out)
    for table in {table for table, *_ in UNFORESEEN}:
        path = out / "edc" / f"{table}.csv"
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        for _, row, column, text, _ in (case for case in UNFORESEEN if case[0] == table):
            frame.loc[row - 1, column] = text
        frame.to_csv(path, index=False)
    return build_study(compile_study("n2011-04", registry()), out)


@pytest.mark.parametrize(
    ("table", "row", "listed_as"),
    [(table, row, listed_as) for table, row, _, _, listed_as in UNFORESEEN],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else str(value),
)
def test_what_is_not_foreseen_is_listed_with_its_row(
    disturbed: BuiltStudy, table: str, row: int, listed_as: tuple[str, str, str]
) -> None:
    found = [p for p in disturbed.problems if p.key == listed_as]
    assert any(f"{table}:{row}" in p.rows for p in found), [p.rows[:5] for p in found]


def test_a_component_that_nobody_assessed_is_not_done(raw: Path, tmp_path: Path) -> None:
    shutil.copytree(raw, tmp_path / "raw")
    path = tmp_path / "raw" / "edc" / "resp.csv"
    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    frame.loc[0, ["BMRESP", "CATRESP", "COMMENT"]] = ["", "PR", "marrow not taken"]
    frame.to_csv(path, index=False)
    built = build_study(compile_study("n2011-04", registry()), tmp_path / "raw")
    site = {"RSEVAL": "INVESTIGATOR", "RSCAT": "PROTOCOL DEFINED RESPONSE CRITERIA"}
    first = of(built, "RS", "101-001", VISITNUM=228.0, **site)
    names = "RSTESTCD RSSTAT RSREASND RSSTRESC"
    assert records(first, names)[0] == ("BMRRESP", "NOT DONE", "marrow not taken", None)
    assert records(first, names)[-1] == ("TMRESP", None, None, "PR")
    assert len(first) == 5

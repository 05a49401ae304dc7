"""Tumors, their procedures, marrow and response of the example study, and how they meet.

Every number was worked out by hand from the raw values (clinmap/simulation/REALITIES.md).
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

ON_LESION = "TRORRES TRORRESU TRSTRESC TRSTRESN TRSTRESU TRSTAT TRREASND"


def records(frame: pd.DataFrame, names: str) -> list[tuple[object, ...]]:
    columns = [[None if pd.isna(v) else v for v in frame[name]] for name in names.split()]
    return list(zip(*columns, strict=True))


def listed(built: BuiltStudy, dataset: str) -> set[tuple[str, str, int, tuple[str, ...]]]:
    found = (p for p in built.problems if p.dataset == dataset)
    return {(p.code, p.variable, p.count, tuple(p.rows)) for p in found}


def lesion(built: BuiltStudy, subject: str, visit: float, link: str) -> list[tuple[object, ...]]:
    found = of(built, "TR", subject, VISITNUM=visit, TRLNKID=link, TRTESTCD="LDIAM")
    return records(found, ON_LESION)


def pairs(frame: pd.DataFrame, name: str) -> set[tuple[str, str]]:
    known = frame[frame[name].notna()]
    return set(zip(known["USUBJID"], known[name], strict=True))


# -------------------------------------------------------------------------------------- lesions


@pytest.mark.parametrize(
    ("subject", "visit", "link", "expected"),
    [
        ("101-001", 1.0, "T01", ("3.2", "cm", "32", 32.0, "mm", None, None)),
        ("103-003", 228.0, "T01", ("27", "mm", "27", 27.0, "mm", None, None)),
        ("102-001", 228.0, "T01", ("0", "cm", "0", 0.0, "mm", None, None)),
        ("102-002", 428.0, "T02", ("TOO SMALL TO MEASURE", None, "5", 5.0, "mm", None, None)),
        ("104-001", 228.0, "T01", ("41", "cm", "410", 410.0, "mm", None, None)),
        ("105-001", 428.0, "T02", (None, None, None, None, None, "NOT DONE",
                                   "MERGED WITH LESION 1")),
        ("101-003", 228.0, "T01", (None, None, None, None, None, "NOT DONE",
                                   "SCAN NOT PERFORMED")),
        ("103-001", 228.0, "T01", (None, None, None, None, None, "NOT DONE", "NOT EVALUABLE")),
        ("104-002", 228.0, "NEW02", ("14", "mm", "14", 14.0, "mm", None, None)),
    ],
)  # fmt: skip
def test_diameters(
    built: BuiltStudy, subject: str, visit: float, link: str, expected: tuple[object, ...]
) -> None:
    assert lesion(built, subject, visit, link) == [expected]


def test_states_of_lesions(built: BuiltStudy) -> None:
    merged = of(built, "TR", "105-001", TRTESTCD="TUMSTATE", VISITNUM=428.0, TRLNKID="T02")
    assert records(merged, "TRORRES TRSTRESC") == [("Merged with lesion 1", "TUMOR MERGED")]
    new = of(built, "TR", "104-002", TRTESTCD="TUMSTATE", VISITNUM=228.0)
    assert records(new, "TRLNKID TRSTRESC") == [("NEW02", "UNEQUIVOCAL")]
    states = of(built, "TR", TRTESTCD="TUMSTATE")
    assert set(states["TRSTRESC"].dropna()) == {"PRESENT", "ABSENT", "UNEQUIVOCAL", "TUMOR MERGED"}


def test_unlikely_measurements_are_listed(built: BuiltStudy) -> None:
    found = listed(built, "TR")
    assert ("CHK001", "TRSTRESC", 1, ("tumor:139",)) in found  # 41 cm
    assert ("CHK001", "TRMETHOD", 1, ("tumor:77",)) in found  # CT, then MRI
    moved = of(built, "TR", "102-003", TRLNKID="T01")
    assert list(moved["TRMETHOD"]) == ["CT SCAN", "CT SCAN", "MRI", "CT SCAN"]


def test_scans_of_one_evaluation_keep_their_dates(built: BuiltStudy) -> None:
    soft = of(built, "TR", "103-003", VISITNUM=228.0, TRLNKGRP="A01-SOFT")
    assert records(soft, "TRLNKID TRDTC TRREFID") == [
        ("T01", "2015-04-16", "CT-2015-04-16"),
        ("NT02", "2015-04-18", "MRI-2015-04-18"),
    ]
    response = of(built, "RS", "103-003", VISITNUM=228.0, RSLNKGRP="A01-SOFT")
    assert list(response["RSDTC"]) == ["2015-04-18"]  # the last scan


def test_a_lesion_is_identified_once(built: BuiltStudy) -> None:
    tumors = of(built, "TU", "104-002", TUTESTCD="TUMIDENT")
    lesions = tumors[tumors["TUSTRESC"] != "LOCATION OF INTEREST"]
    names = "TULNKID TUORRES TUSTRESC TULOC TULAT TUMETHOD VISITNUM TULOBXFL"
    assert sorted(records(lesions, names)) == [
        ("NEW02", "NEW", "NEW", "CERVICAL LYMPH NODE", "LEFT", "CT SCAN", 228.0, None),
        ("T01", "TARGET", "TARGET", "RETROPERITONEUM", None, "CT SCAN", 1.0, "Y"),
    ]
    every = of(built, "TU")
    assert not every.duplicated(["USUBJID", "TUEVAL", "TULNKID"]).any()


def test_the_second_enrollment_has_lesions_of_its_own(built: BuiltStudy) -> None:
    links = set(of(built, "TU", "105-001", TUSTRESC="TARGET")["TULNKID"])
    assert links == {"T01", "T02", "E2-T01"}
    again = of(built, "RS", "105-001", RSTESTCD="CURIETOT", VISITNUM=20001.0)
    assert records(again, "RSGRPID RSLNKGRP RSLOBXFL") == [("EVAL00-E2", "A00-E2-BONE", None)]


# ----------------------------------------------------------------------------- segments, marrow


def test_ten_segments_for_each_reading(built: BuiltStudy) -> None:
    scores = of(built, "TR", TRTESTCD="MIBGSCOR")
    each = scores.groupby(["USUBJID", "TREVAL", "VISITNUM"]).size()
    assert set(each) == {10}
    assert len(each) == 102 - 2  # scans, without the two that were FDG-PET
    supp = of(built, "SUPPTR", QNAM="TRACER")
    assert dict(supp["QVAL"].value_counts()) == {"IOBENGUANE": 1000, "FLUDEOXYGLUCOSE": 3}


def test_a_tumor_without_uptake(built: BuiltStudy) -> None:
    totals = of(built, "RS", "104-005", RSTESTCD="CURIETOT")
    why = "TUMOR NOT MIBG-AVID, FDG-PET DONE"
    assert records(totals, "VISITNUM RSSTRESC RSSTAT RSREASND") == [
        (1.0, "0", None, None),
        (228.0, None, "NOT DONE", why),
        (9000.0, None, "NOT DONE", why),
    ]
    supp = of(built, "SUPPRS", QNAM="MIBGAVID", QVAL="N")
    assert set(supp["USUBJID"]) == {"N2011-04-104-005"}
    bone = of(built, "TR", "104-005", TRLNKGRP="A01-BONE")
    assert records(bone, "TRMETHOD TRTESTCD TRSTRESC") == [("PET/CT SCAN", "TUMSTATE", "PRESENT")]
    assert ("ROW001", "", 2, ("mibg:79", "mibg:80")) in listed(built, "TR")


@pytest.mark.parametrize(
    ("subject", "visit", "specimen", "side", "expected"),
    [
        ("101-001", 1.0, "LIQUID", "LEFT", ("<5", "%", "<5", None, "%", None, None)),
        ("101-001", 228.0, "LIQUID", "LEFT", ("0", "%", "0", 0.0, "%", None, None)),
        ("103-004", 228.0, "LIQUID", "RIGHT", ("trace", None, "TRACE", None, None, None, None)),
        ("104-001", 428.0, "CORE", "LEFT", ("10-20%", "%", "10-20", None, "%", None, None)),
        ("102-004", 228.0, "CORE", "RIGHT", (None, None, None, None, None, "NOT DONE",
                                             "INADEQUATE SPECIMEN")),
    ],
)  # fmt: skip
def test_tumor_cells_in_the_marrow(
    built: BuiltStudy,
    subject: str,
    visit: float,
    specimen: str,
    side: str,
    expected: tuple[object, ...],
) -> None:
    found = of(built, "MI", subject, VISITNUM=visit, MISPEC=f"BONE MARROW, {specimen}", MILAT=side)
    names = "MIORRES MIORRESU MISTRESC MISTRESN MISTRESU MISTAT MIREASND"
    assert records(found, names) == [expected]


def test_one_side_only_is_listed(built: BuiltStudy) -> None:
    assert ("CHK001", "MILAT", 2, ("bm:285", "bm:286")) in listed(built, "MI")
    stained = of(built, "MI", MIMETHOD="IHC")
    assert {subject[9:12] for subject in stained["USUBJID"]} == {"103", "105"}


# ------------------------------------------------------------------------------------- response


def test_of_two_readers_who_agree_the_first_is_accepted(built: BuiltStudy) -> None:
    readings = of(built, "RS", RSEVAL="INDEPENDENT ASSESSOR", RSTESTCD="OVRLRESP")
    accepted = readings[readings["RSACPTFL"] == "Y"]
    assert dict(accepted["RSEVALID"].value_counts()) == {"READER 1": 27, "ADJUDICATOR 1": 18}
    each = readings.groupby(["USUBJID", "VISITNUM"])["RSACPTFL"].count()
    assert dict(each.value_counts()) == {1: 45, 0: 1}
    assert each[each == 0].index.tolist() == [("N2011-04-102-001", 628.0)]
    assert ("CHK001", "RSACPTFL", 1, ("resp_central:34",)) in listed(built, "RS")


def test_the_site_is_never_accepted_and_nobody_is_without_an_evaluator(built: BuiltStudy) -> None:
    responses = of(built, "RS")
    assert responses["RSEVAL"].notna().all()
    assert set(responses.loc[responses["RSACPTFL"] == "Y", "RSEVAL"]) == {"INDEPENDENT ASSESSOR"}
    central = responses["RSEVALID"].notna()
    assert set(responses.loc[central, "RSEVAL"]) == {"INDEPENDENT ASSESSOR"}


def test_new_lesions_by_the_central_readers(built: BuiltStudy) -> None:
    new = of(built, "RS", RSTESTCD="NEWLIND", RSSTRESC="Y")
    assert sorted(records(new, "USUBJID VISITNUM RSEVALID")) == [
        ("N2011-04-104-002", 228.0, "READER 1"),
        ("N2011-04-104-002", 228.0, "READER 2"),
    ]


def test_every_accepted_difference_is_as_read(built: BuiltStudy) -> None:
    comment = of(built, "SUPPRS", QNAM="READCOM")
    assert set(comment["QVAL"]) == {"target is 26 % smaller by our measurement"}
    read = of(built, "SUPPRS", QNAM="READDTC")
    assert len(read) == 4 * 110


# ---------------------------------------------------------------------------------------- links


def test_what_is_measured_was_identified(built: BuiltStudy) -> None:
    assert pairs(of(built, "TR"), "TRLNKID") == pairs(of(built, "TU"), "TULNKID")


def test_what_a_component_response_rests_on(built: BuiltStudy) -> None:
    """A soft tissue, bone or marrow response has records, unless it could not be evaluated."""
    rests_on = pairs(of(built, "TR"), "TRLNKGRP") | pairs(of(built, "MI"), "MIGRPID")
    components = of(built, "RS", RSEVAL="INVESTIGATOR")
    linked = pairs(components[components["RSSTRESC"] != "NE"], "RSLNKGRP")
    assert linked <= rests_on
    screening = {(s, g) for s, g in rests_on if g.startswith("A00") and "BONE" not in g}
    assert rests_on - pairs(of(built, "RS"), "RSLNKGRP") == screening


def test_scans_and_samples_are_procedures_once_each(built: BuiltStudy) -> None:
    done = of(built, "PR", PRCAT="DISEASE EVALUATION")
    assert not done.duplicated(["USUBJID", "PRLNKID"]).any()
    images = pairs(of(built, "TU"), "TUREFID") | pairs(of(built, "TR"), "TRREFID")
    assert pairs(done, "PRLNKID") == images | pairs(of(built, "MI"), "MIREFID")
    assert dict(done["PRDECOD"].value_counts()) == {
        "BIOPSY": 147,
        "BONE MARROW ASPIRATION": 147,
        "CT SCAN": 89,
        "SCINTIGRAPHY": 88,
        "MRI": 5,
        "PET/CT SCAN": 3,
    }


def test_nothing_of_these_datasets_is_an_error(built: BuiltStudy) -> None:
    names = {"TU", "TR", "MI", "PR", "SUPPTU", "SUPPTR", "SUPPRS"}
    assert not [p.key for p in built.problems if p.dataset in names and p.severity.name == "ERROR"]


# -------------------------------------------------------------- what nobody foresaw is listed

UNFORESEEN = [
    ("tumor", 1, "LOCATION", "L kidney", ("TRM001", "TU", "TULOC")),
    ("tumor", 3, "UNIT", "stone", ("TRM001", "TR", "TRORRESU")),
    ("tumor", 5, "STATUS", "Vanished", ("TRM001", "TR", "WHYNOT")),
    ("tumor", 8, "STATUS", "Vanished", ("TRM001", "TR", "TRSTRESC")),
    ("tumor", 11, "METHOD", "X-ray vision", ("TRM001", "TR", "TRMETHOD")),
    ("tumor", 12, "SCANDAT_RAW", "yesterday", ("DTC001", "TR", "TRDTC")),
    ("mibg", 2, "SEG03", "4", ("CHK003", "TR", "TRSTRESC")),
    ("mibg", 4, "READER", "Remote", ("TRM001", "TR", "TREVAL")),
    ("mibg", 5, "CURIETOT", "many", ("RES001", "RS", "RSSTRESC")),
    ("bm", 2, "TUMPCT", "lots", ("RES001", "MI", "MISTRESC")),
    ("bm", 3, "ADEQ", "N", ("CHK001", "MI", "MISTAT")),
    ("bm", 6, "SIDE", "Middle", ("TRM001", "MI", "MILAT")),
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

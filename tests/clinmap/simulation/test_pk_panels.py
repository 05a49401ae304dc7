"""Panels ISO and CHI of the sampling form, the files of their laboratories, and the parameters."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from clinmap.simulation.cast import roster
from clinmap.simulation.n2011_04 import DEFAULT_SEED, simulate

Rows = list[dict[str, str]]
Find = Callable[..., Rows]
SHEET_COLUMNS = ["Sample ID", "Subject", "Visit", "Timepoint", "Date", "Conc", "Comment"]


@pytest.fixture(scope="module")
def retinoids(study: Path) -> dict[str, dict[str, str]]:
    """The rows of V03 by sample."""
    lines = (study / "vendor" / "pk_iso.csv").read_text(encoding="utf-8").splitlines()
    return {row["SAMPLE_ID"]: row for row in csv.DictReader(lines[2:])}


@pytest.fixture(scope="module")
def workbook(study: Path) -> CalamineWorkbook:
    return CalamineWorkbook.from_path(study / "vendor" / "pk_chi.xlsx")


@pytest.fixture(scope="module")
def antibody(workbook: CalamineWorkbook) -> dict[str, dict[str, object]]:
    """The rows of V04 by sample, the merged cells as they are."""
    rows = workbook.get_sheet_by_name("Results").to_python()
    return {str(row[0]): dict(zip(SHEET_COLUMNS, row, strict=True)) for row in rows[4:]}


@pytest.fixture(scope="module")
def parameters(study: Path) -> Callable[[str, str, str], dict[str, str]]:
    """`parameters(subject, analyte, profile)`: parameter -> estimate."""
    with (study / "vendor" / "nca_phoenix.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def found(subject: str, analyte: str, profile: str) -> dict[str, str]:
        wanted = (subject, analyte, profile)
        return {
            row["Parameter"]: row["Estimate"]
            for row in rows
            if (row["Subject"], row["Analyte"], row["Profile"]) == wanted
        }

    return found


def _one(rows_of: Find, subject: str, panel: str, day: str, nominal: str) -> dict[str, str]:
    (row,) = rows_of("pksamp", subject, PANEL=panel, DAY=day, NOMTIME=nominal)
    return row


def test_panels_come_after_each_other(rows_of: Find) -> None:
    """Lenalidomide first: the positions of its rows stay what they were."""
    panels = [row["PANEL"] for row in rows_of("pksamp", "101-003")]
    assert panels == ["LEN"] * 14 + ["ISO"] * 6 + ["CHI"] * 6


def test_e40_no_isotretinoin_samples_at_dose_level_1(rows_of: Find) -> None:
    planned = {m.subject for m in roster(30, DEFAULT_SEED) if m.isotretinoin_planned}
    sampled = {row["SUBJECT"] for row in rows_of("pksamp", PANEL="ISO")}
    assert not {"101-001", "102-001", "104-005"} & sampled
    assert planned - sampled == {"101-005", "103-002", "103-005", "104-004"}  # off before day 28


def test_the_wide_file_has_its_limit_in_a_comment(study: Path) -> None:
    lines = (study / "vendor" / "pk_iso.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "# LLOQ 10 ng/mL"
    assert lines[2] == (
        "SAMPLE_ID,SUBJECT,PERIOD,TIME_H,13cisRA_ng_mL,4oxo_13cisRA_ng_mL,ATRA_ng_mL,FLAG"
    )


def test_below_the_limit_is_blq_and_nothing_else_is(
    retinoids: dict[str, dict[str, str]],
) -> None:
    texts = [row["ATRA_ng_mL"] for row in retinoids.values() if not row["FLAG"]]
    assert texts.count("BLQ") > 20
    assert all(float(text) >= 10 for text in texts if text != "BLQ")
    assert "BLQ" not in {row["13cisRA_ng_mL"] for row in retinoids.values()}


def test_light_spoilt_one_sample_and_reached_another(
    rows_of: Find, retinoids: dict[str, dict[str, str]]
) -> None:
    spoilt = retinoids[_one(rows_of, "103-003", "ISO", "28", "2 h")["SAMPID"]]
    exposed = retinoids[_one(rows_of, "105-003", "ISO", "28", "4 h")["SAMPID"]]
    assert (spoilt["FLAG"], spoilt["13cisRA_ng_mL"], spoilt["ATRA_ng_mL"]) == (
        "LIGHT DEGRADED", "", "",
    )  # fmt: skip
    assert exposed["FLAG"] == "LIGHT EXPOSED"
    assert float(exposed["ATRA_ng_mL"]) > 100
    assert sum(bool(row["FLAG"]) for row in retinoids.values()) == 2


def test_samples_that_no_laboratory_has(
    rows_of: Find,
    retinoids: dict[str, dict[str, str]],
    antibody: dict[str, dict[str, object]],
) -> None:
    iso = [r for r in rows_of("pksamp", PANEL="ISO") if r["SAMPID"] not in retinoids]
    chi = [r for r in rows_of("pksamp", PANEL="CHI") if r["SAMPID"] not in antibody]
    assert [(r["SUBJECT"], r["NOMTIME"], r["NOTE"]) for r in iso] == [
        ("101-004", "6 h", "sample lost")
    ]
    assert [(r["SUBJECT"], r["DAY"], r["NOTE"], r["SAMPDAT_RAW"]) for r in chi] == [
        ("102-002", "15", "sample lost", "18 FEB 2015"),
        ("104-002", "11", "infusion not given", ""),
    ]


def test_a_tube_that_is_not_on_the_form(
    rows_of: Find, retinoids: dict[str, dict[str, str]]
) -> None:
    typed = {row["SAMPID"] for row in rows_of("pksamp", PANEL="ISO")}
    unknown = [row for key, row in retinoids.items() if key not in typed]
    assert [(row["SUBJECT"], row["TIME_H"]) for row in unknown] == [("106-003", "8")]


def test_isotretinoin_of_a_light_child_is_lower(
    parameters: Callable[[str, str, str], dict[str, str]],
) -> None:
    """Dosed by weight: 2.665 mg/kg are less than 80 mg/m2 at 10.8 kg."""
    clearance = float(parameters("102-004", "13-cis-RA", "C1D28")["CLss_F"])
    area = float(parameters("102-004", "13-cis-RA", "C1D28")["AUC_TAU"])
    assert clearance * area / 1000 == pytest.approx(2.665 * 10.8, rel=1e-5)


def test_the_workbook_as_the_laboratory_sends_it(workbook: CalamineWorkbook) -> None:
    page = workbook.get_sheet_by_name("Results")
    rows = page.to_python()
    assert workbook.sheet_names == ["Results", "Historical", "LLOQ"]
    assert rows[3] == SHEET_COLUMNS
    assert [row[1:] for row in rows[:3]] == [[""] * 6] * 3
    assert workbook.get_sheet_by_name("LLOQ").to_python()[1] == ["ch14.18", "Serum", 0.05, "ug/mL"]
    assert ((4, 1), (9, 1)) in (page.merged_cell_ranges or [])  # the six rows of 101-001
    assert ((4, 2), (5, 2)) in (page.merged_cell_ranges or [])  # its two samples of day 8


def test_dates_are_dates_and_at_one_site_numbers(
    rows_of: Find, antibody: dict[str, dict[str, object]]
) -> None:
    for row in rows_of("pksamp", PANEL="CHI"):
        if row["SAMPID"] in antibody:
            kind = type(antibody[row["SAMPID"]]["Date"])
            assert kind is (float if row["SUBJECT"].startswith("106") else date), row["SAMPID"]


def test_a_date_off_by_a_day(rows_of: Find, antibody: dict[str, dict[str, object]]) -> None:
    off = [
        row["SUBJECT"]
        for row in rows_of("pksamp", PANEL="CHI")
        if isinstance(found := antibody.get(row["SAMPID"], {}).get("Date"), date)
        and found != datetime.strptime(row["SAMPDAT_RAW"], "%d %b %Y").date()
    ]
    assert off == ["103-001"]


def test_the_last_sample_of_an_infusion_follows_its_end(rows_of: Find) -> None:
    """But for one that was drawn 40 minutes before; also where the infusion ran over midnight."""
    early = []
    for sample in rows_of("pksamp", PANEL="CHI", NOMTIME="end of infusion"):
        if not sample["SAMPDAT_RAW"]:
            continue
        segments = rows_of("exchi", sample["SUBJECT"], COURSE="1", CHIDAY=sample["DAY"])
        ended = _moment(segments[-1], "CHIEN_RAW", "CHIENTIM")
        if _moment(sample, "SAMPDAT_RAW", "SAMPTIM") < ended:
            early.append((sample["SUBJECT"], sample["DAY"]))
    assert early == [("105-001", "8")]
    crossing = _one(rows_of, "101-003", "CHI", "8", "end of infusion")
    assert crossing["SAMPDAT_RAW"] == "09 MAR 2014"


def test_one_form_has_the_planned_start_of_the_infusion(rows_of: Find) -> None:
    off = set()
    for sample in rows_of("pksamp", PANEL="CHI", DAY="8"):
        (*_, first) = reversed(rows_of("exchi", sample["SUBJECT"], COURSE="1", CHIDAY="8"))
        begun = _moment(first, "CHIST_RAW", "CHISTTIM")
        if _moment(sample, "DOSEDAT_RAW", "DOSETIM") != begun:
            off.add(sample["SUBJECT"])
    assert off == {"101-006"}


def _moment(row: dict[str, str], day: str, clock: str) -> datetime:
    return datetime.strptime(f"{row[day]} {row[clock]}", "%d %b %Y %H:%M")


def test_too_little_serum_and_hemolysis(
    rows_of: Find, antibody: dict[str, dict[str, object]]
) -> None:
    remarks = {row["Comment"]: (key, row["Conc"]) for key, row in antibody.items()}
    little = _one(rows_of, "106-004", "CHI", "11", "end of infusion")["SAMPID"]
    assert remarks["QNS"] == (little, "")
    assert remarks["Hemolyzed"][0] == _one(rows_of, "101-001", "CHI", "28", "480 h")["SAMPID"]
    assert set(remarks) == {"", "QNS", "Hemolyzed"}


def test_peaks_and_troughs_lie_around_the_published_ones(
    antibody: dict[str, dict[str, object]], rows_of: Find
) -> None:
    """Published: peak 11 and trough 0.2 ug/mL on the mean."""
    peaks, troughs = (
        [
            float(str(antibody[row["SAMPID"]]["Conc"]))
            for row in rows_of("pksamp", PANEL="CHI", DAY=day)
            if row["SAMPID"] in antibody and antibody[row["SAMPID"]]["Conc"] != ""
        ]
        for day in ("11", "28")
    )
    assert 8 < sum(peaks) / len(peaks) < 13
    assert 0.1 < sum(troughs) / len(troughs) < 0.35


def test_parameters_of_the_worked_profile(
    parameters: Callable[[str, str, str], dict[str, str]],
) -> None:
    found = parameters("103-004", "Lenalidomide", "C1D1")
    assert (found["Cmax"], found["Tmax"], found["AUClast"]) == ("510", "2", "2781.856")


def test_a_sample_drawn_after_the_dose_leaves_the_area_missing(
    parameters: Callable[[str, str, str], dict[str, str]],
) -> None:
    found = parameters("104-003", "Lenalidomide", "C1D21")
    assert (found["AUClast"], found["AUC_TAU"], found["AR_AUC"]) == ("Missing",) * 3
    assert float(found["Cmax"]) > 100


def test_a_course_that_stopped_has_no_terminal_phase(
    parameters: Callable[[str, str, str], dict[str, str]],
) -> None:
    found = parameters("103-005", "ch14.18", "C1")
    assert (found["Lambda_z"], found["Vss_obs"], found["Ctrough"]) == ("Missing",) * 3
    assert found["Cmax"] == found["Ceoi"]


def test_more_subjects_leave_the_files_of_the_first_thirty_unchanged(
    study: Path, tmp_path: Path
) -> None:
    simulate(tmp_path, subjects=32)
    for name in ("pk_iso.csv", "nca_phoenix.csv"):
        before = (study / "vendor" / name).read_text(encoding="utf-8").splitlines()
        after = (tmp_path / "vendor" / name).read_text(encoding="utf-8").splitlines()
        assert set(before) < set(after), name

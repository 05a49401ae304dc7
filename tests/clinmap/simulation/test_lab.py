"""The central laboratory's transfer, the plates of cytokines, and the function of killer cells."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from clinmap.simulation.n2011_04 import simulate
from clinmap.simulation.vendors.central_laboratory import COLUMNS
from clinmap.simulation.vendors.cytokines import ANALYTES
from clinmap.simulation.vendors.immune_calendar import TIME_POINTS

Rows = list[dict[str, str]]


def _semicolons(path: Path) -> Rows:
    with path.open(encoding="cp1252", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="module")
def central(study: Path) -> Rows:
    return _semicolons(study / "vendor/centrallab_20160301.csv")


@pytest.fixture(scope="module")
def lysis(study: Path) -> Rows:
    with (study / "vendor/nkfunc.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def plates(study: Path) -> list[dict[str, object]]:
    """The rows below the header, as another library reads them."""
    workbook = CalamineWorkbook.from_path(str(study / "vendor/cytokine.xlsx"))
    rows = workbook.get_sheet_by_name("Avg Result").to_python(skip_empty_area=False)
    head = [str(cell) for cell in rows[5]]
    return [dict(zip(head, row, strict=True)) for row in rows[6:]]


def _sent(rows: Rows, subject: str, visit: str, test: str) -> list[tuple[str, ...]]:
    key = (subject, visit, test)
    return [
        (row["RESN"], row["RESC"], row["STATUS"])
        for row in rows
        if (row["SUBJID"].replace("-", ""), row["VISITNAME"], row["LABTST"]) == key
    ]


# ---------------------------------------------------------------------------- central laboratory


def test_the_transfer_is_windows_text_with_semicolons(study: Path, central: Rows) -> None:
    content = (study / "vendor/centrallab_20160301.csv").read_bytes()
    assert content.startswith(";".join(COLUMNS).encode())
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    assert {"µmol/L", "x10³/µL", "µIU/mL"} <= {row["UNIT"] for row in central}


def test_dates_are_written_as_the_site_writes_them(central: Rows) -> None:
    parts = {"first": Counter[str](), "second": Counter[str]()}
    for row in central:
        first, second, _ = (int(part) for part in row["COLLDT"].split("/"))
        if first > 12:
            parts["first"][row["SITE"]] += 1
        if second > 12:
            parts["second"][row["SITE"]] += 1
    assert set(parts["first"]) == {"102", "105"}
    assert set(parts["second"]) == {"101", "103", "104", "106"}


def test_subject_numbers_have_a_dash_at_one_site_only(central: Rows) -> None:
    dashed = {row["SITE"] for row in central if "-" in row["SUBJID"]}
    assert dashed == {"106"}
    assert all(re.fullmatch(r"\d{3}-?\d{3}", row["SUBJID"]) for row in central)


def test_corrected_results_are_sent_again(central: Rows) -> None:
    assert _sent(central, "101004", "COURSE 1 DAY 8", "K") == [
        ("7.9", "7.9", "Final"), ("4.1", "4.1", "Corrected"),
    ]  # fmt: skip
    versions = [status for *_, status in _sent(central, "105003", "COURSE 1 DAY 1", "TSH")]
    assert versions == ["Final", "Corrected", "Corrected"]


def test_a_whole_accession_is_corrected_and_another_repeated(central: Rows) -> None:
    panel = [r for r in central if r["SUBJID"] == "103003" and r["VISITNAME"] == "COURSE 1 DAY 1"]
    assert len({row["ACCNO"] for row in panel}) == 1
    by_status = Counter(row["STATUS"] for row in panel)
    assert by_status["Final"] == by_status["Corrected"] == 26
    first, second = _sent(central, "103003", "COURSE 1 DAY 1", "ALT")
    assert int(second[0]) == 2 * int(first[0])
    same = Counter(tuple(row.values()) for row in central)
    assert {row[2] for row, times in same.items() if times > 1} == {"104005"}


def test_results_that_are_no_plain_numbers(central: Rows) -> None:
    assert _sent(central, "102002", "SCREENING", "CRP") == [("0.5", "<0.5", "Final")]
    assert _sent(central, "102002", "COURSE 1 DAY 15", "CRP") == [("200", ">200", "Final")]
    assert _sent(central, "103004", "COURSE 1 DAY 8", "K") == [("", "HEMOLYZED", "Final")]
    assert _sent(central, "104002", "COURSE 1 DAY 15", "LIPASE") == [("", "QNS", "Cancelled")]


def test_e37_one_accession_is_of_another_person(central: Rows) -> None:
    of_subject = [row for row in central if row["SUBJID"] == "103005"]
    persons = {(row["DOB"][:2], row["DOB"][-4:], row["SEX"]) for row in of_subject}
    assert persons == {("08", "2008", "M"), ("11", "2003", "F")}
    strange = {row["VISITNAME"] for row in of_subject if row["SEX"] == "F"}
    assert strange == {"COURSE 1 DAY 8"}


def test_ratios_to_creatinine_come_in_two_units(central: Rows) -> None:
    units = {
        (row["LABTST"], row["SITE"] in ("102", "105"), row["UNIT"])
        for row in central
        if row["LABTST"] in ("VMACR", "HVACR")
    }
    assert {unit for _, si, unit in units if si} == {"mmol/mol"}
    assert {unit for _, si, unit in units if not si} == {"ug/mg"}


def test_loinc_codes_have_their_check_digit(central: Rows) -> None:
    """LOINC: the last digit is the number's check digit by the rule of Luhn."""

    def check_digit(number: str) -> int:
        doubled = [int(c) * (2 - i % 2) for i, c in enumerate(reversed(number))]
        return -sum(d - 9 if d > 9 else d for d in doubled) % 10

    codes = {row["LOINC"] for row in central} - {"", "30247"}
    assert len(codes) == 31
    assert all(check_digit(code[:-2]) == int(code[-1]) for code in codes)
    assert {row["SITE"] for row in central if row["LOINC"] == "30247"} == {"106"}


def test_nobody_and_nothing_after_the_transfer(central: Rows) -> None:
    assert {row["INITIALS"] for row in central} == {"SYN"}
    assert max(row["COLLDT"][-4:] for row in central) == "2016"
    late = [row["COLLDT"] for row in central if row["COLLDT"].endswith("2016")]
    assert not any(row.startswith(("03/", "04/")) for row in late)


# ------------------------------------------------------------------------------ plates and cells


def test_a_plate_has_a_blank_two_controls_and_one_subject(plates: list[dict[str, object]]) -> None:
    kinds: dict[object, Counter[str]] = {}
    subjects: dict[object, set[object]] = {}
    for row in plates:
        kind = str(row["Type"]).rstrip("0123456789")
        kinds.setdefault(row["Plate"], Counter())[kind] += 1
        subjects.setdefault(row["Plate"], set()).add(row["Subject"])
    assert {(k["Background"], k["Control"]) for k in kinds.values()} == {(1, 2)}
    assert all(len(found - {""}) == 1 for found in subjects.values())


def test_the_words_of_the_instrument(plates: list[dict[str, object]]) -> None:
    def cell(subject: str, time_point: str, analyte: str) -> object:
        key = (subject, time_point)
        (row,) = (r for r in plates if (r["Subject"], r["Time Point"]) == key)
        return row[analyte]

    assert cell("101-003", "C1D8 PRE", "IL-2") == "3.1 - low beads"
    assert cell("104-003", "C1D1 PRE", "IL-15") == "*12.3"
    assert cell("101-004", "C1D12", "MCP-1") == "OOR >"
    assert cell("102-001", "SCRN", "IL-6") == "OOR <"


def test_numbers_lie_within_the_limits_and_marked_ones_below(
    plates: list[dict[str, object]],
) -> None:
    for analyte in ANALYTES:
        cells = [row[analyte.name] for row in plates]
        numbers = [cell for cell in cells if isinstance(cell, float | int)]
        marked = [
            float(cell[1:]) for cell in cells if str(cell)[0] == "*" and isinstance(cell, str)
        ]
        assert all(analyte.lower <= number <= analyte.upper for number in numbers)
        assert all(number < analyte.lower for number in marked)


def test_the_second_sheet_has_the_limits(study: Path) -> None:
    workbook = CalamineWorkbook.from_path(str(study / "vendor/cytokine.xlsx"))
    head, *rows = workbook.get_sheet_by_name("Limits").to_python()
    assert head == ["Analyte", "LLOQ", "ULOQ"]
    assert rows == [[a.name, a.lower, a.upper] for a in ANALYTES]


def test_one_sample_has_one_well(plates: list[dict[str, object]]) -> None:
    single = [row for row in plates if "," not in str(row["Wells"])]
    assert [(row["Subject"], row["Time Point"]) for row in single] == [("102-003", "C1D15")]


def test_samples_at_time_points_that_are_not_planned(plates: list[dict[str, object]]) -> None:
    other = {
        (row["Subject"], row["Time Point"])
        for row in plates
        if row["Time Point"] not in ("", *TIME_POINTS)
    }
    assert other == {("102-003", "C1D22"), ("105-003", "C6 EOC")}


def test_lysis_at_three_ratios_with_a_control_for_adcc_only(lysis: Rows) -> None:
    assert {row["ET_RATIO"] for row in lysis} == {"50:1", "25:1", "12.5:1", "50"}
    assert {bool(row["CTRL_PCT"]) for row in lysis if row["ASSAY"] == "ADCC"} == {True}
    assert {row["CTRL_PCT"] for row in lysis if row["ASSAY"] == "cytotox"} == {""}
    untold = [(row["SUBJ"], row["TPT"]) for row in lysis if row["PCT_LYSIS"] == "ND"]
    assert untold == [("104-002", "C1D8 PRE")] * 2
    assert [row["PCT_LYSIS"] for row in lysis if row["PCT_LYSIS"].startswith("-")] == ["-0.8"]


def test_more_subjects_leave_the_vendor_rows_of_the_first_unchanged(
    study: Path, central: Rows, tmp_path: Path
) -> None:
    simulate(tmp_path, subjects=32)
    more = _semicolons(tmp_path / "vendor/centrallab_20160301.csv")
    kept = {row["SUBJID"] for row in central}
    assert [row for row in more if row["SUBJID"] in kept] == central
    assert len(more) > len(central)
    cells = (tmp_path / "vendor/nkfunc.csv").read_text().splitlines()
    before = (study / "vendor/nkfunc.csv").read_text().splitlines()
    assert set(before) < set(cells)

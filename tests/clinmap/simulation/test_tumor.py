"""Lesions, MIBG scans, bone marrow and the central review: the deliberate cases, and plausibility.

The workbook is read with calamine, which the generator does not use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from python_calamine import load_workbook

from clinmap.simulation.forms.mibg import brought_to

Rows = list[dict[str, str]]
Find = Callable[..., Rows]
LESION = ("LESNO", "LESTYPE", "LOCATION", "METHOD", "LDIAM", "UNIT", "STATUS", "SCANDAT_RAW")
SEGMENTS = tuple(f"SEG{number:02d}" for number in range(1, 11))
SAMPLE = ("SIDE", "SAMPTYPE", "TUMPCT", "METHOD", "BMDAT_RAW", "ADEQ")


def values(rows: Rows, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


@pytest.fixture(scope="module")
def readings(study: Path) -> list[dict[str, object]]:
    """The rows of the central review, below two lines of title and the header."""
    sheet = load_workbook(study / "vendor" / "resp_central.xlsx").get_sheet_by_name("Reads")
    rows = sheet.to_python()
    assert str(rows[1][0]) == "SYNTHETIC DATA"
    return [dict(zip(map(str, rows[2]), row, strict=True)) for row in rows[3:]]


def test_the_sample_rows_of_the_design(rows_of: Find) -> None:
    tumor = rows_of("tumor", "101-001", RECORDPOSITION="1")
    assert values(tumor, *LESION) == [
        ("1", "Target", "R adrenal", "CT", "3.2", "cm", "", "20 FEB 2013")
    ]
    scan = rows_of("mibg", "101-001", RECORDPOSITION="1")
    names = (*SEGMENTS, "CURIETOT", "MIBGAVID", "FDGYN", "MIBGDAT_RAW", "READER")
    (sample,) = values(scan, *names)
    assert ",".join(sample) == "0,0,2,1,0,0,0,0,0,1,4,Y,N,25 FEB 2013,Local"
    marrow = rows_of("bm", "101-001", RECORDPOSITION="1")
    assert values(marrow, *SAMPLE) == [("Left", "Aspirate", "<5", "Morph", "25 FEB 2013", "Y")]


@pytest.mark.parametrize(
    ("subject", "position", "expected"),
    [
        ("104-001", "2", ("1", "Target", "R adrenal", "CT", "41", "cm", "")),
        ("102-002", "6", ("2", "Target", "Retroperitoneal mass", "CT", "", "",
                          "Too small to measure")),
        ("102-003", "5", ("1", "Target", "Pelvic mass", "MRI", "3.4", "cm", "")),
        ("105-001", "6", ("2", "Target", "Retroperitoneal mass", "CT", "", "",
                          "Merged with lesion 1")),
        ("104-002", "3", ("2", "New", "L cervical lymph node", "CT", "14", "mm", "Unequivocal")),
        ("103-001", "3", ("1", "Target", "Retroperitoneal mass", "CT", "", "", "Not evaluable")),
        ("104-005", "2", ("2", "Non-target", "R femur", "PET/CT", "", "", "Present")),
    ],
)  # fmt: skip
def test_what_sites_type_of_lesions(
    rows_of: Find, subject: str, position: str, expected: tuple[str, ...]
) -> None:
    found = rows_of("tumor", subject, RECORDPOSITION=position)
    assert values(found, *LESION[:-1]) == [expected]


def test_one_evaluation_took_three_days(rows_of: Find) -> None:
    found = rows_of("tumor", "103-003", FOLDER="C02D28")
    assert values(found, "METHOD", "SCANDAT_RAW") == [
        ("CT", "16 APR 2015"),
        ("MRI", "18 APR 2015"),
    ]


def test_a_lesion_that_was_not_imaged_has_no_date(rows_of: Find) -> None:
    found = rows_of("tumor", STATUS="Not imaged")
    assert {row["SUBJECT"] for row in found} == {"101-003", "103-001", "105-003"}
    assert {(row["LDIAM"], row["SCANDAT_RAW"]) for row in found} == {("", "")}


def test_e24_a_total_that_is_not_the_sum_and_e25_a_segment_not_imaged(rows_of: Find) -> None:
    second, fourth = rows_of("mibg", "101-006")[1:3]
    assert (sum(int(second[name]) for name in SEGMENTS), second["CURIETOT"]) == (7, "9")
    assert (fourth["SEG06"], fourth["CURIETOT"], fourth["MIBGAVID"]) == ("", "", "Y")
    right = [row for row in rows_of("mibg") if row["CURIETOT"] and row is not second]
    wrong = [r for r in right if sum(int(r[name]) for name in SEGMENTS) != int(r["CURIETOT"])]
    assert values(wrong, "SUBJECT", "FOLDER") == [("101-006", "C02D28")]


def test_e26_local_and_central_readings_differ(rows_of: Find) -> None:
    scans = rows_of("mibg", "103-003", FOLDER="C02D28")
    assert values(scans, "READER", "CURIETOT") == [("Local", "4"), ("Central", "7")]
    assert {row["SITENUMBER"] for row in rows_of("mibg", READER="Central")} == {"103"}


def test_a_tumor_without_uptake_is_followed_by_fdg(rows_of: Find) -> None:
    scans = rows_of("mibg", "104-005")
    assert values(scans, "CURIETOT", "MIBGAVID", "FDGYN", "MIBGDAT_RAW")[0][:3] == ("0", "N", "Y")
    assert values(scans[1:], *SEGMENTS, "CURIETOT", "MIBGDAT_RAW") == [("",) * 12] * 2


def test_what_pathologists_type(rows_of: Find) -> None:
    assert rows_of("bm", "103-004", TUMPCT="trace", SIDE="Right", SAMPTYPE="Aspirate")
    assert rows_of("bm", "104-001", TUMPCT="10-20%", SIDE="Left", SAMPTYPE="Biopsy")
    assert {row["SIDE"] for row in rows_of("bm", "106-003", FOLDER="C02D28")} == {"Left"}
    inadequate = values(rows_of("bm", ADEQ="N"), "SUBJECT", "TUMPCT")
    assert inadequate == [("102-004", "")] + [("106-002", "")] * 4


def test_sizes_go_with_the_response_of_the_site(rows_of: Find) -> None:
    """The sum of the targets beside the soft tissue response: RECIST's cuts, with room."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    measured = [row for row in rows_of("tumor", LESTYPE="Target") if row["LDIAM"]]
    for row in measured:
        factor = 10 if row["UNIT"] == "cm" else 1
        sums[row["SUBJECT"], row["FOLDER"]] += factor * float(row["LDIAM"])
    for row in rows_of("resp"):
        subject, at = row["SUBJECT"], (row["SUBJECT"], row["FOLDER"])
        if at not in sums or at == ("104-001", "C02D28"):  # a wrong unit
            continue
        share = sums[at] / sums[subject, "SCRN"]
        low, high = {"CR": (0, 0), "PR": (0, 0.7), "SD": (0, 1.2), "PD": (0.1, 3)}[row["STRESP"]]
        assert low <= share <= high, (at, share)


def test_totals_go_with_the_response_of_the_site(rows_of: Find) -> None:
    """The Curie total beside the bone response: half, or a fifth more than at screening."""
    first = {r["SUBJECT"]: int(r["CURIETOT"]) for r in rows_of("mibg", FOLDER="SCRN")}
    answers = {(r["SUBJECT"], r["FOLDER"]): r["MIBGRESP"] for r in rows_of("resp")}
    scans = [row for row in rows_of("mibg", READER="Local") if row["CURIETOT"]]
    for row in scans:
        answer = answers.get((row["SUBJECT"], row["FOLDER"]), "screening")
        total, share = int(row["CURIETOT"]), int(row["CURIETOT"]) / (first[row["SUBJECT"]] or 1)
        assert {
            "CR": total == 0,
            "PR": 0 < share <= 0.5,
            "SD": 0.5 < share < 1.2,
            "PD": share >= 1.2,
        }.get(answer, True), (row["SUBJECT"], row["FOLDER"], answer, share)


def test_scores_change_from_the_last_segment_on() -> None:
    assert brought_to((1, 0, 2), 3) == (1, 0, 2)
    assert brought_to((1, 0, 2), 1) == (1, 0, 0)
    assert brought_to((1, 0, 2), 5) == (2, 0, 3)
    assert brought_to((3, 0, 3), 8) == (3, 2, 3)


def test_two_readers_and_who_decides(readings: list[dict[str, object]]) -> None:
    by_evaluation: dict[tuple[object, object], dict[object, tuple[object, ...]]] = defaultdict(dict)
    for row in readings:
        answers = tuple(row[name] for name in ("SOFTTISSUE", "MIBG", "OVERALL", "NEWLESION"))
        by_evaluation[row["SUBJECT"], row["TIMEPOINT"]][row["READER"]] = answers
    undecided = set()
    for at, said in by_evaluation.items():
        differ = said["Reader 1"] != said["Reader 2"]
        assert differ or "Adjudicator" not in said
        if differ and "Adjudicator" not in said:
            undecided.add(at)
    assert undecided == {("102-001", "End of Course 6")}
    named = by_evaluation["103-003", "End of Course 2"]
    assert [named[who][2] for who in ("Reader 1", "Reader 2", "Adjudicator")] == ["PR", "SD", "SD"]
    assert by_evaluation["104-002", "End of Course 2"]["Reader 1"] == ("PD", "SD", "PD", "Y")


def test_readings_have_dates_and_come_after_the_evaluation(
    readings: list[dict[str, object]],
) -> None:
    assert len(readings) == 110
    for row in readings:
        evaluated, read = row["EVALDATE"], row["READDATE"]
        assert isinstance(evaluated, date)
        assert isinstance(read, date)
        assert evaluated < read

"""Every deliberate scenario is in the files, with the exact raw values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

Rows = list[dict[str, str]]
Find = Callable[..., Rows]


def _values(rows: Rows, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_never_dosed_and_screen_failures(rows_of: Find) -> None:
    assert rows_of("enroll", "103-002", DOSELVL="2")
    assert not rows_of("course", "103-002")
    assert not rows_of("exlen", "103-002")
    assert rows_of("eot", "103-002", EOTRSN="Never dosed", NCOURSES="0")
    for subject, code, answer in (("102-009", "INC05", "N"), ("106-001", "EXC04", "Y")):
        assert _values(rows_of("elig", subject), "IETESTCD", "IEORRES", "ELIGYN") == [
            (code, answer, "N"),
            ("", "", "N"),
        ]
        assert not rows_of("enroll", subject)
        assert not rows_of("eot", subject)


def test_interrupted_infusion_over_midnight(rows_of: Find) -> None:
    columns = ("CHIDAY", "CHIST_RAW", "CHISTTIM", "CHIEN_RAW", "CHIENTIM", "CHIMG", "CHIINTYN")
    assert _values(rows_of("exchi", "101-003", COURSE="1"), *columns)[:3] == [
        ("8", "08 MAR 2014", "20:15", "08 MAR 2014", "22:30", "6.2", "Y"),
        ("8", "09 MAR 2014", "00:30", "09 MAR 2014", "06:25", "11.3", "Y"),
        ("9", "09 MAR 2014", "20:30", "10 MAR 2014", "06:30", "17.75", "N"),
    ]
    second = rows_of("exchi", "101-003", RECORDPOSITION="2")[0]
    assert (second["CHIPLANMGM2"], second["CHIVOL"], second["CHIRATE"]) == ("25", "", "")
    assert (second["CHIINTRSN"], second["CHILOT"], second["PRODSRC"]) == (
        "HYPOTENSION",
        "NCI0713",
        "NCI",
    )


def test_full_days_of_the_worked_example(rows_of: Find) -> None:
    rows = rows_of("exchi", "101-003", COURSE="1")
    assert [row["CHIDAY"] for row in rows] == ["8", "8", "9", "10", "11"]
    assert sum(float(row["CHIMG"]) for row in rows) / 0.71 == 99.64788732394366


def test_unequal_isotretinoin(rows_of: Find) -> None:
    columns = ("ISOST_RAW", "ISOEN_RAW", "ISODOSE", "ISODOSEU", "ISOFRQ", "AMMG", "PMMG", "ISOACT")
    assert _values(rows_of("exiso", "101-003", COURSE="1"), *columns) == [
        ("15 MAR 2014", "28 MAR 2014", "80", "mg/m2", "BID", "60", "50", "Given")
    ]


def test_course_two_of_101_003(rows_of: Find) -> None:
    columns = ("CRSSTDAT_RAW", "WTDOSE", "BSADOSE", "DELAYYN", "DELAYDAYS", "DELAYRSN", "LENMGM2")
    assert _values(rows_of("course", "101-003"), *columns)[:2] == [
        ("01 MAR 2014", "17.2", "0.71", "N", "", "", "25"),
        ("05 APR 2014", "17.2", "0.71", "Y", "7", "ANC", "25"),
    ]
    first = rows_of("exlen", "101-003", RECORDPOSITION="1")[0]
    assert (first["LENEN_RAW"], first["LENMG"]) == ("07 MAR 2014", "17.5")
    assert (first["CAPSTR"], first["CAPS_N"]) == ("2.5 mg", "7")


def test_lenalidomide_held_then_reduced(rows_of: Find) -> None:
    columns = ("LENST_RAW", "LENEN_RAW", "LENMG", "LENACT", "LENRSN")
    assert _values(rows_of("exlen", "104-001", COURSE="1"), *columns) == [
        ("23 JUL 2014", "02 AUG 2014", "40", "Given", ""),
        ("03 AUG 2014", "05 AUG 2014", "", "Held", "ANC"),
        ("06 AUG 2014", "12 AUG 2014", "40", "Given", ""),
    ]
    third = rows_of("exlen", "104-001", COURSE="3")
    assert _values(third, "LENMG", "LENMGM2", "LENACT", "LENRSN") == [
        ("30", "37.5", "Reduced", "Adverse event")
    ]
    assert {row["BSADOSE"] for row in rows_of("course", "104-001")} == {"0.80"}


def test_small_child_gets_isotretinoin_by_weight(rows_of: Find) -> None:
    rows = rows_of("exiso", "102-004", ISOACT="Given")
    assert {r["WTDOSE"] for r in rows_of("course", "102-004")} == {"10.8"}
    assert set(_values(rows, "ISODOSE", "ISODOSEU", "AMMG", "PMMG")) == {("2.665", "mg/kg", "", "")}


def test_dose_level_one_has_no_isotretinoin(rows_of: Find) -> None:
    for subject in ("104-005", "101-001", "102-001"):
        assert not rows_of("exiso", subject)
        assert {row["ISOMGM2"] for row in rows_of("course", subject)} == {""}


def test_dose_oddities(rows_of: Find) -> None:
    assert rows_of("exlen", "106-003", COURSE="2", LENMG="15/20 mg alternate days", LENMGM2="25")
    wrong = rows_of("exlen", "102-005", COURSE="2")[0]
    bsa = float(rows_of("course", "102-005", COURSE="2")[0]["BSADOSE"])
    assert abs(float(wrong["LENMG"]) / bsa / float(wrong["LENMGM2"]) - 1) > 0.1
    assert rows_of("exlen", "102-001", COURSE="3", LENACT="Missed", LENMG="0")
    assert _values(rows_of("exiso", ISOFRQ="TID"), "SUBJECT", "COURSE") == [("102-005", "3")]
    assert len(rows_of("exchi", "104-002", COURSE="1")) == 3
    assert _values(rows_of("exlen", "103-001", COURSE="1"), "LENACT", "LENRSN") == [
        ("Given", ""),
        ("Missed", "Family travel"),
    ]


def test_only_one_lenalidomide_dose_disagrees_by_more_than_ten_percent(rows_of: Find) -> None:
    bsa = {(r["SUBJECT"], r["COURSE"]): float(r["BSADOSE"]) for r in rows_of("course")}
    off = [
        (row["SUBJECT"], row["COURSE"])
        for row in rows_of("exlen")
        if row["LENMG"].replace(".", "").isdigit()
        and row["LENMGM2"]
        and abs(
            float(row["LENMG"]) / bsa[row["SUBJECT"], row["COURSE"]] / float(row["LENMGM2"]) - 1
        )
        > 0.1
    ]
    assert off == [("102-005", "2")]


def test_midnight_slip_is_the_only_end_before_start(rows_of: Find) -> None:
    slips = [
        row
        for row in rows_of("exchi")
        if row["CHIST_RAW"] == row["CHIEN_RAW"] and row["CHIENTIM"] < row["CHISTTIM"]
    ]
    assert _values(slips, "SUBJECT", "COURSE", "CHIDAY", "CHISTTIM", "CHIENTIM") == [
        ("103-003", "1", "9", "21:30", "07:30")
    ]


def test_infusion_stopped_with_forty_percent(rows_of: Find) -> None:
    stopped = rows_of("exchi", "101-004", COURSE="2", CHIDAY="8")
    full = rows_of("exchi", "101-004", COURSE="2", CHIDAY="9")[0]
    assert len(stopped) == 1
    assert round(float(stopped[0]["CHIMG"]) / float(full["CHIMG"]), 2) == 0.4


def test_product_changes_during_treatment(rows_of: Find) -> None:
    pairs = set(_values(rows_of("exchi", "105-003"), "PRODSRC", "CHIPLANMGM2"))
    assert pairs == {("NCI", "25"), ("UTC", "17.5")}
    assert rows_of("eot", "105-003", EOTRSN="Completed treatment", NCOURSES="12")


def test_adverse_event_texts(rows_of: Find) -> None:
    fever, long_text, quoted = rows_of("ae", "101-001")[:3]
    assert (fever["AETERM"], fever["AEEN_RAW"], fever["AEONG"]) == ("Fièvre", "UNK", "Y")
    assert len(long_text["AETERM"]) == 260
    assert long_text["AETERM"].isascii()
    assert quoted["AETERM"] == "“Burning” pain – morphine 50 µg/kg/h"


def test_adverse_event_dates(rows_of: Find) -> None:
    march = rows_of("ae", "102-003", RECORDPOSITION="1")[0]
    assert (march["AEST_RAW"], march["AEST_YYYY"], march["AEST_MM"], march["AEST_DD"]) == (
        "UN MAR 2014",
        "2014",
        "03",
        "",
    )
    assert rows_of("ae", "103-003", AEST_RAW="UN UNK 2010", AEST_MM="", AEST_YYYY="2010")
    assert rows_of("ae", "104-002", AEEN_RAW="UNK", AEONG="Y")
    late = rows_of("ae", "106-004", RECORDPOSITION="1")[0]
    start, end = (
        date(int(late[f"{x}_YYYY"]), int(late[f"{x}_MM"]), int(late[f"{x}_DD"]))
        for x in ("AEST", "AEEN")
    )
    assert start > end


def test_adverse_event_grades_and_duplicates(rows_of: Find) -> None:
    assert _values(rows_of("ae", "101-004", AESPID="5"), "AEGRADE") == [("2",), ("3",), ("1",)]
    twice = rows_of("ae", "103-004", PT="Fever", AEGRADE="2")[:2]
    assert twice[0]["AEST_RAW"] == twice[1]["AEST_RAW"]
    assert _values(twice, "COURSE", "AESPID") == [("1", "1"), ("2", "4")]
    assert set(_values(rows_of("ae", "105-003"), "CTCVER")) == {("4.0",), ("5.0",)}


def test_dose_limiting_toxicity_marks(rows_of: Find) -> None:
    assert rows_of("ae", "101-005", AESPID="7", AEDLT="N", AEST_RAW="11 MAR 2014", AEGRADE="3")
    marked = _values(rows_of("ae", AEDLT="Y"), "SUBJECT", "AESPID")
    assert marked == [("101-007", "2"), ("102-002", "3")]


def test_deaths(rows_of: Find) -> None:
    fatal = rows_of("ae", AEOUT="Fatal")
    assert _values(fatal, "SUBJECT", "AEGRADE") == [("104-004", "5"), ("105-002", "5")]
    assert rows_of("death", "105-002", DTHDAT_RAW="UN UN 2015", DTHDAT_MM="", DTHDAT_YYYY="2015")
    assert not rows_of("death", "104-004")
    early, left = rows_of("death", "103-001")[0], rows_of("eot", "103-001")[0]
    assert early["DTHDAT_MM"] + early["DTHDAT_DD"] < left["EOTDAT_MM"] + left["EOTDAT_DD"]


def test_laboratory_notations(rows_of: Find) -> None:
    found = _values(rows_of("lblocal", "106-003", LBTEST="ANC"), "LBRES", "LBUNIT", "LBLO")
    assert {
        ("850", "/uL", "1500"),
        ("0.85", "x10e3/uL", "1.5"),
        ("0.85", "K/uL", "1.5"),
        ("0,85", "10^9/L", "1,5"),
    } <= set(found)
    columns = ("LBDAT_RAW", "LBTIM", "LBRES", "LBUNIT", "LBLO", "LBHI", "LBSTATUS", "LBLAB")
    sample = rows_of("lblocal", "101-003", FOLDER="C01D22", LBTEST="ANC")
    assert _values(sample, *columns) == [
        ("22 MAR 2014", "08:10", "850", "/uL", "1500", "8000", "Done", "CHLA")
    ]


def test_laboratory_oddities(rows_of: Find) -> None:
    assert rows_of("lblocal", "101-002", LBTEST="PLAT", LBRES="CLOTTED", LBSTATUS="Done")
    assert rows_of("lblocal", "104-001", LBTEST="ANC", LBRES="1,250", LBUNIT="/uL")
    low = rows_of("lblocal", "104-001", FOLDER="UNS", LBTEST="ANC")
    assert _values(low, "LBDAT_RAW", "LBRES")[:2] == [
        ("03 AUG 2014", "480"),
        ("10 SEP 2014", "690"),
    ]
    assert rows_of("lblocal", "101-006", LBTEST="BILI", LBRES="<0.1")
    assert rows_of("lblocal", "103-001", LBTEST="GLUC", LBRES="", LBSTATUS="Not Done")
    assert {row["LBLO"] for row in rows_of("lblocal", SITENUMBER="105")} == {""}
    retest = rows_of("lblocal", "106-003", FOLDER="C01D15", LBTEST="HGB")
    assert _values(retest, "LBTIM", "LBRES") == [("08:00", "68"), ("14:30", "96")]
    untimed = rows_of("lblocal", "102-001", LBTIM="")
    assert set(_values(untimed, "FOLDER", "LBDAT_RAW")) == {("UNS", "13 MAR 2013")}


def test_site_responses(rows_of: Find) -> None:
    columns = ("STRESP", "MIBGRESP", "BMRESP", "CATRESP", "OVRESP", "RESPDAT_RAW")
    assert _values(rows_of("resp", "101-001"), *columns)[0] == (
        *("PR", "SD", "CR", "", "MR"),
        "25 APR 2013",
    )
    assert [row["OVRESP"] for row in rows_of("resp", "103-003")][:2] == ["PR", "SD"]
    assert [row["OVRESP"] for row in rows_of("resp", "101-007")] == ["SD", "SD"]
    assert rows_of("resp", "104-002", STRESP="PD", OVRESP="SD")
    assert rows_of("resp", "102-004", OVRESP="Mixed")
    assert not rows_of("resp", "106-004", OVRESP="PD")


def test_response_after_the_next_course_started(rows_of: Find) -> None:
    answered = rows_of("resp", "102-003", FOLDER="C02D28")[0]
    started = rows_of("course", "102-003", COURSE="3")[0]
    typed, next_start = (
        date(int(r[f"{x}_YYYY"]), int(r[f"{x}_MM"]), int(r[f"{x}_DD"]))
        for r, x in ((answered, "RESPDAT"), (started, "CRSSTDAT"))
    )
    assert (typed - next_start).days == 5


def test_end_of_treatment(rows_of: Find) -> None:
    assert rows_of("eot", "101-001", EOTDAT_RAW="02 MAY 2013", NCOURSES="2")
    assert len(rows_of("course", "106-002")) == 4
    assert rows_of("eot", "106-002", NCOURSES="5")


def test_dose_limiting_grades_in_course_one_are_scenarios_only(rows_of: Find) -> None:
    severe = [row for row in rows_of("ae", COURSE="1") if int(row["AEGRADE"]) >= 3]
    assert all(int(row["AESPID"]) < 11 for row in severe)

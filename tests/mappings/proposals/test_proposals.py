"""Proposals for raw tables: domain, variables, mappings, and what is only asked."""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.profiling import Described, TableProfile, profile_table
from mappings.proposals import propose
from mappings.proposals.models import ColumnProposal, TableProposal
from mappings.proposals.values import Terms

SUBJECTS = ["101-001", "101-002", "102-001", "102-002"]


def profile(name: str, described: Described | None = None, **columns: list[str]) -> TableProfile:
    """The profile of a table with a subject column and these."""
    frame = pd.DataFrame({"SUBJECT": SUBJECTS, **columns}, dtype="str")
    return profile_table(name, frame, described)


def proposed(table: TableProfile, *others: TableProfile) -> TableProposal:
    """What is proposed for the first of these tables."""
    return propose([table, *others]).tables[0]


def one(table: TableProposal, column: str) -> ColumnProposal:
    """What is proposed for a column."""
    return next(c for c in table.columns if c.column == column)


def target(table: TableProposal, column: str) -> str:
    """The variable that is proposed first."""
    best = one(table, column).best
    return best.target if best else ""


EVENTS = profile(
    "adverse_events",
    AETERM=["headache", "nausea", "rash", "cough"],
    SEVERITY=["Mild Event", "Severe Event", "Mild Event", "Mild Event"],
    START=["03 MAR 2014", "UN MAR 2014", "05 MAR 2014", "06 MAR 2014"],
    STTIME=["08:00", "09:30", "10:00", "11:00"],
    SERIOUS=["Yes", "No", "No", "No"],
)


def test_the_domain_has_a_score_and_reasons() -> None:
    """Name, topic and columns speak for AE; every sign is said."""
    table = proposed(EVENTS)
    assert table.domain == "AE"
    assert 0.75 < table.score <= 1
    assert "AETERM is the topic of AE" in table.evidence


@pytest.mark.parametrize(
    ("column", "variable"),
    [
        ("AETERM", "AE.AETERM"),
        ("SEVERITY", "AE.AESEV"),
        ("START", "AE.AESTDTC"),
        ("STTIME", "AE.AESTDTC"),
        ("SERIOUS", "AE.AESER"),
        ("SUBJECT", "AE.USUBJID"),
    ],
)
def test_variables_by_name_and_values(column: str, variable: str) -> None:
    """SDTM names, names that forms use, starts of dates, times beside dates."""
    assert target(proposed(EVENTS), column) == variable


def test_a_map_holds_terms_only() -> None:
    """A text that holds the words of one term is mapped to it."""
    best = one(proposed(EVENTS), "SEVERITY").best
    assert best is not None
    assert best.said == {
        "recode": "$SEVERITY",
        "map": {"Mild Event": "MILD", "Severe Event": "SEVERE"},
    }


def test_formats_are_those_seen() -> None:
    """The mapping of a date names the format that reads it."""
    best = one(proposed(EVENTS), "START").best
    assert best is not None
    assert best.said == {"datetime": "$START", "formats": "DD MON YYYY"}


def test_a_denied_term_is_never_guessed() -> None:
    """`Done` is not brought to NOT DONE."""
    terms = Terms()
    codelist = terms.codelist("ND")
    assert codelist is not None
    assert terms.likely(codelist, "Done") is None


def test_two_columns_for_one_variable_are_both_asked() -> None:
    """Neither is written, and each says that there is another."""
    table = proposed(
        profile("ae", AETERM=list("abcd"), SEVERITY=["Mild"] * 4, INTENSITY=["Mild"] * 4)
    )
    found = [one(table, name) for name in ("SEVERITY", "INTENSITY")]
    assert [c.state for c in found] == ["asked", "asked"]
    assert all("several columns" in c.reason for c in found)


def test_day_or_month_first_is_asked() -> None:
    """A date that two formats read with another day is not written."""
    table = proposed(profile("ae", AETERM=list("abcd"), AESTDAT=["01/02/2014"] * 4))
    assert one(table, "AESTDAT").state == "asked"
    assert "DD/MM/YYYY" in one(table, "AESTDAT").reason


def test_tests_in_columns_are_findings() -> None:
    """Columns that are called like tests, each with its unit."""
    table = proposed(
        profile(
            "vitals",
            SYSBP=["120", "130", "110", "125"], WEIGHT=["70.5", "80.1", "66.0", "71.2"],
            WEIGHT_U=["kg"] * 4,
        )
    )  # fmt: skip
    assert table.domain == "VS"
    assert table.tests == [("SYSBP", "SYSBP", ""), ("WEIGHT", "WEIGHT", "WEIGHT_U")]


def test_tests_in_rows_are_findings() -> None:
    """A column whose values are tests is --TESTCD."""
    table = proposed(
        profile(
            "results_2014", ANALYTE=["ALB", "ALT", "AST", "ALP"],
            RESULT=["40.1", "22", "30", "70"], UNIT=["g/L", "U/L", "U/L", "U/L"],
        )
    )  # fmt: skip
    assert table.domain == "LB"
    assert target(table, "ANALYTE") == "LB.LBTESTCD"
    assert target(table, "RESULT") == "LB.LBORRES"
    assert target(table, "UNIT") == "LB.LBORRESU"


def test_one_row_for_each_subject_is_dm() -> None:
    """What demographics ask, and a row for each subject."""
    table = proposed(
        profile(
            "export_7", SEX=["M", "F", "F", "M"], RACE=["White", "Asian", "White", "White"],
            DOB=["01 JAN 1980", "02 JAN 1981", "03 JAN 1982", "13 JAN 1983"],
        )
    )  # fmt: skip
    assert table.domain == "DM"
    assert target(table, "DOB") == "DM.BRTHDTC"


def test_parts_of_a_date_and_codes_of_decodes_are_explained() -> None:
    """What stands in another column is left out, with the reason."""
    table = proposed(
        profile(
            "ae", AETERM=list("abcd"), AEST_RAW=["03 MAR 2014"] * 4, AEST_YYYY=["2014"] * 4,
            AEST_MM=["03"] * 4, AEOUT=["Fatal"] * 4, AEOUT_STD=["5"] * 4,
        )
    )  # fmt: skip
    assert one(table, "AEST_YYYY").reason == "part of the date in AEST_RAW"
    assert one(table, "AEOUT_STD").reason == "code of the decode in AEOUT"


def test_what_the_file_says_counts_most() -> None:
    """An SDTM name in an ODM-XML wins over a name that says nothing."""
    described = Described(
        domains=("AE",), aliases={"Q1": ("AETERM",)}, labels={"Q2": "Outcome of Adverse Event"}
    )
    table = proposed(profile("form_12", described, Q1=list("abcd"), Q2=["Fatal"] * 4))
    assert table.domain == "AE"
    assert target(table, "Q1") == "AE.AETERM"
    assert target(table, "Q2") == "AE.AEOUT"


def test_a_table_of_no_subject_gets_no_domain() -> None:
    """Reference tables are listed and not mapped."""
    frame = pd.DataFrame({"lab": ["A", "B"], "test": ["ALB", "ALT"]}, dtype="str")
    table = proposed(profile_table("labranges", frame))
    assert table.domain == ""
    assert {c.state for c in table.columns} == {"open"}


def test_every_column_is_there_once() -> None:
    """No column is left out in silence."""
    table = proposed(EVENTS)
    assert [c.column for c in table.columns] == list(EVENTS.names)


WIDE = profile(
    "vitals",
    vit_date=["13-04-2023", "14-04-2023", "15-04-2023", "16-04-2023"],
    vit_sbp_mmhg=["120", "131", "118", "125"],
    vit_temp=["36.6", "98.1", "36.9", "37.2"],
    vit_temp_unit=["C", "F", "C", "C"],
    vit_position=["Sitting", "Sitting", "sitting", "Sitting"],
)


@pytest.mark.parametrize(
    ("column", "variable"),
    [("vit_date", "VS.VSDTC"), ("vit_position", "VS.VSPOS"), ("vit_temp_unit", "VS.VSORRESU")],
)
def test_the_letters_of_a_form_are_no_part_of_a_name(column: str, variable: str) -> None:
    """Some EDC systems begin each column with a short name of the form, which is not SDTM's."""
    assert target(proposed(WIDE), column) == variable


def test_a_unit_in_a_name_is_the_unit_of_the_test() -> None:
    """`sbp_mmhg` is SYSBP in mmHg, and a column of units comes before the name."""
    table = proposed(WIDE)
    assert table.tests == [("vit_sbp_mmhg", "SYSBP", ""), ("vit_temp", "TEMP", "vit_temp_unit")]
    assert table.units == {"vit_sbp_mmhg": "mmHg"}


def test_the_whole_name_counts_too() -> None:
    """`dos_unit` is EXDOSU, whether or not the other columns begin with `dos_`."""
    doses = {
        "dos_start": ["13-04-2023", "14-04-2023", "15-04-2023", "16-04-2023"],
        "dos_amount": ["200", "100", "200", "100"],
        "dos_unit": ["mg", "mg", "mg", "mg"],
    }
    table = proposed(profile("dosing", None, **doses))
    assert [target(table, name) for name in doses] == ["EX.EXSTDTC", "EX.EXDOSE", "EX.EXDOSU"]


def test_one_text_of_a_few_may_be_no_date() -> None:
    """One impossible day of six does not make a column of dates a text."""
    days = [f"{day}-06-2023" for day in (13, 14, 15, 16, 17, 31)]
    frame = pd.DataFrame({"SUBJECT": list("ABCDEF"), "start": days}, dtype="str")
    made = profile_table("ae", frame).column("start")
    assert made is not None
    assert made.formats == ("DD-MM-YYYY",)

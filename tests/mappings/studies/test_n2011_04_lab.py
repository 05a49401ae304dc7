"""Central laboratory, cytokines and killer cell function of the shipped example study.

Every number was worked out by hand from the raw values.
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

CENTRAL = "SYNTHETIC CENTRAL LABORATORY"


def records(frame: pd.DataFrame, names: str) -> list[tuple[object, ...]]:
    columns = [[None if pd.isna(v) else v for v in frame[name]] for name in names.split()]
    return list(zip(*columns, strict=True))


def counted(built: BuiltStudy, code: str, variable: str, says: str = "") -> int:
    return sum(
        problem.count
        for problem in built.problems
        if (problem.code, problem.dataset, problem.variable) == (code, "LB", variable)
        and says in problem.message
    )


# ---------------------------------------------------------------------------- central laboratory


def test_dates_are_read_as_the_site_writes_them(built: BuiltStudy) -> None:
    """01/02 is February of site 105 and January of site 104: central and local draws agree."""
    results = of(built, "LB", LBTESTCD="WBC").assign(day=lambda f: f["LBDTC"].str[:10])
    planned = results[~results["VISIT"].str.startswith("UNSCHEDULED")]
    central = planned[planned["LBNAM"] == CENTRAL]
    local = planned[planned["LBNAM"] != CENTRAL]
    both = central.merge(local, on=["USUBJID", "VISITNUM"], suffixes=("", "_local"))
    assert len(both) == len(central) - 0 > 250
    assert (both["day"] == both["day_local"]).all()


def test_the_number_of_a_subject_is_found_with_and_without_its_dash(built: BuiltStudy) -> None:
    subjects = set(of(built, "LB", LBNAM=CENTRAL)["USUBJID"])
    assert {"N2011-04-106-003", "N2011-04-101-003", "N2011-04-105-001"} <= subjects
    assert subjects <= set(of(built, "DM")["USUBJID"])
    again = of(built, "LB", "105-001", LBNAM=CENTRAL)
    assert {1.0, 101.0, 20001.0, 20101.0, 29000.0} <= set(again["VISITNUM"])


def test_ratios_to_creatinine_have_one_standard_unit(built: BuiltStudy) -> None:
    """22.4 ug/mg of VMA is 22.4 x 113.12 / 198.17, by the table 0.5708, = 12.78592 mmol/mol."""
    names = "LBORRES LBORRESU LBSTRESC LBSTRESU LBSTNRLO LBSTNRHI LBNRIND LBCAT LBSPEC LBTEST"
    (ratio,) = records(of(built, "LB", "103-003", LBTESTCD="VMACREAT", VISITNUM=101.0), names)
    assert ratio == (
        "22.4", "g/kg", "12.78592", "mmol/mol", None, 4.5664, "HIGH", "TUMOR MARKER", "URINE",
        "Vanillyl Mandelic Acid/Creatinine",
    )  # fmt: skip
    in_moles = of(built, "LB", "102-002", LBTESTCD="HVACREAT", VISITNUM=101.0)
    assert records(in_moles, "LBORRES LBORRESU LBSTRESC") == [("34.1", "mmol/mol", "34.1")]


def test_results_beyond_a_limit_and_specimens_without_result(built: BuiltStudy) -> None:
    protein = of(built, "LB", "102-002", LBTESTCD="CRP", LBNAM=CENTRAL)
    signed = protein[protein["LBORRES"].str.contains("[<>]")]
    assert records(signed, "LBSTRESC LBSTRESN LBNRIND") == [
        ("<0.5", None, "LOW"), (">200", None, "HIGH"),
    ]  # fmt: skip
    not_done = of(built, "LB", LBNAM=CENTRAL, LBSTAT="NOT DONE")
    assert records(not_done, "USUBJID LBTESTCD LBREASND LBORRESU") == [
        ("N2011-04-103-004", "K", "HEMOLYZED SPECIMEN", None),
        ("N2011-04-104-002", "LIPASET", "QUANTITY NOT SUFFICIENT", None),
    ]


def test_units_of_one_test_agree_over_all_laboratories(built: BuiltStudy) -> None:
    results = of(built, "LB").dropna(subset=["LBSTRESU"])
    assert results.groupby("LBTESTCD")["LBSTRESU"].nunique().eq(1).all()


def test_central_and_local_results_of_one_draw_agree(built: BuiltStudy) -> None:
    """Both went through their own units to the standard one: a wrong factor would show."""
    known = of(built, "LB").dropna(subset=["LBSTRESN"])
    known = known[known["LBCAT"].isin(["HEMATOLOGY", "CHEMISTRY"])]
    means = known.groupby(["LBTESTCD", known["LBNAM"] == CENTRAL])["LBSTRESN"].median().unstack()
    assert len(means) == 20
    assert ((means[True] / means[False]).between(0.85, 1.15)).all(), means


def test_what_the_laboratory_sends_wrong_is_listed(built: BuiltStudy) -> None:
    assert counted(built, "CHK002", "LBLOINC") == 17
    free = of(built, "LB", LBTESTCD="T4FR")
    of_106 = free["USUBJID"].str.contains("-106-")
    assert free[of_106]["LBLOINC"].isna().all()
    assert free[~of_106]["LBLOINC"].isin(["3024-7", "14920-3"]).all()
    assert counted(built, "ROW001", "", "another person") == 20
    assert counted(built, "CHK001", "STRANGER") == 20
    assert counted(built, "ROW001", "", "later version") == 55


def test_a_count_between_visits_follows_the_last_planned_visit(built: BuiltStudy) -> None:
    counts = of(built, "LB", "101-007", LBREFID="CL00006005")
    assert records(counts.head(1), "LBDTC VISITNUM VISIT") == [
        ("2015-08-01T08:00", 115.01, "UNSCHEDULED 115.01"),
    ]
    assert len(counts) == 6


# ------------------------------------------------------------------------ cytokines and chemokines


def test_words_of_the_instrument_become_limits(built: BuiltStudy) -> None:
    names = "LBORRES LBORRESU LBSTRESC LBSTRESN LBSTRESU LBLLOQ LBCAT LBSPEC"
    below = of(built, "LB", "102-001", LBTESTCD="INTLK6", VISITNUM=1.0)
    assert records(below, names) == [
        ("OOR <", "ng/L", "<2", None, "ng/L", 2.0, "CYTOKINE", "SERUM"),
    ]
    above = of(built, "LB", "101-004", LBTESTCD="MCP1", VISITNUM=112.0)
    assert records(above, names) == [
        ("OOR >", "ng/L", ">800", None, "ng/L", 4.0, "CHEMOKINE", "SERUM"),
    ]
    few = of(built, "LB", "101-003", LBTESTCD="INTLK2", VISITNUM=108.0)
    assert records(few, "LBORRES LBSTRESC LBSTRESN") == [("3.1 - low beads", "3.1", 3.1)]


def test_extrapolated_results_are_marked_in_supplb(built: BuiltStudy) -> None:
    (sequence,) = of(built, "LB", "104-003", LBTESTCD="INTLK15", VISITNUM=101.0)["LBSEQ"]
    (mark,) = records(of(built, "SUPPLB", "104-003", IDVARVAL=f"{sequence:g}"), "QNAM QVAL")
    assert mark == ("LBEXTRAP", "Y")
    starred = of(built, "LB")["LBORRES"].str.startswith("*").fillna(False).sum()
    assert len(of(built, "SUPPLB")) == starred


def test_means_of_two_wells_are_derived_records(built: BuiltStudy) -> None:
    plates = of(built, "LB", LBMETHOD="MULTIPLEXED BEAD BASED IMMUNOASSAY")
    single = plates[plates["LBDRVFL"].isna()]
    assert set(zip(single["USUBJID"], single["VISITNUM"], strict=True)) == {
        ("N2011-04-102-003", 115.0)
    }
    assert len(single) == 17
    assert of(built, "LB", LBDRVFL="Y")["LBMETHOD"].nunique() == 1


def test_dates_come_from_the_flow_sample_else_from_the_visit(built: BuiltStudy) -> None:
    taken = of(built, "LB", "101-003", LBTESTCD="INTLK2", VISITNUM=101.0)
    sample = of(built, "CP", "101-003", VISITNUM=101.0)
    assert taken["LBDTC"].tolist() == sample["CPDTC"].unique().tolist()
    assert records(taken, "LBTPT LBTPTNUM LBLOBXFL") == [("PREDOSE", 0.0, "Y")]
    visit = of(built, "LB", "102-003", LBTESTCD="INTLK2", VISITNUM=122.0)
    assert visit["LBDTC"].tolist() == ["2014-03-22"]
    neither = of(built, "LB", "105-003", LBTESTCD="INTLK2", VISITNUM=628.0)
    assert neither["LBDTC"].isna().tolist() == [True]
    assert counted(built, "CHK001", "LBDTC", "neither a date") == 17


def test_blanks_and_controls_are_left_out(built: BuiltStudy) -> None:
    assert counted(built, "ROW001", "", "blanks and controls") == 87
    plates = of(built, "LB", LBMETHOD="MULTIPLEXED BEAD BASED IMMUNOASSAY")
    assert len(plates) == 17 * 204
    assert plates["LBTESTCD"].nunique() == 17


# ------------------------------------------------------------------------------ killer cells


def test_killer_cells_at_each_ratio_and_condition(built: BuiltStudy) -> None:
    found = of(built, "LB", "101-003", LBCAT="NK FUNCTION", VISITNUM=108.0, LBSCAT="E:T 50:1")
    assert records(found, "LBTSTCND LBMETHOD LBORRES LBSTRESN LBSTRESU")[1:] == [
        ("WITH STIMULATING AGENT", "ANTIBODY DEPENDENT CELLULAR CYTOTOXICITY ASSAY", "62.4", 62.4,
         "%"),
        ("WITHOUT STIMULATING AGENT", "ANTIBODY DEPENDENT CELLULAR CYTOTOXICITY ASSAY", "11.8",
         11.8, "%"),
    ]  # fmt: skip
    assert records(found.head(1), "LBTSTCND LBMETHOD") == [
        (None, "ISOTOPE-RELEASE CYTOTOXICITY ASSAY")
    ]
    ratios = set(of(built, "LB", LBTESTCD="NKCEFUNC")["LBSCAT"])
    assert ratios == {"E:T 50:1", "E:T 25:1", "E:T 12.5:1"}  # 50 was typed once for 50:1


def test_each_ratio_and_condition_has_its_last_value_before_exposure(built: BuiltStudy) -> None:
    flagged = of(built, "LB", "101-003", LBTESTCD="NKCEFUNC", LBLOBXFL="Y")
    assert len(flagged) == 9
    assert set(flagged["VISITNUM"]) == {101.0}


def test_too_few_cells_are_not_done(built: BuiltStudy) -> None:
    not_done = of(built, "LB", LBTESTCD="NKCEFUNC", LBSTAT="NOT DONE")
    assert set(not_done["LBREASND"]) == {"TOO FEW CELLS"}
    assert records(not_done, "USUBJID VISITNUM LBORRES") == [("N2011-04-104-002", 108.0, None)] * 3
    negative = of(built, "LB", "105-002", LBORRES="-0.8")
    assert negative["LBSTRESN"].tolist() == [-0.8]


# ------------------------------------------------------------------ what nobody foresaw is listed

UNFORESEEN = [
    ("centrallab_20160301.csv", 1, "LABTST", "FOO", ("TRM001", "LB", "LBTESTCD")),
    ("centrallab_20160301.csv", 2, "UNIT", "stone", ("TRM001", "LB", "LBORRESU")),
    ("centrallab_20160301.csv", 3, "RESC", "purple", ("RES001", "LB", "LBSTRESC")),
    ("centrallab_20160301.csv", 4, "RESN", "1000", ("CHK001", "LB", "LBORRES")),
    ("centrallab_20160301.csv", 5, "STATUS", "Doubtful", ("CHK001", "LB", "LBORRES")),
    ("centrallab_20160301.csv", 6, "COLLDT", "31/12/2013", ("DTC001", "LB", "MONFIRST")),
    ("centrallab_20160301.csv", 7, "VISITNAME", "COURSE X", ("TRM001", "LB", "VISITNUM")),
    ("centrallab_20160301.csv", 8, "SITE", "999", ("TRM001", "LB", "DATES")),
    ("centrallab_20160301.csv", 9, "STATUS", "Corrected", ("CHK001", "LB", "LBORRES")),
    ("centrallab_20160301.csv", 10, "SEX", "F", ("CHK001", "LB", "STRANGER")),
    ("nkfunc.csv", 1, "ASSAY", "by eye", ("TRM001", "LB", "LBMETHOD")),
    ("nkfunc.csv", 2, "ET_RATIO", "100:1", ("TRM001", "LB", "LBSCAT")),
    ("nkfunc.csv", 3, "PCT_LYSIS", "much", ("RES001", "LB", "LBSTRESC")),
    ("nkfunc.csv", 4, "TPT", "C9 D9", ("TRM001", "LB", "VISITNUM")),
]


@pytest.fixture(scope="module")
def disturbed(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> BuiltStudy:
    """The study built from files in which single cells hold what no specification foresaw."""
    out = tmp_path_factory.mktemp("disturbed") / "raw"
    shutil.copytree(raw, out)
    for name, mark, encoding in (
        ("centrallab_20160301.csv", ";", "cp1252"), ("nkfunc.csv", ",", "utf-8"),
    ):  # fmt: skip
        path = out / "vendor" / name
        frame = pd.read_csv(path, sep=mark, dtype="str", keep_default_na=False, encoding=encoding)
        for _, row, column, text, _ in (case for case in UNFORESEEN if case[0] == name):
            frame.loc[row - 1, column] = text
        frame.to_csv(path, sep=mark, index=False, encoding=encoding)
    return build_study(compile_study("n2011-04", registry()), out)


@pytest.mark.parametrize(
    ("file", "row", "listed_as"),
    [(file, row, listed_as) for file, row, _, _, listed_as in UNFORESEEN],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else str(value),
)
def test_what_is_not_foreseen_is_listed_with_its_row(
    disturbed: BuiltStudy, file: str, row: int, listed_as: tuple[str, str, str]
) -> None:
    table = file.split("_", maxsplit=1)[0].removesuffix(".csv")
    found = [p for p in disturbed.problems if p.key == listed_as]
    assert any(f"{table}:{row}" in p.rows for p in found), [p.rows[:5] for p in found]

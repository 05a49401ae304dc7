"""IS, CP and GF of the shipped example study: what the laboratories' files become.

Every value was worked out by hand from the raw rows; the cases are those of the study's cast.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from clinmap.app.build.pipeline import BuiltStudy, build_study
from clinmap.app.registry import registry
from clinmap.standards import sdtm_dataset
from mappings.compile import compile_study
from tests.built_studies import of

DATASETS = ("IS", "CP", "GF")
EXPLAINED_AWAY = {"IS": {"ISORNRLO", "ISORNRHI", "ISSTNRLO", "ISSTNRHI", "ISNRIND"}}
"""An antibody assay has a cut point and no reference range."""


def records(frame: pd.DataFrame, names: str) -> list[tuple[object, ...]]:
    columns = [[None if pd.isna(v) else v for v in frame[name]] for name in names.split()]
    return list(zip(*columns, strict=True))


def qualifiers(built: BuiltStudy, dataset: str, row: pd.Series) -> dict[str, str]:
    subject, record = row["USUBJID"].removeprefix("N2011-04-"), row[f"{dataset}SEQ"]
    supp = of(built, f"SUPP{dataset}", subject, IDVARVAL=f"{record:g}")
    return dict(zip(supp["QNAM"], supp["QVAL"], strict=True))


def listed(built: BuiltStudy, dataset: str) -> set[tuple[str, str, int]]:
    return {(p.code, p.variable, p.count) for p in built.problems if p.dataset == dataset}


@pytest.mark.parametrize("dataset", DATASETS)
def test_required_and_expected_variables_are_there(built: BuiltStudy, dataset: str) -> None:
    facts = sdtm_dataset(dataset)
    assert facts is not None
    made = {variable.name for variable in built.datasets[dataset].plan.submitted_variables}
    wanted = {v.name for v in facts.variables if v.core in ("Req", "Exp")}
    assert wanted - made == EXPLAINED_AWAY.get(dataset, set())
    required = [v.name for v in facts.variables if v.core == "Req"]
    assert built.datasets[dataset].frame[required].notna().all().all()


@pytest.mark.parametrize("dataset", DATASETS)
def test_no_problem_is_unexplained(built: BuiltStudy, dataset: str) -> None:
    own = [p for p in built.problems if p.dataset in (dataset, f"SUPP{dataset}")]
    assert [(p.code, p.variable, p.message) for p in own if not p.explained] == []


# ------------------------------------------------------------------------------------ antibodies


def test_a_titer_below_the_first_dilution_has_no_number(built: BuiltStudy) -> None:
    low = of(built, "IS", "101-004", ISTSTOPO="QUANTIFY", VISITNUM=128.0)
    assert records(low, "ISORRES ISSTRESC ISSTRESN ISLLOQ ISSTRESU") == [
        ("<1:20", "<1:20", None, 20.0, "titer")
    ]


def test_a_reactive_screen_may_be_refuted_or_stay_alone(built: BuiltStudy) -> None:
    refuted = of(built, "IS", "101-006", VISITNUM=1.0)
    assert records(refuted, "ISTSTOPO ISORRES ISSTRESC") == [
        ("CONFIRM", "NEGATIVE", "NEGATIVE"),
        ("SCREEN", "REACTIVE", "POSITIVE"),
    ]
    alone = of(built, "IS", "103-004", VISITNUM=228.0)
    assert records(alone, "ISTSTOPO ISORRES") == [("SCREEN", "REACTIVE")]
    assert ("CHK001", "ISORRES", 1) in listed(built, "IS")


def test_neutralizing_antibodies_are_a_test_of_their_own(built: BuiltStudy) -> None:
    found = of(built, "IS", "102-002", ISTESTCD="ADA_NAB", VISITNUM=128.0)
    assert records(found, "ISTEST ISTSTOPO ISORRES ISMETHOD") == [
        (
            "Neutralizing Binding Antidrug Antibody", None, "POSITIVE",
            "CELL BASED NEUTRALIZING ANTIBODY ASSAY",
        )
    ]  # fmt: skip


def test_the_second_enrollment_has_visits_of_its_own(built: BuiltStudy) -> None:
    for dataset in DATASETS:
        visits = of(built, dataset, "105-001")["VISITNUM"].dropna()
        assert {1.0, 20001.0, 20128.0} <= set(visits)
        assert of(built, dataset, "105-004").empty


# ------------------------------------------------------------------------------- flow cytometry


def test_a_population_gives_a_percentage_and_a_count(built: BuiltStudy) -> None:
    sample = of(built, "CP", "101-003", VISITNUM=101.0)
    natural = sample[sample["CPTESTCD"].isin(["NKLY", "NKCE"])]
    assert records(natural, "CPTESTCD CPTEST CPORRES CPORRESU CPMRKSTR CPGATE CPSPEC CPTPT") == [
        ("NKCE", "Natural Killer Cells", "119", "10^6/L", "CD45+CD3-CD56+CD16+", "LYMPHOCYTES",
         "BLOOD", "PREDOSE"),
        ("NKLY", "NK Cells/Lym", "13.1", "%", "CD45+CD3-CD56+CD16+", "LYMPHOCYTES",
         "BLOOD", "PREDOSE"),
    ]  # fmt: skip
    assert set(natural["CPLOBXFL"]) == {"Y"}
    assert set(natural["CPGATDEF"]) == {"CD45+ SSC LOW, GATING VERSION 1.2"}


def test_subpopulations_are_told_by_their_markers(built: BuiltStudy) -> None:
    """CD56 bright, written in two ways, and activated cells; each has markers of its own."""
    parts = of(built, "CP", CPTESTCD="NKSNK")
    shapes = set(records(parts, "CPSBMRKS CPCELSTA CPCSMRKS CPMRKSTR"))
    assert shapes == {
        ("CD56bright", None, None, "CD45+CD3-CD56bright"),
        (None, "ACTIVATED", "CD69+", "CD45+CD3-CD56+CD16+CD69+"),
    }
    assert len(parts) == 2 * 202


def test_mononuclear_cells_have_percentages_only(built: BuiltStudy) -> None:
    cells = of(built, "CP", CPSPEC="PERIPHERAL BLOOD MONONUCLEAR CELL")
    assert set(cells["USUBJID"].str[9:12]) == {"105", "106"}
    assert set(cells["CPORRESU"]) == {"%", "RATIO"}


def test_too_few_cells_are_not_done(built: BuiltStudy) -> None:
    lost = of(built, "CP", CPSTAT="NOT DONE")
    names = "USUBJID CPTESTCD VISITNUM CPREASND CPORRESU"
    assert records(lost, names) == [
        ("N2011-04-104-001", "NKS", 228.0, "NO RESULT FROM THE LABORATORY", None),
        ("N2011-04-104-001", "NKSNK", 228.0, "NO RESULT FROM THE LABORATORY", None),
    ]


def test_doubtful_samples_keep_their_results(built: BuiltStudy) -> None:
    """What analysis needs to leave them out is in SUPPCP, and they are listed."""
    cases = [
        ("103-003", 112.0, "VIABPCT", "62"),
        ("106-003", 228.0, "VIABPCT", "58"),
        ("102-003", 128.0, "SAMPAGEH", "52.5"),
        ("105-002", 112.0, "GATEVER", "2.0 unverified"),
    ]
    for subject, visit, name, value in cases:
        for _, row in of(built, "CP", subject, VISITNUM=visit).iterrows():
            assert pd.notna(row["CPORRES"])
            assert qualifiers(built, "CP", row)[name] == value
    assert {("CHK002", "VIABPCT", 45), ("CHK002", "SAMPAGEH", 29), ("CHK001", "GATEVER", 16)} <= (
        listed(built, "CP")
    )


def test_a_missing_parent_is_listed(built: BuiltStudy) -> None:
    orphans = of(built, "CP", "101-006", VISITNUM=115.0)
    orphans = orphans[orphans["CPGATE"].isna()]
    assert sorted(orphans["CPTESTCD"]) == ["NKCE", "NKLY"]
    assert orphans["CPGATDEF"].isna().all()
    assert ("CHK001", "CPGATE", 2) in listed(built, "CP")


# ------------------------------------------------------------------------------------- genomics


def test_both_notations_of_the_receptors_say_the_same(built: BuiltStudy) -> None:
    """What the laboratory sent is the original result; the other one is derived from it."""
    names = "GFTSTDTL GFORRES GFSTRESC GFDRVFL GFPVRID"
    amino = of(built, "GF", "106-002", GFSYM="FCGR3A")
    assert records(amino, names) == [
        ("GENOTYPE", None, "G/T", "Y", "rs396991"),
        ("PREDICTED AMINO ACID CHANGE", "V/F", "V/F", None, "rs396991"),
    ]
    nucleotides = of(built, "GF", "103-001", GFSYM="FCGR2A")
    assert records(nucleotides, names) == [
        ("GENOTYPE", "A/G", "A/G", None, "rs1801274"),
        ("PREDICTED AMINO ACID CHANGE", None, "H/R", "Y", "rs1801274"),
    ]


def test_old_names_of_alleles_are_groups_in_the_new_nomenclature(built: BuiltStudy) -> None:
    typed = of(built, "GF", "103-001", GFTESTCD="VARPROF")
    assert records(typed, "GFSYM GFCOPYID GFORRES GFSTRESC") == [
        ("HLA-B", "1", "B44", "B*44"), ("HLA-B", "2", "B51", "B*51"),
        ("HLA-C", "1", "Cw4", "C*04"), ("HLA-C", "2", "Cw12", "C*12"),
    ]  # fmt: skip


def test_methods_are_terms(built: BuiltStudy) -> None:
    genes = of(built, "GF", "106-002")
    methods = genes.drop_duplicates(["GFTESTCD", "GFTSTDTL"]).set_index("GFTESTCD")["GFMETHOD"]
    assert methods["SNV"].unique().tolist() == ["REAL-TIME POLYMERASE CHAIN REACTION ASSAY"]
    assert "SEQUENCE SPECIFIC PRIMER POLYMERASE CHAIN REACTION" in set(methods["CPNUMVAR"])
    assert methods["VARPROF"] == "SEQUENCE-SPECIFIC OLIGONUCLEOTIDE PROBE POLYMERASE CHAIN REACTION"
    assert set(methods["TRNSCPTN"]) == {
        "QUANTITATIVE REVERSE TRANSCRIPTASE POLYMERASE CHAIN REACTION"
    }


def test_failed_quality_control_is_not_done(built: BuiltStudy) -> None:
    failed = of(built, "GF", GFREASND="FAILED QUALITY CONTROL")
    assert records(failed, "USUBJID GFSYM GFORRES GFSTRESC GFSTAT") == [
        ("N2011-04-102-005", "KIR3DL1", None, None, "NOT DONE"),
        ("N2011-04-103-003", "HLA-C", None, None, "NOT DONE"),
        ("N2011-04-103-003", "HLA-C", None, None, "NOT DONE"),
    ]


def test_nothing_is_taken_of_dna_that_was_mixed_up(built: BuiltStudy) -> None:
    mixed = of(built, "GF", GFREASND="DNA OF ANOTHER PERSON")
    assert set(mixed["USUBJID"]) == {"N2011-04-104-002", "N2011-04-104-003"}
    assert len(mixed) == 2 * (8 + 2 * 2 + 2 * 2)
    assert mixed[["GFORRES", "GFSTRESC", "GFSTRESN", "GFDRVFL"]].isna().all().all()
    assert ("CHK003", "WHYNOT", 32) in listed(built, "GF")


def test_the_gene_of_the_tumor_is_somatic(built: BuiltStudy) -> None:
    tumor = of(built, "GF", "101-003", GFSYM="MYCN")
    assert records(tumor, "GFTSTDTL GFORRES GFSTRESC GFSTRESN GFINHERT GFDTC VISITNUM") == [
        ("COPY NUMBER ALTERATION INTERPRETATION", "Amplified", "AMPLIFIED", None,
         "SOMATIC VARIATION", "2010", None),
        ("NUMBER OF GENE COPIES", ">10", ">10", None, "SOMATIC VARIATION", "2010", None),
    ]  # fmt: skip
    unknown = of(built, "GF", "103-001", GFSYM="MYCN")
    assert records(unknown, "GFTSTDTL GFSTAT GFREASND") == [
        ("COPY NUMBER ALTERATION INTERPRETATION", "NOT DONE", "ND ON THE FORM")
    ]


SAMPLES = [
    ("101-002", "101002 PB SCRN", 1.0, {"TPTRAW": "SCRN", "SPECTYPE": "BLOOD"}),
    ("101-005", "101-005 pb scrn", 1.0, {"TPTRAW": "scrn", "SPECTYPE": "BLOOD"}),
    ("102-003", "102-003 PB EOC1", 128.0, {"TPTRAW": "EOC1", "SPECTYPE": "BLOOD"}),
    (
        "103-004", "103-004 BM left SCRN", 1.0,
        {"TPTRAW": "SCRN", "SPECTYPE": "BONE MARROW", "LAT": "LEFT"},
    ),
    (
        "104-001", "104-001_BM-L_C2 EOC", 228.0,
        {"TPTRAW": "C2 EOC", "SPECTYPE": "BONE MARROW", "LAT": "LEFT"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "name", "visit", "said"), SAMPLES, ids=[s[1] for s in SAMPLES])
def test_the_names_of_samples_are_read(
    built: BuiltStudy, subject: str, name: str, visit: float, said: dict[str, str]
) -> None:
    array = of(built, "GF", subject, GFREFID=name)
    assert len(array) == 9 * 3 + 5
    assert set(array["VISITNUM"]) == {visit}
    assert qualifiers(built, "GF", array.iloc[0]) == said


def test_a_sample_without_a_subject_is_listed_and_left_out(built: BuiltStudy) -> None:
    assert of(built, "GF", GFREFID="pt 3 blood off study").empty
    assert {("CHK003", "SUBJECT", 42), ("ROW001", "", 42)} <= listed(built, "GF")


def test_controls_without_template_are_in_no_dataset(built: BuiltStudy) -> None:
    assert not built.datasets["GF"].frame["GFREFID"].str.startswith("NTC", na=False).any()
    assert ("ROW001", "", 29 * 9) in listed(built, "GF")


def test_arrays_are_dated_by_the_flow_sample_else_by_the_visit(built: BuiltStudy) -> None:
    """The laboratory sends no dates: 101-003 gave blood on 28 March 2014 at the end of course 1."""
    array = of(built, "GF", "101-003", GFREFID="101-003 PB C1 EOC")
    assert set(array["GFDTC"]) == {"2014-03-28"}
    late = of(built, "GF", "105-003", GFREFID="105-003 PB C12 EOC")
    visit = of(built, "RS", "105-003", VISITNUM=1228.0)["RSDTC"].min()
    assert set(late["GFDTC"]) == {visit}
    assert built.datasets["GF"].frame["GFDTC"].notna().all()


def test_replicates_are_numbered_as_they_stand_on_the_array(built: BuiltStudy) -> None:
    gene = of(built, "GF", "101-003", GFREFID="101-003 PB C1 EOC", GFSYM="TH")
    assert records(gene, "GFTSTDTL GFREPNUM GFORRES GFSTRESN") == [
        ("GENETIC TRANSCRIPTION INDICATOR", None, None, None),
        ("QUANTIFICATION CYCLE NUMBER", 1.0, "27.80", 27.8),
        ("QUANTIFICATION CYCLE NUMBER", 2.0, "27.90", 27.9),
        ("QUANTIFICATION CYCLE NUMBER", 3.0, "28.00", 28.0),
    ]


# -------------------------------------------------------------- what nobody foresaw is listed

UNFORESEEN = [
    ("haca", "haca.csv", 1, "ASSAY", "bridging", ("TRM001", "IS", "ISTESTCD")),
    ("haca", "haca.csv", 2, "RESULT", "Borderline", ("RES001", "IS", "ISSTRESC")),
    ("haca", "haca.csv", 3, "VISIT", "Week 4", ("TRM001", "IS", "VISITNUM")),
    ("haca", "haca.csv", 4, "COLLDATE", "31-FEB-2014", ("DTC001", "IS", "DRAWN")),
    ("flow", "flow_2015.csv", 1, "POP", "CD3+/CD57+", ("TRM001", "CP", "CPTESTCD")),
    ("flow", "flow_2015.csv", 2, "PCT_PARENT", "many", ("RES001", "CP", "CPSTRESC")),
    ("flow", "flow_2015.csv", 3, "PARENT", "All cells", ("TRM001", "CP", "CPGATDEF")),
    ("flow", "flow_2015.csv", 5, "TPT", "later", ("TRM001", "CP", "VISITNUM")),
    ("geno", "geno.csv", 2, "PRESENT", "?", ("TRM001", "GF", "FOUND")),
    ("geno", "geno.csv", 3, "METHOD", "guess", ("TRM001", "GF", "GFMETHOD")),
    ("geno", "geno.csv", 12, "A1", "Q", ("TRM001", "GF", "GFSTRESC")),
    ("tlda", "tlda_nb5.txt", 1, "Ct", "lost", ("RES001", "GF", "GFSTRESC")),
]


@pytest.fixture(scope="module")
def disturbed(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> BuiltStudy:
    """The study built from files in which single cells hold what no specification foresaw."""
    out = tmp_path_factory.mktemp("disturbed-immuno") / "raw"
    shutil.copytree(raw, out)
    for name in {name for _, name, *_ in UNFORESEEN}:
        path, separator = out / "vendor" / name, "\t" if name.endswith("txt") else ","
        frame = pd.read_csv(path, dtype="str", keep_default_na=False, sep=separator)
        for _, _, row, column, text, _ in (case for case in UNFORESEEN if case[1] == name):
            frame.loc[row - 1, column] = text
        frame.to_csv(path, index=False, sep=separator)
    return build_study(compile_study("n2011-04", registry()), out)


@pytest.mark.parametrize(
    ("table", "row", "listed_as"),
    [(table, row, listed_as) for table, _, row, _, _, listed_as in UNFORESEEN],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else str(value),
)
def test_what_is_not_foreseen_is_listed_with_its_row(
    disturbed: BuiltStudy, table: str, row: int, listed_as: tuple[str, str, str]
) -> None:
    found = [p for p in disturbed.problems if p.key == listed_as]
    assert any(f"{table}:{row}" in p.rows for p in found), [p.rows[:5] for p in found]

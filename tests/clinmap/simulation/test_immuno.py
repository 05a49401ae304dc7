"""Antibodies, flow cytometry, genotypes and transcripts as the laboratories send them (V06, V07,
V10, V11)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from clinmap.simulation.n2011_04 import simulate

Rows = list[dict[str, str]]
Find = Callable[..., Rows]


def _read(path: Path, delimiter: str = ",") -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@pytest.fixture(scope="module")
def sent(study: Path) -> Find:
    """`sent("haca", "102-002", VISIT="SCRN")`: the rows of a vendor's file."""
    tables = {
        "haca": _read(study / "vendor" / "haca.csv"),
        "flow": _read(study / "vendor" / "flow_2015.csv"),
        "geno": _read(study / "vendor" / "geno.csv"),
        "tlda": _read(study / "vendor" / "tlda_nb5.txt", "\t"),
    }

    def rows(table: str, subject: str = "", **wanted: str) -> Rows:
        found = tables[table]
        if subject:
            name = "SUBJECT" if table == "haca" else "SUBJ"
            found = [row for row in found if row[name] == subject]
        return [row for row in found if all(row[key] == text for key, text in wanted.items())]

    return rows


def _values(rows: Rows, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_the_columns_are_those_of_the_vendors(sent: Find) -> None:
    assert list(sent("haca")[0]) == [
        "SUBJECT", "VISIT", "COLLDATE", "ASSAY", "RESULT", "TITER", "CUTPOINT", "DRUGTOL_ug_mL",
        "CH1418_CONC",
    ]  # fmt: skip
    assert list(sent("flow")[0]) == [
        "SPECID", "SUBJ", "TPT", "COLLDTM", "SAMPAGEH", "PANEL", "POP", "PARENT", "EVENTS",
        "PCT_PARENT", "ABS_UL", "VIAB", "GATEVER",
    ]  # fmt: skip
    assert list(sent("geno")[0]) == [
        "SUBJ", "DNAID", "LOCUS", "A1", "A2", "PRESENT", "METHOD", "QC",
    ]  # fmt: skip
    assert list(sent("tlda")[0])[1:] == [
        "Sample", "Detector", "Task", "Ct", "Baseline", "Threshold",
    ]  # fmt: skip


def test_a_boosted_titer(sent: Find) -> None:
    """E28: 1:20 before treatment, 1:160 at the end of course 1."""
    for visit, titer in (("SCRN", "1:20"), ("C1D28", "1:160")):
        rows = sent("haca", "102-002", VISIT=visit)
        assert _values(rows, "ASSAY", "RESULT", "TITER")[:3] == [
            ("screen", "Reactive", ""),
            ("confirm", "Positive", ""),
            ("titer", "", titer),
        ]


def test_drug_above_the_tolerance_of_the_assay(sent: Find) -> None:
    """E29: negative, with 7.8 ug/mL of drug where the assay tolerates 5.0."""
    (row,) = sent("haca", "102-005", VISIT="C1D28")
    assert (row["RESULT"], row["DRUGTOL_ug_mL"], row["CH1418_CONC"]) == ("Negative", "5.0", "7.8")


def test_other_tiers_of_the_antibody_assay(sent: Find) -> None:
    assert sent("haca", "101-004", VISIT="C1D28", TITER="<1:20")
    refuted = sent("haca", "101-006", VISIT="SCRN")
    assert _values(refuted, "ASSAY", "RESULT") == [("screen", "Reactive"), ("confirm", "Negative")]
    alone = sent("haca", "103-004", VISIT="C2D28")
    assert _values(alone, "ASSAY", "RESULT") == [("screen", "Reactive")]


def test_flow_samples_that_are_not_as_they_should_be(sent: Find) -> None:
    assert {r["VIAB"] for r in sent("flow", "103-003", TPT="C1D12")} == {"62"}
    assert {r["VIAB"] for r in sent("flow", "106-003", TPT="C2 EOC")} == {"58"}
    assert {r["SAMPAGEH"] for r in sent("flow", "102-003", TPT="C1D28")} == {"52.5"}
    assert {r["GATEVER"] for r in sent("flow", "105-002", TPT="C1D12")} == {"2.0 unverified"}
    (orphan,) = sent("flow", PARENT="")
    assert (orphan["SUBJ"], orphan["TPT"], orphan["POP"]) == (
        "101-006", "C1D15", "CD45+/CD3-/CD56+CD16+",
    )  # fmt: skip
    (few,) = sent("flow", PCT_PARENT="NA")
    assert (few["SUBJ"], few["TPT"], few["EVENTS"], few["ABS_UL"]) == (
        "104-001", "C2 EOC", "14", "NA",
    )  # fmt: skip


def test_the_gates_change_at_new_year_2015(sent: Find) -> None:
    """CD56 bright is one word from then on."""
    for row in sent("flow"):
        later = row["COLLDTM"] >= "2015"
        assert row["GATEVER"].startswith("2.0" if later else "1.2")
        if "bright" in row["POP"]:
            assert row["POP"] == f"CD45+/CD3-/CD56{'' if later else ' '}bright"


def test_mononuclear_cells_have_no_counts(sent: Find) -> None:
    for row in sent("flow"):
        mononuclear = row["SUBJ"][:3] in ("105", "106")
        assert row["PANEL"].endswith("PBMC" if mononuclear else "WB")
        if mononuclear:
            assert row["ABS_UL"] == ""


def test_the_sample_before_the_first_dose_is_before_eight(sent: Find) -> None:
    assert all("07:30" <= r["COLLDTM"][-5:] < "08:00" for r in sent("flow", TPT="C1D1 PRE"))


def test_the_dna_of_two_subjects_is_mixed_up(sent: Find, rows_of: Find) -> None:
    """The sex marker of nobody else disagrees with the demographics."""
    sex = {row["SUBJECT"]: row["SEX"] for row in rows_of("dm")}
    off = [
        r["SUBJ"]
        for r in sent("geno", LOCUS="AMEL")
        if (r["A2"] == "Y") != (sex[r["SUBJ"]][0] == "M")
    ]
    assert off == ["104-002", "104-003"]


def test_genotypes_of_the_cast(sent: Find) -> None:
    """E30: KIR2DL1 and no C2 ligand; failed loci; old names of HLA; both notations of receptors."""
    assert _values(sent("geno", "106-002", LOCUS="KIR2DL1"), "PRESENT") == [("Y",)]
    assert _values(sent("geno", "106-002", LOCUS="HLA-C"), "A1", "A2") == [("C*03:04", "C*07:02")]
    failed = _values(sent("geno", QC="FAIL"), "SUBJ", "LOCUS", "A1", "PRESENT")
    assert failed == [("102-005", "KIR3DL1", "", "Y"), ("103-003", "HLA-C", "", "")]
    assert all(r["A1"].startswith("Cw") for r in sent("geno", "103-001", LOCUS="HLA-C"))
    assert sent("geno", LOCUS="FCGR2A", A1="H", A2="R")
    assert sent("geno", LOCUS="FCGR2A rs1801274", A1="A", A2="G")


def test_a_person_has_one_genotype(sent: Find) -> None:
    assert sent("geno", "105-001")
    assert not sent("geno", "105-004")


def test_the_transcripts_of_the_worked_example(sent: Find) -> None:
    """The oracle of the array: mean cycles of 101-003 at the end of course 1."""
    cycles = _values(sent("tlda", Sample="101-003 PB C1 EOC", Detector="TH"), "Ct")
    assert cycles == [("27.80",), ("27.90",), ("28.00",)]


def test_genes_and_rna_that_failed(sent: Find) -> None:
    """E31 and E32: four of five genes not found in blood; degraded RNA of the marrow."""
    blood = sent("tlda", Sample="104-004 PB SCRN", Task="Target")
    lost = {r["Detector"] for r in blood if r["Ct"] == "Undetermined"}
    assert lost == {"DCX", "DDC", "PHOX2B", "TH"}
    marrow = sent("tlda", Sample="104-004 BM L SCRN", Task="Endogenous Control")
    assert all(r["Ct"] == "Undetermined" or float(r["Ct"]) > 30 for r in marrow)


def test_every_gene_is_run_three_times(sent: Find) -> None:
    runs = Counter((r["Sample"], r["Detector"]) for r in sent("tlda") if r["Task"] != "NTC")
    assert set(runs.values()) == {3}


def test_sample_names_as_typed(sent: Find) -> None:
    names = {row["Sample"] for row in sent("tlda")}
    assert {
        "101-003 PB C1 EOC", "101002 PB SCRN", "101-005 pb scrn", "102-003 PB EOC1",
        "103-004 BM left SCRN", "104-001_BM-L_C2 EOC", "pt 3 blood off study", "NTC plate 001",
    } <= names  # fmt: skip
    assert "102-001 BM R C2 EOC" not in names


def test_more_subjects_leave_the_first_as_they_are(study: Path, tmp_path: Path) -> None:
    simulate(tmp_path, subjects=33)
    for name in ("haca.csv", "flow_2015.csv", "geno.csv", "tlda_nb5.txt"):
        before = (study / "vendor" / name).read_text(encoding="utf-8").splitlines()
        after = set((tmp_path / "vendor" / name).read_text(encoding="utf-8").splitlines())
        assert set(before) < after

"""Analysis displays: names become OIDs, and records are chosen by shared where clauses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from odmlib.arm_loader import XMLArmLoader

from clinmap.metadata import Condition, Pages, PlanDocument
from define.audit.itself import document_problems
from define.document.model import Define, by_oid
from define.document.read import read_define
from define.document.schema import schema_errors
from define.document.write import define_bytes, write_define
from define.generation.build import build_define
from define.generation.displays import (
    CodeDraft,
    DisplayDraft,
    DocumentDraft,
    ResultDraft,
    UsedDataset,
)
from tests.define.small_studies import FACTS, LB, PLAN, STAMP

TREATED = UsedDataset("ADSL", (Condition("TRTSDT", ("21000",), "GE"),), ("TRTSDT",))
SERIOUS = UsedDataset("ADAE", (Condition("USUBJID", ("A", "B"), "NOTIN"),), ("AESEQ",))
TABLE = DisplayDraft(
    "T-14.1",
    "Table 14.1",
    "Subjects with adverse events",
    (
        ResultDraft(
            "n",
            "Number of subjects",
            "SPECIFIED IN SAP",
            "PRIMARY OUTCOME MEASURE",
            (SERIOUS, TREATED),
            comment="ADAE and ADSL meet by USUBJID.",
            documentation="Counts of subjects.",
            documents=(DocumentDraft("adrg", (Pages("", 3, 4),)),),
            code=CodeDraft("SAS version 9.4", "proc freq data=adae; run;"),
        ),
        ResultDraft("again", "As listed", "DATA DRIVEN", "EXPLORATORY OUTCOME MEASURE", (SERIOUS,)),
    ),
    (DocumentDraft("adrg", (Pages("T141", named=True),)),),
)
GUIDE = PlanDocument("adrg", "adrg.pdf", "Analysis Data Reviewer's Guide", "Analysis")


def built(*displays: DisplayDraft) -> Define:
    """The analysis document with these displays."""
    plan = replace(PLAN, documents=(GUIDE,))
    return build_define(plan, "Analysis", FACTS, stamp=STAMP, displays=displays)


@pytest.fixture
def define() -> Define:
    """The document with one table."""
    return built(TABLE)


def test_results_refer_to_what_the_document_defines(define: Define) -> None:
    first, again = define.displays[0].results
    assert (first.oid, again.oid) == ("AR.T-14-1.n", "AR.T-14-1.again")
    assert [d.group_oid for d in first.datasets] == ["IG.ADAE", "IG.ADSL"]
    assert first.datasets[0].variable_oids == ("IT.ADAE.AESEQ",)
    assert by_oid(define.comments)[first.comment_oid].text == "ADAE and ADSL meet by USUBJID."
    assert first.documents[0].leaf_id == define.leaves[0].id


def test_equal_records_have_one_where_clause(define: Define) -> None:
    first, again = define.displays[0].results
    assert first.datasets[0].where_oids == again.datasets[0].where_oids
    clause = by_oid(define.where_clauses)[first.datasets[0].where_oids[0]]
    check = clause.checks[0]
    assert (check.item_oid, check.comparator, check.values) == (
        "IT.ADAE.USUBJID", "NOTIN", ("A", "B"),
    )  # fmt: skip


def test_value_level_and_results_share_a_clause() -> None:
    chosen = UsedDataset("LB", (Condition("LBTESTCD", ("ALB",)),), ("LBORRES",))
    result = ResultDraft("r", "r", "DATA DRIVEN", "EXPLORATORY OUTCOME MEASURE", (chosen,))
    display = DisplayDraft("T", "T", "T", (result,))
    plan = replace(PLAN, datasets=(LB,))
    define = build_define(plan, "Tabulation", FACTS, stamp=STAMP, displays=[display])
    used = define.displays[0].results[0].datasets[0].where_oids
    assert used == ("WC.LB.LBTESTCD.ALB",)
    assert [c.oid for c in define.where_clauses].count("WC.LB.LBTESTCD.ALB") == 1


def test_a_display_of_what_is_not_here_is_left_out() -> None:
    elsewhere = replace(TREATED, variables=("NOSUCH",))
    result = replace(TABLE.results[0], datasets=(elsewhere,))
    assert not built(replace(TABLE, results=(result,))).displays
    parameter = replace(result, datasets=(), parameter="ADXX")
    assert not built(replace(TABLE, results=(parameter,))).displays


def test_valid_clean_and_the_same_again(define: Define, tmp_path: Path) -> None:
    write_define(define, tmp_path / "define.xml")
    assert schema_errors(tmp_path / "define.xml") == []
    assert not [p for p in document_problems(define) if p.severity.rank]
    assert define_bytes(define) == define_bytes(built(TABLE))
    assert read_define(tmp_path / "define.xml").displays == define.displays


def test_odmlib_reads_the_displays(define: Define, tmp_path: Path) -> None:
    write_define(define, tmp_path / "define.xml")
    loader = XMLArmLoader()
    loader.create_document(str(tmp_path / "define.xml"))
    (display,) = loader.load_metadataversion(0).AnalysisResultDisplays.ResultDisplay
    first = display.AnalysisResult[0]
    assert (display.Name, first.AnalysisReason) == ("Table 14.1", "SPECIFIED IN SAP")
    used = [d.ItemGroupOID for d in first.AnalysisDatasets.AnalysisDataset]
    assert used == ["IG.ADAE", "IG.ADSL"]
    assert first.ProgrammingCode.Context == "SAS version 9.4"

"""What the specification states for define.xml: pages, code, comparators, comments, codelists."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from clinmap.facts import DatasetFacts
from clinmap.measuring import measure
from clinmap.metadata import CodelistUse, Condition, FormalCode, Pages, PlanDocument
from clinmap.plan import DatasetPlan, Origin, Plan, PlanCodelist, PlanTerm, ValueItem, VariablePlan
from define.audit.check import check_define
from define.audit.data import Dataset, columns_of
from define.document.model import Alias, Define, PageRef, by_oid
from define.document.schema import schema_errors
from define.document.write import write_define
from define.generation.build import build_define
from tests.define.small_studies import PLAN, STAMP, STUDYID

FRAME = pd.DataFrame(
    {
        "STUDYID": ["ABC-01"] * 4,
        "XXSEQ": [1.0, 2.0, 3.0, 4.0],
        "XXTERM": ["A", "BB", "", "DDDD"],
        "XXSEV": ["MILD", "SEVERE", "MILD", "MILD"],
    }
).astype({"STUDYID": "str", "XXTERM": "str", "XXSEV": "str"})
PAGES = (Pages("3 5"), Pages("", 7, 9), Pages("AE", named=True))
CRF = Origin("Collected", "Investigator", pages=PAGES)
LATER = (Condition("XXSEQ", ("2",), "GE"), Condition("XXSEV", ("SEVERE",), "NOTIN"))
ITEMS = (
    ValueItem(LATER, "Later ones", why="Numbered by the site."),
    ValueItem((Condition("XXSEQ", ("2",), "LT"),), "First ones"),
    ValueItem((Condition("XXSEV", ("SEVERE",)),), "Severe ones"),
)
TERM = VariablePlan("XXTERM", "Term", "text", origin=CRF, items=ITEMS,
                    further_origins=(Origin("Collected", "Vendor"),))  # fmt: skip
SEQ = VariablePlan("XXSEQ", "Sequence Number", "integer", method="Counted.",
                   formal=(FormalCode("SAS", "xxseq + 1;"),))  # fmt: skip
SEV = VariablePlan("XXSEV", "Severity", "text", origin=CRF, codelists=(CodelistUse("SEV"),))
XX = DatasetPlan(
    "XX", "Events", "EVENTS", "One record per event", "Tabulation", keys=("STUDYID", "XXSEQ"),
    order=(), sources=(), variables=(STUDYID, SEQ, TERM, SEV),
)  # fmt: skip
SEVERITY = PlanCodelist(
    "SEV", "SEV", "Severity", comment="As on the form.", format="SEV", description="Of events",
    terms=(
        PlanTerm("MILD", "Mild", rank="1", order=1, aliases=(("CRF", "m"),)),
        PlanTerm("SEVERE", "Severe", rank="3", order=2, description="Stops the treatment"),
    ),
)  # fmt: skip
STUDY = replace(
    PLAN,
    datasets=(XX,),
    codelists={"SEV": SEVERITY},
    standards=tuple(replace(use, comment=f"About {use.name}.") for use in PLAN.standards),
    documents=(
        PlanDocument("acrf", "acrf.pdf", "Annotated CRF", "Tabulation", annotated_crf=True),
    ),
    comment="Synthetic data.",
)


def measured(plan: Plan) -> dict[str, DatasetFacts]:
    """The facts of the frame."""
    return {"XX": replace(measure(plan.datasets[0], FRAME), file="xx.xpt")}


@pytest.fixture
def define() -> Define:
    """The document of a dataset of which much is said."""
    return build_define(STUDY, "Tabulation", measured(STUDY), stamp=STAMP)


def test_origins_with_pages(define: Define) -> None:
    first, second = by_oid(define.items)["IT.XX.XXTERM"].origins
    assert second.source == "Vendor"
    assert first.documents[0].leaf_id == define.annotated_crf[0].leaf_id
    assert first.documents[0].pages == (
        PageRef("PhysicalRef", "3 5"),
        PageRef("PhysicalRef", "", 7, 9),
        PageRef("NamedDestination", "AE"),
    )


def test_where_clauses_with_comparators(define: Define) -> None:
    clauses = {
        tuple((c.item_oid, c.comparator, c.values) for c in clause.checks): clause
        for clause in define.where_clauses
    }
    seq, sev = "IT.XX.XXSEQ", "IT.XX.XXSEV"
    assert list(clauses) == [
        ((seq, "GE", ("2",)), (sev, "NE", ("SEVERE",))),
        ((seq, "LT", ("2",)),),
        ((sev, "EQ", ("SEVERE",)),),
    ]
    comment = next(iter(clauses.values())).comment_oid
    assert by_oid(define.comments)[comment].text == "Numbered by the site."
    assert define.where_clauses[0].oid == "WC.XX.XXSEQ.GE-2.XXSEV.NOTIN-SEVERE"


def test_facts_are_those_of_the_rows(define: Define) -> None:
    items = [by_oid(define.items)[r.item_oid] for r in define.value_lists[0].refs]
    assert [(i.label, i.length) for i in items] == [
        ("Later ones", 4), ("First ones", 1), ("Severe ones", 2),
    ]  # fmt: skip


def test_code_of_methods(define: Define) -> None:
    (method,) = define.methods
    assert [(e.context, e.text) for e in method.expressions] == [("SAS", "xxseq + 1;")]


def test_one_text_with_two_codes_is_two_methods() -> None:
    other = replace(SEV, origin=Origin("Derived"), method="Counted.", codelists=())
    plan = replace(STUDY, datasets=(replace(XX, variables=(STUDYID, SEQ, TERM, other)),))
    found = build_define(plan, "Tabulation", measured(plan), stamp=STAMP).methods
    assert [(m.oid, len(m.expressions)) for m in found] == [("MT.XX.XXSEQ", 1), ("MT.XX.XXSEV", 0)]


def test_codelists_with_all_that_is_said(define: Define) -> None:
    codelist = by_oid(define.codelists)["CL.SEV"]
    mild, severe = codelist.terms
    assert (mild.rank, mild.order, mild.aliases) == ("1", 1, (Alias("m", "CRF"),))
    assert severe.description == "Stops the treatment"
    assert (codelist.sas_format, codelist.description) == ("SEV", "Of events")
    assert by_oid(define.comments)[codelist.comment_oid].text == "As on the form."


def test_comments_that_nothing_refers_to_are_not_there(define: Define) -> None:
    texts = [comment.text for comment in define.comments]
    assert "About SDTMIG." in texts
    assert "Synthetic data." in texts
    assert "About ADaMIG." not in texts
    assert by_oid(define.comments)[define.comment_oid].text == "Synthetic data."


def test_the_address_of_a_dictionary() -> None:
    dictionary = PlanCodelist("D", "D", "Terms", external="LOINC", version="2.77",
                              href="https://loinc.org")  # fmt: skip
    plan = replace(STUDY, codelists={"SEV": dictionary})
    external = build_define(plan, "Tabulation", measured(plan), stamp=STAMP).codelists[0].external
    assert external
    assert (external.name, external.href) == ("LOINC", "https://loinc.org")


def test_valid_and_true_of_the_data(define: Define, tmp_path: Path) -> None:
    write_define(define, tmp_path / "define.xml")
    assert schema_errors(tmp_path / "define.xml") == []
    found = check_define(define, [Dataset("XX", FRAME, columns_of(FRAME))])
    assert [(p.code, p.message) for p in found if p.severity.rank] == []

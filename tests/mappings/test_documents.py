"""`define` of study.yaml and what codelists say for define.xml."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.metadata import PlanDocument
from clinmap.plan import PlanTerm
from tests.small_study import EVENTS, STUDY, compiled, refusal


def study(text: str) -> str:
    """The study with more in its study.yaml."""
    return STUDY.rstrip() + f"\n    {text}\n"


def test_documents_with_their_files(tmp_path: Path) -> None:
    for name in ("acrf.pdf", "guide.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.4")
    guide = "{file: guide.pdf, title: Guide, of: adam}"
    text = study(f"define: {{annotated_crf: acrf.pdf, comment: All, documents: [{guide}]}}")
    found = compiled(tmp_path, {"study.yaml": text}, XX=EVENTS)
    assert found.plan.documents == (
        PlanDocument("acrf", "acrf.pdf", "Annotated CRF", "Tabulation", annotated_crf=True),
        PlanDocument("guide", "guide.pdf", "Guide", "Analysis"),
    )
    assert found.documents["guide"].read_bytes() == b"%PDF-1.4"
    assert found.plan.comment == "All"


def test_remarks_on_standards(tmp_path: Path) -> None:
    text = study("define: {standards: {SDTM CT: {comment: Extended}, SDTMIG: {status: Draft}}}")
    uses = compiled(tmp_path, {"study.yaml": text}, XX=EVENTS).plan.standards
    assert [(u.name, u.publishing_set, u.status, u.comment) for u in uses][:2] == [
        ("SDTMIG", "", "Draft", ""), ("CDISC/NCI", "SDTM", "Final", "Extended"),
    ]  # fmt: skip


def test_terms_with_rank_and_aliases(tmp_path: Path) -> None:
    own = "{ordered: true, terms: {A: {decode: Mild, rank: 1, aliases: {CRF: m}}, B: Bad}}"
    text = study(f"terminology: {{codelists: {{OWN: {own}}}}}")
    events = EVENTS.rstrip() + "\n      XXDECOD: {assign: $TERM, codelist: OWN}\n"
    found = compiled(tmp_path, {"study.yaml": text}, XX=events).plan.codelists["OWN"]
    assert found.terms == (
        PlanTerm("A", "Mild", rank="1", order=1, aliases=(("CRF", "m"),)),
        PlanTerm("B", "Bad", order=2),
    )


@pytest.mark.parametrize(
    ("text", "code", "message", "hint"),
    [
        ("define: {annotated_crf: crf.pdf}", "SPC005", "no file crf.pdf", "study's folder"),
        ("define: {documents: [{file: g.pdf}]}", "SPC005", "no file g.pdf", "study's folder"),
        ("define: {standards: {SDTMI: {}}}", "SPC011", "no standard 'SDTMI'", "SDTMIG or"),
        ("define: {anotated_crf: a.pdf}", "SPC002", "'anotated_crf'", "annotated_crf?"),
        ("terminology: {comments: {NYY: x}}", "SPC013", "'NYY'", "NY"),
    ],
)
def test_refused(tmp_path: Path, text: str, code: str, message: str, hint: str) -> None:
    error = refusal(tmp_path, {"study.yaml": study(text)}, XX=EVENTS)
    assert (error.code, str(error.location)) == (code, f"{tmp_path.name}/study.yaml:4")
    assert message in error.message
    assert hint in error.hint

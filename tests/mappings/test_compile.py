"""What the compiler adds to what is written: metadata, origins, names, terminology, notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.plan import DatasetPlan, Origin, VariablePlan
from clinmap.problems import Severity
from tests.small_study import EVENTS, RAW, STUDY, built, compiled

DM = """
    dataset: DM
    keys: [STUDYID, USUBJID]
    from: pt
    variables:
      SUBJID: $SUBJ
      SITEID: $SITE
      SEX: {constant: F}
      COUNTRY: USA
      ARMCD: {constant: A, codelist: none}
      ARM: {constant: Arm A, codelist: none}
      ACTARMCD: .ARMCD
      ACTARM: .ARM
      RFSTDTC: {earliest: XX.XXSTDTC}
"""
DATED = EVENTS + "      XXSTDTC: {datetime: $START, formats: YYYY-MM-DD}\n"


def of(dataset: DatasetPlan | None, name: str) -> VariablePlan:
    assert dataset is not None
    variable = dataset.variable(name)
    assert variable is not None, name
    return variable


def test_metadata_follow_from_the_standard(tmp_path: Path) -> None:
    plan = compiled(tmp_path, DM=DM, XX=DATED).plan
    dm = plan.dataset("DM")
    sex = of(dm, "SEX")
    assert (sex.label, sex.core, sex.role) == ("Sex", "Req", "Record Qualifier")
    assert [plan.codelists[use.codelist].name for use in sex.codelists] == ["SEX"]
    assert of(dm, "RFSTDTC").type == "partialDatetime"
    assert dm is not None
    assert (dm.label, dm.cls, dm.repeating) == ("Demographics", "SPECIAL PURPOSE", False)
    names = [variable.name for variable in dm.variables]
    assert names[:4] == ["STUDYID", "DOMAIN", "USUBJID", "SUBJID"], "the order of the guide"
    assert {(use.name, use.version) for use in plan.standards} >= {
        ("SDTMIG", "3.4"),
        ("CDISC/NCI", "2025-03-28"),
    }


def test_origins_follow_from_the_operations(tmp_path: Path) -> None:
    plan = compiled(tmp_path, DM=DM, XX=DATED).plan
    dm = plan.dataset("DM")
    assert of(dm, "SITEID").origin == Origin("Collected", "Investigator")
    assert of(dm, "SEX").origin == Origin("Assigned", "Sponsor")
    start = of(dm, "RFSTDTC")
    assert start.origin == Origin("Derived", "Sponsor")
    assert start.method == "Earliest of XX.XXSTDTC."
    assert of(plan.dataset("XX"), "XXSTDTC").origin.type == "Collected"


def test_what_a_study_says_wins(tmp_path: Path) -> None:
    line = (
        "      XXCAT: {constant: A, label: Mine, origin: Protocol, comment: said, role: Topic, "
        "length: 20, format: $CAT., method: by hand}\n"
    )
    found = of(compiled(tmp_path, XX=EVENTS + line).plan.dataset("XX"), "XXCAT")
    assert (found.label, found.comment, found.role) == ("Mine", "said", "Topic")
    assert (found.length, found.format, found.method) == (20, "$CAT.", "by hand")
    assert found.origin == Origin("Protocol")


def test_supplemental_qualifiers_become_a_dataset(tmp_path: Path) -> None:
    text = EVENTS.replace("XX", "AE").replace("class: EVENTS", "structure: x")
    text += "      AEDECOD: $TERM\n"
    text += "    supp: {AEWHY: {assign: $SEV, label: Reason, evaluator: Z}}\n"
    plan = compiled(tmp_path, AE=text).plan
    supp = plan.dataset("SUPPAE")
    assert supp is not None
    assert (supp.parent, supp.label, supp.value_level) == (
        "AE",
        "Supplemental Qualifiers for AE",
        ("QNAM",),
    )
    (item,) = of(supp, "QVAL").items
    assert (item.when[0].values, item.label) == (("AEWHY",), "Reason")


def test_values_of_templates_are_described_one_by_one(tmp_path: Path) -> None:
    text = """
        dataset: YY
        label: Findings
        class: FINDINGS
        keys: [STUDYID, USUBJID, YYTESTCD, YYSEQ]
        from: pt
        rows:
          - {YYTESTCD: WEIGHT, YYTEST: Weight, YYORRES: $WEIGHT}
          - {YYTESTCD: SITE, YYTEST: Site, YYORRES: {combine: [site, $SITE]}}
        variables:
          YYSEQ: {sequence: [.YYTESTCD]}
    """
    dataset = compiled(tmp_path, YY=text).plan.dataset("YY")
    assert dataset is not None
    assert dataset.value_level == ("YYTESTCD",)
    weight, site = of(dataset, "YYORRES").items
    assert (weight.when[0].values, weight.origin) == (
        ("WEIGHT",),
        Origin("Collected", "Investigator"),
    )
    assert (site.when[0].values, site.origin) == (("SITE",), Origin("Derived", "Sponsor"))


def test_constant_that_is_also_a_column_is_a_warning(tmp_path: Path) -> None:
    lines = "      XXCAT: SEV\n      XXSCAT: {constant: SEV}\n      XXENRF: BEFORE\n"
    raw = RAW.replace("SEV]", "SEV, BEFORE]")
    study = compiled(tmp_path, {"raw.yaml": raw}, XX=EVENTS + lines)
    (note,) = [note for note in study.notes if note.code == "SPC019"]
    assert (note.severity, note.variable) == (Severity.WARNING, "XXCAT")
    assert str(note.location) == f"{tmp_path.name}/sdtm/xx.yaml:9"
    assert "$SEV" in note.hint
    assert "{constant: SEV}" in note.hint


def test_adam_copies_keep_what_they_copy(tmp_path: Path) -> None:
    adsl = """
        dataset: ADSL
        label: Subjects
        keys: [STUDYID, USUBJID]
        from: DM
        copy: {DM: [STUDYID, USUBJID, SUBJID, SITEID, SEX, ARM]}
        variables:
          TRT01P: $ARM
          SITEGR1: {assign: $SITEID, label: Pooled Site Group 1}
    """
    plan = compiled(tmp_path, {"adam/adsl.yaml": adsl}, DM=DM, XX=DATED).plan
    dataset = plan.dataset("ADSL")
    assert dataset is not None
    assert (dataset.cls, dataset.standard) == ("SUBJECT LEVEL ANALYSIS DATASET", "ADaMIG 1.3")
    sex = of(dataset, "SEX")
    assert sex.origin == Origin("Predecessor", "", "DM.SEX")
    assert sex.label == of(plan.dataset("DM"), "SEX").label
    assert sex.codelists == of(plan.dataset("DM"), "SEX").codelists


def test_adam_structure_that_there_is_not(tmp_path: Path) -> None:
    from tests.small_study import refusals

    text = "dataset: ADXX\nstructure: OCCD\nkeys: [USUBJID]\nfrom: XX\n"
    text += "variables: {USUBJID: $USUBJID}\n"
    errors = refusals(tmp_path, {"adam/adxx.yaml": text}, XX=EVENTS)
    assert ("SPC012", "Did you mean OCCDS?") in [(error.code, error.hint) for error in errors]


def test_adam_dataset_of_no_subjects(tmp_path: Path) -> None:
    """Structure OTHER needs STUDYID alone, and has the published labels where it has the names."""
    text = """
        dataset: ADXX
        structure: OTHER
        keys: [STUDYID, PARAMCD]
        from: XX
        variables: {STUDYID: $STUDYID, PARAMCD: {constant: N}, MTDFL: {constant: Y, label: MTD}}
    """
    dataset = compiled(tmp_path, {"adam/adxx.yaml": text}, XX=EVENTS).plan.dataset("ADXX")
    assert dataset is not None
    assert (dataset.cls, dataset.subclass) == ("ADAM OTHER", "")
    assert of(dataset, "PARAMCD").label == "Parameter Code"
    assert dataset.variable("USUBJID") is None


def test_bare_scalar_is_a_literal(tmp_path: Path) -> None:
    lines = "      XXCAT: on\n      XXSCAT: 2014-03-01\n      XXGRPID: {constant: DM.SEX}\n"
    outcome = built(compiled(tmp_path, XX=EVENTS + lines).plan, ev=[{"SUBJ": "1"}])
    (row,) = outcome.datasets["XX"].frame.to_dict("records")
    assert (row["XXCAT"], row["XXSCAT"], row["XXGRPID"]) == ("on", "2014-03-01", "DM.SEX")


def test_notes_say_what_nobody_explains(tmp_path: Path) -> None:
    study = compiled(tmp_path, DM=DM, XX=DATED)
    said = {(note.code, note.dataset, note.variable) for note in study.notes}
    assert ("SPC016", "DM", "RACE") in said
    assert all(note.severity is Severity.WARNING for note in study.notes)
    (columns,) = [note for note in study.notes if note.code == "SPC018" and note.dataset == "ev"]
    assert columns.message.endswith(": END, SEV")
    assert str(columns.location) == f"{tmp_path.name}/raw.yaml:2"


@pytest.mark.parametrize("where", ["raw.yaml", "dataset"])
def test_what_is_explained_is_not_noted(tmp_path: Path, where: str) -> None:
    from tests.small_study import RAW

    reasons = "not_submitted: {START: a, END: b, SEV: c}"
    raw = RAW.replace("SEV]", f"SEV], {reasons}") if where == "raw.yaml" else RAW
    text = EVENTS + (f"    {reasons}\n" if where == "dataset" else "")
    notes = compiled(tmp_path, {"raw.yaml": raw}, XX=text).notes
    assert not [note for note in notes if note.dataset == "ev"]


NEWER = """\
Code\tCodelist Code\tCodelist Extensible (Yes/No)\tCodelist Name\tCDISC Submission Value\tCDISC \
Synonym(s)\tCDISC Definition\tNCI Preferred Term\tStandard and Date
C1\t\tNo\tFlavor\tFLAVOR\tFlavor\tHow it tastes\tFlavor\tSDTM CT 2025-09-26
C2\tC1\t\tFlavor\tSWEET\tsugary\tSweet\tSweet\tSDTM CT 2025-09-26
"""


def test_newer_terminology_is_read_from_the_study(tmp_path: Path) -> None:
    study = STUDY + "    terminology: {files: [ct/newer.txt]}\n"
    (tmp_path / "ct").mkdir()
    (tmp_path / "ct" / "newer.txt").write_text(NEWER, encoding="utf-8")
    text = EVENTS.replace("XXSEQ}", "XXSEQ}") + "      XXCAT: {recode: $SEV, codelist: FLAVOR}\n"
    plan = compiled(tmp_path, {"study.yaml": study}, XX=text).plan
    assert plan.codelists["C1"].terms[0].value == "SWEET"
    assert ("CDISC/NCI", "2025-09-26", "SDTM") in {
        (use.name, use.version, use.publishing_set) for use in plan.standards
    }
    outcome = built(plan, ev=[{"SUBJ": "1", "SEV": "Sugary"}])
    assert outcome.datasets["XX"].frame["XXCAT"].tolist() == ["SWEET"]


def test_study_extends_and_corrects_terminology(tmp_path: Path) -> None:
    study = STUDY + (
        "    terminology:\n"
        "      extend: {ROUTE: {BY MOUTH OR NOT: Either}}\n"
        "      synonyms: {ROUTE: {per os: ORAL}}\n"
        "      codelists: {MINE: {terms: {a: An A, b: A B}}}\n"
        "      exceptions: {XX.XXPRESP: {MAYBE: none needed}}\n"
    )
    text = EVENTS + (
        "      XXCAT: {recode: $SEV, codelist: ROUTE}\n"
        "      XXSCAT: {recode: $TERM, codelist: MINE}\n"
        "      XXPRESP: {constant: MAYBE, codelist: NY}\n"
    )
    plan = compiled(tmp_path, {"study.yaml": study}, XX=text).plan
    route = next(found for found in plan.codelists.values() if found.name == "ROUTE")
    assert [term.value for term in route.terms if term.extended] == ["BY MOUTH OR NOT"]
    assert of(plan.dataset("XX"), "XXPRESP").exceptions == ("MAYBE",)
    rows = [{"SUBJ": "1", "SEV": "Per Os", "TERM": "B"}]
    frame = built(plan, ev=rows).datasets["XX"].frame
    assert (frame["XXCAT"][0], frame["XXSCAT"][0]) == ("ORAL", "b")

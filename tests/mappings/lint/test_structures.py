"""What the class of an analysis dataset asks: refused or noted with file and line."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from clinmap.problems import Problem, Severity, SpecificationError
from mappings.lint.structures import RESTS_ON
from tests.small_study import EVENTS, compiled, refusals

BDS = """
    dataset: ADXX
    structure: BDS
    keys: [STUDYID, USUBJID, PARAMCD, XXSEQ]
    from: XX
    copy: {XX: [STUDYID, USUBJID, XXSEQ]}
    variables:
      PARAMCD: SEV
      PARAM: Severity
      AVAL: 1
"""
LINE = 10
"""The line of a variable that is added to BDS."""


def adxx(*lines: str, text: str = BDS) -> dict[str, str]:
    """The file of the dataset with lines added."""
    return {"adam/adxx.yaml": dedent(text).rstrip() + "".join(f"\n  {line}" for line in lines)}


def refused(folder: Path, *lines: str, text: str = BDS) -> list[SpecificationError]:
    return refusals(folder, adxx(*lines, text=text), XX=EVENTS)


def noted(folder: Path, *lines: str, text: str = BDS) -> list[Problem]:
    """The notes that this module gives."""
    notes = compiled(folder, adxx(*lines, text=text), XX=EVENTS).notes
    return [note for note in notes if note.code in ("SPC025", "SPC028")]


def test_structure_in_order_is_left_alone(tmp_path: Path) -> None:
    lines = (
        "ABLFL: Y", "BASE: 1", "BASETYPE: LAST", "CHG: 0", "PCHG: 0", "ANRIND: LOW", "BNRIND: LOW",
        "SHIFT1: LOW to LOW", "PARAMN: 1", "ANL01FL: N", "ANL01FN: 0", "AVISIT: x", "AVISITN: 1",
        "ADT: {constant: null}", "ARELTM: 2", "CRIT1: x", "CRIT1FL: Y",
    )  # fmt: skip
    assert not noted(tmp_path, *lines)


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("BASE: 1", "SPC023", "BASE of ADXX needs ABLFL, which is not made"),
        ("BASEC: x", "SPC023", "BASEC of ADXX needs AVALC, which is not made"),
        ("CHG: 1", "SPC023", "CHG of ADXX needs BASE, which is not made"),
        ("PCHG: 1", "SPC023", "PCHG of ADXX needs ABLFL, which is not made"),
        ("BNRIND: LOW", "SPC023", "BNRIND of ADXX needs ANRIND, which is not made"),
        ("SHIFT2: x", "SPC023", "SHIFT2 of ADXX needs ABLFL, which is not made"),
        ("BASETYPE: LAST", "SPC023", "BASETYPE of ADXX needs ABLFL, which is not made"),
        ("CRIT2FL: Y", "SPC023", "CRIT2FL of ADXX needs CRIT2, which is not made"),
        ("B1IND: LOW", "SPC023", "B1IND of ADXX needs A1IND, which is not made"),
        ("AVISITN: 1", "SPC023", "AVISITN of ADXX needs AVISIT, which is not made"),
        ("AGEGR1N: 1", "SPC023", "AGEGR1N of ADXX needs AGEGR1, which is not made"),
        ("ANL01FN: 1", "SPC023", "ANL01FN of ADXX needs ANL01FL, which is not made"),
        ("ADT: {constant: 2014-03, type: text}", "SPC024", "ADT of ADXX is text, and its name"),
        ("ADTM: {constant: null, type: date}", "SPC024", "ADTM of ADXX is date, and its name"),
        ("ANL01FL: U", "SPC026", "ANL01FL is 'U', and flags are Y, N or missing"),
        ("ONTRTFL: {recode: $XXTERM, map: {a: NA}}", "SPC026", "ONTRTFL is 'NA'"),
    ],
)
def test_variable_is_refused(tmp_path: Path, line: str, code: str, said: str) -> None:
    errors = refused(tmp_path, line)
    found = [e for e in errors if e.code == code and e.message.startswith(said)]
    assert [str(e.location) for e in found] == [f"{tmp_path.name}/adam/adxx.yaml:{LINE}"], errors
    assert found[0].hint


@pytest.mark.parametrize("value", ["SEVERITYX", "1SEV", "SEV-A", "_SEV"])
def test_code_that_can_be_no_variable(tmp_path: Path, value: str) -> None:
    (error,) = refused(tmp_path, text=BDS.replace("PARAMCD: SEV", f"PARAMCD: {value}"))
    assert (error.code, error.message) == ("SPC027", f"{value!r} is no PARAMCD")
    assert str(error.location) == f"{tmp_path.name}/adam/adxx.yaml:7"


def test_number_named_as_a_date_wants_a_format(tmp_path: Path) -> None:
    (note,) = noted(tmp_path, "ADT: {constant: 1, type: integer}")
    assert (note.code, note.severity, note.variable) == ("SPC025", Severity.WARNING, "ADT")
    assert str(note.location) == f"{tmp_path.name}/adam/adxx.yaml:{LINE}"
    given = tmp_path / "given"
    assert not noted(given, "ADT: {constant: 1, type: integer, format: DATE9.}")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("ADT: {constant: 1, type: date}", "DATE9."),
        ("SEEN: {constant: 1, type: datetime, label: Seen}", "DATETIME20."),
        ("SEEN: {constant: 1, type: time, label: Seen}", "TIME8."),
        ("SEEN: {constant: 1, type: date, label: Seen, format: E8601DA.}", "E8601DA."),
        ("SEEN: {constant: 1, type: integer, label: Seen}", ""),
    ],
)
def test_date_is_shown_as_one_where_its_type_is_written(
    tmp_path: Path, line: str, shown: str
) -> None:
    plan = compiled(tmp_path, adxx(line), XX=EVENTS).plan
    variable = next(d for d in plan.datasets if d.name == "ADXX").variable(line.partition(":")[0])
    assert variable is not None
    assert variable.format == shown


def test_records_say_which_they_come_from(tmp_path: Path) -> None:
    """By --SEQ, by the SRC variables, or as one record of many."""
    text = BDS.replace(", XXSEQ", "")
    (note,) = noted(tmp_path / "a", text=text)
    assert (note.code, note.severity, note.variable) == ("SPC028", Severity.WARNING, "XXSEQ")
    assert str(note.location) == "a/adam/adxx.yaml:1"
    assert not noted(tmp_path / "b", "SRCDOM: XX", "SRCVAR: XXTERM", "SRCSEQ: $XXSEQ", text=text)
    collapsed = text.replace("from: XX", "from: XX\n    collapse: {by: [.USUBJID]}")
    assert not noted(tmp_path / "c", text=collapsed)


def test_the_way_back_leads_through_steps_between(tmp_path: Path) -> None:
    step = """
        dataset: STEP
        label: A step
        structure: OTHER
        submitted: false
        keys: [USUBJID, XXSEQ]
        from: XX
        copy: {XX: [STUDYID, USUBJID, XXSEQ]}
    """
    text = BDS.replace("from: XX", "from: STEP").replace("{XX: [STUDYID", "{STEP: [STUDYID")
    files = {**adxx(text=text.replace(", XXSEQ", "")), "adam/step.yaml": step}
    notes = [n for n in compiled(tmp_path, files, XX=EVENTS).notes if n.code == "SPC028"]
    assert [note.dataset for note in notes] == ["ADXX"]
    assert "which records of XX" in notes[0].message


def test_step_on_the_way_is_free(tmp_path: Path) -> None:
    text = BDS.replace("from: XX", "submitted: false\n    from: XX")
    assert not noted(tmp_path, "BASE: 1", "ANL01FL: U", text=text.replace(", XXSEQ", ""))


def test_text_that_is_no_value_of_the_flag_may_be_any(tmp_path: Path) -> None:
    """What a later step reads is not what the variable holds."""
    line = "ANL01FL: [{constant: yes please}, {recode: .ANL01FL, map: {yes please: Y}}]"
    assert not noted(tmp_path, line)


def test_rules_name_published_variables() -> None:
    """A rule of a name that the standard has not would never be asked."""
    from clinmap.standards import adam_structure

    facts = adam_structure("BDS")
    assert facts is not None
    named = {name for groups in RESTS_ON.values() for group in groups for name in group}
    assert {*RESTS_ON, *named} <= {variable.name for variable in facts.variables}

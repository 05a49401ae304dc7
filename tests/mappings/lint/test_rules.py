"""The rules that a study is held against: what they find besides their examples, and what not."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.fixes import Replacement
from clinmap.problems import Problem
from mappings.compile import compile_study
from mappings.shipped import shipped_studies
from tests.small_study import EVENTS, RAW, STUDY, compiled, operations

LINE = 9
"""The line of a variable that is added to EVENTS."""


def found(folder: Path, *lines: str, files: dict[str, str] | None = None) -> list[Problem]:
    """What the rules find in EVENTS with lines added, but for raw columns that nobody reads."""
    text = EVENTS.rstrip() + "".join(f"\n      {line}" for line in lines) + "\n"
    notes = compiled(folder, files, XX=text).notes
    return [note for note in notes if note.code >= "SPC030"]


def codes(problems: list[Problem]) -> list[tuple[str, int]]:
    return [(one.code, one.location.line if one.location else 0) for one in problems]


@pytest.mark.parametrize("name", shipped_studies())
def test_shipped_studies_are_left_alone(name: str) -> None:
    """What is found in them is explained in their problems.yaml."""
    compiled_study = compile_study(name, operations())
    expected = {(e.code, e.dataset, e.variable) for e in compiled_study.plan.expected}
    assert [note for note in compiled_study.notes if note.key not in expected] == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("XXCAT: {constant: Größe, label: Größe}", "SPC035"),
        ("VISITNUM: {constant: 1, type: text}", "SPC032"),
        ("VISITNUM: {constant: 1, length: 12}", "SPC031"),
        ("XXENRF: {recode: $SEV, map: {a: BEFORE}, codelist: none}", "SPC039"),
        ("XXCAT: {conditional: [{when: $SEV == '1', then: ABCDEF}], length: 5}", "SPC030"),
        ("XXCAT: {conditional: [{when: true, then: A}]}", "SPC047"),
        ("XXCAT: {constant: A, when: \"$SEV > 5 and $SEV < 2\"}", "SPC044"),
        ("XXCAT: {constant: A, when: \"$SEV == 'a' or ($TERM > 1 and $TERM < 0)\"}", "SPC044"),
        ("XXSCAT: A", "SPC055"),
        ("XXCAT: {recode: $SEV, map: {a: A, A: B}}", "SPC043"),
    ],
)  # fmt: skip
def test_variable_is_found(tmp_path: Path, line: str, code: str) -> None:
    """The finding is at the variable's line."""
    assert codes(found(tmp_path, line)) == [(code, LINE)]


@pytest.mark.parametrize(
    "line",
    [
        "XXCAT: {constant: A, label: category}",
        "XXENRF: {recode: $SEV, length: 20}",
        "XXENRF: {recode: $SEV, length: 3}",  # of a published list few terms may occur
        "XXCAT: {conditional: [{when: $SEV == 'a', then: A}, {when: $TERM == 'a', then: B}]}",
        "XXCAT: {conditional: [{when: $SEV > 5, then: A}, {when: $SEV > 2, then: B}]}",
        'XXCAT: {constant: A, when: "present($SEV) or missing($TERM)"}',
        "XXCAT: {recode: $SEV, map: {a: A, A: A}}",
        "VISITNUM: {constant: 1, type: integer}",
    ],
)
def test_variable_is_left_alone(tmp_path: Path, line: str) -> None:
    """Nothing is wrong with it."""
    assert not found(tmp_path, line)


def test_branch_behind_wider_ones_is_found(tmp_path: Path) -> None:
    """Two branches together may take everything from a third."""
    lines = (
        "XXCAT:",
        "  conditional:",
        "    - {when: missing($SEV), then: A}",
        "    - {when: present($SEV), then: B}",
        "    - {when: $SEV == '1', then: C}",
    )
    (one,) = found(tmp_path, *lines)
    assert (one.code, one.variable) == ("SPC045", "XXCAT")
    assert "$SEV == '1'" in one.message


def test_values_of_a_work_variable_are_known(tmp_path: Path) -> None:
    """A condition that asks for what is never written is found, with a near match."""
    lines = (
        "XXCAT: {constant: A, when: \".KIND == 'FRIST'\"}",
        "KIND: {conditional: [{when: present($SEV), then: FIRST}], otherwise: SECOND, label: x}",
    )
    text = EVENTS.rstrip() + f"\n      {lines[0]}\n    work:\n      {lines[1]}\n"
    notes = compiled(tmp_path, XX=text).notes
    (one,) = [note for note in notes if note.code >= "SPC030"]
    assert (one.code, one.hint) == ("SPC046", "Did you mean FIRST?")
    assert isinstance(one.fix, Replacement)
    assert (one.fix.old, one.fix.new) == ("FRIST", "FIRST")


def test_values_are_followed_through_copies_and_lists(tmp_path: Path) -> None:
    """What a variable takes over or looks up has the values that stand there."""
    study = STUDY.rstrip() + "\n    parameters: {sites: [{code: A, name: NORTH}]}\n"
    lines = (
        "XXCAT: {constant: A, when: \".AREA == 'SOUTH'\"}",
        "AREA: {lookup: $SEV, table: sites, key: code, give: name, label: x}",
    )
    text = EVENTS.rstrip() + f"\n      {lines[0]}\n    work:\n      {lines[1]}\n"
    copied = """
        dataset: YY
        label: Others
        class: EVENTS
        keys: [STUDYID, USUBJID, YYSEQ]
        from: XX
        where: $XXCAT == 'B'
        variables:
          YYSEQ: {sequence: [.YYTERM]}
          YYTERM: $XXTERM
    """
    notes = compiled(tmp_path, {"study.yaml": study}, XX=text, YY=copied).notes
    found = [(n.dataset, n.code, n.hint) for n in notes if n.code >= "SPC030"]
    assert found == [("XX", "SPC046", "Did you mean NORTH?"), ("YY", "SPC046", "It has A.")]


def test_keys_that_two_rows_share(tmp_path: Path) -> None:
    """Two entries of `rows` without a condition make records with the same keys."""
    text = """
        dataset: YY
        label: Findings
        class: FINDINGS
        keys: [STUDYID, USUBJID, YYORRES]
        from: pt
        rows:
          - {YYTESTCD: A, YYTEST: Test A, YYORRES: $WEIGHT}
          - {YYTESTCD: B, YYTEST: Test B, YYORRES: "7"}
        variables:
          YYSEQ: {sequence: [.YYTESTCD]}
    """
    same = text.replace('YYORRES: "7"', "YYORRES: $WEIGHT").replace("YYORRES]", "YYCAT]")
    same = same.replace("variables:", "variables:\n          YYCAT: $SITE")
    assert "SPC041" not in [note.code for note in compiled(tmp_path / "a", YY=text).notes]
    notes = compiled(tmp_path / "b", YY=same).notes
    (one,) = [note for note in notes if note.code == "SPC041"]
    assert "entries 1 and 2" in one.message
    assert one.location is not None
    assert one.location.line == 4


def test_one_code_with_two_names(tmp_path: Path) -> None:
    """A sponsor's test has one name, wherever it is written."""
    text = """
        dataset: YY
        label: Findings
        class: FINDINGS
        keys: [STUDYID, USUBJID, YYTESTCD, YYSEQ]
        from: pt
        rows:
          - {YYTESTCD: A, YYTEST: Test A, YYORRES: $WEIGHT}
          - {YYTESTCD: A, YYTEST: Test B, YYORRES: $SITE}
        variables:
          YYSEQ: {sequence: [.YYTESTCD]}
    """
    notes = compiled(tmp_path, YY=text).notes
    (one,) = [note for note in notes if note.code == "SPC038"]
    assert one.hint == "'A' goes with YYTEST 'Test A'."
    assert one.location is not None
    assert one.location.line == 8


def test_what_a_house_offers_is_left_alone(tmp_path: Path) -> None:
    """Conventions, parameters and codelists of a study that is built upon need not be used."""
    extra = (
        "    parameters: {spare: [1]}\n"
        "    terminology: {codelists: {SPARE: {label: Spare, terms: [A]}}}\n"
    )
    house = STUDY.rstrip() + "\n" + extra
    own = tmp_path / "own"
    inherited = tmp_path / "child"
    files = {"study.yaml": house, "raw.yaml": RAW}
    spare = [n.code for n in compiled(own, files, XX=EVENTS).notes if n.code >= "SPC030"]
    assert sorted(spare) == ["SPC051", "SPC052"]
    inherited.mkdir()
    (inherited / "study.yaml").write_text("extends: ../own\n", encoding="utf-8")
    notes = compile_study(str(inherited), operations()).notes
    assert not [note for note in notes if note.code >= "SPC030"]


def test_findings_have_places_and_mends(tmp_path: Path) -> None:
    """Each says its file and line, and how to mend it."""
    for one in found(tmp_path, "XXSCAT: A", "XXSTDY: {constant: 1, type: text}"):
        assert one.location is not None
        assert one.location.file.endswith("sdtm/xx.yaml")
        assert one.hint

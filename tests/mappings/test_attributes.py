"""What is said of a variable for define.xml: origins with pages, code, conditions, entries."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.metadata import Condition, FormalCode, Pages
from clinmap.plan import Origin, VariablePlan
from tests.small_study import EVENTS, STUDY, compiled, refusal

LINE = 9
"""The line of a variable that is added to EVENTS."""
CRF = STUDY.rstrip() + "\n    define: {annotated_crf: acrf.pdf}\n"


def added(line: str) -> str:
    """The dataset with one more variable."""
    return EVENTS.rstrip() + f"\n      {line}\n"


def variable(folder: Path, line: str, study: str = STUDY) -> VariablePlan:
    """The variable XXDECOD, as it is written on that line."""
    (folder / "acrf.pdf").write_bytes(b"%PDF-1.4")
    plan = compiled(folder, {"study.yaml": study}, XX=added(line)).plan.dataset("XX")
    found = plan.variable("XXDECOD") if plan else None
    assert found
    return found


def test_pages_are_listed_ranged_and_named(tmp_path: Path) -> None:
    said = "{type: Collected, source: Subject, pages: [3, 5, 12-14, AE]}"
    line = f"XXDECOD: {{assign: $TERM, origin: {said}}}"
    assert variable(tmp_path, line, CRF).origin == Origin(
        "Collected",
        "Subject",
        pages=(Pages("3 5"), Pages("", 12, 14), Pages("AE", named=True)),
    )


def test_several_origins(tmp_path: Path) -> None:
    line = "XXDECOD: {assign: $TERM, origin: [Collected Investigator, Collected Vendor]}"
    found = variable(tmp_path, line)
    assert found.origin == Origin("Collected", "Investigator")
    assert found.further_origins == (Origin("Collected", "Vendor"),)


def test_code_of_a_method(tmp_path: Path) -> None:
    line = 'XXDECOD: {compute: "upper($TERM)", expression: {context: SAS, code: x = 1;}}'
    assert variable(tmp_path, line).formal == (FormalCode("SAS", "x = 1;"),)


def test_an_expression_of_ours_is_code(tmp_path: Path) -> None:
    found = variable(tmp_path, 'XXDECOD: {compute: "upper($TERM)"}')
    assert found.formal == (FormalCode("clinmap", "upper($TERM)"),)
    assert not variable(tmp_path, "XXDECOD: $TERM").formal


def test_entries_with_conditions(tmp_path: Path) -> None:
    when = "{XXSEQ: {ge: 2, lt: 9}, XXTERM: {not: [A, B]}, XXDECOD: [C, null]}"
    line = (
        f"XXDECOD: {{assign: $TERM, value_level: {{when: {when}, label: Later, why: As agreed}}}}"
    )
    (item,) = variable(tmp_path, line).items
    assert (item.label, item.why) == ("Later", "As agreed")
    assert item.when == (
        Condition("XXSEQ", ("2",), "GE"),
        Condition("XXSEQ", ("9",), "LT"),
        Condition("XXTERM", ("A", "B"), "NOTIN"),
        Condition("XXDECOD", ("C", "")),
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("10", True), ("9", False), ("", False), ("9.5", True)],
)
def test_numbers_compare_as_numbers(text: str, *, wanted: bool) -> None:
    assert Condition("XXSEQ", ("9",), "GT").holds(text) is wanted


def test_what_is_left_out_may_be_missing() -> None:
    assert Condition("XXTERM", ("A",), "NOTIN").holds("")
    assert not Condition("XXTERM", ("A", ""), "NOTIN").holds("")


@pytest.mark.parametrize(
    ("said", "code", "message", "hint"),
    [
        ("origin: {type: Colected}", "SPC004", "'Colected'", "Collected?"),
        ("origin: {type: Collected, page: 3}", "SPC002", "an origin has no 'page'", "pages?"),
        ("origin: {type: Collected, pages: 9-3}", "SPC004", "before it begins", "first page"),
        ("origin: {type: Collected, pages: 3}", "SPC011", "document 'acrf'", "annotated_crf"),
        ("expression: {context: SAS}", "SPC004", "and `code`", "Write"),
        ("expression: {context: SAS, cod: x}", "SPC002", "has no 'cod'", "code?"),
        ("value_level: {label: x}", "SPC004", "needs `when`", "Write"),
        ("value_level: {when: {XXTERM: {gt: [1, 2]}}}", "SPC004", "with one value", ""),
        ("value_level: {when: {XXTERM: {gtt: 1}}}", "SPC002", "XXTERM has no 'gtt'", "gt?"),
        ("value_level: {when: {XXTRM: A}}", "SPC011", "no variable 'XXTRM'", "XXTERM?"),
        ("value_level: {when: XXTERM}", "SPC004", "names variables", "Write"),
        ("value_level: {when: {XXTERM: A}, codelist: NYY}", "SPC013", "'NYY'", "NY"),
        ("value_level: {when: {XXTERM: A}, type: txt}", "SPC004", "'txt'", "text?"),
    ],
)
def test_refused(tmp_path: Path, said: str, code: str, message: str, hint: str) -> None:
    error = refusal(tmp_path, XX=added(f"XXDECOD: {{assign: $TERM, {said}}}"))
    assert error.code == code
    assert message in error.message
    assert hint in error.hint
    assert error.location is not None
    assert str(error.location) == f"{tmp_path.name}/sdtm/xx.yaml:{LINE}"

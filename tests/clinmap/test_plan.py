"""References as they are written, and what a Plan answers."""

from __future__ import annotations

import pytest

from clinmap.plan import DatasetPlan, Ref, VariablePlan, parse_reference


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$AETERM", Ref("source", "AETERM")),
        ("$IT.AETERM", Ref("source", "IT.AETERM")),
        ("$Visit Name", Ref("source", "Visit Name")),
        ("$xref/DOSE LVL", Ref("table", "DOSE LVL", "xref")),
        ("DM.RFSTDTC", Ref("dataset", "RFSTDTC", "DM")),
        ("ADSL.TRT01P", Ref("dataset", "TRT01P", "ADSL")),
        (".AESTDTC", Ref("own", "AESTDTC")),
    ],
)
def test_reference(text: str, expected: Ref) -> None:
    found = parse_reference(text)
    assert found == expected
    assert str(found) == text


@pytest.mark.parametrize(
    "text", ["mmHg", "$", "10.5", "a.b", "DM.", ".5", "No. 5", "A.B", "e.g.", ""]
)
def test_literal(text: str) -> None:
    assert parse_reference(text) is None


def test_dataset_answers_by_place() -> None:
    variables = tuple(
        VariablePlan(name, "", "text", place=place)  # type: ignore[arg-type]
        for name, place in (("A", "dataset"), ("B", "supp"), ("C", "work"))
    )
    dataset = DatasetPlan("XX", "", "", "", "Tabulation", (), (), (), variables)
    assert [v.name for v in dataset.submitted_variables] == ["A"]
    assert [v.name for v in dataset.supplemental] == ["B"]
    assert dataset.variable("C") is variables[2]
    assert dataset.variable("D") is None


@pytest.mark.parametrize(("kind", "expected"), [("text", True), ("partialDatetime", True),
                                                ("date", False), ("float", False)])  # fmt: skip
def test_character(kind: str, expected: bool) -> None:
    assert VariablePlan("A", "", kind).is_character is expected  # type: ignore[arg-type]

"""Operations by name, and parameters as they are checked."""

from __future__ import annotations

import dataclasses

import pytest
from pydantic import ValidationError

from clinmap.expressions import parse_expression
from clinmap.plan import Ref
from clinmap.registry import references
from tests.small_study import operations


def test_parameters_are_frozen_and_typed() -> None:
    made = operations().make("assign", {"assign": "$A"})
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.assign = Ref("own", "B")  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="Unexpected keyword"):
        operations().make("assign", {"assign": "$A", "casing": "upper"})


def test_principal_is_the_first_parameter() -> None:
    assert operations().principal("datetime") == "datetime"
    assert operations().parameters("assign") == ("assign", "case")
    assert operations().get("nothing") is None


def test_references_are_found_wherever_they_stand_once_each() -> None:
    found = references(
        Ref("own", "A"),
        [Ref("own", "B"), (Ref("own", "A"),)],
        {"x": Ref("source", "C")},
        parse_expression("DM.SEX == 'F' and .B > 1"),
        "text",
        None,
    )
    assert [str(ref) for ref in found] == [".A", ".B", "$C", "DM.SEX"]


def test_cases_of_a_conditional_are_read_too() -> None:
    made = operations().make(
        "conditional", {"conditional": [{"when": ".A == '1'", "then": ".B"}], "otherwise": "$C"}
    )
    assert {str(ref) for ref in made.inputs()} == {".A", ".B", "$C"}


def test_conditions_that_yaml_has_typed() -> None:
    made = operations().make("constant", {"constant": "Y", "when": True})
    assert made.inputs() == ()

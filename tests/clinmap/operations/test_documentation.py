"""The docstring of an operation is its page in the docs: complete, and its example compiles."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from clinmap.codes import find_code
from clinmap.plan import Origin
from clinmap.problems import Location
from clinmap.registry import Operation
from mappings.nodes import parse_yaml
from mappings.variables import VariableReader
from tests.small_study import operations

NAMES = operations().names
SECTIONS = ("Parameters", "Rows", "Missing", "Problems", "Source")

every_operation = pytest.mark.parametrize("name", NAMES)


def page(name: str) -> str:
    found = operations().get(name)
    assert found is not None
    assert found.__doc__
    return dedent("    " + found.__doc__)


def example(name: str) -> str:
    """The YAML under `Example::`."""
    text = page(name)
    assert "Example::" in text, "a page needs an example"
    return dedent(text.split("Example::", 1)[1]).strip() + "\n"


def made(name: str) -> list[Operation]:
    reader = VariableReader(operations())
    found = reader.all(parse_yaml(example(name), f"{name}.yaml"))
    assert not reader.errors, reader.errors
    return [step.operation for variable in found.values() for step in variable.steps]


@every_operation
def test_page_is_complete(name: str) -> None:
    text = page(name)
    first = text.strip().split("\n\n", maxsplit=1)[0]
    assert first.endswith("."), "the first paragraph says what it does"
    for section in SECTIONS:
        assert f"{section}:" in text, f"a page says {section}: …"


@every_operation
def test_page_names_every_parameter(name: str) -> None:
    text = page(name)
    lacking = [p for p in operations().parameters(name) if f"`{p}`" not in text]
    assert not lacking


@every_operation
def test_page_names_the_codes_that_it_reports(name: str) -> None:
    cls = operations().get(name)
    assert cls is not None
    assert all(find_code(code) for code in cls.codes)
    said = page(name).split("Problems:")[1].split("Source:")[0]
    for code in cls.codes:
        assert re.search(rf"\b({code}|{code[:3]}\d\d\d to {code[:3]}\d\d\d)\b", said), code


@every_operation
def test_example_compiles_and_shows_the_operation(name: str) -> None:
    assert name in [operation.name for operation in made(name)]


@every_operation
def test_example_describes_itself(name: str) -> None:
    shown = next(operation for operation in made(name) if operation.name == name)
    said = shown.describe()
    assert said.origin is None or isinstance(said.origin, Origin)
    derived = said.origin is not None and said.origin.type == "Derived"
    assert bool(said.method) == derived, "a derived value has a method, no other has"
    assert not said.method or said.method.endswith(".")
    assert said.method == " ".join(said.method.split())


@every_operation
def test_example_says_what_it_reads(name: str) -> None:
    shown = next(operation for operation in made(name) if operation.name == name)
    assert isinstance(shown.inputs(), tuple)
    assert len(shown.inputs()) == len(set(shown.inputs()))
    assert set(shown.problems()) == set(shown.codes)


def test_two_operations_of_one_name_are_refused() -> None:
    from clinmap.operations.assign import Assign
    from clinmap.registry import Registry

    with pytest.raises(ValueError, match="two operations are named assign"):
        Registry([Assign, Assign])


def test_near_names_are_offered() -> None:
    assert operations().hint("recod").startswith("Did you mean recode")


def test_place_of_a_step_is_that_of_its_line() -> None:
    found = VariableReader(operations()).all(
        parse_yaml("A:\n  - $X\n  - {assign: .A, case: upper}\n", "a.yaml")
    )
    assert [step.location for step in found["A"].steps] == [
        Location("a.yaml", 2, 5),
        Location("a.yaml", 3, 5),
    ]

"""Origins and methods as they follow from the operations."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.app.registry import registry
from clinmap.plan import Plan, VariablePlan
from mappings.compile import compile_study
from tests.small_study import EVENTS, compiled


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_study("n2011-04", registry()).plan


def variable(plan: Plan, dataset: str, name: str) -> VariablePlan:
    of = plan.dataset(dataset)
    found = of.variable(name) if of else None
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("dataset", "name", "origin"),
    [
        ("AE", "AETERM", "Collected"),  # through the work variable that holds the whole text
        ("AE", "AESER", "Collected"),  # a check after it changes nothing
        ("AE", "AEDECOD", "Assigned"),  # as stated
        ("AE", "AEACN", "Derived"),
        ("PC", "PCDTC", "Collected"),
        ("PC", "PCORRES", "Collected"),
        ("RS", "RSORRES", "Collected"),  # by template
        ("LB", "LBSTRESC", "Derived"),
    ],
)
def test_origin(plan: Plan, dataset: str, name: str, origin: str) -> None:
    assert variable(plan, dataset, name).origin.type == origin


def test_a_vendor_is_the_source_of_its_results(plan: Plan) -> None:
    assert variable(plan, "PC", "PCORRES").origin.source == "Vendor"
    assert variable(plan, "PC", "PCLLOQ").origin.source == "Vendor"


def test_only_what_is_derived_has_a_method(plan: Plan) -> None:
    for dataset in plan.datasets:
        for made in dataset.variables:
            if made.origin.type in ("Collected", "Assigned"):
                assert made.method == "", f"{dataset.name}.{made.name}"


def test_a_variable_made_from_a_work_variable_has_its_method(tmp_path: Path) -> None:
    text = EVENTS + "      XXCAT: .PLACE\n    work: {PLACE: {combine: [A, $SUBJ]}}\n"
    made = variable(compiled(tmp_path, XX=text).plan, "XX", "XXCAT")
    assert made.method == 'Concatenation of "A", SUBJ.'


def test_a_variable_of_a_later_source_is_followed_within_it(tmp_path: Path) -> None:
    """Each source has its own rule for what another of its variables takes over."""
    text = """
        dataset: XX
        label: Events
        class: EVENTS
        keys: [STUDYID, USUBJID, XXSEQ]
        sources:
          - {from: ev, variables: {WORD: $TERM, XXTERM: .WORD}}
          - {from: pt, variables: {WORD: SITE, XXTERM: .WORD}}
        variables:
          XXSEQ: {sequence: [.XXTERM]}
        work: {WORD: {label: Word}}
    """
    made = variable(compiled(tmp_path, XX=text).plan, "XX", "XXTERM")
    assert [use.origin.type for use in made.per_source] == ["Collected", "Assigned"]

"""Results of the specification as drafts of analysis displays."""

from __future__ import annotations

import pytest

from clinmap.app.registry import registry
from clinmap.metadata import Condition
from clinmap.plan import Plan
from define.generation.displays import DisplayDraft
from define.generation.results import result_displays
from mappings.compile import compile_study
from tests.define.small_studies import PLAN


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_study("n2011-04", registry()).plan


@pytest.fixture(scope="module")
def displays(plan: Plan) -> dict[str, DisplayDraft]:
    return {display.id: display for display in result_displays(plan)}


def test_every_result_of_the_study_is_drafted(
    plan: Plan, displays: dict[str, DisplayDraft]
) -> None:
    assert plan.results is not None
    asked = {display.id: len(display.results) for display in plan.results.displays}
    assert {name: len(display.results) for name, display in displays.items()} == asked


def test_records_and_subjects_are_chosen(displays: dict[str, DisplayDraft]) -> None:
    records, subjects = displays["T-P1-1"].results[0].datasets
    assert records.dataset == "ADDLT"
    assert records.where == (Condition("PARAMCD", ("DLT",)), Condition("ANL01FL", ("Y",)))
    assert "AVALC" in records.variables
    assert (subjects.dataset, subjects.where) == ("ADSL", (Condition("DLTEVLFL", ("Y",)),))


def test_a_criterion_that_no_where_clause_holds_is_told(displays: dict[str, DisplayDraft]) -> None:
    told = [r for d in displays.values() for r in d.results if "Records: " in r.documentation]
    assert all(not any(c.variable == "PARAMCD" for c in r.datasets[0].where) for r in told)


def test_the_code_is_the_method_as_it_is_written(displays: dict[str, DisplayDraft]) -> None:
    code = displays["T-P2-2"].results[0].code
    assert code is not None
    assert code.text.splitlines()[0] == "counts: [AEBODSYS, AEDECOD]"


def test_a_study_without_results_has_no_displays() -> None:
    assert result_displays(PLAN) == ()

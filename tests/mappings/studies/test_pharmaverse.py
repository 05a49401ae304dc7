"""Two studies of one product: what they have from the project and from the organisation."""

from __future__ import annotations

import pytest

from clinmap.app.registry import registry
from clinmap.plan import Plan
from mappings.compile import compile_study
from mappings.load import find_study, load_study
from mappings.shipped import shipped_studies

HOUSE, PROJECT = "pilot-house/adam/adsl.yaml", "xanomeline/adam/adsl.yaml"


@pytest.fixture(scope="module")
def plans() -> dict[str, Plan]:
    names = ("cdiscpilot01", "pharmaverse")
    return {name: compile_study(name, registry()).plan for name in names}


def _variables(plan: Plan, dataset: str) -> dict[str, str]:
    """The variables of a dataset, each with the file that it comes from."""
    found = plan.dataset(dataset)
    assert found is not None
    return {variable.name: variable.location.file for variable in found.variables}


def test_a_study_rests_on_its_project_and_that_on_the_organisation() -> None:
    for name in ("cdiscpilot01", "pharmaverse"):
        folders = [folder.name for folder in load_study(find_study(name)).folders]
        assert folders == [name, "xanomeline", "pilot-house", "reference-tables"]


def test_criteria_for_grades_are_written_once(plans: dict[str, Plan]) -> None:
    """Studies of two organisations grade by one table."""
    other = load_study(find_study("n2011-04"))
    assert [folder.name for folder in other.folders] == ["n2011-04", "reference-tables"]
    grades = other.study.parameters["ctcae"]
    assert all(plan.parameters["ctcae"] == grades for plan in plans.values())


def test_what_others_inherit_is_no_study_by_itself() -> None:
    assert shipped_studies() == ("cdiscpilot01", "n2011-04", "pharmaverse")


def test_both_have_the_derivations_of_the_organisation(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        adsl = _variables(plan, "ADSL")
        assert {adsl[name] for name in ("TRTSDTM", "EOSSTT", "DTHB30FL")} == {HOUSE}
        assert adsl["FRVDT"] == PROJECT
        assert _variables(plan, "ADAE")["TRTEMFL"] == "pilot-house/adam/adae.yaml"


def test_the_project_says_that_a_placebo_patch_is_a_dose(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        adsl = plan.dataset("ADSL")
        assert adsl is not None
        first = adsl.variable("FIRSTDOSE")
        assert first is not None
        assert "PLACEBO" in str(first.steps[0].operation)
        assert "PLACEBO" in str(adsl.sources[0].joins)


def test_each_leaves_out_what_its_source_has_not(plans: dict[str, Plan]) -> None:
    raw, given = plans["cdiscpilot01"], plans["pharmaverse"]
    lacking = {"BRTHDTC", "ACTARMUD"}
    assert set(_variables(given, "ADSL")) - set(_variables(raw, "ADSL")) == lacking
    assert set(_variables(given, "ADAE")) - set(_variables(raw, "ADAE")) == {"AESPID"}
    assert _variables(raw, "ADSL")["LSTALVDT"] == "cdiscpilot01/adam/adsl.yaml"
    assert _variables(given, "ADSL")["LSTALVDT"] == HOUSE


def test_both_follow_the_standards_of_the_organisation(plans: dict[str, Plan]) -> None:
    one, other = (plan.standards for plan in plans.values())
    assert {(use.name, use.version) for use in one} <= {(use.name, use.version) for use in other}

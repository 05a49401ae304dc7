"""What a dataset needs, and what rests on what failed: seen on the shipped studies and the tiny."""

from __future__ import annotations

import pytest

from clinmap.app.build.dependents import made_from_failed
from clinmap.app.build.needs import datasets_needed, needs_of, raw_columns
from clinmap.app.build.selection import select
from clinmap.app.registry import registry
from clinmap.plan import Plan
from clinmap.problems import Problem, Severity, SpecificationError
from mappings.compile import compile_study
from tests.clinmap.app.conftest import Tiny


@pytest.fixture
def plan(tiny: Tiny) -> Plan:
    return compile_study(str(tiny.study), registry()).plan


def failed(dataset: str, variable: str, **more: str) -> Problem:
    return Problem("DTC001", Severity.ERROR, "bad", dataset, variable, **more)  # type: ignore[arg-type]


def found(plan: Plan, problem: Problem) -> dict[str, str]:
    return {p.dataset: p.message for p in made_from_failed(plan.datasets, [problem])}


def test_columns_that_are_read(plan: Plan) -> None:
    assert raw_columns(plan, plan.datasets) == {
        "subjects": {"SUBJ", "SITE", "SEX", "CTRY", "START"},
        "events": {"SUBJ", "TERM", "SEV", "BEGAN", "NOTE"},
    }


def test_datasets_that_are_needed(plan: Plan) -> None:
    assert datasets_needed(plan, ["ADSL"]) == {"ADSL", "DM"}
    assert datasets_needed(plan, ["SUPPAE"]) == {"SUPPAE", "AE"}
    assert datasets_needed(plan, ["ADAE"]) == {"ADAE", "ADSL", "AE", "SUPPAE", "DM"}
    dataset = plan.dataset("ADAE")
    assert dataset is not None
    assert set(needs_of(plan, dataset)) == {"AE", "ADSL"}


def test_failure_follows_variables_and_not_whole_datasets(plan: Plan) -> None:
    assert found(plan, failed("AE", "AESEV")) == {}
    assert found(plan, failed("DM", "RFSTDTC")) == {
        "ADSL": "TRTSDT rest on DM.RFSTDTC, which failed",
        "ADAE": "TRTSDT rest on DM.RFSTDTC, which failed",
    }
    assert set(found(plan, failed("AE", "AENOTE"))) == {"SUPPAE"}


def test_failure_of_the_rows_concerns_all_that_have_them(plan: Plan) -> None:
    assert set(found(plan, failed("AE", ""))) == {"SUPPAE", "ADAE"}


def test_explained_failure_concerns_nobody(plan: Plan) -> None:
    assert found(plan, failed("DM", "RFSTDTC", explained="known")) == {}


def test_selection_builds_what_it_needs_and_writes_what_was_asked(plan: Plan) -> None:
    chosen = select(plan, ["adae"])
    assert {dataset.name for dataset in chosen.build} == {"DM", "AE", "SUPPAE", "ADSL", "ADAE"}
    assert chosen.write == {"ADAE"}
    assert select(plan, []).whole
    with pytest.raises(SpecificationError, match="SPC021"):
        select(plan, [","])


@pytest.mark.parametrize("study", ["cdiscpilot01", "n2011-04", "pharmaverse"])
def test_columns_read_by_shipped_studies_are_declared(study: str) -> None:
    plan = compile_study(study, registry()).plan
    for table, columns in raw_columns(plan, plan.datasets).items():
        assert columns <= set(plan.raw[table].columns)

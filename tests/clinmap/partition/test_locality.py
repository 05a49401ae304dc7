"""What may be built for subjects apart, and what raw tables show of their subjects."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from clinmap.app.build.needs import raw_columns
from clinmap.app.build.raw_data import read_raw_tables, tables_to_read
from clinmap.app.fidelity.comparing import published_folders
from clinmap.app.registry import registry
from clinmap.app.watch import Silence
from clinmap.partition.evidence import Evidence, sorts_alike
from clinmap.plan import Plan
from mappings.compile import compile_study
from tests.clinmap.partition.parts_of import assert_same, in_parts
from tests.small_study import EVENTS, compiled, operations, table

SUBJECT = [".USUBJID"]


def test_only_these_operations_are_never_local() -> None:
    """Who adds one that looks at other subjects leaves it out of the local ones."""
    known = [operations().get(name) for name in operations().names]
    assert {one.name for one in known if one and not one.local} == {
        "first_flag", "nca", "of_group", "sequence",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "parameters", "local"),
    [
        ("sequence", {"sequence": [".A"]}, True),
        ("sequence", {"sequence": [".A"], "within": [".B"]}, False),
        ("first_flag", {"first_flag": [*SUBJECT, ".A"], "order": [".B"]}, True),
        ("first_flag", {"first_flag": [".A"], "order": [".B"]}, False),
        ("of_group", {"of_group": ".A", "by": [".B"], "give": "list"}, True),
        ("of_group", {"of_group": ".A", "by": [".B"], "give": "list", "subjects": "all"}, False),
        ("of_group", {"of_group": ".A", "by": SUBJECT, "give": "list", "subjects": "all"}, True),
    ],
)
def test_groups_are_local_where_subject_is_among_them(
    name: str, parameters: dict[str, object], local: bool
) -> None:
    assert operations().make(name, parameters).is_local() is local


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """The plan of a study of events and persons."""
    return compiled(tmp_path, XX=EVENTS).plan


def test_a_column_tells_the_subject_where_each_value_is_of_one(plan: Plan) -> None:
    """TERM is a sample's number, which persons have as SITE; WEIGHT is shared."""
    ev = [{"SUBJ": "1", "TERM": "s1"}, {"SUBJ": "1", "TERM": "s2"}, {"SUBJ": "2", "TERM": "s3"}]
    pt = [{"SUBJ": "1", "SITE": "s2", "WEIGHT": "7"}, {"SUBJ": "2", "SITE": "s3", "WEIGHT": "7"}]
    shown = Evidence(plan, {"ev": table(plan, "ev", ev), "pt": table(plan, "pt", pt)})
    assert shown.meet("ev", "TERM", "pt", "SITE")
    assert not shown.meet("ev", "TERM", "pt", "WEIGHT")
    assert not shown.meet("ev", "TERM", "pt", "NONE")
    assert shown.alone("pt", ["SITE", "WEIGHT"])
    assert not shown.alone("pt", ["WEIGHT"])


def test_rows_of_two_subjects_do_not_meet_apart(plan: Plan) -> None:
    """Each column tells a subject in its table, and not the same one."""
    ev = table(plan, "ev", [{"SUBJ": "1", "TERM": "s1"}])
    pt = table(plan, "pt", [{"SUBJ": "2", "SITE": "s1"}])
    assert not Evidence(plan, {"ev": ev, "pt": pt}).meet("ev", "TERM", "pt", "SITE")


@pytest.mark.parametrize(
    ("values", "alike"),
    [
        (["10", "9"], True),
        (["a", "b"], True),
        (["10", "9", "x"], False),
        (["1", "1.0", "x"], False),
        (["2019", "2020", "2020-01"], True),
        ([None, None], True),
    ],
)
def test_text_of_numbers_and_others_may_sort_in_two_ways(
    values: list[str | None], alike: bool
) -> None:
    assert sorts_alike(pd.Series(values, dtype="str")) is alike


def test_the_published_reference_is_built_by_subjects_alone() -> None:
    """Datasets of both kinds in two parts; nothing is made of all rows."""
    plan = compile_study("pharmaverse", registry()).plan
    wanted = tables_to_read(plan, raw_columns(plan, plan.datasets))
    raw = read_raw_tables(plan, published_folders(None)[0], wanted, Silence()).tables
    merged = in_parts(plan, raw, 2)
    assert not any(merged.division.reasons.values())
    assert_same(plan, raw, merged)

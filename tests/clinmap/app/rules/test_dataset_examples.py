"""The examples of the rules of datasets: bad ones are found where they say, good ones not."""

from __future__ import annotations

import pytest

from clinmap.app.rules.dataset_examples import (
    DatasetExample,
    ExampleTable,
    dataset_examples,
    given_datasets,
)
from clinmap.codes import CODES
from clinmap.validation import judge, plan_from_standards, ready_frames
from clinmap.validation.findings import Found

EXAMPLES = dataset_examples()


def findings(example: DatasetExample, tables: tuple[ExampleTable, ...]) -> list[Found]:
    """What the checks find in the datasets of an example."""
    given = given_datasets(tables)
    keys = {name: keys for name, keys in example.keys.items() if name in given}
    plan = plan_from_standards(given, keys=keys)
    return judge(plan, ready_frames(plan, given), given=given)


def places(found: list[Found]) -> list[tuple[str, str, str, tuple[int, ...]]]:
    """Code, dataset, variable and rows (from 1) of each finding."""
    return [
        (f.problem.code, f.problem.dataset, f.problem.variable, tuple((f.rows + 1).tolist()))
        for f in found
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
def test_bad_example_is_found_where_it_says(example: DatasetExample) -> None:
    """Its code, once, in the dataset, variable and rows that the page names."""
    found = [place for place in places(findings(example, example.bad)) if place[0] == example.code]
    assert found == [(example.code, example.dataset, example.variable, example.rows)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code)
def test_good_example_mends_it_and_breaks_nothing(example: DatasetExample) -> None:
    """The code is gone, and what else both have (variables left out for short) is the same."""
    bad = places(findings(example, example.bad))
    good = places(findings(example, example.good))
    assert example.code not in {place[0] for place in good}
    strange = {place[:3] for place in bad} ^ {place[:3] for place in good}
    assert {place[0] for place in strange} <= {example.code, *example.also}


def test_every_code_of_datasets_has_an_example() -> None:
    """One each, and none of a code that is not in the catalogue."""
    wanted = {code.id for code in CODES if code.id.startswith("VAL")}
    shown = [example.code for example in EXAMPLES]
    assert sorted(wanted) == sorted(shown)

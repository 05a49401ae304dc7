"""What must hold of any two datasets."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmap.comparison import DatasetComparison, compare_datasets
from clinmap.comparison.variables import Tolerance

WORDS = st.sampled_from([None, "", "a", "A", "b ", "a b", "2014-01-02", "2014-01", "1", "1.0"])
NUMBERS = st.sampled_from([np.nan, 0.0, 1.0, 2.0, 1.0 + 1e-12, -1.0, 19725.0, 1e300])
ROWS = st.lists(st.tuples(st.sampled_from(["k", "l", None]), WORDS, NUMBERS, WORDS), max_size=12)
SEEDS = st.integers(0, 1000)


def frame(rows: list[tuple[str | None, str | None, float, str | None]]) -> pd.DataFrame:
    keys, first, numbers, second = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pd.DataFrame(
        {
            "K": pd.Series(keys, dtype="str"),
            "A": pd.Series(first, dtype="str"),
            "N": pd.Series(numbers, dtype="float64"),
            "B": pd.Series(second, dtype="str"),
        }
    )


def compared(base: pd.DataFrame, compare: pd.DataFrame) -> DatasetComparison:
    return compare_datasets(base, compare, name="T", keys=["K"])


@given(ROWS, SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_shuffled_dataset_is_identical(
    rows: list[tuple[str | None, str | None, float, str | None]], seed: int
) -> None:
    base = frame(rows)
    found = compared(base, base.sample(frac=1.0, random_state=seed))
    assert found.identical
    assert found.paired == len(base)


@given(ROWS, ROWS, SEEDS)
@settings(max_examples=80, deadline=None)
def test_order_is_without_effect_and_counts_are_symmetric(
    rows: list[tuple[str | None, str | None, float, str | None]],
    others: list[tuple[str | None, str | None, float, str | None]],
    seed: int,
) -> None:
    base, compare = frame(rows), frame(others)
    found = compared(base, compare)
    shuffled = compared(
        base.sample(frac=1.0, random_state=seed), compare.sample(frac=1.0, random_state=seed + 1)
    )
    assert shuffled == found
    pd.testing.assert_frame_equal(shuffled.cells(), found.cells())
    back = compared(compare, base[["K", "B", "N", "A"]])
    assert (back.only_base, back.only_compare) == (found.only_compare, found.only_base)
    assert (back.paired, back.tied) == (found.paired, found.tied)
    assert {v.name: v.equal for v in back.variables} == {v.name: v.equal for v in found.variables}
    assert found.paired + found.only_base == len(base)
    assert found.paired + found.only_compare == len(compare)
    assert len(found.cells()) == found.different
    for variable in found.variables:
        assert sum(p.count for p in variable.patterns) == variable.different
        assert variable.compared == variable.equal + variable.different


@given(st.integers(1, 30), st.data(), SEEDS)
@settings(max_examples=40, deadline=None)
def test_one_changed_cell_is_found(size: int, data: st.DataObject, seed: int) -> None:
    base = pd.DataFrame(
        {"K": [f"s{i}" for i in range(size)], "A": [f"t{i}" for i in range(size)], "N": 1.0}
    )
    row, name = data.draw(st.integers(0, size - 1)), data.draw(st.sampled_from(["A", "N"]))
    compare = base.copy()
    compare.loc[row, name] = "other" if name == "A" else 7.0
    found = compared(base, compare.sample(frac=1.0, random_state=seed))
    cells = found.cells()
    assert cells[["K", "variable"]].to_numpy().tolist() == [[f"s{row}", name]]
    assert cells["compare"].tolist() == ["other" if name == "A" else "7"]
    assert found.equal == found.compared - 1


def test_the_default_tolerance() -> None:
    assert Tolerance() == Tolerance(relative=1e-9, absolute=0.0)

"""Orders: total ones within groups, and raw text by size."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clinmap.ordering import by_size, order_codes, positions_in_group, ranked


def test_record_10_comes_after_record_9() -> None:
    positions = pd.Series(["10", "9", None], dtype="str")
    codes = order_codes(by_size(positions))[0]
    assert codes[1] < codes[0]
    assert codes[2] < codes[1]


def test_text_that_is_not_all_numbers_stays_text() -> None:
    values = pd.Series(["10", "9a"], dtype="str")
    assert by_size(values).tolist() == ["10", "9a"]


def texts(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


HASHES = np.array([5, 4, 3, 2, 1], dtype=np.uint64)
GROUPS = texts("a", "a", None, None, "b")


@pytest.mark.parametrize(
    ("keys", "descending", "last_first", "expected"),
    [
        ([texts("2", "1", "1", "2", "9")], [], False, [2, 1, 1, 2, 1]),
        ([texts("2", "1", "1", "2", "9")], [True], False, [1, 2, 2, 1, 1]),
        ([texts("2", "1", "1", "2", "9")], [], True, [1, 2, 2, 1, 1]),
        ([texts("2", None, None, "2", "9")], [], False, [2, 1, 1, 2, 1]),
        ([pd.Series([10.0, 9.0, np.nan, 1.0, 1.0])], [], False, [2, 1, 1, 2, 1]),
        ([texts("1", "1", "1", "1", "1")], [], False, [2, 1, 2, 1, 1]),
        ([], [], False, [2, 1, 2, 1, 1]),
    ],
)
def test_position_in_a_group(
    keys: list[pd.Series], descending: list[bool], last_first: bool, expected: list[int]
) -> None:
    found = positions_in_group([GROUPS], keys, HASHES, descending, last_first=last_first)
    assert found.tolist() == expected, "missing first, ties by the hashes, a missing group is one"


def test_no_rows_have_no_order() -> None:
    none = np.empty(0, dtype=np.uint64)
    assert positions_in_group([texts()], [texts()], none).tolist() == []
    assert ranked([texts()], none).tolist() == []


def test_rank_is_a_total_order() -> None:
    keys = [texts("b", None, "a", "a", "b")]
    assert ranked(keys, HASHES).tolist() == [1, 3, 2, 4, 0]

"""Orders: raw text by size."""

from __future__ import annotations

import pandas as pd

from clinmap.ordering import by_size, order_codes


def test_record_10_comes_after_record_9() -> None:
    positions = pd.Series(["10", "9", None], dtype="str")
    codes = order_codes(by_size(positions))
    assert codes[1] < codes[0]
    assert codes[2] < codes[1]


def test_text_that_is_not_all_numbers_stays_text() -> None:
    values = pd.Series(["10", "9a"], dtype="str")
    assert by_size(values).tolist() == ["10", "9a"]

"""Links of rows to records, laid out in order whichever way is taken."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest

from clinmap.execution import finish
from clinmap.execution.finish import Links, _lineage_frame

ORDER = np.array([2, 0, 1])


def links(count: int) -> list[Links]:
    """So many variables, each linked to a record for two of three rows."""
    rows = np.array([0, 2])
    return [
        (f"V{n:03d}", "ev", partial(lambda r, n: (r, r + 10 * n), rows, n)) for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 3, 127, 128, 300])
def test_both_ways_give_the_same(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many variables have links."""
    laid = _lineage_frame(links(count), ORDER)
    monkeypatch.setattr(finish, "_one_each", lambda *_: None)
    pd.testing.assert_frame_equal(laid, _lineage_frame(links(count), ORDER))
    assert len(laid) == 2 * count
    assert laid["row"].unique().tolist() == [1, 2]
    last = laid.iloc[-1]
    assert (last["variable"], last["record"]) == (f"V{count - 1:03d}", 10 * (count - 1) + 1)

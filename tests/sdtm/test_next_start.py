"""The end of an element: the start of the subject's next one."""

from __future__ import annotations

import pandas as pd

from clinmap.plan import Ref
from sdtm import NextStart
from tests.rows_of import TestRows


def test_the_next_start_is_taken_from_the_record_that_is_linked() -> None:
    """In the order of the starts, not of the records; the last one of a subject has none."""
    seen = TestRows(
        {
            "USUBJID": pd.Series(["A", "B", "A"], dtype="str"),
            "SESTDTC": pd.Series(["2014-02-01", "2014-01-05", "2014-01-10"], dtype="str"),
        }
    )
    ends = NextStart(Ref("own", "SESTDTC"), "2014-09-09").apply(seen)
    assert ends.tolist() == ["2014-09-09", "2014-09-09", "2014-02-01"]
    assert seen.linked == [("", [2], [0])]

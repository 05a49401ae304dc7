"""Words that say that nothing is known."""

from __future__ import annotations

import pandas as pd

from clinmap.operations.known import Known
from clinmap.plan import Ref
from tests.rows_of import TestRows

VALUE = Ref("own", "VALUE")


def rows(*texts: str | None) -> TestRows:
    return TestRows({"VALUE": pd.Series(texts, dtype="str")})


def values(operation: Known, of: TestRows) -> list[str | None]:
    return [None if pd.isna(value) else value for value in operation.apply(of).tolist()]


def test_words_for_unknown_are_missing_and_counted() -> None:
    of = rows("17.2", "UNK", "n/a", " . ", "-99", None, "  ", "-9")
    assert values(Known(VALUE), of) == ["17.2", None, None, None, None, None, None, "-9"]
    assert [(code, where) for code, _, where in of.reported] == [("TXT004", [1, 2, 3, 4])]


def test_a_word_that_means_something_in_the_field_stays() -> None:
    of = rows("ND", "NA")
    assert values(Known(VALUE, but=("nd",)), of) == ["ND", None]


def test_a_field_may_have_words_of_its_own() -> None:
    of = rows("?", "UNK")
    assert values(Known(VALUE, unknown=("?",)), of) == [None, "UNK"]

"""Parts of texts, and the texts that have no such part."""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.operations.extract import Extract
from clinmap.plan import Ref
from tests.rows_of import TestRows

PANEL = Ref("source", "PANEL")


def rows(*texts: str | None) -> TestRows:
    return TestRows({"$PANEL": pd.Series(texts, dtype="str")})


def test_the_part_in_parentheses_is_taken() -> None:
    of = rows("T cells WB", None, "NK cells PBMC")
    made = Extract(PANEL, pattern="(.+) (?:WB|PBMC)").apply(of)
    assert made.where(made.notna(), "-").tolist() == ["T cells", "-", "NK cells"]
    assert of.reported == []


def test_a_text_that_does_not_match_is_listed_and_missing() -> None:
    of = rows("T cells WB", "T cells", None, "T cells")
    made = Extract(PANEL, pattern="(.+) WB").apply(of)
    assert made.isna().tolist() == [False, True, True, True]
    assert of.reported == [("TXT005", "'T cells' in $PANEL does not match the pattern", [1, 3])]


def test_a_text_without_the_part_may_become_missing_in_silence() -> None:
    of = rows("T cells")
    made = Extract(PANEL, pattern="(.+) WB", otherwise="missing").apply(of)
    assert made.isna().all()
    assert of.reported == []


@pytest.mark.parametrize(("column", "text"), [("PANEL", "S-01"), ("SUBJECT", "Mal")])
def test_what_may_be_an_identifier_is_not_named(column: str, text: str) -> None:
    of = TestRows({f"${column}": pd.Series([text], dtype="str")})
    Extract(Ref("source", column), pattern="([0-9]+)").apply(of)
    [(_, message, _)] = of.reported
    assert text not in message


def test_without_rows_there_is_nothing_to_list() -> None:
    of = rows()
    assert len(Extract(PANEL, pattern="(.)").apply(of)) == 0
    assert of.reported == []

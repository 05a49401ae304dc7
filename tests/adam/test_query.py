"""Standardised queries on coded terms."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from adam import Query
from clinmap.plan import Ref
from tests.rows_of import TestRows

TERMS = (Ref("own", "AEDECOD"), Ref("own", "AELLT"))
COLUMNS = {"name": "smq", "id": "number", "scope": "scope", "term": "term", "variable": "var"}
SMQ = pd.DataFrame(
    [
        ("SKIN", "1", "broad", "Rash", "AEDECOD"),
        ("SKIN", "1", "narrow", "Rash", "AEDECOD"),
        ("SKIN", "1", "broad", "Itching", "AEDECOD"),
        ("SKIN", "1", "narrow", "Patch burn", "AELLT"),
        ("LIVER", "2", "narrow", "Jaundice", "AEDECOD"),
    ],
    columns=list(COLUMNS.values()),
).astype("str")  # fmt: skip


def _rows() -> TestRows:
    decoded = ["RASH", "ITCHING", "BURN", "JAUNDICE", None, "PATCH BURN"]
    lowest = ["RASH", "ITCH", "PATCH BURN", "ICTERUS", None, "RASH"]
    own = {
        "AEDECOD": pd.Series(decoded, dtype="str"),
        "AELLT": pd.Series(lowest, dtype="str"),
    }
    return TestRows(own, {"smq": SMQ})


def _made(rows: TestRows, **said: Any) -> list[object]:
    made = Query("SKIN", TERMS, "smq", COLUMNS, **said).apply(rows)
    return [None if pd.isna(value) else value for value in made.tolist()]


def test_a_term_counts_in_the_variable_that_the_table_names() -> None:
    assert _made(_rows()) == ["SKIN", "SKIN", "SKIN", None, None, None]
    assert _made(_rows(), give="id") == ["1", "1", "1", None, None, None]


def test_the_narrow_scope_wins_and_can_be_asked_for() -> None:
    assert _made(_rows(), give="scope") == ["NARROW", "BROAD", "NARROW", None, None, None]
    assert _made(_rows(), scope="narrow") == ["SKIN", None, "SKIN", None, None, None]


def test_without_a_column_of_variables_every_variable_is_looked_at() -> None:
    columns = {"name": "smq", "term": "term"}
    made = Query("SKIN", TERMS, "smq", columns).apply(_rows())
    assert made.notna().tolist() == [True, True, True, False, False, True]


def test_the_lineage_names_the_table_s_record() -> None:
    rows = _rows()
    _made(rows)
    assert rows.linked == [("smq", [0, 1, 2], [1, 2, 3])]


def test_only_the_columns_that_are_needed_are_read() -> None:
    read = {ref.column for ref in Query("SKIN", TERMS, "smq", COLUMNS).inputs()[len(TERMS) :]}
    assert read == {"smq", "scope", "term", "var"}


def test_columns_that_are_wrong_or_lack_are_refused() -> None:
    with pytest.raises(ValidationError, match="'names' is none of name, id"):
        Query("SKIN", TERMS, "smq", {"names": "smq"})
    with pytest.raises(ValidationError, match="column with the scope"):
        Query("SKIN", TERMS, "smq", {"name": "smq"}, scope="narrow")


def test_the_method_says_where_the_term_stands() -> None:
    assert Query("SKIN", TERMS, "smq", COLUMNS, scope="narrow").describe().method == (
        "Name of the query SKIN (narrow scope) where AEDECOD or AELLT is one of its terms."
    )

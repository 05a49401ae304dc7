"""Two exports of one raw table: rows by key, cells, columns, and the problems they make."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from clinmap.reconciliation import reconcile_table, reconciliation_problems

KEY = ["SUBJECT", "POSITION"]


def frame(*rows: tuple[str | None, ...], columns: str = "SUBJECT POSITION TERM") -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split(), dtype="str")


def test_equal_exports_say_the_same_in_any_order() -> None:
    own = frame(("1", "1", "Rash"), ("1", "2", None), ("2", "1", "Fever"))
    found = reconcile_table("ae", own, own.iloc[::-1][["TERM", "POSITION", "SUBJECT"]], KEY)
    assert found.identical
    assert list(reconciliation_problems(found, "odm", "study.xml")) == []


def test_rows_of_one_side_are_named_by_their_record() -> None:
    own = frame(("1", "1", "Rash"), ("1", "2", "Fever"))
    other = frame(("1", "1", "Rash"), ("3", "1", "Pain"), ("3", "2", "Pain"))
    found = reconcile_table("ae", own, other, KEY)
    problems = list(reconciliation_problems(found, "odm", "study.xml"))
    assert [(p.code, p.count, p.rows) for p in problems] == [
        ("REC001", 1, ("ae:2",)),
        ("REC001", 2, ()),
    ]


def test_cells_are_counted_by_column() -> None:
    own = frame(("1", "1", "Rash"), ("1", "2", None), ("2", "1", "Fever"))
    other = frame(("2", "1", "fever"), ("1", "2", "Pain"), ("1", "1", "Rash"))
    found = reconcile_table("ae", own, other, KEY)
    assert found.differing == {"TERM": (1, 2)}
    (problem,) = reconciliation_problems(found, "odm", "study.xml")
    assert (problem.code, problem.variable, problem.count) == ("REC002", "TERM", 2)
    assert problem.rows == ("ae:2", "ae:3")


def test_columns_of_one_side_are_named() -> None:
    own = frame(("1", "1", "x"), columns="SUBJECT POSITION A")
    other = frame(("1", "1", "x"), columns="SUBJECT POSITION B")
    found = reconcile_table("ae", own, other, KEY)
    messages = [p.message for p in reconciliation_problems(found, "odm", "study.xml")]
    assert messages == ["mirror odm has no column A", "only mirror odm has column B"]


def test_missing_keys_meet_missing_keys() -> None:
    own = frame(("1", None, "Rash"))
    assert reconcile_table("ae", own, own.copy(), KEY).identical


def test_rows_with_one_key_meet_by_content() -> None:
    own = frame(("1", "1", "Rash"), ("1", "1", "Fever"))
    assert reconcile_table("ae", own, own.iloc[::-1], KEY).identical


def test_without_a_shared_key_rows_meet_by_all_shared_columns() -> None:
    own, other = frame(("1", "1", "Rash")), frame(("1", "1", "Pain"))
    found = reconcile_table("ae", own, other, ["FOLDER"])
    assert (len(found.only_own), found.only_mirror) == (1, 1)


def test_an_export_without_rows_lacks_all_rows() -> None:
    own = frame(("1", "1", "Rash"), ("1", "2", "Rash"))
    assert reconcile_table("ae", own, own.iloc[:0], KEY).only_own == (0, 1)


def test_no_message_holds_a_value() -> None:
    found = reconcile_table("ae", frame(("SUBJ-7", "1", "Rash")), frame(("X", "1", "Pain")), KEY)
    problems = list(reconciliation_problems(found, "odm", "study.xml"))
    assert problems
    assert not any("SUBJ-7" in str(problem) or "Rash" in str(problem) for problem in problems)


cells = st.sampled_from(["a", "b", None])
tables = st.lists(st.tuples(cells, cells, cells), max_size=8)


@given(tables, st.randoms(use_true_random=False))
def test_a_shuffled_table_is_the_same_table(
    rows: list[tuple[str | None, ...]], random: object
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reconcile_table("t", frame(*rows), frame(*shuffled), KEY).identical


@given(tables, tables)
def test_the_two_sides_are_counted_alike(
    one: list[tuple[str | None, ...]], two: list[tuple[str | None, ...]]
) -> None:
    there = reconcile_table("t", frame(*one), frame(*two), KEY)
    back = reconcile_table("t", frame(*two), frame(*one), KEY)
    assert (len(there.only_own), there.only_mirror) == (back.only_mirror, len(back.only_own))
    assert there.cells == back.cells
    assert len(one) - len(there.only_own) == len(two) - there.only_mirror

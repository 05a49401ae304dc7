"""Parts of datasets whose file would be too large."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap.plan import DatasetPlan, PartsRule, VariablePlan
from clinmap.writers.splitting import (
    Part,
    bytes_of,
    parts_of,
    parts_of_supplemental,
    too_large,
    xpt_size,
)
from clinmap.writers.xpt import write_xpt

LB = DatasetPlan(
    name="LB",
    label="Laboratory Test Results",
    cls="FINDINGS",
    structure="",
    purpose="Tabulation",
    keys=(),
    order=(),
    sources=(),
    variables=(
        VariablePlan("DOMAIN", "Domain", "text"),
        VariablePlan("USUBJID", "Subject", "text"),
        VariablePlan("LBSEQ", "Sequence Number", "integer"),
        VariablePlan("LBCAT", "Category", "text"),
    ),
)
RULE = PartsRule("LBCAT", (("CHEMISTRY", "CH"), ("HEMATOLOGY", "HM"), ("NEVER", "NV")))


def frame(*rows: tuple[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "DOMAIN": pd.Series(["LB"] * len(rows), dtype="str"),
            "USUBJID": pd.Series([subject for subject, _ in rows], dtype="str"),
            "LBSEQ": np.arange(1.0, len(rows) + 1),
            "LBCAT": pd.Series([category for _, category in rows], dtype="str"),
        }
    )


SIX = frame(
    ("A", "CHEMISTRY"), ("A", "HEMATOLOGY"), ("B", "CHEMISTRY"), ("B", "CHEMISTRY"), ("C", None),
    ("A", "CHEMISTRY"),
)  # fmt: skip


def size(rows: int) -> int:
    return xpt_size(rows, LB, SIX)


def shown(parts: tuple[Part, ...]) -> list[tuple[str, list[int]]]:
    return [(part.name, part.rows.tolist()) for part in parts]


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 6])
def test_the_size_is_that_of_the_file(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "lb.xpt"
    some = SIX.head(rows)
    write_xpt(some, LB, path, datetime(2025, 3, 28))
    assert xpt_size(rows, LB, some) == path.stat().st_size


def test_a_dataset_within_the_limit_has_no_parts() -> None:
    assert parts_of(SIX, LB, size(6)) == ()
    assert parts_of(SIX, LB) == ()


def test_parts_hold_whole_subjects_in_the_order_of_the_whole() -> None:
    parts = parts_of(SIX, LB, size(3))
    assert shown(parts) == [("LB01", [0, 1, 5]), ("LB02", [2, 3, 4])]
    assert too_large(parts, LB, SIX, size(3)) == ()


def test_a_subject_that_is_too_large_is_a_part_of_its_own_and_said() -> None:
    many = frame(*[("A", "CHEMISTRY")] * 60, ("B", "CHEMISTRY"), ("B", None))
    limit = xpt_size(20, LB, many)
    parts = parts_of(many, LB, limit)
    assert [len(part.rows) for part in parts] == [60, 2]
    assert too_large(parts, LB, many, limit) == ("LB01",)


def test_a_rule_names_the_parts_by_category_and_the_rest_is_numbered() -> None:
    parts = parts_of(SIX, LB, 1, rule=RULE)
    assert shown(parts) == [("LBCH", [0, 2, 3, 5]), ("LBHM", [1]), ("LB01", [4])]
    assert parts[0].holds == "LBCAT CHEMISTRY"


def test_names_that_somebody_has_are_left_out() -> None:
    assert parts_of(SIX, LB, size(3), taken=("LB01",))[0].name == "LB02"


def test_qualifiers_follow_the_records_of_their_parent() -> None:
    parts = parts_of(SIX, LB, size(3))
    found = parts_of_supplemental(parts, np.array([0, 2, 5, 5]))
    assert shown(found) == [("SUPPLB01", [0, 2, 3]), ("SUPPLB02", [1])]
    assert shown(parts_of_supplemental(parts, np.array([0]))) == [("SUPPLB01", [0])]


@given(
    st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from(["CHEMISTRY", "X"])), min_size=1),
    st.integers(1, 4000),
    st.sampled_from([None, RULE]),
)
def test_every_row_is_in_exactly_one_part(
    rows: list[tuple[str, str]], limit: int, rule: PartsRule | None
) -> None:
    whole = frame(*rows)
    parts = parts_of(whole, LB, limit, rule=rule)
    held = sorted(row for part in parts for row in part.rows.tolist())
    assert held == (list(range(len(whole))) if xpt_size(len(whole), LB, whole) > limit else [])
    names = [part.name for part in parts]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 4 for name in names)
    if rule is None:
        for part in parts:
            others = set(whole["USUBJID"]) - set(whole["USUBJID"].iloc[part.rows])
            outside = whole.drop(index=part.rows)["USUBJID"]
            assert set(outside) <= others


@pytest.mark.parametrize("text", ["", "5", "5.5kb", "2 MB", "0GB", "GB", "-1GB", "5TB"])
def test_sizes_as_typed(text: str) -> None:
    known = {"5": 5, "5.5kb": 5500, "2 MB": 2_000_000}
    if text in known:
        assert bytes_of(text) == known[text]
    else:
        with pytest.raises(ValueError, match="is no size"):
            bytes_of(text)

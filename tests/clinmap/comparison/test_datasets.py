"""Two datasets compared: each rule on a frame made by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from clinmap.comparison import (
    DatasetComparison,
    Exclusion,
    Tolerance,
    compare_datasets,
    compare_folders,
    filled_in_base_only,
    filled_in_compare_only,
)
from clinmap.problems import InputError


def text(*values: str | None) -> pd.Series[str]:
    return pd.Series(values, dtype="str")


def one_variable(
    base: Any, compare: Any, name: str = "X", tolerance: Tolerance | None = None
) -> DatasetComparison:
    """Compare two columns, row by row: the key is the row's number."""
    frames = [
        pd.DataFrame({"KEY": np.arange(len(column), dtype=float), name: column})
        for column in (base, compare)
    ]
    return compare_datasets(
        *frames, name="T", keys=["KEY"], tolerance=tolerance or Tolerance(relative=1e-9)
    )


def kinds(comparison: DatasetComparison) -> dict[str, int]:
    return {p.kind: p.count for v in comparison.variables for p in v.patterns}


def test_trailing_blanks_do_not_count_and_null_is_blank() -> None:
    found = one_variable(text("A ", None, "  ", " A"), text("A", "", None, "A"))
    assert found.compared == 4
    assert found.equal == 3
    assert kinds(found) == {"whitespace": 1}


def test_numbers_within_tolerance() -> None:
    base, compare = [1.0, 1.0, np.nan, np.inf, 0.0], [1.0 + 1e-12, 1.1, np.nan, np.inf, -0.0]
    assert one_variable(base, compare).equal == 4
    assert one_variable(base, compare, tolerance=Tolerance(0.0, 0.0)).equal == 3
    assert one_variable(base, compare, tolerance=Tolerance(0.0, 0.2)).identical


def test_infinity_equals_only_itself() -> None:
    assert one_variable([np.inf, np.inf, 1.0], [-np.inf, 1.0, np.inf]).equal == 0


@pytest.mark.parametrize(
    ("base", "compare", "equal"),
    [
        (text("2014-01-02", None), [19725.0, np.nan], 2),
        (text("2014-01-02", "2014-01-03"), [19725.0, 19725.0], 1),
        (text("2014-01-02T10:30", "2014-01-02"), [1704277800.0, 1704240000.0], 2),
        (text("2014-01-02T10:30:15", None), [1704277814.0, np.nan], 1),
        (pd.to_datetime(["2014-01-02", "NaT"]), [19725.0, np.nan], 2),
        (pd.to_datetime(["2014-01-02 10:30", "NaT"]), text("2014-01-02T10:30", None), 2),
        ([dt.date(2014, 1, 2), None], text("2014-01-02", " "), 2),
        ([dt.date(2014, 1, 2), None], [19725.0, np.nan], 2),
        (
            pd.Series([dt.date(2014, 1, 2), None], dtype=pd.ArrowDtype(pa.date32())),
            text("2014-01-02", None),
            2,
        ),
        (pd.to_datetime(["2014-01-02 10:30", "NaT"]).tz_localize("CET"), [1704277800.0, None], 2),
        ([dt.time(10, 30), None], text("10:30", None), 2),
        (pd.to_timedelta([90, None], unit="s"), text("00:01:30", None), 2),
        (text("2014-02-30", None), [19725.0, np.nan], 1),
    ],
)
def test_dates_meet_numbers(base: Any, compare: Any, equal: int) -> None:
    for first, second in ((base, compare), (compare, base)):
        found = one_variable(first, second, "ADTC")
        assert (found.compared, found.equal) == (2, equal)


def test_a_partial_date_equals_no_number() -> None:
    found = one_variable(text("2014-01", "2014", "2014-01-01", "2014-01-01"), [19724.0] * 4)
    assert found.equal == 2
    assert kinds(found) == {"date precision": 2}


def test_date_times_a_second_apart_differ_although_the_number_is_large() -> None:
    base, compare = [1704277800.0, 1704277800.0], [1704277801.0, 1704277800.0]
    assert one_variable(base, compare, "ASTDTM").equal == 1
    assert one_variable(base, compare, "COUNT").equal == 2


@pytest.mark.parametrize("values", [text("1", "2.50", "x", None), text("1.0", " 2.5 ", "x", "")])
def test_text_of_numbers_meets_numbers(values: pd.Series[str]) -> None:
    found = one_variable(values, [1.0, 2.5, 3.0, np.nan])
    assert found.equal == 3
    assert kinds(found) == {"text that is no number": 1}


@pytest.mark.parametrize(
    ("base", "compare"),
    [
        (pd.Series([1, None], dtype="Int64"), [1.0, np.nan]),
        (pd.Series([True, False]), [1.0, 0.0]),
        (pd.Series(["a", None], dtype="category"), text("a", None)),
        (pd.Series(["a", None], dtype=object), text("a", None)),
        (pd.Series(["a", None], dtype="string"), text("a", None)),
        (pd.Series([None, None], dtype=object), text(None, "")),
        (pd.Series([np.nan, np.nan]), text(None, " ")),
        (pd.Series([1, 2.5], dtype=object), [1.0, 2.5]),
    ],
)
def test_dtypes_are_without_effect(base: Any, compare: Any) -> None:
    assert one_variable(base, compare).identical
    assert one_variable(compare, base).identical


def test_a_column_without_values_meets_any() -> None:
    assert kinds(one_variable([np.nan, np.nan], text("x", None))) == {
        "base missing, compare filled": 1
    }
    assert kinds(one_variable([3.0, 4.0], text(None, ""))) == {"base filled, compare missing": 2}


def test_rows_meet_by_key_and_null_keys_meet() -> None:
    base = pd.DataFrame({"K": text("a", None, "b", "c"), "V": [1.0, 2.0, 3.0, 4.0]})
    compare = pd.DataFrame({"K": text("d", "c", "", "a"), "V": [9.0, 4.0, 2.0, 7.0]})
    found = compare_datasets(base, compare, name="T", keys=["K"])
    assert (found.paired, found.only_base, found.only_compare, found.tied) == (3, 1, 1, 0)
    assert found.unpaired().to_dict("list") == {"K": ["b", "d"], "side": ["base", "compare"]}
    assert (found.compared, found.equal) == (3, 2)
    cells = found.cells()
    assert cells.columns.tolist() == ["K", "variable", "base", "compare"]
    assert cells.to_numpy().tolist() == [["a", "V", "1", "7"]]


def test_keys_of_unlike_kinds_meet() -> None:
    base = pd.DataFrame({"N": [1.0, 2.0, 0.1 + 0.2], "V": [1.0, 2.0, 3.0]})
    compare = pd.DataFrame({"N": text("2", "1", "0.3", "x"), "V": [2.0, 1.0, 3.0, 4.0]})
    found = compare_datasets(base, compare, name="T", keys=["N"])
    assert (found.paired, found.equal, found.only_compare) == (3, 3, 1)


def test_tied_rows_meet_by_most_equal_cells() -> None:
    base = pd.DataFrame(
        {"K": text("a", "a", "a"), "A": [1.0, 2.0, 3.0], "B": [1.0, 2.0, 3.0], "C": [1.0, 2.0, 3.0]}
    )
    compare = pd.DataFrame({"K": text("a", "a"), "A": [3.0, 1.0], "B": [3.0, 1.0], "C": [9.0, 1.0]})
    found = compare_datasets(base, compare, name="T", keys=["K"])
    assert (found.paired, found.tied, found.only_base) == (2, 2, 1)
    assert (found.compared, found.equal) == (6, 5)
    assert found.cells().to_numpy().tolist() == [["a", "C", "3", "9"]]


def test_many_tied_rows_meet_in_the_order_of_content() -> None:
    count = 700
    base = pd.DataFrame({"K": ["a"] * count, "V": np.arange(count) * 2.0})
    compare = base.assign(V=base["V"] + 1.0).sample(frac=1.0, random_state=1)
    found = compare_datasets(base, compare, name="T", keys=["K"])
    assert (found.paired, found.tied, found.different) == (count, count, count)
    cells = found.cells()
    assert (cells["base"].astype(float) + 1.0 == cells["compare"].astype(float)).all()


def test_without_keys_rows_meet_by_content() -> None:
    base = pd.DataFrame({"A": text("x", "y"), "B": text("1", "2")})
    compare = pd.DataFrame({"A": text("y", "x"), "B": text("2", "3")})
    found = compare_datasets(base, compare, name="T", keys=[])
    assert (found.paired, found.tied, found.equal, found.compared) == (2, 2, 3, 4)


def test_zero_rows_and_disjoint_columns() -> None:
    base = pd.DataFrame({"K": text("a"), "A": [1.0]})
    compare = pd.DataFrame({"K": text("a"), "B": [1.0]})
    found = compare_datasets(base, compare, name="T", keys=["K"])
    assert found.base_only_variables == ("A",)
    assert found.compare_only_variables == ("B",)
    assert (found.compared, found.identical) == (0, False)
    assert np.isnan(found.share)
    assert len(found.cells()) == 0
    for first, second in ((base, base.iloc[:0]), (base.iloc[:0], base), (base[:0], base[:0])):
        found = compare_datasets(first, second, name="T", keys=["K"])
        assert found.only_base + found.only_compare == len(first) + len(second)
        assert found.identical == (len(first) == len(second))
        assert len(found.unpaired()) == len(first) + len(second)


def test_frames_without_shared_columns_or_any() -> None:
    found = compare_datasets(pd.DataFrame(), pd.DataFrame({"A": [1.0]}), name="T")
    assert (found.paired, found.only_compare, found.keys) == (0, 1, ())
    assert compare_datasets(pd.DataFrame(), pd.DataFrame(), name="T").identical


def test_ignored_variables_take_no_part() -> None:
    base = pd.DataFrame({"K": text("a"), "A": [1.0], "B": [1.0]})
    compare = pd.DataFrame({"K": text("a"), "A": [2.0], "C": [1.0]})
    assert compare_datasets(base, compare, name="T", keys=["K"], ignore={"A", "B", "C"}).identical


def test_exclusions_are_counted_once_and_not_compared() -> None:
    base = pd.DataFrame({"K": [1.0, 2.0, 3.0], "A": text("x", None, "z"), "B": [1.0, 2.0, np.nan]})
    compare = pd.DataFrame({"K": [3.0, 2.0, 1.0], "A": text("Z", "y", " "), "B": [5.0, 2.0, 7.0]})
    rules = [
        Exclusion("not in the reference", filled_in_base_only),
        Exclusion("B is not collected", ("B",)),
        Exclusion("not by us", mask=filled_in_compare_only, variables=("B",)),
    ]
    found = compare_datasets(base, compare, name="T", keys=["K"], exclusions=rules)
    a, b = found.variables
    assert a.left_out == {"not in the reference": 1}
    assert (a.compared, a.equal, a.different) == (2, 0, 2)
    assert b.left_out == {"B is not collected": 3}
    assert (b.compared, b.equal) == (0, 0)
    assert found.left_out == {"not in the reference": 1, "B is not collected": 3}
    assert not found.identical
    assert "Left out and counted: B is not collected." in found.rules


def test_examples_show_keys_and_values() -> None:
    base = pd.DataFrame({"S": text("b", "a", "c"), "N": [2.0, 1.5, 3.0], "V": text("x", "x", "x")})
    compare = base.assign(V=text("X", "X", "X"))
    found = compare_datasets(base, compare, name="T", keys=["S", "N"], examples=2)
    (pattern,) = found.variables[0].patterns
    assert (pattern.kind, pattern.count, len(pattern.examples)) == ("case", 3, 2)
    assert pattern.examples[0].keys == (("S", "a"), ("N", "1.5"))
    assert (pattern.examples[0].base, pattern.examples[0].compare) == ("x", "X")


def test_a_missing_key_and_a_repeated_column_are_refused() -> None:
    frame = pd.DataFrame({"USUBJID": text("a")})
    with pytest.raises(InputError, match="CMP001 DM: base has no key USUBJD"):
        compare_datasets(frame, frame, name="DM", keys=["USUBJD"])
    twice = pd.concat([frame, frame], axis=1)
    with pytest.raises(InputError, match="CMP002 DM: compare has more than one USUBJID"):
        compare_datasets(frame, twice, name="DM", keys=["USUBJID"])


def test_folders() -> None:
    dm = pd.DataFrame({"USUBJID": text("1", "2"), "AGE": [30.0, 40.0]})
    base = {"DM": dm, "AE": dm, "XX": dm}
    compare = {"DM": dm.iloc[::-1], "AE": dm.assign(AGE=[30.0, 41.0]), "YY": dm}
    found = compare_folders(base, compare, {"AE": ["USUBJID"]}, exclusions={"DM": []})
    assert [d.name for d in found.datasets] == ["AE", "DM"]
    assert found.base_only_datasets == ("XX",)
    assert found.compare_only_datasets == ("YY",)
    assert (found.compared, found.equal, found.share) == (4, 3, 0.75)
    assert found.cells().to_numpy().tolist() == [["AE", "USUBJID=2", "AGE", "40", "41"]]
    chosen = compare_folders(base, base, lambda name, a, b: None if name == "DM" else ["USUBJID"])
    assert chosen.identical
    assert [d.keys_reason for d in chosen.datasets] == [
        "given",
        "there is one record per subject",
        "given",
    ]
    assert compare_folders({}, {}).cells().empty

"""Records told apart by packed numbers: the same answers as pandas gives by comparing values."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from clinmap.coded_text import as_coded, is_coded
from clinmap.validation.checks import Words, column_check, null_blanks, places_of, value_check
from clinmap.validation.records import _in_order
from clinmap.validation.repetition import found_among, kinds_of, repeated

NAMES = ["A", "B", "N"]


def _records(seed: int, rows: int, kinds: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    numbers = random.integers(0, kinds, (3, rows))
    texts = [pd.Series(part, dtype="float64").map(lambda n: f"t{n:.0f}") for part in numbers[:2]]
    frame = pd.DataFrame({"A": texts[0], "B": texts[1], "N": numbers[2].astype(np.float64)})
    holes = random.random((rows, 3)) < 0.1
    return frame.mask(holes).astype({"A": "str", "B": "str"})


@pytest.mark.parametrize("kinds", [2, 5, 400])
@pytest.mark.parametrize("ordered", [False, True])
def test_repeated_records_are_those_of_pandas(kinds: int, ordered: bool) -> None:
    """Sorted or not, with many repetitions, few or none; missing values agree."""
    for seed in range(5):
        frame = null_blanks(_records(seed, 60, kinds))
        if ordered:
            frame = frame.sort_values(NAMES, na_position="first", ignore_index=True)
        found = repeated(frame, NAMES)
        told = frame.duplicated(NAMES, keep=False).to_numpy()
        assert found is None if not told.any() else (found == told).all()


def test_a_dataset_in_the_order_of_its_keys_is_not_taken_for_repeated() -> None:
    """Only neighbours are compared there, and an only record repeats nothing."""
    frame = pd.DataFrame({"A": ["a", "a", "b"], "N": [1.0, 2.0, 1.0]}).astype({"A": "str"})
    assert repeated(frame, ("A", "N")) is None
    assert repeated(frame.head(1), ("A",)) is None
    assert repeated(frame, ("A",)).tolist() == [True, True, False]


def test_combinations_are_numbered_and_found_again() -> None:
    """Each row's combination is that of the first row of its number."""
    frame = null_blanks(_records(7, 80, 3))
    number, first = kinds_of(frame, NAMES)
    again = frame.iloc[first].iloc[number].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, frame, check_dtype=False)
    assert len(first) == len(frame.drop_duplicates())


def test_pairs_are_found_among_others() -> None:
    """As a MultiIndex finds them, but for missing values, which are nowhere."""
    asked, there = _records(1, 50, 4), _records(2, 50, 4)
    found = found_among((asked["A"], asked["B"]), (there["A"], there["B"]))
    known = set(there[["A", "B"]].dropna().itertuples(index=False, name=None))
    pairs = asked[["A", "B"]].itertuples(index=False, name=None)
    assert found.tolist() == [pair in known for pair in pairs]


def test_places_among_other_texts() -> None:
    """What is missing or not there has no place, and numbers have none among texts."""
    asked = pd.Series(["b", None, "x", "a"], dtype="str")
    assert places_of(asked, pd.Series(["a", "b"], dtype="str")).tolist() == [1, -1, -1, 0]
    assert places_of(asked, pd.Series([1.0])).tolist() == [-1] * 4


def test_text_is_coded_and_blank_text_is_missing() -> None:
    """Also where the text was coded before, and where it is not ASCII."""
    column = pd.Series(["x", " ", None, "x", "\u00a0"] * 2, dtype="str")
    for given in (column, as_coded(column)):
        made = null_blanks(pd.DataFrame({"A": given}))["A"]
        assert is_coded(made)
        assert made.isna().tolist() == [False, True, True, False, True] * 2


def test_what_is_coded_already_is_not_made_anew() -> None:
    """The frame itself comes back."""
    frame = pd.DataFrame({"A": as_coded(pd.Series(["x", "y"] * 4, dtype="str"))})
    assert null_blanks(frame) is frame


def test_pandera_runs_the_checks_and_names_the_rows() -> None:
    """In a schema of its own, lazily or not, as anyone may run it."""
    words = Words("VAL006", "too long")
    check = value_check(words, lambda known: np.array([len(t.as_py()) < 2 for t in known]))
    schema = pa.DataFrameSchema({"A": pa.Column(checks=[check], nullable=True)})
    frame = pd.DataFrame({"A": pd.Series(["a", "bb", None], dtype="str")})
    schema.validate(frame.head(1))
    with pytest.raises(pa.errors.SchemaErrors) as caught:
        schema.validate(frame, lazy=True)
    assert caught.value.schema_errors[0].check_output.tolist() == [True, False, True]


def test_a_check_of_another_type_of_column_passes() -> None:
    """A mistyped column is a problem of its own."""
    check = column_check(Words("VAL005", "wrong"), lambda column: column.isna(), text=True)
    assert check(pd.Series([1.0])).check_passed


def test_starts_after_ends_are_told_to_the_shorter_precision() -> None:
    """Greater text alone does not make a start later: partial dates and offsets pass."""
    pairs = [
        ("2014-03-02", "2014-03-01T10:00", False), ("2014-03-01T10:00", "2014-03-01", True),
        ("2014-03-01T10:01", "2014-03-01T10:00:59", False), ("2014-03", "2014-02-01", True),
        ("2014-03-01T10:00:30", "2014-03-01T10:00", True), (None, "2014-03-01", True),
        ("2014-03-01T11:00+02:00", "2014-03-01T10:00Z", True), ("2014-03-02", None, True),
    ]  # fmt: skip
    frame = pd.DataFrame(pairs, columns=["start", "end", "fine"]).astype(
        {"start": "str", "end": "str"}
    )
    assert _in_order(frame["start"], frame["end"]).tolist() == frame["fine"].tolist()

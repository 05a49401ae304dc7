"""Parquet and JSON: equal content, equal bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clinmap.coded_text import from_codes
from clinmap.problems import OutputError
from clinmap.readers.datasets import labels, read_dataset
from clinmap.writers.documents import json_text, write_json, write_json_lines
from clinmap.writers.parquet import write_parquet


def test_parquet_does_not_depend_on_how_a_frame_came_about(tmp_path: Path) -> None:
    values = {"A": ["x", None, "x"], "N": [1.0, np.nan, 3.0], "I": [1, 2, 3]}
    plain = pd.DataFrame(values).astype({"A": "str"})
    parts = pd.concat([plain.iloc[:1], plain.iloc[1:]]).set_index(pd.Index([5, 6, 7], name="i"))
    coded = plain.astype({"A": "category"})
    loose = plain.astype({"A": object})
    for name, frame in {"a": plain, "b": parts, "c": coded, "d": loose}.items():
        write_parquet(frame, tmp_path / name, {"A": "Label"})
    first = (tmp_path / "a").read_bytes()
    assert all((tmp_path / n).read_bytes() == first for n in "bcd")
    schema = pq.read_schema(tmp_path / "a")
    assert schema.metadata is None
    assert [str(t) for t in schema.types] == ["string", "double", "int64"]
    assert b"pandas" not in first


def test_parquet_round_trip_with_labels_lists_and_empty_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    frame = pd.DataFrame({"A": ["x", None], "E": [None, None]})
    write_parquet(frame, path, {"A": "Label"})
    assert labels(path) == {"A": "Label"}
    assert read_dataset(path)["E"].isna().all()
    write_parquet(pa.table({"L": [["a"], []], "N": pa.nulls(2)}), path)
    assert pq.read_table(path).to_pydict() == {"L": [["a"], []], "N": [None, None]}
    write_parquet(frame.iloc[:0], path)
    assert len(read_dataset(path)) == 0


def test_parquet_of_mixed_values_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="PQT001") as caught:
        write_parquet(pd.DataFrame({"A": ["SECRET", 1]}), tmp_path / "x.parquet")
    assert "SECRET" not in str(caught.value)
    assert not (tmp_path / "x.parquet").exists()


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Thing:
    name: str
    colour: Colour
    places: frozenset[str]
    path: PurePosixPath


def test_json_is_sorted_and_plain(tmp_path: Path) -> None:
    thing = Thing("é", Colour.RED, frozenset("ba"), PurePosixPath("a/b"))
    write_json({"z": thing, "a": (1, None), 3: date(2025, 3, 28), "n": np.int64(4)}, tmp_path / "x")
    text = (tmp_path / "x").read_bytes().decode()
    assert text == (
        '{\n "3": "2025-03-28",\n "a": [\n  1,\n  null\n ],\n "n": 4,\n "z": {\n'
        '  "colour": "red",\n  "name": "é",\n  "path": "a/b",\n'
        '  "places": [\n   "a",\n   "b"\n  ]\n'
        " }\n}\n"
    )


def test_json_lines_say_the_same_with_a_line_for_each_entry(tmp_path: Path) -> None:
    entries = {"b": {"é": (1, None), 3: date(2025, 3, 28)}, "a": [{"y", "x"}, np.int64(4)], "c": {}}
    write_json_lines(entries, tmp_path / "x")
    write_json_lines({}, tmp_path / "none")
    text = (tmp_path / "x").read_text(encoding="utf-8")
    assert json.loads(text) == json.loads(json_text(entries))
    assert [line[:4] for line in text.splitlines()] == ["{", ' "a"', ' "b"', ' "c"', "}"]
    assert json.loads((tmp_path / "none").read_bytes()) == {}
    with pytest.raises(ValueError, match="JSON"):
        write_json_lines({"a": float("nan")}, tmp_path / "y")


def test_json_has_no_nan_and_no_unknown_types() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_text(float("nan"))
    with pytest.raises(TypeError):
        json_text(object())


@pytest.mark.parametrize(
    "values", [["b", None, "a", "b"], [None, None], [], [f"{n:020}" for n in range(70_000)]]
)
def test_bytes_do_not_tell_how_text_was_held(tmp_path: Path, values: list[str | None]) -> None:
    """Plain, coded with values that no row has and in another order, or as categories."""
    plain = pd.Series(values, dtype="str")
    known = pa.array(["never", *sorted(set(plain.dropna()))], pa.large_string())
    place = {text: n for n, text in enumerate(known.to_pylist())}
    numbers = np.array([place.get(v, -1) if v else -1 for v in values], dtype="int32")
    category = pd.Series(pd.Categorical(plain, categories=pd.Index(known.to_pylist(), dtype="str")))
    written = set()
    for column in (plain, from_codes(numbers, known, plain.index), category):
        write_parquet(pd.DataFrame({"X": column}), tmp_path / "x.parquet")
        written.add((tmp_path / "x.parquet").read_bytes())
    assert len(written) == 1
    read = pq.read_table(tmp_path / "x.parquet")
    assert read.schema == pa.schema([("X", pa.string())])
    assert read["X"].to_pylist() == values

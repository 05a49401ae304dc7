"""REDCap exports with one line per value."""

from __future__ import annotations

from pathlib import Path

import pytest

from .tables import cells, codes, lines, read, refusal

HEAD = "record,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,field_name,value\n"
EAV = HEAD + (
    "1,base,,,record_id,1\n1,base,,,sex,2\n1,base,,,race,1\n1,base,,,race,-9\n"
    '1,base,ae,1,aeterm,"Head\nache"\n1,base,ae,1,aesev,2\n1,base,ae,2,aeterm,Rash\n'
    "2,base,,,record_id,2\n2,base,,,sex,\n2,base,ae,1,aesev,3\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "r.csv").write_text(EAV, encoding="utf-8")
    return tmp_path


def test_an_instrument_is_a_row_per_instance(folder: Path) -> None:
    data = read(folder, "r.csv", "redcap", instrument="ae")
    assert cells(data) == {
        "record": ["1", "1", "2"],
        "redcap_event_name": ["base"] * 3,
        "redcap_repeat_instrument": ["ae"] * 3,
        "redcap_repeat_instance": ["1", "2", "1"],
        "aeterm": ["Head\nache", "Rash", None],
        "aesev": ["2", None, "3"],
    }
    assert lines(data) == [6, 9, 12]
    assert data.problems == ()


def test_declared_columns_choose_fields_and_their_order(folder: Path) -> None:
    columns = ("record", "sex", "record_id", "weight")
    data = read(folder, "r.csv", "redcap", columns=columns, unexpected="ignore")
    found = cells(data)
    assert (found["sex"], found["record_id"]) == (["2", None], ["1", "2"])
    assert found["weight"] == [None, None]
    assert codes(data) == {"RAW010": 1}
    assert lines(data) == [2, 10]


def test_checkboxes_are_a_column_each(folder: Path) -> None:
    data = read(folder, "r.csv", "redcap", checkboxes=["race"])
    found = cells(data)
    assert (found["race___1"], found["race____9"]) == (["1", None], ["1", None])
    assert data.problems == ()


def test_several_values_of_one_field_are_a_problem(folder: Path) -> None:
    data = read(folder, "r.csv", "redcap")
    assert cells(data)["race"] == ["1", None]
    (problem,) = data.problems
    assert (problem.code, problem.variable, problem.rows) == ("RAW011", "race", ("t:1",))


def test_contract_and_missing_tokens(folder: Path) -> None:
    keys = {"instrument": "ae", "columns": ("record", "aeterm"), "unexpected": "freeze"}
    assert refusal(folder, "r.csv", "redcap", **keys).code == "INP005"
    data = read(folder, "r.csv", "redcap", instrument="ae", missing=("3",))
    assert cells(data)["aesev"] == ["2", None, None]


def test_what_is_no_such_export(folder: Path) -> None:
    error = refusal(folder, "r.csv", "redcap", instrument="aes")
    assert (error.code, "ae" in error.hint) == ("INP009", True)
    (folder / "r.csv").write_text("record_id,sex\n1,2\n", encoding="utf-8")
    assert refusal(folder, "r.csv", "redcap").code == "INP004"


def test_the_shortest_export(tmp_path: Path) -> None:
    text = "record,field_name,value\n2,sex,1\n1,sex,2\n2,age,7\n"
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    data = read(tmp_path, "r.csv", "redcap")
    assert cells(data) == {"record": ["2", "1"], "sex": ["1", "2"], "age": ["7", None]}
    assert lines(data) == [2, 3]
    (tmp_path / "r.csv").write_text("record,field_name,value\n", encoding="utf-8")
    assert codes(read(tmp_path, "r.csv", "redcap")) == {"RAW001": 1}

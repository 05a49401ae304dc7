"""Dataset-JSON 1.1, as one document and line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .tables import cells, lines, read, refusal

HEAD: dict[str, Any] = {
    "datasetJSONCreationDateTime": "2025-03-28T12:00:00",
    "datasetJSONVersion": "1.1.0",
    "itemGroupOID": "IG.VS",
    "name": "VS",
    "label": "Vital Signs",
    "columns": [
        {"itemOID": "IT.VS.USUBJID", "name": "USUBJID", "label": "Id", "dataType": "string"},
        {"itemOID": "IT.VS.VSSTRESN", "name": "VSSTRESN", "label": "Result", "dataType": "float"},
        {"itemOID": "IT.VS.OK", "name": "OK", "label": "Ok", "dataType": "boolean"},
    ],
}
ROWS = [["007", 5.0, True], ["", None, False], [" x ", 0.1, None], ["é", 1e-7, None]]
CELLS = {
    "USUBJID": ["007", None, " x ", "é"],
    "VSSTRESN": ["5", None, "0.1", "0.0000001"],
    "OK": ["true", "false", None, None],
}


def document(**changes: Any) -> str:
    return json.dumps({**HEAD, "records": 4, "rows": ROWS, **changes}, ensure_ascii=False)


def by_line(rows: list[Any] | None = None, **changes: Any) -> str:
    parts = [{**HEAD, "records": 4, **changes}, *(ROWS if rows is None else rows)]
    return "".join(json.dumps(part) + "\n" for part in parts)


def write(folder: Path, text: str, name: str = "vs.json") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_document(tmp_path: Path) -> None:
    assert cells(read(write(tmp_path, document()), "vs.json")) == CELLS
    (tmp_path / "vs.json").write_bytes(b"\xef\xbb\xbf" + document().encode())
    assert cells(read(tmp_path, "vs.json", missing=("007",)))["USUBJID"][0] is None


@pytest.mark.parametrize("name", ["vs.ndjson", "vs.json"])
def test_line_by_line_each_record_has_its_line(tmp_path: Path, name: str) -> None:
    found = read(write(tmp_path, by_line() + "\n\n", name), name)
    assert cells(found) == CELLS
    assert lines(found) == [2, 3, 4, 5]


def test_more_rows_than_are_read_at_once(tmp_path: Path) -> None:
    many = [[str(number), number, None] for number in range(120_001)]
    write(tmp_path, by_line(many, records=len(many)), "vs.ndjson")
    frame = read(tmp_path, "vs.ndjson").frame
    assert frame["USUBJID"].tolist() == frame["VSSTRESN"].tolist() == [row[0] for row in many]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (document(rows=ROWS[:3]), "INP006"),
        (document(rows=[*ROWS, ["x", 1]]), "INP006"),
        (document(rows={"a": 1}), "INP006"),
        (document(datasetJSONVersion="1.0.0"), "INP006"),
        (document(datasetJSONVersion="1.10"), "INP006"),
        (document(columns=[]), "INP006"),
        (document(columns=[*HEAD["columns"], {"label": "no name"}]), "INP006"),
        (document(columns=HEAD["columns"][:1] * 2), "INP007"),
        (document(columns=[*HEAD["columns"][:2], {"name": " "}]), "INP008"),
        (document()[:-30], "INP006"),
        (document().replace("0.1", "NaN"), "INP006"),
        (document().replace('"rows": [["', '"rows": [["\\ud800'), "INP006"),
        ("[1, 2]", "INP006"),
        ("7", "INP006"),
        ("[" * 100_000, "INP006"),
        ('{"clinicalData": {}}', "INP006"),
    ],
)
def test_what_is_no_dataset_json(tmp_path: Path, text: str, code: str) -> None:
    assert refusal(write(tmp_path, text), "vs.json").code == code


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (by_line([*ROWS[:3], ["x"]]), 5),
        (by_line()[:-5], 5),
        (by_line(ROWS[:2]), 0),
        (by_line([ROWS[0]]) + "\n" + by_line(ROWS[1:]).split("\n", 1)[1], 0),
        ("\n" + by_line(), 1),
    ],
)
def test_damage_is_placed(tmp_path: Path, text: str, line: int) -> None:
    error = refusal(write(tmp_path, text, "vs.ndjson"), "vs.ndjson")
    assert (error.code, error.location and error.location.line) == ("INP006", line)


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "vs.json").write_bytes(document().encode("cp1252"))
    (tmp_path / "vs.ndjson").write_bytes(by_line().encode().replace(b"007", b"\xe9"))
    assert [refusal(tmp_path, n).code for n in ("vs.json", "vs.ndjson")] == ["INP003", "INP003"]


def test_a_nested_value_is_its_json(tmp_path: Path) -> None:
    rows = [["x", 1, [1, "é"]]]
    assert cells(read(write(tmp_path, document(rows=rows, records=1)), "vs.json"))["OK"] == [
        '[1, "é"]'
    ]

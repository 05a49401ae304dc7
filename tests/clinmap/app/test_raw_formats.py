"""Raw tables of several formats on the whole way: built, in the manifest, and traced to a line."""

from __future__ import annotations

import json
from pathlib import Path

import pyreadstat
import pytest
import xlsxwriter

from clinmap.app.main import main
from tests.clinmap.readers.tables import frame_of
from tests.small_study import write_study

STUDY = """
    study: T1
    as_of: 2025-03-28T00:00:00
    conventions: {sdtm: {USUBJID: {combine: [T1, $SUBJ], separator: "-"}}}
    parameters: {notes: [{SUBJ: "01", TERM: planned, ORDER: 1}]}
"""
RAW = """
    tables:
      ev:
        path: ev.xpt
        formats: fmt
        formatted: {SEV: SEVF}
        columns: [SUBJ, TERM, SEV]
      fmt: {path: fmt.csv, columns: [FMTNAME, START, LABEL]}
      sheet: {path: s.xlsx, header_row: 3, columns: [SUBJ, TERM]}
      notes: {format: study, path: notes, columns: [SUBJ, TERM, ORDER], not_submitted: {ORDER: x}}
"""
DATASET = """
    dataset: XX
    label: Events
    class: EVENTS
    keys: [STUDYID, USUBJID, XXTERM]
    sources:
      - {from: ev, variables: {XXCAT: $SEV_DECODE, XXSCAT: $SEV}}
      - {from: sheet}
      - {from: notes}
    variables:
      XXSEQ: {sequence: [.XXTERM]}
      XXTERM: $TERM
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    raw = tmp_path / "raw"
    raw.mkdir()
    frame = frame_of(SUBJ=["01", "02"], TERM=["a", "b"], SEV=[1.0, 2.0])
    pyreadstat.write_xport(frame, raw / "ev.xpt", file_format_version=5)
    text = "FMTNAME,START,LABEL\nSEVF,1,MILD\nSEVF,2,SEVERE\n"
    (raw / "fmt.csv").write_text(text, encoding="utf-8")
    book = xlsxwriter.Workbook(raw / "s.xlsx")
    sheet = book.add_worksheet()
    for number, row in enumerate([["title"], [], ["SUBJ", "TERM"], ["01", "c"]]):
        sheet.write_row(number, 0, row)
    book.close()
    write_study(tmp_path / "study", {"study.yaml": STUDY, "raw.yaml": RAW}, XX=DATASET)
    out = tmp_path / "out"
    main(["build", str(tmp_path / "study"), "--raw", str(raw), "--out", str(out), "--quiet"])
    assert (out / "manifest.json").is_file()
    return out


def test_every_table_is_an_input_with_its_digest(package: Path) -> None:
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    found = {item["table"]: (item["file"], item["rows"]) for item in manifest["inputs"]}
    assert found == {
        "ev": ("ev.xpt", 2), "fmt": ("fmt.csv", 2), "sheet": ("s.xlsx", 1),
        "notes": ("study.yaml", 1),
    }  # fmt: skip
    assert all(len(item["sha256"]) == 64 for item in manifest["inputs"])


def test_cells_are_traced_to_their_place(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = str(package.parent / "raw")
    assert main(["trace", str(package), "XX", "--raw", raw, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    cells = {
        cell["value"]: behind
        for row in rows
        for cell in row["cells"]
        if cell["variable"] in ("XXTERM", "XXCAT")
        for behind in cell["inputs"]
        if "column" in behind
    }
    assert (cells["c"]["file"], cells["c"]["line"], cells["c"]["value"]) == ("s.xlsx", 4, "c")
    assert (cells["SEVERE"]["column"], cells["SEVERE"]["value"]) == ("SEV_DECODE", "SEVERE")
    assert (cells["planned"]["file"], cells["planned"]["line"]) == ("study.yaml", 0)

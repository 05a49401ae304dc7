"""`clinmap init`: from raw exports to a study that `clinmap check` accepts."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from clinmap.app.main import main
from clinmap.app.registry import registry
from clinmap.app.starting.sniffing import encoding_of, header_row, text_layout
from mappings.compile import Compiled, compile_study
from tests.proposals_measured import tutorial

EVENTS = """\
STUDY,SUBJID,AETERM,AESEV,AESTDAT,AEENDAT,ODD
T1,101-001,headache,Mild,03 MAR 2014,05 MAR 2014,zz-1
T1,101-002,nausea,Severe,UN MAR 2014,,zz-2
"""
VITALS = "Subject;Visit;Date;Weight;Größe\n101-001;Week 2;2014-03-14;70.5;171\n"
Capsys = pytest.CaptureFixture[str]


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Two usable exports in two folders, and much that is not usable."""
    raw = tmp_path / "exports"
    (raw / "edc").mkdir(parents=True)
    (raw / "old").mkdir()
    (raw / "edc" / "ae.csv").write_text(EVENTS)
    (raw / "old" / "ae.csv").write_text("PATIENT,EVENT TERM\n7,pain\n8,rash\n")
    (raw / "vitals.csv").write_bytes(VITALS.encode("cp1252"))
    (raw / "nothing.csv").write_text("")
    (raw / "cm.csv").write_text("SUBJID,CMTRT,CMSTDAT\n")
    (raw / "damaged.xlsx").write_bytes(b"PK\x03\x04no workbook")
    (raw / "damaged.xml").write_text("<ODM")
    (raw / "ragged.csv").write_text("A,B\n1,2,3\n")
    (raw / "notes.docx").write_bytes(b"x")
    return raw


def started(raw: Path, out: Path) -> Compiled:
    """The study that init writes, compiled."""
    assert main(["init", str(raw), "--out", str(out)]) == 0
    return compile_study(str(out), registry())


def test_the_result_passes_check(exports: Path, tmp_path: Path, capsys: Capsys) -> None:
    """Check ends with 0 and lists what is open as SPC029, and nothing else."""
    out = tmp_path / "study"
    assert main(["init", str(exports), "--out", str(out)]) == 0
    capsys.readouterr()
    assert main(["check", str(out), "--format", "json"]) == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {found["code"] for found in findings} == {"SPC029"}


def test_every_column_appears(exports: Path, tmp_path: Path) -> None:
    """A raw column is read, or it stands under `not_submitted`."""
    plan = started(exports, tmp_path / "study").plan
    assert set(plan.raw) >= {"ae", "old_ae", "vitals", "cm"}
    assert "ODD" in plan.raw["ae"].not_submitted
    assert plan.raw["ae"].not_submitted["ODD"].startswith("TODO")
    notes = [note.code for note in compile_study(str(tmp_path / "study"), registry()).notes]
    assert "SPC018" not in notes


def test_what_is_written(exports: Path, tmp_path: Path) -> None:
    """Two tables of one name, a semicolon and Windows-1252 arrive in the specification."""
    plan = started(exports, tmp_path / "study").plan
    events = plan.dataset("AE")
    assert events is not None
    assert [source.table for source in events.sources] == ["ae", "old_ae"]
    options = plan.raw["vitals"].options
    assert (getattr(options, "delimiter", ""), getattr(options, "encoding", "")) == (
        ";", "windows-1252",
    )  # fmt: skip
    assert plan.study == "T1"


def test_what_is_not_taken_is_listed(exports: Path, tmp_path: Path, capsys: Capsys) -> None:
    """Damaged, empty and foreign files stop nothing and are named with the reason."""
    assert main(["init", str(exports), "--out", str(tmp_path / "study")]) == 0
    said = capsys.readouterr().err
    for name in ("nothing.csv", "damaged.xlsx", "damaged.xml", "ragged.csv", "notes.docx"):
        assert f"not taken: {name}" in said
        assert name in (tmp_path / "study" / "raw.yaml").read_text()


def test_proposals_hold_no_value_of_the_data(exports: Path, tmp_path: Path, capsys: Capsys) -> None:
    """Neither the console nor the three files of proposals name a subject or free text."""
    out = tmp_path / "study"
    assert main(["init", str(exports), "--out", str(out)]) == 0
    shown = capsys.readouterr()
    texts = [shown.out, shown.err, *(p.read_text() for p in out.glob("proposals.*"))]
    for text in texts:
        assert "101-001" not in text
        assert "headache" not in text
        assert "zz-1" not in text


def test_the_three_files_agree(exports: Path, tmp_path: Path) -> None:
    """CSV and JSON list the same columns, one line each; the page has all of them."""
    out = tmp_path / "study"
    started(exports, out)
    document = json.loads((out / "proposals.json").read_text())
    with (out / "proposals.csv").open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    listed = [(line["table"], line["column"]) for line in document["columns"]]
    assert [(row["table"], row["column"]) for row in rows] == listed
    page = (out / "proposals.html").read_text()
    assert all(column in page for _, column in listed)


def test_an_empty_folder_is_refused(tmp_path: Path, capsys: Capsys) -> None:
    """INP016 for a folder without data, INP015 for none; nothing is written."""
    (tmp_path / "raw").mkdir()
    assert main(["init", str(tmp_path / "raw"), "--out", str(tmp_path / "s")]) == 2
    assert "INP016" in capsys.readouterr().err
    assert main(["init", str(tmp_path / "none"), "--out", str(tmp_path / "s")]) == 2
    assert "INP015" in capsys.readouterr().err
    assert not (tmp_path / "s").exists()


def test_a_folder_in_use_is_refused(exports: Path, tmp_path: Path, capsys: Capsys) -> None:
    """OUT001: nothing of somebody's is overwritten."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "study.yaml").write_text("study: X\n")
    assert main(["init", str(exports), "--out", str(tmp_path / "mine")]) == 2
    assert "OUT001" in capsys.readouterr().err
    assert (tmp_path / "mine" / "study.yaml").read_text() == "study: X\n"


ODM = """<?xml version="1.0"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" FileType="Snapshot" FileOID="F" ODMVersion="1.3.2">
<Study OID="T1"><GlobalVariables><StudyName>T1</StudyName></GlobalVariables>
<MetaDataVersion OID="M" Name="M">
<ItemGroupDef OID="F12" Name="Events" Domain="AE" Repeating="Yes"><ItemRef ItemOID="I1"/>
<ItemRef ItemOID="I2"/></ItemGroupDef>
<ItemDef OID="I1" Name="Q1" DataType="text" SDSVarName="AETERM"/>
<ItemDef OID="I2" Name="Q2" DataType="text"><Question><TranslatedText>Outcome of Adverse Event
</TranslatedText></Question></ItemDef>
</MetaDataVersion></Study>
<ClinicalData StudyOID="T1"><SubjectData SubjectKey="1"><StudyEventData StudyEventOID="V1">
<FormData FormOID="AE"><ItemGroupData ItemGroupOID="F12" ItemGroupRepeatKey="1">
<ItemData ItemOID="I1" Value="pain"/><ItemData ItemOID="I2" Value="FATAL"/></ItemGroupData>
</FormData></StudyEventData></SubjectData></ClinicalData></ODM>
"""


def test_an_odm_file_alone(tmp_path: Path) -> None:
    """SDTM names, labels and domains of the metadata are taken."""
    (tmp_path / "export.xml").write_text(ODM)
    plan = started(tmp_path / "export.xml", tmp_path / "study").plan
    events = plan.dataset("AE")
    assert events is not None
    assert {"AETERM", "AEOUT"} <= {v.name for v in events.variables}
    assert plan.raw["f12"].format == "odm"


def test_odm_metadata_beside_csv(tmp_path: Path) -> None:
    """`--odm` describes the tables of the same name."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "f12.csv").write_text("SUBJECT,Q1,Q2\n1,pain,FATAL\n2,rash,\n")
    (tmp_path / "meta.xml").write_text(ODM)
    arguments = ["init", str(raw), "--out", str(tmp_path / "study"), "--odm"]
    assert main([*arguments, str(tmp_path / "meta.xml")]) == 0
    text = (tmp_path / "study" / "sdtm" / "ae.yaml").read_text()
    assert "AETERM: $Q1" in text
    assert "AEOUT: {recode: $Q2}" in text


def test_header_below_titles(tmp_path: Path) -> None:
    """Titles above the column names of a sheet or text file are skipped."""
    assert header_row([["Title", ""], ["", ""], ["ID", "RES"], ["1", "2"]]) == 3
    (tmp_path / "t.csv").write_text("# made by X\nA title\nID,RES\n1,2\n3,4\n")
    layout = text_layout(tmp_path / "t.csv")
    assert (layout.comment, layout.header_line) == ("#", 3)


def test_encodings() -> None:
    """UTF-8 needs no word, a mark tells UTF-16, anything else is tried as Windows-1252."""
    assert encoding_of("µ".encode()) == ""
    assert encoding_of("µ".encode("utf-16")) == "utf-16"
    assert encoding_of("µ".encode("cp1252")) == "windows-1252"


def test_measured_on_the_tutorial(tmp_path: Path) -> None:
    """Of the study in docs/writing-a-study.md both domains are right, and nine of ten mappings."""
    found = tutorial(tmp_path)
    assert (found.domains, found.tables) == (2, 2)
    assert found.written_right >= 0.9 * found.written
    assert found.found >= 0.7 * found.feeding

"""`clinmap reconcile`, `build --mirror`, and what an ordinary build says of a mirror."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clinmap.app.main import main

from .conftest import Tiny

COLUMNS = ("SUBJ", "TERM", "SEV", "BEGAN", "NOTE")
PLACES = ("PROJECT", "SITENUMBER", "SUBJECT", "FOLDER", "FOLDERSEQ", "FORMOID")
PLACES = (*PLACES, "RECORDPOSITION", "PAGEREPEAT")
RAW = f"""\
tables:
  subjects:
    path: subjects.csv
    columns: [SUBJ, SITE, SEX, CTRY, START]
  events:
    path: events.csv
    columns: [{", ".join((*PLACES, *COLUMNS))}]
    not_submitted: {{{", ".join(f"{name}: a place of the form" for name in PLACES)}}}
mirrors:
  odm: {{path: odm/study.xml, tables: [events]}}
"""
EVENTS = [
    ("0001", "1", "Headache", "MILD", "2024-03-02", "after lunch"),
    ("0001", "2", "Nausea", "SEVERE", "2024-03", ""),
    ("0002", "1", "Rash", "MODERATE", "2024-03-09", "left arm"),
]


def write_csv(path: Path) -> None:
    lines = [",".join((*PLACES, *COLUMNS))]
    for subject, position, *cells in EVENTS:
        lines.append(",".join(["T", "10", subject, "V1", "", "AE", position, "1", subject, *cells]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_odm(path: Path) -> None:
    items = "".join(f'<ItemRef ItemOID="{name}" Mandatory="No"/>' for name in COLUMNS)
    defined = "".join(f'<ItemDef OID="{n}" Name="{n}" DataType="text"/>' for n in COLUMNS)
    subjects = "".join(map(_subject, EVENTS))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" FileType="Snapshot"><Study OID="T">'
        '<MetaDataVersion OID="M" Name="m"><ItemGroupDef OID="events" Name="events" '
        f'Repeating="Yes">{items}</ItemGroupDef>{defined}</MetaDataVersion></Study>\n'
        f'<ClinicalData StudyOID="T" MetaDataVersionOID="M">{subjects}</ClinicalData></ODM>',
        encoding="utf-8",
    )


def _subject(event: tuple[str, ...]) -> str:
    subject, position, *cells = event
    values = zip(COLUMNS, (subject, *cells), strict=True)
    items = "".join(f'<ItemData ItemOID="{n}" Value="{v}"/>' for n, v in values if v)
    return (
        f'<SubjectData SubjectKey="{subject}"><SiteRef LocationOID="10"/>'
        '<StudyEventData StudyEventOID="V1"><FormData FormOID="AE" FormRepeatKey="1">'
        f'<ItemGroupData ItemGroupOID="events" ItemGroupRepeatKey="{position}">{items}'
        "</ItemGroupData></FormData></StudyEventData></SubjectData>\n"
    )


@pytest.fixture
def twice(tiny: Tiny) -> Tiny:
    """The tiny study with its events as CSV and as ODM-XML."""
    (tiny.study / "raw.yaml").write_text(RAW, encoding="utf-8")
    write_csv(tiny.raw / "events.csv")
    write_odm(tiny.raw / "odm/study.xml")
    return tiny


def reconcile(study: Tiny, *more: str) -> int:
    return main(["reconcile", str(study.study), "--raw", str(study.raw), *more])


def test_exports_that_say_the_same(twice: Tiny, capsys: pytest.CaptureFixture[str]) -> None:
    assert reconcile(twice) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "TINY-01 and its mirror odm say the same."
    assert any(line.split() == ["raw", "events", "3", "3", "0", "0", "0", "0"] for line in lines)
    assert any(line.split() == ["AE", "3", "3", "0", "0", "0", "0"] for line in lines)


def test_a_changed_cell_is_found_in_the_table_and_in_the_dataset(
    twice: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    twice.change("raw/odm/study.xml", 'Value="Nausea"', 'Value="Vomiting"')
    assert reconcile(twice, "--format", "json") == 1
    (report,) = json.loads(capsys.readouterr().out)
    assert (report["mirror"], report["identical"]) == ("odm", False)
    assert report["tables"][0]["cells"] == {"TERM": 1}
    differing = [d["dataset"] for d in report["datasets"] if not d["identical"]]
    assert "AE" in differing
    assert "DM" not in differing


def test_a_build_says_what_its_mirror_says_otherwise(
    twice: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    twice.change("raw/odm/study.xml", 'Value="Nausea"', 'Value="Vomiting"')
    twice.change(
        "raw/events.csv", "T,10,0002,V1,,AE,1,1,0002,Rash,MODERATE,2024-03-09,left arm\n", ""
    )
    assert twice.build("--fail-on", "warning") == 1
    out = capsys.readouterr().out
    assert "warning REC002: events.TERM: cells are not those of mirror odm" in out
    assert "warning REC001: events: rows are in mirror odm only" in out
    assert "Vomiting" not in out


def test_a_build_with_an_equal_mirror_says_nothing_of_it(twice: Tiny) -> None:
    assert twice.build("--fail-on", "warning") == 0
    problems = json.loads((twice.out / "problems.json").read_text(encoding="utf-8"))
    assert not [p for p in problems["problems"] if p["code"].startswith("REC")]


def test_a_build_from_the_mirror_reads_the_mirror(twice: Tiny) -> None:
    twice.change("raw/odm/study.xml", 'Value="Nausea"', 'Value="Vomiting"')
    (twice.raw / "events.csv").unlink()
    assert twice.build("--mirror", "odm") == 0
    manifest = json.loads((twice.out / "manifest.json").read_text(encoding="utf-8"))
    assert {i["table"]: i["file"] for i in manifest["inputs"]}["events"] == "odm/study.xml"


def test_both_exports_build_the_same_datasets(twice: Tiny) -> None:
    assert twice.build() == 0
    own = {p.name: p.read_bytes() for p in twice.out.rglob("*.xpt")}
    assert twice.build("--mirror", "odm") == 0
    assert {p.name: p.read_bytes() for p in twice.out.rglob("*.xpt")} == own


def test_a_mirror_is_not_needed_by_a_build(twice: Tiny) -> None:
    (twice.raw / "odm/study.xml").unlink()
    assert twice.build("--fail-on", "warning") == 0


def test_a_damaged_mirror_is_an_error(twice: Tiny, capsys: pytest.CaptureFixture[str]) -> None:
    twice.change("raw/odm/study.xml", "</ODM>", "")
    assert twice.build() == 2
    assert "INP006" in capsys.readouterr().err


def test_a_mirror_that_is_absent_cannot_be_reconciled(
    twice: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    (twice.raw / "odm/study.xml").unlink()
    assert reconcile(twice) == 2
    assert "INP001" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "hint"), [("odn", "Did you mean odm?"), ("sas", "Mirrors: odm.")])
def test_a_mirror_that_is_not_declared_is_refused(
    twice: Tiny, capsys: pytest.CaptureFixture[str], name: str, hint: str
) -> None:
    assert reconcile(twice, "--mirror", name) == 2
    said = capsys.readouterr().err
    assert "SPC021" in said
    assert hint in said


def test_a_study_without_mirror_is_refused(tiny: Tiny, capsys: pytest.CaptureFixture[str]) -> None:
    assert reconcile(tiny) == 2
    assert "the study has no mirror" in capsys.readouterr().err

"""A tiny study: two raw files, DM, AE with SUPPAE, ADSL and ADAE, and a way to spoil each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from clinmap.app.main import main

FILES = {
    "study/study.yaml": """\
study: TINY-01
title: A tiny study
as_of: 2025-01-31T12:00:00
conventions:
  sdtm:
    USUBJID: {combine: [TINY-01, $SUBJ], separator: "-"}
""",
    "study/raw.yaml": """\
tables:
  subjects:
    path: subjects.csv
    columns: [SUBJ, SITE, SEX, CTRY, START]
  events:
    path: events.csv
    columns: [SUBJ, TERM, SEV, BEGAN, NOTE]
""",
    "study/sdtm/dm.yaml": """\
dataset: DM
keys: [STUDYID, USUBJID]
from: subjects
variables:
  SUBJID: $SUBJ
  SITEID: $SITE
  SEX: {recode: $SEX}
  COUNTRY: $CTRY
  RFSTDTC: {datetime: $START, formats: [YYYY-MM-DD]}
not_collected:
  RFENDTC: not in this study
  RFXSTDTC: not in this study
  RFXENDTC: not in this study
  RFICDTC: not in this study
  RFPENDTC: not in this study
  DTHDTC: not in this study
  DTHFL: not in this study
  AGE: not in this study
  AGEU: not in this study
  RACE: not in this study
  ARMCD: not in this study
  ARM: not in this study
  ACTARMCD: not in this study
  ACTARM: not in this study
  ARMNRS: not in this study
  ACTARMUD: not in this study
""",
    "study/sdtm/ae.yaml": """\
dataset: AE
keys: [STUDYID, USUBJID, AETERM, AESTDTC]
from: events
variables:
  AESEQ: {sequence: [.AESTDTC, .AETERM]}
  AETERM: $TERM
  AEDECOD: {assign: $TERM, case: upper, codelist: none}
  AESEV: {recode: $SEV}
  AESTDTC: {datetime: $BEGAN, formats: [YYYY-MM-DD]}
supp:
  AENOTE: {assign: $NOTE, label: Note of the Investigator}
not_collected:
  AELLT: not coded
  AELLTCD: not coded
  AEPTCD: not coded
  AEHLT: not coded
  AEHLTCD: not coded
  AEHLGT: not coded
  AEHLGTCD: not coded
  AEBODSYS: not coded
  AEBDSYCD: not coded
  AESOC: not coded
  AESOCCD: not coded
  AESER: not collected
  AEACN: not collected
  AEREL: not collected
  AEOUT: not collected
  AEENDTC: not collected
  EPOCH: not collected
""",
    "study/adam/adsl.yaml": """\
dataset: ADSL
label: Subject-Level Analysis Dataset
keys: [STUDYID, USUBJID]
from: DM
copy:
  DM: [STUDYID, USUBJID, SUBJID, SITEID, SEX]
variables:
  TRT01P: {constant: Placebo}
  TRTSDT: {analysis_date: $RFSTDTC, label: Date of First Exposure to Treatment}
""",
    "study/adam/adae.yaml": """\
dataset: ADAE
label: Adverse Events Analysis Dataset
keys: [STUDYID, USUBJID, AETERM, ASTDT]
from: AE
copy:
  AE: [STUDYID, USUBJID, AESEQ, AETERM]
  ADSL: [TRTSDT]
variables:
  ASTDT: {analysis_date: $AESTDTC, label: Analysis Start Date}
""",
    "raw/subjects.csv": """\
SUBJ,SITE,SEX,CTRY,START
0001,10,F,USA,2024-03-01
0002,10,M,USA,2024-03-05
""",
    "raw/events.csv": """\
SUBJ,TERM,SEV,BEGAN,NOTE
0001,Headache,MILD,2024-03-02,after lunch
0001,Nausea,SEVERE,2024-03,
0002,Rash,MODERATE,2024-03-09,left arm
""",
}


@dataclass(frozen=True)
class Tiny:
    """The tiny study in a folder of its own."""

    base: Path

    @property
    def study(self) -> Path:
        return self.base / "study"

    @property
    def raw(self) -> Path:
        return self.base / "raw"

    @property
    def out(self) -> Path:
        return self.base / "package"

    def change(self, file: str, old: str, new: str) -> None:
        """Replace a text that must be there in a file."""
        path = self.base / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def check(self, *more: str) -> int:
        return main(["check", str(self.study), *more])

    def build(self, *more: str) -> int:
        return main(
            ["build", str(self.study), "--raw", str(self.raw), "--out", str(self.out), *more]
        )

    def line(self, file: str, text: str) -> str:
        """`file:line` of the first line that holds the text, as messages show it."""
        path = self.base / file
        lines = path.read_text(encoding="utf-8").splitlines()
        number = next(n for n, line in enumerate(lines, start=1) if text in line)
        return f"{path}:{number}"

    def expect(self, code: str, dataset: str, variable: str, count: int) -> None:
        """Declare an expected problem."""
        path = self.study / "problems.yaml"
        entry = (
            f"  - {{code: {code}, dataset: {dataset}, variable: {variable}, count: {count}, "
            "reason: known}\n"
        )
        before = path.read_text(encoding="utf-8") if path.is_file() else "expected:\n"
        path.write_text(before + entry, encoding="utf-8")


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Tiny(tmp_path)


@pytest.fixture
def built(tiny: Tiny, capsys: pytest.CaptureFixture[str]) -> Tiny:
    """The tiny study with its package built."""
    assert tiny.build() == 0, capsys.readouterr()
    capsys.readouterr()
    return tiny

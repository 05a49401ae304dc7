"""Corrections of raw cells, from corrections.csv to the trace of a value."""

from __future__ import annotations

import hashlib
import json

import pytest

from clinmap.app.main import main
from clinmap.readers.datasets import read_dataset

from .conftest import Tiny

Capsys = pytest.CaptureFixture[str]
HEADER = "id,table,key,field,old,new,reason,approver,date\n"
FIX = (
    "C1,events,SUBJ=0002; TERM=Rash,BEGAN,2024-03-09,2024-03-10,typing slip,A. Person,2024-05-01\n"
)
AE = "m5/datasets/tiny-01/tabulations/sdtm/ae.xpt"


def write(tiny: Tiny, *rows: str) -> None:
    (tiny.study / "corrections.csv").write_text(HEADER + "".join(rows), encoding="utf-8")


def problems(tiny: Tiny) -> list[tuple[str, str, str, str]]:
    found = json.loads((tiny.out / "problems.json").read_text("utf-8"))["problems"]
    return [
        (p["code"], p["dataset"], p["variable"], f"{p['file']}:{p['line']}")
        for p in found
        if p["code"].startswith("COR")
    ]


def test_a_corrected_value_is_in_the_dataset_and_logged(tiny: Tiny) -> None:
    write(tiny, FIX)
    assert tiny.build("--quiet") == 0
    frame = read_dataset(tiny.out / AE)
    assert frame.loc[frame["AETERM"] == "Rash", "AESTDTC"].tolist() == ["2024-03-10"]
    assert problems(tiny) == [("COR001", "events", "BEGAN", "study/corrections.csv:2")]


@pytest.mark.parametrize("raw", [True, False])
def test_trace_shows_the_correction(tiny: Tiny, capsys: Capsys, raw: bool) -> None:
    write(tiny, FIX)
    assert tiny.build("--quiet") == 0
    more = ["--raw", str(tiny.raw)] if raw else []
    where = ["--where", "AETERM == 'Rash'", "--variable", "AESTDTC"]
    assert main(["trace", str(tiny.out), "AE", *where, *more]) == 0
    said = capsys.readouterr().out
    assert "column BEGAN = '2024-03-10', corrected from '2024-03-09' by C1" in said
    assert "(typing slip, A. Person, 2024-05-01; study/corrections.csv:2)" in said


def test_other_cells_are_traced_as_ever(tiny: Tiny, capsys: Capsys) -> None:
    write(tiny, FIX)
    assert tiny.build("--quiet") == 0
    assert main(["trace", str(tiny.out), "AE", "--variable", "AETERM", "--limit", "9"]) == 0
    assert "corrected" not in capsys.readouterr().out


def test_the_digest_stays_that_of_the_export(tiny: Tiny) -> None:
    write(tiny, FIX)
    assert tiny.build("--quiet") == 0
    manifest = json.loads((tiny.out / "manifest.json").read_text("utf-8"))
    digest = next(i["sha256"] for i in manifest["inputs"] if i["table"] == "events")
    assert digest == hashlib.sha256((tiny.raw / "events.csv").read_bytes()).hexdigest()
    (listed,) = [s for s in manifest["specification"] if s["file"] == "study/corrections.csv"]
    written = (tiny.study / "corrections.csv").read_bytes()
    assert listed["sha256"] == hashlib.sha256(written).hexdigest()


def test_what_does_not_fit_the_data_fails_the_build_and_shows_no_values(
    tiny: Tiny, capsys: Capsys
) -> None:
    wrong = (
        FIX.replace("C1", "C2")
        .replace("2024-03-09", "2024-03-08")
        .replace("TERM=Rash", "SEV=MODERATE")
    )
    write(tiny, FIX.replace("0002", "0003"), wrong)
    assert tiny.build() == 1
    said = capsys.readouterr()
    assert [code for code, *_ in problems(tiny)] == ["COR002", "COR003"]
    assert not any(word in said.out + said.err for word in ("0003", "2024-03-08", "2024-03-09"))
    frame = read_dataset(tiny.out / AE)
    assert frame.loc[frame["AETERM"] == "Rash", "AESTDTC"].tolist() == ["2024-03-09"]


def test_a_wrong_correction_is_an_error_of_check(tiny: Tiny, capsys: Capsys) -> None:
    write(tiny, FIX.replace("BEGAN", "BEGUN"))
    assert tiny.check() == 2
    said = capsys.readouterr().out
    assert "corrections.csv:2" in said
    assert "BEGAN" in said


def test_rows_in_another_order_give_the_same_datasets(tiny: Tiny) -> None:
    write(tiny, FIX)
    assert tiny.build("--quiet") == 0
    first = (tiny.out / AE).read_bytes()
    lines = (tiny.raw / "events.csv").read_text("utf-8").splitlines()
    (tiny.raw / "events.csv").write_text("\n".join([lines[0], *lines[:0:-1]]) + "\n", "utf-8")
    assert tiny.build("--quiet") == 0
    assert (tiny.out / AE).read_bytes() == first

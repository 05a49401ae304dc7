"""The package that a build writes, and how a build ends."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from clinmap.app.main import main
from clinmap.readers.datasets import read_dataset
from tests.clinmap.app.conftest import Tiny

Capsys = pytest.CaptureFixture[str]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def document(path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_package_holds_what_it_should(built: Tiny) -> None:
    sdtm, adam = (
        "m5/datasets/tiny-01/tabulations/sdtm",
        "m5/datasets/tiny-01/analysis/adam/datasets",
    )
    define = ("define.xml", "define2-1.xsl", "define2-1.xsl.LICENSE")
    expected = {
        *(f"{sdtm}/{name}" for name in ("ae.xpt", "dm.xpt", "suppae.xpt", *define)),
        *(f"{adam}/{name}" for name in ("adae.xpt", "adsl.xpt", *define)),
        *(f"lineage/{name}.parquet" for name in ("ae", "dm", "suppae", "adsl", "adae")),
        *(f"state/{name}.parquet" for name in ("ae", "dm", "adsl", "adae", "left_out")),
        *(f"state/{name}.json" for name in ("found", "nodes", "raw")),
        "lineage/operations.json", "lineage/sources.json",
        "manifest.json", "problems.html", "problems.json",
    }  # fmt: skip
    assert set(contents(built.out)) == expected


def test_manifest_says_what_went_in_and_came_out(built: Tiny) -> None:
    manifest = document(built.out / "manifest.json")
    assert (manifest["tool"], manifest["study"]) == ("clinmap", "TINY-01")
    assert manifest["stamp"] == "2025-01-31T12:00:00"
    raw = (built.raw / "events.csv").read_bytes()
    assert manifest["inputs"] == [
        {
            "table": "events", "file": "events.csv", "rows": 3,
            "sha256": hashlib.sha256(raw).hexdigest(),
        },
        {
            "table": "subjects", "file": "subjects.csv", "rows": 2,
            "sha256": hashlib.sha256((built.raw / "subjects.csv").read_bytes()).hexdigest(),
        },
    ]  # fmt: skip
    outputs = {entry["path"]: entry for entry in manifest["outputs"]}  # type: ignore[attr-defined]
    files = contents(built.out)
    assert set(outputs) == set(files) - {"manifest.json"}
    for path, entry in outputs.items():
        assert entry["sha256"] == hashlib.sha256(files[path]).hexdigest()
    specification = manifest["specification"]
    assert all(entry["sha256"] for entry in specification)  # type: ignore[attr-defined]
    assert manifest["failed"] == []
    assert manifest["datasets"]["ADAE"]["keys"] == ["STUDYID", "USUBJID", "AETERM", "ASTDT"]  # type: ignore[index]


def test_rebuild_is_byte_identical_in_another_place(built: Tiny, tmp_path: Path) -> None:
    elsewhere = tmp_path / "another" / "place"
    elsewhere.parent.mkdir()
    before = contents(built.out)
    command = ["build", "study", "--raw", "raw", "--out", str(elsewhere), "--quiet"]
    run = subprocess.run(
        [sys.executable, "-m", "clinmap", *command],
        cwd=built.base,
        check=False,
        env={
            "PYTHONPATH": str(Path(__file__).parents[4]),
            "TZ": "Asia/Tokyo",
            "PYTHONHASHSEED": "7",
        },
    )
    assert run.returncode == 0
    assert contents(elsewhere) == before


def test_no_path_or_host_is_in_the_package(built: Tiny) -> None:
    for name, data in contents(built.out).items():
        assert str(built.base).encode() not in data, name


def test_shuffled_raw_rows_give_equal_datasets(built: Tiny) -> None:
    before = {p.name: p.read_bytes() for p in built.out.rglob("*.xpt")}
    for path in built.raw.iterdir():
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        random.Random(1).shuffle(rows)
        path.write_text("\n".join([header, *reversed(rows)]) + "\n", encoding="utf-8")
    assert built.build("--quiet") == 0
    assert {p.name: p.read_bytes() for p in built.out.rglob("*.xpt")} == before


def test_stamp_is_the_option_then_the_epoch_then_the_study(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert tiny.build("--quiet") == 0
    assert document(tiny.out / "manifest.json")["stamp"] == "1970-01-02T00:00:00"
    assert tiny.build("--quiet", "--as-of", "2025-06-30") == 0
    assert document(tiny.out / "manifest.json")["stamp"] == "2025-06-30T00:00:00"


def test_selection_writes_what_was_asked_and_builds_what_it_needs(
    tiny: Tiny, capsys: Capsys
) -> None:
    (tiny.raw / "events.csv").unlink()
    assert tiny.build("--select", "adsl") == 0, "raw tables that nothing needs may be absent"
    assert [p.name for p in tiny.out.rglob("*.xpt")] == ["adsl.xpt"]
    assert "DM" not in capsys.readouterr().out.split()


def test_selection_of_a_purpose_and_of_a_parent_with_its_qualifiers(tiny: Tiny) -> None:
    assert tiny.build("--quiet", "--select", "sdtm") == 0
    assert sorted(p.name for p in tiny.out.rglob("*.xpt")) == ["ae.xpt", "dm.xpt", "suppae.xpt"]
    assert tiny.build("--quiet", "--select", "AE") == 0
    assert sorted(p.name for p in tiny.out.rglob("*.xpt")) == ["ae.xpt", "suppae.xpt"]


def test_datasets_hold_what_the_raw_files_said(built: Tiny) -> None:
    (path,) = built.out.rglob("ae.xpt")
    ae = read_dataset(path)
    assert ae["USUBJID"].tolist() == ["TINY-01-0001", "TINY-01-0001", "TINY-01-0002"]
    assert ae["AESTDTC"].tolist() == ["2024-03-02", "2024-03", "2024-03-09"]
    assert ae["AESEV"].tolist() == ["MILD", "SEVERE", "MODERATE"]


# ---------------------------------------------------------------------------- expected problems


def test_expected_problem_is_explained(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("raw/events.csv", "MODERATE", "Awful")
    tiny.expect("TRM001", "AE", "AESEV", 1)
    assert tiny.build("--fail-on", "warning") == 0
    said = capsys.readouterr().out
    assert "1 explained" in said
    assert "TRM001" not in said, "what is explained is not listed again"
    page = (tiny.out / "problems.html").read_text(encoding="utf-8")
    assert "known" in page


def test_expected_problem_that_does_not_occur(tiny: Tiny, capsys: Capsys) -> None:
    tiny.expect("TRM001", "AE", "AESEV", 1)
    assert tiny.build() == 1
    said = capsys.readouterr().out
    assert f"{tiny.line('study/problems.yaml', 'TRM001')}:5: error EXP001" in said
    assert "FAILED" not in said, "the expectation is wrong, not the dataset"


def test_expected_problem_in_another_number(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("raw/events.csv", "MODERATE", "Awful")
    tiny.expect("TRM001", "AE", "AESEV", 2)
    assert tiny.build() == 1
    said = capsys.readouterr().out
    assert "EXP002" in said
    assert "TRM001" in said


def test_severity_of_the_study_wins(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("raw/events.csv", "MODERATE", "Awful")
    tiny.change("study/study.yaml", "conventions:", "severity: {TRM001: note}\nconventions:")
    assert tiny.build("--fail-on", "warning") == 0


def test_problem_page_escapes_and_needs_no_other_file(tiny: Tiny) -> None:
    tiny.change("raw/events.csv", "MODERATE", "<script>alert(1)</script>")
    assert tiny.build("--quiet") == 1
    page = (tiny.out / "problems.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "http" not in page


def test_rows_in_no_dataset_are_noted(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("study/sdtm/ae.yaml", "from: events", "from: events\nwhere: $SEV != 'MILD'")
    assert tiny.build("--quiet") == 0
    found = document(tiny.out / "problems.json")["problems"]
    assert [(p["code"], p["dataset"], p["rows"]) for p in found] == [  # type: ignore[attr-defined]
        ("RAW005", "events", ["events:1"])
    ]


# ----------------------------------------------------------------------------------- other ends


def test_fault_of_ours_is_3_and_quotes_no_data(
    tiny: Tiny, capsys: Capsys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import tempfile

    from clinmap.app.build import building

    def broken(*_: object, **__: object) -> None:
        raise KeyError("TINY-01-0001")

    monkeypatch.setattr(building, "build_study", broken)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert tiny.build() == 3
    said = capsys.readouterr().err
    assert "fault of clinmap" in said
    assert "TINY-01-0001" not in said
    (report,) = tmp_path.glob("clinmap-fault-*.txt")
    assert "KeyError" in report.read_text(encoding="utf-8")
    assert not tiny.out.exists()


def test_debug_shows_the_traceback(
    tiny: Tiny, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clinmap.app.build import building

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("at fault")

    monkeypatch.setattr(building, "build_study", broken)
    arguments = ["build", str(tiny.study), "--raw", str(tiny.raw), "--out", str(tiny.out)]
    assert main(["--debug", *arguments]) == 3
    assert "RuntimeError: at fault" in capsys.readouterr().err


def test_interrupted_is_130(tiny: Tiny, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    from clinmap.app.build import building

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "write_package", interrupted)
    assert tiny.build() == 130
    assert "interrupted" in capsys.readouterr().err


def test_disk_that_is_full_leaves_the_previous_package(
    built: Tiny, monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    from clinmap.app.package import packaging

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    before = contents(built.out)
    monkeypatch.setattr(packaging, "write_lineage", full)
    assert built.build() == 2
    assert "OUT002" in capsys.readouterr().err
    assert contents(built.out) == before


def test_messages_name_no_subject(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("raw/events.csv", "2024-03-09", "soon")
    tiny.change("raw/events.csv", "Nausea,SEVERE,2024-03,", "Headache,Awful,2024-03-02,")
    assert tiny.build() == 1
    said = capsys.readouterr()
    for text in (said.out, said.err, (tiny.out / "problems.json").read_text(encoding="utf-8")):
        assert "TINY-01-0" not in text
        assert "0001" not in text

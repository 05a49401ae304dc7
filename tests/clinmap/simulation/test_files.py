"""The files as a whole: byte-identical, stable under more subjects, countable, synthetic."""

from __future__ import annotations

import csv
from pathlib import Path

import pyreadstat
import pytest

from clinmap.simulation.cast import roster
from clinmap.simulation.formats import files
from clinmap.simulation.forms.edc_rows import STANDARD_COLUMNS
from clinmap.simulation.forms.form_columns import FORM_COLUMNS, PK_LABELS
from clinmap.simulation.n2011_04 import simulate

EDC_FILES = sorted(FORM_COLUMNS)


def _content(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def _read(path: Path, errors: str = "strict") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", errors=errors, newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def test_a_rerun_is_byte_identical(study: Path, tmp_path: Path) -> None:
    simulate(tmp_path)
    assert _content(tmp_path) == _content(study)


def test_the_transport_file_does_not_know_when_it_was_written() -> None:
    header = b"X" * 80 * 8
    pinned = files._with_pinned_stamps(header)
    assert len(pinned) == len(header)
    assert pinned.count(files.PINNED_STAMP) == 4


def test_the_stamps_are_where_sas_puts_them(study: Path) -> None:
    content = (study / "vendor" / "pk_len.xpt").read_bytes()
    assert content[:40] == b"HEADER RECORD*******LIBRARY HEADER RECOR"
    assert content[:640].count(files.PINNED_STAMP) == 4


def test_another_seed_gives_other_values(study: Path, tmp_path: Path) -> None:
    simulate(tmp_path, seed=7)
    changed = {name for name, data in _content(tmp_path).items() if data != _content(study)[name]}
    assert {"edc/ae.csv", "edc/lblocal.csv", "vendor/pk_len.xpt"} <= changed
    assert "edc/dm.csv" not in changed


def test_more_subjects_leave_the_first_thirty_unchanged(study: Path, tmp_path: Path) -> None:
    counts = simulate(tmp_path, subjects=45)
    first = {member.subject for member in roster(30, 20130204)}
    for form in EDC_FILES:
        more = [r for r in _read(tmp_path / "edc" / f"{form}.csv") if r["SUBJECT"] in first]
        assert more == _read(study / "edc" / f"{form}.csv"), form
    assert counts["edc/dm.csv"] == 46


def test_more_subjects_leave_vendor_rows_unchanged(study: Path, tmp_path: Path) -> None:
    simulate(tmp_path, subjects=45)
    before, _ = pyreadstat.read_xport(study / "vendor" / "pk_len.xpt")
    after, _ = pyreadstat.read_xport(tmp_path / "vendor" / "pk_len.xpt")
    kept = after[after["SUBJ"].isin(before["SUBJ"])].reset_index(drop=True)
    assert kept.equals(before)
    assert after["SAMPID"].nunique() > before["SAMPID"].nunique()


def test_the_returned_counts_are_the_rows_in_the_files(tmp_path: Path) -> None:
    counts = simulate(tmp_path, subjects=3)
    for name, count in counts.items():
        if name.endswith(".csv"):
            assert len(_read(tmp_path / name, errors="replace")) == count, name
    assert (
        len(pyreadstat.read_xport(tmp_path / "vendor" / "pk_len.xpt")[0])
        == (counts["vendor/pk_len.xpt"])
    )


@pytest.mark.parametrize("form", EDC_FILES)
def test_a_row_is_identified_by_subject_and_record_position(study: Path, form: str) -> None:
    rows = _read(study / "edc" / f"{form}.csv")
    by_subject: dict[str, list[str]] = {}
    for row in rows:
        by_subject.setdefault(row["SUBJECT"], []).append(row["RECORDPOSITION"])
    assert list(by_subject) == sorted(by_subject)
    for positions in by_subject.values():
        assert positions == [str(number) for number in range(1, len(positions) + 1)]


@pytest.mark.parametrize("form", EDC_FILES)
def test_columns_are_the_standard_ones_then_the_form_s(study: Path, form: str) -> None:
    with (study / "edc" / f"{form}.csv").open(encoding="utf-8") as file:
        header = file.readline().rstrip("\n").split(",")
    assert header == [*STANDARD_COLUMNS, *FORM_COLUMNS[form]]


def test_nobody_has_a_name_and_everything_says_synthetic(study: Path) -> None:
    assert {row["INITIALS"] for row in _read(study / "edc" / "dm.csv")} == {"SYN"}
    assert {row["DICTVER"] for row in _read(study / "edc" / "ae.csv")} == {"SYNTHETIC 1.0"}
    readme = (study / "README.txt").read_text(encoding="utf-8")
    assert readme.startswith("SYNTHETIC DATA")
    assert all(f"edc/{form}.csv" in readme for form in EDC_FILES)


def test_no_birth_day_is_known(study: Path) -> None:
    assert {row["BRTHDAT_DD"] for row in _read(study / "edc" / "dm.csv")} == {""}


def test_fewer_than_one_subject_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        simulate(tmp_path, subjects=0)


def test_the_vendor_file_is_version_5_with_labels(study: Path) -> None:
    frame, meta = pyreadstat.read_xport(study / "vendor" / "pk_len.xpt")
    assert list(frame.columns) == list(PK_LABELS)
    assert meta.column_names_to_labels == PK_LABELS
    assert meta.table_name == "PKLEN"

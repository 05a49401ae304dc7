"""The other commands: check's formats, explain, compare, terminology, simulate, codes, docs."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from clinmap.app.main import main
from clinmap.codes import CODES
from clinmap.readers.datasets import read_dataset

from .conftest import Tiny

Capsys = pytest.CaptureFixture[str]


# --------------------------------------------------------------------------------------- check


def test_check_shows_a_table(tiny: Tiny, capsys: Capsys) -> None:
    assert tiny.check("--fail-on", "warning") == 0
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines()[2:7]] == [
        "DM", "AE", "SUPPAE", "ADSL", "ADAE",
    ]  # fmt: skip
    assert "no error" in said


def test_check_fails_on_a_warning_where_asked(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("study/sdtm/ae.yaml", "  AEACN: not collected\n", "")
    assert tiny.check() == 0
    assert "SPC016" in capsys.readouterr().out
    assert tiny.check("--fail-on", "warning") == 1


def test_check_says_once_what_mends_several_findings(tiny: Tiny, capsys: Capsys) -> None:
    """The hint stands below the last of findings that follow one another; all are counted."""
    more = "AESEV: {todo: ask}\n  AETOXGR: {todo: ask}"
    tiny.change("study/sdtm/ae.yaml", "AESEV: {recode: $SEV}", more)
    assert tiny.check() == 0
    said = capsys.readouterr().out
    assert said.count("still to be written") == 2
    assert said.count("Write a reference, a constant or an operation in its place.") == 1
    assert said.splitlines()[-1].endswith("no error, 3 warnings")  # and $SEV


def test_check_as_json(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("study/sdtm/ae.yaml", "{recode: $SEV}", "{recod: $SEV}")
    assert tiny.check("--format", "json") == 2
    document = json.loads(capsys.readouterr().out)
    (found,) = document["findings"]
    place = f"{found['file']}:{found['line']}"
    assert (found["code"], document["usable"]) == ("SPC010", False)
    assert place == tiny.line("study/sdtm/ae.yaml", "recod")


def test_check_as_sarif(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("study/sdtm/ae.yaml", "{recode: $SEV}", "{recod: $SEV}")
    assert tiny.check("--format", "sarif") == 2
    document = json.loads(capsys.readouterr().out)
    (result,) = document["runs"][0]["results"]
    assert (document["version"], result["ruleId"], result["level"]) == ("2.1.0", "SPC010", "error")
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] > 1


def test_check_for_github(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("study/sdtm/ae.yaml", "{recode: $SEV}", "{recod: $SEV}")
    assert tiny.check("--format", "github") == 2
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("::error file=")
    assert "title=SPC010::" in line
    assert "%0A" in line


def test_places_are_relative_to_where_one_stands(
    tiny: Tiny, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.change("study/sdtm/ae.yaml", "{recode: $SEV}", "{recod: $SEV}")
    monkeypatch.chdir(tiny.study)
    assert main(["check", "."]) == 2
    assert capsys.readouterr().out.startswith("sdtm/ae.yaml:")


def test_error_in_an_inherited_file_names_that_file(tiny: Tiny, capsys: Capsys) -> None:
    child = tiny.base / "children" / "second"
    child.mkdir(parents=True)
    (child / "study.yaml").write_text("extends: ../../study\nstudy: TINY-02\n", encoding="utf-8")
    assert main(["check", str(child)]) == 0
    capsys.readouterr()
    tiny.change("study/sdtm/ae.yaml", "{recode: $SEV}", "{recod: $SEV}")
    assert main(["check", str(child)]) == 2
    assert tiny.line("study/sdtm/ae.yaml", "recod") in capsys.readouterr().out


# ------------------------------------------------------------------------------------- explain


def test_explain_a_variable(tiny: Tiny, capsys: Capsys) -> None:
    assert main(["explain", str(tiny.study), "AE.AESEV"]) == 0
    said = capsys.readouterr().out
    for text in ("Severity", "Collected", "AESEV (C66769)", "1. recode: ", "from $SEV",
                 tiny.line("study/sdtm/ae.yaml", "AESEV")):  # fmt: skip
        assert text in said


def test_explain_a_dataset(tiny: Tiny, capsys: Capsys) -> None:
    assert main(["explain", str(tiny.study), "ae"]) == 0
    said = capsys.readouterr().out
    assert "rows from raw table events" in said
    assert "keys: STUDYID, USUBJID, AETERM, AESTDTC" in said
    assert "AELLT: not coded" in said


@pytest.mark.parametrize(("item", "near"), [("AF", "AE"), ("AE.AESEW", "AESEV")])
def test_explain_what_is_not_there(tiny: Tiny, capsys: Capsys, item: str, near: str) -> None:
    assert main(["explain", str(tiny.study), item]) == 2
    said = capsys.readouterr().err
    assert "SPC021" in said
    assert near in said


# ------------------------------------------------------------------------------------- compare


def test_compare_a_package_with_itself(built: Tiny, capsys: Capsys) -> None:
    assert main(["compare", str(built.out), str(built.out)]) == 0
    assert "identical" in capsys.readouterr().out


def test_compare_finds_what_changed_by_the_keys_of_the_package(built: Tiny, capsys: Capsys) -> None:
    other = built.base / "other"
    built.change("raw/events.csv", "MODERATE", "SEVERE")
    arguments = [str(built.study), "--raw", str(built.raw), "--out", str(other), "--quiet"]
    assert main(["build", *arguments]) == 0
    assert main(["compare", str(built.out), str(other)]) == 1
    said = capsys.readouterr().out
    assert "keys: STUDYID, USUBJID, AETERM, AESTDTC" in said
    page = built.base / "differences.html"
    (ours,), (theirs,) = built.out.rglob("ae.xpt"), other.rglob("ae.xpt")
    options = ["--keys", "usubjid,aeseq", "--format", "html", "--out", str(page)]
    assert main(["compare", str(ours), str(theirs), *options]) == 1
    assert "AESEV" in page.read_text(encoding="utf-8")
    cells = built.base / "new" / "cells.parquet"
    assert main(["compare", str(ours), str(theirs), *options[:2], "--cells", str(cells)]) == 1
    table = pq.read_table(cells)
    assert set(table["variable"].to_pylist()) == {"AESEV"}
    assert set(table["pattern"].to_pylist()) == {"'MODERATE' -> 'SEVERE'"}
    label = table.schema.field("compare").metadata[b"label"]
    assert b"within 1e-09 of the larger one" in label
    assert main(["compare", str(ours), str(theirs), "--ignore", "AESEV"]) == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [(["--keys", "AESEKW"], "CMP001"), (["--tolerance", "much"], "SPC004")],
    ids=["keys", "tolerance"],
)
def test_compare_that_cannot_be_done(
    built: Tiny, capsys: Capsys, more: list[str], code: str
) -> None:
    (path,) = built.out.rglob("ae.xpt")
    assert main(["compare", str(path), str(path), *more]) == 2
    assert code in capsys.readouterr().err


def test_compare_without_anything_in_common(built: Tiny, capsys: Capsys, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["compare", str(built.out), str(empty)]) == 2
    (sdtm,), (adam,) = built.out.rglob("sdtm"), built.out.rglob("adam")
    assert main(["compare", str(sdtm), str(adam / "datasets")]) == 2
    assert "no dataset in common" in capsys.readouterr().err


# ------------------------------------------------------------------------- terminology and codes


def test_terminology_shows_a_codelist_and_a_term(capsys: Capsys) -> None:
    assert main(["terminology", "sex"]) == 0
    said = capsys.readouterr().out
    assert "SEX (C66731)" in said
    assert "not extensible" in said
    assert main(["terminology", "UNIT", "G/L"]) == 0
    assert "10^9/L" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["SEXX"], ["SEX", "Femal"]], ids=["codelist", "term"])
def test_terminology_that_is_not_there_has_near_matches(
    capsys: Capsys, arguments: list[str]
) -> None:
    assert main(["terminology", *arguments]) == 2
    assert "Near: " in capsys.readouterr().err


def test_codes_are_listed_and_explained(capsys: Capsys) -> None:
    assert main(["codes"]) == 0
    said = capsys.readouterr().out
    assert all(code.id in said for code in CODES)
    assert main(["codes", "trm001"]) == 0
    assert "has no term" in capsys.readouterr().out
    assert main(["codes", "TRM999"]) == 2


def test_docs_are_made_from_operations_and_codes(tmp_path: Path, capsys: Capsys) -> None:
    from clinmap.app.registry import registry

    assert main(["docs", "--out", str(tmp_path / "reference")]) == 0
    operations = (tmp_path / "reference" / "operations.md").read_text(encoding="utf-8")
    for name in registry().names:
        assert f"### `{name}`" in operations
    codes = (tmp_path / "reference" / "codes.md").read_text(encoding="utf-8")
    assert all(f"`{code.id}`" in codes for code in CODES)


# -------------------------------------------------------------------------- simulate and demo


def test_simulate_twice_gives_the_same_files(tmp_path: Path, capsys: Capsys) -> None:
    out = tmp_path / "exports"
    arguments = ["simulate", "n2011-04", "--subjects", "2", "--out", str(out)]
    assert main(arguments) == 0
    before = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert main(arguments) == 0
    assert {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]


def test_simulate_refuses_a_folder_with_something_else(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "README.txt").write_text("my notes", encoding="utf-8")
    assert main(["simulate", "n2011-04", "--out", str(tmp_path)]) == 2
    assert "OUT001" in capsys.readouterr().err
    assert (tmp_path / "README.txt").read_text(encoding="utf-8") == "my notes"


def test_demo_refuses_a_folder_with_something_else(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    assert main(["demo", "--out", str(tmp_path)]) == 2
    assert "OUT001" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.slow
def test_demo_goes_from_nothing_to_the_page_of_results(tmp_path: Path, capsys: Capsys) -> None:
    """It ends with where the page is; few subjects leave cells without an estimate, not a gap."""
    out = tmp_path / "demo"
    main(["demo", "--out", str(out), "--subjects", "4"])
    said = capsys.readouterr().out
    assert (out / "package" / "results.html").is_file()
    assert f"Next: read {out / 'package' / 'results.html'}" in said.splitlines()[-1]


# ------------------------------------------------------------------------------------ fidelity


def test_fidelity_compares_with_published_datasets(built: Tiny, capsys: Capsys) -> None:
    published = built.base / "published"
    for kind in ("pharmaversesdtm", "pharmaverseadam"):
        (published / kind).mkdir(parents=True)
    for path in built.out.rglob("*.xpt"):
        kind = "pharmaverseadam" if path.stem.startswith("ad") else "pharmaversesdtm"
        read_dataset(path).to_parquet(published / kind / f"{path.stem}.parquet")
    (built.study / "fidelity.yaml").write_text(
        "datasets:\n"
        "  AE: {keys: [USUBJID, AETERM]}\n"
        "  ADAE: {keys: [USUBJID, AETERM]}\n",
        encoding="utf-8",
    )  # fmt: skip
    page = built.base / "fidelity.md"
    command = [
        "fidelity", str(built.study), "--raw", str(built.raw),
        "--published", str(published), "--page", str(page),
    ]  # fmt: skip
    assert main(command) == 0
    text = page.read_text(encoding="utf-8")
    assert "ADAE, from the published SDTM" in text
    assert "| AESEV | 3 | 3 | 100.00 |" in text
    assert "TINY-01-0" not in text

    built.change("raw/events.csv", "MODERATE", "SEVERE")
    assert main(command) == 1
    assert "Not explained: AE.AESEV" in capsys.readouterr().out
    built.change(
        "study/fidelity.yaml", "  AE: {keys: [USUBJID, AETERM]}",
        "  AE: {keys: [USUBJID, AETERM], explained: [{variable: AESEV, count: 1, reason: known}]}",
    )  # fmt: skip
    assert main(command) == 0


def test_the_page_of_fidelity_keeps_what_it_says_of_other_studies(
    built: Tiny, tmp_path: Path
) -> None:
    for kind in ("pharmaversesdtm", "pharmaverseadam"):
        (tmp_path / kind).mkdir()
    read_dataset(next(built.out.rglob("ae.xpt"))).to_parquet(
        tmp_path / "pharmaversesdtm" / "events.parquet"
    )
    (built.study / "fidelity.yaml").write_text(
        "datasets: {AE: {keys: [USUBJID, AETERM], file: events}}\n", encoding="utf-8"
    )
    page = tmp_path / "fidelity.md"
    command = [
        "fidelity", str(built.study), "--raw", str(built.raw),
        "--published", str(tmp_path), "--page", str(page),
    ]  # fmt: skip
    assert main(command) == 0
    first = page.read_text(encoding="utf-8")
    page.write_text(f"{first}\n## Study other\n\nsaid before\n", encoding="utf-8")
    assert main(command) == 0
    assert page.read_text(encoding="utf-8") == first.replace(
        "## Study study", "## Study other\n\nsaid before\n\n## Study study"
    )


def test_fidelity_with_a_dataset_that_the_study_has_not(built: Tiny, capsys: Capsys) -> None:
    (built.study / "fidelity.yaml").write_text(
        "datasets:\n  AE: {keys: [X]}\n  ADAF: {keys: [X]}\n", encoding="utf-8"
    )
    assert main(["fidelity", str(built.study), "--raw", str(built.raw)]) == 2
    said = capsys.readouterr().err
    assert "SPC011" in said
    assert "fidelity.yaml:3" in said
    assert "ADAE?" in said


def test_fidelity_with_a_wrong_key_in_its_file(built: Tiny, capsys: Capsys) -> None:
    (built.study / "fidelity.yaml").write_text("datasets:\n  AE: {kyes: [X]}\n", encoding="utf-8")
    assert main(["fidelity", str(built.study), "--raw", str(built.raw)]) == 2
    said = capsys.readouterr().err
    assert "SPC002" in said
    assert "fidelity.yaml:2" in said


# -------------------------------------------------------------------------------------- schema


def test_schema_is_printed_and_written(tmp_path: Path, capsys: Capsys) -> None:
    assert main(["schema"]) == 0
    schemas = json.loads(capsys.readouterr().out)
    assert main(["schema", "--out", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{name}.schema.json" for name in schemas
    )

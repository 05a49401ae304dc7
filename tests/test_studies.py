"""The shipped studies, carried the whole way, and looked at by programs other than ours.

Each study is built once as a package; pyreadstat reads the transport files, odmlib and its XSDs the
define.xml. What is true of one study must be true of the other.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from lxml import etree

from clinmap.app.define.data import read_datasets
from clinmap.app.main import main
from clinmap.app.registry import registry
from clinmap.comparison import compare_datasets
from clinmap.plan import Plan
from clinmap.readers.transport import read_transport
from clinmap.standards import sdtm_dataset
from define.audit.check import check_define
from define.document.read import read_define
from define.document.schema import schema_errors
from define.document.write import write_define
from mappings.compile import compile_study

ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
FOLDERS = {"Tabulation": "tabulations/sdtm", "Analysis": "analysis/adam/datasets"}
STUDIES = [
    pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ("cdiscpilot01", "n2011-04")
]
MISSION = ("DM", "EX", "AE", "PC", "LB", "RS")


@pytest.fixture(scope="module", params=STUDIES)
def study(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def raw(study: str, request: pytest.FixtureRequest) -> Path:
    """The raw exports of the study: real ones, or simulated ones."""
    if study == "cdiscpilot01":
        return Path(request.getfixturevalue("shared")) / "data" / "pharmaverseraw"
    return Path(request.getfixturevalue("n2011_04_raw"))


@pytest.fixture(scope="module")
def package(study: str, raw: Path, request: pytest.FixtureRequest, tmp_path_factory: Any) -> Path:
    """The package of the study; building it exits with 0, since what is expected is declared."""
    if study == "n2011-04":
        return Path(request.getfixturevalue("n2011_04_package"))
    out = Path(tmp_path_factory.mktemp("out")) / "package"
    assert main(["build", study, "--raw", str(raw), "--out", str(out), "--quiet"]) == 0
    return out


@pytest.fixture(scope="module")
def plan(study: str) -> Plan:
    return compile_study(study, registry()).plan


def datasets(package: Path, purpose: str = "") -> Iterator[tuple[str, Path]]:
    """The transport files of a package, by dataset name."""
    for kind, folder in FOLDERS.items():
        if purpose in ("", kind):
            for path in sorted(package.glob(f"m5/datasets/*/{folder}/*.xpt")):
                yield path.stem.upper(), path


def read(path: Path) -> pd.DataFrame:
    """A transport file as pyreadstat sees it, dates left as numbers."""
    frame, _ = pyreadstat.read_xport(str(path), disable_datetime_conversion=True)
    return frame


def test_transport_files_are_read_as_pyreadstat_reads_them(package: Path) -> None:
    """Every value of every file."""
    for _, path in datasets(package):
        ours, theirs = read_transport(path, path.name), read(path)
        assert list(ours.frame) == list(theirs)
        for variable in ours.variables:
            mine, other = ours.frame[variable.name], theirs[variable.name]
            if variable.character:
                assert mine.fillna("").tolist() == other.tolist()
            else:
                assert mine.equals(other.astype("float64"))


def defines(package: Path) -> list[Path]:
    return sorted(package.glob("m5/datasets/*/*/**/define.xml"))


def test_nothing_is_unexplained(package: Path) -> None:
    problems = json.loads((package / "problems.json").read_text(encoding="utf-8"))["problems"]
    open_ones = [p for p in problems if not p["explained"] and p["severity"] != "note"]
    assert open_ones == []


def test_the_package_has_every_dataset_of_the_plan(package: Path, plan: Plan) -> None:
    written = {name for name, _ in datasets(package)}
    assert written == {d.name for d in plan.datasets if d.submitted}


def test_define_is_valid_and_other_programs_read_it(package: Path) -> None:
    from odmlib.define_loader import XMLDefineLoader
    from odmlib.loader import ODMLoader

    assert len(defines(package)) == 2
    for path in defines(package):
        assert schema_errors(path) == []
        loader = ODMLoader(
            XMLDefineLoader(model_package="define_2_1", ns_uri="http://www.cdisc.org/ns/def/v2.1")
        )
        loader.open_odm_document(str(path))
        groups = loader.MetaDataVersion().ItemGroupDef
        assert {group.Name for group in groups} == {
            f.stem.upper() for f in path.parent.glob("*.xpt")
        }


def test_every_result_of_the_plan_is_described(package: Path, plan: Plan) -> None:
    asked = [display.id for display in plan.results.displays] if plan.results else []
    found = [display.name for path in defines(package) for display in read_define(path).displays]
    assert found == asked


def test_define_read_and_written_again_is_the_same(package: Path, tmp_path: Path) -> None:
    """Byte for byte, and therefore in canonical XML; nothing is a fault, nothing unknown."""
    for path in defines(package):
        define = read_define(path)
        assert (define.faults, define.unknown) == ((), ())
        again = tmp_path / "define.xml"
        write_define(define, again)
        assert again.read_bytes() == path.read_bytes()
        write_define(replace(define, kept=None, original=None), again)
        assert again.read_bytes() == path.read_bytes()


def test_define_has_no_dangling_and_no_orphan_oid(package: Path) -> None:
    for path in defines(package):
        tree = etree.parse(str(path))
        defined = {e.get("OID") for e in tree.iter() if e.get("OID")} | {
            e.get("ID") for e in tree.iter() if e.get("ID")
        }
        named = {
            value
            for element in tree.iter()
            for name, value in element.attrib.items()
            if name.rpartition("}")[2].endswith(("OID", "leafID", "ArchiveLocationID"))
            and name != "OID"
        }
        kept = {"FileOID"}
        files = {tree.getroot().get(name) for name in kept}
        assert named - files <= defined
        used = named | {e.get("OID") for e in tree.iter(f"{ODM}Study", f"{ODM}MetaDataVersion")}
        used |= {e.get("OID") for e in tree.iter(f"{ODM}ItemGroupDef")}
        used |= {e.get("OID") for e in tree.iter("{*}ResultDisplay", "{*}AnalysisResult")}
        assert defined <= used


def test_define_is_true_of_the_data(package: Path) -> None:
    """Lengths, values and keys of define.xml hold in the files, read by pyreadstat."""
    for path in defines(package):
        define = read_define(path)
        items = {item.oid: item for item in define.items}
        lists = {codelist.oid: codelist for codelist in define.codelists}
        for group in define.item_groups:
            frame = read(path.parent / f"{group.name.lower()}.xpt")
            assert [items[ref.item_oid].name for ref in group.refs] == list(frame.columns)
            for ref in group.refs:
                item, values = items[ref.item_oid], frame[items[ref.item_oid].name]
                if item.data_type == "text":
                    longest = values.fillna("").astype(str).str.encode("utf-8").str.len().max()
                    assert int(longest) <= (item.length or 0), item.name
                found = lists.get(item.codelist_oid or "")
                if found is not None and found.external is None and item.data_type == "text":
                    known = {term.value for term in found.terms}
                    assert set(values[values.fillna("") != ""]) <= known, item.name
            keys = [
                items[ref.item_oid].name
                for ref in sorted(group.refs, key=lambda r: r.key_sequence or 0)
                if ref.key_sequence
            ]
            assert keys
            assert not frame.duplicated(keys).any(), group.name


def test_every_length_in_the_file_is_the_longest_value(package: Path) -> None:
    for _, path in datasets(package):
        frame, meta = pyreadstat.read_xport(str(path), disable_datetime_conversion=True)
        for name in frame.columns:
            if frame[name].dtype != float:
                longest = frame[name].fillna("").astype(str).str.len().max()
                assert meta.variable_storage_width[name] == max(int(longest), 1)
                assert int(longest) <= 200


def test_check_define_finds_nothing(package: Path) -> None:
    for folder in FOLDERS.values():
        path = next(package.glob(f"m5/datasets/*/{folder}/define.xml"))
        define = read_define(path)
        assert check_define(define, read_datasets(define, path.parent)) == []


def test_required_and_expected_variables_are_there(package: Path, study: str, plan: Plan) -> None:
    for name, path in datasets(package, "Tabulation"):
        facts = sdtm_dataset(name)
        assert facts is not None
        frame, dataset = read(path), plan.dataset(name)
        excused = set() if study == "n2011-04" and name in MISSION else set(dataset.not_collected)  # type: ignore[union-attr]
        wanted = {v.name for v in facts.variables if v.core in ("Req", "Exp")} - excused
        assert wanted <= set(frame.columns), name
        for variable in facts.variables:
            if variable.core == "Req":
                assert frame[variable.name].notna().all(), f"{name}.{variable.name}"


def test_sequence_numbers_are_dense_and_no_study_day_is_0(package: Path) -> None:
    for name, path in datasets(package, "Tabulation"):
        frame = read(path)
        sequence = f"{name[:2]}SEQ"
        if {"USUBJID", sequence} <= set(frame.columns):
            grouped = frame.groupby("USUBJID")[sequence]
            assert (grouped.nunique() == grouped.size()).all()
            assert (grouped.max() == grouped.size()).all()
            assert (grouped.min() == 1).all()
        for day in [c for c in frame if c.endswith("DY") and c != "VISITDY"]:
            assert not (frame[day] == 0).any()


def test_trace_answers_for_cells_of_every_dataset(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = random.Random(1)
    for name, path in datasets(package):
        frame = read(path)
        row = chosen.randrange(len(frame)) + 1
        capsys.readouterr()
        arguments = ["trace", str(package), name, "--row", str(row), "--format", "json"]
        assert main(arguments) == 0
        answer = json.loads(capsys.readouterr().out)
        text = json.dumps(answer)
        assert '"record"' in text
        for variable in frame.columns:
            assert f'"{variable}"' in text, f"{name}.{variable}"


def test_shuffled_rows_and_files_give_equal_datasets(
    study: str, raw: Path, package: Path, tmp_path: Path
) -> None:
    shuffled = tmp_path / "shuffled"
    for path in sorted(raw.rglob("*.*"), reverse=True):
        target = shuffled / path.relative_to(raw)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".csv":
            lines = path.read_bytes().splitlines(keepends=True)
            head = 1 + sum(line.startswith(b"#") for line in lines)  # comments, then the names
            rows = random.Random(7).sample(lines[head:], len(lines) - head)
            target.write_bytes(b"".join([*lines[:head], *rows]))
        else:
            shutil.copy(path, target)
    out = tmp_path / "package"
    main(["build", study, "--raw", str(shuffled), "--out", str(out), "--quiet"])
    for (name, before), (_, after) in zip(datasets(package), datasets(out), strict=True):
        assert before.read_bytes() == after.read_bytes(), name


def test_a_rebuild_is_byte_identical(study: str, raw: Path, package: Path, tmp_path: Path) -> None:
    out = tmp_path / "again"
    command = [
        sys.executable,
        "-m",
        "clinmap",
        "build",
        study,
        "--raw",
        str(raw),
        "--out",
        str(out),
    ]
    assert subprocess.run([*command, "--quiet"], check=False, capture_output=True).returncode == 0
    before = {p.relative_to(package): p.read_bytes() for p in package.rglob("*") if p.is_file()}
    after = {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    assert before == after


def test_no_subject_stands_in_problems_or_manifest(package: Path) -> None:
    subjects = set(read(dict(datasets(package))["DM"])["USUBJID"])
    for name in ("problems.json", "problems.html", "manifest.json"):
        text = (package / name).read_text(encoding="utf-8")
        assert not [subject for subject in subjects if subject in text], name


def test_the_stylesheet_shows_every_dataset(package: Path) -> None:
    for path in defines(package):
        sheet = etree.XSLT(etree.parse(str(path.with_name("define2-1.xsl"))))
        page = str(sheet(etree.parse(str(path))))
        for file in path.parent.glob("*.xpt"):
            assert file.name in page


def test_compare_says_that_a_dataset_equals_itself(package: Path, plan: Plan) -> None:
    for name, path in datasets(package):
        frame, dataset = read(path), plan.dataset(name)
        text = frame.select_dtypes(exclude="number").columns
        frame[text] = frame[text].astype("str")
        assert dataset is not None
        keys = [key for key in dataset.keys if key in frame]
        assert compare_datasets(
            frame, frame.sample(frac=1, random_state=1), name=name, keys=keys
        ).identical

"""A build whose datasets are larger than the limit: parts beside the whole, and in define.xml."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from lxml import etree

from clinmap.app.main import main
from clinmap.readers.datasets import read_dataset
from define.audit.references import reference_problems
from define.document.read import read_define
from define.document.schema import schema_errors
from tests.clinmap.app.conftest import Tiny

SDTM = "m5/datasets/tiny-01/tabulations/sdtm"
NAMESPACE = {"o": "http://www.cdisc.org/ns/odm/v1.3", "x": "http://www.w3.org/1999/xlink"}


@pytest.fixture
def split(tiny: Tiny) -> Path:
    assert tiny.build("--quiet", "--split-size", "2000", "--fail-on", "never") == 0
    return tiny.out / SDTM


def test_the_parts_one_after_the_other_are_the_whole(split: Path) -> None:
    whole = read_dataset(split / "ae.xpt")
    files = sorted((split / "split").glob("ae*.xpt"))
    assert [file.name for file in files] == ["ae01.xpt", "ae02.xpt"]
    parts = pd.concat([read_dataset(file) for file in files], ignore_index=True)
    assert parts.equals(whole)


def test_a_part_keeps_domain_lengths_and_label(split: Path) -> None:
    _, whole = pyreadstat.read_xport(split / "ae.xpt")
    frame, part = pyreadstat.read_xport(split / "split" / "ae01.xpt")
    assert set(frame["DOMAIN"]) == {"AE"}
    assert part.variable_storage_width == whole.variable_storage_width
    assert part.table_name == "AE01"


def test_supplemental_qualifiers_are_split_with_their_parent(split: Path) -> None:
    for number in ("01", "02"):
        records = read_dataset(split / "split" / f"ae{number}.xpt")
        qualifiers = read_dataset(split / "split" / f"suppae{number}.xpt")
        assert set(qualifiers["USUBJID"]) <= set(records["USUBJID"])
        assert set(qualifiers["RDOMAIN"]) == {"AE"}


def test_define_describes_every_file_that_is_written(split: Path) -> None:
    path = split / "define.xml"
    root = etree.parse(str(path)).getroot()
    links = root.xpath("//o:ItemGroupDef/*[local-name()='leaf']/@x:href", namespaces=NAMESPACE)
    files = {file.relative_to(split).as_posix() for file in split.rglob("*.xpt")}
    assert set(links) == files
    assert any(name.startswith("split/") for name in files)
    assert schema_errors(path) == []
    assert list(reference_problems(read_define(path))) == []
    (alias,) = root.xpath("//o:ItemGroupDef[@Name='AE01']/o:Alias", namespaces=NAMESPACE)
    assert dict(alias.attrib) == {"Context": "DomainDescription", "Name": "Adverse Events"}


def test_the_manifest_names_the_parts(split: Path) -> None:
    package = split.parents[4]
    datasets = json.loads((package / "manifest.json").read_text("utf-8"))["datasets"]
    assert [part["name"] for part in datasets["AE"]["parts"]] == ["AE01", "AE02"]
    assert sum(part["rows"] for part in datasets["AE"]["parts"]) == datasets["AE"]["rows"]


def test_parts_that_are_too_large_all_the_same_are_listed(split: Path) -> None:
    problems = json.loads((split.parents[4] / "problems.json").read_text("utf-8"))["problems"]
    assert {"XPT010"} <= {problem["code"] for problem in problems}


def test_without_the_option_there_are_no_parts(built: Tiny) -> None:
    assert not list(built.out.rglob("split"))


def test_a_rule_of_the_specification_names_the_parts(tiny: Tiny) -> None:
    rule = "keys: [STUDYID, USUBJID, AETERM, AESTDTC]\nparts: {by: AESEV, into: {MILD: ML}}"
    tiny.change("study/sdtm/ae.yaml", "keys: [STUDYID, USUBJID, AETERM, AESTDTC]", rule)
    assert tiny.build("--quiet", "--split-size", "2000", "--fail-on", "never") == 0
    names = {file.name for file in (tiny.out / SDTM / "split").glob("ae*.xpt")}
    assert "aeml.xpt" in names


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("{by: AESVE, into: {MILD: ML}}", "AESVE"),
        ("{by: AESEV, into: {MILD: mild}}", "is not one or two capitals or digits"),
        ("{by: AESEV, into: {MILD: M, SEVERE: M}}", "every part needs its own"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(
    tiny: Tiny, capsys: pytest.CaptureFixture[str], rule: str, says: str
) -> None:
    keys = "keys: [STUDYID, USUBJID, AETERM, AESTDTC]"
    tiny.change("study/sdtm/ae.yaml", keys, f"{keys}\nparts: {rule}")
    assert tiny.check() == 2
    assert says in capsys.readouterr().out


def test_a_size_that_is_none_is_refused(tiny: Tiny, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["build", str(tiny.study), "--raw", ".", "--out", "x", "--split-size", "5TB"])
    assert stopped.value.code == 2
    assert "is no size" in capsys.readouterr().err


def test_the_define_is_true_of_the_parts(split: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["define", "check", str(split / "define.xml"), "--data", str(split)])
    said = capsys.readouterr().out
    assert not re.search("DEF0(0[4-9]|1[0-9]|6[0-9]|7[0-9])", said), said

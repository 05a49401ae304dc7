"""A package in other formats beside the transport files: equal datasets, described alike."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from clinmap.app.main import main
from clinmap.readers.described import DescribedDataset, read_described
from define.document.read import read_define
from tests.clinmap.app.conftest import Tiny

M5 = "m5/datasets/tiny-01/tabulations/sdtm"
FORMS = ("json", "ndjson", "parquet")


@pytest.fixture
def package(tiny: Tiny, tmp_path: Path) -> Path:
    """The tiny study in all formats."""
    out = tmp_path / "package"
    arguments = ["build", str(tiny.study), "--raw", str(tiny.raw), "--out", str(out), "--quiet"]
    assert main([*arguments, "--formats", "xpt", *FORMS]) == 0
    return out


def both(package: Path, name: str, form: str) -> tuple[DescribedDataset, DescribedDataset]:
    """A dataset of the transport file and of another format."""
    other = package / form / "sdtm" / f"{name}.{form}"
    return read_described(package / M5 / f"{name}.xpt"), read_described(other)


@pytest.mark.parametrize("form", FORMS)
def test_every_dataset_is_there_and_equal(package: Path, form: str) -> None:
    """Values, order, name, label; labels and formats of columns; the length of text."""
    names = sorted(path.stem for path in (package / M5).glob("*.xpt"))
    assert names
    assert names == sorted(path.stem for path in (package / form / "sdtm").iterdir())
    for name in names:
        transport, other = both(package, name, form)
        pd.testing.assert_frame_equal(other.frame, transport.frame)
        assert (other.name, other.label) == (transport.name, transport.label)
        for mine, theirs in zip(other.columns, transport.columns, strict=True):
            assert (mine.name, mine.character, mine.label, mine.format) == (
                theirs.name, theirs.character, theirs.label, theirs.format,
            )  # fmt: skip
            assert not mine.character or mine.length in (None, theirs.length)


def test_identifiers_are_those_of_define_xml(package: Path) -> None:
    """OIDs, keys and data types are what define.xml says."""
    define = read_define(package / M5 / "define.xml")
    items = {item.oid: item for item in define.items}
    document = json.loads((package / "json/sdtm/ae.json").read_text(encoding="utf-8"))
    group = next(group for group in define.item_groups if group.name == "AE")
    assert document["itemGroupOID"] == group.oid
    assert document["metaDataVersionOID"] == define.oid
    assert (package / "json/sdtm" / document["metaDataRef"]).resolve() == (
        package / M5 / "define.xml"
    )
    told = {column["itemOID"]: column for column in document["columns"]}
    assert [ref.item_oid for ref in group.refs] == list(told)
    assert {r.item_oid: r.key_sequence for r in group.refs if r.key_sequence} == {
        oid: column["keySequence"] for oid, column in told.items() if "keySequence" in column
    }
    assert all(told[oid].get("length") == items[oid].length for oid in told)


def test_manifest_lists_them_and_compare_reads_them(package: Path) -> None:
    """They are outputs like others; two formats of a package do not differ."""
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    outputs = {item["path"] for item in manifest["outputs"]}
    assert {f"{form}/sdtm/ae.{form}" for form in FORMS} <= outputs
    assert main(["compare", str(package / "json/sdtm"), str(package / M5)]) == 0


def test_without_the_option_there_are_none(tiny: Tiny, tmp_path: Path) -> None:
    """Transport files only, unless asked."""
    out = tmp_path / "plain"
    main(["build", str(tiny.study), "--raw", str(tiny.raw), "--out", str(out), "--quiet"])
    assert not [form for form in FORMS if (out / form).exists()]

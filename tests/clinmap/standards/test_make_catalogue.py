"""The committed catalogue is what the script writes from the facts beside the project."""

import json
from pathlib import Path

import pytest

from clinmap.standards import make_catalogue

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / ".." / "shared" / "standards"
CATALOGUE = ROOT / "clinmap" / "standards" / "catalogue"

needs_source = pytest.mark.skipif(
    not SOURCE.is_dir(), reason="the facts of the standards (../shared/standards) are not here"
)


@needs_source
def test_committed_files_are_what_the_script_writes(tmp_path: Path) -> None:
    make_catalogue.main([str(SOURCE), "--out", str(tmp_path)])
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in CATALOGUE.iterdir()}
    assert written.keys() == committed.keys()
    assert [name for name in written if written[name] != committed[name]] == []


@needs_source
def test_every_cited_codelist_is_carried_but_the_one_the_package_lacks() -> None:
    guide = json.loads((SOURCE / "sdtmig-3-4.json").read_text(encoding="utf-8"))
    cited = {c for d in guide["datasets"] for v in d["variables"] for c in v.get("codelist", [])}
    carried = {
        json.loads(line)["code"]
        for line in (CATALOGUE / "sdtmct-2025-03-28.jsonl").read_text(encoding="utf-8").splitlines()
    }
    assert cited - carried == {"C85495"}


def test_files_have_unix_line_ends() -> None:
    for path in CATALOGUE.iterdir():
        content = path.read_bytes()
        assert b"\r" not in content, path.name
        assert content.endswith(b"\n"), path.name


def test_codelists_hold_facts_only() -> None:
    for path in CATALOGUE.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            codelist = json.loads(line)
            assert list(codelist) == ["code", "name", "label", "extensible", "terms"]
            assert {len(term) for term in codelist["terms"]} <= {3, 4}

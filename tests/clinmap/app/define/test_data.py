"""The datasets of a define.xml are found in a folder, whatever their format and place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from clinmap.app.define.data import audit_data, dataset_files, read_datasets
from clinmap.problems import InputError
from define.document.model import Define
from tests.define.small_data import FRAMES, PLANS, as_parquet, define_of, write_data


def with_leaf(name: str, href: str) -> Define:
    """The document with another place of one dataset."""
    define = define_of()
    groups = (
        replace(g, leaf=replace(g.leaf, href=href)) if g.name == name and g.leaf else g
        for g in define.item_groups
    )
    return replace(define, item_groups=tuple(groups))


def found(define: Define, folder: Path) -> dict[str, str]:
    """The files by dataset, as seen from the folder."""
    files = dataset_files(define, folder)
    return {file.name: file.path.relative_to(folder).as_posix() for file in files}


def test_files_are_found_by_leaf_by_name_and_below(tmp_path: Path) -> None:
    """In a folder below, in another case, deeper down than anything says."""
    write_data(tmp_path)
    (tmp_path / "split").mkdir()
    (tmp_path / "lb.xpt").rename(tmp_path / "split" / "lb.xpt")
    (tmp_path / "dm.xpt").rename(tmp_path / "DM.XPT")
    define = with_leaf("AE", "my%20files/events.xpt")
    (tmp_path / "my files").mkdir()
    (tmp_path / "ae.xpt").rename(tmp_path / "my files" / "events.xpt")
    assert found(define, tmp_path) == {
        "DM": "DM.XPT",
        "AE": "my files/events.xpt",
        "SUPPAE": "suppae.xpt",
        "LB": "split/lb.xpt",
        "CE": "ce.xpt",
    }


@pytest.mark.parametrize("href", ["../ae.xpt", "/ae.xpt", "http://host/ae.xpt"])
def test_nothing_outside_the_folder_is_read(href: str, tmp_path: Path) -> None:
    """A leaf may name what it likes."""
    write_data(tmp_path / "data")
    (tmp_path / "data" / "ae.xpt").rename(tmp_path / "ae.xpt")
    assert "AE" not in found(with_leaf("AE", href), tmp_path / "data")


def test_other_json_files_are_no_datasets(tmp_path: Path) -> None:
    """A manifest beside the datasets is not one that the define.xml leaves out."""
    write_data(tmp_path, "json")
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "vs.json").write_text((tmp_path / "dm.json").read_text())
    names = {file.name: file.described for file in dataset_files(define_of(), tmp_path)}
    assert "MANIFEST" not in names
    assert names["VS"] is False
    assert names["DM"] is True


def test_the_leaf_says_which_of_several_files_is_read(tmp_path: Path) -> None:
    """The others are named."""
    write_data(tmp_path)
    as_parquet(FRAMES["AE"], PLANS["AE"], tmp_path)
    by_leaf = next(
        f for f in dataset_files(with_leaf("AE", "ae.parquet"), tmp_path) if f.name == "AE"
    )
    assert by_leaf.path.name == "ae.parquet"
    assert [path.name for path in by_leaf.others] == ["ae.xpt"]


def test_a_package_as_a_whole_is_searched(tmp_path: Path) -> None:
    """Files of the same name elsewhere in it are not the datasets that the leaves name."""
    write_data(tmp_path / "m5" / "datasets")
    (tmp_path / "lineage").mkdir()
    as_parquet(FRAMES["AE"], PLANS["AE"], tmp_path / "lineage")
    assert found(define_of(), tmp_path)["AE"] == "m5/datasets/ae.xpt"
    assert not any(file.others for file in dataset_files(define_of(), tmp_path))


def test_datasets_are_read_when_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One at a time, so that a folder may be larger than the memory."""
    from clinmap.app.define import data as define_data

    write_data(tmp_path)
    read = []
    known = define_data.read_described
    monkeypatch.setattr(define_data, "read_described", lambda p: (read.append(p.name), known(p))[1])
    datasets = read_datasets(define_of(), tmp_path)
    assert next(datasets).name == "DM"
    assert read == ["dm.xpt"]


def test_a_damaged_file_is_one_finding(tmp_path: Path) -> None:
    """The other datasets are still looked at."""
    write_data(tmp_path)
    (tmp_path / "dm.xpt").write_bytes(b"damaged")
    (tmp_path / "suppae.xpt").unlink()
    codes = [problem.code for problem in audit_data(define_of(), tmp_path)]
    assert codes == ["DEF060", "DEF005"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """INP001 names it."""
    with pytest.raises(InputError, match="INP001"):
        dataset_files(define_of(), tmp_path / "none")

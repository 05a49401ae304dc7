"""What `clinmap compare` compares: files, folders of datasets, packages; and by which keys."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.package.package_files import keys_of, manifest_of
from clinmap.app.registry import registry
from clinmap.problems import InputError, OutputError, near_match
from mappings.compile import compile_study

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.comparison import DatasetComparison, FolderComparison, Tolerance

Keys = Mapping[str, Sequence[str]]


def study_keys(study: str | None) -> Keys:
    """The keys of each dataset of a study; nothing without a study."""
    if not study:
        return {}
    plan = compile_study(study, registry()).plan
    return {dataset.name: dataset.keys for dataset in plan.datasets}


def compare_paths(
    base: Path,
    other: Path,
    *,
    keys: Sequence[str],
    planned: Keys,
    tolerance: Tolerance,
    ignore: Collection[str],
) -> DatasetComparison | FolderComparison:
    """Compare what two paths hold; two files are one comparison, whatever their names.

    Keys: `keys`, else those of `planned` or of a package where both sides have them, else a guess.
    Problems: InputError INP001 for a path with nothing to compare, CMP001 for keys that are absent.
    """
    from clinmap.comparison import compare_datasets, compare_folders

    ours, theirs = datasets_at(base), datasets_at(other)
    known = planned or package_keys(base) or package_keys(other)

    def keys_for(name: str, a: pd.DataFrame, b: pd.DataFrame) -> Sequence[str] | None:
        if keys:
            return keys
        wanted = known.get(name, ())
        present = all(key in side.columns for key in wanted for side in (a, b))
        return wanted if wanted and present else None

    if base.is_file() and other.is_file():
        (name, a), (_, b) = next(iter(ours.items())), next(iter(theirs.items()))
        return compare_datasets(
            a, b, name=name, keys=keys_for(name, a, b), tolerance=tolerance, ignore=ignore
        )
    if base.is_file() or other.is_file():
        names = set(ours if base.is_file() else theirs)
        ours, theirs = _only(ours, names), _only(theirs, names)
    if not set(ours) & set(theirs):
        raise InputError(
            "INP001",
            f"{base.name} and {other.name} have no dataset in common",
            hint=near_match(next(iter(ours), ""), theirs) or "Check the two paths.",
        )
    return compare_folders(ours, theirs, keys_for, tolerance=tolerance, ignore=ignore)


def datasets_at(path: Path) -> dict[str, pd.DataFrame]:
    """The datasets of a file, a folder, or all of a package, by upper-case name."""
    from clinmap.readers.datasets import read_dataset, read_folder

    if not path.is_dir():
        return {path.stem.upper(): read_dataset(path)}
    manifest = manifest_of(path)
    if manifest is None:
        found = read_folder(path)
    else:
        files = {name: d["file"] for name, d in manifest.get("datasets", {}).items() if d["file"]}
        found = {name: read_dataset(path / file) for name, file in sorted(files.items())}
    if not found:
        raise InputError(
            "INP001",
            f"the folder {path.name} holds no dataset",
            hint="Name a folder with XPT or Parquet files, or a package.",
        )
    return found


def package_keys(path: Path) -> Keys:
    """The keys that the manifest of the package says which holds the path, if one does."""
    for folder in (path, *path.resolve().parents):
        manifest = manifest_of(folder)
        if manifest is not None:
            return keys_of(manifest)
    return {}


def write_cells(path: Path, found: DatasetComparison | FolderComparison) -> None:
    """Write every differing cell as Parquet; the labels of the columns say how it was compared.

    Problems: OutputError OUT002 where the file cannot be written.
    """
    from clinmap.comparison import differing_cells
    from clinmap.comparison.differences import as_folder
    from clinmap.writers.parquet import write_parquet

    rules = dict.fromkeys(rule for dataset in as_folder(found).datasets for rule in dataset.rules)
    labels = {
        "pattern": "Class of difference",
        "cells": "Cells of the same dataset, variable and pattern",
        "keys": "Keys of the row in the base",
        "base": "Value in the base",
        "compare": f"Value in the comparison. {' '.join(rules)}",
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_parquet(differing_cells(found), path, labels)
    except OSError as error:
        raise OutputError("OUT002", f"{path.name} cannot be written: {error.strerror}") from None
    print(path, file=sys.stderr)


def _only(datasets: dict[str, pd.DataFrame], names: set[str]) -> dict[str, pd.DataFrame]:
    return {name: frame for name, frame in datasets.items() if name in names}

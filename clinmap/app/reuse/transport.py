"""Transport files that need not be written again: values and metadata are as before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from clinmap.app.reuse.digests import Unknown, digest, made_by
from clinmap.app.reuse.earlier import NODES, Earlier, Untrusted
from clinmap.plan import DatasetPlan

FILES = "files"
"""The key of `nodes.json` with what each transport file was made from."""


def file_key(dataset: DatasetPlan, fingerprint: str, stamp: datetime) -> str:
    """What tells whether a dataset's file would be the same; empty where that is not known.

    The values by their fingerprint, the metadata of the variables in the file, and the stamp.
    """
    if not fingerprint:
        return ""
    said = [replace(v, steps=(), per_source=()) for v in dataset.submitted_variables]
    try:
        return digest(
            made_by(), fingerprint, dataset.name, dataset.label, dataset.purpose, said, stamp
        )
    except Unknown:
        return ""


def file_as_before(earlier: Earlier | None, name: str, key: str) -> Path | None:
    """The file of a dataset in an earlier package where it would come out the same, else None."""
    if earlier is None or not key:
        return None
    try:
        known: Mapping[str, str] = earlier.document(NODES).get(FILES, {})
        path = earlier.manifest.get("datasets", {}).get(name, {}).get("file", "")
        return earlier.file(path) if path and known.get(name) == key else None
    except Untrusted:
        return None

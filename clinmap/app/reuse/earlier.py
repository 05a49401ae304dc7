"""The package of an earlier build, as far as it can be trusted: files as they were written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmap import __version__
from clinmap.app.package.package_files import manifest_of

if TYPE_CHECKING:
    import pandas as pd

STATE = "state"
FOUND = "found.json"
RAW = "raw.json"
LEFT_OUT = "left_out.parquet"
NODES = "nodes.json"


class Untrusted(Exception):
    """A file of an earlier package is not as it was written; the text says which."""


class Earlier:
    """An earlier package: nothing is read of it that does not fit its manifest."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest
        self._read: dict[str, Any] = {}

    @cached_property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of each file, by its path."""
        return {entry["path"]: entry["sha256"] for entry in self.manifest["outputs"]}

    def file(self, path: str) -> Path:
        """A file of the package; Untrusted where it is not there or is another one now."""
        from clinmap.writers.package import sha256_of

        found = self.folder / path
        try:
            fits = sha256_of(found) == self.digests.get(path)
        except OSError:
            fits = False
        if not fits:
            raise Untrusted(path)
        return found

    def document(self, name: str) -> Any:
        """A JSON file of the state; each is read once."""
        if name not in self._read:
            path = self.file(f"{STATE}/{name}")
            try:
                self._read[name] = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:
                raise Untrusted(f"{STATE}/{name}") from None
        return self._read[name]

    def frame(self, name: str) -> pd.DataFrame:
        """A Parquet file of the state."""
        return _frame(self.file(f"{STATE}/{name}"))

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """The raw records that were left out."""
        return self.frame(LEFT_OUT)

    def lineage(self, dataset: str) -> pd.DataFrame:
        """The lineage of a dataset."""
        frame = _frame(self.file(f"lineage/{dataset.lower()}.parquet"))
        return frame.astype({"variable": "category", "source": "category"})


def _frame(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
        return frame
    except pa.ArrowException:
        raise Untrusted(path.name) from None


def earlier_package(folder: Path) -> tuple[Earlier | None, str]:
    """The package in a folder if anything of it may be reused; else why not, in words.

    A folder without a package of ours is no reason to say anything.
    """
    manifest = manifest_of(folder)
    if manifest is None:
        return None, ""
    if manifest.get("version") != __version__:
        return None, f"{folder.name} was built by clinmap {manifest.get('version')}"
    if not _is_whole(manifest):
        return None, f"{folder.name} keeps no state to reuse"
    return Earlier(folder, manifest), ""


def _is_whole(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest has what reuse rests on, in its form."""
    outputs, known = manifest.get("outputs"), manifest.get("fingerprints")
    if not isinstance(outputs, list) or not isinstance(known, dict) or not known:
        return False
    return all(isinstance(entry, dict) and {"path", "sha256"} <= entry.keys() for entry in outputs)

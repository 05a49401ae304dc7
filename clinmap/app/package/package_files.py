"""Reading a package of ours: its manifest, its datasets, its lineage, and raw files where given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmap.app.package.lineage_files import CORRECTIONS, OPERATIONS, SOURCES
from clinmap.plan import RawTable
from clinmap.problems import InputError, SpecificationError, near_match
from clinmap.raw_formats import WITHOUT_FILE, options_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MANIFEST = "manifest.json"
TOOL = "clinmap"


class PackageFiles:
    """A package folder; files are read when they are asked for, each once."""

    def __init__(self, folder: Path, raw: Path | None = None) -> None:
        self.folder = folder
        self.raw_folder = raw
        self._frames: dict[str, pd.DataFrame | None] = {}
        self._links: dict[str, Links] = {}
        self._raw: dict[str, pd.DataFrame | None] = {}
        self.changed: list[str] = []

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest; InputError INP001 where the folder holds no package of ours."""
        found = manifest_of(self.folder)
        if found is None:
            raise InputError(
                "INP001",
                f"{self.folder.name} is not a package of {TOOL}: it has no manifest of ours",
                hint="Name the folder that was given to `clinmap build` as --out.",
            )
        return found

    @cached_property
    def operations(self) -> dict[str, Any]:
        """How each dataset is made; its `variables` by name, in the Plan's order."""
        return {
            name: {**made, "variables": {v["name"]: v for v in made["variables"]}}
            for name, made in self._json(OPERATIONS).items()
        }

    @cached_property
    def sources(self) -> dict[str, Any]:
        """Where each raw table was read from."""
        found: dict[str, Any] = self._json(SOURCES)
        return found

    @cached_property
    def corrections(self) -> dict[tuple[str, int, str], dict[str, Any]]:
        """The corrections of raw cells, by table, record and column; most packages have none."""
        if not (self.folder / "lineage" / CORRECTIONS).is_file():
            return {}
        return {(c["table"], c["record"], c["column"]): c for c in self._json(CORRECTIONS)}

    def known_dataset(self, name: str) -> str:
        """The dataset's name as the package has it; SpecificationError SPC021 for another."""
        upper = name.upper()
        if upper not in self.operations:
            raise SpecificationError(
                "SPC021",
                f"the package has no dataset {name}",
                hint=near_match(upper, self.operations)
                or f"It has {', '.join(sorted(self.operations))}.",
            )
        return upper

    def frame(self, name: str) -> pd.DataFrame | None:
        """The dataset's file, or None where the package has none of it."""
        if name not in self._frames:
            from clinmap.readers.datasets import read_dataset

            file = self.manifest.get("datasets", {}).get(name, {}).get("file", "")
            self._frames[name] = read_dataset(self.folder / file) if file else None
        return self._frames[name]

    def links(self, name: str) -> Links:
        """The lineage of a dataset."""
        if name not in self._links:
            import pyarrow.parquet as pq

            path = self.folder / "lineage" / f"{name.lower()}.parquet"
            if not path.is_file():
                raise _incomplete(self.folder, f"lineage/{path.name}")
            self._links[name] = Links(pq.read_table(path).to_pandas())
        return self._links[name]

    def raw_value(self, table: str, record: int, column: str) -> tuple[bool, str | None]:
        """Whether the raw file is at hand, and the text of one of its cells."""
        frame = self._raw_frame(table)
        if frame is None or column not in frame.columns or record > len(frame):
            return False, None
        value = frame[column].iloc[record - 1]
        return True, value if isinstance(value, str) else None

    def _raw_frame(self, table: str) -> pd.DataFrame | None:
        if self.raw_folder is None or table not in self.sources:
            return None
        if table not in self._raw:
            self._raw[table] = self._read_again(table, self.raw_folder)
        return self._raw[table]

    def _read_again(self, table: str, folder: Path) -> pd.DataFrame | None:
        """The rows of a raw table, or None where its file has changed or it stands in no file."""
        from clinmap.readers.raw import read_raw
        from clinmap.readers.text_table import Beside

        source = self.sources[table]
        if source["format"] in WITHOUT_FILE or not source["sha256"]:
            return None
        tables = {name: _described(name, found) for name, found in self.sources.items()}
        data = read_raw(tables[table], folder, beside=Beside(tables=tables))
        if data.sha256 != source["sha256"]:
            self.changed.append(source["file"])
            return None
        return data.frame

    def _json(self, name: str) -> Any:
        _ = self.manifest
        path = self.folder / "lineage" / name
        if not path.is_file():
            raise _incomplete(self.folder, f"lineage/{name}")
        return json.loads(path.read_text(encoding="utf-8"))


class Links:
    """The lineage of one dataset, found by row."""

    def __init__(self, frame: pd.DataFrame) -> None:
        ordered = frame.sort_values("row", kind="stable")
        self.rows: np.ndarray[Any, Any] = ordered["row"].to_numpy()
        self.variables = ordered["variable"].to_numpy()
        self.sources = ordered["source"].to_numpy()
        self.records = ordered["record"].to_numpy()

    def of(self, row: int, variable: str) -> list[tuple[str, int]]:
        """The (source, record) pairs of a cell; of the row itself for an empty variable."""
        start, stop = self.rows.searchsorted([row, row + 1])
        return [
            (str(self.sources[i]), int(self.records[i]))
            for i in range(start, stop)
            if self.variables[i] == variable
        ]

    @property
    def last(self) -> int:
        """The number of the last row."""
        return int(self.rows[-1]) if len(self.rows) else 0


def manifest_of(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder, or None where the folder is no package of ours."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("tool") == TOOL else None


def keys_of(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """The keys of each dataset of a package."""
    return {name: list(d["keys"]) for name, d in manifest.get("datasets", {}).items()}


def _described(name: str, source: Mapping[str, Any]) -> RawTable:
    """A raw table as it was declared when the package was built, as far as reading needs it."""
    fmt, file = source["format"], source["file"]
    options = options_of(fmt, file, source["options"])
    return RawTable(name, file, fmt, options=options, missing=tuple(source["missing"]))


def _incomplete(folder: Path, file: str) -> InputError:
    return InputError(
        "INP001", f"the package {folder.name} has no file {file}", hint="Build it again."
    )

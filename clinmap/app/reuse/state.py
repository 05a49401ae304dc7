"""The state that a package keeps: what a later build needs to take unchanged datasets as they are.

`<dataset>.parquet` holds all variables of a dataset and how its rows stood at work, `found.json`
and `left_out.parquet` what was found on the way, `raw.json` the same of the raw tables, and
`nodes.json` the digests of the parts of the specification, to say what a change is due to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmap.app.build.raw_data import RawInput, RawTables, corrections_of
from clinmap.app.reuse.digests import digest
from clinmap.app.reuse.earlier import FOUND, LEFT_OUT, NODES, RAW, Earlier
from clinmap.app.reuse.fingerprints import Fingerprints
from clinmap.app.reuse.places import Document, parts_by_place, problem_documents
from clinmap.app.reuse.transport import FILES
from clinmap.plan import DatasetPlan, Plan, Purpose
from clinmap.problems import Location

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.execution.finish import AtWork, Built
    from clinmap.execution.found import Found

WORK = ("@order", "@segment", "@position", "@hash")
"""The columns of a dataset's state that say how its rows stood at work."""

SHORT = 16
"""How many characters of a node's digest are kept: it only has to tell one from another."""

FoundBy = Mapping[Purpose, "Mapping[str, Found]"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a build keeps for later ones, beside its datasets.

    `needed` are the columns read of each raw table, `said` is what there is to say of reuse, and
    `earlier` the package that this build reuses.
    """

    fingerprints: Fingerprints
    found: FoundBy
    raw: RawTables
    needed: Mapping[str, frozenset[str]]
    said: tuple[str, ...] = ()
    earlier: Earlier | None = None


def write_state(
    plan: Plan,
    built: Mapping[str, Built],
    kept: Kept,
    folder: Path,
    files: Mapping[str, str] | None = None,
) -> None:
    """Write the state of all datasets of a build but SUPP--, which are made from their parents.

    `files` says by dataset what its transport file was made from.
    """
    from clinmap.writers.documents import write_json_lines
    from clinmap.writers.parquet import write_parquet

    folder.mkdir(parents=True)
    for name, dataset in sorted(built.items()):
        if dataset.work is not None:
            write_parquet(_at_work(dataset, dataset.work), folder / state_file(name))
    write_json_lines(_found(plan, built, kept.found), folder / FOUND)
    write_parquet(_left_out(kept.found), folder / LEFT_OUT)
    raw = {name: _raw(plan, kept, item) for name, item in kept.raw.inputs.items()}
    write_json_lines(raw, folder / RAW)
    own = {".".join(node): text[:SHORT] for node, text in kept.fingerprints.own.items()}
    tables = {name: text[:SHORT] for name, text in kept.fingerprints.read.items()}
    write_json_lines({"nodes": own, "tables": tables, FILES: files or {}}, folder / NODES)


def state_file(name: str) -> str:
    """The file of a dataset in the state."""
    return f"{name.lower()}.parquet"


def dataset_places(plan: Plan, dataset: DatasetPlan | None) -> dict[Location, list[str]]:
    """What stands where in a dataset and in the study's rule for USUBJID."""
    return parts_by_place([("dataset", dataset), ("subject", plan.subject)])


def raw_places(plan: Plan, table: str) -> dict[Location, list[str]]:
    """What stands where in a raw table and in the corrections of it."""
    own = corrections_of(plan, table)
    return parts_by_place([("table", plan.raw[table]), ("corrections", own)])


def read_key(found: Fingerprints, table: str, needed: Iterable[str]) -> str:
    """What tells whether a raw table would be read as before; empty where that is not known."""
    known = found.read.get(table, "")
    return digest(known, sorted(needed)) if known else ""


def _at_work(dataset: Built, work: AtWork) -> pd.DataFrame:
    import pandas as pd

    arrays = (work.order, work.segment_of, work.positions, dataset.hashes)
    more = dict(zip(WORK, arrays, strict=True))
    return pd.concat([dataset.frame, pd.DataFrame(more, index=dataset.frame.index)], axis=1)


def _found(plan: Plan, built: Mapping[str, Built], found: FoundBy) -> Document:
    """What was found of each dataset, and of the subjects of raw tables, by purpose."""
    document: Document = {purpose: {} for purpose in found}
    for purpose, by_name in found.items():
        for name, dataset in built.items():
            if dataset.work is not None and dataset.plan.purpose == purpose:
                own = _of_one(by_name.get(name), plan, dataset.plan)
                document[purpose][name] = {**own, "tables": list(dataset.work.tables)}
        for name, item in by_name.items():
            if name not in built:
                document[purpose][name] = _of_one(item, plan, None)
    return document


def _of_one(item: Found | None, plan: Plan, dataset: DatasetPlan | None) -> Document:
    problems = item.problems if item else ()
    known = dataset_places(plan, dataset) if problems else {}
    return {
        "problems": problem_documents(problems, known),
        "asked": sorted(item.asked) if item else [],
    }


def _left_out(found: FoundBy) -> pd.DataFrame:
    """The raw records that were left out, each once, by the dataset that did so."""
    import numpy as np
    import pandas as pd

    from clinmap.frames import TEXT

    pieces = defaultdict(list)
    for purpose, by_name in found.items():
        for name, item in by_name.items():
            for table, rows in item.left_out:
                pieces[purpose, name, table].append(np.asarray(rows, "int64"))
    keys = sorted(pieces)
    records = [np.unique(np.concatenate(pieces[key])) for key in keys]
    counts = [len(rows) for rows in records]
    whole: dict[str, Any] = {
        title: pd.array([key[n] for key in keys], dtype=TEXT).repeat(counts)
        for n, title in enumerate(("purpose", "name", "table"))
    }
    whole["record"] = np.concatenate(records) if records else np.empty(0, "int64")
    return pd.DataFrame(whole)


def _raw(plan: Plan, kept: Kept, item: RawInput) -> Document:
    name = item.table.name
    return {
        "key": read_key(kept.fingerprints, name, kept.needed.get(name, ())),
        "file": item.file,
        "sha256": item.sha256,
        "rows": item.rows,
        "lines": item.lines,
        "problems": _of_raw(plan, kept.raw, name),
        "applied": _applied(plan, kept.raw, name),
    }


def _of_raw(plan: Plan, raw: RawTables, table: str) -> list[Document]:
    found = raw.found.get(table, ())
    return problem_documents(found, raw_places(plan, table) if found else {})


def _applied(plan: Plan, raw: RawTables, table: str) -> list[list[int]]:
    """The corrections that were applied, by their place among those of the table, with records."""
    own = corrections_of(plan, table)
    applied = [item for item in raw.applied if item.correction.table == table]
    return [[own.index(item.correction), item.record] for item in applied]


def without_work(frame: pd.DataFrame) -> pd.DataFrame:
    """The variables of a dataset's state."""
    return frame.drop(columns=list(WORK))

"""Fingerprints: what tells whether a dataset would come out as it did before.

A fingerprint is made from the Plan and the digests of the raw files alone; no data are read. It
covers values, row order, lineage and problems. It is made at the grain of variables: DM needs EX
and EX needs DM, and still one variable of EX touches only what rests on it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinmap.app.reuse.digests import digest, made_by
from clinmap.app.reuse.nodes import ORDER, NodeDigests, OwnPart, needs_by_number
from clinmap.graph import FINAL, Node, node_needs
from clinmap.plan import DatasetPlan, Plan, RawTable

ABSENT = "absent"
"""The digest of an optional raw table without a file."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The fingerprints of a Plan: by dataset, by node, and the digests of nodes' own parts.

    Empty texts are of what can never be known to be unchanged: raw tables in databases, and all
    that rests on them. `read` has the digest of each raw table as it is read.
    """

    datasets: Mapping[str, str]
    nodes: Mapping[Node, str]
    own: Mapping[Node, str]
    read: Mapping[str, str]


def raw_digests(plan: Plan, raw_folder: Path) -> dict[str, str]:
    """The SHA-256 of what each raw table is read from, by table.

    Empty for a table that is in a database, and for one whose file is not there or cannot be read.
    """
    files: dict[Path, str] = {}
    return {name: _raw_digest(plan, table, raw_folder, files) for name, table in plan.raw.items()}


def fingerprints(plan: Plan, digests: Mapping[str, str]) -> dict[str, str]:
    """The fingerprint of each dataset, from the digests of the raw files by table.

    Empty where a dataset rests on something that cannot be known to be unchanged.
    """
    return dict(all_fingerprints(plan, digests).datasets)


def changed(plan: Plan, found: Mapping[str, str], manifest: Mapping[str, Any]) -> set[str]:
    """The datasets that would not come out as in the package with this manifest, new ones too."""
    before = manifest.get("fingerprints", {})
    return {
        dataset.name
        for dataset in plan.datasets
        if not found.get(dataset.name) or before.get(dataset.name) != found[dataset.name]
    }


def all_fingerprints(plan: Plan, digests: Mapping[str, str]) -> Fingerprints:
    """The fingerprints of datasets, nodes and raw tables."""
    made = NodeDigests(plan, digests)
    needs = _needs(plan)
    by_name = {dataset.name: dataset for dataset in plan.datasets}
    own = {node: made.own(by_name[node[0]], node[1]) for node in needs}
    read = {name: made.table(name) for name in plan.raw}
    nodes = _chained(needs, own, read)
    datasets = {d.name: _of_dataset(d, needs, nodes) for d in plan.datasets if not d.parent}
    for dataset in plan.datasets:
        if dataset.parent:
            datasets[dataset.name] = _of_supplemental(by_name[dataset.parent], dataset, datasets)
    return Fingerprints(datasets, nodes, {n: part.digest for n, part in own.items()}, read)


def _needs(plan: Plan) -> dict[Node, list[Node]]:
    """The needs of all nodes, of both purposes, and of the datasets' final orders."""
    purposes = {dataset.name: dataset.purpose for dataset in plan.datasets}
    found = node_needs(plan, plan.datasets)
    for dataset in plan.datasets:
        if not dataset.parent:
            named = [name for name in dataset.order or dataset.keys if dataset.variable(name)]
            own = [(dataset.name, name) for name in named]
            found[dataset.name, ORDER] = [(dataset.name, FINAL), *own]
    return {node: needs_by_number(node, needs, purposes) for node, needs in found.items()}


def _chained(
    needs: Mapping[Node, Iterable[Node]], own: Mapping[Node, OwnPart], read: Mapping[str, str]
) -> dict[Node, str]:
    """Each node's digest together with those of all that it rests on."""
    from graphlib import TopologicalSorter

    base = made_by()
    found: dict[Node, str] = {}
    for node in TopologicalSorter(needs).static_order():
        below = [found[need] for need in needs[node]]
        below += [read[table] for table in sorted(own[node].tables)]
        known = own[node].digest and all(below)
        found[node] = _joined(base, *node, own[node].digest, *below) if known else ""
    return found


def _of_dataset(
    dataset: DatasetPlan, needs: Mapping[Node, Iterable[Node]], nodes: Mapping[Node, str]
) -> str:
    """All nodes of a dataset, and the order of the datasets whose rows its lineage numbers."""
    mine = [node for node in needs if node[0] == dataset.name]
    read = sorted({need[0] for node in mine for need in needs[node]} - {dataset.name})
    parts = [nodes[node] for node in mine] + [nodes[name, ORDER] for name in read]
    return _joined(dataset.name, *parts) if all(parts) else ""


def _of_supplemental(parent: DatasetPlan, dataset: DatasetPlan, found: Mapping[str, str]) -> str:
    """SUPP-- is its parent's rows, with what is said of the qualifiers."""
    said = [(v.name, v.label, v.origin, v.evaluator) for v in parent.supplemental]
    above = found.get(parent.name, "")
    return digest(above, said, [v.name for v in dataset.variables]) if above else ""


def _joined(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _raw_digest(plan: Plan, table: RawTable, folder: Path, files: dict[Path, str]) -> str:
    if table.format == "study":
        rows = plan.parameters.get(table.path)
        return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()
    if table.format == "sql":
        return ""
    path = folder / table.path
    if path not in files:
        files[path] = _file_digest(path)
    absent = table.optional and folder.is_dir() and not path.exists()
    return ABSENT if absent else files[path]


def _file_digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""

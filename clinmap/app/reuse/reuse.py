"""What a build takes from an earlier package, and why it makes the rest anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clinmap.app.reuse.earlier import NODES, Earlier, Untrusted, earlier_package
from clinmap.app.reuse.fingerprints import Fingerprints, changed
from clinmap.app.reuse.restoring import Restored, restored_datasets
from clinmap.app.reuse.state import SHORT
from clinmap.graph import FINAL, KEPT, ROWS, Node
from clinmap.phrases import listed
from clinmap.plan import DatasetPlan, Plan

CAUSES_SHOWN = 6
NAMES_SHOWN = 20
WHAT = {ROWS: "which rows", KEPT: "what is dropped", FINAL: "which rows become one"}


@dataclass(frozen=True, slots=True)
class Taken:
    """Unchanged datasets as an earlier package has them, and what there is to say."""

    restored: Restored = field(default_factory=Restored)
    earlier: Earlier | None = None
    said: tuple[str, ...] = ()


def taken_from(
    folder: Path | None, plan: Plan, build: Iterable[DatasetPlan], found: Fingerprints
) -> Taken:
    """The unchanged ones of these datasets, from the package in a folder (None: nothing at all)."""
    earlier, why = earlier_package(folder) if folder is not None else (None, "")
    if earlier is None:
        return Taken(said=(f"Nothing is reused: {why}.",) if why else ())
    wanted = [dataset for dataset in build if not dataset.parent]
    new = changed(plan, found.datasets, earlier.manifest)
    restored = restored_datasets(plan, {d.name for d in wanted} - new, earlier)
    said = [f"{name} is not reused: {text}." for name, text in restored.refused.items()]
    return Taken(restored, earlier, tuple(said))


def reuse_said(
    taken: Taken, plan: Plan, build: Iterable[DatasetPlan], found: Fingerprints
) -> tuple[str, ...]:
    """How many datasets were reused, which were made, and what changed."""
    if taken.earlier is None:
        return taken.said
    made = [d.name for d in build if (d.parent or d.name) not in taken.restored.built]
    total = len(list(build))
    line = f"Reused: {total - len(made)} of {total} datasets"
    if made:
        causes = _causes(taken.earlier, plan, set(made), found)
        line += f"; built: {listed(made, NAMES_SHOWN)}"
        line += f" (changed: {listed(causes, CAUSES_SHOWN)})" if causes else ""
    return (*taken.said, line)


def _causes(earlier: Earlier, plan: Plan, made: Collection[str], found: Fingerprints) -> list[str]:
    """What is another thing than before: raw tables, then parts of the specification."""
    try:
        before = earlier.document(NODES)
    except Untrusted:
        return []
    tables = [name for name, text in found.read.items() if _differs(before["tables"], name, text)]
    nodes = [
        node
        for node, text in found.own.items()
        if node[0] in made and _differs(before["nodes"], ".".join(node), text)
    ]
    gone = sorted(set(before["nodes"]) - {".".join(node) for node in found.own})
    said = [f"raw table {name}" for name in tables if name in plan.raw]
    said += [_in_words(plan, node) for node in nodes] + [f"{name} (gone)" for name in gone]
    return said or ["clinmap or a library below it"]


def _differs(before: Mapping[str, str], name: str, now: str) -> bool:
    return not now or before.get(name) != now[:SHORT]


def _in_words(plan: Plan, node: Node) -> str:
    name, what = node
    dataset = plan.dataset(name)
    if dataset is not None and dataset.variable(what) is not None:
        return f"{name}.{what}"
    return f"{name}: {WHAT.get(what, 'the order of its rows')}"

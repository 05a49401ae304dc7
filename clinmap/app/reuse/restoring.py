"""Unchanged datasets and raw tables, taken from the state of an earlier package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clinmap.app.build.raw_data import RawInput, RawTables, corrections_of
from clinmap.app.reuse.earlier import FOUND, RAW, STATE, Earlier, Untrusted
from clinmap.app.reuse.fingerprints import Fingerprints
from clinmap.app.reuse.places import Moved, problems_of
from clinmap.app.reuse.state import (
    WORK,
    FoundBy,
    dataset_places,
    raw_places,
    read_key,
    state_file,
    without_work,
)
from clinmap.corrections import Applied
from clinmap.plan import DatasetPlan, Plan, Purpose
from clinmap.problems import Problem

if TYPE_CHECKING:
    from clinmap.execution.finish import Built
    from clinmap.execution.found import Found


@dataclass(frozen=True, slots=True)
class Restored:
    """Datasets as an earlier build left them, with what was found on the way, by purpose.

    `refused` names those that were to be restored and cannot be, with the reason.
    """

    built: Mapping[str, Built] = field(default_factory=dict)
    found: FoundBy = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)


def restored_datasets(plan: Plan, names: Iterable[str], earlier: Earlier) -> Restored:
    """The datasets of these names; one whose state cannot be trusted or placed is refused."""
    built: dict[str, Built] = {}
    found: dict[Purpose, dict[str, Found]] = {"Tabulation": {}, "Analysis": {}}
    refused: dict[str, str] = {}
    for dataset in plan.datasets:
        if dataset.name not in names or dataset.parent:
            continue
        try:
            own = _found(plan, dataset, earlier)
            built[dataset.name] = _built(dataset, earlier)
        except Untrusted as error:
            refused[dataset.name] = f"{error} is not as it was written"
        except Moved:
            refused[dataset.name] = "a problem of it has no place any more"
        else:
            found[dataset.purpose].update(own)
    return Restored(built, found, refused)


def restored_tables(
    plan: Plan, needed: Mapping[str, frozenset[str]], found: Fingerprints, earlier: Earlier | None
) -> RawTables:
    """Those of these raw tables that would be read as before: what is known of them, without rows.

    A table that has a mirror is always read: it may have to be compared.
    """
    mirrored = {name for mirror in plan.mirrors.values() for name in mirror.tables}
    inputs: dict[str, RawInput] = {}
    problems: dict[str, tuple[Problem, ...]] = {}
    applied: list[Applied] = []
    documents = _documents(earlier)
    for name, columns in needed.items():
        kept = documents.get(name)
        key = read_key(found, name, columns)
        if name in mirrored or kept is None or not key or kept["key"] != key:
            continue
        try:
            problems[name] = tuple(problems_of(kept["problems"], raw_places(plan, name)))
        except Moved:
            continue
        inputs[name] = _input(plan, name, kept)
        own = corrections_of(plan, name)
        applied += [Applied(own[number], record) for number, record in kept["applied"]]
    flat = tuple(problem for item in problems.values() for problem in item)
    return RawTables({}, inputs, flat, tuple(applied), problems)


def joined_tables(order: Iterable[str], read: RawTables, before: RawTables) -> RawTables:
    """The tables that were read and those known from before, in this order."""
    names = list(order)
    inputs = {**before.inputs, **read.inputs}
    known = {n: item for n, item in before.found.items() if n not in read.inputs}
    earlier = [item for item in before.applied if item.correction.table not in read.inputs]
    return RawTables(
        read.tables,
        {name: inputs[name] for name in names},
        (*read.problems, *(problem for item in known.values() for problem in item)),
        tuple(
            item
            for name in names
            for item in (*read.applied, *earlier)
            if item.correction.table == name
        ),
        {**known, **read.found},
    )


def _documents(earlier: Earlier | None) -> Mapping[str, Any]:
    """What is known of raw tables; nothing where it cannot be trusted: then they are read."""
    try:
        found: Mapping[str, Any] = earlier.document(RAW) if earlier is not None else {}
    except Untrusted:
        return {}
    return found


def _input(plan: Plan, name: str, kept: Mapping[str, Any]) -> RawInput:
    lines = tuple((int(record), int(line)) for record, line in kept["lines"])
    return RawInput(plan.raw[name], kept["file"], kept["sha256"], kept["rows"], lines)


def _found(plan: Plan, dataset: DatasetPlan, earlier: Earlier) -> dict[str, Found]:
    """What was found of a dataset, and of the subjects that it asked for."""
    documents = earlier.document(FOUND)[dataset.purpose]
    if dataset.name not in documents:
        raise Untrusted(f"{STATE}/{FOUND}")
    found = {dataset.name: _of_one(plan, dataset, dataset.name, documents, earlier)}
    wanted = list(found[dataset.name].asked)
    while wanted:
        name = f"${wanted.pop()}"
        if name in documents and name not in found:
            found[name] = _of_one(plan, None, name, documents, earlier, dataset.purpose)
            wanted += found[name].asked
    return found


def _of_one(
    plan: Plan,
    dataset: DatasetPlan | None,
    name: str,
    documents: Mapping[str, Any],
    earlier: Earlier,
    purpose: str = "",
) -> Found:
    from clinmap.execution.found import Found

    kept = documents[name]
    problems = problems_of(kept["problems"], dataset_places(plan, dataset))
    frame = earlier.left_out
    asked = purpose or (dataset.purpose if dataset else "")
    own = frame[((frame["name"] == name) & (frame["purpose"] == asked)).to_numpy()]
    left_out = [(str(table), rows.to_numpy()) for table, rows in own.groupby("table")["record"]]
    return Found(problems, left_out, set(kept["asked"]))


def _built(dataset: DatasetPlan, earlier: Earlier) -> Built:
    """A dataset with its types as they were: text and numbers are told apart by the file."""
    from clinmap.execution.finish import AtWork, Built

    frame = earlier.frame(state_file(dataset.name))
    tables = tuple(earlier.document(FOUND)[dataset.purpose][dataset.name]["tables"])
    order, segment_of, positions, hashes = (frame[name].to_numpy() for name in WORK)
    names = [variable.name for variable in dataset.variables]
    return Built(
        dataset,
        without_work(frame)[names],
        earlier.lineage(dataset.name),
        hashes,
        AtWork(order, segment_of, positions, tables),
    )

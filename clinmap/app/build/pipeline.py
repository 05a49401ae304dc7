"""The whole way in memory: raw tables, SDTM, ADaM, facts, validation, define.xml, problems.

`build_study` gives everything that a package holds, and writes nothing; `clinmap.app.package`
writes it. Fidelity and the benchmarks use the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.build.completeness import RowAccount, row_accounts, unaccounted_rows
from clinmap.app.build.dependents import made_from_failed
from clinmap.app.build.expected import reconcile, with_severities
from clinmap.app.build.needs import raw_columns
from clinmap.app.build.raw_data import RawInput, RawTables, read_raw_tables, tables_to_read
from clinmap.app.build.selection import Selection, select
from clinmap.app.build.status import Status, failed_datasets, state_of, tally
from clinmap.app.package.parts import dataset_parts, part_facts, part_problems
from clinmap.app.reuse.fingerprints import Fingerprints, all_fingerprints, raw_digests
from clinmap.app.reuse.restoring import Restored, joined_tables, restored_tables
from clinmap.app.reuse.reuse import Taken, reuse_said, taken_from
from clinmap.app.reuse.state import Kept
from clinmap.app.scale.scaling import Scaling
from clinmap.app.stamp import build_stamp
from clinmap.app.watch import Silence, Watch
from clinmap.corrections import Applied
from clinmap.plan import DatasetPlan, ExpectedProblem, Plan, Purpose
from clinmap.problems import Problem
from mappings.compile import Compiled

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.execution.finish import Built
    from clinmap.execution.found import Found
    from clinmap.execution.tables import FrameTable
    from clinmap.facts import DatasetFacts
    from clinmap.frames import Positions
    from clinmap.writers.splitting import Part
    from define.document.model import Define

STAGES = ("read", "sdtm", "adam", "facts", "validate", "define")
"""The stages of `build_study`, in order; `clinmap.app.package.packaging` adds `package`."""


@dataclass(frozen=True, slots=True)
class BuiltStudy:
    """A study built in memory: what a package is written from.

    `datasets` holds every dataset that was built, `files` those that get a file, in the Plan's
    order. `problems` are all, explained ones included. `applied` are the corrections of raw cells,
    and `parts` those of datasets whose file is too large. `accounts` say what became of raw rows,
    where the whole study was built. `kept` is what a later build may reuse.
    """

    compiled: Compiled
    stamp: datetime
    inputs: Mapping[str, RawInput]
    datasets: Mapping[str, Built]
    files: tuple[str, ...]
    facts: Mapping[str, DatasetFacts]
    defines: Mapping[Purpose, Define]
    problems: tuple[Problem, ...]
    statuses: tuple[Status, ...]
    applied: tuple[Applied, ...] = ()
    parts: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    accounts: tuple[RowAccount, ...] = ()
    kept: Kept | None = None

    @property
    def plan(self) -> Plan:
        """The Plan that was built."""
        return self.compiled.plan


@dataclass(frozen=True, slots=True)
class Datasets:
    """Datasets of both purposes with what was found on the way."""

    built: Mapping[str, Built]
    problems: tuple[Problem, ...]
    left_out: tuple[tuple[str, Positions], ...] = ()
    found: Mapping[Purpose, Mapping[str, Found]] = field(default_factory=dict)


def build_study(
    compiled: Compiled,
    raw: Path,
    *,
    selected: Sequence[str] = (),
    as_of: str = "",
    split_size: int = 0,
    reuse: Path | None = None,
    watch: Watch | None = None,
    scaling: Scaling | None = None,
) -> BuiltStudy:
    """Build a compiled study from the raw exports in a folder; nothing is written.

    Datasets that would come out as they are in the package `reuse` are taken from there.
    A dataset whose file has more than `split_size` bytes is given in parts as well (0: the limit of
    `clinmap.writers.splitting`). With a `scaling`, datasets are built in parts, and come out the
    same.

    Problems: SPC021 for a selection that matches nothing, SPC004 for a stamp that is none, INP001
    to INP007 for raw files that cannot be used. What is wrong with the data is in `problems`.
    """
    watch = watch or Silence()
    plan = compiled.plan
    selection, stamp = select(plan, selected), build_stamp(plan, as_of)
    with watch.stage("read"):
        found = all_fingerprints(plan, raw_digests(plan, raw))
        taken = taken_from(reuse, plan, selection.build, found)
        tables, needed = _read(plan, raw, selection.build, found, taken, watch, scaling)
    datasets = _datasets(plan, tables, selection.build, watch, taken.restored, scaling)
    said = reuse_said(taken, plan, selection.build, found)
    kept = Kept(found, datasets.found, tables, needed, said, taken.earlier)
    built = describe_study(compiled, stamp, selection, tables, datasets, watch, split_size)
    return replace(built, kept=kept)


def _read(
    plan: Plan,
    raw: Path,
    build: Sequence[DatasetPlan],
    found: Fingerprints,
    taken: Taken,
    watch: Watch,
    scaling: Scaling | None,
) -> tuple[RawTables, Mapping[str, frozenset[str]]]:
    """The raw tables of a build: read where a dataset is made from them, else as they were."""
    needed = tables_to_read(plan, raw_columns(plan, build))
    made = [d for d in build if d.name not in taken.restored.built and not d.parent]
    before = restored_tables(plan, needed, found, taken.earlier)
    now = tables_to_read(plan, raw_columns(plan, made))
    wanted = {name: c for name, c in needed.items() if name in now or name not in before.inputs}
    read = read_raw_tables(plan, raw, wanted, watch, scaling.table if scaling else None)
    return joined_tables(needed, read, before), needed


def _datasets(
    plan: Plan,
    raw: RawTables,
    build: Sequence[DatasetPlan],
    watch: Watch,
    restored: Restored,
    scaling: Scaling | None,
) -> Datasets:
    """All datasets: in one piece, or in parts, and then what is made of all subjects together."""
    if scaling is None:
        return build_datasets(plan, raw, build, watch, restored)
    with watch.stage("parts"):
        before = scaling.restored(plan, raw.tables, build, restored)
    made = build_datasets(plan, raw, build, watch, before)
    built = {n: b if n in before.built else scaling.built(b) for n, b in made.built.items()}
    return replace(made, built=built)


def build_datasets(
    plan: Plan,
    raw: RawTables,
    build: Sequence[DatasetPlan],
    watch: Watch,
    restored: Restored | None = None,
) -> Datasets:
    """The SDTM datasets from raw tables, then the ADaM datasets from those.

    Those that are restored from an earlier package stay as they are.
    """
    from adam.build import build_adam
    from sdtm.build import build_sdtm

    before = restored or Restored()
    given, known = before.built, before.found
    with watch.stage("sdtm"):
        wanted = _of(build, "Tabulation")
        own = {d.name: given[d.name] for d in wanted if d.name in given}
        sdtm = build_sdtm(plan, raw.tables, wanted, watch.step, own, known.get("Tabulation"))
    with watch.stage("adam"):
        wanted = _of(build, "Analysis")
        own = {d.name: given[d.name] for d in wanted if d.name in given}
        tables = {**raw.tables, **sdtm_tables(sdtm.datasets)}
        adam = build_adam(plan, tables, wanted, watch.step, own, known.get("Analysis"))
    built = {**sdtm.datasets, **adam.datasets}
    left_out = (*sdtm.left_out, *adam.left_out)
    found: dict[Purpose, Mapping[str, Found]] = {"Tabulation": sdtm.found, "Analysis": adam.found}
    return Datasets(built, (*sdtm.problems, *adam.problems), left_out, found)


def sdtm_tables(built: Mapping[str, Built]) -> dict[str, FrameTable]:
    """Built SDTM datasets as tables that ADaM is made from."""
    from clinmap.execution.tables import FrameTable

    return {
        name: FrameTable(name, item.frame, item.hashes, is_dataset=True)
        for name, item in built.items()
        if not item.plan.parent
    }


def submitted_frame(built: Built) -> pd.DataFrame:
    """The submitted variables of a dataset, in the Plan's order."""
    return built.frame[[variable.name for variable in built.plan.submitted_variables]]


def describe_study(
    compiled: Compiled,
    stamp: datetime,
    selection: Selection,
    raw: RawTables,
    datasets: Datasets,
    watch: Watch,
    split_size: int = 0,
) -> BuiltStudy:
    """Measure, validate and describe built datasets, and gather all problems."""
    plan = compiled.plan
    frames = {name: submitted_frame(built) for name, built in datasets.built.items()}
    with watch.stage("facts"):
        facts = _facts(plan, frames)
    with watch.stage("validate"):
        refused = _unwritable(plan, frames, selection)
        found = [*raw.problems, *datasets.problems, *_validated(plan, frames, facts, watch)]
        sizes = {name: range(size) for name, size in raw.sizes.items()}
        accounts = row_accounts(plan, sizes, datasets) if selection.whole else ()
        found += [*refused, *unaccounted_rows(plan, accounts)]
    stopped = {problem.dataset for problem in refused}
    files = _files(plan, frames, selection, stopped)
    facts = {n: replace(f, file=f"{n.lower()}.xpt" if n in files else "") for n, f in facts.items()}
    parts, too_large = _parts(plan, datasets, frames, files, split_size)
    with watch.stage("define"):
        written = {name: frames[name] for name in files}
        defines, doubts = _defines(plan, written, {n: facts[n] for n in files}, stamp)
        if parts:
            from define.generation.parts import with_parts

            told = part_facts(frames, parts)
            defines = {purpose: with_parts(found, told) for purpose, found in defines.items()}
    built_names = [name for name in frames if plan.dataset(name)]
    notes = [note for note in compiled.notes if selection.whole or note.dataset in frames]
    found += [*doubts, *too_large]
    problems = _judged(plan, [*notes, *found], built_names, selection, raw)
    statuses = _statuses(plan, frames, problems, files, selection)
    return BuiltStudy(
        compiled, stamp, raw.inputs, datasets.built, files, facts, defines, problems, statuses,
        raw.applied, parts, accounts,
    )  # fmt: skip


def _of(datasets: Iterable[DatasetPlan], purpose: Purpose) -> list[DatasetPlan]:
    return [dataset for dataset in datasets if dataset.purpose == purpose]


def _facts(plan: Plan, frames: Mapping[str, pd.DataFrame]) -> dict[str, DatasetFacts]:
    from clinmap.measuring import measure

    return {
        dataset.name: measure(dataset, frames[dataset.name])
        for dataset in plan.datasets
        if dataset.name in frames
    }


def _validated(
    plan: Plan,
    frames: Mapping[str, pd.DataFrame],
    facts: Mapping[str, DatasetFacts],
    watch: Watch,
) -> list[Problem]:
    from clinmap.validation import validate, validate_study

    problems: list[Problem] = []
    for dataset in plan.datasets:
        if dataset.name in frames and dataset.submitted:
            watch.step(dataset.name)
            problems += validate(dataset, plan, frames[dataset.name], facts[dataset.name])
    return problems + validate_study(plan, frames)


def _unwritable(
    plan: Plan, frames: Mapping[str, pd.DataFrame], selection: Selection
) -> list[Problem]:
    """What stops datasets from being transport files."""
    from clinmap.writers.xpt import check_xpt

    return [
        problem
        for dataset in plan.datasets
        if dataset.name in frames and dataset.submitted and dataset.name in selection.write
        for problem in check_xpt(frames[dataset.name], dataset)
    ]


def _files(
    plan: Plan, frames: Mapping[str, pd.DataFrame], selection: Selection, stopped: set[str]
) -> tuple[str, ...]:
    """The datasets that get a file: those asked for that can be written; no SUPP-- without rows."""
    return tuple(
        dataset.name
        for dataset in plan.datasets
        if dataset.name in frames
        and dataset.submitted
        and dataset.name in selection.write
        and dataset.name not in stopped
        and not (dataset.parent and frames[dataset.name].empty)
    )


def _parts(
    plan: Plan,
    datasets: Datasets,
    frames: Mapping[str, pd.DataFrame],
    files: Sequence[str],
    split_size: int,
) -> tuple[dict[str, tuple[Part, ...]], list[Problem]]:
    """The parts of datasets whose file would be too large, and those that are so themselves."""
    from clinmap.writers.splitting import LIMIT

    limit = split_size or LIMIT
    parts = dataset_parts(plan, datasets.built, frames, files, limit)
    return parts, part_problems(plan, frames, parts, limit)


def _defines(
    plan: Plan,
    frames: Mapping[str, pd.DataFrame],
    facts: Mapping[str, DatasetFacts],
    stamp: datetime,
) -> tuple[dict[Purpose, Define], list[Problem]]:
    """The define.xml of each purpose that has files, and what its own checks say."""
    from define.audit.check import check_define
    from define.audit.data import Dataset, columns_of
    from define.generation.build import build_define
    from define.generation.results import result_displays

    displays = {"Tabulation": (), "Analysis": result_displays(plan)}
    found: dict[Purpose, Define] = {}
    problems: list[Problem] = []
    purposes: tuple[Purpose, ...] = ("Tabulation", "Analysis")
    for purpose in purposes:
        own = {d.name: facts[d.name] for d in plan.of_purpose(purpose) if d.name in facts}
        if own:
            found[purpose] = build_define(
                plan, purpose, own, stamp=stamp.isoformat(), displays=displays[purpose]
            )
            datasets = (Dataset(n, frames[n], columns_of(frames[n])) for n in own)
            problems += check_define(found[purpose], datasets)
    return found, problems


def _judged(
    plan: Plan,
    problems: Sequence[Problem],
    built: Sequence[str],
    selection: Selection,
    raw: RawTables,
) -> tuple[Problem, ...]:
    """All problems with the study's severities and explanations, and what follows from them."""
    known = {*built, *raw.inputs} | ({""} if selection.whole else set())

    def applies(expected: ExpectedProblem) -> bool:
        return selection.whole or (expected.dataset in known and expected.code != "RAW005")

    rated = [_placed(plan, p) for p in with_severities(problems, plan.severities)]
    first = reconcile(rated, plan.expected, applies)
    followed = made_from_failed(selection.build, first)
    rated_all = with_severities([*rated, *followed], plan.severities)
    judged = reconcile(rated_all, plan.expected, applies)
    return tuple(with_severities(judged, plan.severities))


def _placed(plan: Plan, problem: Problem) -> Problem:
    """The problem, placed where the specification speaks of its variable if it has no place."""
    dataset = plan.dataset(problem.dataset)
    if problem.location is not None or dataset is None:
        return problem
    variable = dataset.variable(problem.variable)
    place = variable.location if variable else dataset.location
    return replace(problem, location=place if place.file else None)


def _statuses(
    plan: Plan,
    frames: Mapping[str, pd.DataFrame],
    problems: Sequence[Problem],
    files: Sequence[str],
    selection: Selection,
) -> tuple[Status, ...]:
    failed = failed_datasets(problems)
    statuses = []
    for dataset in plan.datasets:
        frame = frames.get(dataset.name)
        if frame is None or dataset.name not in selection.write:
            continue
        counted = tally(p for p in problems if p.dataset == dataset.name)
        statuses.append(
            Status(
                dataset.name, dataset.label, len(frame), len(frame.columns), counted,
                state_of(counted, dataset.name in failed), dataset.name in files,
            )
        )  # fmt: skip
    return tuple(statuses)

"""`clinmap validate`, without its command: from folders of datasets to a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.build.expected import problem_order, reconcile
from clinmap.app.validating.dataset_files import found_files, package_manifest
from clinmap.app.validating.expectations import read_expected
from clinmap.app.validating.orders import ValidationOrder
from clinmap.app.validating.reading import ReadFile, read_files
from clinmap.app.validating.records import Hit, hit_of, shown_records
from clinmap.app.validating.report import DatasetLine, Finding, ValidationReport, severity_counts
from clinmap.app.validating.trends import read_former, with_trend
from clinmap.app.watch import Silence, Watch
from clinmap.codes.data import DATA_CODES
from clinmap.codes.specification import SPECIFICATION_CODES
from clinmap.plan import ExpectedProblem, Plan
from clinmap.problems import Location, Problem, SpecificationError, near_match

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.terminology import Terminology

Keys = dict[str, tuple[str, ...]]

ON_THE_WAY = frozenset(code.id for code in (*SPECIFICATION_CODES, *DATA_CODES))
"""What is found in a specification and in raw data, and cannot be found here."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was found, before anything is explained or compared."""

    plan: Plan
    frames: Mapping[str, pd.DataFrame]
    hits: list[Hit]


def validate_folder(order: ValidationOrder, watch: Watch | None = None) -> ValidationReport:
    """The report on the datasets of a folder, whoever made them.

    Everything is read and judged by the same rules as a build's datasets. A file that cannot be
    read is a finding. With define.xml files the keys are theirs, and their audit is in the report.

    Problems: those of `clinmap.validation.judge`, of `read_files` and of the audit of define.xml;
    EXP001 to EXP003 for what was expected and is otherwise. InputError INP001, INP012, INP014,
    SpecificationError SPC004, SPC013, SPC021 for an order that cannot be carried out.
    """
    watch = watch or Silence()
    expected = read_expected(order.expected) if order.expected else ()
    former = read_former(order.previous) if order.previous else None
    packages = _terminologies(order)
    stamp = _stamp(order)
    with watch.stage("reading the datasets"):
        read, damaged = read_files(found_files(order.folders), order.bases, watch)
    selected = _selected(order.select, read)
    judged = _judged(order, read, packages, watch)
    audited = _audited(order, watch)
    hits = [*_bare([*damaged, *audited], read), *judged.hits]
    hits = [hit for hit in _placed(hits, read) if not selected or hit.problem.dataset in selected]
    hits = _explained(hits, expected, selected)
    keys = {dataset.name: dataset.keys for dataset in judged.plan.datasets}
    findings, records = shown_records(hits, judged.frames, keys, _formats(read))
    findings.sort(key=lambda one: problem_order(one.problem))
    trend = None
    if former is not None:
        findings, trend = with_trend(findings, records, *former, selected)
    return ValidationReport(
        f"Validation of {order.folder.resolve().name}",
        stamp,
        tuple(_about(order, packages, read, selected)),
        _lines(read, findings, selected),
        tuple(findings),
        records,
        trend,
        order.bases,
        order.fail_on,
    )


def _terminologies(order: ValidationOrder) -> list[Terminology]:
    from clinmap.app.validating.terminologies import terminologies

    return terminologies(order.terminologies)


def _stamp(order: ValidationOrder) -> str:
    """The date-time that was asked for; a report bears no clock of its own."""
    from clinmap.app.stamp import stamp_of

    return stamp_of(order.as_of).isoformat() if order.as_of else ""


def _selected(asked: Iterable[str], read: Sequence[ReadFile]) -> list[str]:
    """The datasets to report on; none: all of them."""
    names = [name for item in asked for name in item.upper().split(",") if name]
    known = [one.name for one in read]
    for name in names:
        if name not in known:
            raise SpecificationError(
                "SPC021",
                f"there is no dataset {name}",
                hint=near_match(name, known) or f"There are {', '.join(known)}.",
            )
    return names


def _judged(
    order: ValidationOrder, read: Iterable[ReadFile], packages: list[Terminology], watch: Watch
) -> _Judged:
    from clinmap.validation import judge, plan_from_standards, ready_frames

    given = {one.name: one.data for one in read if one.data is not None}
    with watch.stage("checking the datasets"):
        plan = plan_from_standards(given, packages, keys=_keys(order))
        frames = ready_frames(plan, given)
        found = judge(plan, frames, given=given, step=watch.step)
    return _Judged(plan, frames, [Hit(one.problem, one.rows, one.columns) for one in found])


def _keys(order: ValidationOrder) -> Keys:
    """The keys of datasets: of the define.xml files, else of the manifest of a package of ours."""
    from define.document.read import read_define

    keys: Keys = {}
    for folder in order.folders:
        told = package_manifest(folder).get("datasets", {})
        keys |= {name: tuple(one["keys"]) for name, one in told.items() if one.get("keys")}
    for path in order.defines:
        define = read_define(path)
        names = {item.oid: item.name for item in define.items}
        for group in define.item_groups:
            ranked = sorted((r.key_sequence, r.item_oid) for r in group.refs if r.key_sequence)
            if own := tuple(names[oid] for _, oid in ranked if oid in names):
                keys[group.name.upper()] = own
    return keys


def _audited(order: ValidationOrder, watch: Watch) -> list[Problem]:
    """The audit of each define.xml, with the data beside it."""
    from clinmap.app.define.auditing import Order, audit

    files = [Path(name) for name in order.terminologies if Path(name).is_file()]
    found: list[Problem] = []
    for path in order.defines:
        beside = any(one.path.parent == path.parent for one in found_files(order.folders))
        data = path.parent if beside else order.folder
        found += audit(Order(path, files, data), watch).problems
    return found


def _bare(problems: Iterable[Problem], read: Iterable[ReadFile]) -> list[Hit]:
    records = {one.name: one.records for one in read}
    return [hit_of(problem, records.get(problem.dataset, 0)) for problem in problems]


def _placed(hits: Iterable[Hit], read: Iterable[ReadFile]) -> list[Hit]:
    """The findings, each with the file of its dataset where it has no place of its own."""
    places = {one.name: Location(one.file) for one in read}

    def placed(problem: Problem) -> Problem:
        return replace(problem, location=problem.location or places.get(problem.dataset))

    return [replace(hit, problem=placed(hit.problem)) for hit in hits]


def _explained(
    hits: Sequence[Hit], expected: Sequence[ExpectedProblem], selected: Sequence[str]
) -> list[Hit]:
    """The findings with their explanations, and what is wrong with the expectations.

    A study's problems.yaml may be given as it is: what only a build can find is no matter here.
    """
    expected = [one for one in expected if one.code not in ON_THE_WAY]
    if not expected:
        return list(hits)
    waiting: dict[Problem, list[Hit]] = {}
    for hit in hits:
        waiting.setdefault(replace(hit.problem, explained=""), []).append(hit)

    def applies(one: ExpectedProblem) -> bool:
        return not selected or one.dataset in selected

    found: list[Hit] = []
    for problem in reconcile([hit.problem for hit in hits], expected, applies):
        own = waiting.get(replace(problem, explained=""))
        found.append(replace(own.pop(0), problem=problem) if own else hit_of(problem, 0))
    return found


def _formats(read: Iterable[ReadFile]) -> dict[str, dict[str, str]]:
    """The display formats of numbers, which tell dates from other numbers."""
    return {
        one.name: {c.name: c.format for c in one.data.columns if c.format and not c.character}
        for one in read
        if one.data is not None
    }


def _about(
    order: ValidationOrder,
    packages: Iterable[Terminology],
    read: Sequence[ReadFile],
    selected: Sequence[str],
) -> Iterable[tuple[str, str]]:
    folders = " and ".join(folder.resolve().name for folder in order.folders)
    records = sum(one.records for one in read)
    yield "folder", folders
    yield "datasets", f"{len(read):,}, with {records:,} records"
    if selected:
        yield "reported", ", ".join(selected)
    used = [f"{package.package} {package.date}" for package in packages]
    yield "terminology", ", ".join(used)
    yield "define.xml", ", ".join(path.name for path in order.defines) or "not given"
    if order.expected:
        yield "explanations", order.expected.name
    if order.previous:
        yield "compared with", order.previous.name


def _lines(
    read: Iterable[ReadFile], findings: Sequence[Finding], selected: Sequence[str]
) -> tuple[DatasetLine, ...]:
    lines = []
    for one in read:
        if selected and one.name not in selected:
            continue
        own = [found for found in findings if found.problem.dataset == one.name]
        open_ = [found for found in own if not found.problem.explained]
        label = (one.data.label or "") if one.data else ""
        variables = len(one.data.frame.columns) if one.data else 0
        lines.append(
            DatasetLine(
                one.name, label, one.file, one.records, variables, severity_counts(open_),
                len(own) - len(open_), open_[0].problem.code if open_ else "",
            )
        )  # fmt: skip
    return tuple(lines)

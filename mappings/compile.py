"""Compiling a loaded study into its frozen Plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clinmap.graph import execution_order
from clinmap.plan import (
    DatasetPlan,
    ExpectedProblem,
    Plan,
    StandardUse,
    SubjectRule,
)
from clinmap.problems import Location, Problem, SpecificationError, SpecificationErrors, near_match
from clinmap.codes import find_code, CODES
from clinmap.registry import Registry
from clinmap.standards import STANDARDS
from mappings.checks import Checker
from mappings.datasets import DatasetCompiler, StudyContext
from mappings.load import Loaded, LoadedStudy, find_study, load_study
from mappings.sources import own_joins, raw_tables
from mappings.supplemental import supplemental_plan
from mappings.terms import Codelists, packages_of
from mappings.variables import VariableReader, VariableSpec


@dataclass(frozen=True, slots=True)
class Compiled:
    """A study's Plan, where it was read from, and what the compiler would have a person look at."""

    plan: Plan
    folder: Path
    notes: tuple[Problem, ...]


def compile_study(name: str, registry: Registry) -> Compiled:
    """Find, load and compile a study; every error of the specification at once."""
    folder = find_study(name)
    return compile_loaded(load_study(folder), registry)


def compile_loaded(loaded: LoadedStudy, registry: Registry) -> Compiled:
    """The Plan of a loaded study."""
    context = _context(loaded, registry)
    for part, adam in ((loaded.sdtm, False), (loaded.adam, True)):
        for item in _in_order(part):
            try:
                plan = DatasetCompiler(context, item.spec, item.node, adam).compile()
            except SpecificationError as error:
                context.errors.append(error)
                continue
            context.compiled[plan.name] = plan
            extra = None if adam else supplemental_plan(plan)
            if extra is not None:
                context.compiled[extra.name] = extra
    _stop_if_wrong(context.errors + context.codelists.errors)
    plan = _plan(loaded, context)
    checker = Checker(plan)
    _stop_if_wrong(checker.errors())
    for purpose in ("Tabulation", "Analysis"):
        execution_order(plan, plan.of_purpose(purpose))  # type: ignore[arg-type]
    return Compiled(plan, loaded.folder, tuple(checker.notes()))


def _stop_if_wrong(errors: Iterable[SpecificationError]) -> None:
    distinct = {(e.location, e.code, e.message): e for e in errors}
    if distinct:
        raise SpecificationErrors(distinct.values())


def _in_order(datasets: tuple[Loaded, ...]) -> list[Loaded]:
    """Datasets that others are made from come first, so that copies know what they copy."""
    by_name = {item.spec.dataset: item for item in datasets}
    ordered: dict[str, Loaded] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        item = by_name.get(name)
        if item is None or name in ordered or name in above:
            return
        spec = item.spec
        needs = [spec.from_, *(s.from_ for s in spec.sources), *spec.copy_]
        for need in needs:
            visit(need, (*above, name))
        ordered[name] = item

    for name in sorted(by_name, key=lambda n: (n != "DM" and n != "ADSL", n)):
        visit(name, ())
    return list(ordered.values())


def _context(loaded: LoadedStudy, registry: Registry) -> StudyContext:
    study, node = loaded.study, loaded.study_node
    terminology = node.get("terminology")
    place = node.at(("standards", "terminology"))
    codelists = Codelists(
        study.terminology, terminology, packages_of(study.standards.terminology, place)
    )
    errors: list[SpecificationError] = []
    reader = VariableReader(registry, errors)
    section = node.get("conventions")
    conventions: dict[str, Mapping[str, VariableSpec]] = {
        part: reader.all(section.get(part) if section else None) for part in ("sdtm", "adam")
    }
    joins = own_joins(
        study.conventions.joins, section.get("joins") if section else None, is_dataset=False
    )
    names = _names(loaded, errors)
    return StudyContext(
        registry, codelists, study.study, raw_tables(loaded.raw, loaded.raw_node),
        conventions, joins, names, errors,
    )  # fmt: skip


def _names(loaded: LoadedStudy, errors: list[SpecificationError]) -> frozenset[str]:
    found: dict[str, Location] = {}
    for item in (*loaded.sdtm, *loaded.adam):
        place = item.node.keys.get("dataset", item.node.location)
        if item.spec.dataset in found:
            errors.append(
                SpecificationError(
                    "SPC003",
                    f"dataset {item.spec.dataset} is also in {found[item.spec.dataset]}",
                    location=place,
                    hint="One file per dataset; use `sources` for several sources.",
                )
            )
        found[item.spec.dataset] = place
    return frozenset(found)


def _plan(loaded: LoadedStudy, context: StudyContext) -> Plan:
    study = loaded.study
    usubjid = context.conventions["sdtm"].get("USUBJID")
    return Plan(
        study=study.study,
        title=study.title or study.study,
        description=study.description,
        protocol=study.protocol or study.study,
        as_of=study.as_of,
        raw=context.tables,
        datasets=tuple(context.compiled.values()),
        codelists=dict(context.codelists.used),
        standards=_standards(context.compiled.values(), study.standards.terminology),
        subject=SubjectRule(usubjid.steps if usubjid else (), tuple(context.joins.values())),
        expected=_expected(loaded),
        severities=study.severity,
        parameters=study.parameters,
        language=study.language,
        sources=loaded.files,
    )


def _standards(datasets: Iterable[DatasetPlan], date: str) -> tuple[StandardUse, ...]:
    used = {dataset.standard for dataset in datasets}
    found = [
        StandardUse(
            f"STD.{item.publishing_set or item.name}.{item.version}".replace("/", "-"),
            item.name, item.type, item.version, item.publishing_set or "",
        )
        for item in STANDARDS
        if f"{item.name} {item.version}" in used or (item.type == "CT" and item.version == date)
    ]  # fmt: skip
    return tuple(found)


def _expected(loaded: LoadedStudy) -> tuple[ExpectedProblem, ...]:
    listed = loaded.problems_node.get("expected")
    items = listed.value if listed and isinstance(listed.value, list) else []
    found: list[ExpectedProblem] = []
    for spec, node in zip(loaded.problems.expected, items, strict=True):
        if find_code(spec.code) is None:
            raise SpecificationError(
                "SPC011",
                f"there is no code {spec.code}",
                location=node.at(("code",)),
                hint=near_match(spec.code, [code.id for code in CODES]),
            )
        found.append(
            ExpectedProblem(
                spec.code, spec.dataset, spec.variable, spec.count, spec.reason, node.location
            )
        )
    return tuple(found)

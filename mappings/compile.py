"""Compiling a loaded study into its frozen Plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from clinmap.codes import CODES, find_code
from clinmap.graph import execution_order
from clinmap.metadata import StandardUse
from clinmap.plan import DatasetPlan, ExpectedProblem, Plan, Purpose, SubjectRule
from clinmap.problems import Location, Problem, SpecificationError, SpecificationErrors, near_match
from clinmap.registry import Registry
from clinmap.standards import STANDARDS
from clinmap.terminology import Terminology
from mappings.corrections import correction_errors, correction_files, study_corrections
from mappings.datasets import compiled_dataset
from mappings.documents import page_errors, study_documents, with_remarks
from mappings.lint.checks import Checker
from mappings.load import Loaded, LoadedStudy, find_study, load_study
from mappings.mirrors import study_mirrors
from mappings.raw_tables import raw_tables
from mappings.results import study_results
from mappings.sources import own_joins
from mappings.study_context import StudyContext
from mappings.supplemental import supplemental_plan
from mappings.terms import Codelists, packages_of
from mappings.variables import VariableReader, VariableSpec

FIRST = ("DM", "ADSL")
PURPOSES: tuple[Purpose, ...] = ("Tabulation", "Analysis")


@dataclass(frozen=True, slots=True)
class Compiled:
    """A study's Plan, where it was read from, and what the compiler would have a person look at.

    `documents` has the files of the Plan's documents, by their ids.
    """

    plan: Plan
    folder: Path
    notes: tuple[Problem, ...]
    documents: Mapping[str, Path] = field(default_factory=dict)


def compile_study(name: str, registry: Registry) -> Compiled:
    """Find, load and compile a study; every error of the specification at once."""
    folder = find_study(name)
    return compile_loaded(load_study(folder), registry)


def compile_loaded(loaded: LoadedStudy, registry: Registry) -> Compiled:
    """The Plan of a loaded study."""
    context = _context(loaded, registry)
    _compile_datasets(context, loaded.sdtm, adam=False)
    _compile_datasets(context, loaded.adam, adam=True)
    _check_codes(loaded, context)
    corrections = study_corrections(loaded.folders, context.errors)
    documents, files = study_documents(loaded, context.errors)
    mirrors = study_mirrors(loaded.raw, loaded.raw_node, context.tables, context.errors)
    plan = _plan(loaded, context)
    _stop_if_wrong(context.errors + context.codelists.errors)
    plan = replace(plan, corrections=corrections, mirrors=mirrors, documents=documents)
    wrong = list(page_errors(plan))
    plan = replace(plan, results=study_results(loaded, plan, wrong))
    checker = Checker(plan, loaded, frozenset(context.bare))
    _stop_if_wrong([*checker.errors(), *correction_errors(plan), *wrong])
    for purpose in PURPOSES:
        execution_order(plan, plan.of_purpose(purpose))
    return Compiled(plan, loaded.folder, tuple(checker.notes()), files)


def _compile_datasets(context: StudyContext, datasets: tuple[Loaded, ...], *, adam: bool) -> None:
    for item in _in_order(datasets):
        try:
            plan = compiled_dataset(context, item.spec, item.node, adam=adam)
        except SpecificationError as error:
            context.errors.append(error)
            context.failed.add(item.spec.dataset)
            continue
        context.compiled[plan.name] = plan
        supp = None if adam else supplemental_plan(plan)
        if supp is not None:
            context.compiled[supp.name] = supp


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
        for need in (spec.from_, *(source.from_ for source in spec.sources), *spec.copy_):
            visit(need, (*above, name))
        ordered[name] = item

    for name in sorted(by_name, key=lambda name: (name not in FIRST, name)):
        visit(name, ())
    return list(ordered.values())


def _context(loaded: LoadedStudy, registry: Registry) -> StudyContext:
    study, node = loaded.study, loaded.study_node
    packages = packages_of(study.terminology, study.standards.terminology, node, loaded.folders)
    errors: list[SpecificationError] = []
    reader = VariableReader(registry, errors)
    section = node.get("conventions")
    conventions: dict[str, Mapping[str, VariableSpec]] = {
        part: reader.all(section.get(part) if section else None) for part in ("sdtm", "adam")
    }
    joins = section.get("joins") if section else None
    return StudyContext(
        registry=registry,
        codelists=Codelists(study.terminology, node.get("terminology"), packages),
        study=study.study,
        standards=study.standards,
        tables=raw_tables(loaded.raw, loaded.raw_node, study.parameters, errors),
        conventions=conventions,
        joins=own_joins(study.conventions.joins, joins, is_dataset=False),
        dataset_names=_names(loaded, errors),
        errors=errors,
        bare=reader.bare,
        failed=reader.failed,
    )


def _names(loaded: LoadedStudy, errors: list[SpecificationError]) -> frozenset[str]:
    """The names of the datasets; a name that two things have is an error."""
    tables = loaded.raw_node.get("tables")
    found: dict[str, Location] = dict(tables.keys) if tables else {}
    names = set[str]()
    for item in (*loaded.sdtm, *loaded.adam):
        name, place = item.spec.dataset, item.node.keys.get("dataset", item.node.location)
        if name in found:
            message = f"{name} is already the name of a table or dataset, at {found[name]}"
            hint = "One file per dataset; use `sources` for several sources."
            errors.append(SpecificationError("SPC003", message, location=place, hint=hint))
        found[name] = place
        names.add(name)
    return frozenset(names)


def _check_codes(loaded: LoadedStudy, context: StudyContext) -> None:
    """Refuse codes that the catalogue has not, where the study names some."""
    named = [(code, loaded.study_node.at(("severity", code))) for code in loaded.study.severity]
    named += [
        (spec.code, loaded.problems_node.at(("expected", number, "code")))
        for number, spec in enumerate(loaded.problems.expected)
    ]
    for code, place in named:
        if find_code(code) is None:
            near = near_match(code, [known.id for known in CODES])
            context.refuse("SPC011", f"there is no code {code}", place, near)


CLASSES = (
    "TRIAL DESIGN", "SPECIAL PURPOSE", "INTERVENTIONS", "EVENTS", "FINDINGS", "FINDINGS ABOUT",
    "RELATIONSHIP", "STUDY REFERENCE",
)  # fmt: skip
"""The order of SDTM classes in a submission (Define-XML 2.1 section 4.1)."""


def _in_submission_order(datasets: Iterable[DatasetPlan]) -> tuple[DatasetPlan, ...]:
    """SDTM by class and name, each SUPP-- after its parent; then ADaM, ADSL first."""
    compiled = {dataset.name: dataset for dataset in datasets}

    def place(dataset: DatasetPlan) -> tuple[bool, int, str, bool]:
        first = compiled.get(dataset.parent, dataset)
        known = first.cls in CLASSES and first.purpose == "Tabulation"
        rank = CLASSES.index(first.cls) if known else len(CLASSES)
        leading = first.name if first.name not in ("DM", "ADSL") else ""
        return dataset.purpose == "Analysis", rank, leading, bool(dataset.parent)

    return tuple(sorted(compiled.values(), key=place))


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
        datasets=_in_submission_order(context.compiled.values()),
        codelists=dict(context.codelists.used),
        standards=with_remarks(
            _standards(context.compiled.values(), context.codelists.packages.values()),
            loaded, context.errors,
        ),
        subject=SubjectRule(usubjid.steps if usubjid else (), tuple(context.joins.values())),
        expected=_expected(loaded),
        severities=study.severity,
        parameters=study.parameters,
        language=study.language,
        comment=study.define.comment,
        sources=(*loaded.files, *correction_files(loaded.folders)),
    )  # fmt: skip


def _standards(
    datasets: Iterable[DatasetPlan], packages: Iterable[Terminology]
) -> tuple[StandardUse, ...]:
    """The guides that the datasets follow, and the terminology packages as they were read."""
    used = {dataset.standard for dataset in datasets}
    dates = {package.package.upper(): package.date for package in packages}
    found = []
    for item in STANDARDS:
        version = item.version
        if item.type == "CT":
            version = dates.get((item.publishing_set or "").upper(), version)
        elif f"{item.name} {item.version}" not in used:
            continue
        identifier = f"STD.{item.publishing_set or item.name}.{version}".replace("/", "-")
        found.append(
            StandardUse(identifier, item.name, item.type, version, item.publishing_set or "")
        )
    return tuple(found)


def _expected(loaded: LoadedStudy) -> tuple[ExpectedProblem, ...]:
    return tuple(
        ExpectedProblem(
            spec.code, spec.dataset, spec.variable, spec.count, spec.reason,
            loaded.problems_node.at(("expected", number)), spec.says,
        )
        for number, spec in enumerate(loaded.problems.expected)
    )  # fmt: skip

"""Checking what a study claims: terms, required variables, and what it says is left out."""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.fixes import sure_name
from clinmap.plan import DatasetPlan, Plan, Step, VariablePlan
from clinmap.problems import ANY, Location, Problem, Severity, SpecificationError, near_match
from mappings.lint.required import expected_notes, required_errors, standard_variables
from mappings.load import LoadedStudy
from mappings.references import columns_explained, columns_read, literals

RESULTS = ("STRESC", "ORRES")
"""Results may be numbers in text, which are outside the codelist (SDTMIG 3.4 section 4.3.6)."""

TERMS_SHOWN = 8
Errors = Iterator[SpecificationError]


def claim_errors(plan: Plan, loaded: LoadedStudy) -> list[SpecificationError]:
    """Claims that cannot be true."""
    structures = adam_structures(loaded)
    found: list[SpecificationError] = []
    for dataset in plan.datasets:
        if not dataset.parent:
            found += _literals(plan, dataset)
            found += required_errors(plan, dataset, structures.get(dataset.name, ""))
            found += _operations(plan, dataset)
    return [*found, *_left_out(plan, loaded), *_exceptions(plan, loaded), *_problems(plan, loaded)]


def claim_notes(plan: Plan, loaded: LoadedStudy) -> list[Problem]:
    """What nobody explains: Expected variables that are not made, raw columns that are not read."""
    structures = adam_structures(loaded)
    found: list[Problem] = []
    for dataset in plan.datasets:
        if not dataset.parent:
            found += expected_notes(plan, dataset, structures.get(dataset.name, ""))
    return [*found, *_silent_columns(plan)]


def adam_structures(loaded: LoadedStudy) -> dict[str, str]:
    """The structure of each ADaM dataset."""
    return {item.spec.dataset: item.spec.adam_structure for item in loaded.adam}


def steps_of(variable: VariablePlan) -> tuple[Step, ...]:
    """All steps of a variable, those of its sources too."""
    return tuple(step for step, _ in variable.all_steps)


def _literals(plan: Plan, dataset: DatasetPlan) -> Errors:
    """Constants and targets of a `map` are terms; what a later step reads need not be."""
    for variable in dataset.variables:
        for steps in (variable.steps, *(use.steps for use in variable.per_source)):
            giving = [step for step in steps if step.operation.name != "check"]
            for step in giving[-1:]:
                for value in literals(step):
                    yield from _literal(plan, variable, value, step.location)


def _literal(plan: Plan, variable: VariablePlan, value: str, place: Location) -> Errors:
    if variable.type in ("integer", "float") and not _is_number(value):
        message = f"{value!r} is no number, and {variable.name} is {variable.type}"
        hint = "Write a number, or state another `type`."
        yield SpecificationError("SPC004", message, location=place, hint=hint)
    elif not _allowed(plan, variable, value):
        yield _no_term(plan, variable, value, place)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _allowed(plan: Plan, variable: VariablePlan, value: str) -> bool:
    is_result = variable.name[2:] in RESULTS
    if not variable.codelists or is_result or value in variable.exceptions:
        return True
    lists = [plan.codelists[use.codelist] for use in variable.codelists]
    return any(found.external or value in {term.value for term in found.terms} for found in lists)


def _no_term(plan: Plan, variable: VariablePlan, value: str, place: Location) -> SpecificationError:
    codelist = plan.codelists[variable.codelists[0].codelist]
    near = codelist.resolver.near(value) if codelist.resolver else ()
    listed = near or tuple(term.value for term in codelist.terms[:TERMS_SHOWN])
    hints = [f"{'Near' if near else 'Its terms'}: {', '.join(listed)}."]
    if codelist.extensible:
        hints.append(f"A term of your own goes under terminology: extend: {codelist.name}.")
    return SpecificationError(
        "SPC014",
        f"{value!r} is no term of codelist {codelist.name} for {variable.name}",
        location=place,
        hint=" ".join(hints),
        fix=sure_name(value, [term.value for term in codelist.terms], place),
    )


def _operations(plan: Plan, dataset: DatasetPlan) -> Errors:
    for variable in dataset.variables:
        for step in steps_of(variable):
            if lack := step.operation.lacks(plan):
                yield SpecificationError("SPC004", lack, location=step.location)


def _silent_columns(plan: Plan) -> Iterator[Problem]:
    """Declared raw columns that nothing reads and nobody says are not submitted."""
    read, explained = columns_read(plan), columns_explained(plan)
    for name, table in plan.raw.items():
        silent = [c for c in table.columns if c not in read[name] | explained[name]]
        if silent:
            yield Problem(
                "SPC018",
                Severity.WARNING,
                f"columns of raw table {name} are neither read nor explained: {', '.join(silent)}",
                dataset=name,
                count=len(silent),
                location=table.location,
                hint="Map them, or list them under `not_submitted` with the reason.",
            )


def _left_out(plan: Plan, loaded: LoadedStudy) -> Errors:
    """`not_submitted` and `not_collected` name things that are there to be left out."""
    for item in (*loaded.sdtm, *loaded.adam):
        dataset = plan.dataset(item.spec.dataset)
        if dataset is None:
            continue
        raw = [plan.raw[s.table] for s in dataset.sources if s.table in plan.raw]
        columns = {column for table in raw for column in table.columns}
        if columns and all(table.columns for table in raw):
            known, what = columns, f"no raw table of {dataset.name} has a column"
            for name in dataset.not_submitted:
                yield from _unknown(what, name, known, item.node.at(("not_submitted", name)))
        published = {name for name, _ in standard_variables(dataset)}
        for name in dataset.not_collected if published else ():
            place = item.node.at(("not_collected", name))
            yield from _unknown(f"{dataset.name} has no variable", name, published, place)
    for name, table in plan.raw.items():
        for column in table.not_submitted if table.columns else ():
            place = loaded.raw_node.at(("tables", name, "not_submitted", column))
            yield from _unknown(f"raw table {name} has no column", column, table.columns, place)


def _unknown(what: str, name: str, known: set[str] | tuple[str, ...], place: Location) -> Errors:
    if name not in known:
        said, hint = f"{what} {name!r}", near_match(name, known)
        fix = sure_name(name, known, place)
        yield SpecificationError("SPC011", said, location=place, hint=hint, fix=fix)


def _exceptions(plan: Plan, loaded: LoadedStudy) -> Errors:
    """Exceptions are for variables that there are and that have a codelist."""
    known = {f"{d.name}.{v.name}" for d in plan.datasets for v in d.variables}
    for name in loaded.study.terminology.exceptions:
        place = loaded.study_node.at(("terminology", "exceptions", name))
        yield from _unknown("there is no variable", name, known, place)


def _problems(plan: Plan, loaded: LoadedStudy) -> Errors:
    """Expected problems are of datasets or raw tables that there are."""
    known = {*plan.raw, *(dataset.name for dataset in plan.datasets), "", ANY}
    for number, spec in enumerate(loaded.problems.expected):
        place = loaded.problems_node.at(("expected", number, "dataset"))
        yield from _unknown("there is no dataset or raw table", spec.dataset, known, place)

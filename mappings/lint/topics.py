"""Codes and the names that go with them: short enough, well formed, and one to one.

Source: SDTMIG 3.4 sections 4.2.1 and 6.3 (--TESTCD, --TEST), 7.2 (ETCD) and 5.2 (ARMCD); ADaMIG 1.3
section 3.3.4 (PARAM, PARAMCD).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from clinmap.plan import DatasetPlan, Plan, PlanCodelist, VariablePlan
from clinmap.problems import Location, Problem
from mappings.lint.finding import finding
from mappings.lint.written import constant_of, row_shapes, settled, written_texts
from mappings.load import LoadedStudy

NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,7}")
LONGEST_NAME = 40
LONGEST: Mapping[str, int] = {"ETCD": 8, "ARMCD": 20, "ACTARMCD": 20}
FREE = ("IE", "TI")
"""Domains in which --TEST holds the text of a criterion, of up to 200 characters."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """A code and its name, as constants of a dataset's rows, seen so far."""

    code: str
    name: str
    names: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)


def topic_findings(plan: Plan, loaded: LoadedStudy) -> Iterator[Problem]:
    """SPC036 to SPC038."""
    for dataset in plan.datasets:
        if dataset.parent or not dataset.submitted:
            continue
        for variable in dataset.variables:
            yield from _codes(plan, loaded, dataset, variable)
            yield from _names(plan, loaded, dataset, variable)
        for code, name in _pairs(dataset):
            yield from _no_pairs(plan, dataset, Pairs(code, name))


def _pairs(dataset: DatasetPlan) -> Iterator[tuple[str, str]]:
    if dataset.purpose == "Analysis":
        yield from (("PARAMCD", "PARAM"), ("PARAMCD", "PARAMN"), ("AVISIT", "AVISITN"))
        return
    two = dataset.name[:2]
    yield from ((f"{two}TESTCD", f"{two}TEST"), (f"{two}PARMCD", f"{two}PARM"))
    yield from (("ARMCD", "ARM"), ("ETCD", "ELEMENT"), ("VISITNUM", "VISIT"))


def _values(plan: Plan, loaded: LoadedStudy, variable: VariablePlan) -> dict[str, Location]:
    """Texts as written, and the study's own terms of the codelist, with their places."""
    found: dict[str, Location] = {}
    for value, place in written_texts(variable):
        found.setdefault(value, place)
    for use in variable.codelists:
        codelist = plan.codelists[use.codelist]
        for term in codelist.terms:
            if not term.code:
                found.setdefault(term.value, _place(loaded, codelist, term.value))
    return found


def _place(loaded: LoadedStudy, codelist: PlanCodelist, term: str) -> Location:
    """Where the study adds a term, or names its codelist."""
    written = loaded.study.terminology
    if codelist.name in written.codelists:
        return loaded.study_node.at(("terminology", "codelists", codelist.name, "terms", term))
    name = codelist.name if codelist.name in written.extend else codelist.code
    return loaded.study_node.at(("terminology", "extend", name, term))


def _codes(
    plan: Plan, loaded: LoadedStudy, dataset: DatasetPlan, variable: VariablePlan
) -> Iterator[Problem]:
    if dataset.purpose == "Analysis":
        return  # SPC027 says it of PARAMCD
    is_name = variable.name[2:] in ("TESTCD", "PARMCD")
    most = LONGEST.get(variable.name)
    values = _values(plan, loaded, variable) if is_name or most else {}
    for value, place in values.items():
        if is_name and not NAME.fullmatch(value):
            said = f"{value!r} cannot be a {variable.name}"
            hint = "Write at most 8 capitals, digits and underscores, no digit first."
        elif most and len(value) > most:
            said = f"{value!r} has {len(value)} characters, and {variable.name} at most {most}"
            hint = "Write a shorter code; its decode may be as long as you like."
        else:
            continue
        yield finding("SPC036", said, place, hint, of=dataset.name, variable=variable.name)


def _names(
    plan: Plan, loaded: LoadedStudy, dataset: DatasetPlan, variable: VariablePlan
) -> Iterator[Problem]:
    if variable.name[2:] not in ("TEST", "PARM") or dataset.name[:2] in FREE:
        return
    if dataset.purpose == "Analysis":
        return
    for value, place in _values(plan, loaded, variable).items():
        if len(value) > LONGEST_NAME:
            yield finding(
                "SPC037",
                f"a name for {variable.name} has {len(value)} characters, and {LONGEST_NAME} fit",
                place,
                "Shorten it: it becomes the label of a variable where data are transposed.",
                of=dataset.name,
                variable=variable.name,
            )


def _no_pairs(plan: Plan, dataset: DatasetPlan, pairs: Pairs) -> Iterator[Problem]:
    """Codes whose name is another's, or that have two names."""
    variable = dataset.variable(pairs.code)
    decodes = _decodes(plan, variable) if variable is not None else {}
    for source, template in row_shapes(dataset):
        code = constant_of(settled(dataset, pairs.code, source, template))
        name = constant_of(settled(dataset, pairs.name, source, template))
        if code is None or name is None:
            continue
        wanted = decodes.get(code[0]) if pairs.name.endswith(("TEST", "PARM")) else None
        wanted = wanted or pairs.names.setdefault(code[0], name[0])
        other = pairs.codes.setdefault(name[0], code[0])
        if wanted != name[0] or other != code[0]:
            said = f"{pairs.name} {wanted!r}" if wanted != name[0] else f"{pairs.code} {other!r}"
            with_it = code[0] if wanted != name[0] else name[0]
            yield finding(
                "SPC038",
                f"{pairs.code} {code[0]!r} and {pairs.name} {name[0]!r} are no pair",
                name[1],
                f"{with_it!r} goes with {said}.",
                of=dataset.name,
                variable=pairs.name,
            )


def _decodes(plan: Plan, variable: VariablePlan) -> dict[str, str]:
    """The names of published codes."""
    lists = [plan.codelists[use.codelist] for use in variable.codelists]
    return {t.value: t.decode for found in lists for t in found.terms if t.code and t.decode}

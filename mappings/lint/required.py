"""Variables that a standard requires or expects of a dataset, and that nobody makes.

SDTM: what is Required must be made, what is Expected made or explained. ADaM: what its structure
requires must be made. What the guide requires of all, but depends on the dictionary or on what
was collected, is made or explained too; so is a copy of what the SDTM dataset has not.
"""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import Problem, Severity, SpecificationError
from clinmap.standards import adam_structure, adam_variable, sdtm_dataset
from mappings.lint.unfinished import is_begun

IDENTIFIERS = ("STUDYID", "USUBJID")
DECIDED: dict[str, frozenset[str]] = {
    "OCCDS": frozenset({"--TERM"}),
    "AE": frozenset({"--SEQ", "--TERM", "--DECOD", "--BODSYS", "--SER", "ASTDT", "TRTEMFL"}),
    "BDS": frozenset({"PARAM", "PARAMCD"}),
    "TTE": frozenset({"PARAM", "PARAMCD", "AVAL"}),
    "NCA": frozenset(),
    "OTHER": frozenset(),
}
"""What each structure requires of every study; all that ADSL requires is."""

TREATMENT = "--TRT"
"""The topic of an occurrence of an intervention, where an event has --TERM."""


def required_errors(
    plan: Plan, dataset: DatasetPlan, structure: str
) -> Iterator[SpecificationError]:
    """What must be made and is not."""
    for name, core in _lacking(dataset, structure) if dataset.submitted else ():
        if core == "Req" and _must(plan, dataset, structure, name):
            of = dataset.name if not structure else f"{dataset.name} (structure {structure})"
            yield SpecificationError(
                "SPC015",
                f"{_shown(dataset, name)} is Required in {of} and not made",
                location=dataset.location,
                hint="Give it under `variables`, or copy it.",
            )


def expected_notes(plan: Plan, dataset: DatasetPlan, structure: str) -> Iterator[Problem]:
    """What is Expected, or required where there is such a thing, and neither made nor explained."""
    if not dataset.submitted:
        return
    explaining = [dataset, *_tabulated(plan, dataset)]
    for name, core in _lacking(dataset, structure):
        shown = _shown(dataset, name)
        is_due = core == "Exp" or (core == "Req" and not _must(plan, dataset, structure, name))
        if is_due and not any(shown in one.not_collected for one in explaining):
            word = "Expected" if core == "Exp" else "Required"
            yield Problem(
                "SPC016",
                Severity.WARNING,
                f"{shown} is {word} in {dataset.name} and neither made nor explained",
                dataset=dataset.name,
                variable=shown,
                location=dataset.location,
                hint="Give it, or list it under `not_collected` with the reason.",
            )


def standard_variables(dataset: DatasetPlan) -> list[tuple[str, str]]:
    """The variables of the guide's table with their core, for SDTM datasets."""
    facts = sdtm_dataset(dataset.name) if dataset.purpose == "Tabulation" else None
    return [(variable.name, variable.core) for variable in facts.variables] if facts else []


def _lacking(dataset: DatasetPlan, structure: str) -> Iterator[tuple[str, str]]:
    """The variables of the standard that are not made, with their core."""
    if not structure:
        for name, core in standard_variables(dataset):
            if dataset.variable(name) is None:
                yield name, core
        return
    made = _made(dataset, structure)
    facts = adam_structure(structure)
    published = {v.name: v.core for v in facts.variables} if facts else {}
    # CMTRT is required of concomitant medications alone, where it is the topic
    published.pop("CMTRT", None)
    identifiers = IDENTIFIERS[:1] if structure == "OTHER" else IDENTIFIERS
    for name, core in {**dict.fromkeys(identifiers, "Req"), **published}.items():
        if core == "Req" and name not in made:
            yield name, core


def _made(dataset: DatasetPlan, structure: str) -> set[str]:
    """The names of an ADaM dataset's variables, and the published names that they stand for."""
    names = {variable.name for variable in dataset.submitted_variables}
    facts = [found for name in names if (found := adam_variable(structure, name))]
    topic = (
        {"--TERM"} if structure == "OCCDS" and any(n[2:] == TREATMENT[2:] for n in names) else ()
    )
    return names | {found.template for found in facts} | set(topic)


def _must(plan: Plan, dataset: DatasetPlan, structure: str, name: str) -> bool:
    """Whether what is required can be asked of the dataset, whatever was collected and coded."""
    if not structure or name in IDENTIFIERS:
        return True
    if name not in DECIDED.get(structure, {name}) or not is_begun(dataset):
        return False
    shown = _shown(dataset, name)
    tabulated = _tabulated(plan, dataset)
    published = {found for one in tabulated for found, _ in standard_variables(one)}
    return shown not in published or any(found.variable(shown) for found in tabulated)


def _tabulated(plan: Plan, dataset: DatasetPlan) -> list[DatasetPlan]:
    """The SDTM datasets that its rows come from."""
    built = [plan.dataset(source.table) for source in dataset.sources]
    return [found for found in built if found and found.purpose == "Tabulation"]


def _shown(dataset: DatasetPlan, name: str) -> str:
    """A name of the standard with the domain of the dataset's source in the place of `--`."""
    table = dataset.sources[0].table if dataset.sources else ""
    return name.replace("--", table[:2], 1) if name.startswith("--") else name

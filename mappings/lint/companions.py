"""Variables of tabulations that mean nothing alone, days that count another date, and places.

Source: SDTMIG 3.4 sections 4.4.4, 4.4.5, 4.4.7, 4.4.10, 4.5.1, 5.3 and 8.4; ADaMIG 1.3 section
3.3.3; ADaM OCCDS 1.1 (variables that are not used of adverse events).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clinmap.plan import DatasetPlan, Plan, Ref, VariablePlan
from clinmap.problems import Problem
from clinmap.standards import adam_structure, sdtm_dataset
from mappings.lint.finding import finding
from mappings.load import LoadedStudy

NEEDS: Mapping[str, tuple[str, ...]] = {
    "ORRESU": ("ORRES",),
    "STRESN": ("STRESC",),
    "STRESU": ("STRESC",),
    "REASND": ("STAT",),
    "SCAT": ("CAT",),
    "DOSU": ("DOSE", "DOSTXT", "DOSTOT"),
    "TPTNUM": ("TPT",),
    "ELTM": ("TPTREF",),
    "RFTDTC": ("TPTREF",),
    "STRTPT": ("STTPT",),
    "ENRTPT": ("ENTPT",),
    "STTPT": ("STRTPT",),
    "ENTPT": ("ENRTPT",),
    "EVALID": ("EVAL",),
    "LAT": ("LOC", "SPEC"),
    "STDY": ("STDTC",),
    "ENDY": ("ENDTC",),
    "DY": ("DTC",),
}
"""By the end of its name: what must stand beside it, one of these."""

NAMED: Mapping[str, tuple[str, ...]] = {
    "VISIT": ("VISITNUM",),
    "VISITDY": ("VISITNUM",),
    "AGEU": ("AGE", "AGETXT"),
    "ARM": ("ARMCD",),
    "ARMCD": ("ARM",),
    "ACTARM": ("ACTARMCD",),
    "ACTARMCD": ("ACTARM",),
    "TAETORD": ("EPOCH",),
}
DAYS: Mapping[str, str] = {"STDY": "STDTC", "ENDY": "ENDTC", "DY": "DTC"}
ANALYSIS_DAYS: Mapping[str, tuple[str, ...]] = {
    "ADY": ("ADT", "ADTM"),
    "ASTDY": ("ASTDT", "ASTDTM"),
    "AENDY": ("AENDT", "AENDTM"),
}
PARTS: Mapping[str, Mapping[str, str]] = {
    "visit": {"VISITNUM": "number", "VISIT": "name", "VISITDY": "day"},
    "element_at": {"EPOCH": "EPOCH", "TAETORD": "TAETORD", "ETCD": "ETCD"},
}
"""By operation and variable: what `give` must say."""


def companion_findings(plan: Plan, loaded: LoadedStudy) -> Iterator[Problem]:
    """SPC055 to SPC059 for what is submitted."""
    structures = {item.spec.dataset: item.spec.adam_structure for item in loaded.adam}
    for dataset in plan.datasets:
        if dataset.parent or not dataset.submitted:
            continue
        for variable in dataset.variables:
            yield from _other_day(dataset, variable)
            yield from _other_part(dataset, variable)
            if dataset.purpose == "Tabulation":
                yield from _alone(dataset, variable)
                yield from _misplaced(dataset, variable)
        yield from _not_used(dataset, structures.get(dataset.name, ""))


def _alone(dataset: DatasetPlan, variable: VariablePlan) -> Iterator[Problem]:
    """A variable without the one that it qualifies or numbers."""
    name, two = variable.name, dataset.name[:2]
    if variable.place != "dataset":
        return
    needed = NAMED.get(name, ())
    if name.startswith(two) and name[2:] in NEEDS:
        needed = tuple(f"{two}{end}" for end in NEEDS[name[2:]])
    made = {found.name for found in dataset.submitted_variables}
    if needed and not made & set(needed):
        wanted = " or ".join(needed)
        yield finding(
            "SPC055",
            f"{name} of {dataset.name} stands without {wanted}",
            variable.location,
            f"Give {wanted} too, or leave {name} out.",
            of=dataset.name,
            variable=name,
        )


def _misplaced(dataset: DatasetPlan, variable: VariablePlan) -> Iterator[Problem]:
    """A supplemental qualifier that is a variable of the dataset's own table."""
    facts = sdtm_dataset(dataset.name)
    if variable.place == "supp" and facts is not None and facts.variable(variable.name):
        yield finding(
            "SPC057",
            f"{variable.name} is a variable of {dataset.name}, and stands under `supp`",
            variable.location,
            "Put it under `variables`; supplemental qualifiers are what the standard has not.",
            of=dataset.name,
            variable=variable.name,
        )


def _not_used(dataset: DatasetPlan, structure: str) -> Iterator[Problem]:
    """Variables that the guide of the structure says are not used in it."""
    facts = adam_structure(structure) if structure else None
    barred = {v.name for v in facts.variables if v.core == "Not used"} if facts else set()
    for variable in dataset.submitted_variables:
        if variable.name in barred:
            yield finding(
                "SPC056",
                f"{variable.name} is not used in a dataset of structure {structure}",
                variable.location,
                "Leave it out, or say another `structure`.",
                of=dataset.name,
                variable=variable.name,
            )


def _other_day(dataset: DatasetPlan, variable: VariablePlan) -> Iterator[Problem]:
    """A day that counts another date than the one of its name."""
    wanted = _dates(dataset, variable.name)
    for step, _ in variable.all_steps if wanted else ():
        counted = getattr(step.operation, step.operation.name, None)
        if step.operation.name not in ("study_day", "relative_day") or not isinstance(counted, Ref):
            continue
        if counted.kind == "own" and counted.column not in wanted and _is_a_date(dataset, counted):
            yield finding(
                "SPC058",
                f"{variable.name} counts the days to {counted.column}, and its name says "
                f"{wanted[0]}",
                step.location,
                f"Write .{wanted[0]}.",
                of=dataset.name,
                variable=variable.name,
            )


def _dates(dataset: DatasetPlan, name: str) -> tuple[str, ...]:
    if dataset.purpose == "Analysis":
        return ANALYSIS_DAYS.get(name, ())
    two = dataset.name[:2]
    end = DAYS.get(name[2:]) if name.startswith(two) else None
    return (f"{two}{end}",) if end else ()


def _other_part(dataset: DatasetPlan, variable: VariablePlan) -> Iterator[Problem]:
    """A visit or element of which another part is taken than the name says."""
    for step, _ in variable.all_steps:
        wanted = PARTS.get(step.operation.name, {}).get(variable.name)
        given = getattr(step.operation, "give", None)
        if wanted is not None and given != wanted:
            yield finding(
                "SPC059",
                f"{variable.name} is given the {given} of {step.operation.name}",
                step.location,
                f"Write `give: {wanted}`.",
                of=dataset.name,
                variable=variable.name,
            )


def _is_a_date(dataset: DatasetPlan, ref: Ref) -> bool:
    """Whether it is a date that stands in the dataset, and no step on the way to the right one."""
    variable = dataset.variable(ref.column)
    return variable is not None and variable.place == "dataset"

"""What the class of an ADaM dataset asks of its variables beyond those that it requires.

ADSL, BDS with TTE and NCA, and OCCDS: variables that rest on others, codes of parameters, flags,
dates as SAS numbers, and the way back to SDTM. Datasets that are only a step on the way are free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from clinmap.plan import DatasetPlan, Plan, VariablePlan
from clinmap.problems import Location, Problem, Severity, SpecificationError
from clinmap.standards import ADAM_STRUCTURES, adam_variable
from mappings.references import literals

PARAMETERS = ("BDS", "TTE", "NCA")
"""The structures with a record per parameter (ADaMIG 1.3 section 3.3)."""

RESTS_ON: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "BASE": (("ABLFL",), ("AVAL",)),
    "BASEC": (("ABLFL",), ("AVALC",)),
    "BASETYPE": (("ABLFL",),),
    "CHG": (("ABLFL",), ("BASE",)),
    "PCHG": (("ABLFL",), ("BASE",)),
    "R2BASE": (("ABLFL",), ("BASE",)),
    "BNRIND": (("ABLFL",), ("ANRIND",)),
    "BTOXGR": (("ABLFL",), ("ATOXGR",)),
    "BTOXGRL": (("ABLFL",), ("ATOXGRL",)),
    "BTOXGRH": (("ABLFL",), ("ATOXGRH",)),
    "ByIND": (("ABLFL",), ("AyIND",)),
    "SHIFTy": (("ABLFL",),),
    "CRITyFL": (("CRITy",),),
    "MCRITyML": (("MCRITy",),),
    "AVALCATy": (("AVAL", "AVALC"),),
    "BASECATy": (("BASE", "BASEC"),),
    "CHGCATy": (("CHG",),),
    "PCHGCATy": (("PCHG",),),
}
"""By published name: what must stand beside it, of each group one."""

FLAG = re.compile(r"[A-Z][A-Z0-9]*FL")
FLAGS = ("Y", "N")
MOMENTS: Mapping[str, str] = {"DTM": "datetime", "TM": "time", "DT": "date"}
"""By the end of its name, the type of a moment (ADaMIG 1.3 section 3.1)."""

DURATIONS = frozenset({"ARELTM"})
"""Named as times of the day, and no times of the day: how long after a reference."""

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,7}")


def structure_errors(
    plan: Plan, dataset: DatasetPlan, structure: str
) -> Iterator[SpecificationError]:
    """What contradicts the structure of an ADaM dataset."""
    if structure not in ADAM_STRUCTURES or not dataset.submitted:
        return
    for variable in dataset.submitted_variables:
        yield from _companions(dataset, structure, variable)
        yield from _moment(dataset, structure, variable)
        yield from _flag_values(plan, variable)
    if structure in PARAMETERS:
        yield from _no_value(dataset, structure) if structure != "TTE" else ()
        yield from _codes(dataset)


def structure_notes(plan: Plan, dataset: DatasetPlan, structure: str) -> Iterator[Problem]:
    """What the structure leaves open and a reviewer will ask for: formats, and the way back."""
    if structure not in ADAM_STRUCTURES or not dataset.submitted:
        return
    for variable in dataset.submitted_variables:
        if _is_moment(structure, variable) and not variable.is_character and not variable.format:
            yield _no_format(dataset, variable)
    if structure != "ADSL":
        yield from _untraceable(plan, dataset)


def _companions(
    dataset: DatasetPlan, structure: str, variable: VariablePlan
) -> Iterator[SpecificationError]:
    """What a variable rests on and the dataset has not."""
    made = {found.name for found in dataset.submitted_variables}
    for group in _needed(structure, variable):
        if not made & set(group):
            wanted = " or ".join(group)
            yield SpecificationError(
                "SPC023",
                f"{variable.name} of {dataset.name} needs {wanted}, which is not made",
                location=variable.location,
                hint=f"Give {wanted} under `variables`, or leave {variable.name} out.",
            )


def _needed(structure: str, variable: VariablePlan) -> Iterator[tuple[str, ...]]:
    """Groups of names of which one must be made, filled in as the variable's own name is."""
    name = variable.name
    if name.endswith("FN") and variable.type in ("integer", "float"):
        yield (f"{name[:-1]}L",)
    elif _is_number_of_text(structure, name):
        yield (name[:-1],)
    if structure in PARAMETERS:
        facts = adam_variable(structure, name)
        template = facts.template if facts and facts.template else name
        digit = (re.findall(r"\d+", name) or [""])[0]
        for group in RESTS_ON.get(template, ()):
            yield tuple(one.replace("y", digit) for one in group)


def _is_number_of_text(structure: str, name: str) -> bool:
    """Whether the name is the published number of a published text: AVISITN of AVISIT."""
    number, text = adam_variable(structure, name), adam_variable(structure, name[:-1])
    if not name.endswith("N") or number is None or text is None:
        return False
    published = {n for n in (number.template or name, text.template or name[:-1]) if n[0] != "*"}
    return number.type == "Num" and text.type == "Char" and len(published) == 2


def _is_moment(structure: str, variable: VariablePlan) -> bool:
    """Whether the name says that the values are SAS dates, times or date-times."""
    if variable.name in DURATIONS or not variable.name.endswith(tuple(MOMENTS)):
        return False
    facts = adam_variable(structure, variable.name)
    return facts is not None and facts.type == "Num"


def _moment(
    dataset: DatasetPlan, structure: str, variable: VariablePlan
) -> Iterator[SpecificationError]:
    """Names in DT, TM and DTM are for numbers, and each for one kind of them."""
    if not _is_moment(structure, variable):
        return
    wanted = next(kind for end, kind in MOMENTS.items() if variable.name.endswith(end))
    if variable.is_character or (variable.type in MOMENTS.values() and variable.type != wanted):
        yield SpecificationError(
            "SPC024",
            f"{variable.name} of {dataset.name} is {variable.type}, and its name says {wanted}",
            location=variable.location,
            hint=f"Make it a SAS number (`type: {wanted}`); collected text is named *DTC.",
        )


def _no_format(dataset: DatasetPlan, variable: VariablePlan) -> Problem:
    return Problem(
        "SPC025",
        Severity.WARNING,
        f"{variable.name} of {dataset.name} is a number without a date format",
        dataset=dataset.name,
        variable=variable.name,
        location=variable.location,
        hint="Leave `type` to the standard, or write a `format` such as DATE9.",
    )


def _flag_values(plan: Plan, variable: VariablePlan) -> Iterator[SpecificationError]:
    """Constants of a flag are Y and N; what its codelist refuses is said there."""
    if not FLAG.fullmatch(variable.name) or not variable.is_character:
        return
    lists = [plan.codelists[use.codelist] for use in variable.codelists]
    allowed = {term.value for found in lists for term in found.terms}
    for value, place in _written(variable):
        if value not in FLAGS and (not lists or value in allowed):
            yield SpecificationError(
                "SPC026",
                f"{variable.name} is {value!r}, and flags are Y, N or missing",
                location=place,
                hint="Write Y or N; another distinction is a variable of its own.",
            )


def _written(variable: VariablePlan) -> Iterator[tuple[str, Location]]:
    """The values that stand in the specification as they will stand in the data."""
    for steps in (variable.steps, *(use.steps for use in variable.per_source)):
        giving = [step for step in steps if step.operation.name != "check"]
        for step in giving[-1:]:
            yield from ((value, step.location) for value in literals(step))


def _no_value(dataset: DatasetPlan, structure: str) -> Iterator[SpecificationError]:
    if dataset.variable("AVAL") is None and dataset.variable("AVALC") is None:
        yield SpecificationError(
            "SPC015",
            f"AVAL or AVALC is Required in {dataset.name} (structure {structure}) and not made",
            location=dataset.location,
            hint="Give the analysis value: AVAL for numbers, AVALC for text.",
        )


def _codes(dataset: DatasetPlan) -> Iterator[SpecificationError]:
    """PARAMCD becomes the name of a variable where a dataset is transposed."""
    variable = dataset.variable("PARAMCD")
    for value, place in _written(variable) if variable else ():
        if not CODE.fullmatch(value):
            yield SpecificationError(
                "SPC027",
                f"{value!r} is no PARAMCD",
                location=place,
                hint="Write at most 8 letters, digits and underscores; a letter comes first.",
            )


def _untraceable(plan: Plan, dataset: DatasetPlan) -> Iterator[Problem]:
    """A record made of one SDTM record says which: by its --SEQ, or by domain and number."""
    made = {variable.name for variable in dataset.submitted_variables}
    if {"SRCDOM", "SRCSEQ"} <= made or dataset.collapse is not None:
        return
    for name in _tabulated(plan, dataset, ()):
        found = plan.dataset(name)
        number = f"{name[:2]}SEQ"
        if found is not None and found.variable(number) is not None and number not in made:
            yield Problem(
                "SPC028",
                Severity.WARNING,
                f"records of {dataset.name} do not say which records of {name} they come from",
                dataset=dataset.name,
                variable=number,
                location=dataset.location,
                hint=f"Copy {number}, or make SRCDOM, SRCVAR and SRCSEQ.",
            )


def _tabulated(plan: Plan, dataset: DatasetPlan, above: tuple[str, ...]) -> tuple[str, ...]:
    """The SDTM datasets that its records come from, through datasets that are only a step."""
    names: dict[str, None] = {}
    for source in dataset.sources:
        found = plan.dataset(source.table)
        if found is None or found.name in above:
            continue
        if found.purpose == "Tabulation":
            names[found.name] = None
        elif not found.submitted and found.collapse is None:
            names |= dict.fromkeys(_tabulated(plan, found, (*above, dataset.name)))
    return tuple(names)

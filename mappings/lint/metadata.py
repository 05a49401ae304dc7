"""What is said of variables beside the standard: labels, types, lengths, codelists, and copies."""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.plan import DatasetPlan, Plan, PlanCodelist, VariablePlan
from clinmap.problems import Problem
from clinmap.standards import VariableStandard, adam_variable, sdtm_variable
from clinmap.terminology import load_packaged
from mappings.lint.finding import finding
from mappings.lint.written import ways, written_texts
from mappings.load import LoadedStudy

LONGEST_LABEL = 40
LONGEST_TEXT = 200
LONGEST_NUMBER = 8
CONTINUED = ("COVAL", "TSVAL", "IETEST", "TIVAL")
"""Variables whose long texts go on elsewhere (SDTMIG 3.4 sections 4.5.3, 5.1 and 7.4)."""

NUMBERS = ("integer", "float")


def metadata_findings(plan: Plan, loaded: LoadedStudy) -> Iterator[Problem]:
    """SPC030 to SPC035 and SPC039 for everything that is made and not given."""
    structures = {item.spec.dataset: item.spec.adam_structure for item in loaded.adam}
    given = {table.dataset for table in loaded.raw.tables.values()}
    for dataset in plan.datasets:
        if dataset.parent or dataset.name in given:
            continue
        yield from _label_of_dataset(dataset)
        for variable in dataset.variables:
            if variable.place != "work":
                structure = structures.get(dataset.name, "")
                yield from _of_variable(plan, dataset, structure, variable)


def _of_variable(
    plan: Plan, dataset: DatasetPlan, structure: str, variable: VariablePlan
) -> Iterator[Problem]:
    """What the standard says is asked of submitted datasets alone."""
    facts = _facts(dataset, structure, variable) if dataset.submitted else None
    yield from _lengths(plan, dataset, variable)
    yield from _label(plan, dataset, variable, facts)
    if facts is not None:
        yield from _type(dataset, variable, facts)
        yield from _codelist(plan, dataset, variable, facts)


def _facts(dataset: DatasetPlan, structure: str, variable: VariablePlan) -> VariableStandard | None:
    if variable.place != "dataset":
        return None
    if dataset.purpose == "Analysis":
        return adam_variable(structure, variable.name)
    return sdtm_variable(dataset.name, variable.name, dataset.cls)


def _label_of_dataset(dataset: DatasetPlan) -> Iterator[Problem]:
    fault = _unfit(dataset.label)
    if fault:
        yield finding(
            "SPC035",
            f"the label of {dataset.name} {fault}",
            dataset.location,
            "Write at most 40 plain letters, digits and signs.",
            of=dataset.name,
        )


def _unfit(label: str) -> str:
    """Why a label does not fit in a transport file; empty where it does."""
    if len(label) > LONGEST_LABEL:
        return f"has {len(label)} characters, and {LONGEST_LABEL} fit"
    return "" if label.isascii() else "has letters that a transport file has not"


def _label(
    plan: Plan, dataset: DatasetPlan, variable: VariablePlan, facts: VariableStandard | None
) -> Iterator[Problem]:
    """A label that does not fit, that is not the standard's, or that is not the source's."""
    name, label = variable.name, variable.label
    owner, source = _copied(plan, dataset, variable) or (None, None)
    if fault := _unfit(label):
        code, said, hint = "SPC035", f"the label of {name} {fault}", "Write it plain and shorter."
    elif owner and source and owner.submitted and dataset.submitted and label != source.label:
        code = "SPC034"
        said = f"{name} of {dataset.name} is a copy and has another label than its source"
        hint = f"Leave `label` out; the source has {source.label!r}."
    elif source is None and _differs(label, facts):
        code, said = "SPC033", f"the label of {name} is {label!r}, and not the standard's"
        hint = f"Leave `label` out; the standard has {facts.label!r}." if facts else ""
    else:
        return
    yield finding(code, said, variable.location, hint, of=dataset.name, variable=name)


def _differs(label: str, facts: VariableStandard | None) -> bool:
    if facts is None or facts.label_is_stub or facts.template:
        return False
    return label.casefold() != facts.label.casefold()


def _copied(
    plan: Plan, dataset: DatasetPlan, variable: VariablePlan
) -> tuple[DatasetPlan, VariablePlan] | None:
    """The dataset whose variable of the same name this one copies unchanged, in analysis data."""
    steps = variable.steps
    if dataset.purpose != "Analysis" or len(steps) != 1 or steps[0].operation.name != "assign":
        return None
    ref = steps[0].inputs[0]
    if ref.column != variable.name or ref.kind not in ("source", "dataset"):
        return None
    owner = plan.dataset(ref.owner or (dataset.sources[0].table if dataset.sources else ""))
    source = owner.variable(ref.column) if owner is not None else None
    return (owner, source) if owner is not None and source is not None else None


def _type(
    dataset: DatasetPlan, variable: VariablePlan, facts: VariableStandard
) -> Iterator[Problem]:
    """Text where the standard has numbers, and the other way round."""
    is_text = variable.type in ("text", "partialDatetime")
    if dataset.purpose == "Tabulation":
        is_text = variable.type not in NUMBERS
    elif variable.name.endswith(("DT", "TM")) and facts.type == "Num":
        return  # SPC024 says it
    if facts.type in ("Char", "Num") and is_text != (facts.type == "Char"):
        wanted = "text" if facts.type == "Char" else "a number"
        yield finding(
            "SPC032",
            f"{variable.name} of {dataset.name} is {variable.type}, and {wanted} in the standard",
            variable.location,
            "Leave `type` out, or give the value another variable.",
            of=dataset.name,
            variable=variable.name,
        )


def _lengths(plan: Plan, dataset: DatasetPlan, variable: VariablePlan) -> Iterator[Problem]:
    name, length = variable.name, variable.length
    most = LONGEST_TEXT if variable.is_character else LONGEST_NUMBER
    room = min(length or most, most)
    if length > most or length < 0:
        yield finding(
            "SPC031",
            f"the length of {name} is {length}, and at most {most} fit",
            variable.location,
            "Leave `length` out: it is measured.",
            of=dataset.name,
            variable=name,
        )
    elif length and variable.is_character and (term := _longest(plan, variable)) > length:
        yield finding(
            "SPC031",
            f"the length of {name} is {length}, and its codelist has a term of {term} characters",
            variable.location,
            "Leave `length` out, which is then measured, or make it long enough.",
            of=dataset.name,
            variable=name,
        )
    for text, place in written_texts(variable) if variable.is_character else ():
        size = len(text.encode())
        if size > room and name.rstrip("0123456789") not in CONTINUED:
            yield finding(
                "SPC030",
                f"a text for {name} has {size} bytes, and {room} fit",
                place,
                "Shorten it, or make `length` larger; over 200 it goes on in a SUPP-- variable.",
                of=dataset.name,
                variable=name,
            )


def _longest(plan: Plan, variable: VariablePlan) -> int:
    """The longest term of the study's own codelists; of a published one few terms may occur."""
    if any(steps and steps[-1].operation.name == "constant" for steps in ways(variable)):
        return 0
    lists = [plan.codelists[use.codelist] for use in variable.codelists]
    return max((_longest_term(found) for found in lists), default=0)


def _longest_term(codelist: PlanCodelist) -> int:
    is_published = codelist.external or codelist.code
    return 0 if is_published else max((len(t.value.encode()) for t in codelist.terms), default=0)


def _codelist(
    plan: Plan, dataset: DatasetPlan, variable: VariablePlan, facts: VariableStandard
) -> Iterator[Problem]:
    """A codelist other than the one that the standard names, or none."""
    _, source = _copied(plan, dataset, variable) or (None, None)
    used = [plan.codelists[use.codelist] for use in variable.codelists]
    others = sorted({found.name for found in used if found.code not in facts.codelists})
    copies_none = source is not None and not source.codelists
    if len(others) < len(used) or copies_none or facts.template.startswith("*"):
        return
    published = [name for code in facts.codelists if (name := _name(code))]
    published = published or (["ISO 8601"] if others and _is_iso(facts) else [])
    if not published:
        return
    said = f"has codelist {', '.join(others)}" if others else "has no codelist"
    yield finding(
        "SPC039",
        f"{variable.name} of {dataset.name} {said}, and the standard names "
        f"{' or '.join(published)}",
        variable.location,
        "Leave `codelist` out; terms of your own go under terminology: extend.",
        of=dataset.name,
        variable=variable.name,
    )


def _is_iso(facts: VariableStandard) -> bool:
    """Whether the values are dates or durations, for which there is no codelist."""
    return (facts.domain or "").startswith("ISO 8601")


def _name(code: str) -> str:
    """The short name of a published codelist; empty for one that is cited and not published."""
    packages = (load_packaged("SDTM"), load_packaged("ADaM"))
    return next((found.name for p in packages if (found := p.codelist(code))), "")

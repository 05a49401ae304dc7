"""What files say of their datasets and columns (labels, names, order) against the standard."""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.phrases import listed
from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import Problem, near_match
from clinmap.standards import sdtm_order
from clinmap.validation.findings import Found, of_column, severity
from clinmap.validation.from_standards import Given
from clinmap.validation.recognition import Recognized, recognized

NAMES_SHOWN = 5


def judged_as_described(dataset: DatasetPlan, plan: Plan, given: Given) -> list[Found]:
    """The findings about a dataset's names, labels and order: VAL090 to VAL094.

    What a file cannot say (None) is not judged. Labels that a guide leaves open are not judged, nor
    those of copies of SDTM variables in ADaM, nor names and order in ADaM, where a study has
    variables of its own. Source: SDTMIG 3.4 sections
    2.6, 2.7, 4.1.4 and 4.2.1; ADaMIG 1.3 section 3.1.1.
    """
    what = recognized(dataset.name, given.frame)
    problems = [
        *_dataset_label(what, plan, given),
        *_labels(what, plan, given),
        *_unknown(what, plan, given),
        *_order(what, plan, given),
    ]
    return [of_column(problem) for problem in problems]


def _said(
    code: str, plan: Plan, name: str, message: str, variable: str = "", hint: str = ""
) -> Problem:
    return Problem(code, severity(code, plan), message, name, variable, hint=hint)


def _dataset_label(what: Recognized, plan: Plan, given: Given) -> Iterator[Problem]:
    """The label of a dataset of the guide; a part of a split domain has one of its own."""
    part = what.facts is not None and what.facts.domain not in ("", what.name) and not what.parent
    if given.label is not None and what.label and not part and given.label != what.label:
        yield _said("VAL091", plan, what.name, f"the label of the dataset is not {what.label!r}")


def _labels(what: Recognized, plan: Plan, given: Given) -> Iterator[Problem]:
    for column in given.columns:
        facts = what.variable(column.name)
        copied = facts is not None and facts.template.startswith("--") and bool(what.form)
        if facts is None or facts.label_is_stub or column.label is None or copied:
            continue
        if column.label != facts.label:
            message = f"the label of {column.name} is not {facts.label!r}"
            yield _said("VAL090", plan, what.name, message, column.name)


def _unknown(what: Recognized, plan: Plan, given: Given) -> Iterator[Problem]:
    if what.form:
        return
    if what.facts is None and not what.cls:
        message = f"no guide has a dataset {what.name}, and its variables show no class"
        yield _said("VAL094", plan, what.name, message)
        return
    known = sdtm_order(what.name, what.cls)
    for column in given.columns:
        if what.variable(column.name) is None:
            message = f"{column.name} is not a variable of {what.name}"
            hint = near_match(column.name, known) or "Non-standard variables belong into SUPP--."
            yield _said("VAL093", plan, what.name, message, column.name, hint)


def _order(what: Recognized, plan: Plan, given: Given) -> Iterator[Problem]:
    """Variables stand in the order of the guide, and what only the model has where it has it."""
    if what.form:
        return
    rank = {name: number for number, name in enumerate(sdtm_order(what.name, what.cls))}
    names = [column.name for column in given.columns if column.name in rank]
    if moved := _moved(names, rank):
        shown = listed(moved, NAMES_SHOWN)
        message = f"variables do not stand in the standard's order: {shown}"
        yield _said("VAL092", plan, what.name, message, moved[0])


def _moved(names: list[str], rank: dict[str, int]) -> list[str]:
    """The fewest names that must move for the others to be in order."""
    best: list[tuple[int, int]] = []
    for at, name in enumerate(names):
        before = [best[n] for n in range(at) if rank[names[n]] < rank[name]]
        length = max((length for length, _ in before), default=0)
        last = next((n for n in range(at) if rank[names[n]] < rank[name]
                     and best[n][0] == length), -1)  # fmt: skip
        best.append((length + 1, last))
    kept = set[int]()
    at = max(range(len(best)), key=lambda n: best[n][0], default=-1)
    while at >= 0:
        kept.add(at)
        at = best[at][1]
    return [name for number, name in enumerate(names) if number not in kept]

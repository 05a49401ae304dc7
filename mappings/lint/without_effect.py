"""Words of a specification that have no effect, or that contradict what is made."""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import Location, Problem
from mappings.lint.finding import finding
from mappings.load import Loaded, LoadedStudy
from mappings.nodes import Node

SEVERAL = ("first", "last", "all")
NEVER_SUBMITTED = ("role", "evaluator", "comment", "value_level")


def effect_findings(plan: Plan, loaded: LoadedStudy) -> Iterator[Problem]:
    """SPC053 and SPC054."""
    for item in (*loaded.sdtm, *loaded.adam):
        dataset = plan.dataset(item.spec.dataset)
        if dataset is not None:
            yield from _submitted(dataset, item)
            yield from _of_rows(dataset.name, item.node)
            yield from _of_variables(dataset.name, item.node)
    yield from _exceptions(plan, loaded)


def _submitted(dataset: DatasetPlan, item: Loaded) -> Iterator[Problem]:
    """Raw columns that are said not to be submitted, and are taken over as they are."""
    taken: dict[str, str] = {}
    for variable in dataset.variables:
        for step, _ in variable.all_steps if variable.place != "work" else ():
            if step.operation.name == "assign" and step.inputs[0].kind == "source":
                taken[step.inputs[0].column] = variable.name
    for name in dataset.not_submitted:
        if name in taken:
            yield finding(
                "SPC053",
                f"{name} is listed under `not_submitted`, and {taken[name]} holds it",
                item.node.at(("not_submitted", name)),
                "Remove one of the two.",
                of=dataset.name,
                variable=taken[name],
            )


def _of_rows(of: str, node: Node) -> Iterator[Problem]:
    """`reason` without a condition, and an order of joins that take no first or last."""
    parts = [node, *_listed(node.get("sources"))]
    for part in parts:
        if part.get("reason") is not None and part.get("where") is None:
            yield _nothing(of, "`reason` says why rows are left out, and there is no `where`",
                           part.keys["reason"])  # fmt: skip
        for row in _listed(part.get("rows")):
            if row.get("reason") is not None and row.get("when") is None:
                yield _nothing(of, "`reason` says why rows are left out, and there is no `when`",
                               row.keys["reason"])  # fmt: skip
        joins = part.get("joins")
        for name, join in joins.items() if joins is not None else ():
            yield from _of_join(of, name, join)


def _of_join(of: str, name: str, join: Node) -> Iterator[Problem]:
    take = join.get("take")
    one = take is None or str(take.value) not in SEVERAL
    if one and join.get("order") is not None:
        said = f"`order` of join {name} has no effect: it takes the only record that it meets"
        hint = "Write `take: first` or `take: last`, or remove `order`."
        yield _nothing(of, said, join.keys["order"], hint)


def _of_variables(of: str, node: Node) -> Iterator[Problem]:
    """What is said of work variables, or of others than supplemental qualifiers, and not shown."""
    for section, words in (("work", NEVER_SUBMITTED), ("variables", ("evaluator",))):
        part = node.get(section)
        for name, entry in part.items() if part is not None else ():
            for word in words:
                if entry.get(word) is not None:
                    where = "a work variable" if section == "work" else "no supplemental qualifier"
                    said = f"`{word}` of {name} has no effect: it is {where}"
                    yield _nothing(of, said, entry.keys[word])


def _listed(node: Node | None) -> list[Node]:
    return node.value if node is not None and isinstance(node.value, list) else []


def _nothing(of: str, said: str, place: Location, hint: str = "Remove it.") -> Problem:
    return finding("SPC054", said, place, hint, of=of)


def _exceptions(plan: Plan, loaded: LoadedStudy) -> Iterator[Problem]:
    """Exceptions that are terms of the codelist, or for a variable without one."""
    for name, values in loaded.study.terminology.exceptions.items():
        owner, _, column = name.partition(".")
        dataset = plan.dataset(owner)
        variable = dataset.variable(column) if dataset is not None else None
        if variable is None:
            continue
        lists = [plan.codelists[use.codelist] for use in variable.codelists]
        terms = {term.value for found in lists for term in found.terms}
        for value in values:
            if not lists or value in terms:
                why = f"it is a term of {lists[0].name}" if lists else f"{name} has no codelist"
                place = loaded.study_node.at(("terminology", "exceptions", name, value))
                yield _nothing(owner, f"the exception {value!r} has no effect: {why}", place)

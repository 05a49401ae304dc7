"""Keys that cannot tell records apart, and lists that name something twice.

Source: SDTMIG 3.4 section 3.2.1 (keys identify a record of a dataset); Define-XML 2.1 section
5.3.9.2 (KeySequence is of variables of the dataset).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from clinmap.plan import DatasetPlan, Plan, Step, VariablePlan
from clinmap.problems import Location, Problem
from mappings.lint.finding import finding
from mappings.lint.written import constant_of, row_shapes, settled
from mappings.load import Loaded, LoadedStudy
from mappings.nodes import Node

SUBJECT = "USUBJID"
FEW = frozenset({"STUDYID", "DOMAIN", SUBJECT})
OBSERVED = ("INTERVENTIONS", "EVENTS", "FINDINGS", "FINDINGS ABOUT")
COUNTING = ("sequence",)
LISTS = ("by", "order", "formats", "columns", "missing", "tables", "value_level", "keys")
"""Keys of a specification whose lists mean nothing more where they name something twice."""


def key_findings(plan: Plan, loaded: LoadedStudy) -> Iterator[Problem]:
    """SPC040 to SPC043."""
    for item in (*loaded.sdtm, *loaded.adam):
        dataset = plan.dataset(item.spec.dataset)
        if dataset is None or item.node.get("keys") is None:
            continue
        yield from _twice(dataset.name, item.node)
        if any(table.dataset == dataset.name for table in loaded.raw.tables.values()):
            continue
        yield from _numbered(dataset)
        yield from _unsubmitted(dataset, item)
        yield from _cannot(dataset, item)
    yield from _twice("", loaded.raw_node)


def _place(item: Loaded, name: str = "") -> Location:
    listed = item.node.get("keys")
    if listed is not None and isinstance(listed.value, list):
        for node in listed.value:
            if str(node.value) == name:
                return node.location
    return item.node.keys["keys"]


def _numbered(dataset: DatasetPlan) -> Iterator[Problem]:
    """A sequence number that does not count."""
    name = "ASEQ" if dataset.purpose == "Analysis" else f"{dataset.name[:2]}SEQ"
    variable = dataset.variable(name)
    if variable is None or not _is_constant(dataset, name):
        return
    yield finding(
        "SPC040",
        f"{name} of {dataset.name} has the same value in every record",
        variable.location,
        f"Count the records: {name}: {{sequence: [...]}}.",
        of=dataset.name,
        variable=name,
    )


def _is_constant(dataset: DatasetPlan, name: str) -> bool:
    """Whether a variable has one value in all records."""
    found = [constant_of(settled(dataset, name, s, t)) for s, t in row_shapes(dataset)]
    values = {one[0] if one else None for one in found}
    return len(values) == 1 and None not in values


def _unsubmitted(dataset: DatasetPlan, item: Loaded) -> Iterator[Problem]:
    """Keys of a submitted dataset that nobody can see in it."""
    for name in dict.fromkeys(dataset.keys) if dataset.submitted else ():
        variable = dataset.variable(name)
        if variable is not None and variable.place == "work":
            yield finding(
                "SPC042",
                f"key {name} of {dataset.name} is a work variable and not submitted",
                _place(item, name),
                f"Put {name} under `variables` or `supp`, or use another key.",
                of=dataset.name,
                variable=name,
            )


def _cannot(dataset: DatasetPlan, item: Loaded) -> Iterator[Problem]:
    """Keys by which two records are the same."""
    made = {variable.name for variable in dataset.variables}
    keys = {name for name in dataset.keys if not _is_constant(dataset, name)}
    if SUBJECT in made and SUBJECT not in keys and _is_of_subjects(dataset):
        yield _no_keys(dataset, item, f"lack {SUBJECT}, and records are of subjects")
    elif dataset.cls in OBSERVED and dataset.submitted and keys <= FEW:
        yield _no_keys(dataset, item, "are those of one record per subject")
    elif (twins := _twins(dataset)) is not None:
        first, second = (number + 1 for number in twins)
        yield _no_keys(dataset, item, f"are the same in entries {first} and {second} of `rows`")


def _is_of_subjects(dataset: DatasetPlan) -> bool:
    """Whether every record has a subject; a related record may have a pool instead."""
    subject = dataset.variable(SUBJECT)
    return subject is not None and subject.place == "dataset" and subject.core == "Req"


def _no_keys(dataset: DatasetPlan, item: Loaded, why: str) -> Problem:
    return finding(
        "SPC041",
        f"the keys of {dataset.name} cannot tell its records apart: they {why}",
        _place(item),
        f"Add what differs, or {dataset.name[:2]}SEQ at the end.",
        of=dataset.name,
    )


def _twins(dataset: DatasetPlan) -> tuple[int, int] | None:
    """Two entries of `rows`, both made of every row of a source, with the same keys."""
    for number, source in enumerate(dataset.sources):
        always = [n for n, template in enumerate(source.templates) if template.where is None]
        seen: dict[tuple[Any, ...], int] = {}
        for template in always:
            values = tuple(_key_value(dataset, key, number, template) for key in dataset.keys)
            if any(value is None for value in values):
                break
            if values in seen:
                return seen[values], template
            seen[values] = template
    return None


def _key_value(dataset: DatasetPlan, key: str, source: int, template: int) -> object:
    """What gives a key its value; None where it may differ between records of one raw row."""
    variable = dataset.variable(key)
    steps = settled(dataset, key, source, template)
    if variable is None or steps is None or _may_differ(dataset, variable, steps, frozenset()):
        return None
    found = constant_of(steps)
    return found[0] if found else tuple(step.location for step in steps)


def _may_differ(
    dataset: DatasetPlan, variable: VariablePlan, steps: Sequence[Step], above: frozenset[str]
) -> bool:
    """Whether a value hangs on more than the raw row, such as a number or what a template sets."""
    if any(step.operation.name in COUNTING for step in steps):
        return True
    for ref in (ref for step in steps for ref in step.inputs if ref.kind == "own"):
        other = dataset.variable(ref.column)
        if other is None or ref.column == variable.name or ref.column in above:
            continue
        by_template = any(use.template >= 0 for use in other.per_source)
        known = above | {variable.name}
        if by_template or _may_differ(dataset, other, [s for s, _ in other.all_steps], known):
            return True
    return False


def _twice(of: str, node: Node) -> Iterator[Problem]:
    """Lists of names that name something twice, wherever they stand."""
    for key, item in node.items():
        if key in LISTS and isinstance(item.value, list):
            yield from _repeated(of, key, item.value)
        if key == "map":
            yield from _same_but_case(of, item)
        yield from _twice(of, item)
    if isinstance(node.value, list):
        for entry in node.value:
            yield from _twice(of, entry)


def _repeated(of: str, key: str, items: list[Node]) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in items:
        text = str(item.value)
        if isinstance(item.value, dict | list):
            continue
        if text in seen:
            hint = "Remove one of the two."
            said = f"{text!r} stands twice in `{key}`"
            yield finding("SPC043", said, item.location, hint, of=of)
        seen.add(text)


def _same_but_case(of: str, node: Node) -> Iterator[Problem]:
    """Entries of a map that differ in case alone and lead to different terms."""
    seen: dict[str, object] = {}
    for text, term in node.items():
        first = seen.setdefault(text.casefold(), term.plain())
        if first != term.plain():
            said = f"{text!r} stands twice in `map`, in other letters and with another term"
            yield finding("SPC043", said, node.keys[text], "Keep one of the two.", of=of)

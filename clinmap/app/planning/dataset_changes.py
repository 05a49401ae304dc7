"""What differs between the datasets of two Plans: which there are, their rows, their variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from clinmap.app.build.edges import ROWS, Node
from clinmap.app.planning.change import Change, Kind, asked_codelists, pairs, texts
from clinmap.app.planning.row_changes import row_changes, shape_names, source_names
from clinmap.app.planning.written import origin_written, steps_written, uses_written, written
from clinmap.plan import DatasetPlan, Plan, ValueSource, VariablePlan

ORDER = "(order of records)"
FILE = "(whether it is submitted)"
"""What changes of a dataset as a whole, and no other dataset is made from."""

DATASET_TEXTS = (
    "label", "cls", "structure", "purpose", "standard", "subclass", "keys", "value_level",
    "not_submitted", "not_collected", "comment", "repeating", "reference_data", "parts",
)  # fmt: skip
VARIABLE_TEXTS = (
    "core", "role", "method", "comment", "exceptions", "format", "length", "significant_digits",
    "formal", "items",
)  # fmt: skip
IN_SUPP = {"label": "QLABEL", "origin": "QORIG", "evaluator": "QEVAL"}
"""What is said of a supplemental qualifier is a value in SUPP--."""


def dataset_changes(old: Plan, new: Plan) -> Iterator[Change]:
    """Datasets that are new or gone, and what differs in the others.

    SUPP-- follow from their parents, and only their coming and going is told.
    """
    was, now = ({d.name: d for d in plan.datasets} for plan in (old, new))
    for name, before, after in pairs(was, now):
        if before is None or after is None:
            dataset = after or before
            assert dataset is not None
            starts = ((name, ROWS), *((name, v.name) for v in dataset.variables))
            yield Change(
                "dataset", (name,), "added" if after else "removed", kind="data",
                location=dataset.location, starts=starts,
            )  # fmt: skip
        elif not after.parent:
            yield from _dataset(before, after)


def _dataset(old: DatasetPlan, new: DatasetPlan) -> Iterator[Change]:
    found = [
        *texts("dataset", new.name, old, new, DATASET_TEXTS),
        *_as_a_whole(old, new),
        *row_changes(old, new),
        *_variables(old, new),
    ]
    if not found and written(old) != written(new):
        # what else there is: which source comes first, say, and so how rows with a tie are told
        found.append(_of_dataset(new, "order of its sources, rows or joins", ROWS))
    yield from (
        change if change.location else replace(change, location=new.location) for change in found
    )


def _of_dataset(dataset: DatasetPlan, aspect: str, start: str, *told: str) -> Change:
    was, now = told or ("", "")
    return Change(
        "dataset", (dataset.name,), aspect, was, now, "data", starts=((dataset.name, start),)
    )


def _as_a_whole(old: DatasetPlan, new: DatasetPlan) -> Iterator[Change]:
    was, now = (written(d.order or d.keys) for d in (old, new))
    if was != now:
        yield _of_dataset(new, "order of records", ORDER, was, now)
    if old.submitted != new.submitted:
        told = (written(d.submitted) for d in (old, new))
        yield _of_dataset(new, "submitted", FILE, *told)


def _variables(old: DatasetPlan, new: DatasetPlan) -> Iterator[Change]:
    was, now = ({v.name: v for v in dataset.variables} for dataset in (old, new))
    for _, before, after in pairs(was, now):
        if before is None or after is None:
            known = after or before
            assert known is not None
            said = "added" if after else "removed"
            told = steps_written([step for step, _ in known.all_steps])
            was_and_now = ("", told) if after else (told, "")
            found = [_of_variable(new, known, said, was_and_now, _everywhere(new, known))]
        else:
            found = [*_variable(old, new, before, after)]
        place = (after or before or new).location
        yield from (replace(change, location=place) for change in found)
    shared = [name for name in was if name in now]
    if shared != [name for name in now if name in was]:
        yield Change("dataset", (new.name,), "order of variables")


def _everywhere(dataset: DatasetPlan, variable: VariablePlan) -> list[Node]:
    """A variable, and for a qualifier also the records of SUPP-- that hold it."""
    own = [(dataset.name, variable.name)]
    supp = f"SUPP{dataset.name}"
    return [*own, (supp, ROWS), (supp, "QVAL")] if variable.place == "supp" else own


def _of_variable(
    dataset: DatasetPlan,
    variable: VariablePlan,
    aspect: str,
    told: tuple[str, str],
    starts: Iterable[Node] = (),
) -> Change:
    nodes = tuple(starts)
    kind: Kind = "data" if nodes else "metadata"
    return Change(
        "dataset", (dataset.name,), aspect, *told, kind, variable.name, starts=nodes
    )  # fmt: skip


def _variable(
    before: DatasetPlan, after: DatasetPlan, old: VariablePlan, new: VariablePlan
) -> Iterator[Change]:
    """What differs in a variable that both have."""
    here = [(after.name, new.name)]
    if old.place != new.place:
        starts = [*_everywhere(after, old), *_everywhere(after, new)]
        yield _of_variable(after, new, "place", (old.place, new.place), dict.fromkeys(starts))
    if old.type != new.type:
        yield _of_variable(after, new, "type", (old.type, new.type), here)
    for aspect, told in _steps(before, after, old, new):
        yield _of_variable(after, new, aspect, told, here)
    for aspect, told in _said(old, new).items():
        if told[0] != told[1]:
            yield _of_variable(after, new, aspect, told, _in_supp(after, old, new, aspect))
    codelists = uses_written(old.codelists), uses_written(new.codelists)
    if codelists[0] != codelists[1]:
        asking = [
            (after.name, v.name) for v in after.variables if new.name in set(asked_codelists(v))
        ]
        yield _of_variable(after, new, "codelists", codelists, asking)
    for change in texts("dataset", after.name, old, new, VARIABLE_TEXTS):
        yield replace(change, variable=new.name)
    origins = _by_source((before, old), (after, new), _origin)
    if any(origins):
        yield _of_variable(after, new, "origins by source", origins)


def _said(old: VariablePlan, new: VariablePlan) -> dict[str, tuple[str, str]]:
    def origins(variable: VariablePlan) -> str:
        return ", ".join(map(origin_written, (variable.origin, *variable.further_origins)))

    return {
        "label": (old.label, new.label),
        "origin": (origins(old), origins(new)),
        "evaluator": (old.evaluator, new.evaluator),
    }


def _in_supp(dataset: DatasetPlan, old: VariablePlan, new: VariablePlan, aspect: str) -> list[Node]:
    """The column of SUPP-- whose values change with what is said of a qualifier."""
    is_qualifier = "supp" in (old.place, new.place)
    return [(f"SUPP{dataset.name}", IN_SUPP[aspect])] if is_qualifier else []


def _steps(
    before: DatasetPlan, after: DatasetPlan, old: VariablePlan, new: VariablePlan
) -> Iterator[tuple[str, tuple[str, str]]]:
    """The operations, for all rows and by source, where they are others."""
    shared = steps_written(old.steps), steps_written(new.steps)
    if shared[0] != shared[1]:
        yield "operations", shared
    by_source = _by_source((before, old), (after, new), _operations)
    if any(by_source):
        yield "operations by source", by_source


def _operations(use: ValueSource) -> str:
    return steps_written(use.steps)


def _origin(use: ValueSource) -> str:
    formal = written(use.formal) if use.formal else ""
    return "; ".join(filter(None, (origin_written(use.origin), use.method, formal)))


Told = Callable[[ValueSource], str]


def _by_source(
    old: tuple[DatasetPlan, VariablePlan], new: tuple[DatasetPlan, VariablePlan], told: Told
) -> tuple[str, str]:
    """What a variable has of its own for a source or a record that both have, where it differs.

    Sources and records that only one has are told with the rows.
    """
    if old[1].per_source == new[1].per_source:
        return "", ""
    shared = set(_shapes(old[0]).values()) & set(_shapes(new[0]).values())
    was, now = (
        {name: text for name, text in _uses(*side, told).items() if name in shared}
        for side in (old, new)
    )
    return _only_other(was, now), _only_other(now, was)


def _shapes(dataset: DatasetPlan) -> dict[tuple[int, int], str]:
    """The name of each source, and of each record that is made of its rows."""
    found = {(number, -1): name for number, name in enumerate(source_names(dataset))}
    for number, source in enumerate(source_names(dataset)):
        for shape, name in enumerate(shape_names(dataset, number)):
            found[number, shape] = f"{source}, {name}"
    return found


def _uses(dataset: DatasetPlan, variable: VariablePlan, told: Told) -> dict[str, str]:
    names = _shapes(dataset) if variable.per_source else {}
    return {names[use.source, use.template]: told(use) for use in variable.per_source}


def _only_other(own: Mapping[str, str], other: Mapping[str, str]) -> str:
    """The entries that the other side has not so, as text."""
    return " | ".join(f"{name}: {text}" for name, text in own.items() if other.get(name) != text)

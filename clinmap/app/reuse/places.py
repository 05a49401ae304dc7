"""Problems as documents that outlive a move: the place of one is kept by what stands there.

A line added above moves every place below it and changes no value. So a kept problem names the
parts of the Plan that are written at its place, and finds the place again through them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from clinmap.app.build.expected import problem_order
from clinmap.corrections import Correction
from clinmap.plan import Join, Step, VariablePlan
from clinmap.problems import Location, Problem, Severity

Document = dict[str, Any]
_LOOKED_INTO = frozenset({"clinmap.plan", "clinmap.corrections"})


class Moved(Exception):
    """The place of a kept problem cannot be told any more: what it is of must be made anew."""


def parts_by_place(parts: Iterable[tuple[str, object]]) -> dict[Location, list[str]]:
    """What stands at each place of these named parts of a Plan."""
    found: dict[Location, list[str]] = defaultdict(list)
    for name, part in parts:
        for path, place in _places(part, name):
            found[place].append(path)
    return dict(found)


def problem_documents(
    problems: Iterable[Problem], known: Mapping[Location, list[str]]
) -> list[Document]:
    """Problems as JSON has them, in the order of problems, each with the parts at its place."""
    return [
        {
            "code": problem.code,
            "severity": problem.severity.value,
            "message": problem.message,
            "dataset": problem.dataset,
            "variable": problem.variable,
            "count": problem.count,
            "rows": list(problem.rows),
            "location": _location_document(problem.location),
            "parts": known.get(problem.location, []) if problem.location else [],
            "hint": problem.hint,
        }
        for problem in sorted(problems, key=problem_order)
    ]


def problems_of(
    documents: Iterable[Document], known: Mapping[Location, list[str]]
) -> list[Problem]:
    """The problems that were kept, at their present places; Moved where one cannot be told."""
    places = {path: place for place, paths in known.items() for path in paths}
    return [_problem(document, places) for document in documents]


def _problem(document: Document, places: Mapping[str, Location]) -> Problem:
    return Problem(
        document["code"],
        Severity(document["severity"]),
        document["message"],
        document["dataset"],
        document["variable"],
        document["count"],
        tuple(document["rows"]),
        _present(document, places),
        document["hint"],
    )


def _present(document: Document, places: Mapping[str, Location]) -> Location | None:
    """Where a problem stands now: where all parts are that stood at its place."""
    was = document["location"]
    if was is None:
        return None
    parts = document["parts"]
    if not parts:  # a place in a raw file, which is the same file
        return Location(*was)
    now = {places.get(part) for part in parts}
    place = now.pop()
    if now or place is None:
        raise Moved
    return place


def _location_document(place: Location | None) -> list[str | int] | None:
    return None if place is None else [place.file, place.line, place.column]


def _places(value: object, path: str) -> Iterator[tuple[str, Location]]:
    if isinstance(value, Location):
        yield path, value
    elif isinstance(value, Step):
        yield path, value.location
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            named = isinstance(item, VariablePlan | Join | Correction)
            key = (item.id if isinstance(item, Correction) else item.name) if named else number
            yield from _places(item, f"{path}.{key}")
    elif type(value).__module__ in _LOOKED_INTO:
        for field in fields(value):  # type: ignore[arg-type]
            yield from _places(getattr(value, field.name), f"{path}.{field.name}")

"""Reading one variable of a specification: its operations, and what is said about it besides.

A variable is a scalar (a reference is taken over, anything else is a constant), a mapping with the
name of one operation, its parameters and the variable's own attributes, or a list of operations
applied in turn (inside a list, the variable's own name with a dot is the value so far).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from clinmap.fixes import sure_key
from clinmap.metadata import CodelistUse, FormalCode
from clinmap.plan import DataType, Origin, Ref, Step, ValueItem, parse_reference
from clinmap.problems import Location, SpecificationError, near_match
from clinmap.registry import Registry
from mappings.attributes import ATTRIBUTES, attributes_of
from mappings.nodes import Node
from mappings.wording import plain_words

STEPS = "steps"
CONVENTION = "convention"


@dataclass(frozen=True, slots=True)
class VariableSpec:
    """A variable as written: its steps, its place, and what is said of it besides.

    `convention` names the convention of the study that it borrows.
    """

    name: str
    steps: tuple[Step, ...]
    location: Location
    label: str = ""
    type: DataType | None = None
    length: int = 0
    format: str = ""
    codelist: tuple[CodelistUse, ...] | None = None
    origin: tuple[Origin, ...] = ()
    method: str = ""
    expression: tuple[FormalCode, ...] = ()
    comment: str = ""
    role: str = ""
    evaluator: str = ""
    digits: int = 0
    value_level: tuple[ValueItem, ...] = ()
    convention: str = ""

    @property
    def attributes(self) -> dict[str, Any]:
        """What is said of the variable beside its operations."""
        return {name: getattr(self, name) for name in ATTRIBUTES}


@dataclass(slots=True)
class VariableReader:
    """Reads variables with the operations of a registry, and gathers the errors.

    `bare` gathers where a constant is written alone, without `constant:`; `failed` the names of
    variables that are wrong, so that nobody calls them absent besides.
    """

    registry: Registry
    errors: list[SpecificationError] = field(default_factory=list)
    bare: set[Location] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    def all(self, node: Node | None) -> dict[str, VariableSpec]:
        """Every variable of a mapping; those that are wrong are in `errors`."""
        found: dict[str, VariableSpec] = {}
        for name, entry in node.items() if node else ():
            try:
                found[name] = self.one(name, entry, node.keys[name] if node else entry.location)
            except SpecificationError as error:
                self.errors.append(error)
                self.failed.add(name)
        return found

    def one(self, name: str, node: Node, place: Location) -> VariableSpec:
        """One variable."""
        if isinstance(node.value, list):
            return VariableSpec(name, self._list(name, node), place)
        if node.value is None or node.value == {}:
            raise _nothing(name, place)
        if not isinstance(node.value, dict):
            return VariableSpec(name, (self._scalar(node),), place)
        attributes = attributes_of(node)
        rest = {key: item for key, item in node.items() if key not in ATTRIBUTES}
        if CONVENTION in rest:
            return VariableSpec(
                name, (), place, convention=str(rest[CONVENTION].value or name), **attributes
            )
        if STEPS in rest:
            _only(rest, {STEPS}, node)
            steps = self._list(name, rest[STEPS])
            return VariableSpec(name, steps, place, **attributes)
        steps = (self._operation(rest, node),) if rest else ()
        return VariableSpec(name, steps, place, **attributes)

    def _list(self, name: str, node: Node) -> tuple[Step, ...]:
        items = node.value if isinstance(node.value, list) else [node]
        if not items:
            raise _nothing(name, node.location)
        steps = tuple(self._step(name, item) for item in items)
        for step in steps[1:]:
            if Ref("own", name) not in step.inputs:
                raise SpecificationError(
                    "SPC004",
                    f"this step of {name} does not read .{name}: the first steps would be lost",
                    location=step.location,
                    hint=f"Steps are applied in turn, and .{name} is the value so far; to put "
                    "values together use combine.",
                )
        return steps

    def _step(self, name: str, node: Node) -> Step:
        if node.value is None:
            raise _nothing(name, node.location)
        if isinstance(node.value, dict):
            return self._operation(node.value, node)
        return self._scalar(node)

    def _scalar(self, node: Node) -> Step:
        value = node.value
        is_reference = isinstance(value, str) and parse_reference(value) is not None
        name = "assign" if is_reference else "constant"
        if not is_reference:
            self.bare.add(node.location)
        return self._made(name, {self.registry.principal(name): node}, node)

    def _operation(self, entries: Mapping[str, Node], node: Node) -> Step:
        names = [key for key in entries if self.registry.get(key)]
        if len(names) > 1:
            # a parameter may share its name with an operation: the operation comes first
            names = [
                name
                for name in names
                if set(entries) - {name} <= set(self.registry.parameters(name))
            ][:1] or names
        if len(names) != 1:
            raise self._no_operation(entries, names, node)
        parameters = {
            self.registry.principal(names[0]) if key == names[0] else key: item
            for key, item in entries.items()
        }
        return self._made(names[0], parameters, node)

    def _no_operation(
        self, entries: Mapping[str, Node], names: list[str], node: Node
    ) -> SpecificationError:
        if names:
            return SpecificationError(
                "SPC010",
                f"several operations stand here: {', '.join(names)}",
                location=node.keys[names[1]],
                hint="Write a list of operations, applied in turn.",
            )
        first = next(iter(entries))
        if first in ATTRIBUTES:
            return _beside(first, node)
        known, place = (*self.registry.names, *ATTRIBUTES), node.keys.get(first, node.location)
        hint = near_match(first, known) or f"Operations: {', '.join(self.registry.names)}."
        return SpecificationError(
            "SPC010",
            f"there is no operation {first!r}",
            location=place,
            hint=f"{hint} {self.registry.elsewhere}".strip(),
            fix=sure_key(first, known, place),
        )

    def _made(self, name: str, parameters: Mapping[str, Node], node: Node) -> Step:
        known = self.registry.parameters(name)
        for key in parameters:
            if key not in known and key in ATTRIBUTES:
                raise _beside(key, node)
            if key not in known:
                raise self._no_parameter(name, key, node)
        plain = {key: item.plain() for key, item in parameters.items()}
        try:
            return Step(self.registry.make(name, plain), node.location)
        except ValidationError as error:
            raise self._misfit(name, error, parameters, node) from None

    def _no_parameter(self, name: str, key: str, node: Node) -> SpecificationError:
        known, place = self.registry.parameters(name), node.keys.get(key, node.location)
        # the first parameter stands behind the operation's name and is never written
        allowed = (*known[1:], *ATTRIBUTES)
        return SpecificationError(
            "SPC002",
            f"operation {name} has no parameter {key!r}",
            location=place,
            hint=near_match(key, (*known, *ATTRIBUTES))
            or f"It has {', '.join(known)}; a variable has {', '.join(ATTRIBUTES)}.",
            fix=sure_key(key, allowed, place),
        )

    def _misfit(
        self, name: str, error: ValidationError, parameters: Mapping[str, Node], node: Node
    ) -> SpecificationError:
        item = error.errors(include_url=False)[0]
        path = item["loc"]
        key = str(path[0]) if path else ""
        place = parameters[key].at(path[1:]) if key in parameters else node.location
        message = plain_words(item)
        what = f"{name}: " if key in ("", self.registry.principal(name)) else f"{name}, {key}: "
        if item["type"] == "missing":
            what, message = f"{name}: ", f"{str(path[-1])!r} is missing"
        return SpecificationError("SPC004", f"{what}{message}", location=place)


def _beside(key: str, node: Node) -> SpecificationError:
    return SpecificationError(
        "SPC002",
        f"{key!r} is said of the variable, and stands in one of its steps",
        location=node.keys.get(key, node.location),
        hint=f"Write `{key}` beside `steps`, which then holds the list.",
    )


def _nothing(name: str, place: Location) -> SpecificationError:
    return SpecificationError(
        "SPC004",
        f"nothing stands behind {name}",
        location=place,
        hint="Write a reference, a constant or an operation; {constant: null} for a variable "
        "knowingly without values.",
    )


def _only(entries: Mapping[str, Node], allowed: Iterable[str], node: Node) -> None:
    for key in entries:
        if key not in allowed:
            raise SpecificationError(
                "SPC002", f"{key!r} cannot stand beside `steps`", location=node.keys[key]
            )

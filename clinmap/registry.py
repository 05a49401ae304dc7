"""Operations: what they must say of themselves, and the registry that finds them by name.

An operation has four faces, all from the same typed parameters: `inputs` (which columns it reads:
the edges of the graph and of the lineage), `apply` (a vectorised function on frames), `describe`
(origin and method text for define.xml) and `problems` (the codes that it can report). Its class is
a frozen pydantic dataclass, so the same type serves the engine, the compiler and the JSON Schema.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar, dataclass_transform

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, WithJsonSchema
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic.dataclasses import rebuild_dataclass

from clinmap.expressions import Expression, parse_condition, parse_expression
from clinmap.plan import Origin, Plan, Ref, parse_reference
from clinmap.problems import near_match

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

T = TypeVar("T")

REFERENCE_PATTERN = r"^(\$.+|\.[A-Za-z_][A-Za-z0-9_]*|[A-Z][A-Z0-9]{1,7}\.[A-Z_][A-Z0-9_]{0,7})$"


def _reference(value: object) -> object:
    if isinstance(value, Ref):
        return value
    found = parse_reference(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(
            f"{value!r} is not a reference; write $COLUMN, $table/COLUMN, DS.VAR or .VAR"
        )
    return found


def _operand(value: object) -> object:
    if isinstance(value, str):
        return parse_reference(value) or value
    if isinstance(value, Mapping | list | tuple):
        raise ValueError(f"{value!r} is no single value; write a reference or a constant")
    return value


def _condition(value: object) -> object:
    return value if isinstance(value, Expression) else parse_condition(_written(value))


def _calculation(value: object) -> object:
    return value if isinstance(value, Expression) else parse_expression(_written(value))


def _written(value: object) -> str:
    """An expression as text; YAML has made `true` and `1` of `true` and `1`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


Reference = Annotated[
    Ref,
    BeforeValidator(_reference),
    WithJsonSchema({"type": "string", "pattern": REFERENCE_PATTERN}),
]
"""A parameter that must be a reference: `$COLUMN`, `$table/COLUMN`, `DS.VAR` or `.VAR`."""

Operand = Annotated[
    Ref | str | float | int | bool | None,
    BeforeValidator(_operand),
    WithJsonSchema({"type": ["string", "number", "boolean", "null"]}),
]
"""A parameter that may be a reference or a literal."""

Criterion = Annotated[
    Expression, BeforeValidator(_condition), WithJsonSchema({"type": ["string", "boolean"]})
]
"""A condition: parsed, and known to be true or false (see `clinmap.expressions`)."""

Calculation = Annotated[
    Expression, BeforeValidator(_calculation), WithJsonSchema({"type": ["string", "number"]})
]
"""An expression that gives values; a condition gives Y and N."""

References = Annotated[
    tuple[Reference, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""One reference or a list of them."""

Words = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""One text or a list of texts."""


@dataclasses.dataclass(frozen=True, slots=True)
class Description:
    """How an operation describes itself in define.xml: an origin, and a method where derived."""

    origin: Origin | None = None
    method: str = ""


class Operation(ABC):
    """One way to give a variable its values. The first field is what the operation's name holds."""

    name: ClassVar[str]
    codes: ClassVar[tuple[str, ...]] = ()
    of_whole_group: ClassVar[bool] = False
    """Whether it looks at all rows of a group, and so runs before they become one row."""
    of_other_row: ClassVar[bool] = False
    """Whether the value is that of another row of the dataset, which `Rows.link_row` names."""
    of_record: ClassVar[bool] = False
    """Whether rows of one source record with the same inputs have the same value, however many
    there are: then it is worked out once for the record."""
    local: ClassVar[bool] = False
    """Whether a value rests on its own row, on rows of the same subject, and on what these meet:
    then subjects may be built apart from each other. What does not say so is made of all rows."""

    @abstractmethod
    def inputs(self) -> tuple[Ref, ...]:
        """The columns that it reads, implicit ones included."""

    @abstractmethod
    def apply(self, rows: Rows) -> pd.Series:
        """The values, aligned with `rows.index`; problems and links go to `rows`."""

    @abstractmethod
    def describe(self) -> Description:
        """The origin and the method, in a clinical programmer's words."""

    def code(self) -> str:
        """The expression that says all of it, as it is written; most operations have none."""
        return ""

    def literals(self) -> tuple[object, ...]:
        """The values that it may give as they are written, for the check of their codelist."""
        return ()

    def lacks(self, plan: Plan) -> str:
        """What the study lacks for this operation, in words; empty where it can run."""
        return ""

    def problems(self) -> tuple[str, ...]:
        """The codes of the problems that it can report."""
        return self.codes

    def is_local(self) -> bool:
        """Whether it is `local` with these parameters."""
        return self.local


@dataclass_transform(frozen_default=True)
def operation(cls: type[T]) -> type[T]:
    """Make a class of parameters an operation's: frozen, typed, no unknown parameter.

    What checks the parameters is built when the first of its kind is made: a study uses a part of
    the operations, and `clinmap check` is to be quick.
    """
    config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, defer_build=True)
    return pydantic_dataclass(frozen=True, config=config)(cls)  # type: ignore[return-value]


def made_of(cls: type[T], parameters: Mapping[str, object]) -> T:
    """The operation of a class with these parameters; pydantic's ValidationError if they misfit."""
    kind: Any = cls
    made: T = _adapter(kind).validate_python(dict(parameters))
    return made


@cache
def _adapter(cls: type[Any]) -> TypeAdapter[Any]:
    rebuild_dataclass(cls)
    return TypeAdapter(cls)


def references(*values: object) -> tuple[Ref, ...]:
    """The references among parameters: in values, lists, mappings and expressions, once each."""
    found: dict[Ref, None] = {}

    def walk(value: object) -> None:
        if isinstance(value, Ref):
            found[value] = None
        elif isinstance(value, Expression):
            found.update(dict.fromkeys(value.references))
        elif isinstance(value, Mapping):
            walk(list(value.values()))
        elif isinstance(value, list | tuple):
            for item in value:
                walk(item)

    walk(values)
    return tuple(found)


class Operations:
    """The operations of a package by name; each is imported when it is asked for.

    `places` has the class of each, as `module.Class` seen from the package: a study names a part of
    the operations, and to import them all takes longer than to read most studies.
    """

    def __init__(self, package: str, places: Mapping[str, str]) -> None:
        self._package = package
        self._places = dict(places)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the operations, in the order of the package."""
        return tuple(self._places)

    def __iter__(self) -> Iterator[type[Operation]]:
        return map(self.get, self._places)

    def get(self, name: str) -> type[Operation]:
        """The operation that a specification calls by this name."""
        module, _, made = self._places[name].rpartition(".")
        found: type[Operation] = getattr(import_module(f"{self._package}.{module}"), made)
        return found

    def named(self, made: str) -> type[Operation]:
        """The operation whose class has this name; AttributeError where none has."""
        for name, place in self._places.items():
            if place.rpartition(".")[2] == made:
                return self.get(name)
        raise AttributeError(f"module {self._package!r} has no attribute {made!r}")


class Registry:
    """The operations that a specification may name; made once by the application, never changed."""

    def __init__(
        self,
        operations: Iterable[type[Operation] | Operations],
        not_loaded: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._by_name: dict[str, type[Operation] | Operations] = {}
        self._not_loaded = not_loaded
        for found in operations:
            for name in found.names if isinstance(found, Operations) else (found.name,):
                if name in self._by_name:
                    raise ValueError(f"two operations are named {name}")
                self._by_name[name] = found

    @property
    def names(self) -> tuple[str, ...]:
        """The operations' names, sorted."""
        return tuple(sorted(self._by_name))

    def get(self, name: str) -> type[Operation] | None:
        """The operation of that name, or None."""
        found = self._by_name.get(name)
        return found.get(name) if isinstance(found, Operations) else found

    def principal(self, name: str) -> str:
        """The parameter that stands behind the operation's name in YAML: its first field."""
        return self.parameters(name)[0]

    def parameters(self, name: str) -> tuple[str, ...]:
        """The names of an operation's parameters, in order."""
        cls: Any = self._known(name)
        return tuple(field.name for field in dataclasses.fields(cls))

    @property
    def elsewhere(self) -> str:
        """Which plug-ins are installed and were not asked for, in words; empty where none is."""
        names = ", ".join(f"--plugin {name}" for name in self._not_loaded())
        return f"Plug-ins that are installed and were not asked for: {names}." if names else ""

    def hint(self, name: str) -> str:
        """The operations with a near name."""
        return near_match(name, self._by_name)

    def make(self, name: str, parameters: Mapping[str, object]) -> Operation:
        """The operation with these parameters; pydantic's ValidationError when they do not fit."""
        return made_of(self._known(name), parameters)

    def _known(self, name: str) -> type[Operation]:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

"""The operations that specifications may name: those of every room, and of plug-ins asked for.

A plug-in is Python that somebody else wrote. None is loaded because it is installed, and none
because a specification names it: only `--plugin NAME` on the command line does.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from importlib.metadata import entry_points
from inspect import isabstract, isclass

import adam
import sdtm
from clinmap.app.plugins import plugins_asked_for
from clinmap.operations import OPERATIONS
from clinmap.problems import InputError, near_match
from clinmap.registry import Operation, Operations, Registry

GROUP = "clinmap.operations"
"""The group of entry points by which an installed package says that it has operations."""
CODE = "SPC061"


def registry() -> Registry:
    """The registry of all operations that come with clinmap, and of the plug-ins asked for.

    Problems: InputError SPC061 for a plug-in that is not there, or holds no operation, or one
    whose name is taken.
    """
    asked = plugins_asked_for()
    own = (OPERATIONS, sdtm.OPERATIONS, adam.OPERATIONS)
    taken = {name: "clinmap" for room in own for name in room.names}
    more: list[type[Operation]] = []
    for name in asked:
        for operation in _operations_of(name):
            if operation.name in taken:
                said = f"its operation {operation.name!r} is one of {taken[operation.name]} already"
                raise _unusable(name, said, "Give the operation another name.")
            taken[operation.name] = name
            more.append(operation)
    return Registry((*own, *more), lambda: sorted(set(_installed()) - set(asked)))


def _installed() -> list[str]:
    return [point.name for point in entry_points(group=GROUP)]


def _operations_of(name: str) -> Sequence[type[Operation]]:
    """The operations of a plug-in: an entry point of the group, else a module, of that name."""
    point = next((found for found in entry_points(group=GROUP) if found.name == name), None)
    try:
        loaded = point.load() if point else importlib.import_module(name)
    except ModuleNotFoundError as error:
        if point is None and error.name and name.startswith(error.name):
            raise _absent(name) from None
        raise _failed(name, error) from error
    except Exception as error:
        raise _failed(name, error) from error
    found = tuple(_listed(getattr(loaded, "OPERATIONS", loaded)))
    if not found:
        hint = "It needs OPERATIONS, a list of classes of clinmap.registry.Operation."
        raise _unusable(name, "it holds no operation", hint)
    return found


def _listed(held: object) -> Iterator[type[Operation]]:
    """The operations among what a plug-in holds; nothing for anything else."""
    items = held if isinstance(held, list | tuple | Operations) else ()
    for item in items:
        if isclass(item) and issubclass(item, Operation) and not isabstract(item):
            yield item


def _absent(name: str) -> InputError:
    names = sorted(_installed())
    hint = near_match(name, names) or f"Installed plug-ins: {', '.join(names) or 'none'}."
    return _unusable(name, "there is no such plug-in and no such module", hint)


def _failed(name: str, error: Exception) -> InputError:
    hint = f"Importing it fails ({type(error).__name__}); try: python -m {name}"
    return _unusable(name, "it cannot be loaded", hint)


def _unusable(name: str, said: str, hint: str) -> InputError:
    return InputError(CODE, f"plug-in {name!r}: {said}", hint=hint)

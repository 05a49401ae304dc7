"""The variables that one part of a dataset's rows sets for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clinmap.problems import Location
from mappings.variables import VariableSpec


@dataclass(frozen=True, slots=True)
class Part:
    """The variables that one source, or one template of it (-1: none), sets for itself."""

    source: int
    template: int
    variables: Mapping[str, VariableSpec]
    place: Location

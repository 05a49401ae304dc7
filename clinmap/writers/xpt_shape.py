"""What a transport file is asked to hold: the shape that a Plan's datasets have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class XptVariable(Protocol):
    """What is asked of a variable: `VariablePlan` has it all. `length` 0 means measured."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def format(self) -> str: ...
    @property
    def length(self) -> int: ...


class XptDataset(Protocol):
    """What is asked of a dataset: `DatasetPlan` has it all."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def variables(self) -> Sequence[XptVariable]: ...

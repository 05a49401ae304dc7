"""Rows made by hand, for testing an operation without a study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from clinmap.execution.evaluate import evaluate, is_true
from clinmap.execution.tables import FrameTable
from clinmap.expressions import Expression
from clinmap.frames import Lost, as_number, as_text, missing_text
from clinmap.plan import PlanCodelist, Ref, VariablePlan
from clinmap.problems import Listed
from clinmap.readers.raw import row_hash


@dataclass
class TestRows:
    """What an operation sees: own columns by name, source columns by `$name`, other tables."""

    __test__ = False

    own: Mapping[str, pd.Series]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    target: VariablePlan = field(default_factory=lambda: VariablePlan("X", "", "text"))
    lists: list[PlanCodelist] = field(default_factory=list)
    parameters: Mapping[str, object] = field(default_factory=dict)
    reported: list[tuple[str, str, list[int]]] = field(default_factory=list)
    linked: list[tuple[str, list[int], list[int]]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(next(iter(self.own.values()))) if self.own else 0

    @property
    def index(self) -> pd.RangeIndex:
        return pd.RangeIndex(len(self))

    @property
    def hashes(self) -> np.ndarray:
        return row_hash(pd.DataFrame(dict(self.own)))

    def values(self, operand: object) -> pd.Series:
        if isinstance(operand, Ref):
            if operand.kind in ("dataset", "table"):
                return self._partner(operand)
            name = f"${operand.column}" if operand.kind == "source" else operand.column
            return self.own[name]
        if operand is None:
            return missing_text(self.index)
        kind = "float64" if isinstance(operand, int | float) else "str"
        return pd.Series(operand, index=self.index, dtype=kind)

    def _partner(self, reference: Ref) -> pd.Series:
        other = self.tables[reference.owner].drop_duplicates("USUBJID").set_index("USUBJID")
        return self.own["USUBJID"].map(other[reference.column])

    def text(self, operand: object) -> pd.Series:
        return as_text(self.values(operand))

    def number(self, operand: object) -> pd.Series:
        return as_number(self.values(operand))

    def evaluate(self, expression: Expression, lost: list[Lost] | None = None) -> pd.Series:
        return evaluate(expression, self.values, self.index, lost)

    def true(self, expression: Expression) -> np.ndarray:
        return is_true(expression, self.values, self.index)

    def table(self, name: str) -> FrameTable:
        return FrameTable(name, self.tables[name], row_hash(self.tables[name]), is_dataset=True)

    def subjects(self, table: FrameTable) -> pd.Series:
        return table.column("USUBJID")

    def codelists(self, variable: str = "") -> Iterator[tuple[PlanCodelist, np.ndarray]]:
        for codelist in self.lists:
            yield codelist, np.ones(len(self), dtype=bool)

    def parameter(self, name: str) -> object:
        return self.parameters[name]

    def report(
        self,
        code: str,
        message: str,
        where: np.ndarray,
        *,
        hint: str = "",
        listed: Listed | None = None,
    ) -> None:
        if where.any():
            self.reported.append((code, message, np.flatnonzero(where).tolist()))

    def link(self, table: FrameTable, rows: np.ndarray, records: np.ndarray) -> None:
        self.linked.append((table.name, list(rows), list(records)))

    def link_row(self, rows: np.ndarray, others: np.ndarray) -> None:
        self.linked.append(("", list(rows), list(others)))

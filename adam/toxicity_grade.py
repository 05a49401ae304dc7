"""Toxicity grades of laboratory results, by a table of criteria."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from adam.grading_criteria import Criteria, graded, laid_over, read_criteria
from clinmap.phrases import name_of
from clinmap.plan import Origin, Plan, Ref
from clinmap.registry import (
    Description,
    Operand,
    Operation,
    Reference,
    Words,
    operation,
    references,
)

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Mask, Rows

VALUE = "value"


@operation
class ToxicityGrade(Operation):
    """Grade a result in one direction, by a table of criteria such as those of CTCAE.

    Parameters: `toxicity_grade`, the result; `criteria`, the parameter of study.yaml that holds
    the criteria, or several: what a later one has of a term wins; `direction`, `low` or `high`;
    `term`, what is graded (ATOXDSCL, ATOXDSCH); `unit` of the result; `version`, a text or
    reference, where the table holds several; `given`, what the criteria read besides `$value`, by
    the name that they call it: `{low: .ANRLO, baseline: .BASE}`.

    An entry of the table has `term`, `direction`, `unit` (left out where it does not matter),
    `version` (one or a list), and a condition for each grade (`grade4: $value > 10 * $high`). The
    worst grade whose condition is true is given, 0 where all are false. Numbers that differ in
    their last binary digits only are the same.
    Rows: none is added or dropped. Missing: where the result or the term is missing, and where a
    condition cannot be decided and no worse grade is true: without ULN nobody knows whether a
    result is above it.
    Problems: TOX001 for results in a unit that the criteria have not, TOX002 for terms that they
    have not; both have no grade. Source: ADaMIG 1.3 section 3.3 (ATOXGRL, ATOXGRH); CTCAE.

    Example::

        ATOXGRH:
          toxicity_grade: .AVAL
          criteria: ctcae
          version: "5.0"
          direction: high
          term: .ATOXDSCH
          unit: .UNIT
          given: {low: .ANRLO, high: .ANRHI, baseline: .BASE, baseline_range: .BNRIND}
    """

    name: ClassVar[str] = "toxicity_grade"
    local: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TOX001", "TOX002")

    toxicity_grade: Reference
    criteria: Annotated[Words, Field(min_length=1)]
    direction: Literal["low", "high"]
    term: Operand
    unit: Operand = None
    version: Operand = None
    given: dict[str, Reference] | None = None

    def inputs(self) -> tuple[Ref, ...]:
        """The result, what chooses the criteria, and what they read."""
        return references(self.toxicity_grade, self.term, self.unit, self.version, self.given)

    def lacks(self, plan: Plan) -> str:
        """Whether study.yaml has the table, and its conditions read what is given."""
        try:
            self._criteria(plan.parameters.get)
        except ValueError as error:
            return str(error)
        return ""

    @property
    def _tables(self) -> str:
        return ", ".join(self.criteria)

    def _criteria(self, table_of: Callable[[str], object]) -> tuple[Criteria, ...]:
        every = laid_over(self._read(name, table_of(name)) for name in self.criteria)
        found = tuple(one for one in every if one.direction == self.direction)
        versions = {one.version for one in found}
        if self.version is None and len(versions) > 1:
            raise ValueError(
                f"parameter {self._tables} of study.yaml: it has the versions "
                f"{', '.join(sorted(versions))}; say which"
            )
        return found

    def _read(self, name: str, table: object) -> tuple[Criteria, ...]:
        try:
            return read_criteria(table, (VALUE, *(self.given or {})))
        except ValueError as error:
            raise ValueError(f"parameter {name} of study.yaml: {error}") from None

    def apply(self, rows: Rows) -> pd.Series:
        """The grades."""
        import numpy as np
        import pandas as pd

        from clinmap.frames import TEXT

        columns = {VALUE: rows.number(self.toxicity_grade)}
        columns |= {name: rows.values(ref) for name, ref in (self.given or {}).items()}
        terms, units, versions = (rows.text(o) for o in (self.term, self.unit, self.version))
        named, fitting = (np.zeros(len(rows), dtype=bool) for _ in range(2))
        found = np.full(len(rows), np.nan, dtype=object)
        for one in self._criteria(rows.parameter):
            meant = (terms == one.term).to_numpy(dtype=bool)
            if self.version is not None:
                meant = meant & (versions == one.version).to_numpy(dtype=bool)
            which = meant
            if one.unit:
                which = meant & (units == one.unit).to_numpy(dtype=bool)
            named, fitting = named | meant, fitting | which
            if which.any():
                part = {name: column[which] for name, column in columns.items()}
                found[which] = graded(one, part).to_numpy(dtype=object)
        self._report(rows, columns[VALUE], named, fitting)
        return pd.Series(found, index=rows.index, dtype=TEXT)

    def _report(self, rows: Rows, value: pd.Series, named: Mask, fitting: Mask) -> None:
        wanted = (value.notna() & rows.text(self.term).notna()).to_numpy(dtype=bool)
        rows.report(
            "TOX001",
            f"results in a unit that {self._tables} of study.yaml has no criteria for",
            wanted & named & ~fitting,
            hint="Add an entry for the unit, or bring the results to the unit of the criteria.",
        )
        rows.report(
            "TOX002",
            f"terms that {self._tables} of study.yaml has no criteria for",
            wanted & ~named,
            hint=f"Add an entry with direction {self.direction}, or correct the term.",
        )

    def describe(self) -> Description:
        """Derived, with the rule."""
        version = f", version {name_of(self.version)}" if self.version is not None else ""
        read = ", ".join(ref.column for ref in (self.given or {}).values())
        besides = f" and {read}" if read else ""
        return Description(
            Origin("Derived", "Sponsor"),
            f"Grade of {self.toxicity_grade.column} by the criteria {self._tables}{version} for "
            f"{name_of(self.term)} in the {self.direction} direction, from the result{besides}; 0 "
            "where no criterion is met.",
        )

"""pandera's check and column as this project runs them: a mask is asked for once, and no more.

Out of the box pandera looks at each value of a column to tell its type, copies every check and
makes texts of failure cases that nobody reads: on a dataset of many columns that is most of the
work. Here a check only answers with its mask, and a column only runs its checks, of which its type
is one. Schemas, lazy runs and errors are pandera's own.
"""

from __future__ import annotations

import copy
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.api.base.checks import CheckResult
from pandera.api.base.error_handler import ErrorHandler, get_error_category
from pandera.backends.base import BaseCheckBackend
from pandera.backends.pandas.components import ColumnBackend
from pandera.errors import SchemaError, SchemaErrors


class _MaskBackend(BaseCheckBackend):
    """Runs a check that answers with a mask of rows, or with one answer for all of them."""

    def __init__(self, check: RowCheck) -> None:
        self.check = check

    def __call__(self, check_obj: Any, column: str | None = None) -> CheckResult:
        """The answer of the check for a column of a frame, or for the frame."""
        checked = check_obj if column is None else check_obj[column]
        output = self.check._check_fn(checked)
        passed = bool(output.all()) if isinstance(output, pd.Series) else output
        return CheckResult(output, passed, checked, None)


class RowCheck(pa.Check):
    """A check of whole columns that says for each row, or for all at once, whether it passes."""

    @classmethod
    def get_backend(cls, *_: Any) -> type[BaseCheckBackend]:
        """What runs the check, of whatever it is."""
        return _MaskBackend

    def __deepcopy__(self, memo: dict[int, Any]) -> RowCheck:
        """The check itself: nothing of it changes."""
        return self


class _ColumnBackend(ColumnBackend):
    """Runs the checks of a column, and nothing else."""

    def validate(
        self, check_obj: pd.DataFrame, schema: Any, *, lazy: bool = False, **_: Any
    ) -> pd.DataFrame:
        """The frame, if all checks of the column pass."""
        handler = ErrorHandler(lazy)
        for result in self.run_checks(check_obj, schema):
            if not result.passed:
                category = get_error_category(result.reason_code)
                error = _error_of(result, schema, check_obj)
                handler.collect_error(category, result.reason_code, error, result.original_exc)
        if handler.collected_errors:
            raise SchemaErrors(schema, handler.schema_errors, check_obj)
        return check_obj


def _error_of(result: Any, schema: Any, frame: pd.DataFrame) -> SchemaError:
    return SchemaError(  # type: ignore[no-untyped-call]
        schema,
        data=frame,
        message=result.message,
        failure_cases=result.failure_cases,
        check=result.check,
        check_index=result.check_index,
        check_output=result.check_output,
        reason_code=result.reason_code,
    )


class CheckedColumn(pa.Column):
    """A column that is as it should be where its checks pass, the one of its type among them."""

    @classmethod
    def get_backend(cls, *_: Any, **__: Any) -> ColumnBackend:
        """What runs the column's checks."""
        return _ColumnBackend()

    def __deepcopy__(self, memo: dict[int, Any]) -> CheckedColumn:
        """A column of its own with the same checks."""
        return copy.copy(self)

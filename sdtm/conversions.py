"""What brings the numbers of rows to their standard unit: a study's factors, or known units."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from clinmap.registry import Operand
from clinmap.units import SAME, Conversion, conversion, converted

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Positions, Rows


@dataclass(frozen=True, slots=True)
class Conversions:
    """The distinct conversions, and which of them each row has; -1 where none is known."""

    distinct: tuple[Conversion, ...]
    number: Positions


def by_factor(rows: Rows, factor: Operand, unit: Operand) -> Conversions:
    """The conversions of a column of factors; a result that has no unit needs none."""
    factors = rows.number(factor)
    factors = factors.where(factors.abs() < math.inf)
    if unit is not None:
        factors = factors.where(rows.text(unit).notna(), 1.0)
    return _coded(factors.map(lambda value: Conversion(Fraction(repr(value))), na_action="ignore"))


def by_units(
    rows: Rows, unit: Operand, to: Operand, substance: Operand, per: Operand
) -> Conversions:
    """The conversions from one unit to another, each distinct one worked out once.

    Where there is neither unit nothing is to be converted; where one of them is missing or not
    known, there is no conversion.
    """
    import pandas as pd

    columns = (rows.text(unit), rows.text(to), rows.text(substance), rows.text(per))
    told = pd.DataFrame(dict(enumerate(columns)), index=rows.index).fillna("")
    number = told.groupby([0, 1, 2, 3], sort=False).ngroup()
    worked = [_between(*texts) for texts in told.drop_duplicates().itertuples(index=False)]
    return _coded(number.map(dict(enumerate(worked))))


def unchanged(rows: Rows) -> Conversions:
    """The same number in all rows."""
    import numpy as np

    return Conversions((SAME,), np.zeros(len(rows), dtype=np.int64))


def converted_numbers(numbers: pd.Series, by: Conversions) -> pd.Series:
    """Numbers converted, each distinct pair of a number and a conversion once; else missing."""
    import pandas as pd

    pairs = pd.DataFrame({"number": numbers, "by": by.number})
    known = pairs[(numbers.abs() < math.inf) & (pairs["by"] >= 0)].drop_duplicates()
    made = [
        float(converted(repr(number), by.distinct[way]))
        for number, way in zip(known["number"], known["by"], strict=True)
    ]
    met = pairs.merge(known.assign(made=made), on=["number", "by"], how="left")
    return pd.Series(met["made"].to_numpy(dtype="float64"), index=numbers.index)


def _between(unit: str, to: str, substance: str, per: str) -> Conversion | None:
    if not unit or not to:
        return SAME if unit == to else None
    return conversion(unit, to, substance, per)


def _coded(found: pd.Series) -> Conversions:
    import numpy as np
    import pandas as pd

    codes, distinct = pd.factorize(found.astype(object))
    return Conversions(tuple(distinct), np.asarray(codes, dtype=np.int64))

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
    import numpy as np
    import pandas as pd

    factors = rows.number(factor)
    factors = factors.where(factors.abs() < math.inf)
    if unit is not None:
        factors = factors.where(rows.text(unit).notna(), 1.0)
    codes, distinct = pd.factorize(factors)
    found = tuple(Conversion(Fraction(repr(value))) for value in distinct.tolist())
    return Conversions(found, np.asarray(codes, dtype=np.int64))


def by_units(
    rows: Rows, unit: Operand, to: Operand, substance: Operand, per: Operand
) -> Conversions:
    """The conversions from one unit to another, each distinct one worked out once.

    Where there is neither unit nothing is to be converted; where one of them is missing or not
    known, there is no conversion.
    """
    import numpy as np
    import pandas as pd

    coded = [pd.factorize(rows.text(operand)) for operand in (unit, to, substance, per)]
    key = np.zeros(len(rows), dtype=np.int64)
    for codes, distinct in coded:
        key = key * (len(distinct) + 1) + codes + 1
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    told = [[("", *distinct)[codes[row] + 1] for codes, distinct in coded] for row in first]
    found = [_between(*texts) for texts in told]
    known = np.array([number if by else -1 for number, by in enumerate(found)], dtype=np.int64)
    return Conversions(tuple(by or SAME for by in found), known[number])


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

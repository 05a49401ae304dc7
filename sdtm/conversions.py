"""What brings the numbers of rows to their standard unit: a study's factors, or known units."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from clinmap.registry import Operand
from clinmap.units import SAME, Conversion, conversion, converted, read_unit, spelled

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Mask, Positions, Rows


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a result has no conversion, and how that is mended."""

    said: str
    hint: str


NO_FACTOR = Lack(
    "that have no factor", "Add the unit to the study's table of factors, or correct the unit."
)
NO_UNIT = Lack(
    "that have no unit", "Have the unit completed at its source, or give it in the specification."
)
NO_STANDARD = Lack(
    "that have a unit, and no standard one to become",
    "Give `to` the standard unit of the test, or take the unit away where the test has none.",
)
UNKNOWN = Lack(
    "whose unit is not known",
    "Correct the unit, or give the study's own conversion as `factor`.",
)
UNKNOWN_STANDARD = Lack("whose standard unit is not known", "Correct the unit that `to` gives.")
UNLIKE = Lack(
    "whose unit cannot become the standard one",
    "Check the test and its unit. A mass becomes an amount by `substance`; else give a `factor`.",
)
LACKS = (NO_FACTOR, NO_UNIT, NO_STANDARD, UNKNOWN, UNKNOWN_STANDARD, UNLIKE)


@dataclass(frozen=True, slots=True)
class Conversions:
    """The distinct conversions, and which of them each row has.

    Where none is known the number is less than 0: -1 for the first of `LACKS`, -2 for the second.
    """

    distinct: tuple[Conversion, ...]
    number: Positions

    def lacking(self, lack: Lack) -> Mask:
        """The rows that have no conversion for this reason."""
        import numpy as np

        return np.equal(self.number, _number(lack))


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
    known, or they measure different things, it is said what is lacking.
    """
    import numpy as np
    import pandas as pd

    coded = [pd.factorize(rows.text(operand)) for operand in (unit, to, substance, per)]
    key = np.zeros(len(rows), dtype=np.int64)
    for codes, distinct in coded:
        key = key * (len(distinct) + 1) + codes + 1
    number, distinct_keys = pd.factorize(key)
    first = np.empty(len(distinct_keys), dtype=np.int64)
    first[number[::-1]] = np.arange(len(key) - 1, -1, -1)  # of several rows the first one stays
    told = [[("", *distinct)[codes[row] + 1] for codes, distinct in coded] for row in first]
    found = [_between(*texts) for texts in told]
    known = [_number(by) if isinstance(by, Lack) else place for place, by in enumerate(found)]
    ways = tuple(SAME if isinstance(by, Lack) else by for by in found)
    return Conversions(ways, np.array(known, dtype=np.int64)[number])


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


def _number(lack: Lack) -> int:
    return -1 - LACKS.index(lack)


def _between(unit: str, to: str, substance: str, per: str) -> Conversion | Lack:
    if unit == to:
        return SAME
    if not unit or not to:
        return NO_STANDARD if unit else NO_UNIT
    found = conversion(unit, to, substance, per)
    if found is not None:
        return found
    if not _is_known(unit):
        return UNKNOWN
    return UNLIKE if _is_known(to) else UNKNOWN_STANDARD


def _is_known(unit: str) -> bool:
    return (read_unit(unit) or read_unit(spelled(unit))) is not None

"""From the units of concentrations, times and doses to the unit that a parameter is wanted in."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from clinmap.units import read_unit, spelled

Powers = tuple[int, int, int]
Units = tuple[str, str, str]


def unit_factor(powers: Powers, units: Units, target: str) -> Fraction | None:
    """What turns a parameter into its unit, or None where the units do not fit.

    `powers` are those of concentration, time and dose in the parameter, `units` their units.

    >>> float(unit_factor((-1, -1, 1), ("ng/mL", "h", "mg"), "L/h"))
    1000.0
    """
    kinds: Counter[str] = Counter()
    worth = Fraction(1)
    for unit, power in [*zip(units, powers, strict=True), (target, -1)]:
        if power == 0:
            continue
        known = read_unit(unit) or read_unit(spelled(unit))
        if known is None:
            return None
        worth *= known.factor**power
        for sign, names in ((1, known.above), (-1, known.below)):
            for name in names:
                kinds[name] += sign * power
    return None if any(kinds.values()) else worth

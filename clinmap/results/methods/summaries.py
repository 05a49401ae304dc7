"""Summaries of numbers: mean, median and quartiles; geometric mean and coefficient of variation."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from clinmap.results.cells import NO_RECORDS, no_estimate, number_of
from clinmap.results.method import Line, Method, Part, Use, method
from clinmap.results.rounding import rounded_text
from clinmap.results.shown import Records, Value

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

ONE_VALUE = "one value has no standard deviation"


def quartiles(numbers: Numbers) -> tuple[float, float, float]:
    """First quartile, median and third quartile by SAS' fifth definition (PCTLDEF=5).

    >>> import numpy as np
    >>> quartiles(np.array([1.0, 2.0, 3.0, 4.0]))
    (1.5, 2.5, 3.5)
    """
    import numpy as np

    low, middle, high = np.quantile(numbers, [0.25, 0.5, 0.75], method="averaged_inverted_cdf")
    return float(low), float(middle), float(high)


def each_group(
    part: Part, variable: str, value: Callable[[Numbers, Records], Value]
) -> dict[str, Value]:
    """A value for each group, of its numbers that are there; NE where there is none."""
    found = {}
    for group in part.groups:
        frame = part.of(group)
        frame = frame[frame[variable].notna()]
        records = part.records(frame, variable)
        numbers = frame[variable].to_numpy(dtype="float64")
        found[group.key] = (
            value(numbers, records) if len(numbers) else no_estimate(NO_RECORDS, records)
        )
    return found


def counted(part: Part, variable: str) -> dict[str, Value]:
    """How many numbers each group has."""
    found = {}
    for group in part.groups:
        frame = part.of(group)
        frame = frame[frame[variable].notna()]
        found[group.key] = Value(str(len(frame)), len(frame), part.records(frame, variable))
    return found


@method
class Continuous(Method):
    """Summarise a number: n, mean (SD), median, quartiles, minimum and maximum.

    `continuous` is the variable; `digits` are decimals. Quartiles by SAS' fifth definition.
    Missing values are not counted. One value: no SD. No value: NE.
    """

    continuous: str
    digits: int = 1
    name: ClassVar[str] = "continuous"

    def uses(self) -> tuple[Use, ...]:
        """The number."""
        return (Use(self.continuous, "number"),)

    def lines(self, part: Part) -> Iterator[Line]:
        """Five rows."""
        variable = self.continuous
        yield Line("n", 1, counted(part, variable))
        yield Line("Mean", 1, each_group(part, variable, self._of(lambda n: float(n.mean()))))
        yield Line("SD", 1, each_group(part, variable, self._spread))
        yield Line("Median", 1, each_group(part, variable, self._of(lambda n: quartiles(n)[1])))
        yield Line("Q1; Q3", 1, each_group(part, variable, self._quartiles))
        yield Line("Minimum; maximum", 1, each_group(part, variable, self._range))

    def _of(self, statistic: Callable[[Numbers], float]) -> Callable[[Numbers, Records], Value]:
        return lambda numbers, records: number_of(statistic(numbers), records, self.digits, "")

    def _spread(self, numbers: Numbers, records: Records) -> Value:
        if len(numbers) < 2:
            return no_estimate(ONE_VALUE, records)
        return number_of(float(numbers.std(ddof=1)), records, self.digits + 1, "")

    def _quartiles(self, numbers: Numbers, records: Records) -> Value:
        low, _, high = quartiles(numbers)
        return self._pair(low, high, records)

    def _range(self, numbers: Numbers, records: Records) -> Value:
        return self._pair(float(numbers.min()), float(numbers.max()), records)

    def _pair(self, low: float, high: float, records: Records) -> Value:
        text = f"{rounded_text(low, self.digits)}; {rounded_text(high, self.digits)}"
        return Value(text, low, records)


@method
class Geometric(Method):
    """Summarise a positive number: n, geometric mean, geometric CV%, median, minimum and maximum.

    `geometric` is the variable; numbers have three figures. The CV is
    100 * sqrt(exp(variance of the logarithms) - 1). Values of 0 or less have no logarithm: a group
    with one has no geometric mean (NE). Missing values are not counted.
    """

    geometric: str
    name: ClassVar[str] = "geometric"

    def uses(self) -> tuple[Use, ...]:
        """The number."""
        return (Use(self.geometric, "number"),)

    def lines(self, part: Part) -> Iterator[Line]:
        """Five rows."""
        variable = self.geometric
        yield Line("n", 1, counted(part, variable))
        yield Line("Geometric mean", 1, each_group(part, variable, _geometric_mean))
        yield Line("Geometric CV (%)", 1, each_group(part, variable, _geometric_variation))
        yield Line("Median", 1, each_group(part, variable, _median))
        yield Line("Minimum", 1, each_group(part, variable, _least))
        yield Line("Maximum", 1, each_group(part, variable, _most))


NOT_POSITIVE = "a value of 0 or less has no logarithm"


def _geometric_mean(numbers: Numbers, records: Records) -> Value:
    import numpy as np

    if numbers.min() <= 0:
        return no_estimate(NOT_POSITIVE, records)
    return number_of(float(np.exp(np.log(numbers).mean())), records, None, "")


def _geometric_variation(numbers: Numbers, records: Records) -> Value:
    import numpy as np

    if numbers.min() <= 0 or len(numbers) < 2:
        why = ONE_VALUE if len(numbers) < 2 else NOT_POSITIVE
        return no_estimate(why, records)
    variance = float(np.log(numbers).var(ddof=1))
    return number_of(100 * math.sqrt(math.expm1(variance)), records, 1, "")


def _median(numbers: Numbers, records: Records) -> Value:
    return number_of(quartiles(numbers)[1], records, None, "")


def _least(numbers: Numbers, records: Records) -> Value:
    return number_of(float(numbers.min()), records, None, "")


def _most(numbers: Numbers, records: Records) -> Value:
    return number_of(float(numbers.max()), records, None, "")

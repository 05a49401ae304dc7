"""Rank tests of Wilcoxon: of changes within subjects, and between two groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from clinmap.results.cells import COMPARISON, NO_RECORDS, no_estimate, number_of, p_of
from clinmap.results.method import Group, Line, Method, Part, Use, method
from clinmap.results.methods.summaries import counted, each_group, quartiles
from clinmap.results.methods.two_groups import Compared, TwoGroups
from clinmap.results.rounding import rounded_text
from clinmap.results.shown import Records, Value
from clinmap.statistics.multiplicity import false_discovery
from clinmap.statistics.ranks import LARGEST, hodges_lehmann, rank_sum_test, signed_rank_test

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

P = "p-value (exact, two-sided)"
Q = "q-value (Benjamini-Hochberg)"
TOO_MANY = f"more than {LARGEST} values are too many for the exact test"
ONE_GROUP = "a comparison needs values in two groups"


def with_false_discovery(tables: Sequence[list[Line]], families: Sequence[str]) -> list[list[Line]]:
    """Rows with q-values beneath the p-values: adjusted among the parts of one family."""
    places: dict[tuple[str, str], list[tuple[int, Value]]] = {}
    for number, (table, family) in enumerate(zip(tables, families, strict=True)):
        for line in table:
            for key, value in line.values.items() if line.label == P else ():
                if value.number is not None:
                    places.setdefault((family, key), []).append((number, value))
    found: dict[int, dict[str, Value]] = {}
    for (_, key), members in places.items():
        adjusted = false_discovery([value.number or 0.0 for _, value in members])
        for (number, value), q in zip(members, adjusted, strict=True):
            assert value.records is not None
            found.setdefault(number, {})[key] = p_of(q, value.records)
    return [
        [*table, *([Line(Q, 1, found[n])] if n in found else [])] for n, table in enumerate(tables)
    ]


def middle(part: Part, variable: str, digits: int) -> Iterator[Line]:
    """The rows n, median and quartiles."""

    def median(numbers: npt.NDArray[np.float64], records: Records) -> Value:
        return number_of(quartiles(numbers)[1], records, digits, "")

    def ends(numbers: npt.NDArray[np.float64], records: Records) -> Value:
        low, _, high = quartiles(numbers)
        return Value(f"{rounded_text(low, digits)}; {rounded_text(high, digits)}", low, records)

    yield Line("n", 1, counted(part, variable))
    yield Line("Median", 1, each_group(part, variable, median))
    yield Line("Q1; Q3", 1, each_group(part, variable, ends))


@method
class SignedRank(Method):
    """Test changes within subjects: n, median, quartiles and the exact signed rank p-value.

    `signed_rank` is the change (CHG, LOG2R2B), one for each subject; changes of 0 are left out of
    the test. `family` is a variable: p-values of parts (`each`) with the same value of it are
    adjusted together by Benjamini and Hochberg; `all`: of all parts. No value: NE.
    """

    signed_rank: str
    digits: int = 2
    family: str = ""
    name: ClassVar[str] = "signed_rank"

    def uses(self) -> tuple[Use, ...]:
        """The change, and the variable of families."""
        return (Use(self.signed_rank, "number"), *_family_use(self.family))

    def notes(self) -> tuple[str, ...]:
        """Which test it is."""
        return ("p: exact Wilcoxon signed rank test, two-sided.",)

    def lines(self, part: Part) -> Iterator[Line]:
        """Four rows."""
        yield from middle(part, self.signed_rank, self.digits)
        yield Line(P, 1, each_group(part, self.signed_rank, _signed_rank_p))

    def tables(self, parts: Sequence[Part]) -> list[list[Line]]:
        """The rows of every part, with q-values where there are families."""
        tables = [list(self.lines(part)) for part in parts]
        return _adjusted(tables, parts, self.family)


def _signed_rank_p(numbers: npt.NDArray[np.float64], records: Records) -> Value:
    if len(numbers) > LARGEST:
        return no_estimate(TOO_MANY, records)
    return p_of(signed_rank_test(numbers.tolist()), records)


@method
class RankSum(TwoGroups):
    """Compare a number between two groups: n, median, quartiles; p, and the shift of the first.

    `rank_sum` is the number, one for each subject; the first two groups of `by` are compared: the
    exact rank sum test, and the median of all differences (Hodges and Lehmann), first minus second.
    `compared` as in `fisher`, `family` as in `signed_rank`. A group without values: NE.
    """

    rank_sum: str
    digits: int = 2
    family: str = ""
    compared: Compared = ()
    name: ClassVar[str] = "rank_sum"

    def uses(self) -> tuple[Use, ...]:
        """The number, and the variable of families."""
        return (Use(self.rank_sum, "number"), *_family_use(self.family))

    def notes(self) -> tuple[str, ...]:
        """Which test it is."""
        return (
            "p: exact Wilcoxon rank sum test, two-sided. Shift: Hodges and Lehmann, the first "
            "group minus the second.",
        )

    def lines(self, part: Part) -> Iterator[Line]:
        """Five rows."""
        yield from middle(part, self.rank_sum, self.digits)
        first, second = _two(part)
        known = part.frame[part.frame[self.rank_sum].notna()]
        records = part.records(known, self.rank_sum)
        values = [_numbers(part, group, self.rank_sum) for group in (first, second)]
        if not all(values):
            value = no_estimate(ONE_GROUP if len(known) else NO_RECORDS, records)
            yield Line(P, 1, {COMPARISON: value})
            return
        if max(map(len, values)) * 2 > LARGEST:
            yield Line(P, 1, {COMPARISON: no_estimate(TOO_MANY, records)})
        else:
            yield Line(P, 1, {COMPARISON: p_of(rank_sum_test(*values), records)})
        shift = hodges_lehmann(*values)
        yield Line("Shift", 1, {COMPARISON: number_of(shift, records, self.digits, "")})

    def tables(self, parts: Sequence[Part]) -> list[list[Line]]:
        """The rows of every part, with q-values where there are families."""
        return _adjusted([list(self.lines(part)) for part in parts], parts, self.family)


def _family_use(family: str) -> tuple[Use, ...]:
    return (Use(family),) if family not in ("", "all") else ()


def _adjusted(tables: list[list[Line]], parts: Sequence[Part], family: str) -> list[list[Line]]:
    if not family:
        return tables
    names = [
        "" if family == "all" or part.frame.empty else str(part.frame[family].iloc[0])
        for part in parts
    ]
    return with_false_discovery(tables, names)


def _two(part: Part) -> tuple[Group | None, Group | None]:
    groups = [*part.compared, None, None]
    return groups[0], groups[1]


def _numbers(part: Part, group: Group | None, variable: str) -> list[float]:
    return [] if group is None else part.of(group)[variable].dropna().tolist()

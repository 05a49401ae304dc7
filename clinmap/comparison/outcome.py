"""What a comparison found: of a variable, of a dataset, of a folder of datasets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from pandas import DataFrame

Side = Literal["base", "compare"]


@dataclass(frozen=True, slots=True)
class DifferenceExample:
    """One differing cell: the keys of its row as (name, value), and the two values as text."""

    keys: tuple[tuple[str, str], ...]
    base: str
    compare: str


@dataclass(frozen=True, slots=True)
class DifferencePattern:
    """A class of difference (`case`, `one day apart`, `'MG' -> 'mg'`), its cells and examples."""

    kind: str
    count: int
    examples: tuple[DifferenceExample, ...] = ()


@dataclass(frozen=True, slots=True)
class VariableComparison:
    """The cells of one variable: `compared` = `equal` + `different`; the `patterns` worst first.

    `left_out` counts the cells that a rule excluded; they are not among the compared ones.
    """

    name: str
    compared: int
    equal: int
    different: int
    patterns: tuple[DifferencePattern, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Equal cells of compared cells, 0 to 1; NaN when none was compared."""
        return _share(self.equal, self.compared)


@dataclass(frozen=True, slots=True)
class DifferingCells:
    """The differing cells of one variable: positions among the pairs, and both values as text.

    `kinds` are their patterns, as the report names them.
    """

    variable: str
    pairs: tuple[int, ...]
    base: tuple[str | None, ...]
    compare: tuple[str | None, ...]
    kinds: tuple[str, ...] = ()


class Counts(Protocol):
    """What can be added up."""

    @property
    def compared(self) -> int: ...
    @property
    def equal(self) -> int: ...
    @property
    def left_out(self) -> Mapping[str, int]: ...


class Counted:
    """What is counted of comparisons that are made of smaller ones (`parts`)."""

    __slots__ = ()

    @property
    def parts(self) -> Sequence[Counts]:
        """The smaller comparisons."""
        raise NotImplementedError

    @property
    def compared(self) -> int:
        """The number of compared cells."""
        return sum(part.compared for part in self.parts)

    @property
    def equal(self) -> int:
        """The number of equal cells."""
        return sum(part.equal for part in self.parts)

    @property
    def different(self) -> int:
        """The number of differing cells."""
        return self.compared - self.equal

    @property
    def share(self) -> float:
        """Equal cells of compared cells, 0 to 1; NaN when none was compared."""
        return _share(self.equal, self.compared)

    @property
    def left_out(self) -> dict[str, int]:
        """Cells left out, by rule."""
        return _summed(part.left_out for part in self.parts)


@dataclass(frozen=True, slots=True)
class DatasetComparison(Counted):
    """Two datasets, compared cell by cell.

    `paired` counts pairs of rows, `tied` those of them whose keys are not unique; `only_base` and
    `only_compare` count the rows that met none. Keys are not among the compared cells: in a pair
    they are equal. `keys_reason` says why these are the keys, `rules` says in sentences how cells
    and rows were compared.
    """

    name: str
    keys: tuple[str, ...]
    base_rows: int
    compare_rows: int
    paired: int
    tied: int
    only_base: int
    only_compare: int
    variables: tuple[VariableComparison, ...]
    base_only_variables: tuple[str, ...]
    compare_only_variables: tuple[str, ...]
    keys_reason: str
    rules: tuple[str, ...]
    pair_keys: DataFrame = field(repr=False, compare=False)
    unpaired_keys: DataFrame = field(repr=False, compare=False)
    differing: tuple[DifferingCells, ...] = field(repr=False, compare=False)

    @property
    def parts(self) -> tuple[VariableComparison, ...]:
        """The variables."""
        return self.variables

    @property
    def identical(self) -> bool:
        """No differing cell, no row and no variable on one side only, and nothing left out."""
        alone = self.only_base or self.only_compare
        unshared = self.base_only_variables or self.compare_only_variables
        return not (self.different or alone or unshared or self.left_out)

    def variable(self, name: str) -> VariableComparison | None:
        """The comparison of that variable, or None."""
        return next((v for v in self.variables if v.name == name), None)

    def cells(self) -> DataFrame:
        """The differing cells in long form: the keys (of the base), `variable`, `base`, `compare`.

        Values are text: numbers in their shortest form, dates in ISO 8601, missing as null. A key
        of a name that is taken here (`variable`, say) is not renamed: datasets have capitals.
        """
        import numpy as np
        import pandas as pd

        pairs = [pair for cells in self.differing for pair in cells.pairs]
        long = self.pair_keys.iloc[np.array(pairs, dtype=np.int64)].reset_index(drop=True)
        names = [cells.variable for cells in self.differing for _ in cells.pairs]
        long["variable"] = pd.Series(names, dtype="str")
        for side in ("base", "compare"):
            values = [value for cells in self.differing for value in getattr(cells, side)]
            long[side] = pd.Series(values, dtype="str")
        return long

    def unpaired(self) -> DataFrame:
        """The rows that met none: their keys, and in `side` whether they are of base or compare."""
        return self.unpaired_keys.copy()


@dataclass(frozen=True, slots=True)
class FolderComparison(Counted):
    """Several datasets, compared one by one, and the names that only one of the folders has."""

    datasets: tuple[DatasetComparison, ...]
    base_only_datasets: tuple[str, ...] = ()
    compare_only_datasets: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[DatasetComparison, ...]:
        """The datasets."""
        return self.datasets

    @property
    def identical(self) -> bool:
        """Every dataset is on both sides and identical."""
        unshared = self.base_only_datasets or self.compare_only_datasets
        return not unshared and all(dataset.identical for dataset in self.datasets)

    def dataset(self, name: str) -> DatasetComparison | None:
        """The comparison of that dataset, or None."""
        return next((d for d in self.datasets if d.name == name), None)

    def cells(self) -> DataFrame:
        """The differing cells of all datasets: `dataset`, `keys` in one text, then as there."""
        import pandas as pd

        columns = ["dataset", "keys", "variable", "base", "compare"]
        parts = []
        for dataset in self.datasets:
            long = dataset.cells()
            rows = zip(*_key_texts(dataset, long), strict=True)
            keys = [joined_keys(dataset.keys, row) for row in rows]
            long["keys"] = pd.Series(keys if keys else [""] * len(long), dtype="str")
            long["dataset"] = pd.Series([dataset.name] * len(long), dtype="str")
            parts.append(long[columns])
        if not parts:
            return pd.DataFrame({name: pd.Series([], dtype="str") for name in columns})
        return pd.concat(parts, ignore_index=True)


def joined_keys(names: Iterable[str], values: Iterable[str | None]) -> str:
    """Keys in one text.

    >>> joined_keys(["USUBJID", "AESEQ"], ["S-01", "2"])
    'USUBJID=S-01 AESEQ=2'
    """
    return " ".join(f"{n}={v or ''}" for n, v in zip(names, values, strict=True))


def _key_texts(dataset: DatasetComparison, long: DataFrame) -> list[list[str | None]]:
    from clinmap.comparison.values import shown

    return [shown(long[key]) for key in dataset.keys]


def _share(equal: int, compared: int) -> float:
    return equal / compared if compared else float("nan")


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for some in counts:
        for rule, count in some.items():
            total[rule] = total.get(rule, 0) + count
    return total

"""Compare two datasets, or two folders of datasets, cell by cell, as SAS PROC COMPARE does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clinmap.comparison.exclusions import Exclusion, excluded_cells
from clinmap.comparison.keys import guess_keys
from clinmap.comparison.outcome import (
    DatasetComparison,
    DifferenceExample,
    DifferencePattern,
    DifferingCells,
    FolderComparison,
    VariableComparison,
)
from clinmap.comparison.pairing import CANDIDATES_OF_A_KEY, Pairing, pair_rows
from clinmap.comparison.patterns import difference_labels
from clinmap.comparison.values import shown
from clinmap.comparison.variables import AlignedVariable, Bools, Tolerance, align
from clinmap.problems import InputError, near_match

KeysOf = (
    Mapping[str, Sequence[str]] | Callable[[str, pd.DataFrame, pd.DataFrame], Sequence[str] | None]
)
EXAMPLES = 3
_DEFAULT_TOLERANCE = Tolerance()


def compare_datasets(
    base: pd.DataFrame,
    compare: pd.DataFrame,
    *,
    name: str,
    keys: Sequence[str] | None = None,
    tolerance: Tolerance = _DEFAULT_TOLERANCE,
    ignore: Collection[str] = (),
    exclusions: Sequence[Exclusion] = (),
    examples: int = EXAMPLES,
) -> DatasetComparison:
    """Compare `compare` with `base`: rows meet by `keys`, then cell meets cell.

    How cells and rows are compared is said in the `rules` of the answer. No keys: a guess.
    Variables in `ignore` take no part at all; cells of `exclusions` are counted by their rule.
    The order of rows on either side is without effect. Raises InputError CMP001 for a key that one
    side lacks, CMP002 for a column name that occurs twice.

    >>> ours = pd.DataFrame({"USUBJID": ["1", "2"], "SEX": ["M", "F"]})
    >>> theirs = pd.DataFrame({"USUBJID": ["2", "1"], "SEX": ["F", "m"]})
    >>> dm = compare_datasets(ours, theirs, name="DM", keys=["USUBJID"])
    >>> dm.compared, dm.equal, dm.variables[0].patterns[0].kind
    (2, 1, 'case')
    """
    _refuse_repeated(name, base, compare)
    reason = "given"
    if keys is None:
        keys, reason = guess_keys(_without(base, ignore), _without(compare, ignore))
    _refuse_missing(name, keys, base, compare)
    base, compare = _without(base, ignore), _without(compare, ignore)
    named = [str(c) for c in base.columns if c in compare.columns and c not in keys]
    aligned = [align(variable, base[variable], compare[variable]) for variable in named]
    pairing = pair_rows(
        [align(key, base[key], compare[key]) for key in keys],
        aligned,
        (len(base), len(compare)),
        tolerance,
    )
    pairs = _Pairs(base, compare, pairing, tuple(keys))
    left_out = pairs.left_out(exclusions, named)
    found = [pairs.compared(v, left_out[v.name], tolerance, examples) for v in aligned]
    return DatasetComparison(
        name=name,
        keys=tuple(keys),
        base_rows=len(base),
        compare_rows=len(compare),
        paired=len(pairing.base),
        tied=pairing.tied,
        only_base=len(pairing.only_base),
        only_compare=len(pairing.only_compare),
        variables=tuple(variable for variable, _ in found),
        base_only_variables=tuple(str(c) for c in base.columns if c not in compare.columns),
        compare_only_variables=tuple(str(c) for c in compare.columns if c not in base.columns),
        keys_reason=reason,
        rules=rules_text(tolerance, ignore, exclusions),
        pair_keys=pairs.keys_of_pairs(),
        unpaired_keys=pairs.keys_of_unpaired(),
        differing=tuple(cells for _, cells in found if cells.pairs),
    )


def compare_folders(
    base: Mapping[str, pd.DataFrame],
    compare: Mapping[str, pd.DataFrame],
    keys: KeysOf | None = None,
    *,
    tolerance: Tolerance = _DEFAULT_TOLERANCE,
    ignore: Collection[str] = (),
    exclusions: Sequence[Exclusion] | Mapping[str, Sequence[Exclusion]] = (),
    examples: int = EXAMPLES,
) -> FolderComparison:
    """Compare the datasets that both folders have, in the order of their names.

    `keys` gives the keys of a dataset by its name, or is a function of the name and the two frames;
    where it gives none (None, or no entry) they are guessed. `exclusions` hold for all datasets, or
    are given by the dataset's name.
    """
    shared = sorted(set(base) & set(compare))
    return FolderComparison(
        datasets=tuple(
            compare_datasets(
                base[name],
                compare[name],
                name=name,
                keys=_keys_of(keys, name, base[name], compare[name]),
                tolerance=tolerance,
                ignore=ignore,
                exclusions=(
                    exclusions.get(name, ()) if isinstance(exclusions, Mapping) else exclusions
                ),
                examples=examples,
            )
            for name in shared
        ),
        base_only_datasets=tuple(sorted(set(base) - set(compare))),
        compare_only_datasets=tuple(sorted(set(compare) - set(base))),
    )


def _keys_of(
    keys: KeysOf | None, name: str, base: pd.DataFrame, compare: pd.DataFrame
) -> Sequence[str] | None:
    if keys is None or isinstance(keys, Mapping):
        return None if keys is None else keys.get(name)
    return keys(name, base, compare)


def rules_text(
    tolerance: Tolerance,
    ignore: Collection[str],
    exclusions: Sequence[Exclusion],
) -> tuple[str, ...]:
    """In sentences: how cells and rows were compared."""
    rules = [
        "Rows meet by their keys; null keys meet null keys, numbers as keys are equal in 12 "
        "digits. Keys are not among the compared cells.",
        "Rows whose key is not unique are tied: rows of equal content meet first, then the pairs "
        "with the most equal cells; equally good pairs by content, not by order. A key with more "
        f"than {CANDIDATES_OF_A_KEY:,} candidate pairs meets in the order of content.",
        "Text is equal when it is exactly equal after trailing blanks are removed; null equals "
        "blank.",
        f"Numbers are equal within {tolerance.relative:g} of the larger one or "
        f"{tolerance.absolute:g} absolutely; missing equals missing.",
        "Dates that meet numbers, and numeric variables named DT or DTM, count from 1960-01-01: in "
        "seconds when the middle number is above 200,000, else in days; equal within half a "
        "millisecond or the absolute tolerance. A partial date equals no number.",
        "Text that meets numbers is read as numbers; text that is none equals no number.",
    ]
    if ignore:
        rules.append(f"Ignored: {', '.join(sorted(ignore))}.")
    names = dict.fromkeys(exclusion.rule for exclusion in exclusions)
    rules.extend(f"Left out and counted: {rule}." for rule in names)
    return tuple(rules)


def _without(frame: pd.DataFrame, ignore: Collection[str]) -> pd.DataFrame:
    return frame[[c for c in frame.columns if c not in ignore]].reset_index(drop=True)


def _refuse_repeated(name: str, base: pd.DataFrame, compare: pd.DataFrame) -> None:
    for side, frame in (("base", base), ("compare", compare)):
        twice = sorted({str(c) for c in frame.columns[frame.columns.duplicated()]})
        if twice:
            raise InputError("CMP002", f"{name}: {side} has more than one {', '.join(twice)}")


def _refuse_missing(
    name: str, keys: Sequence[str], base: pd.DataFrame, compare: pd.DataFrame
) -> None:
    for side, frame in (("base", base), ("compare", compare)):
        for key in keys:
            if key not in frame.columns:
                hint = near_match(key, [str(c) for c in frame.columns])
                raise InputError("CMP001", f"{name}: {side} has no key {key}", hint=hint)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The two frames and which of their rows meet."""

    base: pd.DataFrame
    compare: pd.DataFrame
    pairing: Pairing
    keys: tuple[str, ...]

    def keys_of_pairs(self) -> pd.DataFrame:
        """The keys of the pairs, as the base has them."""
        return self.base[list(self.keys)].take(self.pairing.base).reset_index(drop=True)

    def keys_of_unpaired(self) -> pd.DataFrame:
        """The keys of the rows that met none, with the side that they are of."""
        frames = []
        for side, whole, rows in (
            ("base", self.base, self.pairing.only_base),
            ("compare", self.compare, self.pairing.only_compare),
        ):
            frame = whole[list(self.keys)].take(rows).reset_index(drop=True)
            frames.append(frame.assign(side=pd.Series([side] * len(rows), dtype="str")))
        filled = [frame for frame in frames if len(frame)]
        return pd.concat(filled, ignore_index=True) if filled else frames[0]

    def left_out(
        self, exclusions: Sequence[Exclusion], variables: Sequence[str]
    ) -> dict[str, dict[str, Bools]]:
        """The cells that the exclusions name, by variable and rule."""
        if not exclusions:
            return {name: {} for name in variables}
        columns = [*self.keys, *variables]
        base = self.base[columns].take(self.pairing.base).reset_index(drop=True)
        compare = self.compare[columns].take(self.pairing.compare).reset_index(drop=True)
        return excluded_cells(exclusions, base, compare, variables)

    def compared(
        self,
        variable: AlignedVariable,
        left_out: Mapping[str, Bools],
        tolerance: Tolerance,
        examples: int,
    ) -> tuple[VariableComparison, DifferingCells]:
        """The counts and patterns of one variable, and its differing cells."""
        cells = variable.take(self.pairing.base, self.pairing.compare)
        counted = np.ones(len(self.pairing.base), dtype=np.bool_)
        for out in left_out.values():
            counted &= ~out
        pairs = np.flatnonzero(counted & ~cells.equal(tolerance))
        labels = difference_labels(cells.take(pairs, pairs))
        differing = self._differing(variable.name, pairs, labels)
        compared = int(counted.sum())
        result = VariableComparison(
            name=variable.name,
            compared=compared,
            equal=compared - len(pairs),
            different=len(pairs),
            patterns=self._patterns(labels, differing, examples),
            left_out={rule: int(out.sum()) for rule, out in left_out.items() if out.any()},
        )
        return result, differing

    def _differing(
        self,
        name: str,
        pairs: np.typing.NDArray[np.int64],
        labels: np.typing.NDArray[np.object_],
    ) -> DifferingCells:
        base = self.base[name].take(self.pairing.base[pairs])
        compare = self.compare[name].take(self.pairing.compare[pairs])
        values = (tuple(shown(base)), tuple(shown(compare)))
        return DifferingCells(name, tuple(pairs.tolist()), *values, tuple(map(str, labels)))

    def _patterns(
        self, labels: np.typing.NDArray[np.object_], cells: DifferingCells, examples: int
    ) -> tuple[DifferencePattern, ...]:
        """The classes of difference with their counts and first examples, most frequent first."""
        codes, kinds = pd.factorize(labels)
        counts = np.bincount(codes, minlength=len(kinds))
        patterns = []
        for code, kind in enumerate(kinds):
            places = np.flatnonzero(codes == code)[:examples].tolist()
            shown_cells = tuple(self._example(cells, place) for place in places)
            patterns.append(DifferencePattern(str(kind), int(counts[code]), shown_cells))
        return tuple(sorted(patterns, key=lambda p: (-p.count, p.kind)))

    def _example(self, cells: DifferingCells, place: int) -> DifferenceExample:
        row = self.pairing.base[[cells.pairs[place]]]
        keys = tuple((key, shown(self.base[key].take(row))[0] or "") for key in self.keys)
        return DifferenceExample(keys, cells.base[place] or "", cells.compare[place] or "")

"""Text kept as numbers of its distinct values: encoded once, from the reader to the writer.

Columns of a study repeat few values in many rows. `CodedText` is pandas' Arrow-backed text (its
dtype is `str`, and whoever does not ask cannot tell) that holds a number for each row and each
distinct value once. Taking rows, grouping, sorting, comparing and recoding work on the numbers;
whatever else pandas does sees the text, made when it is asked for.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int32]
TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)
Arrow: Final[Any] = pd.arrays.ArrowStringArray
"""pandas' text on Arrow; the stubs know its public face only."""
FEW: Final = 2
"""Text is coded where each distinct value stands in so many rows on average."""


class CodedText(Arrow):  # type: ignore[misc]
    """Text as `codes` (-1: missing) of `known`, which has no value twice and none missing.

    `known` may hold values that no row has: taking rows does not change it.
    """

    codes: Codes
    known: pa.LargeStringArray

    def __new__(cls, values: Any, *, dtype: Any = None) -> Any:
        """What pandas makes of text by the name of the class is plain text."""
        return Arrow(values, dtype=dtype)

    @classmethod
    def of(cls, codes: Codes, known: pa.LargeStringArray) -> CodedText:
        """Coded text of these numbers and distinct values; nothing is copied or checked."""
        made: CodedText = object.__new__(cls)
        made.codes, made.known = codes, known
        made._dtype, made._cache = TEXT, {}
        return made

    @property
    def _pa_array(self) -> pa.ChunkedArray:
        return pa.chunked_array([_decoded(self.codes, self.known)])

    @_pa_array.setter
    def _pa_array(self, values: pa.ChunkedArray) -> None:
        self.codes, self.known = _encoded(values)

    def _from_pyarrow_array(self, pa_array: pa.Array | pa.ChunkedArray) -> Any:
        return Arrow(pa_array.cast(pa.large_string()), dtype=self._dtype)

    @classmethod
    def _from_sequence(cls, scalars: Any, *, dtype: Any = None, copy: bool = False) -> Any:
        return Arrow._from_sequence(scalars, dtype=dtype or TEXT, copy=copy)

    def __reduce__(self) -> tuple[Any, ...]:
        return (CodedText.of, (self.codes, self.known))

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def nbytes(self) -> int:
        """The bytes of the numbers and of the distinct values."""
        return int(self.codes.nbytes + self.known.nbytes)

    @property
    def _hasna(self) -> bool:
        return bool((self.codes < 0).any())

    def isna(self) -> npt.NDArray[np.bool_]:
        """Where the text is missing."""
        return np.asarray(self.codes < 0)

    def count(self) -> int:
        """The number of values that are not missing."""
        return int((self.codes >= 0).sum())

    def copy(self) -> CodedText:
        """The same, with numbers of its own."""
        return CodedText.of(self.codes.copy(), self.known)

    def view(self, dtype: Any = None) -> Any:
        """The same text, with the same numbers."""
        if dtype is not None:
            return super().view(dtype)
        made = CodedText.of(self.codes, self.known)
        made._readonly = self._readonly
        return made

    def _with(self, codes: npt.NDArray[np.int32]) -> CodedText:
        return CodedText.of(codes, self.known)

    def take(self, indices: Any, allow_fill: bool = False, fill_value: Any = None) -> Any:
        """The values at positions; with `allow_fill`, -1 is a missing value."""
        positions = np.asarray(indices, dtype=np.int64)
        if positions.size and not len(self.codes) and (not allow_fill or positions.max() >= 0):
            raise IndexError("cannot do a non-empty take")
        if not allow_fill or not (negative := positions < 0).any():
            return self._with(self.codes.take(positions))
        if positions.min() < -1:
            raise ValueError("positions must not be below -1")
        if not pd.isna(fill_value):
            return super().take(indices, allow_fill=allow_fill, fill_value=fill_value)
        if not len(self.codes):
            return self._with(np.full(len(positions), -1, dtype=np.int32))
        taken = self.codes.take(positions, mode="clip")
        taken[negative] = -1
        return self._with(taken)

    def __getitem__(self, item: Any) -> Any:
        """A value, or the text at a slice, a mask or positions."""
        if isinstance(item, int | np.integer):
            code = int(self.codes[item])
            return np.nan if code < 0 else self.known[code].as_py()
        if isinstance(item, slice):
            made = self._with(self.codes[item])
            made._readonly = self._readonly
            return made
        chosen = pd.api.indexers.check_array_indexer(self, item)
        if isinstance(chosen, np.ndarray) and chosen.dtype.kind in "iub":
            return self._with(self.codes[chosen])
        return super().__getitem__(item)

    def __iter__(self) -> Iterator[Any]:
        """The values, one after the other."""
        return iter(self.to_numpy(dtype=object).tolist())

    def to_numpy(
        self, dtype: Any = None, copy: bool = False, na_value: Any = pd.api.extensions.no_default
    ) -> npt.NDArray[Any]:
        """The values as Python's texts."""
        if dtype is not None and np.dtype(dtype) != object:
            return np.asarray(super().to_numpy(dtype=dtype, copy=copy, na_value=na_value))
        missing = np.nan if na_value is pd.api.extensions.no_default else na_value
        texts = np.array([*self.known.to_pylist(), missing], dtype=object)
        return texts.take(np.where(self.codes < 0, len(texts) - 1, self.codes))

    def factorize(self, use_na_sentinel: bool = True) -> tuple[npt.NDArray[np.intp], Any]:
        """Numbers in the order of first appearance, and what they stand for."""
        codes, order = _by_appearance(self.codes, len(self.known))
        known = Arrow(self.known.take(pa.array(order)), dtype=TEXT)
        if use_na_sentinel or not (codes < 0).any():
            return codes.astype(np.intp, copy=False), known
        return _with_missing(codes, known)

    def unique(self) -> Any:
        """The distinct values in the order of first appearance, a missing one among them."""
        return self.factorize(use_na_sentinel=False)[1]

    def duplicated(self, keep: Any = "first") -> npt.NDArray[np.bool_]:
        """Where a value stands again (missing is a value)."""
        return np.asarray(pd.Series(self.codes).duplicated(keep=keep).to_numpy())

    def dropna(self) -> CodedText:
        """The values that are not missing."""
        return self._with(self.codes[self.codes >= 0])

    def fillna(self, value: Any, limit: int | None = None, copy: bool = True) -> Any:
        """Missing values replaced."""
        if not self._hasna:
            return self.copy() if copy else self
        if limit is None and isinstance(value, str):
            return self._where(~self.isna(), value)
        return super().fillna(value=value, limit=limit, copy=copy)

    def _where(self, mask: npt.NDArray[np.bool_], value: Any) -> Any:
        if isinstance(value, str):
            value = _one(value)
        if isinstance(value, CodedText):
            (own, known), (other, _) = _joined_known([self, value])
            return CodedText.of(np.where(mask, own, other).astype(np.int32), known)
        if pd.api.types.is_scalar(value) and pd.isna(value):
            return self._with(np.where(mask, self.codes, np.int32(-1)))
        return super()._where(mask, value)

    def isin(self, values: Any) -> npt.NDArray[np.bool_]:
        """Where the text is one of these (never where it is missing, unless that is asked for)."""
        asked = list(values)
        wanted = pa.array([value for value in asked if isinstance(value, str)], pa.large_string())
        found = pc.is_in(self.known, value_set=wanted).to_numpy(zero_copy_only=False)
        return self._looked_up(found, any(not isinstance(v, str) and pd.isna(v) for v in asked))

    def _looked_up(self, of_known: npt.NDArray[Any], missing: Any) -> npt.NDArray[Any]:
        """What was found of the distinct values, for each row; numbers of -1 take the last."""
        return np.append(of_known, np.asarray(missing, dtype=of_known.dtype)).take(self.codes)

    def _cmp_method(self, other: Any, op: Callable[[Any, Any], Any]) -> Any:
        if isinstance(other, str):
            asked = pa.scalar(other, pa.large_string())
            found = _COMPARE[op](self.known, asked).to_numpy(zero_copy_only=False)
            return self._looked_up(found, op is operator.ne)
        if isinstance(other, CodedText) and op in (operator.eq, operator.ne):
            if len(self) != len(other):
                raise ValueError("Lengths must match to compare")
            theirs = _codes_in(self.known, other)
            same = (self.codes == theirs) & (self.codes >= 0)
            return same if op is operator.eq else ~same
        return super()._cmp_method(other, op)

    def equals(self, other: object) -> bool:
        """Whether the other has the same text in every row."""
        if not isinstance(other, Arrow) or len(self) != len(other):
            return False
        codes, known = coded(other)
        return bool((self.codes == _codes_in(self.known, CodedText.of(codes, known))).all())

    def argsort(
        self, *, ascending: bool = True, kind: Any = "quicksort", na_position: str = "last",
        **kwargs: Any,
    ) -> npt.NDArray[np.intp]:  # fmt: skip
        """The positions in the order of the values; equal ones stay in their order."""
        ranks = self._looked_up(ranks_of(self.known), -1)
        if not ascending:
            ranks = -ranks
        edge = -len(self.known) - 1 if na_position == "first" else len(self.known) + 1
        ranks = np.where(self.codes < 0, edge, ranks)
        return np.argsort(ranks, kind="stable")

    def value_counts(self, dropna: bool = True) -> pd.Series:
        """How often each value stands, in the order of first appearance."""
        codes, known = self.factorize(use_na_sentinel=dropna)
        counts = np.bincount(codes[codes >= 0], minlength=len(known))
        return pd.Series(counts, index=pd.Index(known, copy=False), name="count", copy=False)

    def map(self, mapper: Any, na_action: Any = None) -> Any:
        """The values mapped, each distinct one once."""
        codes, known = self.factorize(use_na_sentinel=False)
        mapped = known.map(mapper, na_action=na_action)
        if isinstance(mapped, Arrow):
            return recoded(codes, mapped)
        return mapped.take(codes)

    def _hash_pandas_object(
        self, *, encoding: str, hash_key: str, categorize: bool
    ) -> npt.NDArray[np.uint64]:
        texts = np.asarray(self.known.to_numpy(zero_copy_only=False), dtype=object)
        hashed = pd.util.hash_array(texts, encoding, hash_key, categorize=False)
        return self._looked_up(hashed.astype(np.uint64), np.iinfo(np.uint64).max)

    @classmethod
    def _concat_same_type(cls, to_concat: Sequence[Any]) -> Any:
        return concatenated(to_concat)


_COMPARE: Final[Mapping[Any, Callable[[Any, Any], Any]]] = {
    operator.eq: pc.equal,
    operator.ne: pc.not_equal,
    operator.lt: pc.less,
    operator.le: pc.less_equal,
    operator.gt: pc.greater,
    operator.ge: pc.greater_equal,
}
_MAPPED: Final = (
    "capitalize", "casefold", "contains", "count", "endswith", "find", "fullmatch", "get",
    "isalnum", "isalpha", "isdecimal", "isdigit", "islower", "isnumeric", "isspace", "istitle",
    "isupper", "len", "lower", "lstrip", "match", "normalize", "pad", "removeprefix",
    "removesuffix", "replace", "rstrip", "slice", "startswith", "strip", "swapcase", "title",
    "upper", "zfill",
)  # fmt: skip
"""The methods of text (`Series.str`) that give one value for each."""


def _on_known(name: str) -> Callable[..., Any]:
    method = f"_str_{name}"

    def made(self: CodedText, *args: Any, **kwargs: Any) -> Any:
        codes, known = self.factorize(use_na_sentinel=False)
        result = getattr(known, method)(*args, **kwargs)
        if isinstance(result, Arrow):
            return recoded(codes, result)
        return result.take(codes)

    made.__name__ = method
    return made


for _name in _MAPPED:
    setattr(CodedText, f"_str_{_name}", _on_known(_name))


def coded(values: pd.Series | Any) -> tuple[Codes, pa.LargeStringArray]:
    """Text as numbers (-1: missing) and the distinct values that they stand for.

    >>> codes, known = coded(pd.Series(["b", None, "a", "b"], dtype="str"))
    >>> codes.tolist(), known.to_pylist()
    ([0, -1, 1, 0], ['b', 'a'])
    """
    array: Any = values.array if isinstance(values, pd.Series | pd.Index) else values
    if isinstance(array, CodedText):
        return array.codes, array.known
    return _encoded(array._pa_array if isinstance(array, Arrow) else array)


def from_codes(codes: Codes, known: pa.LargeStringArray, index: pd.Index) -> pd.Series:
    """A column of coded text; nothing is copied."""
    return pd.Series(CodedText.of(codes, known), index=index, copy=False)


def is_coded(values: pd.Series) -> bool:
    """Whether a column is coded text."""
    return isinstance(values.array, CodedText)


def as_coded(values: pd.Series) -> pd.Series:
    """A text column as coded text, where its values are few; else as it is.

    >>> is_coded(as_coded(pd.Series(["a", "a", "b", "b"], dtype="str")))
    True
    >>> is_coded(as_coded(pd.Series(["a", "b", "c"], dtype="str")))
    False
    """
    if is_coded(values):
        return values
    codes, known = coded(values)
    if len(known) * FEW > len(codes):
        return values
    return pd.Series(CodedText.of(codes, known), index=values.index, name=values.name, copy=False)


def recoded(codes: npt.NDArray[Any], of_each: Any) -> Any:
    """Text by numbers: coded text, whose distinct values are those of `of_each`.

    `of_each` is text, missing values and repeated ones included; the number -1 is missing.
    """
    own, known = coded(of_each)
    return CodedText.of(np.append(own, np.int32(-1)).take(codes), known)


def combined(left: pd.Series, right: pd.Series, separator: str = "") -> pd.Series:
    """Two texts put together, each distinct pair once; missing where one of them is.

    >>> days = pd.Series(["1", "2", None], dtype="str")
    >>> combined(days, pd.Series(["a"] * 3, dtype="str"), "-").tolist()
    ['1-a', '2-a', nan]
    """
    (first, before), (second, behind) = coded(left), coded(right)
    pairs = first.astype(np.int64) * max(len(behind), 1) + second
    codes = np.full(len(pairs), -1, dtype=np.int64)
    there = (first >= 0) & (second >= 0)
    codes[there], known = pd.factorize(pairs[there])
    heads, tails = np.divmod(known, max(len(behind), 1))
    texts = pc.binary_join_element_wise(
        before.take(heads), behind.take(tails), pa.scalar(separator, pa.large_string())
    )
    made = recoded(codes, texts)
    return pd.Series(made, index=left.index, name=left.name, copy=False)


def shared_codes(left: pd.Series, right: pd.Series) -> tuple[Codes, Codes]:
    """The numbers of two texts in terms of the same distinct values; -1 is missing.

    >>> first, second = pd.Series(["a", "b"], dtype="str"), pd.Series(["b", None], dtype="str")
    >>> [codes.tolist() for codes in shared_codes(first, second)]
    [[0, 1], [1, -1]]
    """
    pieces = [CodedText.of(*coded(side)) for side in (left, right)]
    (first, _), (second, _) = _joined_known(pieces)
    return first, second


def concatenated(arrays: Sequence[Any]) -> Any:
    """Texts one after the other: coded, where their distinct values stay few."""
    pieces = [CodedText.of(*coded(array)) for array in arrays]
    joined = _joined_known(pieces)
    known = joined[0][1]
    size = sum(len(codes) for codes, _ in joined)
    if len(known) * FEW > size and not all(isinstance(array, CodedText) for array in arrays):
        chunks = [chunk for array in arrays for chunk in array._pa_array.iterchunks()]
        whole = pa.chunked_array(chunks, type=pa.large_string())
        return Arrow(whole, dtype=TEXT)
    return CodedText.of(np.concatenate([codes for codes, _ in joined]), known)


def ranks_of(known: pa.LargeStringArray) -> npt.NDArray[np.int64]:
    """For each of distinct values its place in their order, from 0."""
    ranks = np.empty(len(known), dtype=np.int64)
    ranks[pc.array_sort_indices(known).to_numpy()] = np.arange(len(known))
    return ranks


def _joined_known(pieces: Sequence[CodedText]) -> list[tuple[Codes, pa.LargeStringArray]]:
    """The numbers of each piece in terms of the distinct values of all, which come with each."""
    known = pieces[0].known
    if any(piece.known is not known for piece in pieces):
        known = pc.unique(pa.concat_arrays([piece.known for piece in pieces]))
    return [(_codes_in(known, piece), known) for piece in pieces]


def _codes_in(known: pa.LargeStringArray, text: CodedText) -> Codes:
    """The numbers of a text in terms of other distinct values: -1 missing, -2 not among them."""
    if text.known is known:
        return text.codes
    found = pc.fill_null(pc.index_in(text.known, value_set=known), -2)
    return np.append(found.to_numpy().astype(np.int32), np.int32(-1)).take(text.codes)


def _one(value: str) -> CodedText:
    return CodedText.of(np.zeros(1, dtype=np.int32), pa.array([value], pa.large_string()))


def _decoded(codes: Codes, known: pa.LargeStringArray) -> pa.LargeStringArray:
    missing = codes < 0
    return known.take(pa.array(codes, mask=missing if missing.any() else None))


def _encoded(values: pa.Array | pa.ChunkedArray) -> tuple[Codes, pa.LargeStringArray]:
    encoded = values.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries()
        if not encoded.num_chunks:
            return np.empty(0, dtype=np.int32), pa.array([], pa.large_string())
        known = encoded.chunk(0).dictionary
        pieces = [_plain(chunk.indices) for chunk in encoded.chunks]
        return np.concatenate(pieces) if len(pieces) > 1 else pieces[0], known
    return _plain(encoded.indices), encoded.dictionary


def _plain(indices: pa.Array) -> Codes:
    filled = pc.fill_null(indices, -1) if indices.null_count else indices
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.int32)


def _by_appearance(codes: Codes, size: int) -> tuple[Codes, npt.NDArray[np.int64]]:
    """The numbers counted anew by first appearance, and the old number of each new one."""
    first = np.full(size + 1, len(codes), dtype=np.int64)
    # of several values for one place the last one stays: here the first row
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    first = first[:size]
    used = np.flatnonzero(first < len(codes))
    order = used[np.argsort(first[used])]
    if len(order) == size and (order == np.arange(size)).all():
        return codes, order
    new = np.full(size + 1, -1, dtype=np.int32)
    new[order] = np.arange(len(order), dtype=np.int32)
    return new.take(codes), order


def _with_missing(codes: Codes, known: Any) -> tuple[npt.NDArray[np.intp], Any]:
    """Missing as a value of its own, numbered where it first appears."""
    first = int(np.argmax(codes < 0))
    place = int(codes[:first].max(initial=-1)) + 1
    moved = np.where(codes < 0, place, codes + (codes >= place)).astype(np.intp)
    parts = [known._pa_array[:place], pa.chunked_array([pa.nulls(1, pa.large_string())])]
    chunks = [chunk for part in (*parts, known._pa_array[place:]) for chunk in part.chunks]
    return moved, Arrow(pa.chunked_array(chunks), dtype=TEXT)

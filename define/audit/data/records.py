"""The records of a dataset against its description: keys, order, one record per subject.

Source: Define-XML 2.1, sections 5.3.9 (ItemGroupDef: Repeating, Domain) and 5.3.9.1 (KeySequence).
Problems: DEF068, DEF069, DEF074, DEF075.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from clinmap.problems import Problem, Severity
from define.audit.data.coded import Coded, Flags, Integers
from define.audit.data.place import ROWS_SHOWN, Place, some
from define.document.model import Item, ItemRef

_LARGEST = 1 << 62
_OF_PARENT = "IDVARVAL"
"""Names a record of another dataset, and may follow the order of that."""


def record_problems(place: Place) -> Iterator[Problem]:
    """Records with the same keys, records out of order, a domain that is another."""
    if not place.rows:
        return
    keys = _keys(place)
    names = [name for _, name in keys]
    if names:
        repeated = _repeated(place, names)
        yield from _key_problems(place, keys, repeated)
        if not repeated.any():
            yield from _order_problems(place, keys)
    yield from _domain_problems(place)
    yield from _repeating_problems(place)


def _keys(place: Place) -> list[tuple[ItemRef, str]]:
    """The references of the keys with their columns; none when the file lacks one."""
    pairs: list[tuple[ItemRef, Item]] = [
        (ref, item) for ref, item in place.own_items() if ref.key_sequence is not None
    ]
    pairs.sort(key=lambda pair: pair[0].key_sequence or 0)
    columns = [(ref, place.column(item)) for ref, item in pairs]
    if any(column is None for _, column in columns):
        return []
    return [(ref, column.name) for ref, column in columns if column is not None]


def _repeated(place: Place, names: Sequence[str]) -> Flags:
    """The rows whose keys stand in an earlier row."""
    number, size = np.zeros(place.rows, dtype=np.int64), 1
    for name in names:
        values = place.values(name)
        if size > _LARGEST // (values.size + 1):
            number, known = pd.factorize(number)
            size = len(known)
        number = number * (values.size + 1)
        number += values.codes
        number += 1
        size *= values.size + 1
    ordered = np.sort(number)
    if not (ordered[1:] == ordered[:-1]).any():
        return np.zeros(place.rows, dtype=np.bool_)
    return pd.Series(number).duplicated().to_numpy()


def _key_problems(
    place: Place, keys: Sequence[tuple[ItemRef, str]], repeated: Flags
) -> Iterator[Problem]:
    count = int(repeated.sum())
    if count:
        names = ", ".join(name for _, name in keys)
        message = f"the keys {names} do not tell {count} of the {place.rows} records from others"
        yield place.problem(
            "DEF068", Severity.ERROR, message, keys[-1][0].line, count=count,
            rows=np.flatnonzero(repeated)[:ROWS_SHOWN].tolist(),
            hint="Add the variable that tells them apart to the keys.",
        )  # fmt: skip


def _order_problems(place: Place, keys: Sequence[tuple[ItemRef, str]]) -> Iterator[Problem]:
    """Records that stand below one that the keys would put after them."""
    tied = np.ones(max(place.rows - 1, 0), dtype=np.bool_)
    wrong = ~tied
    first = ""
    for _, name in keys:
        if name == _OF_PARENT:
            break
        steps = [np.diff(ranks) for ranks in _orders(place, name)]
        step = min(steps, key=lambda one: int((tied & (one < 0)).sum()))
        falls = tied & (step < 0)
        first = first or (name if falls.any() else "")
        wrong |= falls
        tied &= step == 0
    count = int(wrong.sum())
    if count:
        line = next(ref.line for ref, name in keys if name == first)
        message = f"{count} records are not in the order of the keys, first by {first}"
        yield place.problem(
            "DEF069", Severity.WARNING, message, line, first, count=count,
            rows=(np.flatnonzero(wrong)[:ROWS_SHOWN] + 1).tolist(),
            hint="Sort the dataset by its keys, or number the keys in the order of the sort.",
        )  # fmt: skip


def _orders(place: Place, name: str) -> Iterator[Integers]:
    """The orders that a key may have: its own; of text also that of the numbers it is or has.

    Numbers may be written as text (IDVARVAL), or stand beside it (PARAMN beside PARAMCD).
    """
    values = place.values(name)
    yield values.ranks
    if values.numbers is not None or not values.size:
        return
    if (values.decimals >= 0).all():
        numbers = np.asarray(values.texts.cast("double").to_numpy(), dtype=np.float64)
        yield np.append(numbers.argsort().argsort(), -1)[values.codes]
    known = {column.name for column in place.dataset.columns if column.character is False}
    for beside in (f"{name}N", f"{name.removesuffix('CD')}N", f"{name}NUM"):
        if beside in known:
            number = place.values(beside)
            if len(place.combinations((beside, name))) == _kinds(number) == _kinds(values):
                yield number.ranks


def _kinds(values: Coded) -> int:
    """How many different values there are, a missing one among them."""
    return values.size + bool((values.codes < 0).any())


def _domain_problems(place: Place) -> Iterator[Problem]:
    """DOMAIN of the records against the Domain of the dataset; the parts of a domain share it."""
    domain = place.group.domain.split(",")[0].strip()
    names = {column.name for column in place.dataset.columns if column.character}
    if not domain or "DOMAIN" not in names:
        return
    values = place.values("DOMAIN")
    texts = np.asarray(values.texts.to_pylist(), dtype=object)
    other = texts != domain
    if other.any():
        shown = some(sorted(texts[other].tolist()), "DOMAIN")
        message = f"Domain is {domain}, but DOMAIN of the records has {shown}"
        yield place.problem(
            "DEF074", Severity.ERROR, message, place.group.line, "DOMAIN",
            count=int(values.counts[other].sum()),
        )  # fmt: skip


def _repeating_problems(place: Place) -> Iterator[Problem]:
    """Repeating says whether a subject may have several records."""
    names = {column.name for column in place.dataset.columns}
    if place.group.repeating or "USUBJID" not in names:
        return
    counts = place.values("USUBJID").counts
    several = int((counts > 1).sum())
    if several:
        message = f"Repeating is No, but {several} subjects have several records"
        yield place.problem(
            "DEF075", Severity.WARNING, message, place.group.line, "USUBJID", count=several
        )

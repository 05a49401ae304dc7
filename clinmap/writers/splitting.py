"""Parts of datasets whose transport file is larger than an authority takes.

The whole dataset is written all the same; its parts stand beside it, in the folder `split`. A part
holds all records of its subjects, or those of one category, and has the variables and lengths of
the whole, so that the parts one after the other are the whole. The parts of SUPP-- hold the
qualifiers of the records in the part of its parent.

The names follow SDTMIG 3.4 section 4.1.7 (splitting domains): the name of the domain and up to two
characters more; DOMAIN stays, and --SEQ is unique over the parts. The limit is that of the FDA's
Study Data Technical Conformance Guide, section 3.3.2; that the whole stays beside the parts is our
choice, since define.xml, SUPP-- and the reviewer's programs refer to the whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clinmap.plan import PartsRule
from clinmap.writers.xpt import submitted, widths
from clinmap.writers.xpt_shape import XptDataset

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Mask, Positions

LIMIT: Final = 5_000_000_000
"""Bytes that a file may have unless another limit is asked for."""

FOLDER: Final = "split"
SUBJECT = "USUBJID"
_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_RECORD, _HEADERS, _DESCRIPTION, _NUMBER = 80, 8, 140, 8


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a dataset: its name, what it holds in words, and the positions of its rows."""

    name: str
    holds: str
    rows: Positions


def bytes_of(text: str) -> int:
    """A size as it is typed, in bytes; ValueError for what is no size.

    >>> bytes_of("5GB"), bytes_of("1.5 MB"), bytes_of("800")
    (5000000000, 1500000, 800)
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMG]?B|)\s*", text.upper())
    size = int(float(match[1]) * _UNITS[match[2]]) if match else 0
    if size <= 0:
        raise ValueError(f"{text!r} is no size; write for example 5GB or 500MB")
    return size


def xpt_size(rows: int, dataset: XptDataset, frame: pd.DataFrame) -> int:
    """The bytes of a transport file with so many rows of this dataset."""
    variables = submitted(dataset)
    head = _HEADERS * _RECORD + _padded(len(variables) * _DESCRIPTION) + _RECORD
    return head + _padded(rows * _row_size(dataset, frame))


def parts_of(
    frame: pd.DataFrame,
    dataset: XptDataset,
    limit: int = LIMIT,
    *,
    rule: PartsRule | None = None,
    taken: Collection[str] = (),
) -> tuple[Part, ...]:
    """The parts of a dataset whose transport file is over the limit; none where it is not.

    Required columns: those of the dataset's variables, and the one that `rule` splits by. Without a
    rule, and for values that the rule does not name, the parts hold whole subjects and are numbered
    (`LB01`, `LB02`); `taken` are names that they must not have. Rows: each is in exactly one part,
    in the order of the whole. Missing values: a missing value of the rule's variable is one that
    the rule does not name. Problems: none; see `too_large`.
    """
    import numpy as np

    if xpt_size(len(frame), dataset, frame) <= limit:
        return ()
    parts: list[Part] = []
    rest = np.ones(len(frame), dtype=bool)
    for value, suffix in rule.into if rule else ():
        here = (frame[rule.by] == value).to_numpy(dtype=bool, na_value=False) if rule else rest
        if here.any() and rule:
            name = f"{dataset.name}{suffix}"
            parts.append(Part(name, f"{rule.by} {value}", np.flatnonzero(here)))
            rest &= ~here
    names = (*taken, *(part.name for part in parts))
    return (*parts, *_numbered(frame, dataset, limit, rest, names))


def parts_of_supplemental(parts: Iterable[Part], parents: Positions) -> tuple[Part, ...]:
    """The parts of SUPP-- beside those of its parent; `parents` is the parent row of each record.

    A part of the parent without qualifiers has none.
    """
    import numpy as np

    found = []
    for part in parts:
        rows = np.flatnonzero(np.isin(parents, part.rows))
        if len(rows):
            named = f"SUPP{part.name}"[:8]
            found.append(Part(named, f"qualifiers of {part.name}", rows))
    return tuple(found)


def too_large(
    parts: Sequence[Part], dataset: XptDataset, frame: pd.DataFrame, limit: int
) -> tuple[str, ...]:
    """The names of parts whose file is over the limit: one subject or category is too much."""
    return tuple(p.name for p in parts if xpt_size(len(p.rows), dataset, frame) > limit)


def _numbered(
    frame: pd.DataFrame, dataset: XptDataset, limit: int, rest: Mask, taken: Collection[str]
) -> tuple[Part, ...]:
    """The rows that are left, in numbered parts of whole subjects."""
    import numpy as np

    if not rest.any():
        return ()
    number = np.full(len(frame), -1)
    number[rest] = _bins(frame[rest], dataset, limit)
    rows = [np.flatnonzero(number == which) for which in range(int(number.max()) + 1)]
    by = "subjects" if SUBJECT in frame.columns else "records"
    names = _names(dataset.name, len(rows), taken)
    told = [f"{by}, part {n} of {len(rows)}" for n in range(1, len(rows) + 1)]
    return tuple(Part(*part) for part in zip(names, told, rows, strict=True))


def _bins(frame: pd.DataFrame, dataset: XptDataset, limit: int) -> Positions:
    """The number of the part of each row: subjects in their order, as many as the limit takes."""
    import numpy as np
    import pandas as pd

    room = limit - xpt_size(0, dataset, frame)
    most = max(room // _row_size(dataset, frame), 1)
    if SUBJECT not in frame.columns:
        return np.arange(len(frame), dtype=np.int64) // most
    codes, _ = pd.factorize(frame[SUBJECT], use_na_sentinel=False)
    bins, filled, current = [], 0, 0
    for count in np.bincount(codes).tolist():
        if filled and filled + count > most:
            current, filled = current + 1, 0
        filled += count
        bins.append(current)
    return np.asarray(bins, dtype=np.int64)[codes]


def _names(dataset: str, count: int, taken: Collection[str]) -> list[str]:
    """Names of parts: the dataset's and a number of two digits, as long as nobody has them."""
    found: list[str] = []
    number = 0
    while len(found) < count:
        number += 1
        name = f"{dataset[:6]}{number:02d}"
        if name not in taken:
            found.append(name[:8])
    return found


def _row_size(dataset: XptDataset, frame: pd.DataFrame) -> int:
    variables = submitted(dataset)
    lengths: Mapping[str, int] = widths(frame, variables)
    return sum(lengths.get(variable.name, _NUMBER) for variable in variables)


def _padded(size: int) -> int:
    return -(-size // _RECORD) * _RECORD

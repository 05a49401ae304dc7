"""Profiles of raw columns: types, missing values, distinct values, formats of dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from clinmap.profiling.date_formats import found_dates, found_times
from clinmap.profiling.profiles import ColumnProfile, Described, Kind, TableProfile

if TYPE_CHECKING:
    import pandas as pd

MOST_VALUES = 400
"""So many distinct texts of a column are kept."""

_CODED_VALUES = 60
_CODED_LENGTH = 60
_REPEATED = 0.3
_KEY_COLUMNS = 3
_KEY_CANDIDATES = 14
_TRUTH = frozenset(
    {"y", "n", "yes", "no", "u", "unknown", "unk", "na", "n/a", "true", "false", "not applicable"}
)


def profile_table(
    name: str, frame: pd.DataFrame, described: Described | None = None
) -> TableProfile:
    """The profile of a raw table.

    Columns: text, as `clinmap.readers.raw.read_raw` gives it. Rows: none is changed. Missing values
    are counted and take no part in the rest. Problems: none; what is no date, no number and no code
    is text.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"SUBJ": ["1", "2"], "START": ["1 MAY 2014", None]})
    >>> found = profile_table("ae", frame)
    >>> [(c.name, c.kind, c.missing) for c in found.columns]
    [('SUBJ', 'integer', 0), ('START', 'date', 1)]
    """
    said = described or Described()
    columns = [_with_words(profile_column(str(n), frame[n]), said) for n in frame.columns]
    return TableProfile(
        name, len(frame), tuple(columns), said.label, _keys(frame, columns), said.domains
    )


def profile_column(name: str, values: pd.Series) -> ColumnProfile:
    """The profile of one column of text.

    >>> import pandas as pd
    >>> profile_column("SEX", pd.Series(["Male", "Female", "Male", "Male"] * 5)).kind
    'coded'
    """
    counts = values.value_counts(dropna=True)
    texts = [str(text) for text in counts.index]
    kept = tuple(
        (text, int(count)) for text, count in zip(texts[:MOST_VALUES], counts, strict=False)
    )
    known = int(counts.sum())
    profile = ColumnProfile(
        name, len(values), len(values) - known, len(texts), "text",
        max(map(len, texts), default=0), kept, is_unique=0 < known == len(texts),
    )  # fmt: skip
    if not texts:
        return replace(profile, kind="empty")
    return _typed(profile, texts, known)


def _typed(profile: ColumnProfile, texts: list[str], known: int) -> ColumnProfile:
    """The profile with the kind of its texts, and formats where they are dates or times."""
    if {text.strip().casefold() for text in texts} <= _TRUTH:
        return replace(profile, kind="yes/no")
    if clocks := found_times(texts):
        return replace(profile, kind="time", formats=clocks)
    if (dates := found_dates(texts)) is not None:
        kind: Kind = "datetime" if dates.timed else "date"
        return replace(
            profile, kind=kind, formats=dates.formats, other_formats=dates.others,
            partial=dates.partial,
        )  # fmt: skip
    if number := _number_kind(texts):
        return replace(profile, kind=number)
    few = len(texts) <= _CODED_VALUES and profile.longest <= _CODED_LENGTH
    coded = few and (len(texts) <= max(2, _REPEATED * known))
    return replace(profile, kind="coded" if coded else "text")


def _number_kind(texts: list[str]) -> Kind | None:
    """Whether nearly all texts are numbers; `<0.5` is one here, as laboratories write it."""
    import pandas as pd

    bare = pd.Series(texts, dtype="str").str.strip().str.lstrip("<>=≤≥ ")
    numbers = pd.to_numeric(bare, errors="coerce")
    if numbers.notna().mean() < 0.9:
        return None
    whole = bare[numbers.notna()].str.fullmatch(r"[+-]?\d+").all()
    return "integer" if whole else "decimal"


def _with_words(column: ColumnProfile, said: Described) -> ColumnProfile:
    name = column.name
    decodes: Mapping[str, str] = said.decodes.get(name, {})
    label = said.labels.get(name, "")
    return replace(column, label=label, aliases=said.aliases.get(name, ()), decodes=decodes)


def _keys(frame: pd.DataFrame, columns: list[ColumnProfile]) -> tuple[str, ...]:
    """The fewest columns, taken greedily, whose values together are unique; else none."""
    if not len(frame):
        return ()
    varied = [c for c in columns if c.distinct > 1 and c.missing < c.rows and c.kind != "text"]
    for column in columns:
        if column.is_unique and column.missing == 0 and column.longest <= _CODED_LENGTH:
            return (column.name,)
    chosen: list[str] = []
    candidates = [c.name for c in columns if c in varied or (c.longest <= 30 and c.distinct > 1)]
    for _ in range(_KEY_COLUMNS):
        left = [name for name in candidates[:_KEY_CANDIDATES] if name not in chosen]
        counts = {name: int((~frame.duplicated([*chosen, name])).sum()) for name in left}
        if not counts:
            break
        best = max(counts, key=lambda name: counts[name])
        chosen.append(best)
        if counts[best] == len(frame):
            return tuple(chosen)
    return ()

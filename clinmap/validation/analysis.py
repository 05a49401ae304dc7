"""Checks of analysis records by themselves; those of baseline records and values are here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan
from clinmap.validation.analysis_dates import date_checks
from clinmap.validation.analysis_values import value_checks
from clinmap.validation.checks import Mask, Words, everywhere, frame_check

_PARAMETER = ("USUBJID", "PARAMCD")
_KINDS = "BASETYPE"
"""Several kinds of baseline: each has a record of its own."""

_TEXTS = (
    ("BASEC", "AVALC"),
    ("BNRIND", "ANRIND"),
    ("BTOXGR", "ATOXGR"),
    ("BTOXGRL", "ATOXGRL"),
    ("BTOXGRH", "ATOXGRH"),
)
"""Texts of the baseline record, and what they are copies of."""


def analysis_checks(dataset: DatasetPlan) -> list[pa.Check]:
    """The checks of an analysis dataset by itself: VAL070, VAL071, VAL102 to VAL109, VAL112 to
    VAL119 (ADaMIG 1.3 section 3, OCCDS 1.1); none of other datasets.
    """
    if dataset.purpose != "Analysis":
        return []
    return [*_baselines(dataset), *value_checks(dataset), *date_checks(dataset)]


def _baselines(dataset: DatasetPlan) -> Iterator[pa.Check]:
    names = {variable.name for variable in dataset.submitted_variables}
    if {*_PARAMETER, "ABLFL"} <= names:
        by = (*_PARAMETER, _KINDS) if _KINDS in names else _PARAMETER
        yield from _one_baseline(by)
        if {"BASE", "AVAL"} <= names:
            yield from _baseline_values(by)
        for name, source in _TEXTS:
            if {name, source} <= names:
                yield from _baseline_texts(by, name, source)


def _one_baseline(by: tuple[str, ...]) -> Iterator[pa.Check]:
    yield frame_check(
        Words(
            "VAL070",
            f"More than one baseline record (ABLFL is Y) for {', '.join(by)}",
            "ABLFL",
            hint="" if _KINDS in by else "Several definitions of baseline need BASETYPE.",
        ),
        lambda frame: ~_repeated_baselines(frame, by),
        texts=(*by, "ABLFL"),
    )


def _repeated_baselines(frame: pd.DataFrame, by: tuple[str, ...]) -> Mask:
    flagged = frame.loc[frame["ABLFL"] == "Y", list(by)]
    repeated = ~everywhere(frame)
    repeated[flagged.index] = flagged.duplicated(keep=False)
    return repeated


def _baseline_values(by: tuple[str, ...]) -> Iterator[pa.Check]:
    yield frame_check(
        Words("VAL071", "BASE is not the AVAL of the baseline record", "BASE"),
        lambda frame: _as_at_baseline(frame, by),
        texts=(*by, "ABLFL"),
        numbers=("AVAL", "BASE"),
    )
    yield frame_check(
        Words("VAL118", "BASE is missing, and the baseline record has an AVAL", "BASE"),
        lambda frame: _given_where_known(frame, by),
        texts=(*by, "ABLFL"),
        numbers=("AVAL", "BASE"),
    )


def _baseline_rows(
    frame: pd.DataFrame, by: tuple[str, ...]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The position of each record's baseline record (-1: none), and where there are several."""
    number = frame.groupby(list(by), dropna=False, sort=False).ngroup().to_numpy()
    flagged = np.flatnonzero((frame["ABLFL"] == "Y").to_numpy(dtype=np.bool_))
    groups = int(number.max()) + 1 if len(number) else 0
    row = np.full(groups, -1, dtype=np.int64)
    row[number[flagged]] = flagged
    several = np.bincount(number[flagged], minlength=groups) > 1
    return row[number], several[number]


def _as_at_baseline(frame: pd.DataFrame, by: tuple[str, ...]) -> Mask:
    """A missing BASE passes, and so do records with several baselines: that is VAL070."""
    row, several = _baseline_rows(frame, by)
    value = np.append(frame["AVAL"].to_numpy(), np.nan)[row]
    base = frame["BASE"].to_numpy()
    same = np.isclose(base, value, rtol=1e-9, atol=0)
    return pd.Series(np.isnan(base) | same | several, index=frame.index)


def _given_where_known(frame: pd.DataFrame, by: tuple[str, ...]) -> Mask:
    """A record without AVAL may lack BASE too."""
    row, several = _baseline_rows(frame, by)
    value = np.append(frame["AVAL"].to_numpy(), np.nan)[row]
    lacks = (frame["BASE"].isna() & frame["AVAL"].notna()).to_numpy() & ~np.isnan(value)
    return pd.Series(~lacks | several, index=frame.index)


def _baseline_texts(by: tuple[str, ...], name: str, source: str) -> Iterator[pa.Check]:
    yield frame_check(
        Words("VAL119", f"{name} is not the {source} of the baseline record", name),
        _text_at_baseline(by, name, source),
        texts=(*by, "ABLFL", name, source),
    )


def _text_at_baseline(
    by: tuple[str, ...], name: str, source: str
) -> Callable[[pd.DataFrame], Mask]:
    """As for BASE; records without a baseline record pass too."""

    def passes(frame: pd.DataFrame) -> Mask:
        row, several = _baseline_rows(frame, by)
        value = frame[source].take(row.clip(min=0)).set_axis(frame.index)
        return frame[name].isna() | value.eq(frame[name]) | (row < 0) | several

    return passes

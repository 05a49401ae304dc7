"""Checks of analysis records: one baseline record, and BASE as that record has it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan
from clinmap.validation.checks import Mask, Words, everywhere, frame_check

_PARAMETER = ("USUBJID", "PARAMCD")
_KINDS = "BASETYPE"
"""Several kinds of baseline: each has a record of its own."""


def analysis_checks(dataset: DatasetPlan) -> list[pa.Check]:
    """The checks VAL070 and VAL071 of a dataset with parameters (ADaMIG 1.3 section 3.3)."""
    names = {variable.name for variable in dataset.submitted_variables}
    if dataset.purpose != "Analysis" or not {*_PARAMETER, "ABLFL"} <= names:
        return []
    by = (*_PARAMETER, _KINDS) if _KINDS in names else _PARAMETER
    return [*_one_baseline(by), *(_baseline_values(by) if {"BASE", "AVAL"} <= names else ())]


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


def _as_at_baseline(frame: pd.DataFrame, by: tuple[str, ...]) -> Mask:
    """A missing BASE passes, and so do records with several baselines: that is VAL070."""
    number = frame.groupby(list(by), dropna=False, sort=False).ngroup().to_numpy()
    flagged = (frame["ABLFL"] == "Y").to_numpy()
    groups = int(number.max()) + 1 if len(number) else 0
    value = np.full(groups, np.nan)
    value[number[flagged]] = frame["AVAL"].to_numpy()[flagged]
    several = np.bincount(number[flagged], minlength=groups) > 1
    base = frame["BASE"].to_numpy()
    same = np.isclose(base, value[number], rtol=1e-9, atol=0)
    return pd.Series(np.isnan(base) | same | several[number], index=frame.index)

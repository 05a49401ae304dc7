"""Building the ADaM datasets of a Plan from SDTM datasets, ours or given ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from clinmap.execution.building import Outcome, build_datasets
from clinmap.execution.tables import FrameTable
from clinmap.frames import TEXT
from clinmap.plan import DatasetPlan, Plan


def build_adam(
    plan: Plan,
    tables: Mapping[str, FrameTable],
    datasets: Iterable[DatasetPlan] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Outcome:
    """Build the ADaM datasets; `tables` holds the SDTM datasets (and any raw table they join).

    Rows, missing values and problems are those of the operations; see their pages.
    """
    wanted = list(plan.of_purpose("Analysis") if datasets is None else datasets)
    return build_datasets(plan, tables, wanted, progress)


def given_sdtm(
    plan: Plan, frames: Mapping[str, pd.DataFrame], hashes: Callable[[pd.DataFrame], np.ndarray]
) -> dict[str, FrameTable]:
    """SDTM datasets that we did not build, as tables: SUPP-- values stand beside their parents.

    A variable that the Plan's datasets have and the given ones have not is there without values, so
    that a specification runs on both.
    """
    tables: dict[str, FrameTable] = {}
    for name, frame in frames.items():
        if name.startswith("SUPP"):
            continue
        whole = with_supplemental(frame, frames.get(f"SUPP{name}"))
        known = plan.dataset(name)
        for variable in known.variables if known else ():
            if variable.name not in whole.columns:
                empty = pd.Series(np.nan, index=whole.index)
                whole[variable.name] = empty.astype(TEXT if variable.is_character else "float64")
        tables[name] = FrameTable(name, whole, hashes(whole), is_dataset=True)
    return tables


def with_supplemental(frame: pd.DataFrame, supp: pd.DataFrame | None) -> pd.DataFrame:
    """A dataset with its supplemental qualifiers as columns (SDTMIG 3.4 section 8.4)."""
    if supp is None or supp.empty:
        return frame.copy()
    result = frame.copy()
    for (qualifier, variable), part in supp.groupby(["QNAM", supp["IDVAR"].fillna("")]):
        key = part["USUBJID"].str.cat(part["IDVARVAL"].fillna(""), sep="|")
        if variable:
            numbers = result[variable]
            text = numbers.map(lambda n: f"{n:g}") if numbers.dtype == "float64" else numbers
            own = result["USUBJID"].str.cat(text.astype(TEXT), sep="|")
        else:
            own = result["USUBJID"] + "|"
        values = pd.Series(part["QVAL"].to_numpy(), index=key).groupby(level=0).first()
        found = own.map(values).astype(TEXT)
        result[qualifier] = result[qualifier].where(result[qualifier].notna(), found) if (
            qualifier in result.columns
        ) else found
    return result

"""Building the ADaM datasets of a Plan from SDTM datasets, ours or given ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from clinmap.execution.building import Outcome, build_datasets
from clinmap.execution.finish import Built
from clinmap.execution.found import Found
from clinmap.execution.tables import FrameTable
from clinmap.frames import TEXT, as_text
from clinmap.plan import DatasetPlan, Plan


def build_adam(
    plan: Plan,
    tables: Mapping[str, FrameTable],
    datasets: Iterable[DatasetPlan] | None = None,
    progress: Callable[[str], None] | None = None,
    given: Mapping[str, Built] | None = None,
    known: Mapping[str, Found] | None = None,
) -> Outcome:
    """Build the ADaM datasets; `tables` holds the SDTM datasets (and any raw table they join).

    Those that are `given` by an earlier run stay as they are, with what is `known` of them.
    Rows, missing values and problems are those of the operations; see their pages.
    """
    wanted = list(plan.of_purpose("Analysis") if datasets is None else datasets)
    outcome = build_datasets(plan, tables, wanted, progress, given, known)
    made = {**(given or {}), **outcome.datasets}
    return replace(outcome, datasets={d.name: made[d.name] for d in wanted if d.name in made})


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
    result = frame.copy()
    if supp is None or supp.empty:
        return result
    for name in supp["QNAM"].unique().tolist():
        part = supp[(supp["QNAM"] == name).to_numpy()]
        for identifier in part["IDVAR"].fillna("").unique().tolist():
            of_it = part[(part["IDVAR"].fillna("") == identifier).to_numpy()]
            found = _qualifier(result, identifier, of_it)
            result[name] = result[name].fillna(found) if name in result.columns else found
    return result


def _qualifier(frame: pd.DataFrame, identifier: str, supp: pd.DataFrame) -> pd.Series:
    """The values of one qualifier, on the records that IDVAR and IDVARVAL name."""
    own = frame["USUBJID"]
    theirs = supp["USUBJID"]
    if identifier:
        own = own.str.cat(as_text(frame[identifier]), sep="|")
        theirs = theirs.str.cat(supp["IDVARVAL"].str.strip(), sep="|")
    values = pd.Series(supp["QVAL"].to_numpy(), index=pd.Index(theirs), dtype=TEXT)
    return own.map(values[~values.index.duplicated()]).astype(TEXT)

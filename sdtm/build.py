"""Building the SDTM datasets of a Plan, SUPP-- among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from clinmap.execution.building import Outcome, build_datasets
from clinmap.execution.finish import ROW_LINK, Built
from clinmap.execution.found import Found
from clinmap.execution.tables import FrameTable
from clinmap.frames import TEXT, as_text
from clinmap.plan import DatasetPlan, Plan, VariablePlan
from mappings.supplemental import qualifier_origin


def build_sdtm(
    plan: Plan,
    tables: Mapping[str, FrameTable],
    datasets: Iterable[DatasetPlan] | None = None,
    progress: Callable[[str], None] | None = None,
    given: Mapping[str, Built] | None = None,
    known: Mapping[str, Found] | None = None,
) -> Outcome:
    """Build the SDTM datasets from raw tables; supplemental qualifiers go to SUPP-- as well.

    Those that are `given` by an earlier run stay as they are, with what is `known` of them.
    Rows, missing values and problems are those of the operations; see their pages.
    """
    wanted = list(plan.of_purpose("Tabulation") if datasets is None else datasets)
    outcome = build_datasets(plan, tables, wanted, progress, given, known)
    made = {**(given or {}), **outcome.datasets}
    built: dict[str, Built] = {}
    for dataset in wanted:
        if dataset.parent and dataset.parent in made:
            built[dataset.name] = supplemental(dataset, made[dataset.parent])
        elif dataset.name in made:
            built[dataset.name] = made[dataset.name]
    return replace(outcome, datasets=built)


def supplemental(plan: DatasetPlan, parent: Built) -> Built:
    """SUPP-- of a built dataset: one record for each qualifier that has a value (SDTMIG 3.4, 8.4).

    The parent record is named by its --SEQ; DM, which has none, by USUBJID alone. The order is that
    of the parent records, then of QNAM.
    """
    parts = [_records(parent, qualifier) for qualifier in parent.plan.supplemental]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.sort_values(["record", "QNAM"], ignore_index=True)
    lineage = pd.DataFrame(
        {
            "row": np.arange(1, len(frame) + 1),
            "variable": pd.Categorical([ROW_LINK] * len(frame), categories=[ROW_LINK]),
            "source": pd.Categorical(
                [parent.plan.name] * len(frame), categories=[parent.plan.name]
            ),
            "record": frame["record"] + 1,
        }
    )
    hashes = parent.hashes[frame["record"].to_numpy()]
    names = [variable.name for variable in plan.variables]
    return Built(plan, frame[names], lineage, hashes)


def _records(parent: Built, qualifier: VariablePlan) -> pd.DataFrame:
    values = as_text(parent.frame[qualifier.name])
    records = np.flatnonzero(values.notna().to_numpy())
    taken = parent.frame.iloc[records].reset_index(drop=True)
    sequence = f"{parent.plan.name[:2]}SEQ"
    has_sequence = sequence in taken.columns
    columns = {
        "STUDYID": taken["STUDYID"],
        "RDOMAIN": parent.plan.name[:2],
        "USUBJID": taken["USUBJID"],
        "IDVAR": sequence if has_sequence else None,
        "IDVARVAL": as_text(taken[sequence]) if has_sequence else None,
        "QNAM": qualifier.name,
        "QLABEL": qualifier.label,
        "QVAL": values.iloc[records].reset_index(drop=True),
        "QORIG": qualifier_origin(qualifier.origin),
        "QEVAL": qualifier.evaluator or None,
    }
    frame = pd.DataFrame(columns, index=taken.index)
    frame = frame.astype(dict.fromkeys(columns, TEXT))
    return frame.assign(record=records)

"""Building the SDTM datasets of a Plan, SUPP-- among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from clinmap.coded_text import recoded
from clinmap.execution.building import Outcome, build_datasets
from clinmap.execution.finish import ROW_LINK, Built
from clinmap.execution.found import Found
from clinmap.execution.tables import FrameTable
from clinmap.frames import TEXT, Positions, as_text, missing_text, repeated_text
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
    qualifiers = sorted(parent.plan.supplemental, key=lambda qualifier: qualifier.name)
    values = [as_text(parent.frame[qualifier.name]) for qualifier in qualifiers]
    found = [np.flatnonzero(text.notna().to_numpy()) for text in values]
    held = pd.concat(
        [text.iloc[records] for text, records in zip(values, found, strict=True)], ignore_index=True
    )
    which = np.repeat(np.arange(len(found)), [len(records) for records in found])
    record = np.concatenate(found)
    order = np.argsort(record * len(found) + which, kind="stable")
    record = record[order]
    frame = _frame(parent, qualifiers, which[order], record, held.take(order))
    lineage = pd.DataFrame(
        {
            "row": np.arange(1, len(frame) + 1),
            "variable": _always(ROW_LINK, len(frame)),
            "source": _always(parent.plan.name, len(frame)),
            "record": record + 1,
        }
    )
    names = [variable.name for variable in plan.variables]
    return Built(plan, frame[names], lineage, parent.hashes[record])


def _always(word: str, size: int) -> pd.Categorical:
    """One word in every row."""
    codes = np.zeros(size, dtype=np.int8)
    made: pd.Categorical = pd.Categorical.from_codes(codes, categories=pd.Index([word], dtype=TEXT))
    return made


def _frame(
    parent: Built,
    qualifiers: Sequence[VariablePlan],
    which: Positions,
    record: Positions,
    values: pd.Series,
) -> pd.DataFrame:
    """The records: which qualifier each has, of which record of the parent, and its value."""
    index = pd.RangeIndex(len(record))
    sequence, taken = f"{parent.plan.name[:2]}SEQ", parent.frame
    has_sequence = sequence in taken.columns

    def said(words: Iterable[str | None]) -> pd.Series:
        return pd.Series(recoded(which, pd.array(list(words), dtype=TEXT)), index=index, copy=False)

    columns = {
        "STUDYID": taken["STUDYID"].iloc[record],
        "RDOMAIN": repeated_text(parent.plan.name[:2], index),
        "USUBJID": taken["USUBJID"].iloc[record],
        "IDVAR": repeated_text(sequence, index) if has_sequence else missing_text(index),
        "IDVARVAL": as_text(taken[sequence]).iloc[record] if has_sequence else missing_text(index),
        "QNAM": said(qualifier.name for qualifier in qualifiers),
        "QLABEL": said(qualifier.label for qualifier in qualifiers),
        "QVAL": values,
        "QORIG": said(qualifier_origin(qualifier.origin) for qualifier in qualifiers),
        "QEVAL": said(qualifier.evaluator or None for qualifier in qualifiers),
    }
    return pd.DataFrame({name: column.array for name, column in columns.items()}, index=index)

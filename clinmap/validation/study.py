"""Checks that need several datasets: subjects known to DM, and references between records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import Problem
from clinmap.validation.checks import Mask, Words, as_texts, everywhere, frame_check, null_blanks
from clinmap.validation.findings import problems_of

Frames = Mapping[str, pd.DataFrame]

_REFERENCE = ("IDVAR", "IDVARVAL")


def validate_study(plan: Plan, frames: Frames) -> list[Problem]:
    """The problems that show only when datasets are seen together, dataset by dataset.

    Every USUBJID is in DM, and every record that IDVAR and IDVARVAL name (SUPP--, CO, RELREC) is in
    the dataset that is meant. Flags that ADSL has say of a subject in every analysis dataset what
    they say there. `frames` are the finished datasets by name, as for `validate`; those that the
    Plan does not know are left alone. Without DM, subjects are not checked; a record of CO or
    RELREC that refers to a dataset of the Plan passes where that was not built.

    Problems: VAL060 (SDTMIG 3.4 section 5.2), VAL061 (section 8.4), VAL072 (ADaMIG 1.3 section
    3.2). Reading only.

    Example: `validate_study(plan, {"DM": dm, "AE": ae, "SUPPAE": suppae})`.
    """
    known = {name: null_blanks(frame) for name, frame in frames.items()}
    problems: list[Problem] = []
    for dataset in plan.datasets:
        if dataset.name in known:
            checks = [*_subjects(dataset, known), *_references(plan, dataset, known)]
            checks += _subject_flags(dataset, known)
            across = pa.DataFrameSchema(checks=checks, name=dataset.name)
            problems += problems_of(across, dataset, plan, known[dataset.name])
    return problems


def _subjects(dataset: DatasetPlan, frames: Frames) -> Iterator[pa.Check]:
    if dataset.name == "DM" or "DM" not in frames or "USUBJID" not in frames["DM"].columns:
        return
    subjects = frames["DM"]["USUBJID"].dropna().unique()
    yield frame_check(
        Words("VAL060", "USUBJID is not in DM", "USUBJID"),
        lambda frame: frame["USUBJID"].isna() | frame["USUBJID"].isin(subjects),
        texts=("USUBJID",),
    )


def _subject_flags(dataset: DatasetPlan, frames: Frames) -> Iterator[pa.Check]:
    """The flags (*FL) that the dataset has from ADSL; subjects that ADSL has not pass."""
    subjects = frames.get("ADSL")
    if dataset.purpose != "Analysis" or dataset.name == "ADSL" or subjects is None:
        return
    if "USUBJID" not in subjects.columns or subjects["USUBJID"].duplicated().any():
        return
    for name in frames[dataset.name].columns:
        if name.endswith("FL") and name in subjects.columns:
            yield frame_check(
                Words("VAL072", f"{name} is not what ADSL says of the subject", name),
                _as_in_adsl(name, subjects),
                texts=("USUBJID", name),
            )


def _as_in_adsl(name: str, subjects: pd.DataFrame) -> Callable[[pd.DataFrame], Mask]:
    flags = subjects.set_index("USUBJID")[name].fillna("")

    def passes(frame: pd.DataFrame) -> Mask:
        said = frame["USUBJID"].map(flags)
        return said.isna() | (said == frame[name].fillna(""))

    return passes


def _references(plan: Plan, dataset: DatasetPlan, frames: Frames) -> Iterator[pa.Check]:
    if dataset.parent or {"RDOMAIN", *_REFERENCE} <= set(frames[dataset.name].columns):
        parent = dataset.parent or "the dataset in RDOMAIN"
        variable = "IDVARVAL" if "IDVARVAL" in frames[dataset.name].columns else "USUBJID"
        yield frame_check(
            Words("VAL061", f"The record referred to is not in {parent}", variable),
            lambda frame: _found(plan, dataset, frame, frames),
            texts=("USUBJID",),
        )


def _found(plan: Plan, dataset: DatasetPlan, frame: pd.DataFrame, frames: Frames) -> Mask:
    """Where the record that is referred to exists; rows that refer to no record pass."""
    rows = pd.DataFrame(
        {
            "target": dataset.parent or frame["RDOMAIN"],
            "USUBJID": frame["USUBJID"],
            "IDVAR": frame["IDVAR"] if "IDVAR" in frame.columns else None,
            "IDVARVAL": frame["IDVARVAL"] if "IDVARVAL" in frame.columns else None,
        },
        index=frame.index,
    )
    found = everywhere(rows)
    for (target, variable), part in rows.groupby(["target", "IDVAR"], dropna=False, sort=False):
        if isinstance(target, str) and not _not_built(plan, dataset, target, frames):
            parent = frames.get(target)
            name = variable if isinstance(variable, str) else ""
            found[part.index] = _in_parent(part, parent, name)
    return found


def _not_built(plan: Plan, dataset: DatasetPlan, target: str, frames: Frames) -> bool:
    """Whether a related record may well be there, in a dataset that this build leaves out."""
    return not dataset.parent and target not in frames and plan.dataset(target) is not None


def _in_parent(part: pd.DataFrame, parent: pd.DataFrame | None, variable: str) -> Mask:
    """Whether the parent has the subject and, where a variable is named, the value."""
    if parent is None or not {"USUBJID", variable or "USUBJID"} <= set(parent.columns):
        return ~everywhere(part)
    if not variable:
        return part["USUBJID"].isna() | part["USUBJID"].isin(parent["USUBJID"])
    wanted = pd.MultiIndex.from_arrays([part["USUBJID"], as_texts(part["IDVARVAL"])])
    there = pd.MultiIndex.from_arrays([parent["USUBJID"], as_texts(parent[variable])])
    found = pd.Series(wanted.isin(there), index=part.index)
    return found | part["USUBJID"].isna() | part["IDVARVAL"].isna()

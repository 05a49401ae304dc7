"""References between records: SUPP--, CO, RELREC, RELSUB and RELSPEC point at what is there."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan
from clinmap.standards import sdtm_variable
from clinmap.validation.checks import Mask, Words, as_texts, everywhere, frame_check
from clinmap.validation.repetition import found_among
from clinmap.validation.study_view import StudyView, names_of

_REFERENCE = ("IDVAR", "IDVARVAL")
_BETWEEN_DATASETS = ("ONE", "MANY")


def reference_checks(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """The checks of a dataset that refers to records: VAL061, and VAL082, VAL083 and VAL095 of one
    that is submitted.
    """
    if dataset.purpose != "Tabulation":
        return
    names = set(study.frames[dataset.name].columns)
    if dataset.parent or {"RDOMAIN", *_REFERENCE} <= names:
        yield from _records(study, dataset, names)
    if not dataset.submitted:
        return
    if "IDVAR" in names:
        yield from _identifying(names)
    if dataset.parent:
        yield from _qualifiers(study, dataset)
    if dataset.name == "RELREC":
        yield from _relations(dataset)
    yield from _subjects_and_specimens(study, dataset)


def _records(study: StudyView, dataset: DatasetPlan, names: set[str]) -> Iterator[pa.Check]:
    """What IDVAR and IDVARVAL name is in the dataset that is meant.

    Without IDVAR the subject must be there; without a subject (RELREC between datasets) the
    variable. Source: SDTMIG 3.4 sections 8.2 to 8.5.
    """
    parent = dataset.parent or "the dataset in RDOMAIN"
    variable = "IDVARVAL" if "IDVARVAL" in names else "USUBJID"
    yield frame_check(
        Words("VAL061", f"The record referred to is not in {parent}", variable,
              columns=tuple(name for name in ("RDOMAIN", "USUBJID", *_REFERENCE) if name in names)),
        lambda frame: _found(study, dataset, frame),
        texts=("USUBJID",),
    )  # fmt: skip


def _found(study: StudyView, dataset: DatasetPlan, frame: pd.DataFrame) -> Mask:
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
        if isinstance(target, str) and not _not_built(study, dataset, target):
            name = variable if isinstance(variable, str) else ""
            found[part.index] = _in_parent(part, study.domain(target), name)
    return found


def _not_built(study: StudyView, dataset: DatasetPlan, target: str) -> bool:
    """Whether a related record may well be there, in a dataset that this build leaves out."""
    absent = study.domain(target) is None
    return not dataset.parent and absent and study.plan.dataset(target) is not None


def _in_parent(part: pd.DataFrame, parent: pd.DataFrame | None, variable: str) -> Mask:
    """Whether the parent has the subject and, where a variable is named, the value."""
    if parent is None or not {"USUBJID", variable or "USUBJID"} <= set(parent.columns):
        return ~everywhere(part)
    if not variable:
        return part["USUBJID"].isna() | part["USUBJID"].isin(parent["USUBJID"])
    wanted = part["USUBJID"], as_texts(part["IDVARVAL"])
    there = as_texts(parent["USUBJID"]), as_texts(parent[variable])
    found = pd.Series(found_among(wanted, there), index=part.index)
    return found | part["USUBJID"].isna() | part["IDVARVAL"].isna()


def _identifying(names: set[str]) -> Iterator[pa.Check]:
    """IDVAR and IDVARVAL stand together; in RELREC between whole datasets IDVARVAL is missing.

    Source: SDTMIG 3.4 sections 8.2 to 8.4.
    """
    if not set(_REFERENCE) <= names:
        return
    yield frame_check(
        Words("VAL083", "IDVAR and IDVARVAL do not stand together", "IDVAR"),
        lambda frame: (frame["IDVAR"].isna() == frame["IDVARVAL"].isna()) | _whole(frame),
        texts=("IDVAR", "IDVARVAL", "USUBJID"),
    )


def _whole(frame: pd.DataFrame) -> Mask:
    """Where a row speaks of a whole dataset: it names no subject."""
    return frame["USUBJID"].isna()


def _qualifiers(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """QNAM is no variable of the parent domain, which would have to stand there.

    Source: SDTMIG 3.4 section 8.4.1.
    """
    parent = study.plan.dataset(dataset.parent)
    cls = parent.cls if parent else ""
    frame = study.frames[dataset.name]
    if "QNAM" not in frame.columns:
        return
    own = names_of(parent) if parent else set[str]()
    taken = tuple(
        name
        for name in map(str, frame["QNAM"].dropna().unique())
        if name in own or sdtm_variable(dataset.parent, name, cls) is not None
    )
    yield frame_check(
        Words("VAL082", f"QNAM is a variable of {dataset.parent} itself", "QNAM"),
        lambda rows: ~rows["QNAM"].isin(taken),
        texts=("QNAM",),
    )


def _relations(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """A relationship has two sides at least; RELTYPE is ONE or MANY between datasets only.

    Source: SDTMIG 3.4 sections 8.2 and 8.3.
    """
    names = names_of(dataset)
    if "RELID" in names:
        yield frame_check(
            Words("VAL095", "A relationship (RELID) has one side only", "RELID"), _two_sides,
            texts=("RELID", "USUBJID"),
        )  # fmt: skip
    if {"RELTYPE", "USUBJID"} <= names:
        yield frame_check(
            Words(
                "VAL095", "RELTYPE must be ONE or MANY exactly between whole datasets", "RELTYPE"
            ),
            lambda frame: frame["USUBJID"].isna() == frame["RELTYPE"].isin(_BETWEEN_DATASETS),
            texts=("RELTYPE", "USUBJID"),
        )


def _two_sides(frame: pd.DataFrame) -> Mask:
    return frame["RELID"].isna() | frame.duplicated(["USUBJID", "RELID"], keep=False)


def _subjects_and_specimens(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """RELSUB names subjects of DM; in RELSPEC a PARENT is a REFID of the subject.

    Source: SDTMIG 3.4 sections 8.7 and 8.8.
    """
    known = study.domain("DM")
    if dataset.name == "RELSUB" and known is not None and "USUBJID" in known.columns:
        yield frame_check(
            Words("VAL061", "The related subject is not in DM", "RSUBJID"),
            lambda frame: frame["RSUBJID"].isna() | frame["RSUBJID"].isin(known["USUBJID"]),
            texts=("RSUBJID",),
        )
    if dataset.name == "RELSPEC":
        yield frame_check(
            Words("VAL061", "The parent specimen is not a REFID of the subject", "PARENT"),
            _specimens,
            texts=("USUBJID", "REFID", "PARENT"),
        )


def _specimens(frame: pd.DataFrame) -> Mask:
    there = pd.MultiIndex.from_frame(frame[["USUBJID", "REFID"]])
    wanted = pd.MultiIndex.from_frame(frame[["USUBJID", "PARENT"]])
    return frame["PARENT"].isna() | pd.Series(wanted.isin(there), index=frame.index)

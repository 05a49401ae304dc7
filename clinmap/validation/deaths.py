"""What the datasets say of deaths: DM, adverse events, disposition, death details and survival."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan
from clinmap.validation.checks import Mask, Words, frame_check
from clinmap.validation.study_view import StudyView, names_of

_TELLING = {
    "AE": (("AESDTH", "Y"), ("AEOUT", "FATAL")),
    "DS": (("DSDECOD", "DEATH"),),
    "SS": (("SSSTRESC", "DEAD"),),
}
"""Variables whose value says that the subject died (SDTMIG 3.4 sections 6.2.1, 6.2.4, 6.3)."""


def death_checks(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """The checks VAL081 and VAL096 of a dataset."""
    if dataset.name == "DM":
        yield from _flag_and_date(dataset)
        yield from _told_nowhere(study, dataset)
    if dataset.name == "AE":
        yield from _fatal_outcome(dataset)
    if dataset.name in (*_TELLING, "DD"):
        yield from _unknown_to_dm(study, dataset)
    if dataset.name == "DS":
        yield from _dated_otherwise(study, dataset)


def _flag_and_date(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """A subject with DTHDTC has DTHFL Y (SDTMIG 3.4 section 5.2)."""
    if {"DTHFL", "DTHDTC"} <= names_of(dataset):
        yield frame_check(
            Words("VAL081", "DTHDTC has a date, and DTHFL is not Y", "DTHFL"),
            lambda frame: frame["DTHDTC"].isna() | frame["DTHFL"].eq("Y"),
            texts=("DTHFL", "DTHDTC"),
        )


def _told_nowhere(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """A death in DM is told by adverse events, disposition, death details or survival status.

    Not judged where none of these datasets tells of any death: the study may collect it elsewhere.
    """
    told = {subject for name in (*_TELLING, "DD") for subject in _dead(study, name)}
    if told and {"DTHFL", "USUBJID"} <= names_of(dataset):
        yield frame_check(
            Words("VAL081", "DTHFL is Y, and no other dataset tells of the death", "DTHFL"),
            lambda frame: frame["DTHFL"].ne("Y") | frame["USUBJID"].isin(told),
            texts=("DTHFL", "USUBJID"),
        )


def _dead(study: StudyView, name: str) -> set[str]:
    frame = study.of(name, "USUBJID")
    if frame is None:
        return set()
    return set(frame.loc[_telling(frame, name), "USUBJID"].dropna())


def _telling(frame: pd.DataFrame, name: str) -> Mask:
    """The records that say that the subject died; every record of DD does."""
    if name == "DD":
        return frame["USUBJID"].notna()
    says = pd.Series(data=False, index=frame.index)
    for variable, value in _TELLING[name]:
        if variable in frame.columns:
            says |= frame[variable].eq(value)
    return says


def _unknown_to_dm(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """A subject whose death any dataset tells has DTHFL Y in DM (SDTMIG 3.4 section 5.2)."""
    subjects = study.subjects("DTHFL")
    if subjects is None or "USUBJID" not in names_of(dataset):
        return
    alive = set(subjects.index[subjects["DTHFL"].ne("Y")])
    names = names_of(dataset)
    shown = [variable for variable, _ in _TELLING.get(dataset.name, ()) if variable in names]
    variable = shown[0] if shown else "USUBJID"
    yield frame_check(
        Words("VAL081", f"{dataset.name} tells of a death, and DM.DTHFL is not Y", variable,
              columns=(*shown, "USUBJID")),
        lambda frame: ~(_telling(frame, dataset.name) & frame["USUBJID"].isin(alive)),
        texts=("USUBJID",),
    )  # fmt: skip


def _fatal_outcome(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """AEOUT is FATAL exactly where AESDTH is Y (SDTMIG 3.4 section 6.2.1)."""
    if {"AEOUT", "AESDTH"} <= names_of(dataset):
        yield frame_check(
            Words("VAL081", "AEOUT FATAL and AESDTH Y do not stand together", "AESDTH"),
            lambda frame: frame["AEOUT"].eq("FATAL") == frame["AESDTH"].eq("Y"),
            texts=("AEOUT", "AESDTH"),
        )


def _dated_otherwise(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """A disposition DEATH is dated on the day of DM.DTHDTC; incomplete dates pass."""
    day = study.subject_day("DTHDTC")
    if day is not None and {"DSDECOD", "DSSTDTC", "USUBJID"} <= names_of(dataset):
        yield frame_check(
            Words("VAL096", "DSSTDTC of the death is not the day of DM.DTHDTC", "DSSTDTC"),
            _on_the_day(study, day),
            texts=("DSSTDTC", "DSDECOD", "USUBJID"),
        )


def _on_the_day(study: StudyView, day: pd.Series) -> Callable[[pd.DataFrame], Mask]:
    def passes(frame: pd.DataFrame) -> Mask:
        said, known = study.days("DS", "DSSTDTC"), study.of_subject("DS", day)
        fine = said.isna() | np.isnan(known) | (said == known)
        return fine | frame["DSDECOD"].ne("DEATH")

    return passes

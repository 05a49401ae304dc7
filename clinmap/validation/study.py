"""Checks that need several datasets: subjects known to DM, trial design, dates, references."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import Problem
from clinmap.validation.analysis_sources import source_checks
from clinmap.validation.checks import Mask, Words, as_texts, frame_check, null_blanks, places_of
from clinmap.validation.days import day_checks
from clinmap.validation.deaths import death_checks
from clinmap.validation.events import event_checks
from clinmap.validation.findings import Found, found_of
from clinmap.validation.identity import identity_checks
from clinmap.validation.measurements import measurement_checks
from clinmap.validation.references import reference_checks
from clinmap.validation.study_view import Frames, StudyView
from clinmap.validation.trial_design import design_checks
from clinmap.validation.trial_summary import summary_checks


def validate_study(plan: Plan, frames: Frames) -> list[Problem]:
    """The problems that show only when datasets are seen together, dataset by dataset.

    `frames` are the finished datasets by name, as for `validate`; those that the Plan does not know
    are left alone, and so are datasets that are not submitted, but for their subjects and
    references. A rule that needs a dataset or variable that is not there says nothing: without DM,
    subjects are not checked; a record of CO or RELREC that refers to a dataset of the Plan passes
    where that was not built.

    Problems: those of `clinmap.codes.finished` about several datasets, each with its source.
    Reading only.

    Example: `validate_study(plan, {"DM": dm, "AE": ae, "SUPPAE": suppae})`.
    """
    return [found.problem for found in judged_together(plan, frames)]


def judged_together(plan: Plan, frames: Frames) -> list[Found]:
    """The findings of `validate_study`, with their rows and columns."""
    study = StudyView(plan, {name: null_blanks(frame) for name, frame in frames.items()})
    found: list[Found] = []
    for dataset in plan.datasets:
        if dataset.name in study.frames:
            across = pa.DataFrameSchema(checks=_checks(study, dataset), name=dataset.name)
            found += found_of(across, dataset, plan, study.frames[dataset.name])
    return found


def _checks(study: StudyView, dataset: DatasetPlan) -> list[pa.Check]:
    present = _as_it_is(dataset, study.frames[dataset.name])
    return [
        *identity_checks(study, present),
        *reference_checks(study, present),
        *_subject_flags(dataset, study.frames),
        *source_checks(study.plan, dataset, study.frames),
        *(_of_submitted(study, present) if dataset.submitted else ()),
    ]


def _as_it_is(dataset: DatasetPlan, frame: pd.DataFrame) -> DatasetPlan:
    """The dataset with the variables that its frame has; absent ones are findings of their own."""
    there = set(frame.columns)
    return replace(dataset, variables=tuple(v for v in dataset.variables if v.name in there))


def _of_submitted(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    yield from day_checks(study, dataset)
    yield from death_checks(study, dataset)
    yield from design_checks(study, dataset)
    yield from event_checks(dataset)
    yield from measurement_checks(study, dataset)
    yield from summary_checks(dataset)


def _subject_flags(dataset: DatasetPlan, frames: Frames) -> Iterator[pa.Check]:
    """The flags (*FL) that the dataset has from ADSL; subjects that ADSL has not pass.

    Source: ADaMIG 1.3 section 3.2.
    """
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


def _as_in_adsl(name: str, subjects: pd.DataFrame) -> Callable[[pd.DataFrame], Mask | bool]:
    known = subjects[subjects["USUBJID"].notna()]
    flags = as_texts(known[name]).fillna("")

    def passes(frame: pd.DataFrame) -> Mask | bool:
        rows = places_of(frame["USUBJID"], known["USUBJID"])
        if not len(known):
            return True
        said = flags.take(rows.clip(min=0)).set_axis(frame.index)
        return frame[name].fillna("").eq(said) | (rows < 0)

    return passes

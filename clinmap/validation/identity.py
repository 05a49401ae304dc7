"""Who and what a record is about: study, domain, subject, and records that stand there twice."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan
from clinmap.validation.checks import Mask, Words, everywhere, frame_check, masked, places_of
from clinmap.validation.repetition import shared
from clinmap.validation.study_view import StudyView, domain_of, names_of, observed, topic_of

_TWO_LETTERS = 2


def identity_checks(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """The checks VAL055 to VAL057 of a dataset that is submitted, and VAL060 of any."""
    yield from _subjects(study, dataset)
    if dataset.submitted:
        yield from _study_identifier(study, dataset)
        yield from _domain(study, dataset)
        yield from _twice(study, dataset)


def _study_identifier(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """STUDYID is one value in all datasets: the one that most records of DM have.

    Without DM, the most frequent one of the first dataset counts. Source: SDTMIG 3.4 section 4.1
    (identifiers).
    """
    usual = _usual_study(study)
    if usual and "STUDYID" in names_of(dataset):
        yield frame_check(
            Words("VAL056", "STUDYID is not that of the other datasets", "STUDYID"),
            lambda frame: frame["STUDYID"].isna() | (frame["STUDYID"] == usual),
            texts=("STUDYID",),
        )


def _usual_study(study: StudyView) -> str:
    for name in ("DM", *study.frames):
        frame = study.of(name, "STUDYID")
        if frame is not None and len(known := frame["STUDYID"].dropna()):
            return str(known.value_counts().index[0])
    return ""


def _domain(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """DOMAIN is that of the dataset, and RDOMAIN of SUPP-- that of its parent.

    In a part of a split domain (QSPH) both are the domain's two letters. Source: SDTMIG 3.4
    sections 4.1.7 and 8.4.
    """
    if dataset.purpose != "Tabulation":
        return
    name = "RDOMAIN" if dataset.parent else "DOMAIN"
    about = dataset.parent or dataset.name
    known = study.plan.dataset(about)
    if name in names_of(dataset) and (dataset.parent or _has_domain(dataset)):
        wanted = domain_of(known) if known else about[:_TWO_LETTERS]
        yield frame_check(
            Words("VAL055", f"{name} is not {wanted}", name),
            lambda frame: frame[name].isna() | (frame[name] == wanted),
            texts=(name,),
        )


def _has_domain(dataset: DatasetPlan) -> bool:
    return len(dataset.name) == _TWO_LETTERS or observed(dataset)


def _twice(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """No two records of a subject agree in everything but --SEQ; the first of them passes.

    Source: SDTMIG 3.4 section 4.1.9 (natural keys).
    """
    sequence, topic = f"{domain_of(dataset)}SEQ", topic_of(dataset)
    if observed(dataset) and topic and {sequence, "USUBJID"} <= names_of(dataset):
        yield frame_check(
            Words(
                "VAL057",
                f"A record is there twice: another has the same values but for {sequence}",
                columns=(topic, sequence),
            ),
            lambda frame: _first_of_its_kind(study, dataset, frame, (topic, sequence)),
            texts=("USUBJID", topic),
        )


def _first_of_its_kind(
    study: StudyView, dataset: DatasetPlan, frame: pd.DataFrame, known: tuple[str, str]
) -> Mask | bool:
    """Whole records are compared only where subject, topic and date occur more than once."""
    topic, sequence = known
    dated = [name for name in frame.columns if str(name).endswith("DTC")]
    alike = shared(study.groups(dataset.name, "USUBJID", topic, *dated))
    if alike is None:
        return True
    some = frame[alike]
    again = some.duplicated([name for name in some.columns if name != sequence])
    first = everywhere(frame)
    first[again.index] = ~again
    return first


def _subjects(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """Every subject is in DM (SDTMIG 3.4 section 5.2)."""
    demographics = study.domain("DM")
    if dataset.name != "DM" and demographics is not None and "USUBJID" in demographics.columns:
        yield frame_check(
            Words("VAL060", "USUBJID is not in DM", "USUBJID"),
            lambda frame: _known(frame, demographics["USUBJID"]),
            texts=("USUBJID",),
        )


def _known(frame: pd.DataFrame, subjects: pd.Series) -> Mask | bool:
    subject = frame["USUBJID"]
    return masked((places_of(subject, subjects) >= 0) | subject.isna().to_numpy(), frame.index)

"""Dates against the reference dates of the subject: study days, death, consent, exposure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan
from clinmap.validation.checks import Column, Mask, Words, frame_check
from clinmap.validation.study_view import StudyView, domain_of, names_of, observed

_DAYS = (("DY", "DTC"), ("STDY", "STDTC"), ("ENDY", "ENDTC"))
_AFTER_DEATH = frozenset(("BE", "CO", "DD", "DS", "DV", "FA", "MI", "PP", "PR", "SC", "SR", "SS"))
"""Domains whose records may well be made or dated after a death."""

_AFTER_STUDY = _AFTER_DEATH | {"AE", "CE", "CM", "HO"}
"""Domains whose records may be dated after the last contact by what others told."""


def day_checks(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """The checks VAL062 to VAL064 of a dataset, and VAL069 and VAL097 of DM and EX."""
    if dataset.purpose != "Tabulation":
        return
    yield from _study_days(study, dataset)
    yield from _ends(study, dataset)
    yield from _consent(study, dataset)
    if dataset.name == "DM":
        yield from _exposure(study)


def _study_days(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """--DY, --STDY and --ENDY are counted from the day of RFSTDTC, which is day 1; no day is 0.

    A day that is missing passes, and so does every day of a subject without RFSTDTC. A day without
    a complete date does not. Source: SDTMIG 3.4 section 4.4.4.
    """
    reference = study.subject_day("RFSTDTC")
    if reference is None:
        return
    domain, names = domain_of(dataset), names_of(dataset)
    for end, dated in _DAYS:
        day, date = domain + end, domain + dated
        if {day, date, "USUBJID"} <= names:
            message = f"{day} is not the day that {date} and DM.RFSTDTC give"
            yield frame_check(
                Words("VAL062", message, day),
                _as_counted(study, dataset.name, (day, date), reference),
                texts=(date, "USUBJID"),
                numbers=(day,),
            )


def _as_counted(
    study: StudyView, name: str, pair: tuple[str, str], reference: Column
) -> Callable[[pd.DataFrame], Mask]:
    day, date = pair

    def passes(frame: pd.DataFrame) -> Mask:
        said = frame[day].to_numpy()
        from_day = study.of_subject(name, reference)
        apart = study.days(name, date).to_numpy() - from_day
        counted = apart + (apart >= 0)
        fine = np.isnan(said) | np.isnan(from_day) | (said == counted) | (said == 0)
        return pd.Series(fine, index=frame.index)

    return passes


def _start(dataset: DatasetPlan) -> str:
    """The variable that says when an observation was made or began; empty where there is none."""
    names, domain = names_of(dataset), domain_of(dataset)
    dated = (f"{domain}STDTC", f"{domain}DTC")
    wanted = reversed(dated) if dataset.cls.startswith("FINDINGS") else dated
    return next((name for name in wanted if name in names and "USUBJID" in names), "")


def _ends(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """Nothing is observed after the subject's death, nor after the last contact.

    Compared are days; records of tests that were not done pass, and domains that are about the
    time after (deaths, disposition, survival, autopsies), and after the last contact events and
    medications that the site may learn of later. Source: SDTMIG 3.4 section 5.2 (DTHDTC: date of
    death; RFPENDTC: end of participation, the last known contact).
    """
    date = _start(dataset)
    if not date or not observed(dataset):
        return
    domain = domain_of(dataset)
    if domain not in _AFTER_DEATH:
        yield from _not_after(study, dataset, date, "DTHDTC")
    if domain not in _AFTER_STUDY:
        yield from _not_after(study, dataset, date, "RFPENDTC")


def _not_after(study: StudyView, dataset: DatasetPlan, date: str, limit: str) -> Iterator[pa.Check]:
    last = study.subject_day(limit)
    if last is None or last.isna().all():
        return
    code = "VAL063" if limit == "DTHDTC" else "VAL064"
    what = "the subject's death (DM.DTHDTC)" if limit == "DTHDTC" else "the last contact"
    status = f"{domain_of(dataset)}STAT"

    def passes(frame: pd.DataFrame) -> Mask:
        late = study.days(dataset.name, date).to_numpy() > study.of_subject(dataset.name, last)
        if status in frame.columns and late.any():
            late &= frame[status].ne("NOT DONE").to_numpy()
        return pd.Series(~late, index=frame.index)

    shown = "" if limit == "DTHDTC" else " (DM.RFPENDTC)"
    yield frame_check(
        Words(code, f"{date} is after {what}{shown}", date), passes, texts=(date, "USUBJID")
    )


def _consent(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """No study treatment (EX, EC) before informed consent (SDTMIG 3.4 section 5.2, RFICDTC)."""
    first = study.subject_day("RFICDTC") if domain_of(dataset) in ("EX", "EC") else None
    date = _start(dataset)
    if first is None or not date or not observed(dataset):
        return
    yield frame_check(
        Words("VAL097", f"{date} is before informed consent (DM.RFICDTC)", date),
        lambda frame: pd.Series(
            ~(study.days(dataset.name, date).to_numpy() < study.of_subject(dataset.name, first)),
            index=frame.index,
        ),
        texts=(date, "USUBJID"),
    )


def _exposure(study: StudyView) -> Iterator[pa.Check]:
    """DM.RFXSTDTC and RFXENDTC are the days of the first and the last exposure in EX.

    Judged are subjects whose dates in EX are all there and complete; where EX has no ends, the last
    exposure is the latest start. Source: SDTMIG 3.4 section 5.2 (RFXSTDTC, RFXENDTC).
    """
    given = study.of("EX", "USUBJID", "EXSTDTC")
    if given is None:
        return
    spans = _spans(given)
    for variable, side, word in (
        ("RFXSTDTC", "start", "first"),
        ("RFXENDTC", "end", "last"),
    ):
        known = study.subject_day(variable)
        if known is not None:
            yield frame_check(
                Words(
                    "VAL069", f"{variable} is not the day of the {word} exposure in EX", variable
                ),
                _as_exposed(study, spans[side], variable),
                texts=("USUBJID", variable),
            )


def _spans(given: pd.DataFrame) -> pd.DataFrame:
    """The first and last day of exposure by subject; missing where a date is not complete."""
    from clinmap.dates import sas_date

    if "EXOCCUR" in given.columns:
        given = given[given["EXOCCUR"].ne("N")]
    start = sas_date(given["EXSTDTC"])
    told = given["EXENDTC"] if "EXENDTC" in given.columns else given["EXSTDTC"]
    end = sas_date(told)
    by = given["USUBJID"]
    spans = pd.DataFrame({"start": start.groupby(by).min(), "end": end.groupby(by).max()})
    unsure = pd.DataFrame({"start": start.isna(), "end": end.isna()}).groupby(by).any()
    return spans.where(~unsure)


def _as_exposed(study: StudyView, exposed: Column, variable: str) -> Callable[[pd.DataFrame], Mask]:
    """A subject who is not in EX has no such date; a date that is not complete passes."""

    def passes(frame: pd.DataFrame) -> Mask:
        day, said = study.days("DM", variable), frame[variable]
        expected = study.of_subject("DM", exposed)
        unsure = np.isnan(expected) | (day.isna() & said.notna())
        there = frame["USUBJID"].isin(exposed.index)
        unknown = frame["USUBJID"].isna()
        return unknown | (there & (unsure | (day == expected))) | (~there & said.isna())

    return passes

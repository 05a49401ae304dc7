"""Findings: results and their units, and the records that are a baseline."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan
from clinmap.validation.checks import Mask, Words, everywhere, frame_check, of_rows
from clinmap.validation.repetition import kinds_of
from clinmap.validation.study_view import StudyView, domain_of, names_of

_OF_THE_RECORD = (
    "SEQ", "REFID", "SPID", "RECID", "LNKGRP", "ORRES", "STRESC", "STRESN", "ORRESU", "ORNRLO",
    "ORNRHI", "STNRLO", "STNRHI", "STNRC", "NRIND", "RESCAT", "STAT", "REASND", "XFN", "BLFL",
    "LOBXFL", "DRVFL", "FAST", "TOX", "TOXGR", "CLSIG", "SEV", "LLOQ", "ULOQ", "ACPTFL", "DTC",
    "STDTC", "ENDTC", "DY", "STDY", "ENDY", "ELTM", "RFTDTC", "EVLINT", "USCHFL",
)  # fmt: skip
"""What a record has for itself; all other variables tell apart what was measured, and how."""

_OF_THE_VISIT = frozenset(("STUDYID", "DOMAIN", "VISITNUM", "VISIT", "VISITDY", "EPOCH", "TAETORD"))

_UNIT_WITHIN = ("TESTCD", "CAT", "SCAT", "SPEC", "METHOD", "TSTDTL", "OBJ")
_BASELINES = ("LOBXFL", "BLFL")


def measurement_checks(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """The checks VAL084, VAL085, VAL089 and VAL098 of a dataset of findings."""
    if dataset.purpose != "Tabulation" or not dataset.cls.startswith("FINDINGS"):
        return
    yield from _units(study, dataset)
    yield from _standard_result(dataset)
    for end in _BASELINES:
        yield from _one_baseline(dataset, domain_of(dataset) + end)
    yield from _before_exposure(study, dataset)


def _units(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """--STRESU is the same for all results of one test, specimen and method; the rare are noted.

    Source: SDTMIG 3.4 section 4.5.1 (standardized results).
    """
    domain, names = domain_of(dataset), names_of(dataset)
    unit = f"{domain}STRESU"
    by = tuple(name for end in _UNIT_WITHIN if (name := domain + end) in names)
    if {unit, f"{domain}TESTCD"} <= names:
        yield frame_check(
            Words("VAL084", f"One test has several {unit}", unit, columns=by),
            lambda _: _usual_unit(study, dataset.name, by, unit),
            texts=(unit,),
        )


def _usual_unit(study: StudyView, name: str, by: tuple[str, ...], unit: str) -> Mask | bool:
    """Where the unit is the most frequent one of its test; a missing unit passes."""
    frame = study.frames[name]
    kind, first = kinds_of(frame, [*by, unit])
    rows = frame.iloc[first]
    test, _ = kinds_of(rows, by)
    told = pd.DataFrame({"test": test, "count": np.bincount(kind, minlength=len(first))})
    told = told[rows[unit].notna().to_numpy()]
    rare = told["count"] < told.groupby("test")["count"].transform("max")
    tied = told[~rare].duplicated("test", keep=False).reindex(told.index, fill_value=False)
    fine = np.ones(len(first), dtype=np.bool_)
    fine[told.index[rare | tied]] = False
    return of_rows(fine, kind, frame.index)


def _standard_result(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """Where there is an original result there is a standard one (SDTMIG 3.4 section 4.5.1.1)."""
    domain, names = domain_of(dataset), names_of(dataset)
    original, standard = f"{domain}ORRES", f"{domain}STRESC"
    if {original, standard} <= names:
        yield frame_check(
            Words("VAL089", f"{original} has a value, and {standard} has none", standard),
            lambda frame: frame[original].isna() | frame[standard].notna(),
            texts=(original, standard),
        )


def _one_baseline(dataset: DatasetPlan, flag: str) -> Iterator[pa.Check]:
    """A subject has one baseline record of each thing that was measured, with a result.

    Source: SDTMIG 3.4 section 4.5.9 (--BLFL, --LOBXFL).
    """
    domain, names = domain_of(dataset), names_of(dataset)
    own = {*_OF_THE_VISIT, *(domain + end for end in _OF_THE_RECORD)}
    by = [variable.name for variable in dataset.submitted_variables if variable.name not in own]
    if {flag, "USUBJID", f"{domain}TESTCD"} <= names:
        yield frame_check(
            Words("VAL085", f"{flag} is Y on several records of one test", flag,
                  columns=(f"{domain}TESTCD",)),
            lambda frame: _single(frame, flag, by),
            texts=(flag,),
        )  # fmt: skip


def _single(frame: pd.DataFrame, flag: str, by: list[str]) -> Mask:
    fine = everywhere(frame)
    flagged = frame.loc[frame[flag].eq("Y"), [name for name in by if name in frame.columns]]
    fine[flagged.index] = ~flagged.duplicated(keep=False)
    return fine


def _before_exposure(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """--LOBXFL stands on a record of the day of RFXSTDTC or before, and with a result.

    Source: SDTM 2.0 (--LOBXFL: last non-missing value before first exposure).
    """
    domain, names = domain_of(dataset), names_of(dataset)
    flag, date = f"{domain}LOBXFL", f"{domain}DTC"
    result = next((n for end in ("ORRES", "STRESC") if (n := domain + end) in names), "")
    first = study.subject_day("RFXSTDTC")
    if first is None or not {flag, date, "USUBJID"} <= names:
        return

    def passes(frame: pd.DataFrame) -> Mask:
        day = study.days(dataset.name, date)
        late = frame[flag].eq("Y") & (day > study.of_subject(dataset.name, first))
        empty = frame[flag].eq("Y") & frame[result].isna() if result in frame.columns else late
        return ~(late | empty)

    yield frame_check(
        Words("VAL098", f"{flag} is Y after the first exposure, or without a result", flag),
        passes,
        texts=(flag, date, "USUBJID"),
    )

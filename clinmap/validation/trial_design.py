"""Subjects' arms, elements, epochs and visits against the trial design, SE and SV."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pandera.pandas as pa

from clinmap.dates import sas_date
from clinmap.plan import DatasetPlan
from clinmap.validation.checks import Mask, Words, frame_check, of_rows
from clinmap.validation.events import rows_among
from clinmap.validation.repetition import kinds_of
from clinmap.validation.study_view import StudyView, domain_of, names_of, observed

_NO_ARM = ("SCRNFAIL", "NOTASSGN", "NOTTRT", "UNPLAN")
"""What earlier guides wrote where no arm was assigned; 3.4 leaves the arm missing."""

_ARMS = (("ARMCD", "ARM"), ("ACTARMCD", "ACTARM"))


def design_checks(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """The checks VAL058, VAL059, VAL065 to VAL068 and VAL080 of a dataset."""
    if dataset.purpose != "Tabulation":
        return
    yield from _arms(study, dataset)
    yield from _elements(study, dataset)
    yield from _criteria(study, dataset)
    yield from _planned_epochs(study, dataset)
    yield from _planned_visits(study, dataset)
    if observed(dataset):
        yield from _epochs(study, dataset)
        yield from _visits(study, dataset)


def _arms(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """ARMCD with ARM, and ACTARMCD with ACTARM, are an arm of TA; missing ones pass.

    Source: SDTMIG 3.4 sections 5.2 and 7.2.1.
    """
    if dataset.name == "DM":
        for code, text in _ARMS:
            yield from _listed(study, dataset, "VAL080", (code, text), ("TA", "ARMCD", "ARM"))


def _elements(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """ETCD with ELEMENT is an element of TE, in TA and SE (UNPLAN in SE).

    Source: SDTMIG 3.4 sections 5.3, 7.2.1 and 7.2.2.
    """
    if dataset.name in ("TA", "SE"):
        pair = ("ETCD", "ELEMENT")
        yield from _listed(study, dataset, "VAL066", pair, ("TE", "ETCD", "ELEMENT"))


def _criteria(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """IETESTCD with IETEST is a criterion of TI (SDTMIG 3.4 section 7.4.1)."""
    if dataset.name == "IE":
        pair = ("IETESTCD", "IETEST")
        yield from _listed(study, dataset, "VAL059", pair, ("TI", "IETESTCD", "IETEST"))


def _listed(
    study: StudyView,
    dataset: DatasetPlan,
    code: str,
    pair: tuple[str, str],
    where: tuple[str, str, str],
) -> Iterator[pa.Check]:
    """The code is in the design dataset, and its text is one that it has there."""
    table, key, value = where
    design = study.of(table, key, value)
    present = [name for name in pair if name in names_of(dataset)]
    if design is None or pair[0] not in present:
        return
    known = design[[key, value]].drop_duplicates()
    yield frame_check(
        Words(code, f"{' and '.join(present)} are not in {table}", pair[0], columns=tuple(present)),
        lambda frame: _among(frame, present, known, (key, value)),
        texts=tuple(present),
    )


def _among(
    frame: pd.DataFrame, present: list[str], known: pd.DataFrame, where: tuple[str, str]
) -> Mask:
    code = frame[present[0]]
    if len(present) == 1:
        found = code.isin(known[where[0]])
    else:
        pairs = pd.MultiIndex.from_frame(frame[present])
        found = pd.Series(pairs.isin(pd.MultiIndex.from_frame(known)), index=frame.index)
        found |= frame[present[1]].isna() & code.isin(known[where[0]])
    return found | code.isna() | code.isin(_NO_ARM)


def _planned_epochs(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """An EPOCH is one that TA plans; elements that were not planned have none.

    Source: SDTMIG 3.4 sections 5.3 and 7.2.1.
    """
    design = study.of("TA", "EPOCH")
    if design is not None and dataset.name != "TA" and "EPOCH" in names_of(dataset):
        planned = tuple(design["EPOCH"].dropna().unique())
        yield frame_check(
            Words("VAL058", "EPOCH is not one that TA plans", "EPOCH"),
            lambda frame: frame["EPOCH"].isna() | frame["EPOCH"].isin(planned),
            texts=("EPOCH",),
        )


def _planned_visits(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """VISITNUM, VISIT and VISITDY say of a planned visit what TV says.

    A visit number or name that TV has not is an unplanned visit and passes. Source: SDTMIG 3.4
    section 7.3.1.
    """
    design = study.of("TV", "VISITNUM", "VISIT")
    names = names_of(dataset)
    if design is None or dataset.name == "TV" or "VISITNUM" not in names:
        return
    if "VISIT" in names:
        yield frame_check(
            Words("VAL067", "VISITNUM and VISIT do not go together as in TV", "VISIT"),
            lambda frame: _as_planned(frame, design, "VISIT"),
            texts=("VISIT",),
            numbers=("VISITNUM",),
        )
    if "VISITDY" in names and study.of("TV", "VISITDY") is not None:
        yield frame_check(
            Words("VAL067", "VISITDY is not that of the visit in TV", "VISITDY"),
            lambda frame: frame["VISITDY"].isna() | _on_planned_day(frame, design),
            numbers=("VISITNUM", "VISITDY"),
        )


def _as_planned(frame: pd.DataFrame, design: pd.DataFrame, text: str) -> Mask:
    """Neither half of the pair is planned, or both are, together; judged per distinct pair."""
    pairs = _kinds(frame, "VISITNUM", text)
    numbers, texts = pairs["VISITNUM"].isin(design["VISITNUM"]), pairs[text].isin(design[text])
    planned = pd.MultiIndex.from_frame(design[["VISITNUM", text]])
    together = pd.MultiIndex.from_frame(pairs).isin(planned)
    known = pairs["VISITNUM"].notna() & pairs[text].notna()
    wrong = pairs[known & (numbers | texts) & ~together]
    return ~rows_among(frame, wrong)


def _on_planned_day(frame: pd.DataFrame, design: pd.DataFrame) -> Mask:
    planned = design[["VISITNUM", "VISITDY"]].dropna()
    pairs = _kinds(frame, "VISITNUM", "VISITDY")
    there = pd.MultiIndex.from_frame(pairs).isin(pd.MultiIndex.from_frame(planned))
    wrong = pairs[pairs["VISITNUM"].isin(planned["VISITNUM"]) & ~there]
    return ~rows_among(frame, wrong)


def _kinds(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    """The combinations of values that occur in some variables."""
    return frame[list(names)].iloc[kinds_of(frame, names)[1]]


def _epochs(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """EPOCH is that of an element of SE in which the record's day lies, seen by the day.

    A record passes where its date is not complete, where no element covers its day, and where two
    elements meet on that day and one of them has the EPOCH. Disposition is not judged: its epoch is
    the one that it is about. Source: SDTMIG 3.4 sections 4.1.3 and 5.3.
    """
    date = _dated(dataset)
    elements = study.of("SE", "USUBJID", "SESTDTC", "EPOCH")
    if elements is None or not date or domain_of(dataset) in ("DS", "DD"):
        return
    yield frame_check(
        Words("VAL065", f"EPOCH is not that of the subject's element on {date}", "EPOCH"),
        _as_elements_say(study, dataset.name, date, _element_days(elements)),
        texts=("EPOCH", date, "USUBJID"),
    )


def _dated(dataset: DatasetPlan) -> str:
    names, domain = names_of(dataset), domain_of(dataset)
    if not {"EPOCH", "USUBJID"} <= names:
        return ""
    return next((d for end in ("STDTC", "DTC") if (d := domain + end) in names), "")


def _element_days(elements: pd.DataFrame) -> pd.DataFrame:
    """Subject, epoch, first and last day of every element; an element without end goes on."""
    start = sas_date(elements["SESTDTC"])
    ends = "SEENDTC" in elements.columns
    end = sas_date(elements["SEENDTC"]) if ends else pd.Series(np.nan, index=elements.index)
    told = pd.DataFrame({"USUBJID": elements["USUBJID"], "EPOCH": elements["EPOCH"],
                         "start": start, "end": end.fillna(np.inf)})  # fmt: skip
    return told.dropna(subset=["USUBJID", "start"])


def _as_elements_say(
    study: StudyView, name: str, date: str, elements: pd.DataFrame
) -> Callable[[pd.DataFrame], Mask | bool]:
    def passes(frame: pd.DataFrame) -> Mask | bool:
        number, first = kinds_of(frame, ("USUBJID", date, "EPOCH"))
        rows = frame[["USUBJID", "EPOCH"]].iloc[first].set_axis(["USUBJID", "said"], axis="columns")
        day = study.days(name, date).to_numpy()[first]
        kinds = rows.assign(day=day, kind=np.arange(len(first))).dropna()
        met = kinds.merge(elements, on="USUBJID")
        met = met[(met["start"] <= met["day"]) & (met["day"] <= met["end"])]
        covered, right = met["kind"], met.loc[met["said"] == met["EPOCH"], "kind"]
        fine = np.ones(len(first), dtype=np.bool_)
        fine[np.setdiff1d(covered, right)] = False
        return of_rows(fine, number, frame.index)

    return passes


def _visits(study: StudyView, dataset: DatasetPlan) -> Iterator[pa.Check]:
    """A record of a visit belongs to a visit that SV has for the subject.

    Tests that were not done pass, and subjects that SV has not at all. Source: SDTMIG 3.4 section
    5.5.
    """
    visits = study.of("SV", "USUBJID", "VISITNUM")
    if visits is None or not {"USUBJID", "VISITNUM"} <= names_of(dataset):
        return
    yield frame_check(
        Words("VAL068", "The subject has no such visit (VISITNUM) in SV", "VISITNUM"),
        lambda frame: _attended(study, dataset.name, frame, visits),
        texts=("USUBJID",),
        numbers=("VISITNUM",),
    )


def _attended(study: StudyView, name: str, frame: pd.DataFrame, visits: pd.DataFrame) -> Mask:
    subjects, known = study.codes(name, "USUBJID")
    numbers, visited = study.codes(name, "VISITNUM")
    there = known.get_indexer(pd.Index(visits["USUBJID"]))
    attended = there * len(visited) + visited.get_indexer(pd.Index(visits["VISITNUM"]))
    asked = subjects * len(visited) + numbers
    unsure = (subjects < 0) | (numbers < 0) | ~np.isin(np.arange(len(known)), there)[subjects]
    fine = pd.Series(asked, index=frame.index).isin(np.unique(attended[there >= 0])) | unsure
    status = f"{name[:2]}STAT"
    return fine | frame[status].eq("NOT DONE") if status in frame.columns else fine

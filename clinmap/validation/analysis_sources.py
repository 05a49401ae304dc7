"""Checks of analysis datasets against what they are made from: ADSL, DM, and SDTM records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan, Plan
from clinmap.validation.analysis_dates import day_checks
from clinmap.validation.checks import (
    Column,
    Mask,
    Words,
    as_texts,
    everywhere,
    frame_check,
    places_of,
    typed,
)

Frames = Mapping[str, pd.DataFrame]
Positions = npt.NDArray[np.int64]

_IDENTIFIERS = frozenset({"STUDYID", "USUBJID", "DOMAIN", "SRCDOM", "SRCVAR", "SRCSEQ", "ASEQ"})
_NO_ARM = ("SCRNFAIL", "NOTASSGN", "NOTTRT")
_NO_ARM_SAID = r"(?i)^(?:screen fail|not (?:assigned|treated))"
_SEQUENCE = re.compile(r"(?!AS)[A-Z][A-Z0-9]SEQ")
_SPLIT = re.compile(r"[A-Z][A-Z0-9]{1,3}")
_PERIOD = re.compile(r"TRT([0-9]{2})P")


def source_checks(plan: Plan, dataset: DatasetPlan, frames: Frames) -> Iterator[pa.Check]:
    """The checks of a dataset against others: VAL074 to VAL079, VAL100, VAL101, VAL103 and VAL110.
    What is not among `frames` is not asked; intermediate datasets are let be.

    Source: ADaMIG 1.3 sections 3.1.1 (same name, same values), 3.2 (ADSL), 3.3.2, 3.3.3, 3.3.9.
    """
    frame = frames[dataset.name]
    if not _are(frame, "USUBJID", text=True):
        return
    if dataset.name == "DM":
        yield from _assigned_subjects(frame, frames)
    elif dataset.purpose == "Analysis" and dataset.submitted:
        yield from _of_subjects(dataset, frame, frames)
        yield from _sequenced(frame, frames)
        yield from _traced(plan, frame, frames)


def _are(frame: pd.DataFrame, name: str, *, text: bool) -> bool:
    return name in frame.columns and typed(frame[name], text=text)


def _assigned_subjects(frame: pd.DataFrame, frames: Frames) -> Iterator[pa.Check]:
    """Subjects of DM are in ADSL, unless they failed screening or were given no arm."""
    subjects = _subject_table(frames, "ADSL")
    arms = tuple(name for name in ("ARMCD", "ARM") if name in frame.columns)
    if subjects is not None and arms:
        yield frame_check(
            Words("VAL075", "A subject with an arm is not in ADSL", "USUBJID"),
            lambda dm: dm["USUBJID"].isin(subjects["USUBJID"]) | ~_given_arm(dm),
            texts=("USUBJID", *arms),
        )


def _given_arm(dm: pd.DataFrame) -> Mask:
    given = everywhere(dm)
    if "ARMCD" in dm.columns:
        given &= dm["ARMCD"].notna() & ~dm["ARMCD"].isin(_NO_ARM)
    if "ARM" in dm.columns:
        given &= dm["ARM"].notna() & ~dm["ARM"].str.contains(_NO_ARM_SAID, na=False)
    return given


def _of_subjects(dataset: DatasetPlan, frame: pd.DataFrame, frames: Frames) -> Iterator[pa.Check]:
    """What ADSL and DM say of the subject holds in every record."""
    adsl, dm = _subject_table(frames, "ADSL"), _subject_table(frames, "DM")
    known: set[str] = set()
    if dataset.name == "ADSL":
        yield from _one_record(dataset)
    elif adsl is not None:
        known = set(adsl.columns)
        rows = _found_at(frame, adsl)
        yield from _known_subjects(rows)
        yield from _same_values(frame, adsl, rows, "VAL077", "ADSL", known)
        yield from _treatments(frame, adsl, rows)
        yield from _periods(frame, adsl)
        yield from _days_from_adsl(frame, adsl, rows)
    if dm is not None:
        names = set(dm.columns) - known
        yield from _same_values(frame, dm, _found_at(frame, dm), "VAL078", "DM", names)


def _one_record(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """One record per subject, where the keys do not say so already (VAL030)."""
    if not dataset.keys or not set(dataset.keys) <= {"STUDYID", "USUBJID"}:
        yield frame_check(
            Words("VAL074", "A subject has several records in ADSL", "USUBJID"),
            lambda frame: ~frame.duplicated("USUBJID", keep=False) | frame["USUBJID"].isna(),
            texts=("USUBJID",),
        )


def _subject_table(frames: Frames, name: str) -> pd.DataFrame | None:
    """The records of subjects that have one; None where the dataset is not there."""
    table = frames.get(name)
    if table is None or not _are(table, "USUBJID", text=True):
        return None
    return table.drop_duplicates("USUBJID", keep=False).dropna(subset="USUBJID")


def _found_at(frame: pd.DataFrame, subjects: pd.DataFrame) -> Positions:
    """Where in `subjects` the subject of each record stands; -1: nowhere."""
    return places_of(frame["USUBJID"], subjects["USUBJID"])


def _known_subjects(rows: Positions) -> Iterator[pa.Check]:
    yield frame_check(
        Words("VAL076", "USUBJID is not in ADSL", "USUBJID"),
        lambda frame: frame["USUBJID"].isna() | (rows >= 0),
        texts=("USUBJID",),
    )


def _same_values(
    frame: pd.DataFrame,
    source: pd.DataFrame,
    rows: Positions,
    code: str,
    owner: str,
    names: set[str],
) -> Iterator[pa.Check]:
    """Variables of both have the values of `source`; an empty copy of a value is wrong too."""
    for name in frame.columns:
        if name not in names or name not in source.columns or name in _IDENTIFIERS:
            continue
        if code == "VAL077" and name.endswith("FL"):
            continue  # VAL072 judges the flags of subjects
        yield frame_check(
            Words(code, f"{name} is not what {owner} says", name, columns=(name, "USUBJID")),
            _copied(name, source, rows, empty=False),
            texts=("USUBJID",),
        )


def _copied(
    name: str, source: pd.DataFrame, rows: Positions, *, empty: bool
) -> Callable[[pd.DataFrame], Mask]:
    """Whether the values are those of the rows of the source; with `empty`, none passes too."""

    def passes(frame: pd.DataFrame) -> Mask:
        here, there = frame[name], source[name]
        if here.dtype != there.dtype:
            here, there = as_texts(here), as_texts(there)
        there = there.take(rows.clip(min=0)).set_axis(frame.index) if len(there) else here
        same = _equal(here, there) | (rows < 0)
        return same | here.isna() if empty else same

    return passes


def _equal(here: Column, there: Column) -> Mask:
    both_missing = here.isna() & there.isna()
    if here.dtype == np.float64:
        close = np.isclose(here, there, rtol=1e-9, atol=0)
        return both_missing | pd.Series(close, index=here.index)
    return both_missing | here.eq(there)


def _treatments(frame: pd.DataFrame, adsl: pd.DataFrame, rows: Positions) -> Iterator[pa.Check]:
    for name, end in (("TRTP", "P"), ("TRTA", "A")):
        known = [n for n in adsl.columns if re.fullmatch(f"TRT[0-9]{{2}}{end}", n)]
        if name in frame.columns and known:
            yield frame_check(
                Words("VAL110", f"{name} is none of {', '.join(known)} of ADSL", name),
                _one_of_subject(name, adsl, known, rows),
                texts=("USUBJID", name),
            )


def _one_of_subject(
    name: str, adsl: pd.DataFrame, known: list[str], rows: Positions
) -> Callable[[pd.DataFrame], Mask]:
    def passes(frame: pd.DataFrame) -> Mask:
        fine = frame[name].isna() | (rows < 0)
        for treatment in known:
            there = adsl[treatment].take(rows.clip(min=0)) if len(adsl) else adsl[treatment]
            fine |= frame[name].eq(there.set_axis(frame.index)) if len(adsl) else True
        return fine

    return passes


def _periods(frame: pd.DataFrame, adsl: pd.DataFrame) -> Iterator[pa.Check]:
    periods = [float(m[1]) for name in adsl.columns if (m := _PERIOD.fullmatch(name))]
    if "APERIOD" in frame.columns and periods:
        yield frame_check(
            Words("VAL110", "APERIOD is the number of no TRTxxP of ADSL", "APERIOD"),
            lambda rows: rows["APERIOD"].isna() | rows["APERIOD"].isin(periods),
            numbers=("APERIOD",),
        )


def _days_from_adsl(frame: pd.DataFrame, adsl: pd.DataFrame, rows: Positions) -> Iterator[pa.Check]:
    """Days of a dataset that has no TRTSDT of its own."""
    if "TRTSDT" in adsl.columns and "TRTSDT" not in frame.columns and len(adsl):
        start = adsl["TRTSDT"].take(rows.clip(min=0)).set_axis(frame.index).where(rows >= 0)
        yield from day_checks(set(frame.columns), lambda _: start)


def _sequenced(frame: pd.DataFrame, frames: Frames) -> Iterator[pa.Check]:
    """Records that carry --SEQ of an SDTM record are found there, with the values it has.

    In a dataset with parameters a copy may be empty, as in derived records. What is not of the
    domain by name (VISIT, EPOCH) is compared where only one --SEQ stands in the dataset.
    """
    sequences = [name for name in frame.columns if _SEQUENCE.fullmatch(name)]
    derived = "PARAMCD" in frame.columns
    for sequence in sequences:
        source = records_of(sequence[:2], frames)
        if source is None or not (_numbered(source, sequence) and _numbered(frame, sequence)):
            continue
        source = _with_qualifiers(source, sequence, frames, frame)
        rows = _record_at(frame, frame[sequence], source, sequence)
        yield from _existing(sequence, sequence[:2], rows, frame[sequence].notna())
        for name in source.columns:
            own = name.startswith(sequence[:2]) or len(sequences) == 1
            if own and name in frame.columns and name not in {*_IDENTIFIERS, sequence}:
                yield frame_check(
                    Words("VAL079", f"{name} is not what its record of {sequence[:2]} says", name,
                          columns=(name, "USUBJID", sequence)),
                    _copied(name, source, rows, empty=derived),
                )  # fmt: skip


def _with_qualifiers(
    source: pd.DataFrame, sequence: str, frames: Frames, frame: pd.DataFrame
) -> pd.DataFrame:
    """The source with the supplemental qualifiers that the analysis dataset has by their QNAM."""
    supp = frames.get(f"SUPP{sequence[:2]}")
    wanted = ("USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL")
    if supp is None or not all(_are(supp, name, text=True) for name in wanted):
        return source
    own = supp[supp["IDVAR"].eq(sequence) & supp["QNAM"].isin(frame.columns)]
    keys = pd.MultiIndex.from_arrays([source["USUBJID"], as_texts(source[sequence])])
    for name in sorted(set(own["QNAM"]) - set(source.columns)):
        part = own[own["QNAM"].eq(name)].drop_duplicates(["USUBJID", "IDVARVAL"])
        there = pd.MultiIndex.from_arrays([part["USUBJID"], part["IDVARVAL"]])
        found = np.asarray(there.get_indexer(keys), dtype=np.int64)
        values = part["QVAL"].take(found.clip(min=0)).set_axis(source.index)
        source = source.assign(**{name: values.where(found >= 0)})
    return source


def _numbered(frame: pd.DataFrame, sequence: str) -> bool:
    return _are(frame, "USUBJID", text=True) and _are(frame, sequence, text=False)


def records_of(domain: str, frames: Frames) -> pd.DataFrame | None:
    """The records of a dataset, or of the parts of a split domain together; None: not there."""
    if domain in frames:
        return frames[domain]
    parts = [
        frame
        for name, frame in frames.items()
        if name[:2] == domain and _SPLIT.fullmatch(name) and "DOMAIN" in frame.columns
    ]
    return pd.concat(parts, ignore_index=True) if parts else None


def _record_at(
    frame: pd.DataFrame, number: Column, source: pd.DataFrame, sequence: str
) -> Positions:
    """Where in the source the numbered record of the subject stands; -1: nowhere."""
    there = pd.DataFrame({"subject": source["USUBJID"], "number": source[sequence]})
    there["row"] = np.arange(len(there))
    asked = pd.DataFrame({"subject": frame["USUBJID"], "number": number})
    met = asked.merge(
        there.dropna().drop_duplicates(["subject", "number"]), how="left", on=["subject", "number"]
    )
    rows: Positions = met["row"].fillna(-1).to_numpy(dtype=np.int64)
    return rows


def _existing(variable: str, source: str, rows: Positions, asked: Mask) -> Iterator[pa.Check]:
    yield frame_check(
        Words("VAL100", f"{variable} names a record that {source} does not have", variable,
              columns=(variable, "USUBJID")),
        lambda _: ~asked | (rows >= 0),
    )  # fmt: skip


def _traced(plan: Plan, frame: pd.DataFrame, frames: Frames) -> Iterator[pa.Check]:
    """SRCDOM is a dataset, SRCVAR one of its variables, SRCSEQ a record of the subject there."""
    if not _are(frame, "SRCDOM", text=True):
        return
    domains = sorted(frame["SRCDOM"].dropna().unique())
    absent = [name for name in domains if records_of(name, frames) is None]
    strange = [name for name in absent if "DM" in frames and plan.dataset(name) is None]
    yield frame_check(
        Words("VAL101", "SRCDOM is no dataset of these", "SRCDOM"),
        lambda rows: ~rows["SRCDOM"].isin(strange),
    )
    named = [name for name in ("SRCVAR", "SRCSEQ") if name in frame.columns]
    yield frame_check(
        Words("VAL101", f"SRCDOM is missing beside {' or '.join(named)}", "SRCDOM"),
        lambda rows: rows["SRCDOM"].notna() | rows[named].isna().all(axis="columns"),
    )
    for domain in domains:
        source = records_of(domain, frames)
        if source is not None:
            variables = {*source.columns, *_qualifiers(domain, frames)}
            yield from _traced_to(domain, frame, source, variables)


def _qualifiers(domain: str, frames: Frames) -> Iterator[str]:
    """The supplemental qualifiers of a dataset, and of itself where it is SUPP--."""
    for name in (domain, f"SUPP{domain}"):
        if name in frames and "QNAM" in frames[name].columns:
            yield from frames[name]["QNAM"].dropna().unique()


def _traced_to(
    domain: str, frame: pd.DataFrame, source: pd.DataFrame, variables: set[str]
) -> Iterator[pa.Check]:
    here = frame["SRCDOM"].eq(domain)
    if "SRCVAR" in frame.columns:
        yield frame_check(
            Words("VAL101", f"SRCVAR is no variable of {domain}", "SRCVAR",
                  columns=("SRCVAR", "SRCDOM")),
            lambda rows: ~here | rows["SRCVAR"].isna() | rows["SRCVAR"].isin(variables),
        )  # fmt: skip
    sequence = "ASEQ" if domain.startswith("AD") else f"{domain[:2]}SEQ"
    if _numbered(source, sequence) and _are(frame, "SRCSEQ", text=False):
        rows = _record_at(frame, frame["SRCSEQ"], source, sequence)
        yield from _existing("SRCSEQ", domain, rows, here & frame["SRCSEQ"].notna())

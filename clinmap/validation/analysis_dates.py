"""Checks of analysis dates: days, date-times, imputation flags, and the dates collected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan
from clinmap.validation.checks import Column, Mask, Words, everywhere, frame_check, typed

SECONDS_OF_DAY = 86400
SECONDS_OF_MINUTE = 60
_DAYS = (("ADT", "ADY"), ("ASTDT", "ASTDY"), ("AENDT", "AENDY"))
_ANCHOR = "TRTSDT"
_SELDOM = 0.02
"""Up to this share of the records, a missing day is a fault; beyond, a rule of the study."""
_SEQUENCE = re.compile(r"(?!AS)[A-Z][A-Z0-9]SEQ")
_COLLECTED = (("A", "DTC"), ("AST", "STDTC"), ("AEN", "ENDTC"))
"""Stems of analysis dates, and the suffix of the collected date of the same record."""

_EPOCH = np.datetime64("1960-01-01")
_COMPLETE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T|$)"
_WITH_CLOCK = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?$"


def date_checks(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """The checks VAL050, VAL103 to VAL107, VAL115 and VAL116 of an analysis dataset."""
    names = {variable.name for variable in dataset.submitted_variables}
    if _ANCHOR in names:
        yield from day_checks(names, lambda frame: frame.get(_ANCHOR))
    yield from _parts(names)
    yield from _flags_without_date(names)
    for date, collected in _collected_dates(names):
        yield from _flags_of(date, collected, names)
        yield from _as_collected(date, collected, names)
    yield from _intervals(names)
    yield from _times_to_event(names)
    yield from _emergent(names)


def day_checks(
    names: set[str], anchor: Callable[[pd.DataFrame], Column | None]
) -> Iterator[pa.Check]:
    """Days from the first treatment, where at least half of the records count from it.

    The guide leaves the anchor to the study: a dataset that counts from another is not judged. A
    missing day is wrong where nearly all records have theirs.
    """
    for date, day in _DAYS:
        if {date, day} <= names:
            yield frame_check(
                Words("VAL103", f"{day} is not the day of {date} from {_ANCHOR}", day,
                      columns=(day, date, _ANCHOR)),
                _counted(date, day, anchor),
                numbers=(date, day),
            )  # fmt: skip


def _counted(
    date: str, day: str, anchor: Callable[[pd.DataFrame], Column | None]
) -> Callable[[pd.DataFrame], Mask]:
    def passes(frame: pd.DataFrame) -> Mask:
        start = anchor(frame)
        if start is None or not typed(start, text=False):
            return everywhere(frame)
        apart = (frame[date] - start).to_numpy()
        judged, missing = ~np.isnan(apart), frame[day].isna().to_numpy()
        if int((judged & missing).sum()) > _SELDOM * int(judged.sum()):
            judged &= ~missing
        wrong = judged & (frame[day].to_numpy() != apart + (apart >= 0))
        usual = 2 * int(wrong.sum()) <= int(judged.sum())
        return pd.Series(~wrong if usual else True, index=frame.index)

    return passes


def _parts(names: set[str]) -> Iterator[pa.Check]:
    """A date-time is of the date and the time that stand beside it."""
    for moment in sorted(name for name in names if name.endswith("DTM")):
        date, time = moment[:-1], f"{moment[:-3]}TM"
        if date in names:
            yield frame_check(
                Words("VAL104", f"{moment} is not on the date of {date}", moment),
                _same_part(moment, date, lambda seconds: seconds // SECONDS_OF_DAY),
                numbers=(moment, date),
            )
        if time in names:
            yield frame_check(
                Words("VAL104", f"{moment} is not at the time of {time}", moment),
                _same_part(moment, time, lambda seconds: seconds % SECONDS_OF_DAY),
                numbers=(moment, time),
            )


def _same_part(
    moment: str, part: str, of: Callable[[Column], Column]
) -> Callable[[pd.DataFrame], Mask]:
    def passes(frame: pd.DataFrame) -> Mask:
        missing = frame[moment].isna() | frame[part].isna()
        return missing | of(frame[moment]).eq(frame[part])

    return passes


def _flags_without_date(names: set[str]) -> Iterator[pa.Check]:
    for flag in sorted(name for name in names if name.endswith(("DTF", "TMF"))):
        stem = flag[:-3]
        kept = ("DT", "DTM") if flag.endswith("DTF") else ("TM", "DTM")
        dates = tuple(stem + end for end in kept if stem + end in names)
        if dates:
            yield frame_check(
                Words("VAL105", f"{flag} stands without {' or '.join(dates)}", flag),
                _with_date(flag, dates),
                texts=(flag,),
                numbers=dates,
            )


def _with_date(flag: str, dates: tuple[str, ...]) -> Callable[[pd.DataFrame], Mask]:
    return lambda frame: frame[flag].isna() | frame[list(dates)].notna().any(axis="columns")


def _collected_dates(names: set[str]) -> Iterator[tuple[str, str]]:
    """Stems of analysis dates with the collected date that the same record has: (AST, AESTDTC).

    Which domain a record is of is told by its --SEQ; with several, no date can be told.
    """
    domains = [name[:2] for name in names if _SEQUENCE.fullmatch(name)]
    if len(domains) == 1:
        yield from ((s, domains[0] + end) for s, end in _COLLECTED if domains[0] + end in names)
    if {"DTHDT", "DTHDTC"} <= names:
        yield "DTH", "DTHDTC"


def _flags_of(stem: str, collected: str, names: set[str]) -> Iterator[pa.Check]:
    """The flag names the highest part that the collected date lacks, and nothing where it is whole.

    Seconds may be left unflagged. A date that was not collected at all is not judged.
    """
    for end, levels in (("DT", _date_levels), ("DTM", _time_levels)):
        imputed, flag = stem + end, f"{stem}{'DTF' if end == 'DT' else 'TMF'}"
        if imputed in names and (flag in names or end == "DT"):
            at_fault = flag if flag in names else imputed
            yield frame_check(
                Words("VAL106", f"{flag} is not what {imputed} has beyond {collected}", at_fault),
                _flagged(imputed, flag, collected, levels),
                texts=(collected, *((flag,) if flag in names else ())),
                numbers=(imputed,),
            )


def _flagged(
    imputed: str, flag: str, collected: str, levels: Callable[[Column], Column]
) -> Callable[[pd.DataFrame], Mask]:
    def passes(frame: pd.DataFrame) -> Mask:
        said = frame[flag].fillna("") if flag in frame.columns else pd.Series("", frame.index)
        wanted = levels(frame[collected])
        fine = wanted.isna() | frame[imputed].isna() | said.eq(wanted)
        return fine | (wanted.eq("S") & said.eq(""))

    return passes


def _date_levels(collected: Column) -> Column:
    """The part of the date that was imputed, '' for none; null where no year was collected."""
    return _by_pattern(collected, ((r"\d{4}", "M"), (r"\d{4}-\d{2}", "D"), (r".{10}(T.*)?", "")))


def _time_levels(collected: Column) -> Column:
    """The part of the time that was imputed; null where the date is no complete date."""
    day = r"\d{4}-\d{2}-\d{2}"
    return _by_pattern(
        collected,
        ((day, "H"), (day + r"T\d{2}", "M"), (day + r"T\d{2}:\d{2}", "S"),
         (day + r"T\d{2}:\d{2}:\d{2}.*", "")),
    )  # fmt: skip


def _by_pattern(column: Column, kinds: tuple[tuple[str, str], ...]) -> Column:
    """What the first pattern that a text matches as a whole stands for, per distinct text."""
    codes, known = pd.factorize(column)
    found = [
        next((kind for pattern, kind in kinds if re.fullmatch(pattern, text)), None)
        for text in known
    ]
    return pd.Series([*found, None], dtype="str").iloc[codes].set_axis(column.index)


def _as_collected(stem: str, collected: str, names: set[str]) -> Iterator[pa.Check]:
    """What was collected in full is not changed, unless it is flagged or derived."""
    for end, unit, of in (("DT", 1, _days), ("DTM", SECONDS_OF_MINUTE, _minutes)):
        made = f"{stem}{end}"
        if made in names:
            yield frame_check(
                Words("VAL107", f"{made} is not what {collected} says in full", made),
                _taken_over(made, collected, unit, of),
                texts=(collected,),
                numbers=(made,),
            )


def _taken_over(
    made: str, collected: str, unit: int, of: Callable[[Column], npt.NDArray[np.float64]]
) -> Callable[[pd.DataFrame], Mask]:
    def passes(frame: pd.DataFrame) -> Mask:
        said = pd.Series(of(frame[collected]), index=frame.index)
        fine: Mask = said.isna() | (frame[made] // unit).eq(said) | frame[made].isna()
        stem = made.removesuffix("M").removesuffix("DT")
        for name in (f"{stem}DTF", f"{stem}TMF", "DTYPE"):
            if name in frame.columns:
                fine |= frame[name].notna()
        return fine

    return passes


def _days(collected: Column) -> npt.NDArray[np.float64]:
    """Days since 1960 of complete dates; other dates are missing."""
    return _since(collected, _COMPLETE, len("2014-03-01"), np.timedelta64(1, "D"))


def _minutes(collected: Column) -> npt.NDArray[np.float64]:
    """Minutes since 1960 of date-times with a clock time; others are missing."""
    return _since(collected, _WITH_CLOCK, len("2014-03-01T08:30"), np.timedelta64(1, "m"))


def _since(
    collected: Column, pattern: str, length: int, unit: np.timedelta64
) -> npt.NDArray[np.float64]:
    codes, known = pd.factorize(collected)
    texts = pd.Series(known, dtype="str")
    dates = pd.to_datetime(texts.where(texts.str.contains(pattern)).str[:length], errors="coerce")
    return np.append((dates.to_numpy() - _EPOCH) / unit, np.nan)[codes]


def _intervals(names: set[str]) -> Iterator[pa.Check]:
    """Starts and ends of periods and treatments (TR01SDT, TR01EDT), and of times to event."""
    spans = [(name, f"{name[:-3]}EDT") for name in sorted(names) if name.endswith("SDT")]
    spans += [(name, f"{name[:-4]}EDTM") for name in sorted(names) if name.endswith("SDTM")]
    spans += [("STARTDT", "ADT")]
    for start, end in spans:
        if {start, end} <= names and start != _ANCHOR:
            yield frame_check(
                Words("VAL050", f"{start} is after {end}", start),
                _not_after(start, end),
                numbers=(start, end),
            )


def _not_after(start: str, end: str) -> Callable[[pd.DataFrame], Mask]:
    return lambda frame: ~(frame[start] > frame[end])


def _times_to_event(names: set[str]) -> Iterator[pa.Check]:
    """Times in days, told by AVALU or by PARAM, count from STARTDT to ADT, both ends or one."""
    if {"AVAL", "STARTDT", "ADT", "CNSR"} <= names:
        yield frame_check(
            Words("VAL115", "AVAL is not the days from STARTDT to ADT", "AVAL"),
            _elapsed,
            numbers=("AVAL", "STARTDT", "ADT"),
        )


def _elapsed(frame: pd.DataFrame) -> Mask:
    apart = (frame["ADT"] - frame["STARTDT"]).to_numpy()
    value = frame["AVAL"].to_numpy()
    fine = np.isnan(apart) | np.isnan(value) | (value == apart) | (value == apart + 1)
    return pd.Series(fine | ~_in_days(frame), index=frame.index)


def _in_days(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    days = np.zeros(len(frame), dtype=np.bool_)
    for name, pattern in (("AVALU", r"(?i)^days?$"), ("PARAM", r"(?i)\(days?\)")):
        if name in frame.columns and typed(frame[name], text=True):
            days |= frame[name].str.contains(pattern, na=False).to_numpy(dtype=np.bool_)
    return days


def _emergent(names: set[str]) -> Iterator[pa.Check]:
    if {"TRTEMFL", "ASTDT", _ANCHOR} <= names:
        yield frame_check(
            Words("VAL116", f"TRTEMFL is Y, and ASTDT is before {_ANCHOR}", "TRTEMFL"),
            lambda frame: ~(frame["TRTEMFL"].eq("Y") & (frame["ASTDT"] < frame[_ANCHOR])),
            texts=("TRTEMFL",),
            numbers=("ASTDT", _ANCHOR),
        )

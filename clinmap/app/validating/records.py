"""The records that findings are about, as texts: keys and the variables concerned, no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from clinmap.app.validating.report import ColumnTexts, Finding, Records

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.problems import Problem

    Positions = npt.NDArray[np.int64]

SUBJECT = "USUBJID"
Unit = Literal["D", "s"]
_MOST_KEYS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A problem with the positions of its records in the dataset's frame, counted from 0."""

    problem: Problem
    positions: Positions
    columns: tuple[str, ...] = ()


def hit_of(problem: Problem, records: int) -> Hit:
    """A problem whose records are only told by their names, such as `AE:5`."""
    import numpy as np

    prefix = f"{problem.dataset}:"
    told = (row.removeprefix(prefix) for row in problem.rows if row.startswith(prefix))
    numbers = sorted({int(row) - 1 for row in told if row.isdigit() and 0 < int(row) <= records})
    columns = (problem.variable,) if problem.variable else ()
    return Hit(problem, np.array(numbers, dtype=np.int64), columns)


def shown_records(
    hits: Sequence[Hit],
    frames: Mapping[str, pd.DataFrame],
    keys: Mapping[str, Sequence[str]],
    formats: Mapping[str, Mapping[str, str]],
) -> tuple[list[Finding], dict[str, Records]]:
    """The findings with their records, and the texts of these records by dataset.

    Of a dataset those records are kept that some finding is about, and of them the keys and the
    variables concerned. Numbers are texts as a person writes them; those that SAS shows as dates,
    by `formats`, are dates of ISO 8601. Missing values are none.
    """
    found: dict[str, Records] = {}
    findings: list[Finding] = []
    for name in dict.fromkeys(hit.problem.dataset for hit in hits):
        own = [hit for hit in hits if hit.problem.dataset == name]
        frame = frames.get(name)
        if frame is not None:
            keyed = record_keys(frame, keys.get(name, ()))
            found[name] = _records(name, own, frame, keyed, formats.get(name, {}))
            findings += [_finding(hit, found[name], keyed, frame) for hit in own]
        else:
            findings += [_finding(hit, None, (), None) for hit in own]
    return findings, {name: one for name, one in found.items() if len(one.rows)}


def record_keys(frame: pd.DataFrame, keys: Iterable[str]) -> tuple[str, ...]:
    """The variables that tell records apart: the subject and the keys, without what is constant.

    Without keys these are the sequence number and what names a test and a visit.
    """
    known = [name for name in keys if name in frame.columns]
    if not known:
        known = [n for n in frame.columns if str(n).endswith("SEQ") or _names_record(str(n))]
    first = [SUBJECT] if SUBJECT in frame.columns else []
    named = dict.fromkeys([*first, *known])
    kept = [n for n in named if n not in ("STUDYID", "DOMAIN", "RDOMAIN") or len(named) == 1]
    return tuple(kept[:_MOST_KEYS])


def _names_record(name: str) -> bool:
    """Whether a variable by its name says which record of a subject this is."""
    return name.endswith(("TESTCD", "TRTCD")) or name in (
        "PARAMCD", "QNAM", "IDVARVAL", "VISITNUM", "AVISITN", "RELID", "ETCD", "ARMCD",
        "TAETORD", "TSPARMCD", "TSSEQ", "IETESTCD",
    )  # fmt: skip


def _records(
    name: str,
    hits: Iterable[Hit],
    frame: pd.DataFrame,
    keys: Iterable[str],
    formats: Mapping[str, str],
) -> Records:
    import numpy as np

    own = list(hits)
    rows = np.unique(np.concatenate([np.empty(0, np.int64), *(hit.positions for hit in own)]))
    concerned = (column for hit in own if len(hit.positions) for column in _columns(hit, frame))
    wanted = dict.fromkeys([*keys, *concerned])
    part = frame[list(wanted)].iloc[rows]
    columns = {n: column_texts(str(n), part[n], formats.get(n, "")) for n in wanted}
    return Records(name, rows + 1, columns)


def _columns(hit: Hit, frame: pd.DataFrame) -> tuple[str, ...]:
    asked = dict.fromkeys([hit.problem.variable, *hit.columns])
    return tuple(name for name in asked if name in frame.columns)


def column_texts(name: str, column: pd.Series, format_: str = "") -> ColumnTexts:
    """A column as distinct texts and codes. Effect on rows: none; missing values have code -1."""
    import numpy as np
    import pandas as pd

    from clinmap.validation.checks import as_texts

    codes, distinct = pd.factorize(column)
    values = pd.Series(distinct)
    if values.dtype.kind in "iuf" and (shown := _moment_format(format_)):
        texts = _moments(values.astype("float64"), shown)
    elif values.dtype.kind in "iufb":
        texts = as_texts(values.astype("float64")).tolist()
    else:
        texts = [str(value) for value in values.tolist()]
    return ColumnTexts(name, tuple(texts), codes.astype(np.int64))


def _moment_format(format_: str) -> Unit | None:
    """Whether numbers of a SAS format are days (`D`) or seconds (`s`) since 1960, or neither."""
    word = format_.upper().lstrip("$").rstrip("0123456789.")
    if word in ("DATE", "YYMMDD", "E8601DA", "IS8601DA", "MMDDYY", "DDMMYY"):
        return "D"
    return "s" if word in ("DATETIME", "E8601DT", "IS8601DT") else None


def _moments(values: pd.Series, unit: Unit) -> list[str]:
    """The days or seconds since 1960 as dates; what is out of the calendar stays a number."""
    import pandas as pd

    from clinmap.validation.checks import as_texts

    moments = pd.to_datetime(values, unit=unit, origin="1960-01-01", errors="coerce")
    texts = moments.dt.strftime("%Y-%m-%d" if unit == "D" else "%Y-%m-%dT%H:%M:%S")
    found: list[str] = texts.where(moments.notna(), as_texts(values)).tolist()
    return found


def _finding(
    hit: Hit, records: Records | None, keys: tuple[str, ...], frame: pd.DataFrame | None
) -> Finding:
    import numpy as np

    if records is None or frame is None or not len(hit.positions):
        named = (hit.problem.variable, *hit.columns)
        columns = tuple(dict.fromkeys(name for name in named if name))
        return Finding(hit.problem, np.empty(0, np.int64), (), columns)
    places = np.searchsorted(records.rows, np.unique(hit.positions) + 1)
    return Finding(hit.problem, places.astype(np.int64), keys, _columns(hit, frame))

"""The records that a result is made from: population, condition, groups, and parts for `each`.

Columns of ADSL are joined by subject where the dataset has them not. Rows keep their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from clinmap.plan import Ref
from clinmap.results.method import SUBJECT, Group, Part
from clinmap.results.plans import Described, ResultPlan

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

EVERYBODY = "All subjects"
TOTAL = "Total"
MISSING = "Missing"
UNITS = ("AVALU", "UNITC")
ADSL = "ADSL"


def prepared(plan: ResultPlan, datasets: Mapping[str, pd.DataFrame]) -> list[Part]:
    """The parts of a result, one for each value of `each` (one in all where nothing is asked).

    Problems: none; a dataset that is not there is a KeyError of the caller's making.
    """
    subjects = _population(plan, datasets)
    whole = _joined(plan, datasets)
    if subjects is not None and SUBJECT in whole:
        whole = whole[whole[SUBJECT].isin(subjects.index)]
    chosen = whole[_true(plan, whole)] if plan.where is not None else whole
    groups = _groups(plan, chosen, subjects, datasets)
    named = as_words(chosen, plan.by, plan.described)
    key = [" / ".join(one) for one in zip(*named, strict=True)] if plan.by else [EVERYBODY]
    import numpy as np

    group = np.array(key if plan.by else key * len(chosen), dtype=object)
    return [
        Part(plan.dataset, chosen.iloc[rows], group[rows], groups, plan.described, labels)
        for labels, rows in _each(plan, chosen)
    ]


def _population(plan: ResultPlan, datasets: Mapping[str, pd.DataFrame]) -> pd.DataFrame | None:
    """ADSL by subject, those of the population; None where the result asks for no subjects."""
    asked = bool(plan.population or plan.by) and SUBJECT in datasets[plan.dataset]
    if not asked:
        return None
    adsl = datasets[ADSL].drop_duplicates(SUBJECT).set_index(SUBJECT, drop=False)
    return adsl[(adsl[plan.population] == "Y").fillna(False)] if plan.population else adsl


def _joined(plan: ResultPlan, datasets: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The dataset, rows numbered from 1, with the variables of ADSL that the result reads."""
    frame = datasets[plan.dataset]
    frame = frame.set_axis(range(1, len(frame) + 1), axis=0)
    wanted = [n for n, d in plan.described.items() if d.owner == ADSL and n not in frame]
    if not wanted:
        return frame
    adsl = datasets[ADSL].drop_duplicates(SUBJECT).set_index(SUBJECT)
    added = {name: frame[SUBJECT].map(adsl[name]) for name in wanted}
    return frame.assign(**added)


def _true(plan: ResultPlan, frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    from clinmap.execution.evaluate import is_true

    assert plan.where is not None

    def column(reference: Ref) -> pd.Series:
        return frame[reference.column]

    return is_true(plan.where, column, frame.index)


def _groups(
    plan: ResultPlan,
    whole: pd.DataFrame,
    subjects: pd.DataFrame | None,
    datasets: Mapping[str, pd.DataFrame],
) -> tuple[Group, ...]:
    """The columns: each combination of the levels of `by` that occurs in the study, in order.

    A group of ADSL's variables has all subjects of the population, with or without records; a group
    of a variable of the dataset has the subjects with records of the result in it.
    """
    of_subjects = subjects is not None and all(name in subjects for name in plan.by)
    people = subjects if subjects is not None and of_subjects else whole
    everybody = people if subjects is None or not len(plan.by) else subjects
    if not plan.by:
        return (Group(EVERYBODY, EVERYBODY, _names(everybody)),)
    study = datasets[ADSL] if of_subjects else whole
    found = [
        Group(key, key, _names(people[mask])) for key, mask in _combinations(plan, people, study)
    ]
    total = [Group(TOTAL, TOTAL, _names(everybody), total=True)] if plan.total else []
    return (*found, *total)


def _names(frame: pd.DataFrame) -> frozenset[str]:
    return frozenset(frame[SUBJECT].dropna()) if SUBJECT in frame else frozenset()


def _combinations(
    plan: ResultPlan, people: pd.DataFrame, study: pd.DataFrame
) -> Iterator[tuple[str, pd.Series]]:
    import itertools

    levels = [levels_of(study, name, plan.described.get(name)) for name in plan.by]
    words = as_words(people, plan.by, plan.described)
    for combination in itertools.product(*levels):
        mask = words[0] == combination[0]
        for column, level in zip(words[1:], combination[1:], strict=True):
            mask &= column == level
        yield " / ".join(combination), mask


def _each(
    plan: ResultPlan, frame: pd.DataFrame
) -> Iterator[tuple[tuple[str, ...], npt.NDArray[np.int64]]]:
    """The values of `each` with the positions of their records, in their order, missing last."""
    import numpy as np

    if not plan.each:
        yield (), np.arange(len(frame))
        return
    ranks = [
        {level: rank for rank, level in enumerate(levels_of(frame, name, plan.described[name]))}
        for name in plan.each
    ]
    words = as_words(frame, plan.each, plan.described)
    places: dict[tuple[str, ...], list[int]] = {}
    for place, labels in enumerate(zip(*words, strict=True)):
        places.setdefault(labels, []).append(place)

    def order(labels: tuple[str, ...]) -> list[int]:
        return [rank.get(label, len(rank)) for rank, label in zip(ranks, labels, strict=True)]

    for labels in sorted(places, key=order):
        yield _headings(plan.each, labels), np.array(places[labels])


def _headings(names: Sequence[str], labels: Sequence[str]) -> tuple[str, ...]:
    """What stands over the rows of a part: its values, a unit in brackets behind the one before."""
    found: list[str] = []
    for name, label in zip(names, labels, strict=True):
        if name in UNITS and found:
            found[-1] += f" ({label})" if label else ""
        else:
            found.append(label or MISSING)
    return tuple(found)


def as_words(
    frame: pd.DataFrame, names: Sequence[str], described: Mapping[str, Described]
) -> list[pd.Series]:
    """Columns as text, missing values as empty ones, dates in ISO 8601."""
    return [words_of(frame[name], described.get(name)) for name in names]


def words_of(values: pd.Series, described: Described | None = None) -> pd.Series:
    """A column as text; numbers without needless decimals, dates in ISO 8601, missing empty."""
    import pandas as pd

    from clinmap.frames import as_text

    kind = described.type if described is not None else ""
    if kind in ("date", "datetime") and pd.api.types.is_numeric_dtype(values):
        pattern = "%Y-%m-%d" if kind == "date" else "%Y-%m-%dT%H:%M:%S"
        passed = pd.to_timedelta(values, unit="D" if kind == "date" else "s")
        written: pd.Series = (pd.Timestamp("1960-01-01") + passed).dt.strftime(pattern).fillna("")
        return written
    return as_text(values).fillna("")


def levels_of(frame: pd.DataFrame, name: str, described: Described | None) -> list[str]:
    """The values of a variable that occur: those that are named, then by twin, then sorted.

    Named are the terms of the study's codelist, or those under `order` of the result. The twin of
    PARAM is PARAMN, that of AVISIT is AVISITN.
    """
    import pandas as pd

    words = words_of(frame[name], described)
    there = words[words != ""]
    found = set(there)
    known = [level for level in (described.levels if described else ()) if level in found]
    rest = found - set(known)
    twin = _twin(frame, name)
    if twin:
        first = frame[twin][there.index].groupby(there).min().sort_values(kind="stable")
        return [*known, *(str(level) for level in first.index if level in rest)]
    numbers = pd.api.types.is_numeric_dtype(frame[name])
    return [*known, *(sorted(rest, key=float) if numbers else sorted(rest))]


def _twin(frame: pd.DataFrame, name: str) -> str:
    """The numeric variable that gives the order of a text, where there is one."""
    asked = [f"{name}N", f"{name[:7]}N", "PARAMN" if name in ("PARAM", "PARAMCD") else ""]
    return next((one for one in asked if one in frame and frame[one].notna().any()), "")

"""Events and interventions: whether they occurred, how serious they were, how they were coded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd
import pandera.pandas as pa

from clinmap.plan import DatasetPlan
from clinmap.validation.checks import Mask, Words, everywhere, frame_check
from clinmap.validation.study_view import domain_of, names_of, observed

SERIOUS = ("AESCAN", "AESCONG", "AESDISAB", "AESDTH", "AESHOSP", "AESLIFE", "AESOD", "AESMIE")
"""The criteria by which an adverse event is serious (SDTMIG 3.4 section 6.2.1)."""

_BELOW = (("LLT", "DECOD"), ("LLTCD", "PTCD"), ("DECOD", "SOC"), ("PTCD", "SOCCD"))
"""A term of MedDRA, and the one that it stands under: one only, on the primary path."""


def event_checks(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """The checks VAL086 to VAL088 of a dataset."""
    if observed(dataset):
        yield from _occurrence(dataset)
        yield from _hierarchy(dataset)
    if dataset.name == "AE":
        yield from _seriousness(dataset)


def _occurrence(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """--OCCUR answers what was asked for: it has a value only where --PRESP is Y.

    Source: SDTMIG 3.4 sections 6.1 and 6.2 (--PRESP, --OCCUR).
    """
    domain = domain_of(dataset)
    occurred, asked = f"{domain}OCCUR", f"{domain}PRESP"
    if {occurred, asked} <= names_of(dataset):
        yield frame_check(
            Words("VAL086", f"{occurred} has a value, and {asked} is not Y", occurred),
            lambda frame: frame[occurred].isna() | frame[asked].eq("Y"),
            texts=(occurred, asked),
        )


def _hierarchy(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """A lower level term has one preferred term, and that has one primary system organ class.

    The records with the most frequent one pass; judged where the dataset has MedDRA's variables.
    Source: SDTMIG 3.4 section 6.2.1 (--DECOD, --SOC), MedDRA's primary path.
    """
    domain, names = domain_of(dataset), names_of(dataset)
    if f"{domain}SOC" not in names and f"{domain}LLT" not in names:
        return
    for below, above in _BELOW:
        low, high = domain + below, domain + above
        if {low, high} <= names:
            yield frame_check(
                Words("VAL087", f"One {low} stands under several {high}", high, columns=(low,)),
                _usual(low, high),
            )


def _usual(low: str, high: str) -> Callable[[pd.DataFrame], Mask]:
    return lambda frame: of_the_usual(frame, (low,), high)


def of_the_usual(frame: pd.DataFrame, by: tuple[str, ...], name: str) -> Mask:
    """Where a value is the most frequent one among the records that agree in `by`.

    Missing values pass; where several are the most frequent, none of their records passes.
    """
    if not {*by, name} <= set(frame.columns):
        return everywhere(frame)
    counts = frame.groupby([*by, name], sort=False).size().rename("count").reset_index()
    highest = counts.groupby(list(by), sort=False)["count"].transform("max")
    tops = (counts["count"] == highest).groupby([counts[b] for b in by], sort=False)
    odd = counts[(counts["count"] < highest) | (tops.transform("sum") > 1)]
    return ~rows_among(frame, odd[[*by, name]])


def rows_among(frame: pd.DataFrame, some: pd.DataFrame) -> Mask:
    """Where a row agrees with one of some rows in all of their columns."""
    found = ~everywhere(frame)
    if some.empty:
        return found
    names = list(some.columns)
    first = frame[names[-1]].isin(some[names[-1]])
    left = pd.MultiIndex.from_frame(frame.loc[first, names])
    found[first] = left.isin(pd.MultiIndex.from_frame(some))
    return found


def _seriousness(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """AESER is Y where a criterion is Y (SDTMIG 3.4 section 6.2.1).

    That a serious event meets no criterion is not said: others may stand in SUPPAE.
    """
    names = names_of(dataset)
    criteria = tuple(name for name in SERIOUS if name in names)
    if "AESER" not in names or not criteria:
        return
    yield frame_check(
        Words("VAL088", "AESER is not Y, and a criterion of seriousness is", "AESER"),
        lambda frame: frame["AESER"].eq("Y") | ~_any_yes(frame, criteria),
        texts=("AESER", *criteria),
    )


def _any_yes(frame: pd.DataFrame, criteria: tuple[str, ...]) -> Mask:
    met = ~everywhere(frame)
    for name in criteria:
        met |= frame[name].eq("Y")
    return met

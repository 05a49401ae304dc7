"""The keys of two datasets when nobody says them: a guess, with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

_SUBJECT = ("STUDYID", "USUBJID")
_SEQUENCE = re.compile(r"([A-Z]{2})?SEQ|ASEQ|[A-Z0-9]{2}SEQ")
_QUALIFIER = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "RELID")
_IDENTIFYING = (
    "PARAMCD", "TESTCD", "TERM", "TRT", "DECOD", "PARMCD", "CAT", "SCAT", "ARMCD", "ETCD",
    "TAETORD", "VISITNUM", "AVISITN", "AVISIT", "DTC", "STDTC", "ENDTC", "ADT", "ADTM", "ASTDT",
    "TPTNUM", "ATPTN", "DTYPE", "BASETYPE", "SPEC", "LOC", "LAT", "METHOD", "EVAL", "LNKID",
    "SPID", "SUBJID", "SITEID",
)  # fmt: skip


class GuessedKeys(NamedTuple):
    """Keys, and in a sentence why these."""

    keys: tuple[str, ...]
    reason: str


def guess_keys(base: pd.DataFrame, compare: pd.DataFrame) -> GuessedKeys:
    """Keys that both frames have, tried in this order.

    1. supplemental qualifiers and relations: STUDYID, RDOMAIN, USUBJID, IDVAR, IDVARVAL and QNAM
       or RELID
    2. STUDYID, USUBJID and the sequence number (ASEQ before --SEQ; --SEQ of DOMAIN before others)
    3. STUDYID, USUBJID, when they are unique on both sides
    4. these and identifying variables (PARAMCD, --TESTCD, VISITNUM, --DTC, …), each that tells
       more rows apart, until the rows are unique on both sides or no variable is left

    >>> ae = pd.DataFrame({"STUDYID": ["S"], "USUBJID": ["S-1"], "AESEQ": [1.0]})
    >>> guess_keys(ae, ae).keys
    ('STUDYID', 'USUBJID', 'AESEQ')
    """
    shared = [str(name) for name in base.columns if name in compare.columns]
    if {"RDOMAIN", "IDVARVAL"} <= set(shared):
        keys = tuple(name for name in _QUALIFIER if name in shared)
        return GuessedKeys(keys, "the dataset holds qualifiers or relations of other records")
    subject = tuple(name for name in _SUBJECT if name in shared)
    sequence = _sequence(base, shared)
    if sequence and "USUBJID" in subject:
        return GuessedKeys((*subject, sequence), f"{sequence} numbers the records of a subject")
    if subject and _unique(base, compare, subject):
        return GuessedKeys(subject, "there is one record per subject")
    return _identifying(base, compare, subject, shared)


def _sequence(base: pd.DataFrame, shared: Sequence[str]) -> str:
    found = [name for name in shared if _SEQUENCE.fullmatch(name)]
    domains = base["DOMAIN"].dropna().unique().tolist() if "DOMAIN" in shared else []
    wanted = ["ASEQ", *(f"{domain}SEQ" for domain in domains)]
    return next((name for name in wanted if name in found), found[0] if len(found) == 1 else "")


def _unique(base: pd.DataFrame, compare: pd.DataFrame, keys: Sequence[str]) -> bool:
    return not any(bool(side.duplicated(list(keys)).any()) for side in (base, compare))


def _identifying(
    base: pd.DataFrame, compare: pd.DataFrame, subject: tuple[str, ...], shared: Sequence[str]
) -> GuessedKeys:
    keys, told_apart = list(subject), _distinct(base, compare, subject)
    for name in _candidates(shared):
        if told_apart == len(base) + len(compare):
            return GuessedKeys(tuple(keys), "they are unique on both sides")
        more = _distinct(base, compare, [*keys, name])
        if more > told_apart:
            keys, told_apart = [*keys, name], more
    unique = told_apart == len(base) + len(compare)
    reason = "they are unique on both sides" if unique else "no variables make the rows unique"
    return GuessedKeys(tuple(keys), reason)


def _distinct(base: pd.DataFrame, compare: pd.DataFrame, keys: Sequence[str]) -> int:
    if not keys:
        return min(1, len(base)) + min(1, len(compare))
    return sum(int((~side.duplicated(list(keys))).sum()) for side in (base, compare))


def _candidates(shared: Sequence[str]) -> list[str]:
    """Shared identifying variables, with or without a prefix of two letters, in the order above."""
    return [
        name
        for wanted in (*_IDENTIFYING, "SEQ")
        for name in shared
        if name == wanted or (len(name) == len(wanted) + 2 and name.endswith(wanted))
    ]

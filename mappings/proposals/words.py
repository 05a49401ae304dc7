"""Clues from names and labels: which variable of a dataset a raw column is called like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache

from clinmap.profiling import ColumnProfile
from clinmap.profiling.profiles import NUMERIC
from clinmap.standards import VariableStandard, sdtm_dataset, sdtm_order, sdtm_variable
from mappings.proposals.models import Clue
from mappings.proposals.roles import bare, unmarked
from mappings.proposals.vocabulary import DOSE_UNITS, FRAGMENTS, OF_DOMAIN

_WORD = re.compile(r"[A-Za-z][a-z]+|[A-Z]+(?![a-z])|\d+")
_STOP = frozenset(
    {"of", "the", "for", "in", "or", "and", "a", "to", "is", "was", "what", "name", "text", "raw",
     "it", "if", "this", "did", "with", "please", "specify", "reported", "collected"}
)  # fmt: skip
_SAME: Mapping[str, str] = {
    "dt": "date", "dat": "date", "tm": "time", "tim": "time", "cd": "code", "st": "start",
    "en": "end", "stop": "end", "onset": "start", "begin": "start", "drug": "treatment",
    "trt": "treatment", "units": "unit", "result": "result", "value": "result", "dx": "diagnosis",
    "reason": "reason", "rsn": "reason", "lab": "laboratory", "num": "number", "no": "number",
    "planned": "planned", "serious": "serious", "severity": "severity", "gender": "sex",
}  # fmt: skip
_MADE = (
    "STUDYID", "DOMAIN", "USUBJID", "SUBJID", "SITEID", "VISITNUM", "VISIT", "VISITDY", "TAETORD",
    "EPOCH", "--SEQ", "--DY", "--STDY", "--ENDY", "--LOBXFL", "--BLFL", "--STRESC", "--STRESU",
    "--NRIND", "--STNRLO", "--STNRHI", "RFSTDTC", "RFENDTC", "RFXSTDTC", "RFXENDTC", "RFPENDTC",
    "DTHFL", "ARMNRS", "--BODSYS", "--ENRF", "--STRF",
)  # fmt: skip
"""What is derived, or found by its role in the table: no likeness of a name speaks for it."""

WHOLE, ALIAS, LABEL, ENDING, BARE_ENDING, TAIL, FIRST_WORD = 0.93, 0.97, 0.9, 0.85, 0.8, 0.5, 0.6
SHORT, NEARLY = 0.6, 0.48


@lru_cache(maxsize=128)
def variables_of(dataset: str) -> dict[str, VariableStandard]:
    """The variables that a dataset may have, by name; those of the guide's table first."""
    names = sdtm_order(dataset)
    found = {n: v for n in names if (v := sdtm_variable(dataset, n)) is not None}
    return dict(sorted(found.items(), key=lambda item: item[1].model_only))


def prefix_of(dataset: str) -> str:
    """What the names of the variables begin with: `AE`, nothing in DM."""
    known = sdtm_dataset(dataset)
    general = known is not None and known.cls not in ("SPECIAL PURPOSE", "TRIAL DESIGN")
    return dataset[:2] if general or dataset == "CO" else ""


def name_clues(column: ColumnProfile, dataset: str) -> dict[str, Clue]:
    """The likeliest sign of name or label for each variable of a dataset.

    >>> column = ColumnProfile("AESEV", 1, 0, 1, "coded")
    >>> name_clues(column, "AE")["AESEV"].words
    'its name is that of the SDTM variable'
    """
    found: dict[str, Clue] = {}
    known = variables_of(dataset)
    for name, clue in _clues(column, dataset, known):
        facts = known.get(name)
        if facts is not None and (name not in found or clue.score > found[name].score):
            found[name] = clue
    return found


def made(name: str) -> bool:
    """Whether a variable is derived or made from the column of a role."""
    return name in _MADE or f"--{name[2:]}" in _MADE


def _clues(
    column: ColumnProfile, dataset: str, known: Mapping[str, VariableStandard]
) -> Iterable[tuple[str, Clue]]:
    name, prefix = bare(column.name), prefix_of(dataset)
    stem = bare(unmarked(column.name))
    for alias in column.aliases:
        yield bare(alias), Clue(ALIAS, f"the ODM-XML calls it {alias}")
    yield name, Clue(WHOLE, "its name is that of the SDTM variable")
    if stem != name:
        yield stem, Clue(WHOLE - 0.03, "its name without the ending is that of the SDTM variable")
    if (numbered := stem.rstrip("0123456789")) != stem:
        yield numbered, Clue(FIRST_WORD, f"its name is {numbered} with a number")
    yield from _endings(stem, prefix)
    if column.kind in NUMERIC and stem.endswith(DOSE_UNITS):
        yield f"{prefix}DOSE", Clue(TAIL + 0.05, "a number, and its name ends with a unit of doses")
    yield from _abbreviations(column, prefix, known)
    first = bare(re.split(r"[_\s.-]", column.name.rpartition(".")[2])[0])
    if first not in (name, stem) and len(first) > 2:
        yield first, Clue(FIRST_WORD, f"its name begins with {first}")
    for variable, facts in known.items():
        if not made(variable) and (clue := _label_clue(column, facts, dataset)):
            yield variable, clue


def _endings(stem: str, prefix: str) -> Iterable[tuple[str, Clue]]:
    """The endings of CDASH field names, with the domain's letters before them or without."""
    rest = stem.removeprefix(prefix) if prefix else stem
    has_prefix = bool(prefix) and rest != stem
    known = {**FRAGMENTS, **OF_DOMAIN.get(prefix, {})}
    if ending := known.get(rest):
        score = ENDING if has_prefix else BARE_ENDING
        before = "the domain's letters and " if has_prefix else ""
        yield f"{prefix}{ending}", Clue(score, f"its name is {before}{rest}, as forms call it")
        return
    tails = [f for f in known if len(f) >= 3 and rest.endswith(f)]
    if tails:
        tail = max(tails, key=len)
        score = TAIL + (0.1 if has_prefix else 0)
        yield f"{prefix}{known[tail]}", Clue(score, f"its name ends with {tail}")


def _abbreviations(
    column: ColumnProfile, prefix: str, known: Mapping[str, VariableStandard]
) -> Iterable[tuple[str, Clue]]:
    """Variables of the guide whose name a column's name shortens, or nearly is."""
    rest = bare(unmarked(column.name)).removeprefix(prefix)
    if len(rest) < 3 or rest in FRAGMENTS:
        return
    for name, facts in known.items():
        own = name.removeprefix(prefix)
        if facts.model_only or made(name) or own == rest or len(own) < 4:
            continue
        if len(rest) * 2 >= len(own) and _is_within(rest, own):
            yield name, Clue(SHORT, f"its name is short for {name}")
        elif SequenceMatcher(None, rest, own).ratio() >= 0.66:
            yield name, Clue(NEARLY, f"its name is nearly {name}")


def _is_within(short: str, long: str) -> bool:
    """Whether the letters of one stand in the other in their order."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def _label_clue(column: ColumnProfile, facts: VariableStandard, dataset: str) -> Clue | None:
    """How alike the words of the column's label, or of its name, are to the standard's label."""
    label = column.label or column.name.rpartition(".")[2]
    if column.label and column.label.casefold() == facts.label.casefold():
        return Clue(LABEL, "its label is that of the SDTM variable")
    own, theirs = _words(label), _words(facts.label) - _domain_words(dataset)
    shared = own & theirs
    if not shared or shared <= {"date", "time", "code", "number", "result", "start", "end"}:
        return None
    covered, alike = len(shared) / len(own), len(shared) / len(own | theirs)
    score = round(0.85 * covered * (0.6 + 0.4 * alike), 2)
    where = "label" if column.label else "name"
    return Clue(score, f'its {where} is like "{facts.label}"') if score >= 0.3 else None


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    found = (word.casefold() for word in _WORD.findall(text))
    return frozenset(_SAME.get(word, word) for word in found if word not in _STOP)


@lru_cache(maxsize=128)
def _domain_words(dataset: str) -> frozenset[str]:
    known = sdtm_dataset(dataset)
    return _words(known.label) if known else frozenset()

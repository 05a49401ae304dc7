"""What was removed and what was added that looks like it under another name: a guess, as a hint."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from define.difference.pairs import by_keys, by_score

NEAR = 0.7
MOST = 10_000
"""So many pairs are looked at."""


@dataclass(frozen=True, slots=True)
class Named:
    """A dataset or variable; `parts` are the names of a dataset's variables."""

    path: str
    name: str
    label: str
    parts: frozenset[str]


def rename_hints(removed: Sequence[Named], added: Sequence[Named]) -> dict[str, str]:
    """Hints: first by equal labels, then by names alike, or by equal variables of datasets.

    They are found by `-path` of what was removed and `+path` of what was added.

    >>> old = Named("AE.AETRM", "AETRM", "Reported Term", frozenset())
    >>> new = Named("AE.AETERM", "AETERM", "Term", frozenset())
    >>> rename_hints([old], [new])["-AE.AETRM"]
    'renamed? AETERM is added'
    """
    same = by_keys(removed, added, lambda named: " ".join(named.label.casefold().split()))
    alike = by_score(same.old, same.new, _likely(same.old, same.new))
    hints: dict[str, str] = {}
    for old, new in (*same.both, *alike.both):
        hints[f"-{old.path}"] = f"renamed? {new.name} is added"
        hints[f"+{new.path}"] = f"renamed? {old.name} is removed"
    return hints


def _likely(removed: Sequence[Named], added: Sequence[Named]) -> Iterator[tuple[float, int, int]]:
    if len(removed) * len(added) > MOST:
        return
    for one, old in enumerate(removed):
        for other, new in enumerate(added):
            score = _likeness(old, new)
            if score >= NEAR:
                yield score, one, other


def _likeness(old: Named, new: Named) -> float:
    """How alike the variables of two datasets are, or the names of two variables."""
    if old.parts or new.parts:
        return len(old.parts & new.parts) / len(old.parts | new.parts)
    names = (_stem(old.name, new.name).casefold(), _stem(new.name, old.name).casefold())
    matcher = difflib.SequenceMatcher(None, *names)
    return matcher.ratio() if matcher.quick_ratio() >= NEAR else 0


def _stem(name: str, other: str) -> str:
    """The name without the two letters that all variables of a domain begin with."""
    return name[2:] if name[:2] == other[:2] and min(len(name), len(other)) > 4 else name

"""A difference between two documents, and the groups by what a reviewer must do about it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
DATA, ALLOWED, DERIVATION = "data", "allowed", "derivation"
DOCUMENTS, WORDING, ORDER = "documents", "wording", "order"
GROUPS = {
    DATA: "Data to change",
    ALLOWED: "More is allowed; data that were right stay right",
    DERIVATION: "Origins, derivations and analyses",
    DOCUMENTS: "Standards and submission documents",
    WORDING: "Wording only",
    ORDER: "Order only",
}
"""The groups, the most urgent first, each with its title."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What happened to the thing at `path`, in words.

    `kind` is added, removed or changed; `group` one of `GROUPS`; `path` a dataset (`AE`), a
    variable (`AE.AETERM`), a value-level item (`LB.LBORRES where LBTESTCD is GLUC`), or a kind and
    a name (`codelist No Yes Response`); `places` are further places that share it, or use it.
    """

    kind: str
    group: str
    path: str
    what: str
    old: str = ""
    new: str = ""
    old_line: int = 0
    new_line: int = 0
    hint: str = ""
    places: tuple[str, ...] = ()


class Found(NamedTuple):
    """A difference, and the definitions that it comes from where several places share them."""

    difference: Difference
    source: Hashable = None


def told_once(found: Iterable[Found]) -> Iterator[Difference]:
    """The differences; what several places share because they refer to one definition is one.

    >>> one = Difference("changed", "wording", "DM.SEX", "label", "a", "b")
    >>> other = replace(one, path="AE.SEX")
    >>> next(told_once([Found(one, "IT.SEX"), Found(other, "IT.SEX")])).places
    ('AE.SEX',)
    """
    kept: dict[Hashable, Difference] = {}
    places: dict[Hashable, dict[str, None]] = {}
    for number, (difference, source) in enumerate(found):
        of = difference
        shared = (of.kind, of.group, of.what, of.old, of.new, source)
        key: Hashable = number if source is None else shared
        if key in kept:
            places[key][of.path] = None
        else:
            kept[key] = of
            places[key] = dict.fromkeys(of.places)
    for key, difference in kept.items():
        others = tuple(place for place in places[key] if place != difference.path)
        yield replace(difference, places=others) if others else difference


def in_groups(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """The differences, the most urgent group first; within a group in their order."""
    rank = {group: number for number, group in enumerate(GROUPS)}
    return tuple(sorted(differences, key=lambda difference: rank[difference.group]))

"""What methods that compare two groups have in common: which ones, and a column beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from clinmap.results.cells import COMPARISON
from clinmap.results.method import Group, Method, Part
from clinmap.results.shown import Column

Compared = tuple[tuple[str, ...], ...]


class TwoGroups(Method):
    """A method that compares the first group with the second, in a column of its own."""

    groups: ClassVar[int] = 2

    def chosen(self) -> Compared:
        """The two groups, each of one value or several; empty for the first two that there are."""
        found: Compared = getattr(self, "compared", ())
        return found

    def regrouped(self, part: Part) -> Part:
        """The groups under `compared`, in that order; as they are where it is left out."""
        return pooled(part, self.chosen()) if self.chosen() else part

    def columns(self, part: Part) -> tuple[Column, ...]:
        """The groups, and the comparison."""
        return (*(group.column for group in part.groups), Column(COMPARISON, "Comparison"))


def pooled(part: Part, compared: Sequence[Sequence[str]]) -> Part:
    """The part with groups put together, in the order given; other groups are left out."""
    import numpy as np

    groups = []
    names = np.full(len(part.group), "", dtype=object)
    for keys in compared:
        label = " or ".join(keys)
        of = [group.subjects for group in part.groups if group.key in keys]
        subjects: frozenset[str] = frozenset().union(*of)
        groups.append(Group(label, label, subjects))
        names[np.isin(part.group, list(keys))] = label
    return replace(part, groups=tuple(groups), group=names)

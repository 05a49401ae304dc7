"""What is different from another version, held ready for the place where the page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from define.difference.difference import ADDED, CHANGED, GROUPS, REMOVED, Difference

WHOLE = frozenset({"dataset", "variable", "value-level item", "codelist", "display", ""})
"""What is said of a thing that is added or removed as a whole."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a place differs: as a whole (`kind`), and in what."""

    path: str = ""
    kind: str = ""
    changes: tuple[Difference, ...] = ()


UNCHANGED = Mark()


class Marks:
    """The differences by their place; remembers where the page has shown each."""

    def __init__(self, differences: Iterable[Difference]) -> None:
        self.all = tuple(differences)
        found: dict[str, list[Difference]] = {}
        for difference in self.all:
            for path in dict.fromkeys((difference.path, *difference.places)):
                found.setdefault(path, []).append(difference)
        self._marks = {path: _mark(path, changes) for path, changes in found.items()}
        self._gone: dict[str, list[Mark]] = {}
        for path, mark in self._marks.items():
            if mark.kind == REMOVED:
                self._gone.setdefault(path.partition(".")[0], []).append(mark)
        self.anchors: dict[str, str] = {}

    def groups(self) -> Iterator[tuple[str, list[Difference]]]:
        """The differences by what a reviewer must do, the most urgent first."""
        for group, title in GROUPS.items():
            several = [difference for difference in self.all if difference.group == group]
            if several:
                yield title, several

    def at(self, path: str, anchor: str) -> Mark:
        """What differs at a place, which the page shows under `anchor`."""
        mark = self._marks.get(path, UNCHANGED)
        if mark is not UNCHANGED:
            self.anchors.setdefault(path, anchor)
        return mark

    def removed(self, dataset: str, anchor: str) -> Iterator[Mark]:
        """What was removed from a dataset: variables, value-level items."""
        for mark in self._gone.get(dataset, ()):
            self.anchors.setdefault(mark.path, anchor)
            yield mark

    def removed_datasets(self) -> Iterator[Mark]:
        """The datasets that were removed."""
        return (mark for path, marks in self._gone.items() for mark in marks if mark.path == path)


def _mark(path: str, changes: list[Difference]) -> Mark:
    """Added or removed is only what is so as a whole, not what has a part more or less."""
    whole = [c.kind for c in changes if c.kind in (ADDED, REMOVED) and c.what in WHOLE]
    return Mark(path, whole[0] if whole else CHANGED, tuple(changes))

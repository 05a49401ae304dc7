"""What is different from another version, held ready for the place where the page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from define.difference.difference import ADDED, CHANGED, GROUPS, REMOVED, Difference

SHARED = ("codelist ", "version")
"""Paths whose further places only use what differs; they are listed, not marked."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a place differs: as a whole (`kind`), and in what."""

    path: str = ""
    kind: str = ""
    changes: tuple[Difference, ...] = ()


UNCHANGED = Mark()


class Marks:
    """The differences by their place; remembers where the page shows what."""

    def __init__(self, differences: Iterable[Difference]) -> None:
        self.all = tuple(differences)
        found: dict[str, list[Difference]] = {}
        for difference in self.all:
            further = () if difference.path.startswith(SHARED) else difference.places
            for path in dict.fromkeys((difference.path, *further)):
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

    def within(self, prefix: str) -> set[str]:
        """The anchors of the marked places whose path begins so."""
        marked = (path for path in self._marks if path.startswith(prefix))
        return {self.anchors[path] for path in marked if path in self.anchors}

    def at(self, path: str, anchor: str) -> Mark:
        """What differs at a place, which the page shows under `anchor`."""
        self.anchors.setdefault(path, anchor)
        return self._marks.get(path, UNCHANGED)

    def removed(self, dataset: str, anchor: str) -> Iterator[Mark]:
        """What was removed from a dataset: variables, value-level items."""
        for mark in self._gone.get(dataset, ()):
            self.anchors.setdefault(mark.path, anchor)
            yield mark

    def removed_datasets(self) -> Iterator[Mark]:
        """The datasets that were removed."""
        return (mark for path, marks in self._gone.items() for mark in marks if mark.path == path)


def _mark(path: str, changes: list[Difference]) -> Mark:
    """What is added or removed as a whole is so, whatever else is said of it."""
    whole = [change.kind for change in changes if change.kind in (ADDED, REMOVED)]
    return Mark(path, whole[0] if whole else CHANGED, tuple(changes))

"""Shift tables: from which category at baseline to which afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from clinmap.results.cells import count_of
from clinmap.results.method import SUBJECT, Line, Method, Part, Use, method
from clinmap.results.preparation import as_words, levels_of
from clinmap.results.shown import Value

if TYPE_CHECKING:
    from clinmap.frames import Mask


@method
class Shift(Method):
    """Count subjects by the category before and after: a heading for each value before.

    `shift` is the variable before (BNRIND), `to` the one after (ANRIND). A subject counts once in
    each pair; with `worst` once in all, in the record with the last of the values after. Missing
    values stand in a row of their own.
    """

    shift: str
    to: str
    worst: bool = False
    name: ClassVar[str] = "shift"

    def uses(self) -> tuple[Use, ...]:
        """The two categories."""
        return (Use(self.shift), Use(self.to))

    def lines(self, part: Part) -> Iterator[Line]:
        """A heading for each value before, a row for each value after."""
        part = self._worst(part) if self.worst else part
        before, after = as_words(part.frame, (self.shift, self.to), part.described)
        first = levels_of(part.frame, self.shift, part.described.get(self.shift))
        last = levels_of(part.frame, self.to, part.described.get(self.to))
        for start in [*first, *([""] if (before == "").any() else [])]:
            yield Line(f"From {start or 'missing'}", 1)
            here = (before == start).to_numpy()
            for end in [*last, *([""] if (after[here] == "").any() else [])]:
                pair = here & (after == end).to_numpy()
                yield Line(f"to {end or 'missing'}", 2, self._values(part, pair))

    def _worst(self, part: Part) -> Part:
        """Of each subject the record whose value after comes last, the first of them."""
        levels = levels_of(part.frame, self.to, part.described.get(self.to))
        after = as_words(part.frame, (self.to,), part.described)[0]
        order = (-after.map({level: n for n, level in enumerate(levels)})).argsort(kind="stable")
        kept = part.frame.iloc[order].drop_duplicates(SUBJECT).index
        stays = part.frame.index.isin(kept)
        return replace(part, frame=part.frame[stays], group=part.group[stays])

    def _values(self, part: Part, pair: Mask) -> dict[str, Value]:
        values = {}
        for group in part.groups:
            chosen = pair if group.total else pair & (part.group == group.key)
            frame = part.frame[chosen]
            records = part.records(frame, self.to)
            values[group.key] = count_of(int(frame[SUBJECT].nunique()), group.size, records)
        return values

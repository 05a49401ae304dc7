"""Counts of subjects or records by category, nested, and by the worst grade of each subject."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.registry import Words
from clinmap.results.cells import count_of
from clinmap.results.method import SUBJECT, Line, Method, Part, Use, method
from clinmap.results.preparation import levels_of, words_of

if TYPE_CHECKING:
    import pandas as pd

ANY = "Any"


@method
class Counts(Method):
    """Count subjects (or records) by category, with percentages of the column's subjects.

    `counts` names one variable or several that are nested, such as [AEBODSYS, AEDECOD]. A subject
    counts once in each category. With `worst` (a grade), a subject counts at its highest value
    within each category, and the values stand beneath. `any` is the label of a first row for all
    records. `levels` are values of the last variable that are shown though nobody has them. Rows
    are in the order of the values, or by `sort: frequency`. Missing values: no category.
    """

    counts: Words
    any: str = ""
    worst: str = ""
    levels: Words = ()
    sort: Literal["order", "frequency"] = "order"
    of: Literal["subjects", "records"] = "subjects"
    name: ClassVar[str] = "counts"

    def uses(self) -> tuple[Use, ...]:
        """The variables of the categories, and the grade, which is a number."""
        grade = (Use(self.worst, "number"),) if self.worst else ()
        return (*(Use(name) for name in self.counts), *grade)

    def lines(self, part: Part) -> Iterator[Line]:
        """The row for all records, then those of each category."""
        if self.any:
            yield from self._category(part, part.frame, self.any, 0, self.counts[0])
        yield from self._nested(part, part.frame, self.counts, 1 if self.any else 0)

    def _nested(
        self, part: Part, frame: pd.DataFrame, names: tuple[str, ...], level: int
    ) -> Iterator[Line]:
        words = words_of(frame[names[0]], part.described.get(names[0]))
        for value in self._values(part, frame, names, words):
            records = frame[(words == value).to_numpy()]
            yield from self._category(part, records, value, level, names[0])
            if names[1:]:
                yield from self._nested(part, records, names[1:], level + 1)

    def _values(
        self, part: Part, frame: pd.DataFrame, names: tuple[str, ...], words: pd.Series
    ) -> list[str]:
        found = levels_of(frame, names[0], part.described.get(names[0]))
        if self.sort == "frequency":
            people = frame[SUBJECT].groupby(words).nunique() if SUBJECT in frame else None
            count = people if people is not None else words.value_counts()
            found = sorted(found, key=lambda value: (-int(count[value]), value))
        added = [value for value in self.levels if value not in found] if not names[1:] else []
        if not added:
            return found
        return [*self.levels, *(value for value in found if value not in self.levels)]

    def _category(
        self, part: Part, records: pd.DataFrame, label: str, level: int, variable: str
    ) -> Iterator[Line]:
        yield self._counted(part, records, label, level, variable)
        if not self.worst:
            return
        ordered = records.sort_values(self.worst, ascending=False, kind="stable")
        graded = ordered[ordered[self.worst].notna()].drop_duplicates(SUBJECT).sort_index()
        for grade in sorted(graded[self.worst].unique()):
            at = graded[graded[self.worst] == grade]
            yield self._counted(part, at, f"Grade {grade:g}", level + 1, self.worst)

    def _counted(
        self, part: Part, records: pd.DataFrame, label: str, level: int, variable: str
    ) -> Line:
        own = part.group[part.frame.index.get_indexer(records.index)]
        values = {}
        for group in part.groups:
            of = records if group.total else records[own == group.key]
            by_subject = self.of == "subjects" and SUBJECT in of
            count = of[SUBJECT].nunique() if by_subject else len(of)
            total = group.size if by_subject else 0
            values[group.key] = count_of(count, total, part.records(of, variable))
        return Line(label, level, values)

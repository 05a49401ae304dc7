"""Pictures with a place for each subject: waterfall and swimmer; and the heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.results.method import SUBJECT, Method, Part, Use, method
from clinmap.results.preparation import levels_of, words_of
from clinmap.results.rounding import rounded_text
from clinmap.results.shown import Marks, Panel, Records

if TYPE_CHECKING:
    import pandas as pd


def records_each(part: Part, frame: pd.DataFrame, variable: str) -> tuple[Records, ...]:
    """The record of each row."""
    return tuple(Records(part.dataset, (int(row),), variable) for row in frame.index)


@method
class Waterfall(Method):
    """Draw one bar for each subject, the greatest first: the best change of tumours, say.

    `waterfall` is the number. Of several records of a subject the `best` counts (lowest or
    highest). Groups colour the bars. `references` are lines across, by label. Missing: no bar.
    """

    waterfall: str
    best: Literal["lowest", "highest"] = "lowest"
    references: dict[str, float] | None = None
    y: str = ""
    name: ClassVar[str] = "waterfall"
    shown = "figure"

    def uses(self) -> tuple[Use, ...]:
        """The number."""
        return (Use(self.waterfall, "number"),)

    def panels(self, parts: Sequence[Part]) -> list[Panel]:
        """A panel for each part."""
        return [self._panel(part) for part in parts]

    def _panel(self, part: Part) -> Panel:
        known = part.frame[part.frame[self.waterfall].notna()]
        ordered = known.sort_values(self.waterfall, ascending=self.best == "lowest", kind="stable")
        best = ordered.drop_duplicates(SUBJECT).sort_values(
            self.waterfall, ascending=False, kind="stable"
        )
        marks = []
        for group in part.compared:
            own = best[best.index.isin(part.of(group).index)]
            if len(own):
                marks.append(Marks(
                    "bars", group.label, tuple(own[SUBJECT]), tuple(own[self.waterfall]),
                    records=records_each(part, own, self.waterfall),
                ))  # fmt: skip
        lines = tuple((self.references or {}).items())
        y = self.y or part.label(self.waterfall)
        return Panel(", ".join(part.labels), "Subject", y, tuple(marks), references=lines)


@method
class Swimmer(Method):
    """Draw a span of time for each subject, the longest on top, or points in time upon it.

    `swimmer` is the end of the span, which begins at `from` (a variable; 0 if left out), or, with
    `as: points`, when something happened; `marked` is the variable that names what. Results of one
    display are drawn into one panel: write the spans first. Missing: no mark.
    """

    swimmer: str
    start: str = ""
    marked: str = ""
    draw: Literal["spans", "points"] = "spans"
    x: str = "Days from first dose"
    name: ClassVar[str] = "swimmer"
    shown = "figure"

    def uses(self) -> tuple[Use, ...]:
        """The ends of the span, and what is marked."""
        start = (Use(self.start, "number"),) if self.start else ()
        return (Use(self.swimmer, "number"), *start, *((Use(self.marked),) if self.marked else ()))

    def panels(self, parts: Sequence[Part]) -> list[Panel]:
        """A panel for each part."""
        return [self._panel(part) for part in parts]

    def _panel(self, part: Part) -> Panel:
        frame = part.frame[part.frame[self.swimmer].notna()]
        frame = frame.sort_values(self.swimmer, kind="stable")
        found = self._spans(part, frame) if self.draw == "spans" else self._points(part, frame)
        return Panel(", ".join(part.labels), self.x, "Subject", found)

    def _spans(self, part: Part, frame: pd.DataFrame) -> tuple[Marks, ...]:
        marks = []
        for group in part.compared:
            own = frame[frame.index.isin(part.of(group).index)]
            low = tuple(own[self.start]) if self.start else (0.0,) * len(own)
            if len(own):
                marks.append(Marks(
                    "spans", group.label, tuple(own[self.swimmer]), tuple(own[SUBJECT]), low,
                    tuple(own[self.swimmer]), records=records_each(part, own, self.swimmer),
                ))  # fmt: skip
        return tuple(marks)

    def _points(self, part: Part, frame: pd.DataFrame) -> tuple[Marks, ...]:
        if not self.marked:
            return (self._series(part, frame, part.label(self.swimmer)),) if len(frame) else ()
        words = words_of(frame[self.marked], part.described.get(self.marked))
        levels = levels_of(frame, self.marked, part.described.get(self.marked))
        return tuple(
            self._series(part, frame[(words == level).to_numpy()], level) for level in levels
        )

    def _series(self, part: Part, frame: pd.DataFrame, label: str) -> Marks:
        return Marks(
            "points", label, tuple(frame[self.swimmer]), tuple(frame[SUBJECT]),
            records=records_each(part, frame, self.swimmer),
        )  # fmt: skip


@method
class HeatMap(Method):
    """Draw the median of a number as coloured tiles: `down` the rows, `across` the columns.

    `heat_map` is the number (LOG2R2B), `down` a variable (PARAM), `across` another (AVISIT). A
    tile's text has `digits` decimals. Where there is no value there is no tile.
    """

    heat_map: str
    down: str
    across: str
    digits: int = 1
    name: ClassVar[str] = "heat_map"
    shown = "figure"

    def uses(self) -> tuple[Use, ...]:
        """The number, and the two categories."""
        return (Use(self.heat_map, "number"), Use(self.down), Use(self.across))

    def notes(self) -> tuple[str, ...]:
        """What a tile is."""
        return ("Tiles: median over subjects.",)

    def panels(self, parts: Sequence[Part]) -> list[Panel]:
        """A panel for each part and group."""
        return [
            self._panel(part, part.of(group), (*part.labels, *self._named(part, group.label)))
            for part in parts for group in part.compared
        ]  # fmt: skip

    def _named(self, part: Part, label: str) -> tuple[str, ...]:
        return (label,) if len(part.compared) > 1 else ()

    def _panel(self, part: Part, frame: pd.DataFrame, title: tuple[str, ...]) -> Panel:
        frame = frame[frame[self.heat_map].notna()]
        down, across = (words_of(frame[n], part.described.get(n)) for n in (self.down, self.across))
        found = [
            (row, column, frame[((down == row) & (across == column)).to_numpy()])
            for row in levels_of(frame, self.down, part.described.get(self.down))
            for column in levels_of(frame, self.across, part.described.get(self.across))
        ]
        tiles = [(row, column, at) for row, column, at in found if len(at)]
        shade = [float(at[self.heat_map].median()) for _, _, at in tiles]
        marks = Marks(
            "tiles", part.label(self.heat_map), tuple(column for _, column, _ in tiles),
            tuple(row for row, _, _ in tiles), shade=tuple(shade),
            texts=tuple(rounded_text(number, self.digits) for number in shade),
            records=tuple(part.records(at, self.heat_map) for _, _, at in tiles),
        )  # fmt: skip
        return Panel(", ".join(title), "", "", (marks,) if tiles else ())

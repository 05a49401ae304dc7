"""What a display shows, as data: the cells of a table, the marks of a figure, and their records.

A writer (CSV, HTML, RTF, SVG) only lays out what stands here. Every value knows the analysis
records that it was made from, so that a reader can walk back from it. Problems: none.

Example: `Value("3 (25.0%)", 0.25, Records("ADDLT", (1, 4, 7), "AVALC"))`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MarkKind = Literal["line", "points", "step", "bars", "box", "tiles", "intervals", "spans"]


@dataclass(frozen=True, slots=True)
class Records:
    """Records of an analysis dataset, by row number from 1, and the variable that was used."""

    dataset: str
    rows: tuple[int, ...]
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a display: its text, the number behind it in full, where it comes from.

    Where there is no estimate, `number` is None, `text` says so in the field's way (`NE`, `-`) and
    `why` gives the reason, which becomes a footnote.
    """

    text: str
    number: float | None = None
    records: Records | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading and the number of subjects under it (None: not shown)."""

    key: str
    label: str
    subjects: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its label, how far it is indented, a value for each column.

    A heading has no values.
    """

    label: str
    level: int = 0
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class TableShown:
    """A table or a listing, ready to be laid out.

    `stub` is the heading of the row labels, `mark` stands on every page, like SYNTHETIC DATA.
    """

    id: str
    title: str
    population: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[str, ...] = ()
    stub: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """One series of a figure. `x`, `y` run together; None is a gap.

    `low` and `high` are intervals, widths or the ends of spans; `texts` label single marks;
    `records` are those of each mark. `tiles` have `y` as row and `texts` or `shade` as content.
    A `box` has the quartiles as `low` and `high`; its whiskers end at `least` and `most`.

    Points called `A, ...` beside a series `A` lie on it: they have its colour, and are ticks on a
    step line. A line without `records` is a fitted one.
    """

    kind: MarkKind
    label: str
    x: tuple[float | str | None, ...]
    y: tuple[float | str | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    shade: tuple[float | None, ...] = ()
    texts: tuple[str, ...] = ()
    records: tuple[Records | None, ...] = ()
    least: tuple[float | None, ...] = ()
    most: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """One coordinate system of a figure; `beneath` are lines of text under it (number at risk).

    `beneath_title` stands above those lines.

    `x_order` and `y_order` are the categories in order, where an axis has some: from the left, from
    the bottom (tiles: from the top). Without them they stand as they come; bars or spans of several
    series that share no category by size.
    """

    title: str
    x_label: str
    y_label: str
    marks: tuple[Marks, ...]
    x_log: bool = False
    y_log: bool = False
    references: tuple[tuple[str, float], ...] = ()
    beneath: tuple[tuple[str, tuple[tuple[float, str], ...]], ...] = ()
    x_order: tuple[str, ...] = ()
    y_order: tuple[str, ...] = ()
    beneath_title: str = "Number at risk"


@dataclass(frozen=True, slots=True)
class FigureShown:
    """A figure, ready to be drawn; without any mark, `why` says why there is nothing to draw.

    `mark` stands on every page, like SYNTHETIC DATA.
    """

    id: str
    title: str
    population: str
    panels: tuple[Panel, ...]
    footnotes: tuple[str, ...] = ()
    why: str = ""
    mark: str = ""

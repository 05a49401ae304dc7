"""How series look: colours that the colour-blind tell apart, and shapes that print in grey.

Source: the palette of Okabe and Ito, "Color Universal Design" (2008). Problems: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clinmap.results.shown import Marks, Panel

LineStyle = str | tuple[int, tuple[float, ...]]

COLOURS = (
    "#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#000000", "#F0E442",
)  # fmt: skip
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES: tuple[LineStyle, ...] = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (3, 1)))
HATCHES = ("", "///", "xx", "\\\\\\", "--", "..", "||", "++")
QUIET = "#9A9A9A"
QUIET_WIDTH = 0.7
INK = "#222222"
MANY = 8
"""More lines than so many are subjects, not groups: thin, grey and without a legend."""


@dataclass(frozen=True, slots=True)
class Style:
    """Colour, marker, line and hatch of a series; `tick` for points upon a step line."""

    colour: str
    marker: str = ""
    line: LineStyle = "-"
    hatch: str = ""
    width: float = 1.5
    tick: bool = False


def styles_of(panels: Iterable[Panel]) -> dict[tuple[int, int], Style]:
    """The style of each series, by the number of its panel and its own.

    Series of the same label look the same in all panels.
    """
    found: dict[tuple[int, int], Style] = {}
    numbers: dict[str, int] = {}
    for p, panel in enumerate(panels):
        quiet = has_quiet_lines(panel)
        for m, marks in enumerate(panel.marks):
            if quiet and marks.kind == "line":
                found[p, m] = Style(QUIET, ".", width=QUIET_WIDTH)
            elif is_fitted(marks):
                found[p, m] = Style(INK, line="--", width=1.2)
            else:
                bearer = lies_on(marks, panel)
                label = marks.label if bearer is None else bearer.label
                own = _style(numbers.setdefault(label, len(numbers)))
                tick = bearer is not None and bearer.kind == "step"
                found[p, m] = Style(own.colour, own.marker, own.line, own.hatch, tick=tick)
    return found


def _style(number: int) -> Style:
    return Style(
        COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)],
        LINES[number % len(LINES)], HATCHES[number % len(HATCHES)],
    )  # fmt: skip


def has_quiet_lines(panel: Panel) -> bool:
    """Whether the lines of a panel are those of subjects: many, or with boxes over them."""
    lines = sum(marks.kind == "line" for marks in panel.marks)
    return lines > MANY or any(marks.kind == "box" for marks in panel.marks)


def is_fitted(marks: Marks) -> bool:
    """Whether a line was fitted: there are no records behind its points."""
    return marks.kind == "line" and not marks.records


def lies_on(marks: Marks, panel: Panel) -> Marks | None:
    """The series that points called `A, ...` lie upon, or None."""
    if marks.kind != "points":
        return None
    others = (one for one in panel.marks if one.kind in ("line", "step") and one.label)
    return next((one for one in others if marks.label.startswith(f"{one.label}, ")), None)


def legend_of(
    panels: Iterable[Panel], styles: Mapping[tuple[int, int], Style]
) -> list[tuple[Marks, Style]]:
    """The series that a legend names, each label once; none where there would be only one.

    Fitted lines are named in their panels.
    """
    found: dict[str, tuple[Marks, Style]] = {}
    for marks, style in _named(panels, styles):
        found.setdefault(marks.label, (marks, style))
    return list(found.values()) if len(found) > 1 else []


def _named(
    panels: Iterable[Panel], styles: Mapping[tuple[int, int], Style]
) -> Iterator[tuple[Marks, Style]]:
    for p, panel in enumerate(panels):
        for m, marks in enumerate(panel.marks):
            style = styles[p, m]
            apart = marks.kind == "tiles" or is_fitted(marks) or style.tick
            if marks.label and not apart and style.colour != QUIET:
                yield marks, style

"""Figures as SVG and PNG, the same bytes each time, without a display and without pyplot.

Problems: none.
"""

from __future__ import annotations

import io
import math
import textwrap
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clinmap.drawing.layout import plain_text, title_lines
from clinmap.drawing.marks import line_style, pale
from clinmap.drawing.panels import ROW_WIDTH, draw_panel
from clinmap.drawing.scales import scales_of
from clinmap.drawing.styles import INK, Style, legend_of, styles_of
from clinmap.results.shown import FigureShown, Marks, Panel

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

WIDTH = 8.0
"""Inches: set at half a page, 6.5 inches wide, the smallest texts have 6 points."""

TITLE_LINE, NOTE_LINE, LEGEND_LINE = 0.23, 0.155, 0.2
NOTHING = "There is nothing to draw."

# Texts become outlines: the picture looks the same on machines without the font. A dollar sign is
# a dollar sign, and not the beginning of a formula.
_SETTINGS: dict[str, Any] = {
    "font.family": "DejaVu Sans", "font.size": 8.5, "svg.fonttype": "path",
    "text.parse_math": False, "axes.unicode_minus": True, "axes.labelsize": 8.5,
    "xtick.labelsize": 8, "ytick.labelsize": 8, "hatch.linewidth": 0.5, "axes.linewidth": 0.8,
    "axes.formatter.use_mathtext": False, "figure.constrained_layout.w_pad": 0.1,
    "figure.constrained_layout.h_pad": 0.07,
}  # fmt: skip


def figure_svg(shown: FigureShown) -> bytes:
    """A figure as SVG; texts are outlines, each series is a group with an id.

    >>> figure_svg(FigureShown("F-1", "Doses", "", (), why="No records."))[:5]
    b'<?xml'
    """
    # A date, or the version of the library, would make each picture another.
    about = {"Date": None, "Creator": None, "Title": title_lines(shown)[0]}
    return _saved(shown, "svg", 72, about)


def figure_png(shown: FigureShown, dpi: int = 150) -> bytes:
    """A figure as PNG, of so many dots to an inch.

    >>> figure_png(FigureShown("F-1", "Doses", "", (), why="No records."), dpi=50)[1:4]
    b'PNG'
    """
    return _saved(shown, "png", dpi, {"Software": None, "Title": title_lines(shown)[0]})


def _saved(shown: FigureShown, kind: str, dpi: int, about: Mapping[str, str | None]) -> bytes:
    """The figure in a format, whatever settings of matplotlib the user has."""
    import matplotlib as mpl

    stream = io.BytesIO()
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        mpl.rcdefaults()
        settings: Any = mpl.rcParams
        settings.update(_SETTINGS | {"svg.hashsalt": shown.id})
        figure = _composed(shown)
        _settle(figure)
        figure.savefig(stream, format=kind, dpi=dpi, metadata=about)
    return stream.getvalue()


def _settle(figure: Figure) -> None:
    """Lay the axes out once, and keep them at rounded places.

    The solver of the layout differs in the last digits from one time to the next.
    """
    from matplotlib.transforms import Bbox

    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(end, 4) for end in axes.get_position().bounds)
        axes.set_position(Bbox.from_bounds(left, bottom, width, height))


@dataclass(frozen=True, slots=True)
class Page:
    """A figure to draw on, and the heights in inches of title, panels, legend and footnotes."""

    figure: Figure
    heights: tuple[float, float, float, float]

    def below_top(self, inches: float) -> float:
        """The place so far below the top, as a share of the page's height."""
        return 1 - inches / sum(self.heights)

    @property
    def middle(self) -> tuple[float, float, float, float]:
        """The part of the page that the panels have: left, bottom, width, height."""
        bottom = self.below_top(sum(self.heights[:2]))
        return 0.01, bottom, 0.98, self.below_top(self.heights[0]) - bottom


def _composed(shown: FigureShown) -> Figure:
    """Title, panels, legend and footnotes, one beneath the other."""
    from matplotlib.figure import Figure as NewFigure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    panels = [panel for panel in shown.panels if panel.marks]
    styles = styles_of(panels)
    legend = legend_of(panels, styles)
    titles = _title_lines(shown)
    notes = [line for text in shown.footnotes for line in textwrap.wrap(plain_text(text), 138)]
    heights = (
        TITLE_LINE * len(titles) + 0.1, _height(panels),
        LEGEND_LINE * math.ceil(len(legend) / _across(legend)) + 0.1,
        NOTE_LINE * len(notes) + 0.15,
    )  # fmt: skip
    page = Page(NewFigure(figsize=(WIDTH, sum(heights))), heights)
    page.figure.set_layout_engine(ConstrainedLayoutEngine(rect=page.middle))
    _titles(page, titles, shown.mark)
    _panels(page, panels, styles, shown.why or NOTHING)
    _legend(page, legend)
    for number, line in enumerate(notes):
        down = page.below_top(sum(heights[:3]) + number * NOTE_LINE)
        page.figure.text(0.02, down, line, va="top", fontsize=7.5)
    return page.figure


def _title_lines(shown: FigureShown) -> list[tuple[str, bool]]:
    """The lines on top, wrapped, and whether they belong to the title."""
    title, *rest = title_lines(shown)
    wide = 64 if shown.mark else 78
    lines = [(line, True) for line in textwrap.wrap(title, wide)]
    return lines + [(line, False) for text in rest for line in textwrap.wrap(text, 110)]


def _titles(page: Page, titles: Sequence[tuple[str, bool]], mark: str) -> None:
    for number, (line, title) in enumerate(titles):
        size, weight = (11, "bold") if title else (9, "normal")
        down = page.below_top(0.08 + number * TITLE_LINE)
        page.figure.text(0.02, down, line, va="top", fontsize=size, fontweight=weight)
    if mark:
        page.figure.text(0.98, page.below_top(0.1), plain_text(mark), ha="right", va="top",
                         fontsize=7.5, fontweight="bold", color="#8A1C1C")  # fmt: skip


def _panels(
    page: Page, panels: Sequence[Panel], styles: Mapping[tuple[int, int], Style], why: str
) -> None:
    if not panels:
        _, bottom, _, height = page.middle
        page.figure.text(0.5, bottom + height / 2, textwrap.fill(plain_text(why), 80),
                         ha="center", va="center", fontsize=10)  # fmt: skip
        return
    columns = _columns(panels)
    ratios = _row_heights(panels)
    grid = page.figure.subplots(len(ratios), columns, squeeze=False, height_ratios=ratios)
    for number, axes in enumerate(grid.flat):
        if number < len(panels):
            draw_panel(axes, panels[number], number, styles, 0.85 * WIDTH / columns)
        else:
            axes.set_visible(False)


def _columns(panels: Sequence[Panel]) -> int:
    """How many panels stand side by side; those with rows of categories stand alone."""
    if len(panels) == 1 or any(scales_of(panel)[1].categories for panel in panels):
        return 1
    return 2 if len(panels) <= 4 else 3


def _row_heights(panels: Sequence[Panel]) -> list[float]:
    columns = _columns(panels)
    rows = range(0, len(panels), columns)
    return [max(map(_panel_height, panels[row : row + columns])) for row in rows]


def _height(panels: Sequence[Panel]) -> float:
    """Inches of all rows of panels; the more stand side by side, the lower they are."""
    return sum(_row_heights(panels)) * (1.0, 0.9, 0.72)[_columns(panels) - 1] if panels else 2.0


def _panel_height(panel: Panel) -> float:
    """Inches: more for many rows, and for what stands beneath."""
    beneath = 0.16 * (len(panel.beneath) + 1) if panel.beneath else 0.0
    names = scales_of(panel)[1].categories
    if not names:
        return 3.6 + beneath
    folded = max(map(len, names)) > ROW_WIDTH
    each = 0.28 if folded else 0.24 if len(names) <= 30 else 0.17
    return max(2.4, min(11.0, 0.9 + each * len(names))) + beneath


def _across(legend: Sequence[tuple[Marks, Style]]) -> int:
    """How many entries of the legend fit side by side."""
    longest = max((len(marks.label) for marks, _ in legend), default=0)
    return max(1, min(len(legend), 110 // (longest + 8)))


def _legend(page: Page, legend: Sequence[tuple[Marks, Style]]) -> None:
    if not legend:
        return
    drawn = page.figure.legend(
        [_sample(marks, style) for marks, style in legend],
        # Matplotlib leaves out what begins with an underscore.
        [f"\u200b{plain_text(marks.label)}" for marks, _ in legend],
        loc="upper center", bbox_to_anchor=(0.5, page.middle[1]), borderaxespad=0.2,
        ncols=_across(legend), frameon=False, fontsize=8, handlelength=2.8,
    )  # fmt: skip
    drawn.set_gid("legend")
    drawn.set_in_layout(False)


def _sample(marks: Marks, style: Style) -> Artist:
    """What the legend shows of a series."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    if marks.kind in ("bars", "spans", "box"):
        face = style.colour if marks.kind == "bars" else pale(style.colour)
        return Patch(facecolor=face, edgecolor=INK, hatch=style.hatch, linewidth=0.6)
    lined = marks.kind in ("line", "step")
    return Line2D(
        [], [], color=style.colour, linestyle=line_style(style) if lined else "",
        marker="" if marks.kind == "step" or style.width < 1.5 else style.marker, markersize=5,
        markeredgecolor=style.colour if lined else INK, markeredgewidth=0.6,
    )  # fmt: skip

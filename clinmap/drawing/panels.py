"""A panel of a figure: its axes, its series, its lines of reference, the numbers beneath.

Problems: none.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clinmap.drawing.layout import plain_text
from clinmap.drawing.marks import SMALL, Scene, Series, draw
from clinmap.drawing.scales import Scale, category_labels, scales_of
from clinmap.drawing.styles import INK, Style, is_fitted
from clinmap.results.shown import Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

BENEATH = 40
"""How far below the axis the numbers at risk begin, in points: under ticks and label."""

LEADING = 11
LABEL_WIDTH = 22
ROW_WIDTH = 46
TITLE_LETTERS = 12
"""So many letters of a title are sure to fit into an inch."""

NO_VALUES = "No values"


def draw_panel(
    axes: Axes, panel: Panel, number: int, styles: Mapping[tuple[int, int], Style], width: float
) -> None:
    """Draw a panel that is `width` inches wide; `number` is its place in the figure, from 0."""
    scene = Scene(axes, panel, *scales_of(panel))
    _prepare(scene, width)
    for m, marks in enumerate(panel.marks):
        gid = f"marks-{number + 1}-{m + 1}-{marks.kind}"
        draw(scene, Series(marks, styles[number, m], gid))
    _finish(scene, width)
    _fitted(scene)
    _references(scene)
    _beneath(scene, styles, number)
    if not has_values(panel):
        axes.text(0.5, 0.5, NO_VALUES, transform=axes.transAxes, ha="center", va="center")


def _fitted(scene: Scene) -> None:
    """Name fitted lines in their own panel: they look alike in all of them."""
    named = [plain_text(m.label) for m in scene.panel.marks if is_fitted(m) and m.label]
    if named:
        scene.axes.annotate(
            "\n".join(f"– – {label}" for label in named), (0, 1), (6, -4), "axes fraction",
            "offset points", fontsize=SMALL, va="top",
        )  # fmt: skip


def has_values(panel: Panel) -> bool:
    """Whether there is a mark with a place on both axes."""
    x, y = scales_of(panel)
    return any(
        not math.isnan(left + up)
        for marks in panel.marks
        for left, up in zip(x.at(marks.x), y.at(marks.y), strict=False)
    )


def _prepare(scene: Scene, width: float) -> None:
    axes, panel = scene.axes, scene.panel
    if scene.x.log:
        axes.set_xscale("log")
    if scene.y.log:
        axes.set_yscale("log")
    if panel.title:
        title = textwrap.fill(plain_text(panel.title), max(12, int(width * TITLE_LETTERS)))
        axes.set_title(title, fontsize=9, loc="left", fontweight="bold")
    if not _tiled(panel):
        axes.grid(axis="x" if scene.y.categories else "y", color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _tiled(panel: Panel) -> bool:
    return any(marks.kind == "tiles" for marks in panel.marks)


def _finish(scene: Scene, width: float) -> None:
    """What depends on the marks: limits, ticks and the labels of the axes."""
    axes, panel = scene.axes, scene.panel
    x_label = _name_axis(axes.xaxis, scene.x, panel.x_label, width - _taken(scene))
    y_label = _name_axis(axes.yaxis, scene.y, panel.y_label, 0)
    axes.set_xlabel(textwrap.fill(x_label, max(12, int(width * TITLE_LETTERS))))
    axes.set_ylabel(textwrap.fill(y_label, 42))
    if scene.y.categories:
        _rows(scene)
    if scene.x.categories:
        axes.set_xlim(-0.6, len(scene.x.categories) - 0.4)
    _limits(scene)
    for scale, axis in ((scene.x, axes.xaxis), (scene.y, axes.yaxis)):
        if scale.log:
            _log_ticks(axis)


def _taken(scene: Scene) -> float:
    """Inches that the names of rows and the bar of colours take from a panel's width."""
    longest = max(map(len, scene.y.categories), default=0)
    return 0.072 * min(longest, ROW_WIDTH) + (0.7 if _tiled(scene.panel) else 0.0)


def _rows(scene: Scene) -> None:
    axes, last = scene.axes, len(scene.y.categories) - 1
    if _tiled(scene.panel) and scene.x.categories:
        axes.set_ylim(last + 0.5, -0.5)
        axes.set_xlim(-0.5, len(scene.x.categories) - 0.5)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
    else:
        axes.set_ylim(-0.6, last + 0.6)


def _limits(scene: Scene) -> None:
    """Curves of survival begin in the corner; above bars there is room for their texts."""
    axes = scene.axes
    kinds = {marks.kind for marks in scene.panel.marks}
    if "step" in kinds and not scene.y.log:
        axes.set_ylim(bottom=0)
    if kinds & {"step", "spans"} and not scene.x.log and not axes.dataLim.xmin < 0:
        axes.set_xlim(left=0)
    if "bars" in kinds and not scene.y.log:
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.margins(y=0.1)
        if axes.dataLim.ymin >= 0:
            axes.set_ylim(bottom=0)
    if scene.panel.beneath:
        axes.set_xticks(sorted({place for _, row in scene.panel.beneath for place, _ in row}))


def _name_axis(axis: Axis, scale: Scale, label: str, width: float) -> str:
    """Write the categories; returns the axis' label, with what the categories share."""
    label = plain_text(label)
    if not scale.categories:
        return label
    names, shared = category_labels(scale.categories)
    size = max(5.0, min(8.0, 8.0 - (len(names) - 24) / 10))
    if width:
        room = int(width * 72 / len(names) / (size * 0.6))
        turned = max(map(len, names)) > 3 * room or any(
            len(word) > room for name in names for word in name.split()
        )
        written = names if turned else [textwrap.fill(name, max(room, 1)) for name in names]
        axis.set_ticks(range(len(names)), written, fontsize=size, rotation=90 if turned else 0)
    else:
        written = [textwrap.fill(name, ROW_WIDTH) for name in names]
        axis.set_ticks(range(len(names)), written, fontsize=min(size, SMALL))
    return f"{label} ({shared}…)".strip() if shared else label


def _log_ticks(axis: Axis) -> None:
    """Plain numbers at powers of ten; at 1, 2, 5 where there are few powers, or more for one."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    low, high = axis.get_view_interval()
    powers = math.log10(high / low)
    steps = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0) if powers < 1 else (1.0, 2.0, 5.0)
    axis.set_major_locator(LogLocator(subs=steps if powers < 2.5 else (1.0,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def _references(scene: Scene) -> None:
    axes = scene.axes
    for label, at in scene.panel.references:
        across = axes.axvline if scene.y.categories else axes.axhline
        across(at, color=INK, linestyle=(0, (4, 3)), linewidth=0.9, zorder=1.8)
        if label:
            _name_reference(scene, textwrap.fill(plain_text(label), 16), at)


def _name_reference(scene: Scene, label: str, at: float) -> None:
    """Write what a line means outside of the axes, where no mark can hide it."""
    if scene.y.categories:
        scene.axes.annotate(label, (at, 1), (0, 2), ("data", "axes fraction"), "offset points",
                            fontsize=SMALL, va="bottom", ha="center")  # fmt: skip
    else:
        scene.axes.annotate(label, (1, at), (3, 0), ("axes fraction", "data"), "offset points",
                            fontsize=SMALL, va="center", ha="left")  # fmt: skip


def _beneath(scene: Scene, styles: Mapping[tuple[int, int], Style], number: int) -> None:
    lines = scene.panel.beneath
    if not lines:
        return
    colours = {marks.label: styles[number, m].colour for m, marks in enumerate(scene.panel.marks)}
    _write(scene.axes, [(0.0, scene.panel.beneath_title)], BENEATH, "bold", INK)
    for place, (label, cells) in enumerate(lines, 1):
        down = BENEATH + LEADING * place
        name = textwrap.shorten(plain_text(label), LABEL_WIDTH, placeholder="…")
        _write(scene.axes, [(0.0, name)], down, "normal", colours.get(label, INK))
        _write(scene.axes, cells, down, "", INK)


def _write(
    axes: Axes, cells: Sequence[tuple[float, str]], down: float, label: str, colour: str
) -> None:
    """Write texts under the axis; with `label`, the weight of the font, to the left of it."""
    for at, text in cells:
        axes.annotate(
            plain_text(text), (at, 0), (-14 if label else 0, -down),
            ("axes fraction" if label else "data", "axes fraction"), "offset points",
            fontsize=SMALL, color=colour, ha="right" if label else "center", va="top",
            fontweight=label or "normal", annotation_clip=False,
        )  # fmt: skip

"""How each kind of mark is drawn.

Each mark's group in the SVG has an id, `marks-PANEL-SERIES-KIND`, numbers from 1; marks that are
shapes of their own (bars, spans, tiles, boxes) end in their own number. Problems: none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from clinmap.drawing.layout import plain_text
from clinmap.drawing.scales import Scale, numbers
from clinmap.drawing.styles import INK, QUIET, LineStyle, Style, is_fitted
from clinmap.results.shown import MarkKind, Marks, Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALL = 7.5
"""Size of the texts at marks, in points."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a panel is drawn."""

    axes: Axes
    panel: Panel
    x: Scale
    y: Scale


@dataclass(frozen=True, slots=True)
class Series:
    """A series to draw: its marks, its looks, the id of its group."""

    marks: Marks
    style: Style
    gid: str


def draw(scene: Scene, series: Series) -> None:
    """Draw a series into its panel."""
    _DRAWN[series.marks.kind](scene, series)


def line_style(style: Style) -> Any:
    """The line as matplotlib takes it: its stubs know dashes only as texts."""
    line: LineStyle = style.line
    return line


def _line(scene: Scene, series: Series) -> None:
    marks, style = series.marks, series.style
    x, y = scene.x.at(marks.x), scene.y.at(marks.y)
    quiet = style.colour == QUIET
    scene.axes.plot(
        x, y, color=style.colour, linestyle=line_style(style), linewidth=style.width,
        marker="" if is_fitted(marks) else style.marker, markersize=3.0 if quiet else 4.5,
        gid=series.gid, zorder=1.5 if quiet else 2,
    )  # fmt: skip
    _whiskers(scene, series, x, y)
    _texts(scene, marks, x, y)


def _points(scene: Scene, series: Series) -> None:
    marks, style = series.marks, series.style
    x, y = scene.x.at(marks.x), scene.y.at(marks.y)
    if style.tick:
        scene.axes.plot(x, y, color=style.colour, linestyle="", marker="|", markersize=8,
                        markeredgewidth=1.2, gid=series.gid, zorder=3)  # fmt: skip
    else:
        size = 6.5 if scene.y.categories else 5.5
        scene.axes.plot(x, y, linestyle="", marker=style.marker, markersize=size,
                        markerfacecolor=style.colour, markeredgecolor=INK, markeredgewidth=0.6,
                        alpha=0.9, gid=series.gid, zorder=3)  # fmt: skip
    _whiskers(scene, series, x, y)
    _texts(scene, marks, x, y)


def _step(scene: Scene, series: Series) -> None:
    marks, style = series.marks, series.style
    x, y = scene.x.at(marks.x), scene.y.at(marks.y)
    scene.axes.step(x, y, where="post", color=style.colour, linestyle=line_style(style),
                    linewidth=1.6, gid=series.gid)  # fmt: skip
    _texts(scene, marks, x, y)


def _bars(scene: Scene, series: Series) -> None:
    marks, style = series.marks, series.style
    shift, width = _side_by_side(scene.panel, marks)
    x = [place + shift for place in scene.x.at(marks.x)]
    y = scene.y.at(marks.y)
    for number, (place, height) in enumerate(zip(x, y, strict=True), 1):
        if not math.isnan(place + height):
            scene.axes.bar(
                [place], [height], width, color=style.colour, hatch=style.hatch, edgecolor=INK,
                linewidth=0.6, gid=f"{series.gid}-{number}",
            )[0].set_gid(f"{series.gid}-{number}")  # fmt: skip
    _whiskers(scene, series, x, y, INK)
    tops = [max(at, high) if not math.isnan(high) else at
            for at, high in zip(y, _padded(marks.high, len(y)), strict=True)]  # fmt: skip
    _texts(scene, marks, x, tops)


def _side_by_side(panel: Panel, marks: Marks) -> tuple[float, float]:
    """How far bars are moved from their category's middle, and their width.

    Only series that share a category stand side by side.
    """
    series = [one for one in panel.marks if one.kind == "bars"]
    names = [name for one in series for name in set(one.x)]
    if len(names) == len(set(names)):
        return 0.0, 0.72 if len(names) < 13 else 0.85
    width = 0.8 / len(series)
    place = next(number for number, one in enumerate(series) if one is marks)
    return (place - (len(series) - 1) / 2) * width, width


def _box(scene: Scene, series: Series) -> None:
    marks, style = series.marks, series.style
    x, middle = scene.x.at(marks.x), numbers(marks.y)
    low, high = _padded(marks.low, len(x)), _padded(marks.high, len(x))
    least, most = _padded(marks.least, len(x), low), _padded(marks.most, len(x), high)
    width = _box_width(x)
    for number in range(len(x)):
        if math.isnan(x[number] + middle[number] + low[number] + high[number]):
            continue
        stats = {"med": middle[number], "q1": low[number], "q3": high[number],
                 "whislo": least[number], "whishi": most[number]}  # fmt: skip
        drawn = scene.axes.bxp(
            [stats], positions=[x[number]], widths=width, showfliers=False, patch_artist=True,
            manage_ticks=False, capwidths=width / 2, zorder=3,
            boxprops={"facecolor": style.colour, "alpha": 0.55, "edgecolor": INK},
            medianprops={"color": INK, "linewidth": 1.8}, whiskerprops={"color": INK},
            capprops={"color": INK},
        )  # fmt: skip
        drawn["boxes"][0].set_gid(f"{series.gid}-{number + 1}")
    _texts(scene, marks, x, most)


def _box_width(x: Sequence[float]) -> float:
    places = sorted({place for place in x if not math.isnan(place)})
    gaps = [after - before for before, after in pairwise(places)]
    return 0.5 * min(gaps, default=1.0)


def _intervals(scene: Scene, series: Series) -> None:
    """Along x where the rows are categories (a forest plot), else along y."""
    marks, style = series.marks, series.style
    x, y = scene.x.at(marks.x), scene.y.at(marks.y)
    scene.axes.plot(x, y, linestyle="", marker=style.marker, color=style.colour, markersize=6,
                    gid=series.gid, zorder=3)  # fmt: skip
    _whiskers(scene, series, x, y)
    if not scene.y.categories:
        _texts(scene, marks, x, y)
        return
    for text, row in zip(marks.texts, y, strict=False):
        # In a column of their own, where no whisker strikes them out.
        scene.axes.annotate(
            plain_text(text), (1, row), (4, 0), ("axes fraction", "data"), "offset points",
            fontsize=SMALL, va="center", annotation_clip=False,
        )  # fmt: skip


def _spans(scene: Scene, series: Series) -> None:
    marks, style = series.marks, series.style
    y = scene.y.at(marks.y)
    ends = zip(y, _padded(marks.low, len(y)), _padded(marks.high, len(y)), strict=True)
    for number, (place, low, high) in enumerate(ends, 1):
        if not math.isnan(place + low + high):
            bar = scene.axes.barh(
                [place], [high - low], 0.62, [low], color=pale(style.colour), hatch=style.hatch,
                edgecolor=INK, linewidth=0.5,
            )  # fmt: skip
            bar[0].set_gid(f"{series.gid}-{number}")
    _texts(scene, marks, _padded(marks.high, len(y)), y)


def pale(colour: str) -> str:
    """The colour, half white, so that points upon it are seen.

    >>> pale("#0072B2")
    '#7fb8d8'
    """
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{(part + 255) // 2:02x}" for part in parts)


def _tiles(scene: Scene, series: Series) -> None:
    from matplotlib.patches import Rectangle

    marks = series.marks
    x, y = scene.x.at(marks.x), scene.y.at(marks.y)
    shade = _padded(marks.shade, len(x))
    colours = list(_shades(scene, series, shade))
    for number, (left, top) in enumerate(zip(x, y, strict=True)):
        if math.isnan(left + top):
            continue
        face, ink = colours[number]
        scene.axes.add_patch(Rectangle(
            (left - 0.5, top - 0.5), 1, 1, facecolor=face, edgecolor="white", linewidth=1,
            gid=f"{series.gid}-{number + 1}",
        ))  # fmt: skip
        if number < len(marks.texts):
            scene.axes.text(left, top, plain_text(marks.texts[number]), ha="center", va="center",
                            color=ink, fontsize=SMALL)  # fmt: skip


def _shades(scene: Scene, series: Series, shade: Sequence[float]) -> Iterator[tuple[Any, str]]:
    """Colour and ink of each tile; a bar beside the panel says what the colours mean."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    known = [one for one in shade if not math.isnan(one)]
    if not known:
        yield from (("white", INK) for _ in shade)
        return
    both = min(known) < 0 < max(known)
    far = max(map(abs, known))
    norm = Normalize(-far if both else min(known), far if both else max(known))
    colours = ScalarMappable(norm, "RdBu_r" if both else "Blues")
    figure = scene.axes.figure
    bar = figure.colorbar(colours, ax=scene.axes, fraction=0.04, pad=0.02, aspect=30)
    bar.set_label(plain_text(series.marks.label), fontsize=SMALL + 0.5)
    for one in shade:
        if math.isnan(one):
            yield "#E4E4E4", INK
        else:
            face = tuple(map(float, colours.cmap(norm(one))))
            yield face, INK if _is_light(face) else "white"


def _is_light(colour: Sequence[float]) -> bool:
    red, green, blue = colour[:3]
    return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5


def _padded(
    values: Sequence[object], length: int, rest: Sequence[float] | None = None
) -> list[float]:
    """So many numbers; where there is none, that of `rest`, or NaN."""
    found = numbers(values)[:length]
    found += [math.nan] * (length - len(found))
    if rest is None:
        return found
    return [other if math.isnan(n) else n for n, other in zip(found, rest, strict=True)]


def _whiskers(
    scene: Scene, series: Series, x: Sequence[float], y: Sequence[float], colour: str = ""
) -> None:
    """The intervals of `low` and `high`, along y, or along x where the rows are categories."""
    marks = series.marks
    if not marks.low and not marks.high:
        return
    along_x = bool(scene.y.categories)
    middle = x if along_x else y
    low, high = _padded(marks.low, len(x)), _padded(marks.high, len(x))
    arms = [
        [max(at - end, 0.0) for at, end in zip(middle, low, strict=True)],
        [max(end - at, 0.0) for at, end in zip(middle, high, strict=True)],
    ]
    arms = [[0.0 if math.isnan(length) else length for length in side] for side in arms]
    drawn = scene.axes.errorbar(
        x, y, xerr=arms if along_x else None, yerr=None if along_x else arms, fmt="none",
        ecolor=colour or series.style.colour, elinewidth=1, capsize=3, zorder=2.5,
    )  # fmt: skip
    for collection in drawn.lines[2]:
        collection.set_gid(f"{series.gid}-whiskers")


def _texts(scene: Scene, marks: Marks, x: Sequence[float], y: Sequence[float]) -> None:
    """Texts beside marks: above them, or on their right where the rows are categories."""
    beside = bool(scene.y.categories)
    for text, left, top in zip(marks.texts, x, y, strict=False):
        if text and not math.isnan(left + top):
            scene.axes.annotate(
                plain_text(text), (left, top), (5, 0) if beside else (0, 3),
                textcoords="offset points", ha="left" if beside else "center",
                va="center" if beside else "bottom", fontsize=SMALL,
            )  # fmt: skip


_DRAWN: dict[MarkKind, Callable[[Scene, Series], None]] = {
    "line": _line,
    "points": _points,
    "step": _step,
    "bars": _bars,
    "box": _box,
    "tiles": _tiles,
    "intervals": _intervals,
    "spans": _spans,
}

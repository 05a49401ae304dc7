"""A figure in words, for who cannot see it.

Problems: none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from clinmap.drawing.layout import plain_text, title_lines
from clinmap.drawing.scales import numbers
from clinmap.drawing.styles import MANY
from clinmap.results.shown import FigureShown, MarkKind, Marks, Panel

_CALLED: dict[MarkKind, str] = {
    "line": "line",
    "points": "points",
    "step": "step line",
    "bars": "bars",
    "box": "boxes",
    "tiles": "tiles",
    "intervals": "intervals",
    "spans": "spans",
}


def figure_alt(shown: FigureShown) -> str:
    """The alternative text of a figure: title, axes, series, how many marks, their range.

    >>> marks = Marks("bars", "", ("Dose 1", "Dose 2"), (0.0, 33.3))
    >>> figure_alt(FigureShown("F-1", "DLTs", "", (Panel("", "Dose", "Percent", (marks,)),)))
    'F-1: DLTs. Percent against Dose: bars, 2 marks from 0 to 33.3.'
    """
    title = ". ".join(title_lines(shown))
    panels = [panel for panel in shown.panels if panel.marks]
    if not panels:
        return f"{title}. Nothing is drawn: {plain_text(shown.why) or 'there are no marks.'}"
    return plain_text(" ".join([f"{title}.", *(_panel(panel) for panel in panels)]))


def _panel(panel: Panel) -> str:
    axes = " against ".join(label for label in (panel.y_label, panel.x_label) if label)
    logs = [name for name, log in (("x", panel.x_log), ("y", panel.y_log)) if log]
    scale = f" (logarithmic {' and '.join(logs)})" if logs else ""
    about = ", ".join(text for text in (panel.title, f"{axes}{scale}".strip()) if text)
    series = "; ".join(_series(panel))
    return f"{about}: {series}." if about else f"{series[:1].upper()}{series[1:]}."


def _series(panel: Panel) -> Iterator[str]:
    """Each series in words; more than eight of a kind only counted."""
    for kind, called in _CALLED.items():
        own = [marks for marks in panel.marks if marks.kind == kind]
        if len(own) > MANY:
            yield f"{len(own)} series of {called}"
        else:
            yield from (_described(marks, called) for marks in own)


def _described(marks: Marks, called: str) -> str:
    of = marks.shade if marks.kind == "tiles" else marks.high if marks.kind == "spans" else marks.y
    known = [v for v in of if v is not None and not isinstance(v, str)]
    found = [n for n in numbers(known) if not math.isnan(n)]
    spread = f" from {min(found):.4g} to {max(found):.4g}" if found else ""
    name = f"{called} {marks.label}" if marks.label else called
    return f"{name}, {len(marks.x)} mark{'s' if len(marks.x) != 1 else ''}{spread}"

"""Figures as SVG and PNG: every kind of mark is there, the same bytes each time."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from PIL import Image

from clinmap.drawing import figure_png, figure_svg
from clinmap.results.shown import FigureShown, Marks, Panel, Records

HOSTILE = "_$x_{ <b>&\"' \x00\n漢字 🦠"
KINDS = ("line", "points", "step", "bars", "box", "tiles", "intervals", "spans")
ONE_GROUP = {"line", "points", "step", "intervals"}


def figure(*panels: Panel, **texts: str) -> FigureShown:
    """A figure of these panels."""
    return FigureShown("F-1", texts.pop("title", "Title"), "SAFFL", panels, **texts)


def of(*marks: Marks) -> FigureShown:
    """A figure with these series in one panel."""
    return figure(Panel("", "x", "y", marks))


def groups(shown: FigureShown, start: str = "marks-") -> list[str]:
    """The ids of the marks' groups in the SVG, which is well-formed."""
    root = ET.fromstring(figure_svg(shown))
    ids = [element.get("id", "") for element in root.iter()]
    return [one for one in ids if one.startswith(start) and not one.endswith("-whiskers")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_mark_is_drawn(kind: str, marks: dict[str, Marks]) -> None:
    """A line or a cloud is one group, bars, boxes, tiles and spans are a group each."""
    found = groups(of(marks[kind]))
    many = [f"marks-1-1-{kind}-{n}" for n in range(1, len(marks[kind].x) + 1)]
    assert found == ([f"marks-1-1-{kind}"] if kind in ONE_GROUP else many)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_figure_is_the_same_bytes(kind: str, marks: dict[str, Marks]) -> None:
    """No date, no random id, no version of a library."""
    shown = of(marks[kind])
    assert len({figure_svg(shown) for _ in range(6)}) == 1
    assert len({figure_png(shown, 60) for _ in range(3)}) == 1
    assert not re.search(rb"<dc:date>|Matplotlib v", figure_svg(shown))


@pytest.mark.parametrize("kind", KINDS)
def test_gaps_and_numbers_that_are_none(kind: str, marks: dict[str, Marks]) -> None:
    """NaN, infinity and what a logarithmic axis cannot show are gaps, never an error."""
    nan, inf = float("nan"), float("inf")
    bad = replace(marks[kind], low=(nan,), high=(-inf,), shade=(nan, inf), texts=("",))
    bad = replace(bad, y=bad.y if isinstance(bad.y[0], str) else (nan, -1.0, 0.0)[: len(bad.y)])
    for one in (bad, replace(bad, x=(), y=()), replace(bad, x=(None,), y=(None,))):
        shown = figure(Panel("", "", "", (one,), x_log=True, y_log=True))
        assert not re.search(rb"\b(nan|inf)\b", figure_svg(shown), re.IGNORECASE)


@pytest.mark.parametrize("kind", KINDS)
def test_texts_are_only_texts(kind: str, marks: dict[str, Marks]) -> None:
    """A dollar sign is no formula, `<` no markup, a control character does not break the XML."""
    named = replace(marks[kind], label=HOSTILE, texts=(HOSTILE, HOSTILE))
    panel = Panel(HOSTILE, HOSTILE, HOSTILE, (named,), references=((HOSTILE, 1.0),))
    shown = FigureShown(HOSTILE, HOSTILE * 9, HOSTILE, (panel,), (HOSTILE * 9,), "", HOSTILE)
    assert groups(shown)
    assert figure_png(shown, 50)


def test_a_png_has_the_dots_that_are_asked_for(marks: dict[str, Marks]) -> None:
    """Eight inches wide; Pillow reads it."""
    for dpi in (50, 150):
        with Image.open(io.BytesIO(figure_png(of(marks["line"]), dpi))) as image:
            assert (image.format, image.width) == ("PNG", 8 * dpi)
            assert len(image.convert("RGB").getcolors(1 << 20) or ()) > 10


def test_a_figure_without_marks_says_why() -> None:
    """The page is there, with the reason and not with empty axes."""
    why = b"No record meets the conditions."
    empty = figure(why=why.decode())
    assert b"<!-- %s -->" % why in figure_svg(empty)
    assert groups(empty, "axes_") == []


def test_a_panel_without_values_says_so(marks: dict[str, Marks]) -> None:
    """Beside panels that have some."""
    none = Marks("line", "25 mg", (1.0,), (None,))
    shown = figure(Panel("A", "", "", (marks["line"],)), Panel("B", "", "", (none,)))
    assert figure_svg(shown).count(b"<!-- No values -->") == 1


def test_titles_axes_footnotes_and_numbers_at_risk(marks: dict[str, Marks]) -> None:
    """Every text stands in the figure (as outlines, named in comments)."""
    panel = Panel(
        "Course 1", "Days", "Event-free (%)", (marks["step"],), references=(("Target", 33.0),),
        beneath=(("All", ((0.0, "12"), (50.0, "7"))),),
    )  # fmt: skip
    shown = figure(panel, title="Survival", mark="SYNTHETIC DATA")
    drawn = figure_svg(replace(shown, footnotes=("Source: ADTTE.",))).decode()
    texts = ("F-1: Survival", "Population: SAFFL", "SYNTHETIC DATA", "Course 1", "Days",
             "Event-free (%)", "Target", "Number at risk", "12", "7", "Source: ADTTE.")  # fmt: skip
    assert [text for text in texts if f"<!-- {text} -->" not in drawn] == []


def test_series_of_one_label_look_alike_in_all_panels(marks: dict[str, Marks]) -> None:
    """And series of different labels do not, in colour or in shape; the legend has each once."""
    from clinmap.drawing.styles import legend_of, styles_of

    a, b = marks["line"], replace(marks["line"], label="50 mg")
    panels = (Panel("1", "", "", (a, b)), Panel("2", "", "", (b, a)))
    styles = styles_of(panels)
    assert styles[0, 0] == styles[1, 1]
    assert styles[0, 1] == styles[1, 0]
    first, second = styles[0, 0], styles[0, 1]
    assert first.colour != second.colour
    assert first.marker != second.marker
    assert first.line != second.line
    assert [one.label for one, _ in legend_of(panels, styles)] == ["25 mg", "50 mg"]


def test_censored_subjects_are_ticks_on_their_curve(marks: dict[str, Marks]) -> None:
    """They have the colour of the curve, and no place in the legend."""
    from clinmap.drawing.styles import legend_of, styles_of

    curve = marks["step"]
    other = replace(curve, label="Other")
    ticks = Marks("points", "All, censored", (10.0,), (100.0,), records=(Records("ADTTE", (1,)),))
    panels = (Panel("", "", "", (other, curve, ticks)),)
    styles = styles_of(panels)
    assert styles[0, 2].tick
    assert styles[0, 2].colour == styles[0, 1].colour != styles[0, 0].colour
    assert [one.label for one, _ in legend_of(panels, styles)] == ["Other", "All"]


def test_lines_of_many_subjects_are_quiet(marks: dict[str, Marks]) -> None:
    """Nine lines, or lines under boxes, are subjects: grey and not in a legend."""
    from clinmap.drawing.styles import QUIET, legend_of, styles_of

    lines = tuple(replace(marks["line"], label=f"101-{n}") for n in range(9))
    for shown, quiet in ((lines, 9), (lines[:8], 0), ((*lines[:2], marks["box"]), 2)):
        panels = (Panel("", "", "", shown),)
        styles = styles_of(panels)
        assert sum(style.colour == QUIET for style in styles.values()) == quiet
        assert len(legend_of(panels, styles)) == (8 if not quiet else 0)


def test_a_line_without_records_is_a_fitted_one(marks: dict[str, Marks]) -> None:
    """Dashed and without markers: there is no record behind it; named in its panel."""
    from clinmap.drawing.styles import is_fitted, legend_of, styles_of

    fitted = Marks("line", "Power model", (1.0, 2.0), (1.0, 2.0))
    panels = (Panel("", "", "", (marks["points"], marks["line"], fitted)),)
    styles = styles_of(panels)
    assert is_fitted(fitted)
    assert not is_fitted(marks["line"])
    assert (styles[0, 2].line, styles[0, 2].marker) == ("--", "")
    assert [one.label for one, _ in legend_of(panels, styles)] == ["Weight", "25 mg"]
    assert "– – Power model -->".encode() in figure_svg(figure(*panels))


def test_settings_of_the_user_do_not_change_the_figure(marks: dict[str, Marks]) -> None:
    """And are as before when it is drawn."""
    import matplotlib as mpl

    shown = of(marks["bars"])
    before = figure_svg(shown)
    with mpl.rc_context({"font.size": 30, "svg.fonttype": "none", "axes.grid": True}):
        assert figure_svg(shown) == before
        assert mpl.rcParams["font.size"] == 30


def test_long_titles_are_wrapped(marks: dict[str, Marks]) -> None:
    """Of the figure and of panels that stand side by side: no word is lost or written over."""
    title = "Activated (CD69+) Natural Killer Cells of all Natural Killer Cells, " * 2
    drawn = figure_svg(figure(*[Panel(title, "", "", (marks["line"],))] * 3, title=title)).decode()
    lines = [line for line in re.findall(r"<!-- (.+?) -->", drawn, re.DOTALL) if "C" in line]
    assert all(len(one) <= 78 for line in lines for one in line.splitlines())
    assert " ".join(" ".join(lines).split()).count(title.strip()) == 4


def test_no_state_of_pyplot_is_kept(marks: dict[str, Marks]) -> None:
    """Figures do not pile up in a long run."""
    import matplotlib.pyplot as plt

    figure_svg(of(marks["line"]))
    assert plt.get_fignums() == []

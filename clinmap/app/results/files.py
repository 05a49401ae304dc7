"""Writing results: tables as CSV, HTML and RTF, figures as SVG and PNG, and results.json.

They stand in the folder `results` of the package, which appears whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from clinmap import __version__
from clinmap.app.results.computing import Made, results_document
from clinmap.plan import Plan
from clinmap.results.shown import FigureShown, TableShown

FOLDER = "results"
DOCUMENT = "results.json"
PAGE = "results.html"


def files_of(made: Made) -> tuple[str, ...]:
    """The names of the files that a display is written to."""
    table = isinstance(made.shown, TableShown)
    return tuple(f"{made.plan.id}.{kind}" for kind in (_TABLE if table else _FIGURE))


def write_results(out: Path, made: Sequence[Made], plan: Plan, stamp: str) -> None:
    """Write all displays into `out`/results, in the place of what an earlier run wrote there.

    Problems: those of `clinmap.writers.package.package`.
    """
    from clinmap.writers.documents import write_json
    from clinmap.writers.package import MANIFEST, TOOL, listing, package

    with package(out / FOLDER) as staging:
        for one in made:
            for name in files_of(one):
                (staging / name).write_bytes(_content(one, name.rsplit(".", 1)[1]))
        write_json(results_document(made, plan, stamp), staging / DOCUMENT)
        write_json(
            {"tool": TOOL, "version": __version__, "study": plan.study, "stamp": stamp,
             "holds": FOLDER, "outputs": list(listing(staging))},
            staging / MANIFEST,
        )  # fmt: skip


def drawn_in(out: Path) -> Callable[[FigureShown], bytes]:
    """The SVG of a figure whose results were written, so that it is drawn once."""
    return lambda shown: (out / FOLDER / f"{shown.id}.svg").read_bytes()


def write_page(out: Path, page: str) -> None:
    """Write the page of results into the package; it appears whole, or the one before stays."""
    from clinmap.writers.disk_trouble import disk_trouble

    new = out / f".{PAGE}.new"
    with disk_trouble(out / PAGE):
        try:
            new.write_text(page, encoding="utf-8", newline="\n")
            new.replace(out / PAGE)
        finally:
            new.unlink(missing_ok=True)


_TABLE = ("csv", "html", "rtf")
_FIGURE = ("svg", "png")


def _content(made: Made, kind: str) -> bytes:
    """A display in one format."""
    from clinmap.drawing import figure_png, figure_svg, table_csv, table_html, table_rtf

    shown = made.shown
    if isinstance(shown, TableShown):
        if kind == "rtf":
            return table_rtf(shown)
        return (table_csv(shown) if kind == "csv" else table_html(shown)).encode("utf-8")
    return figure_svg(shown) if kind == "svg" else figure_png(shown)

"""What a display shows, laid out: tables as CSV, HTML and RTF, figures as SVG and PNG.

Nothing is computed or rounded here; texts are shown as they are, escaped for the format.
"""

from __future__ import annotations

from clinmap.drawing.delimited import table_csv
from clinmap.drawing.figures import figure_png, figure_svg
from clinmap.drawing.markup import TABLE_STYLE, table_fragment, table_html
from clinmap.drawing.rich_text import table_rtf
from clinmap.drawing.words import figure_alt

__all__ = [
    "TABLE_STYLE",
    "figure_alt",
    "figure_png",
    "figure_svg",
    "table_csv",
    "table_fragment",
    "table_html",
    "table_rtf",
]

"""The proposals as files to read: a page, a table for a spreadsheet, and JSON.

They hold names, scores, reasons and counts, and no value of the data.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clinmap.profiling import ColumnProfile
from mappings.proposals.models import SHOWN, WRITTEN, ColumnProposal, TableProposal
from mappings.skeleton import yaml_text

if TYPE_CHECKING:
    from clinmap.app.starting.started import Started

NAMES = ("proposals.html", "proposals.csv", "proposals.json")
HEAD = (
    "table", "column", "state", "dataset", "variable", "score", "evidence", "mapping", "others",
    "reason", "type", "formats", "rows", "missing", "distinct", "longest",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
STATES = {
    "mapped": "written",
    "asked": "to be decided",
    "explained": "left out, with a reason",
    "open": "nothing found",
}


def report_files(started: Started) -> dict[str, bytes]:
    """The files by name."""
    return {
        "proposals.html": _page(started).encode(),
        "proposals.csv": _table(started).encode("utf-8-sig"),
        "proposals.json": json.dumps(_document(started), indent=1, ensure_ascii=False).encode(),
    }


def lines(started: Started) -> Iterator[dict[str, str]]:
    """A line for each column, in the order of HEAD."""
    for table in started.study.tables:
        for column in table.columns:
            profile = table.profile.column(column.column)
            if profile is not None:
                yield dict(zip(HEAD, _cells(column, profile), strict=True))


def _cells(column: ColumnProposal, profile: ColumnProfile) -> tuple[str, ...]:
    best = column.best
    others = ", ".join(f"{p.target} {p.score:.2f}" for p in column.proposals[1:])
    formats = " or ".join(profile.formats)
    if profile.other_formats:
        formats += f" (or {', '.join(profile.other_formats)}?)"
    return (
        column.table, column.column, column.state, best.dataset if best else "",
        best.variable if best else "", f"{best.score:.2f}" if best else "",
        "; ".join(best.evidence) if best else "", yaml_text(best.said) if best else "", others,
        column.reason, profile.kind, formats, str(profile.rows), str(profile.missing),
        str(profile.distinct), str(profile.longest),
    )  # fmt: skip


def _table(started: Started) -> str:
    """CSV; a cell that a spreadsheet would take for a formula gets an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEAD)
    for line in lines(started):
        writer.writerow(f"'{c}" if c.startswith(_FORMULA) else c for c in line.values())
    return stream.getvalue()


def _document(started: Started) -> dict[str, object]:
    return {
        "study": started.study.study,
        "thresholds": {"written": WRITTEN, "shown": SHOWN},
        "tables": [_table_document(table) for table in started.study.tables],
        "columns": list(lines(started)),
        "left_out": [{"path": one.path, "reason": one.reason} for one in started.left_out],
    }


def _table_document(table: TableProposal) -> dict[str, object]:
    return {
        "table": table.name,
        "domain": table.domain,
        "score": table.score,
        "evidence": list(table.evidence),
        "others": [{"domain": name, "score": score} for name, score in table.others],
        "rows": table.profile.rows,
        "keys": list(table.profile.keys),
        "subject": table.subject,
        "site": table.site,
        "visit": table.visit,
    }


def _page(started: Started) -> str:
    from importlib.resources import files

    from jinja2 import Environment, StrictUndefined

    text = files("clinmap.app.starting").joinpath("proposals.html.j2").read_text(encoding="utf-8")
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(text)
    by_table: dict[str, list[dict[str, str]]] = {}
    for line in lines(started):
        by_table.setdefault(line["table"], []).append(line)
    return template.render(
        study=started.study.study, tables=started.study.tables, lines=by_table, states=STATES,
        left_out=started.left_out, written=WRITTEN, shown=SHOWN,
    )  # fmt: skip

"""The report as one page to read, without another file and without a network.

The summary is plain HTML. Findings and records are data in the page, column by column and
compressed; the page's script unpacks them, filters them and draws only the lines that are seen.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from clinmap import __version__
from clinmap.app.results.page import packed
from clinmap.app.validating.document import shown_columns
from clinmap.app.validating.report import ColumnTexts, Finding, Gone, ValidationReport
from clinmap.problems import Location

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FIRST_SCRIPT = 'document.documentElement.className = "js";'
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def report_page(report: ValidationReport) -> str:
    """The page, as HTML. Every text is escaped; its policy lets only its own script and style run.

    It holds the records of the findings, with subjects: it is as confidential as the data.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style, script = _text("css"), _text("js")
    page = environment.from_string(_text("html.j2")).render(
        report=report,
        rules=report.rules,
        version=__version__,
        safe=Markup,
        style=style,
        first_script=FIRST_SCRIPT,
        script=script,
        data=packed(page_data(report)),
        policy=_policy(style, FIRST_SCRIPT, script),
    )
    return _TURNING.sub(lambda mark: f"⟨U+{ord(mark[0]):04X}⟩", page)


def page_data(report: ValidationReport) -> dict[str, Any]:
    """What the page's script shows: rules, findings, and by dataset the columns of the records."""
    return {
        "rules": {
            line.code: [line.title, line.fix, line.reference, line.severity]
            for line in report.rules
        },
        "trend": report.trend is not None,
        "findings": [_finding(one) for one in report.findings],
        "gone": [_gone(one) for one in report.trend.gone] if report.trend else [],
        "tables": {
            name: {
                "rows": _steps(records.rows),
                "columns": {n: _column(column) for n, column in records.columns.items()},
            }
            for name, records in report.records.items()
        },
    }


def _finding(finding: Finding) -> dict[str, Any]:
    problem = finding.problem
    place = problem.location or Location("")
    new = finding.new.nonzero()[0].tolist() if finding.new is not None else []
    return {
        "c": problem.code,
        "s": problem.severity.value,
        "d": problem.dataset,
        "v": problem.variable,
        "m": problem.message,
        "h": problem.hint,
        "e": problem.explained,
        "f": str(place),
        "n": problem.count,
        "k": list(finding.keys),
        "a": _in_sight(finding),
        "w": finding.marked,
        "p": _steps(finding.places),
        "z": finding.state,
        "y": new,
    }


def _in_sight(finding: Finding) -> list[str]:
    """The subject first, then what is wrong, then the other keys."""
    names = shown_columns(finding)
    return list(dict.fromkeys([*names[:1], *finding.marked, *names]))


def _gone(gone: Gone) -> dict[str, Any]:
    return {"c": gone.code, "d": gone.dataset, "v": gone.variable, "n": gone.count,
            "k": list(gone.keys), "r": [list(record) for record in gone.records]}  # fmt: skip


def _column(column: ColumnTexts) -> list[Any]:
    return [list(column.texts), column.codes.tolist()]


def _steps(numbers: npt.NDArray[np.int64]) -> list[int]:
    """Rising numbers as steps from one to the next: small, and small when compressed."""
    listed: Sequence[int] = numbers.tolist()
    return [b - a for a, b in zip([0, *listed], listed, strict=False)]


def _policy(style: str, *scripts: str) -> str:
    run = " ".join(_digest(script) for script in scripts)
    return (
        f"default-src 'none'; style-src-elem {_digest(style)}; style-src-attr 'unsafe-inline'; "
        f"script-src {run}; base-uri 'none'; form-action 'none'"
    )


def _text(kind: str) -> str:
    name = f"page.{kind}"
    return files("clinmap.app.validating").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"

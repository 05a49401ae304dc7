"""The problems of a build as a document for machines and as a page for people."""

from __future__ import annotations

from importlib.resources import files

from clinmap import __version__
from clinmap.app.build.pipeline import BuiltStudy
from clinmap.app.build.status import tally
from clinmap.codes import find_code
from clinmap.problems import Problem

ROWS_SHOWN = 20


def problem_document(problem: Problem) -> dict[str, object]:
    """One problem, every field by its name; the place as file and line."""
    place = problem.location
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "dataset": problem.dataset,
        "variable": problem.variable,
        "count": problem.count,
        "rows": list(problem.rows),
        "file": place.file if place else "",
        "line": place.line if place else 0,
        "hint": problem.hint,
        "explained": problem.explained,
    }


def problems_document(built: BuiltStudy) -> dict[str, object]:
    """problems.json: unexplained problems first, the worst first."""
    return {
        "study": built.plan.study,
        "stamp": built.stamp.isoformat(),
        "totals": tally(built.problems),
        "problems": [problem_document(problem) for problem in built.problems],
    }


def problems_page(built: BuiltStudy) -> str:
    """problems.html: one page that needs no other file; every text in it is escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = files("clinmap.app.package").joinpath("problems.html.j2").read_text(encoding="utf-8")
    return environment.from_string(template).render(
        study=built.plan.study,
        title=built.plan.title,
        stamp=built.stamp.isoformat(),
        version=__version__,
        total=tally(built.problems),
        statuses=built.statuses,
        problems=[problem_document(problem) for problem in built.problems],
        meaning={p.code: _meaning(p.code) for p in built.problems},
        shown=ROWS_SHOWN,
    )


def _meaning(code: str) -> str:
    known = find_code(code)
    return known.title if known else ""

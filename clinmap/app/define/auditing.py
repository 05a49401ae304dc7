"""A define.xml audited: against itself, its schema, its terminologies, its files, and data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from clinmap.app.places import Places
from clinmap.app.reports.report import Report, in_order
from clinmap.app.watch import Silence, Watch
from clinmap.problems import Problem

if TYPE_CHECKING:
    from clinmap.terminology import Terminology
    from define.audit.terms import Packages
    from define.document.model import Define

_REPEATED = {"DEF008": ("DEF029",), "DEF011": ("DEF030",), "DEF018": ("DEF057",)}
"""What the data tell again of an element that the document alone tells, by code."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to audit: the file, terminologies to compare with, a folder of datasets."""

    path: Path
    terminologies: Sequence[Path] = ()
    data: Path | None = None


def audit(order: Order, watch: Watch | None = None) -> Report:
    """The report of an audit; its findings are in order, the worst first.

    Problems: InputError INP011 for a file that is no Define-XML, INP010 for a terminology that
    cannot be read, INP001 for a folder of data that does not exist.
    """
    from define.document.read import read_define

    watch = watch or Silence()
    with watch.stage("auditing the define.xml"):
        define = read_define(order.path)
        packages = _packages(order.terminologies)
        problems = _of_document(define, order.path, packages)
    if order.data:
        with watch.stage("auditing the datasets"):
            problems = _joined(problems, _of_data(define, order, watch))
    places = Places((order.path.parent,))
    title = f"Audit of {order.path.name}"
    return Report(title, in_order(problems), tuple(_about(define, order, packages)), places)


def _packages(paths: Sequence[Path]) -> Packages:
    from define.audit.terms import Packages

    return Packages(tuple(map(_terminology, paths)))


def _terminology(path: Path) -> Terminology:
    from clinmap.readers.terminology import read_terminology
    from clinmap.readers.terminology_csv import is_terminology_table, read_terminology_table

    return read_terminology_table(path) if is_terminology_table(path) else read_terminology(path)


def _of_document(define: Define, path: Path, packages: Packages) -> list[Problem]:
    from define.audit.itself import document_problems, not_said_twice
    from define.document.schema import schema_errors

    def present(href: str) -> bool:
        name = unquote(href.partition("#")[0])
        try:
            return (path.parent / name).is_file()
        except (OSError, ValueError):
            return False

    own = list(document_problems(define, path.name, packages, present))
    return [*own, *not_said_twice(schema_errors(path), own)]


def _of_data(define: Define, order: Order, watch: Watch) -> Iterator[Problem]:
    from clinmap.app.define.data import audit_data

    if order.data:
        yield from audit_data(define, order.data, order.path.name, watch)


def _joined(own: list[Problem], of_data: Iterator[Problem]) -> list[Problem]:
    """The findings of both, without what the data only tell again."""
    told = {(problem.code, problem.location) for problem in own}
    return own + [
        problem
        for problem in of_data
        if not any((code, problem.location) in told for code in _REPEATED.get(problem.code, ()))
    ]


def _about(define: Define, order: Order, packages: Packages) -> Iterator[tuple[str, str]]:
    from define.document.schema import has_schemas

    yield "study", define.study.name
    yield "version", f"Define-XML {define.version or define.namespace}"
    standards = (f"{s.name} {s.publishing_set} {s.version}" for s in define.standards)
    yield "standards", ", ".join(" ".join(name.split()) for name in standards)
    numbers = (len(define.item_groups), len(define.items), len(define.codelists))
    nouns = zip(numbers, ("dataset", "item", "codelist"), strict=True)
    yield "holds", ", ".join(f"{n:,} {noun}{'' if n == 1 else 's'}" for n, noun in nouns)
    given = [f"{package.package} {package.date}" for package in packages.given]
    yield "terminologies given", ", ".join(given) or "none"
    yield "data", order.data.name if order.data else "not given"
    if not has_schemas():
        yield "XML schema", "not checked: the package odmlib is not installed"

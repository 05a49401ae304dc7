"""Checks of a define.xml: within itself, against the facts of the data, against the schema.

Source: Define-XML 2.1. Problems: DEF001 to DEF021, each explained in the catalogue of codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from clinmap.facts import DatasetFacts
from clinmap.problems import Location, Problem, Severity
from define.audit.references import reference_problems
from define.audit.truth import truth_problems
from define.document.model import Define
from define.document.xml_names import DEF_20

_SCHEMAS = "odmlib"
_ROOT_21 = "schemas/arm/1.0-define2.1/arm1-0-0.xsd"
_ROOT_20 = "schemas/arm/1.0/arm1-0-0.xsd"


def check_define(define: Define, facts: Mapping[str, DatasetFacts]) -> list[Problem]:
    """Everything that is wrong with a define.xml, the references first.

    `facts` holds the datasets that the document should describe: those of its purpose.

    Example: `check_define(read_define(path), facts)` is `[]` for a document that is true.
    """
    return [
        *reference_problems(define),
        *truth_problems(define, facts),
        *_standard_problems(define),
    ]


def schema_errors(path: Path) -> list[Problem]:
    """Where a file breaks the XML schema of Define-XML 2.1 (or 2.0), each with its line.

    The schemas are those that the package `odmlib` carries; without it the result is empty, and
    `has_schemas` says so. Nothing is loaded from the network. Problems: DEF020.
    """
    if not has_schemas():
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        tree = etree.parse(str(path), parser)
    except etree.XMLSyntaxError as problem:
        return [_schema_problem(path, problem.lineno or 0, problem.msg)]
    old = DEF_20 in tree.getroot().nsmap.values()
    with as_file(files(_SCHEMAS)) as folder:
        schema = etree.XMLSchema(etree.parse(str(folder / (_ROOT_20 if old else _ROOT_21))))
    schema.validate(tree)
    return [_schema_problem(path, entry.line, entry.message) for entry in schema.error_log]


def has_schemas() -> bool:
    """Whether the package that carries the schemas is installed."""
    return find_spec(_SCHEMAS) is not None


def _schema_problem(path: Path, line: int, message: str) -> Problem:
    return Problem(
        "DEF020",
        Severity.ERROR,
        message,
        location=Location(path.name, line),
        hint="Correct the element at the line given.",
    )


def _standard_problems(define: Define) -> Iterator[Problem]:
    """Datasets and codelists that do not say which standard they follow (2.1 only)."""
    if not define.version.startswith("2.1"):
        return
    for group in define.item_groups:
        if not group.standard_oid and not group.non_standard:
            message = f"dataset {group.name} names no standard and is not marked as non-standard"
            yield Problem("DEF021", Severity.WARNING, message, group.name)
    for codelist in define.codelists:
        if not (codelist.standard_oid or codelist.non_standard or codelist.external):
            message = f"codelist {codelist.oid} names no standard and is not marked non-standard"
            yield Problem("DEF021", Severity.WARNING, message)

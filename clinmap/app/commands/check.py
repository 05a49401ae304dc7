"""`clinmap check`: is the specification right, before any data is read?"""

from __future__ import annotations

import argparse
import json

from clinmap.app.build.expected import reconcile, with_severities
from clinmap.app.commands.declaring import Parts, add_fail_on, add_study, declare
from clinmap.app.errors import each_error
from clinmap.app.exits import UNUSABLE, findings_exit
from clinmap.app.places import Places, study_places
from clinmap.app.registry import registry
from clinmap.app.reports.findings import Finding, finding_of, github_lines, sarif
from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import ClinmapError, Problem
from mappings.compile import Compiled, compile_study
from mappings.load import shipped_studies

FORMATS = ("text", "json", "sarif", "github")
EXAMPLES = (
    "clinmap check my-study",
    "clinmap check cdiscpilot01 --format json",
    "clinmap check my-study --format sarif > check.sarif",
)


def add(parts: Parts) -> None:
    """Declare the command."""
    shipped = f"shipped studies: {', '.join(shipped_studies()) or 'none'}"
    parser = declare(
        parts,
        "check",
        run,
        "check a study's specification, without reading data",
        EXAMPLES,
        shipped,
    )
    add_study(parser)
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="how to print (default: text)"
    )
    add_fail_on(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compile the study; print every error, or the notes and what there is."""
    places = study_places(arguments.study)
    try:
        compiled = compile_study(arguments.study, registry())
    except ClinmapError as error:
        findings = [finding_of(one, places) for one in each_error(error)]
        _print(arguments, findings, None)
        return UNUSABLE
    notes = checked_notes(compiled)
    shown = [finding_of(note, places) for note in notes if not note.explained]
    _print(arguments, shown, compiled.plan, places)
    return findings_exit(notes, arguments.fail_on)


def checked_notes(compiled: Compiled) -> list[Problem]:
    """The compiler's notes, with the study's severities and explanations."""
    plan = compiled.plan
    codes = {note.code for note in compiled.notes}
    rated = with_severities(compiled.notes, plan.severities)
    return reconcile(rated, [e for e in plan.expected if e.code in codes])


def _print(
    arguments: argparse.Namespace,
    findings: list[Finding],
    plan: Plan | None,
    places: Places | None = None,
) -> None:
    if arguments.format == "json":
        print(json.dumps(_document(arguments.study, findings, plan), indent=1, ensure_ascii=False))
    elif arguments.format == "sarif":
        print(json.dumps(sarif(findings), indent=1, ensure_ascii=False))
    elif arguments.format == "github":
        for line in github_lines(findings):
            print(line)
    else:
        _print_text(findings, plan, places or Places())


def _print_text(findings: list[Finding], plan: Plan | None, places: Places) -> None:
    from clinmap.app.console import print_table

    for found in findings:
        print(found.text)
    if plan is None:
        count = len(findings)
        print(f"\n{count} error{'s' * (count != 1)}: the specification cannot be used")
        return
    if findings:
        print()
    rows = [
        (d.name, d.cls, str(len(d.submitted_variables)), _sources(d), _lines(d, places))
        for d in plan.datasets
    ]
    print_table(("dataset", "class", "variables", "sources", "lines of YAML"), rows, {2, 4})
    tables = len(plan.raw)
    print(f"\n{plan.study}: {len(plan.datasets)} datasets from {tables} raw tables; no error")


def _sources(dataset: DatasetPlan) -> str:
    return ", ".join(dict.fromkeys(s.table for s in dataset.sources)) or dataset.parent


def _lines(dataset: DatasetPlan, places: Places) -> str:
    """The lines of the dataset's own file that say something."""
    path = None if dataset.parent else places.path(dataset.location.file)
    if path is None:
        return ""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return str(sum(1 for line in lines if line and not line.startswith("#")))


def _document(study: str, findings: list[Finding], plan: Plan | None) -> dict[str, object]:
    return {
        "study": plan.study if plan else study,
        "usable": plan is not None,
        "findings": [found.document for found in findings],
        "datasets": [
            {
                "name": d.name,
                "label": d.label,
                "class": d.cls,
                "purpose": d.purpose,
                "keys": list(d.keys),
                "variables": [v.name for v in d.submitted_variables],
                "sources": [s.table for s in d.sources],
            }
            for d in (plan.datasets if plan else ())
        ],
    }

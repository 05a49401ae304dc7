"""Building a package for a person: progress, then findings, a table, and what is next."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from clinmap.app.build.completeness import account_lines
from clinmap.app.build.pipeline import BuiltStudy, build_study
from clinmap.app.build.selection import select
from clinmap.app.build.status import Status, tally
from clinmap.app.console import print_problems, print_table
from clinmap.app.exits import findings_exit
from clinmap.app.package.packaging import write_package
from clinmap.app.places import Places, openable, study_places
from clinmap.app.planning.states import resolved
from clinmap.app.registry import registry
from clinmap.app.scale.asked import Asked
from clinmap.app.scale.budget import over_budget
from clinmap.app.scale.scaling import scaling
from clinmap.app.watch import progress
from clinmap.mirrors import mirrored
from clinmap.plan import Plan
from clinmap.problems import Problem, Severity
from mappings.compile import compile_study
from mappings.lint.unfinished import refuse_unfinished

PROBLEMS_SHOWN = 25


def build_package(
    study: str,
    raw: Path,
    out: Path,
    *,
    selected: Sequence[str] = (),
    state: Path | None = None,
    as_of: str = "",
    split_size: int = 0,
    mirror: str = "",
    formats: Sequence[str] = (),
    fail_on: str = "error",
    quiet: bool = False,
    full: bool = False,
    reuse: Path | None = None,
    asked: Asked | None = None,
) -> int:
    """Compile, build, write and say how it went; gives the exit code.

    With a `mirror`, the raw tables in it are read from there. Unchanged datasets are taken from the
    package that is there, or from `reuse`; a `full` build makes all of them. `asked` says whether
    it is made in parts.
    """
    from clinmap.writers.package import check_target

    watch = progress(quiet)
    with watch.stage("compile"):
        compiled = compile_study(study, registry())
        if mirror:
            compiled = replace(compiled, plan=mirrored(compiled.plan, mirror))
    check_target(out)
    selected = resolved(compiled.plan, selected, raw, state, out)
    refuse_unfinished(compiled.notes, _built(compiled.plan, selected))
    with scaling(asked or Asked(), out, watch) as parts:
        watch = parts.watch if parts else watch
        built = build_study(
            compiled,
            raw,
            selected=selected,
            as_of=as_of,
            split_size=split_size,
            reuse=None if full else reuse or out,
            watch=watch,
            scaling=parts,
        )
        write_package(built, out, watch, formats)
        over = over_budget(parts)
    if over:
        print(over, file=sys.stderr)
    code = findings_exit(built.problems, fail_on)
    if not quiet:
        print_summary(built, out, study_places(study, [raw]))
    elif code:
        print(
            f"{study}: unexplained findings; see {openable(out / 'problems.html')}", file=sys.stderr
        )
    return code


def _built(plan: Plan, selected: Sequence[str]) -> frozenset[str]:
    """The datasets that are built; of a whole study the raw tables and the study itself as well.

    A part of a study may be built while nobody has decided on all columns of its raw tables.
    """
    selection = select(plan, selected)
    whole = ("", *plan.raw) if selection.whole else ()
    return frozenset((*whole, *(dataset.name for dataset in selection.build)))


def print_summary(built: BuiltStudy, out: Path, places: Places) -> None:
    """The unexplained problems, the table of datasets, and what to do next."""
    open_ones = [p for p in built.problems if not p.explained]
    listed = [p for p in open_ones if p.severity is not Severity.NOTE]
    print_problems(listed[:PROBLEMS_SHOWN], places)
    if len(listed) > PROBLEMS_SHOWN:
        print(f"… and {len(listed) - PROBLEMS_SHOWN} more in problems.html")
    if listed:
        print()
    head = ("dataset", "label", "rows", "variables", "problems", "status")
    print_table(head, [*_dataset_rows(built), *_other_rows(built)], {2, 3})
    print()
    for line in account_lines(built.plan, built.accounts):
        print(line)
    for line in built.kept.said if built.kept else ():
        print(line)
    _print_next(built, out, listed)


def _dataset_rows(built: BuiltStudy) -> list[tuple[str, ...]]:
    return [
        (s.name, s.label, f"{s.rows:,}", str(s.variables), s.tally.text, _state(built, s))
        for s in built.statuses
    ]


def _state(built: BuiltStudy, status: Status) -> str:
    submitted = built.datasets[status.name].plan.submitted
    return status.state if submitted else f"{status.state}, not submitted"


def _other_rows(built: BuiltStudy) -> list[tuple[str, ...]]:
    """Problems of what is no dataset of the table: raw tables, and the study as a whole."""
    shown = {status.name for status in built.statuses}
    names = sorted({p.dataset for p in built.problems if p.dataset not in shown})
    rows: list[tuple[str, ...]] = []
    for name in names:
        counted = tally(p for p in built.problems if p.dataset == name)
        raw = built.inputs.get(name)
        label = f"raw table {name}" if raw else "not written" if name else "the study as a whole"
        rows.append((name if not raw else "", label, f"{raw.rows:,}" if raw else "", "",
                     counted.text, ""))  # fmt: skip
    return rows


def _print_next(built: BuiltStudy, out: Path, listed: Sequence[Problem]) -> None:
    print(f"Package: {openable(out)}")
    unwritten = [s.name for s in built.statuses if not s.written and s.state == "FAILED"]
    if unwritten:
        print(f"Without a file, because of errors: {', '.join(unwritten)}")
    if listed:
        print(f"Next: read {openable(out / 'problems.html')}; mend the specification or the data,")
        print("      or declare what is known of these data in problems.yaml, with the reason.")
    else:
        print(f"Next: clinmap trace {openable(out)} {_worth_tracing(built)} --row 1")


def _worth_tracing(built: BuiltStudy) -> str:
    """A dataset whose rows lead somewhere: of subjects, and the one with most variables."""
    subjects = [name for name in built.files if "USUBJID" in built.datasets[name].frame.columns]
    return max(subjects or built.files, key=lambda n: len(built.datasets[n].plan.variables))

"""How right the proposals of `clinmap init` are, measured against specifications that were written.

A column is right where the first proposal is a variable that the column feeds in the written
specification (directly, through work variables, or through a dataset that is copied from another);
of a column that feeds nothing, where nothing is written. `python -m tests.proposals_measured
cdiscpilot01=RAW n2011-04=RAW` prints the table of docs/init.md; `-v` lists what is wrong.
"""

# ruff: noqa: T201
from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from clinmap.app.registry import registry
from clinmap.app.starting.discovery import find_tables
from clinmap.app.starting.reading import profiles_of
from clinmap.plan import DatasetPlan, Plan
from mappings.compile import compile_study
from mappings.proposals import propose
from mappings.proposals.models import SHOWN, ColumnProposal, StudyProposal
from tests.pages import blocks, write

Targets = dict[tuple[str, str], set[str]]


@dataclass
class Measured:
    """Counts of one study."""

    study: str
    tables: int = 0
    domains: int = 0
    columns: int = 0
    right: int = 0
    feeding: int = 0
    found: int = 0
    written: int = 0
    written_right: int = 0

    @property
    def row(self) -> str:
        """A line of the table in the docs."""
        cells = (
            self.study,
            _share(self.domains, self.tables),
            _share(self.right, self.columns),
            _share(self.found, self.feeding),
            _share(self.written_right, self.written),
            _share(self.written_right, self.feeding),
        )
        return f"| {' | '.join(cells)} |"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "–"


def fed(plan: Plan) -> Targets:
    """By raw table and column, the variables (`AE.AETERM`) that it feeds."""
    tabulated = [d for d in plan.datasets if d.purpose == "Tabulation" and d.submitted]
    by_dataset = {dataset.name: _fed_in(plan, dataset) for dataset in tabulated}
    found: Targets = defaultdict(set)
    for name, targets in by_dataset.items():
        for (owner, column), variables in targets.items():
            if owner in plan.raw:
                found[owner, column] |= {f"{name}.{variable}" for variable in variables}
    for _ in range(3):  # EC -> EX: a variable that a dataset takes from another one's
        for name, targets in by_dataset.items():
            for (owner, column), variables in targets.items():
                if owner not in plan.raw:
                    for fed_here in found.values():
                        if f"{owner}.{column}" in fed_here:
                            fed_here |= {f"{name}.{variable}" for variable in variables}
    for table in plan.raw:
        for ref in (ref for step in plan.subject.steps for ref in step.inputs):
            found[table, ref.column].add("USUBJID")
    return found


def _fed_in(plan: Plan, dataset: DatasetPlan) -> dict[tuple[str, str], set[str]]:
    """By owner and column, the submitted variables of a dataset, through its work variables."""
    direct: dict[str, set[tuple[str, str]]] = defaultdict(set)
    inner: dict[str, set[str]] = defaultdict(set)
    for number, source in enumerate(dataset.sources):
        joins = {join.name: join.table for join in source.joins}
        for variable in dataset.variables:
            for step in variable.steps_for(number):
                for ref in step.inputs:
                    if ref.kind == "own":
                        inner[variable.name].add(ref.column)
                    elif ref.kind == "source":
                        direct[variable.name].add((source.table, ref.column))
                    else:
                        direct[variable.name].add((joins.get(ref.owner, ref.owner), ref.column))
    work = {v.name for v in dataset.variables if v.place == "work"}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for variable in dataset.variables:
        if variable.name not in work:
            for place in _reached(variable.name, direct, inner, work):
                found[place].add(variable.name)
    return found


def _reached(
    name: str, direct: dict[str, set[tuple[str, str]]], inner: dict[str, set[str]], work: set[str]
) -> set[tuple[str, str]]:
    seen, waiting = {name}, [name]
    found: set[tuple[str, str]] = set()
    while waiting:
        one = waiting.pop()
        found |= direct[one]
        new = (inner[one] & work) - seen
        seen |= new
        waiting += new
    return found


def measured(study: str, raw: Path) -> Measured:
    """The counts for a study whose specification is written."""
    plan = compile_study(study, registry()).plan
    found = find_tables(raw)
    profiles = profiles_of(found, raw, {})
    places = {(t.path, str(t.options.get("sheet", ""))): t.name for t in found.tables}
    names = {}
    for name, table in plan.raw.items():
        sheet = getattr(table.options, "sheet", "")
        sheets = [n for (path, s), n in places.items() if path == table.path and s in (sheet, "")]
        first = [n for (path, _), n in places.items() if path == table.path]
        for known in sheets or first[:1]:
            names[known] = name
    return counted(study, propose(profiles), plan, names)


def counted(study: str, proposal: StudyProposal, plan: Plan, names: dict[str, str]) -> Measured:
    """Compare proposals with a plan; `names` are the plan's names of the tables."""
    truth = fed(plan)
    sources: dict[str, set[str]] = defaultdict(set)
    joined: dict[str, set[str]] = defaultdict(set)
    for dataset in plan.datasets:
        for source in dataset.sources:
            sources[source.table].add(dataset.name)
            for join in source.joins:
                joined[join.table].add(dataset.name)
    for _ in range(3):
        for table, datasets in sources.items():
            if table in plan.raw:
                datasets |= {d for one in datasets for d in sources.get(one, ())}
    result = Measured(plan.study)
    for table in proposal.tables:
        name = names.get(table.name, "")
        if not name:
            continue
        result.tables += 1
        tabulated = {d for d in sources[name] if len(d) == 2 or d.startswith("REL")}
        proposed = table.domain if table.score >= SHOWN else ""
        ok = proposed in tabulated | joined[name] if proposed else not tabulated
        result.domains += ok
        if "-v" in sys.argv and not ok:
            print("DOMAIN", name, proposed, sorted(tabulated))
        for column in table.columns:
            _count(result, column, truth.get((name, column.column), set()))
    return result


def _count(result: Measured, column: ColumnProposal, targets: set[str]) -> None:
    best = column.best if column.best and column.best.score >= SHOWN else None
    ends = {target.rpartition(".")[2] for target in targets}
    is_right = best is not None and (
        best.target in targets or (best.variable == "USUBJID" and "USUBJID" in ends)
        or (best.variable == "VISITNUM" and bool(ends & {"VISIT"}))
        or (best.variable.endswith("ORRES") and f"{best.variable[:2]}TESTCD" in ends
            and best.dataset in {t.partition(".")[0] for t in targets})
    )  # fmt: skip
    written = column.state == "mapped"
    result.columns += 1
    result.feeding += bool(targets)
    result.found += bool(targets) and is_right
    result.written += written
    result.written_right += written and is_right
    ok = is_right if targets else not written
    result.right += ok
    if "-v" in sys.argv and not ok:
        best_said = f"{best.target} {best.score}" if best else "-"
        print("  ", column.table, column.column, column.state, best_said, sorted(targets)[:6])


def tutorial(folder: Path) -> Measured:
    """The counts for the study that docs/writing-a-study.md writes, with its two exports."""
    page = Path(__file__).parent.parent / "docs" / "writing-a-study.md"
    for block in blocks(page.read_text(encoding="utf-8")):
        first = block.text.partition("\n")[0]
        shown = block.info.startswith("# file: ") or first.startswith(("# file: ", "# add to: "))
        if block.language == "diff" or shown:
            write(folder, block)
    return measured(str(folder / "my-study"), folder / "exports")


def main() -> None:
    """Print the table."""
    print("| study | domain | column | found | right of what is written | written of what feeds |")
    print("|---|---|---|---|---|---|")
    for argument in sys.argv[1:]:
        name, _, folder = argument.partition("=")
        if folder:
            print(measured(name, Path(folder)).row)
    with tempfile.TemporaryDirectory() as made:
        print(tutorial(Path(made)).row)


if __name__ == "__main__":
    main()

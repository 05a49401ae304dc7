"""The page that says how close a study's datasets come to published ones; no subject is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from clinmap.app.fidelity.rules import Compared
from clinmap.plan import Plan

if TYPE_CHECKING:
    from clinmap.comparison import VariableComparison

WORDS = {"raw": "from our SDTM", "published": "from the published SDTM"}
IDENTIFYING = ("SUBJID", "USUBJID", "INVID", "INVNAM")

_TOP = """<!-- Made by `clinmap fidelity`; do not edit. -->

# Fidelity

Each dataset that a study builds, beside the published one: cells equal of cells compared, with
what is left out, by rule. Keys pair the rows and are not counted.
"""
_SECTION = re.compile(r"^## Study (?P<name>.+)\n", re.MULTILINE)


def fidelity_page(before: str, study: str, section: str) -> str:
    """The page as Markdown: what it said of other studies stays, what it said of this one goes."""
    _, *parts = _SECTION.split(before) if before.startswith(_TOP.splitlines()[0]) else [before]
    sections = {**dict(zip(parts[::2], parts[1::2], strict=True)), study: f"\n{section}"}
    told = (f"\n## Study {name}\n\n{sections[name].strip()}\n" for name in sorted(sections))
    return _TOP + "".join(told)


def fidelity_section(plan: Plan, found: Sequence[Compared]) -> str:
    """What is said of one study, as Markdown."""
    lines = [plan.description, ""] if plan.description else []
    lines += _table(_HEAD, [_summary(one, plan) for one in found])
    for one in found:
        lines += ["", *_dataset(one, plan)]
    return "\n".join(lines) + "\n"


_HEAD = ("dataset", "rows", "published rows", "paired", "tied", "compared", "equal", "equal %",
         "left out", "not explained")  # fmt: skip
_VARIABLES = ("variable", "compared", "equal", "equal %", "left out", "most frequent difference",
              "explained")  # fmt: skip


def _percent(equal: int, compared: int) -> str:
    from clinmap.comparison.report import percent

    return percent(equal, compared)


def _title(one: Compared, plan: Plan) -> str:
    dataset = plan.dataset(one.comparison.name)
    analysis = dataset is not None and dataset.purpose == "Analysis"
    return one.comparison.name + (f", {WORDS[one.origin]}" if analysis else "")


def _summary(one: Compared, plan: Plan) -> tuple[str, ...]:
    c = one.comparison
    counts = (c.base_rows, c.compare_rows, c.paired, c.tied, c.compared, c.equal)
    return (
        _title(one, plan),
        *(f"{count:,}" for count in counts),
        _percent(c.equal, c.compared),
        f"{sum(c.left_out.values()):,}",
        ", ".join(one.unexplained) or "–",
    )


def _dataset(one: Compared, plan: Plan) -> Iterator[str]:
    c = one.comparison
    yield from (f"### {_title(one, plan)}", "")
    yield f"Rows meet by {', '.join(c.keys)}."
    yield f"Total: {c.equal:,} of {c.compared:,} cells equal, {_percent(c.equal, c.compared)} %."
    alone = (("here", c.base_only_variables, c.only_base),
             ("in the published dataset", c.compare_only_variables, c.only_compare))  # fmt: skip
    for where, names, rows in alone:
        if rows:
            yield from ("", f"Rows only {where}: {rows:,}.")
        if names:
            yield from ("", f"Variables only {where}: {', '.join(names)}.")
    yield from ("", *_table(_VARIABLES, [_variable(v, one) for v in c.variables]))
    rules = [item for item in one.spec.left_out if item.only in ("", one.origin)]
    if rules or c.left_out:
        yield from ("", "Left out:", "")
        for item in rules:
            where = f" where {item.where_missing} is missing here" if item.where_missing else ""
            yield f"* {', '.join(item.variables)}{where}: {item.rule}; {item.reason}."
        yield from (f"* {count:,} cells: {rule}." for rule, count in c.left_out.items())


def _variable(variable: VariableComparison, one: Compared) -> tuple[str, ...]:
    worst = variable.patterns[0] if variable.patterns else None
    kind = "values differ" if variable.name in IDENTIFYING else worst.kind if worst else ""
    explained = one.explained(variable.name) if variable.different else None
    left_out = ", ".join(f"{count:,} {rule}" for rule, count in variable.left_out.items())
    return (
        variable.name,
        f"{variable.compared:,}",
        f"{variable.equal:,}",
        _percent(variable.equal, variable.compared),
        left_out,
        f"{kind} ({worst.count:,})" if worst else "",
        explained.reason if explained else "no" if variable.different else "",
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

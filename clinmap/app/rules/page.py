"""The page of rules: a table of them all, then each with its bad and its good example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clinmap.app.rules.dataset_examples import DatasetExample, ExampleTable, dataset_examples
from clinmap.app.rules.specification_examples import (
    SpecificationExample,
    changed_lines,
    specification_examples,
)
from clinmap.codes import CODES, Code

KINDS = (
    ("SPC", "Rules of specifications", "What `clinmap check` finds before any data are read."),
    ("VAL", "Rules of datasets", "What a build and `clinmap validate` find in finished datasets."),
)
Examples = dict[str, SpecificationExample | DatasetExample]


def rules_page() -> Iterator[str]:
    """The page, line by line."""
    examples: Examples = {one.code: one for one in specification_examples()}
    examples |= {one.code: one for one in dataset_examples()}
    yield from ("# Rules", "", *_INTRODUCTION.strip().splitlines())
    for prefix, title, said in KINDS:
        yield from ("", f"## {title}", "", said, "")
        yield from _table([code for code in CODES if code.id.startswith(prefix)])
    for prefix, title, _ in KINDS:
        yield from ("", f"## Examples: {title[0].lower()}{title[1:]}")
        for code in CODES:
            if code.id.startswith(prefix):
                yield from _rule(code, examples.get(code.id))


def _table(codes: Sequence[Code]) -> Iterator[str]:
    yield "| rule | severity | what it finds | source |"
    yield "|---|---|---|---|"
    for code in codes:
        link = f"[`{code.id}`](#{code.id.lower()})"
        cells = (link, code.severity.value, code.title, code.reference)
        yield f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: object) -> str:
    return "" if text is None else str(text).replace("|", "\\|").replace("\n", " ")


def _rule(code: Code, example: SpecificationExample | DatasetExample | None) -> Iterator[str]:
    yield from ("", f"### {code.id}", "")
    why = example.why if isinstance(example, SpecificationExample) else ""
    source = f" ({code.reference})" if code.reference else ""
    yield f"**{code.severity.value.capitalize()}**: {code.title}{source}."
    if why:
        yield from ("", why)
    if isinstance(example, SpecificationExample):
        yield from _specification(example)
    elif example is not None:
        yield from _datasets(example)
    yield from ("", f"*How to mend it*: {code.fix}")


def _specification(example: SpecificationExample) -> Iterator[str]:
    if example.command:
        yield from _block("Bad", "sh", [example.command])
        yield from _block("Good", "sh", [example.instead])
        return
    for title, bad in (("Bad", True), ("Good", False)):
        lines: list[str] = []
        file = ""
        for name, text in changed_lines(example, bad=bad):
            if name != file:
                lines.append(f"# {name}")
            file = name
            lines += text.splitlines()
        yield from _block(title, "yaml", lines)


def _block(title: str, language: str, lines: Sequence[str]) -> Iterator[str]:
    yield from ("", f"{title}:", "", f"```{language}", *lines, "```")


def _datasets(example: DatasetExample) -> Iterator[str]:
    """The bad tables, the good ones that differ, and the records that are found."""
    where = ".".join(part for part in (example.dataset, example.variable) if part)
    rows = ", ".join(map(str, example.rows))
    found = f"found in {where}" + (f", record {rows}" if rows else "")
    yield from ("", f"Bad ({found}):")
    for table in example.bad:
        yield from _shown(table)
    yield from ("", "Good:")
    for table in example.good:
        if table.differs:
            yield from _shown(table)


def _shown(table: ExampleTable) -> Iterator[str]:
    yield ""
    yield f"| {_cell(table.dataset)} | {' | '.join(map(_cell, table.columns))} |"
    yield "|---" * (len(table.columns) + 1) + "|"
    for number, row in enumerate(table.rows, 1):
        yield f"| {number} | {' | '.join(map(_cell, row))} |"


_INTRODUCTION = """
Every rule by which a specification or a dataset is judged. A study may give a rule another
severity (`severity` in study.yaml), and explain a finding with its reason (`expected` in
problems.yaml); what is explained is counted and listed, and fails nothing.

The examples are run by the tests: what is bad is found by its rule at its line or record, and what
is good is left alone. Lines of a specification are those of one small study, so that a line that is
not shown is the same in both.
"""

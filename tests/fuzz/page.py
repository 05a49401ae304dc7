"""The page on robustness: what the runs of `python -m tests.fuzz` came to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clinmap.codes import find_code
from tests.fuzz.lineage import MET, ORDERED, TRACED

HEAD = """\
# Robustness

Written by `python -m tests.fuzz --page docs/robustness.md --results FILES`; `make fuzz` makes runs.

## Damaged files

Every raw file of n2011-04 (simulated, 3 subjects; the forms as CSV and as ODM-XML), and files of
small studies in the formats that it has not, are damaged at random: cut off, bytes changed,
inserted, deleted and repeated, NUL bytes, wrong encodings and byte order marks, lines and rows
deleted, repeated and swapped, columns swapped, renamed, dropped and repeated, other delimiters,
quotes and line ends, cells with awkward text, XML with entities, foreign namespaces and broken
tags, workbooks with damaged parts or one that unpacks to 80 MB, empty files, and other files under
the name. The file is then read, and the datasets that read its tables are built, validated and
described beside unharmed ones; every 50th is built by `clinmap build`.

A case ends well where it ends in an error of clinmap that names the file, hides no other error and
quotes neither a subject nor a planted text; or in a build in which every row is used, left out by a
rule or counted, every cell that changed shows in a dataset or a problem if a variable takes it
under no condition, and no problem quotes a subject or the planted text. A traceback, a warning of a
library, exit code 3 and a case of more than 90 seconds are findings.
"""
LINEAGE = """\
## Changed values

One mapped value of a raw table of n2011-04 (not one that says whose record it is) becomes another
one, and the datasets that read the table are built again, with DM and SE. Each cell that changes
must rest on that value as the lineage tells; `tests/fuzz/test_lineage.py` states the claim.
"""
WAYS = {
    TRACED: "traced to the changed value, as `clinmap trace` shows it",
    MET: "made with the record that changed, as lineage says; the column is one that joins meet by",
    ORDERED: "by an operation that looks at the other rows of the subject (numbers, flags)",
}


def write_page(page: Path, results: Sequence[Path]) -> None:
    """Write the page; of two outcomes of one case the later one counts."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in results]
    of_files = [document for document in documents if "outcomes" in document]
    of_values = [document for document in documents if "mutations" in document]
    lines = [HEAD, *_files(of_files)]
    if of_values:
        lines += ["", LINEAGE, *_values(of_values)]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _files(documents: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    cases = {o["seed"]: o for document in documents for o in document["outcomes"]}
    outcomes = list(cases.values())
    found = sum(bool(o["findings"]) for o in outcomes)
    seeds = ", ".join(sorted({str(document["seed"]) for document in documents}))
    head = f"Run of {documents[-1]['date']}, seed {seeds}"
    yield f"{head}: **{len(outcomes):,} files, {found} findings.**"
    ever = {o["seed"] for document in documents for o in document["outcomes"] if o["findings"]}
    mended = sum(not cases[seed]["findings"] for seed in ever)
    if mended:
        yield f"{mended} of them were findings at first; they were run again once mended."
    yield ""
    yield from _by_format(outcomes)
    yield ""
    yield "A file that is refused may be so for several reasons at once:"
    yield ""
    yield "| code | files | what it says |"
    yield "|---|---:|---|"
    codes = Counter(code for o in outcomes for code in o["errors"])
    for code, count in sorted(codes.items()):
        known = find_code(code)
        said = known.title if known else "refused by the command line (exit code 2)"
        yield f"| {code} | {count:,} | {said} |"


def _by_format(outcomes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| format | files | refused | built | findings |"
    yield "|---|---:|---:|---:|---:|"
    for name in sorted({o["format"] for o in outcomes}):
        yield _row(name, [o for o in outcomes if o["format"] == name])
    yield _row("of them by the command line", [o for o in outcomes if o["command"]])
    yield _row("**all**", outcomes)


def _row(name: str, outcomes: Sequence[Mapping[str, Any]]) -> str:
    found = sum(bool(o["findings"]) for o in outcomes)
    refused = sum(bool(o["errors"]) and not o["findings"] for o in outcomes)
    built = len(outcomes) - refused - found
    return f"| {name} | {len(outcomes):,} | {refused:,} | {built:,} | {found} |"


def _values(documents: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for document in documents:
        counts.update(document["mutations"])
    seeds = ", ".join(sorted({str(document["seed"]) for document in documents}))
    head = f"Run of {documents[-1]['date']}, seed {seeds}"
    yield f"{head}: **{counts['values']:,} values, {counts['findings']} findings.**"
    yield (
        f"{counts['cells']:,} cells changed, {counts['rows']:,} rows came or went; "
        f"{counts['without effect']:,} values were without effect."
    )
    yield ""
    yield "| cells | how they rest on the value |"
    yield "|---:|---|"
    for level, said in WAYS.items():
        yield f"| {counts[f'how {level}']:,} | {said} |"

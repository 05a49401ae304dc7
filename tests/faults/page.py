"""The page of planted faults: what was planted, how often it was found, and what was missed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

_HEAD = """\
# Planted faults

Slips of the kind that people make are planted, one at a time, into the specifications that come
with clinmap and into the datasets of a built study (ten subjects of n2011-04). A fault counts as
found when `clinmap check`, or the rules of `clinmap validate`, answer with a code that names the
slip. The kinds of faults were written from practice, and each run chooses kind and place by its
seed. `make fuzz` plants all of them again; CI plants a sample. Without a fault, the shipped
specifications have no finding, and everything found in the built study is explained.
"""
_TITLES = {"specifications": "In specifications", "datasets": "In datasets"}


def page(documents: Sequence[dict[str, Any]]) -> str:
    """The page in Markdown, from what the runs wrote."""
    lines = [line for one in documents for line in ("", *_section(one))]
    return "\n".join([_HEAD.rstrip(), *lines]) + "\n"


def _section(document: dict[str, Any]) -> Iterator[str]:
    faults = document["faults"]
    found = sum(fault["found_by_code"] for fault in faults)
    yield f"## {_TITLES[document['what']]}"
    yield ""
    yield (
        f"{len(faults)} faults with seed {document['seed']} on {document['date']}: {found} found "
        f"({100 * found / len(faults):.1f}%)."
    )
    if document["what"] == "specifications":
        placed = sum(fault["placed"] for fault in faults if fault["found_by_code"])
        yield ""
        yield (
            f"Of these, {placed} were shown within two lines of the slip; the others where what is "
            "missing is needed, or at the head of the dataset."
        )
    yield from ("", "| fault | planted | found | codes |", "|---|---:|---:|---|")
    yield from _table(faults)
    yield from _missed([fault for fault in faults if not fault["found_by_code"]])


def _table(faults: Sequence[dict[str, Any]]) -> Iterator[str]:
    planted = Counter(fault["kind"] for fault in faults)
    found = Counter(fault["kind"] for fault in faults if fault["found_by_code"])
    codes: dict[str, set[str]] = defaultdict(set)
    for fault in faults:
        codes[fault["kind"]] |= set(fault["expected"]) & set(fault["found"])
    for kind in sorted(planted):
        yield f"| {kind} | {planted[kind]} | {found[kind]} | {', '.join(sorted(codes[kind]))} |"


def _missed(missed: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield from ("", "Missed:" if missed else "None was missed.", "")
    for fault in missed:
        where = fault.get("file") or fault["dataset"]
        what = fault.get("change") or fault["what"]
        said = ", ".join(fault["found"]) or "nothing"
        text = what.replace("`", "'").replace("|", "\\|")
        yield f"* {fault['kind']}: {where}, `{text}`; found instead: {said} ({fault['seed']})"

"""A comparison of two specifications as text for a person, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from clinmap.app.console import plain_table
from clinmap.app.places import Places
from clinmap.app.planning.change import Kind
from clinmap.app.planning.comparing import StudyDiff
from clinmap.app.planning.consequences import RECORDS, Consequence
from clinmap.app.planning.measured import Measured, changed_values
from clinmap.phrases import listed

WIDEST = 160
"""So many characters of a side of a change are shown in text; JSON and the page have all."""

TITLES: dict[Kind, str] = {"data": "Changes of data", "metadata": "Metadata only"}
NO_VALUE = "no value changes with these data"


def diff_lines(found: StudyDiff, places: Places) -> Iterator[str]:
    """The changes by kind, each with what it reaches; then what the data say."""
    yield " → ".join(sides(found))
    yield verdict(found)
    for kind, title in TITLES.items():
        changes = found.plans.of_kind(kind)
        if changes:
            yield from ("", title)
        for one in changes:
            yield from _change_lines(one, found, places)
    if found.data is not None:
        yield from _data_lines(found.data)


def sides(found: StudyDiff) -> tuple[str, str]:
    """How the two sides are called: by their studies, and by their raw exports where two are."""
    if len(found.raw) < 2:
        return found.old, found.new
    return f"{found.old} on {found.raw[0]}", f"{found.new} on {found.raw[1]}"


def verdict(found: StudyDiff) -> str:
    """One sentence: how many changes of which kind, and which datasets they reach."""
    parts = []
    counts = [(kind, len(found.plans.of_kind(kind))) for kind in TITLES]
    total = sum(count for _, count in counts)
    if total:
        told = ", ".join(f"{count} of {_word(kind)}" for kind, count in counts if count)
        changes = "1 change" if total == 1 else f"{total} changes"
        parts.append(f"{changes} of the specification: {told}")
        names = found.plans.datasets
        parts.append(
            f"{_datasets(len(names))} may change in values: {listed(names, 12)}"
            if names else "no value can change"
        )  # fmt: skip
    else:
        parts.append("the specifications are the same")
    if found.data is not None:
        differ = [dataset.name for dataset in found.data.datasets if dataset.differs]
        differ += [*found.data.old_only, *found.data.new_only]
        said = f"{_datasets(len(differ))} differ{'s' * (len(differ) == 1)}"
        parts.append(
            f"built, {said}: {listed(differ, 12)}" if differ else "built, no value differs"
        )
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def measured_text(one: Consequence, found: StudyDiff) -> tuple[str, ...]:
    """What the data say of a change of data; nothing where none were given."""
    if found.data is None or one.change.kind != "data" or not one.reaches:
        return ()
    return tuple(changed_values(one, found.data)) or (NO_VALUE,)


def diff_json(found: StudyDiff) -> str:
    """The comparison as JSON, for machines; nothing is cut."""
    document: dict[str, Any] = {
        "old": found.old,
        "new": found.new,
        "raw": list(found.raw),
        "differs": found.differs,
        "datasets": list(found.plans.datasets),
        "changes": [_change_document(one, found) for one in found.plans.consequences],
        "data": asdict(found.data) if found.data is not None else None,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def reach_text(name: str, columns: Iterable[str], most: int = 6) -> str:
    """A dataset and what of it may change.

    >>> reach_text("SV", ["(records)", "USUBJID"]), reach_text("AE", ["AETERM"])
    ('SV (records)', 'AE (AETERM)')
    """
    listed_columns = list(columns)
    shown = "records" if RECORDS in listed_columns else listed(listed_columns, most)
    return f"{name} ({shown.strip('()')})"


def _word(kind: Kind) -> str:
    return {"data": "data", "metadata": "metadata only"}[kind]


def _datasets(count: int) -> str:
    return "1 dataset" if count == 1 else f"{count} datasets"


def _change_lines(one: Consequence, found: StudyDiff, places: Places) -> Iterator[str]:
    change = one.change
    place = places.shown(change.location) or change.location
    yield f"  {change.subject}: {change.aspect}" + (f"  ({place})" if place else "")
    for word, text in (("was", change.old), ("now", change.new)):
        if text:
            yield f"      {word}  {_cut(text)}"
    if one.reaches:
        told = [reach_text(name, columns) for name, columns in one.reaches.items()]
        yield f"      reaches  {listed(told, 8)}"
    data = measured_text(one, found)
    if data:
        yield f"      built    {listed(data, 8)}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WIDEST else f"{line[: WIDEST - 1]}…"


def _data_lines(data: Measured) -> Iterator[str]:
    """The raw tables that are others, and the datasets that differ."""
    tables = [table for table in data.tables if not table.same]
    if tables:
        yield ""
        head = ("raw table", "file", "rows, old", "rows, new")
        rows = [(t.name, t.file, f"{t.old_rows:,}", f"{t.new_rows:,}") for t in tables]
        yield from plain_table(head, rows, {2, 3})
    differ = [dataset for dataset in data.datasets if dataset.differs]
    if differ:
        yield ""
        head_of = ("dataset", "rows, old", "rows, new", "only old", "only new", "other values in")
        yield from plain_table(
            head_of,
            [
                (d.name, f"{d.old_rows:,}", f"{d.new_rows:,}", f"{d.only_old:,}",
                 f"{d.only_new:,}", other_values(d.variables, d.added, d.removed))
                for d in differ
            ],
            {1, 2, 3, 4},
        )  # fmt: skip


def other_values(
    variables: dict[str, int] | Any, added: Iterable[str], removed: Iterable[str], most: int = 6
) -> str:
    """The variables of a dataset with other values, most cells first, and those of one side."""
    ordered = sorted(variables.items(), key=lambda item: (-item[1], item[0]))
    told = [f"{name} ({count:,})" for name, count in ordered]
    told += [f"{name} (new)" for name in added] + [f"{name} (gone)" for name in removed]
    return listed(told, most)


def _change_document(one: Consequence, found: StudyDiff) -> dict[str, Any]:
    change = one.change
    place = change.location
    return {
        "kind": change.kind,
        "part": change.part,
        "names": list(change.names),
        "variable": change.variable,
        "aspect": change.aspect,
        "old": change.old,
        "new": change.new,
        "file": place.file if place else "",
        "line": place.line if place else 0,
        "reaches": {name: list(columns) for name, columns in one.reaches.items()},
        "values": list(measured_text(one, found)),
    }

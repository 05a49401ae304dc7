"""What somebody changed in the sheets of a workbook that carries its specification.

The sheets are compared with the define.xml that stands beside the specification. A label, a length
or a comment that one line of the study's own files states is changed there (WBK009); every other
difference is listed with the line of the specification that speaks of it (WBK008).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clinmap.app.define.specification_sheet import DESCRIBED, SpecificationFile, study_of
from clinmap.app.skeleton.items import LONGEST_LABEL
from clinmap.codes import severity_of
from clinmap.plan import DatasetPlan, Plan, VariablePlan
from clinmap.problems import ClinmapError, Location, Problem, quoted
from define.document.model import Define, Item, ItemGroup, ItemRef
from define.workbook.parts import field_names, parts_of

_SAFE = {"label": "label", "length": "length"}
"""Fields of an item that may be changed in the specification, and what it calls them."""


@dataclass(frozen=True, slots=True)
class Change:
    """A difference: of which dataset and variable, in what, before and now."""

    dataset: str
    variable: str
    what: str
    before: Any
    now: Any

    @property
    def said(self) -> str:
        """The difference in words."""
        owner = f"{self.dataset}.{self.variable}" if self.variable else self.dataset
        return f"{owner or 'the document'}: {self.what} {self._difference}"

    @property
    def _difference(self) -> str:
        if self.before is None or self.now is None:
            return "is new in the workbook" if self.before is None else "is not in the workbook"
        if not all(isinstance(told, str | int) for told in (self.before, self.now)):
            return "was changed in the workbook"
        before, now = (quoted(str(told)) for told in (self.before, self.now))
        return f"is {now} in the workbook, and was {before}"


def with_changes(
    files: tuple[SpecificationFile, ...], define: Define, workbook: str
) -> tuple[tuple[SpecificationFile, ...], list[Problem]]:
    """The files with what could be changed in them, and every difference.

    The define.xml among the files is what the sheets said when they were written; it is taken out.
    """
    own = tuple(file for file in files if file.path != DESCRIBED)
    described = next((file for file in files if file.path == DESCRIBED), None)
    before = _read(described.content) if described else None
    changes = list(_changes(before, define)) if before is not None else []
    plan = _plan(own) if changes else None
    problems: list[Problem] = []
    for change in changes:
        made, place = _made(own, change, plan)
        code = "WBK009" if made is not None else "WBK008"
        hint = "Change the specification there, or the sheet." if made is None and place else ""
        problems.append(
            Problem(
                code, severity_of(code), change.said, dataset=change.dataset,
                variable=change.variable, location=place or Location(workbook), hint=hint,
            )
        )  # fmt: skip
        own = made or own
    return own, problems


def _read(content: bytes) -> Define | None:
    from define.document.read import read_define

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / DESCRIBED
        path.write_bytes(content)
        try:
            return read_define(path)
        except ClinmapError:
            return None


def _changes(before: Define, now: Define) -> Iterator[Change]:
    """The fields that differ, definition by definition."""
    old, new = parts_of(before), parts_of(now)
    places = _places(before) | _places(now)
    for key in dict.fromkeys([*old.things, *new.things]):
        dataset, variable = places.get(key, ("", ""))
        first, second = old.things.get(key), new.things.get(key)
        name = key.rpartition("|")[2] or "the document"
        if first is None or second is None:
            yield Change(dataset, variable, f"the row of {name}", first, second)
            continue
        for field in field_names(type(first)):
            if getattr(first, field) != getattr(second, field):
                words = field.replace("_", " ")
                of = "" if isinstance(first, Item | ItemRef | ItemGroup) else f" of {name}"
                told = getattr(first, field), getattr(second, field)
                what = field if isinstance(first, Item) and field in _SAFE else f"{words}{of}"
                yield Change(dataset, variable, what, *told)
    for key, order in old.children.items():
        there = set(new.children.get(key, ()))
        kept = [child for child in order if child in there]
        if kept != [child for child in new.children.get(key, ()) if child in set(order)]:
            yield Change(*places.get(key.rpartition("|")[0], ("", "")), "the order of rows", (), ())


def _places(define: Define) -> dict[str, tuple[str, str]]:
    """The dataset and variable that each definition belongs to, by its key."""
    found: dict[str, tuple[str, str]] = {}
    names = {item.oid: item for item in define.items}
    comments: dict[str, tuple[str, str]] = {}
    for group in define.item_groups:
        key = f"|item_groups|{group.oid}"
        found[key] = (group.name, "")
        comments.setdefault(group.comment_oid, (group.name, ""))
        for ref in group.refs:
            item = names.get(ref.item_oid)
            if item is None:
                continue
            place = (group.name, item.name)
            found[f"{key}|refs|{ref.item_oid}"] = place
            found.setdefault(f"|items|{item.oid}", place)
            comments.setdefault(item.comment_oid, place)
            if ref.method_oid:
                found.setdefault(f"|methods|{ref.method_oid}", place)
            for value in (v for v in define.value_lists if v.oid == item.value_list_oid):
                found[f"|value_lists|{value.oid}"] = place
                for inner in value.refs:
                    found.setdefault(f"|items|{inner.item_oid}", place)
                    found.setdefault(f"|value_lists|{value.oid}|refs|{inner.item_oid}", place)
    for comment in define.comments:
        if comment.oid in comments:
            found[f"|comments|{comment.oid}"] = comments[comment.oid]
    return found


def _plan(files: tuple[SpecificationFile, ...]) -> Plan | None:
    """The Plan of the specification; None where it cannot be compiled."""
    from clinmap.app.registry import registry
    from mappings.compile import compile_study

    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            path = Path(folder) / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        try:
            return compile_study(str(Path(folder) / study_of(files)), registry()).plan
        except ClinmapError:
            return None


def _made(
    files: tuple[SpecificationFile, ...], change: Change, plan: Plan | None
) -> tuple[tuple[SpecificationFile, ...] | None, Location | None]:
    """The files with the change, or None where it is for a person; and the place that speaks."""
    dataset = plan.dataset(change.dataset) if plan else None
    variable = dataset.variable(change.variable) if dataset and change.variable else None
    if dataset is None:
        return None, None
    owner: DatasetPlan | VariablePlan = variable or dataset
    place = owner.location if owner.location.file else None
    if variable is None or place is None or change.what not in _SAFE:
        return None, place
    return _edited(files, place, change), place


def _edited(
    files: tuple[SpecificationFile, ...], place: Location, change: Change
) -> tuple[SpecificationFile, ...] | None:
    """The files with a scalar changed that stands on a line of its own, or behind its key."""
    from mappings.nodes import parse_yaml
    from mappings.skeleton import yaml_text

    folder, _, within = place.file.partition("/")
    own = study_of(files)
    path = f"{own}/{within}"
    file = next((f for f in files if f.path == path and own.rpartition("/")[2] == folder), None)
    if file is None:
        return None
    text = file.content.decode("utf-8")
    sections = map(parse_yaml(text, place.file).get, ("variables", "supp"))
    variables = (section.get(change.variable) for section in sections if section)
    variable = next(filter(None, variables), None)
    found = variable.get(_SAFE[change.what]) if variable else None
    fits = change.now and len(str(change.now)) <= LONGEST_LABEL
    if found is None or found.plain() != change.before or not fits:
        return None
    lines = text.split("\n")
    line = lines[found.location.line - 1]
    start = found.location.column - 1
    written = next(
        (w for w in (str(change.before), yaml_text(change.before), f"'{change.before}'")
         if line[start:].startswith(w)), ""
    )  # fmt: skip
    if not written:
        return None
    lines[found.location.line - 1] = (
        line[:start] + yaml_text(change.now) + line[start + len(written) :]
    )
    changed = replace(file, content="\n".join(lines).encode())
    return tuple(changed if f is file else f for f in files)

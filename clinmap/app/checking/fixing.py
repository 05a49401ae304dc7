"""Writing certain fixes into the files of a specification, and nothing else in them.

Only the text at the place of a finding is replaced: comments, order, quotes and line ends stay. A
fix that cannot be placed for sure, or that would change more than it says, is left to a person.
Only the study's own files are written, never those of a study that it extends.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinmap.app.checking.checked import checked_study
from clinmap.app.places import openable
from clinmap.fixes import Fix, Rename, Replacement
from clinmap.problems import Location, OutputError, SpecificationError
from mappings.inside import leads_inside
from mappings.nodes import parse_yaml

MOST_ROUNDS = 20
"""A fix may bring to light what stood behind it; so often is checked again."""
_PLAIN = re.compile(r"[A-Za-z_][\w ./^-]*\w|[A-Za-z_]")
_TYPED = ("true", "false", "null")


@dataclass(frozen=True, slots=True)
class Fixed:
    """One fix: where, what stood there, and what stands there now."""

    place: Location
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.place.precise}: {self.old} → {self.new}"


@dataclass(frozen=True, slots=True)
class Edit:
    """A file as it will be: its new text, or its new name."""

    path: Path
    text: str
    done: tuple[Fixed, ...]
    renamed: Path | None = None


def fixed_study(study: str) -> list[Fixed]:
    """Fix, check again, and so on until nothing certain is left; what was done, in order.

    Example: `fixed_study("my-study")`. Problems: OUT002 where a file cannot be written.
    """
    done: list[Fixed] = []
    for _ in range(MOST_ROUNDS):
        edits = planned_edits(study)
        for edit in edits:
            _write(edit)
            done += edit.done
        if not edits:
            break
    return done


def planned_edits(study: str) -> list[Edit]:
    """The edits that the findings of a study ask for, file by file."""
    folder = _own_folder(study)
    if folder is None:
        return []
    by_file: dict[Path, list[Fix]] = defaultdict(list)
    for fix in dict.fromkeys(p.fix for p in checked_study(study).problems if p.fix):
        path = _own_file(folder, fix.location.file)
        if path is not None:
            by_file[path].append(fix)
    edits = [_edit(path, fixes) for path, fixes in sorted(by_file.items())]
    return [edit for edit in edits if edit.done]


def difference(edits: Iterable[Edit]) -> Iterator[str]:
    """What the edits would change, as a unified diff."""
    for edit in edits:
        name = openable(edit.path)
        if edit.renamed is not None:
            yield f"rename {name} to {edit.renamed.name}"
            continue
        old, new = _read(edit.path).splitlines(), edit.text.splitlines()
        yield from difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", n=1, lineterm="")


def _own_folder(study: str) -> Path | None:
    """The folder of a study that may be written; a shipped study named by its name may not."""
    return Path(study).resolve() if Path(study).is_dir() else None


def _own_file(folder: Path, name: str) -> Path | None:
    """The file of the study that messages call so, or None where it is another study's."""
    first, _, rest = name.partition("/")
    path = folder / rest
    own = first == folder.name and rest and path.is_file() and leads_inside(path, folder)
    return path if own else None


def _edit(path: Path, fixes: Sequence[Fix]) -> Edit:
    """The new text or name of a file; without anything done where it is not certain."""
    for fix in fixes:
        if isinstance(fix, Rename):
            target = path.with_name(fix.new)
            place = Location(openable(path))
            free = not target.exists()
            return Edit(path, "", (Fixed(place, path.name, fix.new),) if free else (), target)
    before = _read(path)
    lines, done = before.splitlines(keepends=True), []
    for fix in sorted(fixes, key=lambda one: one.location, reverse=True):
        if isinstance(fix, Replacement) and (at := _found(lines, fix)) is not None:
            number, column = fix.location.line - 1, at
            line = lines[number]
            lines[number] = f"{line[:column]}{fix.new}{line[column + len(fix.old) :]}"
            place = Location(openable(path), fix.location.line, column + 1)
            done.append(Fixed(place, fix.old, fix.new))
    after = "".join(lines)
    whole = _changes(before, after, len(done))
    return Edit(path, after, tuple(reversed(done)) if whole else ())


def _found(lines: Sequence[str], fix: Replacement) -> int | None:
    """The column at which the old text stands: at the place itself, or once on the line behind."""
    number, start = fix.location.line - 1, max(fix.location.column - 1, 0)
    plain = _PLAIN.fullmatch(fix.new) and fix.new.casefold() not in _TYPED
    if not plain or not 0 <= number < len(lines):
        return None
    line = re.split(r"(?:^|\s)#", lines[number], maxsplit=1)[0]
    word = re.compile(rf"(?<![\w-]){re.escape(fix.old)}(?![\w-])")
    found = [match.start() for match in word.finditer(line) if match.start() >= start]
    near = [column for column in found if column <= start + 1]
    if near:
        return near[0]
    return found[0] if len(found) == 1 else None


def _changes(before: str, after: str, number: int) -> bool:
    """Whether exactly so many keys and values differ between two texts, and nothing else."""
    try:
        one, other = (list(_scalars(parse_yaml(text, "").plain())) for text in (before, after))
    except SpecificationError:
        return False
    same = len(one) == len(other)
    return same and sum(a != b for a, b in zip(one, other, strict=True)) == number


def _scalars(value: Any) -> Iterator[object]:
    """The keys and values of a file in their order, the shape of it between them."""
    if isinstance(value, Mapping):
        yield "{"
        for key, item in value.items():
            yield key
            yield from _scalars(item)
    elif isinstance(value, list):
        yield "["
        for item in value:
            yield from _scalars(item)
    else:
        yield value


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _write(edit: Edit) -> None:
    try:
        if edit.renamed is not None:
            edit.path.rename(edit.renamed)
        else:
            edit.path.write_bytes(edit.text.encode("utf-8"))
    except OSError as error:
        said = f"{edit.path.name} cannot be written: {error.strerror}"
        raise OutputError("OUT002", said) from None

"""The examples of the rules of specifications: lines of a small study, and what spoils them.

The study in `examples/study` is in order: it has no finding at all. `examples/specification.yaml`
names, by code, lines of one of its files (`good`) and the lines that stand in their place in the
bad example (`bad`). `with` changes further lines of files, in the bad example only where `only`
says so. The finding is at the first line of `bad`, or at the one that holds `at`; `elsewhere` names
a file and a line of it. `also` names codes that the bad example has besides. A rule that no file
can show has a `command`, and what to write `instead`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from mappings.nodes import read_yaml

FOLDER = Path(__file__).with_name("examples")
STUDY = FOLDER / "study"
FILE = "specification.yaml"
Changes = Mapping[str, Mapping[str, str]]
"""By file: lines of it, and what stands in their place."""


@dataclass(frozen=True, slots=True)
class SpecificationExample:
    """A rule's bad and good example; `at` is a file, and a part of the line of the finding."""

    code: str
    file: str = ""
    good: str = ""
    bad: str = ""
    at: tuple[str, str] = ("", "")
    why: str = ""
    command: str = ""
    instead: str = ""
    shared: Changes = field(default_factory=dict)
    only_bad: Changes = field(default_factory=dict)
    also: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def specification_examples() -> tuple[SpecificationExample, ...]:
    """Every example, in the order of the codes."""
    written = read_yaml(FOLDER / FILE, FILE)
    found = [_example(code, node.plain()) for code, node in written.items()]
    return tuple(sorted(found, key=lambda example: example.code))


def _example(code: str, facts: Mapping[str, Any]) -> SpecificationExample:
    if facts.get("command"):
        return SpecificationExample(
            code,
            command=facts["command"],
            instead=facts["instead"],
            why=facts.get("why", ""),
        )
    further = facts.get("with", {})
    only_bad = facts.get("only") == "bad"
    return SpecificationExample(
        code,
        facts["file"],
        str(facts["good"]).rstrip("\n"),
        str(facts["bad"]).rstrip("\n"),
        _place(facts),
        facts.get("why", ""),
        shared={} if only_bad else further,
        only_bad=further if only_bad else {},
        also=tuple(facts.get("also", ())),
    )


def _place(facts: Mapping[str, Any]) -> tuple[str, str]:
    for file, line in facts.get("elsewhere", {}).items():
        return file, line
    return facts["file"], str(facts.get("at") or str(facts["bad"]).splitlines()[0])


def study_files() -> dict[str, str]:
    """The files of the study in order, by their paths in it."""
    paths = sorted(STUDY.rglob("*.yaml"))
    return {p.relative_to(STUDY).as_posix(): p.read_text(encoding="utf-8") for p in paths}


def bad_study(example: SpecificationExample) -> dict[str, str]:
    """The files of the bad example of a rule."""
    changes = [example.shared, example.only_bad, {example.file: {example.good: example.bad}}]
    return _changed(study_files(), changes)


def good_study(example: SpecificationExample) -> dict[str, str]:
    """The files of the good example of a rule: those of the study, but for what both share."""
    return _changed(study_files(), [example.shared])


def line_of(example: SpecificationExample, files: Mapping[str, str]) -> int:
    """The number of the line at which the bad example's finding is."""
    file, text = example.at
    lines = files[file].splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def _changed(files: dict[str, str], changes: list[Changes]) -> dict[str, str]:
    found = dict(files)
    for one in changes:
        for file, lines in one.items():
            for old, new in lines.items():
                found[file] = _replaced(found[file], old, new, file)
    return found


def _replaced(text: str, old: str, new: str, file: str) -> str:
    """The text with lines replaced, whose indentation the new ones get; they must stand once."""
    wanted = dedent(old).rstrip("\n").splitlines()
    lines = text.splitlines()
    starts = [number for number in range(len(lines)) if _stands(lines, number, wanted)]
    if len(starts) != 1:
        raise ValueError(f"{wanted[0]!r} stands {len(starts)} times in {file}")
    margin = lines[starts[0]][: len(lines[starts[0]]) - len(lines[starts[0]].lstrip())]
    fresh = indent(dedent(new).rstrip("\n"), margin).splitlines()
    whole = [*lines[: starts[0]], *fresh, *lines[starts[0] + len(wanted) :]]
    return "\n".join(whole) + "\n"


def _stands(lines: list[str], start: int, wanted: list[str]) -> bool:
    """Whether the wanted lines stand here, however far to the right."""
    here = lines[start : start + len(wanted)]
    return dedent("\n".join(here)).splitlines() == wanted


def changed_lines(example: SpecificationExample, *, bad: bool) -> Iterator[tuple[str, str]]:
    """The lines that show the example, by file: those of its own file first."""
    changes = {**example.shared, **example.only_bad}
    yield example.file, example.bad if bad else example.good
    for file, lines in changes.items():
        for old, new in lines.items():
            yield file, (new if bad or file in example.shared else old).rstrip("\n")

"""A specification that says what there shall be and not yet how it is made, as YAML files.

`clinmap define import` makes it from a define.xml or an Excel specification. What only a person can
say stands there as `todo`. What the specification language does not take stays as a comment, so
that nothing that was known is lost. Problems: none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]
_PLAIN = re.compile(r"[A-Za-z<>=/(][A-Za-z0-9 _./()+%^*=<>'-]*[A-Za-z0-9)/%.]|[A-Za-z]")
_IN_LINE = re.compile(r"[A-Za-z][A-Za-z0-9_./()-]*( [A-Za-z0-9_./()-]+)*")
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_WIDTH = 100


@dataclass(slots=True)
class SkeletonVariable:
    """A variable: what is said of it, in the order in which it is written.

    `said` holds `todo`, or an operation, and attributes. `refused` holds attributes that could not
    be used, each with the reason; `out` the reason why the whole variable is only a comment.
    """

    name: str
    said: dict[str, Value]
    refused: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    out: str = ""


@dataclass(slots=True)
class SkeletonDataset:
    """A dataset: its keys, and its variables by the section that they stand in."""

    name: str
    part: str
    head: dict[str, Value]
    sections: dict[str, list[SkeletonVariable]]
    notes: list[str] = field(default_factory=list)
    out: str = ""

    @property
    def path(self) -> str:
        """The file of the dataset, seen from the study's folder."""
        return f"{self.part}/{self.name.lower()}.yaml"


@dataclass(slots=True)
class SkeletonStudy:
    """A study: study.yaml, its codelists, and its datasets."""

    head: dict[str, Value]
    codelists: dict[str, dict[str, Value]]
    extended: dict[str, dict[str, Value]]
    datasets: list[SkeletonDataset]
    notes: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """What a line of a file says: of a dataset, a variable of it, an attribute; or a codelist."""

    dataset: str = ""
    section: str = ""
    variable: str = ""
    attribute: str = ""
    codelist: str = ""


@dataclass(slots=True)
class SkeletonFile:
    """The text of a file, and what each of its lines says."""

    lines: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def add(self, line: str, place: Place = Place()) -> None:
        """Add a line."""
        self.lines.append(line)
        self.places.append(place)

    def remark(self, text: str, indent: int = 0) -> None:
        """Add a comment, one line of it for each line of the text."""
        for line in text.splitlines() or [""]:
            clean = "".join(c if c.isprintable() else " " for c in line)
            self.add(f"{' ' * indent}# {clean}".rstrip())

    def place(self, line: int) -> Place:
        """What a line says; lines are counted from 1."""
        return self.places[line - 1] if 0 < line <= len(self.places) else Place()

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n".join(self.lines) + "\n"


def skeleton_files(study: SkeletonStudy) -> dict[str, SkeletonFile]:
    """The files of the skeleton by their path: study.yaml, raw.yaml, and one for each dataset.

    Example: `skeleton_files(study)["sdtm/ae.yaml"].text`.
    """
    files = {"study.yaml": _study_file(study), "raw.yaml": _raw_file()}
    for dataset in study.datasets:
        if not dataset.out:
            files[dataset.path] = _dataset_file(dataset)
    return files


def yaml_text(value: Value) -> str:
    """A value as YAML on one line.

    >>> yaml_text({"use": "NY", "when": {"DSCAT": ["OTHER EVENT", "Y"]}})
    '{use: NY, when: {DSCAT: [OTHER EVENT, "Y"]}}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k)}: {yaml_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(yaml_text, value)) + "]"
    if isinstance(value, str):
        plain = _IN_LINE.fullmatch(value) and value.casefold() not in _WORDS
        return value if plain else _quoted(value)
    return json.dumps(value)


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    """A letter between double quotes; what is not printed as its number."""
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter.isprintable():
        return letter
    number = ord(letter)
    return f"\\u{number:04x}" if number < 1 << 16 else f"\\U{number:08x}"


def _key(key: str) -> str:
    return key if _KEY.fullmatch(key) and key.casefold() not in _WORDS else _quoted(key)


def _scalar(value: Value) -> str:
    """A value behind a key in a block: a plain text needs no quotes there."""
    if not isinstance(value, str):
        return yaml_text(value)
    plain = _PLAIN.fullmatch(value) and value.casefold() not in _WORDS
    safe = plain and ": " not in value and " #" not in value and "  " not in value
    return value if safe and value[0].isalpha() else _quoted(value)


def _block(file: SkeletonFile, key: str, value: Value, indent: int, place: Place) -> None:
    """A key with its value: on one line where it fits, else a line for each entry."""
    start = f"{' ' * indent}{_key(key)}:"
    line = f"{start} {_scalar(value)}"
    fits = len(line) <= _WIDTH or not isinstance(value, list | dict) or not value
    if fits:
        file.add(line, place)
    elif isinstance(value, list):
        file.add(start, place)
        for item in value:
            file.add(f"{' ' * indent}  - {yaml_text(item)}", place)
    elif isinstance(value, dict):
        file.add(start, place)
        for name, item in value.items():
            _block(file, name, item, indent + 2, place)


def _study_file(study: SkeletonStudy) -> SkeletonFile:
    file = SkeletonFile()
    file.remark(
        "Imported. What is marked `todo` in the files of the datasets is still to be written."
    )
    for note in study.notes:
        file.remark(note)
    for key, value in study.head.items():
        _block(file, key, value, 0, Place())
    lists = {k: v for k, v in study.codelists.items() if k not in study.refused}
    extended = {k: v for k, v in study.extended.items() if k not in study.refused}
    for name, reason in study.refused.items():
        file.remark(f"codelist {name} could not be taken over: {reason}")
    if lists or extended:
        file.add("terminology:")
    for section, entries in (("extend", extended), ("codelists", lists)):
        if entries:
            file.add(f"  {section}:")
        for name, told in entries.items():
            _entries(file, name, told)
    return file


def _entries(file: SkeletonFile, name: str, told: Mapping[str, Value]) -> None:
    place = Place(codelist=name)
    file.add(f"    {_key(name)}:", place)
    for key, value in told.items():
        _block(file, key, value, 6, place)


def _raw_file() -> SkeletonFile:
    file = SkeletonFile()
    file.remark("todo: the raw exports. The table `todo` stands for what is not known yet.")
    file.add("tables:")
    file.add("  todo: {path: todo.csv, optional: true}")
    return file


def _dataset_file(dataset: SkeletonDataset) -> SkeletonFile:
    file = SkeletonFile()
    for note in dataset.notes:
        file.remark(note)
    for key, value in dataset.head.items():
        _block(file, key, value, 0, Place(dataset.name))
    for section, variables in dataset.sections.items():
        if any(not variable.out for variable in variables):
            file.add(f"{section}:", Place(dataset.name))
        for variable in variables:
            _variable(file, dataset.name, section, variable)
    return file


def _variable(file: SkeletonFile, dataset: str, section: str, variable: SkeletonVariable) -> None:
    for note in variable.notes:
        file.remark(note, 2)
    if variable.out:
        file.remark(f"{variable.name} could not be taken over: {variable.out}", 2)
        for key, value in variable.said.items():
            file.remark(f"  {key}: {yaml_text(value)}", 2)
        return
    file.add(f"  {_key(variable.name)}:", Place(dataset, section, variable.name))
    for key, value in variable.said.items():
        if key in variable.refused:
            file.remark(f"{key}: {yaml_text(value)} could not be taken over: "
                        f"{variable.refused[key]}", 4)  # fmt: skip
        else:
            _block(file, key, value, 4, Place(dataset, section, variable.name, key))


def refuse(study: SkeletonStudy, place: Place, reason: str) -> str:
    """Take out what a line says, and keep it as a comment; gives what was taken out.

    A second error of a variable takes out the whole variable, one of a dataset the dataset. Empty
    where nothing could be taken out.
    """
    if place.codelist and place.codelist not in study.refused:
        study.refused[place.codelist] = reason
        _forget(study, place.codelist)
        return f"codelist {place.codelist}"
    dataset = next((d for d in study.datasets if d.name == place.dataset), None)
    if dataset is None:
        return ""
    variable = next(
        (v for v in dataset.sections.get(place.section, ()) if v.name == place.variable), None
    )
    if variable is None:
        return _refuse_dataset(dataset, reason)
    if place.attribute in ("", "todo", "constant") or place.attribute in variable.refused:
        return _refuse_variable(dataset, variable, reason)
    variable.refused[place.attribute] = reason
    return f"{place.attribute} of {dataset.name}.{variable.name}"


def _refuse_variable(dataset: SkeletonDataset, variable: SkeletonVariable, reason: str) -> str:
    """Take out what most often does not fit, then the variable, and with it what asks for it."""
    for key in ("value_level", "codelist", "type"):
        if key in variable.said and key not in variable.refused:
            variable.refused[key] = reason
            return f"{key} of {dataset.name}.{variable.name}"
    variable.out = reason
    for key in ("keys", "value_level"):
        listed = dataset.head.get(key)
        if isinstance(listed, list) and variable.name in listed:
            dataset.head[key] = [name for name in listed if name != variable.name]
    return f"{dataset.name}.{variable.name}"


def _refuse_dataset(dataset: SkeletonDataset, reason: str) -> str:
    if dataset.part == "adam" and dataset.head.get("structure") not in (None, "OTHER"):
        dataset.notes.append(f"structure {dataset.head['structure']} does not hold: {reason}")
        dataset.head["structure"] = "OTHER"
        return f"structure of {dataset.name}"
    dataset.out = dataset.out or reason
    return dataset.name


def _forget(study: SkeletonStudy, codelist: str) -> None:
    """Take out the uses of a codelist that is not there."""
    for variable in _variables(study.datasets):
        if variable.said.get("codelist") == codelist:
            variable.refused["codelist"] = "the codelist could not be taken over"


def _variables(datasets: Iterable[SkeletonDataset]) -> Iterable[SkeletonVariable]:
    for dataset in datasets:
        for variables in dataset.sections.values():
            yield from variables

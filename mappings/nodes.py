"""Reading YAML so that every key and value keeps its file and line.

Only what a specification needs is YAML here: `true`, `false`, `null` and plain JSON numbers are
typed, everything else is text (`on`, `no`, `1:60`, `010`, `2014-03-01`). Tags, anchors, merge keys,
directives, several documents and duplicate keys are refused with the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from clinmap.problems import Location, SpecificationError

Scalar = str | int | float | bool | None
DEEPEST = 40
"""How many mappings and lists may stand in one another; a dataset needs about ten."""
_DIGITS = 300
"""A number of more digits is text."""
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "": None}


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place: a mapping of nodes, a list of nodes, or a scalar.

    `keys` holds the places of a mapping's keys.
    """

    value: dict[str, Node] | list[Node] | Scalar
    location: Location
    keys: dict[str, Location] = field(default_factory=dict)

    def plain(self) -> Any:
        """The value without places, as plain Python data."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def items(self) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping; nothing for anything else."""
        if isinstance(self.value, dict):
            yield from self.value.items()

    def get(self, key: str) -> Node | None:
        """The entry of a mapping, or None."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def at(self, path: tuple[int | str, ...]) -> Location:
        """The place of the entry at `path`, or of the nearest one that exists above it."""
        node, place = self, self.location
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                place = node.keys.get(str(step), node.location)
                node = node.value[str(step)]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                place = node.location
        return place


def read_yaml(path: Path, name: str) -> Node:
    """The nodes of a YAML file, which messages call `name`; an empty file is an empty mapping."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SpecificationError(
            "SPC005", f"there is no file {name}", location=Location(name), hint="Create it."
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise SpecificationError(
            "SPC001", "the file is not UTF-8", location=Location(name, line), hint="Save as UTF-8."
        ) from None
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> Node:
    """The nodes of YAML text, which messages call `name`."""
    try:
        _refuse(text, name)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        raise SpecificationError(
            "SPC001",
            f"this is not YAML: {error.problem or error.context}",
            location=Location(name, line),
            hint="Check the indentation, the colons and the quotes above this line.",
        ) from None
    except yaml.YAMLError as error:
        raise SpecificationError(
            "SPC001", f"this is not YAML: {error}", location=Location(name)
        ) from None
    return Node({}, Location(name, 1)) if root is None else _node(root, name)


def _refuse(text: str, name: str) -> None:
    """Refuse the parts of YAML that make a specification hard to read or dangerous."""
    documents = depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        what, verb = "", "is"
        match event:
            case yaml.AliasEvent():
                what = "an alias (*name)"
            case yaml.DocumentStartEvent(version=version, tags=tags):
                documents += 1
                what = "a directive" if version or tags else ""
                if documents > 1:
                    what, verb = "several documents", "are"
            case yaml.NodeEvent(anchor=anchor) if anchor:
                what = "an anchor (&name)"
            case yaml.ScalarEvent(tag=tag) | yaml.CollectionStartEvent(tag=tag) if tag:
                what = f"a tag ({tag})"
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            what, verb = f"more than {DEEPEST} lists and mappings in one another", "are"
        if what:
            raise SpecificationError(
                "SPC001",
                f"{what} {verb} not used in specifications",
                location=Location(name, event.start_mark.line + 1 if event.start_mark else 0),
                hint="Write the value out; to share between studies use `extends`.",
            )


def _node(node: yaml.Node, name: str) -> Node:
    place = Location(name, node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, name, place)
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(item, name) for item in node.value], place)
    if isinstance(node, yaml.ScalarNode):
        return Node(_scalar(node), place)
    raise TypeError(f"PyYAML composed a {type(node).__name__}, which is no kind of node")


def _mapping(node: yaml.MappingNode, name: str, place: Location) -> Node:
    entries: dict[str, Node] = {}
    keys: dict[str, Location] = {}
    for key, value in node.value:
        here = Location(name, key.start_mark.line + 1, key.start_mark.column + 1)
        if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
            raise SpecificationError(
                "SPC001",
                "a key must be a plain text",
                location=here,
                hint="Use `extends` to share.",
            )
        if key.value in entries:
            raise SpecificationError(
                "SPC003",
                f"{key.value!r} stands here again; it stood at line {keys[key.value].line}",
                location=here,
                hint="Remove one of the two.",
            )
        entries[key.value] = _node(value, name)
        keys[key.value] = here
    return Node(entries, place, keys)


def _scalar(node: yaml.ScalarNode) -> Scalar:
    text: str = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= _DIGITS and _NUMBER.fullmatch(text):
        return float(text) if any(mark in text for mark in ".eE") else int(text)
    return text


def joined(parts: list[Node]) -> Node:
    """One mapping of several files: their mappings and lists continue one another.

    Raises SpecificationError SPC003 for an entry that two files state.
    """
    whole, *rest = parts
    for part in rest:
        whole = _continued(whole, part)
    return whole


def _continued(base: Node, more: Node) -> Node:
    if isinstance(base.value, list) and isinstance(more.value, list):
        return Node([*base.value, *more.value], base.location)
    if not (isinstance(base.value, dict) and isinstance(more.value, dict)):
        raise SpecificationError(
            "SPC003",
            f"this is stated twice, here and in {base.location}",
            location=more.location,
            hint="Keep one of the two.",
        )
    entries = dict(base.value)
    for key, node in more.value.items():
        entries[key] = _continued(entries[key], node) if key in entries else node
    return Node(entries, base.location, {**more.keys, **base.keys})


def merged(base: Node, over: Node) -> Node:
    """`over` laid upon `base`: mappings merge key by key, everything else is replaced.

    A key that `over` sets to null is removed.
    """
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    entries = dict(base.value)
    keys = dict(base.keys)
    for key, node in over.value.items():
        keys[key] = over.keys[key]
        if node.value is None and key in entries:
            del entries[key], keys[key]
        else:
            entries[key] = merged(entries[key], node) if key in entries else node
    return Node(entries, over.location, keys)

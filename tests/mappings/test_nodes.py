"""YAML as it is read here: few types, every place kept, and nothing that is hard to read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap.problems import Location, SpecificationError
from mappings.nodes import Node, merged, parse_yaml, read_yaml


def plain(text: str) -> object:
    return parse_yaml(text, "x.yaml").plain()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("Y", "Y"),
        ("1:60", "1:60"),
        ("010", "010"),
        ("2014-03-01", "2014-03-01"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        (".5", ".5"),
        (".inf", ".inf"),
        ("~", "~"),
        ("True", "True"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        ("12", 12),
        ("-1.5", -1.5),
        ("2e3", 2000.0),
    ],
)
def test_scalar(text: str, value: object) -> None:
    found = plain(f"a: {text}")
    assert found == {"a": value}
    assert type(found["a"]) is type(value)  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb: &x 2\n", 2, "an anchor"),
        ("a: [1]\nb: *x\n", 2, ""),
        ("a: !!str 1\n", 1, "a tag"),
        ("a: !mine 1\n", 1, "a tag"),
        ("%YAML 1.2\n---\na: 1\n", 1, "a directive"),
        ("a: 1\n---\nb: 1\n", 2, "several documents"),
        ("<<: {a: 1}\n", 1, "plain text"),
        ("? [a]\n: 1\n", 1, "plain text"),
        ("a: 1\n  b: 2\n", 2, "not YAML"),
        ("a: [1\n", 2, "not YAML"),
        ("a:\n\t- 1\n", 2, "not YAML"),
    ],
)
def test_what_is_refused(text: str, line: int, said: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        parse_yaml(text, "x.yaml")
    assert caught.value.code == "SPC001"
    assert said in caught.value.message
    assert caught.value.location is not None
    assert (caught.value.location.file, caught.value.location.line) == ("x.yaml", line)


def test_key_that_stands_twice() -> None:
    with pytest.raises(SpecificationError) as caught:
        parse_yaml("a:\n  b: 1\n  b: 2\n", "x.yaml")
    assert (caught.value.code, str(caught.value.location)) == ("SPC003", "x.yaml:3")
    assert "line 2" in caught.value.message


def test_every_key_and_value_knows_its_place() -> None:
    node = parse_yaml("a:\n  - {b: 1}\n  - c\n", "x.yaml")
    assert node.at(("a",)) == Location("x.yaml", 1, 1)
    assert node.at(("a", 0, "b")) == Location("x.yaml", 2, 6)
    assert node.at(("a", 1)) == Location("x.yaml", 3, 5)
    assert node.at(("a", 0, "missing")) == Location("x.yaml", 2, 5), "the nearest place above"


def test_empty_file_is_an_empty_mapping(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert read_yaml(tmp_path / "x.yaml", "x.yaml").plain() == {}


def test_file_that_is_not_there_or_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match="SPC005"):
        read_yaml(tmp_path / "x.yaml", "x.yaml")
    (tmp_path / "x.yaml").write_bytes(b"a: 1\nb: \xe9\n")
    with pytest.raises(SpecificationError) as caught:
        read_yaml(tmp_path / "x.yaml", "x.yaml")
    assert str(caught.value.location) == "x.yaml:2"


KEYS = st.sampled_from(["a", "b", "c"])
TREES = st.recursive(
    st.integers() | st.text(max_size=3),
    lambda children: st.lists(children, max_size=2) | st.dictionaries(KEYS, children, max_size=3),
    max_leaves=6,
)
PLACE = Location("x.yaml", 1)


def node_of(value: object) -> Node:
    if isinstance(value, dict):
        keys = dict.fromkeys(value, PLACE)
        return Node({key: node_of(item) for key, item in value.items()}, PLACE, keys)
    if isinstance(value, list):
        return Node([node_of(item) for item in value], PLACE)
    return Node(value, PLACE)  # type: ignore[arg-type]


@given(TREES)
def test_merging_with_itself_changes_nothing(tree: object) -> None:
    assert merged(node_of(tree), node_of(tree)).plain() == tree


@given(st.dictionaries(KEYS, TREES), st.dictionaries(KEYS, TREES))
def test_merging_twice_is_merging_once(base: dict[str, object], over: dict[str, object]) -> None:
    once = merged(node_of(base), node_of(over))
    assert merged(once, node_of(over)).plain() == once.plain()
    assert once.plain().keys() == base.keys() | over.keys()

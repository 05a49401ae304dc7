"""Skeletons of specifications: YAML that is read again as it was meant."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.nodes import parse_yaml
from mappings.skeleton import (
    SkeletonDataset,
    SkeletonFile,
    SkeletonStudy,
    SkeletonVariable,
    refuse,
    skeleton_files,
    yaml_text,
)

TEXTS = st.text(max_size=30) | st.sampled_from(["no", "12", "1.5", "null", "$A", "a: b", "x #y"])
LEAVES = TEXTS | st.integers() | st.booleans() | st.none()
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)


def study(**said: object) -> SkeletonStudy:
    """A study with one dataset of two variables."""
    variables = [
        SkeletonVariable("AETERM", {"todo": "collected", "label": "Term", **said}),  # type: ignore[dict-item]
        SkeletonVariable("AESEQ", {"todo": "derived", "codelist": "OWN"}, notes=["a note"]),
    ]
    head = {"dataset": "AE", "keys": ["AETERM", "AESEQ"], "from": "todo"}
    dataset = SkeletonDataset("AE", "sdtm", head, {"variables": variables})  # type: ignore[arg-type]
    return SkeletonStudy({"study": "X"}, {"OWN": {"terms": ["A"]}}, {}, [dataset])


def written(skeleton: SkeletonStudy, path: str) -> object:
    """What the YAML of a file says."""
    return parse_yaml(skeleton_files(skeleton)[path].text, path).plain()


@given(VALUES)
def test_any_value_is_read_again(value: object) -> None:
    """On one line; texts stay texts, whatever they look like."""
    text = yaml_text({"key": value})  # type: ignore[dict-item]
    assert parse_yaml(text, "x.yaml").plain() == {"key": value}


@given(st.dictionaries(TEXTS.filter(bool), VALUES, min_size=1, max_size=4))
def test_any_attribute_is_read_again(said: dict[str, object]) -> None:
    """In a file, on one line or several."""
    found = written(study(comment=said), "sdtm/ae.yaml")
    assert isinstance(found, dict)
    assert found["variables"]["AETERM"]["comment"] == said


def test_each_line_knows_what_it_says() -> None:
    """Dataset, variable and attribute of a line."""
    file = skeleton_files(study())["sdtm/ae.yaml"]
    number = file.lines.index("    label: Term") + 1
    place = file.place(number)
    assert (place.dataset, place.variable, place.attribute) == ("AE", "AETERM", "label")
    assert file.place(0) == SkeletonFile().place(1)


def test_what_is_refused_stays_as_a_comment() -> None:
    """First the attribute, then the variable, then the dataset."""
    skeleton = study()
    file = skeleton_files(skeleton)["sdtm/ae.yaml"]
    place = file.place(file.lines.index("    label: Term") + 1)
    assert refuse(skeleton, place, "too long") == "label of AE.AETERM"
    assert (
        "    # label: Term could not be taken over: too long"
        in skeleton_files(skeleton)["sdtm/ae.yaml"].lines
    )
    assert refuse(skeleton, place, "still") == "AE.AETERM"
    found = written(skeleton, "sdtm/ae.yaml")
    assert isinstance(found, dict)
    assert found["keys"] == ["AESEQ"]
    assert list(found["variables"]) == ["AESEQ"]
    assert refuse(skeleton, replace(place, variable=""), "no") == "AE"
    assert list(skeleton_files(skeleton)) == ["study.yaml", "raw.yaml"]


def test_a_codelist_that_is_refused_takes_its_uses_with_it() -> None:
    """Both stay as comments."""
    skeleton = study()
    file = skeleton_files(skeleton)["study.yaml"]
    place = next(place for place in file.places if place.codelist)
    assert refuse(skeleton, place, "no list") == "codelist OWN"
    found = written(skeleton, "sdtm/ae.yaml")
    assert isinstance(found, dict)
    assert "codelist" not in found["variables"]["AESEQ"]
    assert "terminology" not in skeleton_files(skeleton)["study.yaml"].text


def test_comments_are_always_comments() -> None:
    """A note of several lines, or with signs that end one."""
    skeleton = study()
    skeleton.notes.append("first\nsecond\x85third\u2028fourth: [")
    assert written(skeleton, "study.yaml") == {
        "study": "X", "terminology": {"codelists": {"OWN": {"terms": ["A"]}}}
    }  # fmt: skip


@pytest.mark.parametrize("word", ["yes", "No", "null", "y", "1:60", "- x", "'", '"', "@a", "%"])
def test_words_that_yaml_takes_otherwise_stay_texts(word: str) -> None:
    """In a block as well."""
    found = written(study(comment=word), "sdtm/ae.yaml")
    assert isinstance(found, dict)
    assert found["variables"]["AETERM"]["comment"] == word

"""When a slip of the pen is certain: of keys by a letter, of names of the study by less."""

from __future__ import annotations

import doctest

import pytest

from clinmap import fixes, patterns
from clinmap.fixes import Replacement, sure_key, sure_name
from clinmap.problems import Location
from clinmap.standards import sdtm_order

HERE = Location("ae.yaml", 3, 5)
KEYS = ["dataset", "label", "keys", "from", "where", "variables", "sequence", "format", "formats"]
NAMES = ["SUBJID", "SITEID", "AESTDTC", "AEENDTC", "VISIT_NAME", "Dose Unit", "SEX", "AGE1", "AGE2"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("lable", "label"), ("Label", "label"), ("labe", "label"), ("labell", "label"),
        ("lavel", "label"), ("formt", "format"), ("fromat", "format"), ("wehre", "where"),
        ("KEYS", "keys"), ("data_set", "dataset"),
    ],
)  # fmt: skip
def test_a_key_is_mended_by_case_or_one_letter(word: str, meant: str) -> None:
    """One too many, missing, wrong or swapped."""
    assert sure_key(word, KEYS, HERE) == Replacement(HERE, word, meant)


@pytest.mark.parametrize(
    "word", ["lbl", "key", "datas", "formattt", "formatz", "xyz", "", "wheer3"]
)
def test_a_key_that_may_mean_several_or_none_is_left(word: str) -> None:
    """Two known words as near, too short, too far."""
    assert sure_key(word, KEYS, HERE) is None


@pytest.mark.parametrize(
    ("word", "meant"),
    [("subjid", "SUBJID"), ("SUBJ_ID", "SUBJID"), ("SUJBID", "SUBJID"), ("VISITNAME", "VISIT_NAME"),
     ("dose-unit", "Dose Unit"), ("sex", "SEX")],
)  # fmt: skip
def test_a_name_is_mended_by_case_marks_and_swapped_letters(word: str, meant: str) -> None:
    """What nobody writes on purpose."""
    found = sure_name(word, NAMES, HERE)
    assert found is not None
    assert found.new == meant


@pytest.mark.parametrize("word", ["SUBJI", "AESTDT", "AEXNDTC", "AGE3", "ESX", "AGE", "AEENDTCC"])
def test_a_name_that_is_another_by_a_letter_is_left(word: str) -> None:
    """Names differ by a letter on purpose."""
    assert sure_name(word, NAMES, HERE) is None


def test_no_published_name_is_taken_for_another() -> None:
    """Of a variable of AE, another of AE is never the certain meaning."""
    names = sdtm_order("AE")
    assert len(names) > 40
    for name in names:
        assert sure_name(name, [other for other in names if other != name], HERE) is None, name


@pytest.mark.parametrize("module", [fixes, patterns], ids=["fixes", "patterns"])
def test_examples_of_the_docstrings(module: object) -> None:
    """As written."""
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert (result.failed, result.attempted > 1) == (0, True)

"""The keys that are guessed."""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.comparison import compare_datasets, guess_keys


@pytest.mark.parametrize(
    ("columns", "keys"),
    [
        ({"STUDYID": "SSS", "USUBJID": "aab", "AESEQ": "121"}, ("STUDYID", "USUBJID", "AESEQ")),
        ({"USUBJID": "aab", "AESEQ": "121", "ASEQ": "121"}, ("USUBJID", "ASEQ")),
        ({"DOMAIN": ["FA"] * 3, "USUBJID": "aab", "AESEQ": "111", "FASEQ": "121"},
         ("USUBJID", "FASEQ")),
        ({"STUDYID": "SSS", "USUBJID": "abc", "AGE": "111"}, ("STUDYID", "USUBJID")),
        ({"STUDYID": "SSS", "RDOMAIN": "AAA", "USUBJID": "aab", "IDVAR": "QQQ", "IDVARVAL": "121",
          "QNAM": "NNN"}, ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM")),
        ({"USUBJID": "aab", "PARAMCD": "PPP", "AVISITN": "121", "AVAL": "123"},
         ("USUBJID", "AVISITN")),
        ({"STUDYID": "SSS", "TSPARMCD": "aab", "TSSEQ": "121"}, ("STUDYID", "TSPARMCD", "TSSEQ")),
    ],
)  # fmt: skip
def test_guesses(columns: dict[str, str | list[str]], keys: tuple[str, ...]) -> None:
    frame = pd.DataFrame({name: list(values) for name, values in columns.items()})
    guess = guess_keys(frame, frame)
    assert guess.keys == keys
    assert guess.reason


def test_the_reason_is_in_the_comparison() -> None:
    frame = pd.DataFrame({"USUBJID": ["a", "a"], "AVAL": [1.0, 2.0]})
    found = compare_datasets(frame, frame, name="T")
    assert found.keys == ("USUBJID",)
    assert found.keys_reason == "no variables make the rows unique"
    assert found.identical

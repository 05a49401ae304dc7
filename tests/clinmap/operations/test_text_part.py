"""Parts of long texts."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from clinmap.operations import TextPart
from clinmap.plan import Ref
from tests.rows_of import TestRows

TEXT = Ref("source", "TERM")
WORDS = st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=30).map(" ".join)


def part(text: str | None, number: int, *, last: bool = False) -> tuple[str | None, list[str]]:
    rows = TestRows({"$TERM": pd.Series([text], dtype="str")})
    value = TextPart(TEXT, number=number, size=20, last=last).apply(rows).tolist()[0]
    return None if pd.isna(value) else value, [code for code, _, _ in rows.reported]


def test_a_short_text_is_the_first_part_and_has_no_second() -> None:
    assert part("short text", 1) == ("short text", [])
    assert part("short text", 2, last=True) == (None, [])
    assert part(None, 1) == (None, [])


@given(WORDS)
def test_the_parts_put_together_are_the_text(text: str) -> None:
    parts = [part(text, number)[0] for number in range(1, 20)]
    assert " ".join(piece for piece in parts if piece) == text
    assert all(len(piece) <= 20 for piece in parts if piece)


def test_what_goes_on_beyond_the_last_part_is_listed() -> None:
    text = "one two three four five six seven eight nine"
    assert part(text, 2)[1] == []
    assert part(text, 2, last=True)[1] == ["TXT003"]
    assert part(text, 3, last=True)[1] == []

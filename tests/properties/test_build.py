"""What holds of every build: the order of raw rows is without effect, and numbers have no gaps."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmap.execution.building import Outcome
from clinmap.plan import Plan
from tests.small_study import EVENTS, built, compiled

TEXT = (
    EVENTS.replace(
        "from: ev",
        """from: ev
    joins: {last: {table: pt, by: [SUBJ], take: last, order: [WEIGHT]}}
    distinct: {by: [$SUBJ, $TERM, $START], order: $SEV, keep: last}""",
    )
    + """\
      XXCAT: $last/SITE
      XXSTDTC: $START
      XXENDTC: {latest: XX.XXSTDTC}
      XXPRESP: {first_flag: .USUBJID, order: .XXSTDTC}
    drop: [{when: ".XXTERM == 'drop'", reason: none}]
"""
)
SUBJECTS = st.sampled_from(["1", "2", "3", None])
EV = st.lists(
    st.fixed_dictionaries(
        {
            "SUBJ": SUBJECTS,
            "TERM": st.sampled_from(["a", "b", "drop", None]),
            "START": st.sampled_from(["2020-01-01", "2020-01-02", None]),
            "SEV": st.sampled_from(["1", "2", None]),
        }
    ),
    max_size=12,
)
PT = st.lists(
    st.fixed_dictionaries(
        {
            "SUBJ": SUBJECTS,
            "SITE": st.sampled_from(["A", "B", None]),
            "WEIGHT": st.sampled_from(["9", "10", None]),
        }
    ),
    max_size=6,
)
Rows = list[dict[str, str | None]]


@cache
def plan() -> Plan:
    with TemporaryDirectory() as folder:
        return compiled(Path(folder), XX=TEXT).plan


def contents(outcome: Outcome, ev: Rows, pt: Rows) -> list[object]:
    """The lineage with what stands in the raw records in the place of their numbers."""
    lineage = outcome.datasets["XX"].lineage
    raw = {"ev": [sorted(row.items()) for row in ev], "pt": [sorted(row.items()) for row in pt]}
    return sorted(
        (row, str(variable), str(source), str(raw[source][record - 1] if source in raw else record))
        for row, variable, source, record in lineage.itertuples(index=False)
    )


@given(EV, PT, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_order_of_raw_rows_is_without_effect(ev: Rows, pt: Rows, chance: random.Random) -> None:
    shuffled_ev, shuffled_pt = ev.copy(), pt.copy()
    chance.shuffle(shuffled_ev)
    chance.shuffle(shuffled_pt)
    one = built(plan(), ev=ev, pt=pt)
    other = built(plan(), ev=shuffled_ev, pt=shuffled_pt)
    pd.testing.assert_frame_equal(one.datasets["XX"].frame, other.datasets["XX"].frame)
    assert contents(one, ev, pt) == contents(other, shuffled_ev, shuffled_pt)
    said = [[(p.code, p.message, p.count) for p in o.problems] for o in (one, other)]
    assert said[0] == said[1]


@given(EV, PT)
@settings(max_examples=40)
def test_numbers_are_unique_and_without_gaps(ev: Rows, pt: Rows) -> None:
    frame = built(plan(), ev=ev, pt=pt).datasets["XX"].frame
    for _, numbers in frame.groupby("USUBJID", dropna=False)["XXSEQ"]:
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


@given(EV, PT)
@settings(max_examples=20)
def test_two_builds_are_equal(ev: Rows, pt: Rows) -> None:
    one, other = (built(plan(), ev=ev, pt=pt) for _ in range(2))
    pd.testing.assert_frame_equal(one.datasets["XX"].frame, other.datasets["XX"].frame)
    pd.testing.assert_frame_equal(one.datasets["XX"].lineage, other.datasets["XX"].lineage)
    assert one.problems == other.problems


@given(EV, PT)
@settings(max_examples=40)
def test_every_row_is_kept_or_counted(ev: Rows, pt: Rows) -> None:
    outcome = built(plan(), ev=ev, pt=pt)
    left_out = sum(p.count for p in outcome.problems if p.code in ("DUP001", "ROW001"))
    assert len(outcome.datasets["XX"].frame) + left_out == len(ev)

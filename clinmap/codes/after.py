"""The codes of what comes after a build: comparing, expecting."""

from __future__ import annotations

from clinmap.codes.code import ERROR, WARNING, Code

# fmt: off
LATER_CODES: tuple[Code, ...] = (
    Code("CMP001", ERROR, "a key is not on both sides of a comparison",
         "Name keys that both datasets have."),
    Code("CMP002", ERROR, "a column name stands twice in a dataset to be compared",
         "Rename one of the columns."),
    Code("EXP001", ERROR, "an expected problem did not occur",
         "Remove it from problems.yaml, or correct its count."),
    Code("EXP002", ERROR, "an expected problem occurred in another number",
         "Correct its count in problems.yaml, once you know why it changed."),
    Code("EXP003", ERROR, "an expectation with a count means several messages",
         "Give each cause an entry of its own in problems.yaml, with `says`: part of the message."),
    Code("DEP001", WARNING, "a dataset was made from one that failed",
         "Mend the dataset that it was made from."),
)
# fmt: on
"""In the order of the docs."""

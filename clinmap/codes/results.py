"""The codes of analysis results."""

from __future__ import annotations

from clinmap.codes.code import ERROR, Code

# fmt: off
RESULT_CODES: tuple[Code, ...] = (
    Code("RST001", ERROR, "a method does not fit what it is asked of",
         "Choose a variable of the kind that the message names, or another method."),
    Code("RST002", ERROR, "there is no such method of analysis",
         "Correct the method; the message names near ones."),
    Code("RST003", ERROR, "the package has not what the results are made from",
         "Build the package again from the study as it stands, and then make its results."),
)

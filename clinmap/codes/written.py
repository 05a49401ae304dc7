"""The codes of the files that a build writes."""

from __future__ import annotations

from clinmap.codes.code import ERROR, WARNING, Code

# fmt: off
WRITTEN_CODES: tuple[Code, ...] = (
    Code("XPT001", ERROR, "a name or format does not fit a version 5 transport file",
         "Use at most 8 capitals, digits and underscores."),
    Code("XPT002", ERROR, "a label does not fit a version 5 transport file",
         "Use at most 40 printable ASCII characters."),
    Code("XPT003", ERROR, "a text is longer than a version 5 transport file can hold",
         "Split it with `text_part`.", "SDTMIG 3.4 section 4.5.3"),
    Code("XPT004", ERROR, "a text holds characters that are not printable ASCII",
         "Use `transliterate`."),
    Code("XPT005", ERROR, "a number is outside the range of a version 5 transport file",
         "Correct the number, or its unit."),
    Code("XPT006", ERROR, "the columns are not the variables, or of another type",
         "Correct `type`, or the operation that makes the values."),
    Code("XPT007", ERROR, "the last row is blank in every variable",
         "Leave the row out by `drop`: a transport file would lose it."),
    Code("XPT008", ERROR, "a transport file cannot be written",
         "Check the space left in the output folder, and whether you may write there."),
    Code("XPT010", WARNING, "a part of a large dataset is too large itself",
         "Split by a variable with more values (`parts` of the dataset), or raise --split-size."),
    Code("XPT011", ERROR, "a number has more digits than its variable has bytes for",
         "Give the variable its full length of 8 bytes."),
    Code("PQT001", ERROR, "a Parquet file cannot be written",
         "Check the output folder; a column of several types is a fault of clinmap."),
)
# fmt: on
"""In the order of the docs."""

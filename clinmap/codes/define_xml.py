"""The codes of define.xml: DEF."""

from __future__ import annotations

from clinmap.codes.code import ERROR, NOTE, WARNING, Code

# fmt: off
DEFINE_CODES: tuple[Code, ...] = (
    Code("DEF001", ERROR, "a define.xml refers to what is not defined",
         "Define it, or correct the reference.", "Define-XML 2.1 section 4.1"),
    Code("DEF002", WARNING, "a define.xml defines what nothing refers to",
         "Remove it, or refer to it.", "Define-XML 2.1 section 4.1"),
    Code("DEF003", ERROR, "a define.xml defines the same thing twice",
         "Keep one of them.", "Define-XML 2.1 section 4.1"),
    Code("DEF004", ERROR, "a define.xml leaves out a dataset that was built",
         "Describe the dataset, or take it out of the package."),
    Code("DEF005", ERROR, "a define.xml describes a dataset that was not built",
         "Build the dataset, or remove its description."),
    Code("DEF006", ERROR, "a define.xml leaves out a variable of a dataset",
         "Describe the variable, or take it out of the dataset."),
    Code("DEF007", ERROR, "a define.xml describes a variable that its dataset has not",
         "Give the variable, or remove its description."),
    Code("DEF008", ERROR, "a Length is missing or too short",
         "Set it to the longest value.", "Define-XML 2.1 section 5.3.11"),
    Code("DEF009", NOTE, "a Length is greater than the longest value",
         "Set it to the longest value.", "Define-XML 2.1 section 5.3.11"),
    Code("DEF010", ERROR, "values do not fit their DataType",
         "Correct the type, or the values.", "Define-XML 2.1 section 5.3.11"),
    Code("DEF011", ERROR, "there are fewer SignificantDigits than the data have",
         "Set `digits`, or round the values.", "Define-XML 2.1 section 5.3.11"),
    Code("DEF012", ERROR, "values are not in the codelist that is described",
         "Add the terms to the codelist, or correct the values."),
    Code("DEF013", ERROR, "the keys of a dataset are not numbered from 1",
         "Give the dataset `keys`.", "Define-XML 2.1 section 5.3.9.1"),
    Code("DEF014", ERROR, "a where clause holds for no record",
         "Correct the condition, or remove the value-level item."),
    Code("DEF015", WARNING, "no value-level item describes some of the values",
         "Describe them, or describe none of the variable's values apart."),
    Code("DEF016", WARNING, "a derived variable has no method",
         "Write `method`.", "Define-XML 2.1 section 5.3.12"),
    Code("DEF017", WARNING, "an origin is incomplete",
         "Write `origin` with its source.", "Define-XML 2.1 section 5.3.11.3"),
    Code("DEF018", ERROR, "what has no data is not marked so, or is and has some",
         "Build the define.xml from the finished data.", "Define-XML 2.1 section 5.3.9"),
    Code("DEF019", NOTE, "a codelist has terms that never occur",
         "Nothing, if the list shows what could be chosen."),
    Code("DEF020", ERROR, "a define.xml breaks its XML schema",
         "Correct the element at the line given."),
    Code("DEF021", WARNING, "a dataset or codelist names no standard",
         "Name the standard, or mark it as non-standard.", "Define-XML 2.1 section 5.3.6"),
)
# fmt: on
"""In the order of the docs."""

"""The operations that any dataset may use, SDTM or ADaM; each is one module."""

from __future__ import annotations

from clinmap.registry import Operation, Operations

OPERATIONS = Operations(
    __name__,
    {
        "age": "age.Age",
        "assign": "assign.Assign",
        "category": "category.Category",
        "check": "check.Check",
        "checked": "checked.Checked",
        "combine": "combine.Combine",
        "compute": "compute.Compute",
        "conditional": "conditional.Conditional",
        "constant": "constant.Constant",
        "days_after": "days_after.DaysAfter",
        "decode": "decode.Decode",
        "earliest": "extremes.Earliest",
        "elapsed": "elapsed.Elapsed",
        "extract": "extract.Extract",
        "first_flag": "first_flag.FirstFlag",
        "highest": "highest.Highest",
        "known": "known.Known",
        "latest": "extremes.Latest",
        "lookup": "lookup.Lookup",
        "of_group": "of_group.OfGroup",
        "part": "part.Part",
        "recode": "recode.Recode",
        "sequence": "sequence.Sequence",
        "significant": "significant.Significant",
        "summary": "summary.Summary",
        "text_part": "text_part.TextPart",
        "todo": "todo.Todo",
        "transliterate": "transliterate.Transliterate",
    },
)
"""The operations of this room by name, each with the class that it is; for the registry."""


def __getattr__(name: str) -> type[Operation]:
    """A class of an operation by its own name, imported when it is asked for."""
    return OPERATIONS.named(name)

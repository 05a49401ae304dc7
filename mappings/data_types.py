"""The data types of variables, as they are written and as define.xml says them."""

from __future__ import annotations

from clinmap.plan import DataType
from clinmap.problems import Location, SpecificationError, near_match

DATA_TYPES: tuple[DataType, ...] = (
    "text", "integer", "float", "date", "datetime", "partialDatetime", "time",
)  # fmt: skip


def named_type(name: str, place: Location) -> DataType:
    """The data type of that name; SpecificationError SPC004 for another, with the near one."""
    for known in DATA_TYPES:
        if name == known:
            return known
    raise SpecificationError(
        "SPC004",
        f"type {name!r} is not one of {', '.join(DATA_TYPES)}",
        location=place,
        hint=near_match(name, DATA_TYPES),
    )

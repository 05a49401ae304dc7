"""What texts a DataType allows.

Source: ODM 1.3.2, section 2.14 (data formats); Define-XML 2.1, section 5.3.11 (DataType); SDTMIG
3.4, section 4.4.1 (ISO 8601). Problems: none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

NUMERIC = ("integer", "float", "double")
"""The types of numbers."""

MEASURED = ("text", "integer", "float")
"""The types with a Length."""

_MONTH = "(0[1-9]|1[0-2])"
_DAY = "(0[1-9]|[12][0-9]|3[01])"
_ZONE = "(Z|[+-][0-9]{2}(:?[0-9]{2})?)?"
_CLOCK = f"([01][0-9]|2[0-4])(:[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?)?{_ZONE}"
_SOME_CLOCK = f"([0-9]{{2}}|-)(:([0-9]{{2}}|-)(:([0-9]{{2}}|-)([.,][0-9]+)?)?)?{_ZONE}"
_DATE = f"[0-9]{{4}}-{_MONTH}-{_DAY}"
_SOME_DATE = f"([0-9]{{4}}|-)(-({_MONTH}|-)(-({_DAY}|-))?)?"
_SOME_MOMENT = f"{_SOME_DATE}(T{_SOME_CLOCK})?"
_DURATION = "[+-]?P[0-9.,YMDTHSW-]+"
_SIDE = f"({_SOME_MOMENT}|{_DURATION})"
_INTERVAL = f"{_SIDE}/{_SIDE}"
_WHOLE = "[+-]?[0-9]+"
_NUMBER = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"

_EXACT: Mapping[str, str] = {
    "integer": _WHOLE,
    "float": _NUMBER,
    "double": _NUMBER,
    "date": _DATE,
    "datetime": f"{_DATE}(T{_CLOCK})?",
    "time": f"T?{_CLOCK}",
    "partialDate": _SOME_DATE,
    "partialTime": f"T?{_SOME_CLOCK}",
    "partialDatetime": f"({_SOME_MOMENT}|{_INTERVAL})",
    "incompleteDatetime": f"({_SOME_MOMENT}|{_INTERVAL})",
    "incompleteDate": _SOME_DATE,
    "incompleteTime": f"T?{_SOME_CLOCK}",
    "durationDatetime": f"({_DURATION}|{_INTERVAL})",
    "intervalDatetime": f"({_INTERVAL}|{_SOME_MOMENT})",
}

PATTERNS: Mapping[str, str] = MappingProxyType(
    {kind: f"^({pattern})$" for kind, pattern in _EXACT.items()}
)
"""By type, what its texts look like; types without a pattern allow any text.

>>> re.search(PATTERNS["partialDatetime"], "2014-03") is not None
True
"""

ISO_8601 = f"^({_SOME_MOMENT}|T?{_SOME_CLOCK}|{_DURATION}|{_INTERVAL})$"
"""Any date, time, duration or interval, complete or not."""


def is_moment(kind: str) -> bool:
    """Whether a type is one of dates, times, durations or intervals.

    >>> is_moment("partialDate"), is_moment("text")
    (True, False)
    """
    return kind in PATTERNS and kind not in NUMERIC


def display_format(text: str) -> str:
    """A display format as it is compared: `date9.` and `DATE9` are one, `F8.2` and `8.2` too.

    >>> display_format("date9."), display_format("F8.2"), display_format("8.")
    ('DATE9', '8.2', '8')
    """
    bare = text.strip().upper().removesuffix(".")
    return re.sub(r"^F(?=[0-9])", "", bare)

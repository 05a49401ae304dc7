"""The header records of a version 5 transport file, as they are written.

Source: TS-140, Record Layout (records of 80 bytes, filled with blanks).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Final

RECORD: Final = 80
DESCRIPTOR: Final = 140
"""The bytes of a variable's description (NAMESTR)."""
NAMESTR: Final = struct.Struct(">hhhh8s40s8shhh2s8shhi")
_FORMAT = re.compile(r"^(?P<name>\$?(?:[A-Z_0-9]*[A-Z_])?)(?P<width>\d*)(?:\.(?P<decimals>\d*))?$")
_MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"


@dataclass(frozen=True, slots=True)
class Field:
    """A variable of a file: its name, kind, bytes, label and format (`DATE9`, `8.2`, or none)."""

    name: str
    character: bool
    length: int
    label: str = ""
    format: str = ""


def row_length(fields: Sequence[Field]) -> int:
    """The bytes of a row."""
    return sum(field.length for field in fields)


def positions(fields: Sequence[Field]) -> list[int]:
    """Where each variable begins in a row.

    >>> positions([Field("A", True, 12), Field("B", False, 8), Field("C", True, 1)])
    [0, 12, 20]
    """
    return [0, *accumulate(field.length for field in fields)][:-1]


def library_header(stamp: datetime) -> bytes:
    """The three records that a file begins with."""
    moment = sas_stamp(stamp)
    return b"".join(
        (
            _mark("LIBRARY"),
            _record(b"SAS     SAS     SASLIB  6.06    bsd4.2  " + b" " * 24 + moment),
            _record(moment),
        )
    )


def member_header(name: str, label: str, fields: Sequence[Field], stamp: datetime) -> bytes:
    """The records before the rows of a dataset: its name and label, and each variable.

    >>> len(member_header("AE", "Events", [Field("AESEQ", False, 8)], datetime(2025, 3, 28)))
    640
    """
    moment = sas_stamp(stamp)
    described = b"".join(
        _namestr(number, field, place)
        for number, (field, place) in enumerate(zip(fields, positions(fields), strict=True), 1)
    )
    head = b"SAS     " + name.encode("ascii").ljust(8) + b"SASDATA 6.06    bsd4.2  "
    return b"".join(
        (
            _mark("MEMBER", "000000000000000001600000000140"),
            _mark("DSCRPTR"),
            _record(head + b" " * 24 + moment),
            _record(moment.ljust(32) + label.encode("ascii").ljust(40)),
            _mark("NAMESTR", f"{len(fields):010d}".ljust(30, "0")),
            described + filling(len(described)),
            _mark("OBS"),
        )
    )


def filling(size: int) -> bytes:
    """The blanks that so many bytes lack to whole records.

    >>> len(filling(0)), len(filling(81)), len(filling(160))
    (0, 79, 0)
    """
    return b" " * (-size % RECORD)


def sas_stamp(stamp: datetime) -> bytes:
    """A moment as transport files have it, in 16 bytes of English whatever the locale.

    >>> sas_stamp(datetime(2025, 3, 28, 9, 5, 0))
    b'28MAR25:09:05:00'
    """
    month = _MONTHS[3 * stamp.month - 3 : 3 * stamp.month]
    day = f"{stamp.day:02d}{month}{stamp.year % 100:02d}"
    return f"{day}:{stamp.hour:02d}:{stamp.minute:02d}:{stamp.second:02d}".encode("ascii")


def format_parts(text: str) -> tuple[str, int, int] | None:
    """The name, width and decimals of a SAS format; None where it is none.

    >>> format_parts("DATE9."), format_parts("8.2"), format_parts("E8601DA"), format_parts("9 A")
    (('DATE', 9, 0), ('', 8, 2), ('E8601DA', 0, 0), None)
    """
    match = _FORMAT.match(text.upper())
    if not match:
        return None
    return match["name"], int(match["width"] or 0), int(match["decimals"] or 0)


def _namestr(number: int, field: Field, place: int) -> bytes:
    """The description of a variable; numbers are aligned to the right."""
    name, width, decimals = format_parts(field.format) or ("", 0, 0)
    packed = NAMESTR.pack(
        2 if field.character else 1,
        0,
        field.length,
        number,
        field.name.encode("ascii").ljust(8),
        field.label.encode("ascii").ljust(40),
        name.encode("ascii").ljust(8),
        width,
        decimals,
        0 if field.character else 1,
        b"",
        b" " * 8,
        0,
        0,
        place,
    )
    return packed.ljust(DESCRIPTOR, b"\0")


def _mark(kind: str, numbers: str = "0" * 30) -> bytes:
    return _record(f"HEADER RECORD*******{kind:<8}HEADER RECORD!!!!!!!{numbers}".encode("ascii"))


def _record(content: bytes) -> bytes:
    return content.ljust(RECORD)

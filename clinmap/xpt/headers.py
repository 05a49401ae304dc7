"""The header records of a transport file that is read, version 5 or 8: its datasets.

Source: TS-140; Record Layout for a SAS Version 8 or 9 Data Set in SAS Transport Format (long
names, and labels and formats in sections of their own).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from clinmap.xpt.ibm import LONGEST, SHORTEST
from clinmap.xpt.layout import DESCRIPTOR, NAMESTR, RECORD, Field, row_length

Decode = Callable[[bytes], str]

_HEAD = b"HEADER RECORD*******"
_TAIL = b"HEADER RECORD!!!!!!!"
_KINDS: dict[bytes, int] = {b"LIBRARY": 5, b"LIBV8": 8}
_NAMES: dict[int, tuple[bytes, bytes, bytes, bytes]] = {
    5: (b"MEMBER", b"DSCRPTR", b"NAMESTR", b"OBS"),
    8: (b"MEMBV8", b"DSCPTV8", b"NAMSTV8", b"OBSV8"),
}
_MEMBERS = (b"MEMBER", b"MEMBV8")
_NUMBERS = 48
_FIRST_MEMBER: Final = 3 * RECORD
_LONG_NAME, _LABEL_LENGTH = 32, struct.Struct(">h")
_SHORTER = 136
"""The bytes of a description in files of VAX."""


class LayoutError(ValueError):
    """What is wrong with a file, in words; no value of it is quoted."""


@dataclass(frozen=True, slots=True)
class Member:
    """A dataset of a file: what it says of itself, and where its rows are."""

    name: str
    label: str
    fields: tuple[Field, ...]
    version: int
    start: int
    stop: int
    rows: int

    @property
    def width(self) -> int:
        """The bytes of a row."""
        return row_length(self.fields)


def is_transport(data: memoryview) -> bool:
    """Whether the bytes begin like a transport file.

    >>> is_transport(memoryview(b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000"))
    True
    """
    return _kind(bytes(data[:RECORD])) in _KINDS


def read_members(data: memoryview, decode: Decode) -> tuple[Member, ...]:
    """The datasets of a transport file, in its order; `decode` makes text of names and labels.

    LayoutError says why it is none, or where it is cut off.
    """
    kind = _kind(bytes(data[:RECORD]))
    if kind not in _KINDS:
        raise LayoutError("it does not start like one")
    if len(data) % RECORD:
        raise LayoutError("it is cut off: its size is not a multiple of 80 bytes")
    starts = member_starts(data)
    if not starts or starts[0] != _FIRST_MEMBER:
        raise LayoutError("it holds no dataset where the first one should begin")
    stops = [*starts[1:], len(data)]
    return tuple(
        _member(data[start:stop], start, _KINDS[kind], decode)
        for start, stop in zip(starts, stops, strict=True)
    )


def member_starts(data: memoryview) -> list[int]:
    """Where datasets begin: the records that say so."""
    count = len(data) // RECORD
    firsts = np.ndarray((count,), dtype="V8", buffer=data, strides=(RECORD,)).view("<u8")
    marked = np.flatnonzero(firsts == np.frombuffer(_HEAD[:8], "<u8")[0])
    places = (int(number) * RECORD for number in marked)
    return [p for p in places if _kind(bytes(data[p : p + RECORD])) in _MEMBERS]


def _kind(record: bytes) -> bytes:
    """The kind of a header record, or nothing where it is none."""
    if record[:20] != _HEAD or record[28:_NUMBERS] != _TAIL:
        return b""
    return record[20:28].rstrip(b" ")


class _Records:
    """The header records of one dataset, taken one after the other."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.place = data, 0

    def take(self, size: int = RECORD) -> bytes:
        if self.place + size > len(self.data):
            raise LayoutError("it is cut off before its first row")
        self.place += size
        return bytes(self.data[self.place - size : self.place])

    def mark(self, *kinds: bytes) -> tuple[bytes, bytes]:
        """The kind and the numbers of a header record, which must be of one of the kinds."""
        record = self.take()
        kind = _kind(record)
        if kind not in kinds:
            raise LayoutError(f"its header has no record {kinds[0].decode()} where it should stand")
        return kind, record[_NUMBERS:]

    def finish(self) -> None:
        """Go on to the next whole record."""
        self.take(-self.place % RECORD)


def _member(data: memoryview, start: int, version: int, decode: Decode) -> Member:
    """A dataset whose records begin at `start` of the file."""
    member, descriptor, namestr, rows = _NAMES[version]
    records = _Records(data)
    size = _number(records.mark(member)[1][26:30])
    records.mark(descriptor)
    named, labelled = records.take(), records.take()
    count = _number(records.mark(namestr)[1][:10])
    fields = _fields(records, count, _SHORTER if size == _SHORTER else DESCRIPTOR, version, decode)
    kind, numbers = records.mark(*((rows, b"LABELV8", b"LABELV9") if version == 8 else (rows,)))
    if kind != rows:
        fields = _relabelled(records, fields, kind, _number(numbers), decode)
        numbers = records.mark(rows)[1]
    told = _number(numbers[:15]) if version == 8 else 0
    return Member(
        _text(named[8 : 40 if version == 8 else 16], decode),
        _text(labelled[32:72], decode),
        fields,
        version,
        start + records.place,
        start + len(data),
        _row_count(data[records.place :], fields, told),
    )


def _fields(
    records: _Records, count: int, size: int, version: int, decode: Decode
) -> tuple[Field, ...]:
    """The variables, in the order of the file."""
    if count * size > len(records.data):
        raise LayoutError(f"it is cut off: its header tells of {count} variables")
    fields = tuple(_field(records.take(size), version, decode) for _ in range(count))
    records.finish()
    for number, field in enumerate(fields, 1):
        if field.length < 1 or not (field.character or SHORTEST <= field.length <= LONGEST):
            said = f"variable {number} has a length of {field.length} bytes"
            raise LayoutError(f"its header is damaged: {said}")
    return fields


def _field(described: bytes, version: int, decode: Decode) -> Field:
    parts = NAMESTR.unpack(described[: NAMESTR.size])
    kind, length, name, label = parts[0], parts[2], parts[4], parts[5]
    if kind not in (1, 2):
        raise LayoutError("its header is damaged: a variable is neither numeric nor character")
    if version == 8:
        name = described[NAMESTR.size :][:_LONG_NAME].strip(b" \0") or name
    text = _format(_text(parts[6], decode), parts[7], parts[8])
    return Field(_text(name, decode), kind == 2, length, _text(label, decode), text)


def _format(name: str, width: int, decimals: int) -> str:
    """A format as SAS writes it, without the dot at its end."""
    if decimals > 0:
        return f"{name}{width}.{decimals}"
    return f"{name}{width}" if width > 0 else name


def _relabelled(
    records: _Records, fields: Sequence[Field], kind: bytes, count: int, decode: Decode
) -> tuple[Field, ...]:
    """The variables with the labels and formats of a section of long ones.

    Writers differ in whether they count variables from 0 or 1, so the name decides.
    """
    made = list(fields)
    places = {field.name: place for place, field in enumerate(fields)}
    for _ in range(count):
        sizes = struct.unpack(">5H" if kind == b"LABELV9" else ">3H", records.take(_size_of(kind)))
        name, *texts = (_text(records.take(size), decode) for size in sizes[1:])
        place = places.get(name, sizes[0] - 1)
        if not 0 <= place < len(made):
            raise LayoutError("its header is damaged: a long label is of no variable")
        said = texts[1] if len(texts) > 1 and texts[1] else made[place].format
        made[place] = replace(made[place], label=texts[0], format=said)
    records.finish()
    return tuple(made)


def _size_of(kind: bytes) -> int:
    return 10 if kind == b"LABELV9" else 6


def _row_count(data: memoryview, fields: Sequence[Field], told: int) -> int:
    """How many rows there are before the filling of the last record.

    A row of blanks at the end is filling, unless it begins before the last record would: then it
    is a row, of a dataset that has text only. Version 8 tells the number.
    """
    width = row_length(fields)
    if not width:
        return 0
    if told:
        if told * width > len(data):
            raise LayoutError(f"it is cut off: its header tells of {told} rows")
        return told
    rows = -(-_used(data) // width)
    if rows * width > len(data):
        raise LayoutError("it is cut off in the middle of a row")
    if all(field.character for field in fields):
        rows = max(rows, -(-(len(data) - RECORD + 1) // width))
    return rows


def _used(data: memoryview) -> int:
    """The bytes up to the last one that is no blank."""
    step = 1 << 20
    for stop in range(len(data), 0, -step):
        start = max(0, stop - step)
        length = len(bytes(data[start:stop]).rstrip(b" "))
        if length:
            return start + length
    return 0


def _number(text: bytes) -> int:
    """A number of a header record; 0 where there is none."""
    try:
        return max(int(text.strip(b" \0") or b"0"), 0)
    except ValueError:
        raise LayoutError("its header is damaged: letters where a number should stand") from None


def _text(raw: bytes, decode: Decode) -> str:
    return decode(raw.partition(b"\0")[0].rstrip(b" "))

"""Text of a file, decoded strictly: a wrong encoding is refused, with the one that would work.

Large files are mapped into memory, not copied, and text in other encodings is turned into UTF-8
piece by piece, so that a file is never held twice.
"""

from __future__ import annotations

import codecs
import mmap
import re
from pathlib import Path

from clinmap.problems import InputError, Location

Data = bytes | bytearray | memoryview | mmap.mmap
_TRIED = ("utf-8", "windows-1252")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PIECE = 1 << 22
_NUL = re.compile(b"\0")


def mapped(path: Path, file: str) -> memoryview:
    """The bytes of a file; InputError INP001 where it cannot be opened, INP002 where it is empty.

    >>> bytes(mapped(Path("ae.csv"), "ae.csv")[:4])  # doctest: +SKIP
    b'SUBJ'
    """
    try:
        with path.open("rb") as opened:
            if not opened.seek(0, 2):
                raise InputError("INP002", "the file is empty", location=Location(file))
            return memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
    except OSError as error:
        raise InputError(
            "INP001", f"the file cannot be read: {error.strerror}", location=Location(file)
        ) from None


def utf8_bytes(data: Data, encoding: str, file: str) -> memoryview:
    """The text of `data` as UTF-8 without a byte order mark; not copied where it is UTF-8 already.

    UTF-8 itself is not proved here: who parses it does. Problems: as `decoded`.
    """
    name = codec_name(encoding, file)
    _check_mark(data, name, encoding, file)
    if name in ("utf-8", "utf-8-sig"):
        view = memoryview(data)
        nul = _NUL.search(view)
        if nul:
            raise _not_text(file, bytes(view[: nul.start()]).count(b"\n") + 1)
        return view[3:] if bytes(view[:3]) == codecs.BOM_UTF8 else view
    return memoryview(_transcoded(memoryview(data), name, encoding, file))


def decoded(data: Data, encoding: str, file: str) -> str:
    """The text of `data`, without a byte order mark; `file` is how errors name it.

    Problems: InputError INP003 when the bytes are not of `encoding` (line and byte are named, and
    the encoding that would work), when a byte order mark says otherwise, or when no such encoding
    exists; INP006 when the text holds NUL characters, which no text file does.

    >>> decoded(b"A,B\\n1,2\\n", "utf-8", "ae.csv")
    'A,B\\n1,2\\n'
    """
    name = codec_name(encoding, file)
    _check_mark(data, name, encoding, file)
    try:
        text = str(memoryview(data), name)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(bytes(data), error, encoding, file) from None
    if "\0" in text:
        raise _not_text(file, text.count("\n", 0, text.index("\0")) + 1)
    return text.removeprefix("\ufeff")


def codec_name(encoding: str, file: str) -> str:
    """Python's name of an encoding, or InputError INP003 when there is none of that name."""
    try:
        info = codecs.lookup(encoding)
        "".encode(encoding)  # codecs that make no text of bytes, such as base64, fail here
    except (LookupError, ValueError):
        raise InputError(
            "INP003",
            f"no encoding is called {encoding!r}",
            location=Location(file),
            hint="Use utf-8 or windows-1252",
        ) from None
    return info.name


def looks_like_utf8(data: Data, encoding: str) -> bool:
    """Whether bytes declared in a one-byte encoding are, almost surely, UTF-8.

    >>> looks_like_utf8("Bjørn".encode(), "windows-1252")
    True
    >>> looks_like_utf8(b"plain", "windows-1252")
    False
    """
    if encoding.lower().startswith("utf"):
        return False
    ascii_only, view = True, memoryview(data)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(view), _PIECE):
            piece = bytes(view[start : start + _PIECE])
            ascii_only = ascii_only and piece.isascii()
            decoder.decode(piece, final=start + _PIECE >= len(view))
    except UnicodeDecodeError:
        return False
    return not ascii_only


def _transcoded(data: memoryview, name: str, encoding: str, file: str) -> bytearray:
    """The text as UTF-8, made piece by piece."""
    decoder = codecs.getincrementaldecoder(name)()
    made = bytearray()
    try:
        for start in range(0, len(data), _PIECE):
            piece = bytes(data[start : start + _PIECE])
            made += decoder.decode(piece, final=start + _PIECE >= len(data)).encode("utf-8")
    except UnicodeError:
        decoded(data, encoding, file)  # names the place
        raise _not_text(file, 0) from None
    if b"\0" in made:
        raise _not_text(file, made.count(b"\n", 0, made.index(b"\0")) + 1)
    if made.startswith(codecs.BOM_UTF8):
        del made[:3]
    return made


def _check_mark(data: Data, name: str, encoding: str, file: str) -> None:
    """Refuse a byte order mark that speaks against the declared encoding."""
    head = bytes(memoryview(data)[:4])
    marked = next((other for mark, other in _MARKS if head.startswith(mark)), "")
    if marked and not name.startswith(codec_name(marked, file)):
        raise InputError(
            "INP003",
            f"the file starts with the byte order mark of {marked}, but {encoding} is declared",
            location=Location(file),
            hint=f"Declare encoding: {marked}",
        )


def _not_text(file: str, line: int) -> InputError:
    return InputError(
        "INP006",
        "the file holds NUL characters: it is not a text file of this encoding",
        location=Location(file, line),
        hint="Check `encoding` (such files are often utf-16) and the format that is declared",
    )


def _wrong_encoding(data: bytes, error: UnicodeDecodeError, encoding: str, file: str) -> InputError:
    """The error that names the line, the byte and the encodings that would work."""
    line = data.count(b"\n", 0, error.start) + 1
    declared = codec_name(encoding, file)
    works = [e for e in _TRIED if codec_name(e, file) != declared and _decodes(data, e)]
    byte = f"byte 0x{data[error.start]:02X} is" if error.start < len(data) else "the end is"
    return InputError(
        "INP003",
        f"{byte} not {encoding}",
        location=Location(file, line),
        hint=f"The file can be read as {' or '.join(works)}: declare encoding: {works[0]}"
        if works
        else "Neither utf-8 nor windows-1252 fits: is it a text file?",
    )


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True

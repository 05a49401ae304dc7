"""Text of a file, decoded strictly: a wrong encoding is refused, with the one that would work."""

from __future__ import annotations

import codecs

from clinmap.problems import InputError, Location

_TRIED = ("utf-8", "windows-1252")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(data: bytes, encoding: str, file: str) -> str:
    """The text of `data`, without a byte order mark; `file` is how errors name it.

    Problems: InputError INP003 when the bytes are not of `encoding` (line and byte are named, and
    the encoding that would work), when a byte order mark says otherwise, or when no such encoding
    exists; INP006 when the text holds NUL characters, which no text file does.

    >>> decoded(b"A,B\\n1,2\\n", "utf-8", "ae.csv")
    'A,B\\n1,2\\n'
    """
    name = codec_name(encoding, file)
    marked = next((other for mark, other in _MARKS if data.startswith(mark)), "")
    if marked and not name.startswith(codec_name(marked, file)):
        raise InputError(
            "INP003",
            f"the file starts with the byte order mark of {marked}, but {encoding} is declared",
            location=Location(file),
            hint=f"Declare encoding: {marked}",
        )
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(data, error, encoding, file) from None
    if "\0" in text:
        raise InputError(
            "INP006",
            "the file holds NUL characters: it is not a text file of this encoding",
            location=Location(file, text.count("\n", 0, text.index("\0")) + 1),
        )
    return text.removeprefix("\ufeff")


def codec_name(encoding: str, file: str) -> str:
    """Python's name of an encoding, or InputError INP003 when there is none of that name."""
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise InputError(
            "INP003",
            f"no encoding is called {encoding!r}",
            location=Location(file),
            hint="Use utf-8 or windows-1252",
        ) from None


def looks_like_utf8(data: bytes, encoding: str) -> bool:
    """Whether bytes declared in a one-byte encoding are, almost surely, UTF-8.

    >>> looks_like_utf8("Bjørn".encode(), "windows-1252")
    True
    >>> looks_like_utf8(b"plain", "windows-1252")
    False
    """
    return not data.isascii() and not encoding.lower().startswith("utf") and _decodes(data, "utf-8")


def _wrong_encoding(data: bytes, error: UnicodeDecodeError, encoding: str, file: str) -> InputError:
    """The error that names the line, the byte and the encodings that would work."""
    line = data.count(b"\n", 0, error.start) + 1
    declared = codec_name(encoding, file)
    works = [e for e in _TRIED if codec_name(e, file) != declared and _decodes(data, e)]
    return InputError(
        "INP003",
        f"byte 0x{data[error.start]:02X} is not {encoding}",
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

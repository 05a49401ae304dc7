"""What a file is by its first bytes, so that one under a wrong name is refused in plain words."""

from __future__ import annotations

import re

from clinmap.problems import InputError
from clinmap.readers.decoding import mapped
from clinmap.readers.text_table import Request

_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_SAS7BDAT = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TEXT = frozenset({"csv", "redcap", "dataset-json", "odm"})
_ZIPPED = {"xlsx", "ods"}

_STARTS: tuple[tuple[bytes, str, frozenset[str]], ...] = (
    (b"PK\x03\x04", "an Excel workbook or another zip file", frozenset(_ZIPPED)),
    (b"PK\x05\x06", "an empty zip file", frozenset()),
    (_OLD_OFFICE, "an Excel workbook of before 2007", frozenset({"xls"})),
    (_SAS7BDAT, "a SAS dataset (sas7bdat)", frozenset({"sas7bdat"})),
    (b"HEADER RECORD*******LIB", "a SAS transport file (xpt)", frozenset({"xpt"})),
    (b"%PDF-", "a PDF document", frozenset()),
    (b"\x1f\x8b", "a compressed file (gzip)", frozenset()),
    (b"7z\xbc\xaf", "a compressed file (7z)", frozenset()),
    (b"SQLite format 3\0", "an SQLite database", frozenset()),
)
"""How a file starts, what it then is, and the formats that may be declared for it."""


def check_kind(request: Request) -> None:
    """Refuse a file that is plainly of another format than its table declares (INP006, INP022)."""
    fmt = request.table.format
    with request.path.open("rb") as opened:
        head = opened.read(4096)
    for start, name, formats in _STARTS:
        if head.startswith(start) and fmt not in formats:
            if start == _OLD_OFFICE and fmt in _ZIPPED:
                _refuse_protected(request)
            raise _other_kind(request, name)
    if _is_parquet(request, head) and fmt != "parquet":
        raise _other_kind(request, "a Parquet file")
    if (name := _markup(head)) and fmt not in ({"odm"} if name == "an XML file" else set()):
        raise _other_kind(request, name)


def _is_parquet(request: Request, head: bytes) -> bool:
    if not head.startswith(b"PAR1"):
        return False
    with request.path.open("rb") as opened:
        opened.seek(-4, 2)
        return opened.read() == b"PAR1"


def _markup(head: bytes) -> str:
    """Whether the bytes begin like a web page or like XML."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        return "a web page (HTML)"
    return "an XML file" if start.startswith(b"<?xml") else ""


def _refuse_protected(request: Request) -> None:
    """INP022 for a workbook with a password, which is wrapped into an old kind of file."""
    if re.search(re.escape(_ENCRYPTED), mapped(request.path, request.file)):
        raise InputError(
            "INP022",
            "the workbook is protected by a password",
            location=request.place(),
            hint="Save it without a password in a folder that only you may read",
        )


def _other_kind(request: Request, name: str) -> InputError:
    declared = request.table.format
    shown = "delimited text (csv)" if declared == "csv" else f"{declared}"
    return InputError(
        "INP006",
        f"this is {name}, not {shown}",
        location=request.place(),
        hint="Correct `format` or the suffix, or ask the sender for the file that is meant",
    )

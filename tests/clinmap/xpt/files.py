"""Datasets as tests write them to transport files, and bytes of files by hand."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

STAMP = datetime(2025, 3, 28, 9, 5, 1)


@dataclass(frozen=True)
class Variable:
    name: str
    type: str = "text"
    label: str = ""
    format: str = ""
    length: int = 0


@dataclass(frozen=True)
class Dataset:
    variables: tuple[Variable, ...]
    name: str = "AE"
    label: str = "Adverse Events"


def dataset_of(frame: pd.DataFrame, name: str = "AE") -> Dataset:
    """Variables as the columns of a frame have them."""
    return Dataset(
        tuple(
            Variable(str(column), "float" if frame[column].dtype.kind == "f" else "text")
            for column in frame
        ),
        name,
    )


def record(text: str) -> bytes:
    return text.encode().ljust(80)


def mark(kind: str, numbers: str = "0" * 30) -> bytes:
    return record(f"HEADER RECORD*******{kind:<8}HEADER RECORD!!!!!!!{numbers}")


def namestr(
    number: int, name: str, length: int, *, character: bool, long: str = "", label: str = ""
) -> bytes:
    """The description of a variable; blanks and zeros as SAS leaves them."""
    described = struct.pack(
        ">hhhh8s40s8shhh2s8shhi",
        2 if character else 1, 0, length, number, name.encode().ljust(8),
        label.encode()[:40].ljust(40), b" " * 8, 0, 0, 0, b"", b" " * 8, 0, 0, 0,
    )  # fmt: skip
    return (described + long.encode().ljust(32) + struct.pack(">h", len(label))).ljust(140, b"\0")


def member(
    described: Sequence[bytes], rows: bytes, name: str = "AE", between: bytes = b""
) -> bytes:
    """The records of a dataset of version 5, or of version 8 where `between` stands."""
    eight = bool(between)
    kinds = ("MEMBV8", "DSCPTV8", "NAMSTV8") if eight else ("MEMBER", "DSCRPTR", "NAMESTR")
    variables = b"".join(described)
    return b"".join(
        (
            mark(kinds[0], "000000000000000001600000000140"),
            mark(kinds[1]),
            record(f"SAS     {name.ljust(32 if eight else 8)}SASDATA 9.4     X64"),
            record(" " * 32 + "A label"),
            mark(kinds[2], f"{len(described):010d}".ljust(30, "0")),
            variables + b" " * (-len(variables) % 80),
            between or mark("OBS"),
            rows + b" " * (-len(rows) % 80),
        )
    )


def library(*members: bytes, version: int = 5) -> bytes:
    """A file of datasets."""
    head = mark("LIBRARY" if version == 5 else "LIBV8")
    moment = record("28MAR25:09:05:01")
    return head + record("SAS     SAS     SASLIB  9.4     X64") + moment + b"".join(members)

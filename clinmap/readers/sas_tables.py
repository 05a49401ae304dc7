"""What a SAS file holds, whoever read it: the data, what the file says of them, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinmap.problems import InputError, Location

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class SasVariable:
    """A variable as its file describes it; texts are empty where it does not."""

    name: str
    character: bool
    length: int | None = None
    label: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True)
class SasTable:
    """A dataset of a SAS file: text in pandas' text dtype, numbers float64, dates as numbers."""

    frame: pd.DataFrame
    variables: tuple[SasVariable, ...]
    name: str | None = None
    label: str = ""


def damaged(file: str, fmt: str, said: str) -> InputError:
    """The error for a file that is damaged or not of its format."""
    return InputError(
        "INP006",
        f"not a usable {fmt} file: {said}",
        location=Location(file),
        hint="Check the format that is declared, and that the file was transferred in binary mode",
    )


def not_decoded(file: str, encoding: str) -> InputError:
    """The error for text that is not of the encoding."""
    return InputError(
        "INP003",
        f"text in the file is not {encoding or 'of the encoding that it declares'}",
        location=Location(file),
        hint="Declare the encoding that it was written in, such as encoding: windows-1252",
    )

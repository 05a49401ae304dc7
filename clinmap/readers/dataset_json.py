"""CDISC Dataset-JSON 1.1: one JSON document, or NDJSON (the metadata, then one row per line).

Source: CDISC Dataset-JSON v1.1, sections on the dataset's attributes, columns and rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

from clinmap.problems import InputError, Location
from clinmap.readers.cells import text_series
from clinmap.readers.text_table import Lines, Request, TextTable, check_names

if TYPE_CHECKING:
    import pandas as pd

VERSION = "1.1"
_ROWS_AT_ONCE = 50_000
_METADATA_CHARACTERS = 64 << 20


def _refused_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_refused_constant)


def read_table(request: Request) -> TextTable:
    """A raw table of a Dataset-JSON file; in NDJSON each record has its line.

    Text stays as it stands, numbers are their shortest decimal text, dates stand as ISO 8601 text
    in the file. Missing values: null and the empty text. Problems: InputError INP003 (not UTF-8),
    INP006 (no Dataset-JSON 1.1, cut off, a row that does not fit the columns, fewer or more rows
    than `records` says), INP007, INP008.
    """
    try:
        return _table(request)
    except UnicodeEncodeError:
        raise _unusable(request.place(), "a text holds half a character (\\ud800)") from None


def _table(request: Request) -> TextTable:
    if request.path.suffix.lower() == ".ndjson" or _starts_as_lines(request.path):
        frame = _from_lines(request.path, request.file)[1]
        lines: Lines = ((1, 2),) if len(frame) else ()
        return TextTable(frame, 1, lines)
    return TextTable(_from_document(request.path, request.file)[1])


def read_with_metadata(path: Path, file: str) -> tuple[Mapping[str, Any], pd.DataFrame]:
    """What a Dataset-JSON file says of its dataset and columns, and the rows as text columns.

    Missing values and problems: as `read_table`.

    >>> read_with_metadata(Path("dm.json"), "dm.json")[0]["label"]  # doctest: +SKIP
    'Demographics'
    """
    if path.suffix.lower() == ".ndjson" or _starts_as_lines(path):
        return _from_lines(path, file)
    return _from_document(path, file)


def _from_document(path: Path, file: str) -> tuple[Mapping[str, Any], pd.DataFrame]:
    place = Location(file)
    document = _document(path, place)
    names = _names(document, place)
    rows = document.get("rows", [])
    if not isinstance(rows, list):
        raise _unusable(place, "`rows` is no list")
    frame = _frame(names, iter([_checked(rows, names, file, 0)]))
    _check_count(document, len(frame), place)
    return document, frame


def _starts_as_lines(path: Path) -> bool:
    """Whether the first line is a whole JSON object and rows follow: NDJSON by another name."""
    with path.open("rb") as opened:
        first = opened.readline(1 << 20)
        more = opened.readline(16).strip()
    if not more.startswith(b"["):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False


def _from_lines(path: Path, file: str) -> tuple[Mapping[str, Any], pd.DataFrame]:
    """A table of NDJSON, read a part of the rows at a time."""
    place = Location(file, 1)
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as opened:
            head = opened.readline(_METADATA_CHARACTERS)
            metadata = _parsed(head, place)
            if not isinstance(metadata, dict):
                raise _unusable(place, "the first line is no JSON object with the metadata")
            names = _names(metadata, place)
            frame = _frame(names, _parts(opened, names, file))
    except UnicodeDecodeError:
        raise _not_utf8(file) from None
    _check_count(metadata, len(frame), Location(file))
    return metadata, frame


def _parts(opened: IO[str], names: list[str], file: str) -> Iterator[list[Any]]:
    """The rows, a part at a time; only the last lines may be empty."""
    line = 2
    while texts := list(islice(opened, _ROWS_AT_ONCE)):
        rows = _together(texts)
        if rows is None:
            rows = [_parsed(text, Location(file, n)) for n, text in _filled(texts, file, line)]
        yield _checked(rows, names, file, line)
        line += len(texts)


def _together(texts: list[str]) -> list[Any] | None:
    """The rows of many lines, parsed at once; None where they must be looked at one by one."""
    try:
        rows: list[Any] = _DECODER.decode(f"[{','.join(texts)}]")
    except (ValueError, RecursionError):
        return None
    return rows if len(rows) == len(texts) else None


def _filled(texts: list[str], file: str, line: int) -> list[tuple[int, str]]:
    """The lines with their numbers; only the last ones may be empty."""
    found = [(number, text) for number, text in enumerate(texts, start=line) if text.strip()]
    if any(text.strip() for text in texts[len(found) :]):
        raise _unusable(Location(file), "an empty line stands between the rows")
    return found


def _document(path: Path, place: Location) -> Mapping[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _not_utf8(place.file) from None
    document = _parsed(text, place)
    if not isinstance(document, dict):
        raise _unusable(place, "it is no JSON object")
    return document


def _parsed(text: str, place: Location) -> Any:
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise _unusable(place, "it is nested too deeply") from None
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        found = Location(place.file, place.line or line)
        raise _unusable(found, "this is not JSON, or it is cut off") from None


def _names(document: Mapping[str, Any], place: Location) -> list[str]:
    """The names of the columns, of a document that is Dataset-JSON 1.1."""
    version = document.get("datasetJSONVersion")
    columns = document.get("columns")
    if not isinstance(version, str) or not isinstance(columns, list):
        raise _unusable(place, "it has no datasetJSONVersion or no columns")
    if not (version == VERSION or version.startswith(f"{VERSION}.")):
        raise _unusable(place, f"it says version {version[:20]!r}; version {VERSION} is read")
    named = [column.get("name") if isinstance(column, dict) else None for column in columns]
    names = [name for name in named if isinstance(name, str)]
    if not columns or len(names) != len(columns):
        raise _unusable(place, "a column has no name, or there is none")
    check_names(names, place)
    return names


def _checked(rows: list[Any], names: list[str], file: str, line: int) -> list[Any]:
    """The rows, once each is known to have a value for every column."""
    width = len(names)
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != width:
            place = Location(file, line + number if line else 0)
            which = "" if line else f" (row {number + 1})"
            raise _unusable(place, f"a row does not have {width} values, one per column{which}")
    return rows


def _frame(names: list[str], parts: Iterator[list[Any]]) -> pd.DataFrame:
    """The rows as text columns, each part turned into text before the next is read."""
    import pandas as pd

    frames = [_texts(names, rows) for rows in parts if rows] or [_texts(names, [])]
    return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]


def _texts(names: list[str], rows: list[Any]) -> pd.DataFrame:
    import pandas as pd

    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    made = {}
    for name, values in zip(names, columns, strict=True):
        nested = {list, dict} & set(map(type, values))
        made[name] = text_series([_scalar(value) for value in values] if nested else values)
    return pd.DataFrame(made, index=pd.RangeIndex(len(rows)))


def _scalar(value: Any) -> Any:
    """The value; a list or object, which no cell is, as the JSON that it was."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _check_count(document: Mapping[str, Any], rows: int, place: Location) -> None:
    declared = document.get("records")
    if isinstance(declared, int) and declared != rows:
        raise _unusable(place, f"{rows} rows where `records` says {declared}")


def _unusable(place: Location, said: str) -> InputError:
    return InputError(
        "INP006",
        f"not a usable Dataset-JSON file: {said}",
        location=place,
        hint="Check the format that is declared, and that the file is complete",
    )


def _not_utf8(file: str) -> InputError:
    return InputError(
        "INP003",
        "the file is not UTF-8, as JSON must be",
        location=Location(file),
        hint="Ask the sender to write it anew",
    )

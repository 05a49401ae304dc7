"""Read controlled terminology from a comma-separated table: one term a line, with its codelist.

The columns are those of the tables that are made from the published packages for programs:
codelist_code, codelist, codelist_name, extensible, term_code, term, preferred_term, synonyms. Name
and date of the package stand in the file's name: `sdtmct-2025-03-28.csv`. The term NA, which
programs that make tables take for a missing value, is given back.
"""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path

from clinmap.problems import InputError, Location
from clinmap.terminology import Codelist, Term, Terminology

COLUMNS = ("codelist_code", "codelist", "codelist_name", "extensible", "term_code", "term",
           "preferred_term", "synonyms")  # fmt: skip
_PACKAGES = {"sdtm": "SDTM", "adam": "ADaM", "send": "SEND", "cdash": "CDASH", "define": "Define"}
_NAMED = re.compile(r"(sdtm|adam|send|cdash|define).*?(\d{4}-\d\d-\d\d)", re.IGNORECASE)


def is_terminology_table(path: Path) -> bool:
    """Whether the first line of a file names the columns of such a table."""
    try:
        with path.open("rb") as file:
            head = file.readline(1000)
    except OSError:
        return False
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"codelist_code,")


def read_terminology_table(path: Path) -> Terminology:
    """Read a terminology package from a table.

    Problems: InputError INP010 with the line where a column is missing, a line has another number
    of fields, or the name of the file says no package or date.
    """
    named = _NAMED.search(path.stem)
    if named is None:
        hint = "name the file like sdtmct-2025-03-28.csv"
        raise _unreadable(path, "its name does not state its package and date", 0, hint)
    lists: dict[str, tuple[Codelist, list[Term]]] = {}
    for row in _rows(path):
        code = row["codelist_code"]
        extensible = row["extensible"].casefold() in ("true", "yes")
        made = Codelist(code, row["codelist"], row["codelist_name"], extensible, ())
        synonyms = tuple(part.strip() for part in row["synonyms"].split("; ") if part.strip())
        value = row["term"] or ("NA" if "NA" in synonyms else "")
        term = Term(row["term_code"], value, row["preferred_term"], synonyms)
        lists.setdefault(code, (made, []))[1].append(term)
    codelists = [
        Codelist(made.code, made.name, made.label, made.extensible, tuple(terms))
        for made, terms in lists.values()
    ]
    return Terminology.of(_PACKAGES[named[1].casefold()], named[2], codelists)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise _unreadable(path, "it cannot be opened, or is not UTF-8", 0) from None
    header, *lines = list(csv.reader(StringIO(text)))
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise _unreadable(path, f"it has no column {', '.join(missing)}", 1)
    rows: list[dict[str, str]] = []
    for number, line in enumerate(lines, start=2):
        if line and len(line) != len(header):
            raise _unreadable(path, f"{len(line)} fields, not {len(header)}", number)
        if line:
            rows.append(dict(zip(header, line, strict=True)))
    return rows


def _unreadable(path: Path, why: str, line: int, hint: str = "") -> InputError:
    return InputError(
        "INP010",
        f"terminology file cannot be read: {why}",
        location=Location(path.name, line),
        hint=hint or "make the table again from the published package",
    )

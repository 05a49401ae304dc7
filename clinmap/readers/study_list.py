"""Rows that stand in study.yaml itself: a list of mappings under `parameters`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from clinmap.problems import InputError, Location, near_match
from clinmap.readers.cells import text_frame
from clinmap.readers.text_table import Request, TextTable, check_names

FILE = "study.yaml"
YES_NO = ("Y", "N")


def read_table(request: Request) -> TextTable:
    """The entries of the list that `path` names, a column for each key in order of appearance.

    Numbers are their shortest decimal text, true and false `Y` and `N`. Missing values: null, the
    empty text, and a key that an entry does not have. Problems: InputError INP009 when there is no
    such list (`check` finds that first).
    """
    name = request.table.path
    rows = request.beside.parameters.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise InputError(
            "INP009",
            f"parameter {name!r} of study.yaml is no list of mappings",
            location=Location(FILE),
            hint=near_match(name, request.beside.parameters),
        )
    names = list(dict.fromkeys(str(key) for row in rows for key in row))
    check_names(names, Location(FILE))
    columns = {name: [row.get(name) for row in rows] for name in names}
    content = json.dumps(rows, sort_keys=True, ensure_ascii=True, default=str)
    return TextTable(
        text_frame(columns, len(rows), YES_NO),
        sha256=hashlib.sha256(content.encode("ascii")).hexdigest(),
    )

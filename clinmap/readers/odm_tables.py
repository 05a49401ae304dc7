"""A raw table of format `odm`: an item group of an ODM-XML file."""

from __future__ import annotations

from clinmap.raw_formats import OdmOptions
from clinmap.readers.odm import odm_problems
from clinmap.readers.odm_metadata import AUDIT
from clinmap.readers.text_table import Request, TextTable


def read_table(request: Request) -> TextTable:
    """The rows of the item group as text, with what is odd in the file.

    The columns of the audit trail, if they are asked for, need not be declared.
    """
    table = request.table
    found = request.beside.odm.take(table, request.path, request.file)
    problems = tuple(odm_problems(found, table.name, request.file))
    audited = isinstance(table.options, OdmOptions) and table.options.audit
    added = AUDIT if audited else ()
    return TextTable(found.frame, added=added, problems=problems, exact_missing=True)

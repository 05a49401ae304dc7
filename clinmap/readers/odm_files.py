"""ODM files as the source of raw tables: each file is read once, for all the tables in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.plan import RawTable
from clinmap.problems import InputError
from clinmap.raw_formats import OdmOptions

if TYPE_CHECKING:
    from clinmap.readers.odm import OdmTable

Reading = tuple[Path, tuple[str, ...], bool]
"""What one reading of a file is for: the file, the missing tokens, and whether audit columns."""


class OdmFiles:
    """The tables that will be asked for, and those that a reading has brought already.

    A table is given out once, and not kept after that.
    """

    def __init__(self, tables: Iterable[RawTable] = ()) -> None:
        self.tables = tuple(table for table in tables if table.format == "odm")
        self.waiting: dict[tuple[Reading, str], OdmTable | InputError] = {}

    def take(self, table: RawTable, path: Path, file: str) -> OdmTable:
        """The item group of a table; a first request reads those of all other tables with it.

        Problems: those of `clinmap.readers.odm.read_item_groups`.
        """
        from clinmap.readers.odm import read_each_group

        reading, group = _reading(table, path), item_group(table)
        if (reading, group) not in self.waiting:
            others = {
                item_group(other)
                for other in self.tables
                if other.path == table.path and _reading(other, path) == reading
            }
            found = read_each_group(
                path, file, sorted({group, *others}), missing=reading[1], audit=reading[2]
            )
            self.waiting |= {(reading, name): one for name, one in found.items()}
        taken = self.waiting.pop((reading, group))
        if isinstance(taken, InputError):
            raise taken
        return taken


def item_group(table: RawTable) -> str:
    """The item group of a raw table: its own name unless it says another.

    >>> item_group(RawTable("ae", "study.xml", "odm", options=OdmOptions("IG.AE")))
    'IG.AE'
    """
    options = table.options
    named = options.item_group if isinstance(options, OdmOptions) else ""
    return named or table.name


def _reading(table: RawTable, path: Path) -> Reading:
    options = table.options
    return path, table.missing, isinstance(options, OdmOptions) and options.audit

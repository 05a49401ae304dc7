"""What definitions are called in a workbook: `SEX` for the OID `CL.SEX`, and the way back.

An ID in a cell is the OID without the prefix of its kind. Where that is not unique, or the OID is
made otherwise, the column OID to the right says it whole. Problems: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from define.document.model import Standard
from define.generation.drafts import oid_part
from define.workbook.conditions import Ask

PREFIXES: Mapping[str, str] = {
    "Codelists": "CL", "Dictionaries": "CL", "Methods": "MT", "Comments": "COM",
    "Documents": "LF", "WhereClauses": "WC", "Analysis Displays": "RD", "Analysis Results": "AR",
}  # fmt: skip

_LONGEST_TAIL = 60


def default_oid(prefix: str, identifier: str) -> str:
    """The OID of an ID that stands alone.

    >>> default_oid("CL", "SEX"), default_oid("CL", "CL.SEX")
    ('CL.SEX', 'CL.SEX')
    """
    if identifier.startswith(f"{prefix}."):
        return identifier
    return f"{prefix}." + ".".join(oid_part(part) for part in identifier.split("."))


def standard_oid(standard: Standard) -> str:
    """The OID of a standard that has none in the workbook."""
    name = standard.publishing_set or standard.name
    return f"STD.{name}.{standard.version}".replace("/", "-").replace(" ", "-")


def standard_text(standard: Standard) -> str:
    """A standard as a cell names it.

    >>> standard_text(Standard("", "SDTMIG", "IG", "3.4"))
    'SDTMIG 3.4'
    """
    return f"{standard.publishing_set or standard.name} {standard.version}".strip()


def variable_oid(dataset: str, variable: str) -> str:
    """The OID of a variable's item."""
    return f"IT.{oid_part(dataset)}.{oid_part(variable)}"


def value_oid(dataset: str, variable: str, clauses: Iterable[Iterable[Ask]]) -> str:
    """The OID of a value's item: that of the variable, and what its first clause asks for."""
    first = next(iter(clauses), ())
    tail = ".".join(map(_values_part, first))
    return f"{variable_oid(dataset, variable)}.{tail or 'VALUE'}"


def clause_oid(dataset: str, asks: Iterable[Ask]) -> str:
    """The OID of a where clause: what it asks for."""
    tail = ".".join(f"{oid_part(ask.name)}.{_values_part(ask)}" for ask in asks)
    return f"WC.{oid_part(dataset)}.{tail}"


def _values_part(ask: Ask) -> str:
    text = "-".join(map(oid_part, ask.values))
    if len(text) > _LONGEST_TAIL:
        text = f"{oid_part(ask.values[0])[:_LONGEST_TAIL]}-and-{len(ask.values) - 1}-more"
    compared = "NOTIN" if ask.comparator == "NE" else ask.comparator
    return text if compared in ("EQ", "IN") else f"{compared}-{text}"


@dataclass(slots=True)
class Shown:
    """The IDs by which cells name the definitions of one kind."""

    prefix: str
    ids: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def add(self, oids: Iterable[str]) -> None:
        """Give each OID an ID of its own."""
        for oid in oids:
            if oid in self.ids:
                continue
            short = oid.removeprefix(f"{self.prefix}.")
            wanted = short if short and default_oid(self.prefix, short) == oid else oid
            while wanted in self.taken:
                wanted = oid if wanted != oid and oid not in self.taken else f"{wanted} (2)"
            self.ids[oid] = wanted
            self.taken.add(wanted)

    def of(self, oid: str) -> str:
        """The ID of an OID; one that nothing has is shown as it is."""
        return self.ids.get(oid, oid)

    def cells(self, oid: str) -> dict[str, str]:
        """The cells ID and OID of a definition."""
        shown = self.of(oid)
        return {"ID": shown, "OID": "" if default_oid(self.prefix, shown) == oid else oid}


@dataclass(slots=True)
class Register:
    """The OIDs of the definitions of one kind, by what cells call them."""

    prefix: str
    oids: dict[str, str] = field(default_factory=dict)

    def add(self, identifier: str, oid: str = "") -> str:
        """Note a definition; gives its OID."""
        return self.oids.setdefault(identifier, oid or default_oid(self.prefix, identifier))

    def find(self, text: str) -> str:
        """The OID that a cell means; empty for one that nothing has."""
        if text in self.oids:
            return self.oids[text]
        if text in self.oids.values():
            return text
        by_fold = {name.casefold(): oid for name, oid in self.oids.items()}
        return by_fold.get(text.casefold(), "")

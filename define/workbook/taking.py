"""The rows of an Excel specification as the definitions of a define.xml.

Problems (findings of `Tables.notes`): WBK004 for a cell that cannot be used, WBK005 for a name that
no sheet has, WBK006 for what stands twice.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace

from clinmap.problems import near_match, quoted
from define.document.model import (
    Comment,
    DocumentRef,
    Item,
    ItemOrigin,
    ItemRef,
    Method,
    RangeCheck,
    Standard,
    WhereClause,
)
from define.generation.drafts import distinct_names
from define.workbook import layout as sheets
from define.workbook.cells import documents_of, is_yes, origins_of, split_cell
from define.workbook.conditions import Ask
from define.workbook.names import PREFIXES, Register, clause_oid, standard_text, variable_oid
from define.workbook.places import Places
from define.workbook.tables import Row, Tables

TYPES = (
    "text", "integer", "float", "date", "time", "datetime", "partialDate", "partialTime",
    "partialDatetime", "incompleteDatetime", "durationDatetime", "intervalDatetime", "string",
    "double", "URI", "boolean", "hexBinary", "base64Binary", "hexFloat", "base64Float",
)  # fmt: skip
"""The data types of ODM 1.3.2 (Define-XML 2.1, section 4.2)."""


@dataclass(slots=True)
class Taking:
    """What the sheets name so far, and what was made from them."""

    tables: Tables
    names: dict[str, Register] = field(
        default_factory=lambda: {sheet: Register(prefix) for sheet, prefix in PREFIXES.items()}
    )
    places: Places = field(default_factory=Places)
    standards: dict[str, Standard] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    clauses: dict[str, WhereClause] = field(default_factory=dict)
    more_comments: dict[str, Comment] = field(default_factory=dict)
    more_methods: dict[str, Method] = field(default_factory=dict)
    crf: str = ""

    def refer(self, row: Row, column: str, sheet: str) -> str:
        """The OID that a cell names; empty, and noted, where nothing has that name."""
        text = row.get(column)
        if not text:
            return ""
        found = self.names[sheet].find(text)
        if not found:
            hint = near_match(text, self.names[sheet].oids) or f"Add it to the sheet {sheet}."
            message = f"the sheet {sheet} has no {quoted(text)}"
            self.tables.wrong(row, column, message, hint, "WBK005")
        return found

    def comment(self, row: Row, owner: str, column: str = "Comment") -> str:
        """The OID of the comment that a cell names; a sentence becomes a comment of its own."""
        text = row.get(column)
        if " " not in text or self.names[sheets.COMMENTS].find(text):
            return self.refer(row, column, sheets.COMMENTS)
        same = (c.oid for c in self.more_comments.values() if c.text == text)
        oid = next(same, f"COM.{owner}")
        self.more_comments.setdefault(oid, Comment(oid, text))
        return oid

    def method(self, row: Row, owner: str) -> str:
        """The OID of the method that a cell names; a sentence becomes a method of its own."""
        text = row.get("Method")
        if " " not in text or self.names[sheets.METHODS].find(text):
            return self.refer(row, "Method", sheets.METHODS)
        same = (m.oid for m in self.more_methods.values() if m.text == text)
        oid = next(same, f"MT.{owner}")
        self.more_methods.setdefault(oid, Method(oid, f"Algorithm for {owner}", text))
        return oid

    def standard(self, row: Row, column: str) -> str:
        """The OID of the standard that a cell names."""
        text = row.get(column)
        known = {standard_text(s).casefold(): oid for oid, s in self.standards.items()}
        known |= {f"{s.name} {s.version}".casefold(): oid for oid, s in self.standards.items()}
        folded = text.casefold()
        short = folded.replace("cdisc ", "").replace("-ig ", "ig ")
        found = known.get(folded) or known.get(short) or (text if text in self.standards else "")
        if text and not found and self.standards:
            hint = near_match(text, known) or f"Add it to the sheet {sheets.STANDARDS}."
            message = f"there is no standard {quoted(text)}"
            self.tables.wrong(row, column, message, hint, "WBK005")
        return found

    def number(self, row: Row, column: str) -> int | None:
        """A whole number, or None for an empty cell."""
        text = row.get(column)
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            hint = "Write the digits only."
            self.tables.wrong(row, column, f"{quoted(text)} is no whole number", hint)
            return None
        return int(text)

    def documents(self, row: Row, column: str = "Document") -> tuple[DocumentRef, ...]:
        """The documents that a row refers to; pages alone are those of the annotated CRF."""
        names = split_cell(row.get(column))
        pages = row.get("Pages")
        if not names:
            return documents_of([self.crf], pages) if pages and self.crf else ()
        found = []
        for name in names:
            oid = self.names[sheets.DOCUMENTS].find(name)
            if not oid:
                near = near_match(name, self.names[sheets.DOCUMENTS].oids)
                message = f"there is no document {quoted(name)}"
                self.tables.wrong(row, column, message, near, "WBK005")
            found.append(oid)
        return documents_of(found, pages)

    def item(self, row: Row, name: str, usual_oid: str) -> Item:
        """The item of a row; rows that share an OID and say other things become two items."""
        oid = row.get("OID") or usual_oid
        owner = usual_oid.removeprefix("IT.")
        made = Item(
            oid=oid,
            name=name,
            data_type=self._type(row),
            length=self.number(row, "Length"),
            significant_digits=self.number(row, "Significant Digits"),
            sas_name=row.get("SAS Name") or name,
            display_format=row.get("Format"),
            comment_oid=self.comment(row, owner),
            label=row.get("Label"),
            codelist_oid=self.refer(row, "Codelist", sheets.CODELISTS),
            origins=tuple(self._origins(row)),
        )
        if self.items.setdefault(oid, made) != made:
            made = replace(made, oid=distinct_names([*self.items, usual_oid])[-1])
            self.items[made.oid] = made
        return made

    def ref(self, row: Row, item: Item, owner: str, sequence: int | None = None) -> ItemRef:
        """The reference to the item of a row."""
        return ItemRef(
            item_oid=item.oid,
            mandatory=is_yes(row.get("Mandatory")),
            order=self.number(row, "Order"),
            key_sequence=sequence,
            method_oid=self.method(row, owner),
            role=row.get("Role"),
            no_data=is_yes(row.get("Has No Data")),
        )

    def checks(self, row: Row, column: str, dataset: str, asks: Iterable[Ask]) -> list[RangeCheck]:
        """The range checks of conditions; a variable that there is not is noted."""
        return [
            RangeCheck(self.asked_item(row, column, dataset, ask.name), ask.comparator, ask.values)
            for ask in asks
        ]

    def asked_item(self, row: Row, column: str, dataset: str, name: str) -> str:
        """The OID of the item that a condition asks."""
        if name.startswith("{"):
            return name[1:-1]
        owner, _, variable = name.rpartition(".")
        place = (owner or dataset, variable)
        if place not in self.places.items:
            near = near_match(variable, [v for d, v in self.places.items if d == place[0]])
            message = f"dataset {quoted(place[0])} has no variable {quoted(variable)}"
            self.tables.wrong(row, column, message, near, "WBK005")
        return self.places.items.get(place, variable_oid(*place))

    def clause(
        self, dataset: str, asks: tuple[Ask, ...], checks: Iterable[RangeCheck],
        wanted: str, comment: str,
    ) -> str:  # fmt: skip
        """The OID of a clause with these conditions; made where there is none yet."""
        found = tuple(checks)
        oid = wanted or clause_oid(dataset, asks)
        there = self.clauses.get(oid)
        if there is not None and there.checks != found:
            oid = distinct_names([*self.clauses, clause_oid(dataset, asks)])[-1]
            there = next((c for c in self.clauses.values() if c.checks == found), None)
        if there is None:
            self.clauses[oid] = there = WhereClause(oid, found, comment)
        return there.oid

    def _type(self, row: Row) -> str:
        text = row.get("Data Type")
        known = {name.casefold(): name for name in TYPES}
        if text and text.casefold() not in known:
            near = near_match(text, TYPES) or f"There are {', '.join(TYPES[:9])}."
            self.tables.wrong(row, "Data Type", f"{quoted(text)} is no data type", near)
        return text if text in TYPES else known.get(text.casefold(), text or "text")

    def _origins(self, row: Row) -> Iterable[ItemOrigin]:
        origin, copied = row.get("Origin"), row.get("Predecessor")
        if not origin and copied:
            origin = "Predecessor"
        return origins_of(origin, row.get("Source"), copied, self.documents(row))


def unique(taking: Taking, row: Row, column: str, name: str, seen: Container[object]) -> bool:
    """Whether a name stands for the first time; noted where it does not."""
    if name in seen:
        message = f"{quoted(name)} stands twice; the second row was left out"
        taking.tables.wrong(row, column, message, "Remove one of the rows.", "WBK006")
        return False
    return True

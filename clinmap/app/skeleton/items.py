"""Items of a define.xml as what a specification says of variables and of their values.

Source: Define-XML 2.1, sections 5.3.11 (items), 5.3.12 (origins). Problems: none; what the language
cannot say becomes a note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clinmap.standards import VariableStandard
from define.document.model import Define, Item, ItemGroup, ItemOrigin, ItemRef, RangeCheck, by_oid
from define.generation.items import NO_VALUE

if TYPE_CHECKING:
    from mappings.skeleton import Value

MEASURED = ("text", "integer", "float")
LONGEST_LABEL = 40
_OLD_ORIGINS = {"crf": "Collected Investigator", "edt": "Collected Vendor"}
_ORIGINS = ("Assigned", "Collected", "Derived", "Not Available", "Predecessor", "Protocol")
_SOURCES = ("Investigator", "Sponsor", "Subject", "Vendor")
_COMPARATORS = {"NE": "not", "NOTIN": "not", "LT": "lt", "LE": "le", "GT": "gt", "GE": "ge"}
_SHOWN = (
    ("DATETIME", "datetime"), ("E8601DT", "datetime"), ("DATE", "date"), ("E8601DA", "date"),
    ("YYMMDD", "date"), ("DDMMYY", "date"), ("MMDDYY", "date"), ("TIME", "time"),
    ("E8601TM", "time"), ("HHMM", "time"), ("TOD", "time"),
)  # fmt: skip
"""SAS formats of dates and times, and the type that they show."""

_ENDINGS = {"DTM": ("datetime", "DATETIME20."), "DT": ("date", "DATE9."), "TM": ("time", "TIME8.")}
"""What a numeric analysis variable is by the end of its name, unless it says otherwise."""

_OLD_TYPES = {
    "string": "text", "double": "float", "datetime": "partialDatetime", "date": "partialDatetime",
    "partialDate": "partialDatetime", "incompleteDatetime": "partialDatetime",
    "time": "text", "partialTime": "text",
}  # fmt: skip
"""Types of Define-XML as a tabulation has them: dates are text in ISO 8601."""


@dataclass(slots=True)
class ItemWords:
    """Says what a document says of its items."""

    define: Define
    codelists: Mapping[str, str]
    analysis: bool
    methods: Mapping[str, str] = field(default_factory=dict)

    def variable(
        self, item: Item, ref: ItemRef, facts: VariableStandard | None
    ) -> tuple[dict[str, Value], list[str]]:
        """What is said of a variable beside its operation, and notes for what cannot be said."""
        notes: list[str] = []
        said: dict[str, Value] = {}
        label = self._label(item, facts, notes)
        kind, shown = self.kind(item, facts)
        if label:
            said["label"] = label
        if kind:
            said["type"] = kind
        if item.length and item.data_type in MEASURED:
            said["length"] = item.length
        if item.significant_digits and item.data_type == "float":
            said["digits"] = item.significant_digits
        if shown:
            said["format"] = shown
        if ref.role and ref.role != (facts.role if facts else "") and not self.analysis:
            said["role"] = ref.role
        if not ref.no_data or item.codelist_oid:
            said |= self._codelist(item, facts)
        said |= self._provenance(item, ref, notes)
        return said, notes

    def _label(self, item: Item, facts: VariableStandard | None, notes: list[str]) -> str:
        label = " ".join(item.label.split())
        if len(label) > LONGEST_LABEL:
            notes.append(f"the whole label: {label}")
            label = label[:LONGEST_LABEL].rstrip()
        known = facts.label if facts and not facts.label_is_stub else ""
        return "" if label == known else label

    def kind(self, item: Item, facts: VariableStandard | None) -> tuple[str, str]:
        """The type and the format, each empty where the standard says the same."""
        usual, usual_format = self._usual(item.name, facts)
        kind, shown = item.data_type, item.display_format
        if self.analysis and kind in ("integer", "float"):
            bare = shown.upper().lstrip("$")
            kind = next((named for start, named in _SHOWN if bare.startswith(start)), kind)
        elif not self.analysis:
            kind = usual if usual == "partialDatetime" and kind != "text" else kind
            kind = _OLD_TYPES.get(kind, kind)
        if kind not in (*MEASURED, "date", "datetime", "time", "partialDatetime"):
            kind = _OLD_TYPES.get(kind, "text")
        by_kind = next((f for named, f in _ENDINGS.values() if named == kind), "")
        usual_format = usual_format if kind == usual else by_kind if self.analysis else ""
        return ("" if kind == usual else kind), ("" if shown == usual_format else shown)

    def _usual(self, name: str, facts: VariableStandard | None) -> tuple[str, str]:
        if facts is None:
            return "text", ""
        if facts.type == "Char":
            dated = (facts.domain or "").startswith("ISO 8601 date")
            dated = dated or (self.analysis and name.endswith("DTC"))
            return ("partialDatetime" if dated else "text"), ""
        found = (said for end, said in _ENDINGS.items() if self.analysis and name.endswith(end))
        return next(found, ("float", ""))

    def _codelist(self, item: Item, facts: VariableStandard | None) -> dict[str, Value]:
        name = self.codelists.get(item.codelist_oid, "")
        if name:
            return {"codelist": name}
        flag = self.analysis and item.name.endswith("FL")
        return {"codelist": "none"} if flag or (facts and facts.codelists) else {}

    def _provenance(self, item: Item, ref: ItemRef, notes: list[str]) -> dict[str, Value]:
        """Origin, method, comment."""
        said: dict[str, Value] = {}
        origins = [self._origin(origin, notes) for origin in item.origins]
        told = [origin for origin in origins if origin]
        if told:
            said["origin"] = told[0] if len(told) == 1 else list(told)
        method = by_oid(self.define.methods).get(ref.method_oid)
        if method is not None and method.text:
            said["method"] = method.text
        codes: list[Value] = [
            {"context": code.context, "code": code.text}
            for code in (method.expressions if method else ())
            if code.context and code.text
        ]
        if codes:
            said["expression"] = codes[0] if len(codes) == 1 else codes
        comment = by_oid(self.define.comments).get(item.comment_oid)
        made_here = comment is not None and ref.no_data and comment.text == NO_VALUE
        if comment is not None and comment.text and not made_here:
            said["comment"] = comment.text
        return said

    def _origin(self, origin: ItemOrigin, notes: list[str]) -> Value:
        words = _OLD_ORIGINS.get(origin.type.casefold(), "")
        named = {kind.casefold(): kind for kind in _ORIGINS}
        kind = words or named.get(origin.type.casefold(), "")
        if not kind:
            notes.append(f"the origin in the source: {origin.type} {origin.source}".rstrip())
            return None
        source = {name.casefold(): name for name in _SOURCES}.get(origin.source.casefold(), "")
        whole = f"{kind} {source}" if source and not words and kind != "Not Available" else kind
        if kind == "Predecessor" and origin.description:
            told: dict[str, Value] = {"type": kind, "predecessor": origin.description}
            return told | ({"source": source} if source else {})
        return whole

    def todo(self, item: Item) -> str:
        """What is known of where the values come from, for who writes the variable."""
        return "; ".join(dict.fromkeys(self._known(item))) or "nothing is known of where it is from"

    def _known(self, item: Item) -> Iterator[str]:
        for origin in item.origins:
            if origin.description:
                yield f"{origin.type.lower()}: {origin.description}"
            elif origin.type:
                yield f"{origin.type} {origin.source}".strip()
            for document in origin.documents:
                for page in document.pages:
                    yield f"page {page.pages or f'{page.first}-{page.last}'}"

    def entries(self, item: Item, dataset: str) -> tuple[list[Value], list[str]]:
        """The value-level entries of a variable, and notes for those that cannot be said."""
        lists, items = by_oid(self.define.value_lists), by_oid(self.define.items)
        found = lists.get(item.value_list_oid)
        entries: list[Value] = []
        notes: list[str] = []
        for ref in found.refs if found else ():
            value = items.get(ref.item_oid)
            for oid in ref.where_oids if value else ():
                when = self.when(oid, dataset)
                if when is None:
                    notes.append(f"values described under {oid}, whose condition cannot be said")
                elif value is not None:
                    entries.append({"when": when, **self._entry(item, value, ref, notes)})
        return entries, notes

    def _entry(self, parent: Item, item: Item, ref: ItemRef, notes: list[str]) -> dict[str, Value]:
        said: dict[str, Value] = {}
        if item.label and item.label != parent.label:
            said["label"] = item.label
        if item.data_type != parent.data_type and item.data_type in (*MEASURED, "partialDatetime"):
            said["type"] = item.data_type
        name = self.codelists.get(item.codelist_oid, "")
        if name:
            said["codelist"] = name
        told = self._provenance(item, ref, notes)
        origin = told.get("origin")
        if isinstance(origin, list):
            told["origin"] = origin[0]
        return said | told

    def asked_variables(self, group: ItemGroup) -> list[str]:
        """By which variables a dataset's values are described; empty where that varies."""
        items, lists = by_oid(self.define.items), by_oid(self.define.value_lists)
        found: dict[tuple[str, ...], None] = {}
        for ref in group.refs:
            item = items.get(ref.item_oid)
            values = lists.get(item.value_list_oid) if item else None
            for value in values.refs if values else ():
                for oid in value.where_oids:
                    found[tuple(self.when(oid, group.name) or ())] = None
        return list(next(iter(found))) if len(found) == 1 else []

    def when(self, clause_oid: str, dataset: str) -> dict[str, Value] | None:
        """A where clause as `when`; None where it asks another dataset."""
        clause = by_oid(self.define.where_clauses).get(clause_oid)
        group = self.define.item_group(dataset)
        own = {ref.item_oid for ref in group.refs} if group else set()
        items = by_oid(self.define.items)
        when: dict[str, Value] = {}
        for check in clause.checks if clause else ():
            if check.item_oid not in own or check.item_oid not in items:
                return None
            name = items[check.item_oid].name
            asked = _asked(check)
            if name in when and not (isinstance(when[name], dict) and isinstance(asked, dict)):
                return None
            before = when.get(name)
            when[name] = {**before, **asked} if isinstance(before, dict) else asked  # type: ignore[dict-item]
        return when or None


def _asked(check: RangeCheck) -> Value:
    values: list[Value] = [value or None for value in check.values]
    told: Value = values[0] if len(values) == 1 else values
    word = _COMPARATORS.get(check.comparator)
    return {word: told} if word else told

"""A define.xml as the rows of an Excel specification: datasets, variables and their values.

Problems: none; what the columns cannot hold is found by `define.workbook.leftovers`.
"""

from __future__ import annotations

from collections.abc import Iterator

from define.document.model import Define, Item, ItemGroup, ItemRef, WhereClause, by_oid
from define.workbook import layout as sheets
from define.workbook.cells import document_cells, origin_cells, shown_number, yes
from define.workbook.conditions import Ask, clauses_text, values_text
from define.workbook.layout import Layout
from define.workbook.names import (
    PREFIXES,
    Shown,
    clause_oid,
    default_oid,
    standard_oid,
    standard_text,
    value_oid,
    variable_oid,
)
from define.workbook.places import places_of

Cells = dict[str, str]
ATTRIBUTES = (
    "StudyName", "StudyDescription", "ProtocolName", "StandardName", "StandardVersion", "Language",
    "DefineVersion", "StudyOID", "MetaDataVersionOID", "MetaDataVersionName",
    "MetaDataVersionDescription", "FileOID", "CreationDateTime", "AsOfDateTime", "Context",
    "Originator", "SourceSystem", "SourceSystemVersion", "Comment",
)  # fmt: skip


class Filling:
    """The rows of the sheets of a document."""

    def __init__(self, define: Define, layout: Layout) -> None:
        self.define, self.layout = define, layout
        self.items = by_oid(define.items)
        self.places = places_of(define)
        self.clauses = by_oid(define.where_clauses)
        self.standards = {s.oid: standard_text(s) for s in define.standards}
        self.names = {sheet: Shown(prefix) for sheet, prefix in PREFIXES.items()}
        lists = [c for c in define.codelists if c.external is None]
        lists += [c for c in define.codelists if c.external is not None]
        self.names[sheets.CODELISTS].add(codelist.oid for codelist in lists)
        self.names[sheets.METHODS].add(method.oid for method in define.methods)
        self.names[sheets.COMMENTS].add(comment.oid for comment in define.comments)
        self.names[sheets.DOCUMENTS].add(leaf.id for leaf in define.leaves)
        self.names[sheets.CLAUSES].add(clause.oid for clause in define.where_clauses)

    def id_of(self, sheet: str, oid: str) -> str:
        """What a cell calls a definition."""
        return self.names[sheet].of(oid)

    def document(self) -> Iterator[Cells]:
        """The sheet Define: what holds of the whole document."""
        define, file, study = self.define, self.define.file, self.define.study
        guide = next((s for s in define.standards if s.type == "IG"), None)
        values = (
            study.name, study.description, study.protocol, guide.name if guide else "",
            guide.version if guide else "", define.language, define.version, study.oid, define.oid,
            define.name, define.description, file.oid, file.created, file.as_of, file.context,
            file.originator, file.source_system, file.source_system_version,
            self.id_of(sheets.COMMENTS, define.comment_oid),
        )  # fmt: skip
        for name, value in zip(ATTRIBUTES, values, strict=True):
            yield {"Attribute": name, "Value": value}

    def standards_rows(self) -> Iterator[Cells]:
        """The sheet Standards, which Define-XML 2.0 has not."""
        for standard in self.define.standards:
            if standard.oid:
                yield {
                    "Name": standard.name, "Type": standard.type,
                    "Publishing Set": standard.publishing_set, "Version": standard.version,
                    "Status": standard.status,
                    "Comment": self.id_of(sheets.COMMENTS, standard.comment_oid),
                    "OID": standard.oid if standard.oid != standard_oid(standard) else "",
                }  # fmt: skip

    def datasets(self) -> Iterator[Cells]:
        """The sheet Datasets."""
        for group in self.define.item_groups:
            yield {
                "Dataset": group.name,
                "Label": group.label,
                "Class": group.cls,
                "SubClass": "; ".join(subclass.name for subclass in group.subclasses),
                "Structure": group.structure,
                "Purpose": group.purpose,
                "Key Variables": ", ".join(self._keys(group)),
                "Standard": self.standards.get(group.standard_oid, group.standard_oid),
                "Has No Data": "Yes" if group.no_data else "",
                "Repeating": yes(group.repeating),
                "Reference Data": yes(group.reference_data),
                "Comment": self.id_of(sheets.COMMENTS, group.comment_oid),
                "Domain": group.domain,
                "SAS Name": "" if group.sas_name == group.name else group.sas_name,
                "File": group.leaf.href if group.leaf else "",
                "OID": "" if group.oid == default_oid("IG", group.name) else group.oid,
            }

    def _keys(self, group: ItemGroup) -> list[str]:
        keys = [ref for ref in group.refs if ref.key_sequence is not None]
        ordered = sorted(keys, key=lambda ref: ref.key_sequence or 0)
        return [self.items[ref.item_oid].name for ref in ordered if ref.item_oid in self.items]

    def variables(self) -> Iterator[Cells]:
        """The sheet Variables."""
        for group in self.define.item_groups:
            for ref in group.refs:
                item = self.items.get(ref.item_oid)
                if item is not None:
                    yield {
                        "Dataset": group.name,
                        "Variable": item.name,
                        **self._item(item, variable_oid(group.name, item.name)),
                        **self._ref(ref),
                        "Role": ref.role,
                        "Has No Data": "Yes" if ref.no_data else "",
                    }

    def _ref(self, ref: ItemRef) -> Cells:
        return {
            "Order": shown_number(ref.order),
            "Mandatory": yes(ref.mandatory),
            "Method": self.id_of(sheets.METHODS, ref.method_oid),
        }

    def _item(self, item: Item, usual_oid: str) -> Cells:
        documents = item.origins[0].documents if item.origins else ()
        names, pages = document_cells(documents, self.names[sheets.DOCUMENTS].of)
        usual = [ref.leaf_id for ref in self.define.annotated_crf[:1]]
        return {
            "Label": item.label,
            "Data Type": item.data_type,
            "Length": shown_number(item.length),
            "Significant Digits": shown_number(item.significant_digits),
            "Format": item.display_format,
            "Codelist": self.id_of(sheets.CODELISTS, item.codelist_oid),
            **origin_cells(item.origins),
            "Document": "" if pages and [r.leaf_id for r in documents] == usual else names,
            "Pages": pages,
            "Comment": self.id_of(sheets.COMMENTS, item.comment_oid),
            "SAS Name": "" if item.sas_name == item.name else item.sas_name,
            "OID": "" if item.oid == usual_oid else item.oid,
        }

    def values(self) -> Iterator[Cells]:
        """The sheet ValueLevel: the values of each variable that has a value list."""
        lists, told = by_oid(self.define.value_lists), set[str]()
        for group in self.define.item_groups:
            for ref in group.refs:
                parent = self.items.get(ref.item_oid)
                found = lists.get(parent.value_list_oid) if parent else None
                if parent is None or found is None or found.oid in told:
                    continue
                told.add(found.oid)
                usual = f"VL.{variable_oid(group.name, parent.name)[3:]}"
                for value in found.refs:
                    if value.item_oid in self.items:
                        shown = "" if found.oid == usual else found.oid
                        yield {"Value List": shown, **self._value(group.name, parent, value)}

    def _value(self, dataset: str, parent: Item, ref: ItemRef) -> Cells:
        item = self.items[ref.item_oid]
        clauses = [self.clauses[oid] for oid in ref.where_oids if oid in self.clauses]
        asks = [self.places.asks(clause.checks, dataset) for clause in clauses]
        comments = (self.id_of(sheets.COMMENTS, clause.comment_oid) for clause in clauses)
        return {
            "Dataset": dataset,
            "Variable": parent.name,
            **self._where(dataset, ref, asks),
            **self._item(item, value_oid(dataset, parent.name, asks)),
            **self._ref(ref),
            "Name": "" if item.name == parent.name else item.name,
            "Role": ref.role,
            "Join Comment": next(filter(None, comments), ""),
        }

    def _where(self, dataset: str, ref: ItemRef, asks: list[tuple[Ask, ...]]) -> Cells:
        if self.layout == "where-clauses":
            name = self.names[sheets.CLAUSES].of
            return {"Where Clause": ", ".join(map(name, ref.where_oids))}
        usual = tuple(clause_oid(dataset, found) for found in asks)
        shown = "" if usual == ref.where_oids else ", ".join(ref.where_oids)
        return {"Where Clause": clauses_text(asks), "Where Clause ID": shown}

    def where_clauses(self) -> Iterator[Cells]:
        """The sheet WhereClauses of the older layout: a row for each condition."""
        for clause in self.define.where_clauses:
            for number, check in enumerate(clause.checks):
                dataset, variable = self.places.shown(check.item_oid, self._owner(clause))
                comment = self.id_of(sheets.COMMENTS, clause.comment_oid)
                yield {
                    **self.names[sheets.CLAUSES].cells(clause.oid),
                    "Dataset": dataset,
                    "Variable": variable,
                    "Comparator": check.comparator,
                    "Value": values_text(check.values) if len(check.values) != 1
                    or check.comparator in ("IN", "NOTIN") else check.values[0],
                    "Comment": comment if number == 0 else "",
                }  # fmt: skip

    def _owner(self, clause: WhereClause) -> str:
        found = self.places.variables.get(clause.checks[0].item_oid, ())
        return found[0][0] if found else ""

"""Datasets as the page shows them: variables in order, value-level items below their variable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from define.document.model import Item, ItemGroup, ItemRef, ValueList
from define.page.index import Index
from define.page.links import leaf_link
from define.page.marks import Marks
from define.page.views import ClassView, DatasetView, Note, Row
from define.page.words import size_words, standard_words

ROW_HEIGHT = 62
NAMES_LENGTH = 60
NO_CONDITION = "no condition"


def class_views(index: Index, marks: Marks) -> tuple[ClassView, ...]:
    """The datasets by their class; the classes in the order of the document."""
    groups = zip(index.define.item_groups, index.group_anchors, index.ref_anchors, strict=True)
    classes: dict[str, list[DatasetView]] = {}
    for group, anchor, anchors in groups:
        view = _dataset_view(index, marks, group, anchor, anchors)
        classes.setdefault(group.cls or "No class", []).append(view)
    return tuple(ClassView(name, tuple(views)) for name, views in classes.items())


def height(pixels: int) -> int:
    """The step of the stylesheet for a section of so many pixels: 100 pixels, doubled so often.

    >>> height(90), height(500), height(10**9)
    (0, 3, 14)
    """
    return min(14, (max(0, pixels - 1) // 100).bit_length())


def _dataset_view(
    index: Index, marks: Marks, group: ItemGroup, anchor: str, anchors: list[str]
) -> DatasetView:
    rows = tuple(
        _variable(index, marks, group, ref, place)
        for ref, place in zip(group.refs, anchors, strict=True)
    )
    subclasses = "".join(f" / {subclass.name}" for subclass in group.subclasses)
    return DatasetView(
        anchor=anchor,
        name=group.name,
        label=group.label,
        cls=f"{group.cls}{subclasses}",
        domain=_domain(group),
        structure=group.structure,
        purpose=group.purpose,
        keys=", ".join(_keys(index, group)),
        standard=standard_words(index.standards.get(group.standard_oid)),
        file=leaf_link(group.leaf) if group.leaf else None,
        badges=tuple(_group_badges(group)),
        note=index.comment(group.comment_oid),
        rows=rows,
        roles=any(row.role for row in rows),
        size=height(160 + ROW_HEIGHT * len(rows)),
        removed=tuple(marks.removed(group.name, anchor)),
        mark=marks.at(group.name, anchor),
    )


def _domain(group: ItemGroup) -> str:
    """The domain of a dataset that has another name, as a part of a split one has."""
    if group.domain in ("", group.name):
        return ""
    words = next((a.name for a in group.aliases if a.context == "DomainDescription"), "")
    return f"domain {group.domain}" + (f" ({words})" if words else "")


def _keys(index: Index, group: ItemGroup) -> Iterator[str]:
    keyed = [(ref.key_sequence, ref) for ref in group.refs if ref.key_sequence is not None]
    for _, ref in sorted(keyed, key=lambda pair: pair[0]):
        yield index.item(ref).name


def _group_badges(group: ItemGroup) -> Iterator[str]:
    if group.no_data:
        yield "no data"
    if group.non_standard:
        yield "non-standard"
    if group.reference_data:
        yield "reference data"


def _variable(index: Index, marks: Marks, group: ItemGroup, ref: ItemRef, anchor: str) -> Row:
    item = index.item(ref)
    values = index.value_lists.get(item.value_list_oid)
    note = Note("Value list", values.description) if values and values.description else None
    return Row(
        anchor=anchor,
        name=item.name,
        label=item.label,
        type=item.data_type,
        size=size_words(item),
        format=item.display_format,
        key=ref.key_sequence,
        role=ref.role,
        mandatory=ref.mandatory,
        badges=tuple(_badges(index, ref, item)),
        terms=index.terms(item.codelist_oid),
        sources=index.sources(item),
        notes=_notes(index.method(ref.method_oid), index.comment(item.comment_oid), note),
        values=_values(index, marks, group, item, values) if values else (),
        mark=marks.at(f"{group.name}.{item.name}", anchor),
    )


def _badges(index: Index, ref: ItemRef, item: Item) -> Iterator[str]:
    if ref.no_data:
        yield "no data"
    if ref.non_standard:
        yield "non-standard"
    if item.oid not in index.items:
        yield "not defined"


def _values(
    index: Index, marks: Marks, group: ItemGroup, variable: Item, values: ValueList
) -> tuple[Row, ...]:
    parent = f"{group.name}.{variable.name}"
    return tuple(_value(index, marks, group, parent, ref) for ref in values.refs)


def _value(index: Index, marks: Marks, group: ItemGroup, parent: str, ref: ItemRef) -> Row:
    item = index.item(ref)
    where = index.where(ref.where_oids, group.name) or NO_CONDITION
    anchor = index.anchors.take(parent, _values_named(index, ref.where_oids))
    comments = _where_comments(index, ref.where_oids)
    return Row(
        anchor=anchor,
        name=item.name,
        label=item.label,
        type=item.data_type,
        size=size_words(item),
        format=item.display_format,
        mandatory=ref.mandatory,
        badges=tuple(_badges(index, ref, item)),
        where=where,
        terms=index.terms(item.codelist_oid),
        sources=index.sources(item),
        notes=_notes(index.method(ref.method_oid), index.comment(item.comment_oid), *comments),
        mark=marks.at(f"{parent} where {where}", anchor),
    )


def _values_named(index: Index, oids: Iterable[str]) -> str:
    """The values of the conditions, for an anchor that a reader can guess."""
    clauses = [index.clauses[oid] for oid in oids if oid in index.clauses]
    values = [value for clause in clauses for check in clause.checks for value in check.values[:3]]
    return "-".join(values)[:NAMES_LENGTH]


def _where_comments(index: Index, oids: Iterable[str]) -> list[Note | None]:
    clauses = [index.clauses[oid] for oid in oids if oid in index.clauses]
    return [index.comment(clause.comment_oid) for clause in clauses]


def _notes(*notes: Note | None) -> tuple[Note, ...]:
    return tuple(note for note in notes if note is not None)

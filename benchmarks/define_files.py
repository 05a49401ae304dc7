"""A define.xml of a given size: every text is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from define.document.model import (
    Alias,
    CodeList,
    Comment,
    Define,
    DocumentRef,
    FileHeader,
    Item,
    ItemGroup,
    ItemOrigin,
    ItemRef,
    Leaf,
    Method,
    PageRef,
    RangeCheck,
    Standard,
    Study,
    Term,
    ValueList,
    WhereClause,
)

TERMS_OF_LIST = 100
CLASSES = ("SPECIAL PURPOSE", "INTERVENTIONS", "EVENTS", "FINDINGS", "RELATIONSHIP")
WORDS = ("measured", "subject", "first", "dose", "date", "result", "unit", "baseline", "visit")


@dataclass(frozen=True)
class Size:
    """How many of each a document has."""

    datasets: int = 100
    variables: int = 3_000
    values: int = 1_000
    terms: int = 20_000

    @property
    def words(self) -> str:
        """The size in words."""
        return (
            f"{self.datasets:,} datasets, {self.variables:,} variables, "
            f"{self.values:,} value-level items, {self.terms:,} terms"
        )


def large_define(size: Size) -> Define:
    """A document of Define-XML 2.1 of this size; valid against its XML schema."""
    items: list[Item] = []
    methods: list[Method] = []
    groups = tuple(_group(size, number, items, methods) for number in range(size.datasets))
    lists = tuple(_codelist(n) for n in range(max(1, size.terms // TERMS_OF_LIST)))
    made = Define(
        file=FileHeader("F.BENCHMARK", "2026-01-01T00:00:00"),
        study=Study("S.BENCHMARK", "BENCHMARK", "A study of invented words", "BENCHMARK"),
        oid="MDV.BENCHMARK",
        name="Benchmark, data definitions",
        standards=(
            Standard("STD.1", "SDTMIG", "IG", "3.4", status="Final"),
            Standard("STD.2", "CDISC/NCI", "CT", "2025-03-28", "SDTM", "Final"),
        ),
        annotated_crf=(DocumentRef("LF.acrf"),),
        item_groups=groups,
        items=tuple(items),
        codelists=lists,
        methods=tuple(methods),
        comments=(Comment("COM.1", _text(1, 20)),),
        leaves=(Leaf("LF.acrf", "acrf.pdf", "Annotated CRF"),),
    )
    return _with_values(made, size)


def changed_define(define: Define) -> Define:
    """The document, one change in each tenth variable and each tenth method."""
    items = [
        replace(item, label=f"{item.label} (new)") if n % 10 == 0 else item
        for n, item in enumerate(define.items)
    ]
    methods = [
        replace(method, text=f"{method.text} Rounded.") if n % 10 == 0 else method
        for n, method in enumerate(define.methods)
    ]
    return replace(define, items=tuple(items), methods=tuple(methods))


def _group(size: Size, number: int, items: list[Item], methods: list[Method]) -> ItemGroup:
    name = f"D{number:03d}"
    refs = []
    for place in range(size.variables // size.datasets):
        item, method = _item(size, name, place)
        items.append(item)
        methods += [method] if method else []
        key = place + 1 if place < 3 else None
        used = method.oid if method else ""
        refs.append(ItemRef(item.oid, place < 3, place + 1, key, used, "Record Qualifier"))
    return ItemGroup(
        f"IG.{name}", name, domain=name, purpose="Tabulation", cls=CLASSES[number % len(CLASSES)],
        structure="One record per subject per visit", label=f"Invented Dataset {number}",
        standard_oid="STD.1", archive_location_id=f"LF.{name}", refs=tuple(refs), sas_name=name,
        comment_oid="COM.1", leaf=Leaf(f"LF.{name}", f"{name.lower()}.xpt", f"{name.lower()}.xpt"),
    )  # fmt: skip


def _item(size: Size, dataset: str, place: int) -> tuple[Item, Method | None]:
    name = f"{dataset}V{place:02d}"
    oid = f"IT.{dataset}.{name}"
    lists = max(1, size.terms // TERMS_OF_LIST)
    codelist = f"CL.{(int(dataset[1:]) * 7 + place) % lists}" if place % 3 == 1 else ""
    method = None
    if place % 3 == 2:
        method = Method(f"MT.{oid}", f"Algorithm for {name}", _text(place, 40))
    pages = (PageRef("PhysicalRef", f"{place + 1} {place + 2}"),)
    document = () if method else (DocumentRef("LF.acrf", pages),)
    kind = ("Derived", "Sponsor") if method else ("Collected", "Investigator")
    origins = (ItemOrigin(*kind, documents=document),)
    item = Item(oid, name, "text", 20, sas_name=name, label=_text(place, 4).title()[:40],
                codelist_oid=codelist, origins=origins)  # fmt: skip
    return item, method


def _codelist(number: int) -> CodeList:
    terms = tuple(
        Term(
            f"T{number}-{n}", f"{_text(n, 3)} {n}", order=n + 1, aliases=(Alias(f"C{n + 10_000}"),)
        )
        for n in range(TERMS_OF_LIST)
    )
    alias = (Alias(f"C{number + 60_000}"),)
    return CodeList(f"CL.{number}", f"Invented List {number}", "text", terms, standard_oid="STD.2",
                    aliases=alias)  # fmt: skip


def _with_values(define: Define, size: Size) -> Define:
    """The document with value-level items, ten in each list, under its first variables."""
    lists, clauses, items = [], [], {item.oid: item for item in define.items}
    groups = [group for group in define.item_groups for _ in range(4)]
    for number in range(size.values // 10):
        group = groups[number]
        parent = items[group.refs[4 + number % 4].item_oid]
        made = list(_value_items(group, parent, number))
        items[parent.oid] = replace(parent, value_list_oid=f"VL.{parent.oid}")
        lists.append(ValueList(f"VL.{parent.oid}", tuple(ref for _, ref, _ in made)))
        items |= {item.oid: item for item, _, _ in made}
        clauses += [clause for _, _, clause in made]
    return replace(
        define, items=tuple(items.values()), value_lists=tuple(lists), where_clauses=tuple(clauses)
    )


def _value_items(
    group: ItemGroup, parent: Item, number: int
) -> Iterator[tuple[Item, ItemRef, WhereClause]]:
    test = group.refs[1].item_oid
    for n in range(10):
        tail = f"{number}.{n}"
        item = replace(parent, oid=f"{parent.oid}.{tail}", value_list_oid="", label=_text(n, 3))
        check = RangeCheck(test, "EQ", (f"T{number}-{n}",))
        clause = WhereClause(f"WC.{tail}", (check,))
        yield item, ItemRef(item.oid, False, n + 1, where_oids=(clause.oid,)), clause


def _text(seed: int, length: int) -> str:
    return " ".join(WORDS[(seed * 5 + n * n) % len(WORDS)] for n in range(length))

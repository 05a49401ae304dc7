"""A document that says the same in another way: other OIDs, another order, another version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any, TypeVar

from define.document.model import CodeList, Define, Item, ItemGroup, ItemOrigin, ItemRef

Thing = TypeVar("Thing")
Rename = Callable[[str], str]
_TYPES_OF_20 = {("Collected", "Vendor"): "eDT", ("Collected", "Investigator"): "CRF"}


def with_oids(thing: Thing, rename: Rename) -> Thing:
    """The thing with each OID, and each reference to one, renamed."""
    return replace(thing, **{f.name: _field(f.name, getattr(thing, f.name), rename)
                             for f in fields(thing) if f.name not in ("kept", "original")})  # type: ignore[type-var, arg-type]  # fmt: skip


def _field(name: str, value: Any, rename: Rename) -> Any:
    if name in ("oid", "id") or name.endswith(("_oid", "_id")):
        return rename(value) if value else value
    if name.endswith("_oids"):
        return tuple(rename(oid) for oid in value)
    if isinstance(value, tuple):
        return tuple(with_oids(one, rename) if is_dataclass(one) else one for one in value)
    return with_oids(value, rename) if is_dataclass(value) else value


def every_oid(define: Define) -> list[str]:
    """All OIDs and IDs of definitions."""
    seen: dict[str, None] = {}
    with_oids(define, lambda oid: seen.setdefault(oid) or oid)
    return list(seen)


def swapped(define: Define, random: Random) -> Define:
    """The same OIDs, each given to another definition."""
    oids = every_oid(define)
    others = random.sample(oids, len(oids))
    given = dict(zip(oids, others, strict=True))
    return with_oids(define, given.__getitem__)


def shuffled(define: Define, random: Random) -> Define:
    """Definitions, conditions, values and references in another order."""

    def mixed(things: tuple[Thing, ...]) -> tuple[Thing, ...]:
        return tuple(random.sample(things, len(things)))

    return replace(
        define,
        standards=mixed(define.standards),
        supplemental_documents=mixed(define.supplemental_documents),
        value_lists=mixed(tuple(replace(v, refs=mixed(v.refs)) for v in define.value_lists)),
        where_clauses=mixed(
            tuple(
                replace(
                    w, checks=mixed(tuple(replace(c, values=mixed(c.values)) for c in w.checks))
                )
                for w in define.where_clauses
            )
        ),
        item_groups=mixed(tuple(replace(g, refs=mixed(g.refs)) for g in define.item_groups)),
        items=mixed(tuple(replace(i, origins=mixed(i.origins)) for i in define.items)),
        codelists=mixed(tuple(_numbered(c, mixed) for c in define.codelists)),
        methods=mixed(define.methods),
        comments=mixed(define.comments),
        leaves=mixed(define.leaves),
        displays=mixed(
            tuple(
                replace(
                    d,
                    results=tuple(replace(r, datasets=mixed(r.datasets)) for r in d.results),
                )
                for d in define.displays
            )
        ),
    )


def _numbered(codelist: CodeList, mixed: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> CodeList:
    """The terms in another order where a number keeps theirs."""
    terms = codelist.terms
    whole = all(term.order is not None for term in terms)
    return replace(codelist, terms=mixed(terms)) if whole else codelist


def numbered(define: Define) -> Define:
    """The document with an order number for each term and each variable."""
    lists = [
        replace(c, terms=tuple(replace(t, order=n) for n, t in enumerate(c.terms, start=1)))
        for c in define.codelists
    ]
    groups = [
        replace(g, refs=tuple(replace(r, order=n) for n, r in enumerate(g.refs, start=1)))
        for g in define.item_groups
    ]
    return replace(define, codelists=tuple(lists), item_groups=tuple(groups))


def as_20(define: Define) -> Define:
    """The document as Define-XML 2.0 says it: what 2.0 cannot say is lost."""
    guides = [standard for standard in define.standards if standard.type == "IG"]
    named = [replace(s, oid="", name=s.name.replace("IG", "-IG"), status="") for s in guides[:1]]
    return replace(
        define,
        namespace="2.0",
        version="2.0.0",
        file=replace(define.file, context=""),
        standards=tuple(named),
        items=tuple(_item_20(item) for item in define.items),
        item_groups=tuple(_group_20(group) for group in define.item_groups),
        codelists=tuple(replace(c, standard_oid="", non_standard=False) for c in define.codelists),
    )


def _item_20(item: Item) -> Item:
    return replace(item, origins=tuple(map(_origin_20, item.origins)))


def _origin_20(origin: ItemOrigin) -> ItemOrigin:
    kind = _TYPES_OF_20.get((origin.type, origin.source), origin.type)
    return replace(origin, type=kind, source="")


def _group_20(group: ItemGroup) -> ItemGroup:
    refs = tuple(map(_ref_20, group.refs))
    return replace(
        group, refs=refs, standard_oid="", non_standard=False, no_data=False, subclasses=(),
        cls=group.cls.title(),
    )  # fmt: skip


def _ref_20(ref: ItemRef) -> ItemRef:
    return replace(ref, no_data=False, non_standard=False)

"""Parts of large datasets in a define.xml: beside the whole, with the same items.

A part is an ItemGroupDef of its own whose ItemRefs point at the items of the whole: its variables
have the same metadata. A comment says what it holds, and one at the whole says which parts there
are.

Source: Define-XML 2.1, section 5.3.9 (ItemGroupDef). Problems: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from clinmap.facts import DatasetPart
from define.document.model import Alias, Comment, Define, ItemGroup, Leaf

DOMAIN = "DomainDescription"
"""The context of an Alias with the label of the domain that a split dataset is part of."""


def with_parts(define: Define, parts: Mapping[str, Sequence[DatasetPart]]) -> Define:
    """The document with the parts of its datasets, each after its whole."""
    names = {item.oid: item.name for item in define.items}
    texts = {comment.oid: comment.text for comment in define.comments}
    groups: list[ItemGroup] = []
    comments: list[Comment] = []
    for group in define.item_groups:
        own = parts.get(group.name, ())
        if not own:
            groups.append(group)
            continue
        told = f"{texts.get(group.comment_oid, '')} {_all_told(own)}".strip()
        comments.append(Comment(f"COM.{group.name}.parts", told))
        groups.append(replace(group, comment_oid=comments[-1].oid))
        for part in own:
            comments.append(
                Comment(f"COM.{part.name}.part", f"Part of {group.name}: {part.holds}.")
            )
            groups.append(_group(group, part, comments[-1].oid, names))
    used = _comments_used(define, groups)
    kept = [comment for comment in define.comments if comment.oid in used]
    return replace(define, item_groups=tuple(groups), comments=(*kept, *comments))


def _group(
    whole: ItemGroup, part: DatasetPart, comment: str, names: Mapping[str, str]
) -> ItemGroup:
    """The part as a dataset; the variables that have no value in it are marked."""
    aliases = (Alias(whole.label, DOMAIN),) if whole.domain else ()
    return replace(
        whole,
        oid=f"IG.{part.name}",
        name=part.name,
        sas_name=part.name,
        refs=tuple(replace(r, no_data=names[r.item_oid] in part.empty) for r in whole.refs),
        archive_location_id=f"LF.{part.name}",
        comment_oid=comment,
        aliases=aliases,
        leaf=Leaf(f"LF.{part.name}", part.file, part.file.rpartition("/")[2]),
    )


def _all_told(parts: Iterable[DatasetPart]) -> str:
    listed = "; ".join(f"{part.name} ({part.holds})" for part in parts)
    return f"The dataset is also given in parts, in the folder split: {listed}."


def _comments_used(define: Define, groups: Iterable[ItemGroup]) -> set[str]:
    """The comments that something still refers to."""
    kept = {item.comment_oid for item in define.items}
    kept |= {codelist.comment_oid for codelist in define.codelists}
    kept |= {clause.comment_oid for clause in define.where_clauses}
    kept |= {standard.comment_oid for standard in define.standards}
    return kept | {group.comment_oid for group in groups} | {define.comment_oid}

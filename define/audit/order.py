"""The order of variables and keys: OrderNumber and KeySequence.

Source: Define-XML 2.1, section 5.3.9.2 (ItemRef). Problems: DEF013, DEF025, DEF026.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clinmap.problems import Problem, Severity
from define.audit.document import Document
from define.document.model import ItemGroup, ItemRef


def order_problems(document: Document) -> Iterator[Problem]:
    """Numbers that stand twice, are given to some only, or leave gaps; keys that do not count."""
    for group in document.define.item_groups:
        yield from _order_problems(document, group.refs, f"dataset {group.name}", group.name)
        yield from _key_problems(document, group)
    for values in document.define.value_lists:
        yield from _order_problems(document, values.refs, f"value list {values.oid}")


def _order_problems(
    document: Document, refs: Iterable[ItemRef], owner: str, dataset: str = ""
) -> Iterator[Problem]:
    seen: dict[int, ItemRef] = {}
    unnumbered = [
        ref
        for ref in refs
        if ref.order is None and (ref.line, "OrderNumber") not in document.faulty
    ]
    for ref in refs:
        if ref.order is not None and seen.setdefault(ref.order, ref) is not ref:
            message = f"OrderNumber {ref.order} stands twice in {owner}"
            yield document.problem("DEF025", message, ref.line, about=(dataset,))
    if seen and unnumbered:
        message = f"{owner}: {len(unnumbered)} of its items have no OrderNumber, others have"
        yield document.problem("DEF025", message, unnumbered[0].line, about=(dataset,))
    elif seen and _all_read(document, refs) and sorted(seen) != list(range(1, len(seen) + 1)):
        after = _after_gap(sorted(seen))
        message = f"the OrderNumbers of {owner} leave a gap before {after}"
        if after == min(seen):
            message = f"the OrderNumbers of {owner} begin with {after}, not with 1"
        yield document.problem("DEF026", message, seen[after].line, about=(dataset,))


def _all_read(document: Document, refs: Iterable[ItemRef]) -> bool:
    """Whether every OrderNumber could be read; one that could not is no gap."""
    return all((ref.line, "OrderNumber") not in document.faulty for ref in refs)


def _after_gap(numbers: list[int]) -> int:
    """The first number that does not follow on the one before it, or does not begin at 1."""
    return next(number for place, number in enumerate(numbers, start=1) if number != place)


def _key_problems(document: Document, group: ItemGroup) -> Iterator[Problem]:
    if any((ref.line, "KeySequence") in document.faulty for ref in group.refs):
        return
    keyed = [ref for ref in group.refs if ref.key_sequence is not None]
    keys = sorted(ref.key_sequence for ref in keyed if ref.key_sequence is not None)
    if keys != list(range(1, len(keys) + 1)):
        numbers = ", ".join(map(str, keys))
        message = f"KeySequence must number the keys from 1 without gaps, not {numbers}"
        line = _wrong_key(keyed).line
        yield document.problem("DEF013", message, line, about=(group.name,))
    elif not keys and group.refs and not group.no_data:
        severity = Severity.NOTE if group.reference_data else document.wanted("DEF013")
        message = "the dataset has no keys"
        yield document.problem(
            "DEF013", message, group.line, about=(group.name,), severity=severity
        )


def _wrong_key(keyed: list[ItemRef]) -> ItemRef:
    """The first key, by number, that does not follow on the one before."""
    ordered = sorted(keyed, key=lambda ref: (ref.key_sequence or 0, ref.line))
    numbered = enumerate(ordered, start=1)
    return next((ref for number, ref in numbered if ref.key_sequence != number), keyed[-1])

"""What does not fit the file that a dataset is in, or where the file cannot be found elsewhere.

Source: SAS transport format, version 5 (names of 8, labels of 40, texts of 200 bytes); Define-XML
2.1, section 5.3.16 (an xlink:href is relative to the define.xml). Problems: DEF078, DEF081.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clinmap.problems import Problem, quoted
from define.audit.document import Document, Use
from define.document.model import ItemGroup

NAME, LABEL, TEXT = 8, 40, 200
"""The most bytes of a name, a label and a text in a transport file of version 5."""
_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
_ONE_COMPUTER = re.compile(r"(file|javascript|data|vbscript):|[A-Za-z]:[\\/]|[\\/]", re.IGNORECASE)


def transport_problems(document: Document) -> Iterator[Problem]:
    """Names, labels and lengths of the datasets that are in transport files."""
    seen: set[str] = set()
    for group in document.define.item_groups:
        for wrong in _wrong_words(group.name, group.label) if _is_transport(group) else ():
            message = f"dataset {group.name}: {wrong}"
            yield document.problem("DEF078", message, group.line, about=(group.name,))
    for use in document.uses:
        if use.parent is None and use.item.oid not in seen and _is_transport(use.group):
            seen.add(use.item.oid)
            yield from _item_problems(document, use)


def link_problems(document: Document) -> Iterator[Problem]:
    """Files whose address is good on one computer only, or is none of a file."""
    define = document.define
    leaves = [group.leaf for group in define.item_groups if group.leaf]
    for leaf in (*leaves, *define.leaves):
        if leads_nowhere(leaf.href):
            message = f"leaf {leaf.id} names {quoted(leaf.href)}, which is no relative address"
            yield document.problem("DEF081", message, leaf.line)


def leads_nowhere(href: str) -> bool:
    """Whether an address is good on one computer only, or is none of a file.

    >>> leads_nowhere("file:///C:/dm.xpt"), leads_nowhere("../dm.xpt")
    (True, False)
    """
    return "\\" in href or _ONE_COMPUTER.match(href) is not None


def _is_transport(group: ItemGroup) -> bool:
    return group.leaf is not None and group.leaf.href.lower().endswith(".xpt")


def _item_problems(document: Document, use: Use) -> Iterator[Problem]:
    item = use.item
    wrongs = [*_wrong_words(item.name, item.label)]
    if item.data_type == "text" and (item.length or 0) > TEXT:
        wrongs.append(f"Length {item.length} is more than {TEXT}")
    for wrong in wrongs:
        message = f"{use.group.name}.{item.name}: {wrong}"
        named = (use.group.name, item.name)
        yield document.problem("DEF078", message, item.line, about=named)


def _wrong_words(name: str, label: str) -> Iterator[str]:
    if name and not _NAME.fullmatch(name):
        yield "the name is not made of capital letters, digits and underscores"
    elif len(name) > NAME:
        yield f"the name has {len(name)} letters, more than {NAME}"
    if len(label.encode()) > LABEL:
        yield f"the label has {len(label.encode())} bytes, more than {LABEL}"

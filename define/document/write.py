"""A define.xml, written: 2.1 and 2.0, byte for byte alike, and without loss what was read.

Source: Define-XML 2.1 and 2.0, section 5.3. Problems: none (an unwritable place raises OSError).
Example: `write_define(define, folder / "define.xml")`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from define.document.merge import merged_root
from define.document.model import Define
from define.document.stylesheet import STYLESHEET
from define.document.tree import define_tree

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_STYLESHEETS = {
    "2.1": f'<?xml-stylesheet type="text/xsl" href="{STYLESHEET}"?>\n'.encode(),
    "2.0": b"",
}


def write_define(define: Define, path: Path) -> None:
    """Write the document to `path`; see `define_bytes`."""
    path.write_bytes(define_bytes(define))


def define_bytes(define: Define) -> bytes:
    """The document as bytes in UTF-8; equal documents give equal bytes.

    A document that was read (`define.kept`) keeps all that the model does not hold: other programs'
    elements and attributes, comments, other languages, the order; only what differs from what was
    read is changed in it. A document of our own is written in the order of the schema, 2.1 with the
    reference to the stylesheet beside it, 2.0 without what only 2.1 has. A document whose
    `namespace` was changed since it was read is written like one of our own. Characters that XML
    cannot hold become U+FFFD.

    Raises ValueError where a document of our own claims a version that is not its `namespace`.
    """
    kept = merged_root(define)
    if kept is not None:
        return _DECLARATION + b"".join(_lines(kept))
    if not define.version.startswith(define.namespace):
        message = f"the version {define.version} is claimed for elements of {define.namespace}"
        raise ValueError(message)
    root = define_tree(define)
    etree.indent(root, space="  ")
    return _DECLARATION + _STYLESHEETS[define.namespace] + b"".join(_lines(root))


def _lines(root: etree._Element) -> Iterator[bytes]:
    """The root with the comments and processing instructions around it, each on its own line."""
    above = reversed(list(root.itersiblings(preceding=True)))
    for node in (*above, root, *root.itersiblings()):
        yield etree.tostring(node, encoding="UTF-8", xml_declaration=False, with_tail=False) + b"\n"

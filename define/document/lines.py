"""The line of an element in its file, also beyond line 65,535."""

from __future__ import annotations

from lxml import etree

LAST_EXACT = 65_534
"""The last line that the parser remembers of an element."""


def line_of(element: etree._Element) -> int:
    """The line in which the start tag of an element ends; 0 for one that is of no file.

    Beyond line 65,534 the parser remembers lines for texts only, and those at their end: the line
    is then that of the next text, less the lines that this text has; without a text near it, the
    line of the element around it.

    >>> line_of(etree.fromstring("<a>\\n<b/></a>")[0])
    2
    """
    line = element.sourceline or 0
    if line <= LAST_EXACT:
        return line
    parent = element.getparent()
    if line == LAST_EXACT + 1 and parent is not None:
        return max(line, line_of(parent))
    return max(LAST_EXACT + 1, line - _newlines_after(element))


def _newlines_after(element: etree._Element) -> int:
    """The new lines in the text that the parser took the line from."""
    inside = element
    for _ in range(4):
        if inside.text:
            return inside.text.count("\n")
        if not len(inside):
            break
        inside = inside[0]
    return (inside.tail or "").count("\n")

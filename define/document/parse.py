"""The bytes of a file as XML, safely: no network, no entities, no DTD, no bombs."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from clinmap.problems import InputError, Location
from define.document.xml_names import ODM

UNREADABLE = "INP011"
"""The code of a define.xml that cannot be read."""

_MEND = "Check that the file is well-formed Define-XML 2.0 or 2.1."
_MENDS = {
    "Namespace prefix": 'Declare the prefix in the ODM element: xmlns:prefix="...".',
    "ntity": "Write the character itself, or its number such as &#233;, and no DOCTYPE.",
    "ncoding": "Save the file in the encoding that its first line names, best UTF-8.",
    "UTF-8": "Save the file in the encoding that its first line names, best UTF-8.",
    "Excessive depth": "A define.xml nests fewer than 20 elements.",
    "limit": "One text or attribute may hold up to 10 MB.",
}
"""How to mend what the parser says, by a part of its message."""

_ASIDE = re.compile(
    r",? (use|try) XML_PARSE_HUGE( option)?|\s*, line \d+, column \d+$|xmlParse\w+: "
)
_OTHER_KINDS = {
    b"PK\x03\x04": ("this is a zip archive or an Excel file, not XML", "Unpack the archive first."),
    b"\x1f\x8b": ("this is a compressed file, not XML", "Unpack the file first."),
    b"%PDF": ("this is a PDF, not XML", "Give the define.xml itself."),
}


def parsed(path: Path) -> etree._Element:
    """The root of an XML file, with comments, processing instructions and CDATA as they stand.

    The parser opens no network connection, expands no entity and reads no DTD. Its own limits hold
    whatever the file says: 256 levels of nesting, 10 MB in one text.

    Problems: InputError INP011, with the line where there is one, for what is no XML file, what is
    not well-formed, and what has a DOCTYPE. Example: `parsed(Path("define.xml")).tag`.
    """
    root = _root(path, _content(path))
    if root.getroottree().docinfo.doctype:
        raise unreadable(
            path,
            1,
            "the file has a DOCTYPE, which a define.xml does not need",
            "Remove the DOCTYPE: entities are not expanded, and no DTD is read.",
        )
    return root


def parsed_odm(path: Path) -> etree._Element:
    """The root as `parsed` gives it, when it is an ODM element of ODM 1.3.

    Problems: InputError INP011, also for other XML.
    """
    root = parsed(path)
    if root.tag == f"{{{ODM}}}ODM":
        return root
    name = etree.QName(root)
    if name.localname != "ODM":
        message = f"this is no Define-XML: its root element is {name.localname}, not ODM"
    elif name.namespace:
        message = "this is no Define-XML 2: its ODM element is not of the namespace of ODM 1.3"
    else:
        message = "this is no Define-XML: its ODM element has no namespace"
    raise unreadable(path, root.sourceline, message, f'Its root must be <ODM xmlns="{ODM}">.')


def unreadable(path: Path, line: int | None, message: str, mend: str = _MEND) -> InputError:
    """The error of a file that cannot be read."""
    return InputError(UNREADABLE, message, location=Location(path.name, line or 0), hint=mend)


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise unreadable(path, 0, "this is a folder", "Give the define.xml that is in it.")
    try:
        content = path.read_bytes()
    except OSError as problem:
        message = f"the file cannot be opened: {problem.strerror}"
        raise unreadable(path, 0, message, "Check the name of the file, and your rights.") from None
    if not content.strip():
        raise unreadable(path, 0, "the file is empty", "Write the define.xml again.")
    for start, (message, mend) in _OTHER_KINDS.items():
        if content.startswith(start):
            raise unreadable(path, 0, message, mend)
    return content


def _root(path: Path, content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        strip_cdata=False,
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as problem:
        said = _ASIDE.sub("", problem.msg or "").strip() or "no more is known"
        mend = next((text for part, text in _MENDS.items() if part in said), _MEND)
        message = f"this is no well-formed XML: {said}"
        raise unreadable(path, problem.lineno, message, mend) from None

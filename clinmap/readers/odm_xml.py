"""ODM files as a stream of elements: checked first, read once, forgotten as soon as they are read.

Nothing is fetched and no entity is expanded; a file with a DOCTYPE is refused. The memory that is
held is that of one element of data with the open elements around it, however long the file is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmap.problems import InputError, Location

if TYPE_CHECKING:
    from lxml import etree

V1_3, V1_2, V2_0 = (f"http://www.cdisc.org/ns/odm/v{version}" for version in ("1.3", "1.2", "2.0"))
STREAMED = (
    "Study", "ClinicalData", "ReferenceData", "SubjectData", "StudyEventData", "FormData",
    "ItemGroupData", "AuditRecord",
)  # fmt: skip
"""The elements that the stream stops at; what stands in others is read with the one around it."""

_BAD_ENCODING = (6, 31, 32, 81)
_CUT_OFF = (73, 77)


@dataclass(frozen=True, slots=True)
class OdmHeader:
    """What the root element says: the namespace of the version, and whether there is a history."""

    namespace: str
    transactional: bool

    def tag(self, name: str) -> str:
        """The element name as the parser gives it."""
        return f"{{{self.namespace}}}{name}"


def odm_header(path: Path, file: str) -> OdmHeader:
    """Read the root element of an ODM file, and refuse what is no ODM 1.3 or 1.2.

    Problems: InputError INP001, INP002 (empty), INP006 (no XML, a DOCTYPE, another root element),
    INP040 (another version of ODM).
    """
    if not path.stat().st_size:
        raise InputError("INP002", "the file is empty", location=Location(file))
    for _, root in parsed(path, file, ("start",), None):
        _refuse_doctype(root, file)
        namespace, _, name = str(root.tag).rpartition("}")
        _refuse_other(namespace.lstrip("{"), name, file)
        return OdmHeader(namespace.lstrip("{"), root.get("FileType") == "Transactional")
    raise _damaged(file, 0, "there is no element in it")


def odm_elements(
    path: Path, file: str, header: OdmHeader
) -> Iterator[tuple[str, str, etree._Element]]:
    """The start and end of each streamed element: `start` or `end`, local name, element.

    At the end of an element it is whole; once the next event is asked for it is emptied.
    """
    tags = [header.tag(name) for name in STREAMED]
    cut = len(header.namespace) + 2
    for event, element in parsed(path, file, ("start", "end"), tags):
        yield event, str(element.tag)[cut:], element
        if event == "end":
            _forget(element)


def parsed(
    path: Path, file: str, events: tuple[str, ...], tags: list[str] | None
) -> Iterator[tuple[str, etree._Element]]:
    """The events of the safe parser; what it refuses is an InputError with its line."""
    from lxml import etree

    options: dict[str, Any] = {"events": events, "tag": tags}
    try:
        with path.open("rb") as stream:
            yield from etree.iterparse(
                stream, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                remove_blank_text=True, remove_comments=True, remove_pis=True, **options,
            )  # fmt: skip
    except etree.XMLSyntaxError as error:
        raise _not_xml(error, file) from None
    except OSError as error:
        said = f"the file cannot be read: {error.strerror}"
        raise InputError("INP001", said, location=Location(file)) from None


def _forget(element: etree._Element) -> None:
    """Empty an element that was read, and take away the one before it of the same name.

    Inline audit records stay: they are read with the element around them.
    """
    parent = element.getparent()
    name = str(element.tag).rpartition("}")[2]
    above = "" if parent is None else str(parent.tag)
    if name == "AuditRecord" and not above.endswith("AuditRecords"):
        return
    element.clear()
    before = element.getprevious()
    if before is not None and parent is not None and before.tag == element.tag:
        parent.remove(before)


def _refuse_doctype(root: etree._Element, file: str) -> None:
    if root.getroottree().docinfo.doctype:
        raise _damaged(
            file, 1, "the file has a DOCTYPE, which is not read: it could bring in other files",
            "Export the file without a DOCTYPE; ODM needs none.",
        )  # fmt: skip


def _refuse_other(namespace: str, name: str, file: str) -> None:
    """Refuse what is not ODM, and the versions of it that are built otherwise."""
    if name != "ODM":
        raise _damaged(file, 1, f"the root element is {name}, not ODM")
    if namespace in (V1_3, V1_2):
        return
    if namespace == V2_0:
        said = "the file is ODM 2.0, whose elements are others"
    elif not namespace:
        said = "the elements are in no namespace, so the version of ODM is not said"
    else:
        said = f"the file is of another version of ODM: {namespace}"
    raise InputError(
        "INP040", said, location=Location(file, 1), hint=f"Export it as ODM 1.3.2 (xmlns={V1_3})."
    )


def _not_xml(error: etree.XMLSyntaxError, file: str) -> InputError:
    """In our own words: the parser's may quote data."""
    line = error.lineno or 0
    if error.code in _BAD_ENCODING:
        return InputError(
            "INP003", "bytes are not of the encoding that the XML declares",
            location=Location(file, line), hint="Export the file as UTF-8.",
        )  # fmt: skip
    if error.code in _CUT_OFF:
        return _damaged(file, line, "the file breaks off: elements are not closed")
    return _damaged(file, line, "this is not well-formed XML, or too deep or large in one place")


def _damaged(
    file: str, line: int, said: str, hint: str = "Export the file again as ODM-XML 1.3.2."
) -> InputError:
    return InputError("INP006", said, location=Location(file, line), hint=hint)

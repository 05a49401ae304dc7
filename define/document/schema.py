"""The XML schema of Define-XML, with the analysis results of ARM 1.0, for 2.1 and for 2.0.

The schemas are those that the package `odmlib` carries; nothing is loaded from the network.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from clinmap.problems import InputError, Location, Problem, Severity
from define.document.lines import LAST_EXACT, line_of
from define.document.parse import parsed
from define.document.read import release_of, version_of
from define.document.xml_names import shown

_SCHEMAS = "odmlib"
_ROOTS = {
    "2.1": "schemas/arm/1.0-define2.1/arm1-0-0.xsd",
    "2.0": "schemas/arm/1.0/arm1-0-0.xsd",
}
_CLARK = re.compile(r"\{http[^{}\s]*\}[\w.-]+")
_OWN = ("{http://www.cdisc.org/", "{http://www.w3.org/")
_HINT = "Correct the element at the line given."


def schema_errors(path: Path) -> list[Problem]:
    """Where a file breaks the XML schema of its version of Define-XML, each with its line.

    The version is that of the elements, 2.1 where there is none. Without the package that carries
    the schemas the result is empty, and `has_schemas` says so.

    Problems: DEF020, also for a file that cannot be read as XML. Example:
    `schema_errors(Path("define.xml"))` is `[]` for a file that is valid.
    """
    try:
        root = parsed(path)
    except InputError as error:
        where = error.location or Location(path.name)
        return [_problem(error.message, where, error.hint)]
    return tree_errors(root, path.name)


def tree_errors(root: etree._Element, name: str) -> list[Problem]:
    """The same for what has been parsed, such as `Define.kept`; `name` is that of the file.

    Problems: DEF020. Example: `tree_errors(define.kept, "define.xml")`.
    """
    if not has_schemas():
        return []
    version = version_of(root)
    release = "" if version is None else release_of(version)
    schema = _schema(release or "2.1")
    checked = _without_extensions(root)
    schema.validate(checked)
    line = _lines(root, checked)
    return [
        _problem(_readable(entry.message), Location(name, line(entry)))
        for entry in schema.error_log
    ]


def _lines(root: etree._Element, checked: etree._Element) -> Callable[[etree._LogEntry], int]:
    """What gives the line of an error, also where the parser's own is not exact.

    Far down in a long file it is looked for by the path of the element, in the file itself.
    """
    originals: dict[etree._Element, etree._Element] = {}

    def line(entry: etree._LogEntry) -> int:
        if 0 < entry.line <= LAST_EXACT or not entry.path:
            return int(entry.line)
        if not originals:
            own = (e for e in root.iter(etree.Element) if not _is_inside_foreign(e))
            originals.update(zip(checked.iter(etree.Element), own, strict=False))
        found = checked.getroottree().xpath(entry.path)
        return line_of(originals.get(found[0], found[0])) if found else int(entry.line)

    return line


def _is_inside_foreign(element: etree._Element) -> bool:
    around = (element, *element.iterancestors())
    return any(_is_foreign(str(one.tag)) for one in around)


def _without_extensions(root: etree._Element) -> etree._Element:
    """The document without elements and attributes of other makers, which ODM 1.3 allows.

    Where there are any it is a copy; it keeps the lines.
    """
    if not any(_extensions(root)):
        return root
    less = copy.deepcopy(root)
    for element, attribute in list(_extensions(less)):
        parent = element.getparent()
        if attribute:
            del element.attrib[attribute]
        elif parent is not None:
            parent.remove(element)
    return less


def _extensions(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Foreign elements, with an empty text, and foreign attributes of the others."""
    for element in root.iter(etree.Element):
        if _is_foreign(str(element.tag)):
            yield element, ""
            continue
        yield from ((element, str(key)) for key in element.attrib if _is_foreign(str(key)))


def _is_foreign(name: str) -> bool:
    """Whether a name in Clark notation is of a namespace of neither CDISC nor W3C."""
    return name.startswith("{") and not name.startswith(_OWN)


def has_schemas() -> bool:
    """Whether the package that carries the schemas is installed."""
    return find_spec(_SCHEMAS) is not None


@cache
def _schema(release: str) -> etree.XMLSchema:
    with as_file(files(_SCHEMAS)) as folder:
        return etree.XMLSchema(etree.parse(str(folder / _ROOTS[release])))


def _readable(message: str) -> str:
    """The message with names as a person writes them: def:leaf for one in Clark notation.

    >>> _readable("Element '{http://www.cdisc.org/ns/def/v2.1}Origin', attribute 'Type': wrong")
    "Element 'def:Origin', attribute 'Type': wrong"
    """
    return _CLARK.sub(lambda found: shown(found.group()), message)


def _problem(message: str, location: Location, hint: str = _HINT) -> Problem:
    return Problem("DEF020", Severity.ERROR, message, location=location, hint=hint)

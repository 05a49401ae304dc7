"""Read CDISC controlled terminology as NCI EVS publishes it: ODM-XML, tab-delimited text, Excel.

The three files of one package hold the same terms and give equal `Terminology` objects:

    read_terminology(Path("sdtm.odm.xml")) == read_terminology(Path("sdtm.txt"))

What kind a file is, is seen from its content. Definitions are not kept. A file that cannot be
used is an `InputError` INP010 with the file, the line where there is one, and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.problems import InputError, Location
from clinmap.terminology import Codelist, Term, Terminology

if TYPE_CHECKING:
    from lxml import etree

CODE = "INP010"

_ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
_NCI = "{http://ncicb.nci.nih.gov/xml/odm/EVS/CDISC}"
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_XML = (b"<", b"\xff\xfe<", b"\xfe\xff\x00<")
_COLUMNS = (
    "code",
    "codelist code",
    "codelist extensible (yes/no)",
    "codelist name",
    "cdisc submission value",
)
_SYNONYMS, _DECODE, _STANDARD = "cdisc synonym(s)", "nci preferred term", "standard and date"
_PACKAGES = ("SDTM", "ADaM", "SEND", "CDASH", "Define-XML", "Protocol", "DDF", "TMF", "Glossary")
_DATED = re.compile(
    rf"\b({'|'.join(_PACKAGES)})(?: Controlled)?(?: CT| Terminology)?[ ,.]+(\d{{4}}-\d\d-\d\d)",
    re.IGNORECASE,
)

Record = dict[str, str]


def read_terminology(path: Path) -> Terminology:
    """Read one terminology package from a file of any of the three kinds.

    Name and date of the package are taken from the file (``SDTM CT 2025-03-28``, or the FileOID
    of the XML) and, for older files that do not state them, from the sheet or file name. Terms
    keep the order of the file; synonyms are separated by ``"; "``.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, f"the file cannot be opened: {error.strerror}") from error
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(_EXCEL):
        return _from_sheets(path, _sheets(path, content))
    if start.startswith(_XML):
        return _from_odm(path, _odm_root(path, content))
    return _from_records(path, _text_records(path, content), path.stem)


def _unreadable(path: Path, why: str, line: int = 0, hint: str = "") -> InputError:
    return InputError(
        CODE,
        f"terminology file cannot be read: {why}",
        location=Location(str(path), line),
        hint=hint or "download the package again from NCI EVS (ODM-XML, text or Excel)",
    )


@dataclass(slots=True)
class _Draft:
    """A codelist while its terms are still being read."""

    code: str
    name: str
    label: str
    extensible: bool
    terms: dict[str, Term] = field(default_factory=dict)

    def frozen(self) -> Codelist:
        terms = tuple(self.terms.values())
        return Codelist(self.code, self.name, self.label, self.extensible, terms)


class _Package:
    """Codelists while they are being read; complains about what contradicts itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.drafts: dict[str, _Draft] = {}

    def open(self, draft: _Draft, line: int) -> None:
        if not (draft.code and draft.name):
            raise _unreadable(self.path, "a codelist has no code or no submission value", line)
        if draft.code in self.drafts:
            raise _unreadable(self.path, f"codelist {draft.code} is there twice", line)
        self.drafts[draft.code] = draft

    def add(self, codelist: str, term: Term, line: int) -> None:
        draft = self.drafts.get(codelist)
        if draft is None:
            raise _unreadable(
                self.path, f"a term belongs to no codelist before it: {codelist}", line
            )
        if not term.value or term.value in draft.terms:
            why = f"codelist {draft.name} has an empty or repeated term {term.value!r}"
            raise _unreadable(self.path, why, line)
        draft.terms[term.value] = term

    def terminology(self, stated: Iterable[str]) -> Terminology:
        """Close the package; `stated` are the texts that may hold its name and date."""
        if not self.drafts:
            raise _unreadable(self.path, "it has no codelists")
        for text in stated:
            if match := _DATED.search(text):
                lists = (draft.frozen() for draft in self.drafts.values())
                return Terminology.of(_package_name(match[1]), match[2], lists)
        hint = "name the file like 'SDTM Terminology 2025-03-28.txt'"
        raise _unreadable(self.path, "it does not state its package and date", hint=hint)


def _package_name(text: str) -> str:
    """The name as `load_packaged` writes it: ADaM for ADAM, Define for DEFINE-XML."""
    name = next(name for name in _PACKAGES if name.casefold() == text.casefold())
    return name.removesuffix("-XML")


def _synonyms(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("; ") if part.strip())


# --- text and Excel -------------------------------------------------------------------------


def _from_records(path: Path, records: Iterable[tuple[int, Record]], name: str) -> Terminology:
    package = _Package(path)
    standards: dict[str, None] = {}
    for line, record in records:
        standards.setdefault(record.get(_STANDARD, ""))
        if record["codelist code"]:
            package.add(record["codelist code"], _record_term(record), line)
        elif record["code"]:
            package.open(_record_draft(record), line)
    standards.pop("", None)
    if len(standards) > 1:
        raise _unreadable(path, f"it mixes packages: {', '.join(standards)}")
    return package.terminology([*standards, name, path.stem])


def _record_draft(record: Record) -> _Draft:
    extensible = record["codelist extensible (yes/no)"].casefold() == "yes"
    name, label = record["cdisc submission value"], record["codelist name"]
    return _Draft(record["code"], name, label, extensible)


def _record_term(record: Record) -> Term:
    return Term(
        record["code"],
        record["cdisc submission value"],
        record.get(_DECODE, ""),
        _synonyms(record.get(_SYNONYMS, "")),
    )


def _records(
    path: Path, header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]
) -> Iterator[tuple[int, Record]]:
    """Name the fields of each row; a row of another length than the header is damage."""
    names = [name.strip().casefold() for name in header]
    if missing := [column for column in _COLUMNS if column not in names]:
        raise _unreadable(path, f"it has no column {', '.join(missing)}", 1)
    for line, row in rows:
        if not any(row):
            continue
        if len(row) != len(names):
            raise _unreadable(path, f"{len(row)} fields where there are {len(names)} columns", line)
        yield line, {name: value.strip() for name, value in zip(names, row, strict=True)}


def _text_records(path: Path, content: bytes) -> Iterator[tuple[int, Record]]:
    lines = re.split(r"\r\n|\r|\n", _decoded(path, content))
    header, *rows = [[_unquoted(cell) for cell in line.split("\t")] for line in lines]
    return _records(path, header, enumerate(rows, start=2))


def _decoded(path: Path, content: bytes) -> str:
    """UTF-8, or the Windows code page that releases before 2020 were written in."""
    if b"\0" in content:
        raise _unreadable(path, "it is neither XML, text nor Excel")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(path, "its text is neither UTF-8 nor Windows-1252")


def _unquoted(cell: str) -> str:
    """Undo the quotes that Excel puts around a cell when it saves a sheet as text."""
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _sheets(path: Path, content: bytes) -> dict[str, list[list[str]]]:
    """Read every sheet of a workbook as text."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(path, f"the workbook is damaged: {error}") from error
    return {name: [[_cell(c) for c in row] for row in rows] for name, rows in sheets.items()}


def _cell(value: object) -> str:
    """The text of a cell; Excel may have made a number of the term ``1``."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _from_sheets(path: Path, sheets: dict[str, list[list[str]]]) -> Terminology:
    """Read the first sheet that has the header; the workbook begins with a ReadMe sheet."""
    for name, rows in sheets.items():
        for place, row in enumerate(rows[:10], start=1):
            if {"code", "codelist code"} <= {cell.strip().casefold() for cell in row}:
                body = enumerate(rows[place:], start=place + 1)
                return _from_records(path, _records(path, row, body), name)
    raise _unreadable(path, "no sheet has the columns Code and Codelist Code")


# --- ODM-XML --------------------------------------------------------------------------------


def _odm_root(path: Path, content: bytes) -> etree._Element:
    """Parse the XML with nothing fetched or expanded; a DOCTYPE is refused."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _unreadable(path, "it has a DOCTYPE, which a terminology package never has")
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(path, f"not well-formed XML: {error.msg}", error.lineno or 0) from error
    if root.getroottree().docinfo.doctype:
        raise _unreadable(path, "it has a DOCTYPE, which a terminology package never has")
    if root.tag != f"{_ODM}ODM":
        raise _unreadable(path, f"the root element is {root.tag!r}, not ODM 1.3")
    return root


def _from_odm(path: Path, root: etree._Element) -> Terminology:
    package = _Package(path)
    for element in root.iter(f"{_ODM}CodeList"):
        draft = _odm_draft(element)
        package.open(draft, element.sourceline or 0)
        for item in element.iterchildren(f"{_ODM}EnumeratedItem"):
            package.add(draft.code, _odm_term(item), item.sourceline or 0)
    described = [_text(root, f"{_ODM}Study/{_ODM}GlobalVariables/{_ODM}StudyDescription")]
    return package.terminology([root.get("FileOID", ""), *described, path.stem])


def _odm_draft(element: etree._Element) -> _Draft:
    return _Draft(
        code=element.get(f"{_NCI}ExtCodeID", ""),
        name=_text(element, f"{_NCI}CDISCSubmissionValue")
        or element.get("OID", "").rpartition(".")[2],
        label=element.get("Name", "").strip(),
        extensible=element.get(f"{_NCI}CodeListExtensible", "").casefold() == "yes",
    )


def _odm_term(item: etree._Element) -> Term:
    synonyms = [
        s for e in item.iterchildren(f"{_NCI}CDISCSynonym") for s in _synonyms(e.text or "")
    ]
    return Term(
        item.get(f"{_NCI}ExtCodeID", ""),
        item.get("CodedValue", "").strip(),
        _text(item, f"{_NCI}PreferredTerm"),
        tuple(synonyms),
    )


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()

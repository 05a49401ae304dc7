"""Reading files of other programs: what is understood, what is a fault, what is refused."""

from __future__ import annotations

import socket
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from clinmap.problems import InputError
from define.document.model import (
    AnalysisDataset,
    Define,
    DocumentRef,
    Fault,
    PageRef,
    ProgrammingCode,
    SubClass,
)
from define.document.read import read_define
from define.document.write import define_bytes
from tests.define.document.samples import ANALYSIS, FOREIGN


def read(text: str | bytes, folder: Path) -> Define:
    """The document in a text."""
    path = folder / "define.xml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_define(path)


def refused(text: str | bytes, folder: Path) -> InputError:
    """The error of reading a text."""
    with pytest.raises(InputError) as caught:
        read(text, folder)
    assert caught.value.code == "INP011"
    assert caught.value.hint
    return caught.value


def line_of(text: str, part: str) -> int:
    """The line in which a part of a text stands first."""
    return text[: text.index(part)].count("\n") + 1


def test_any_prefix(tmp_path: Path) -> None:
    """Names are of namespaces, not of prefixes."""
    define = read(FOREIGN, tmp_path)
    assert (define.namespace, define.version, define.file.context) == ("2.1", "2.1.5", "Other")
    group = define.item_groups[0]
    assert group.cls == "EVENTS"
    assert group.subclasses == (SubClass("ADVERSE EVENT"),)
    assert group.leaf
    assert group.leaf.href == "ae.xpt"
    assert [term.value for term in define.codelists[0].terms] == ["A", "B", "C"]
    assert [term.decode for term in define.codelists[0].terms] == [None, "Zwei", None]
    assert define.faults == ()


def test_texts_around_comments_and_in_cdata(tmp_path: Path) -> None:
    """The whole text is read."""
    define = read(FOREIGN, tmp_path)
    assert define.study.name == "Seven sisters"
    assert define.study.description == "a < b & c"
    assert define.methods[0].expressions[0].text == 'if a < b then\n  c = "&d";'


def test_the_language(tmp_path: Path) -> None:
    """Texts are read in the language that most texts have, wherever it stands."""
    define = read(FOREIGN, tmp_path)
    assert define.language == "fr"
    assert (define.items[0].label, define.item_groups[0].label) == ("Terme", "Evenements")


def test_the_language_of_most_texts_is_read(tmp_path: Path) -> None:
    """One label in two languages, the other one first, in a document that is English."""
    golden = Path(__file__).parents[1] / "golden" / "define.xml"
    text = golden.read_text(encoding="utf-8")
    english = '<TranslatedText xml:lang="en">Demographics<'
    german = '<TranslatedText xml:lang="de">Demografie</TranslatedText>'
    for other in (english, english.replace(' xml:lang="en"', "")):
        define = read(text.replace(english, german + other), tmp_path)
        assert define.language == "en"
        assert define.item_groups[0].label == "Demographics"


def test_what_is_not_known(tmp_path: Path) -> None:
    """A vendor's elements are listed, the outermost only."""
    line = line_of(FOREIGN, "<v:Reviewers>")
    note = line_of(FOREIGN, "<v:Note>")
    expected = (f"v:Reviewers (line {line})", f"v:Note (line {note})")
    assert read(FOREIGN, tmp_path).unknown == expected


def test_analysis_displays(tmp_path: Path) -> None:
    """All of a display and its result."""
    define = read(ANALYSIS, tmp_path)
    assert define.unknown == define.faults == ()
    display = define.displays[0]
    assert (display.oid, display.name, display.description) == (
        "RD.1",
        "Table 14.1",
        "Change at week 8",
    )
    assert display.documents == (DocumentRef("LF.sap", (PageRef("PhysicalRef", "", 3, 4),)),)
    result = display.results[0]
    assert (result.reason, result.purpose) == ("SPECIFIED IN SAP", "PRIMARY OUTCOME MEASURE")
    assert (result.parameter_oid, result.comment_oid) == ("IT.PARAMCD", "COM.J")
    assert result.datasets == (AnalysisDataset("IG.ADQS", ("WC.1",), ("IT.AVAL",)),)
    assert (result.documentation, result.documents) == ("A linear model", (DocumentRef("LF.sap"),))
    assert result.code == ProgrammingCode("SAS 9.4", "proc glm;\n  model aval = dose;\nrun;")


def objects_of(part: object) -> list[Any]:
    """All objects of a document that have a line."""
    found: list[Any] = []
    if isinstance(part, tuple):
        return [x for member in part for x in objects_of(member)]
    if is_dataclass(part) and not isinstance(part, type):
        own = {field.name for field in fields(part)}
        found += [part] if "line" in own and not isinstance(part, Fault) else []
        for name in own - {"original", "kept"}:
            found += objects_of(getattr(part, name))
    return found


@pytest.mark.parametrize("text", [FOREIGN, ANALYSIS])
def test_every_object_has_the_line_of_its_element(text: str, tmp_path: Path) -> None:
    """The line of the element's start tag ends with what names the object."""
    define = read(text, tmp_path)
    root = etree.fromstring(text.encode())
    by_oid = {e.get("OID") or e.get("ID"): e.sourceline for e in root.iter(etree.Element)}
    found = objects_of(define)
    assert all(part.line > 0 for part in found)
    named = [part for part in found if getattr(part, "oid", "") or getattr(part, "id", "")]
    for part in named:
        if part is not define.file:
            assert part.line == by_oid[getattr(part, "oid", "") or part.id]
    assert len(named) > 5


FAULTS = {
    "a missing name": (' Name="AESEV"', "", "ItemDef", "Name", "has no attribute Name"),
    "a missing type": (' DataType="text" Length="8"', "", "ItemDef", "DataType", "has no"),
    "a number": ('Length="8"', 'Length="$8"', "ItemDef", "Length", "not a whole number: '$8'"),
    "a fraction": (
        'OrderNumber="2"', 'OrderNumber="2.5"', "ItemRef", "OrderNumber", "'2.5'"
    ),
    "a choice": ('Mandatory="No"', 'Mandatory="yes"', "ItemRef", "Mandatory", "neither Yes nor No"),
    "a reference": (' leafID="LF.crf"', "", "def:DocumentRef", "leafID", "def:DocumentRef has no"),
    "a file": (' l:href="acrf.pdf"', "", "def:leaf", "xlink:href", "no attribute xlink:href"),
    "a claim": (
        '"2.1.5"', '"2.0.0"', "MetaDataVersion", "def:DefineVersion", "elements are those of 2.1"
    ),
    "no claim": (
        ' d:DefineVersion="2.1.5"', "", "MetaDataVersion", "def:DefineVersion", "has no attribute"
    ),
    "a second class": (
        '<d:leaf ID="LF.AE"', '<d:Class Name="FINDINGS"/><d:leaf ID="LF.AE"', "def:Class", "",
        "more than one def:Class",
    ),
    "no context": (' d:Context="Other"', "", "ODM", "def:Context", "ODM has no"),
    "another study": (
        "</o:Study>", '</o:Study><o:Study OID="S.2"/>', "Study", "", "more than one Study"
    ),
    "another version": (
        "</o:Study>", '<o:MetaDataVersion OID="M.2" Name="x"/></o:Study>', "MetaDataVersion", "",
        "more than one MetaDataVersion",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault(name: str, tmp_path: Path) -> None:
    """It is read, with one fault at its line; and written as it was."""
    old, new, element, attribute, message = FAULTS[name]
    text = FOREIGN.replace(old, new, 1)
    assert text != FOREIGN
    define = read(text, tmp_path)
    assert [(f.element, f.attribute) for f in define.faults] == [(element, attribute)]
    assert message in define.faults[0].message
    lines = text.splitlines()
    local = element.rpartition(":")[2]
    above = range(define.faults[0].line - 1, max(0, define.faults[0].line - 5), -1)
    assert any(f":{local}" in lines[line] for line in above)
    assert len(define.items) == 2
    assert b"vendor keep" in define_bytes(define)


def test_what_cannot_be_used_is_empty(tmp_path: Path) -> None:
    """A number that is none is None, an attribute that is missing is an empty text."""
    text = FOREIGN.replace('Length="8"', 'Length="long"').replace(' Name="AESEV"', "")
    item = read(text, tmp_path).items[1]
    assert (item.name, item.length) == ("", None)


def test_the_first_of_two_versions(tmp_path: Path) -> None:
    """Datasets of another study are not mixed in."""
    study = FOREIGN[FOREIGN.index("<o:Study ") : FOREIGN.index("</o:ODM>")]
    define = read(FOREIGN.replace("</o:ODM>", study + "</o:ODM>"), tmp_path)
    assert len(define.item_groups) == 1
    assert {fault.element for fault in define.faults} == {"Study", "MetaDataVersion"}


def test_version_20_that_claims_21(tmp_path: Path) -> None:
    """The elements decide; the claim is kept."""
    define = read(ANALYSIS.replace('"2.0.0"', '"2.1.0"'), tmp_path)
    assert (define.namespace, define.version) == ("2.0", "2.1.0")
    assert [f.attribute for f in define.faults] == ["def:DefineVersion"]
    assert define.item_groups[0].cls == "BASIC DATA STRUCTURE"


def test_version_20_has_other_required_attributes(tmp_path: Path) -> None:
    """The standard's name, and no context."""
    define = read(ANALYSIS.replace('def:StandardName="ADaM-IG"', ""), tmp_path)
    assert [f.attribute for f in define.faults] == ["def:StandardName"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "iso-8859-1", "cp1252"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    """Whatever the first line names, and the byte order mark."""
    name = {"cp1252": "windows-1252", "utf-8-sig": "UTF-8"}.get(encoding, encoding)
    text = FOREIGN.replace("UTF-8", name).replace("Terme", "Événement")
    assert read(text.encode(encoding), tmp_path).items[0].label == "Événement"


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "nothing": (b"", "the file is empty"),
    "white space": (b" \n\n", "the file is empty"),
    "a text": ("Dataset,Variable\n", "no well-formed XML"),
    "a zip": (b"PK\x03\x04\x14\x00", "zip archive"),
    "gzip": (b"\x1f\x8b\x08\x00", "compressed"),
    "a PDF": (b"%PDF-1.7", "PDF"),
    "bytes": (bytes(range(256)), "no well-formed XML"),
    "half a file": (FOREIGN[: len(FOREIGN) // 2], "no well-formed XML"),
    "a wrong encoding": (FOREIGN.replace("Terme", "é").encode("latin-1"), "encoding"),
    "an unknown encoding": (FOREIGN.replace("UTF-8", "klingon"), "klingon"),
    "a prefix": (FOREIGN.replace(' xmlns:v="urn:vendor:extension"', ""), "Namespace prefix v"),
    "HTML": ("<html><body/></html>", "root element is html"),
    "ODM 2": ('<ODM xmlns="http://www.cdisc.org/ns/odm/v2.0"/>', "namespace of ODM 1.3"),
    "no namespace": ("<ODM/>", "no namespace"),
    "no metadata": ('<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3"/>', "no Study"),
    "Define-XML 1": (ANALYSIS.replace("def/v2.0", "def/v1.0"), "neither Define-XML 2.0 nor 2.1"),
    "nesting": ("<a>" * 100_000, "Excessive depth"),
    "a text of 11 MB": (FOREIGN.replace("P-7", "x" * 11_000_000), "too long"),
    "a DOCTYPE": (FOREIGN.replace("<!-- made", "<!DOCTYPE ODM><!-- made", 1), "DOCTYPE"),
    "a DTD elsewhere": (
        FOREIGN.replace("<!-- made", '<!DOCTYPE ODM SYSTEM "http://127.0.0.1:9/a.dtd"><!-- m', 1),
        "DOCTYPE",
    ),
    "an undefined entity": (FOREIGN.replace("P-7", "&nbsp;"), "nbsp"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error with a way to mend it, and no network."""

    def forbidden(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    content, message = REFUSED[name]
    assert message in refused(content, tmp_path).message


def test_the_error_says_the_line_once(tmp_path: Path) -> None:
    """As its location, not as the parser says it."""
    error = refused(FOREIGN.replace("</o:StudyName>", "</o:Studyname>"), tmp_path)
    assert error.location
    assert error.location.line == line_of(FOREIGN, "</o:StudyName>")
    assert "column" not in error.message


def test_a_bomb_is_refused_at_once(tmp_path: Path) -> None:
    """In UTF-16, too, and in attributes, which a parser always expands."""
    parts = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE ODM [<!ENTITY e0 "{"x" * 100}">{parts}]><ODM a="&e11;">&e11;</ODM>'
    refused(text, tmp_path)
    refused(text.encode("utf-16"), tmp_path)


def test_a_folder(tmp_path: Path) -> None:
    """The hint is to give the file that is in it."""
    with pytest.raises(InputError, match="INP011 this is a folder"):
        read_define(tmp_path)


@pytest.mark.slow
def test_fifty_megabytes_of_codelists(tmp_path: Path) -> None:
    """All terms are read, and the lines beyond 65,535 are right."""
    alias = '<o:Alias Context="nci:ExtCodeID" Name="C{}"/>'
    term = (
        f'<o:EnumeratedItem CodedValue="{{}}" OrderNumber="{{}}">\n{alias}\n</o:EnumeratedItem>\n'
    )
    terms = "".join(term.format(f"TERM {n:09d}", n, n) for n in range(400_000))
    text = FOREIGN.replace('<o:EnumeratedItem CodedValue="C"/>', "\n" + terms)
    assert len(text) > 50_000_000
    define = read(text, tmp_path)
    found = define.codelists[0].terms
    assert len(found) == 400_002
    assert found[-1].line - found[2].line == 3 * (400_000 - 1)
    assert len(define_bytes(define)) > 50_000_000

"""Writing and reading: schema, golden file, other programs' readers, files that are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from odmlib.arm_loader import XMLArmLoader
from odmlib.define_loader import XMLDefineLoader

from clinmap.problems import InputError
from define.document.model import (
    AnalysisDataset,
    AnalysisResult,
    Define,
    Display,
    DocumentRef,
    FormalExpression,
    ItemOrigin,
    Leaf,
    PageRef,
    ProgrammingCode,
    Standard,
)
from define.document.read import read_define
from define.document.schema import schema_errors
from define.document.stylesheet import copy_stylesheet
from define.document.write import define_bytes, write_define

DEFINE_20 = """<?xml version="1.0"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.0"
     xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:arm="http://www.cdisc.org/ns/arm/v1.0"
     FileType="Snapshot" FileOID="F" CreationDateTime="2015-01-01T00:00:00" ODMVersion="1.3.2">
 <Study OID="S"><GlobalVariables><StudyName>N</StudyName><StudyDescription>D</StudyDescription>
  <ProtocolName>P</ProtocolName></GlobalVariables>
  <MetaDataVersion OID="M" Name="M" def:DefineVersion="2.0.0" def:StandardName="SDTM-IG"
    def:StandardVersion="3.1.2">
   <ItemGroupDef OID="IG.AE" Name="AE" Repeating="Yes" Purpose="Tabulation" def:Class="EVENTS"
     def:Structure="one record per event" def:ArchiveLocationID="LF.AE">
    <Description><TranslatedText xml:lang="de">Ereignisse</TranslatedText></Description>
    <ItemRef ItemOID="IT.AE.AETERM" Mandatory="Yes" OrderNumber="1"/>
    <def:leaf ID="LF.AE" xlink:href="ae.xpt"><def:title>ae.xpt</def:title></def:leaf>
   </ItemGroupDef>
   <ItemDef OID="IT.AE.AETERM" Name="AETERM" DataType="text" Length="20">
    <def:Origin Type="CRF"><def:DocumentRef leafID="LF.CRF">
      <def:PDFPageRef PageRefs="6 7" Type="PhysicalRef"/></def:DocumentRef></def:Origin>
   </ItemDef>
   <def:leaf ID="LF.CRF" xlink:href="crf.pdf"><def:title>CRF</def:title></def:leaf>
   <arm:AnalysisResultDisplays><arm:ResultDisplay OID="R" Name="R"/></arm:AnalysisResultDisplays>
  </MetaDataVersion></Study></ODM>
"""


def written(define: Define, folder: Path) -> Path:
    """The document in a file."""
    path = folder / "define.xml"
    write_define(define, path)
    return path


def refused(text: str, folder: Path) -> InputError:
    """The error of reading that text."""
    path = folder / "bad.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_define(path)
    return caught.value


def test_the_golden_file(sdtm: Define, golden: Path) -> None:
    """Byte for byte what a person has read."""
    assert define_bytes(sdtm) == golden.read_bytes()


def test_both_are_valid(sdtm: Define, adam: Define, tmp_path: Path) -> None:
    """Against the XML schema of Define-XML 2.1."""
    assert schema_errors(written(sdtm, tmp_path)) == []
    assert schema_errors(written(adam, tmp_path)) == []


def test_the_schema_finds_faults(sdtm: Define, tmp_path: Path) -> None:
    """An origin that is not of the terminology."""
    bad = replace(sdtm.items[0], origins=(ItemOrigin("Guessed"),))
    found = schema_errors(written(replace(sdtm, items=(bad, *sdtm.items[1:])), tmp_path))
    assert found
    assert found[0].code == "DEF020"
    assert found[0].location
    assert found[0].location.line


def test_read_what_was_written(sdtm: Define, adam: Define, tmp_path: Path) -> None:
    """Nothing is lost."""
    for define in (sdtm, adam):
        again = read_define(written(define, tmp_path))
        assert again == define
        assert again.unknown == ()


def test_what_only_others_write_is_kept(sdtm: Define, tmp_path: Path) -> None:
    """Pages, expressions, descriptions, unusual characters."""
    page = PageRef("PhysicalRef", first=3, last=5, title="Page")
    document = DocumentRef("LF.csdrg", (page, PageRef("NamedDestination", "AE DM")))
    method = replace(
        sdtm.methods[0],
        documents=(document,),
        expressions=(FormalExpression("SAS 9.4", "if a < b & c then\n  d = 'é';"),),
    )
    terms = (replace(sdtm.codelists[0].terms[0], value=' a\n"b"\t', rank="1", order=1),)
    codelist = replace(sdtm.codelists[0], terms=terms, description="Why & what", sas_format="CL")
    define = replace(
        sdtm,
        methods=(method, *sdtm.methods[1:]),
        codelists=(codelist, *sdtm.codelists[1:]),
        language="de",
    )
    path = written(define, tmp_path)
    assert read_define(path) == define
    assert schema_errors(path) == []


def test_control_characters_do_not_stop_the_writing(sdtm: Define, tmp_path: Path) -> None:
    """XML cannot hold them."""
    study = replace(sdtm.study, description="a\x00b\x1fc")
    again = read_define(written(replace(sdtm, study=study), tmp_path))
    assert again.study.description == "a\ufffdb\ufffdc"


def test_a_version_is_not_passed_off_as_another(sdtm: Define) -> None:
    """The elements are of one version, and that is what the file says."""
    with pytest.raises(ValueError, match=r"2\.0\.0 is claimed for elements of 2\.1"):
        define_bytes(replace(sdtm, version="2.0.0"))


def test_version_20_is_valid_and_leaves_out_what_it_has_not(sdtm: Define, tmp_path: Path) -> None:
    """Against the XML schema of 2.0: the guide in attributes, the class too, no standards."""
    old = {"Collected": "CRF", "Not Available": "CRF"}
    items = tuple(
        replace(i, origins=tuple(replace(o, type=old.get(o.type, o.type)) for o in i.origins))
        for i in sdtm.items
    )
    older = replace(sdtm, namespace="2.0", version="2.0.0", items=items)
    path = written(older, tmp_path)
    assert schema_errors(path) == []
    again = read_define(path)
    assert (again.faults, again.namespace) == ((), "2.0")
    assert again.standards == (Standard("", "SDTMIG", "IG", "3.4"),)
    assert [g.cls for g in again.item_groups] == [g.cls for g in sdtm.item_groups]
    assert again.codelists[0].terms == sdtm.codelists[0].terms
    assert b"stylesheet" not in path.read_bytes()


def with_display(define: Define) -> Define:
    """The document with a display of one result."""
    code = ProgrammingCode("SAS 9.4", "proc freq;\nrun;", (DocumentRef("LF.csdrg"),))
    result = AnalysisResult(
        oid="AR.1",
        reason="SPECIFIED IN SAP",
        purpose="PRIMARY OUTCOME MEASURE",
        description="Subjects with an event",
        parameter_oid=define.items[0].oid,
        datasets=(
            AnalysisDataset(
                define.item_groups[0].oid, (define.where_clauses[0].oid,), (define.items[0].oid,)
            ),
            AnalysisDataset(define.item_groups[1].oid),
        ),
        comment_oid=define.comments[0].oid if define.comments else "",
        documentation="Counts & percentages",
        documents=(DocumentRef("LF.csdrg", (PageRef("PhysicalRef", "3"),)),),
        code=code,
    )
    plain = AnalysisResult("AR.2", "DATA DRIVEN", "EXPLORATORY OUTCOME MEASURE", "Another")
    plain = replace(plain, datasets=(AnalysisDataset(define.item_groups[0].oid),))
    display = Display("RD.1", "Table 1", "Events", (DocumentRef("LF.csdrg"),), (result, plain))
    return replace(define, displays=(display,))


def test_displays_are_valid_in_both_versions_and_read_again(sdtm: Define, tmp_path: Path) -> None:
    """Analysis results of ARM 1.0; odmlib, an independent reader, sees them too."""
    define = with_display(sdtm)
    path = written(define, tmp_path)
    assert schema_errors(path) == []
    assert read_define(path) == define
    loader = XMLArmLoader()
    loader.create_document(str(path))
    found = loader.load_metadataversion(0).AnalysisResultDisplays.ResultDisplay
    assert [display.OID for display in found] == ["RD.1"]
    older = replace(define, namespace="2.0", version="2.0.0", items=sdtm.items)
    assert read_define(written(older, tmp_path)).displays == define.displays
    assert not [p for p in schema_errors(tmp_path / "define.xml") if "arm:" in p.message]


def test_odmlib_reads_it(sdtm: Define, tmp_path: Path) -> None:
    """An independent reader sees the same datasets, items and codelists."""
    loader = XMLDefineLoader(model_package="define_2_1")
    loader.create_document(str(written(sdtm, tmp_path)))
    version = loader.load_metadataversion(0)
    assert [g.Name for g in version.ItemGroupDef] == [g.name for g in sdtm.item_groups]
    assert [i.OID for i in version.ItemDef] == [i.oid for i in sdtm.items]
    assert [i.DataType for i in version.ItemDef] == [i.data_type for i in sdtm.items]
    assert [c.OID for c in version.CodeList] == [c.oid for c in sdtm.codelists]
    checks = [c.RangeCheck[0].CheckValue[0]._content for c in version.WhereClauseDef]
    assert checks == [c.checks[0].values[0] for c in sdtm.where_clauses]


@pytest.mark.parametrize("name", ["sdtm", "adam"])
def test_every_reference_resolves(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Counted from the XML alone: each OID that is referred to is defined once, and used."""
    root = etree.parse(str(written(request.getfixturevalue(name), tmp_path))).getroot()
    defined: list[str] = []
    used: set[str] = set()
    for element in root.iter(etree.Element):
        for key, value in element.attrib.items():
            local = etree.QName(key).localname
            if local in ("OID", "ID"):
                defined.append(str(value))
            elif (local.endswith("OID") and local != "FileOID") or local in (
                "leafID", "ArchiveLocationID",
            ):  # fmt: skip
                used.add(str(value))
    assert len(set(defined)) == len(defined)
    assert used <= set(defined)
    roots = ("IG.", "MDV.", "STUDY.")
    assert {oid for oid in set(defined) - used if not oid.startswith(roots)} == set()


def test_a_reader_of_html_sees_each_dataset(sdtm: Define, tmp_path: Path) -> None:
    """The stylesheet beside the file turns it into a page."""
    sheet, licence = copy_stylesheet(tmp_path)
    assert "MIT" in licence.read_text(encoding="utf-8")
    page = etree.XSLT(etree.parse(str(sheet)))(etree.parse(str(written(sdtm, tmp_path))))
    html = str(page)
    assert html.startswith("<!DOCTYPE html") or "<html" in html
    for group in sdtm.item_groups:
        assert f">{group.name}<" in html or f"{group.name} [" in html
        assert group.label in html
    assert "Glucose as reported" in html


class TestRead:
    """Files that others wrote."""

    def test_version_20(self, tmp_path: Path) -> None:
        path = tmp_path / "old.xml"
        path.write_text(DEFINE_20, encoding="utf-8")
        define = read_define(path)
        group = define.item_group("AE")
        assert group
        assert (group.cls, group.label, group.leaf) == (
            "EVENTS",
            "Ereignisse",
            Leaf("LF.AE", "ae.xpt", "ae.xpt"),
        )
        assert (define.version, define.language) == ("2.0.0", "de")
        assert (define.standards[0].name, define.standards[0].version) == ("SDTM-IG", "3.1.2")
        assert define.items[0].origins[0].documents[0].pages[0].pages == "6 7"
        assert define.unknown == ()
        assert [(display.oid, display.line) for display in define.displays] == [("R", 20)]

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"none\.xml: INP011 the file cannot be opened"):
            read_define(tmp_path / "none.xml")

    def test_not_well_formed(self, tmp_path: Path) -> None:
        error = refused("<ODM>\n<a></b>", tmp_path)
        assert error.code == "INP011"
        assert str(error.location) == "bad.xml:2"

    def test_entities_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("secret", encoding="utf-8")
        doctype = f'<!DOCTYPE ODM [<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
        text = DEFINE_20.replace("?>", "?>" + doctype, 1).replace("<StudyName>N", "<StudyName>&x;")
        error = refused(text, tmp_path)
        assert "DOCTYPE" in error.message
        assert "secret" not in str(error)

    def test_a_bomb_is_refused(self, tmp_path: Path) -> None:
        parts = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
        text = f'<!DOCTYPE ODM [<!ENTITY e0 "x">{parts}]><ODM a="&e8;"/>'
        assert refused(text, tmp_path).code == "INP011"

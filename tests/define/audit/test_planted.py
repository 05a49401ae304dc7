"""One fault is planted at a time: the audit finds it at its line, and finds nothing else."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from lxml import etree

from clinmap.app.define.auditing import Order, audit
from clinmap.codes import find_code
from clinmap.codes.define_xml import DEFINE_CODES, needs_data
from clinmap.problems import ClinmapError, Problem
from define.document.model import Define
from define.document.write import write_define
from tests.define.audit.plants import PLANTS, Plant

SAMPLES = Path(__file__).with_name("samples")
FILES = ("dm.xpt", "vs.xpt", "suppdm.xpt", "adsl.xpt", "adtte.xpt", "acrf.pdf", "sap.pdf")


def sample(name: str) -> str:
    """A define.xml without a fault."""
    return (SAMPLES / f"{name}.xml").read_text(encoding="utf-8")


def planted(plant: Plant) -> tuple[str, int]:
    """The sample with the fault, and the line that must be told."""
    before = sample(plant.sample)
    assert before.count(plant.old) == 1, f"{before.count(plant.old)} times in the sample"
    text = before.replace(plant.old, plant.new)
    assert plant.at in text, "no such line"
    return text, text[: text.index(plant.at)].count("\n") + 1


def audited(text: str, folder: Path) -> list[Problem]:
    """The findings in a define.xml that stands in a folder with the files it names."""
    for name in FILES:
        (folder / name).touch()
    path = folder / "define.xml"
    path.write_text(text, encoding="utf-8")
    return list(audit(Order(path)).problems)


@pytest.mark.parametrize("name", ["sdtm_21", "adam_21", "sdtm_20"])
def test_a_sound_document_has_no_finding(name: str, tmp_path: Path) -> None:
    """The samples as they are."""
    assert audited(sample(name), tmp_path) == []


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_each_plant_is_found_and_nothing_else(plant: Plant, tmp_path: Path) -> None:
    """The code, at the line, once; the catalogue's severity."""
    text, line = planted(plant)
    found = audited(text, tmp_path)
    places = [(p.code, p.location.file, p.location.line) for p in found if p.location]
    assert places == [(plant.code, "define.xml", line)]
    assert len(found) == 1
    known = find_code(plant.code)
    assert known
    assert found[0].severity is known.severity


def test_every_code_has_a_plant() -> None:
    """A code that no plant shows could not be trusted."""
    audits = {code.id for code in DEFINE_CODES if not needs_data(code.id)}
    assert audits == {plant.code for plant in PLANTS}


def test_our_own_small_documents_have_no_finding(
    sdtm: Define, adam: Define, tmp_path: Path
) -> None:
    """What is generated, written with its files beside it."""
    for name, define in (("sdtm", sdtm), ("adam", adam)):
        folder = tmp_path / name
        folder.mkdir()
        write_define(define, folder / "define.xml")
        groups = (group.leaf for group in define.item_groups if group.leaf)
        for leaf in (*groups, *define.leaves):
            (folder / leaf.href).touch()
        problems = audit(Order(folder / "define.xml")).problems
        assert [(p.code, p.message) for p in problems if p.code != "DEF059"] == []


def test_without_any_file_that_is_said_once(tmp_path: Path) -> None:
    """A define.xml that was sent alone."""
    path = tmp_path / "define.xml"
    path.write_text(sample("sdtm_21"), encoding="utf-8")
    found = audit(Order(path)).problems
    assert [(p.code, p.count) for p in found] == [("DEF048", 3)]


def test_a_file_that_is_not_for_a_submission_is_asked_for_less(tmp_path: Path) -> None:
    """What only a submission must have is a note there."""
    text = sample("sdtm_21").replace('def:Context="Submission"', 'def:Context="Other"')
    text = text.replace('<def:Class Name="FINDINGS"/>', "")
    found = audited(text, tmp_path)
    assert [(p.code, p.severity.value) for p in found] == [("DEF027", "note")]


def test_hints_name_a_near_match(tmp_path: Path) -> None:
    """Of the words, the terms and the OIDs that are known."""
    wanted = {"DEF001": "COM.RACE", "DEF045": "Sponsor", "DEF047": "FINDINGS", "DEF053": "TEMP"}
    seen = set()
    for plant in PLANTS:
        text, _ = planted(plant)
        near = wanted.get(plant.code, "")
        if near and near in sample(plant.sample):
            seen |= {p.code for p in audited(text, tmp_path) if near in p.hint}
    assert seen == set(wanted)


@pytest.mark.parametrize("name", ["sdtm_21", "adam_21", "sdtm_20"])
def test_nothing_that_is_missing_ends_the_audit(name: str, tmp_path: Path) -> None:
    """Every element and every attribute is taken away in turn: findings or a clear error."""
    whole = etree.fromstring(sample(name).encode())
    ended = []
    for number, element in enumerate(whole.iter(etree.Element)):
        for attribute in (None, *element.attrib):
            less = copy.deepcopy(whole)
            found = list(less.iter(etree.Element))[number]
            parent = found.getparent()
            if attribute is not None:
                del found.attrib[attribute]
            elif parent is not None:
                parent.remove(found)
            try:
                audited(etree.tostring(less, encoding="unicode"), tmp_path)
            except ClinmapError as error:
                ended.append(error.code)
    assert set(ended) <= {"INP011"}


FEMALE = '<Decode><TranslatedText xml:lang="en">Female</TranslatedText></Decode>'
BOTH_LANGUAGES = FEMALE.replace(
    "<Decode>", '<Decode><TranslatedText xml:lang="de">Weiblich</TranslatedText>'
)
SPONSOR = '<def:Origin Type="Derived" Source="Sponsor"/>\n      </ItemDef>'
TWO_ORIGINS = f'<def:Origin Type="Collected" Source="Vendor"/>{SPONSOR}'
UNITS = '<EnumeratedItem CodedValue="beats/min"/>\n        <EnumeratedItem CodedValue="C"/>'
ALLOWED = {
    "an attribute of another maker": ("<MetaDataVersion ", '<MetaDataVersion xmlns:v="u" v:x="1" '),
    "an element of another maker": (
        '<def:Class Name="FINDINGS"/>',
        '<v:x xmlns:v="urn:v"><v:y/></v:x><def:Class Name="FINDINGS"/>',
    ),
    "a decode in two languages": (FEMALE, BOTH_LANGUAGES),
    "two origins": (SPONSOR, TWO_ORIGINS),
    "a dictionary without a version": (UNITS, '<ExternalCodeList Dictionary="ISO 8601"/>'),
    "a named destination": (
        'Type="PhysicalRef" PageRefs="4 6"',
        'Type="NamedDestination" PageRefs="sex"',
    ),
    "a file in another folder": ('xlink:href="acrf.pdf"', 'xlink:href="../crf/acrf.pdf"'),
    "NOTIN": ('Comparator="IN"', 'Comparator="NOTIN"'),
    "no SASDatasetName": (' SASDatasetName="VS"', ""),
    "a part of a page address": ('"acrf.pdf"', '"acrf.pdf#page=3"'),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_standard_allows_is_no_finding(name: str, tmp_path: Path) -> None:
    """What our own define.xml never has, and others have."""
    before, after = ALLOWED[name]
    text = sample("sdtm_21")
    assert before in text
    (tmp_path / "crf").mkdir()
    (tmp_path / "crf" / "acrf.pdf").touch()
    (tmp_path / "package").mkdir()
    found = audited(text.replace(before, after, 1), tmp_path / "package")
    assert [p.message for p in found] == []


def test_elements_of_others_hide_nothing_of_the_schema(tmp_path: Path) -> None:
    """They are left out of what the schema sees; the lines of the rest stay."""
    text = sample("sdtm_21").replace("<def:Standards>", '<v:x xmlns:v="u"/>\n<def:Standards>')
    text = text.replace('Type="Computation"', 'Type="Derivation"', 1)
    line = text[: text.index("Derivation")].count("\n") + 1
    found = [(p.code, p.location and p.location.line) for p in audited(text, tmp_path)]
    assert found == [("DEF020", line)]


@pytest.mark.parametrize("foreign", ["", '<v:x xmlns:v="u"><v:y/></v:x>'])
def test_a_broken_schema_has_its_line_far_down_in_a_file(foreign: str, tmp_path: Path) -> None:
    """The parser itself forgets lines from 65,535 on; one finding says it, not two."""
    text = sample("sdtm_21").replace("<def:AnnotatedCRF>", "\n" * 70_000 + "<def:AnnotatedCRF>")
    text = text.replace("<def:Standards>", f"{foreign}<def:Standards>")
    text = text.replace('Type="Computation"', 'Type="Derivation"', 1)
    text = text.replace('DataType="partialDatetime"', 'DataType="datetimes"')
    wanted = {
        (code, text[: text.index(word)].count("\n") + 1)
        for code, word in (("DEF020", "Derivation"), ("DEF022", "datetimes"))
    }
    found = [(p.code, p.location.line) for p in audited(text, tmp_path) if p.location]
    assert set(found) == wanted
    assert len(found) == len(wanted)


def test_the_decode_of_another_term_is_an_error(tmp_path: Path) -> None:
    """Other words for a term are a note; the words for another term make it a wrong one."""
    found = audited(sample("sdtm_21").replace(">Female<", ">Male<"), tmp_path)
    assert [(p.code, p.severity.value) for p in found] == [("DEF042", "error")]
    assert "the decode of 'M'" in found[0].message


def test_reference_data_need_no_keys(tmp_path: Path) -> None:
    """That they have none is a note there."""
    keyed = '<odm:ItemRef ItemOID="IT.USUBJID" OrderNumber="1" Mandatory="Yes" KeySequence="1"'
    text = sample("sdtm_20").replace(keyed, keyed.replace("USUBJID", "QNAM"), 1)
    text = text.replace(' KeySequence="1"', "", 1).replace(
        'IsReferenceData="No"', 'IsReferenceData="Yes"', 1
    )
    found = [(p.code, p.severity.value) for p in audited(text, tmp_path) if p.code == "DEF013"]
    assert found == [("DEF013", "note")]


def test_units_that_differ_in_case_only_are_two(tmp_path: Path) -> None:
    """Terms with C-codes of their own are published both: PA and Pa."""
    alias = '<Alias Context="nci:ExtCodeID" Name="C{}"/></EnumeratedItem>'
    two = "".join(f'<EnumeratedItem CodedValue="{v}">{alias.format(n)}' for v, n in PASCALS)
    assert audited(sample("sdtm_21").replace(UNITS, two), tmp_path) == []


PASCALS = (("PA", 1), ("Pa", 2))


def test_terms_that_are_no_numbers_in_a_codelist_of_numbers(tmp_path: Path) -> None:
    """The item and its codelist agree, and one term does not."""
    item, codelist = 'Name="VSORRESU" DataType="{}"', 'Name="Units" DataType="{}"'
    text = sample("sdtm_21").replace(UNITS, UNITS.replace("beats/min", "12"))
    for words in (item, codelist):
        text = text.replace(words.format("text"), words.format("integer"))
    found = [(p.code, p.message) for p in audited(text, tmp_path)]
    assert found == [("DEF031", "codelist CL.VSRESU is integer, its term 'C' is none")]


def test_numbers_that_do_not_begin_with_1_say_so(tmp_path: Path) -> None:
    """There is no gap before the first number."""
    first = 'OrderNumber="{}" Mandatory="No"'
    text = sample("sdtm_21").replace(first.format(1), first.format(0))
    said = {p.message for p in audited(text, tmp_path)}
    assert said == {
        "the OrderNumbers of value list VL.VSORRES begin with 0, not with 1",
        "the OrderNumbers of value list VL.VSSTRESN begin with 0, not with 1",
    }


def test_an_oid_shared_by_two_kinds_is_a_note(tmp_path: Path) -> None:
    """ODM allows it; references know which kind they want."""
    text = sample("sdtm_21").replace("COM.RACE", "MT.USUBJID")
    found = [(p.code, p.severity.value) for p in audited(text, tmp_path)]
    assert found == [("DEF003", "note")]


def test_a_dataset_without_variables_is_found(tmp_path: Path) -> None:
    """The schema has nothing against it."""
    empty = '<ItemGroupDef OID="IG.XX" Name="XX" Repeating="Yes" Purpose="Tabulation" '
    empty += 'Domain="XX" def:Structure="s" def:ArchiveLocationID="LF.XX" def:IsNonStandard="Yes">'
    label = '<Description><TranslatedText>Other</TranslatedText></Description><def:leaf ID="LF.XX" '
    leaf = 'xlink:href="sap.pdf"><def:title>t</def:title></def:leaf></ItemGroupDef>'
    text = sample("sdtm_21").replace('<ItemDef OID="IT.USUBJID"', f"{empty}{label}{leaf}@", 1)
    text = text.replace("@", '<ItemDef OID="IT.USUBJID"', 1)
    found = [(p.code, p.message) for p in audited(text, tmp_path)]
    assert found == [("DEF079", "dataset XX: it has no variables")]

"""The three files that NCI EVS publishes of one package, made small by hand, are read alike."""

from pathlib import Path

import pytest
import xlsxwriter

from clinmap.problems import InputError
from clinmap.readers.terminology import read_terminology
from clinmap.terminology import Codelist, Term, Terminology

HEADER = (
    "Code",
    "Codelist Code",
    "Codelist Extensible (Yes/No)",
    "Codelist Name",
    "CDISC Submission Value",
    "CDISC Synonym(s)",
    "CDISC Definition",
    "NCI Preferred Term",
    "Standard and Date",
)
CT = "SDTM CT 2025-03-28"
ROWS = (
    ("C66731", "", "No", "Sex", "SEX", "Sex", "Text (1).", "CDISC SDTM Sex Terminology", CT),
    ("C16576", "C66731", "", "Sex", "F", "Female", 'Text "quoted".', "Female", CT),
    ("C17998", "C66731", "", "Sex", "U", "U; UNK; Unknown", "Text.", "Unknown", CT),
    ("C71620", "", "Yes", "Unit", "UNIT", "Unit", "Text.", "CDISC SDTM Unit Terminology", CT),
    ("C48155", "C71620", "", "Unit", "µg/L", "mcg/L; ng/mL; ug/L", "Text.", "Microgram", CT),
    ("C49668", "C71620", "", "Unit", "1", "", "Text.", "Number <One> & Only", CT),
)
EXPECTED = Terminology.of(
    "SDTM",
    "2025-03-28",
    [
        Codelist(
            "C66731",
            "SEX",
            "Sex",
            False,
            (
                Term("C16576", "F", "Female", ("Female",)),
                Term("C17998", "U", "Unknown", ("U", "UNK", "Unknown")),
            ),
        ),
        Codelist(
            "C71620",
            "UNIT",
            "Unit",
            True,
            (
                Term("C48155", "µg/L", "Microgram", ("mcg/L", "ng/mL", "ug/L")),
                Term("C49668", "1", "Number <One> & Only"),
            ),
        ),
    ],
)
ODM = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="controlledterminology1-0-0.xsl"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3"
     xmlns:nciodm="http://ncicb.nci.nih.gov/xml/odm/EVS/CDISC"
     FileType="Snapshot" FileOID="CDISC_CT.SDTM.2025-03-28" Granularity="Metadata"
     CreationDateTime="2025-03-21T08:00:00" AsOfDateTime="2025-03-28T00:00:00" ODMVersion="1.3.2"
     SourceSystem="NCI Thesaurus" SourceSystemVersion="25.02d">
  <Study OID="CDISC_CT.SDTM.2025-03-28">
    <GlobalVariables>
      <StudyName>CDISC SDTM Controlled Terminology</StudyName>
      <StudyDescription>CDISC SDTM Controlled Terminology, 2025-03-28</StudyDescription>
      <ProtocolName>CDISC SDTM Controlled Terminology</ProtocolName>
    </GlobalVariables>
    <MetaDataVersion OID="CDISC_CT_MetaDataVersion.SDTM.2025-03-28" Name="CDISC SDTM CT">
      <CodeList OID="CL.C66731.SEX" Name="Sex" DataType="text"
                nciodm:ExtCodeID="C66731" nciodm:CodeListExtensible="No">
        <Description><TranslatedText xml:lang="en">Text (1).</TranslatedText></Description>
        <EnumeratedItem CodedValue="F" nciodm:ExtCodeID="C16576">
          <nciodm:CDISCSynonym>Female</nciodm:CDISCSynonym>
          <nciodm:CDISCDefinition>Text "quoted".</nciodm:CDISCDefinition>
          <nciodm:PreferredTerm>Female</nciodm:PreferredTerm>
        </EnumeratedItem>
        <EnumeratedItem CodedValue="U" nciodm:ExtCodeID="C17998">
          <nciodm:CDISCSynonym>U</nciodm:CDISCSynonym>
          <nciodm:CDISCSynonym>UNK</nciodm:CDISCSynonym>
          <nciodm:CDISCSynonym>Unknown</nciodm:CDISCSynonym>
          <nciodm:CDISCDefinition>Text.</nciodm:CDISCDefinition>
          <nciodm:PreferredTerm>Unknown</nciodm:PreferredTerm>
        </EnumeratedItem>
        <nciodm:CDISCSubmissionValue>SEX</nciodm:CDISCSubmissionValue>
        <nciodm:CDISCSynonym>Sex</nciodm:CDISCSynonym>
        <nciodm:PreferredTerm>CDISC SDTM Sex Terminology</nciodm:PreferredTerm>
      </CodeList>
      <CodeList OID="CL.C71620.UNIT" Name="Unit" DataType="text"
                nciodm:ExtCodeID="C71620" nciodm:CodeListExtensible="Yes">
        <EnumeratedItem CodedValue="µg/L" nciodm:ExtCodeID="C48155">
          <nciodm:CDISCSynonym>mcg/L</nciodm:CDISCSynonym>
          <nciodm:CDISCSynonym>ng/mL</nciodm:CDISCSynonym>
          <nciodm:CDISCSynonym>ug/L</nciodm:CDISCSynonym>
          <nciodm:PreferredTerm>Microgram</nciodm:PreferredTerm>
        </EnumeratedItem>
        <EnumeratedItem CodedValue="1" nciodm:ExtCodeID="C49668">
          <nciodm:PreferredTerm>Number &lt;One&gt; &amp; Only</nciodm:PreferredTerm>
        </EnumeratedItem>
        <nciodm:CDISCSubmissionValue>UNIT</nciodm:CDISCSubmissionValue>
      </CodeList>
    </MetaDataVersion>
  </Study>
</ODM>
"""


def text(rows: tuple[tuple[str, ...], ...] = ROWS, header: tuple[str, ...] = HEADER) -> str:
    return "".join("\t".join(row) + "\r\n" for row in (header, *rows))


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(path: Path, sheet: str = "SDTM Terminology 2025-03-28", number: bool = False) -> Path:
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("ReadMe").write(0, 0, "CDISC Controlled Terminology")
    page = book.add_worksheet(sheet)
    for place, row in enumerate((HEADER, *ROWS)):
        for column, value in enumerate(row):
            if number and value == "1":
                page.write_number(place, column, 1)
            else:
                page.write_string(place, column, value)
    book.close()
    return path


def refusal(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_terminology(path)
    assert caught.value.code == "INP010"
    assert caught.value.hint
    return caught.value


def test_odm(tmp_path: Path) -> None:
    assert read_terminology(write(tmp_path / "SDTM Terminology.odm.xml", ODM)) == EXPECTED


def test_text(tmp_path: Path) -> None:
    assert read_terminology(write(tmp_path / "SDTM Terminology.txt", text())) == EXPECTED


@pytest.mark.parametrize("number", [False, True])
def test_excel(tmp_path: Path, number: bool) -> None:
    assert read_terminology(workbook(tmp_path / "SDTM Terminology.xlsx", number=number)) == EXPECTED


def test_kind_is_seen_from_the_content(tmp_path: Path) -> None:
    assert read_terminology(write(tmp_path / "a.txt", ODM)) == EXPECTED
    assert read_terminology(write(tmp_path / "a.xls", text())) == EXPECTED
    made = workbook(tmp_path / "a.xlsx")
    assert read_terminology(made.rename(tmp_path / "a.xml")) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_of_text(tmp_path: Path, encoding: str) -> None:
    assert read_terminology(write(tmp_path / "a.txt", text().encode(encoding))) == EXPECTED


def test_xml_in_utf16(tmp_path: Path) -> None:
    content = ODM.replace("UTF-8", "UTF-16").encode("utf-16")
    assert read_terminology(write(tmp_path / "a.xml", content)) == EXPECTED


def test_text_saved_by_excel_has_quotes(tmp_path: Path) -> None:
    quoted = text().replace('Text "quoted".', '"Text ""quoted""."').replace("U; UNK", '"U; UNK')
    quoted = quoted.replace("UNK; Unknown", 'UNK; Unknown"')
    assert read_terminology(write(tmp_path / "a.txt", quoted)) == EXPECTED


def test_older_text_takes_package_and_date_from_the_name(tmp_path: Path) -> None:
    older = text(tuple(row[:-1] for row in ROWS), HEADER[:-1])
    named = write(tmp_path / "SDTM Terminology 2025-03-28.txt", older)
    assert read_terminology(named) == EXPECTED
    found = refusal(write(tmp_path / "terms.txt", older))
    assert "package and date" in found.message


@pytest.mark.parametrize(
    ("stated", "package"),
    [("ADaM CT 2025-03-28", "ADaM"), ("Define-XML CT 2025-03-28", "Define")],
)
def test_packages(tmp_path: Path, stated: str, package: str) -> None:
    found = read_terminology(write(tmp_path / "a.txt", text().replace(CT, stated)))
    assert (found.package, found.date) == (package, "2025-03-28")
    odm = ODM.replace("CT.SDTM.2025", f"CT.{stated.partition(' ')[0].upper()}.2025")
    assert read_terminology(write(tmp_path / "a.xml", odm)) == found


def test_missing_file(tmp_path: Path) -> None:
    found = refusal(tmp_path / "none.txt")
    assert found.location is not None
    assert found.location.file.endswith("none.txt")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no column"),
        (b"a\tb\n1\t2\n", "no column"),
        (b"\0\1\2\3", "neither XML, text nor Excel"),
        (b"PK\x03\x04rubbish", "workbook is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rubbish", "workbook is damaged"),
        (b"<html><body/></html>", "not ODM 1.3"),
        (ODM.encode()[:1500], "not well-formed XML"),
        (ODM.replace("odm/v1.3", "odm/v2.0").encode(), "not ODM 1.3"),
        (ODM.replace("CodeList", "Coded").encode(), "no codelists"),
        (text().encode()[:-40], "fields where there are 9 columns"),
        (text(ROWS[1:]).encode(), "belongs to no codelist"),
        (text((*ROWS, ROWS[0])).encode(), "there twice"),
        (text((*ROWS, ROWS[1])).encode(), "empty or repeated term"),
        (text().replace(CT, "SDTM CT 2024-03-29", 1).encode(), "mixes packages"),
        (ODM.replace('"F"', '"U"').encode(), "empty or repeated term"),
        (ODM.replace('ExtCodeID="C66731"', 'ExtCodeID=""').encode(), "no code"),
    ],
)
def test_damage_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    assert why in refusal(write(tmp_path / "SDTM Terminology 2025-03-28.txt", content)).message


def test_line_of_the_damage(tmp_path: Path) -> None:
    found = refusal(write(tmp_path / "a.txt", text((*ROWS, ROWS[1]))))
    assert found.location is not None
    assert found.location.line == 8
    found = refusal(write(tmp_path / "a.xml", ODM.replace('"F"', '"U"')))
    assert found.location is not None
    assert found.location.line == 1 + ODM[: ODM.index('"U"')].count("\n")


BOMB = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha"}">' for i in range(12))
HOSTILE = {
    "a doctype": "<!DOCTYPE ODM>",
    "entities that grow": f"<!DOCTYPE ODM [{BOMB}]>",
    "a file of the machine": '<!DOCTYPE ODM [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "a document of the network": '<!DOCTYPE ODM SYSTEM "http://localhost:9/evil.dtd">',
}


@pytest.mark.parametrize("doctype", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_hostile_xml_is_refused(tmp_path: Path, doctype: str, encoding: str) -> None:
    hostile = ODM.replace("<ODM ", f"{doctype}\n<ODM ", 1).replace(">Female<", ">&l11;&x;<", 1)
    if "ENTITY" not in doctype:
        hostile = hostile.replace("&l11;&x;", "Female")
    content = hostile.replace("UTF-8", encoding.upper()).encode(encoding)
    found = refusal(write(tmp_path / "a.xml", content))
    assert "DOCTYPE" in found.message or "not well-formed" in found.message


def test_deeply_nested_xml_is_refused(tmp_path: Path) -> None:
    found = refusal(write(tmp_path / "a.xml", "<a>" * 100_000))
    assert "not well-formed" in found.message

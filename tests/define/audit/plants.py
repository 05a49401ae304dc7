"""Faults to plant, one at a time, in samples of define.xml: the code, the change, the place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plant:
    """In `sample`, `old` becomes `new`; the finding is at the first line that holds `at`."""

    code: str
    sample: str
    old: str
    new: str
    at: str

    def __str__(self) -> str:
        return f"{self.code}-{self.sample}-{self.at[:24]}"


def _21(code: str, old: str, new: str, at: str) -> Plant:
    return Plant(code, "sdtm_21", old, new, at)


def _20(code: str, old: str, new: str, at: str) -> Plant:
    return Plant(code, "sdtm_20", old, new, at)


def _adam(code: str, old: str, new: str, at: str) -> Plant:
    return Plant(code, "adam_21", old, new, at)


SEX = '<ItemRef ItemOID="IT.SEX" OrderNumber="2"'
COMMENT = '<def:CommentDef OID="COM.RACE">'
ONE_COMMENT = '<def:CommentDef OID="COM.X"><Description><TranslatedText>x</TranslatedText>'
UNUSED = f"{ONE_COMMENT}</Description></def:CommentDef>\n      {COMMENT}"
ORIGIN = (
    '<def:Origin Type="Collected" Source="Investigator">\n          <def:DocumentRef leafID="LF'
)
PAGES_4_6 = 'Type="PhysicalRef" PageRefs="4 6"'
SEX_PAGE = f"""
          <def:DocumentRef leafID="LF.acrf">
            <def:PDFPageRef {PAGES_4_6}/>
          </def:DocumentRef>
        </def:Origin>"""

DATE = "Date/Time of Measurements"
DATE_LABEL = f""" DataType="partialDatetime">
        <Description><TranslatedText xml:lang="en">{DATE}<"""
VS_GROUP = 'SASDatasetName="VS" Domain="VS"'

PLANTS: tuple[Plant, ...] = (
    _21("DEF001", '"IT.SEX" OrderNumber="2"', '"IT.SEX" MethodOID="MT.X" OrderNumber="2"', "MT.X"),
    _21("DEF001", 'OID="IT.VSDTC" Name="VSDTC"', 'OID="IT.VSDTC" def:CommentOID="COM.RASE" '
        'Name="VSDTC"', "COM.RASE"),
    _adam("DEF001", '<arm:AnalysisVariable ItemOID="IT.AVAL"/>',
          '<arm:AnalysisVariable ItemOID="IT.AVL"/>', 'AnalysisDataset ItemGroupOID="IG.ADTTE'),
    _20("DEF001", 'MethodOID="MT.USUBJID"/>\n        <odm:ItemRef ItemOID="IT.SEX"',
        'MethodOID="MT.X"/>\n        <odm:ItemRef ItemOID="IT.SEX"', "MT.X"),
    _21("DEF002", COMMENT, UNUSED, "COM.X"),
    _20("DEF002", '<odm:MethodDef OID="MT.USUBJID"', '<odm:CodeList OID="CL.X" Name="X" '
        'DataType="text">\n<odm:EnumeratedItem CodedValue="A"/></odm:CodeList>\n'
        '<odm:MethodDef OID="MT.USUBJID"', "CL.X"),
    _21("DEF003", '<def:CommentDef OID="COM.JOIN">', f'{ONE_COMMENT.replace("COM.X", "COM.JOIN")}'
        '</Description></def:CommentDef>\n<def:CommentDef OID="COM.JOIN"><!-- again -->',
        '<def:CommentDef OID="COM.JOIN"><!-- again'),
    _21("DEF003", f'OID="IT.VSDTC" Name="VSDTC"{DATE_LABEL}',
        f'OID="IT.VSDTC" Name="VSORRESU"{DATE_LABEL.replace(DATE, "Original Units")}',
        'ItemRef ItemOID="IT.VSDTC"'),
    _21("DEF013", 'IT.VSTESTCD" OrderNumber="2" Mandatory="Yes" KeySequence="2"/>',
        'IT.VSTESTCD" OrderNumber="2" Mandatory="Yes" KeySequence="3"/>', 'KeySequence="3"'),
    _20("DEF013", 'Mandatory="Yes" KeySequence="2"/>', 'Mandatory="Yes" KeySequence="1"/>',
        'ItemOID="IT.QNAM" Order'),
    _21("DEF016", ' MethodOID="MT.USUBJID"/>\n        <ItemRef ItemOID="IT.VSTESTCD"',
        '/><!-- here -->\n        <ItemRef ItemOID="IT.VSTESTCD"', "<!-- here -->"),
    _21("DEF017", 'Type="Assigned" Source="Sponsor"/>\n      </ItemDef>\n      <ItemDef OID="IT.VSO'
        'RRES"', 'Type="Assigned"/>\n      </ItemDef>\n      <ItemDef OID="IT.VSORRES"',
        'Type="Assigned"/>'),
    _adam("DEF017", "\n          <Description><TranslatedText xml:lang=\"en\">DM.SEX</Trans"
          "latedText></Description>", "<!-- here -->", "<!-- here -->"),
    _20("DEF017", '<d:Origin Type="Assigned"/>', "", 'ItemDef OID="IT.QNAM"'),
    _21("DEF020", 'FileType="Snapshot"', 'FileType="Snap"', "<ODM"),
    _20("DEF020", 'FileType="Snapshot"', 'FileType="Snap"', "<odm:ODM"),
    _21("DEF021", 'def:ArchiveLocationID="LF.VS" def:StandardOID="STD.IG"',
        'def:ArchiveLocationID="LF.VS"', 'ItemGroupDef OID="IG.VS"'),
    _21("DEF021", 'OID="CL.VSRESU" Name="Units" DataType="text" def:IsNonStandard="Yes"',
        'OID="CL.VSRESU" Name="Units" DataType="text"', 'OID="CL.VSRESU" Name'),
    _21("DEF022", 'OID="IT.SEX" Name="SEX" DataType="text" Length="1"',
        'OID="IT.SEX" Name="SEX" DataType="text" Length="one"', 'Length="one"'),
    _20("DEF022", 'IG.DM" Name="DM" Repeating="No"', 'IG.DM" Name="DM"', 'OID="IG.DM"'),
    _21("DEF023", 'def:DefineVersion="2.1.0"', 'def:DefineVersion="2.0.0"', "MetaDataVersion OID"),
    _20("DEF023", 'd:DefineVersion="2.0.0"', 'd:DefineVersion="2.1.0"', "MetaDataVersion OID"),
    _21("DEF024", 'OrderNumber="3" Mandatory="No"/>\n        <def:Class Name="SPECIAL',
        'OrderNumber="3" Mandatory="No" MethodOID="COM.RACE"/>\n        <def:Class Name="SPECIAL',
        'MethodOID="COM.RACE"'),
    _21("DEF025", '<ItemRef ItemOID="IT.RACE" OrderNumber="3"',
        '<ItemRef ItemOID="IT.RACE" OrderNumber="2"', 'ItemRef ItemOID="IT.RACE"'),
    _21("DEF025", SEX, '<ItemRef ItemOID="IT.SEX"', '<ItemRef ItemOID="IT.SEX"'),
    _20("DEF025", 'ItemOID="IT.QVAL" OrderNumber="3"', 'ItemOID="IT.QVAL"', 'ItemOID="IT.QVAL" '),
    _21("DEF026", '<ItemRef ItemOID="IT.RACE" OrderNumber="3"',
        '<ItemRef ItemOID="IT.RACE" OrderNumber="4"', 'ItemRef ItemOID="IT.RACE"'),
    _21("DEF027", 'SASDatasetName="VS" Domain="VS"', 'SASDatasetName="VS"', 'OID="IG.VS"'),
    _21("DEF027", '<def:Class Name="FINDINGS"/>', "", 'OID="IG.VS"'),
    _20("DEF027", ' d:Class="RELATIONSHIP"', "", 'OID="IG.SUPPDM"'),
    _21("DEF028", '<Description><TranslatedText xml:lang="en">Sex</TranslatedText></Description>',
        "", 'OID="IT.SEX" Name'),
    _21("DEF029", 'Name="RACE" DataType="text" Length="30"', 'Name="RACE" DataType="text"',
        'OID="IT.RACE" Name'),
    _20("DEF029", 'Name="DAYS" DataType="integer" Length="3"', 'Name="DAYS" DataType="integer"',
        'Name="DAYS"'),
    _21("DEF030", ' SignificantDigits="2"', "", 'OID="IT.VSSTRESN" Name'),
    _21("DEF031", 'CL.VSRESU" Name="Units" DataType="text"',
        'CL.VSRESU" Name="Units" DataType="integer"', 'OID="IT.VSORRESU" Name'),
    _21("DEF032", 'Name="RACE" DataType="text" Length="30"',
        'Name="RACE" DataType="text" Length="5"', 'OID="IT.RACE" Name'),
    _21("DEF033", 'OID="IT.VSORRES.WEIGHT" Name="VSORRES" DataType="text" Length="5"',
        'OID="IT.VSORRES.WEIGHT" Name="VSORRES" DataType="text" Length="6"',
        'OID="IT.VSORRES.WEIGHT" Name'),
    _21("DEF033", 'OID="IT.VSORRES" Name="VSORRES" DataType="text" Length="5"',
        'OID="IT.VSORRES" Name="VSORRES" DataType="float" Length="5" SignificantDigits="1"',
        'OID="IT.VSORRES.WEIGHT" Name'),
    _adam("DEF034", 'OID="IT.ADTTE.SEX" Name="SEX" DataType="text"',
          'OID="IT.ADTTE.SEX" Name="SEX" DataType="integer"', 'IT.ADTTE.SEX" Name'),
    _21("DEF035", '<EnumeratedItem CodedValue="C"/>',
        '<EnumeratedItem CodedValue="C"/>\n<EnumeratedItem CodedValue="beats/min" Rank="2"/>',
        'Rank="2"'),
    _21("DEF036", ">Mood of the Day<", "><", 'CodedValue="MOOD"'),
    _21("DEF037", 'Name="C66731"', 'Name="C66730000"', 'CodeList OID="CL.SEX"'),
    _20("DEF037", 'Name="C66731"', 'Name="C66742"', 'CodeList OID="CL.SEX"'),
    _20("DEF038", 'Name="C16576"', 'Name="C20197"', 'CodedValue="F"'),
    _21("DEF038", 'Name="C16576"', 'Name="C20197000"', 'CodedValue="F"'),
    _21("DEF039", ' CodedValue="MOOD" def:ExtendedValue="Yes"', ' CodedValue="MOOD"',
        'CodedValue="MOOD"'),
    _21("DEF040", '<EnumeratedItem CodedValue="MULTIPLE"', '<EnumeratedItem CodedValue="SEVERAL"',
        'CodedValue="SEVERAL"'),
    _21("DEF041", 'CodedValue="PULSE"', 'CodedValue="PULSE" def:ExtendedValue="Yes"',
        'CodedValue="PULSE"'),
    _21("DEF042", ">Pulse Rate<", ">Pulsation of the Wrist<", 'CodedValue="PULSE"'),
    _21("DEF043", '<Alias Context="nci:ExtCodeID" Name="C16576"/>', "", 'CodedValue="F"'),
    _21("DEF043", '<Alias Context="nci:ExtCodeID" Name="C66731"/>', "", 'CodeList OID="CL.SEX"'),
    _21("DEF044", 'Version="2025-03-28"', 'Version="2010-10-22"', 'OID="STD.CT"'),
    _21("DEF045", f'Type="Collected" Source="Investigator">{SEX_PAGE}',
        f'Type="CRF" Source="Investigator">{SEX_PAGE}', 'Type="CRF"'),
    _adam("DEF045", 'Type="Assigned" Source="Sponsor"', 'Type="Assigned" Source="Sponser"',
          "Sponser"),
    _20("DEF045", '<d:Origin Type="eDT"/>', '<d:Origin Type="EDT"/>', 'Type="EDT"'),
    _21("DEF046", "MULTIPLE where several were ticked.", " ", 'CommentDef OID="COM.RACE"'),
    _20("DEF046", "STUDYID and SUBJID, joined by a hyphen.", "", 'MethodDef OID="MT.USUBJID"'),
    _21("DEF047", '<def:Class Name="FINDINGS"/>', '<def:Class Name="FINDING"/>', 'Name="FINDING"'),
    _adam("DEF047", '<def:SubClass Name="TIME-TO-EVENT"/>', '<def:SubClass Name="ADVERSE EVENT"/>',
          'Class Name="BASIC'),
    _20("DEF047", 'd:Class="RELATIONSHIP"', 'd:Class="RELATED"', 'OID="IG.SUPPDM"'),
    _21("DEF048", 'xlink:href="vs.xpt"', 'xlink:href="vsx.xpt"', "vsx.xpt"),
    _20("DEF048", 'xl:href="acrf.pdf"', 'xl:href="blankcrf.pdf"', "blankcrf.pdf"),
    _21("DEF049", PAGES_4_6, 'Type="PhysicalRef" PageRefs="4, 6"',
        'DocumentRef leafID="LF.acrf">\n            <def:PDFPageRef Type="PhysicalRef" PageRefs='),
    _21("DEF049", 'FirstPage="4" LastPage="5"', 'FirstPage="6" LastPage="5"',
        'DocumentRef leafID="LF.acrf">\n            <def:PDFPageRef Type="PhysicalRef" FirstPage='),
    _20("DEF049", 'PageRefs="4"', 'PageRefs="4-5"', 'DocumentRef leafID="LF.acrf">'),
    _21("DEF050", '<ItemRef ItemOID="IT.VSORRES.TEMP" OrderNumber="2" Mandatory="No">\n          '
        '<def:WhereClauseRef WhereClauseOID="WC.TEMP"/>\n        </ItemRef>',
        '<ItemRef ItemOID="IT.VSORRES.TEMP" OrderNumber="2" Mandatory="No"/>',
        'ItemRef ItemOID="IT.VSORRES.TEMP"'),
    _21("DEF051", "<CheckValue>TEMP</CheckValue>",
        "<CheckValue>TEMP</CheckValue><CheckValue>MOOD</CheckValue>",
        'RangeCheck Comparator="EQ" SoftHard="Soft" def:ItemOID="IT.VSTESTCD">\n          <CheckVal'
        'ue>TEMP'),
    _21("DEF052", 'def:ItemOID="IT.VSTESTCD">\n          <CheckValue>TEMP',
        'def:ItemOID="IT.SEX">\n          <CheckValue>F', 'def:ItemOID="IT.SEX">'),
    _21("DEF053", "<CheckValue>TEMP</CheckValue>", "<CheckValue>TMP</CheckValue>",
        'RangeCheck Comparator="EQ" SoftHard="Soft" def:ItemOID="IT.VSTESTCD">\n          <CheckVal'
        'ue>TMP'),
    _21("DEF054", 'IT.VSORRES.TEMP" OrderNumber="2" Mandatory="No">\n          <def:WhereClauseRef '
        'WhereClauseOID="WC.TEMP"/>', 'IT.VSORRES.TEMP" OrderNumber="2" Mandatory="No">\n          '
        '<def:WhereClauseRef WhereClauseOID="WC.PULSE"/>', 'ItemRef ItemOID="IT.VSORRES.TEMP"'),
    _adam("DEF055", "PRIMARY OUTCOME MEASURE", "PRIMARY OUTCOME", 'OID="AR.1"'),
    _adam("DEF056", '<arm:AnalysisVariable ItemOID="IT.AVAL"/>',
          '<arm:AnalysisVariable ItemOID="IT.SAFFL"/>', 'AnalysisDataset ItemGroupOID="IG.ADTTE'),
    _21("DEF057", '<def:Class Name="EVENTS"/>', '<def:Class Name="EVENTS"/>\n        <def:leaf ID='
        '"LF.CE" xlink:href="vs.xpt"><def:title>ce</def:title></def:leaf>', 'OID="IG.CE"'),
    _21("DEF058", 'Type="CT" PublishingSet="SDTM"', 'Type="CT"', 'OID="STD.CT"'),
    _21("DEF058", 'def:ArchiveLocationID="LF.VS" def:StandardOID="STD.IG"',
        'def:ArchiveLocationID="LF.VS" def:StandardOID="STD.CT"', 'OID="IG.VS"'),
    _20("DEF058", 'd:StandardName="SDTM-IG"', 'd:StandardName="SDMT-IG"', "MetaDataVersion OID"),
    _21("DEF077", ">Sex<", ">Gender<", 'OID="IT.SEX" Name'),
    _21("DEF077", ">Vital Signs<", ">Vital Sign<", 'OID="IG.VS"'),
    _21("DEF077", '<def:Class Name="FINDINGS"/>', '<def:Class Name="EVENTS"/>', 'OID="IG.VS"'),
    _21("DEF077", 'ItemOID="IT.VSTESTCD" OrderNumber="2" Mandatory="Yes"',
        'ItemOID="IT.VSTESTCD" OrderNumber="2" Mandatory="No"', 'ItemOID="IT.VSTESTCD" Order'),
    _21("DEF077", 'Name="VSSTRESN" DataType="float" Length="5" SignificantDigits="2"',
        'Name="VSSTRESN" DataType="text" Length="5"', 'OID="IT.VSSTRESN" Name'),
    _adam("DEF077", ">Analysis Value<", ">Value<", 'OID="IT.AVAL" Name'),
    _20("DEF078", 'OID="IT.QNAM" Name="QNAM"', 'OID="IT.QNAM" Name="QNAMELONG"', 'Name="QNAMEL'),
    _20("DEF078", 'OID="IT.QNAM" Name="QNAM"', 'OID="IT.QNAM" Name="qnam"', 'Name="qnam"'),
    _20("DEF078", ">Data Value<", ">Data Value that is told at more length than fits<",
        'OID="IT.QVAL" Name'),
    _21("DEF077", VS_GROUP, VS_GROUP.replace('Domain="VS"', 'Domain="LB"'), 'OID="IG.VS"'),
    _21("DEF079", 'xlink:href="vs.xpt"', 'xlink:href="dm.xpt"', 'OID="IG.VS"'),
    _21("DEF046", "Converted to standard units.</TranslatedText></Description>",
        "</TranslatedText></Description><FormalExpression Context=\"SAS\"> </FormalExpression>",
        'MethodDef OID="MT.VSSTRESN"'),
    _21("DEF078", 'Name="RACE" DataType="text" Length="30"',
        'Name="RACE" DataType="text" Length="201"', 'OID="IT.RACE" Name'),
    _21("DEF079", VS_GROUP, VS_GROUP.replace("VS", "LB", 1), 'OID="IG.VS"'),
    _21("DEF079", 'def:ArchiveLocationID="LF.VS"', 'def:ArchiveLocationID="LF.DM"', 'OID="IG.VS"'),
    _21("DEF079", 'Name="VS" Repeating="Yes" IsReferenceData="No"',
        'Name="VS" Repeating="Yes" IsReferenceData="Yes"', 'OID="IG.VS"'),
    _21("DEF079", 'Name="SEX" DataType="text" Length="1"',
        'Name="SEX" DataType="text" Length="1" SignificantDigits="1"', 'OID="IT.SEX" Name'),
    _21("DEF079", 'Length="5" SignificantDigits="2"', 'Length="5" SignificantDigits="5"',
        'OID="IT.VSSTRESN" Name'),
    _21("DEF080", '<EnumeratedItem CodedValue="C"/>',
        '<EnumeratedItem CodedValue="C"/>\n<EnumeratedItem CodedValue="c"/>', 'CodedValue="c"'),
    _21("DEF080", '<EnumeratedItem CodedValue="C"/>', '<EnumeratedItem CodedValue=" "/>',
        'CodedValue=" "'),
    _21("DEF081", 'xlink:href="vs.xpt"', 'xlink:href="file:///C:/vs.xpt"', "file:///C:/vs.xpt"),
    _20("DEF081", 'xl:href="acrf.pdf"', 'xl:href="..\\crf\\acrf.pdf"', "acrf.pdf"),
    _21("DEF082", 'Dictionary="MedDRA" Version="27.0"', 'Dictionary="MedDRA"', "ExternalCodeList"),
    _21("DEF082", 'Dictionary="MedDRA" Version="27.0"', 'Version="27.0"', "ExternalCodeList"),
    _21("DEF013", 'Mandatory="Yes" KeySequence="2"/>\n        <ItemRef ItemOID="IT.VSORRES"',
        'Mandatory="Yes" KeySequence="-2"/>\n        <ItemRef ItemOID="IT.VSORRES"',
        'KeySequence="-2"'),
    _adam("DEF017", "ADSL.SEX<", "ADSL.SEXX<", 'Predecessor">\n          <Description><TranslatedT'
          'ext xml:lang="en">ADSL.SEXX'),
    _21("DEF022", 'DataType="partialDatetime"', 'DataType="datetimes"', "datetimes"),
    _21("DEF022", 'Name="SEX" DataType="text"', 'Name="SEX" DataType="string"', '="string"'),
    _21("DEF049", PAGES_4_6, 'Type="PhysicalRef" PageRefs="0"',
        'DocumentRef leafID="LF.acrf">\n            <def:PDFPageRef Type="PhysicalRef" PageRefs='),
    _21("DEF053", 'def:ItemOID="IT.VSTESTCD">\n          <CheckValue>PULSE',
        'def:ItemOID="IT.VSSTRESN">\n          <CheckValue>PULSE', 'def:ItemOID="IT.VSSTRESN">'),
    _21("DEF054", "<CheckValue>PULSE</CheckValue>", "<CheckValue>TEMP</CheckValue>",
        'ItemRef ItemOID="IT.VSORRES.TEMP"'),
    _21("DEF059", SEX_PAGE, "</def:Origin>", 'Source="Investigator"'),
)  # fmt: skip
"""At least one for each code that an audit without data can give."""

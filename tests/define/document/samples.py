"""Files as other programs write them, made by hand: what the standard allows and few expect."""

from __future__ import annotations

from lxml import etree

FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by another program -->
<?xml-stylesheet type="text/xsl" href="other.xsl"?>
<?vendor keep="this"?>
<o:ODM xmlns:o="http://www.cdisc.org/ns/odm/v1.3" xmlns:d="http://www.cdisc.org/ns/def/v2.1"
       xmlns:l="http://www.w3.org/1999/xlink" xmlns:v="urn:vendor:extension"
       FileType="Snapshot" FileOID="F.1" CreationDateTime="2020-05-01T10:00:00+02:00"
       ODMVersion="1.3.2" d:Context="Other" v:build="17">
  <o:Study OID="S.1">
    <o:GlobalVariables>
      <o:StudyName>Seven<!-- in a name --> sisters</o:StudyName>
      <o:StudyDescription><![CDATA[a < b & c]]></o:StudyDescription>
      <o:ProtocolName>P-7</o:ProtocolName>
    </o:GlobalVariables>
    <o:MetaDataVersion OID="M.1" Name="Metadata" d:DefineVersion="2.1.5" v:reviewed="yes">
      <v:Reviewers><v:Reviewer>unknown to us</v:Reviewer></v:Reviewers>
      <d:Standards>
        <d:Standard OID="STD.1" Name="SDTMIG" Type="IG" Version="3.3" Status="Final"/>
      </d:Standards>
      <!-- items before datasets, which the schema does not allow -->
      <o:ItemDef OID="IT.1" Name="AETERM" DataType="text" Length=" 20 " v:owner="DM">
        <o:Description>
          <o:TranslatedText xml:lang="fr">Terme</o:TranslatedText>
          <o:TranslatedText xml:lang="en">Reported Term</o:TranslatedText>
        </o:Description>
        <o:CodeListRef CodeListOID="CL.1"/>
        <d:Origin Type="Collected" Source="Investigator">
          <d:DocumentRef leafID="LF.crf"><d:PDFPageRef PageRefs="5 6" Type="PhysicalRef"/>
          </d:DocumentRef>
        </d:Origin>
      </o:ItemDef>
      <o:ItemGroupDef OID="IG.AE" Name="AE" Repeating="Yes" IsReferenceData="No"
                      Purpose="Tabulation" d:Structure="One record per event"
                      d:ArchiveLocationID="LF.AE" d:StandardOID="STD.1">
        <o:Description>
          <o:TranslatedText xml:lang="en">Adverse Events</o:TranslatedText>
          <o:TranslatedText xml:lang="fr">Evenements</o:TranslatedText>
        </o:Description>
        <o:ItemRef ItemOID="IT.1" OrderNumber="1" Mandatory="Yes" KeySequence="1"/>
        <o:ItemRef ItemOID="IT.2" OrderNumber="2" Mandatory="No"/>
        <d:Class Name="EVENTS"><d:SubClass Name="ADVERSE EVENT"/></d:Class>
        <d:leaf ID="LF.AE" l:href="ae.xpt"><d:title>ae.xpt</d:title></d:leaf>
      </o:ItemGroupDef>
      <o:ItemDef OID="IT.2" Name="AESEV" DataType="text" Length="8"/>
      <o:CodeList OID="CL.1" Name="Terms" DataType="text" d:IsNonStandard="Yes">
        <o:EnumeratedItem CodedValue="A"><v:Note>kept</v:Note></o:EnumeratedItem>
        <o:CodeListItem CodedValue="B"><o:Decode>
          <o:TranslatedText xml:lang="de">Zwei</o:TranslatedText></o:Decode></o:CodeListItem>
        <o:EnumeratedItem CodedValue="C"/>
      </o:CodeList>
      <o:MethodDef OID="MT.1" Name="Method" Type="Computation">
        <o:Description><o:TranslatedText>How</o:TranslatedText></o:Description>
        <o:FormalExpression Context="SAS"><![CDATA[if a < b then
  c = "&d";]]></o:FormalExpression>
      </o:MethodDef>
      <d:leaf ID="LF.crf" l:href="acrf.pdf" l:type="simple"><d:title>CRF</d:title></d:leaf>
    </o:MetaDataVersion>
  </o:Study>
</o:ODM>
<!-- the end -->
"""
"""Odd prefixes, two languages, comments, CDATA, elements and attributes of a vendor, odd order."""

ANALYSIS = """<?xml version="1.0"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:def="http://www.cdisc.org/ns/def/v2.0"
     xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:arm="http://www.cdisc.org/ns/arm/v1.0"
     FileType="Snapshot" FileOID="F" CreationDateTime="2015-01-01T00:00:00" ODMVersion="1.3.2">
  <Study OID="S">
    <GlobalVariables><StudyName>N</StudyName><StudyDescription>D</StudyDescription>
      <ProtocolName>P</ProtocolName></GlobalVariables>
    <MetaDataVersion OID="M" Name="M" def:DefineVersion="2.0.0" def:StandardName="ADaM-IG"
                     def:StandardVersion="1.0">
      <def:WhereClauseDef OID="WC.1"><RangeCheck Comparator="IN" SoftHard="Soft"
          def:ItemOID="IT.AVISIT"><CheckValue>Week 8</CheckValue><CheckValue/></RangeCheck>
      </def:WhereClauseDef>
      <ItemGroupDef OID="IG.ADQS" Name="ADQS" Repeating="Yes" Purpose="Analysis"
                    def:Structure="One record per visit" def:Class="BASIC DATA STRUCTURE">
        <ItemRef ItemOID="IT.AVAL" Mandatory="No"/>
        <ItemRef ItemOID="IT.AVISIT" Mandatory="No"/>
        <ItemRef ItemOID="IT.PARAMCD" Mandatory="No"/>
      </ItemGroupDef>
      <ItemDef OID="IT.AVAL" Name="AVAL" DataType="float" Length="8"/>
      <ItemDef OID="IT.AVISIT" Name="AVISIT" DataType="text" Length="8"/>
      <ItemDef OID="IT.PARAMCD" Name="PARAMCD" DataType="text" Length="8"/>
      <def:CommentDef OID="COM.J"><Description><TranslatedText xml:lang="en">Joined by subject
        </TranslatedText></Description></def:CommentDef>
      <def:leaf ID="LF.sap" xlink:href="sap.pdf"><def:title>SAP</def:title></def:leaf>
      <arm:AnalysisResultDisplays>
        <arm:ResultDisplay OID="RD.1" Name="Table 14.1">
          <Description><TranslatedText xml:lang="en">Change at week 8</TranslatedText></Description>
          <def:DocumentRef leafID="LF.sap"><def:PDFPageRef FirstPage="3" LastPage="4"
            Type="PhysicalRef"/></def:DocumentRef>
          <arm:AnalysisResult OID="AR.1" ParameterOID="IT.PARAMCD"
              AnalysisReason="SPECIFIED IN SAP" AnalysisPurpose="PRIMARY OUTCOME MEASURE">
            <Description><TranslatedText xml:lang="en">Dose response</TranslatedText></Description>
            <arm:AnalysisDatasets def:CommentOID="COM.J">
              <arm:AnalysisDataset ItemGroupOID="IG.ADQS">
                <def:WhereClauseRef WhereClauseOID="WC.1"/>
                <arm:AnalysisVariable ItemOID="IT.AVAL"/>
              </arm:AnalysisDataset>
            </arm:AnalysisDatasets>
            <arm:Documentation>
              <Description><TranslatedText xml:lang="en">A linear model</TranslatedText>
              </Description>
              <def:DocumentRef leafID="LF.sap"/>
            </arm:Documentation>
            <arm:ProgrammingCode Context="SAS 9.4"><arm:Code>proc glm;
  model aval = dose;
run;</arm:Code></arm:ProgrammingCode>
          </arm:AnalysisResult>
        </arm:ResultDisplay>
      </arm:AnalysisResultDisplays>
    </MetaDataVersion>
  </Study>
</ODM>
"""
"""Version 2.0 with a display of one analysis result; valid by its schema."""


def canonical(content: bytes) -> bytes:
    """Canonical XML of a file, with its comments and what stands around the root."""
    tree = etree.fromstring(content, etree.XMLParser(resolve_entities=False)).getroottree()
    return etree.tostring(tree, method="c14n", with_comments=True)

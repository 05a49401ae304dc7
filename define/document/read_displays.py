"""Analysis displays and results, read from a define.xml.

Source: Analysis Results Metadata 1.0 for Define-XML 2, section 4. Problems: none.
"""

from __future__ import annotations

from lxml import etree

from define.document.definitions import DefinitionReader
from define.document.lines import line_of
from define.document.model import AnalysisDataset, AnalysisResult, Display, ProgrammingCode
from define.document.texts import own_text


def displays_of(holder: etree._Element, reader: DefinitionReader) -> tuple[Display, ...]:
    """The displays in an arm:AnalysisResultDisplays, with what `reader` knows of names and texts.

    Example: `displays_of(version.find(tag), DefinitionReader(DEF_21, "en"))[0].results`.
    """
    return tuple(_display(found, reader) for found in reader.all(holder, "arm:ResultDisplay"))


def _display(element: etree._Element, reader: DefinitionReader) -> Display:
    results = reader.all(element, "arm:AnalysisResult")
    return Display(
        oid=reader.get(element, "OID"),
        name=reader.get(element, "Name"),
        description=reader.text(element, "Description"),
        documents=reader.documents(element),
        results=tuple(_result(result, reader) for result in results),
        line=line_of(element),
    )


def _result(element: etree._Element, reader: DefinitionReader) -> AnalysisResult:
    datasets = element.find(reader.tag("arm:AnalysisDatasets"))
    written = element.find(reader.tag("arm:Documentation"))
    code = element.find(reader.tag("arm:ProgrammingCode"))
    return AnalysisResult(
        oid=reader.get(element, "OID"),
        reason=reader.get(element, "AnalysisReason"),
        purpose=reader.get(element, "AnalysisPurpose"),
        description=reader.text(element, "Description"),
        parameter_oid=reader.get(element, "ParameterOID"),
        datasets=() if datasets is None else _datasets(datasets, reader),
        comment_oid="" if datasets is None else reader.get(datasets, "def:CommentOID"),
        documentation=None if written is None else reader.text(written, "Description"),
        documents=() if written is None else reader.documents(written),
        code=None if code is None else _code(code, reader),
        line=line_of(element),
    )


def _datasets(holder: etree._Element, reader: DefinitionReader) -> tuple[AnalysisDataset, ...]:
    return tuple(_dataset(found, reader) for found in reader.all(holder, "arm:AnalysisDataset"))


def _dataset(element: etree._Element, reader: DefinitionReader) -> AnalysisDataset:
    clauses = reader.all(element, "def:WhereClauseRef")
    variables = reader.all(element, "arm:AnalysisVariable")
    return AnalysisDataset(
        group_oid=reader.get(element, "ItemGroupOID"),
        where_oids=tuple(reader.get(clause, "WhereClauseOID") for clause in clauses),
        variable_oids=tuple(reader.get(variable, "ItemOID") for variable in variables),
        line=line_of(element),
    )


def _code(element: etree._Element, reader: DefinitionReader) -> ProgrammingCode:
    code = element.find(reader.tag("arm:Code"))
    return ProgrammingCode(
        context=reader.get(element, "Context"),
        text=None if code is None else own_text(code),
        documents=reader.documents(element),
        line=line_of(element),
    )

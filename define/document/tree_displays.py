"""Analysis displays and results as elements of a define.xml.

Source: Analysis Results Metadata 1.0 for Define-XML 2, section 4. Problems: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from lxml import etree

from define.document.model import (
    AnalysisDataset,
    AnalysisResult,
    Display,
    DocumentRef,
    ProgrammingCode,
)


class ElementWriter(Protocol):
    """What adds elements to a tree."""

    def element(
        self, parent: etree._Element, name: str, attributes: Mapping[str, str | int | None]
    ) -> etree._Element:
        """A new last child."""
        ...

    def text(self, parent: etree._Element, name: str, text: str) -> None:
        """An element that holds one TranslatedText."""
        ...

    def plain_text(self, parent: etree._Element, name: str, text: str) -> None:
        """An element that holds a text."""
        ...

    def documents(self, parent: etree._Element, documents: Iterable[DocumentRef]) -> None:
        """References to leaves and to pages of them."""
        ...


def add_displays(
    parent: etree._Element, displays: tuple[Display, ...], writer: ElementWriter
) -> None:
    """Add an arm:AnalysisResultDisplays to a MetaDataVersion, unless there are no displays.

    Example: `add_displays(version, define.displays, TreeWriter(define))`.
    """
    if displays:
        holder = writer.element(parent, "arm:AnalysisResultDisplays", {})
        for display in displays:
            _display(holder, display, writer)


def _display(parent: etree._Element, display: Display, writer: ElementWriter) -> None:
    names = {"OID": display.oid, "Name": display.name}
    made = writer.element(parent, "arm:ResultDisplay", names)
    writer.text(made, "Description", display.description)
    writer.documents(made, display.documents)
    for result in display.results:
        _result(made, result, writer)


def _result(parent: etree._Element, result: AnalysisResult, writer: ElementWriter) -> None:
    names = {
        "OID": result.oid,
        "ParameterOID": result.parameter_oid,
        "AnalysisReason": result.reason,
        "AnalysisPurpose": result.purpose,
    }
    made = writer.element(parent, "arm:AnalysisResult", names)
    writer.text(made, "Description", result.description)
    if result.datasets or result.comment_oid:
        _datasets(made, result, writer)
    if result.documentation is not None or result.documents:
        written = writer.element(made, "arm:Documentation", {})
        writer.text(written, "Description", result.documentation or "")
        writer.documents(written, result.documents)
    if result.code:
        _code(made, result.code, writer)


def _datasets(parent: etree._Element, result: AnalysisResult, writer: ElementWriter) -> None:
    names = {"def:CommentOID": result.comment_oid}
    holder = writer.element(parent, "arm:AnalysisDatasets", names)
    for dataset in result.datasets:
        _dataset(holder, dataset, writer)


def _dataset(parent: etree._Element, dataset: AnalysisDataset, writer: ElementWriter) -> None:
    made = writer.element(parent, "arm:AnalysisDataset", {"ItemGroupOID": dataset.group_oid})
    for oid in dataset.where_oids:
        writer.element(made, "def:WhereClauseRef", {"WhereClauseOID": oid})
    for oid in dataset.variable_oids:
        writer.element(made, "arm:AnalysisVariable", {"ItemOID": oid})


def _code(parent: etree._Element, code: ProgrammingCode, writer: ElementWriter) -> None:
    made = writer.element(parent, "arm:ProgrammingCode", {"Context": code.context})
    if code.text is not None:
        writer.plain_text(made, "arm:Code", code.text)
    writer.documents(made, code.documents)

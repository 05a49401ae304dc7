"""Analysis results as the page shows them.

Source: Analysis Results Metadata 1.0 for Define-XML 2.1.
"""

from __future__ import annotations

from define.document.model import AnalysisDataset, AnalysisResult, Display
from define.page.index import Index
from define.page.links import Link, document_links
from define.page.marks import Marks
from define.page.views import DisplayView, ReadView, ResultView


def display_views(index: Index, marks: Marks) -> tuple[DisplayView, ...]:
    """The displays in the order of the document."""
    return tuple(_display_view(index, marks, display) for display in index.define.displays)


def _display_view(index: Index, marks: Marks, display: Display) -> DisplayView:
    anchor = index.anchors.take("RD", display.oid.removeprefix("RD."))
    return DisplayView(
        anchor=anchor,
        name=display.name,
        description=display.description,
        links=document_links(display.documents, index.leaves),
        results=tuple(_result_view(index, result) for result in display.results),
        mark=marks.at(f"display {display.name}", anchor),
    )


def _result_view(index: Index, result: AnalysisResult) -> ResultView:
    parameter = index.name(result.parameter_oid) if result.parameter_oid else ""
    about = (("Reason", result.reason), ("Purpose", result.purpose), ("Parameter", parameter))
    code = result.code
    return ResultView(
        anchor=index.anchors.take("AR", result.oid.removeprefix("AR.")),
        description=result.description or result.oid,
        about=tuple((name, text) for name, text in about if text),
        reads=tuple(_read_view(index, dataset) for dataset in result.datasets),
        join=index.comment(result.comment_oid),
        documentation=result.documentation or "",
        links=document_links(result.documents, index.leaves),
        context=code.context if code else "",
        code=(code.text or "") if code else "",
        code_links=document_links(code.documents, index.leaves) if code else (),
    )


def _read_view(index: Index, dataset: AnalysisDataset) -> ReadView:
    group = index.groups.get(dataset.group_oid)
    name = group.name if group else dataset.group_oid
    return ReadView(
        dataset=Link(name, f"#{index.group_places[group.oid]}" if group else ""),
        where=index.where(dataset.where_oids, name),
        variables=tuple(_variable_link(index, oid) for oid in dataset.variable_oids),
    )


def _variable_link(index: Index, oid: str) -> Link:
    place = index.places.get(oid)
    return Link(place.name, f"#{place.anchor}") if place else Link(index.name(oid))

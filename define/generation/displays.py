"""Analysis displays and results (ARM), drafted by names and written with the OIDs of a document.

A draft names datasets, variables and conditions as a programmer does; which records a result is
made from becomes a where clause, shared with value-level metadata where the conditions are equal.
OIDs are made of names: `RD.<display>`, `AR.<display>.<result>`.

Source: Analysis Results Metadata 1.0 for Define-XML 2, section 4. Problems: none.
Example: `build_define(plan, "Analysis", facts, stamp=stamp, displays=[display])`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clinmap.metadata import Condition, Pages
from define.document.model import (
    AnalysisDataset,
    AnalysisResult,
    Display,
    DocumentRef,
    ProgrammingCode,
)
from define.generation.drafts import DatasetDraft, Selection, oid_part
from define.generation.origins import leaf_id, page_refs


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """A document of the study, by its id, and perhaps pages of it."""

    document: str
    pages: tuple[Pages, ...] = ()


@dataclass(frozen=True, slots=True)
class UsedDataset:
    """A dataset that a result is made from: the records where `where` holds, and the variables."""

    dataset: str
    where: tuple[Condition, ...] = ()
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeDraft:
    """The code that makes a result: the language, and the text or the document that holds it."""

    context: str
    text: str = ""
    documents: tuple[DocumentDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultDraft:
    """An analysis result: what it is, why it was made, and from what.

    `reason` and `purpose` are words of the codelists ANLREAS and ANLPURP. `parameter` is the
    dataset whose PARAMCD says what is analysed, `comment` how several datasets are joined.
    """

    id: str
    description: str
    reason: str
    purpose: str
    datasets: tuple[UsedDataset, ...]
    parameter: str = ""
    comment: str = ""
    documentation: str = ""
    documents: tuple[DocumentDraft, ...] = ()
    code: CodeDraft | None = None


@dataclass(frozen=True, slots=True)
class DisplayDraft:
    """A table, a listing or a figure with its results; `documents` show where it stands."""

    id: str
    name: str
    title: str
    results: tuple[ResultDraft, ...]
    documents: tuple[DocumentDraft, ...] = ()

    @property
    def selections(self) -> Iterator[Selection]:
        """Which records are chosen, of all datasets of all results."""
        for result in self.results:
            yield from ((used.dataset, used.where) for used in result.datasets if used.where)


def is_described(display: DisplayDraft, drafts: Iterable[DatasetDraft]) -> bool:
    """Whether the document has all datasets and variables that the display names."""
    known = {d.plan.name: {v.item.name for v in d.variables} for d in drafts}
    return all(
        used.dataset in known and set(_variables(used)) <= known[used.dataset]
        for result in display.results
        for used in (*result.datasets, *_parameter(result))
    )


def _variables(used: UsedDataset) -> tuple[str, ...]:
    return (*used.variables, *(condition.variable for condition in used.where))


def _parameter(result: ResultDraft) -> tuple[UsedDataset, ...]:
    return (UsedDataset(result.parameter, variables=("PARAMCD",)),) if result.parameter else ()


def result_tail(display: DisplayDraft, result: ResultDraft) -> str:
    """The part of OIDs that names a result.

    >>> result_tail(DisplayDraft("T1", "Table 1", "", ()), ResultDraft("n", "", "", "", ()))
    'T1.n'
    """
    return f"{oid_part(display.id)}.{oid_part(result.id)}"


def model_display(
    display: DisplayDraft, clauses: Mapping[Selection, str], comments: Mapping[str, str]
) -> Display:
    """The display with OIDs; `clauses` and `comments` have those of conditions and comments."""
    return Display(
        oid=f"RD.{oid_part(display.id)}",
        name=display.name,
        description=display.title,
        documents=_documents(display.documents),
        results=tuple(_result(display, result, clauses, comments) for result in display.results),
    )


def _result(
    display: DisplayDraft,
    result: ResultDraft,
    clauses: Mapping[Selection, str],
    comments: Mapping[str, str],
) -> AnalysisResult:
    has_documentation = bool(result.documentation or result.documents)
    return AnalysisResult(
        oid=f"AR.{result_tail(display, result)}",
        reason=result.reason,
        purpose=result.purpose,
        description=result.description,
        parameter_oid=f"IT.{result.parameter}.PARAMCD" if result.parameter else "",
        datasets=tuple(_dataset(used, clauses) for used in result.datasets),
        comment_oid=comments.get(result.comment, ""),
        documentation=result.documentation if has_documentation else None,
        documents=_documents(result.documents),
        code=_code(result.code) if result.code else None,
    )


def _dataset(used: UsedDataset, clauses: Mapping[Selection, str]) -> AnalysisDataset:
    return AnalysisDataset(
        group_oid=f"IG.{used.dataset}",
        where_oids=(clauses[used.dataset, used.where],) if used.where else (),
        variable_oids=tuple(f"IT.{used.dataset}.{name}" for name in used.variables),
    )


def _code(code: CodeDraft) -> ProgrammingCode:
    return ProgrammingCode(code.context, code.text or None, _documents(code.documents))


def _documents(drafts: Iterable[DocumentDraft]) -> tuple[DocumentRef, ...]:
    """References to documents; pages are of the document that is named."""
    found: list[DocumentRef] = []
    for draft in drafts:
        pages = tuple(page for ref in page_refs(draft.pages) for page in ref.pages)
        found.append(DocumentRef(leaf_id(draft.document), pages))
    return tuple(found)

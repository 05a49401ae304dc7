"""Codelists, dictionaries, methods, comments, standards and documents as the page shows them."""

from __future__ import annotations

from collections.abc import Iterator

from define.document.model import CodeList, Define
from define.page.datasets import height
from define.page.index import Index, alias_code
from define.page.links import Link, document_links, leaf_link, safe_href
from define.page.marks import Marks
from define.page.views import (
    CodelistView,
    DictionaryView,
    DocumentView,
    StandardView,
    TermView,
    TextView,
)
from define.page.words import standard_words

TERM_HEIGHT = 28
CHARACTERS_OF_LINE = 120
LINE_HEIGHT = 22


def codelist_views(index: Index, marks: Marks) -> tuple[CodelistView, ...]:
    """The codelists with terms, in the order of the document."""
    lists = (c for c in index.define.codelists if c.external is None)
    return tuple(_codelist_view(index, marks, codelist) for codelist in lists)


def _codelist_view(index: Index, marks: Marks, codelist: CodeList) -> CodelistView:
    anchor = index.codelist_anchors[codelist.oid]
    terms = codelist.terms
    return CodelistView(
        anchor=anchor,
        codelist=codelist,
        code=alias_code(codelist.aliases),
        standard=standard_words(index.standards.get(codelist.standard_oid)),
        badges=tuple(_codelist_badges(codelist)),
        note=index.comment(codelist.comment_oid),
        terms=tuple(_term_views(codelist)),
        decoded=any(term.decode is not None for term in terms),
        ranked=any(term.rank for term in terms),
        users=index.users.get(codelist.oid, ()),
        size=height(120 + TERM_HEIGHT * len(terms)),
        mark=marks.at(f"codelist {codelist.name}", anchor),
    )


def _codelist_badges(codelist: CodeList) -> Iterator[str]:
    extended = sum(term.extended for term in codelist.terms)
    if extended:
        yield f"{extended} extended"
    if codelist.non_standard:
        yield "non-standard"


def _term_views(codelist: CodeList) -> Iterator[TermView]:
    for term in codelist.terms:
        yield TermView(
            value=term.value,
            decode=term.decode or "",
            code=alias_code(term.aliases),
            rank=term.rank,
            extended=term.extended,
            description=term.description,
        )


def dictionary_views(index: Index, marks: Marks) -> tuple[DictionaryView, ...]:
    """The external codelists."""
    return tuple(
        DictionaryView(
            anchor=index.codelist_anchors[codelist.oid],
            name=codelist.name,
            dictionary=codelist.external,
            link=Link(codelist.external.href, safe_href(codelist.external.href)),
            note=index.comment(codelist.comment_oid),
            users=index.users.get(codelist.oid, ()),
            mark=marks.at(f"codelist {codelist.name}", index.codelist_anchors[codelist.oid]),
        )
        for codelist in index.define.codelists
        if codelist.external is not None
    )


def method_views(index: Index, marks: Marks) -> tuple[TextView, ...]:
    """The methods, whole, with their code."""
    return tuple(
        TextView(
            anchor=index.method_anchors[method.oid],
            name=method.name or method.oid,
            kind=method.type,
            text=method.text,
            code=tuple((one.context, one.text) for one in method.expressions),
            links=document_links(method.documents, index.leaves),
            users=index.users.get(method.oid, ()),
            size=_text_height(method.text, *(one.text for one in method.expressions)),
            mark=marks.at(f"method {method.name}", index.method_anchors[method.oid]),
        )
        for method in index.define.methods
    )


def comment_views(index: Index, marks: Marks) -> tuple[TextView, ...]:
    """The comments, whole."""
    return tuple(
        TextView(
            anchor=index.comment_anchors[comment.oid],
            name=comment.oid,
            kind="",
            text=comment.text,
            code=(),
            links=document_links(comment.documents, index.leaves),
            users=index.users.get(comment.oid, ()),
            size=_text_height(comment.text),
            mark=marks.at(f"comment {comment.oid}", index.comment_anchors[comment.oid]),
        )
        for comment in index.define.comments
    )


def _text_height(*texts: str) -> int:
    lines = sum(text.count("\n") + len(text) // CHARACTERS_OF_LINE + 1 for text in texts)
    return height(60 + LINE_HEIGHT * lines)


def standard_views(index: Index) -> tuple[StandardView, ...]:
    """The standards that the document names."""
    return tuple(
        StandardView(standard_words(one), one.type, one.status, index.comment(one.comment_oid))
        for one in index.define.standards
    )


def document_views(define: Define) -> tuple[DocumentView, ...]:
    """The documents beside the define.xml, those of the case report form first."""
    forms = {ref.leaf_id for ref in define.annotated_crf}
    guides = {ref.leaf_id for ref in define.supplemental_documents}
    rank = {**dict.fromkeys(guides, 1), **dict.fromkeys(forms, 0)}
    kinds = ("Annotated CRF", "Supplemental document", "Document")
    ordered = sorted(define.leaves, key=lambda leaf: rank.get(leaf.id, 2))
    return tuple(
        DocumentView(leaf_link(leaf), kinds[rank.get(leaf.id, 2)], leaf.href) for leaf in ordered
    )

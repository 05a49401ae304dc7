"""A define.xml as the rows of an Excel specification: codelists, methods, documents, results.

Problems: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from define.document.model import (
    NCI_CODE,
    Alias,
    AnalysisDataset,
    AnalysisResult,
    CodeList,
    Display,
    DocumentRef,
    Term,
)
from define.workbook import layout as sheets
from define.workbook.cells import document_cells, shown_number
from define.workbook.conditions import clauses_text
from define.workbook.filling import Cells, Filling
from define.workbook.names import clause_oid


class FillingAll(Filling):
    """The rows of all sheets of a document."""

    def codelists(self) -> Iterator[Cells]:
        """The sheet Codelists: a row for each term."""
        for codelist in self.define.codelists:
            if codelist.external is None:
                shared = self._codelist(codelist)
                for term in codelist.terms:
                    yield {**shared, **_term(term, codelist)}
                if not codelist.terms:
                    yield shared

    def _codelist(self, codelist: CodeList) -> Cells:
        standard = codelist.standard_oid
        return {
            **self.names[sheets.CODELISTS].cells(codelist.oid),
            "Name": codelist.name,
            "NCI Codelist Code": _code(codelist.aliases),
            "Data Type": codelist.data_type,
            "Terminology": self.standards.get(standard, standard),
            "Comment": self.id_of(sheets.COMMENTS, codelist.comment_oid),
            "SAS Format": codelist.sas_format,
        }

    def dictionaries(self) -> Iterator[Cells]:
        """The sheet Dictionaries."""
        for codelist in self.define.codelists:
            if codelist.external is not None:
                yield {
                    **self.names[sheets.CODELISTS].cells(codelist.oid),
                    "Name": codelist.name,
                    "Data Type": codelist.data_type,
                    "Dictionary": codelist.external.name,
                    "Version": codelist.external.version,
                    "Href": codelist.external.href,
                    "Ref": codelist.external.ref,
                    "Comment": self.id_of(sheets.COMMENTS, codelist.comment_oid),
                }

    def methods(self) -> Iterator[Cells]:
        """The sheet Methods."""
        for method in self.define.methods:
            code = next(iter(method.expressions), None)
            yield {
                **self.names[sheets.METHODS].cells(method.oid),
                "Name": method.name,
                "Type": method.type,
                "Description": method.text,
                "Expression Context": code.context if code else "",
                "Expression Code": code.text if code else "",
                **self._documents(method.documents),
            }

    def comments(self) -> Iterator[Cells]:
        """The sheet Comments."""
        for comment in self.define.comments:
            yield {
                **self.names[sheets.COMMENTS].cells(comment.oid),
                "Description": comment.text,
                **self._documents(comment.documents),
            }

    def documents(self) -> Iterator[Cells]:
        """The sheet Documents, with what each is."""
        crf = {ref.leaf_id for ref in self.define.annotated_crf}
        others = {ref.leaf_id for ref in self.define.supplemental_documents}
        for leaf in self.define.leaves:
            is_crf, is_other = leaf.id in crf, leaf.id in others
            kind = "Annotated CRF" if is_crf else "Supplemental" if is_other else "Other"
            cells = self.names[sheets.DOCUMENTS].cells(leaf.id)
            yield {**cells, "Title": leaf.title, "Href": leaf.href, "Kind": kind}

    def displays(self) -> Iterator[Cells]:
        """The sheet Analysis Displays."""
        for display in self.define.displays:
            yield {
                "ID": display.oid,
                "Title": display.description,
                "Name": display.name,
                **self._documents(display.documents),
            }

    def results(self) -> Iterator[Cells]:
        """The sheet Analysis Results."""
        for display in self.define.displays:
            for result in display.results:
                yield {"Display": display.oid, **self._result(result)}

    def _result(self, result: AnalysisResult) -> Cells:
        refs, pages = document_cells(result.documents, self.names[sheets.DOCUMENTS].of)
        code = result.code
        return {
            "ID": result.oid,
            "Description": result.description,
            "Reason": result.reason,
            "Purpose": result.purpose,
            "Join Comment": self.id_of(sheets.COMMENTS, result.comment_oid),
            "Documentation": result.documentation or "",
            "Documentation Refs": refs,
            "Pages": pages,
            "Programming Context": code.context if code else "",
            "Programming Code": (code.text or "") if code else "",
            "Programming Document": self._documents(code.documents)["Document"] if code else "",
            "Parameter": result.parameter_oid,
        }

    def criteria(self) -> Iterator[Cells]:
        """The sheet Analysis Criteria: the records and variables that a result is made from."""
        for display in self.define.displays:
            for result in display.results:
                for dataset in result.datasets:
                    yield self._criterion(display, result, dataset)

    def _criterion(self, display: Display, result: AnalysisResult, used: AnalysisDataset) -> Cells:
        group = next((g for g in self.define.item_groups if g.oid == used.group_oid), None)
        name = group.name if group else ""
        found = [self.clauses[oid] for oid in used.where_oids if oid in self.clauses]
        asks = [self.places.asks(clause.checks, name) for clause in found]
        usual = tuple(clause_oid(name, asked) for asked in asks)
        return {
            "Display": display.oid,
            "Result": result.oid,
            "Dataset": name,
            "Variables": ", ".join(self.places.shown(o, name)[1] for o in used.variable_oids),
            "Where Clause": clauses_text(asks),
            "Where Clause ID": "" if usual == used.where_oids else ", ".join(used.where_oids),
        }

    def _documents(self, documents: Iterable[DocumentRef]) -> Cells:
        names, pages = document_cells(documents, self.names[sheets.DOCUMENTS].of)
        return {"Document": names, "Pages": pages}


def _term(term: Term, codelist: CodeList) -> Cells:
    coded, code = bool(_code(codelist.aliases)), _code(term.aliases)
    usual = coded and not code
    return {
        "Order": shown_number(term.order),
        "Term": term.value,
        "NCI Term Code": code,
        "Decoded Value": term.decode or "",
        "Rank": term.rank,
        "Extended": "" if term.extended == usual else "Yes" if term.extended else "No",
    }


def _code(aliases: tuple[Alias, ...]) -> str:
    return next((alias.name for alias in aliases if alias.context == NCI_CODE), "")

"""The definitions of a document by their OIDs, for whoever follows its references.

Source: Define-XML 2.1, section 3.5 (definitions and references). Problems: none.
Example: `Lookup(define).items["IT.AE.AETERM"].name`.
"""

from __future__ import annotations

from define.document.model import Define, by_oid


class Lookup:
    """Finds definitions by OID; of two with one OID, the first."""

    def __init__(self, define: Define) -> None:
        self.define = define
        self.groups = by_oid(define.item_groups)
        self.items = by_oid(define.items)
        self.codelists = by_oid(define.codelists)
        self.methods = by_oid(define.methods)
        self.comments = by_oid(define.comments)
        self.standards = by_oid(define.standards)
        self.value_lists = by_oid(define.value_lists)
        self.clauses = by_oid(define.where_clauses)

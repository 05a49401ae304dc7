"""The codelists of define.xml documents as a specification names them.

A published codelist is named, with the sponsor's own terms under `extend` where that is allowed;
every other one becomes a codelist of the study. Problems: none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from define.document.model import NCI_CODE, CodeList, Define, Term

if TYPE_CHECKING:
    from clinmap.terminology import Codelist, Terminology
    from mappings.skeleton import Value

_LEFT_OUT = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(slots=True)
class SkeletonTerms:
    """Gathers the codelists that the variables use."""

    own: dict[str, dict[str, Value]] = field(default_factory=dict)
    extended: dict[str, dict[str, Value]] = field(default_factory=dict)
    packages: tuple[Terminology, ...] = ()

    def __post_init__(self) -> None:
        from clinmap.terminology import load_packaged

        self.packages = (load_packaged("SDTM"), load_packaged("ADaM"))

    def names(self, define: Define) -> Mapping[str, str]:
        """What the specification calls each codelist of a document, by OID."""
        return {codelist.oid: self._name(codelist) for codelist in define.codelists}

    def published(self, codelist: CodeList) -> Codelist | None:
        """The published codelist that has the C-code of a codelist."""
        codes = [alias.name for alias in codelist.aliases if alias.context == NCI_CODE]
        found = (package.codelist(code) for code in codes for package in self.packages)
        return next(filter(None, found), None)

    def _name(self, codelist: CodeList) -> str:
        found = self.published(codelist)
        if found is not None and codelist.external is None:
            added = [term for term in codelist.terms if found.term(term.value) is None]
            if not added or found.extensible:
                if added:
                    told = self.extended.setdefault(found.name, {})
                    told |= {term.value: term.decode or None for term in added}
                return found.name
        return self._own(codelist)

    def _own(self, codelist: CodeList) -> str:
        entry = _entry(codelist)
        base = _LEFT_OUT.sub("-", codelist.oid.removeprefix("CL.")) or "LIST"
        if any(package.codelist(base) for package in self.packages):
            base = f"{base}-OWN"
        name, number = base, 2
        while self.own.get(name, entry) != entry:
            name, number = f"{base}-{number}", number + 1
        self.own[name] = entry
        return name


def _entry(codelist: CodeList) -> dict[str, Value]:
    entry: dict[str, Value] = {"label": codelist.name}
    if codelist.external is not None:
        entry |= {"dictionary": codelist.external.name, "version": codelist.external.version}
        return {key: value for key, value in entry.items() if value}
    if any(term.decode or term.rank for term in codelist.terms):
        entry["terms"] = {term.value: _term(term) for term in codelist.terms}
    else:
        entry["terms"] = [term.value for term in codelist.terms]
    return entry


def _term(term: Term) -> Value:
    if term.rank:
        return {"decode": term.decode or "", "rank": term.rank}
    return term.decode or None

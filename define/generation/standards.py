"""The standards that a document names, and which of them a dataset or a codelist follows.

Source: Define-XML 2.1, section 5.3.6 (def:Standards).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from clinmap.metadata import StandardUse
from clinmap.plan import DatasetPlan, Plan, Purpose
from define.document.model import CodeList, ItemGroup, Standard


def declared_standards(
    plan: Plan, comments: Mapping[str, str] = MappingProxyType({})
) -> tuple[Standard, ...]:
    """All standards of the study, as def:Standard; `comments` has the OIDs of their comments."""
    return tuple(
        Standard(
            _oid(use),
            use.name,
            use.type,
            use.version,
            use.publishing_set,
            use.status,
            comments.get(use.comment, ""),
        )
        for use in plan.standards
    )


def used_standards(
    standards: Iterable[Standard], groups: Iterable[ItemGroup], codelists: Iterable[CodeList]
) -> tuple[Standard, ...]:
    """The standards that a dataset or a codelist of this document refers to."""
    used = {group.standard_oid for group in groups} | {c.standard_oid for c in codelists}
    return tuple(standard for standard in standards if standard.oid in used)


def guide_oid(plan: Plan, dataset: DatasetPlan) -> str:
    """The OID of the implementation guide that a dataset follows, or an empty text.

    `dataset.standard` is the id or the name of a declared standard, with or without its version.
    When it is empty, the guide follows from the purpose and the class: ADaM-OCCDSIG for occurrence
    data and ADaMIG-NCA for its subclass where they are declared, else ADaMIG, or SDTMIG.
    """
    guides = [use for use in plan.standards if use.type == "IG"]
    if dataset.standard:
        return next((_oid(use) for use in guides if _is_named(use, dataset.standard)), "")
    preferred = _usual_guides(dataset.purpose, dataset.cls, dataset.subclass)
    return next((_oid(use) for name in preferred for use in guides if use.name == name), "")


def terminology_oid(standards: Iterable[Standard], package: str) -> str:
    """The OID of the terminology package (`SDTM`, `ADaM`) that is declared, or an empty text."""
    return next((s.oid for s in standards if s.type == "CT" and s.publishing_set == package), "")


def _oid(use: StandardUse) -> str:
    return use.id if use.id.startswith("STD.") else f"STD.{use.id}"


def _is_named(use: StandardUse, wanted: str) -> bool:
    names = (use.id, use.name, f"{use.name} {use.version}", f"{use.name} v{use.version}")
    return wanted.casefold() in {name.casefold() for name in names}


def _usual_guides(purpose: Purpose, cls: str, subclass: str) -> tuple[str, ...]:
    if purpose == "Tabulation":
        return ("SDTMIG",)
    if subclass == "NON-COMPARTMENTAL ANALYSIS":
        return ("ADaMIG-NCA", "ADaMIG")
    if cls == "OCCURRENCE DATA STRUCTURE":
        return ("ADaM-OCCDSIG", "ADaMIG")
    return ("ADaMIG",)

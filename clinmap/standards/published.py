"""The shapes of a published fact, and the standards that a define.xml may name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class VariableStandard:
    """One variable as its guide states it.

    `core` is Req, Exp or Perm in SDTM; Req, Cond, Perm or Not used in ADaM. `domain` is the
    format or dictionary of the values (``ISO 8601 duration``, ``MedDRA``), `values` the only ones
    allowed where there is no codelist. `model_only` marks a variable of the SDTM model that the
    table of the guide does not list. `template` is the published name that the variable matched
    where it is not the variable's own: ``TRTxxP``, ``--TERM``, ``*DTF``.
    """

    name: str
    label: str
    type: str
    role: str = ""
    core: str = "Perm"
    codelists: tuple[str, ...] = ()
    domain: str | None = None
    values: tuple[str, ...] = ()
    model_only: bool = False
    template: str = ""

    @property
    def label_is_stub(self) -> bool:
        """Whether the published label must be completed by the study: ``*DT`` is only "Date"."""
        return self.template.startswith("*") or self.label.endswith("...")


@dataclass(frozen=True, slots=True)
class DatasetStandard:
    """One SDTM dataset or ADaM structure.

    `cls` and `subclass` are written as the Define-XML terminology writes them (C103329 GNRLOBSC:
    ``EVENTS``, ``SPECIAL PURPOSE``, ``BASIC DATA STRUCTURE``). `domain` is the two letters of an
    SDTM domain: of AE for SUPPAE, of QS for a split dataset QSPH; empty where there is none.
    `standard` is the name and version of the guide. `parent` is the ADaM structure whose
    variables may be used too.
    """

    name: str
    label: str
    cls: str
    structure: str
    variables: tuple[VariableStandard, ...]
    domain: str = ""
    subclass: str = ""
    standard: tuple[str, str] = ("SDTMIG", "3.4")
    parent: str = ""

    def variable(self, name: str) -> VariableStandard | None:
        """Give the variable with this published name, or None."""
        return next((v for v in self.variables if v.name == name), None)


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard as ``def:Standard`` of Define-XML 2.1 names it (section 5.3.6.1)."""

    name: str
    version: str
    type: str
    publishing_set: str | None = None
    status: str = "Final"


STANDARDS = (
    Standard("SDTMIG", "3.4", "IG"),
    Standard("ADaMIG", "1.3", "IG"),
    Standard("ADaM-OCCDSIG", "1.1", "IG"),
    Standard("ADaMIG-NCA", "1.0", "IG"),
    Standard("CDISC/NCI", "2025-03-28", "CT", "SDTM"),
    Standard("CDISC/NCI", "2025-03-28", "CT", "ADaM"),
    Standard("CDISC/NCI", "2025-03-28", "CT", "DEFINE-XML"),
)


def standard(name: str, publishing_set: str | None = None) -> Standard | None:
    """Give the packaged standard of this name (and publishing set), or None.

    >>> standard("CDISC/NCI", "SDTM").version
    '2025-03-28'
    """
    wanted = (name, publishing_set)
    return next((s for s in STANDARDS if (s.name, s.publishing_set) == wanted), None)


@lru_cache(maxsize=8)
def stored(name: str) -> dict[str, Any]:
    """Read one JSON file of the catalogue, once."""
    place = Path(__file__).with_name("catalogue") / name
    facts: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return facts


def variable_from(row: Sequence[Any]) -> VariableStandard:
    """Make a variable from its array in the catalogue; cut-off ends have their defaults."""
    name, label, type_, role, core, codelists, domain, values = [*row, *_ENDS[len(row) :]]
    return VariableStandard(name, label, type_, role, core, tuple(codelists), domain, tuple(values))


_ENDS: tuple[Any, ...] = ("", "", "", "", "Perm", (), None, ())

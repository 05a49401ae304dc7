"""ADaM structures and their variables, concrete names matched to the published templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import product

from clinmap.plan import DataType
from clinmap.standards.published import DatasetStandard, VariableStandard, stored, variable_from

ADAM_FORMATS: dict[str, tuple[DataType, str]] = {
    "DTM": ("datetime", "DATETIME20."),
    "DT": ("date", "DATE9."),
    "TM": ("time", "TIME8."),
}
"""How a numeric ADaM timing variable is typed and shown (ADaMIG 1.3 section 3.1.4)."""

ADAM_STRUCTURES = ("ADSL", "BDS", "TTE", "NCA", "OCCDS", "AE", "OTHER")

# A dataset of no published structure (class ADAM OTHER): it requires nothing, need not be about
# subjects, and its variables are called as elsewhere. Source: Define-XML codelist GNRLOBSC.
_OTHER = DatasetStandard(
    name="OTHER",
    label="Other ADaM Dataset",
    cls="ADAM OTHER",
    structure="",
    variables=(),
    standard=("ADaMIG", "1.3"),
    parent="BDS",
)

# Naming conventions that hold in every ADaM dataset (ADaMIG 1.3, 3.1): the ends of the names of
# flags and of grouping variables. The ends of timing variables are in the table of BDS.
_CONVENTIONS = (
    VariableStandard("*GRyN", "Group y (N)", "Num"),
    VariableStandard("*GRy", "Group y", "Char"),
    VariableStandard("*FL", "Flag", "Char"),
    VariableStandard("*FN", "Flag (N)", "Num"),
)


@lru_cache(maxsize=16)
def adam_structure(name: str) -> DatasetStandard | None:
    """Give an ADaM structure: ADSL, BDS, TTE, NCA, OCCDS, AE (OCCDS for adverse events) or OTHER.

    >>> adam_structure("TTE").subclass
    'TIME-TO-EVENT'
    """
    if name == _OTHER.name:
        return _OTHER
    for facts in stored("adam.json")["structures"]:
        if facts["name"] == name:
            return DatasetStandard(
                name=name,
                label=facts["label"],
                cls=facts["class"],
                structure="",
                variables=tuple(map(variable_from, facts["variables"])),
                subclass=facts["subclass"],
                standard=tuple(facts["standard"]),
                parent=facts["parent"],
            )
    return None


@lru_cache(maxsize=4096)
def adam_variable(structure: str, name: str) -> VariableStandard | None:
    """Give the variable that a name means in a structure, or None.

    Looked for in this order, each in the structure, then in the one it adds to (TTE, NCA and OTHER
    to BDS, AE to OCCDS), then in ADSL, whose variables any dataset may carry (ADaMIG 1.3, 3.3.1;
    Perm there): the name itself; a template with ``xx``, ``zz`` (two digits), ``y`` (1 to 99) or
    ``w`` (1 to 9) filled in (ADaMIG 1.3, 3.1), which its label repeats; a ``--`` name of SDTM.
    Last, the suffixes: ``*DT``, ``*DTF``, ``*FL``.

    >>> adam_variable("BDS", "ANL01FL").label
    'Analysis Flag 01'
    >>> adam_variable("AE", "AEDECOD").core
    'Req'
    >>> adam_variable("OCCDS", "LSTDSDT").template
    '*DT'
    """
    chain = list(_chain(structure))
    for find in (_exact, _filled, _prefixed):
        for table in chain:
            if found := find(table, name):
                borrowed = table.name == "ADSL" and structure != "ADSL"
                return replace(found, core="Perm") if borrowed else found
    return _suffixed(name) if chain else None


def is_adam_template(name: str) -> bool:
    """Whether a published name stands for many: ``TRTxxP``, ``--TERM``, ``*DT``."""
    return name.startswith(("*", "--")) or bool(re.search("[a-z]", name))


def _chain(structure: str) -> Iterator[DatasetStandard]:
    table = adam_structure(structure)
    while table:
        yield table
        table = adam_structure(table.parent)


@lru_cache(maxsize=16)
def _by_name(structure: str) -> dict[str, VariableStandard]:
    table = adam_structure(structure)
    return {v.name: v for v in table.variables} if table else {}


def _exact(table: DatasetStandard, name: str) -> VariableStandard | None:
    return None if is_adam_template(name) else _by_name(table.name).get(name)


def _filled(table: DatasetStandard, name: str) -> VariableStandard | None:
    """The variable whose template becomes `name` when its placeholders are filled in."""
    known = _by_name(table.name)
    for template, values in _templates(name):
        if found := known.get(template):
            label = _label(found.label, values)
            return replace(found, name=name, label=label, template=template)
    return None


def _label(label: str, values: dict[str, str]) -> str:
    """Fill in the placeholders of a label: Pooled Age Group y -> Pooled Age Group 1."""
    return re.sub(r"\b(xx|zz|y|w)\b", lambda m: values.get(m[0], m[0]), label)


def _templates(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every template that `name` could come from: TR01PG1 -> TRxxPG1, TRxxPGy, TR01PGy, ..."""
    parts = re.split(r"(\d+)", name)
    for choice in product(*(_placeholders(part) for part in parts)):
        used = {c: part for c, part in zip(choice, parts, strict=True) if c != part}
        if used:
            yield "".join(choice), used


def _placeholders(part: str) -> tuple[str, ...]:
    if not part.isdigit() or part == "0" * len(part):
        return (part,)
    if len(part) == 1:
        return (part, "y", "w")
    if len(part) == 2:
        return (part, "xx", "zz") if part[0] == "0" else (part, "xx", "zz", "y")
    return (part,)


def _prefixed(table: DatasetStandard, name: str) -> VariableStandard | None:
    """The ``--`` variable of an occurrence structure; XX in its label is the prefix."""
    found = _by_name(table.name).get("--" + name[2:])
    if found is None or not re.fullmatch("[A-Z]{2}", name[:2]):
        return None
    label = found.label.replace("XX", name[:2])
    return replace(found, name=name, label=label, template=found.name)


def _suffixed(name: str) -> VariableStandard | None:
    """The longest suffix that a name ends with; the name must have a root too."""
    for variable in _suffixes():
        suffix = variable.name[1:].replace("y", r"(?P<y>[1-9]\d?)")
        if match := re.fullmatch(rf"[A-Z][A-Z0-9_]*?{suffix}", name):
            label = _label(variable.label, match.groupdict())
            return replace(variable, name=name, label=label, template=variable.name)
    return None


@lru_cache(maxsize=1)
def _suffixes() -> tuple[VariableStandard, ...]:
    """Longest first; without ``*SDT`` and ``*EDT``, which RELAPSEDT would match by chance."""
    known = _by_name("BDS")
    timing = [
        v
        for name, v in known.items()
        if name.startswith("*") and not (name[1] in "SE" and f"*{name[2:]}" in known)
    ]
    return tuple(sorted((*timing, *_CONVENTIONS), key=lambda v: -len(v.name)))

"""Datasets and variables beside the implementation guide that they say they follow.

Source: SDTMIG 3.4 and ADaMIG 1.3, with the guides beside it; datasets that follow another version
are not judged. Problems: DEF077.
"""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.problems import Problem, quoted
from clinmap.standards import (
    ADAM_STRUCTURES,
    STANDARDS,
    DatasetStandard,
    VariableStandard,
    adam_structure,
    adam_variable,
    sdtm_dataset,
    sdtm_datasets,
    sdtm_variable,
)
from define.audit.document import Document, Use
from define.document.model import ItemGroup, Standard

_ADAM = ("ADaMIG", "ADaM-OCCDSIG", "ADaMIG-NCA")
_REQUIRED = "Req"


def guide_problems(document: Document) -> Iterator[Problem]:
    """The label and class of a dataset; label, kind of type and Mandatory of its variables.

    Labels are compared without regard to case and blanks. A text of the guide may be described as a
    number, where all its values are. Labels of ADaM that a study completes,
    split datasets, and variables that the guide has not or that are marked as non-standard are
    left out.
    """
    guides = {group.oid: _guide(document, group) for group in document.define.item_groups}
    for group in document.define.item_groups:
        if guides[group.oid] == "SDTMIG":
            yield from _dataset_problems(document, group)
    for use in document.uses:
        if use.parent is None and not use.ref.non_standard:
            yield from _variable_problems(document, use, guides[use.group.oid])


def _guide(document: Document, group: ItemGroup) -> str:
    """`SDTMIG` or `ADaM` where the dataset follows a version that is known, else an empty text."""
    standards = document.define.standards
    named = [s for s in standards if s.oid == group.standard_oid or not document.is_21]
    if group.non_standard or not named or not _is_known(named[0]):
        return ""
    name = _folded_name(named[0].name)
    if name == "sdtmig":
        return "SDTMIG"
    return "ADaM" if name in map(_folded_name, _ADAM) else ""


def _is_known(named: Standard) -> bool:
    known = {(_folded_name(s.name), s.version) for s in STANDARDS}
    return (_folded_name(named.name), named.version) in known


def _folded_name(name: str) -> str:
    return name.replace("-", "").casefold()


def _dataset_problems(document: Document, group: ItemGroup) -> Iterator[Problem]:
    known = sdtm_dataset(group.name) if group.name in sdtm_datasets() else None
    for wrong, hint in _unlike_dataset(group, known) if known else ():
        message = f"dataset {group.name} {wrong}"
        yield document.problem("DEF077", message, group.line, about=(group.name,), hint=hint)


def _unlike_dataset(group: ItemGroup, known: DatasetStandard) -> Iterator[tuple[str, str]]:
    if group.label and _folded(group.label) != _folded(known.label):
        yield "has another label than SDTMIG 3.4 gives it", f"It gives {quoted(known.label)}."
    if group.domain and known.domain and group.domain != known.domain:
        yield f"is of the domain {group.domain}, in SDTMIG 3.4 of {known.domain}", ""
    published = {table.cls for name in sdtm_datasets() if (table := sdtm_dataset(name))}
    if group.cls.upper() in published - {known.cls}:
        yield f"is of the class {group.cls}, in SDTMIG 3.4 of {known.cls}", f"Write {known.cls}."


def _variable_problems(document: Document, use: Use, guide: str) -> Iterator[Problem]:
    known = _known_variable(use, guide)
    if known is None:
        return
    named = (use.group.name, use.item.name)
    for line, wrong, hint in _unlike(document, use, known, guide):
        message = f"{use.group.name}.{use.item.name} {wrong}"
        yield document.problem("DEF077", message, line, about=named, hint=hint)


def _known_variable(use: Use, guide: str) -> VariableStandard | None:
    """The variable of the guide; in ADaM only one that has a published name of its own."""
    name = use.item.name
    if guide == "SDTMIG":
        return sdtm_variable(use.group.name, name, use.group.cls)
    structure = _structure(use.group) if guide == "ADaM" else ""
    known = adam_variable(structure, name) if structure else None
    return None if known and known.template else known


def _structure(group: ItemGroup) -> str:
    """The ADaM structure of the class and subclass of a dataset, or an empty text."""
    subclass = group.subclasses[0].name if group.subclasses else ""
    tables = [t for name in ADAM_STRUCTURES if (t := adam_structure(name)) and t.cls == group.cls]
    exact = [table.name for table in tables if table.subclass == subclass]
    return next(iter(exact), tables[0].name if tables else "")


def _unlike(
    document: Document, use: Use, known: VariableStandard, guide: str
) -> Iterator[tuple[int, str, str]]:
    """Line, what is unlike the guide, and how to mend it."""
    item, ref = use.item, use.ref
    if item.label and _is_fixed(known) and _folded(item.label) != _folded(known.label):
        wrong = f"has another label than the guide gives: {quoted(item.label)}"
        yield item.line, wrong, f"It gives {quoted(known.label)}."
    if known.type == "Num" and item.data_type == "text":
        yield item.line, "is text, in the guide a number", "Use integer or float."
    read = (ref.line, "Mandatory") not in document.faulty
    if guide == "SDTMIG" and known.core == _REQUIRED and read and not ref.mandatory:
        yield ref.line, "is required by the guide, but not Mandatory", "Set Mandatory to Yes."


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_fixed(known: VariableStandard) -> bool:
    """Whether the guide gives the label: those of the model are worded for the domain."""
    return not known.label_is_stub and not known.model_only

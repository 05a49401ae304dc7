"""What an ODM-XML file says of its item groups and items for who maps them to SDTM.

Source: ODM 1.3.2: ItemGroupDef (Domain, SASDatasetName) and ItemDef (SDSVarName, Question, Alias).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.profiling import Described
from clinmap.readers.odm_metadata import Definitions
from clinmap.readers.odm_xml import odm_elements, odm_header

if TYPE_CHECKING:
    from lxml import etree

    from clinmap.readers.odm_xml import OdmHeader


@dataclass(slots=True)
class _Words:
    """Labels and SDTM names by OID."""

    labels: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    domains: dict[str, tuple[str, ...]] = field(default_factory=dict)


def describe_item_groups(path: Path, file: str) -> dict[str, Described]:
    """By OID, each item group with its name, SDTM domain, and its columns' labels and SDTM names.

    Only the metadata are read, up to the first clinical data. Columns are called as
    `clinmap.readers.odm` calls them. Missing values: what the file does not say is left out.
    Problems: InputError INP001, INP002, INP006, INP040.

    >>> describe_item_groups(Path("study.xml"), "study.xml")["AE"].labels  # doctest: +SKIP
    {'AETERM': 'What is the adverse event term?'}
    """
    header = odm_header(path, file)
    definitions, words = Definitions(), _Words()
    for event, name, element in odm_elements(path, file, header):
        if event == "start" and name == "ClinicalData":
            break
        if event == "end" and name == "Study":
            definitions.add_study(element, header)
            _take(element, header, words)
    return {oid: _described(oid, definitions, words) for oid in definitions.groups}


def _described(oid: str, definitions: Definitions, words: _Words) -> Described:
    items = definitions.columns_of(oid)
    return Described(
        label=definitions.group_names.get(oid, ""),
        domains=words.domains.get(oid, ()),
        labels={i.column: words.labels[o] for o, i in items.items() if o in words.labels},
        aliases={i.column: words.aliases[o] for o, i in items.items() if words.aliases.get(o)},
        decodes={i.column: dict(i.decodes) for i in items.values() if i.decodes},
    )


def _take(study: etree._Element, header: OdmHeader, words: _Words) -> None:
    for group in study.iter(header.tag("ItemGroupDef")):
        named = (group.get("Domain", ""), *_aliases(group, header), group.get("SASDatasetName", ""))
        words.domains[group.get("OID", "")] = tuple(dict.fromkeys(filter(None, named)))
    for item in study.iter(header.tag("ItemDef")):
        oid = item.get("OID", "")
        question = item.find(f"{header.tag('Question')}/{header.tag('TranslatedText')}")
        told = item.find(f"{header.tag('Description')}/{header.tag('TranslatedText')}")
        text = next((e.text for e in (question, told) if e is not None and e.text), "")
        label = " ".join((text or item.get("Comment", "")).split())
        if label:
            words.labels[oid] = label
        named = (item.get("SDSVarName", ""), *_aliases(item, header), item.get("SASFieldName", ""))
        words.aliases[oid] = tuple(dict.fromkeys(filter(None, named)))


def _aliases(element: etree._Element, header: OdmHeader) -> Iterator[str]:
    """The names in other contexts, without what stands before a dot: `AE.AETERM` is `AETERM`."""
    for alias in element.iterchildren(header.tag("Alias")):
        yield alias.get("Name", "").rpartition(".")[2].strip()

"""The namespaces of Define-XML and their qualified names.

Source: Define-XML 2.1, section 5.1; Define-XML 2.0 differs in the namespace `def` only. Analysis
results are those of Analysis Results Metadata 1.0 for Define-XML 2.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

ODM = "http://www.cdisc.org/ns/odm/v1.3"
DEF_21 = "http://www.cdisc.org/ns/def/v2.1"
DEF_20 = "http://www.cdisc.org/ns/def/v2.0"
ARM = "http://www.cdisc.org/ns/arm/v1.0"
XLINK = "http://www.w3.org/1999/xlink"
NCI = "http://ncicb.nci.nih.gov/xml/odm/EVS/CDISC"
XML = "http://www.w3.org/XML/1998/namespace"

VERSIONS = {"2.1": DEF_21, "2.0": DEF_20}
"""The namespace of the elements by the version of Define-XML, the newest first."""

PREFIXES = {"def": DEF_21, "arm": ARM, "xlink": XLINK, "nci": NCI, "xml": XML}


def qualified(name: str) -> str:
    """The name in Clark notation; without a prefix it is an element of ODM.

    >>> qualified("xml:lang")
    '{http://www.w3.org/XML/1998/namespace}lang'
    """
    return naming(DEF_21)(name)


@cache
def naming(namespace: str) -> Callable[[str], str]:
    """What turns a name into Clark notation, where the prefix `def` is `namespace`.

    >>> naming(DEF_20)("def:leaf")
    '{http://www.cdisc.org/ns/def/v2.0}leaf'
    """
    spaces = {**PREFIXES, "def": namespace}

    @cache
    def named(name: str) -> str:
        prefix, colon, local = name.partition(":")
        return f"{{{spaces[prefix]}}}{local}" if colon else f"{{{ODM}}}{name}"

    return named


def attribute_name(name: str, named: Callable[[str], str]) -> str:
    """The name of an attribute in Clark notation: without a prefix it has no namespace.

    >>> attribute_name("OID", qualified), attribute_name("xlink:href", qualified)
    ('OID', '{http://www.w3.org/1999/xlink}href')
    """
    return named(name) if ":" in name else name


def shown(tag: object) -> str:
    """A name in Clark notation as a person writes it, with the usual prefix.

    >>> shown("{http://www.cdisc.org/ns/def/v2.0}leaf"), shown("{urn:x}part"), shown("OID")
    ('def:leaf', 'part', 'OID')
    """
    space, _, local = str(tag).rpartition("}")
    prefix = _SHOWN.get(space[1:], "")
    return f"{prefix}:{local}" if prefix else local


_SHOWN = {space: prefix for prefix, space in PREFIXES.items()} | {DEF_20: "def"}

"""The namespaces of Define-XML and their qualified names.

Source: Define-XML 2.1, section 5.1; Define-XML 2.0 differs in the namespace `def` only.
"""

from __future__ import annotations

ODM = "http://www.cdisc.org/ns/odm/v1.3"
DEF_21 = "http://www.cdisc.org/ns/def/v2.1"
DEF_20 = "http://www.cdisc.org/ns/def/v2.0"
XLINK = "http://www.w3.org/1999/xlink"
NCI = "http://ncicb.nci.nih.gov/xml/odm/EVS/CDISC"
XML = "http://www.w3.org/XML/1998/namespace"

PREFIXES = {"def": DEF_21, "xlink": XLINK, "nci": NCI, "xml": XML}


def qualified(name: str) -> str:
    """The name in Clark notation; without a prefix it is an element of ODM.

    >>> qualified("xml:lang")
    '{http://www.w3.org/XML/1998/namespace}lang'
    """
    prefix, colon, local = name.partition(":")
    return f"{{{PREFIXES[prefix]}}}{local}" if colon else f"{{{ODM}}}{name}"

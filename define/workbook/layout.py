"""The sheets and columns of the two layouts of Excel specifications.

Both are those of the specifications that Pinnacle 21 reads and writes: the older one keeps its
where clauses on a sheet of their own, the newer one writes them as text beside the values. The
names of sheets and columns are facts about files that other programs exchange. Problems: none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Layout = Literal["where-clauses", "textual"]
LAYOUTS: tuple[Layout, ...] = ("where-clauses", "textual")

DEFINE, STANDARDS, DATASETS, VARIABLES = "Define", "Standards", "Datasets", "Variables"
VALUES, CLAUSES, CODELISTS, DICTIONARIES = "ValueLevel", "WhereClauses", "Codelists", "Dictionaries"
METHODS, COMMENTS, DOCUMENTS = "Methods", "Comments", "Documents"
DISPLAYS, RESULTS, CRITERIA = "Analysis Displays", "Analysis Results", "Analysis Criteria"
MORE, LONG, SPECIFICATION = "More", "Long Texts", "Specification"

_TEXTUAL: dict[str, str] = {
    DEFINE: "Attribute,Value",
    STANDARDS: "Name,Type,Publishing Set,Version,Status,Comment",
    DATASETS: "Dataset,Label,Class,SubClass,Structure,Key Variables,Standard,Has No Data,Repeating,"
    "Reference Data,Comment,Developer Notes",
    VARIABLES: "Order,Dataset,Variable,Label,Data Type,Length,Significant Digits,Format,Mandatory,"
    "Assigned Value,Codelist,Common,Origin,Source,Pages,Method,Predecessor,Role,Has No Data,"
    "Comment,Developer Notes",
    VALUES: "Order,Dataset,Variable,Where Clause,Label,Data Type,Length,Significant Digits,Format,"
    "Mandatory,Assigned Value,Codelist,Origin,Source,Pages,Method,Predecessor,Comment,"
    "Developer Notes",
    CODELISTS: "ID,Name,NCI Codelist Code,Data Type,Terminology,Comment,Order,Term,NCI Term Code,"
    "Decoded Value",
    DICTIONARIES: "ID,Name,Data Type,Dictionary,Version",
    METHODS: "ID,Name,Type,Description,Expression Context,Expression Code,Document,Pages",
    COMMENTS: "ID,Description,Document,Pages",
    DOCUMENTS: "ID,Title,Href",
    DISPLAYS: "ID,Title,Document,Pages",
    RESULTS: "Display,ID,Description,Reason,Purpose,Join Comment,Documentation,"
    "Documentation Refs,Pages,Programming Context,Programming Code,Programming Document",
    CRITERIA: "Display,Result,Dataset,Variables,Where Clause",
}
_OLDER: dict[str, str] = {
    **_TEXTUAL,
    DATASETS: "Dataset,Label,Class,Structure,Purpose,Key Variables,Repeating,Reference Data,"
    "Comment",
    VARIABLES: "Order,Dataset,Variable,Label,Data Type,Length,Significant Digits,Format,Mandatory,"
    "Codelist,Origin,Pages,Method,Predecessor,Role,Comment",
    VALUES: "Order,Dataset,Variable,Where Clause,Label,Data Type,Length,Significant Digits,Format,"
    "Mandatory,Codelist,Origin,Pages,Method,Predecessor,Comment,Join Comment",
    CLAUSES: "ID,Dataset,Variable,Comparator,Value",
    CODELISTS: "ID,Name,NCI Codelist Code,Data Type,Order,Term,NCI Term Code,Decoded Value",
}
_ORDER = (
    DEFINE, STANDARDS, DATASETS, VARIABLES, VALUES, CLAUSES, CODELISTS, DICTIONARIES, METHODS,
    COMMENTS, DOCUMENTS, DISPLAYS, RESULTS, CRITERIA,
)  # fmt: skip
OPTIONAL = (STANDARDS, DISPLAYS, RESULTS, CRITERIA)
"""Sheets that are written only where they have a row."""


def _columns(sheets: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(sheets[name].split(",")) for name in _ORDER if name in sheets}


COLUMNS: Mapping[Layout, Mapping[str, tuple[str, ...]]] = {
    "where-clauses": _columns(_OLDER),
    "textual": _columns(_TEXTUAL),
}
"""The columns of each sheet; what they cannot hold stands in further columns to the right."""

HEADINGS: Mapping[Layout, Mapping[tuple[str, str], str]] = {
    "where-clauses": {(DATASETS, "Label"): "Description", (VALUES, "Label"): "Description"},
    "textual": {},
}
"""Columns that a layout calls by another name than this module."""

FURTHER: Mapping[str, tuple[str, ...]] = {
    DATASETS: ("SubClass", "Standard", "Has No Data", "Purpose", "Domain", "SAS Name", "File",
               "OID"),
    VARIABLES: ("Source", "Document", "Has No Data", "SAS Name", "OID"),
    VALUES: ("Source", "Document", "Join Comment", "Role", "Name", "SAS Name", "Where Clause ID",
             "Value List", "OID"),
    CLAUSES: ("Comment", "OID"),
    CODELISTS: ("Terminology", "Comment", "Extended", "Rank", "SAS Format", "OID"),
    DICTIONARIES: ("Href", "Ref", "Comment", "OID"),
    STANDARDS: ("OID",),
    METHODS: ("OID",),
    COMMENTS: ("OID",),
    DOCUMENTS: ("Kind", "OID"),
    DISPLAYS: ("Name", "OID"),
    RESULTS: ("Parameter", "OID"),
    CRITERIA: ("Where Clause ID",),
}  # fmt: skip
"""What is written in columns to the right, where a document needs it."""

ALIASES: Mapping[str, str] = {
    "description": "Label",
    "variablename": "Variable",
    "variablelabel": "Label",
    "datasetname": "Dataset",
    "domainname": "Dataset",
    "type": "Data Type",
    "keys": "Key Variables",
    "keyvariable": "Key Variables",
    "noncistandard": "Standard",
    "displayformat": "Format",
    "codelistid": "Codelist",
    "methodid": "Method",
    "commentid": "Comment",
    "submissionvalue": "Term",
    "codedvalue": "Term",
    "decode": "Decoded Value",
    "nonstandard": "Standard",
    "value": "Value",
    "values": "Value",
    "ccode": "NCI Codelist Code",
    "ncicode": "NCI Codelist Code",
    "nodata": "Has No Data",
    "whereclauseid": "Where Clause ID",
}
"""Other names that columns go by; taken where the sheet has no column of that very name."""

NUMBERS = ("Order", "Length", "Significant Digits")
"""Columns whose whole numbers are written as numbers."""

SHEET_ALIASES: Mapping[str, str] = {"study": DEFINE, "valuelevels": VALUES, "whereclause": CLAUSES}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    DATASETS: ("Dataset",),
    VARIABLES: ("Dataset", "Variable"),
    VALUES: ("Dataset", "Variable", "Where Clause"),
    CLAUSES: ("ID", "Dataset", "Variable", "Comparator", "Value"),
    CODELISTS: ("ID", "Term"),
    DICTIONARIES: ("ID",),
    METHODS: ("ID",),
    COMMENTS: ("ID",),
    DOCUMENTS: ("ID",),
    DEFINE: ("Attribute", "Value"),
}
"""Columns without which a sheet says nothing."""


def folded(name: str) -> str:
    """A name without case, blanks and signs, so that `value level` is `ValueLevel`.

    >>> folded("Value-Level ")
    'valuelevel'
    """
    return "".join(letter for letter in name.casefold() if letter.isalnum())

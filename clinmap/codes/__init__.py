"""The catalogue of codes: everything that can be wrong, what it means and how to mend it.

The docs' page of codes is made from here. A code never changes its meaning; a retired one is not
used again. `INP`: a file that we were given. `OUT`: the place to write to. `SPC`: the
specification. `RAW`, `COR`, `DTC`, `TRM`, `MRG`, `ROW`, `DUP`, `TYP`, `TXT`, `RES`, `BDS`, `PER`,
`TOX`, `NCA`, `RSP`, `TTE`, `VIS`, `CHK`: the data on the way. `REC`: two exports of one table.
`VAL`: the finished datasets. `RST`: analysis results. `XPT`, `PQT`, `DEF`: the files written.
`WBK`: Excel specifications. `CMP`: comparing with other datasets. `EXP`: what was expected and did
not come.
"""

from __future__ import annotations

from functools import cache

from clinmap.codes.after import LATER_CODES
from clinmap.codes.analysis import ANALYSIS_CODES
from clinmap.codes.code import Code
from clinmap.codes.data import DATA_CODES
from clinmap.codes.define_xml import DEFINE_CODES
from clinmap.codes.files import FILE_CODES
from clinmap.codes.finished import FINISHED_CODES
from clinmap.codes.results import RESULT_CODES
from clinmap.codes.specification import SPECIFICATION_CODES
from clinmap.codes.workbook import WORKBOOK_CODES
from clinmap.codes.written import WRITTEN_CODES
from clinmap.problems import Severity

__all__ = ["CODES", "Code", "find_code", "severity_of"]

CODES: tuple[Code, ...] = (
    *FILE_CODES,
    *SPECIFICATION_CODES,
    *DATA_CODES,
    *FINISHED_CODES,
    *ANALYSIS_CODES,
    *WRITTEN_CODES,
    *DEFINE_CODES,
    *WORKBOOK_CODES,
    *RESULT_CODES,
    *LATER_CODES,
)
"""Every code, in the order of the docs."""


@cache
def _by_id() -> dict[str, Code]:
    return {code.id: code for code in CODES}


def find_code(identifier: str) -> Code | None:
    """The code of that id, or None."""
    return _by_id().get(identifier)


def severity_of(identifier: str) -> Severity:
    """The severity of a code; a code that the catalogue has not is our own fault (KeyError)."""
    return _by_id()[identifier].severity

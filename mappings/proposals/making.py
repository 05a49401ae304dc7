"""How a variable is made of a raw column: the mapping as the specification writes it."""

from __future__ import annotations

from clinmap.profiling import ColumnProfile
from clinmap.standards import sdtm_variable
from clinmap.terminology import Codelist
from mappings.proposals.values import Terms
from mappings.skeleton import Value

_MOST_MAPPED = 40
_RECODED_RESULTS = ("ORRES", "STRESC")


def mapping_of(column: ColumnProfile, dataset: str, variable: str, terms: Terms) -> Value:
    """The mapping: `datetime` with the formats seen, `recode` with terms, `visit`, or a reference.

    >>> column = ColumnProfile("START", 1, 0, 1, "date", formats=("DD MON YYYY",))
    >>> mapping_of(column, "AE", "AESTDTC", Terms())
    {'datetime': '$START', 'formats': 'DD MON YYYY'}
    """
    reference = f"${column.name}"
    if column.formats:
        formats: list[Value] = list(column.formats)
        return {"datetime": reference, "formats": formats[0] if len(formats) == 1 else formats}
    if variable in ("VISITNUM", "VISIT"):
        return {"visit": reference, "give": "number" if variable == "VISITNUM" else "name"}
    facts = sdtm_variable(dataset, variable)
    codes = facts.codelists if facts else ()
    codelist = terms.best(codes, column)
    if codelist is None or variable[2:] in _RECODED_RESULTS:
        return reference
    said = _recoded(column, reference, codelist, terms)
    return {**said, "codelist": codelist.name} if len(codes) > 1 else said


def _recoded(
    column: ColumnProfile, reference: str, codelist: Codelist, terms: Terms
) -> dict[str, Value]:
    """Texts that are terms need no map; those that hold the words of one term get one.

    What may stand for somebody, or is no code, is never written (see `Terms.likely`).
    """
    made: dict[str, Value] = {}
    for text in column.texts[:_MOST_MAPPED] if column.is_coded else ():
        if terms.resolve(codelist, text) is None:
            term = terms.likely(codelist, text)
            if term is not None:
                made[text] = term.value
    return {"recode": reference, "map": made} if made else {"recode": reference}

"""What definitions say, in a reader's words: conditions, types, names of standards."""

from __future__ import annotations

from collections.abc import Callable

from define.document.model import AnalysisDataset, Item, RangeCheck, Standard, WhereClause

VALUES_SHOWN = 40
VALUES_EXPLAINED = 6
_COMPARISONS = {
    "EQ": "is",
    "NE": "is not",
    "LT": "is less than",
    "LE": "is at most",
    "GT": "is greater than",
    "GE": "is at least",
    "IN": "is one of",
    "NOTIN": "is none of",
}
Name = Callable[[str], str]
Decode = Callable[[str, str], str]


def clause_words(clause: WhereClause, name: Name, decode: Decode) -> str:
    """When a where clause holds: its conditions, joined by "and".

    `name` gives an item's name, `decode` what a value of it stands for (empty for itself), which is
    said where few are named.

    >>> check = RangeCheck("IT.1", "IN", ("ALB", "GLUC"))
    >>> clause_words(WhereClause("WC.1", (check,)), lambda _: "LBTESTCD", lambda *_: "")
    'LBTESTCD is one of ALB, GLUC'
    """
    return " and ".join(_check_words(check, name, decode) for check in clause.checks)


def _check_words(check: RangeCheck, name: Name, decode: Decode) -> str:
    only = len(check.values) == 1
    comparator = {"IN": "EQ", "NOTIN": "NE"}.get(check.comparator) if only else None
    words = _COMPARISONS.get(comparator or check.comparator, check.comparator)
    explained = decode if len(check.values) <= VALUES_EXPLAINED else _nothing
    shown = [_value(check.item_oid, v, explained) for v in check.values[:VALUES_SHOWN]]
    beyond = len(check.values) - len(shown)
    more = f" and {beyond:,} more" if beyond else ""
    return f"{name(check.item_oid)} {words} {', '.join(shown)}{more}"


def _nothing(*_: str) -> str:
    """What a value stands for, where so many are named that it would be in the way."""
    return ""


def _value(oid: str, value: str, decode: Decode) -> str:
    if not value:
        return "empty"
    meaning = decode(oid, value)
    return f"{value} ({meaning})" if meaning and meaning != value else value


def size_words(item: Item) -> str:
    """The length and the digits behind the point: `8`, `8.2`; empty where there is no length.

    >>> size_words(Item("IT.1", "AGE", "float", length=8, significant_digits=2))
    '8.2'
    """
    if item.length is None:
        return ""
    digits = item.significant_digits
    return f"{item.length}.{digits}" if digits is not None else str(item.length)


def standard_words(standard: Standard | None) -> str:
    """`SDTMIG 3.4`, or `CDISC/NCI SDTM CT 2025-03-28`.

    >>> standard_words(Standard("STD.1", "CDISC/NCI", "CT", "2025-03-28", "SDTM"))
    'CDISC/NCI SDTM CT 2025-03-28'
    """
    if standard is None:
        return ""
    kind = standard.type if standard.type == "CT" else ""
    words = (standard.name, standard.publishing_set, kind, standard.version)
    return " ".join(word for word in words if word)


def joined(*words: str) -> str:
    """The words that are not empty, with a dot between them.

    >>> joined("Collected", "", "Investigator")
    'Collected · Investigator'
    """
    return " · ".join(word for word in words if word)


def variables_count(dataset: AnalysisDataset) -> str:
    """How many variables an analysis reads of a dataset.

    >>> variables_count(AnalysisDataset("IG.ADSL", variable_oids=("IT.1",)))
    '1 variable'
    """
    count = len(dataset.variable_oids)
    return f"{count} variable{'s' if count != 1 else ''}"

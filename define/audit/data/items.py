"""An item against the values that it describes: type, length, digits, codelist.

Source: Define-XML 2.1, sections 5.3.11 (ItemDef) and 5.3.12 (CodeList). Problems: DEF008, DEF009,
DEF010, DEF011, DEF012, DEF062.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clinmap.problems import Problem, Severity, may_be_shown, near_match, says_who
from define.audit.data.coded import Coded, Flags, Part
from define.audit.data.content import Column
from define.audit.data.place import ROWS_SHOWN, Place, form, some
from define.audit.data.types import ISO_8601, MEASURED, NUMERIC, PATTERNS, is_moment
from define.document.model import CodeList, Item

_STORAGE = 8
"""The bytes in which SAS stores a number; many documents give it as the Length of numbers."""


@dataclass(frozen=True, slots=True)
class Described:
    """An item, the values that it describes, and the column that they stand in."""

    place: Place
    item: Item
    part: Part
    column: Column
    variable: str
    by_value: bool = False

    @property
    def shown(self) -> str:
        """What a message calls the item."""
        name = f"{self.place.group.name}.{self.variable}"
        return f"{name} (value-level {self.item.oid})" if self.by_value else name

    def rows(self, bad: Flags) -> tuple[int, ...]:
        """The first rows that have one of the values."""
        chosen = np.isin(self.part.column.codes, self.part.codes[bad])
        return tuple(np.flatnonzero(chosen)[:ROWS_SHOWN].tolist())

    def found(
        self, code: str, severity: Severity, message: str, bad: Flags | None = None, hint: str = ""
    ) -> Problem:
        """A problem of the item, of the rows that have a bad value."""
        count = 1 if bad is None else int(self.part.counts[bad].sum())
        rows = () if bad is None or self.by_value else self.rows(bad)
        return self.place.problem(
            code, severity, f"{self.shown}{message}", self.item.line, self.variable,
            count=count, rows=rows, hint=hint,
        )  # fmt: skip


def item_problems(given: Described) -> Iterator[Problem]:
    """What an item says of its values that is not so; a wrong kind of variable stands for all."""
    wrong = _kind_problem(given)
    if wrong:
        yield wrong
        return
    if given.part.count:
        misfits = list(_type_problems(given))
        yield from misfits
        if not any(problem.severity is Severity.ERROR for problem in misfits):
            yield from _length_problems(given)
            yield from _digit_problems(given)
    codelist = given.place.look.lists.get(given.item.codelist_oid)
    if codelist and codelist.terms:
        yield from _codelist_problems(given, codelist)


def _kind_problem(given: Described) -> Problem | None:
    """A number that is described as text, or text as a number."""
    kind, character = given.item.data_type, given.column.character
    if character is None or not kind or (given.by_value and character):
        return None
    if character and kind in NUMERIC:
        message = f" is {kind}, but the variable of the file is character"
        return given.found("DEF062", Severity.ERROR, message)
    if not character and kind == "text":
        return given.found("DEF062", Severity.ERROR, " is text, but the file has numbers")
    if not character and is_moment(kind) and not _has_format(given):
        message = f" is {kind}, which is ISO 8601 text, but the file has numbers"
        hint = "Describe a SAS date as integer with a display format."
        return given.found("DEF062", Severity.WARNING, message, hint=hint)
    return None


def _has_format(given: Described) -> bool:
    return bool(given.item.display_format or given.column.format)


def _type_problems(given: Described) -> Iterator[Problem]:
    kind, part = given.item.data_type, given.part
    pattern = PATTERNS.get(kind)
    if pattern is None or (part.column.numbers is not None and kind != "integer"):
        return
    if part.column.numbers is not None:
        bad = np.asarray(part.column.numbers[part.codes] % 1 != 0)
        if bad.any():
            message = " is integer, but the data have numbers with fractions"
            yield given.found("DEF010", Severity.ERROR, message, bad)
        return
    bad = ~_matching(part, pattern)
    if not bad.any():
        return
    incomplete = bad & _matching(part, ISO_8601) if is_moment(kind) else bad & False
    for chosen, severity, word in (
        (bad & ~incomplete, Severity.ERROR, "other"),
        (incomplete, Severity.WARNING, "other or incomplete"),
    ):
        if chosen.any():
            forms = sorted({form(text, given.variable) for text in part.texts_at(chosen)[:50]})[:3]
            message = f" is {kind}, but the data have {word} values, such as {', '.join(forms)}"
            yield given.found("DEF010", severity, message, chosen)


def _matching(part: Part, pattern: str) -> Flags:
    texts = part.column.texts.take(pa.array(part.codes))
    found = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return np.asarray(found, dtype=np.bool_)


def _length_problems(given: Described) -> Iterator[Problem]:
    """A Length that is too short; what is too long is seen when all uses of the item are known."""
    item, column, codes = given.item, given.part.column, given.part.codes
    if item.data_type not in MEASURED or item.length is None:
        return
    numeric = column.numbers is not None
    if numeric and item.length == _STORAGE:
        return
    least = (column.digits if numeric else column.characters)[codes]
    bad = np.asarray(least > item.length)
    longest = int(column.width[codes].max())
    if bad.any():
        most = int(least.max()) if numeric else longest
        severity = Severity.WARNING if numeric and item.data_type == "float" else Severity.ERROR
        message = f" has Length {item.length}, the longest value has {most}"
        yield given.found("DEF008", severity, message, bad, f"Set the Length to {most}.")
    else:
        yield from _storage_problems(given, longest)
    known = given.place.look.longest.get(item.oid, (0, "", ""))[0]
    longest = max(longest, known, item.length if bad.any() else 0)
    given.place.look.longest[item.oid] = (longest, given.shown, given.place.group.name)


def _storage_problems(given: Described, longest: int) -> Iterator[Problem]:
    """A Length that the values fit, but that is not the one of the file."""
    length, stored = given.item.length, given.column.length
    if given.by_value or not given.column.character or stored is None or length is None:
        return
    if stored != length and length == longest:
        message = f" has Length {length}, the file gives it {stored} bytes"
        yield given.found("DEF066", Severity.NOTE, message, hint="Shorten the variable.")


def _digit_problems(given: Described) -> Iterator[Problem]:
    item, part = given.item, given.part
    if item.data_type != "float" or item.significant_digits is None:
        return
    decimals = part.column.decimals[part.codes]
    bad = np.asarray(decimals > item.significant_digits)
    if bad.any():
        most = int(decimals.max())
        message = f" has {item.significant_digits} significant digits, the data have {most}"
        numbers = part.column.numbers is not None
        yield given.found("DEF011", Severity.WARNING if numbers else Severity.ERROR, message, bad)


def _codelist_problems(given: Described, codelist: CodeList) -> Iterator[Problem]:
    inside = _in_list(given.part, codelist, given.place.look.seen.setdefault(codelist.oid, set()))
    if inside.all():
        return
    outside = given.part.texts_at(~inside)
    message = f": {some(outside, given.variable)} not in codelist {codelist.oid}"
    hint = _nearest(outside, codelist, given.variable)
    yield given.found("DEF012", Severity.ERROR, message, ~inside, hint)


def _in_list(part: Part, codelist: CodeList, seen: set[str]) -> Flags:
    """Which values are terms of a codelist, numbers as numbers; `seen` gets the terms."""
    if part.column.numbers is not None or codelist.data_type in NUMERIC:
        return _in_numbers(part, codelist, seen)
    terms = {term.value.rstrip(): term.value for term in codelist.terms}
    texts: list[str] = _texts(part)
    seen.update(terms[text] for text in texts if text in terms)
    return np.array([text in terms for text in texts], dtype=np.bool_)


def _in_numbers(part: Part, codelist: CodeList, seen: set[str]) -> Flags:
    terms: dict[float | str, str] = {_number(t.value): t.value for t in codelist.terms}
    values: list[Any] = (
        part.column.numbers[part.codes].tolist()
        if part.column.numbers is not None
        else [_number(text) for text in _texts(part)]
    )
    seen.update(terms[value] for value in values if value in terms)
    return np.array([value in terms for value in values], dtype=np.bool_)


def _texts(part: Part) -> list[str]:
    found: list[str] = part.column.texts.take(pa.array(part.codes)).to_pylist()
    return found


def _number(text: str) -> float | str:
    """A text as the number that it is, or else as it stands."""
    try:
        return float(text)
    except ValueError:
        return text.rstrip()


def _nearest(outside: list[str], codelist: CodeList, variable: str) -> str:
    """The terms nearest to the values, or that the values are decodes."""
    decodes = {term.decode for term in codelist.terms if term.decode}
    if decodes.issuperset(outside):
        return "The values are decodes of the list, not its codes."
    shown = [t for t in outside[:3] if may_be_shown(t) and not says_who(variable)]
    words = [term.value for term in codelist.terms]
    hints = [near_match(text, words, f"For {text!r}, did you mean ") for text in shown]
    return " ".join(hint for hint in hints if hint)


def of_column(place: Place, item: Item, column: Column, values: Coded) -> Described:
    """An item that describes all values of a column."""
    from define.audit.data.coded import whole

    return Described(place, item, whole(values), column, item.name)

"""A define.xml laid open for its audit: what is defined, what uses it, and how a finding is made.

Source: Define-XML 2.1, section 3.5 (definitions and references). Problems: none of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from clinmap.codes import find_code, severity_of
from clinmap.problems import Location, Problem, Severity, near_match
from define.document.model import (
    NCI_CODE,
    Alias,
    CodeList,
    Define,
    Item,
    ItemGroup,
    ItemRef,
    ValueList,
    WhereClause,
    by_oid,
)

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|\.")
HINTS = 100
"""How often near matches are looked for in one document: it takes long, and few are read."""
NUMBERS = frozenset({"integer", "float", "double"})
"""The data types of numbers."""


@dataclass(frozen=True, slots=True)
class Use:
    """An item where it is used: in a dataset, or in the value list of one of its variables."""

    group: ItemGroup
    ref: ItemRef
    item: Item
    parent: Item | None = None

    @property
    def variable(self) -> str:
        """The variable that is described."""
        return self.parent.name if self.parent else self.item.name


@dataclass(frozen=True)
class Document:
    """A define.xml with its definitions by OID; `file` is what findings call it.

    Without a name the findings have no place.
    """

    define: Define
    file: str = ""
    _looked: list[str] = field(default_factory=list, repr=False, compare=False)

    def near(self, word: str, find: Callable[[], str]) -> str:
        """The near match that `find` gives for a word, while not too many were looked for."""
        if len(self._looked) >= HINTS:
            return ""
        self._looked.append(word)
        return find()

    def near_match(self, word: str, known: Iterable[str]) -> str:
        """A hint with the known words nearest to `word`, or an empty text."""
        return self.near(word, lambda: near_match(word, known))

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The items by OID."""
        return by_oid(self.define.items)

    @cached_property
    def codelists(self) -> Mapping[str, CodeList]:
        """The codelists by OID."""
        return by_oid(self.define.codelists)

    @cached_property
    def value_lists(self) -> Mapping[str, ValueList]:
        """The value lists by OID."""
        return by_oid(self.define.value_lists)

    @cached_property
    def clauses(self) -> Mapping[str, WhereClause]:
        """The where clauses by OID."""
        return by_oid(self.define.where_clauses)

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every item at every place where it is used, in the order of the datasets."""
        return tuple(self._uses())

    @cached_property
    def uses_of(self) -> Mapping[str, tuple[Use, ...]]:
        """The uses by the OID of the item."""
        found: dict[str, list[Use]] = defaultdict(list)
        for use in self.uses:
            found[use.item.oid].append(use)
        return {oid: tuple(uses) for oid, uses in found.items()}

    @cached_property
    def names(self) -> Mapping[str, frozenset[str]]:
        """The names of the variables by the name of their dataset."""
        return {
            group.name: frozenset(
                self.items[ref.item_oid].name for ref in group.refs if ref.item_oid in self.items
            )
            for group in self.define.item_groups
        }

    @cached_property
    def faulty(self) -> frozenset[tuple[int, str]]:
        """Line and name of the attributes that the reader could not use."""
        return frozenset((fault.line, fault.attribute) for fault in self.define.faults)

    @cached_property
    def class_lines(self) -> Mapping[int, int]:
        """The line of the class of a dataset, by the line of the dataset, as the file was read."""
        kept = self.define.kept
        found = kept.iter("{*}Class") if isinstance(kept, etree._Element) else ()
        parents = ((element.getparent(), element) for element in found)
        return {
            parent.sourceline or 0: element.sourceline or 0
            for parent, element in parents
            if parent is not None
        }

    @property
    def version_line(self) -> int:
        """The line of MetaDataVersion, as the file was read."""
        kept = self.define.kept
        found = kept.find(".//{*}MetaDataVersion") if isinstance(kept, etree._Element) else None
        return 0 if found is None else found.sourceline or 0

    @property
    def is_21(self) -> bool:
        """Whether the elements are of Define-XML 2.1."""
        return self.define.namespace == "2.1"

    @property
    def submitted(self) -> bool:
        """Whether the file is for a submission; one that says nothing is."""
        return self.define.file.context != "Other"

    def problem(
        self,
        code: str,
        message: str,
        line: int = 0,
        *,
        about: tuple[str, ...] = (),
        hint: str = "",
        severity: Severity | None = None,
        count: int = 1,
    ) -> Problem:
        """A finding at a line, about a dataset and perhaps a variable of it.

        Its severity is that of the code unless another one is given, and so is the way to mend it.
        """
        dataset, variable = (*about, "", "")[:2]
        place = Location(self.file, line) if self.file else None
        rated = severity or severity_of(code)
        known = find_code(code)
        mend = hint or (known.fix if known else "")
        return Problem(code, rated, message, dataset, variable, count, (), place, mend)

    def wanted(self, code: str) -> Severity:
        """How bad it is to leave out what only a submission must have."""
        return severity_of(code) if self.submitted else Severity.NOTE

    def _uses(self) -> Iterator[Use]:
        for group in self.define.item_groups:
            for ref in group.refs:
                item = self.items.get(ref.item_oid)
                if item:
                    yield Use(group, ref, item)
                    yield from self._value_uses(group, item)

    def _value_uses(self, group: ItemGroup, item: Item) -> Iterator[Use]:
        values = self.value_lists.get(item.value_list_oid)
        for ref in values.refs if values else ():
            value = self.items.get(ref.item_oid)
            if value:
                yield Use(group, ref, value, item)


def is_number(text: str) -> bool:
    """Whether a text is a number as a person or a program writes it; SAS writes none as a point.

    >>> is_number("-1.5e3"), is_number("."), is_number("12h")
    (True, True, False)
    """
    return _NUMBER.fullmatch(text.strip()) is not None


def c_code(aliases: tuple[Alias, ...]) -> str:
    """The NCI C-code among the aliases, or an empty text.

    >>> c_code((Alias("C66731"),))
    'C66731'
    """
    return next((alias.name for alias in aliases if alias.context == NCI_CODE), "")

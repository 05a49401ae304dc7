"""Two define.xml compared by what they mean.

Source: Define-XML 2.1 and 2.0, section 5.3; Analysis Results Metadata 1.0, section 4.
"""

from __future__ import annotations

from collections.abc import Iterator

from define.difference.codelists import codelist_differences
from define.difference.difference import Difference, Found, in_groups, told_once
from define.difference.displays import display_differences
from define.difference.document import (
    document_differences,
    leaf_differences,
    standard_differences,
)
from define.difference.facts import Versions
from define.difference.items import Items
from define.difference.pairs import codelist_pairs, leaf_pairs, marks_of, standard_pairs
from define.difference.reading import Reading
from define.difference.side import Side
from define.document.model import Define


def differences(old: Define, new: Define) -> tuple[Difference, ...]:
    """What differs in meaning between two documents, the most urgent first.

    Datasets meet by name, variables by dataset and name, value-level items by variable and what
    their where clauses mean, codelists by what uses them, their C-code, name and terms, methods and
    comments by the item that refers to them, documents by file or title, displays by name. OIDs,
    the order of definitions, blanks in texts, and when a file was made mean nothing. What follows
    from another difference is not told again: the variables of a removed dataset, say.

    Documents of 2.0 and of 2.1 may be compared: what only their versions say otherwise (the origin
    CRF is Collected) is told once, at the path `version`.

    Problems: none; what the reader could not use (`Define.faults`) is not compared.
    Example: `differences(read_define(Path("1.xml")), read_define(Path("2.xml")))[0].group`.
    """
    return in_groups(told_once(_found(old, new)))


def _found(old: Define, new: Define) -> Iterator[Found]:
    versions = Versions(old.namespace != new.namespace)
    sides = Side(old), Side(new)
    codelists, leaves = codelist_pairs(*sides), leaf_pairs(old, new)
    standards = standard_pairs(old, new)
    marks = marks_of(codelists, leaves, standards)
    was = Reading(sides[0], marks[0], versions.mixed)
    now = Reading(sides[1], marks[1], versions.mixed)
    yield from document_differences(was, now, versions)
    yield from standard_differences(standards, was, now, versions)
    yield from leaf_differences(leaves, was, now)
    yield from Items(was, now, versions).differences()
    yield from codelist_differences(codelists, was, now, versions)
    yield from display_differences(was, now, versions)
    yield from versions.told()

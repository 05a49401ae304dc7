"""Columns that say where a row stands: study, site, subject, visit, and the EDC system's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from clinmap.problems import says_who
from clinmap.profiling import ColumnProfile, TableProfile
from mappings.proposals.vocabulary import (
    FRAGMENTS,
    OF_SYSTEM,
    SITES,
    STUDIES,
    SUBJECTS,
    VISIT_WORDS,
    VISITS,
)

_NO_LETTER = re.compile(r"[^A-Z0-9]+")
_RANKS = (
    ("scr", 0), ("base", 1), ("rand", 1), ("uns", 9), ("follow", 8), ("fu", 8), ("eot", 7),
    ("eos", 8), ("end of", 7), ("early", 7), ("death", 9), ("dth", 9),
)  # fmt: skip
_VISIT = re.compile(VISIT_WORDS)
_PART = re.compile(r"(.+)_(YYYY|YY|MM|MON|DD|Y|M|D|YEAR|MONTH|DAY)")
_LETTERS = re.compile(r"[A-Za-z][A-Za-z0-9]{1,7}_(?=.)")
_MARK = re.compile(r"_?(RAW|STD|DECODE|CODE|INT|ORIG|CHAR)$")


def bare(name: str) -> str:
    """A column's name in capitals, without a context before a dot and without signs.

    >>> bare("IT.AESTDAT"), bare("Time Point")
    ('AESTDAT', 'TIMEPOINT')
    """
    return _NO_LETTER.sub("", name.rpartition(".")[2].upper()) or _NO_LETTER.sub("", name.upper())


def unmarked(name: str) -> str:
    """The name without `_RAW`, `_STD` and the like.

    >>> unmarked("AEST_RAW")
    'AEST'
    """
    return _MARK.sub("", name.rpartition(".")[2].upper())


def mark(name: str) -> str:
    """`RAW`, `STD` … where the name ends so; else nothing."""
    found = _MARK.search(name.upper())
    return found[1] if found and "_" in found[0] else ""


def form_letters(names: Sequence[str]) -> str:
    """What most columns of a form begin with: an EDC system's short name of the form; or nothing.

    >>> form_letters(["Participant", "vit_date", "vit_temp", "vit_pulse"])
    'vit_'
    """
    counts = Counter(found[0] for name in names if (found := _LETTERS.match(name)))
    letters, count = counts.most_common(1)[0] if counts else ("", 0)
    return letters if count >= 3 and count * 2 > len(names) else ""


def date_part_of(column: str, names: Sequence[str]) -> str:
    """The column of the whole date that a column is a part of: `AEST_RAW` for `AEST_YYYY`.

    >>> date_part_of("AEST_YYYY", ["AEST_RAW", "AEST_YYYY", "AEST_MM"])
    'AEST_RAW'
    """
    match = _PART.fullmatch(column.upper())
    if match is None:
        return ""
    stem = match[1]
    wholes = [name for name in names if name.upper() in (stem, f"{stem}_RAW", f"{stem}_DAT")]
    siblings = [n for n in names if (m := _PART.fullmatch(n.upper())) and m[1] == stem]
    return wholes[0] if wholes and len(siblings) > 1 else ""


def subject_column(table: TableProfile) -> str:
    """The column that says whose row it is: by its name, and by coming again or being unique."""
    named = [
        c for c in table.columns if bare(c.name) in SUBJECTS and c.missing * 2 < table.rows + 1
    ]
    if not named:
        named = [
            c for c in table.columns
            if says_who(c.name) and c.distinct > 1 and c.missing * 5 <= table.rows
            and "INIT" not in c.name.upper() and not c.formats and bare(c.name) not in FRAGMENTS
        ]  # fmt: skip
    order = ("USUBJID", "SUBJECT", "SUBJID")
    named.sort(key=lambda c: order.index(bare(c.name)) if bare(c.name) in order else len(order))
    return named[0].name if named else ""


def named_column(table: TableProfile, names: frozenset[str]) -> str:
    """The first column of one of these names; nothing where there is none."""
    return next((c.name for c in table.columns if bare(c.name) in names), "")


def site_column(table: TableProfile) -> str:
    """The column of the site."""
    return named_column(table, SITES)


def study_column(table: TableProfile) -> str:
    """The column of the study: named so, and the same in every row."""
    found = table.column(named_column(table, STUDIES))
    return found.name if found is not None and found.distinct <= 1 else ""


def visit_column(table: TableProfile) -> str:
    """The column of the visit: named so, with values that begin like the names of visits."""
    named = [c for c in table.columns if bare(c.name) in VISITS and c.kind not in ("date", "empty")]
    named.sort(key=lambda c: ("VISIT" not in bare(c.name), bare(c.name) in ("TPT", "TIMEPOINT")))
    return next((c.name for c in named if _has_visits(c)), "")


def _has_visits(column: ColumnProfile) -> bool:
    texts = column.texts[:60]
    like = sum(_VISIT.fullmatch(text.strip()) is not None for text in texts)
    return bool(texts) and like >= 0.6 * len(texts)


def is_of_system(column: ColumnProfile, tables: Sequence[TableProfile]) -> bool:
    """Whether a column is the EDC system's: named so, or in nearly every table of many."""
    name = bare(column.name)
    if name in OF_SYSTEM:
        return True
    counts = Counter(n for table in tables for n in {bare(n) for n in table.names})
    return len(tables) >= 6 and counts[name] >= 0.7 * len(tables)


def ordered_visits(tables: Sequence[TableProfile]) -> tuple[str, ...]:
    """The names of the visits in all tables, each once, as they come: screening before the rest."""
    found: dict[str, None] = {}
    for table in tables:
        column = table.column(visit_column(table))
        if column is not None:
            found.update(dict.fromkeys(sorted(text.strip() for text in column.texts)))
    return tuple(sorted(found, key=visit_order))


def visit_order(text: str) -> tuple[int, tuple[float, ...], str]:
    """Where a visit stands among the others, by its words and numbers.

    >>> sorted(["Week 10", "Follow-up", "Week 2", "Screening"], key=visit_order)
    ['Screening', 'Week 2', 'Week 10', 'Follow-up']
    """
    folded = text.casefold()
    rank = next((number for start, number in _RANKS if folded.startswith(start)), 5)
    return rank, tuple(float(number) for number in re.findall(r"\d+", text)), text

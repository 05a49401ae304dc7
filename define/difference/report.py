"""The differences of two documents as text, as JSON, and as one page of HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from itertools import groupby

from clinmap import __version__
from define.difference.difference import ADDED, GROUPS, REMOVED, Difference
from define.document.model import Define

LONGEST = 160
PLACES_SHOWN = 6
_AROUND = 40
_SIGNS = {ADDED: "+", REMOVED: "-"}
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Report:
    """Two documents, what their files are called, and how they differ."""

    old: Define
    new: Define
    names: tuple[str, str]
    differences: Sequence[Difference]

    @property
    def verdict(self) -> str:
        """How many differences there are, in words."""
        count = len(self.differences)
        return f"{count:,} difference{'s' * (count != 1)}" if count else "no difference"

    @property
    def groups(self) -> list[tuple[str, list[Difference]]]:
        """The title of each group that has differences, with them."""
        grouped = groupby(self.differences, lambda difference: difference.group)
        return [(GROUPS[group], list(found)) for group, found in grouped]

    @property
    def unread(self) -> list[str]:
        """What was not compared, because the reader could not use it."""
        pairs = zip(self.names, (self.old, self.new), strict=True)
        return [
            f"{name}: {len(define.faults):,} fault{'s' * (len(define.faults) != 1)}; "
            "what cannot be used is not compared (see clinmap define check)"
            for name, define in pairs
            if define.faults
        ]

    @property
    def sides(self) -> list[tuple[str, str, str]]:
        """For each document: the name of its file, its study, its version of Define-XML."""
        pairs = zip(self.names, (self.old, self.new), strict=True)
        return [
            (name, define.study.name, f"Define-XML {define.version or define.namespace}")
            for name, define in pairs
        ]


def report_text(report: Report) -> str:
    """The differences by group, one a line; long texts around the place where they differ."""
    return "".join(f"{_plain(line)}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.names[0]} and {report.names[1]}: {report.verdict}"
    yield from report.unread
    for title, found in report.groups:
        yield ""
        yield f"{title} ({len(found):,})"
        for difference in found:
            yield _line(difference)
            yield from (f"      {more}" for more in _more(difference))


def _line(difference: Difference) -> str:
    sign = _SIGNS.get(difference.kind, "~")
    old, new = around(difference.old, difference.new)
    whole = sign != "~" or difference.what in ("term added", "term removed")
    values = old or new if whole else f"{old or '(none)'} → {new or '(none)'}"
    said = f"{difference.path}: {difference.what}" + (f": {values}" if values else "")
    return f"  {sign} {said}{_places_in_files(difference)}"


def _places_in_files(difference: Difference) -> str:
    numbers = (difference.old_line, difference.new_line)
    old, new = (str(number) if number else "–" for number in numbers)
    return f"  [line {old} → {new}]" if any(numbers) else ""


def _more(difference: Difference) -> Iterator[str]:
    if difference.hint:
        yield difference.hint
    if difference.places:
        yield f"concerns {places_words(difference.places)}"


def places_words(places: Sequence[str]) -> str:
    """The first places, and how many more there are.

    >>> places_words(["DM.SEX"])
    'DM.SEX'
    """
    more = len(places) - PLACES_SHOWN
    return ", ".join(places[:PLACES_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def parts(old: str, new: str) -> tuple[str, str, str, str]:
    """Two texts as their common beginning, the two middles, and their common end.

    >>> parts("first visit date", "first dose date")
    ('first ', 'visit', 'dose', ' date')
    """
    first = old.rfind(" ", 0, _equal(old, new)) + 1
    was, now = old[first:], new[first:]
    equal = _equal(was[::-1], now[::-1])
    end = was[len(was) - equal :]
    cut = len(end) - end.find(" ") if " " in end else 0
    return old[:first], was[: len(was) - cut], now[: len(now) - cut], was[len(was) - cut :]


def _equal(some: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(some, other, strict=False))
    return next((n for n, (one, two) in pairs if one != two), min(len(some), len(other)))


def around(old: str, new: str) -> tuple[str, str]:
    """Two texts, long ones only around the place where they differ.

    >>> around("short", "shorter")
    ('short', 'shorter')
    """
    if max(len(old), len(new)) <= LONGEST:
        return old, new
    before, was, now, after = parts(old, new)
    head = f"…{before[-_AROUND:]}" if len(before) > _AROUND else before
    tail = f"{after[:_AROUND]}…" if len(after) > _AROUND else after
    shown_old, shown_new = (f"{head}{_cut(text)}{tail}" for text in (was, now))
    return shown_old if old else "", shown_new if new else ""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _plain(text: str) -> str:
    """The text on one line, without control characters, which a file could smuggle in."""
    return "".join(c if c.isprintable() else " " for c in text)


def report_json(report: Report) -> str:
    """The differences as JSON, every text whole."""
    keys = ("file", "study", "version")
    old, new = (dict(zip(keys, side, strict=True)) for side in report.sides)
    document = {
        "old": old,
        "new": new,
        "counts": {group: _count(report.differences, group) for group in GROUPS},
        "not_compared": report.unread,
        "differences": [asdict(difference) for difference in report.differences],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _count(differences: Iterable[Difference], group: str) -> int:
    return sum(difference.group == group for difference in differences)


def report_html(report: Report) -> str:
    """The differences as one page that needs no other file; every text in it is escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = files("define.difference").joinpath("difference.html.j2")
    page = environment.from_string(template.read_text(encoding="utf-8")).render(
        report=report, parts=parts, places_words=places_words, version=__version__
    )
    return _TURNING.sub(lambda mark: f"⟨U+{ord(mark[0]):04X}⟩", page)

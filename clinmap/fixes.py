"""Mending a slip of the pen: what stands where, what should, and when that is certain.

A fix is written back by `clinmap check --fix` without anybody looking at it first, so one is only
offered where a single known word can be meant (`sure_key`, `sure_name`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clinmap.problems import Location

SHORTEST = 4
"""Shorter words are too near to each other: SEX and SEV are both right somewhere."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """`old` stands at a place, or on its line behind it, and `new` should."""

    location: Location
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Rename:
    """A file of the specification should be called `new`."""

    location: Location
    new: str


Fix = Replacement | Rename


def sure_key(word: str, known: Iterable[str], place: Location) -> Replacement | None:
    """The fix of a word of our own language, a key or an operation, or None.

    The only known word that differs by case, or by one letter: one too many, one missing, one
    wrong, or two neighbours swapped.

    >>> sure_key("lable", ["label", "length"], Location("ae.yaml", 3)).new
    'label'
    >>> sure_key("keyz", ["keys", "keyw"], Location("ae.yaml", 3)) is None
    True
    """
    return _only(word, known, place, lambda other: _one_letter(word, other))


def sure_name(word: str, known: Iterable[str], place: Location) -> Replacement | None:
    """The fix of a name of the study, such as a column or a codelist, or None.

    Names differ by one letter on purpose (AESTDT, AEENDT), so only what nobody writes on purpose is
    mended: case, `_`, `-` and blanks, two neighbouring letters swapped.

    >>> sure_name("Subj_Id", ["SUBJID", "SUBJIN"], Location("ae.yaml", 3)).new
    'SUBJID'
    >>> sure_name("AEENDT", ["AESTDT"], Location("ae.yaml", 3)) is None
    True
    """
    return _only(word, known, place, lambda other: _swapped(_plain(word), _plain(other)))


def _only(
    word: str, known: Iterable[str], place: Location, near: Callable[[str], bool]
) -> Replacement | None:
    """The replacement where exactly one known word is the same but for case, else near."""
    others = sorted(set(known) - {word})
    same = [other for other in others if _plain(other) == _plain(word)]
    if not same and len(word) >= SHORTEST:
        same = [other for other in others if near(other)]
    return Replacement(place, word, same[0]) if len(same) == 1 else None


def _plain(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "").replace(" ", "")


def _swapped(one: str, other: str) -> bool:
    """Whether two words differ by two neighbouring letters that changed places."""
    if len(one) != len(other):
        return False
    unlike = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(unlike) != 2 or unlike[1] != unlike[0] + 1:
        return False
    first, second = unlike
    return one[first] == other[second] and one[second] == other[first]


def _one_letter(one: str, other: str) -> bool:
    """Whether one letter is too many, missing or wrong, or two are swapped; digits never are."""
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    if len(short) == len(long):
        unlike = [(a, b) for a, b in zip(short, long, strict=True) if a != b]
        wrong = len(unlike) == 1 and not any(c.isdigit() for c in unlike[0])
        return wrong or _swapped(short, long)
    gaps = (n for n in range(len(long)) if not long[n].isdigit())
    return len(long) == len(short) + 1 and any(long[:n] + long[n + 1 :] == short for n in gaps)

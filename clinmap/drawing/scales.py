"""Where a mark stands on an axis: numbers as they are, categories one after the other.

Problems: none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clinmap.drawing.layout import plain_text
from clinmap.results.shown import Marks, Panel

SHORTENED_FROM = 8
"""So many categories that begin alike are shown without what they share."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis; `categories` are those of an axis that is not of numbers."""

    categories: tuple[str, ...] = ()
    log: bool = False

    def at(self, values: Iterable[object]) -> list[float]:
        """The places of values, NaN for a gap and for what a logarithmic axis cannot show."""
        if self.categories:
            places = {name: float(place) for place, name in enumerate(self.categories)}
            return [math.nan if v is None else places[category(v)] for v in values]
        found = numbers(values)
        return [math.nan if self.log and n <= 0 else n for n in found]


def numbers(values: Iterable[object]) -> list[float]:
    """Values as numbers, NaN for a gap and for what is no number.

    >>> numbers([1, None, float("inf")])
    [1.0, nan, nan]
    """
    return [_number(value) for value in values]


def _number(value: object) -> float:
    try:
        found = float(str(value))
    except ValueError:  # None, and the missing value of pandas
        return math.nan
    return found if math.isfinite(found) else math.nan


def scales_of(panel: Panel) -> tuple[Scale, Scale]:
    """The scales of a panel's axes."""
    across = [(marks, marks.x, marks.y) for marks in panel.marks]
    along = [(marks, marks.y, marks.high) for marks in panel.marks]
    x = _with_rest(panel.x_order or _categories(across, "bars", True), across)
    y = _with_rest(panel.y_order or _categories(along, "spans", False), along)
    return (
        Scale(x, panel.x_log and not x and _any_positive(across)),
        Scale(y, panel.y_log and not y and _any_positive(along)),
    )


Placed = tuple[Marks, Sequence[object], Sequence[object]]


def _categories(series: Sequence[Placed], kind: str, falling: bool) -> tuple[str, ...]:
    """Categories as they come; those of several series of a kind that share none, by size.

    Series of that kind and tiles have categories always, others where there are texts.
    """
    texts = any(isinstance(v, str) for _, values, _ in series for v in values)
    if not texts and not any(marks.kind in (kind, "tiles") for marks, _, _ in series):
        return ()
    found = list(dict.fromkeys(_named(series)))
    sized = [one for one in series if one[0].kind == kind]
    own = list(_named(sized))
    if len(sized) < 2 or len(own) != len(set(own)):
        return tuple(found)
    sizes = {
        category(v): n
        for _, values, by in sized
        for v, n in zip(values, numbers(by), strict=False)
        if v is not None and not math.isnan(n)
    }
    none = -math.inf if falling else math.inf
    return tuple(sorted(found, key=lambda name: sizes.get(name, none), reverse=falling))


def _any_positive(series: Sequence[Placed]) -> bool:
    """Whether a logarithmic axis has something to show."""
    return any(number > 0 for _, values, _ in series for number in numbers(values))


def category(value: object) -> str:
    """The name of a category.

    >>> category(25.0), category("25 mg")
    ('25', '25 mg')
    """
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _named(series: Sequence[Placed]) -> Iterator[str]:
    for _, values, _ in series:
        yield from (category(v) for v in values if v is not None)


def _with_rest(order: tuple[str, ...], series: Sequence[Placed]) -> tuple[str, ...]:
    """The order that was asked for, and after it what it does not name."""
    return tuple(dict.fromkeys((*order, *_named(series)))) if order else ()


def category_labels(categories: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """How categories are written, and what many of them begin with and is left out.

    >>> names = [f"N2011-04-101-{number:03}" for number in range(1, 10)]
    >>> labels, shared = category_labels(names)
    >>> labels[0], shared
    ('101-001', 'N2011-04-')
    >>> category_labels(["Dose 1", "Dose 2"])
    (('Dose 1', 'Dose 2'), '')
    """
    plain = [plain_text(name) for name in categories]
    parts = [name.split("-") for name in plain]
    shared = 0
    if len(plain) >= SHORTENED_FROM:
        least = min(map(len, parts))
        # The last two parts stay: site and subject.
        while shared < least - 2 and len({tuple(p[: shared + 1]) for p in parts}) == 1:
            shared += 1
    prefix = "-".join([*parts[0][:shared], ""]) if shared else ""
    return tuple(name[len(prefix) :] for name in plain), prefix

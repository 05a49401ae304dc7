"""What every layout of a table has in common: title lines, headings, and which columns are numbers.

Problems: none.
"""

from __future__ import annotations

from clinmap.results.shown import FigureShown, Row, TableShown

NO_ROWS = "There is nothing to list."


def plain_text(text: str) -> str:
    """A text without control characters (no format can hold them all), line ends as spaces.

    >>> plain_text("a\\x00b\\nc")
    'a b c'
    """
    return "".join(c if c.isprintable() else " " for c in text)


def title_lines(shown: TableShown | FigureShown) -> tuple[str, ...]:
    """The lines on top: number and title, then the population where one is named.

    >>> title_lines(TableShown("T-P1-1", "DLTs by Dose", "DLTEVLFL", (), ()))
    ('T-P1-1: DLTs by Dose', 'Population: DLTEVLFL')
    """
    first = plain_text(f"{shown.id}: {shown.title}" if shown.title else shown.id)
    return (first, plain_text(f"Population: {shown.population}")) if shown.population else (first,)


def has_stub(shown: TableShown) -> bool:
    """Whether rows are labelled; those of a listing are not."""
    return bool(shown.stub) or not shown.columns or any(row.label for row in shown.rows)


def headings(shown: TableShown) -> tuple[tuple[str, str], ...]:
    """For each column its label, and its number of subjects as `(N=12)` or nothing."""
    return tuple(
        (plain_text(c.label), "" if c.subjects is None else f"(N={c.subjects})")
        for c in shown.columns
    )


def texts_of(row: Row, shown: TableShown) -> tuple[str, ...]:
    """The row's texts, one for each column; of a heading and of a short row the rest is empty."""
    texts = [plain_text(value.text) for value in row.values][: len(shown.columns)]
    return (*texts, *[""] * (len(shown.columns) - len(texts)))


def numeric_columns(shown: TableShown) -> tuple[bool, ...]:
    """For each column, whether it has results, which are centred, or words, which are not."""
    return tuple(
        any(len(r.values) > i and (r.values[i].number is not None or r.values[i].why)
            for r in shown.rows)
        for i in range(len(shown.columns))
    )  # fmt: skip

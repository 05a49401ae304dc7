"""Texts outside ASCII written with ASCII characters."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, ClassVar

from clinmap.plan import Ref
from clinmap.registry import Description, Operation, Reference, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

WRITTEN = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u2013": "-", "\u2014": "-", "\u2026": "...", "\u00a0": " ", "\u00b5": "u", "\u03bc": "u",
    "\u00b0": " deg ", "\u00d7": "x", "\u2264": "<=", "\u2265": ">=", "\u00b1": "+/-",
    "\u00df": "ss", "\u00e6": "ae", "\u00c6": "AE", "\u00f8": "o", "\u00d8": "O", "\u0153": "oe",
    "\u00b2": "2", "\u00b3": "3",
}  # fmt: skip
"""How characters are written that have no plain letter in them."""


@operation
class Transliterate(Operation):
    """Write a text with ASCII characters: accents are left off, quotes and dashes made plain.

    Parameters: `transliterate`, the reference. Rows: none is added or dropped.
    Missing: stays missing. A character without an ASCII form becomes `?`, which is an error.
    Problems: TXT002 (rows that were changed), TXT001 (characters that have no ASCII form).
    Source: FDA Study Data Technical Conformance Guide, dataset text in ASCII.

    Example::

        AETERM: {transliterate: $AETERM}
    """

    name: ClassVar[str] = "transliterate"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TXT001", "TXT002")

    transliterate: Reference

    def inputs(self) -> tuple[Ref, ...]:
        """The reference."""
        return references(self.transliterate)

    def apply(self, rows: Rows) -> pd.Series:
        """The text, each distinct one written once."""
        values = rows.text(self.transliterate)
        known = {text: ascii_text(text) for text in values.dropna().unique() if not text.isascii()}
        changed = values.isin(list(known))
        result = values.where(~changed, values.map(known).astype("str"))
        lost = changed & (result.str.count(r"\?") > values.str.count(r"\?"))
        rows.report("TXT002", "texts were written with ASCII characters", changed.to_numpy())
        rows.report("TXT001", "characters without an ASCII form became ?", lost.to_numpy(bool))
        return result

    def describe(self) -> Description:
        """As its input."""
        return Description()


def ascii_text(text: str) -> str:
    """The text with ASCII characters.

    >>> ascii_text("Fi\u00e8vre \u2013 38\u00b5g")
    'Fievre - 38ug'
    """
    plain = "".join(WRITTEN.get(character, character) for character in text)
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return "".join(c if c.isascii() else "?" for c in bare)

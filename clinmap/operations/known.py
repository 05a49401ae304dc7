"""Values without the words that say that nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from clinmap.plan import Ref
from clinmap.registry import Description, Operation, Reference, Words, operation, references

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.frames import Rows

UNKNOWN = ("UNK", "UN", "UNKNOWN", "N/A", "NA", "NK", "ND", "NOT DONE", ".", "-", "--", "-99")


@operation
class Known(Operation):
    """Give a value as it is, and nothing where it is a word for unknown (UNK, N/A, NK, -99 …).

    Parameters: `known`, the reference; `unknown`, the words, in any case (default: UNK, UN,
    UNKNOWN, N/A, NA, NK, ND, NOT DONE, `.`, `-`, `--`, -99); `but`, those of them that mean
    something in this field (ND is `not detected` in some, NA is sodium in others).
    Rows: none is added or dropped. Missing: stays missing; blanks are missing.
    Problems: TXT004 counts what was taken as missing. A field where UNKNOWN is itself a term of a
    codelist needs `recode`, not this.
    Source: SDTMIG 3.4 section 4.2.5 (missing values).

    Example::

        LBORRES: {known: $RESULT, but: ND}
    """

    name: ClassVar[str] = "known"
    local: ClassVar[bool] = True
    of_record: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TXT004",)

    known: Reference
    unknown: Words = UNKNOWN
    but: Words = ()

    def inputs(self) -> tuple[Ref, ...]:
        """The reference."""
        return references(self.known)

    def apply(self, rows: Rows) -> pd.Series:
        """The values that say something."""
        values = rows.text(self.known)
        kept = {word.casefold() for word in self.but}
        words = {word.casefold() for word in self.unknown} - kept
        folded = {text: text.strip().casefold() for text in values.dropna().unique().tolist()}
        unknown = [text for text, word in folded.items() if word in words]
        here = values.isin(unknown).to_numpy(dtype=bool)
        message = f"values of {self.known} that say that nothing is known"
        rows.report("TXT004", message, here)
        blank = values.isin([text for text, word in folded.items() if not word])
        return values.where(~(here | blank.to_numpy(dtype=bool)))

    def describe(self) -> Description:
        """As its input."""
        return Description()

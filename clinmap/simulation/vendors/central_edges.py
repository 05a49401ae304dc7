"""Named cases of the central laboratory's transfer (V01)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """One version of a result as sent; ``number`` None is the number that the result is."""

    result: str
    status: str = "Final"
    comment: str = ""
    number: str | None = None


VERSIONS: dict[tuple[str, str, str], tuple[Sent, ...]] = {
    ("101-004", "C01D08", "K"): (
        Sent("7.9"),
        Sent("4.1", "Corrected", "Corrected report, version 2: 7.9 was of another tube"),
    ),
    ("105-003", "C01D01", "TSH"): (
        Sent("12.40"),
        Sent("1.24", "Corrected", "Corrected report, version 2: decimal point"),
        Sent("2.14", "Corrected", "Corrected report, version 3: repeated in duplicate"),
    ),
    ("103-004", "C01D08", "K"): (Sent("HEMOLYZED", comment="please recollect", number=""),),
    ("104-002", "C01D15", "LIPASE"): (
        Sent("QNS", "Cancelled", "quantity not sufficient", number=""),
    ),
    ("102-002", "SCRN", "CRP"): (Sent("<0.5", number="0.5"),),
    ("102-002", "C01D15", "CRP"): (Sent(">200", number="200"),),
}
"""(subject, folder, test) -> what was sent, one transfer after the other."""

CORRECTED_WHOLE = {("103-003", "C01D01"): ("ALT", "Corrected report, version 2: panel re-sent")}
"""An accession that was sent again as a whole, corrected, for the sake of one test."""

SENT_TWICE = {("104-005", "C01D01")}
"""An accession that was sent again unchanged."""

OTHER_PERSON = {("103-005", "C01D08"): ("2003-11", "F")}
"""An accession whose birth and sex are not those of the subject."""

UNSCHEDULED = {"101-007": (1, 18)}
"""A blood count between visits: course and day."""

WRITTEN_WITH_DASH = ("106",)
"""Sites whose requisitions have the subject number with its dash."""

BAD_LOINC = {("106", "FT4"): "30247"}
"""(site, test) -> a code that was sent without its hyphen."""

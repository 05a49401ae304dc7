"""One adverse event as typed on the form, and the choice lists of the form."""

from __future__ import annotations

from dataclasses import dataclass

RELATION_CODES = {
    "Unrelated": "1",
    "Unlikely": "2",
    "Possible": "3",
    "Probable": "4",
    "Definite": "5",
    "Not applicable": "8",
}
ACTION_CODES = {
    "None": "0",
    "Interrupted": "1",
    "Reduced": "2",
    "Rate reduced": "3",
    "Withdrawn": "4",
    "Not applicable": "8",
}
OUTCOME_CODES = {
    "Resolved": "1",
    "Recovering": "2",
    "Not recovered": "3",
    "Resolved with sequelae": "4",
    "Fatal": "5",
    "Unknown": "9",
}


@dataclass(frozen=True)
class Event:
    """One row of the form; ``start`` and ``end`` are texts as typed.

    ``course`` is the page's course as typed, ``folder`` its visit folder. Relations and actions
    are in the order lenalidomide, dinutuximab, isotretinoin.
    """

    spid: str
    term: str
    ctcae: str
    grade: str
    start: str
    end: str
    course: str
    folder: str
    ongoing: str = "N"
    relations: tuple[str, str, str] = ("Possible", "Probable", "Unlikely")
    actions: tuple[str, str, str] = ("None", "None", "None")
    outcome: str = "Resolved"
    serious: str = "N"
    criteria: str = ""
    dlt: str = "N"
    version: str = "4.0"

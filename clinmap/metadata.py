"""What the Plan says of values for define.xml: pages, conditions, uses of codelists, documents.

No table is read here; a condition judges one value at a time, so ask it about distinct values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Comparator = Literal["IN", "NOTIN", "LT", "LE", "GT", "GE"]
"""How a condition compares; with one value, IN and NOTIN are the EQ and NE of Define-XML."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages of a document (def:PDFPageRef): a list, a range, or named destinations.

    `document` is the id of a document of the study; empty for the annotated CRF.
    """

    listed: str = ""
    first: int | None = None
    last: int | None = None
    named: bool = False
    document: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """`variable` compares so with `values`: the value-level conditions of codelists and metadata.

    LT, LE, GT and GE have one value; numbers are compared as numbers, else texts as texts. A
    missing value is '': it is IN only where '' is among the values, and neither less nor greater.
    """

    variable: str
    values: tuple[str, ...]
    comparator: Comparator = "IN"

    def holds(self, text: str) -> bool:
        """Whether it holds for a value of the variable, given as text.

        >>> Condition("VISITNUM", ("9",), "GT").holds("10")
        True
        """
        if self.comparator in ("IN", "NOTIN"):
            return (text in self.values) == (self.comparator == "IN")
        return bool(text) and _compared(text, self.values[0], self.comparator)


@dataclass(frozen=True, slots=True)
class CodelistUse:
    """A codelist that applies to a variable, always or under `when` (all conditions must hold)."""

    codelist: str
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class FormalCode:
    """A method as code: the language (SAS, R, clinmap …), and the text."""

    context: str
    code: str


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A file that the package holds beside define.xml: the annotated CRF, a reviewer's guide.

    `purpose` is Tabulation or Analysis, the define.xml that names it.
    """

    id: str
    file: str
    title: str
    purpose: str
    annotated_crf: bool = False


def _compared(text: str, limit: str, comparator: Comparator) -> bool:
    try:
        order = (float(text) > float(limit)) - (float(text) < float(limit))
    except ValueError:
        order = (text > limit) - (text < limit)
    allowed = {"LT": (-1,), "LE": (-1, 0), "GT": (1,), "GE": (0, 1)}
    return order in allowed[comparator]


@dataclass(frozen=True, slots=True)
class StandardUse:
    """A standard that the study declares, as define.xml lists it (def:Standard)."""

    id: str
    name: str
    type: str
    version: str
    publishing_set: str = ""
    status: str = "Final"
    comment: str = ""

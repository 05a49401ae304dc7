"""The models of results.yaml: which keys there are, and what they hold.

A result's method is read by `mappings.results`, because the names of the methods decide what fits.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from clinmap.registry import Criterion, Words
from mappings.models import Spec, Text

Reason = Literal[
    "SPECIFIED IN PROTOCOL", "SPECIFIED IN SAP", "DATA DRIVEN", "REQUESTED BY REGULATORY AGENCY"
]
Outcome = Literal[
    "PRIMARY OUTCOME MEASURE", "SECONDARY OUTCOME MEASURE", "EXPLORATORY OUTCOME MEASURE"
]
RESULT = "result"
"""What the JSON Schemas call one result (see `mappings.schema`)."""

ResultEntry = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "x-is": RESULT})]
"""One result as written; `mappings.results` reads its method."""


class ObjectiveSpec(Spec):
    """An objective of the study."""

    title: str
    text: str = Field(description="The objective's own words.")
    purpose: Outcome = Field(description="The term of ANLPURP.")
    assumes: Words = Field((), description="Which `assumptions` its answer rests on.")
    raw: Words = Field((), description="The raw files that it is answered from.")


class ResultSpec(Spec):
    """One analysis result, without its method: records, population and groups."""

    from_: str = Field(alias="from", description="The analysis dataset.")
    where: Criterion | None = Field(None, description="Only these records: .VAR or ADSL.VAR.")
    title: str = ""
    order: dict[str, list[Text]] = Field({}, description="Variable: its values in their order.")
    each: Words = Field((), description="The method is asked for each value of these variables.")
    population: str | None = Field(None, description="A flag of ADSL; the display's if left out.")
    by: Words | None = Field(None, description="Variables for columns; the display's if left out.")
    total: bool | None = Field(None, description="With a column of all subjects.")
    reason: Reason | None = Field(None, description="The term of ANLREAS.")
    purpose: Outcome | None = Field(None, description="The term of ANLPURP.")


class DisplaySpec(Spec):
    """A table, listing or figure."""

    objective: str
    title: Text
    results: list[ResultEntry] = Field(min_length=1)
    population: str = Field("", description="A flag of ADSL; none: every subject.")
    by: Words = Field((), description="The variables whose values make the columns.")
    total: bool = Field(False, description="With a column of all subjects.")
    order: dict[str, list[Text]] = Field({}, description="Variable: its values in their order.")
    reason: Reason = "SPECIFIED IN PROTOCOL"
    purpose: Outcome | None = Field(None, description="The objective's if left out.")
    footnotes: Words = ()
    assumes: Words = Field((), description="Assumptions besides those of the objective.")
    together: bool = Field(False, description="Figures: all results in one panel.")


class ResultsSpec(Spec):
    """results.yaml and results/*.yaml: what is computed of the analysis datasets."""

    synthetic: bool = Field(False, description="The data are invented: every output says so.")
    assumptions: dict[str, str] = Field({}, description="What results rest on, by name.")
    objectives: dict[str, ObjectiveSpec] = Field({}, description="By id, such as P1.")
    displays: dict[str, DisplaySpec] = Field({}, description="By id: T-P1-1, L-P1-2, F-P1.")

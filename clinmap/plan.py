"""The frozen Plan: what a study's specification says once it has been compiled.

Everything is a reading of the Plan: the datasets, the pandera schemas, the define.xml, the lineage
and the lint. No YAML is left in it, and no table: this module imports neither. A reference is never
guessed. `$COLUMN` is a column of the row's source, `$table/COLUMN` a column of another table,
`DS.VAR` a variable of a built dataset, `.VAR` a variable of this dataset.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from clinmap.metadata import (
    CodelistUse,
    Condition,
    FormalCode,
    Pages,
    PlanDocument,
    StandardUse,
)
from clinmap.problems import Location, Severity
from clinmap.raw_formats import CsvOptions, Format, Options

if TYPE_CHECKING:
    from clinmap.corrections import Correction
    from clinmap.expressions import Expression
    from clinmap.mirrors import Mirror
    from clinmap.registry import Operation
    from clinmap.results.plans import ResultsPlan
    from clinmap.terminology import Codelist

RefKind = Literal["source", "table", "dataset", "own"]
DataType = Literal["text", "integer", "float", "date", "datetime", "partialDatetime", "time"]
Purpose = Literal["Tabulation", "Analysis"]

_TABLE = re.compile(r"^\$(?P<owner>[A-Za-z_][\w-]*)/(?P<column>.+)$")
_DATASET = re.compile(r"^(?P<owner>[A-Z][A-Z0-9]{1,7})\.(?P<column>[A-Z_][A-Z0-9_]{0,7})$")
_OWN = re.compile(r"^\.(?P<column>[A-Za-z_][A-Za-z0-9_]*)$")


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """A reference to a column: of the source row, of a raw table, of a dataset, or of this one."""

    kind: RefKind
    column: str
    owner: str = ""

    def __str__(self) -> str:
        if self.kind == "source":
            return f"${self.column}"
        if self.kind == "table":
            return f"${self.owner}/{self.column}"
        return f"{self.owner}.{self.column}"


def parse_reference(text: str) -> Ref | None:
    """The reference that `text` is, or None when it is a literal.

    >>> parse_reference("$IT.AETERM")
    Ref(kind='source', column='IT.AETERM', owner='')
    >>> parse_reference("mmHg") is None
    True
    """
    if match := _TABLE.match(text):
        return Ref("table", match["column"], match["owner"])
    if text.startswith("$") and len(text) > 1:
        return Ref("source", text[1:])
    if match := _OWN.match(text):
        return Ref("own", match["column"])
    if match := _DATASET.match(text):
        return Ref("dataset", match["column"], match["owner"])
    return None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where values come from, in the words of Define-XML 2.1 (codelists ORIGINT and ORIGINS).

    `type` is Assigned, Collected, Derived, Predecessor, Protocol or Not Available; `source` is
    Investigator, Sponsor, Subject or Vendor. `predecessor` names DS.VAR for a Predecessor. `pages`
    say where in the annotated CRF, or in another document.
    """

    type: str
    source: str = ""
    predecessor: str = ""
    pages: tuple[Pages, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanTerm:
    """One permitted value: submission value, decode, C-code (empty for a sponsor's own term).

    `aliases` pairs a context with another name; `rank` and `order` are as in define.xml.
    """

    value: str
    decode: str = ""
    code: str = ""
    extended: bool = False
    synonyms: tuple[str, ...] = ()
    rank: str = ""
    order: int | None = None
    aliases: tuple[tuple[str, str], ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class PlanCodelist:
    """A codelist as this study uses it: published terms, the study's extensions, or wholly its own.

    `code` is the C-code of the published codelist (empty for a sponsor codelist, whose `id` is then
    the name in the specification). `package` names the terminology package (`SDTM`, `ADaM`).
    `terms` of a published list hold all its terms and the extensions; define.xml narrows them to
    the values that occur. `external` names a dictionary such as MedDRA, with `version`. `resolver`
    finds the term that a collected text means, by the published and the study's synonyms.
    """

    id: str
    name: str
    label: str
    code: str = ""
    package: str = ""
    extensible: bool = True
    terms: tuple[PlanTerm, ...] = ()
    external: str = ""
    version: str = ""
    href: str = ""
    format: str = ""
    description: str = ""
    comment: str = ""
    resolver: Codelist | None = None


@dataclass(frozen=True)
class Step:
    """One operation, with the place in the specification that asked for it."""

    operation: Operation
    location: Location

    @cached_property
    def inputs(self) -> tuple[Ref, ...]:
        """The columns that the operation reads."""
        return self.operation.inputs()


@dataclass(frozen=True, slots=True)
class ValueSource:
    """How one source (or one row template of it; -1: none) gives a variable its values."""

    source: int
    template: int
    steps: tuple[Step, ...]
    origin: Origin
    method: str = ""
    formal: tuple[FormalCode, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueItem:
    """Value-level metadata: what holds of a variable in the rows where all of `when` holds.

    `why` is a comment on the condition itself.
    """

    when: tuple[Condition, ...]
    label: str = ""
    type: DataType | None = None
    origin: Origin | None = None
    method: str = ""
    comment: str = ""
    codelists: tuple[CodelistUse, ...] = ()
    formal: tuple[FormalCode, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class VariablePlan:
    """One variable of one dataset: metadata from the standard, steps from the specification.

    `place` is where it is submitted: in the `dataset`, in its `supp` qualifiers, or nowhere
    (`work`). `type` is Define-XML's data type; `text` and the date types are character in SDTM,
    while `date`, `datetime` and `time` are SAS numbers in ADaM. The steps of
    `per_source` run on the rows of their source or template, `steps` on all the others, in one go
    after stacking. `length` 0 means measured.
    """

    name: str
    label: str
    type: DataType
    steps: tuple[Step, ...] = ()
    per_source: tuple[ValueSource, ...] = ()
    place: Literal["dataset", "supp", "work"] = "dataset"
    core: str = ""
    role: str = ""
    origin: Origin = Origin("Derived")
    method: str = ""
    comment: str = ""
    codelists: tuple[CodelistUse, ...] = ()
    exceptions: tuple[str, ...] = ()
    format: str = ""
    length: int = 0
    significant_digits: int = 0
    evaluator: str = ""
    items: tuple[ValueItem, ...] = ()
    formal: tuple[FormalCode, ...] = ()
    further_origins: tuple[Origin, ...] = ()
    location: Location = Location("")

    @property
    def is_character(self) -> bool:
        """Whether the submitted values are text (character) and not numbers."""
        return self.type in ("text", "partialDatetime")

    def steps_for(self, source: int) -> tuple[Step, ...]:
        """The steps that run on rows of a source: its own, and those for all rows unless it has."""
        own = [use for use in self.per_source if use.source == source]
        shared = () if any(use.template < 0 for use in own) else self.steps
        return (*shared, *(step for use in own for step in use.steps))

    @cached_property
    def all_steps(self) -> tuple[tuple[Step, int | None], ...]:
        """Every step, with the number of its source where it is one source's."""
        per_source = [(step, use.source) for use in self.per_source for step in use.steps]
        return (*((step, None) for step in self.steps), *per_source)


@dataclass(frozen=True, slots=True)
class Join:
    """How rows of another table meet the rows of a source, and what to take when several match.

    `by` pairs (own reference, the other's column). `take` is `one` (more than one is a problem),
    `first` or `last` by `order`, or `all`: then a row becomes as many rows as it meets. `where`
    narrows the other table first. Where it is `required`, a row that meets none is a problem too.
    """

    name: str
    table: str
    by: tuple[tuple[Ref, str], ...]
    take: Literal["one", "first", "last", "all"] = "one"
    order: tuple[str, ...] = ()
    where: Expression | None = None
    required: bool = False
    location: Location = Location("")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the other table that the meeting rests on."""
        asked = self.where.references if self.where is not None else ()
        return (*(other for _, other in self.by), *self.order, *(ref.column for ref in asked))


@dataclass(frozen=True, slots=True)
class Split:
    """One row for each part of a cell with several responses; `$name` is then the part."""

    column: str
    by: str
    name: str = "each"
    location: Location = Location("")


@dataclass(frozen=True, slots=True)
class Template:
    """One record per source row: a test of a findings domain, say.

    Its variables are in `VariablePlan.per_source`. Rows where `where` is not true are counted under
    the reason.
    """

    label: str
    where: Expression | None = None
    where_reason: str = ""
    location: Location = Location("")


@dataclass(frozen=True, slots=True)
class Distinct:
    """Keep one of the rows that agree in `by`: the `first` or `last` in `order`.

    The rest is counted.
    """

    by: tuple[Ref, ...]
    order: tuple[Ref, ...] = ()
    keep: Literal["first", "last"] = "first"
    reason: str = ""
    location: Location = Location("")


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """Where rows come from: a raw table or a built dataset, which of them, and in which shapes."""

    table: str
    is_dataset: bool = False
    where: Expression | None = None
    where_reason: str = ""
    joins: tuple[Join, ...] = ()
    split: Split | None = None
    distinct: Distinct | None = None
    templates: tuple[Template, ...] = ()
    location: Location = Location("")

    def join(self, name: str) -> Join | None:
        """The join of that name, or None."""
        return next((join for join in self.joins if join.name == name), None)

    @property
    def row_references(self) -> tuple[Ref, ...]:
        """What decides which rows there are, before any variable is made."""
        conditions = (self.where, *(template.where for template in self.templates))
        found = [ref for asked in conditions if asked is not None for ref in asked.references]
        found += [Ref("source", self.split.column)] if self.split is not None else []
        if self.distinct is not None:
            found += [*self.distinct.by, *self.distinct.order]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Drop:
    """Rows left out once their variables are known; counted under the reason."""

    when: Expression
    reason: str
    location: Location = Location("")


@dataclass(frozen=True, slots=True)
class Collapse:
    """Make one row of those that agree in `by`: the first in `order`, with all their parents.

    What it should hold of the others is made before, by operations that look at the whole group.
    """

    by: tuple[Ref, ...]
    order: tuple[Ref, ...] = ()
    location: Location = Location("")


@dataclass(frozen=True, slots=True)
class PartsRule:
    """How a dataset is split where its file would be too large: by the values of a variable.

    `into` pairs a value with what its part's name has behind the dataset's.
    """

    by: str
    into: tuple[tuple[str, str], ...]
    location: Location = Location("")


@dataclass(frozen=True, slots=True)
class DatasetPlan:
    """One dataset: its class and keys, its sources, and its variables in submission order.

    `value_level` names the variables (--TESTCD, QNAM, PARAMCD) by whose values metadata is
    described at the level of values; the groups that occur are measured (`clinmap.facts`). SUPP--
    datasets are in the Plan like any other, with `parent` naming the dataset that they qualify.
    """

    name: str
    label: str
    cls: str
    structure: str
    purpose: Purpose
    keys: tuple[str, ...]
    order: tuple[str, ...]
    sources: tuple[SourcePlan, ...]
    variables: tuple[VariablePlan, ...]
    standard: str = ""
    subclass: str = ""
    drops: tuple[Drop, ...] = ()
    collapse: Collapse | None = None
    value_level: tuple[str, ...] = ()
    not_submitted: Mapping[str, str] = field(default_factory=dict)
    not_collected: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    repeating: bool = True
    reference_data: bool = False
    submitted: bool = True
    parent: str = ""
    parts: PartsRule | None = None
    location: Location = Location("")

    @property
    def row_references(self) -> tuple[Ref, ...]:
        """What decides which rows stay, once their variables are made."""
        found = [ref for drop in self.drops for ref in drop.when.references]
        if self.collapse is not None:
            found += [*self.collapse.by, *self.collapse.order]
        return tuple(found)

    def variable(self, name: str) -> VariablePlan | None:
        """The variable of that name, or None."""
        return next((v for v in self.variables if v.name == name), None)

    @property
    def submitted_variables(self) -> tuple[VariablePlan, ...]:
        """The variables that stand in the dataset itself, in order."""
        return tuple(v for v in self.variables if v.place == "dataset")

    @property
    def supplemental(self) -> tuple[VariablePlan, ...]:
        """The supplemental qualifiers, in order."""
        return tuple(v for v in self.variables if v.place == "supp")


@dataclass(frozen=True, slots=True)
class RawTable:
    """A raw export: which file, how to read it, and what to do with columns nobody declared.

    `options` are those of its `format` (see `clinmap.raw_formats`). `path` is seen from the folder
    of raw data; of a table of format `study` it is the name of a list of study.yaml's parameters.
    `unexpected` is the contract: `freeze` refuses a column that is not in `columns`, `report` lists
    it as a problem, `ignore` lets it be. `optional` tables may be absent. `collected_by` is the
    origin source of Define-XML: Investigator, Subject, Vendor.
    """

    name: str
    path: str
    format: Format = "csv"
    columns: tuple[str, ...] = ()
    unexpected: Literal["freeze", "report", "ignore"] = "report"
    options: Options = field(default_factory=CsvOptions)
    missing: tuple[str, ...] = ()
    collected_by: str = "Investigator"
    not_submitted: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    location: Location = Location("")


@dataclass(frozen=True, slots=True)
class ExpectedProblem:
    """A problem that the study's data are known to have, with the reason a person wrote.

    `says` is a part of its message, for a code that a variable has for several causes.
    """

    code: str
    dataset: str
    variable: str
    count: int | None
    reason: str
    location: Location = Location("")
    says: str = ""


@dataclass(frozen=True, slots=True)
class SubjectRule:
    """How the USUBJID of any raw row is made: tables meet by subject without being told."""

    steps: tuple[Step, ...] = ()
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A study, compiled: what every later step reads, and nothing else."""

    study: str
    title: str
    description: str
    protocol: str
    as_of: str
    raw: Mapping[str, RawTable]
    datasets: tuple[DatasetPlan, ...]
    codelists: Mapping[str, PlanCodelist]
    standards: tuple[StandardUse, ...]
    subject: SubjectRule = SubjectRule()
    expected: tuple[ExpectedProblem, ...] = ()
    corrections: tuple[Correction, ...] = ()
    mirrors: Mapping[str, Mirror] = field(default_factory=dict)
    results: ResultsPlan | None = None
    severities: Mapping[str, Severity] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    language: str = "en"
    sources: tuple[str, ...] = ()
    documents: tuple[PlanDocument, ...] = ()
    comment: str = ""

    def dataset(self, name: str) -> DatasetPlan | None:
        """The dataset of that name, or None."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> Mapping[str, DatasetPlan]:
        return {dataset.name: dataset for dataset in reversed(self.datasets)}

    def of_purpose(self, purpose: Purpose) -> tuple[DatasetPlan, ...]:
        """The datasets for tabulation (SDTM) or for analysis (ADaM), in the Plan's order."""
        return tuple(d for d in self.datasets if d.purpose == purpose)

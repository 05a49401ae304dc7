"""The models of a specification's files: what keys there are, and what they hold.

What stands under `variables`, `supp`, `work` and in `rows` is read by `mappings.variables`, because
the names of the operations decide what fits there.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from clinmap.mirrors import EDC_KEY
from clinmap.problems import Severity
from clinmap.raw_formats import Format
from clinmap.registry import Criterion, Operand, Reference, References, Words


def _as_text(value: object) -> object:
    """Numbers and dates that YAML may have typed are text here."""
    plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value) if plain else value


Text = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({"type": ["string", "number"]})]
VARIABLES = "variables"
"""What the JSON Schemas call a mapping of variables (see `mappings.schema`)."""

VariableSpecs = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "x-is": VARIABLES})]
"""Variables by name, as written; `mappings.variables` reads them."""


class Spec(BaseModel):
    """Frozen, and no key that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class JoinSpec(Spec):
    """Another table whose rows meet the source's: `$name/COLUMN` is then a column of it."""

    table: str = Field("", description="The raw table or dataset; the join's own name if left out.")
    by: dict[str, Operand] | Words = Field(
        description="Its columns: a list where both sides have the name, else its column: own."
    )
    take: Literal["one", "first", "last", "all"] = Field(
        "one", description="Which, if several meet; all: a row for each that is met."
    )
    order: Words = Field((), description="Its columns that say what is first and last.")
    where: Criterion | None = Field(None, description="Only these of its rows ($COLUMN: its own).")
    required: bool = Field(False, description="List the rows that meet none of its rows (MRG002).")

    @model_validator(mode="after")
    def _ordered(self) -> JoinSpec:
        if self.take in ("first", "last") and not self.order:
            raise ValueError(f"`take: {self.take}` needs `order`, the columns that say which it is")
        if not self.by and self.take != "all":
            raise ValueError(
                "`by` names no column; every row meets every row with `take: all` only"
            )
        return self


class DistinctSpec(Spec):
    """Keep one of the rows that agree; what is left out is counted as DUP001."""

    by: References
    order: References = ()
    keep: Literal["first", "last"] = "first"
    reason: str = ""


class EachSpec(Spec):
    """One row for each part of a cell that holds several responses."""

    split: Reference = Field(description="The column, as $COLUMN.")
    by: str = Field(description="What stands between the parts, such as ; or |.")
    name: str = Field("each", description="$each is the part; another name, if a column has it.")


class CollapseSpec(Spec):
    """One row of those that agree; it keeps the ids of them all."""

    by: References = Field(description="What they agree in, such as [.USUBJID, .VISITNUM].")
    order: References = Field((), description="The first in this order gives the values.")


class NotDoneSpec(Spec):
    """A planned test without a result is a record: --STAT is NOT DONE."""

    when: Criterion | None = Field(None, description="Where it was not done; none: no --ORRES.")
    reason: Any = Field(None, description="What gives --REASND: a reference, a text, operations.")


class DropSpec(Spec):
    """Leave rows out, counted under the reason (ROW001)."""

    when: Criterion
    reason: str


class PartsSpec(Spec):
    """How a dataset whose file is too large is split into parts: by the values of a variable."""

    by: str = Field(description="A variable of the dataset, such as --CAT.")
    into: dict[str, Text] = Field(description="Value: what its part's name has behind the name.")

    @field_validator("into")
    @classmethod
    def _suffixes(cls, into: dict[str, str]) -> dict[str, str]:
        for suffix in into.values():
            if not re.fullmatch(r"[A-Z0-9]{1,2}", suffix):
                raise ValueError(f"{suffix!r} is not one or two capitals or digits, such as CH")
        if len(set(into.values())) < len(into):
            raise ValueError("two values have the same letters: every part needs its own")
        return into


class SourceSpec(Spec):
    """Where rows come from: a raw table or a built dataset."""

    from_: str = Field(alias="from", description="A raw table of raw.yaml, or a dataset.")
    where: Criterion | None = Field(None, description="Only these rows.")
    reason: str = Field("", description="Why the others are not wanted; they are then counted.")
    joins: dict[str, JoinSpec] = Field({}, description="Other tables that its rows meet.")
    each: EachSpec | None = Field(None, description="A row for each part of a cell.")
    distinct: DistinctSpec | None = None
    not_done: NotDoneSpec | None = Field(None, description="Tests without a result, and why.")
    rows: list[VariableSpecs] = Field(
        [], description="One record per source row for each entry, with the variables that it sets."
    )
    variables: VariableSpecs = Field({}, description="Variables that only this source sets so.")


class DatasetSpec(Spec):
    """One dataset, SDTM or ADaM: a file of `sdtm/` or `adam/`."""

    dataset: str = Field(description="The dataset's name, such as AE or ADSL.")
    label: str = ""
    structure: str = Field("", description="ADaM: ADSL, BDS, OCCDS, TTE …; SDTM: one record per …")
    class_: str = Field("", alias="class", description="For a domain that the guide has not.")
    keys: list[str] = Field(description="The variables that identify a record, in sort order.")
    order: list[str] = Field([], description="The sort order, where it is not the keys.")
    from_: str = Field("", alias="from", description="Short for one source.")
    where: Criterion | None = Field(None, description="Only these rows of it.")
    reason: str = Field("", description="Why the others are not wanted; they are then counted.")
    joins: dict[str, JoinSpec] = Field({}, description="Other tables that its rows meet.")
    each: EachSpec | None = Field(None, description="A row for each part of a cell.")
    distinct: DistinctSpec | None = None
    rows: list[VariableSpecs] = Field([], description="One record per source row for each entry.")
    sources: list[SourceSpec] = Field([], description="Several sources; their rows are stacked.")
    copy_: dict[str, list[str]] = Field(
        {}, alias="copy", description="ADaM: variables taken over unchanged, by dataset."
    )
    variables: VariableSpecs = Field({}, description="The variables, for every record.")
    supp: VariableSpecs = Field({}, description="Supplemental qualifiers, submitted in SUPP--.")
    work: VariableSpecs = Field({}, description="Intermediate variables, never submitted.")
    drop: list[DropSpec] = Field([], description="Rows left out once their variables are known.")
    collapse: CollapseSpec | None = Field(None, description="Rows that become one row.")
    not_done: NotDoneSpec | None = Field(None, description="Tests without a result, and why.")
    value_level: list[str] = Field([], description="By which variables values are described.")
    not_submitted: dict[str, str] = Field({}, description="Raw columns left out, with the reason.")
    not_collected: dict[str, str] = Field({}, description="Expected variables left out, why.")
    comment: str = ""
    submitted: bool = True
    parts: PartsSpec | None = Field(None, description="How it is split if its file is too large.")

    @field_validator("dataset")
    @classmethod
    def _named(cls, name: str) -> str:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise ValueError(f"{name!r} is no name of a dataset: write capitals and digits, as AE")
        return name

    @property
    def adam_structure(self) -> str:
        """The ADaM structure; ADSL and OCCDS need not be written."""
        return self.structure or ("ADSL" if self.dataset == "ADSL" else "OCCDS")


class TableSpec(Spec):
    """One raw table of raw.yaml."""

    kind: Text = Field("", description="A kind under `kinds`, whose columns come first.")
    path: str = Field("", description="The file; of `study`, a list of study.yaml's parameters.")
    format: Format | None = Field(None, description="Told by the file's name if left out.")
    columns: list[Text] = []
    unexpected: Literal["freeze", "report", "ignore"] = "report"
    missing: list[Text] = []
    encoding: str = Field("utf-8", description="Of the text: csv, redcap, xpt, sas7bdat.")
    delimiter: str = Field(",", description="csv, redcap: what stands between cells.")
    quote: str = Field('"', description="csv: what stands around cells; empty: nothing does.")
    comment: str = Field("", description="csv: lines that begin with it are no records.")
    header_line: int = Field(0, ge=0, description="csv: the line with the column names.")
    names: list[Text] = Field([], description="csv: the column names, where the file has none.")
    from_comments: dict[str, str] = Field(
        {}, description="csv, xlsx: columns that hold a value of a comment or title: its pattern."
    )
    decimal_comma: list[Text] = Field([], description="csv, xlsx: columns with 0,85 for 0.85.")
    sheet: Text = Field("", description="xlsx: the sheet; the first one if left out.")
    header_row: int = Field(1, ge=1, description="xlsx: the row with the column names.")
    merged: Literal["", "fill", "blank"] = Field("", description="xlsx: what merged cells mean.")
    dates: list[Text] = Field([], description="xlsx: columns of dates that are plain numbers.")
    member: Text = Field("", description="xpt: the dataset, of a file with several.")
    formats: str = Field("", description="xpt, sas7bdat: the raw table with formats and labels.")
    formatted: dict[str, str] = Field({}, description="xpt, sas7bdat: column: format.")
    layout: Literal["eav"] = Field("eav", description="redcap: one line per value.")
    instrument: str = Field("", description="redcap: the repeating instrument.")
    checkboxes: list[Text] = Field([], description="redcap: fields with several values.")
    item_group: str = Field("", description="odm: the item group; the table's name if left out.")
    audit: bool = Field(False, description="odm: with columns of the audit trail.")
    database: str = Field("", description="sql: the name of the database.")
    query: str = Field("", description="sql: the query, with its `order by`.")
    collected_by: Literal["Investigator", "Sponsor", "Subject", "Vendor"] = "Investigator"
    not_submitted: dict[str, str] = {}
    optional: bool = False
    dataset: str = Field("", description="The SDTM dataset that the table is already.")
    supp: str = Field("", description="With dataset: the raw table that is its SUPP--.")
    qualifiers: list[str] = Field([], description="With supp: the QNAMs that ADaM needs.")


class MirrorSpec(Spec):
    """Another export of the same raw tables, to compare with or to build from."""

    format: Literal["odm"] = "odm"
    path: str = Field(description="The file, seen from the folder of raw exports.")
    tables: list[Text] | dict[str, Text] = Field(
        description="The raw tables that are in it: a list, or table: item group."
    )
    key: list[Text] = Field(
        list(EDC_KEY), description="The columns by which rows of the two exports meet."
    )


class RawSpec(Spec):
    """raw.yaml and raw/*.yaml: the raw exports, and what several of them have in common."""

    defaults: dict[str, Any] = Field({}, description="For all tables, unless one says otherwise.")
    kinds: dict[str, dict[str, Any]] = Field({}, description="For the tables that name the kind.")
    tables: dict[str, TableSpec]
    mirrors: dict[str, MirrorSpec] = Field({}, description="Other exports of these tables.")


class TermSpec(Spec):
    """A term of which more than the decode is said."""

    decode: Text = ""
    rank: Text = Field("", description="Its rank, a number, where terms are weighed.")
    aliases: dict[str, Text] = Field({}, description="Context: its name there.")
    description: str = ""


class CodelistSpec(Spec):
    """A codelist of the sponsor's own, or a dictionary such as MedDRA."""

    label: str = ""
    terms: dict[str, TermSpec | Text | None] | list[Text] = Field(
        [], description="Values, with decodes."
    )
    ordered: bool = Field(False, description="The terms are numbered as they stand.")
    dictionary: str = Field("", description="An external dictionary's name.")
    version: Text = ""
    href: str = Field("", description="Where the dictionary is found.")
    format: str = Field("", description="The name of its SAS format.")
    description: str = ""
    comment: str = ""
    extensible: bool = False


class TerminologySpec(Spec):
    """The study's part of controlled terminology."""

    files: list[str] = Field([], description="Newer packages as NCI EVS publishes them.")
    extend: dict[str, dict[str, Text | None]] = Field({}, description="Codelist: term: decode.")
    synonyms: dict[str, dict[str, Text]] = Field({}, description="Codelist: collected text: term.")
    exceptions: dict[str, dict[str, str]] = Field(
        {}, description="DS.VAR: value outside its codelist: guide section and reason."
    )
    codelists: dict[str, CodelistSpec] = Field({}, description="The sponsor's own codelists.")
    comments: dict[str, str] = Field({}, description="Published codelist: a comment on its use.")


class ConventionsSpec(Spec):
    """What every dataset of the study does alike."""

    joins: dict[str, JoinSpec] = Field({}, description="Joins that any raw source may use.")
    sdtm: VariableSpecs = Field({}, description="Variables of SDTM datasets that need them.")
    adam: VariableSpecs = Field({}, description="Variables of every ADaM dataset.")


class StandardsSpec(Spec):
    """Which standards the study follows."""

    sdtm: Literal["SDTMIG 3.4"] = "SDTMIG 3.4"
    adam: Literal["ADaMIG 1.3"] = "ADaMIG 1.3"
    terminology: str = "2025-03-28"


class DocumentSpec(Spec):
    """A document beside define.xml, such as a reviewer's guide."""

    file: str = Field(description="The file, seen from the study's folder.")
    id: str = Field("", description="What pages call it; the file's name without ending if left.")
    title: str = ""
    of: Literal["sdtm", "adam"] = Field("sdtm", description="The define.xml that names it.")


class RemarkSpec(Spec):
    """What the study says of a standard."""

    status: Literal["Draft", "Final", "Provisional"] = "Final"
    comment: str = ""


class DefineSpec(Spec):
    """What define.xml has beside datasets, variables and codelists."""

    annotated_crf: str = Field("", description="The annotated CRF, seen from the study's folder.")
    documents: list[DocumentSpec] = []
    comment: str = Field("", description="A comment on the define.xml as a whole.")
    standards: dict[str, RemarkSpec] = Field({}, description="By name: SDTMIG, or ADaM CT.")


class StudySpec(Spec):
    """study.yaml: who the study is, and what holds for all of its datasets."""

    study: Text = Field(description="The study identifier (STUDYID).")
    title: str = ""
    description: str = ""
    protocol: Text = ""
    as_of: Text = Field(description="The date-time that stands in every output.")
    language: str = "en"
    extends: Words = Field((), description="Studies that this one builds on: folders, or names.")
    standards: StandardsSpec = StandardsSpec()
    terminology: TerminologySpec = TerminologySpec()
    conventions: ConventionsSpec = ConventionsSpec()
    define: DefineSpec = DefineSpec()
    parameters: dict[str, Any] = {}
    severity: dict[str, Severity] = Field({}, description="Code: another severity than usual.")

    @field_validator("as_of")
    @classmethod
    def _date(cls, text: str) -> str:
        try:
            datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(
                f"{text!r} is no date or date-time of ISO 8601; write for example 2025-03-28 or "
                "2025-03-28T12:00:00"
            ) from None
        return text


class ExpectedSpec(Spec):
    """One problem that the data are known to have."""

    code: str
    dataset: str = ""
    variable: str = ""
    count: int | None = None
    says: str = Field("", description="A part of the message, where a code has several causes.")
    reason: str


class ProblemsSpec(Spec):
    """problems.yaml: what is expected of the study's data."""

    expected: list[ExpectedSpec] = []

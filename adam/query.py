"""Standardised queries: groups of coded terms that are looked at together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import model_validator

from clinmap.plan import Origin, Ref
from clinmap.registry import (
    Description,
    Operation,
    Reference,
    References,
    operation,
    references,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.frames import Rows, Table

COLUMNS = ("name", "id", "scope", "term", "variable")
NARROW = "NARROW"


@operation
class Query(Operation):
    """Say that a coded term belongs to a query: its name, its number, or the scope of the term.

    Parameters: `query`, the name of the query; `terms`, the variables whose values are looked for
    (AEDECOD, AELLT); `table`, the raw table with the terms of queries; `columns`, what its columns
    are called: `name`, `id`, `scope`, `term`, and `variable`, which says of each term in which
    variable it stands (default: these words; `scope` and `variable` only if they are named);
    `give`, `name` (the default), `id` or `scope`; `scope`, `narrow` or `broad` (the default:
    narrow terms and broad ones).
    Rows: none is added or dropped. Missing: where no term of the record belongs to the query. Terms
    are the same in any case; of a term that is in both scopes the narrow one counts. The scope is
    given in capitals.
    Problems: none. Source: OCCDS 1.1 section 3.2 (SMQzzNAM, SMQzzCD, SMQzzSC, CQzzNAM).

    Example::

        SMQ01NAM:
          query: Application site reactions
          terms: [.AEDECOD, .AELLT]
          table: smq
          columns: {name: smq_name, id: smq_id, scope: scope, term: termchar, variable: termvar}
    """

    name: ClassVar[str] = "query"
    local: ClassVar[bool] = True

    query: str
    terms: References
    table: str
    columns: Mapping[str, str] = field(default_factory=dict)
    give: Literal["name", "id", "scope"] = "name"
    scope: Literal["narrow", "broad"] = "broad"

    @model_validator(mode="after")
    def _known_columns(self) -> Query:
        unknown = [name for name in self.columns if name not in COLUMNS]
        if unknown:
            raise ValueError(f"columns: {unknown[0]!r} is none of {', '.join(COLUMNS)}")
        if (self.give == "scope" or self.scope == "narrow") and "scope" not in self.columns:
            raise ValueError("the table's column with the scope is not named under `columns`")
        return self

    def inputs(self) -> tuple[Ref, ...]:
        """The coded variables, and the table's columns."""
        columns = [Ref("table", self._column(name), self.table) for name in self._read]
        return references(self.terms, columns)

    @property
    def _read(self) -> tuple[str, ...]:
        named = {"scope", "variable"} & set(self.columns)
        return tuple(name for name in COLUMNS if name in {"name", "term", self.give} | named)

    def _column(self, name: str) -> str:
        return self.columns.get(name, name)

    def apply(self, rows: Rows) -> pd.Series:
        """What is wanted of the query, on the records whose terms belong to it."""
        import numpy as np

        queries = rows.table(self.table)
        record = np.full(len(rows), -1, dtype=np.int64)
        for reference in self.terms:
            found = self._records(rows, reference, queries)
            record = np.where(record < 0, found, record)
        met = np.flatnonzero(record >= 0)
        rows.link(queries, met, record[met])
        values = queries.column(self._column(self.give))
        given = values.reindex(record).reset_index(drop=True)
        return given.str.upper() if self.give == "scope" else given

    def _records(self, rows: Rows, reference: Reference, queries: Table) -> npt.NDArray[np.int64]:
        """The table's record of each row's term in one variable, narrow ones first, or -1."""
        import numpy as np
        import pandas as pd

        held = self._belongs(queries, reference.column)
        narrow = self._narrow(queries)
        wanted = np.append(np.flatnonzero(held & narrow), np.flatnonzero(held & ~narrow))
        term = queries.column(self._column("term")).str.casefold().iloc[wanted]
        first = pd.Series(wanted, index=pd.Index(term))
        first = first[~first.index.duplicated()]
        codes, own = pd.factorize(rows.text(reference).str.casefold())
        places = np.append(first.reindex(own).fillna(-1).to_numpy(dtype=np.int64), -1)
        return places[codes]

    def _belongs(self, queries: Table, variable: str) -> npt.NDArray[np.bool_]:
        """The table's records of the query that are about the variable, and in the scope."""
        held = (queries.column(self._column("name")) == self.query).to_numpy(dtype=bool)
        if "variable" in self.columns:
            about = queries.column(self._column("variable")) == variable
            held = held & about.to_numpy(dtype=bool)
        return held & self._narrow(queries) if self.scope == "narrow" else held

    def _narrow(self, queries: Table) -> npt.NDArray[np.bool_]:
        """The table's records with a narrow scope; none where the scope is not known."""
        import numpy as np

        if "scope" not in self.columns:
            return np.zeros(len(queries), dtype=bool)
        scope = queries.column(self._column("scope")).str.upper()
        return (scope == NARROW).to_numpy(dtype=bool)

    def describe(self) -> Description:
        """Derived, with the query and the variables."""
        where = " or ".join(reference.column for reference in self.terms)
        scope = " (narrow scope)" if self.scope == "narrow" else ""
        what = {"name": "Name", "id": "Identifier", "scope": "Scope of the term"}[self.give]
        return Description(
            Origin("Derived", "Sponsor"),
            f"{what} of the query {self.query}{scope} where {where} is one of its terms.",
        )

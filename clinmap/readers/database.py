"""Databases: the rows that a query of raw.yaml gives, read through SQLAlchemy.

Nothing is changed: only `select` is run, in a transaction that is never committed. A URL may hold a
password, so that no message shows one, nor what a driver says of values.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmap.plan import RawTable
from clinmap.problems import InputError, near_match
from clinmap.raw_formats import SqlOptions
from clinmap.readers.cells import text_series
from clinmap.readers.text_table import Request, TextTable, check_names

if TYPE_CHECKING:
    import pandas as pd

VARIABLE = "CLINMAP_DATABASE_"
"""What the environment variable with a database's URL begins with; its name follows."""

_ROWS_AT_ONCE = 20_000
_TEXT = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
_GROUP = re.compile(r"\([^()]*\)")
_ORDERED = re.compile(r"\border\s+by\b", re.IGNORECASE)
_SAYABLE = re.compile(
    r"(no such (?:table|column|function): [\w.]+|near \"\w+\": syntax error"
    r"|relation \"[\w.]+\" does not exist|column [\w.\"]+ does not exist"
    r"|syntax error at or near \"\w+\"|syntax error at end of input)"
)


def read_table(request: Request) -> TextTable:
    """The rows of the table's query; where it has no `order by`, in an order of their own.

    Numbers are their shortest decimal text, dates and times ISO 8601, booleans `true` and `false`.
    Without `order by`, rows are sorted by a hash of their values, so that the same rows come in the
    same order. Missing values: null and the empty text. Problems: InputError INP023 (no URL, no
    SQLAlchemy or driver, the database or the query fails), INP006 (a column of bytes or the like),
    INP007, INP008.
    """
    options = request.table.options
    if not isinstance(options, SqlOptions):
        raise TypeError("not a table of a database")
    frame = _rows(request, options)
    hashes = _hashes(frame)
    if not is_ordered(options.query):
        order = hashes.argsort(kind="stable")
        frame, hashes = frame.iloc[order].reset_index(drop=True), hashes[order]
    content = "\t".join(frame.columns).encode("utf-8") + hashes.tobytes()
    return TextTable(frame, sha256=hashlib.sha256(content).hexdigest())


def place_of(table: RawTable) -> str:
    """What lineage calls the place of a query's rows.

    >>> place_of(RawTable("ae", "", "sql", options=SqlOptions("EDC", "select 1")))
    'database:EDC/ae'
    """
    options = table.options
    name = options.database if isinstance(options, SqlOptions) else ""
    return f"database:{name}/{table.name}"


def is_ordered(query: str) -> bool:
    """Whether the query itself, not a part of it in brackets, says in which order its rows come.

    >>> is_ordered("select * from (select 1 order by 1) t"), is_ordered("select 1 ORDER BY 1")
    (False, True)
    """
    rest = _TEXT.sub(" ", query)
    while _GROUP.search(rest):
        rest = _GROUP.sub(" ", rest)
    return _ORDERED.search(rest) is not None


def _rows(request: Request, options: SqlOptions) -> pd.DataFrame:
    """All rows of the query as text."""
    engine = _engine(request, options)
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    # a colon is no parameter here: a query has none
    statement = text(options.query.replace(":", "\\:"))
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA query_only = ON")
            careful = {"postgresql_readonly": True} if engine.dialect.name == "postgresql" else {}
            streamed = connection.execution_options(stream_results=True, **careful)
            return _frame(request, streamed.execute(statement))
    except SQLAlchemyError as error:
        raise _failed(request, error) from None
    except (OSError, UnicodeError) as error:
        raise _failed(request, error) from None
    finally:
        engine.dispose()


def _engine(request: Request, options: SqlOptions) -> Any:
    """The engine of the database; InputError INP023 where there is no URL, library or driver."""
    known = request.beside.databases
    url = known.get(options.database.upper())
    if url is None:
        raise InputError(
            "INP023",
            f"no URL is known of database {options.database}",
            location=request.place(),
            hint=near_match(options.database.upper(), known)
            or f"Set the environment variable {VARIABLE}{options.database.upper()} to it",
        )
    try:
        import sqlalchemy
    except ImportError:
        raise InputError(
            "INP023",
            "tables of databases need SQLAlchemy, which is not installed",
            location=request.place(),
            hint='Install it: pip install "clinmap[sql]"',
        ) from None
    try:
        made = sqlalchemy.make_url(url)
        _check_sqlite(request, made)
        return sqlalchemy.create_engine(made)
    except ImportError as error:
        raise InputError(
            "INP023",
            f"the driver of database {options.database} is not installed: {error.name}",
            location=request.place(),
            hint="Install it, such as: pip install psycopg",
        ) from None
    except sqlalchemy.exc.ArgumentError:
        raise InputError(
            "INP023",
            f"what {VARIABLE}{options.database.upper()} holds is no URL of a database",
            location=request.place(),
            hint="Write for example postgresql+psycopg://host/database or sqlite:///file.db",
        ) from None


def _check_sqlite(request: Request, url: Any) -> None:
    """SQLite would make a database that is not there."""
    missing = url.database and url.database != ":memory:" and not Path(url.database).is_file()
    if url.get_backend_name() == "sqlite" and missing and not url.database.startswith("file:"):
        raise InputError(
            "INP023",
            "the SQLite file does not exist",
            location=request.place(),
            hint="Correct the URL: sqlite:///relative.db or sqlite:////absolute.db",
        )


def _frame(request: Request, result: Any) -> pd.DataFrame:
    import pandas as pd

    names = [str(name) for name in result.keys()]  # noqa: SIM118 - a result is no mapping
    check_names(names, request.place())
    frames = [_texts(request, names, rows) for rows in _parts(result)]
    return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]


def _parts(result: Any) -> Iterator[list[Any]]:
    """The rows, a part at a time; one empty part where there is none."""
    rows = result.fetchmany(_ROWS_AT_ONCE)
    yield rows
    while rows:
        rows = result.fetchmany(_ROWS_AT_ONCE)
        if rows:
            yield rows


def _texts(request: Request, names: list[str], rows: list[Any]) -> pd.DataFrame:
    import pandas as pd

    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    made = {}
    for name, values in zip(names, columns, strict=True):
        try:
            made[name] = text_series(list(values))
        except TypeError as error:
            raise InputError(
                "INP006",
                f"column {name} holds values of type {error}: text, numbers and dates can be read",
                location=request.place(),
                hint="Leave the column out of the query, or cast it to text there",
            ) from None
    return pd.DataFrame(made, index=pd.RangeIndex(len(rows)))


def _hashes(frame: pd.DataFrame) -> Any:
    from clinmap.readers.raw import row_hash

    return row_hash(frame)


def _failed(request: Request, error: Exception) -> InputError:
    """The error of a query; what a driver says is shown only where it names no value."""
    said = _SAYABLE.search(str(getattr(error, "orig", error)))
    shown = said[0] if said else type(error).__name__
    return InputError(
        "INP023",
        f"the query of table {request.table.name} fails: {shown}",
        location=request.place(),
        hint="Run it in a client of the database; check the URL, the user's rights and the names",
    )

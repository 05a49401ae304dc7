"""Databases: SQLite always, PostgreSQL where there is one."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from clinmap.app.build.databases import database_urls
from clinmap.readers.database import is_ordered
from clinmap.readers.text_table import Beside

from .tables import cells, read, refusal

MAKE = "create table ae (id text, n real, d date, note text)"
ROWS = [("007", 5.0, "2014-03-01", "a:b 10:30"), ("008", None, "", "100%"), ("009", 0.1, None, "x")]
QUERY = "select * from ae order by id"


@pytest.fixture
def beside(tmp_path: Path) -> Beside:
    with sqlite3.connect(tmp_path / "edc.db") as connection:
        connection.execute(MAKE)
        connection.executemany("insert into ae values (?, ?, ?, ?)", ROWS)
    connection.close()
    return Beside(databases={"EDC": f"sqlite:///{tmp_path / 'edc.db'}"})


def reading(folder: Path, query: str, beside: Beside, **keys: Any) -> Any:
    return read(folder, "", "sql", database="edc", query=query, beside=beside, **keys)


def failing(folder: Path, query: str, beside: Beside | None, **keys: Any) -> Any:
    return refusal(folder, "", "sql", database="edc", query=query, beside=beside, **keys)


def test_rows_are_text(tmp_path: Path, beside: Beside) -> None:
    data = reading(tmp_path, QUERY, beside, missing=("x",))
    assert cells(data) == {
        "id": ["007", "008", "009"],
        "n": ["5", None, "0.1"],
        "d": ["2014-03-01", None, None],
        "note": ["a:b 10:30", "100%", None],
    }
    assert (data.file, data.lines, len(data.sha256)) == ("database:edc/t", (), 64)


def test_colons_and_percent_signs_are_no_parameters(tmp_path: Path, beside: Beside) -> None:
    query = "select id, ' :x 10:30' as t from ae where note like '%:b%' order by id"
    assert cells(reading(tmp_path, query, beside)) == {"id": ["007"], "t": [" :x 10:30"]}


def test_rows_without_an_order_get_one(tmp_path: Path, beside: Beside) -> None:
    up = reading(tmp_path, "select id from (select * from ae order by id)", beside)
    down = reading(tmp_path, "select id from (select * from ae order by id desc)", beside)
    assert cells(up) == cells(down)
    assert up.sha256 == down.sha256
    assert cells(reading(tmp_path, QUERY + " desc", beside))["id"] == ["009", "008", "007"]


@pytest.mark.parametrize(
    ("query", "ordered"),
    [
        ("select 1 Order\n By a", True),
        ("select rank() over (order by a) from t", False),
        ("select 'order by' from t -- order by", False),
        ('select "order by" from t /* order by */', False),
        ("select a from (select (1) order by 1) t order by a", True),
    ],
)
def test_an_order_of_the_query_itself(query: str, ordered: bool) -> None:
    assert is_ordered(query) is ordered


def test_more_rows_than_are_fetched_at_once(tmp_path: Path, beside: Beside) -> None:
    count = "with recursive n(i) as (select 1 union all select i+1 from n where i < 45000)"
    data = reading(tmp_path, f"{count} select i from n order by i", beside)
    assert data.frame["i"].tolist() == [str(number) for number in range(1, 45_001)]


def test_nothing_is_changed(tmp_path: Path, beside: Beside) -> None:
    before = (tmp_path / "edc.db").read_bytes()
    for query in (
        "delete from ae",
        "with x as (select 1) delete from ae",
        "select 1; drop table ae",
    ):
        assert failing(tmp_path, query, beside).code == "INP023"
    assert (tmp_path / "edc.db").read_bytes() == before


def test_errors_say_no_value_and_no_url(tmp_path: Path, beside: Beside) -> None:
    error = failing(tmp_path, "select * from aes where id = 'SECRET'", beside)
    assert (error.code, "no such table: aes" in error.message) == ("INP023", True)
    assert "SECRET" not in str(error)
    for url in ("sqlite:////nowhere/SECRET.db", "no url SECRET", "nosuch://u:SECRET@h/d"):
        error = failing(tmp_path, QUERY, Beside(databases={"EDC": url}))
        assert (error.code, "SECRET" in str(error)) == ("INP023", False)
    error = failing(tmp_path, QUERY, None)
    assert (error.code, "CLINMAP_DATABASE_EDC" in error.hint) == ("INP023", True)
    assert not (tmp_path / "SECRET.db").exists()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "edc.db").write_bytes(b"SECRET, no database" * 99)
    error = failing(tmp_path, QUERY, Beside(databases={"EDC": f"sqlite:///{tmp_path}/edc.db"}))
    assert (error.code, "SECRET" in str(error)) == ("INP023", False)


def test_columns_that_are_no_text(tmp_path: Path, beside: Beside) -> None:
    error = failing(tmp_path, "select x'00ff' as b order by 1", beside)
    assert (error.code, "column b" in error.message) == ("INP006", True)
    assert failing(tmp_path, "select 1 as a, 2 as a order by 1", beside).code == "INP007"


def test_a_library_or_driver_that_is_not_installed(
    tmp_path: Path, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    error = failing(tmp_path, QUERY, beside)
    assert (error.code, "clinmap[sql]" in error.hint) == ("INP023", True)


def test_contract(tmp_path: Path, beside: Beside) -> None:
    keys = {"columns": ("id",), "unexpected": "freeze"}
    assert failing(tmp_path, QUERY, beside, **keys).code == "INP005"


def test_urls_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINMAP_DATABASE_edc", "sqlite://")
    assert database_urls()["EDC"] == "sqlite://"


def test_postgresql(tmp_path: Path) -> None:
    url = os.environ.get("CLINMAP_DATABASE_TEST_PG")
    if not url:
        pytest.skip("needs a PostgreSQL database, its URL in CLINMAP_DATABASE_TEST_PG")
    beside = Beside(databases={"EDC": url})
    query = (
        "select i::text as id, i * 0.5::numeric(6,2) as n, date '2014-03-01' + i as d, i = 1 as b,"
        " timestamp '2014-03-01 10:07' as t from generate_series(1, 30000) i order by i"
    )
    data = reading(tmp_path, query, beside)
    assert len(data.frame) == 30_000
    first = {name: values[0] for name, values in cells(data).items()}
    expected = {"id": "1", "n": "0.5", "d": "2014-03-02", "b": "true", "t": "2014-03-01T10:07:00"}
    assert first == expected
    assert "does not exist" in failing(tmp_path, "select nope from pg_class", beside).message
    change = "with x as (select 1) insert into pg_class select * from x"
    assert failing(tmp_path, change, beside).code == "INP023"

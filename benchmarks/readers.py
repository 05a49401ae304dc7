"""Reading raw tables: each format beside the fastest library alone, on the same generated file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.alternating import alternating, report
from clinmap.raw_formats import Format

COLUMNS = ("SUBJECT", "VISIT", "TEST", "RES", "N", "NOTE", "DAT", "FLAG")
ROUNDS = 2
CSV_ROWS, SAS_ROWS, SHEET_ROWS, SQL_ROWS, JSON_ROWS = 500_000, 200_000, 50_000, 200_000, 100_000


@dataclass(frozen=True)
class Case:
    """One format: its file, how raw.yaml declares it, and the library that reads it alone."""

    label: str
    file: str
    format: Format
    library: str
    make: Callable[[Path], None]
    alone: Callable[[Path], int]
    keys: dict[str, Any]


def lab_frame(rows: int) -> Any:
    """Laboratory results as an EDC system or a vendor would send them."""
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(1)
    number = np.arange(rows)
    subjects = np.array([f"{100 + n % 6}-{n % 997:03d}" for n in range(5982)])
    return pd.DataFrame(
        {
            "SUBJECT": subjects[number % len(subjects)],
            "VISIT": chance.choice(["C1D1", "C1D8", "EOT"], rows),
            "TEST": chance.choice(["ANC", "HGB", "PLT"], rows),
            "RES": np.round(chance.normal(5, 2, rows), 3),
            "N": chance.integers(0, 1000, rows),
            "NOTE": chance.choice(["", "done", "hemolyzed, repeat"], rows),
            "DAT": chance.choice(["01 MAR 2014", "UN MAR 2014"], rows),
            "FLAG": chance.choice(["H", "L", ""], rows),
        }
    )


def _write_csv(path: Path) -> None:
    lab_frame(CSV_ROWS).to_csv(path, index=False)


def _write_latin(path: Path) -> None:
    lab_frame(CSV_ROWS).assign(NOTE="µmol").to_csv(path, index=False, encoding="cp1252")


def _write_eav(path: Path) -> None:
    frame = lab_frame(CSV_ROWS // 10).astype("str").assign(record=range(CSV_ROWS // 10))
    long = frame.melt("record", list(COLUMNS), "field_name", "value")
    long.sort_values("record", kind="stable").to_csv(path, index=False)


def _write_xpt(path: Path) -> None:
    import pyreadstat

    pyreadstat.write_xport(lab_frame(SAS_ROWS), path, file_format_version=5)


def _write_sheet(path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, COLUMNS)
    for number, row in enumerate(lab_frame(SHEET_ROWS).astype(object).to_numpy().tolist(), 1):
        sheet.write_row(number, 0, row)
    book.close()


def _write_parquet(path: Path) -> None:
    lab_frame(CSV_ROWS).to_parquet(path)


def _write_json(path: Path) -> None:
    rows = lab_frame(JSON_ROWS).astype(object).to_numpy().tolist()
    columns = [{"name": name} for name in COLUMNS]
    head = {"datasetJSONVersion": "1.1.0", "records": len(rows), "columns": columns}
    lines = [json.dumps(part) for part in (head, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_sqlite(path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(path)
    lab_frame(SQL_ROWS).to_sql("lab", connection, index=False)
    connection.close()


def _arrow_csv(path: Path) -> int:
    import pyarrow as pa
    from pyarrow import csv

    names = (*COLUMNS, "record", "field_name", "value")
    # other encodings as bytes: Arrow's own decoding of them is no part of the comparison
    types = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.binary()))
    return int(csv.read_csv(path, convert_options=types).num_rows)


def _pyreadstat(path: Path) -> int:
    import pyreadstat

    return len(pyreadstat.read_xport(path, disable_datetime_conversion=True)[0])


def _calamine(path: Path) -> int:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return len(book.get_sheet_by_index(0).to_python()) - 1


def _arrow_parquet(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_table(path).num_rows)


def _json(path: Path) -> int:
    with path.open(encoding="utf-8") as lines:
        return len([json.loads(line) for line in lines]) - 1


def _sqlite(path: Path) -> int:
    import sqlite3

    return len(sqlite3.connect(path).execute("select * from lab order by rowid").fetchall())


QUERY = {"database": "B", "query": "select * from lab order by rowid"}
CASES = (
    Case("csv", "lab.csv", "csv", "pyarrow.csv", _write_csv, _arrow_csv, {}),
    Case(
        "csv, windows-1252", "latin.csv", "csv", "pyarrow.csv", _write_latin, _arrow_csv,
        {"encoding": "windows-1252"},
    ),
    Case("redcap (EAV)", "eav.csv", "redcap", "pyarrow.csv", _write_eav, _arrow_csv, {}),
    Case("xpt", "lab.xpt", "xpt", "pyreadstat", _write_xpt, _pyreadstat, {}),
    Case("xlsx", "lab.xlsx", "xlsx", "python-calamine", _write_sheet, _calamine, {}),
    Case("parquet", "lab.parquet", "parquet", "pyarrow", _write_parquet, _arrow_parquet, {}),
    Case("dataset-json (NDJSON)", "lab.ndjson", "dataset-json", "json", _write_json, _json, {}),
    Case("sql (SQLite)", "lab.db", "sql", "sqlite3", _write_sqlite, _sqlite, QUERY),
)  # fmt: skip


def reading_section(folder: Path) -> list[str]:
    """The lines of the page on reading; every measurement is a process of its own."""
    lines = [
        "A raw table as `clinmap build` reads it (checked, as text, held to its contract, its",
        "identical rows found, with its SHA-256), beside the library that only parses the file:",
        "seconds of processor time, and the most memory that the process held beyond its imports.",
        "Mapped files count as memory here, though the system may take it back.",
        "",
        "| format | rows | file MB | rows / s | s | MB | library | s | MB | times |",
        "|---|---:|---:|---:|---:|---:|---|---:|---:|---:|",
    ]
    for case in CASES:
        path = folder / case.file
        case.make(path)
        arguments = ("benchmarks.readers", case.label, str(folder))
        found = alternating({who: (*arguments, who) for who in ("ours", "alone")}, ROUNDS)
        ours, alone = found["ours"], found["alone"]
        lines.append(
            f"| {case.label} | {ours.rows:,} | {path.stat().st_size / 1e6:.0f} | "
            f"{ours.rows / ours.seconds:,.0f} | {ours.seconds:.2f} | {ours.beyond:.0f} | "
            f"{case.library} | {alone.seconds:.2f} | {alone.beyond:.0f} | "
            f"{ours.seconds / alone.seconds:.1f} |"
        )
        path.unlink()
    return lines


def _ours(case: Case, folder: Path) -> int:
    from clinmap.plan import RawTable
    from clinmap.raw_formats import options_of
    from clinmap.readers.raw import read_raw
    from clinmap.readers.text_table import Beside

    path = "" if case.format == "sql" else case.file
    table = RawTable("t", path, case.format, options=options_of(case.format, path, case.keys))
    beside = Beside(databases={"B": f"sqlite:///{folder / case.file}"})
    return len(read_raw(table, folder, beside=beside).frame)


def main() -> None:
    """Read one file in one way; rows, seconds and megabytes as JSON."""
    import pandas  # noqa: F401
    import pyarrow.csv
    import pyarrow.parquet  # noqa: F401

    label, folder, who = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    case = next(case for case in CASES if case.label == label)
    report(
        lambda: {"rows": _ours(case, folder) if who == "ours" else case.alone(folder / case.file)}
    )


if __name__ == "__main__":
    main()

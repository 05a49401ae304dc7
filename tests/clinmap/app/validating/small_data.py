"""A small study of two subjects, written by others' programs in every format that is read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

Rows = Sequence[Sequence[Any]]
DM = ["STUDYID", "DOMAIN", "USUBJID", "SUBJID", "RFSTDTC", "RFENDTC", "SITEID", "SEX", "COUNTRY"]
AE = ["STUDYID", "DOMAIN", "USUBJID", "AESEQ", "AETERM", "AEDECOD", "AESTDTC", "AEENDTC"]
ADSL = ["STUDYID", "USUBJID", "SUBJID", "SITEID", "SEX", "SAFFL", "TRT01P"]
LABELS = {
    "STUDYID": "Study Identifier", "DOMAIN": "Domain Abbreviation", "SEX": "Sex",
    "USUBJID": "Unique Subject Identifier", "AETERM": "Reported Term for the Adverse Event",
}  # fmt: skip
SUBJECTS: Rows = [
    ["SMALL", "DM", "SMALL-001", "001", "2024-01-10", "2024-03-01", "01", "F", "USA"],
    ["SMALL", "DM", "SMALL-002", "002", "2024-01-12", "2024-03-02", "01", "M", "USA"],
]
EVENTS: Rows = [
    ["SMALL", "AE", "SMALL-001", 1, "HEADACHE", "Headache", "2024-01-20", "2024-01-21"],
    ["SMALL", "AE", "SMALL-001", 2, "NAUSEA", "Nausea", "2024-02-01", "2024-02-03"],
    ["SMALL", "AE", "SMALL-002", 1, "RASH", "Rash", "2024-02-05", "2024-02-06"],
]
BAD_EVENTS: Rows = [
    ["SMALL", "AE", "SMALL-001", 1, "HEADACHE", "Headache", "2024-01-20", "2024-01-21"],
    ["SMALL", "AE", "SMALL-001", 2, "NAUSEA", "Nausea", "2024-02-09", "2024-02-03"],
    ["SMALL", "AE", "SMALL-777", 1, "RASH", "Rash", "2024-02-05", "2024-02-06"],
]
"""The second event ends before it starts (VAL050); the third is of nobody in DM (VAL060)."""
ANALYSIS: Rows = [
    ["SMALL", "SMALL-001", "001", "01", "F", "Y", "A"],
    ["SMALL", "SMALL-777", "777", "01", "M", "Y", "A"],
]
COLUMNS = {"DM": DM, "AE": AE, "ADSL": ADSL}


def frame(name: str, rows: Rows) -> pd.DataFrame:
    """The frame of a dataset; the sequence is a number, all else text."""
    made = pd.DataFrame(rows, columns=COLUMNS[name])
    return made.astype({c: "float64" if c.endswith("SEQ") else "str" for c in made})


def write(folder: Path, datasets: Mapping[str, Rows], form: str = "xpt") -> Path:
    """Write the datasets of a folder in one format."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in datasets.items():
        WRITERS[form](folder / f"{name.lower()}.{form}", name, frame(name, rows))
    return folder


def _xpt(path: Path, name: str, made: pd.DataFrame) -> None:
    labels = [LABELS.get(column, column) for column in made]
    pyreadstat.write_xport(
        made, str(path), table_name=name, column_labels=labels, file_format_version=5
    )


def _xpt8(path: Path, name: str, made: pd.DataFrame) -> None:
    path = path.with_suffix(".xpt")
    pyreadstat.write_xport(made, str(path), table_name=name, file_format_version=8)


def _parquet(path: Path, name: str, made: pd.DataFrame) -> None:
    made.to_parquet(path)


def _document(name: str, made: pd.DataFrame) -> dict[str, Any]:
    columns = [
        {
            "itemOID": f"IT.{name}.{column}", "name": column, "label": LABELS.get(column, column),
            "dataType": "integer" if column.endswith("SEQ") else "string",
        }
        for column in made
    ]  # fmt: skip
    return {
        "datasetJSONCreationDateTime": "2024-04-01T00:00:00", "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name}", "records": len(made), "name": name, "label": name,
        "columns": columns,
    }  # fmt: skip


def _rows(made: pd.DataFrame) -> list[list[Any]]:
    return [[int(v) if isinstance(v, float) else v for v in row] for row in made.to_numpy(object)]


def _json(path: Path, name: str, made: pd.DataFrame) -> None:
    path.write_text(json.dumps({**_document(name, made), "rows": _rows(made)}))


def _ndjson(path: Path, name: str, made: pd.DataFrame) -> None:
    lines = [_document(name, made), *_rows(made)]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))


WRITERS = {"xpt": _xpt, "xpt8": _xpt8, "parquet": _parquet, "json": _json, "ndjson": _ndjson}

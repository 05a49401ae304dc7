"""The datasets of the small studies, their define.xml, and their files in every format."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyreadstat

from clinmap.facts import DatasetFacts
from clinmap.measuring import measure
from clinmap.plan import DatasetPlan, Plan, Purpose
from clinmap.writers.parquet import write_parquet
from clinmap.writers.xpt import write_xpt
from define.document.model import Define
from define.document.write import write_define
from define.generation.build import build_define
from tests.define.small_studies import PLAN, STAMP

S1, S2 = "ABC-01-001", "ABC-01-002"


def _frame(dataset: DatasetPlan, rows: list[tuple[object, ...]]) -> pd.DataFrame:
    """Records of a dataset: text where the Plan has text, else numbers."""
    variables = dataset.submitted_variables
    columns = {}
    for place, variable in enumerate(variables):
        values = [row[place] for row in rows]
        number = not variable.is_character
        columns[variable.name] = pd.Series(values, dtype="float64" if number else "str")
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows)))


def _records() -> dict[str, list[tuple[object, ...]]]:
    s = "ABC-01"
    return {
        "DM": [
            (s, "DM", S1, "2013-02-04T08:30", 4, "F", "WHITE", None),
            (s, "DM", S2, "2013-02", 11, "M", "MULTIPLE", None),
        ],
        "AE": [
            (s, "AE", S1, 1, "FEVER", "Pyrexia", "N", "RELATED"),
            (s, "AE", S1, 2, "RASH", "Rash", "Y", "NOT RELATED"),
            (s, "AE", S2, 1, "PAIN", "Pain", "N", None),
        ],
        "SUPPAE": [
            (s, "AE", S1, "1", "AEDUR", "Duration in Days", "12"),
            (s, "AE", S1, "1", "AETRTEM", "Treatment Emergent Flag", "Y"),
            (s, "AE", S1, "2", "AETRTEM", "Treatment Emergent Flag", "Y"),
            (s, "AE", S2, "1", "AEDUR", "Duration in Days", "3"),
        ],
        "LB": [
            (s, "LB", S1, "ALB", "Albumin", "38", "g/L", 38, None),
            (s, "LB", S1, "COLOR", "Color", "YELLOW", None, None, None),
            (s, "LB", S1, "GLUC", "Glucose", "4.5", "mmol/L", 4.5, None),
            (s, "LB", S1, "VMACREAT", "VMA/Creatinine", "<0.5", "mg/mg", None, None),
            (s, "LB", S2, "ALB", "Albumin", "41", "g/L", 41, None),
            (s, "LB", S2, "GLUC", "Glucose", "5.25", "mmol/L", 5.25, None),
        ],
        "CE": [],
        "ADSL": [
            (s, S1, "F", 1, 19393, 17.25),
            (s, S2, "M", 1, 19400, 18),
        ],
        "ADAE": [
            (s, S1, 1, "D"),
            (s, S1, 2, None),
            (s, S2, 1, None),
        ],
    }


PLANS: Mapping[str, DatasetPlan] = {d.name: d for d in PLAN.datasets}
FRAMES: Mapping[str, pd.DataFrame] = {
    name: _frame(PLANS[name], rows) for name, rows in _records().items()
}
NAMES: Mapping[Purpose, tuple[str, ...]] = {
    "Tabulation": ("DM", "AE", "SUPPAE", "LB", "CE"),
    "Analysis": ("ADSL", "ADAE"),
}


def facts_of(frames: Mapping[str, pd.DataFrame]) -> dict[str, DatasetFacts]:
    """What is measured of frames; each has a transport file."""
    return {
        name: replace(measure(PLAN_OF[name], frame), file=f"{name.lower()}.xpt")
        for name, frame in frames.items()
    }


PLAN_OF: Mapping[str, DatasetPlan] = {d.name: d for d in PLAN.datasets}


def define_of(purpose: Purpose = "Tabulation", plan: Plan = PLAN) -> Define:
    """A define.xml that is true of the frames."""
    frames = {name: FRAMES[name] for name in NAMES[purpose]}
    return build_define(plan, purpose, facts_of(frames), stamp=STAMP)


def written(define: Define, folder: Path) -> Path:
    """The define.xml in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "define.xml"
    write_define(define, path)
    return path


def as_xpt(frame: pd.DataFrame, dataset: DatasetPlan, folder: Path) -> None:
    """Version 5, by our writer."""
    path = folder / f"{dataset.name.lower()}.xpt"
    write_xpt(frame, dataset, path, datetime(2024, 1, 31))


def as_xpt8(frame: pd.DataFrame, dataset: DatasetPlan, folder: Path) -> None:
    """Version 8, by pyreadstat."""
    pyreadstat.write_xport(
        frame,
        folder / f"{dataset.name.lower()}.xpt",
        file_label=dataset.label,
        column_labels={v.name: v.label for v in dataset.submitted_variables},
        table_name=dataset.name,
        variable_format={v.name: v.format for v in dataset.submitted_variables if v.format},
        file_format_version=8,
    )


def as_json(frame: pd.DataFrame, dataset: DatasetPlan, folder: Path) -> None:
    """Dataset-JSON 1.1."""
    document = {**_head(frame, dataset), "rows": _rows(frame)}
    (folder / f"{dataset.name.lower()}.json").write_text(json.dumps(document))


def as_ndjson(frame: pd.DataFrame, dataset: DatasetPlan, folder: Path) -> None:
    """Dataset-JSON 1.1, a line for each record."""
    lines = [json.dumps(_head(frame, dataset)), *map(json.dumps, _rows(frame))]
    (folder / f"{dataset.name.lower()}.ndjson").write_text("\n".join(lines) + "\n")


def as_parquet(frame: pd.DataFrame, dataset: DatasetPlan, folder: Path) -> None:
    """Parquet with labels."""
    labels = {v.name: v.label for v in dataset.submitted_variables}
    write_parquet(frame, folder / f"{dataset.name.lower()}.parquet", labels)


def _rows(frame: pd.DataFrame) -> list[list[object]]:
    columns = [[None if pd.isna(v) else v for v in frame[name]] for name in frame]
    return [list(row) for row in zip(*columns, strict=True)]


def _head(frame: pd.DataFrame, dataset: DatasetPlan) -> dict[str, object]:
    columns = [
        {
            "itemOID": f"IT.{dataset.name}.{v.name}",
            "name": v.name,
            "label": v.label,
            "dataType": "string" if v.is_character else "double",
            **({"displayFormat": v.format} if v.format else {}),
        }
        for v in dataset.submitted_variables
    ]
    return {
        "datasetJSONCreationDateTime": "2024-01-31T00:00:00",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{dataset.name}",
        "records": len(frame),
        "name": dataset.name,
        "label": dataset.label,
        "columns": columns,
    }


WRITERS: Mapping[str, Callable[[pd.DataFrame, DatasetPlan, Path], None]] = {
    "xpt": as_xpt,
    "xpt8": as_xpt8,
    "json": as_json,
    "ndjson": as_ndjson,
    "parquet": as_parquet,
}


def write_data(
    folder: Path,
    form: str = "xpt",
    purpose: Purpose = "Tabulation",
    frames: Mapping[str, pd.DataFrame] = FRAMES,
) -> None:
    """The datasets of a purpose as files of one format."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES[purpose]:
        WRITERS[form](frames[name], PLANS[name], folder)

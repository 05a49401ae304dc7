"""Datasets in other formats beside the transport file: Dataset-JSON, NDJSON, Parquet.

They stand in a folder of the format (`json/sdtm/ae.json`), outside of what is submitted, and say of
themselves what define.xml says of them.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from posixpath import relpath
from typing import TYPE_CHECKING

from clinmap.plan import DatasetPlan, Purpose, VariablePlan
from clinmap.writers.description import MOMENTS, ColumnDescription, DatasetDescription

if TYPE_CHECKING:
    import pandas as pd

    from define.document.model import Define, Item, ItemGroup, ItemRef

OTHER_FORMATS = ("json", "ndjson", "parquet")
"""The formats that `--formats` takes beside xpt; each is also the ending of its files."""

FOLDERS: dict[Purpose, str] = {"Tabulation": "sdtm", "Analysis": "adam"}
_TYPES = {
    "text": "string",
    "integer": "integer",
    "float": "float",
    "date": "date",
    "datetime": "datetime",
    "time": "time",
    "partialDate": "date",
    "partialTime": "time",
    "partialDatetime": "datetime",
    "incompleteDatetime": "datetime",
}
"""The data types of Define-XML in the words of Dataset-JSON; all others are text."""


def other_path(plan: DatasetPlan, form: str) -> str:
    """Where a dataset stands in another format, seen from the package.

    >>> other_path(DatasetPlan("AE", *[""] * 3, "Tabulation", *[()] * 4), "ndjson")
    'ndjson/sdtm/ae.ndjson'
    """
    return f"{form}/{FOLDERS[plan.purpose]}/{plan.name.lower()}.{form}"


def write_other_format(frame: pd.DataFrame, described: DatasetDescription, path: Path) -> None:
    """Write a dataset in the format that the file's ending names.

    Problems: none; an OSError of the disk is the caller's.
    """
    from clinmap.writers.dataset_json import write_dataset_json
    from clinmap.writers.dataset_parquet import write_dataset_parquet

    path.parent.mkdir(parents=True, exist_ok=True)
    write = write_dataset_parquet if path.suffix == ".parquet" else write_dataset_json
    write(frame, described, path)


def dataset_description(
    define: Define, dataset: DatasetPlan, stamp: datetime, path: str, define_path: str
) -> DatasetDescription:
    """What a dataset's files say of it, from its ItemGroupDef and ItemDefs.

    `path` and `define_path` are seen from the package. Source: Dataset-JSON 1.1, Column Metadata.
    """
    group = next(one for one in define.item_groups if one.name == dataset.name)
    items = {item.oid: item for item in define.items}
    variables = {variable.name: variable for variable in dataset.submitted_variables}
    return DatasetDescription(
        name=dataset.name,
        label=dataset.label,
        oid=group.oid,
        columns=tuple(_columns(group, items, variables, dataset.purpose)),
        stamp=stamp,
        file_oid=f"{define.file.oid}.{group.oid}",
        study_oid=define.study.oid,
        metadata_oid=define.oid,
        metadata_file=relpath(define_path, path.rpartition("/")[0]),
    )


def _columns(
    group: ItemGroup,
    items: dict[str, Item],
    variables: dict[str, VariablePlan],
    purpose: Purpose,
) -> list[ColumnDescription]:
    refs = {items[ref.item_oid].name: ref for ref in group.refs}
    return [
        _column(variable, items[refs[name].item_oid], refs[name], purpose)
        for name, variable in variables.items()
    ]


def _column(
    variable: VariablePlan, item: Item, ref: ItemRef, purpose: Purpose
) -> ColumnDescription:
    sas_moment = purpose == "Analysis" and variable.type in MOMENTS
    kind = variable.type if sas_moment else _TYPES.get(item.data_type, "string")
    text = variable.is_character or (purpose == "Tabulation" and variable.type in MOMENTS)
    return ColumnDescription(
        variable.name, variable.label, item.oid, kind, not text,
        None if sas_moment else item.length, variable.format, ref.key_sequence,
    )  # fmt: skip

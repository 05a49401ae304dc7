"""Finished datasets: equal frames from transport files and Parquet."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from clinmap.problems import InputError
from clinmap.readers.datasets import labels, read_dataset, read_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    frame = pd.DataFrame({"USUBJID": ["1", " 2 "], "AVAL": [1.5, np.nan], "ADT": [19724.0, np.nan]})
    pyreadstat.write_xport(
        frame,
        tmp_path / "advs.xpt",
        file_format_version=5,
        column_labels={"AVAL": "Value"},
        variable_format={"ADT": "DATE9."},
    )
    fields = [pa.field("USUBJID", pa.string(), metadata={"label": "Subject"})]
    pq.write_table(pa.table([["1", "  "]], schema=pa.schema(fields)), tmp_path / "adsl.parquet")
    (tmp_path / "define.xml").write_text("<x/>")
    return tmp_path


def test_transport_files_keep_numbers_and_lose_blanks(folder: Path) -> None:
    frame = read_dataset(folder / "advs.xpt")
    assert [str(d) for d in frame.dtypes] == ["str", "float64", "float64"]
    assert frame["USUBJID"].tolist() == ["1", " 2"]
    assert frame["ADT"][0] == 19724.0
    assert labels(folder / "advs.xpt") == {"AVAL": "Value"}


def test_parquet_dates_become_sas_numbers(tmp_path: Path) -> None:
    columns = {
        "D": pa.array([date(2014, 1, 1), None]),
        "DT": pa.array([datetime(2014, 1, 1), None]),
        "NS": pa.array([datetime(2014, 1, 1), None], pa.timestamp("ns")),
        "T": pa.array([time(9, 30), None]),
        "T32": pa.array([time(9, 30), None], pa.time32("s")),
        "I": pa.array([1, None]),
        "B": pa.array([True, None]),
        "C": pa.array(["x", ""]).dictionary_encode(),
        "N": pa.nulls(2),
    }
    pq.write_table(pa.table(columns), tmp_path / "x.parquet")
    frame = read_dataset(tmp_path / "x.parquet")
    first = frame.iloc[0]
    assert (first["D"], first["DT"], first["NS"]) == (19724.0, 1704153600.0, 1704153600.0)
    assert (first["T"], first["T32"], first["I"], first["B"]) == (34200.0, 34200.0, 1.0, 1.0)
    assert frame.iloc[1].isna().all()
    assert {n for n in frame if str(frame[n].dtype) == "str"} == {"C", "N"}
    pq.write_table(pa.table({"L": pa.array([[1]])}), tmp_path / "x.parquet")
    with pytest.raises(InputError, match="INP006"):
        read_dataset(tmp_path / "x.parquet")


def test_a_folder_gives_its_datasets_by_name(folder: Path) -> None:
    assert list(read_folder(folder)) == ["ADSL", "ADVS"]
    assert list(read_folder(folder, ["advs"])) == ["ADVS"]
    assert read_folder(folder)["ADSL"]["USUBJID"].isna().tolist() == [False, True]
    assert labels(folder / "adsl.parquet") == {"USUBJID": "Subject"}


def test_what_is_absent_or_twice_is_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="INP001") as caught:
        read_folder(folder, ["ADVSS"])
    assert "ADVS" in caught.value.hint
    with pytest.raises(InputError, match="INP001"):
        read_folder(folder / "no")
    with pytest.raises(InputError, match="INP001"):
        read_dataset(folder / "adv.xpt")
    (folder / "ADSL.xpt").write_bytes((folder / "advs.xpt").read_bytes())
    with pytest.raises(InputError, match="INP007"):
        read_folder(folder)
    (folder / "bad.xpt").write_bytes(b"no")
    with pytest.raises(InputError, match="INP006"):
        read_dataset(folder / "bad.xpt")
    (folder / "bad.parquet").write_bytes(b"no")
    with pytest.raises(InputError, match="INP006"):
        labels(folder / "bad.parquet")


def test_datasets_written_by_sas_are_read(shared: Path) -> None:
    frames = read_folder(shared / "data" / "phuse")
    shapes = {name: frame.shape for name, frame in frames.items()}
    assert shapes == {"ADSL": (254, 49), "DM": (306, 25), "SUPPAE": (961, 10), "TA": (11, 10)}
    assert frames["ADSL"]["TRTSDT"].dtype == "float64"
    assert labels(shared / "data" / "phuse" / "dm.xpt")["USUBJID"] == "Unique Subject Identifier"

"""Transport files: checked, written, stamped, read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap.plan import DatasetPlan, VariablePlan
from clinmap.problems import OutputError, Severity
from clinmap.readers.datasets import read_dataset
from clinmap.writers.xpt import check_xpt, write_xpt
from clinmap.xpt.ibm import LARGEST, SMALLEST
from tests.clinmap.xpt.files import STAMP, Dataset, Variable

AE = Dataset(
    (
        Variable("STUDYID", label="Study Identifier", length=12),
        Variable("AETERM", label="Reported Term for the Adverse Event", length=200),
        Variable("AESTDTC", "datetime", "Start"),
        Variable("AESEQ", "integer", "Sequence Number"),
        Variable("ASTDT", "date", "Start Date", "DATE9."),
        Variable("ASTDTM", "datetime", "Start Moment", "DATETIME20."),
        Variable("AEDUR", "float"),
        Variable("EMPTY", length=7),
    )
)


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "STUDYID": ["S1", "S1", "S1"],
            "AETERM": [None, " lead", "trail "],
            "AESTDTC": ["2014-01", None, "2014-01-02T10:00"],
            "AESEQ": [1, 2, 3],
            "ASTDT": [19724.0, np.nan, 1.5],
            "ASTDTM": [1704153600.0, np.nan, -1.0],
            "AEDUR": [0.1, -1e60, np.nan],
            "EMPTY": pd.Series([None] * 3, dtype="str"),
        },
        index=[7, 7, 9],
    )


def codes(data: Mapping[str, object], *variables: Variable, **options: str) -> list[str]:
    return [p.code for p in check_xpt(pd.DataFrame(data), Dataset(variables, **options))]


def test_everything_that_was_given_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "ae.xpt"
    assert check_xpt(frame(), AE) == []
    write_xpt(frame(), AE, path, STAMP)
    back, meta = pyreadstat.read_xport(path, disable_datetime_conversion=True)
    assert list(back.columns) == [v.name for v in AE.variables]
    assert back["AETERM"].tolist() == ["", " lead", "trail"]
    assert back["AEDUR"].tolist()[:2] == [0.1, -1e60]
    assert np.isnan(back["ASTDT"][1])
    assert (meta.table_name, meta.file_label) == ("AE", "Adverse Events")
    assert meta.variable_storage_width == {
        "STUDYID": 12,
        "AETERM": 200,
        "AESTDTC": 16,
        "AESEQ": 8,
        "ASTDT": 8,
        "ASTDTM": 8,
        "AEDUR": 8,
        "EMPTY": 7,
    }
    assert meta.original_variable_types["ASTDT"] == "DATE9"
    assert meta.original_variable_types["ASTDTM"] == "DATETIME20"
    assert meta.column_names_to_labels["AESEQ"] == "Sequence Number"
    assert meta.creation_time == meta.modification_time == STAMP
    ours = read_dataset(path)
    assert ours["EMPTY"].isna().all()
    assert ours["AESEQ"].tolist() == [1.0, 2.0, 3.0]


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    import time

    write_xpt(frame(), AE, tmp_path / "a.xpt", STAMP)
    time.sleep(1.1)  # the clock of the file's headers has a resolution of a second
    write_xpt(
        frame().sample(frac=1, random_state=1).sort_values("AESEQ"), AE, tmp_path / "b.xpt", STAMP
    )
    assert (tmp_path / "a.xpt").read_bytes() == (tmp_path / "b.xpt").read_bytes()
    write_xpt(frame(), AE, tmp_path / "b.xpt", datetime(2025, 3, 29))
    assert (tmp_path / "a.xpt").read_bytes() != (tmp_path / "b.xpt").read_bytes()


def test_only_the_stamps_differ_from_what_pyreadstat_wrote(tmp_path: Path) -> None:
    simple = pd.DataFrame({"A": ["x", "yy"], "N": [1.0, 2.0]})
    dataset = Dataset((Variable("A"), Variable("N", "float")))
    write_xpt(simple, dataset, tmp_path / "a.xpt", STAMP)
    pyreadstat.write_xport(
        simple,
        tmp_path / "b.xpt",
        file_label=dataset.label,
        table_name="AE",
        file_format_version=5,
    )
    ours, theirs = ((tmp_path / n).read_bytes() for n in ("a.xpt", "b.xpt"))
    places = {i for i, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b}
    stamps = {p + i for p in (144, 160, 464, 480) for i in range(16)}
    assert places <= stamps
    assert [ours[p : p + 16] for p in (144, 160, 464, 480)] == [b"28MAR25:09:05:01"] * 4


def test_a_dataset_without_rows_keeps_variables_and_lengths(tmp_path: Path) -> None:
    path = tmp_path / "ae.xpt"
    write_xpt(frame().iloc[:0], AE, path, STAMP)
    back, meta = pyreadstat.read_xport(path, disable_datetime_conversion=True)
    assert back.shape == (0, 8)
    assert meta.variable_storage_width["AETERM"] == 200
    assert meta.variable_storage_width["AESTDTC"] == 1
    assert meta.original_variable_types["ASTDT"] == "DATE9"
    assert path.read_bytes().rstrip(b" ").endswith(b"0" * 30)
    assert path.stat().st_size % 80 == 0


def test_rows_without_values_are_kept_where_the_format_can(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    numbers = Dataset((Variable("A", length=3), Variable("N", "float")))
    write_xpt(pd.DataFrame({"A": [None, None], "N": [np.nan, np.nan]}), numbers, path, STAMP)
    assert read_dataset(path).shape == (2, 2)
    text = Dataset((Variable("A", length=3),))
    write_xpt(pd.DataFrame({"A": [None, "x"]}), text, path, STAMP)
    assert read_dataset(path)["A"].isna().tolist() == [True, False]
    assert codes({"A": ["x", None]}, Variable("A")) == ["XPT007"]


def test_given_lengths_win_over_the_variables_own(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    write_xpt(
        pd.DataFrame({"A": ["x"]}), Dataset((Variable("A", length=9),)), path, STAMP, {"A": 5}
    )
    _, meta = pyreadstat.read_xport(path)
    assert meta.variable_storage_width == {"A": 5}


def test_plans_are_written_without_work_and_supplemental_variables(tmp_path: Path) -> None:
    variables = (
        VariablePlan("STUDYID", "Study Identifier", "text", length=5),
        VariablePlan("_n", "", "integer", place="work"),
        VariablePlan("AEX", "Extra", "text", place="supp"),
    )
    plan = DatasetPlan("AE", "Events", "EVENTS", "", "Tabulation", (), (), (), variables)
    write_xpt(pd.DataFrame({"STUDYID": ["S1"]}), plan, tmp_path / "ae.xpt", STAMP)
    assert list(read_dataset(tmp_path / "ae.xpt").columns) == ["STUDYID"]


@pytest.mark.parametrize("name", ["TOOLONGNM", "1A", "A B", "a", "A-B", "É", ""])
def test_names_that_are_none(name: str) -> None:
    assert codes({name: ["x"]}, Variable(name)) == ["XPT001"]
    assert codes({"A": ["x"]}, Variable("A"), name=name) == ["XPT001"]


def test_formats_that_are_none_or_too_long() -> None:
    for bad in ("VERYLONGFORMAT9.", "DATE 9", "9DATE"):
        assert codes({"A": [1.0]}, Variable("A", "float", format=bad)) == ["XPT001"], bad


@pytest.mark.parametrize(
    "sas_format",
    [
        "8.",
        "8.2",
        "BEST12.",
        "DATE9.",
        "TIME5.",
        "TIME8.2",
        "E8601DA10.",
        "E8601DT19.",
        "YYMMDD10.",
        "date9.",
        "Z8.",
    ],
)
def test_formats_are_written(sas_format: str, tmp_path: Path) -> None:
    dataset = Dataset((Variable("A", "float", format=sas_format),))
    write_xpt(pd.DataFrame({"A": [1.0]}), dataset, tmp_path / "x.xpt", STAMP)


def test_labels_that_do_not_fit() -> None:
    assert codes({"A": ["x"]}, Variable("A", label="x" * 41)) == ["XPT002"]
    assert codes({"A": ["x"]}, Variable("A", label="x" * 40)) == []
    assert codes({"A": ["x"]}, Variable("A", label="µ")) == ["XPT002"]
    assert codes({"A": ["x"]}, Variable("A"), label="x" * 41) == ["XPT002"]


def test_text_that_does_not_fit() -> None:
    assert codes({"A": ["x" * 200]}, Variable("A")) == []
    assert codes({"A": ["x" * 201]}, Variable("A", length=200)) == ["XPT003"]
    assert codes({"A": ["x" * 201]}, Variable("A")) == ["XPT003", "XPT003"]
    assert codes({"A": ["xx", "x"]}, Variable("A", length=1)) == ["XPT003"]
    assert codes({"A": ["x  "]}, Variable("A", length=1)) == []
    (problem,) = check_xpt(
        pd.DataFrame({"A": ["x", "xx", None, "xx"]}), Dataset((Variable("A", length=1),))
    )[:1]
    assert (problem.rows, problem.count, problem.severity) == (("AE:2", "AE:4"), 2, Severity.ERROR)
    assert (problem.dataset, problem.variable) == ("AE", "A")


@pytest.mark.parametrize("text", ["é", "a\nb", "a\tb", "\x7f", "\0", "“q”"])
def test_text_that_is_not_printable_ascii(text: str) -> None:
    assert codes({"A": ["ok", text]}, Variable("A", length=20)) == ["XPT004"]


@pytest.mark.parametrize("number", [np.inf, -np.inf, 1e300, -1e76, 1e-300, LARGEST, -SMALLEST / 2])
def test_numbers_out_of_range(number: float) -> None:
    assert codes({"A": [1.0, number, np.nan]}, Variable("A", "float")) == ["XPT005"]


def test_numbers_at_the_edge_of_the_range_come_back(tmp_path: Path) -> None:
    edge = np.nextafter(LARGEST, 0)
    values = [edge, -edge, SMALLEST, -SMALLEST, 0.0, -0.0, 2.0**53 + 2, 0.1, 1 / 3]
    dataset = Dataset((Variable("A", "float"),))
    write_xpt(pd.DataFrame({"A": values}), dataset, tmp_path / "x.xpt", STAMP)
    assert read_dataset(tmp_path / "x.xpt")["A"].tolist() == values


def test_columns_that_are_not_the_variables() -> None:
    text = Variable("A")
    assert codes({}, text) == ["XPT006"]
    assert codes({"A": ["x"], "B": ["x"]}, text) == ["XPT006"]
    assert codes({"A": ["x"]}, text, text) == ["XPT006"]
    assert codes({}) == ["XPT006"]
    assert codes({"A": [1.0]}, text) == ["XPT006"]
    assert codes({"A": ["x"]}, Variable("A", "float")) == ["XPT006"]
    assert codes({"A": [datetime(2014, 1, 1)]}, Variable("A", "date")) == ["XPT006"]
    assert codes({"A": [1, "x"]}, Variable("A", "date")) == ["XPT006"]
    assert codes({"A": [None]}, Variable("A", "float")) == []


def test_a_column_without_values_has_the_type_of_its_variable(tmp_path: Path) -> None:
    data = pd.DataFrame({"K": ["x"], "D": [None], "C": [None], "N": [None]})
    dataset = Dataset(
        (
            Variable("K"),
            Variable("D", "date", format="DATE9."),
            Variable("C", "date"),
            Variable("N", "integer"),
        )
    )
    write_xpt(data, dataset, tmp_path / "x.xpt", STAMP)
    back = read_dataset(tmp_path / "x.xpt")
    assert [str(d) for d in back.dtypes] == ["str", "float64", "str", "float64"]


def test_writing_refuses_what_the_check_finds_and_shows_no_value(tmp_path: Path) -> None:
    path = tmp_path / "ae.xpt"
    with pytest.raises(OutputError) as caught:
        write_xpt(pd.DataFrame({"A": ["SECRET é"]}), Dataset((Variable("A"),)), path, STAMP)
    assert caught.value.code == "XPT004"
    assert "SECRET" not in str(caught.value)
    assert not path.exists()


def test_a_place_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="XPT008"):
        write_xpt(frame(), AE, tmp_path / "no" / "ae.xpt", STAMP)


PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200)
NUMBERS = st.one_of(
    st.just(0.0),
    st.floats(SMALLEST, LARGEST, exclude_max=True),
    st.floats(-LARGEST, -SMALLEST, exclude_min=True),
    st.none(),
)


@given(st.lists(st.tuples(st.none() | PRINTABLE, NUMBERS), max_size=20), st.integers(0, 200))
def test_whatever_passes_the_check_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str | None, float | None]],
    length: int,
) -> None:
    path = tmp_path_factory.mktemp("xpt") / "x.xpt"
    data = pd.DataFrame(rows, columns=["A", "N"]).astype({"A": "str", "N": "float64"})
    dataset = Dataset((Variable("A", length=length), Variable("N", "float")))
    if check_xpt(data, dataset):
        with pytest.raises(OutputError):
            write_xpt(data, dataset, path, STAMP)
        return
    write_xpt(data, dataset, path, STAMP)
    expected = data["A"].str.rstrip(" ")
    pd.testing.assert_series_equal(read_dataset(path)["A"], expected.mask(expected == ""))


def test_files_written_by_sas_survive_a_round_trip(shared: Path, tmp_path: Path) -> None:
    source = shared / "data" / "phuse" / "adsl.xpt"
    data = read_dataset(source)
    _, meta = pyreadstat.read_xport(source, disable_datetime_conversion=True)
    variables = tuple(
        Variable(
            n,
            "text" if str(data[n].dtype) == "str" else "float",
            meta.column_names_to_labels[n] or "",
            meta.original_variable_types[n] or "",
            meta.variable_storage_width[n],
        )
        for n in map(str, data)
    )
    write_xpt(data, Dataset(variables, "ADSL", "Subjects"), tmp_path / "adsl.xpt", STAMP)
    pd.testing.assert_frame_equal(read_dataset(tmp_path / "adsl.xpt"), data)

"""Transport files that are written: what others read of them, rows as they come, refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap.coded_text import from_codes, is_coded
from clinmap.problems import OutputError
from clinmap.readers.transport import read_transport
from clinmap.writers.xpt import TransportFile, check_xpt, write_xpt
from clinmap.xpt.ibm import LARGEST, SMALLEST, missing_letters, tagged
from clinmap.xpt.layout import sas_stamp

from .files import STAMP, Dataset, Variable, dataset_of

LETTERS = [tagged(letter) for letter in "_AZ"]


def numbers(*values: float) -> pd.Series:
    return pd.Series(values, dtype="float64")


def texts(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


EDGES: dict[str, pd.DataFrame] = {
    "missing": pd.DataFrame({"N": numbers(np.nan, 1, np.nan), "A": texts(None, "x", None)}),
    "special missing": pd.DataFrame({"N": numbers(*LETTERS, np.nan, 2)}),
    "negative": pd.DataFrame({"N": numbers(-1, -0.5, -1e-60, -1e60, -0.0)}),
    "tiny": pd.DataFrame({"N": numbers(SMALLEST, -SMALLEST, 2.0**-259, 1e-75)}),
    "huge": pd.DataFrame({"N": numbers(np.nextafter(LARGEST, 0), 2.0**251, -(2.0**249), 7e75)}),
    "whole": pd.DataFrame({"N": numbers(*(2.0**n for n in range(56)), 2.0**53 - 1, 86_400)}),
    "blanks": pd.DataFrame({"A": texts("", " ", " x", "x ", "  y  ", "z"), "B": texts(*"abcdef")}),
    "all missing": pd.DataFrame({"N": numbers(np.nan, np.nan), "A": texts(None, None)}),
    "no rows": pd.DataFrame({"N": numbers(), "A": texts()}),
    "one column": pd.DataFrame({"A": texts("a")}),
    "80 bytes": pd.DataFrame({"A": texts("x" * 72, "y"), "N": numbers(1, 2)}),
    "160 bytes": pd.DataFrame({"A": texts("x" * 160, "y")}),
    "200 bytes": pd.DataFrame({"A": texts("x" * 200, "y" * 199)}),
}


def shown(frame: pd.DataFrame) -> dict[str, list[object]]:
    """Cells as the format keeps them: text without trailing blanks, missing numbers None."""
    plain: dict[str, list[object]] = {}
    for name, column in frame.items():
        if column.dtype.kind == "f":
            plain[str(name)] = [None if np.isnan(n) else n for n in column.tolist()]
        else:
            values = column.astype(object).where(column.notna(), "")
            plain[str(name)] = [str(value).rstrip(" ") for value in values]
    return plain


@pytest.mark.parametrize("edge", EDGES)
def test_the_edges_are_exact_both_ways(edge: str, tmp_path: Path) -> None:
    """What we write, pyreadstat reads; what pyreadstat writes, we read."""
    frame = EDGES[edge]
    ours, theirs = tmp_path / "ours.xpt", tmp_path / "theirs.xpt"
    write_xpt(frame, dataset_of(frame), ours, STAMP)
    back, _ = pyreadstat.read_xport(ours, disable_datetime_conversion=True)
    assert shown(back) == shown(frame)
    assert shown(read_transport(ours, "x").frame) == shown(frame)
    if edge not in ("huge", "no rows"):  # ReadStat writes infinity; no variable without rows
        pyreadstat.write_xport(frame, theirs, file_format_version=5)
        assert shown(read_transport(theirs, "x").frame) == shown(frame)


def test_special_missing_numbers_are_written_as_their_letters(tmp_path: Path) -> None:
    """A letter before zeros, which pyreadstat reads as missing."""
    path = tmp_path / "x.xpt"
    frame = EDGES["special missing"]
    write_xpt(frame, dataset_of(frame), path, STAMP)
    assert b"_\0\0\0\0\0\0\0A\0\0\0\0\0\0\0Z\0\0\0\0\0\0\0." in path.read_bytes()
    assert missing_letters(frame["N"].to_numpy()).tolist() == ["_", "A", "Z", ".", ""]


PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
NONZERO = st.floats(SMALLEST, LARGEST, exclude_max=True) | st.floats(
    -LARGEST, -SMALLEST, exclude_min=True
)
ROWS = st.lists(
    st.tuples(st.none() | PRINTABLE, st.none() | st.just(0.0) | NONZERO), min_size=1, max_size=12
)


@given(ROWS)
def test_whatever_is_written_pyreadstat_reads_alike(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str | None, float | None]]
) -> None:
    path = tmp_path_factory.mktemp("xpt") / "x.xpt"
    frame = pd.DataFrame(rows, columns=["A", "N"]).astype({"A": "str", "N": "float64"})
    write_xpt(frame, dataset_of(frame), path, STAMP)
    back, _ = pyreadstat.read_xport(path, disable_datetime_conversion=True)
    assert shown(back) == shown(frame)


@given(st.lists(st.none() | NONZERO, min_size=1, max_size=12))
def test_whatever_is_written_pandas_reads_alike(
    tmp_path_factory: pytest.TempPathFactory, values: list[float | None]
) -> None:
    """But for 0, which pandas reads as 2**-260, and rows with many blanks, which it may lose."""
    path = tmp_path_factory.mktemp("xpt") / "x.xpt"
    frame = pd.DataFrame({"N": values}, dtype="float64")
    write_xpt(frame, dataset_of(frame), path, STAMP)
    assert shown(pd.read_sas(path, format="xport", encoding="ascii")) == shown(frame)


def of_objects(texts: list[str | None]) -> pd.Series:
    """Python's own text, with as many objects as there are cells."""
    return pd.Series([t if t is None else "".join([*t]) for t in texts], dtype=object)


def of_shared_objects(texts: list[str | None]) -> pd.Series:
    known = {text: text for text in texts}
    return pd.Series([known[text] for text in texts], dtype=object)


def of_categories(texts: list[str | None]) -> pd.Series:
    return pd.Series(texts, dtype="category")


def of_codes(texts: list[str | None]) -> pd.Series:
    """Coded text with a value that no row has, too long and not ASCII."""
    import pyarrow as pa

    known = ["é" * 300, *dict.fromkeys(text for text in texts if text is not None)]
    codes = np.array([-1 if t is None else known.index(t) for t in texts], dtype=np.int32)
    made = from_codes(codes, pa.array(known, pa.large_string()), pd.RangeIndex(len(texts)))
    assert is_coded(made)
    return made


def of_pieces(texts: list[str | None]) -> pd.Series:
    parts = [pd.Series(texts[n : n + 7], dtype="str") for n in range(0, len(texts), 7)]
    return pd.concat(parts, ignore_index=True).iloc[:]


@pytest.mark.parametrize(
    "made", [of_objects, of_shared_objects, of_categories, of_codes, of_pieces]
)
def test_text_is_the_same_however_it_is_held(
    made: Callable[[list[str | None]], pd.Series], tmp_path: Path
) -> None:
    """The same bytes as of plain text, and the same refusals of the same rows."""
    values: list[str | None] = ["alpha", None, "b ", "", "alpha", "  c", None, "last"] * 5
    plain = pd.DataFrame({"A": pd.Series(values, dtype="str"), "N": np.arange(40.0)})
    other = plain.assign(A=made(values))
    for frame, name in ((plain, "a.xpt"), (other, "b.xpt")):
        write_xpt(frame, dataset_of(plain), tmp_path / name, STAMP)
    assert (tmp_path / "a.xpt").read_bytes() == (tmp_path / "b.xpt").read_bytes()
    bad = [*values, "µ", "x" * 201, None]
    kept = Dataset((Variable("A", length=9),))
    found = [
        [(p.code, p.rows) for p in check_xpt(pd.DataFrame({"A": column}), kept)]
        for column in (pd.Series(bad, dtype="str"), made(bad))
    ]
    assert found[0] == found[1]
    assert found[0] == [("XPT003", ("AE:42",)), ("XPT004", ("AE:41",)), ("XPT007", ("AE:43",))]


def in_parts(path: Path, dataset: Dataset, first: pd.DataFrame, *others: pd.DataFrame) -> None:
    with TransportFile(path, STAMP) as file:
        file.begin(dataset, first)
        for rows in others:
            file.append(rows)


def test_rows_may_come_in_parts(tmp_path: Path) -> None:
    """The same bytes as at once, whatever the parts; the lengths are given or of the first rows."""
    frame = pd.DataFrame(
        {"A": pd.Series([f"v{n % 7}" for n in range(500)], dtype="str"), "N": np.arange(500.0)}
    )
    dataset = dataset_of(frame)
    write_xpt(frame, dataset, tmp_path / "whole.xpt", STAMP)
    for size in (1, 33, 499, 500):
        others = (frame.iloc[start : start + size] for start in range(size, 500, size))
        in_parts(tmp_path / "parts.xpt", dataset, frame.iloc[:size], *others, frame.iloc[:0])
        assert (tmp_path / "parts.xpt").read_bytes() == (tmp_path / "whole.xpt").read_bytes(), size


def test_a_file_holds_several_datasets(tmp_path: Path) -> None:
    """Each is read by its name, and pyreadstat reads the first."""
    path = tmp_path / "x.xpt"
    one, two = EDGES["blanks"], EDGES["80 bytes"]
    with TransportFile(path, STAMP) as file:
        file.begin(dataset_of(one, "AE"), one)
        file.begin(dataset_of(two, "DM"), two.iloc[:1], {"A": 72})
        file.append(two.iloc[1:])
        file.begin(dataset_of(one, "EMPTY"), one.iloc[:0])
    assert path.stat().st_size % 80 == 0
    assert shown(read_transport(path, "x", member="ae").frame) == shown(one)
    assert shown(read_transport(path, "x", member="DM").frame) == shown(two)
    assert read_transport(path, "x", member="EMPTY").frame.shape == (0, 2)


def test_what_comes_late_is_refused_with_its_row_and_no_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    good = pd.DataFrame({"A": texts("ab", "cd"), "N": numbers(1, 2)})
    for bad, code in (
        (good.assign(A=["x", "toolong"]), "XPT003"),
        (good.assign(A=["x", "é"]), "XPT004"),
        (good.assign(N=[1.0, np.inf]), "XPT005"),
        (good.assign(A=pd.Series(["x"] * 1500 + [4], dtype=object).tail(2).to_list()), "XPT006"),
        (good[["N"]], "XPT006"),
    ):
        with pytest.raises(OutputError) as caught:
            in_parts(path, dataset_of(good), good, bad)
        assert caught.value.code == code
        assert code == "XPT006" or "AE:4" in caught.value.message
        assert not path.exists()
    with pytest.raises(ValueError, match="begin"), TransportFile(path, STAMP) as file:
        file.append(good)


def test_a_value_that_is_no_text_far_down_is_refused(tmp_path: Path) -> None:
    column = pd.Series(["x"] * 1500 + [4], dtype=object)
    (problem,) = check_xpt(pd.DataFrame({"A": column}), Dataset((Variable("A", "date"),)))
    assert (problem.code, problem.variable) == ("XPT006", "A")


def test_a_blank_row_at_the_end_of_parts_is_refused(tmp_path: Path) -> None:
    """Only the end of the dataset matters."""
    path, text = tmp_path / "x.xpt", Dataset((Variable("A", length=3),))
    in_parts(path, text, pd.DataFrame({"A": texts("x", "")}), pd.DataFrame({"A": texts("y")}))
    assert read_transport(path, "x").frame["A"].isna().tolist() == [False, True, False]
    with pytest.raises(OutputError, match="XPT007") as caught:
        in_parts(path, text, pd.DataFrame({"A": texts("x", "y")}), pd.DataFrame({"A": texts(None)}))
    assert "AE:3" in caught.value.message
    assert not path.exists()


def test_short_numbers_are_written_when_asked(tmp_path: Path) -> None:
    """What they cannot hold is refused with the row."""
    path = tmp_path / "x.xpt"
    frame = pd.DataFrame({"N": numbers(1, -65_536, 0.5, np.nan, tagged("B")), "A": list("abcde")})
    for length in range(3, 9):
        with TransportFile(path, STAMP) as file:
            file.begin(dataset_of(frame), frame, numbers={"N": length})
        assert shown(read_transport(path, "x").frame) == shown(frame)
        assert read_transport(path, "x").variables[0].length == length
    frame.loc[2, "N"] = 0.1
    with pytest.raises(OutputError, match="XPT011") as caught, TransportFile(path, STAMP) as file:
        file.begin(dataset_of(frame), frame, numbers={"N": 5})
    assert "AE:3" in caught.value.message


def test_a_disk_that_refuses_is_an_output_error(tmp_path: Path) -> None:
    """A file that is none of ours stays."""
    folder = tmp_path / "x.xpt"
    folder.mkdir()
    frame = EDGES["missing"]
    with pytest.raises(OutputError, match="XPT008"):
        write_xpt(frame, dataset_of(frame), folder, STAMP)
    assert folder.is_dir()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_left_to_the_package_and_no_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "full.xpt"
    path.symlink_to("/dev/full")
    frame = EDGES["missing"]
    with pytest.raises(OSError, match="No space left"):
        write_xpt(frame, dataset_of(frame), path, STAMP)
    assert not path.is_symlink()


def test_the_bytes_are_those_of_pyreadstat(tmp_path: Path) -> None:
    """With labels, lengths and formats of all kinds; but for the four time stamps."""
    kinds = ["DATE9.", "8.2", "$8.", "E8601DA10.", "TIME8.2", "BEST12.", "$CHAR20.", "10.", "F8.0",
             "DATETIME20.", ""]  # fmt: skip
    formats = {f"V{number}": kind for number, kind in enumerate(kinds)}
    frame = pd.DataFrame(
        {name: ["x", "yy"] if "$" in kind else [1.5, np.nan] for name, kind in formats.items()}
    )
    labels = {name: f"Label of {name}" for name in formats}
    dataset = Dataset(
        tuple(
            Variable(name, "text" if "$" in kind else "float", labels[name], kind)
            for name, kind in formats.items()
        )
    )
    write_xpt(frame, dataset, tmp_path / "a.xpt", STAMP)
    pyreadstat.write_xport(
        frame, tmp_path / "b.xpt", file_format_version=5, table_name="AE", column_labels=labels,
        file_label=dataset.label, variable_format={n: kind for n, kind in formats.items() if kind},
    )  # fmt: skip
    ours, theirs = (bytearray((tmp_path / name).read_bytes()) for name in ("a.xpt", "b.xpt"))
    for place in (144, 160, 464, 480):
        assert ours[place : place + 16] == b"28MAR25:09:05:01"
        theirs[place : place + 16] = ours[place : place + 16]
    assert ours == theirs


def test_stamps_are_english() -> None:
    assert sas_stamp(datetime(1999, 12, 1, 0, 0, 0)) == b"01DEC99:00:00:00"
    assert sas_stamp(datetime(2026, 5, 31, 23, 59, 58)) == b"31MAY26:23:59:58"

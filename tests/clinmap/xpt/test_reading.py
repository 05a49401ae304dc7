"""Transport files of others: version 8, several datasets, short numbers, blank ends, damage."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from clinmap.plan import RawTable
from clinmap.problems import InputError
from clinmap.raw_formats import SasOptions
from clinmap.readers.described import read_described
from clinmap.readers.raw import read_raw
from clinmap.readers.transport import read_transport
from clinmap.xpt.headers import LayoutError, read_members
from clinmap.xpt.ibm import missing_letters, to_ibm
from clinmap.xpt.values import read_frame, strict

from .files import library, mark, member, namestr

A = namestr(1, "A", 3, character=True)
N = namestr(2, "N", 8, character=False)


def words(*values: float) -> list[bytes]:
    return [struct.pack(">Q", word) for word in to_ibm(np.array(values)).tolist()]


def table_of(content: bytes, path: Path, **keys: str) -> pd.DataFrame:
    path.write_bytes(content)
    return read_transport(path, path.name, **keys).frame


def test_short_numbers_are_read_with_zeros_behind(tmp_path: Path) -> None:
    """Lengths 2 to 7: whole numbers exact, others as far as their bytes go; letters are missing."""
    for length in range(2, 8):
        described = [namestr(1, "N", length, character=False), namestr(2, "A", 1, character=True)]
        kept = [word[:length] for word in [*words(1.0, -256.0, 0.1, 0.0), b".".ljust(8, b"\0")]]
        rows = b"".join(word + b"x" for word in [*kept, b"B".ljust(length, b"\0")])
        found = table_of(library(member(described, rows)), tmp_path / "x.xpt")["N"]
        assert found.tolist()[:2] == [1.0, -256.0]
        assert 0 < 0.1 - found[2] < 16.0 ** -(2 * length - 3)
        assert found.tolist()[3] == 0
        assert found.isna().tolist() == [False] * 4 + [True] * 2
        theirs = pd.read_sas(tmp_path / "x.xpt", format="xport", encoding="ascii")["N"]
        # pandas reads 0 as 2**-260, and takes some of the filling for rows
        assert found.tolist()[:3] == theirs.tolist()[:3]


def test_special_missing_numbers_are_told_apart_when_asked() -> None:
    letters = [*".", "_", *"ABZ"]
    rows = b"".join(letter.encode().ljust(8, b"\0") for letter in letters)
    data = memoryview(library(member([namestr(1, "N", 8, character=False)], rows)))
    (found,) = read_members(data, bytes.decode)
    tagged = read_frame(data, found, strict("ascii"), tags=True)["N"].to_numpy()
    assert missing_letters(tagged).tolist() == letters
    plain = read_frame(data, found, strict("ascii"))["N"].to_numpy()
    assert missing_letters(plain).tolist() == ["."] * len(letters)


def test_version_8_as_pyreadstat_writes_it(tmp_path: Path) -> None:
    """Long names, labels over 40 bytes, formats over 8, text over 200 bytes, the number of rows."""
    path = tmp_path / "x.xpt"
    frame = pd.DataFrame({"A_LONG_NAME": ["x" * 300, "", None], "SHORT": [1.5, np.nan, -1e60]})
    pyreadstat.write_xport(
        frame, path, file_format_version=8, table_name="A_LONG_TABLE_NAME", file_label="Label",
        column_labels={"A_LONG_NAME": "y" * 90, "SHORT": "short"},
    )  # fmt: skip
    described = read_described(path)
    assert (described.name, described.label) == ("A_LONG_TABLE_NAME", "Label")
    assert [(c.name, c.label, c.length) for c in described.columns] == [
        ("A_LONG_NAME", "y" * 90, 300), ("SHORT", "short", 8),
    ]  # fmt: skip
    assert described.frame["A_LONG_NAME"].tolist()[0] == "x" * 300
    assert described.frame["A_LONG_NAME"].isna().tolist() == [False, True, True]
    assert described.frame["SHORT"].tolist()[::2] == [1.5, -1e60]
    formats = {"SHORT": "ALONGFORMAT12.2"}
    pyreadstat.write_xport(frame, path, file_format_version=8, variable_format=formats)
    assert read_described(path).columns[1].format == "ALONGFORMAT12.2"


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("kind", ["LABELV8", "LABELV9"])
def test_long_labels_by_the_text_of_sas(kind: str, first: int, tmp_path: Path) -> None:
    """Variables are counted from 0 or 1: the name decides; LABELV9 has formats too."""
    label, long = "z" * 60, "A_NAME_OF_MANY_BYTES"
    described = [
        namestr(1, "A_NAME_O", 3, character=True, long=long, label=label),
        namestr(2, "N", 8, character=False, long="N"),
    ]
    if kind == "LABELV8":
        entry = struct.pack(">3H", first, len(long), len(label)) + f"{long}{label}".encode()
    else:
        sizes = (first, len(long), len(label), len("LONGFORMAT9."), 0)
        entry = struct.pack(">5H", *sizes) + f"{long}{label}LONGFORMAT9.".encode()
    between = mark(kind, "1".ljust(30)) + entry + b" " * (-len(entry) % 80)
    between += mark("OBSV8", f"{2:15d}".ljust(30))
    rows = b"abc" + words(1.0)[0] + b"   " + words(2.0)[0]
    path = tmp_path / "x.xpt"
    path.write_bytes(library(member(described, rows, between=between), version=8))
    told = read_described(path)
    assert [(c.name, c.label) for c in told.columns] == [(long, label), ("N", "")]
    assert told.columns[0].format == ("LONGFORMAT9." if kind == "LABELV9" else "")
    assert told.frame["N"].tolist() == [1.0, 2.0]


def test_the_number_of_rows_of_version_8_counts(tmp_path: Path) -> None:
    """Blank rows at the end are kept, and rows that are missing are missed."""
    one = [namestr(1, "A", 3, character=True)]
    path = tmp_path / "x.xpt"
    for told, rows in ((4, 4), (0, 2)):
        content = member(one, b"abcdef" + b" " * 6, between=mark("OBSV8", f"{told:15d}"))
        assert len(table_of(library(content, version=8), path)) == rows
    cut = member(one, b"abcdef", between=mark("OBSV8", f"{27:15d}"))
    with pytest.raises(InputError, match="cut off: its header tells of 27 rows"):
        table_of(library(cut, version=8), path)


@pytest.mark.parametrize("rows", range(1, 60))
def test_filling_is_no_row(rows: int, tmp_path: Path) -> None:
    """Whatever the row length, the last record's filling makes no rows of it."""
    frame = pd.DataFrame({"A": [f"{n:03d}"[:3] for n in range(rows)]})
    path = tmp_path / "x.xpt"
    pyreadstat.write_xport(frame, path, file_format_version=5)
    assert read_transport(path, "x.xpt").frame["A"].tolist() == frame["A"].tolist()


def test_blank_rows_before_the_last_record_are_rows(tmp_path: Path) -> None:
    """A dataset of text only keeps them; with a number in each row they are blocks of filling."""
    wide = [namestr(1, "A", 100, character=True)]
    path = tmp_path / "x.xpt"
    found = table_of(library(member(wide, b"x".ljust(100) + b" " * 100)), path)
    assert found["A"].isna().tolist() == [False, True]
    both = library(member([A, N], b"abc" + words(1.0)[0])) + b" " * 800
    assert len(table_of(both, path)) == 1


def test_a_dataset_of_several_is_declared(tmp_path: Path) -> None:
    """By its name in either case; without it the file is refused, with the key in the hint."""
    two = library(
        member([A], b"abcdef", name="AE"), member([A, N], b"xyz" + words(2.5)[0], name="DM")
    )
    (tmp_path / "all.xpt").write_bytes(two)

    def cells(member: str) -> dict[str, list[str]]:
        options = SasOptions(member=member)
        frame = read_raw(RawTable("t", "all.xpt", "xpt", options=options), tmp_path).frame
        return {str(name): column.tolist() for name, column in frame.items()}

    assert cells("AE") == {"A": ["abc", "def"]}
    assert cells("dm") == {"A": ["xyz"], "N": ["2.5"]}
    with pytest.raises(InputError, match="2 datasets") as several:
        cells("")
    assert (several.value.code, "member: AE" in several.value.hint) == ("INP006", True)
    with pytest.raises(InputError, match="no dataset of the declared name") as none:
        cells("DMM")
    assert (none.value.code, "DM" in none.value.hint) == ("INP009", True)


def test_text_that_is_not_ascii_is_decoded_as_declared(tmp_path: Path) -> None:
    """Few values and many, in coded and plain columns; padded by NUL characters."""
    many = [f"é{n:06d}" for n in range(70_000)]
    rows = "".join(f"{n}ø".ljust(9) for n in many).encode("cp1252")
    described = [namestr(1, "A", 7, character=True), namestr(2, "B", 2, character=True)]
    path = tmp_path / "x.xpt"
    content = library(member(described, rows))
    found = table_of(content, path, encoding="cp1252")
    assert found["A"].tolist() == many
    assert found["B"].unique().tolist() == ["ø"]
    with pytest.raises(InputError, match="INP003"):
        table_of(content, path)
    with pytest.raises(InputError, match="no encoding is called"):
        table_of(content, path, encoding="klingon")
    zeros = library(member([A], b"a\0\0b  \0\0\0   a  "))
    assert table_of(zeros, path)["A"].fillna("-").tolist() == ["a", "b", "-", "-", "a"]


def test_a_column_may_get_too_many_values_late(tmp_path: Path) -> None:
    """Coded for the first rows, plain from then on; and the other way round at the end."""
    texts = ["few"] * 70_000 + [f"{n:06d}" for n in range(140_000)] + ["end", ""]
    path = tmp_path / "x.xpt"
    rows = "".join(text.ljust(6) + "Y" for text in texts).encode()
    described = [namestr(1, "A", 6, character=True), namestr(2, "B", 1, character=True)]
    found = table_of(library(member(described, rows)), path)
    assert found["A"].fillna("").tolist() == texts
    assert found["B"].unique().tolist() == ["Y"]
    assert [str(dtype) for dtype in found.dtypes] == ["str", "str"]


def damaged(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(InputError, match="INP006") as caught:
        read_transport(path, path.name)
    assert caught.value.__cause__ is None
    return caught.value.message


def test_damage_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    rows = b"".join(b"abc" + word for word in words(*range(1, 30)))
    whole = library(member([A, N], rows))
    assert len(table_of(whole, path)) == 29
    assert "middle of a row" in damaged(path, whole[:-80])
    assert "not a multiple of 80" in damaged(path, whole[:-81])
    assert "before its first row" in damaged(path, whole[:560])
    assert "no dataset" in damaged(path, whole[:240])
    assert "no dataset" in damaged(path, whole[:240] + whole[560:])
    assert "does not start like one" in damaged(path, b"x" * 160)
    assert "no record OBS" in damaged(path, whole.replace(b"OBS     ", b"OBSX    "))
    assert "cut off" in damaged(path, whole.replace(b"0000000002", b"0000009999"))
    assert "letters" in damaged(path, whole.replace(b"0000000002", b"00000000z2"))
    long = library(member([namestr(1, "N", 9, character=False)], b""))
    assert "length of 9" in damaged(path, long)
    assert "neither numeric" in damaged(path, whole.replace(A[:8], b"\0\5" + A[2:8]))
    inside = library(member([A], b"a\0b"))
    assert "text of A has NUL" in damaged(path, inside)


def test_files_cut_anywhere_are_read_or_refused(tmp_path: Path) -> None:
    """No other error than ours, wherever a file ends, and whichever byte of its head is wrong."""
    path = tmp_path / "x.xpt"
    whole = library(member([A, N], b"".join(b"abc" + word for word in words(*range(1, 30)))))
    head = 240 + 5 * 80 + 320 + 80
    for stop in (stop for stop in range(0, len(whole), 80) if stop != head):
        path.write_bytes(whole[:stop])
        with pytest.raises(InputError):
            read_transport(path, "x.xpt")
    for place in range(0, 960, 7):
        for byte in (0, 0x20, 0x39, 0xFF):
            path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
            try:
                read_transport(path, "x.xpt")
            except InputError:
                continue


def test_names_twice_or_none_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    with pytest.raises(InputError, match="INP007"):
        table_of(library(member([A, A], b"abcdef")), path)
    with pytest.raises(InputError, match="INP008"):
        table_of(library(member([namestr(1, "", 3, character=True)], b"abc")), path)


def test_a_dataset_without_variables_or_rows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.xpt"
    assert table_of(library(member([], b"")), path).shape == (0, 0)
    empty = table_of(library(member([A, N], b"")), path)
    assert [str(dtype) for dtype in empty.dtypes] == ["str", "float64"]


def test_rows_may_be_read_in_parts() -> None:
    rows = b"".join(f"{n % 7:03d}".encode() + words(n)[0] for n in range(100))
    data = memoryview(library(member([A, N], rows)))
    (found,) = read_members(data, bytes.decode)
    whole = read_frame(data, found, strict("ascii"))
    parts = [
        read_frame(data, found, strict("ascii"), first=n, stop=n + 30) for n in range(0, 120, 30)
    ]
    assert [len(part) for part in parts] == [30, 30, 30, 10]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)


def test_a_header_of_letters_is_no_number() -> None:
    with pytest.raises(LayoutError, match="letters"):
        read_members(
            memoryview(library(member([A], b"").replace(b"140  ", b"xxx  "))), bytes.decode
        )

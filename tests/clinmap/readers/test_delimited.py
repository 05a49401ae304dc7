"""Delimited files: every cell as it stands, and every bad file refused with its line."""

from __future__ import annotations

import pytest

from clinmap.problems import InputError
from clinmap.raw_formats import CsvOptions
from clinmap.readers.delimited import DelimitedText, read_delimited
from clinmap.readers.text_table import line_of


def read(data: bytes, missing: tuple[str, ...] = (), **options: object) -> DelimitedText:
    return read_delimited(data, "x.csv", CsvOptions(**options), missing=missing)  # type: ignore[arg-type]


def cells(data: bytes, missing: tuple[str, ...] = (), **options: object) -> list[list[str | None]]:
    frame = read(data, missing, **options).frame
    assert all(str(dtype) == "str" for dtype in frame.dtypes)
    return frame.astype(object).where(frame.notna(), None).to_numpy().tolist()


def lines(data: bytes, **options: object) -> list[int]:
    """The line of each record."""
    found = read(data, **options)
    return [line_of(found.lines, number) for number in range(1, len(found.frame) + 1)]


def refusal(data: bytes, **options: object) -> InputError:
    with pytest.raises(InputError) as caught:
        read(data, **options)
    return caught.value


def test_cells_survive_as_they_stand() -> None:
    row = ["007", "<0.5", "1:160", "NA", " x ", "UN MAR 2014", "1e5", "TRUE", "null", "5.0", "-"]
    data = ("A,B,C,D,E,F,G,H,I,J,K\n" + ",".join(row) + "\n").encode()
    assert cells(data) == [row]


def test_only_empty_cells_and_declared_tokens_are_null() -> None:
    data = b'A,B,C\n,"", \nND,nd,.\n'
    assert cells(data, missing=("ND", ".")) == [[None, None, " "], [None, "nd", None]]


def test_quotes_line_breaks_and_delimiters_inside_cells() -> None:
    data = b'A,B\r\n"one\r\ntwo","say ""hi"", then"\r\n5" nail,x\r\n'
    assert cells(data) == [["one\r\ntwo", 'say "hi", then'], ['5" nail', "x"]]


def test_other_delimiters_and_encodings() -> None:
    assert cells("A;B\nBjørn;1,5\n".encode("cp1252"), delimiter=";", encoding="windows-1252") == [
        ["Bjørn", "1,5"]
    ]
    assert cells("A\tB\nå\t2\n".encode("utf-16"), delimiter="\t", encoding="utf-16") == [["å", "2"]]


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_first_name(encoding: str) -> None:
    frame = read(b"\xef\xbb\xbfA,B\n1,2\n", encoding=encoding).frame
    assert list(frame.columns) == ["A", "B"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"A,B\n1,2\n", [2]),
        (b"A,B\r\n1,2\r\n3,4", [2, 3]),
        (b"A,B\r1,2\r3,4\r", [2, 3]),
        (b"\n\nA,B\n1,2\n", [4]),
        (b'A,"B\nb"\n1,2\n', [3]),
        (b"A,B\n\n1,2\n\n\n3,4\n5,6\n\n", [3, 6, 7]),
        (b'A,B\n1,"x\ny"\n3,4\n5,"6"\n', [2, 4, 5]),
        (b"A,B\n", []),
        (b"A,B", []),
    ],
)
def test_each_record_knows_its_line(data: bytes, expected: list[int]) -> None:
    assert lines(data) == expected


def test_the_last_line_needs_no_line_break_and_empty_lines_are_no_records() -> None:
    assert cells(b"A,B\n1,2\n\n3,4") == [["1", "2"], ["3", "4"]]


def test_header_only_is_a_table_without_rows() -> None:
    frame = read(b"A,B\n").frame
    assert list(frame.columns) == ["A", "B"]
    assert len(frame) == 0
    assert all(str(dtype) == "str" for dtype in frame.dtypes)


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_a_record_longer_than_the_usual_block_is_read(quote: bytes) -> None:
    long = b"x" * ((1 << 24) + 1)
    many = b"A,B\n" + b"".join(b"%d,y\n" % i for i in range(20)) + b"1," + quote + long + quote
    assert len(cells(many + b"\n2,z\n")[20][1] or "") == len(long)
    with pytest.raises(InputError, match=r"x\.csv:23"):
        read(many + b"\n2,z,\n")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"A,B\n1,2\n3\n", 3),
        (b"A,B\n1,2\n3,4,5\n", 3),
        (b'A,B\n"1\n1",2\n3,4,5\n', 4),
        (b'A,B\n"x",2\n\n3\n', 4),
        (b'A,B\n1,"2\n3,4\n', 2),
        (b'A,B\n1,2\n3,"a"b\n', 3),
    ],
)
def test_ragged_rows_and_open_quotes_are_refused_with_their_line(data: bytes, line: int) -> None:
    error = refusal(data)
    assert error.code == "INP006"
    assert str(error.location) == f"x.csv:{line}"


def test_a_name_that_stands_twice_is_refused() -> None:
    error = refusal(b"A,B,A\n1,2,3\n")
    assert (error.code, "A" in error.message) == ("INP007", True)


def test_a_file_of_empty_lines_is_empty() -> None:
    assert refusal(b"\n\n").code == "INP002"


def test_wrong_encodings_name_the_line_the_byte_and_the_encoding_that_works() -> None:
    error = refusal("A,B\n1,2\nBjørn,3\n".encode("cp1252"))
    assert error.code == "INP003"
    assert str(error.location) == "x.csv:3"
    assert "0xF8" in error.message
    assert "windows-1252" in error.hint
    assert "rn" not in str(error).replace("windows", "")

    error = refusal("A\nĐ\x81\n".encode(), encoding="windows-1252")
    assert "utf-8" in error.hint


def test_a_byte_order_mark_against_the_declaration_is_refused() -> None:
    assert "utf-16" in refusal("A,B\n".encode("utf-16")).hint
    assert "utf-8" in refusal(b"\xef\xbb\xbfA\n1\n", encoding="windows-1252").hint


def test_unknown_encodings_and_binary_files_are_refused() -> None:
    assert refusal(b"A\n1\n", encoding="utf-9").code == "INP003"
    error = refusal(b"A,B\n1,\0\n")
    assert (error.code, str(error.location)) == ("INP006", "x.csv:2")


def test_no_refusal_shows_a_value() -> None:
    for data in (b"A,B\nSECRET\n", b'A,B\n1,"SECRET\n', b"A,B\nSECRET,2,3\n", b"A\nSECRET\xff\n"):
        assert "SECRET" not in str(refusal(data))

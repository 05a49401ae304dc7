"""The keys of delimited text: comments, the line of the names, quotes, constants, commas."""

from __future__ import annotations

from pathlib import Path

import pytest

from .tables import cells, codes, lines, read, refusal

PK = b'# LLOQ 10 ng/mL\n# run, "B7\nID,CONC\n1,0\n# repeat\n2,11\n3,<10\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pk.csv").write_bytes(PK)
    return tmp_path


def test_comments_are_no_records_and_lines_stay_true(folder: Path) -> None:
    data = read(folder, "pk.csv", comment="#")
    assert cells(data) == {"ID": ["1", "2", "3"], "CONC": ["0", "11", "<10"]}
    assert lines(data) == [4, 6, 7]
    assert codes(data) == {"RAW006": 3}


def test_a_value_of_a_comment_is_a_column(folder: Path) -> None:
    data = read(folder, "pk.csv", comment="#", from_comments={"LLOQ": r"LLOQ ([0-9.]+)"})
    assert cells(data)["LLOQ"] == ["10", "10", "10"]


def test_a_column_of_a_comment_is_not_unexpected(folder: Path) -> None:
    keys = {"comment": "#", "unexpected": "freeze", "columns": ("ID", "CONC", "LLOQ")}
    data = read(folder, "pk.csv", from_comments={"LLOQ": "LLOQ ([0-9.]+)"}, **keys)
    assert list(data.frame.columns) == ["ID", "CONC", "LLOQ"]
    assert refusal(folder, "pk.csv", **{**keys, "columns": ("ID",)}).code == "INP005"


@pytest.mark.parametrize(
    ("pattern", "code"), [({"L": "ULOQ ([0-9]+)"}, "INP009"), ({"ID": "LLOQ ([0-9]+)"}, "INP007")]
)
def test_patterns_that_cannot_be_columns(folder: Path, pattern: dict[str, str], code: str) -> None:
    assert refusal(folder, "pk.csv", comment="#", from_comments=pattern).code == code


def test_a_mark_inside_a_quoted_cell_is_no_comment(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b'A,B\n1,"x\n# no comment\ny"\n#,"out\n2,"z ""#"""\n#')
    data = read(tmp_path, "x.csv", comment="#")
    assert cells(data) == {"A": ["1", "2"], "B": ["x\n# no comment\ny", 'z "#"']}
    assert lines(data) == [2, 6]


def test_names_may_stand_on_a_later_line(tmp_path: Path) -> None:
    text = b'Laboratory X\n\nLLOQ,0.05,"ug\nID;CONC\n1;2\n3;4\n'
    (tmp_path / "x.csv").write_bytes(text)
    keys = {"delimiter": ";", "from_comments": {"LLOQ": "LLOQ,([0-9.]+)"}}
    data = read(tmp_path, "x.csv", header_line=4, **keys)
    assert cells(data) == {"ID": ["1", "3"], "CONC": ["2", "4"], "LLOQ": ["0.05", "0.05"]}
    assert lines(data) == [5, 6]
    assert codes(data) == {"RAW006": 2}
    assert "x.csv:4" in str(refusal(tmp_path, "x.csv", header_line=4, columns=("NO",), **keys))
    assert refusal(tmp_path, "x.csv", header_line=2, delimiter=";").code == "INP009"
    assert refusal(tmp_path, "x.csv", header_line=70).code == "INP009"


def test_names_may_be_given(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"1,2\n3,4\n")
    data = read(tmp_path, "x.csv", names=["A", "B"])
    assert cells(data) == {"A": ["1", "3"], "B": ["2", "4"]}
    assert lines(data) == [1, 2]
    instead = read(tmp_path, "x.csv", names=["A", "B"], header_line=1)
    assert cells(instead) == {"A": ["3"], "B": ["4"]}
    for keys in ({"names": ["A"]}, {"names": ["A"], "header_line": 1}):
        error = refusal(tmp_path, "x.csv", **keys)
        assert (error.code, str(error.location)) == ("INP006", "x.csv:1")


def test_other_quotes_and_none(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"A,B\n'1,5',2\n\"3,4\n")
    assert cells(read(tmp_path, "x.csv", quote="'"))["A"] == ["1,5", '"3']
    (tmp_path / "y.csv").write_bytes(b'A,B\n"1,"2\n')
    assert cells(read(tmp_path, "y.csv", quote="")) == {"A": ['"1'], "B": ['"2']}


def test_tabs_are_told_by_the_suffix(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_bytes(b"A\tB\n1,5\t2\n")
    assert cells(read(tmp_path, "x.tsv")) == {"A": ["1,5"], "B": ["2"]}


def test_decimal_commas_are_read_in_the_columns_that_are_named(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"A;B\n0,85;0,85\n<0,1;x\n-1,5 ;1\n1,2,3;1\nclotted;1\n;1\n")
    data = read(tmp_path, "x.csv", delimiter=";", decimal_comma=["A"])
    assert cells(data)["A"] == ["0.85", "<0.1", "-1.5 ", "1,2,3", "clotted", None]
    assert cells(data)["B"][0] == "0,85"
    assert codes(data) == {"RAW007": 3}
    assert refusal(tmp_path, "x.csv", delimiter=";", decimal_comma=["C"]).code == "INP004"


def test_checkbox_columns_of_a_flat_export_are_columns(tmp_path: Path) -> None:
    from clinmap.expressions import parse_condition
    from clinmap.plan import Ref, parse_reference

    (tmp_path / "x.csv").write_bytes(b"record_id,race___1,race____9\n1,1,0\n")
    assert list(read(tmp_path, "x.csv").frame.columns)[1:] == ["race___1", "race____9"]
    assert parse_reference("$race___1") == Ref("source", "race___1")
    assert parse_condition("$race____9 == '1'").references == (Ref("source", "race____9"),)


def test_ten_thousand_columns(tmp_path: Path) -> None:
    names = [f"C{number}" for number in range(10_000)]
    row = ",".join(["1"] * 10_000)
    (tmp_path / "x.csv").write_text(",".join(names) + "\n" + row + "\n", encoding="utf-8")
    assert read(tmp_path, "x.csv").frame.shape == (1, 10_000)
    (tmp_path / "x.csv").write_text(",".join([*names[1:], "C5"]) + "\n", encoding="utf-8")
    assert refusal(tmp_path, "x.csv").code == "INP007"

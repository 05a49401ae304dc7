"""The comparison as text, Markdown and HTML."""

from __future__ import annotations

import numpy as np
import pandas as pd
from lxml import html

from clinmap.comparison import (
    Exclusion,
    FolderComparison,
    compare_folders,
    differing_cells,
    report_html,
    report_markdown,
    report_text,
)


def folder() -> FolderComparison:
    ae = pd.DataFrame(
        {
            "USUBJID": ["1", "2", "3"],
            "AETERM": ["<script>a|b</script>", "rash", "pain"],
            "AESEV": ["MILD", "MILD", "MILD"],
            "AELOC": ["x", "y", "z"],
        }
    )
    other = ae.iloc[:2].assign(AETERM=["<b>", "RASH"], AENEW="x")
    rule = Exclusion("not collected", ("AELOC",))
    same = pd.DataFrame({"USUBJID": ["1"], "AGE": [1.0]})
    base, compare = {"AE": ae, "DM": same, "ZZ": same}, {"AE": other, "DM": same}
    return compare_folders(base, compare, {"AE": ["USUBJID"]}, exclusions=[rule])


def test_text() -> None:
    found = folder()
    lines = report_text(found).splitlines()
    assert lines[0] == "2 of 5 cells differ (60.00 % equal), 2 left out by rule"
    assert "datasets only in base: ZZ" in lines
    assert "DM: identical" in lines
    dataset = found.dataset("AE")
    assert dataset is not None
    text = report_text(dataset)
    assert "variables only in compare: AENEW" in text
    assert "only in base: USUBJID=3" in text
    assert (
        "AETERM           2      0     0.00         0  '<script>a|b</script>' -> '<b>' (1)" in text
    )
    assert "AESEV            2      2   100.00         0\n" in text
    assert "left out: 2 cells: not collected" in text
    assert "* Text is equal when" in text


def test_differences_are_listed_worst_first() -> None:
    """By variable and pattern over all datasets, with share and example; equal counts by name."""
    dm = pd.DataFrame(
        {"USUBJID": ["1", "2", "3"], "SEX": ["M", "F", "M"], "AGE": [30.0, 41.0, 50.0]}
    )
    other = dm.assign(SEX=["m", "F", "F"], AGE=[31.0, 42.0, 51.0])
    found = compare_folders(
        {"DM": dm, "XX": dm}, {"DM": other, "XX": dm.assign(SEX=["m", "f", "m"])}
    )
    lines = report_text(found).splitlines()
    start = lines.index("Differences, worst first:")
    assert [line.split()[:4] for line in lines[start + 2 : start + 6]] == [
        ["DM", "AGE", "3", "100.00"],
        ["XX", "SEX", "3", "100.00"],
        ["DM", "SEX", "1", "33.33"],
        ["DM", "SEX", "1", "33.33"],
    ]
    assert lines[start + 2].endswith("compare is 1 higher  USUBJID=1: 30 -> 31")
    assert "| DM | SEX | 1 | 33.33 | 'M' -&#62; 'F' | USUBJID=3: M -&#62; F |" in report_markdown(
        found
    )
    tables = html.fromstring(report_html(found)).findall(".//table")
    rows = [[cell.text_content() for cell in row.iter("td")] for row in tables[1].iter("tr")]
    assert rows[1] == ["DM", "AGE", "3", "100.00", "compare is 1 higher", "USUBJID=1: 30 -> 31"]
    assert rows[3][4] == "'M' -> 'F'"
    dataset = found.dataset("DM")
    assert dataset is not None
    assert "Differences, worst first:" in report_text(dataset)


def test_differences_that_are_not_listed_are_counted() -> None:
    """Thirty variables that differ, of which the report lists the worst."""
    dm = pd.DataFrame({"USUBJID": ["1"], **{f"V{n}": ["a"] for n in range(30)}})
    other = dm.assign(**{f"V{n}": ["b"] for n in range(30)})
    found = compare_folders({"DM": dm}, {"DM": other}, {"DM": ["USUBJID"]})
    assert "and 5 more patterns" in report_text(found)
    assert "and 5 more patterns" in report_markdown(found)
    assert "and 5 more patterns" in report_html(found)


def test_no_difference_no_list() -> None:
    dm = pd.DataFrame({"USUBJID": ["1"], "SEX": ["M"]})
    found = compare_folders({"DM": dm}, {"DM": dm})
    for report in (report_text(found), report_markdown(found), report_html(found)):
        assert "worst first:" not in report


def test_every_differing_cell_with_its_pattern() -> None:
    """In the order of the list, values as text, missing as null."""
    dm = pd.DataFrame({"USUBJID": ["1", "2"], "SEX": ["M", "F"], "AGE": [30.0, 41.0]})
    other = dm.assign(SEX=["m", "f"], AGE=[30.0, np.nan])
    cells = differing_cells(compare_folders({"DM": dm}, {"DM": other}, {"DM": ["USUBJID"]}))
    assert cells.columns.tolist() == [
        "dataset", "variable", "pattern", "cells", "keys", "base", "compare",
    ]  # fmt: skip
    assert cells.iloc[:2].to_numpy().tolist() == [
        ["DM", "SEX", "case", 2, "USUBJID=1", "M", "m"],
        ["DM", "SEX", "case", 2, "USUBJID=2", "F", "f"],
    ]
    assert cells["pattern"].tolist()[2:] == ["base filled, compare missing"]
    assert cells["compare"].isna().tolist() == [False, False, True]
    assert differing_cells(compare_folders({}, {})).empty
    assert differing_cells(compare_folders({"DM": dm}, {"DM": dm})).empty


def test_markdown_keeps_values_out_of_its_syntax() -> None:
    text = report_markdown(folder())
    assert "<script>" not in text
    rows = [line for line in text.splitlines() if line.startswith("| AETERM")]
    assert rows[0].count(" | ") == 5
    assert "| AESEV | 2 | 2 | 100.00 | 0 |  |" in text


def test_html_is_one_page_and_escaped() -> None:
    page = report_html(folder(), title="A <b> B")
    assert "<script" not in page
    assert "http" not in page
    tree = html.fromstring(page)
    assert tree.findtext(".//title") == "A <b> B"
    assert [row.get("id") for row in tree.iter("details") if row.get("id")] == [
        "dataset-AE",
        "dataset-DM",
    ]
    text = tree.text_content()
    assert "<script>a|b</script>" in text
    assert "not collected" in text
    assert report_html(folder()) == report_html(folder())


def test_html_of_one_dataset_and_of_none() -> None:
    dataset = folder().dataset("AE")
    assert dataset is not None
    assert "AETERM" in report_html(dataset)
    assert "identical" in report_html(compare_folders({}, {}))
    assert report_text(compare_folders({}, {})).startswith("identical")

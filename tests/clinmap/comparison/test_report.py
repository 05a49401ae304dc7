"""The comparison as text, Markdown and HTML."""

from __future__ import annotations

import pandas as pd
from lxml import html

from clinmap.comparison import (
    Exclusion,
    FolderComparison,
    compare_folders,
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

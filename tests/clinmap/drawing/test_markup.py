"""Tables as HTML."""

from __future__ import annotations

from dataclasses import replace

from lxml import html

from clinmap.drawing import table_fragment, table_html
from clinmap.results.shown import TableShown

GOLDEN = """\
<div class="display" id="T-P1-1">
<p class="title" id="T-P1-1-title">T-P1-1: DLTs by Dose Level</p>
<p class="population">Population: DLT-evaluable</p>
<p class="mark">SYNTHETIC DATA</p>
<div class="table"><table aria-labelledby="T-P1-1-title">
<thead><tr><th scope="col"></th>\
<th scope="col" class="number">25 mg<span class="subjects">(N=6)</span></th>\
<th scope="col" class="number">50 mg<span class="subjects">(N=1)</span></th>\
<th scope="col" class="number">Total<span class="subjects">(N=7)</span></th></tr></thead>
<tbody>
<tr><th class="heading" scope="rowgroup" colspan="4">Subjects with a DLT</th></tr>
<tr><th scope="row" style="padding-left: 1.9rem">n (%)</th><td class="number">1 (16.7)</td>\
<td class="number">0</td><td class="number">1 (14.3)</td></tr>
<tr><th scope="row" style="padding-left: 1.9rem">95% CI</th><td class="number">(0.4; 64.1)</td>\
<td class="number" title="one subject">NE</td><td class="number">(0.4; 57.9)</td></tr>
</tbody>
</table></div>
<ul class="notes"><li>NE: not estimable, one subject.</li>\
<li>Source: ADDLT. Data as of 2016-03-31.</li></ul>
</div>
"""


def test_a_table_as_html(table: TableShown) -> None:
    """Title, headings with N, headings of rows, footnotes."""
    assert table_fragment(table) == GOLDEN


def test_the_page_holds_the_fragment_and_nothing_from_elsewhere(table: TableShown) -> None:
    """It opens without a network."""
    page = html.fromstring(table_html(table))
    assert GOLDEN in table_html(table)
    assert page.xpath("//title/text()") == ["T-P1-1: DLTs by Dose Level"]
    assert not page.xpath("//script | //link | //img | //@src | //@href")


def test_values_are_links_where_the_page_has_addresses(table: TableShown) -> None:
    """The page walks back from a value by its row and column."""
    whole = table_fragment(table, lambda row, column: f"#{row}&{column}" if column < 2 else "")
    links = html.fromstring(whole).xpath("//td/a")
    assert [(a.get("href"), a.text) for a in links] == [
        ("#1&0", "1 (16.7)"), ("#1&1", "0"), ("#2&0", "(0.4; 64.1)"), ("#2&1", "NE"),
    ]  # fmt: skip


def test_every_text_is_escaped(hostile_table: TableShown) -> None:
    """No text of a display becomes markup."""
    page = html.fromstring(table_html(hostile_table))
    assert not page.xpath("//script")
    assert len(page.xpath("//*[contains(text(), \"<script>alert('1')</script>\")]")) == 10
    assert "\x00" not in table_html(hostile_table)


def test_a_table_without_rows_says_so(table: TableShown) -> None:
    """There is no silent empty table."""
    empty = table_fragment(replace(table, rows=()))
    assert '<td colspan="3">There is nothing to list.</td>' in empty

"""Tables of data stay tables; tables that lay out a page are opened."""

from __future__ import annotations

import pytest

from aggregator.articles._blocks import Kind
from aggregator.articles._clean import read_blocks


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>a<td>b<tr><td>c<td>d</table>",
        "<table><tr><th>a<th>b<tr><td><p>c</p><p>c</p><td>d</table>",
        "<table><caption>x</caption><tr><td>a</table>",
        "<table><thead><tr><th><h3>a</h3><th>b</thead><tr><td>c<td>d</table>",
        "<figure><table><tr><td>a<td>b<tr><td>c<td>d</table></figure>",
        "<table><tr><td><div>a</div><td>b<tr><td>c<td><span>d</span></table>",
    ],
)
def test_rows_and_columns_are_a_table(html: str) -> None:
    """Heads, captions or cells of single values show that a table holds data."""
    assert [block.kind for block in read_blocks(html)] == [Kind.TABLE]


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td><p>a</p><p>b</p><td><p>c</p><p>d</p><tr><td>e<td>f</table>",
        "<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>",
        "<table><tr><td><p>a</p></table>",
        "<table><tr><td>a<tr><td><table><tr><td>b</table><tr><td>c</table>",
        "<table><tr><td>a<tr><td><h2>b</h2><p>c</p></table>",
    ],
)
def test_a_layout_is_opened(html: str) -> None:
    """Paragraphs in cells, nesting, one cell in all, or the page's own word show a layout."""
    assert Kind.TABLE not in [block.kind for block in read_blocks(html)]


def test_a_table_keeps_caption_heads_and_spans() -> None:
    """Its text is a line for the caption and one for each row; its HTML says what spans what."""
    (block,) = read_blocks(
        "<table border=1><caption>Tides</caption><thead><tr><th scope=col colspan=2>Day</th>"
        "<th>m</th></tr></thead><tbody><tr><td>1</td><td>a<br>b</td><td></td></tr></table>"
    )

    assert block.text == "Tides\nDay | m\n1 | a b |"
    assert block.html == (
        '<table><caption>Tides</caption><thead><tr><th colspan="2" scope="col">Day</th>'
        "<th>m</th></tr></thead><tbody><tr><td>1</td><td>a<br>b</td><td></td></tr></tbody></table>"
    )

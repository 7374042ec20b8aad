"""The HTML of a region becomes blocks in reading order; links and images are mended."""

from __future__ import annotations

import pytest

from aggregator.articles._blocks import BOLD_LEVEL, Kind
from aggregator.articles._clean import read_blocks


def _kinds(html: str) -> list[tuple[Kind, str]]:
    return [(block.kind, block.text) for block in read_blocks(html, "https://lowen.example/a/")]


@pytest.mark.parametrize(
    ("html", "kind", "text"),
    [
        ("<p>a <b>b</b>\n c</p>", Kind.PARAGRAPH, "a b c"),
        ("<div>a <span>b</span></div>", Kind.PARAGRAPH, "a b"),
        ("<p>one<br>two</p>", Kind.PARAGRAPH, "one\ntwo"),
        ("<ul><li>a</li><li>b <i>c</i></li></ul>", Kind.LIST, "- a\n- b c"),
        ("<ol><li><p>a</p></li><li>b<ul><li>c</li></ul></li></ol>", Kind.LIST, "1. a\n2. b\n  - c"),
        ("<ul><li>a<pre>x\n  y</pre></li></ul>", Kind.LIST, "- a\nx\n  y"),
        ("<ol start=3><li>a<li>b</ol>", Kind.LIST, "3. a\n4. b"),
        ("<ul><li><h3>a</h3></li><li><h3>b</h3></li></ul>", Kind.LIST, "- a\n- b"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", Kind.LIST, "a\nb"),
        ("<blockquote><p>a\nb</p><p>c</p></blockquote>", Kind.QUOTE, "a b\nc"),
        ("<pre><code>if a:\n    b &lt; c\n</code></pre>", Kind.CODE, "if a:\n    b < c"),
        ("<pre>a<br>b</pre>", Kind.CODE, "a\nb"),
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", Kind.TABLE, "a | b\n1 | 2"),
        ("<figure><img src='x.png'><figcaption>a</figcaption></figure>", Kind.FIGURE, "a"),
        ("<p><a href='/'><img src='x.png'></a></p>", Kind.FIGURE, ""),
        ("<p>漢字<ruby>語<rp>(</rp><rt>ご</rt><rp>)</rp></ruby></p>", Kind.PARAGRAPH, "漢字語(ご)"),
        ("<p><ruby>語<rt>ご</rt></ruby></p>", Kind.PARAGRAPH, "語(ご)"),
        ("<p>she said <q>no</q></p>", Kind.PARAGRAPH, "she said “no”"),
    ],
)
def test_each_kind_of_block_gives_its_text(html: str, kind: Kind, text: str) -> None:
    """Items, rows, quotes and code keep their lines; inline tags part no words."""
    assert _kinds(html) == [(kind, text)]


@pytest.mark.parametrize(
    ("html", "level"),
    [
        ("<h2>A</h2>", 2),
        ("<h1>A</h1>", 1),
        ("<h6><a href='#a'>A</a></h6>", 6),
        ("<h2><div>A</div></h2>", 2),
        ("<h3><button>A</button></h3>", 3),
        ("<details><summary>A</summary></details>", BOLD_LEVEL),
        ("<div role='heading'>A</div>", 2),
        ("<span role='heading' aria-level='4'>A</span>", 4),
        ("<div role='heading' aria-level='99'>A</div>", 2),
        ("<p><b>A</b></p>", BOLD_LEVEL),
        ("<p><span><strong>A</strong></span> </p>", BOLD_LEVEL),
    ],
)
def test_headings_by_tag_role_and_weight_are_found(html: str, level: int) -> None:
    """Real headings have their level, bold lines the one below all."""
    blocks = read_blocks(html)

    assert [(block.kind, block.text, block.level) for block in blocks] == [
        (Kind.HEADING, "A", level)
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<p><b>A sentence.</b></p>",
        "<p><b>A</b> b</p>",
        f"<p><b>{'long ' * 30}</b></p>",
        "<p><i>A</i></p>",
    ],
)
def test_other_bold_text_is_a_paragraph(html: str) -> None:
    """Sentences, beginnings of paragraphs and long emphasis are no headings."""
    assert [kind for kind, _ in _kinds(html)] == [Kind.PARAGRAPH]


def test_two_line_breaks_part_paragraphs() -> None:
    """Text of old pages, in which paragraphs are parted by breaks, falls into paragraphs."""
    blocks = _kinds("<div>a <i>b</i><br><br>c<br> <br>\nd<br>e<br><br></div>")

    assert blocks == [(Kind.PARAGRAPH, "a b"), (Kind.PARAGRAPH, "c"), (Kind.PARAGRAPH, "d\ne")]


def test_text_between_blocks_is_not_lost() -> None:
    """Loose text in front of, between and behind block tags makes paragraphs in order."""
    assert [text for _, text in _kinds("a<p>b</p>c<div>d<p>e</p>f</div>g")] == list("abcdefg")


def test_a_table_that_lays_out_a_page_is_opened() -> None:
    """Cells with paragraphs and headings are containers, not figures in rows."""
    html = "<table><tr><td><h2>A</h2><p>b</p></td><td><p>c</p><p>d</p></td></tr></table>"

    assert [text for _, text in _kinds(html)] == ["A", "b", "c", "d"]


def test_headings_inside_lists_and_figures_become_blocks() -> None:
    """A list that holds sections is walked, so that its headings count."""
    blocks = _kinds(
        "<ol><li><h3>A</h3><p>b</p></li></ol><figure><table><tr><th>c<th>d<tr><td>1<td>2"
    )

    assert [kind for kind, _ in blocks] == [Kind.HEADING, Kind.PARAGRAPH, Kind.TABLE]


@pytest.mark.parametrize(
    "html",
    [
        "<a href='/other'><h3>Another story</h3></a>",
        f"<h2>{'A sentence in large letters that is no heading at all. ' * 3}</h2>",
    ],
)
def test_teasers_and_sentences_are_no_headings(html: str) -> None:
    """What titles another page, or is as long as a paragraph, heads nothing here."""
    assert [kind for kind, _ in _kinds(html)] == [Kind.PARAGRAPH]


def test_a_heading_that_links_to_its_own_place_is_one() -> None:
    """Permanent links wrap or follow a heading and leave it one, without their sign."""
    (block,) = read_blocks("<h2 id=tide>Tide <a href='#tide'>¶</a></h2>", "https://e.example/")

    assert (block.kind, block.text) == (Kind.HEADING, "Tide")


def test_blocks_keep_their_nesting_in_html() -> None:
    """Tags that lay out the page part lines as paragraphs do, and add nothing where they do not."""
    (block,) = read_blocks(
        "<ul class=x><li><div>a</div><div>b</div></li><li><div>c</div><ul><li>d</ul></ul>"
    )

    assert block.html == ("<ul><li><p>a</p><p>b</p></li><li><p>c</p><ul><li>d</li></ul></li></ul>")


def test_a_paragraph_keeps_language_and_direction() -> None:
    """Quoted languages stay marked for readers and for screen readers."""
    paragraph, items = read_blocks(
        "<p lang='ar' dir='rtl' class=x>نص</p><ol dir=rtl><li lang=he>א</ol>"
    )

    assert paragraph.html == '<p lang="ar" dir="rtl">نص</p>'
    assert items.html == '<ol dir="rtl"><li lang="he">א</li></ol>'


def test_text_is_escaped_again() -> None:
    """Characters that mean markup stay text in the HTML of loose text."""
    (block,) = read_blocks("a &lt;b&gt; &amp; c")

    assert (block.text, block.html) == ("a <b> & c", "<p>a &lt;b&gt; &amp; c</p>")


@pytest.mark.parametrize(
    "html", ["", " ", "<p></p>", "<!-- a -->", "<![CDATA[a]]>", "<script>a</script>"]
)
def test_nothing_gives_no_blocks(html: str) -> None:
    """Empty tags, comments and scripts are no text."""
    assert read_blocks(html) == []

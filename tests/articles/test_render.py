"""An article is shown as text, Markdown and HTML, whole or by section."""

from __future__ import annotations

from html import escape

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from aggregator.articles import extract_article, to_html, to_markdown, to_text
from aggregator.articles._markdown import escape_text, from_html
from aggregator.errors import NotFoundError
from aggregator.model import Article, Section
from aggregator.text import collapse_whitespace


@pytest.fixture
def article() -> Article:
    """An article of a lead and two sections, with characters that mean something elsewhere."""
    sections = (
        Section(1, 2, "Cause & *effect*", "- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        Section(2, 3, "<End>", "Text.", "<p>Text.</p>"),
    )
    return Article(
        headline="Tide < 3 m",
        lead="Lead.",
        lead_html="<p><b>Lead.</b></p>",
        sections=sections,
        word_count=9,
        read_minutes=1,
        method="page",
    )


def test_the_whole_article_is_shown_in_order(article: Article) -> None:
    """Headline, lead, headings and text follow each other in each form."""
    assert (
        to_text(article) == "Tide < 3 m\n\nLead.\n\nCause & *effect*\n\n- a\n- b\n\n<End>\n\nText."
    )
    assert to_markdown(article) == (
        "# Tide \\< 3 m\n\n**Lead.**\n\n## Cause \\& \\*effect\\*\n\n- a\n- b\n\n"
        "### \\<End\\>\n\nText."
    )
    assert to_html(article) == (
        "<h1>Tide &lt; 3 m</h1>\n<p><b>Lead.</b></p>\n<h2>Cause &amp; *effect*</h2>\n"
        "<ul><li>a</li><li>b</li></ul>\n<h3>&lt;End&gt;</h3>\n<p>Text.</p>"
    )


def test_one_section_is_shown_alone(article: Article) -> None:
    """Section 0 is the lead, the others have their heading; the headline is not repeated."""
    assert to_text(article, section=0) == "Lead."
    assert to_text(article, section=2) == "<End>\n\nText."
    assert to_markdown(article, section=1) == "## Cause \\& \\*effect\\*\n\n- a\n- b"
    assert to_html(article, section=2) == "<h3>&lt;End&gt;</h3>\n<p>Text.</p>"


@pytest.mark.parametrize("section", [3, -1, 99])
@pytest.mark.parametrize("render", [to_text, to_markdown, to_html])
def test_a_missing_section_is_an_error(article: Article, render: object, section: int) -> None:
    """The message says which sections there are."""
    assert callable(render)
    with pytest.raises(NotFoundError, match=r"from 0 .* to 2"):
        render(article, section=section)


def test_an_empty_article_is_shown_as_nothing() -> None:
    """Without headline and text there is nothing to show, and no error."""
    empty = Article(None, "", "", (), 0, 0, "title")

    assert (to_text(empty), to_markdown(empty), to_html(empty)) == ("", "", "")
    assert to_text(empty, section=0) == ""


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a <i>b</i> <b> c </b>d</p>", "a *b*  **c** d"),
        ("<p>a<br>b</p>", "a\\\nb"),
        ("<p><a href='https://e.example/a_(b)'>c]</a></p>", "[c\\]](https://e.example/a_%28b%29)"),
        ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<pre><code>a *b*\n\n\n\nc &lt; d</code></pre>", "```\na *b*\n\n\n\nc < d\n```"),
        ('<pre><code class="language-c++">a;</code></pre>', "```c++\na;\n```"),
        ("<p>a<sup><a href='#at-1'>1</a></sup></p>", "a\\[1\\]"),
        ("<p><ruby>語<rt>ご</rt></ruby> <q>a</q></p>", "語(ご) “a”"),
        (
            "<table><caption>c</caption><tr><td>a<td>b</table>",
            "c\n\n| a | b |\n| --- | --- |",
        ),
        ("<ol start=2><li>a<ol><li>b</ol></ol>", "2. a\n   1. b"),
        ("<pre>a ``` b</pre>", "````\na ``` b\n````"),
        ("<p><code>a`b</code></p>", "``a`b``"),
        (
            "<p><img src='https://e.example/i.png' alt='a [b]'></p>",
            "![a \\[b\\]](https://e.example/i.png)",
        ),
        (
            "<table><tr><th>a<th>b<tr><td>c|d<td>e</table>",
            "| a | b |\n| --- | --- |\n| c\\|d | e |",
        ),
        ("<p># a</p><p>1. b</p><p>- c</p>", "\\# a\n\n1\\. b\n\n\\- c"),
        ("<p>a<br># b<br>1) c<br>-</p>", "a\\\n\\# b\\\n1\\) c\\\n\\-"),
        ("<ul><li># a</li><li>1. b</li></ul>", "- \\# a\n- 1\\. b"),
        ("<p>#<b> a</b></p><p>==</p>", "\\# **a**\n\n\\=="),
        ("<p>&lt;script&gt; &amp;amp; a_b</p>", "\\<script\\> \\&amp; a\\_b"),
        (
            "<figure><img src='https://e.example/i'><figcaption>c</figcaption></figure>",
            "![](https://e.example/i)\n\nc",
        ),
        ("", ""),
    ],
)
def test_markdown_says_what_the_html_said(html: str, markdown: str) -> None:
    """Each kind of block and mark has its form, and text stays text."""
    assert from_html(html) == markdown


_PIECES = ["#", "-", "+", "1.", "2)", "=", "---", "*", "_", "a", "b ", " ", ">", "<b>", "&amp;"]
_PIECES += ["`", "[x](y)", "~~", "|", "!", "\\", "\n"]


@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
@settings(max_examples=300, deadline=None)
def test_a_reader_of_markdown_sees_the_text_itself(text: str) -> None:
    """Read by an independent CommonMark parser, escaped text is one paragraph of that text."""
    shown = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(escape_text(text))

    wanted = collapse_whitespace(text)
    assert shown == (f"<p>{escape(wanted)}</p>\n" if wanted else "")


@given(
    st.recursive(
        st.sampled_from(["a", "<br>", "*", "1. b", "<img src='https://e.example/'>"]),
        lambda inner: st.tuples(
            st.sampled_from(["p", "ul", "li", "pre", "table", "td", "b", "blockquote", "a"]), inner
        ).map(lambda made: f"<{made[0]}>{made[1]}</{made[0]}>"),
        max_leaves=20,
    )
)
def test_any_nesting_can_be_written(html: str) -> None:
    """No structure that the sanitiser lets through makes the writer fail or leave its marks."""
    markdown = from_html(nh3.clean(html))

    assert "\x1e" not in markdown
    assert "\x1f" not in markdown


def test_a_list_of_thousands_takes_no_time() -> None:
    """Numbering is counted once, not anew for every item."""
    items = "".join(f"<li>item number {i} of a long list of things</li>" for i in range(2500))

    markdown = to_markdown(extract_article(f"<ol>{items}</ol>"))

    assert markdown.startswith("1. item number 0")
    assert "\n2500. item number 2499" in markdown

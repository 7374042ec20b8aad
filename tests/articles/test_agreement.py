"""Text, Markdown and HTML of one article say the same words in the same order."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from aggregator.articles import to_html, to_markdown, to_text
from aggregator.articles._clean import read_blocks
from aggregator.articles._sections import outline
from aggregator.model import Article

_WORDS = st.lists(st.sampled_from(["tide", "wind", "1.", "- x", "*y*", "#z", "海"]), min_size=1)
_TEXT = _WORDS.map(" ".join)
_INLINE = st.one_of(
    _TEXT,
    *(
        _TEXT.map(lambda text, tag=tag: f"a <{tag}>{text}</{tag}> b")  # type: ignore[misc]
        for tag in ("b", "i", "code", "a href='https://e.example/'", "span", "q", "sup")
    ),
)


def _inside(tag: str) -> st.SearchStrategy[str]:
    return _INLINE.map(lambda text: f"<{tag}>{text}</{tag}>")


_ITEMS = st.recursive(
    st.lists(_inside("li"), min_size=1, max_size=3).map("".join),
    lambda inner: st.tuples(_INLINE, st.sampled_from(["ul", "ol"]), inner).map(
        lambda parts: f"<li>{parts[0]}<{parts[1]}>{parts[2]}</{parts[1]}></li>"
    ),
    max_leaves=4,
)
_BLOCKS = st.one_of(
    _inside("p"),
    _inside("blockquote"),
    _inside("h2"),
    _inside("h3"),
    _ITEMS.map(lambda items: f"<ul>{items}</ul>"),
    _ITEMS.map(lambda items: f"<ol>{items}</ol>"),
    st.tuples(_inside("td"), _inside("td")).map(
        lambda cells: f"<table>{2 * f'<tr>{cells[0]}{cells[1]}</tr>'}</table>"
    ),
    _TEXT.map(lambda text: f"<pre>{text}\n  {text}</pre>"),
)


def _words(html: str) -> list[str]:
    """The words that a reader of `html` sees, without the marks of lists and tables."""
    shown = unescape(re.sub(r"<[^<>]*>", " ", html))
    return [word for word in re.findall(r"\w+", shown) if not word.isdecimal()]


@given(st.lists(_BLOCKS, min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_the_three_forms_say_the_same(parts: list[str]) -> None:
    """Read by an independent parser, the Markdown has the words of the HTML and of the text."""
    made = outline(read_blocks("".join(parts)), None)
    article = Article(None, made.lead, made.lead_html, made.sections, 0, 0, "page")

    markdown = MarkdownIt("commonmark").enable("table").render(to_markdown(article))

    wanted = _words(to_html(article).replace("<q>", " “").replace("</q>", "” "))
    assert _words(markdown) == wanted
    assert [word for word in re.findall(r"\w+", to_text(article)) if not word.isdecimal()] == wanted

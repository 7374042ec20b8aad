"""What a reader sees of an article: blocks, headings, lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from aggregator.demo import DemoArticle
from aggregator.demo._article import read_blocks

ARTICLE = DemoArticle(
    key="k",
    url="http://127.0.0.1/k.html",
    feed_url="http://127.0.0.1/feed.xml",
    title="Title",
    language="en",
    author="A",
    tags=(),
    published_at=datetime(2025, 1, 1, tzinfo=UTC),
    updated_at=datetime(2025, 1, 1, tzinfo=UTC),
    summary="",
    html="<p>One.</p><ul><li>Two</li></ul><h2>Head <em>one</em></h2><p>Three.</p><h3>Sub</h3>"
    "<blockquote><p>Four.</p></blockquote>",
    is_whole_in_feed=True,
)
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1)


def test_headings_of_all_levels_come_in_order() -> None:
    """Sub-headings are listed as text, whatever their level and inner markup."""
    assert ARTICLE.headings == ("Head one", "Sub")


def test_the_lead_ends_at_the_first_heading() -> None:
    """Everything before the first sub-heading is the lead, lists included."""
    assert ARTICLE.lead == "One.\n\nTwo"


def test_an_article_without_headings_is_all_lead() -> None:
    """A note without sections is its own lead."""
    note = replace(ARTICLE, html="<p>Only this.</p>")

    assert (note.lead, note.headings, note.text) == ("Only this.", (), "Only this.")


def test_the_text_has_every_block_once() -> None:
    """Nested blocks are told once, in the order of reading."""
    assert ARTICLE.text.split("\n\n") == ["One.", "Two", "Head one", "Three.", "Sub", "Four."]


def test_read_minutes_go_by_the_whole_text() -> None:
    """The read time rounds up: one word more than a minute's is two minutes."""
    long = replace(ARTICLE, html="<p>" + "word " * 265 + "</p>")

    assert long.read_minutes == 1
    assert replace(long, html=long.html + "<p>more</p>").read_minutes == 2


def test_text_outside_of_any_block_is_kept() -> None:
    """Bare text has the empty block name and is not lost."""
    assert read_blocks("bare <p>in</p> after") == (("", "bare"), ("p", "in"), ("", "after"))


@given(st.lists(st.tuples(st.sampled_from(["p", "h2", "li", "td"]), WORDS)))
def test_what_is_written_into_blocks_is_read_back(blocks: list[tuple[str, str]]) -> None:
    """Any sequence of simple blocks is read back as it was written."""
    html = "".join(f"<{name}>{text}</{name}>" for name, text in blocks)

    assert list(read_blocks(html)) == blocks

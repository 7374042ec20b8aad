"""Titles, summaries and bodies, whatever the feed puts in their places."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from aggregator.feeds import parse_feed
from aggregator.feeds.content._texts import read_description
from aggregator.feeds.grammar._strict import read_strictly
from aggregator.model import Entry

Build = Callable[[str], bytes]
_URL = "https://e.org/blog/feed.xml"


def _only(body: bytes) -> Entry:
    (entry,) = parse_feed(body, url=_URL).entries
    return entry


def test_summary_and_content_are_both_kept(rss: Build, atom: Build) -> None:
    """The one is not always the beginning of the other."""
    in_rss = "<description>Sum</description><content:encoded>Body</content:encoded>"
    in_atom = "<summary>Sum</summary><content type='html'>Body</content>"

    assert [
        (entry.summary, entry.content)
        for entry in (
            _only(rss(f"<item>{in_rss}</item>")),
            _only(atom(f"<entry>{in_atom}</entry>")),
        )
    ] == [("Sum", "Body"), ("<p>Sum</p>", "Body")]


@pytest.mark.parametrize(
    ("texts", "summary", "content"),
    [
        ("<itunes:summary>I</itunes:summary>", "<p>I</p>", None),
        ("<description>D</description><itunes:summary>I</itunes:summary>", "D", "<p>I</p>"),
        ("<itunes:summary>I</itunes:summary><description>D</description>", "D", "<p>I</p>"),
        ("<content:encoded>C</content:encoded><itunes:summary>I</itunes:summary>", "<p>I</p>", "C"),
        (
            """<itunes:summary>I</itunes:summary><content:encoded>C</content:encoded>
            <description>D</description>""",
            "D",
            "C",
        ),
        ("<media:description>M</media:description>", "<p>M</p>", None),
        ("<media:description>M</media:description><description>D</description>", "D", None),
        ("<description>D</description><media:description>M</media:description>", "D", None),
        ("<itunes:subtitle>S</itunes:subtitle>", "<p>S</p>", None),
    ],
)
def test_other_words_stand_in_only_where_the_own_are_missing(
    rss: Build, texts: str, summary: str | None, content: str | None
) -> None:
    """The order of the elements does not matter."""
    entry = _only(rss(f"<item>{texts}</item>"))

    assert (entry.summary, entry.content) == (summary, content)


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ("<media:title>M</media:title><title>T</title>", "T"),
        ("<title>T</title><media:title>M</media:title>", "T"),
        ("<source url='s'>S</source><title>T</title><media:title>M</media:title>", "T"),
        ("<media:group><media:title>M</media:title></media:group>", "M"),
        ("<itunes:title>I</itunes:title>", "I"),
        ("<image><url>x</url><title>P</title></image>", None),
    ],
)
def test_the_title_is_the_own_one_first(rss: Build, titles: str, expected: str | None) -> None:
    """A caption is a title only where there is none; a picture's text never is."""
    assert _only(rss(f"<item>{titles}</item>")).title == expected


def test_a_video_that_has_only_a_description_keeps_its_lines(atom: Build) -> None:
    """So video sites publish: no summary, no content, plain text of several lines."""
    entry = _only(
        atom(
            "<entry xmlns:media='http://search.yahoo.com/mrss/'><title>T</title><media:group>"
            "<media:title>T</media:title><media:description>One &lt; two\n\nThree"
            "</media:description></media:group></entry>"
        )
    )

    assert (entry.title, entry.summary, entry.content) == (
        "T",
        "<p>One &lt; two</p><p>Three</p>",
        None,
    )


def test_content_in_base64_is_decoded(atom: Build) -> None:
    """As Atom 0.3 and 1.0 write it; what is no base64 stays as it is."""
    body = "<p>Grüße</p>"
    written = base64.b64encode(body.encode()).decode()

    old = f"<entry><content type='text/html' mode='base64'>{written}</content></entry>"
    broken = "<entry><content type='text/html' mode='base64'>&lt;p&gt;no</content></entry>"

    assert _only(atom(old)).content == body
    assert _only(atom(broken)).content == "<p>no"


def test_xhtml_content_is_html_without_its_wrapper(atom: Build) -> None:
    """The outer div belongs to Atom, what is inside to the author; entities stay escaped."""
    content = (
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
        "<p>a &lt; <b>b</b></p><p>c</p></div></content>"
    )

    assert _only(atom(f"<entry>{content}</entry>")).content == "<p>a &lt; <b>b</b></p><p>c</p>"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ("<description>D &lt;b&gt;b&lt;/b&gt;</description>", "D b"),
        ("<itunes:summary>I</itunes:summary><description>D</description>", "D"),
        ("<itunes:subtitle>S</itunes:subtitle><itunes:summary>I</itunes:summary>", "I"),
        ("<itunes:subtitle>S</itunes:subtitle>", "S"),
        ("", None),
    ],
)
def test_a_feed_is_described_in_its_own_words_first(
    rss: Build, texts: str, expected: str | None
) -> None:
    """Else in those that it wrote for iTunes."""
    assert read_description(read_strictly(rss(texts)).feed, is_atom=False) == expected

"""The feeds that a page says it has."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.feeds._page_links import MAX_LINKS, FeedLink, find_feed_links

_URL = "https://example.org/blog/post.html"
_RSS = "application/rss+xml"


def _found(page: str) -> list[str]:
    return [link.url for link in find_feed_links(page.encode(), _URL)]


def test_declared_feeds_come_in_the_order_of_the_page_with_title_and_type() -> None:
    """Relation and type in any case, the type with parameters, entities read."""
    page = """<!doctype html><head><title>x</title>
      <LINK REL="home ALTERNATE" TYPE="application/RSS+xml; charset=utf-8"
            title="News &amp;\n more" href=" /a.xml?x=1&amp;y=2 ">
      <link rel=alternate type='application/feed+json' href=../feed.json>
      <link rel="alternate" type="application/atom+xml" href="//other.example/atom#top"/></head>"""

    assert find_feed_links(page.encode(), _URL) == [
        FeedLink("https://example.org/a.xml?x=1&y=2", "News & more", _RSS),
        FeedLink("https://example.org/feed.json", None, "application/feed+json"),
        FeedLink("https://other.example/atom", None, "application/atom+xml"),
    ]


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ('<base href="/x/">', "https://example.org/x/f"),
        (
            '<base target=_top><base href="https://cdn.example/"><base href="/y/">',
            "https://cdn.example/f",
        ),
        ('<base href="javascript:0">', "https://example.org/blog/f"),
    ],
)
def test_the_first_base_counts_if_it_is_of_the_web(base: str, expected: str) -> None:
    """Wherever it stands, as for a browser; others are ignored."""
    link = f"<link rel=alternate type={_RSS} href=f>"

    assert _found(base + link) == _found(link + base) == [expected]


@pytest.mark.parametrize(
    "tag",
    [
        "<link rel='alternate stylesheet' type=text/css href=f.css>",
        "<link rel=alternate hreflang=de href=/de/>",
        "<link rel=stylesheet type=application/rss+xml href=f>",
        "<link rel=alternate type=application/json href=/wp-json/wp/v2/pages/7>",
        "<link rel=alternate type=text/xml+oembed href='/oembed?format=xml'>",
        f"<link rel=alternate type={_RSS}>",
        f"<link rel=alternate type={_RSS} href='javascript:alert(1)'>",
        f"<!-- <link rel=alternate type={_RSS} href=f> -->",
        f"<script>'<link rel=alternate type={_RSS} href=f>'</script>",
        f"<linkrel=alternate type={_RSS} href=f>",
        "<a href=/feedback>Feedback</a><a href=/about/atoms>Atoms</a><a href=/sitemap.xml>xml</a>",
        "<a href='https://share.example/feed?u=https%3A%2F%2Fexample.org%2F'>Share</a>",
        "<a href=/rss-terms/>RSS terms</a><a href=/feed/one-story-of-many>A story</a>",
    ],
)
def test_what_declares_no_feed_is_left_out(tag: str) -> None:
    """Other alternates, comments, scripts, and addresses that are none."""
    assert _found(tag) == []


@pytest.mark.parametrize("media_type", ["application/xml", "text/xml", "application/json"])
def test_general_types_count_where_nothing_speaks_against_them(media_type: str) -> None:
    """Many sites declare their feeds so."""
    assert _found(f"<link rel=alternate type={media_type} href=/f>") == ["https://example.org/f"]


def test_links_that_look_like_feeds_count_only_where_none_is_declared() -> None:
    """Those of the same host first."""
    links = """<a href="https://other.example/feed/">All</a> <a href="/rss.xml"><b>R</b>SS</a>
      <a href="feed:https://example.org/f2">RSS feed</a> <a href=/about>About</a>"""
    declared = f"<link rel=alternate type={_RSS} href=/declared>"

    assert _found(links) == [
        "https://example.org/rss.xml",
        "https://example.org/f2",
        "https://other.example/feed/",
    ]
    assert _found(links + declared) == ["https://example.org/declared"]


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-16"])
def test_titles_are_read_in_the_encoding_of_the_page(encoding: str) -> None:
    """UTF-8, what is declared, or a byte order mark."""
    page = f"<meta charset={encoding}><link rel=alternate type={_RSS} href=f title=Новости>"

    [link] = find_feed_links(page.encode(encoding), _URL)

    assert link.title == "Новости"


def test_an_address_is_told_once_and_a_flood_is_cut() -> None:
    """Whoever lists thousands of feeds gets a bounded answer."""
    page = "".join(f"<link rel=alternate type={_RSS} href=f{n // 2}>" for n in range(5000))

    found = _found(page)

    assert len(found) == len(set(found)) == MAX_LINKS


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<a ",
        "<a '",
        "<a \"'",
        "<!--",
        "<script>",
        "<style></styl",
        "<a href='",
        "<a x" + " " * 1000,
        "<link rel=alternate type=text/rss href=x",
        "<",
        "&amp",
    ],
)
def test_a_page_of_ten_megabytes_takes_linear_time(piece: str) -> None:
    """However it is nested, and whatever it leaves open."""
    page = (piece * (10_000_000 // len(piece))).encode()
    started_s = time.process_time()

    found = find_feed_links(page, _URL)

    assert len(found) <= 1
    assert time.process_time() - started_s < 10


@given(st.binary(max_size=300) | st.text("<linkarehp='\"/>! -", max_size=200).map(str.encode))
def test_any_bytes_are_read(page: bytes) -> None:
    """Never an error; what is found is of the web."""
    for link in find_feed_links(page, _URL):
        assert link.url.startswith(("http://", "https://"))

"""Feeds told from the software of a page, from its Link header, and common paths."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.discovery._hints import find_hints
from aggregator.discovery._link_header import read_link_header
from aggregator.discovery._well_known import guess_feeds
from aggregator.urls import host_of

_CHANNEL = "UCabcdefghijklmnopqrst_-"
_BLOG = "https://example.org/blog/"


@pytest.mark.parametrize(
    ("page", "url", "feed"),
    [
        (
            f'<script>var x = {{"externalId":"{_CHANNEL}"}}</script>',
            "https://www.youtube.com/@handle",
            f"https://www.youtube.com/feeds/videos.xml?channel_id={_CHANNEL}",
        ),
        (
            f'<link rel="canonical" href="https://www.youtube.com/channel/{_CHANNEL}">',
            "https://youtube.com/c/name",
            f"https://www.youtube.com/feeds/videos.xml?channel_id={_CHANNEL}",
        ),
        (
            '<script>{"nsid":"123@N01"}</script>',
            "https://www.flickr.com/photos/ann/",
            "https://www.flickr.com/services/feeds/photos_public.gne?id=123@N01&format=atom",
        ),
        (
            '<link rel="https://api.w.org/" href="https://example.org/blog/wp-json/">',
            "https://example.org/blog/about/",
            "https://example.org/blog/feed/",
        ),
        ('<meta name="generator" content="WordPress 6.9">', _BLOG, "https://example.org/feed/"),
        ("<META content='Hugo 0.150' name=generator>", _BLOG, "https://example.org/blog/index.xml"),
        ('<meta name="generator" content="Ghost 6.1">', _BLOG, "https://example.org/rss/"),
    ],
)
def test_the_software_of_a_page_tells_where_its_feed_is(page: str, url: str, feed: str) -> None:
    """The likeliest address first, relative to the page."""
    assert find_hints(page.encode(), url)[0] == feed


@pytest.mark.parametrize(
    "page",
    [
        f'{{"externalId":"{_CHANNEL}"}}',
        '<p>We like WordPress.</p><a href="/x">"nsid"</a>',
        '<meta name="generator" content="Wordpressing">',
        "",
    ],
)
def test_another_page_gives_no_hint(page: str) -> None:
    """A channel is looked for on its own site only, software in its own tag."""
    assert find_hints(page.encode(), _BLOG) == []


def test_hints_of_an_enormous_page_take_linear_time() -> None:
    """Many beginnings of a mark without its end, 4 MB and ten times that."""
    beginnings = [b"<meta " * 700_000, b'href="' * 700_000, b'content="' * 500_000]
    started_s = time.process_time()

    for page in beginnings:
        assert find_hints(page * 10, _BLOG) == []

    assert time.process_time() - started_s < 20


def test_a_link_header_is_read_as_rfc_8288_has_it() -> None:
    """Several links, quoted commas and semicolons, parameters in any case and order."""
    header = (
        '</style>; rel=preload; as=style, <b,c;d>; REL="feed  Alternate"; title="A, \\"B\\"; C";'
        ' type="application/rss+xml;charset=utf-8", <https://other.example/f>; rel=alternate;'
        " type=application/feed+json, </de>; rel=alternate; hreflang=de,"
        ' <x>; rel=alternate; type=text/rss; anchor="/elsewhere"'
    )

    links = read_link_header(header, "https://example.org/blog/")

    assert [(link.url, link.title) for link in links] == [
        ("https://example.org/blog/b,c;d", 'A, "B"; C'),
        ("https://other.example/f", None),
    ]


@given(st.text(alphabet='<>;,="\\ arel/tnv:', max_size=200))
def test_any_link_header_is_read(header: str) -> None:
    """Broken ones give what is whole in them, and no error."""
    assert all(host_of(link.url) for link in read_link_header(header, "https://example.org/"))


@pytest.mark.parametrize(
    "piece", ["<a>;rel=alternate,", "<", '<a>;"', "<a>,  ", "<a>; ", '<a>;x="\\']
)
def test_a_hostile_link_header_takes_linear_time(piece: str) -> None:
    """As long as the fetcher lets one through, and longer."""
    started_s = time.process_time()

    read_link_header(piece * 60_000, "https://example.org/")

    assert time.process_time() - started_s < 2


def test_common_paths_are_few_and_near_the_page_first() -> None:
    """Beside the page, then at the root of its site; never a password, never another host."""
    guesses = guess_feeds("https://me:s3cr3t@example.org:8443/blog/2026/post.html")

    assert guesses[0] == "https://example.org:8443/blog/2026/feed/"
    assert "https://example.org:8443/feed.xml" in guesses
    assert len(guesses) == len(set(guesses)) <= 10
    assert not any("s3cr3t" in guess for guess in guesses)


def test_at_the_front_page_only_the_site_itself_is_guessed() -> None:
    """Nothing is asked twice."""
    assert guess_feeds("https://example.org") == guess_feeds("https://example.org/")
    assert len(guess_feeds("https://example.org/")) == 7

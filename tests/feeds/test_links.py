"""Which link of an entry is its page, and where the others lead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aggregator.feeds import parse_feed
from aggregator.model import Enclosure, Entry, RelatedLink

Build = Callable[[str], bytes]
_URL = "https://e.org/blog/feed.xml"


def _only(body: bytes) -> Entry:
    (entry,) = parse_feed(body, url=_URL).entries
    return entry


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("<link>{proxy}</link><feedburner:origLink>{own}</feedburner:origLink>", "own"),
        ("<link>{plain}</link><feedburner:origLink>{own}</feedburner:origLink>", "plain"),
        ("<link>{path}</link><feedburner:origLink>{own}</feedburner:origLink>", "own"),
        ("<link>{proxy}</link>", "proxy"),
        ("<link>{proxy}</link><feedburner:origLink>mailto:x</feedburner:origLink>", "proxy"),
        ("<link>{plain}</link><guid>{own}</guid>", "plain"),
        ("<guid>{own}</guid>", "own"),
    ],
)
def test_the_page_of_an_entry_is_not_a_proxy(rss: Build, links: str, expected: str) -> None:
    """Where a proxy took the place of the link, and the feed tells the link before."""
    addresses = {
        "proxy": "http://feedproxy.google.com/~r/x/~3/abc/",
        "path": "https://feeds.e.org/~r/x/~3/abc/",
        "plain": "https://e.org/plain",
        "own": "https://e.org/own",
    }

    entry = _only(rss(f"<item>{links.format(**addresses)}</item>"))

    assert entry.url == addresses[expected]


def test_content_elsewhere_is_a_link_or_a_file(atom: Build) -> None:
    """Atom may name its content in place of writing it; with a page of its own it is one more."""
    page, video = parse_feed(
        atom(
            "<entry><id>1</id><content type='text/html' src='a.html'/></entry>"
            "<entry><id>2</id><content type='video/mp4' src='/v.mp4'/>"
            "<link href='/page'/></entry>"
        ),
        url=_URL,
    ).entries

    assert page.url == "https://e.org/blog/a.html"
    assert page.extras.related == (RelatedLink("https://e.org/blog/a.html", "content"),)
    assert video.url == "https://e.org/page"
    assert video.enclosures == (Enclosure("https://e.org/v.mp4", "video/mp4"),)


def test_comments_have_a_page_and_a_feed(rss: Build, atom: Build) -> None:
    """RSS's elements, Atom's links of two types; a podcast's discussion where there is no page."""
    in_rss = _only(rss("<item><comments>c</comments><wfw:commentRss>c.rss</wfw:commentRss></item>"))
    in_atom = _only(
        atom(
            "<entry><link rel='replies' type='application/atom+xml' href='c.atom'/>"
            "<link rel='replies' type='text/html' href='c'/></entry>"
        )
    )
    in_podcast = _only(rss("<item><podcast:socialInteract uri='https://s.org/1'/></item>"))

    assert in_rss.comments_url == "https://e.org/blog/c"
    assert in_rss.extras.comments_feed_url == "https://e.org/blog/c.rss"
    assert in_atom.comments_url == "https://e.org/blog/c"
    assert in_atom.extras.comments_feed_url == "https://e.org/blog/c.atom"
    assert in_podcast.comments_url == "https://s.org/1"


def test_links_lead_further(atom: Build) -> None:
    """With relation, type and title; not its page, its files and what only programs need."""
    entry = _only(
        atom(
            "<entry xmlns:thr='http://purl.org/syndication/thread/1.0'><link href='/1'/>"
            "<link rel='self' href='/s'/><link rel='edit' href='/e'/>"
            "<link rel='enclosure' href='/a.mp3'/><link rel='license' href='/l'/>"
            "<link rel='via' href='https://o.org/' title='Found there'/>"
            "<link rel='http://www.iana.org/assignments/relation/related' href='r'"
            " type='image/png'/>"
            "<link rel='http://schemas.e.org/own' href='/own'/><link rel='related' href='data:,'/>"
            "<thr:in-reply-to ref='tag:1' href='https://o.org/1'/>"
            "<thr:in-reply-to ref='https://o.org/2'/></entry>"
        )
    )

    assert entry.extras.related == (
        RelatedLink("https://o.org/", "via", None, "Found there"),
        RelatedLink("https://e.org/blog/r", "related", "image/png"),
        RelatedLink("https://o.org/1", "in-reply-to"),
        RelatedLink("https://o.org/2", "in-reply-to"),
    )


def test_a_player_is_a_link(rss: Build) -> None:
    """Media RSS names the page that plays a file which cannot be had itself."""
    entry = _only(rss("<item><media:player url='https://v.org/p/1'/></item>"))

    assert entry.extras.related == (RelatedLink("https://v.org/p/1", "player"),)

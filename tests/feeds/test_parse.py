"""Whole documents: hostile, enormous, or nothing at all."""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FeedError
from aggregator.feeds import parse_feed

Build = Callable[[str], bytes]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (gzip.compress(b"", mtime=0), "empty"),
        (b"<!doctype html><title>x</title>", "html"),
        (b'{"a": 1}', "json"),
        (b"[1, 2", "json"),
        (b"hello", "unknown"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "unknown"),
    ],
)
def test_what_is_no_feed_says_what_it_looks_like(body: bytes, kind: str) -> None:
    """So that a page can be searched for its feed, and an empty answer be tried again."""
    with pytest.raises(FeedError) as caught:
        parse_feed(body)

    assert caught.value.looks_like == kind


def test_a_gzip_file_is_read(rss: Build) -> None:
    """Also where no header says that it is one."""
    feed = parse_feed(gzip.compress(rss("<item><title>x</title></item>")))

    assert feed.entries[0].title == "x"


def test_the_encoding_is_recorded() -> None:
    """That in which the bytes were read, not the one that they claim."""
    body = '<?xml version="1.0" encoding="koi8-r"?><rss version="2.0"><channel><title>жук</title>'

    assert parse_feed(body.encode("koi8-r")).encoding == "koi8-r"
    assert parse_feed(body.encode()).encoding == "utf-8"
    assert parse_feed(body.encode("koi8-r")).title == "жук"


def _bomb(levels: int) -> bytes:
    entities = "".join(
        f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, levels)
    )
    return (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "lol">{entities}]>'
        f'<rss version="2.0"><channel><item><title>&e{levels - 1};</title></item></channel></rss>'
    ).encode()


def _within(limit_s: float, body: bytes) -> None:
    started = time.process_time()
    parse_feed(body)
    assert time.process_time() - started < limit_s


def test_an_entity_bomb_does_not_go_off() -> None:
    """Neither a billion laughs nor one long entity named ten thousand times."""
    quadratic = (
        f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100_000}">]><rss version="2.0"><channel><item>'
        f"<title>{'&a;' * 10_000}</title></item></channel></rss>"
    ).encode()

    _within(1, _bomb(10))
    _within(1, quadratic)

    assert len(parse_feed(_bomb(10)).entries[0].title or "") < 100


def test_no_file_is_read_for_an_entity() -> None:
    """An external entity stays the name that it is."""
    body = (
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>'
        b"<item><title>a&x;b</title></item></channel></rss>"
    )

    assert "root:" not in repr(parse_feed(body))


@pytest.mark.parametrize(
    "items",
    [
        "<item>" + "<a>" * 100_000 + "</a>" * 100_000 + "</item>",
        "<item><a " + " ".join(f"a{number}='x'" for number in range(100_000)) + "/></item>",
        "<item/>" * 20_000,
        "<item>" + "".join(f"<n{n}:a xmlns:n{n}='u{n}'/>" for n in range(5_000)) + "</item>",
        f"<item><author>{'a' * 1_000_000}</author></item>",
        f"<item><pubDate>{'1 ' * 200_000}</pubDate></item>",
    ],
    ids=["nested", "attributes", "items", "namespaces", "author", "date"],
)
def test_enormous_documents_take_linear_time(rss: Build, items: str) -> None:
    """Each of these would be minutes or hours if anything were quadratic."""
    _within(15, rss(items))


@pytest.mark.parametrize(
    "items",
    [
        "<item><category><item></item>a</category></item>",
        "<item><link><item/>http://x</link></item>",
    ],
)
def test_elements_that_cross_lose_nothing_else(rss: Build, items: str) -> None:
    """For these feedparser raises a KeyError; here the items around them are read."""
    feed = parse_feed(rss(items + "<item><title>next</title></item>"))
    assert feed.entries[-1].title == "next"


_SOUP = """<item> </item> <entry> </entry> <title> </title> <link> </link> <guid> <category>
    </category> <source> </source> <image> <content> <![CDATA[ ]]> &#xD800; &#99999999999; &x; &lt;
    < > ' " <!-- --> <a xml:base='//[' x <author> </author> <media:thumbnail> </media:thumbnail>
    <enclosure url='//['/> <updated> 2020 \0 é"""
_PIECES = st.lists(st.sampled_from(_SOUP.split()), max_size=25)


@given(_PIECES)
def test_any_tag_soup_is_a_feed_or_refused(pieces: list[str]) -> None:
    """No arrangement of tags, references and junk raises anything but FeedError."""
    body = f'<rss version="2.0"><channel>{"".join(pieces)}</channel></rss>'.encode()

    try:
        feed = parse_feed(body, url="https://e.org/")
    except FeedError:
        return

    assert len({entry.key for entry in feed.entries}) == len(feed.entries)


def test_reading_opml_does_not_load_feedparser() -> None:
    """The room's names are loaded when asked for, each with what it needs."""
    script = (
        "import sys, aggregator.feeds as feeds; assert 'lxml' not in sys.modules;"
        "feeds.read_opml; feeds.write_opml; assert 'feedparser' not in sys.modules;"
        "feeds.parse_feed; assert 'feedparser' in sys.modules; feeds.nothing"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert done.stderr.rstrip().endswith("has no attribute 'nothing'")

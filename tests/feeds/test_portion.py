"""Documents of very many items: the newest first, the rest later, and nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.feeds import parse_feed
from aggregator.feeds.document._portion import MAX_READ, take_newest
from aggregator.feeds.grammar._strict import MARK
from aggregator.model import Memory, ParsedFeed

_URL = "http://127.0.0.1/feed"
_START_AT = datetime(2020, 1, 1, tzinfo=UTC)


def _item(number: int, *, is_dated: bool = True) -> str:
    at = format_datetime(_START_AT + timedelta(hours=number))
    date = f"<pubDate>{at}</pubDate>" if is_dated else ""
    return f"<item><title>Entry {number}</title><guid>id-{number}</guid>{date}<link/></item>"


def _rss(items: list[str], *, between: str = "\n") -> bytes:
    return (
        f"<rss version='2.0'><channel><title>Many</title>{between.join(['', *items, ''])}"
        "</channel></rss>"
    ).encode()


def _numbers(feed: ParsedFeed) -> set[int]:
    return {int((entry.guid or "").removeprefix("id-")) for entry in feed.entries}


@pytest.mark.parametrize("order", ["newest first", "oldest first", "any"])
def test_the_newest_are_read_wherever_they_stand(order: str) -> None:
    """And the feed says how many were not."""
    numbers = list(range(MAX_READ + 700))
    if order == "newest first":
        numbers.reverse()
    elif order == "any":
        numbers.sort(key=lambda number: number * 7919 % 5701)

    feed = parse_feed(_rss([_item(number) for number in numbers]), url=_URL)

    assert _numbers(feed) == set(range(700, MAX_READ + 700))
    assert feed.left_out == 700
    assert feed.warnings == (f"only its newest {MAX_READ} entries were read, 700 later",)


def test_without_dates_the_first_are_read() -> None:
    """Feeds begin with what is new."""
    items = [_item(number, is_dated=False) for number in range(MAX_READ + 5)]

    feed = parse_feed(_rss(items, between=""), url=_URL)

    assert _numbers(feed) == set(range(MAX_READ))


@pytest.mark.parametrize("between", ["", "\n<link>http://x/</link>\n"])
def test_poll_after_poll_all_of_them_are_read_once(between: str) -> None:
    """What was read is known by its bytes the next time and takes no place."""
    count = 2 * MAX_READ + 1000
    document = _rss([_item(number) for number in range(count)], between=between)
    memory, read = Memory(), set[int]()
    for expected in (MAX_READ, MAX_READ, 1000):
        feed = parse_feed(document, url=_URL, memory=memory)
        assert len(feed.entries) == expected
        assert len(feed.unchanged) == len(read)
        memory = feed.memory
        read |= _numbers(feed)

    assert read == set(range(count))
    assert feed.left_out == 0
    assert not parse_feed(document, url=_URL, memory=memory).entries


def test_news_come_before_the_rest() -> None:
    """While the old ones are still being read, what is published meanwhile is not held up."""
    items = [_item(number) for number in range(2 * MAX_READ)]
    first = parse_feed(_rss(items), url=_URL)

    second = parse_feed(_rss([_item(10**6 // 2), *items]), url=_URL, memory=first.memory)

    assert _numbers(second) == {10**6 // 2, *range(1, MAX_READ)}
    assert second.left_out == 1


def test_atom_with_a_prefix_is_cut_too() -> None:
    """Items are found by their local name; ``<entrylike>`` is none."""
    entries = "".join(
        f"<a:entry><a:id>id-{number}</a:id><a:updated>2026-01-01T00:00:00Z</a:updated></a:entry>"
        "<a:entrylike/>"
        for number in range(MAX_READ + 3)
    )
    document = f"<a:feed xmlns:a='http://www.w3.org/2005/Atom'>{entries}</a:feed>"

    feed = parse_feed(document.encode("utf-16"), url=_URL)

    assert (len(feed.entries), feed.left_out) == (MAX_READ, 3)


@pytest.mark.parametrize(
    "text",
    [
        "<description><![CDATA[<item>not one</item>]]></description>",
        "<description>x<!-- <item> --></description>",
        "<description><![CDATA[</item>]]></description>",
    ],
)
def test_tags_in_texts_and_comments_cut_nothing_wrong(text: str) -> None:
    """Where the tags alone mislead, the whole document is read."""
    items = [_item(number) for number in range(MAX_READ + 1)]
    items[3] = f"<item><guid>id-3</guid>{text}</item>"

    feed = parse_feed(_rss(items), url=_URL)

    assert _numbers(feed) >= set(range(4, MAX_READ + 1))
    assert len(feed.entries) + feed.left_out >= MAX_READ + 1


def test_a_broken_document_is_cut_too() -> None:
    """It is repaired or read loosely, and costs no more."""
    items = [_item(number) for number in range(MAX_READ + 50)]

    feed = parse_feed(_rss(items)[:-20] + b"<b>&nope;", url=_URL)

    assert len(feed.entries) == MAX_READ
    assert feed.path != "strict"


@given(st.lists(st.booleans(), max_size=60), st.integers(0, 20), st.sampled_from(["", " ", "<x/>"]))
@settings(max_examples=200)
def test_nothing_is_cut_but_items(dated: list[bool], limit: int, between: str) -> None:
    """What is kept and what stands between is there as it was, in the same order."""
    items = [_item(number, is_dated=is_dated) for number, is_dated in enumerate(dated)]
    document = _rss(items, between=between)

    portion = take_newest(document, limit)

    by_age = sorted(range(len(items)), key=lambda number: (not dated[number], -number))
    kept = sorted(n for n in by_age if dated[n])[::-1][:limit]
    kept += [n for n in range(len(items)) if not dated[n]][: max(0, limit - len(kept))]
    left = portion.body.replace(MARK, b"")
    assert portion.left_out == max(0, len(items) - limit)
    assert portion.body.count(MARK) == portion.marks
    assert [item.encode() in left for item in items] == [n in kept for n in range(len(items))]
    assert left.count(b"<x/>") == document.count(b"<x/>")


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel>" + b"<item>" * 200_000,
        b"<rss><channel>" + b"<item" * 200_000,
        b"<rss><channel>" + b"<item><pubDate " * 100_000 + b"</item>",
        b"</item>" * 200_000,
        b"<item/>" * 200_000,
    ],
)
def test_hostile_tags_cost_no_more_than_their_length(body: bytes) -> None:
    """A document of tags without ends is gone over once."""
    portion = take_newest(body)

    assert len(portion.body) <= len(body)


def test_a_document_that_is_cut_in_a_tag_is_read() -> None:
    """Its last item is lost with its end, and no other."""
    whole = _rss([_item(number) for number in range(MAX_READ + 3)])

    feed = parse_feed(whole[: whole.rindex(b"<item") + len(b"<item")], url=_URL)

    assert _numbers(feed) == set(range(2, MAX_READ + 2))

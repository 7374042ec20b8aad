"""What a document is judged by: known entries, pages that are waited for, what was learnt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import MAX_PAGE_MISSES, Basis
from aggregator.model import Entry, Feed, FullText, Item, ParsedFeed, Rhythm, Template
from tests.archive.questions import counted_questions

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

MakeItem = Callable[..., Item]


def _feed(shelf: OneFeed) -> Feed:
    [feed] = shelf.archive.feeds.all()
    return feed


def _document(*entries: Entry, unchanged: tuple[str, ...] = ()) -> ParsedFeed:
    return ParsedFeed("rss20", "strict", "utf-8", entries, unchanged=unchanged)


def _basis(shelf: OneFeed, parsed: ParsedFeed, max_pages: int = 10) -> Basis:
    return shelf.archive.entries.basis(_feed(shelf), parsed, max_pages)


def test_waiting_are_those_whose_page_is_wanted_still(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """The newest first, of this feed only, and not those that were given up."""
    day = timedelta(days=1)
    misses = {1: None, 2: 0, 3: MAX_PAGE_MISSES - 1, 4: MAX_PAGE_MISSES, 5: 1}
    one_feed.poll(
        *(
            Item(made.entry, made.article, page_misses=count)
            for number, count in misses.items()
            for made in [make_item(number, published_at=now - number * day)]
        )
    )

    waiting = _basis(one_feed, _document()).waiting

    assert [int(entry.key, 16) for _, entry in waiting] == [2, 3, 5]
    assert [was.page_misses for was, _ in waiting] == [0, 4, 1]
    assert [(was.key, was.content_hash) for was, _ in waiting] == [
        (entry.key, entry.content_hash) for _, entry in waiting
    ]
    assert len(_basis(one_feed, _document(), 2).waiting) == 2
    other = replace(_feed(one_feed), id=2)
    assert one_feed.archive.entries.basis(other, _document(), 10).waiting == []


def test_who_reads_no_pages_is_told_nothing_of_them(one_feed: OneFeed, make_item: MakeItem) -> None:
    """Neither which are waited for nor what was learnt of others."""
    one_feed.poll(replace(make_item(1), page_misses=1), template=Template(pages=2))

    basis = _basis(one_feed, _document(make_item(1).entry), 0)

    assert (list(basis.waiting), basis.template) == ([], None)
    assert list(basis.known.by_key) == [make_item(1).entry.key]


@pytest.mark.parametrize("full_text", FullText)
def test_what_was_learnt_of_pages_is_told_where_they_are_read(
    full_text: FullText, one_feed: OneFeed
) -> None:
    """Not for a feed that never has its pages read."""
    one_feed.poll(template=Template(pages=2))
    feed = replace(_feed(one_feed), full_text=full_text)

    basis = one_feed.archive.entries.basis(feed, _document(), 10)

    assert basis.template == (None if full_text is FullText.NEVER else Template(pages=2))


def test_dates_are_told_until_a_rhythm_was_learnt(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """The newest first; none of a feed that has no entries."""
    assert list(_basis(one_feed, _document(make_item(1).entry)).dates) == []
    hours = [now - timedelta(hours=number) for number in range(3)]
    one_feed.poll(*(make_item(at, published_at=hour) for at, hour in enumerate(hours)))
    feed = _feed(one_feed)

    assert list(_basis(one_feed, _document(make_item(9).entry)).dates) == hours
    learnt = replace(feed, rhythm=Rhythm(now, 1.0, 1.0))
    assert list(one_feed.archive.entries.basis(learnt, _document(), 10).dates) == []


def test_an_edited_entry_bears_what_was_not_read_of_the_document(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """It came as another that is in the document beside it now; without that it is the same."""
    first, second = make_item(1).entry, make_item(2).entry
    one_feed.poll(make_item(1))
    one_feed.poll(renamed=((1, replace(second, aliases=(first.key,))),))
    edited = replace(first, content_hash="edited")

    both = _basis(one_feed, _document(edited, unchanged=(second.key,)))
    alone = _basis(one_feed, _document(edited))

    assert (both.bears_unread, alone.bears_unread) == (True, False)


def test_a_new_entry_bears_what_was_not_read_by_the_key_it_once_had(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """An entry that came under two further keys, of which one is new here and one was not read."""
    first, second, third = (make_item(number).entry for number in (1, 2, 3))
    one_feed.poll(make_item(1))
    one_feed.poll(renamed=((1, replace(second, aliases=(first.key,))),))
    one_feed.poll(renamed=((1, replace(third, aliases=(first.key,))),))

    basis = _basis(one_feed, _document(third, unchanged=(second.key,)))

    assert basis.bears_unread


def test_one_new_entry_asks_little(one_feed: OneFeed, make_item: MakeItem) -> None:
    """By its key, by its names, for pages that are waited for and what was learnt of them."""
    one_feed.poll(*(make_item(number) for number in range(3)))
    feed = replace(_feed(one_feed), rhythm=Rhythm(datetime.fromisoformat("2026-11-01T00:00Z"), 1.0))
    new = make_item(9, aliases=("link",)).entry

    with counted_questions(one_feed.archive) as questions:
        one_feed.archive.entries.basis(feed, _document(new, unchanged=("a", "b")), 10)

    assert len(questions) <= 4

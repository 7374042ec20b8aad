"""What the archive knows of a document's entries: by key, by another name, deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import Known
from aggregator.model import Entry, FeedSpec, Item
from tests.archive.questions import counted_questions

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

MakeItem = Callable[..., Item]


def test_an_entry_is_known_by_its_key_alone_while_it_is_the_same(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """Nothing further is asked about it, and nothing is told."""
    one_feed.poll(make_item(1, aliases=("link",)))

    known = one_feed.archive.entries.known(1, [make_item(1, aliases=("link",)).entry])

    [one] = known.by_key.values()
    assert (one.id, one.key, one.aliases, one.title) == (
        1,
        make_item(1).entry.key,
        frozenset(),
        None,
    )
    assert known.by_name == {}


def test_of_an_entry_that_changed_is_told_what_its_feed_stated(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """And how often only its content told of a change."""
    one_feed.poll(make_item(1, published_at=now, published_raw="raw"))
    for number in (2, 3):
        one_feed.poll(edited=((1, make_item(1, content_hash=str(number), updated_at=now)),))

    [one] = one_feed.archive.entries.known(1, [make_item(1).entry]).by_key.values()

    assert (one.title, one.updated_at, one.content_hash) == ("Title 1", now, "3")
    assert one.silent_revisions == 1


@pytest.mark.parametrize("name", ["key", "alias"])
def test_an_unknown_key_is_looked_for_among_all_names(
    name: str, one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """Its own key and its aliases, among keys and aliases; never those of another feed."""
    first = make_item(1, aliases=("link",), published_at=now)
    one_feed.poll(first)
    one_feed.archive.feeds.sync([FeedSpec(one_feed.archive.feeds.all()[0].url)], now)
    wanted = {
        "key": Entry("link", ""),
        "alias": Entry("other", "", aliases=("x", first.entry.key)),
    }[name]

    known = one_feed.archive.entries.known(1, [wanted])

    [(found, [one])] = known.by_name.items()
    assert known.by_key == {}
    assert found == (wanted.key if name == "key" else first.entry.key)
    assert (one.id, one.aliases, one.title, one.published_at) == (
        1,
        frozenset({"link"}),
        "Title 1",
        now,
    )
    assert one_feed.archive.entries.known(2, [wanted]) == Known(has_any=False)


def test_all_that_bear_one_name_are_told(one_feed: OneFeed, make_item: MakeItem) -> None:
    """A link that several have is no reason to take one of them."""
    one_feed.poll(make_item(1, aliases=("link",)), make_item(2, aliases=("link",)))

    known = one_feed.archive.entries.known(1, [Entry("new", "", aliases=("link",))])

    assert sorted(one.id for one in known.by_name["link"]) == [1, 2]


def test_an_alias_that_is_the_key_of_another_is_not_told(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """That the other one is in a document says nothing about this one."""
    other = make_item(2)
    one_feed.poll(make_item(1, aliases=("link", other.entry.key)), other)

    known = one_feed.archive.entries.known(1, [Entry("new", "", aliases=("link",))])

    [one] = known.by_name["link"]
    assert (one.id, one.aliases) == (2, frozenset({"link"}))


def test_what_was_deleted_is_told_by_key_and_by_alias(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """With what tells it from another entry under the same alias; the living come first."""
    gone = make_item(1, aliases=("link",), published_at=now, published_raw="raw")
    one_feed.poll(gone)
    one_feed.archive.entries.delete([1])
    one_feed.poll(make_item(2))

    known = one_feed.archive.entries.known(1, [gone.entry, Entry("new", "", aliases=("link",))])

    [by_key], [by_name] = known.by_key.values(), known.by_name["link"]
    assert by_key.is_deleted
    assert by_name.is_deleted
    assert (by_name.key, by_name.content_hash) == (gone.entry.key, gone.entry.content_hash)
    assert (by_name.published_at, by_name.published_raw, by_name.title) == (now, "raw", None)


@pytest.mark.parametrize(("archived", "asked"), [(3, 0), (3, 3), (0, 3)])
def test_the_usual_poll_asks_little(
    archived: int, asked: int, one_feed: OneFeed, make_item: MakeItem
) -> None:
    """All known or all new: one question, or one more whether there has ever been an entry."""
    one_feed.poll(*(make_item(number) for number in range(archived)))
    entries = [make_item(number).entry for number in range(asked)]

    with counted_questions(one_feed.archive) as questions:
        one_feed.archive.entries.known(1, entries)

    assert len(questions) <= (1 if archived else 2)


def test_five_thousand_new_names_are_found(one_feed: OneFeed, make_item: MakeItem) -> None:
    """A great feed that was moved to other software."""
    one_feed.poll(*(make_item(number, aliases=(f"link{number}",)) for number in range(5000)))
    entries = [Entry(f"new{at}", "", aliases=(f"link{at}", f"{at}")) for at in range(5000)]

    known = one_feed.archive.entries.known(1, entries)

    assert len(known.by_name) == 5000
    assert {len(found) for found in known.by_name.values()} == {1}


def test_what_was_deleted_is_told_by_every_key_it_had(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """Unless another entry has come under that key since."""
    first = make_item(1)
    later, again = (replace(first.entry, key=key) for key in ("later", "again"))
    one_feed.poll(first)
    one_feed.poll(renamed=((1, later),))
    one_feed.poll(renamed=((1, again),))
    one_feed.poll(Item(again, first.article))
    one_feed.archive.entries.delete([1])

    known = one_feed.archive.entries.known(1, [first.entry, later, again]).by_key

    is_deleted = {key: one.is_deleted for key, one in known.items()}
    assert is_deleted == {first.entry.key: True, "later": True, "again": False}

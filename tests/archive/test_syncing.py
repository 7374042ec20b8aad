"""Lists of feeds that are followed: read when they have changed, and not before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from aggregator.archive import is_followed
from aggregator.archive._tables import feed as feed_table
from aggregator.errors import ArchiveError, ConfigError
from aggregator.model import FeedSpec, Item, SiteRules
from tests.archive.test_merging import NEW, move_feed
from tests.archive.test_moves import OLD

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

MakeItem = Callable[..., Item]

FIRST = FeedSpec("https://example.org/feed.xml")
OTHER = FeedSpec("https://example.com/rss", name="Other", rules=SiteRules(remove=("aside",)))


@dataclass
class Listed:
    """A list that counts how often it is read."""

    digest: str
    specs: Sequence[FeedSpec]
    reads: list[None] = field(default_factory=list)

    @property
    def feeds(self) -> Sequence[FeedSpec]:
        """The feeds."""
        self.reads.append(None)
        return self.specs


class Wrong:
    """A list that cannot be read."""

    digest = "wrong"

    @property
    def feeds(self) -> Sequence[FeedSpec]:
        """None of them."""
        raise ConfigError("is wrong")


def test_a_list_is_read_once(one_feed: OneFeed, now: datetime) -> None:
    """The second time nothing is read and nothing changed; another digest is another list."""
    feeds = one_feed.archive.feeds
    listed, later = Listed("a", [FIRST, OTHER]), Listed("b", [FIRST])

    first, again = feeds.follow(listed, now), feeds.follow(listed, now + timedelta(days=1))
    changed = feeds.follow(later, now)

    assert (first.added, len(listed.reads)) == ((OTHER.url,), 1)
    assert (again.added, again.changed, again.paused) == ((), (), ())
    assert (changed.paused, len(later.reads)) == ((OTHER.url,), 1)
    assert feeds.follow(listed, now).changed == (OTHER.url,)


def test_another_list_in_between_is_noticed(one_feed: OneFeed, now: datetime) -> None:
    """One without a digest, too: the first list is read again and made true again."""
    feeds = one_feed.archive.feeds
    listed = Listed("a", [FIRST, OTHER])
    feeds.follow(listed, now)

    feeds.sync([FIRST], now)

    assert feeds.follow(listed, now).changed == (OTHER.url,)
    assert len(listed.reads) == 2


def test_a_list_that_cannot_be_read_changes_nothing(one_feed: OneFeed, now: datetime) -> None:
    """Nor is the one forgotten that is followed."""
    feeds = one_feed.archive.feeds
    listed = Listed("a", [FIRST, OTHER])
    feeds.follow(listed, now)
    before = feeds.all()

    with pytest.raises(ConfigError):
        feeds.follow(Wrong(), now)

    assert feeds.all() == before
    feeds.follow(listed, now)
    assert len(listed.reads) == 1


def test_a_list_that_cannot_be_written_is_not_noted(one_feed: OneFeed, now: datetime) -> None:
    """Feeds and note are one transaction."""
    feeds = one_feed.archive.feeds
    twice = Listed("twice", [OTHER, OTHER])

    for _ in range(2):
        with pytest.raises(ArchiveError):
            feeds.follow(twice, now)

    assert len(twice.reads) == 2


def test_a_merge_has_the_list_read_again(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """The address of the feed that went means another one now, whose options it decides."""
    feeds = one_feed.archive.feeds
    listed = Listed("a", [replace(OLD, name="Mine"), NEW])
    feeds.follow(listed, now)

    move_feed(one_feed, make_item(1))
    feeds.follow(listed, now)

    assert len(listed.reads) == 2
    assert feeds.follow(listed, now).changed == ()


def test_a_feed_that_moves_on_leaves_its_address_to_another(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """What was listed and only meant the feed that had come there is a feed of its own again."""
    feeds = one_feed.archive.feeds
    move_feed(one_feed, make_item(1))
    listed = Listed("a", [OLD, NEW])
    assert feeds.follow(listed, now).added == ()

    move_feed(one_feed, to="https://example.org/third.xml")

    assert feeds.follow(listed, now).added == (NEW.url,)


def test_what_is_followed_can_be_asked_while_somebody_writes(
    one_feed: OneFeed, now: datetime
) -> None:
    """It is only read, so nobody is waited for."""
    one_feed.archive.feeds.follow(Listed("a", [FIRST]), now)

    with one_feed.archive._database.writing("x"):
        assert is_followed(one_feed.url, "a")


def test_what_somebody_else_follows_can_be_asked(
    one_feed: OneFeed, tmp_path: Path, now: datetime
) -> None:
    """Without opening the archive, let alone upgrading it; an empty database follows nothing."""
    one_feed.archive.feeds.follow(Listed("a", [FIRST]), now)
    url = one_feed.archive._database.engine.url.render_as_string(hide_password=False)

    assert is_followed(url, "a")
    assert not is_followed(url, "b")
    assert not is_followed(f"sqlite:///{tmp_path}/empty.db", "a")


@pytest.mark.parametrize(
    "spoilt", [{"host": ""}, {"is_enabled": False}, {"name": "x"}, {"weight": 3}, {"rules": {}}]
)
def test_whatever_differs_is_made_equal(
    one_feed: OneFeed, now: datetime, spoilt: dict[str, object]
) -> None:
    """Each column that a list decides is compared, though only what differs is read as a whole."""
    feeds = one_feed.archive.feeds
    many = [FeedSpec(f"https://h{number}.example/", name="n") for number in range(600)]
    feeds.sync([OTHER, *many], now)
    wanted = feeds.all()
    with one_feed.archive._database.writing("x") as connection:
        of_other = update(feed_table).where(feed_table.c.url == OTHER.url)
        connection.execute(of_other.values(**spoilt))

    changes = feeds.sync([*many, OTHER], now)

    assert feeds.all() == wanted
    assert set(changes.changed) <= {OTHER.url}


def test_many_feeds_are_paused_and_woken(one_feed: OneFeed, now: datetime) -> None:
    """More than one statement can name."""
    feeds = one_feed.archive.feeds
    many = [FeedSpec(f"https://h{number}.example/") for number in range(1500)]
    feeds.sync([FIRST, *many], now)

    assert len(feeds.sync([FIRST], now).paused) == 1500
    assert [one.url for one in feeds.all() if one.is_enabled] == [FIRST.url]
    assert len(feeds.sync([FIRST, *many], now).changed) == 1500


def test_of_two_that_name_one_feed_the_last_decides(one_feed: OneFeed, now: datetime) -> None:
    """As it was before the first of them was found to be true already."""
    feeds = one_feed.archive.feeds

    changes = feeds.sync([FIRST, replace(FIRST, name="Mine")], now)

    assert (changes.added, changes.changed) == ((), (FIRST.url,))
    assert feeds.all()[0].name == "Mine"

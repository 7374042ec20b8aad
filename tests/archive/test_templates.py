"""What is learnt of a feed's pages: recorded with the poll, read back, forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import ArchiveError
from aggregator.model import FeedSpec, Item, Template

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

LEARNT = Template(pages=5, blocks={"e3b0": 5, "c442": 3})


def test_nothing_is_known_of_a_feed_at_first(one_feed: OneFeed) -> None:
    """Nor of a feed that is not there."""
    assert one_feed.archive.feeds.template(1) is None
    assert one_feed.archive.feeds.template(99) is None


def test_what_a_poll_has_learnt_stays_until_the_next_has_learnt_more(one_feed: OneFeed) -> None:
    """A poll that reads no page changes nothing; one that does takes its place."""
    more = Template(6, Counter({"e3b0": 6}))

    one_feed.poll(template=LEARNT)
    one_feed.poll()
    kept = one_feed.archive.feeds.template(1)
    one_feed.poll(template=more)

    assert kept == LEARNT
    assert one_feed.archive.feeds.template(1) == more


def test_each_feed_has_a_template_of_its_own(one_feed: OneFeed, now: datetime) -> None:
    """Sites differ, and that is what is learnt."""
    one_feed.archive.feeds.sync([FeedSpec("https://example.net/feed")], now)

    one_feed.poll(template=LEARNT)

    assert one_feed.archive.feeds.template(2) is None


def test_a_poll_that_lost_its_lease_teaches_nothing(one_feed: OneFeed) -> None:
    """What was learnt belongs to the entries it was learnt from."""
    stale = one_feed.result(one_feed.lease(), template=LEARNT)
    one_feed.lease()

    assert not one_feed.archive.entries.record(stale)
    assert one_feed.archive.feeds.template(1) is None


def test_a_poll_that_fails_to_be_recorded_teaches_nothing(
    one_feed: OneFeed, make_item: Callable[..., Item]
) -> None:
    """Entries and template are one transaction."""
    twice = make_item(1)

    with pytest.raises(ArchiveError):
        one_feed.poll(twice, twice, template=LEARNT)

    assert one_feed.archive.feeds.template(1) is None


def test_what_was_learnt_can_be_forgotten(one_feed: OneFeed) -> None:
    """The answer says whether there was anything."""
    one_feed.poll(template=LEARNT)

    assert one_feed.archive.feeds.forget_template(1)
    assert one_feed.archive.feeds.template(1) is None
    assert not one_feed.archive.feeds.forget_template(1)


def test_what_another_version_has_learnt_is_read_as_far_as_it_is_known(one_feed: OneFeed) -> None:
    """Unknown parts are left out, missing ones are empty; a poll never fails for it."""
    one_feed.poll(template=LEARNT)
    one_feed.rows("""UPDATE template SET state = '{"pages": 2, "moods": {"x": 1}}'""")

    assert one_feed.archive.feeds.template(1) == Template(pages=2)

"""Death by kill -9 in the middle of the work: the archive is whole, and nobody has to tidy up."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import Selection

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

MIN_DEATHS = 4
MIN_POLLS = 4
"""What was recorded by then; processes that recorded nothing prove nothing."""

# Polls without end: 20 new entries and 20 edits each; the validators carry the poll's number.
_POLL_FOR_EVER = """
import sys
from datetime import datetime
from aggregator.archive import Archive
from aggregator.model import Article, Entry, Item, PollResult, Section, Validators
from tests.archive.strict_index import StrictIndex

def make(number, word):
    part = Section(1, 2, "heading", word, word)
    article = Article(None, word, "", (part,), word_count=1, read_minutes=1, method="feed")
    return Item(Entry(f"{number:032x}", word[:32], title=f"{word} {number}"), article)

archive = Archive(sys.argv[1], StrictIndex())
now = datetime.fromisoformat(sys.argv[2])
archive.feeds.release_abandoned()
everything = [Entry(f"{number:032x}", "") for number in range(10_000)]
done = len(archive.entries.known(1, everything).by_key) // 20
print("ready", flush=True)
while True:
    (lease,) = archive.feeds.lease(now, limit=1, lease_s=1e6, feed_ids=[1])
    last = [Entry(f"{number:032x}", "") for number in range(done * 20 - 20, done * 20)]
    known = archive.entries.known(1, last).by_key
    archive.entries.record(PollResult(
        1, lease.token, now, now, Validators(etag=str(done + 1)), None,
        new=tuple(make(done * 20 + number, "fresh") for number in range(20)),
        edited=tuple((known[key].id, make(int(key, 16), "edited")) for key in known),
    ))
    done += 1
"""


@pytest.mark.timeout(90)
def test_an_archive_survives_kill_9_at_any_moment(
    one_feed: OneFeed, now: datetime, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    """After each of several deaths: no damage, whole polls only, validators that fit them."""
    polls = [0]
    wait_s = 0.05
    while len(polls) <= MIN_DEATHS or polls[-1] < MIN_POLLS:  # the time limit ends it, too
        wait_s *= 1.5  # a busy machine may need seconds for a poll
        process = start_python(_POLL_FOR_EVER, one_feed.url, now.isoformat())
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(wait_s)
        process.kill()
        process.wait()

        problems = one_feed.archive.check()
        (feed,) = one_feed.archive.feeds.all(counted=True)
        done = int(feed.validators.etag or 0)
        entries = one_feed.archive.entries.select(Selection())

        assert problems == []
        assert len(entries) == feed.entry_count == done * 20
        assert [len(one.article.sections) for one in entries] == [1] * len(entries)
        assert sum(one.revision_count for one in entries) == max(done - 1, 0) * 20
        assert len(one_feed.found("fresh")) == min(done, 1) * 20
        assert len(one_feed.found("edited")) == max(done - 1, 0) * 20
        polls.append(done)

    assert polls == sorted(polls)


def test_the_lease_of_a_killed_poller_is_ended_or_ends(
    one_feed: OneFeed, now: datetime, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    """Its feed is polled again, at once by who knows that it is dead, and search works on."""
    process = start_python(_POLL_FOR_EVER, one_feed.url, now.isoformat())
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    while not one_feed.archive.feeds.all(counted=True)[0].entry_count:
        time.sleep(0.01)
    process.kill()
    process.wait()
    one_feed.archive.feeds.release_abandoned()
    one_feed.archive.feeds.lease(now, limit=1, lease_s=1e6)

    assert one_feed.archive.feeds.lease(now, limit=1, lease_s=60) == []
    assert one_feed.archive.feeds.release_abandoned() == 1
    assert len(one_feed.archive.feeds.lease(now, limit=1, lease_s=60)) == 1
    assert len(one_feed.found("fresh")) == 20

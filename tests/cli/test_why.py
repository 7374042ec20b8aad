"""feeds why and the health in feeds list: why a feed is visited next when it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.config import load_config
from aggregator.feeds import parse_feed
from aggregator.library import OpenArchive, open_archive
from aggregator.model import Feed, Pace, PollResult, Subscription, Validators
from aggregator.polling.schedule import Outcome, Pacing, learn, next_visit

Call = Callable[..., Any]

NOW = datetime.now(UTC)
_FEEDS = """[settings]
database_url = "sqlite:///a.db"
[[feeds]]
url = "https://me:s3cr3t@one.example/f"
name = "One"
[[feeds]]
url = "https://two.example/f"
name = "Two"
"""
_PACING = Pacing(effort=4.0, min_s=900, max_s=86_400)


@pytest.fixture
def archive(home: Any) -> Iterator[OpenArchive]:
    """An archive with the two feeds of a feeds.toml, none of them polled."""
    (home / "feeds.toml").write_text(_FEEDS)
    with open_archive("a.db") as opened:
        opened.feeds.sync(load_config("feeds.toml").feeds, NOW)
        yield opened


def _poll(archive: OpenArchive, feed_id: int = 1, **changes: Any) -> Feed:
    """Record a poll of a feed that publishes daily at nine; the feed after it."""
    [lease] = archive.feeds.lease(NOW, limit=1, lease_s=60, feed_ids=[feed_id])
    posts = [NOW.replace(hour=9) - timedelta(days=ago) for ago in range(1, 40)]
    rhythm = learn(lease.feed.rhythm, posts, NOW)
    old = NOW - timedelta(days=9)
    visit = next_visit(replace(lease.feed, rhythm=rhythm, created_at=old), Outcome(NOW), _PACING)
    result = PollResult(
        feed_id=feed_id,
        token=lease.token,
        polled_at=NOW,
        next_poll_at=visit.at,
        validators=Validators(),
        body_hash=None,
        status=200,
        why=visit.reason,
        rhythm=rhythm,
    )
    assert archive.entries.record(replace(result, **changes))
    return next(feed for feed in archive.feeds.all() if feed.id == feed_id)


def _said(outcome: Any) -> str:
    assert outcome.code == 0, outcome.err
    return " ".join(outcome.out.split())


def test_one_sentence_says_why_and_what_was_learnt_follows(
    call: Call, archive: OpenArchive
) -> None:
    """The reason of the last poll, the rate, the hours; the host without any secret."""
    _poll(archive)

    said = _said(call("feeds", "why", "One"))

    first, _, rest = said.partition(" One ")
    assert first.startswith("next visit 20")
    assert re.search(r"it publishes about [67]\.\d posts a week, most between 0", first)
    assert "publishes about" in rest
    assert "host one.example" in rest
    assert "s3cr3t" not in said


def test_a_feed_that_was_never_polled_has_nothing_to_explain(call: Call, home: Any) -> None:
    """Also without an archive."""
    (home / "feeds.toml").write_text(_FEEDS)

    assert "it was never polled" in _said(call("feeds", "why", "Two"))
    assert call("feeds", "why", "Two", "--json").json()["posts_per_day"] is None


def test_a_paused_feed_has_no_next_visit(call: Call, archive: OpenArchive, home: Any) -> None:
    """And it is said why not."""
    _poll(archive)
    (home / "feeds.toml").write_text(_FEEDS.replace('"One"', '"One"\nenabled = false'))

    assert "no next visit: it is paused" in _said(call("feeds", "why", "One"))


def test_what_was_stated_is_told(call: Call, archive: OpenArchive) -> None:
    """Times before which it does not want to be asked, skipped hours and days, its hub."""
    later = NOW + timedelta(days=2)
    _poll(archive, next_poll_at=later, not_before=later, why="its server says so")
    archive.subscriptions.save(_subscription(1))

    said = _said(call("feeds", "why", "1"))

    assert "its server says so" in said
    assert f"not before {later:%Y-%m-%d}" in said
    assert "hub https://hub.example/ (active)" in said
    assert "s3cr3t" not in said


def test_a_host_that_rests_longer_is_the_reason(call: Call, archive: OpenArchive) -> None:
    """The rest began with another feed of the host, after this one was polled."""
    feed = _poll(archive)
    archive.hosts.rest(feed.host, status=429, now=NOW, until=NOW + timedelta(days=3))

    said = _said(call("feeds", "why", "1"))
    answer = call("feeds", "why", "1", "--json").json()

    assert "one.example rests until" in said
    assert "429" in said.partition(" One ")[0]
    assert (answer["host"]["rest_status"], answer["host"]["refusals"]) == (429, 1)
    assert call("feeds", "list", "--json").json()["feeds"][0]["state"] == "resting"


def test_programs_get_the_rate_of_each_hour_of_the_week(call: Call, archive: OpenArchive) -> None:
    """Monday midnight (UTC) first; nine o'clock is the busiest of each day."""
    _poll(archive)

    answer = call("feeds", "why", "1", "--json").json()

    assert len(answer["rates"]) == 168
    assert max(range(24), key=answer["rates"].__getitem__) == 9
    assert sum(answer["rates"]) / 168 == pytest.approx(answer["posts_per_day"], abs=0.01)
    assert answer["pace"] == {"ttl_s": 0, "period_s": 0, "skip_hours": [], "skip_days": []}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "ok"),
        ({"failures": 3, "error": "no answer", "error_kind": "timeout"}, "failing 3x"),
        ({"failures": 1, "error": "turned away", "error_kind": "blocked"}, "blocked"),
        ({"failures": 2, "error": "gone", "status": 410}, "gone"),
    ],
)
def test_the_list_tells_the_health_of_each_feed(
    call: Call, archive: OpenArchive, changes: dict[str, Any], state: str
) -> None:
    """State, posts a day, last good answer, next visit."""
    _poll(archive, refreshed_at=NOW - timedelta(days=5), **changes)

    said = call("feeds", "list").out
    one, two = call("feeds", "list", "--json").json()["feeds"]

    row = next(line for line in said.splitlines() if "One" in line)
    assert state in row
    good_at = NOW - timedelta(days=5) if changes else NOW
    assert f"{good_at.astimezone():%Y-%m-%d}" in row
    assert one["state"] == state
    assert one["posts_per_day"] == pytest.approx(1, abs=0.2)
    assert (two["state"], two["posts_per_day"], two["last_good_at"]) == ("new", None, None)


def test_a_feed_whose_hub_sends_its_news_is_pushed(call: Call, archive: OpenArchive) -> None:
    """Until the subscription ends."""
    _poll(archive)
    _poll(archive, 2)
    archive.subscriptions.save(_subscription(1))
    archive.subscriptions.save(replace(_subscription(2), expires_at=NOW - timedelta(hours=1)))

    one, two = call("feeds", "list", "--json").json()["feeds"]

    assert (one["state"], two["state"]) == ("pushed", "ok")


def _subscription(feed_id: int) -> Subscription:
    return Subscription(
        feed_id,
        "https://hub.example/",
        f"https://{feed_id}.example/f",
        token=f"t{feed_id}",
        secret="s3cr3t",
        state="active",
        expires_at=NOW + timedelta(days=5),
    )


def test_what_a_feed_asks_for_is_told(call: Call, archive: OpenArchive, rss_with_pace: Any) -> None:
    """Its ttl and what it skips, as its document states them."""
    _poll(archive, parsed=rss_with_pace)

    said = _said(call("feeds", "why", "1"))

    assert "ttl 2 h" in said
    assert "skips hours 1, 2 UTC" in said
    assert "skips days Sunday" in said


@pytest.fixture
def rss_with_pace() -> Any:
    """A feed document with a pace and nothing else."""
    parsed = parse_feed(b"<rss version='2.0'><channel><title>One</title></channel></rss>")
    return replace(parsed, pace=Pace(7200, 0, (1, 2), (6,)))

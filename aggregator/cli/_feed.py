"""The feeds that there are, and one of them for people and programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from aggregator.archive import preview_feeds
from aggregator.cli._output import iso, shown_url
from aggregator.cli._place import Place
from aggregator.model import Feed, Rhythm
from aggregator.polling.schedule import learn, mean_rate
from aggregator.urls import without_credentials

BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What decides about feeds and stands beside them: hosts that rest, feeds that hubs push."""

    resting: frozenset[str] = frozenset()
    pushed: frozenset[int] = frozenset()


NOTHING_KNOWN = Surroundings()


def read_surroundings(place: Place) -> Surroundings:
    """The hosts that rest now, and the feeds whose hub sends their news."""
    if not place.has_archive():
        return NOTHING_KNOWN
    now = datetime.now(UTC)
    with place.open_archive(must_exist=True) as archive:
        resting = archive.hosts.resting(now)
        subscriptions = archive.subscriptions.all()
    return Surroundings(
        frozenset(one.host for one in resting),
        frozenset(
            one.feed_id
            for one in subscriptions
            if one.state == "active" and one.expires_at is not None and one.expires_at > now
        ),
    )


def read_feeds(place: Place, *, listed_only: bool = False) -> list[Feed]:
    """All feeds, as feeds.toml wants them now; with --db alone, as that archive has them.

    An archive is not needed where there is a feeds.toml. With `listed_only`, feeds that are not in
    feeds.toml (any more) are left out.
    """
    is_archive_alone = place.database is not None and place.config_path is None
    loaded = None if is_archive_alone else place.load_config()
    if loaded is None or loaded.path is None:
        return _archived_feeds(place, must_exist=True)
    feeds = preview_feeds(_archived_feeds(place, must_exist=False), loaded.feeds)
    listed = {spec.url for spec in loaded.feeds}
    return [feed for feed in feeds if feed.url in listed or not listed_only]


def _archived_feeds(place: Place, *, must_exist: bool) -> list[Feed]:
    if not must_exist and not place.has_archive():
        return []
    with place.open_archive(must_exist=True) as archive:
        return archive.feeds.all(counted=True)


def feed_json(feed: Feed, around: Surroundings = NOTHING_KNOWN) -> dict[str, object]:
    """A feed for programs; its addresses without user name and password."""
    rate = posts_per_day(feed)
    return {
        "id": feed.id or None,
        "url": without_credentials(feed.url),
        "moved_to": shown_url(feed.moved_to),
        "merged_into": feed.merged_into,
        "name": feed.name,
        "title": feed.title,
        "site_url": shown_url(feed.site_url),
        "tags": list(feed.tags),
        "enabled": feed.is_enabled,
        "interval_s": feed.interval_s,
        "full_text": feed.full_text.value,
        "identity": feed.identity.value if feed.identity else None,
        "learnt_identity": feed.learnt_identity.value,
        "extract": asdict(feed.rules) if feed.rules else None,
        "weight": feed.weight,
        "state": state(feed, around),
        "entries": feed.entry_count,
        "posts_per_day": None if rate is None else round(rate, 3),
        "last_polled_at": iso(feed.last_polled_at),
        "last_good_at": iso(last_good_at(feed)),
        "next_poll_at": iso(feed.next_poll_at),
        "not_before": iso(feed.not_before),
        "why": feed.why,
        "last_status": feed.last_status,
        "failures": feed.failures,
        "error": feed.error,
        "error_kind": feed.error_kind,
    }


def state(feed: Feed, around: Surroundings = NOTHING_KNOWN) -> str:
    """How a feed is, in a word or two.

    Merged, paused, gone, blocked, failing and how often in a row; its host resting; its news pushed
    by a hub; else ok or new.
    """
    stopped = _why_not_polled(feed)
    if stopped:
        return stopped
    if feed.failures:
        is_blocked = feed.error_kind == BLOCKED
        return BLOCKED if is_blocked else f"failing {feed.failures}x"
    if feed.host in around.resting:
        return "resting"
    if feed.id in around.pushed:
        return "pushed"
    return "ok" if feed.last_polled_at else "new"


def _why_not_polled(feed: Feed) -> str | None:
    if feed.merged_into:
        return "merged"
    if not feed.is_enabled:
        return "paused"
    return "gone" if feed.is_gone else None


def last_good_at(feed: Feed) -> datetime | None:
    """When its last good answer came; for a feed that fails, the last one that was whole."""
    return feed.refreshed_at if feed.failures else feed.last_polled_at


def rhythm_now(feed: Feed) -> Rhythm:
    """What was learnt of it, as of now: the archive has it as of its last news."""
    return feed.rhythm if feed.rhythm.at is None else learn(feed.rhythm, (), datetime.now(UTC))


def posts_per_day(feed: Feed) -> float | None:
    """How much it publishes, as was learnt; None before its first document."""
    rhythm = rhythm_now(feed)
    return None if rhythm.at is None else mean_rate(rhythm.posts, rhythm.days)


def next_visit(feed: Feed) -> str:
    """When a feed is polled next, in words."""
    if not feed.is_enabled or feed.is_gone or feed.merged_into or feed.next_poll_at is None:
        return "-"
    wait_s = (feed.next_poll_at - datetime.now(UTC)).total_seconds()
    if wait_s <= 0:
        return "due"
    hours, minutes = divmod(round(wait_s / 60), 60)
    return f"in {hours} h {minutes} min" if hours else f"in {max(minutes, 1)} min"

"""The feeds that there are, and one of them for people and programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

from aggregator.archive import preview_feeds
from aggregator.cli._output import iso, shown_url
from aggregator.cli._place import Place
from aggregator.model import Feed
from aggregator.urls import without_credentials


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


def feed_json(feed: Feed) -> dict[str, object]:
    """A feed for programs; its addresses without user name and password."""
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
        "state": state(feed),
        "entries": feed.entry_count,
        "last_polled_at": iso(feed.last_polled_at),
        "next_poll_at": iso(feed.next_poll_at),
        "last_status": feed.last_status,
        "failures": feed.failures,
        "error": feed.error,
    }


def state(feed: Feed) -> str:
    """How a feed is: merged, paused, gone, new, ok, or failing and how often in a row."""
    if feed.merged_into:
        return "merged"
    if not feed.is_enabled:
        return "paused"
    if feed.is_gone:
        return "gone"
    if feed.failures:
        return f"failing {feed.failures}x"
    return "ok" if feed.last_polled_at else "new"


def next_visit(feed: Feed) -> str:
    """When a feed is polled next, in words."""
    if not feed.is_enabled or feed.is_gone or feed.merged_into or feed.next_poll_at is None:
        return "-"
    wait_s = (feed.next_poll_at - datetime.now(UTC)).total_seconds()
    if wait_s <= 0:
        return "due"
    hours, minutes = divmod(round(wait_s / 60), 60)
    return f"in {hours} h {minutes} min" if hours else f"in {max(minutes, 1)} min"

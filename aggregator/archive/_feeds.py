"""The feeds of the archive: made equal to feeds.toml, read, chosen by what an operator types."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from aggregator.archive._addresses import leave_address
from aggregator.archive._answers import forget_answer
from aggregator.archive._documents import forget_snapshot
from aggregator.archive._pairing import Pair, pair_feeds
from aggregator.archive._tables import entry, feed
from aggregator.archive._values import feed_from, move_row, spec_row
from aggregator.errors import NotFoundError
from aggregator.model import Feed, FeedSpec, FullText, Validators
from aggregator.text import fold
from aggregator.urls import host_of, normalize_link, without_credentials

_OF_DOCUMENT = ("etag", "last_modified", "body_hash", "lease_token", "leased_until")
_OF_NO_SERVER: dict[str, Any] = {
    "last_status": None,
    "failures": 0,
    "error": None,
    "error_kind": None,
    "not_before": None,
    "why": None,
}
_BUSY_STATUSES = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class FeedChanges:
    """What making the archive equal to feeds.toml did, as URLs."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()


def sync_feeds(connection: Connection, specs: Sequence[FeedSpec], now: datetime) -> FeedChanges:
    """Add the feeds that are new, apply what changed, pause those that are no longer listed.

    A feed is never deleted: its entries stay, and listing its URL again wakes it up. A feed whose
    URL only got another spelling (https, another password; see `normalize_link`), or that is listed
    where it has moved, goes there; one that was merged into another means that.
    """
    feeds = read_feeds(connection)
    pairs = pair_feeds(feeds, specs)
    new = [spec for spec in specs if spec.url not in pairs]
    if new:
        connection.execute(insert(feed), [_new_row(spec, now) for spec in new])
    changed = [
        spec.url
        for spec in specs
        if (pair := pairs.get(spec.url)) and _apply(connection, pair, spec, now)
    ]
    listed = {pair.feed.id for pair in pairs.values() if pair}
    paused = [one for one in feeds if one.id not in listed and one.is_enabled]
    for one in paused:
        connection.execute(update(feed).where(feed.c.id == one.id).values(is_enabled=False))
    return FeedChanges(
        tuple(spec.url for spec in new), tuple(changed), tuple(one.url for one in paused)
    )


def _new_row(spec: FeedSpec, now: datetime) -> dict[str, object]:
    own = {"url": spec.url, "host": host_of(spec.url)}
    return {**own, "next_poll_at": now, "created_at": now, **spec_row(spec)}


def _apply(connection: Connection, pair: Pair, spec: FeedSpec, now: datetime) -> bool:
    before, after = pair.feed, _with_spec(pair, spec)
    if after == before:
        return False
    values: dict[str, object] = {"url": after.url, "host": after.host, **spec_row(spec)}
    if after.url != before.url:
        values |= {"moved_to": after.moved_to, **move_row(after.move)}
    has_left = after.current_url != before.current_url
    # Another spelling, another password: what the server has said holds for it, too.
    is_respelt = normalize_link(after.current_url) == normalize_link(before.current_url)
    if has_left:
        values |= {"next_poll_at": now, **_OF_NO_SERVER}
        if is_respelt and before.not_before is not None and before.not_before > now:
            values |= dict.fromkeys(("next_poll_at", "not_before"), before.not_before)
        leave_address(connection, before.id, before.current_url, now)
    elif _comes_sooner(spec, before) and not _is_told_to_wait(before):
        values["next_poll_at"] = _sooner(before, now + timedelta(seconds=spec.interval_s or 0))
    if has_left or after.identity != before.identity:
        # A poll that is under way loses its lease, and cannot bring these back.
        values |= dict.fromkeys(_OF_DOCUMENT)
        forget_snapshot(connection, before.id)
    if after.identity != before.identity or (has_left and not is_respelt):
        forget_answer(connection, before.id)
    connection.execute(update(feed).where(feed.c.id == before.id).values(**values))
    return True


def _sooner(before: Feed, at: datetime) -> datetime:
    """The next visit of a feed, at the latest `at`, but never before its server wants it."""
    at = min(before.next_poll_at or at, at)
    return at if before.not_before is None else max(at, before.not_before)


def _comes_sooner(spec: FeedSpec, before: Feed) -> bool:
    """Whether the operator now wants visits more often than before."""
    return spec.interval_s is not None and (
        before.interval_s is None or spec.interval_s < before.interval_s
    )


def _is_told_to_wait(one: Feed) -> bool:
    """Whether the next visit was set by failures or by the server, and not by the interval."""
    return one.failures > 0 or one.last_status in _BUSY_STATUSES


def read_feeds(connection: Connection, *, counted: bool = False) -> list[Feed]:
    """All feeds in the order in which they were added; `counted` fills in `entry_count`."""
    counts: dict[int, int] = {}
    if counted:
        grouped = select(entry.c.feed_id, func.count().label("n")).group_by(entry.c.feed_id)
        counts = {row.feed_id: row.n for row in connection.execute(grouped)}
    rows = connection.execute(select(feed).order_by(feed.c.id)).mappings()
    return [feed_from(row, counts.get(row["id"], 0)) for row in rows]


def has_feeds(connection: Connection) -> bool:
    """Whether there is any feed."""
    return connection.execute(select(feed.c.id).limit(1)).first() is not None


def preview_feeds(feeds: Sequence[Feed], specs: Sequence[FeedSpec]) -> list[Feed]:
    """The feeds as `sync_feeds` would make them; new ones have the number 0. Changes nothing."""
    pairs = pair_feeds(feeds, specs)
    wanted = {pair.feed.id: (pair, spec) for spec in specs if (pair := pairs.get(spec.url))}
    changed = [
        _with_spec(*wanted[one.id]) if one.id in wanted else replace(one, is_enabled=False)
        for one in feeds
    ]
    return changed + [
        _with_spec(Pair(_unknown(spec.url), spec.url), spec)
        for spec in specs
        if spec.url not in pairs
    ]


def _unknown(url: str) -> Feed:
    return Feed(
        id=0,
        url=url,
        name=None,
        title=None,
        site_url=None,
        tags=(),
        is_enabled=True,
        interval_s=None,
        full_text=FullText.AUTO,
    )


def _with_spec(pair: Pair, spec: FeedSpec) -> Feed:
    before, addressed = pair.feed, _at_address(pair.feed, pair.url)
    after = replace(
        addressed,
        host=host_of(addressed.current_url),
        name=spec.name,
        tags=spec.tags,
        is_enabled=spec.is_enabled,
        interval_s=spec.interval_s,
        weight=spec.weight,
        full_text=spec.full_text,
        rules=spec.rules,
        identity=spec.identity,
    )
    if after.current_url != before.current_url:
        # What a server said of another URL counts for nothing here; it is due at once.
        after = replace(after, validators=Validators(), body_hash=None, next_poll_at=None)
        return replace(after, **_OF_NO_SERVER)
    if after.identity != before.identity:
        # Its entries are to be told apart in another way, so all of them are read again.
        return replace(after, validators=Validators(), body_hash=None)
    return after


def _at_address(one: Feed, url: str) -> Feed:
    """A feed under the URL that the operator wrote; where it has moved, if that is only spelt."""
    if url == one.url:
        return one
    has_moved = one.moved_to is not None
    if has_moved and normalize_link(url) == normalize_link(one.url):
        return replace(one, url=url)
    return replace(one, url=url, moved_to=None, move=None)


def choose_feeds(feeds: Sequence[Feed], names: Iterable[str]) -> list[Feed]:
    """The feeds that `names` mean, in the given order: a number, a URL, a name or a part of one.

    A part must mean one feed only. Raises NotFoundError with what comes nearest.
    """
    return [_choose_one(feeds, name) for name in names]


def _choose_one(feeds: Sequence[Feed], name: str) -> Feed:
    found = [one for one in feeds if _is_called(one, name)]
    found = found or [one for one in feeds if _is_called_partly(one, name)]
    # A feed that was merged bears the name and the URL of the one that has its entries.
    found = [one for one in found if one.merged_into is None] or found
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{one.id} ({without_credentials(one.url)})" for one in found[:5])
        raise NotFoundError(f"{name!r} means {len(found)} feeds: {listed}; use the number")
    titles = [one.display_title for one in feeds]
    near = difflib.get_close_matches(name, titles, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise NotFoundError(f"no feed {name!r}{hint} (see: aggregator feeds list)")


def _is_called(one: Feed, name: str) -> bool:
    """Whether `name` is the feed's number, its URL in any spelling, or all of a name of it."""
    is_url = normalize_link(name) in {normalize_link(one.url), normalize_link(one.current_url)}
    is_name = fold(name) in {fold(one.name or ""), fold(one.title or "")} - {""}
    return is_url or is_name or name in {str(one.id), one.url}


def _is_called_partly(one: Feed, name: str) -> bool:
    wanted = fold(name)
    return wanted != "" and (wanted in fold(one.display_title) or name in one.url)

"""The feeds of the archive: made equal to feeds.toml, read, chosen by what an operator types."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from aggregator.archive._tables import entry, feed
from aggregator.archive._values import feed_from, spec_row
from aggregator.errors import NotFoundError
from aggregator.model import Feed, FeedSpec, FullText
from aggregator.text import fold
from aggregator.urls import normalize_link, without_credentials


@dataclass(frozen=True, slots=True)
class FeedChanges:
    """What making the archive equal to feeds.toml did, as URLs."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()


def sync_feeds(connection: Connection, specs: Sequence[FeedSpec], now: datetime) -> FeedChanges:
    """Add the feeds that are new, apply what changed, pause those that are no longer listed.

    A feed is never deleted: its entries stay, and listing its URL again wakes it up.
    """
    rows = {row.url: row for row in connection.execute(select(feed))}
    added = [spec for spec in specs if spec.url not in rows]
    if added:
        connection.execute(insert(feed), [_new_row(spec, now) for spec in added])
    changed = [
        spec.url
        for spec in specs
        if spec.url in rows and _apply(connection, rows[spec.url].id, rows[spec.url], spec)
    ]
    listed = {spec.url for spec in specs}
    paused = [url for url, row in rows.items() if url not in listed and row.is_enabled]
    for url in paused:
        connection.execute(update(feed).where(feed.c.url == url).values(is_enabled=False))
    return FeedChanges(tuple(spec.url for spec in added), tuple(changed), tuple(paused))


def _new_row(spec: FeedSpec, now: datetime) -> dict[str, object]:
    return {"url": spec.url, "next_poll_at": now, "created_at": now, **spec_row(spec)}


def _apply(connection: Connection, feed_id: int, row: object, spec: FeedSpec) -> bool:
    wanted = spec_row(spec)
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return False
    connection.execute(update(feed).where(feed.c.id == feed_id).values(**wanted))
    return True


def read_feeds(connection: Connection, *, counted: bool = False) -> list[Feed]:
    """All feeds in the order in which they were added; `counted` fills in `entry_count`."""
    counts: dict[int, int] = {}
    if counted:
        grouped = select(entry.c.feed_id, func.count().label("n")).group_by(entry.c.feed_id)
        counts = {row.feed_id: row.n for row in connection.execute(grouped)}
    rows = connection.execute(select(feed).order_by(feed.c.id)).mappings()
    return [feed_from(row, counts.get(row["id"], 0)) for row in rows]


def preview_feeds(feeds: Sequence[Feed], specs: Sequence[FeedSpec]) -> list[Feed]:
    """The feeds as `sync_feeds` would make them; new ones have the number 0. Changes nothing."""
    wanted = {spec.url: spec for spec in specs}
    known = {one.url for one in feeds}
    changed = [
        _with_spec(one, wanted[one.url]) if one.url in wanted else replace(one, is_enabled=False)
        for one in feeds
    ]
    return changed + [_with_spec(_unknown(url), wanted[url]) for url in wanted if url not in known]


def _unknown(url: str) -> Feed:
    return Feed(
        id=0,
        url=url,
        name=None,
        title=None,
        site_url=None,
        tags=(),
        is_enabled=True,
        interval_s=0,
        full_text=FullText.AUTO,
    )


def _with_spec(one: Feed, spec: FeedSpec) -> Feed:
    return replace(
        one,
        name=spec.name,
        tags=spec.tags,
        is_enabled=spec.is_enabled,
        interval_s=spec.interval_s,
        full_text=spec.full_text,
    )


def choose_feeds(feeds: Sequence[Feed], names: Iterable[str]) -> list[Feed]:
    """The feeds that `names` mean, in the given order: a number, a URL, a name or a part of one.

    A part must mean one feed only. Raises NotFoundError with what comes nearest.
    """
    return [_choose_one(feeds, name) for name in names]


def _choose_one(feeds: Sequence[Feed], name: str) -> Feed:
    wanted = fold(name)
    exact = [
        one
        for one in feeds
        if name in (str(one.id), one.url)
        or normalize_link(name) == normalize_link(one.url)
        or (wanted and wanted in (fold(one.name or ""), fold(one.title or "")))
    ]
    found = exact or [
        one for one in feeds if wanted and (wanted in fold(one.display_title) or name in one.url)
    ]
    if len(found) == 1:
        return found[0]
    titles = [one.display_title for one in (found or feeds)]
    if found:
        listed = ", ".join(f"{one.id} ({without_credentials(one.url)})" for one in found[:5])
        raise NotFoundError(f"{name!r} means {len(found)} feeds: {listed}; use the number")
    near = difflib.get_close_matches(name, titles, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise NotFoundError(f"no feed {name!r}{hint} (see: aggregator feeds list)")

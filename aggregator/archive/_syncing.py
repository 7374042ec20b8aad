"""The feeds of the archive made equal to a list of feeds, such as feeds.toml.

Of a long list little has changed as a rule, so what is as it should be is found by the columns that
the list decides; only the others are read as a whole and paired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from aggregator.archive._addresses import leave_address
from aggregator.archive._answers import forget_answer
from aggregator.archive._documents import forget_snapshot
from aggregator.archive._engine import Database, parse_url
from aggregator.archive._feeds import read_some_feeds
from aggregator.archive._known import portions
from aggregator.archive._migrations import current_revision
from aggregator.archive._pairing import Pair, pair_feeds
from aggregator.archive._tables import feed, note
from aggregator.archive._types import Json
from aggregator.archive._values import move_row, spec_from, spec_row
from aggregator.model import Feed, FeedSpec, FullText, Validators
from aggregator.schema import HEAD
from aggregator.urls import host_of, normalize_link

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

# What the list decides, and what tells which feed it means.
_COMPARED = [
    feed.c[name]
    for name in (
        *("id", "url", "host", "moved_to", "merged_into", "name", "tags", "is_enabled"),
        *("interval_s", "full_text", "rules", "identity", "weight"),
    )
]

_NOTE = "feeds"
"""Under this name it is noted which list the feeds were made equal to last."""

_LOCK = 7_163_302_911_467
"""The advisory lock of the list; those of the search index have other numbers."""

_FOLLOW = text(
    "INSERT INTO note (name, state) VALUES (:name, :state) "
    "ON CONFLICT (name) DO UPDATE SET state = excluded.state"
).bindparams(bindparam("state", type_=Json))


class FeedList(Protocol):
    """The feeds that an operator wants."""

    @property
    def digest(self) -> str:
        """Tells this list from others, and from one that was read in another way."""

    @property
    def feeds(self) -> Sequence[FeedSpec]:
        """The feeds; to read them may take long, and raise ConfigError."""


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
    _await_others(connection)
    changes = _make_equal(connection, specs, now)
    forget_list(connection)
    return changes


def follow_list(connection: Connection, listed: FeedList, now: datetime) -> FeedChanges:
    """As `sync_feeds`; a list that the feeds were made equal to last is not even read."""
    _await_others(connection)
    if read_digest(connection) == listed.digest:
        return FeedChanges()
    changes = _make_equal(connection, listed.feeds, now)
    # Behind the feeds, as in a merge: of two who do this at once none waits for the other in turn.
    connection.execute(_FOLLOW, {"name": _NOTE, "state": {"digest": listed.digest}})
    return changes


def _await_others(connection: Connection) -> None:
    """Take one list behind the other, as the one writer of SQLite does anyway.

    Else one would not see what another has brought, and both would be noted as followed.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _make_equal(connection: Connection, specs: Sequence[FeedSpec], now: datetime) -> FeedChanges:
    feeds, specs = _find_unsettled(connection, specs)
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
    for part in portions(one.id for one in paused):
        connection.execute(update(feed).where(feed.c.id.in_(part)).values(is_enabled=False))
    return FeedChanges(
        tuple(spec.url for spec in new), tuple(changed), tuple(one.url for one in paused)
    )


def _find_unsettled(
    connection: Connection, specs: Sequence[FeedSpec]
) -> tuple[list[Feed], Sequence[FeedSpec]]:
    """The feeds and the specs that are left when those are set aside that are equal already.

    A feed that has moved, or into which another was merged, is not set aside: further addresses
    may mean it.
    """
    wanted = {spec.url: spec for spec in specs}
    rows = connection.execute(select(*_COMPARED).order_by(feed.c.id)).all()
    meant = {row.merged_into for row in rows}
    is_told_apart = len(wanted) == len(specs)
    settled = {
        row.url: row.id
        for row in rows
        if is_told_apart
        and row.merged_into is row.moved_to is None
        and row.id not in meant
        and (spec := wanted.get(row.url)) is not None
        and spec == spec_from(row)
        and row.host == host_of(row.url)
    }
    ids = {row.id for row in rows}.difference(settled.values())
    return read_some_feeds(connection, ids), [one for one in specs if one.url not in settled]


def read_digest(connection: Connection) -> str | None:
    """The digest of the list that the feeds were made equal to last, None if that is not known."""
    noted = connection.execute(select(note.c.state).where(note.c.name == _NOTE)).scalar()
    return None if noted is None else noted["digest"]


def forget_list(connection: Connection) -> None:
    """Have the next list read, whichever it is: what it means may have changed."""
    connection.execute(delete(note).where(note.c.name == _NOTE))


def is_followed(database_url: str, digest: str) -> bool:
    """Whether the archive behind a URL follows the list of a digest; nothing of it is changed."""
    database = Database(parse_url(database_url))
    try:
        with database.reading("cannot open the archive") as connection:
            return current_revision(connection) == HEAD and read_digest(connection) == digest
    finally:
        database.engine.dispose()


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

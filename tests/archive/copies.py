"""Two databases of a copy: an archive with something odd in every table, and a place for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from aggregator.archive import Archive, Selection, copy_into, metadata, open_engine, parse_url
from aggregator.model import (
    Extras,
    FeedSpec,
    Icon,
    Identity,
    Item,
    Memory,
    ParsedFeed,
    Person,
    PollResult,
    Response,
    Subscription,
    Template,
    Validators,
)
from tests.archive.strict_index import StrictIndex

ODD = "e\u0301 \u202e \U0001f600 \\ ' \" % \t\n \x7f \uffff 東京 {json} null"


def ignore(step: str, done: int, total: int) -> None:
    """Hear of progress, and do nothing."""
    assert 0 <= done <= total, step


@dataclass(frozen=True)
class Two:
    """A filled archive, and the place for its copy."""

    source: str
    target: str

    def copy(self) -> list[Any]:
        """Copy the one into the other."""
        return copy_into(self.source, self.target, ignore)


def fill(url: str, make_item: Callable[..., Item]) -> None:
    """Put something odd into every table of a new archive."""
    now = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
    urls = ["https://example.org/feed", "https://example.org/new", "https://example.net/ü"]
    extras = Extras(people=(Person(ODD),), duration_s=0.1)
    parsed = ParsedFeed("rss20", "strict", "utf-8", (), title=ODD, extras=extras, warnings=("w",))
    parsed = replace(parsed, memory=Memory(Identity.LINK, snapshot=bytes(range(256))))
    odd = make_item(
        1,
        lead=ODD * 100,
        title=ODD,
        sections=[(ODD, "a"), ("", ODD)],
        article={"confidence": 1 / 3, "image": "i"},
        aliases=("b", "B", "é", "link"),
        tags=(ODD, ""),
        published_at=now - timedelta(days=40_000),
        extras=extras,
    )
    with Archive(url, StrictIndex()) as archive:
        archive.feeds.sync([FeedSpec(one, tags=("t",)) for one in urls], now)
        learnt = Template(3, {"block": 2})
        new = tuple(make_item(number, published_at=now) for number in range(2, 250))
        _poll(archive, now, new=(odd, *new), parsed=parsed, template=learnt)
        ids = {one.entry.key: one.id for one in archive.entries.select(Selection())}
        edited = make_item(3, title="Edited", content_hash="e")
        _poll(archive, now, edited=((ids[edited.entry.key], edited),))
        archive.entries.delete([max(ids.values())])
        archive.feeds.write_icon(1, Icon("u", "image/png", b"\0\x89"), now)
        archive.saved.save("Ärger", ODD)
        _poll(archive, now, moved_to=urls[1])
        _poll(archive, now, feed_id=3, parsed=parsed)
        _fill_polling(archive, now)
        archive.feeds.lease(now, limit=1, lease_s=60, feed_ids=[3])


def _fill_polling(archive: Archive, now: datetime) -> None:
    """Put something odd into the tables that pollers remember by."""
    response = Response("u", "f", 200, {"x": ODD}, b"\0\xff" * 100, Validators("é"), now)
    assert archive.feeds.push_answer(3, response, now)
    archive.hosts.reserve("münchen.example", now, 1.5)
    archive.hosts.write_robots("https://example.org", {"text": ODD})
    archive.poison.note_death("d" * 32, ODD, now)
    archive.notes.write("effort", {"value": 1 / 3, "text": ODD})
    archive.subscriptions.save(Subscription(1, "https://hub.example/", ODD, "token", "secret"))


def _poll(archive: Archive, now: datetime, feed_id: int = 1, **changes: Any) -> None:
    (lease,) = archive.feeds.lease(now, limit=1, lease_s=60, feed_ids=[feed_id])
    result = PollResult(feed_id, lease.token, now, now, Validators("é"), None, status=200)
    assert archive.entries.record(replace(result, **changes))


def ask(url: str, statement: Any) -> list[Any]:
    """What one database answers to a statement of ours."""
    found: list[Any] = within(url, lambda connection: list(connection.execute(statement).all()))
    return found


def change(url: str, statement: Any) -> None:
    """Change something in one database, past the archive."""
    within(url, lambda connection: connection.execute(statement))


def within(url: str, work: Callable[[Connection], Any]) -> Any:
    """What `work` returns, done in one transaction."""
    engine = open_engine(parse_url(url))
    with engine.begin() as connection:
        done = work(connection)
    engine.dispose()
    return done


def read_all(url: str) -> dict[str, list[Any]]:
    """All rows of all tables."""
    return {
        table.name: sorted((tuple(row) for row in ask(url, select(table))), key=repr)
        for table in metadata.sorted_tables
    }

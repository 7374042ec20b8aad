"""What pollers note for one another: by name, of poisonous bytes, of subscriptions to hubs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, func, insert, select, text, update

from aggregator.archive._engine import Database
from aggregator.archive._tables import feed, note, poison, subscription
from aggregator.archive._types import Instant, Prose
from aggregator.archive._values import feed_from, links_from
from aggregator.model import Feed, FeedLinks, Subscription

# One statement, so that of two who count at once both are counted.
_DIED = text(
    "INSERT INTO poison (digest, deaths, reason, last_at) VALUES (:digest, 1, :reason, :now) "
    "ON CONFLICT (digest) DO UPDATE SET deaths = poison.deaths + 1, "
    "reason = excluded.reason, last_at = excluded.last_at RETURNING deaths"
).bindparams(bindparam("reason", type_=Prose), bindparam("now", type_=Instant))


class Notes:
    """Small states that outlive a process, by name: the effort that fits the budget, the clock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, name: str) -> dict[str, Any] | None:
        """What was written under a name, None if nothing was."""
        with self._database.reading("cannot read a note") as connection:
            found: dict[str, Any] | None = connection.execute(
                select(note.c.state).where(note.c.name == name)
            ).scalar()
            return found

    def write(self, name: str, state: Mapping[str, Any]) -> None:
        """Keep a state (JSON) under a name of at most 32 characters, in place of what was there."""
        with self._database.writing("cannot write a note") as connection:
            known = update(note).where(note.c.name == name).values(state=dict(state))
            if not connection.execute(known).rowcount:
                connection.execute(insert(note).values(name=name, state=dict(state)))


MAX_DEATHS = 2
"""One may be bad luck: a busy machine, an operator, a neighbour who took all memory."""


@dataclass(frozen=True, slots=True)
class Poison:
    """Bytes that killed the worker which read them: how often, by what, when last."""

    digest: str
    deaths: int
    reason: str
    last_at: datetime

    @property
    def is_quarantined(self) -> bool:
        """Whether they have killed too many to be given to another one."""
        return self.deaths >= MAX_DEATHS


class Poisons:
    """Documents and pages that have killed workers, by the hash of their bytes (32 hex digits)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note_death(self, digest: str, reason: str, now: datetime) -> int:
        """Count one more death; how many there were with it."""
        with self._database.writing("cannot note what is poisonous") as connection:
            values = {"digest": digest, "reason": reason, "now": now}
            deaths: int = connection.execute(_DIED, values).scalar_one()
            return deaths

    def release(self) -> int:
        """Let all of them be read again; how many had killed too many workers for that."""
        with self._database.writing("cannot forget what is poisonous") as connection:
            deaths = connection.execute(delete(poison).returning(poison.c.deaths)).scalars()
            return sum(count >= MAX_DEATHS for count in deaths)

    def all(self) -> list[Poison]:
        """All that is known, the last death first."""
        with self._database.reading("cannot read what is poisonous") as connection:
            chosen = select(poison).order_by(poison.c.last_at.desc(), poison.c.digest)
            return [Poison(**row) for row in connection.execute(chosen).mappings()]


class Subscriptions:
    """The subscriptions of feeds to their hubs; a feed has one at most."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Subscription]:
        """All subscriptions, by feed."""
        with self._database.reading("cannot read the subscriptions") as connection:
            rows = connection.execute(select(subscription).order_by(subscription.c.feed_id))
            return [_subscription_from(row) for row in rows.mappings()]

    def of(self, feed_id: int) -> Subscription | None:
        """The subscription of a feed, None if it has none."""
        return self._find(subscription.c.feed_id == feed_id)

    def find(self, token: str) -> Subscription | None:
        """The subscription whose callback has this token, None if there is none."""
        return self._find(subscription.c.token == token)

    def save(self, one: Subscription) -> None:
        """Keep a subscription in place of the one that its feed had."""
        values = asdict(one)
        with self._database.writing("cannot write a subscription") as connection:
            # Locked, so that of two who subscribe a feed the second replaces the first.
            connection.execute(select(feed.c.id).where(feed.c.id == one.feed_id).with_for_update())
            known = update(subscription).where(subscription.c.feed_id == one.feed_id)
            if not connection.execute(known.values(**values)).rowcount:
                connection.execute(insert(subscription).values(**values))

    def remove(self, feed_id: int) -> None:
        """Forget the subscription of a feed; nothing happens if it has none."""
        with self._database.writing("cannot remove a subscription") as connection:
            connection.execute(delete(subscription).where(subscription.c.feed_id == feed_id))

    def candidates(self) -> list[tuple[Feed, FeedLinks]]:
        """The polled feeds that name a hub and their own address, and have no subscription."""
        subscribed = select(subscription.c.feed_id)
        chosen = select(feed).where(
            feed.c.is_enabled.is_(True),
            feed.c.merged_into.is_(None),
            func.json_array_length(feed.c.links["hubs"]) > 0,
            feed.c.links["self_url"].as_string().is_not(None),
            feed.c.id.not_in(subscribed),
        )
        with self._database.reading("cannot read the feeds") as connection:
            rows = connection.execute(chosen.order_by(feed.c.id)).mappings()
            return [(feed_from(row), links_from(row["links"])) for row in rows]

    def offers(self, feed_ids: Sequence[int]) -> list[tuple[Feed, FeedLinks]]:
        """What the feeds of these numbers say of hubs now, by number, polled or not."""
        chosen = select(feed).where(feed.c.id.in_(feed_ids)).order_by(feed.c.id)
        with self._database.reading("cannot read the feeds") as connection:
            rows = connection.execute(chosen).mappings()
            return [(feed_from(row), links_from(row["links"])) for row in rows]

    def _find(self, condition: Any) -> Subscription | None:  # noqa: ANN401
        with self._database.reading("cannot read a subscription") as connection:
            row = connection.execute(select(subscription).where(condition)).mappings().first()
            return None if row is None else _subscription_from(row)


def _subscription_from(row: RowMapping) -> Subscription:
    return Subscription(**{one.name: row[one.name] for one in fields(Subscription)})

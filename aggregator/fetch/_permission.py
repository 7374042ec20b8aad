"""Whether a site lets us ask for its pages: its robots.txt, fetched once a day, remembered."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.fetch._failure import Failure
from aggregator.fetch._hosts import HostBook
from aggregator.fetch._robots import Rules, read_robots
from aggregator.fetch._target import Target

PRODUCT_TOKEN = "aggregator"  # noqa: S105 - the name by which a robots.txt speaks to us
ROBOTS_LIFETIME = timedelta(hours=24)
"""The longest that a robots.txt may be remembered (RFC 9309, section 2.4)."""

UNREACHABLE_WAIT = timedelta(hours=1)
"""Until a robots.txt that could not be had is asked for again, where its server states no time."""

STALE_LIFETIME = timedelta(days=30)
"""So long old rules stand in for a robots.txt that cannot be had (the RFC's example)."""

_MOST_ORIGINS = 1000
_MOST_RULES = 100_000
"""Of all origins that are remembered here; a rule takes 70 bytes, a hostile site has 40,000. The
book has them all."""

_QUICK_STEPS = 100_000
"""Characters of a path times rules: up to here it is held against them in a millisecond or two."""

_QUICK_BYTES = 32 * 1024
"""Reading more is done beside the event loop: 512 KiB of rules take up to a tenth of a second."""

FetchRobots = Callable[[str], Awaitable[bytes]]
"""The beginning of the robots.txt of an origin; raises Failure."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of one origin until `until`; without `rules` it could not be had."""

    until: datetime
    read_at: datetime
    rules: Rules | None

    def is_current(self) -> bool:
        """Whether it may be believed; what is of the future was written by a clock gone wrong."""
        now = datetime.now(UTC)
        return self.read_at <= now < self.until <= now + ROBOTS_LIFETIME

    def to_state(self) -> dict[str, Any]:
        rules = None if self.rules is None else self.rules.to_state()
        return {
            "until": self.until.isoformat(),
            "read_at": self.read_at.isoformat(),
            "rules": rules,
        }


@dataclass(slots=True)
class _Origin:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    known: _Known | None = None

    @property
    def size(self) -> int:
        """How many rules it has."""
        rules = self.known.rules if self.known else None
        return len(rules.allow) + len(rules.disallow) if rules else 0


class Permission:
    """Asks sites whether we may ask, once a day at most; what they say is kept in the book."""

    def __init__(self, book: HostBook, fetch: FetchRobots) -> None:
        self._book, self._fetch = book, fetch
        self._origins: OrderedDict[str, _Origin] = OrderedDict()

    async def check(self, target: Target) -> float:
        """The seconds that the site wants between two requests; Failure if it lets us not."""
        known = await self._known_of(target.origin)
        if known.rules is None:
            message = "the site's robots.txt cannot be had now, so its pages are left alone"
            raise Failure("robots", message, retry_at=known.until)
        if not await _permits(known.rules, target.url.raw_path_qs):
            message = "the site's robots.txt does not allow it"
            raise Failure("robots", message, retry_at=known.until)
        return known.rules.delay_s

    async def _known_of(self, origin: str) -> _Known:
        """What is known of `origin` now; only one task at a time finds it out."""
        place = self._origins.setdefault(origin, _Origin())
        self._origins.move_to_end(origin)
        async with place.lock:
            if place.known is None:
                place.known = _from_state(await self._book.robots(origin))
            if place.known is None or not place.known.is_current():
                place.known = await self._find_out(origin, place.known)
                await self._book.write_robots(origin, place.known.to_state())
            known = place.known
        self._shorten()
        return known

    def _shorten(self) -> None:
        """Forget those that nobody has asked for longest, until there is room for the others."""
        left = sum(origin.size for origin in self._origins.values())
        while len(self._origins) > 1 and (len(self._origins) > _MOST_ORIGINS or left > _MOST_RULES):
            _, forgotten = self._origins.popitem(last=False)
            left -= forgotten.size

    async def _find_out(self, origin: str, before: _Known | None) -> _Known:
        """What the site says today; raises Failure where it was not even asked."""
        now = datetime.now(UTC)
        try:
            text = await self._fetch(origin)
        except Failure as failure:
            if failure.kind in {"resting", "refused"}:
                raise
            return _without(failure, before, now)
        if len(text) > _QUICK_BYTES:
            rules = await asyncio.to_thread(read_robots, text, PRODUCT_TOKEN)
        else:
            rules = read_robots(text, PRODUCT_TOKEN)
        return _Known(now + ROBOTS_LIFETIME, now, rules)


async def _permits(rules: Rules, path: str) -> bool:
    """Whether `rules` let us ask for `path`, looked at beside the event loop if that takes long."""
    if (len(rules.allow) + len(rules.disallow)) * len(path) <= _QUICK_STEPS:
        return rules.permits(path)
    return await asyncio.to_thread(rules.permits, path)


def _without(failure: Failure, before: _Known | None, now: datetime) -> _Known:
    """What holds where no robots.txt came: where there is none (4xx) all is allowed.

    So it is after too many redirects (RFC 9309, section 2.3.1.2). Else the server cannot say now,
    and its rules of up to thirty days ago hold on, or nothing is asked.
    """
    is_absent = (
        failure.kind == "http"
        and failure.status is not None
        and (400 <= failure.status < 500 and failure.status != 429)
    )
    if is_absent or failure.kind == "redirects":
        return _Known(now + ROBOTS_LIFETIME, now, Rules())
    until = min(max(failure.retry_at or now, now + UNREACHABLE_WAIT), now + ROBOTS_LIFETIME)
    if before is not None and now - before.read_at < STALE_LIFETIME:
        return _Known(until, before.read_at, before.rules)
    return _Known(until, now, None)


def _from_state(state: dict[str, Any] | None) -> _Known | None:
    """What `to_state` has made a state of; None for what cannot be read."""
    if state is None:
        return None
    try:
        rules = None if state["rules"] is None else Rules.from_state(state["rules"])
        until, read_at = (datetime.fromisoformat(state[name]) for name in ("until", "read_at"))
        return _Known(until.astimezone(UTC), read_at.astimezone(UTC), rules)
    except (KeyError, TypeError, ValueError):
        return None

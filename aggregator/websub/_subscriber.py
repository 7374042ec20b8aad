"""Asking hubs for news, again before their leases end, and to stop when nobody wants it."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.archive import Archive
from aggregator.errors import FetchError
from aggregator.fetch import Fetcher
from aggregator.model import SILENT_HUB, Feed, FeedLinks, Subscription
from aggregator.urls import host_of
from aggregator.websub._deciding import LEASE_S, Action, asked, decide, find_offer, left
from aggregator.websub._inbox import InArchive

logger = logging.getLogger("aggregator.websub")

MAX_REQUESTS = 20
"""In one pass: a hub of thousands of feeds is asked for them little by little."""

HUBS_AT_ONCE = 4
"""A slow one holds up neither all others nor the polls, which go the same way."""

LOOKED_AT = 200
"""In one pass so many subscriptions are held against what their feeds say now."""

SEARCH_EVERY = timedelta(minutes=10)
"""All feeds are gone through for new hubs so often: with 100,000 of them that takes a while."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done about one feed: its subscription then, and as it was `planned_for`."""

    action: Action
    subscription: Subscription
    planned_for: Subscription | None


class Subscriber:
    """Keeps the subscriptions of all feeds that name a hub as they should be.

    `callback_url` is where hubs reach us; each subscription has an address of its own below it.
    """

    def __init__(
        self, archive: Archive, in_archive: InArchive, fetcher: Fetcher, callback_url: str
    ) -> None:
        self._archive, self._in_archive, self._fetcher = archive, in_archive, fetcher
        self._callback_url = callback_url.rstrip("/")
        self._looked_at = 0
        self._searched_at: datetime | None = None

    async def keep(self, now: datetime) -> None:
        """Make the requests that are due, at most `MAX_REQUESTS`, to a hub one after the other.

        What hubs do wrong is kept with their feeds. One that fails is left alone for the rest.
        """
        hubs: defaultdict[str, list[Step]] = defaultdict(list)
        for step in await self._in_archive(self._plan, now):
            hubs[host_of(step.subscription.hub)].append(step)
        requests, places = iter(range(MAX_REQUESTS)), asyncio.Semaphore(HUBS_AT_ONCE)
        made = (self._ask(steps, requests, places) for steps in hubs.values())
        for failure in await asyncio.gather(*made, return_exceptions=True):
            if failure is not None:
                raise failure

    async def _ask(
        self, steps: Sequence[Step], requests: Iterator[int], places: asyncio.Semaphore
    ) -> None:
        """Make the requests to one hub, as long as there are `requests` left and it takes them."""
        async with places:
            for step in steps:
                if next(requests, None) is None:
                    return
                is_due = await self._in_archive(self._begin, step)
                if is_due and not await self._post(step):
                    return

    def _plan(self, now: datetime) -> list[Step]:
        """The requests that are due: those that end or renew something before all new ones."""
        kept = self._archive.subscriptions
        known = {one.feed_id: one for one in kept.all()}
        steps = self._look_at(kept.offers(self._next_ids(known)), known, now)
        last_at = self._searched_at
        is_time = last_at is None or not last_at <= now < last_at + SEARCH_EVERY
        if is_time and len(steps) < MAX_REQUESTS:
            steps += self._look_at(kept.candidates(), {}, now)
            # Those that find no place in this pass are looked for in the next.
            self._searched_at = now if len(steps) <= MAX_REQUESTS else None
        return steps

    def _next_ids(self, known: Iterable[int]) -> list[int]:
        """The next `LOOKED_AT` feeds with a subscription, beginning anew after the last."""
        ids = sorted(known)
        chosen = [one for one in ids if one > self._looked_at][:LOOKED_AT]
        self._looked_at = chosen[-1] if len(chosen) == LOOKED_AT else 0
        return chosen

    def _look_at(
        self,
        feeds: Iterable[tuple[Feed, FeedLinks]],
        known: dict[int, Subscription],
        now: datetime,
    ) -> list[Step]:
        steps = []
        for feed, links in feeds:
            current, offer = known.get(feed.id), find_offer(feed, links)
            action = decide(current, offer, now)
            if action is Action.FORGET:
                self._archive.subscriptions.remove(feed.id)
            elif action is Action.ASK and offer is not None:
                steps.append(Step(action, asked(current, feed.id, offer, now), current))
            elif action is Action.LEAVE and current is not None:
                steps.append(Step(action, left(current, now), current))
        return steps

    def _begin(self, step: Step) -> bool:
        """Keep what is about to be asked, since a hub may confirm before it answers.

        False if a hub has changed what is there since the pass was planned.
        """
        new = step.subscription
        current = self._archive.subscriptions.of(new.feed_id)
        if current != step.planned_for:
            return False
        self._archive.subscriptions.save(new)
        return True

    async def _post(self, step: Step) -> bool:
        """Whether the hub took the request; if not, why not is kept."""
        one = step.subscription
        try:
            response = await self._fetcher.post(one.hub, self._form(step))
        except FetchError as error:
            logger.info("hub: feed=%s %s: %s", one.feed_id, host_of(one.hub), error)
            await self._in_archive(self._fail, one, str(error))
            return False
        if one.secret and any(not hop.url.startswith("https:") for hop in response.redirects):
            await self._in_archive(self._disclose, one)
        logger.info("hub: feed=%s %s %s", one.feed_id, host_of(one.hub), step.action)
        return True

    def _form(self, step: Step) -> dict[str, str]:
        one = step.subscription
        is_asking = step.action is Action.ASK
        form = {
            "hub.mode": "subscribe" if is_asking else "unsubscribe",
            "hub.topic": one.topic,
            "hub.callback": f"{self._callback_url}/{one.token}",
            "hub.verify": "async",  # PubSubHubbub 0.3; hubs of today take no notice of it
        }
        if is_asking:
            form["hub.lease_seconds"] = str(LEASE_S)
            if one.secret:
                form["hub.secret"] = one.secret
        return form

    def _disclose(self, one: Subscription) -> None:
        """Have nothing count as signed: the hub has sent our secret on without encryption."""
        current = self._archive.subscriptions.of(one.feed_id)
        if current is not None and current.token == one.token:
            self._archive.subscriptions.save(replace(current, secret=""))

    def _fail(self, one: Subscription, reason: str) -> None:
        """Keep why a hub did not take a request, unless it has confirmed it all the same."""
        current = self._archive.subscriptions.of(one.feed_id)
        if current is None or current.token != one.token or not current.failures:
            return
        if current.error != SILENT_HUB:
            self._archive.subscriptions.save(replace(current, error=reason))

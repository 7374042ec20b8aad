"""The address at which hubs reach us: who is let in, how much is read, what is answered."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from aggregator.errors import ArchiveError
from aggregator.model import Subscription
from aggregator.websub._inbox import Inbox

logger = logging.getLogger("aggregator.websub")

MAX_BODY_BYTES = 5 * 1024 * 1024
"""Of 1,070 real feeds and pages measured the largest had 1.6 MiB."""

DEADLINE_S = 20.0
"""For a whole request behind its headers: its body, and what is done about it."""

MAX_AT_ONCE = 8
"""So many bodies are held at a time; who comes then is asked to come again."""

MAX_OF_FEED = 2
"""So many of them may be of one feed: a hub that drips keeps no place from other hubs for long."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_COME_AGAIN = {"Retry-After": "60"}
_PLAIN = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class Callback:
    """Answers hubs: GET is a question, POST brings something; all else is not there.

    Only the last part of a path counts, so that it does not matter under which path a proxy in
    front hands requests on. Strangers learn nothing, and nothing of what they send is read.
    """

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._places = asyncio.Semaphore(MAX_AT_ONCE)
        self._of_feeds: Counter[int] = Counter()

    async def get(self, request: web.Request) -> web.Response:
        """The challenge of a question that is meant, else 404."""
        query = {name: request.query.getall(name) for name in request.query}
        verdict = await self._inbox.verify(_token_of(request), query)
        if not verdict.is_meant:
            raise web.HTTPNotFound
        return web.Response(text=verdict.text, headers=_PLAIN)

    async def post(self, request: web.Request) -> web.Response:
        """202 for whatever is sent to a subscription that runs, also if it is then dropped.

        404 for one that no hub has confirmed yet, 410 for one that is over, so that its hub may
        give up (WebSub, section 7).
        """
        subscription = await self._inbox.find(_token_of(request))
        if subscription is None or subscription.state in {"gone", "denied"}:
            raise web.HTTPGone
        if subscription.state != "active":
            raise web.HTTPNotFound
        if self._places.locked() or self._of_feeds[subscription.feed_id] >= MAX_OF_FEED:
            raise web.HTTPServiceUnavailable(headers=_COME_AGAIN)
        async with self._places, self._counted(subscription.feed_id):
            body = await self._read(request, subscription)
            headers = {name.lower(): value for name, value in request.headers.items()}
            headers["link"] = ", ".join(request.headers.getall("Link", []))
            await self._inbox.take(subscription, body, headers)
        return web.Response(status=HTTPStatus.ACCEPTED)

    @asynccontextmanager
    async def _counted(self, feed_id: int) -> AsyncIterator[None]:
        self._of_feeds[feed_id] += 1
        try:
            yield
        finally:
            self._of_feeds[feed_id] -= 1
            if not self._of_feeds[feed_id]:
                del self._of_feeds[feed_id]

    async def _read(self, request: web.Request, subscription: Subscription) -> bytes:
        size = request.content_length or 0
        try:
            if size <= MAX_BODY_BYTES:
                return await request.read()
        except web.HTTPRequestEntityTooLarge:
            size = MAX_BODY_BYTES + 1
        reason = f"its hub sends more than {MAX_BODY_BYTES} bytes at once"
        await self._inbox.distrust(subscription, reason)
        raise web.HTTPRequestEntityTooLarge(MAX_BODY_BYTES, size)


def make_app(inbox: Inbox) -> web.Application:
    """The application of the callback."""
    callback = Callback(inbox)
    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_bound])
    app.router.add_get("/{path:.*}", callback.get, allow_head=False)
    app.router.add_post("/{path:.*}", callback.post)
    return app


@web.middleware
async def _bound(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One deadline for all; and an archive that is away makes hubs come again."""
    try:
        async with asyncio.timeout(DEADLINE_S):
            return await handler(request)
    except ConnectionError:
        # Who has hung up reads no answer; the server would log it as a fault of ours.
        raise web.HTTPBadRequest from None
    except TimeoutError:
        # A body that drips, or an archive that is busy: its hub may try again.
        raise web.HTTPServiceUnavailable(headers=_COME_AGAIN) from None
    except ArchiveError as error:
        logger.error("push not kept, its hub may send it again: %s", error)  # noqa: TRY400
        raise web.HTTPServiceUnavailable(headers=_COME_AGAIN) from None


def _token_of(request: web.Request) -> str:
    token = request.path.rpartition("/")[2]
    if not _TOKEN.fullmatch(token):
        raise web.HTTPNotFound
    return token

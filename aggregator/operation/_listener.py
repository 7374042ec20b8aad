"""A small web server of the daemon's own: /livez, /readyz and /metrics, and nothing else."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass

from aiohttp import web

from aggregator.errors import AggregatorError, ConfigError
from aggregator.operation._pulse import Pulse

logger = logging.getLogger("aggregator.listener")

LOOP_LIMIT_S = 30.0
"""An event loop that has not turned for so long is stuck: the longest stall that was ever measured
with all feeds due was under a second."""

READY_DEADLINE_S = 5.0
"""Monitors give up after ten seconds as a rule; a reason is worth more to them than silence."""

QUEUE_LIMIT = 1000
"""Writes that may wait before no more work should be sent here."""

_START_DEADLINE_S = 10.0
_MAX_WAITING = 64

_IDLE_S = 15.0
"""A connection on which no question comes for so long is closed, also one that has sent a part of
it. The server's own limit is an hour: whoever opens connections would take all our files."""

_Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the listener asks to answer; all of it is asked in the listener's own threads.

    `pulse` is that of the daemon's loop. `check_archive` raises an AggregatorError, or returns a
    sentence, if the archive cannot be worked with now; None if it can. `render_metrics` gives a
    body and its content type. `count_waiting` says how many writes wait.
    """

    pulse: Pulse
    check_archive: Callable[[], str | None]
    render_metrics: Callable[[], tuple[bytes, str]]
    count_waiting: Callable[[], int] = lambda: 0


class Listener:
    """Answers on `address` (``host:port``) from a thread of its own while it is started.

    A loop that is stuck could not say so itself: the listener does not share the daemon's.

        listener = Listener("127.0.0.1:9464", vitals)
        listener.start()
        ...
        listener.stop()
    """

    def __init__(self, address: str, vitals: Vitals) -> None:
        host, _, port = address.rpartition(":")
        self._host, self._port = host.removeprefix("[").removesuffix("]"), int(port)
        self._vitals = vitals
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_over: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)
        self._has_started: Future[int] = Future()
        self._check: Future[str | None] | None = None
        self.port = 0

    def start(self) -> None:
        """Listen from now on; ConfigError if the address cannot be had."""
        self._thread.start()
        try:
            self.port = self._has_started.result(_START_DEADLINE_S)
        except (OSError, TimeoutError) as error:
            raise ConfigError(
                f"cannot listen there: {getattr(error, 'strerror', None) or error}", key="listen"
            ) from error
        logger.info("listening on %s, port %d", self._host, self.port)

    def stop(self) -> None:
        """Listen no more; nothing happens if it was not started."""
        if self._loop is not None and self._is_over is not None:
            self._loop.call_soon_threadsafe(self._is_over.set)
            self._thread.join(_START_DEADLINE_S)
            self._loop = None

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            if not self._has_started.done():
                self._has_started.set_exception(error)

    async def _serve(self) -> None:
        self._loop, self._is_over = asyncio.get_running_loop(), asyncio.Event()
        runner = web.AppRunner(
            self._application(), access_log=None, handle_signals=False, keepalive_timeout=_IDLE_S
        )
        await runner.setup()
        try:
            # What a monitor does not send in one go is no question to a page without a body.
            site = web.TCPSite(runner, self._host, self._port, backlog=_MAX_WAITING)
            await site.start()
            self._has_started.set_result(runner.addresses[0][1])
            await self._is_over.wait()
        finally:
            await runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=1)
        for path, answer in (
            ("/livez", self._answer_live),
            ("/readyz", self._answer_ready),
            ("/metrics", self._answer_metrics),
        ):
            application.router.add_get(path, _without_body(answer))  # and HEAD
        return application

    async def _answer_live(self, _request: web.Request) -> web.Response:
        age_s = self._vitals.pulse.age_s
        if age_s <= LOOP_LIMIT_S:
            return _say("ok")
        return _say(f"the event loop has not turned for {age_s:.0f} s", status=503)

    async def _answer_ready(self, _request: web.Request) -> web.Response:
        waiting = self._vitals.count_waiting()
        if waiting > QUEUE_LIMIT:
            return _say(f"{waiting} writes wait for the archive", status=503)
        try:
            check = asyncio.wrap_future(self._begin_check())
            reason = await asyncio.wait_for(asyncio.shield(check), READY_DEADLINE_S)
        except TimeoutError:
            reason = f"the archive has not answered for {READY_DEADLINE_S:g} s"
        return _say(reason or "ok", status=503 if reason else 200)

    def _begin_check(self) -> Future[str | None]:
        """The check that is under way, else a new one: a database that hangs gets one thread."""
        if self._check is None or self._check.done():
            self._check = Future()
            # Not one of the loop's own threads, for which its end would wait.
            asked = (self._vitals.check_archive, self._check)
            threading.Thread(target=_check, args=asked, name="readyz", daemon=True).start()
        return self._check

    async def _answer_metrics(self, _request: web.Request) -> web.Response:
        body, content_type = self._vitals.render_metrics()
        return web.Response(body=body, headers={**_HEADERS, "Content-Type": content_type})


def _check(ask: Callable[[], str | None], answer: Future[str | None]) -> None:
    try:
        answer.set_result(ask())
    except AggregatorError as error:
        answer.set_result(str(error))
    finally:
        if not answer.done():
            answer.set_result("the archive could not be asked; the log says more")


def _without_body(answer: _Answer) -> _Answer:
    """Answer what asks for something, and nothing that brings something."""

    async def answer_empty(request: web.Request) -> web.StreamResponse:
        if request.can_read_body:
            return _say("no body is taken here", status=413)
        return await answer(request)

    return answer_empty


def _say(text: str, *, status: int = 200) -> web.Response:
    response = web.Response(text=f"{text}\n", status=status, headers=_HEADERS)
    if status == 413:
        response.force_close()
    return response

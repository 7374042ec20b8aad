"""The fetcher: redirects, turns, permissions and the deadline around single requests."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import aiohttp

from aggregator.errors import RestingError
from aggregator.fetch._asking import Answer, Question, ask, ask_once
from aggregator.fetch._decode import ACCEPT_ENCODING
from aggregator.fetch._failure import Failure
from aggregator.fetch._guard import Guard, Network
from aggregator.fetch._headers import conditions
from aggregator.fetch._hosts import HostBook, MemoryBook
from aggregator.fetch._journey import Journey, respond
from aggregator.fetch._limits import FetchLimits
from aggregator.fetch._permission import Permission
from aggregator.fetch._policies import policy_for
from aggregator.fetch._proxy import Proxy, check_proxied
from aggregator.fetch._resolver import Resolver
from aggregator.fetch._robots import MAX_ROBOTS_BYTES
from aggregator.fetch._target import Target
from aggregator.fetch._turns import Allowance, Turns
from aggregator.fetch._wire import BoundedAnswers
from aggregator.model import HostPolicy, Response, Validators
from aggregator.urls import without_credentials

FEED_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
"""The Accept header for a feed: its formats before anything else."""

PAGE_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.5"
"""The Accept header for the page behind an entry."""

_KEEP_ALIVE_S = 4.0
"""Shorter than the 5 s after which common servers hang up: no request meets a closed door."""

_MOST_ROBOTS_REDIRECTS = 5
"""At least so many are followed, says RFC 9309 in section 2.3.1.2; behind them there is none."""

_SAME_METHOD = frozenset({307, 308})
"""The redirects after which a form is sent again (RFC 9110, section 15.4)."""

_NO_VALIDATORS = Validators()


class Fetcher:
    """Fetches URLs politely, within `limits`, from public addresses; an async context manager.

    `user_agent` is sent as it is and should name the program and a page about it.
    `allow_networks` may be reached although they are not public. `policies` are the operator's
    of single hosts; they come before those that are shipped. `book` is what all who ask the same
    hosts share, without one what this fetcher has seen itself. Everything leaves through `proxy`
    if there is one. No cookies are kept, no referrer is sent, and neither proxies nor passwords are
    taken from the environment.
    """

    def __init__(
        self,
        limits: FetchLimits,
        *,
        user_agent: str,
        allow_networks: Sequence[Network] = (),
        policies: Sequence[HostPolicy] = (),
        book: HostBook | None = None,
        proxy: str | None = None,
    ) -> None:
        if not user_agent.isascii() or not user_agent.isprintable():
            raise ValueError("a user agent is one line of ASCII")
        self._limits, self._user_agent = limits, user_agent
        self._allow_networks, self._policies = tuple(allow_networks), tuple(policies)
        self._proxy = Proxy.parse(proxy) if proxy else None
        self._guard = Guard(allow_networks, is_proxied=self._proxy is not None)
        self._turns = Turns(total=limits.concurrency, per_host=limits.per_host)
        self._book: HostBook = MemoryBook() if book is None else book
        self._permission = Permission(self._book, self._get_robots)
        self._resolver = Resolver(threads=limits.concurrency)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._resolver = Resolver(threads=self._limits.concurrency)
        self._session = _open_session(self._guard, self._resolver, self._limits, self._user_agent)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            await self._resolver.close()
            self._session = None

    async def get(
        self,
        url: str,
        *,
        validators: Validators = _NO_VALIDATORS,
        accept: str = FEED_ACCEPT,
        wants_delta: bool = False,
    ) -> Response:
        """The good answer for `url`: 2xx with its whole body, or 304 if `validators` were sent.

        Follows redirects; each is listed in the response, none of their URLs has credentials.
        The validators of a 304 are its own or else those that were sent. Of a feed that
        `wants_delta` its server may send only what is new (226, RFC 3229) to who has its ETag.
        Raises FetchError for everything else, RefusedError where we may not ask and RestingError
        where we are to wait.
        """
        headers = {"Accept": accept, **conditions(validators)}
        sent = validators if len(headers) > 1 else None
        if wants_delta and "If-None-Match" in headers:
            headers["A-IM"] = "feed"
        return await self._respond(url, Question(headers), sent)

    async def get_page(self, url: str) -> Response:
        """The page at `url`, if the robots.txt of its site, and of each redirect's, allows it.

        Raises FetchError as `get` does, RefusedError of the kind ``robots`` where it is not
        allowed or where that cannot be known now.
        """
        return await self._respond(url, Question({"Accept": PAGE_ACCEPT}, is_page=True))

    async def post(self, url: str, form: Mapping[str, str]) -> Response:
        """The good answer (2xx) to `form`, sent to `url`; raises FetchError for everything else.

        Only redirects that keep the method (307, 308) are followed.
        """
        headers = {"Accept": "*/*", "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(form).encode("ascii")
        return await self._respond(url, Question(headers, form=body, statuses=_SAME_METHOD))

    async def _respond(
        self, url: str, question: Question, sent: Validators | None = None
    ) -> Response:
        asked = without_credentials(url)
        journey = Journey(asked, self._limits.max_redirects)
        try:
            answer = await self._walk(url, journey, question)
            return respond(url, journey, answer, sent)
        except Failure as failure:
            raise failure.to_error(asked, journey.place) from failure.__cause__

    async def _get_robots(self, origin: str) -> bytes:
        """The beginning of the robots.txt of `origin`; raises Failure."""
        journey = Journey(origin, _MOST_ROBOTS_REDIRECTS)
        question = Question({"Accept": "text/plain, */*;q=0.5"}, cut_bytes=MAX_ROBOTS_BYTES)
        try:
            return (await self._walk(f"{origin}/robots.txt", journey, question)).body
        except Failure as failure:
            if failure.kind == "refused" and journey.redirects:
                raise Failure("http", "it leads to what may not be asked") from failure
            raise

    async def _walk(self, url: str, journey: Journey, question: Question) -> Answer:
        """The answer at the end of all redirects, within one deadline and each host's turns."""
        allowance = Allowance(self._limits.timeout_s)
        target = journey.begin(url)
        while True:
            answer = await self._take_turn(target, question, allowance)
            if answer.location is None:
                return answer
            target = journey.follow(target, answer.status, answer.location)
            await asyncio.sleep(journey.hop_wait(answer))

    async def _take_turn(self, target: Target, question: Question, allowance: Allowance) -> Answer:
        """The answer of `target` once its host may be asked; the book learns how that went."""
        host = target.host
        gap_s = policy_for(host, self._policies, gap_s=self._limits.gap_s).gap_s
        if question.is_page:
            gap_s = max(gap_s, await self._permission.check(target))
        reserve = partial(self._book.reserve, host, gap_s)
        try:
            async with self._turns.take(host, gap_s, reserve), allowance.spend():
                answer = await self._ask(target, question)
        except TimeoutError as error:
            message = f"no whole answer within {self._limits.timeout_s:g} s"
            raise Failure("timeout", message) from error
        except RestingError as error:
            raise Failure("resting", str(error), retry_at=error.retry_at) from error
        except Failure as failure:
            await self._note(host, failure)
            raise
        await self._book.answered(host)
        return answer

    async def _ask(self, target: Target, question: Question) -> Answer:
        if self._session is None:
            raise RuntimeError("a fetcher is entered with `async with` before it fetches")
        if self._proxy is not None:
            await check_proxied(target, self._resolver, self._allow_networks)
        return await ask(
            self._session,
            target,
            question,
            proxy=self._proxy,
            guard=self._guard,
            limits=self._limits,
        )

    async def _note(self, host: str, failure: Failure) -> None:
        """Tell the book of an answer that was none: a refusal lets the whole host rest."""
        status = failure.status
        if status == 429 or (status == 503 and failure.retry_at is not None):
            failure.retry_at = await self._book.refuse(host, status, failure.retry_at)
        elif status is not None and status < 500:
            await self._book.answered(host)


def _open_session(
    guard: Guard, resolver: Resolver, limits: FetchLimits, user_agent: str
) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        socket_factory=guard.open_socket,
        resolver=resolver,
        limit=0,  # the turns bound it
        keepalive_timeout=_KEEP_ALIVE_S,
    )
    # The client has no limit for it, and no public way to bring one.
    connector._factory = partial(  # type: ignore[assignment]  # noqa: SLF001
        BoundedAnswers, loop=asyncio.get_running_loop(), limits=limits
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None),  # the allowance bounds it
        headers={"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING},
        max_line_size=limits.max_header_bytes,
        max_field_size=limits.max_header_bytes,
        middlewares=(ask_once,),
    )

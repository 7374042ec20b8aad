"""The fetcher: redirects, turns and the deadline around single requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import aiohttp

from aggregator.fetch._asking import Answer, ask, ask_once
from aggregator.fetch._decode import ACCEPT_ENCODING
from aggregator.fetch._failure import Failure
from aggregator.fetch._guard import Guard, Network
from aggregator.fetch._headers import conditions, join_headers, read_validators
from aggregator.fetch._limits import FetchLimits
from aggregator.fetch._resolver import Resolver
from aggregator.fetch._target import Target, parse_target
from aggregator.fetch._turns import Allowance, Turns
from aggregator.model import Redirect, Response, Validators
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

_NO_VALIDATORS = Validators()


class Fetcher:
    """Fetches URLs politely, within `limits`, from public addresses; an async context manager.

    `user_agent` is sent as it is and should name the program and a page about it.
    `allow_networks` may be reached although they are not public. No cookies are kept, no
    referrer is sent, and neither proxies nor passwords are taken from the environment.
    """

    def __init__(
        self, limits: FetchLimits, *, user_agent: str, allow_networks: Sequence[Network] = ()
    ) -> None:
        if not user_agent.isascii() or not user_agent.isprintable():
            raise ValueError("a user agent is one line of ASCII")
        self._limits = limits
        self._user_agent = user_agent
        self._guard = Guard(allow_networks)
        self._turns = Turns(total=limits.concurrency, per_host=limits.per_host)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = self._open_session()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(
        self,
        url: str,
        *,
        validators: Validators = _NO_VALIDATORS,
        accept: str = FEED_ACCEPT,
    ) -> Response:
        """The good answer for `url`: 2xx with its whole body, or 304 if `validators` were sent.

        Follows redirects; each is listed in the response, none of their URLs has credentials.
        The validators of a 304 are its own or else those that were sent. Raises FetchError for
        everything else, RefusedError where we may not ask.
        """
        asked = without_credentials(url)
        journey = _Journey(asked, self._limits.max_redirects)
        conditional = conditions(validators)
        try:
            answer = await self._walk(url, journey, {"Accept": accept, **conditional})
            return _respond(url, journey, answer, validators if conditional else None)
        except Failure as failure:
            raise failure.to_error(asked, journey.place) from failure.__cause__

    async def _walk(self, url: str, journey: _Journey, headers: Mapping[str, str]) -> Answer:
        """The answer at the end of all redirects, within one deadline and each host's turns."""
        if self._session is None:
            raise RuntimeError("a fetcher is entered with `async with` before it fetches")
        limits, allowance = self._limits, Allowance(self._limits.timeout_s)
        target = journey.begin(url)
        while True:
            try:
                async with self._turns.take(target.host), allowance.spend():
                    answer = await ask(
                        self._session, target, headers, guard=self._guard, limits=limits
                    )
            except TimeoutError as error:
                message = f"no whole answer within {limits.timeout_s:g} s"
                raise Failure("timeout", message) from error
            if answer.location is None:
                return answer
            target = journey.follow(target, answer.status, answer.location)

    def _open_session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            socket_factory=self._guard.open_socket,
            resolver=Resolver(threads=self._limits.concurrency),
            limit=0,  # the turns bound it
            keepalive_timeout=_KEEP_ALIVE_S,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),  # the allowance bounds it
            headers={"User-Agent": self._user_agent, "Accept-Encoding": ACCEPT_ENCODING},
            max_line_size=self._limits.max_header_bytes,
            max_field_size=self._limits.max_header_bytes,
            middlewares=(ask_once,),
        )


class _Journey:
    """The way from what was asked to what answers: `place` is the URL reached so far."""

    def __init__(self, asked: str, max_redirects: int) -> None:
        self.place = asked
        self.redirects: list[Redirect] = []
        self._max_redirects = max_redirects
        self._seen: set[str] = set()

    def begin(self, url: str) -> Target:
        """The first thing to ask; raises Failure if it may not be asked."""
        target = parse_target(url)
        self._seen.add(target.shown)
        return target

    def follow(self, target: Target, status: int, location: str) -> Target:
        """What to ask next; raises Failure if that is one too many, a circle or refused."""
        if len(self.redirects) >= self._max_redirects:
            raise Failure("redirects", f"more than {self._max_redirects} redirects")
        following = target.follow(location)
        if following.shown in self._seen:
            raise Failure("redirects", "the redirects lead in a circle")
        self._seen.add(following.shown)
        self.redirects.append(Redirect(status, following.shown))
        self.place = following.shown
        return following


def _respond(url: str, journey: _Journey, answer: Answer, sent: Validators | None) -> Response:
    """The response to `url`; `sent` is None where the request was not conditional."""
    is_unchanged = answer.status == 304
    if is_unchanged and sent is None:
        raise Failure("http", "304 to an unconditional request", status=304)
    return Response(
        url=url,
        final_url=journey.place,
        status=answer.status,
        headers=join_headers(answer.headers),
        body=answer.body,
        validators=read_validators(answer.headers, sent if is_unchanged else None),
        fetched_at=datetime.now(UTC),
        redirects=tuple(journey.redirects),
        wire_bytes=answer.wire_bytes,
    )

"""One request and its answer, with every way in which that can fail named."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.http_exceptions import LineTooLong

from aggregator.fetch._failing import fail_if_walled, fail_with_status, open_reader
from aggregator.fetch._failure import Failure
from aggregator.fetch._guard import Guard
from aggregator.fetch._headers import find_header
from aggregator.fetch._limits import FetchLimits
from aggregator.fetch._proxy import Proxy
from aggregator.fetch._target import Target
from aggregator.fetch._wire import FloodError

REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for one request: `body` is empty for a redirect, whose place is `location`."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""
    wire_bytes: int = 0
    location: str | None = None


async def ask_once(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """The answer to `request`, sent once: a middleware against asking twice.

    The client asks again when a server hangs up without an answer, also on a new connection; a
    server in trouble would get every request twice.
    """
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError("the server hung up") from error


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a target: `form` is posted if it is not None.

    `cut_bytes` takes only so much of the body as good enough. `statuses` are the redirects that
    are followed. For a page of which `is_page` the site's robots.txt is asked first.
    """

    headers: Mapping[str, str]
    form: bytes | None = None
    cut_bytes: int | None = None
    statuses: frozenset[int] = REDIRECTS
    is_page: bool = False

    def options(self, target: Target, proxy: Proxy | None) -> dict[str, Any]:
        """How the client is to ask `target`, through `proxy` if there is one."""
        headers = dict(self.headers)
        if target.authorization:
            headers["Authorization"] = target.authorization
        options: dict[str, Any] = {"headers": headers, "allow_redirects": False}
        if self.form is not None:
            options["data"] = self.form
        if proxy is not None:
            options |= {"proxy": proxy.url, "proxy_headers": proxy.headers}
            if target.url.scheme == "http":
                # The client shows the proxy its headers only where it asks for a tunnel.
                headers.update(proxy.headers or {})
        return options


async def ask(
    session: aiohttp.ClientSession,
    target: Target,
    question: Question,
    *,
    proxy: Proxy | None,
    guard: Guard,
    limits: FetchLimits,
) -> Answer:
    """The answer of `target`: 2xx with its body, 304 or a redirect; raises Failure for the rest.

    The request leaves through `proxy` if there is one. It has no deadline of its own: the caller's
    cancels it.
    """
    method, options = "GET" if question.form is None else "POST", question.options(target, proxy)
    with guard.watch() as refused:
        try:
            async with session.request(method, target.url, **options) as response:
                return await _read(response, question, limits)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if refused:
                raise _refusal(refused) from error
            raise _explain(error) from error


async def _read(
    response: aiohttp.ClientResponse, question: Question, limits: FetchLimits
) -> Answer:
    headers = response.raw_headers
    if sum(len(name) + len(value) + 4 for name, value in headers) > limits.max_header_bytes:
        raise Failure("too-large", f"the headers have over {limits.max_header_bytes} bytes")
    status = response.status
    if status in question.statuses:
        return Answer(status, headers, location=_location_of(response))
    if status == 304:
        return Answer(status, headers)
    if not 200 <= status < 300 or status == 206:
        await fail_with_status(response, limits)
    fail_if_walled(response)
    reader = open_reader(response, limits)
    is_cut = question.cut_bytes is not None
    if not is_cut and (response.content_length or 0) > limits.max_wire_bytes:
        raise Failure("too-large", f"{response.content_length} bytes were announced")
    async for chunk in response.content.iter_any():
        reader.feed(chunk)
        if question.cut_bytes is not None and reader.body_bytes >= question.cut_bytes:
            return Answer(status, headers, reader.part()[: question.cut_bytes], reader.wire_bytes)
    return Answer(status, headers, reader.finish(), reader.wire_bytes)


def _location_of(response: aiohttp.ClientResponse) -> str:
    location = find_header(response.raw_headers, b"location")
    if location is None:
        raise Failure("http", "a redirect that leads nowhere", status=response.status)
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return location


def _refusal(addresses: list[str]) -> Failure:
    return Failure(
        "refused",
        f"{', '.join(addresses)} is no public address; allow its network if it is meant",
    )


_EXPLANATIONS: tuple[tuple[type[Exception], str, str], ...] = (
    (FloodError, "too-large", "the answer has more bytes than its limits allow"),
    (aiohttp.InvalidURL, "refused", "this URL cannot be asked; correct it"),
    (aiohttp.ClientHttpProxyError, "connect", "the proxy did not connect us"),
    (aiohttp.ClientProxyConnectionError, "connect", "no connection to the proxy"),
    (aiohttp.ClientConnectorDNSError, "dns", "the host name has no address"),
    (aiohttp.ClientSSLError, "tls", "no safe connection"),
    (ssl.SSLError, "tls", "the safe connection broke"),
    (aiohttp.ClientConnectorError, "connect", "no connection"),
    (aiohttp.ClientPayloadError, "connect", "the answer was cut short"),
    (aiohttp.ClientResponseError, "http", "the answer is not HTTP"),
    (aiohttp.ClientError, "connect", "the server hung up"),
    (OSError, "connect", "the connection broke"),
    (ValueError, "refused", "this URL cannot be asked; correct it"),
)
"""What an exception of the client means; the first that fits."""


def _explain(error: Exception) -> Failure:
    """The failure behind an exception of the client; its text never quotes headers or URLs."""
    if isinstance(error, aiohttp.ClientResponseError) and _is_header_flood(error):
        return Failure("too-large", "the headers are too many or too long")
    kind, message = next(
        (kind, message) for known, kind, message in _EXPLANATIONS if isinstance(error, known)
    )
    reason = error.strerror if isinstance(error, OSError) else None
    return Failure(kind, f"{message}: {reason}" if reason else message)


def _is_header_flood(error: aiohttp.ClientResponseError) -> bool:
    """Whether the parser gave up because of the headers' size; it wraps its own errors."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, LineTooLong):
        cause = cause.__cause__
    # For their number the parser has no type of its own.
    return cause is not None or "Too many headers" in error.message

"""Fixtures for all rooms: a real HTTP server on loopback, host names, and no way out to the net.

`http_server`
    A server on 127.0.0.1 that answers as the test says; see `HttpServer`.
`start_server`
    A function that starts further servers, on other loopback addresses or with TLS.
`hosts`
    Names that resolve for the test, to addresses that it chooses; see `Hosts`.
`no_way_out` (always on)
    Sockets of the test process reach loopback and unix sockets only; names come from `hosts`.
`database_url`, `make_postgresql`, `end_sessions`
    Databases of both kinds; see `tests/databases.py`.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Self, cast

import hypothesis
import pytest

from tests.databases import database_url, end_sessions, make_postgresql, postgresql_server

__all__ = ["database_url", "end_sessions", "make_postgresql", "postgresql_server"]

# A second between two requests to one host would be most of the time of many tests; those that are
# about it say so.
os.environ["AGGREGATOR_HOST_GAP_S"] = "0"

# One example on a busy machine may take long; the time limit of each whole test is pytest's.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """A process for each core where all is tested; what is named is tested in this process."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return None if is_whole else 0


@dataclass(frozen=True)
class Request:
    """One request as it came: `path` has its query, `headers` have lower-case names.

    `lines` are the header lines byte for byte, in their order.
    """

    method: str
    path: str
    headers: dict[str, str]
    lines: tuple[bytes, ...]


Talker = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]
Responder = bytes | Callable[[Request], bytes] | Talker


class HttpServer:
    """A real HTTP server in a thread and event loop of its own, for async and sync tests alike.

    What `route` gives to a path is written to the socket as it is: the bytes of a whole answer
    (`reply` makes well-formed ones), a function from the request to such bytes, or an async
    function that writes what and when it likes (drips, hangs, cut chunks) and, when it returns,
    ends the connection. Paths without a route answer 404. `requests` lists all requests in
    order, `connections` counts what they came over. Port 0 is any that is free.
    """

    def __init__(
        self, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None, port: int = 0
    ) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self.port = port
        self._address, self._tls = address, tls
        self._routes: dict[str, Responder] = {}
        self._has_started: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, name="http-server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = self._has_started.result(timeout=10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._is_over.set)
        self._thread.join(timeout=10)

    def url(self, path: str = "/", host: str | None = None) -> str:
        """The URL of `path`, by the server's address or under another name for it."""
        return f"{'https' if self._tls else 'http'}://{host or self._address}:{self.port}{path}"

    def route(self, path: str, responder: Responder) -> None:
        """Answer `path` (without query) by `responder`, from now on."""
        self._routes[path] = responder

    @staticmethod
    def reply(
        body: bytes = b"",
        *,
        status: int = 200,
        headers: Sequence[tuple[str, str]] = (),
        keep_alive: bool = False,
    ) -> bytes:
        """The bytes of a well-formed answer; header values are written as latin-1."""
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Odd"
        lines = [
            f"HTTP/1.1 {status} {phrase}",
            *(f"{name}: {value}" for name, value in headers),
            f"Content-Length: {len(body)}",
            f"Connection: {'keep-alive' if keep_alive else 'close'}",
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            if not self._has_started.done():
                self._has_started.set_exception(error)

    async def _serve(self) -> None:
        self._loop, self._is_over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._talk, self._address, self.port, ssl=self._tls)
        self._has_started.set_result(server.sockets[0].getsockname()[1])
        await self._is_over.wait()
        server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                request = _parse(await reader.readuntil(b"\r\n\r\n"))
                self.requests.append(request)
                if not await self._answer(request, writer):
                    break
        writer.close()
        with suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection stays open after the answer."""
        not_found = self.reply(status=404)
        responder = self._routes.get(request.path.partition("?")[0], not_found)
        if inspect.iscoroutinefunction(responder):
            await responder(request, writer)
            return False
        if callable(responder):
            responder = cast("Callable[[Request], bytes]", responder)(request)
        answer = responder
        writer.write(answer)
        await writer.drain()
        return b"\r\nConnection: keep-alive\r\n" in answer


def _parse(head: bytes) -> Request:
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    method, path, _ = first.decode("latin-1").split(" ", 2)
    pairs = [line.decode("latin-1").partition(":") for line in lines]
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Request(method, path, headers, tuple(lines))


class Hosts:
    """The host names that resolve in a test; all others fail like names that do not exist."""

    def __init__(self) -> None:
        self._answers: dict[str, list[Sequence[str]]] = {"localhost": [["127.0.0.1"]]}
        self.lookups: list[str] = []

    def add(self, name: str, *answers: Sequence[str]) -> None:
        """Let `name` resolve: each lookup takes the next of `answers`, the last one stays.

        An answer is all addresses of the name at that time.
        """
        self._answers[name] = list(answers)

    def look_up(self, name: str) -> Sequence[str]:
        """The addresses of `name` now; raises socket.gaierror."""
        self.lookups.append(name)
        answers = self._answers.get(name.lower().rstrip("."))
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, f"no such name in this test: {name}")
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
def hosts() -> Hosts:
    """The names that resolve in this test; `localhost` does."""
    return Hosts()


@pytest.fixture(autouse=True)
def no_way_out(hosts: Hosts) -> Iterator[None]:
    """Connections of this process go to loopback and unix sockets only; others fail the test."""
    attempts: list[object] = []
    real_look_up = socket.getaddrinfo

    def guarded(method: str) -> Callable[..., Any]:
        real = getattr(socket.socket, method)

        def call(self: socket.socket, *arguments: Any) -> Any:
            if not _is_local(self, arguments[-1]):
                attempts.append(arguments[-1])
                raise PermissionError(f"tests stay on loopback; asked for {arguments[-1]}")
            return real(self, *arguments)

        return call

    def look_up(host: Any, port: Any, *arguments: Any, **options: Any) -> list[Any]:
        if host is None or _is_numeric(host):
            return list(real_look_up(host, port, *arguments, **options))
        name = host.decode() if isinstance(host, bytes) else host
        return [
            found
            for address in hosts.look_up(name.encode("idna").decode())
            for found in real_look_up(address, port, *arguments, **options)
        ]

    with pytest.MonkeyPatch.context() as patch:
        for method in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, method, guarded(method))
        patch.setattr(socket, "getaddrinfo", look_up)
        yield
    assert not attempts, f"this test tried to leave the machine: {attempts}"


def _is_local(sock: socket.socket, address: Any) -> bool:
    if sock.family == socket.AF_UNIX:
        return True
    return address[0] in {"", "localhost"} or ip_address(address[0]).is_loopback


def _is_numeric(host: str | bytes) -> bool:
    """Whether the system reads `host` as an address, in any of the old spellings too."""
    text = host.decode() if isinstance(host, bytes) else host
    if ":" in text:
        return True
    try:
        socket.inet_aton(text)
    except (OSError, UnicodeError):
        return False
    return True


@pytest.fixture
def start_server() -> Iterator[Callable[..., HttpServer]]:
    """A function that starts a server with the arguments of `HttpServer`, for this test."""
    with ExitStack() as running:

        def start(address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> HttpServer:
            return running.enter_context(HttpServer(address, tls))

        yield start


@pytest.fixture
def http_server(start_server: Callable[..., HttpServer]) -> HttpServer:
    """A server on 127.0.0.1 that answers 404 until the test gives it routes."""
    return start_server()

"""A real hub, a real archive with a feed that names it, and a callback on 127.0.0.1."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.fetch import Fetcher, FetchLimits
from aggregator.library import OpenArchive
from aggregator.websub import WebSubService
from tests.websub.hub import Hub
from tests.websub.scene import Feeds, Now, Subscribed, free_port, subscribe

if TYPE_CHECKING:
    from tests.conftest import Hosts

LOOPBACK = (ip_network("127.0.0.1/32"),)


@pytest.fixture
def now() -> Now:
    """The time of the test; it stands still until it is turned."""
    return Now()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """A new file; `test_polling.py` runs on a server, too."""
    return f"sqlite:///{tmp_path / 'archive.db'}"


@pytest.fixture
def archive(database_url: str) -> Iterator[OpenArchive]:
    """A new archive."""
    with OpenArchive(database_url) as opened:
        yield opened


@pytest.fixture
def in_archive() -> Iterator[Callable[..., Awaitable[Any]]]:
    """A function that does work in the archive's one thread."""
    with ThreadPoolExecutor(max_workers=1) as thread:

        async def work(function: Callable[..., Any], *arguments: object) -> Any:
            return await asyncio.get_running_loop().run_in_executor(thread, function, *arguments)

        yield work


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """A fetcher that may reach 127.0.0.1 and does not wait between requests."""
    limits = FetchLimits(timeout_s=2.0, gap_s=0)
    async with Fetcher(limits, user_agent="aggregator/0.1", allow_networks=LOOPBACK) as opened:
        yield opened


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with cert.pem, self-signed for hub.test and 127.0.0.1, and its key.pem."""
    folder = tmp_path_factory.mktemp("hub")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    options = "-subj /CN=hub.test -addext subjectAltName=DNS:hub.test,IP:127.0.0.1"
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*command.split(), *options.split(), *files], check=True, capture_output=True)
    return folder


@pytest.fixture
async def open_hub(
    certificate: Path, hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Callable[..., Awaitable[Hub]]]:
    """A function that starts a hub, over https (under a `name`) or in the open."""
    hosts.add("hub.test", ["127.0.0.1"])
    trusting = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusting)
    async with AsyncExitStack() as opened:

        async def start(*, is_safe: bool = True, name: str = "hub.test") -> Hub:
            hub, tls = Hub(), None
            if is_safe:
                tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                tls.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
            await hub.start(tls, name if is_safe else "127.0.0.1")
            opened.push_async_callback(hub.stop)
            return hub

        yield start


@pytest.fixture
async def hub(open_hub: Callable[..., Awaitable[Hub]]) -> Hub:
    """A hub over https that does all as it should."""
    return await open_hub()


@pytest.fixture
def feeds(archive: OpenArchive) -> Feeds:
    """The feeds of the archive; none yet."""
    return Feeds(archive)


Serve = Callable[..., Awaitable[WebSubService]]


@pytest.fixture
async def serve(
    archive: OpenArchive,
    in_archive: Callable[..., Awaitable[Any]],
    fetcher: Fetcher,
    now: Now,
) -> AsyncIterator[Serve]:
    """A function that starts the service with its callback where hubs reach it."""
    async with AsyncExitStack() as running:

        async def start(port: int | None = None) -> WebSubService:
            port = port or free_port()
            service = WebSubService(
                archive,
                in_archive,
                fetcher,
                callback_url=f"http://127.0.0.1:{port}/news/",
                listen=f"127.0.0.1:{port}",
                clock=now,
            )
            await service.start()
            running.push_async_callback(service.stop)
            return service

        yield start


@pytest.fixture
async def service(serve: Serve) -> WebSubService:
    """The service, started."""
    return await serve()


@pytest.fixture
async def subscribed(
    hub: Hub, service: WebSubService, archive: OpenArchive, feeds: Feeds
) -> Subscribed:
    """A feed that is subscribed at a hub over https."""
    return await subscribe(hub, service, archive, feeds)


@pytest.fixture
async def unsigned(
    open_hub: Callable[..., Awaitable[Hub]],
    service: WebSubService,
    archive: OpenArchive,
    feeds: Feeds,
) -> Subscribed:
    """A feed that is subscribed at a hub that has no https, and so was given no secret."""
    return await subscribe(await open_hub(is_safe=False), service, archive, feeds)

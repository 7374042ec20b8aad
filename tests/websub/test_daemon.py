"""The real daemon: subscribes by itself, archives what the hub sends, and leaves no secret."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aggregator.archive import Selection
from aggregator.library import OpenArchive
from tests.websub.hub import Hub
from tests.websub.scene import free_port, make_atom

_AGGREGATOR = Path(sys.executable).with_name("aggregator")
_PATIENCE_S = 60


@asynccontextmanager
async def _running(environment: dict[str, str], log: Path) -> AsyncIterator[Any]:
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            _AGGREGATOR, "run", env=environment, stdout=written, stderr=written
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _wait_for(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - another process changes it
            await asyncio.sleep(0.05)


async def test_a_daemon_is_sent_the_news(
    tmp_path: Path,
    certificate: Path,
    http_server: Any,
    open_hub: Callable[..., Awaitable[Hub]],
) -> None:
    """Without a further request to the feed's server; SIGTERM ends it as ever."""
    hub, port = await open_hub(name="127.0.0.1"), free_port()
    topic, log = http_server.url("/feed"), tmp_path / "log"
    feed = make_atom(topic, hub.url, ["Old"], datetime.now(UTC))
    kind = [("Content-Type", "application/atom+xml"), ("Cache-Control", "max-age=7200")]
    http_server.route("/feed", http_server.reply(feed, headers=kind))
    (tmp_path / "feeds.toml").write_text(
        f'[[feeds]]\nurl = "{topic}"\nfull_text = "never"\n', encoding="utf-8"
    )
    environment = os.environ | {
        "AGGREGATOR_CONFIG": str(tmp_path / "feeds.toml"),
        "AGGREGATOR_DATABASE_URL": f"sqlite:///{tmp_path / 'archive.db'}",
        "AGGREGATOR_ALLOW_NETWORKS": "127.0.0.0/8",
        "AGGREGATOR_WEBSUB_URL": f"http://127.0.0.1:{port}/news",
        "AGGREGATOR_WEBSUB_LISTEN": f"127.0.0.1:{port}",
        "SSL_CERT_FILE": str(certificate / "cert.pem"),
    }
    polled = await asyncio.create_subprocess_exec(_AGGREGATOR, "poll", env=environment)
    assert await polled.wait() == 0

    async with _running(environment, log) as daemon:
        await _wait_for(lambda: bool(hub.subscriptions) or daemon.returncode is not None)
        asked = len(http_server.requests)
        news = make_atom(topic, hub.url, ["New"], datetime.now(UTC))
        statuses = await hub.distribute(topic, news)
        with OpenArchive(environment["AGGREGATOR_DATABASE_URL"]) as archive:
            await _wait_for(lambda: len(archive.entries.select(Selection())) == 2)
            titles = {one.entry.title for one in archive.entries.select(Selection())}
        daemon.send_signal(signal.SIGTERM)
        ended = await daemon.wait()

    told = log.read_text(encoding="utf-8")
    assert (statuses, titles, ended) == ([202], {"Old", "New"}, 0)
    assert len(http_server.requests) == asked == 1
    assert hub.requests[0]["hub.secret"] not in told
    assert hub.requests[0]["hub.callback"].rpartition("/")[2] not in told

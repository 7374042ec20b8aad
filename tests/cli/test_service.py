"""The daemon as a service: what systemd and a monitor see of a real one."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import HttpServer

_AGGREGATOR = Path(sys.executable).with_name("aggregator")

_FEED = b"""<rss version="2.0"><channel><title>News</title><link>http://127.0.0.1/</link>
<description>d</description><item><guid>1</guid><title>One</title><description>It is here.
</description></item></channel></rss>"""


class Service:
    """A daemon with the environment that systemd gives a service, and its side of the socket."""

    def __init__(self, home: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(home / "notify"))
        self._socket.settimeout(30)
        given = {"NOTIFY_SOCKET": str(home / "notify"), "WATCHDOG_USEC": "1000000"}
        self.process = subprocess.Popen(
            [_AGGREGATOR, "run", "--log-format", "json"],
            env={**os.environ, **given},
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def hear(self, line: str) -> list[str]:
        """All lines that came until one begins so."""
        heard: list[str] = []
        ends_at = time.monotonic() + 30
        while not any(one.startswith(line) for one in heard):
            assert time.monotonic() < ends_at, heard
            heard += self._socket.recv(4096).decode().split("\n")
        return heard

    def close(self) -> None:
        """End what is left."""
        self.process.kill()
        self.process.communicate()
        self._socket.close()


@pytest.fixture
def port() -> int:
    """A port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture
def service(home: Path, http_server: HttpServer, port: int) -> Iterator[Service]:
    """A daemon of one feed, started."""
    http_server.route("/feed.xml", http_server.reply(_FEED))
    (home / "feeds.toml").write_text(
        f'[settings]\ncontact = "me@example.org"\nlisten = "127.0.0.1:{port}"\nworkers = 1\n'
        f'[[feeds]]\nurl = "{http_server.url("/feed.xml?token=sesame")}"\n'
    )
    started = Service(home)
    yield started
    started.close()


def _ask(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_systemd_hears_of_a_whole_life(service: Service) -> None:
    """Ready, alive while it polls, reloaded, stopping, and an end without fault."""
    ready = service.hear("READY=1")
    alive = service.hear("WATCHDOG=1")
    service.process.send_signal(signal.SIGHUP)
    reloading = service.hear("RELOADING=1")
    reloaded = service.hear("READY=1")
    service.process.send_signal(signal.SIGTERM)
    stopping = service.hear("STOPPING=1")

    assert service.process.wait(30) == 0
    assert ready.count("READY=1") == reloaded.count("READY=1") == 1
    assert alive
    assert any(line.startswith("MONOTONIC_USEC=") for line in reloading + reloaded)
    assert stopping


def test_a_monitor_sees_that_it_lives_and_works(service: Service, port: int) -> None:
    """Both probes are well, and the poll of its feed is counted."""
    service.hear("READY=1")
    assert _ask(port, "/livez") == (200, "ok\n")
    assert _ask(port, "/readyz") == (200, "ok\n")

    ends_at = time.monotonic() + 30
    counted = 'aggregator_polls_total{outcome="new"} 1.0'
    while counted not in (text := _ask(port, "/metrics")[1]):
        assert time.monotonic() < ends_at, text
        time.sleep(0.1)

    assert 'aggregator_entries_total{change="new"} 1.0' in text
    assert "127.0.0.1" not in text, "no label names a feed or its host"


def test_its_log_has_no_secret(service: Service) -> None:
    """The token of a feed's address least of all."""
    service.hear("READY=1")
    service.process.send_signal(signal.SIGTERM)

    _, logged = service.process.communicate(timeout=30)

    assert b'"message": "listening on' in logged
    assert b"sesame" not in logged


def test_a_port_that_is_taken_ends_it_with_a_word(
    home: Path, port: int, start: Callable[..., Any]
) -> None:
    """Exit code 3, so that systemd does not try again and again."""
    (home / "feeds.toml").write_text(
        f'[settings]\nlisten = "127.0.0.1:{port}"\n[[feeds]]\nurl = "http://127.0.0.1:1/f"\n'
    )

    with socket.create_server(("127.0.0.1", port)):
        outcome = start("run")

    assert outcome.code == 3
    assert "listen: cannot listen there: " in outcome.err
    assert "Traceback" not in outcome.err

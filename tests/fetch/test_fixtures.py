"""The fixtures that all rooms stand on: the server for sync tests, and the wall around a test."""

from __future__ import annotations

import socket
import sys
import urllib.request
from pathlib import Path
from subprocess import run
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Hosts, HttpServer

_LEAVING = """
import socket

def test_leave():
    with socket.socket() as way_out:
        try:
            way_out.connect(("192.0.2.1", 80))
        except PermissionError:
            pass
"""


def test_a_sync_test_and_a_process_can_ask_the_server(http_server: HttpServer) -> None:
    """It answers from its own thread, to this process and to others."""
    http_server.route("/feed", lambda request: http_server.reply(request.path.encode()))
    script = "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read())"

    with urllib.request.urlopen(http_server.url("/feed?1")) as response:  # noqa: S310 - http
        body = response.read()
    command = [sys.executable, "-c", script, http_server.url("/feed?2")]
    printed = run(command, check=True, capture_output=True, text=True).stdout

    assert body == b"/feed?1"
    assert printed == "b'/feed?2'\n"
    assert [request.path for request in http_server.requests] == ["/feed?1", "/feed?2"]


def test_names_resolve_as_the_test_says(hosts: Hosts) -> None:
    """In turn where there are several answers; unknown names do not exist."""
    hosts.add("a.test", ["127.0.0.1"], ["127.0.0.2", "127.0.0.3"])

    answers = [
        [found[4][0] for found in socket.getaddrinfo("a.test", 80, type=socket.SOCK_STREAM)]
        for _ in range(3)
    ]

    assert answers == [["127.0.0.1"], *[["127.0.0.2", "127.0.0.3"]] * 2]
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("example.org", 80)


def test_a_socket_cannot_leave_the_machine(tmp_path: Path) -> None:
    """The attempt raises, and a test that swallows the error fails all the same."""
    conftest = Path(__file__).parents[1] / "conftest.py"
    (tmp_path / "conftest.py").write_text(conftest.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test_it.py").write_text(_LEAVING, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]

    ended = run(command, cwd=tmp_path, check=False, capture_output=True, text=True)

    assert "1 passed, 1 error" in ended.stdout
    assert "tried to leave the machine: [('192.0.2.1', 80)]" in ended.stdout

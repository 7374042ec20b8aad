"""What systemd is told, over a real socket."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.operation import (
    Pulse,
    notify,
    tell_ready,
    tell_reloading,
    tell_status,
    tell_stopping,
)
from aggregator.operation._systemd import watchdog_interval_s


class Service:
    """The other side of the socket, as systemd is."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.settimeout(5)

    def hear(self) -> list[str]:
        """The lines of the next datagram."""
        return self._socket.recv(4096).decode().split("\n")

    def close(self) -> None:
        """Hear nothing more."""
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def service(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """A listener whose name is in the environment, once of each kind of name."""
    if request.param == "path":
        name = address = str(tmp_path / "notify")
    else:
        name = f"@aggregator-test-{secrets.token_hex(8)}"
        address = "\0" + name[1:]
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    listener = Service(address)
    yield listener
    listener.close()


def test_all_lines_come_in_one_datagram(service: Service) -> None:
    """Each assignment is a line of it."""
    assert notify("READY=1", "STATUS=polling")

    assert service.hear() == ["READY=1", "STATUS=polling"]


def test_a_status_cannot_bring_assignments_of_its_own(service: Service) -> None:
    """Line ends in it, which may come from a feed, are blanks; it is cut, and is UTF-8."""
    assert tell_status("reading\nREADY=1 \ud800" + "é" * 500)

    (line,) = service.hear()
    assert line.startswith("STATUS=reading READY=1 ?éé")
    assert len(line) == 200


def test_each_state_has_its_words(service: Service) -> None:
    """Ready, reloading with the monotonic clock, and stopping, each with a line for people."""
    before_usec = time.monotonic_ns() // 1000

    told = [tell_ready("3 feeds"), tell_reloading(), tell_stopping("2 polls under way")]

    assert told == [True] * 3
    assert service.hear() == ["READY=1", "STATUS=3 feeds"]
    reloading, clock, _ = service.hear()
    assert reloading == "RELOADING=1"
    assert before_usec <= int(clock.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000
    assert service.hear() == ["STOPPING=1", "STATUS=2 polls under way"]


def test_a_listener_that_is_gone_costs_nothing(service: Service) -> None:
    """Neither an error nor time; it is only said that nothing was sent."""
    service.close()

    assert not notify("READY=1")


@pytest.mark.parametrize("name", [None, "", "relative/path", "@", "/" + "x" * 300])
def test_without_a_listener_nothing_is_sent(
    name: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A daemon that a person starts has none; a name that is none is none."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    if name is not None:
        monkeypatch.setenv("NOTIFY_SOCKET", name)

    assert not notify("READY=1")


def test_a_listener_that_never_reads_holds_up_nobody(service: Service) -> None:
    """When its queue is full, what does not fit is dropped."""
    sent = [notify("X=" + "x" * 150) for _ in range(2000)]

    assert sent[0]
    assert not sent[-1]
    assert service.hear()


@pytest.mark.parametrize(
    ("environ", "interval_s"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "500000", "WATCHDOG_PID": str(os.getpid())}, 0.5),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "-5"}, None),
    ],
)
def test_the_watchdog_is_that_of_this_process(
    environ: dict[str, str], interval_s: float | None
) -> None:
    """Its variables are inherited, so they may mean another process, or nobody."""
    assert watchdog_interval_s(environ) == interval_s


async def test_the_watchdog_hears_the_pulse(service: Service) -> None:
    """As long as the loop turns, and at least twice in the interval."""
    environ = {**os.environ, "WATCHDOG_USEC": "200000"}
    pulse = asyncio.create_task(Pulse(environ).run())

    heard = [await asyncio.to_thread(service.hear) for _ in range(3)]

    pulse.cancel()
    assert heard == [["WATCHDOG=1"]] * 3


async def test_a_loop_that_is_stuck_has_no_pulse() -> None:
    """Its age grows, and is next to nothing again when the loop turns."""
    pulse = Pulse({"WATCHDOG_USEC": "20000"})
    task = asyncio.create_task(pulse.run())
    await asyncio.sleep(0)

    time.sleep(0.3)  # noqa: ASYNC251 - it is the stall
    stuck_s = pulse.age_s
    while pulse.age_s >= stuck_s:  # noqa: ASYNC110 - it sets nothing; the test has a time limit
        await asyncio.sleep(0.01)

    task.cancel()
    assert stuck_s >= 0.3


async def test_without_a_watchdog_the_pulse_tells_nobody(service: Service) -> None:
    """Only READY and the like are sent to a systemd that does not watch."""
    task = asyncio.create_task(Pulse({"NOTIFY_SOCKET": os.environ["NOTIFY_SOCKET"]}).run())
    await asyncio.sleep(0.05)
    notify("STATUS=first")

    assert service.hear() == ["STATUS=first"]
    task.cancel()

"""Our own network is down, or every server hangs: nobody is punished, nobody is stormed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import HttpServer, Request
from tests.faults.program import Program, wait_for
from tests.faults.publisher import Publisher, make_document

MakePublisher = Callable[..., Publisher]
MakeProgram = Callable[..., Program]

HOSTS = 10
HANGING, HEALTHY, PLACES = 12, 6, 4


def test_no_feed_is_punished_while_our_network_is_down(
    make_publisher: MakePublisher, make_program: MakeProgram
) -> None:
    """All hosts refuse at once: that is said, a few are tried, and no feed counts as failing."""
    publisher = make_publisher(HOSTS, 3)
    program = make_program(publisher.urls, concurrency=4)
    assert program.call("run", "--once").returncode == 0
    publisher.close()
    program.change("UPDATE feed SET not_before = NULL")
    program.make_due()

    daemon = program.start("run")
    wait_for(lambda: "network is down" in program.said())
    time.sleep(4)  # nothing more is to happen than one probe a minute

    failing = program.ask("SELECT id FROM feed WHERE failures > 0 OR error IS NOT NULL")
    assert failing == []
    assert program.said().count("poll feed=") <= HOSTS + 1
    assert program.said().count("network is down") == 1
    assert program.end(daemon) == 0


def test_what_keeps_all_feeds_from_being_polled_is_told_once(
    make_publisher: MakePublisher, make_program: MakeProgram
) -> None:
    """Not once for each of them, to who gets what a quiet program prints by mail."""
    publisher = make_publisher(HOSTS, 3)
    program = make_program(publisher.urls, concurrency=1)
    assert program.call("run", "--once").returncode == 0
    publisher.close()

    done = program.call("poll", "--force", "-q")

    assert done.stderr.count("our own network was down") == 1


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_polling_goes_on_when_the_network_is_back(
    make_publisher: MakePublisher, make_program: MakeProgram
) -> None:
    """A probe a minute finds out; then all feeds that were due are polled at once."""
    publisher = make_publisher(HOSTS, 1)
    program = make_program(publisher.urls, concurrency=4)
    publisher.close()
    daemon = program.start("run")
    wait_for(lambda: "network is down" in program.said() and not program.leases())

    publisher.open()
    wait_for(lambda: len(program.titles()) == HOSTS, 200)

    assert program.ask("SELECT max(failures) FROM feed") == [(0,)]
    assert publisher.early() == []
    assert program.end(daemon) == 0


def test_hanging_servers_do_not_hold_up_healthy_ones(
    start_server: Callable[..., HttpServer], make_program: MakeProgram
) -> None:
    """Most servers hang: in the next pass the healthy ones come first, and each is asked once."""
    asked: list[str] = []

    def answer(name: str, *, is_hanging: bool) -> Callable[[Request, Any], Any]:
        async def talk(_request: Request, writer: Any) -> None:
            asked.append(name)
            if is_hanging:
                await asyncio.sleep(60)
            writer.write(HttpServer.reply(make_document(1, 1)))

        return talk

    urls = []
    for number in range(HANGING + HEALTHY):
        server = start_server(f"127.0.3.{number + 1}")
        is_hanging = number < HANGING
        name = f"{'hanging' if is_hanging else 'healthy'} {number}"
        server.route("/", answer(name, is_hanging=is_hanging))
        urls.append(server.url("/"))
    program = make_program(tuple(urls), timeout_s=1, concurrency=PLACES)
    program.call("run", "--once")
    program.change("UPDATE feed SET not_before = NULL")
    program.make_due()
    asked.clear()

    passed = program.call("run", "--once")

    healthy = [place for place, name in enumerate(asked) if name.startswith("healthy")]
    assert passed.returncode == 5
    assert sorted(asked) == sorted(set(asked))
    assert len(asked) == HANGING + HEALTHY
    assert max(healthy) < HEALTHY + PLACES

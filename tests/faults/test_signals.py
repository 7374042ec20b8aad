"""A daemon that is told something, or loses its place, amid the work."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any

from tests.conftest import HttpServer, Request
from tests.faults.program import Program, wait_for
from tests.faults.publisher import Publisher, make_document

MakePublisher = Callable[..., Publisher]
MakeProgram = Callable[..., Program]

SLOW_S = 1.0


def _serve_slowly(start_server: Callable[..., HttpServer], hosts: int) -> tuple[str, ...]:
    """Feeds on so many hosts, each of which takes its time."""

    def answer(number: int) -> Callable[[Request, Any], Any]:
        async def slow(_request: Request, writer: Any) -> None:
            await asyncio.sleep(SLOW_S)
            writer.write(HttpServer.reply(make_document(number, 2)))

        return slow

    urls = []
    for number in range(hosts):
        server = start_server(f"127.0.2.{number + 1}")
        server.route("/", answer(number))
        urls.append(server.url("/"))
    return tuple(urls)


def test_sigterm_under_load_ends_in_time_and_gives_everything_back(
    start_server: Callable[..., HttpServer], make_program: MakeProgram
) -> None:
    """What is under way is recorded, the rest is as due as it was, and no process stays."""
    urls = _serve_slowly(start_server, 44)
    program = make_program(urls, concurrency=4)
    daemon = program.start("run")
    wait_for(lambda: program.leases() >= 4)

    code = program.end(daemon)

    polled = program.ask("SELECT count(*) FROM feed WHERE last_polled_at IS NOT NULL")[0][0]
    due = program.ask("SELECT count(*) FROM feed WHERE last_polled_at IS NULL")[0][0]
    assert code == 0, program.said()
    assert "Traceback" not in program.said()
    assert program.leases() == 0
    assert (polled + due, len(program.titles())) == (44, 2 * polled)
    assert due > 0


def test_the_next_daemon_starts_at_once_where_the_first_was_killed(
    make_publisher: MakePublisher, make_program: MakeProgram
) -> None:
    """A second one is refused as long as the first lives, and nobody has to tidy up after it."""
    publisher = make_publisher(2, 2)
    program = make_program(publisher.urls)
    first = program.start("run")
    wait_for(lambda: publisher.answers)
    refused = program.call("run")

    first.kill()
    first.wait()
    publisher.publish()
    program.make_due()
    second = program.start("run")
    wait_for(lambda: "Entry 1 of 2" in program.titles())

    assert refused.returncode == 4
    assert str(first.pid) in refused.stderr
    assert program.end(second) == 0
    assert set(program.titles()) == publisher.titles()
    assert publisher.early() == []


def test_a_broken_file_changes_nothing_and_a_mended_one_is_taken(
    make_publisher: MakePublisher, make_program: MakeProgram
) -> None:
    """After SIGHUP the old feeds are polled on; the daemon says what is wrong, with its line."""
    publisher = make_publisher(2, 1)
    program = make_program(publisher.urls[:1])
    daemon = program.start("run")
    wait_for(lambda: set(program.titles()) == {"Entry 0 of 0"})
    (program.folder / "feeds.toml").write_text("[[feeds]]\nurl = 'http://127.0.0.1/'\nulr = 3\n")

    daemon.send_signal(signal.SIGHUP)
    wait_for(lambda: "the old feeds stay" in program.said())
    kept = program.ask("SELECT url FROM feed WHERE is_enabled")
    program.configure(publisher.urls)
    daemon.send_signal(signal.SIGHUP)
    wait_for(lambda: set(program.titles()) == {"Entry 0 of 0", "Entry 0 of 1"})

    assert kept == [(publisher.urls[0],)]
    assert "ulr" in program.said()
    assert program.end(daemon) == 0

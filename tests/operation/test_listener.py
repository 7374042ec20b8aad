"""The listener over real connections: alive, ready, measured, and nothing else."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from aggregator.errors import ConfigError, UnreachableError
from aggregator.operation import Listener, Metrics, Pulse, _listener
from aggregator.operation._listener import LOOP_LIMIT_S, QUEUE_LIMIT, Vitals

MakeListener = Callable[..., Listener]


@pytest.fixture
def listen() -> Iterator[MakeListener]:
    """A function that starts a listener on a free port with what differs from a healthy daemon."""
    started: list[Listener] = []

    def listening(address: str = "127.0.0.1:0", **given: object) -> Listener:
        healthy = {
            "pulse": Pulse(),
            "check_archive": lambda: None,
            "render_metrics": Metrics().render,
        }
        listener = Listener(address, Vitals(**{**healthy, **given}))  # type: ignore[arg-type]
        listener.start()
        started.append(listener)
        return listener

    yield listening
    for listener in started:
        listener.stop()


def _ask(
    listener: Listener,
    path: str,
    method: str = "GET",
    body: bytes | None = None,
    host: str = "127.0.0.1",
) -> tuple[int, str]:
    """Status and text of one answer."""
    connection = http.client.HTTPConnection(host, listener.port, timeout=10)
    connection.request(method, path, body)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_a_healthy_daemon_is_alive_and_ready(listen: MakeListener) -> None:
    """Both say ok, and only to GET and HEAD."""
    listener = listen()

    assert _ask(listener, "/livez") == (200, "ok\n")
    assert _ask(listener, "/readyz") == (200, "ok\n")
    assert _ask(listener, "/readyz", "HEAD") == (200, "")
    assert _ask(listener, "/livez", "POST")[0] == 405
    assert _ask(listener, "/livez", "DELETE")[0] == 405


@pytest.mark.parametrize("path", ["/", "/livez/", "/feeds", "/../etc/passwd", "/metrics?x", "//"])
def test_there_is_nothing_else(listen: MakeListener, path: str) -> None:
    """Other paths are not there; a query is not looked at."""
    assert _ask(listen(), path)[0] == (200 if path == "/metrics?x" else 404)


def test_no_body_is_taken(listen: MakeListener) -> None:
    """Who sends one is refused before it is read."""
    assert _ask(listen(), "/livez", body=b"x" * 100)[0] == 413


async def test_a_loop_that_is_stuck_is_told_by_a_thread_of_its_own(
    listen: MakeListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The daemon's loop stands still while it is asked: this test is what it hangs in."""
    pulse = Pulse({})
    task = asyncio.create_task(pulse.run())
    listener = listen(pulse=pulse)

    turning = await asyncio.to_thread(_ask, listener, "/livez")
    monkeypatch.setattr("aggregator.operation._listener.LOOP_LIMIT_S", 0.0)
    status, said = _ask(listener, "/livez")

    task.cancel()
    assert turning == (200, "ok\n")
    assert (status, said.rstrip("0123456789 s\n")) == (503, "the event loop has not turned for")
    assert LOOP_LIMIT_S < 60, "systemd ends a daemon after a minute; monitors should know before"


def test_an_archive_that_cannot_be_had_is_the_reason(listen: MakeListener) -> None:
    """As text, for who looks at the answer: what an error says, or a sentence."""

    def unreachable() -> None:
        raise UnreachableError("the server does not answer")

    assert _ask(listen(check_archive=unreachable), "/readyz") == (
        503,
        "the server does not answer\n",
    )
    assert _ask(listen(check_archive=lambda: "old schema"), "/readyz") == (503, "old schema\n")


def test_a_full_queue_of_writes_is_not_ready(listen: MakeListener) -> None:
    """Up to the limit it is."""
    waiting = [QUEUE_LIMIT]
    listener = listen(count_waiting=lambda: waiting[0])

    below = _ask(listener, "/readyz")[0]
    waiting[0] += 1

    assert below == 200
    assert _ask(listener, "/readyz") == (503, f"{QUEUE_LIMIT + 1} writes wait for the archive\n")


def test_an_archive_that_hangs_costs_one_thread_and_no_end(
    listen: MakeListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question is answered in time, all wait for the same check, and stopping does not."""
    monkeypatch.setattr("aggregator.operation._listener.READY_DEADLINE_S", 0.05)
    is_free, asked = threading.Event(), []

    def hang() -> None:
        asked.append(1)
        is_free.wait(30)

    listener = listen(check_archive=hang)
    try:
        answers = [_ask(listener, "/readyz") for _ in range(5)]
        alive = _ask(listener, "/livez")
        listener.stop()
    finally:
        is_free.set()

    assert set(answers) == {(503, "the archive has not answered for 0.05 s\n")}
    assert alive[0] == 200
    assert len(asked) == 1


def test_metrics_are_what_prometheus_reads(listen: MakeListener) -> None:
    """In its text format, with the lag before all others."""
    status, text = _ask(listen(), "/metrics")

    families = list(text_string_to_metric_families(text))
    assert status == 200
    assert families[0].name == "aggregator_due_lag_seconds"
    assert "process_resident_memory_bytes" in {family.name for family in families}


def test_an_address_that_is_taken_is_said(listen: MakeListener) -> None:
    """With the setting that names it."""
    port = listen().port

    with pytest.raises(ConfigError, match="listen: cannot listen there"):
        listen(f"127.0.0.1:{port}")


def test_it_listens_where_it_was_told_and_no_longer(listen: MakeListener) -> None:
    """IPv6 in brackets; after stop the port is free, and stopping twice does nothing."""
    listener = listen("[::1]:0")
    assert _ask(listener, "/livez", host="::1") == (200, "ok\n")

    listener.stop()
    listener.stop()

    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("::1", listener.port), timeout=5)


@pytest.mark.parametrize(
    "sent",
    [b"", b"\x16\x03\x01\x02\x00", b"GET /livez HTTP/9.9\r\n\r\n", b"GET " + b"/" * 100_000],
)
def test_whoever_talks_nonsense_harms_nobody(listen: MakeListener, sent: bytes) -> None:
    """A connection that says nothing, speaks TLS, or never comes to an end."""
    listener = listen()

    with socket.create_connection(("127.0.0.1", listener.port), timeout=5) as odd:
        odd.sendall(sent)
        assert _ask(listener, "/livez") == (200, "ok\n")


def test_names_of_metrics_are_those_of_the_page() -> None:
    """docs/metrics.md has a row for each that is there, and no other."""
    page = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| `agg")]
    named = [row.strip("`").partition("{")[0] for row in rows]

    families = text_string_to_metric_families(Metrics().render()[0].decode())

    there = [
        family.name + ("_total" if family.type == "counter" else "")
        for family in families
        if family.name.startswith("aggregator_")
    ]
    assert named == there


@pytest.mark.parametrize("sent", [b"", b"GET /livez HTTP/1.1\r\nHost: x\r\nX-a: "])
def test_a_connection_without_a_question_is_closed(
    listen: MakeListener, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever opens connections and asks nothing would take all files that the daemon may open."""
    monkeypatch.setattr(_listener, "_IDLE_S", 0.2)
    listener = listen()

    with socket.create_connection(("127.0.0.1", listener.port), timeout=5) as odd:
        odd.sendall(sent)
        assert odd.recv(1) == b""

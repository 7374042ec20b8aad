"""A month of polls in a minute: the real command, under a clock that is set before each round.

`story`
    What a server of many hosts has seen after all rounds; see `Story`. Each scenario is a host of
    its own (127.20.0.N), so that what one asks for does not reach the others.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import HttpServer, Request

STARTED_AT = datetime(2026, 12, 30, 12, tzinfo=UTC)

ROUNDS_MIN = (0, 5, 70, 140, 205, 26 * 60, 27 * 60, 50 * 60, 75 * 60, 32 * 24 * 60)
"""Minutes since the start at which the command is run: soon, in an hour, a day, a month."""


@dataclass(frozen=True)
class Asked:
    """One request: in which round it came, at which virtual time, and what it was answered."""

    round: int
    at: datetime
    path: str
    headers: Mapping[str, str]
    status: int
    answered: Mapping[str, str]


@dataclass
class Turn:
    """What a scenario is told of a request: how many came before, and what the clock shows."""

    request: Request
    number: int
    now: datetime
    scenario: Scenario

    @property
    def is_conditional(self) -> bool:
        """Whether it has a validator."""
        return bool({"if-none-match", "if-modified-since"} & self.request.headers.keys())


Answer = tuple[int, Mapping[str, str], bytes]


@dataclass
class Scenario:
    """One host: what it answers, and all that it was asked."""

    name: str
    answer: Callable[[Turn], Answer]
    paths: tuple[str, ...]
    host: str = ""
    asked: list[Asked] = field(default_factory=list)

    def at(self, path: str = "/feed") -> list[Asked]:
        """The requests for one path."""
        return [one for one in self.asked if one.path == path]

    def rounds(self, path: str = "/feed") -> list[int]:
        """The rounds in which a path was asked for."""
        return [one.round for one in self.at(path)]


SCENARIOS: dict[str, Scenario] = {}


PATHS = ("/feed", "/other", "/new", "/permanent", "/today", "/there", "/welcome")
"""What the scenarios answer beside the numbered feeds; all else is 404."""


def scenario(
    *paths: str, is_listed: bool = True
) -> Callable[[Callable[[Turn], Answer]], Callable[[Turn], Answer]]:
    """Make a function the scenario of its name; `paths` are its feeds, ``/feed`` without any."""

    def add(answer: Callable[[Turn], Answer]) -> Callable[[Turn], Answer]:
        name = answer.__name__
        SCENARIOS[name] = Scenario(name, answer, (paths or ("/feed",)) if is_listed else ())
        return answer

    return add


def document(name: str, inside: str = "", items: int = 2) -> bytes:
    """An RSS document with the same items each time."""
    listed = "".join(
        f"<item><guid>{name}-{number}</guid><title>{name} {number}</title>"
        f"<description>Text of {number}.</description></item>"
        for number in range(items)
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
        f"<title>{name}</title><link>http://e.example/</link><description/>{inside}{listed}"
        "</channel></rss>"
    ).encode()


def good(turn: Turn, inside: str = "", **headers: str) -> Answer:
    """200 with the document of a scenario."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = document(turn.scenario.name, inside)
    return 200, {"Content-Type": "application/rss+xml", **named}, body


@dataclass
class Story:
    """All scenarios after all rounds, and what the command has said."""

    scenarios: dict[str, Scenario]
    said: list[str]
    home: Path

    def __getitem__(self, name: str) -> Scenario:
        return self.scenarios[name]

    @property
    def asked(self) -> list[Asked]:
        """Every request of all scenarios."""
        return [one for each in self.scenarios.values() for one in each.asked]

    def run(self, *arguments: str) -> str:
        """What the command prints, at the end of the story."""
        return _run(self.home, ROUNDS_MIN[-1] + 1, *arguments)


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The story of all scenarios; it is told once, by whichever process of the tests is first."""
    if shutil.which("faketime") is None and not os.environ.get("CI"):
        pytest.skip("faketime is not installed (apt install faketime)")
    from tests.politeness import scenarios  # noqa: F401, PLC0415 - fills SCENARIOS

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    told, home = shared / "story.pickle", shared / "story"
    with (shared / "story.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            home.mkdir()
            said = _tell(home)
            state = ({name: (one.host, one.asked) for name, one in SCENARIOS.items()}, said)
            told.write_bytes(pickle.dumps(state))
    seen, said = pickle.loads(told.read_bytes())  # noqa: S301 - our own
    for name, (host, asked) in seen.items():
        SCENARIOS[name].host, SCENARIOS[name].asked = host, asked
    return Story(SCENARIOS, said, home)


def _tell(home: Path) -> list[str]:
    """Serve all scenarios and run the command in all rounds; what it has said."""
    round_number, now = 0, STARTED_AT

    def answer(request: Request) -> bytes:
        one = by_host[request.headers["host"]]
        status, headers, body = one.answer(Turn(request, len(one.at(request.path)), now, one))
        seen = Asked(round_number, now, request.path, request.headers, status, headers)
        one.asked.append(seen)
        return _reply(status, {"Date": format_datetime(now, usegmt=True), **headers}, body)

    with HttpServer("0.0.0.0") as server:
        for number, one in enumerate(SCENARIOS.values(), 1):
            one.host = f"127.20.0.{number}:{server.port}"
        by_host = {one.host: one for one in SCENARIOS.values()}
        for path in (*PATHS, *(f"/{number}" for number in range(6))):
            server.route(path, answer)
        _write_feeds(home)
        said = []
        for round_number, minutes in enumerate(ROUNDS_MIN):  # noqa: B007 - `answer` reads it
            now = STARTED_AT + timedelta(minutes=minutes)
            said.append(_run(home, minutes, "poll"))
    return said


def _write_feeds(home: Path) -> None:
    urls = [f"http://{one.host}{path}" for one in SCENARIOS.values() for path in one.paths]
    settings = (
        '[settings]\nallow_networks = ["127.20.0.0/16"]\ncontact = "https://reader.example/about"\n'
        "max_pages_per_poll = 0\nhost_gap_s = 0.05\nsubscribers = 3\n"
        f'database_url = "sqlite:///{home}/archive.db"\n'
    )
    feeds = "".join(f'[[feeds]]\nurl = "{url}"\n' for url in urls)
    (home / "feeds.toml").write_text(settings + feeds, encoding="utf-8")


def _run(home: Path, minutes: int, *arguments: str) -> str:
    library = next(Path("/usr/lib").rglob("libfaketime.so.1"))
    now = STARTED_AT + timedelta(minutes=minutes)
    environ = {
        **os.environ,
        "HOME": str(home),
        "TZ": "UTC",
        "LD_PRELOAD": str(library),
        "FAKETIME": now.strftime("@%Y-%m-%d %H:%M:%S"),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "AGGREGATOR_HOST_GAP_S": "",
    }
    command = [sys.executable, "-m", "aggregator", *arguments, "-c", str(home / "feeds.toml")]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 5}, done.stderr
    return done.stdout + done.stderr


def _reply(status: int, headers: Mapping[str, Any], body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head + (b"" if status == 304 else body)

"""A publisher with several hosts, who states when each feed may be asked again, and keeps count.

Its documents grow: `publish` adds an entry to each feed. Every third feed says that it stays as it
is for an hour, so nobody may ask for it again in a test; the others may be asked at any time.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.conftest import HttpServer, Request

STATED_S = 3600.0
"""What a third of the feeds states with ``max-age``, and a resting host with ``Retry-After``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: of feed `number`, `entries` long (0: no document), sent at `at_s` (monotonic).

    `until_s` is when the feed may be asked again, and `is_early` whether it was asked too soon.
    """

    number: int
    status: int
    entries: int
    at_s: float
    until_s: float
    is_early: bool


class Publisher:
    """Servers on 127.0.1.1, 127.0.1.2, … with `per_host` feeds each; a context manager.

    The last host refuses everything with 503 and a Retry-After if `has_refusing`.
    """

    def __init__(self, hosts: int, per_host: int, *, has_refusing: bool = False) -> None:
        self._hosts, self._per_host, self._has_refusing = hosts, per_host, has_refusing
        self._ports = [0] * hosts
        self._running = ExitStack()
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._until_s = [0.0] * hosts * per_host
        self._refused_until_s = 0.0
        self.length = 1
        self.answers: list[Answer] = []
        self.urls: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """Answer, at the addresses and ports of the first time."""
        urls = []
        for host in range(self._hosts):
            server = HttpServer(f"127.0.1.{host + 1}", port=self._ports[host])
            self._running.enter_context(server)
            self._ports[host] = server.port
            for place in range(self._per_host):
                number = host * self._per_host + place
                server.route(f"/{number}", lambda asked, number=number: self._say(number, asked))
                urls.append(server.url(f"/{number}"))
        self.urls = tuple(urls)

    def close(self) -> None:
        """Refuse every connection from now on."""
        self._running.close()

    def publish(self) -> None:
        """Let each feed have one more entry."""
        self.length += 1

    def titles(self, without: Sequence[Answer] = ()) -> set[str]:
        """The titles of all entries that were handed out in a document, but for some answers."""
        longest: Counter[int] = Counter()
        for one in self.answers:
            if one not in without:
                longest[one.number] = max(longest[one.number], one.entries)
        return {_title(number, entry) for number in longest for entry in range(longest[number])}

    def early(self) -> list[Answer]:
        """The requests that came before the time that their server had stated."""
        return [one for one in self.answers if one.is_early]

    def forget(self, number: int) -> None:
        """Take back what was stated for a feed: nobody can have heard it."""
        self._until_s[number] = 0.0
        if self._is_refusing(number):
            self._refused_until_s = 0.0

    def _is_refusing(self, number: int) -> bool:
        return self._has_refusing and number // self._per_host == self._hosts - 1

    def _say(self, number: int, asked: Request) -> bytes:
        now_s = time.monotonic()
        if self._is_refusing(number):
            is_early = now_s < self._refused_until_s
            self._refused_until_s = now_s + STATED_S
            self._note(number, 503, 0, self._refused_until_s, is_early=is_early)
            return HttpServer.reply(status=503, headers=[("Retry-After", f"{STATED_S:.0f}")])
        is_early = now_s < self._until_s[number]
        self._until_s[number] = now_s + STATED_S * _is_patient(number)
        max_age = f"max-age={STATED_S * _is_patient(number):.0f}"
        headers = [("ETag", f'"{self.length}"'), ("Cache-Control", max_age)]
        status = 304 if asked.headers.get("if-none-match") == headers[0][1] else 200
        length = self.length if status == 200 else 0
        self._note(number, status, length, self._until_s[number], is_early=is_early)
        body = make_document(number, length) if length else b""
        return HttpServer.reply(body, status=status, headers=headers)

    def _note(
        self, number: int, status: int, entries: int, until_s: float, *, is_early: bool
    ) -> None:
        now_s = time.monotonic()
        self.answers.append(Answer(number, status, entries, now_s, until_s, is_early))


def _is_patient(number: int) -> bool:
    """Whether a feed states an hour."""
    return number % 3 == 0


def _title(number: int, entry: int) -> str:
    return f"Entry {entry} of {number}"


def make_document(number: int, entries: int, words: int = 60) -> bytes:
    """The RSS document of a feed with so many entries of so many words."""
    text = " ".join(f"word{n}" for n in range(words))
    items = "".join(
        f"<item><guid isPermaLink='false'>{number}-{entry}</guid><title>{_title(number, entry)}"
        f"</title><description>The text of {entry}: {text}.</description></item>"
        for entry in reversed(range(entries))
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {number}</title>'
        f"<link>http://127.0.0.1/</link>{items}</channel></rss>"
    ).encode()


def make_settings(urls: Sequence[str], **settings: object) -> str:
    """A feeds.toml of these feeds and settings."""
    lines = [
        f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
        for name, value in settings.items()
    ]
    feeds = [f"[[feeds]]\nurl = {url!r}" for url in urls]
    return "\n".join(["[settings]", *lines, *feeds, ""])

"""Walls against programs are told from plain refusals, and named."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import FetchError
from aggregator.fetch import Fetcher
from aggregator.fetch._blocked import SUSPECT_STATUSES, WALL_HEADERS, WALL_MARKS, find_wall

if TYPE_CHECKING:
    from tests.conftest import HttpServer, Request

HTML = ("Content-Type", "text/html; charset=utf-8")
CHALLENGE = (
    b"<!DOCTYPE html><title>Just a moment...</title><script>window._cf_chl_opt={cvId:'3'};"
    b"</script><script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1'></script>"
)


@pytest.mark.parametrize(("name", "value", "wall"), WALL_HEADERS)
@pytest.mark.parametrize("status", [200, 202, 403, 405, 500])
def test_a_header_of_a_wall_counts_with_any_status(
    name: str, value: str, wall: str, status: int
) -> None:
    """Some walls answer 200 or 202; another value of the header says nothing."""
    assert find_wall(status, {name: f" {value.upper()}"}, b"") == wall
    assert find_wall(status, {name: "none"}, b"") is None


@pytest.mark.parametrize(("mark", "wall"), WALL_MARKS)
def test_a_mark_in_a_page_counts_with_the_status_of_a_refusal(mark: bytes, wall: str) -> None:
    """In any letters; in a good answer it may be an article about walls."""
    page = b"<html><body>" + mark.upper() + b"</body></html>"

    assert all(find_wall(status, {}, page) == wall for status in SUSPECT_STATUSES)
    assert all(find_wall(status, {}, page) is None for status in (200, 404, 410, 500))


async def failure_of(fetcher: Fetcher, url: str) -> FetchError:
    """The error that fetching `url` ends in."""
    with pytest.raises(FetchError) as failed:
        await fetcher.get(url)
    return failed.value


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("status", [403, 503])
async def test_a_challenge_is_named_with_its_wall(
    status: int,
    is_packed: bool,  # noqa: FBT001 - a parameter of the test
    http_server: HttpServer,
    fetcher: Fetcher,
) -> None:
    """By the page alone, also a compressed one; the status is kept."""
    body = gzip.compress(CHALLENGE) if is_packed else CHALLENGE
    headers = [HTML, *([("Content-Encoding", "gzip")] if is_packed else [])]
    http_server.route("/feed", http_server.reply(body, status=status, headers=headers))

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert (error.kind, error.status) == ("blocked", status)
    assert "Cloudflare" in str(error)


async def test_a_good_status_does_not_hide_a_challenge(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """AWS answers 202 and a script: never a feed that "was empty"."""
    headers = [HTML, ("x-amzn-waf-action", "challenge")]
    http_server.route("/feed", http_server.reply(b"<script>", status=202, headers=headers))

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert (error.kind, error.status) == ("blocked", 202)


async def test_the_stated_time_of_a_wall_is_handed_on(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """Also of one that is recognised by its header."""
    headers = [HTML, ("cf-mitigated", "challenge"), ("Retry-After", "7200")]
    http_server.route("/feed", http_server.reply(status=403, headers=headers))

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert error.kind == "blocked"
    assert error.retry_at is not None
    assert error.retry_at > datetime.now(UTC) + timedelta(hours=1)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([HTML], b"<h1>Forbidden</h1>"),
        ([("Content-Type", "application/json")], b'{"about": "h-captcha"}'),
        ([HTML, ("Content-Encoding", "gzip, br")], CHALLENGE),
        ([HTML, ("Content-Encoding", "gzip")], CHALLENGE),
        ([HTML], b" " * 100_000 + CHALLENGE),
        ([], b""),
    ],
)
async def test_a_plain_refusal_stays_one(
    headers: list[tuple[str, str]], body: bytes, http_server: HttpServer, fetcher: Fetcher
) -> None:
    """No page, no HTML, a page that cannot be unpacked, and one whose mark lies too far in."""
    http_server.route("/feed", http_server.reply(body, status=403, headers=headers))

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert (error.kind, error.status) == ("http", 403)


async def test_a_status_is_not_lost_over_a_page_that_does_not_end(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """What the page of a refusal says is worth two seconds; the status came already."""

    async def drip(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 403 No\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    http_server.route("/feed", drip)

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert (error.kind, error.status) == ("http", 403)


async def test_a_bomb_behind_a_refusal_does_not_go_off(
    http_server: HttpServer, fetcher: Fetcher
) -> None:
    """No more of it is unpacked than is looked at."""
    headers = [HTML, ("Content-Encoding", "gzip")]
    bomb = gzip.compress(bytes(64 << 20), 1)
    http_server.route("/feed", http_server.reply(bomb, status=503, headers=headers))

    error = await failure_of(fetcher, http_server.url("/feed"))

    assert (error.kind, error.status) == ("http", 503)

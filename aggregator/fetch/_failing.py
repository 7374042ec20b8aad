"""Answers that are none: their status, when their server wants to be asked, and whose walls."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from typing import NoReturn

import aiohttp

from aggregator.fetch._blocked import SNIFFED_BYTES, SUSPECT_STATUSES, find_wall
from aggregator.fetch._decode import BodyReader
from aggregator.fetch._failure import Failure
from aggregator.fetch._headers import find_header, join_headers
from aggregator.fetch._limits import FetchLimits
from aggregator.fetch._retry_after import parse_retry_after

_SNIFF_S = 2.0
"""A wall's page is small and comes at once; a status is not lost over a body that drips."""


def open_reader(response: aiohttp.ClientResponse, limits: FetchLimits) -> BodyReader:
    """Something that takes in the body of `response` as it comes."""
    encodings = [
        value for name, value in response.raw_headers if name.lower() == b"content-encoding"
    ]
    return BodyReader(b",".join(encodings).decode("latin-1"), limits)


async def fail_with_status(response: aiohttp.ClientResponse, limits: FetchLimits) -> NoReturn:
    """Raise the Failure for an answer that is none: its status and its server's stated time."""
    status = response.status
    retry_at = stated_time(response)
    page = b""
    if status in SUSPECT_STATUSES and retry_at is None:
        page = await _sniff(response, limits)
    fail_if_walled(response, page)
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "unknown status"
    raise Failure("http", f"{status} {phrase}", status=status, retry_at=retry_at)


def fail_if_walled(response: aiohttp.ClientResponse, page: bytes = b"") -> None:
    """Raise the Failure for an answer of a wall against programs, whatever its status."""
    wall = find_wall(response.status, join_headers(response.raw_headers), page)
    if wall is not None:
        message = f"{wall} lets no programs in ({response.status}); ask the site to let us"
        raise Failure("blocked", message, status=response.status, retry_at=stated_time(response))


def stated_time(response: aiohttp.ClientResponse) -> datetime | None:
    """When the server wants to be asked again, None where it does not say."""
    stated = find_header(response.raw_headers, b"retry-after")
    return parse_retry_after(stated, datetime.now(UTC))


async def _sniff(response: aiohttp.ClientResponse, limits: FetchLimits) -> bytes:
    """The beginning of the page, as much of it as comes soon and can be read."""
    if "html" not in response.headers.get("Content-Type", "html").lower():
        return b""
    try:
        reader = open_reader(response, limits)
    except Failure:
        return b""
    try:
        async with asyncio.timeout(_SNIFF_S):
            async for chunk in response.content.iter_any():
                reader.feed(chunk)
                if reader.body_bytes >= SNIFFED_BYTES:
                    break
    except (TimeoutError, Failure, aiohttp.ClientError, OSError):
        pass  # what has come may be enough
    return reader.part()

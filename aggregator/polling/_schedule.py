"""When a feed is visited next: pure, from what the feed, the server and the operator say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

MAX_WAIT_S = 86_400
"""Back-off and stated freshness end at a day: no feed is given up, none is forgotten."""

MAX_RETRY_S = 31 * 86_400
"""A Retry-After beyond a month is a mistake; until then it is obeyed."""

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_JITTER = 0.1


def next_visit(
    now: datetime,
    *,
    feed_id: int,
    interval_s: int,
    failures: int = 0,
    fresh_s: int = 0,
    retry_at: datetime | None = None,
) -> datetime:
    """The instant of the next poll, never before one that the server stated.

    The interval doubles with each failure in a row, up to a day. `fresh_s` is how long the answer
    stays fresh, `retry_at` the server's Retry-After (obeyed up to a month). Up to a tenth is added,
    a different part for each feed, so that feeds that start together drift apart.
    """
    wait_s = min(interval_s * 2.0 ** min(failures, 16), max(MAX_WAIT_S, interval_s))
    wait_s = max(wait_s, fresh_s)
    # A fixed part of the golden ratio spreads consecutive numbers evenly (Knuth, TAOCP 3, 6.4).
    wait_s *= 1 + _JITTER * (feed_id * 0.6180339887498949 % 1)
    visit_at = now + timedelta(seconds=wait_s)
    latest_retry_at = now + timedelta(seconds=MAX_RETRY_S)
    return max(visit_at, min(retry_at, latest_retry_at)) if retry_at else visit_at


def freshness_s(headers: Mapping[str, str]) -> int:
    """How many seconds an answer is fresh by its Cache-Control max-age (RFC 9111), at most a day.

    >>> freshness_s({"cache-control": "public, max-age=1800"})
    1800
    >>> freshness_s({})
    0
    """
    stated = _MAX_AGE.search(headers.get("cache-control", ""))
    return min(int(stated.group(1)), MAX_WAIT_S) if stated else 0

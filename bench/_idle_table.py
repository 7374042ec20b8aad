"""An archive of many feeds that were polled before, each on a host of its own."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from aggregator.library import open_archive
from aggregator.model import FeedSpec

_RHYTHM = (
    '{"at": "2026-11-01T00:00:00+00:00", "posts": 8.1, "days": 13.0, "hours": ['
    + ", ".join(["0.34"] * 24)
    + '], "weekdays": [1.8, 2.4, 2.5, 2.6, 2.6, 0.7, 0.0]}'
)
_POLLED = """
UPDATE feed SET last_status = 304, last_polled_at = datetime('now', '-1 day') || '.000000',
    refreshed_at = datetime('now', '-1 day') || '.000000',
    created_at = datetime('now', '-30 days') || '.000000',
    etag = '"1"', body_hash = '00', why = 'learnt', title = name, rhythm = :rhythm,
    next_poll_at = datetime('now', (:after + abs(random()) % 80000) || ' seconds') || '.000000';
"""
_ASKED = """
INSERT INTO host (host, next_start_at, refusals, robots)
SELECT DISTINCT host, datetime('now', '-1 day') || '.000000', 0, '{}' FROM feed;
"""
_NOT_DUE_S, _OVERDUE_S = 3600, -90_000


def make_urls(count: int, port: int) -> list[str]:
    """`count` addresses of feeds, each on a loopback address of its own."""
    return [
        f"http://127.{1 + i // 62_500}.{i // 250 % 250}.{1 + i % 250}:{port}/feed.xml"
        for i in range(count)
    ]


def fill(database: Path, urls: list[str], *, is_due: bool) -> None:
    """Make an archive of these feeds; all are overdue, or none is due within the hour."""
    specs = [FeedSpec(url, name=f"Feed {number}") for number, url in enumerate(urls)]
    with open_archive(database) as archive:
        archive.feeds.sync(specs, datetime.now(UTC))
    with sqlite3.connect(database) as connection:
        after = _OVERDUE_S if is_due else _NOT_DUE_S
        connection.execute(_POLLED, {"rhythm": _RHYTHM, "after": after})
        connection.execute(_ASKED)
    connection.close()


def write_config(path: Path, urls: list[str]) -> None:
    """The feeds.toml that such an archive has come from."""
    tables = (f'[[feeds]]\nurl = "{url}"\nname = "Feed {n}"\n' for n, url in enumerate(urls))
    path.write_text("\n".join(tables), "utf-8")

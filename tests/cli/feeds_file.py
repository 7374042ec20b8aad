"""Feeds on a server of the tests, the feeds.toml that lists them, and what came of them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_ITEM = "<item><guid>{0}</guid><title>Title {0}</title><description>Text {0}</description></item>"


def make_rss(*numbers: int) -> bytes:
    """A document with entries of these numbers."""
    items = "".join(_ITEM.format(number) for number in numbers)
    return f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>".encode()


def serve(server: Any, path: str, *numbers: int) -> str:
    """The URL of a feed with these entries, from now on."""
    server.route(path, server.reply(make_rss(*numbers), headers=[("ETag", f'"{len(numbers)}"')]))
    url: str = server.url(path)
    return url


def configure(folder: Path, *urls: str, interval: str = "1h") -> Path:
    """A feeds.toml in `folder` that lists `urls`."""
    path = folder / "feeds.toml"
    feeds = "".join(f'[[feeds]]\nurl = "{url}"\ninterval = "{interval}"\n' for url in urls)
    path.write_text(f'[settings]\ndatabase_url = "sqlite:///a.db"\nworkers = 1\n{feeds}')
    return path


def read_titles(database: Path) -> list[str]:
    """The titles in an archive, in the order in which they came."""
    with sqlite3.connect(database) as connection:
        return [row[0] for row in connection.execute("SELECT title FROM entry ORDER BY id")]


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.05)

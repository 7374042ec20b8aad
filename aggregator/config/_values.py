"""What the operator decides, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal

from aggregator import model

PROJECT_URL = "https://feed-aggregator-archive.invalid/"
"""Where a server's operator reads who asks, unless `contact` names somebody. A reserved name
until the project has an address of its own: it can reach no stranger."""

MAX_CONCURRENCY = 512
"""A process may open 1,024 files by default; a fetch needs a socket and at times a second one
for the look-up of its host."""


MAX_BODY_BYTES = 32 * 1024 * 1024
"""What a document may unpack to; the rooms that read them refuse more, whatever is configured."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The `[settings]` table after defaults and environment; docs/configuration.md explains each.

    `database_url` is absolute: a relative SQLite path has been resolved.
    """

    database_url: str
    contact: str = PROJECT_URL
    allow_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    concurrency: int = 32
    workers: int = 0  # 0 is one for each core
    timeout_s: float = 25.0  # for a whole fetch, redirects included
    max_body_bytes: int = MAX_BODY_BYTES  # after decompression
    max_entries_per_poll: int = 5000
    max_pages_per_poll: int = 50
    words_per_minute: int = 265
    ideographs_per_minute: int = 500
    image_seconds: int = 12  # of a first image; 0 times none
    log_format: Literal["text", "json"] = "text"
    requests_per_feed_per_day: float = 8.0  # on average over all feeds
    min_interval_s: int = 900  # no feed is visited more often by our own choice
    max_interval_s: int = 86_400  # nor more seldom
    host_gap_s: float = 1.0  # between the starts of two requests to a host
    hosts: tuple[model.HostPolicy, ...] = ()  # [[hosts]]; before those that are shipped
    subscribers: int = 1  # how many people read here, told to publishers
    proxy: str | None = None  # http://host:port for all requests
    listen: str | None = None  # host:port of /livez, /readyz and /metrics
    websub_url: str | None = None  # where hubs reach websub_listen from outside
    websub_listen: str = "127.0.0.1:8484"

    @property
    def reading_speed(self) -> model.ReadingSpeed:
        """How fast articles are taken to be read."""
        return model.ReadingSpeed(
            self.words_per_minute, self.ideographs_per_minute, self.image_seconds
        )


@dataclass(frozen=True, slots=True)
class Config:
    """All that was configured; `path` is the file it came from, None where there is none."""

    path: Path | None
    settings: Settings
    feeds: tuple[model.FeedSpec, ...] = ()


def environment_name(setting: str) -> str:
    """The environment variable that overrules `setting`.

    >>> environment_name("timeout_s")
    'AGGREGATOR_TIMEOUT_S'
    """
    return f"AGGREGATOR_{setting.upper()}"

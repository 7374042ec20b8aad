"""What decides the next visit beside the feed itself: how a poll ended, and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a poll ended at `at`; without `failures` it was a good one.

    `failures` counts bad polls in a row, this one included. `retry_at` is the server's Retry-After,
    `fresh_until` the end of its Cache-Control or Expires. `is_pushed`: a hub sends the news.
    """

    at: datetime
    status: int | None = None
    failures: int = 0
    error_kind: str | None = None
    retry_at: datetime | None = None
    fresh_until: datetime | None = None
    is_pushed: bool = False


@dataclass(frozen=True, slots=True)
class Pacing:
    """What the operator and the budget allow.

    `effort` is the number of visits a day that a feed of one post a day and weight 1 gets (see
    `find_effort`); no visit of our own choice comes sooner than `min_s` or later than `max_s`.
    `host_interval_s` is what the table of hosts asks of a feed there, 0 if nothing.
    """

    effort: float
    min_s: int
    max_s: int
    host_interval_s: int = 0

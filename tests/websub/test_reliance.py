"""When the news of a feed are left to its hub, and when they are no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.model import SILENT_HUB, Subscription

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ACTIVE = Subscription(
    1,
    "https://hub.test/",
    "https://a.test/feed",
    "t" * 43,
    "s" * 43,
    state="active",
    requested_at=NOW - 24 * HOUR,
    expires_at=NOW + HOUR,
)


@pytest.mark.parametrize(
    ("changes", "is_relied_upon"),
    [
        ({}, True),
        ({"secret": ""}, True),
        ({"failures": 1}, True),
        ({"expires_at": NOW}, False),
        ({"expires_at": None}, False),
        ({"state": "pending"}, False),
        ({"state": "denied"}, False),
        ({"state": "gone"}, False),
        ({"error": SILENT_HUB}, False),
        ({"error": "connect: no connection"}, False),
    ],
    ids=str,
)
def test_only_a_hub_that_has_done_nothing_wrong_is_relied_upon(
    changes: dict[str, Any], *, is_relied_upon: bool
) -> None:
    """While its lease runs; a renewal that is under way is nothing wrong."""
    assert replace(ACTIVE, **changes).is_relied_upon(NOW) is is_relied_upon


@pytest.mark.parametrize(
    ("published", "has_missed"),
    [
        ([NOW - 2 * HOUR], True),
        ([NOW - 48 * HOUR, NOW - 2 * HOUR], True),
        ([NOW - HOUR / 2], False),
        ([NOW - 48 * HOUR], False),
        ([NOW + HOUR], False),
        ([], False),
    ],
    ids=["yes", "one of two", "still coming", "before we asked", "in the future", "nothing new"],
)
def test_a_hub_should_have_sent_what_is_older_than_an_hour(
    published: list[datetime], *, has_missed: bool
) -> None:
    """And was published since it was asked."""
    assert ACTIVE.has_missed(published, NOW) is has_missed


def test_a_hub_that_is_not_relied_upon_misses_nothing() -> None:
    """It is known already, or nothing was to be expected of it."""
    published = [NOW - 2 * HOUR]

    assert not replace(ACTIVE, error=SILENT_HUB).has_missed(published, NOW)
    assert not replace(ACTIVE, state="pending").has_missed(published, NOW)
    assert not replace(ACTIVE, requested_at=None).has_missed(published, NOW)

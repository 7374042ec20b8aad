"""The effort that fits the budget: noted for others, and reckoned when there is time for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.library import OpenArchive
from aggregator.polling import open_polling

_HOST = "example.org"


def _note(archive: OpenArchive, settings: Any, at: datetime, **other: int) -> None:
    """Note an effort of 123 as reckoned at an instant, for these settings but for `other`."""
    names = ("requests_per_feed_per_day", "min_interval_s", "max_interval_s")
    asked = [other.get(name, getattr(settings, name)) for name in names]
    archive.notes.write("effort", {"effort": 123.0, "at": at.isoformat(), "for": asked})


async def test_an_old_effort_will_do_to_begin_with(archive: OpenArchive, settings: Any) -> None:
    """Reckoning it for many feeds takes long; who polls all that is due does it then."""
    _note(archive, settings, datetime.now(UTC) - timedelta(days=30))

    async with open_polling(archive, settings, lambda _: None) as polling:
        begun = polling.pacer.pacing_for(_HOST).effort
        await polling.poll_due()
        polled = polling.pacer.pacing_for(_HOST).effort

    noted = archive.notes.read("effort")
    assert begun == 123
    assert noted is not None
    assert polled == noted["effort"] != 123


async def test_a_young_effort_is_taken_over(archive: OpenArchive, settings: Any) -> None:
    """Whoever has reckoned it: several poll into one archive."""
    _note(archive, settings, datetime.now(UTC) - timedelta(minutes=5))

    async with open_polling(archive, settings, lambda _: None) as polling:
        await polling.poll_due()

        assert polling.pacer.pacing_for(_HOST).effort == 123


@pytest.mark.parametrize(
    ("ahead", "other"), [(timedelta(days=1), {}), (timedelta(), {"min_interval_s": 7777})]
)
async def test_an_effort_that_cannot_be_ours_is_not_believed(
    archive: OpenArchive, settings: Any, ahead: timedelta, other: dict[str, int]
) -> None:
    """One of the future was written by a wrong clock, one for other bounds fits these badly."""
    _note(archive, settings, datetime.now(UTC) + ahead, **other)

    async with open_polling(archive, settings, lambda _: None) as polling:
        assert polling.pacer.pacing_for(_HOST).effort != 123

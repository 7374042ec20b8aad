"""What a digest has, in what order, and what it is called."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digest import Digest, build_digest, to_json_feed, to_opml
from aggregator.model import ArchivedEntry, Feed

_SINCE = datetime(2026, 11, 1, tzinfo=UTC)
_UNTIL = datetime(2026, 12, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def _at(make: Callable[..., ArchivedEntry], number: int, instant: datetime) -> ArchivedEntry:
    return make(number, entry={"published_at": instant}, first_seen_at=instant)


def test_the_beginning_belongs_to_a_digest_and_the_end_does_not(
    make_archived: Callable[..., ArchivedEntry],
) -> None:
    """Digests that follow one another share no entry and lose none."""
    instants = [_SINCE - _TICK, _SINCE, _UNTIL - _TICK, _UNTIL]
    entries = [_at(make_archived, number, instant) for number, instant in enumerate(instants)]

    digest = build_digest(entries, since=_SINCE, until=_UNTIL)

    assert [archived.id for archived in digest.entries] == [2, 1]


@given(minutes=st.lists(st.integers(0, 50), max_size=20), cut=st.integers(1, 49))
def test_every_entry_is_in_exactly_one_of_two_neighbouring_digests(
    make_archived: Callable[..., ArchivedEntry], minutes: list[int], cut: int
) -> None:
    """A cut anywhere parts the entries, whatever their instants."""
    entries = [
        _at(make_archived, number, _SINCE + timedelta(minutes=minute))
        for number, minute in enumerate(minutes)
    ]
    middle = _SINCE + timedelta(minutes=cut)

    before = build_digest(entries, since=_SINCE, until=middle)
    after = build_digest(entries, since=middle, until=_UNTIL)

    assert sorted(a.id for a in before.entries + after.entries) == list(range(len(minutes)))


def test_an_entry_dated_in_the_future_counts_from_when_it_was_seen(
    make_archived: Callable[..., ArchivedEntry],
) -> None:
    """A feed cannot keep its entry on top of every digest by a date of next year."""
    entry = make_archived(
        1, entry={"published_at": _UNTIL + timedelta(days=365)}, first_seen_at=_SINCE
    )

    digest = build_digest([entry], since=_SINCE, until=_SINCE + _TICK)

    assert digest.entries == (entry,)


def test_entries_stand_newest_first_and_later_arrivals_before_earlier_ones(
    make_archived: Callable[..., ArchivedEntry],
) -> None:
    """Of two entries of one instant the one that the archive got last is the newer."""
    noon = _SINCE + timedelta(hours=12)
    entries = [
        _at(make_archived, 1, noon),
        _at(make_archived, 3, noon),
        _at(make_archived, 2, noon + _TICK),
    ]

    digest = build_digest(entries, since=_SINCE, until=_UNTIL)

    assert [archived.id for archived in digest.entries] == [2, 3, 1]


def test_feeds_are_those_of_its_entries_by_title_whatever_its_case(
    make_archived: Callable[..., ArchivedEntry], make_feed: Callable[..., Feed]
) -> None:
    """A feed whose entries all fall outside is not mentioned; equal titles go by id."""
    feeds = [
        make_feed(id=1, title="beta"),
        make_feed(id=2, title="Alpha"),
        make_feed(id=9, name="Gamma", title="A"),
        make_feed(id=4, title="beta"),
    ]
    entries = [make_archived(number, feed=feed) for number, feed in enumerate(feeds)]
    outside = _at(make_archived, 99, _UNTIL)

    digest = build_digest([*entries, outside], since=_SINCE, until=_UNTIL)

    assert [feed.id for feed in digest.feeds] == [2, 1, 4, 9]


def test_an_entry_that_comes_twice_stands_in_it_once(
    make_archived: Callable[..., ArchivedEntry],
) -> None:
    """Results of several searches can be handed over as they are."""
    digest = build_digest([make_archived(1), make_archived(1)], since=_SINCE, until=_UNTIL)

    assert len(digest.entries) == 1
    assert digest.read_minutes == 2


def test_the_order_of_the_input_changes_no_byte(
    make_archived: Callable[..., ArchivedEntry], make_feed: Callable[..., Feed]
) -> None:
    """Equal sets of entries make equal documents in both formats."""
    feeds = [make_feed(id=number, title=f"Feed {number % 3}") for number in range(5)]
    entries = [make_archived(number, feed=feeds[number % 5]) for number in range(40)]
    shuffled = random.Random(7).sample(entries, len(entries))  # noqa: S311 - no secret

    first = build_digest(entries, since=_SINCE, until=_UNTIL)
    second = build_digest(iter(shuffled), since=_SINCE, until=_UNTIL)

    assert to_json_feed(first) == to_json_feed(second)
    assert to_opml(first) == to_opml(second)


@pytest.mark.parametrize(
    ("since", "until", "title"),
    [
        ("2026-11-21T08Z", "2026-11-22T08Z", "Digest 2026-11-22"),
        ("2026-11-22T00Z", "2026-11-23T00Z", "Digest 2026-11-22"),
        ("2026-11-16T00Z", "2026-11-23T00Z", "Digest 2026-11-16 to 2026-11-22"),
        ("2026-11-21T07Z", "2026-11-22T08Z", "Digest 2026-11-21 to 2026-11-22"),
        ("0001-01-01T00Z", "2026-01-01T00Z", "Digest 0001-01-01 to 2025-12-31"),
    ],
)
def test_a_digest_is_called_by_its_day_or_by_its_first_and_last(
    since: str, until: str, title: str
) -> None:
    """A span that ends at midnight does not name the day that it does not touch."""
    digest = build_digest(
        [], since=datetime.fromisoformat(since), until=datetime.fromisoformat(until)
    )

    assert digest.title == title


def test_a_given_title_and_query_are_kept() -> None:
    """What the caller calls it wins over what it would be called."""
    digest = build_digest([], since=_SINCE, until=_UNTIL, query="is:new", title="Morning")

    assert digest == Digest("Morning", _SINCE, _UNTIL, "is:new", (), ())


@pytest.mark.parametrize("until", [_SINCE, _SINCE - _TICK])
def test_a_span_without_time_is_refused(until: datetime) -> None:
    """Bounds that hold nothing, or stand the wrong way round, are a mistake of the caller."""
    with pytest.raises(ValueError, match="begin before it ends"):
        build_digest([], since=_SINCE, until=until)


def test_bounds_without_a_time_zone_are_refused() -> None:
    """An instant that means another one on another machine cannot bound anything."""
    with pytest.raises(ValueError, match="time zone"):
        build_digest([], since=datetime(2026, 1, 1), until=_UNTIL)  # noqa: DTZ001 - the point


def test_bounds_of_other_time_zones_are_told_in_utc() -> None:
    """The documents speak of one clock only."""
    east = timezone(timedelta(hours=2))

    digest = build_digest([], since=_SINCE, until=datetime(2026, 11, 2, 2, tzinfo=east))

    assert digest.until.isoformat() == "2026-11-02T00:00:00+00:00"
    assert digest.title == "Digest 2026-11-01"


def test_a_digest_cannot_be_changed() -> None:
    """What was built from checked bounds stays so."""
    digest = build_digest([], since=_SINCE, until=_UNTIL)

    with pytest.raises(FrozenInstanceError):
        digest.title = "other"  # type: ignore[misc]


def test_importing_the_room_loads_none_of_the_large_libraries() -> None:
    """Writing a digest costs what the standard library costs."""
    script = (
        "import sys, aggregator.digest\n"
        "print(*{'aiohttp', 'bs4', 'feedparser', 'lxml', 'sqlalchemy'} & sys.modules.keys())"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert done.stdout.split() == []

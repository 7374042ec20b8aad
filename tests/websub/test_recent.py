"""What is remembered of pushes: nothing is read twice, and no flood makes us ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aggregator.websub import _recent as recent_module
from aggregator.websub._recent import HINT_GAP, READ_GAP, Hints, Recent

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@given(steps=st.lists(st.tuples(st.integers(1, 2), st.integers(0, 2000)), max_size=60))
def test_hints_never_make_a_feed_be_polled_too_often(steps: list[tuple[int, int]]) -> None:
    """Whenever they come, two polls of one feed are a quarter of an hour apart; none is lost."""
    hints, now = Hints(), NOW
    polled: dict[int, list[datetime]] = {1: [], 2: []}
    for feed_id, seconds in steps:
        now += timedelta(seconds=seconds)
        hints.note(feed_id, now)
        for one in hints.take(now):
            polled[one].append(now)
    hinted = {feed_id for feed_id, _ in steps}
    now += HINT_GAP
    for one in hints.take(now):
        polled[one].append(now)

    for feed_id, times in polled.items():
        assert bool(times) is (feed_id in hinted)
        assert all(b - a >= HINT_GAP for a, b in pairwise(times))
    assert hints.take(now + HINT_GAP) == []


def test_a_hint_for_later_waits() -> None:
    """And does not put off one that is due before."""
    hints = Hints()
    hints.note(1, NOW + READ_GAP)
    early = hints.take(NOW)
    hints.note(1, NOW)
    hints.note(1, NOW + READ_GAP)

    assert early == []
    assert hints.take(NOW) == [1]


def test_a_clock_that_goes_back_holds_nothing_up() -> None:
    """What was taken in the future is no reason to wait for it."""
    recent, hints = Recent(), Hints()
    recent.may_read(1, NOW)
    hints.note(1, NOW)
    hints.take(NOW)
    earlier = NOW - timedelta(days=30)

    hints.note(1, earlier)

    assert recent.may_read(1, earlier)
    assert hints.take(earlier) == [1]


def test_the_last_documents_of_each_feed_are_known() -> None:
    """Sixteen of them; those of another feed are others."""
    recent = Recent()
    first = [recent.is_known(1, b"%d" % number) for number in range(16)]
    again = [recent.is_known(1, b"%d" % number) for number in range(16)]
    other = recent.is_known(2, b"0")
    pushed_out = [recent.is_known(1, b"new"), recent.is_known(1, b"0")]

    assert (first, again, other) == ([False] * 16, [True] * 16, False)
    assert pushed_out == [False, False]


def test_what_could_not_be_kept_never_came() -> None:
    """Its hub sends it again, and then it counts."""
    recent = Recent()
    recent.is_known(1, b"older")
    before = [recent.is_known(1, b"news"), recent.may_read(1, NOW)]

    recent.forget(1, b"news")

    assert before == [False, True]
    assert [recent.is_known(1, b"news"), recent.may_read(1, NOW)] == [False, True]
    assert recent.is_known(1, b"older")


def test_memory_is_bounded() -> None:
    """However many feeds there are, those that were silent longest are forgotten."""
    recent, hints = Recent(), Hints()
    most = recent_module._KEPT_FEEDS
    for number in range(most + 10):
        recent.is_known(number, b"x")
        recent.may_read(number, NOW)
        hints.note(number, NOW)
        hints.take(NOW)

    kept = (recent._digests, recent._read_at, hints._polled_at)
    assert {len(one) for one in kept} == {most}
    assert all(most + 9 in one and 0 not in one for one in kept)

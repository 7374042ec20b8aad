"""What the dates of posts tell of when the next ones come."""

from __future__ import annotations

from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Rhythm
from aggregator.polling.schedule import fade, learn, rate_at

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday

_instants = st.datetimes(timezones=st.just(UTC))
_recent = st.timedeltas(timedelta(0), timedelta(days=90)).map(lambda ago: NOW - ago)


def _daily(hour: int, days: int = 40) -> list[datetime]:
    """A post at the same hour of each of the last days."""
    first = (NOW - timedelta(days=1)).replace(hour=hour)
    return [first - timedelta(days=ago) for ago in range(days)]


def _numbers(rhythm: Rhythm) -> list[float]:
    return [rhythm.posts, rhythm.days, *rhythm.hours, *rhythm.weekdays]


def _mean_of_week(rhythm: Rhythm) -> float:
    return sum(rate_at(rhythm, NOW + timedelta(hours=hour)) for hour in range(168)) / 168


@pytest.mark.parametrize("rate", [1, 3, 12])
def test_the_dates_of_a_first_document_are_history(rate: int) -> None:
    """A feed with so many posts on each of forty days has that rate at once."""
    posts = [NOW - timedelta(days=number / rate) for number in range(1, 40 * rate)]

    assert _mean_of_week(learn(Rhythm(), posts, NOW)) == pytest.approx(rate, rel=0.1)


def test_a_first_document_of_ten_years_counts_for_two_months() -> None:
    """Who wrote daily until last year writes no more."""
    posts = [NOW - timedelta(days=365 + number) for number in range(300)]

    assert _mean_of_week(learn(Rhythm(), posts, NOW)) < 0.01


def test_undated_posts_of_a_first_document_tell_nothing() -> None:
    """They were there, nobody knows since when: not a hundred a day."""
    assert learn(Rhythm(), [NOW] * 100, NOW) == learn(Rhythm(), [], NOW)


def test_posts_of_later_documents_count_when_they_came() -> None:
    """Also those without a date, or with one that lies ahead."""
    before = learn(Rhythm(), [], NOW)
    later = NOW + timedelta(hours=1)

    undated = learn(before, [later], later)
    ahead = learn(before, [later + timedelta(days=999)], later)

    assert undated == ahead
    assert undated.posts == pytest.approx(1)
    assert undated.hours[13] == pytest.approx(1)
    assert undated.weekdays[6] == pytest.approx(1)


def test_the_hours_and_days_at_which_it_publishes_are_learnt() -> None:
    """Always at nine: nine o'clock is many times as likely as midnight."""
    rhythm = learn(Rhythm(), _daily(9), NOW)

    at_nine = rate_at(rhythm, NOW.replace(hour=9))
    assert at_nine > 10 * rate_at(rhythm, NOW.replace(hour=0))
    assert rate_at(rhythm, NOW.replace(hour=8)) == pytest.approx(
        rate_at(rhythm, NOW.replace(hour=10))
    )


def test_weekdays_are_learnt() -> None:
    """Whoever writes on Mondays is expected on Mondays."""
    mondays = [NOW - timedelta(days=6 + 7 * weeks) for weeks in range(8)]
    rhythm = learn(Rhythm(), mondays, NOW)

    assert rate_at(rhythm, NOW + timedelta(days=1)) > 3 * rate_at(rhythm, NOW + timedelta(days=2))


def test_who_writes_seldom_shows_the_hours_in_more_than_two_months() -> None:
    """Of a monthly post at nine the rate is that of two months, the hour that of a year."""
    monthly = [post for post in _daily(9, 360) if post.day == 1]

    rhythm = learn(Rhythm(), monthly, NOW)

    assert rhythm.posts < 2
    assert rate_at(rhythm, NOW.replace(hour=9)) > 4 * rate_at(rhythm, NOW.replace(hour=0))


def test_new_hours_take_the_place_of_old_ones_within_months() -> None:
    """Who wrote at nine for a year and at twenty for half of one is expected at twenty."""
    year = [post - timedelta(days=180) for post in _daily(9, 365)]
    rhythm = learn(Rhythm(), [*year, *_daily(20, 180)], NOW)

    assert rate_at(rhythm, NOW.replace(hour=20)) > 2 * rate_at(rhythm, NOW.replace(hour=9))


def test_hours_that_nobody_has_watched_are_not_quiet() -> None:
    """Twenty posts of one morning do not say that the evening has none."""
    posts = [NOW - timedelta(minutes=6 * number) for number in range(1, 20)]
    rhythm = learn(Rhythm(), posts, NOW)

    assert rate_at(rhythm, NOW.replace(hour=20)) > 0.9 * _mean_of_week(rhythm)


def test_a_feed_that_falls_silent_is_expected_less_and_less() -> None:
    """Half of its rate is left after a fortnight without news."""
    rhythm = learn(Rhythm(), _daily(9), NOW)

    later = learn(rhythm, [], NOW + timedelta(days=14))

    assert _mean_of_week(later) == pytest.approx(_mean_of_week(rhythm) / 2, rel=0.1)


@given(st.lists(_recent, max_size=30), st.lists(_recent, max_size=10), st.floats(0, 400))
def test_learning_in_two_steps_or_in_one_is_the_same(
    first: list[datetime], new: list[datetime], days: float
) -> None:
    """What a poll without news in between does is to let time pass."""
    rhythm = learn(Rhythm(), first, NOW)
    later = NOW + timedelta(days=days)

    halves = learn(learn(rhythm, (), NOW + timedelta(days=days / 2)), new, later)

    assert _numbers(halves) == pytest.approx(_numbers(learn(rhythm, new, later)), abs=1e-9)


@given(st.lists(_recent, max_size=30), st.floats(0, 400))
def test_a_rate_can_be_told_for_later_without_the_profile(
    posts: list[datetime], days: float
) -> None:
    """As a poll without news would have it."""
    rhythm = learn(Rhythm(), posts, NOW)
    later = learn(rhythm, (), NOW + timedelta(days=days))

    # A timedelta knows no less than a microsecond, which is 1e-11 days.
    assert fade(rhythm.posts, rhythm.days, days) == pytest.approx(
        (later.posts, later.days), abs=1e-9
    )


@given(st.lists(st.lists(_instants, max_size=20), max_size=5), st.lists(_instants, max_size=5))
def test_whatever_the_dates_say_the_rhythm_is_one(
    documents: list[list[datetime]], visits: list[datetime]
) -> None:
    """Dates of any year, and clocks that jump to any of them: finite, positive, of full length."""
    rhythm = Rhythm()
    for posts, now in zip(documents, visits, strict=False):
        rhythm = learn(rhythm, posts, now)

        assert rhythm.at == now
        assert all(isfinite(number) and number >= 0 for number in _numbers(rhythm))
        assert (len(rhythm.hours), len(rhythm.weekdays)) == (24, 7)
        assert rhythm.days <= 20.2
    assert isfinite(rate_at(rhythm, NOW))
    assert rate_at(rhythm, NOW) > 0


@given(st.lists(_recent, min_size=1, max_size=60), st.floats(0, 60))
def test_the_profile_moves_the_rate_and_does_not_change_it(
    posts: list[datetime], days: float
) -> None:
    """On average over the week the expected rate is that of all posts."""
    rhythm = learn(learn(Rhythm(), posts, NOW), (), NOW + timedelta(days=days))
    even = Rhythm(rhythm.at, rhythm.posts, rhythm.days)

    assert _mean_of_week(rhythm) == pytest.approx(rate_at(even, NOW))


def test_nothing_is_changed_in_place() -> None:
    """A rhythm is a value."""
    rhythm = learn(Rhythm(), _daily(9), NOW)
    before = astuple(rhythm)

    learn(rhythm, [NOW], NOW + timedelta(days=1))

    assert astuple(rhythm) == before

"""The next visit: what the operator, the rhythm and the failures ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import GONE_AFTER, Feed, FullText, Pace, Rhythm
from aggregator.polling.schedule import Outcome, Pacing, learn, next_visit

NOW = datetime(2026, 11, 22, 12, 17, 30, tzinfo=UTC)  # a Sunday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PACING = Pacing(effort=4.0, min_s=900, max_s=86_400)
GOOD = Outcome(NOW, 200)


def _steady(rate: float) -> Rhythm:
    """So many posts a day at all hours of all days, known for months."""
    return Rhythm(NOW, rate * 20, 20.0, (rate,) * 24, (rate * 24 / 7,) * 7)


FEED = Feed(
    id=0,  # nothing is added to its waits
    url="https://e.org/f",
    name=None,
    title=None,
    site_url=None,
    tags=(),
    is_enabled=True,
    interval_s=None,
    full_text=FullText.AUTO,
    created_at=NOW - 90 * DAY,
    rhythm=_steady(1.0),
)


def _wait(feed: Feed = FEED, outcome: Outcome = GOOD, pacing: Pacing = PACING) -> timedelta:
    return next_visit(feed, outcome, pacing).at - outcome.at


def _close(expected: timedelta) -> object:
    return pytest.approx(expected, abs=timedelta(seconds=1))


@pytest.mark.parametrize(
    ("rate", "weight", "hours"), [(1, 1, 6), (4, 1, 3), (16, 1, 1.5), (1, 4, 3)]
)
def test_visits_grow_with_the_root_of_rate_and_weight(
    rate: float, weight: float, hours: float
) -> None:
    """Four visits a day for one post a day, eight for four posts, or for four times the weight."""
    feed = replace(FEED, rhythm=_steady(rate), weight=weight)

    assert _wait(feed) == pytest.approx(hours * HOUR, rel=0.02)


def test_visits_gather_where_news_is_expected() -> None:
    """A feed that publishes at nine is left alone at night and visited often in the morning."""
    posts = [
        NOW.replace(hour=9, minute=minute) - day * DAY for day in range(1, 40) for minute in (5, 40)
    ]
    feed = replace(FEED, rhythm=learn(Rhythm(), posts, NOW))

    def wait_from(hour: int) -> timedelta:
        return _wait(feed, Outcome(NOW.replace(hour=hour, minute=0)))

    assert wait_from(8) < 3 * HOUR
    assert wait_from(20) > 2 * wait_from(8)


@pytest.mark.parametrize(("effort", "expected_s"), [(1e9, 900), (0.0, 86_400), (1e-9, 86_400)])
def test_no_visit_of_our_own_choice_is_beyond_the_bounds(effort: float, expected_s: int) -> None:
    """Whatever the budget allows: a quarter of an hour to a day."""
    assert _wait(pacing=replace(PACING, effort=effort)) == timedelta(seconds=expected_s)


@pytest.mark.parametrize(
    ("fresh_s", "expected_s"), [(60, 300), (400, 400), (899, 899), (2000, 2000)]
)
def test_it_comes_sooner_only_where_the_server_says_so(fresh_s: int, expected_s: int) -> None:
    """Five minutes are the least, for feeds whose server calls its answer old by then."""
    outcome = replace(GOOD, fresh_until=NOW + timedelta(seconds=fresh_s))

    assert _wait(outcome=outcome, pacing=replace(PACING, effort=1e9)) == timedelta(
        seconds=expected_s
    )


def test_a_new_feed_is_visited_hourly_for_a_day() -> None:
    """Until its habits are known; with what is added, between 60 and 63 minutes."""
    for number in range(200):
        feed = replace(FEED, id=number, created_at=NOW - 23 * HOUR)
        assert HOUR <= _wait(feed) <= timedelta(minutes=63)

    for age in (25 * HOUR, -99 * DAY):  # the clock has been set back since
        assert _wait(replace(FEED, created_at=NOW - age)) > 5 * HOUR
    assert "new" in next_visit(replace(FEED, created_at=NOW), GOOD, PACING).reason


def test_the_operators_interval_is_kept() -> None:
    """Whatever the rhythm says, new or not."""
    for created_at in (NOW, NOW - 90 * DAY):
        feed = replace(FEED, interval_s=7200, created_at=created_at, rhythm=_steady(100))
        assert _wait(feed) == 2 * HOUR


@pytest.mark.parametrize("interval_s", [None, 3600, 7 * 86_400])
def test_a_feed_whose_hub_sends_news_is_visited_slowly(interval_s: int | None) -> None:
    """Once in the longest wait, or as seldom as the operator wants."""
    feed = replace(FEED, interval_s=interval_s, rhythm=_steady(100))

    wait = _wait(feed, replace(GOOD, is_pushed=True))

    assert wait == timedelta(seconds=max(86_400, interval_s or 0))


@pytest.mark.parametrize(
    ("failures", "hours"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 24), (10**6, 24)]
)
@pytest.mark.parametrize("status", [None, 404, 429, 500, 503])
def test_failures_double_the_wait_up_to_a_day(
    failures: int, hours: int, status: int | None
) -> None:
    """From an hour for a feed that is visited more often, and never for ever."""
    feed = replace(FEED, rhythm=_steady(400))

    assert _wait(feed, Outcome(NOW, status, failures)) == hours * HOUR


def test_who_wants_weekly_visits_gets_no_daily_ones_by_failing() -> None:
    """An interval above a day is kept."""
    feed = replace(FEED, interval_s=7 * 86_400)

    assert _wait(feed, Outcome(NOW, 500, 3)) == 7 * DAY


def test_what_is_gone_is_asked_once_more_after_a_day() -> None:
    """Then it is over, which the reason says."""
    first = next_visit(FEED, Outcome(NOW, 410, 1), PACING)
    second = next_visit(FEED, Outcome(NOW, 410, GONE_AFTER), PACING)

    assert first.at - NOW == DAY
    assert "once more" in first.reason
    assert second.at - NOW >= 31 * DAY
    assert "not visited any more" in second.reason


def test_a_server_that_turns_programs_away_is_tried_daily() -> None:
    """From the first time on."""
    outcome = Outcome(NOW, 403, 1, "blocked")

    assert _wait(outcome=outcome) == DAY


def test_the_table_of_hosts_puts_visits_off() -> None:
    """And says so."""
    visit = next_visit(
        replace(FEED, rhythm=_steady(100)), GOOD, replace(PACING, host_interval_s=43_200)
    )

    assert visit.at - NOW == 12 * HOUR
    assert "host" in visit.reason
    assert visit.not_before is None


def test_feeds_that_start_together_drift_apart() -> None:
    """A thousand feeds of one interval come back spread evenly over a twentieth of it."""
    feed = replace(FEED, interval_s=36_000)
    waits = sorted(_wait(replace(feed, id=number)).total_seconds() for number in range(1000))

    gaps = [after - before for before, after in pairwise(waits)]
    assert waits[0] >= 36_000
    assert waits[-1] <= 37_800
    assert max(gaps) < 10


@given(st.floats(0, 1e6), st.floats(1, 10), st.floats(0, 1e3), st.floats(1, 10))
def test_more_effort_or_more_posts_never_mean_a_later_visit(
    effort: float, more: float, rate: float, faster: float
) -> None:
    """Monotone in both."""
    feed, pacing = replace(FEED, rhythm=_steady(rate)), replace(PACING, effort=effort)
    usual, least = _wait(feed, pacing=pacing), timedelta(milliseconds=1)

    assert _wait(feed, pacing=replace(pacing, effort=effort * more)) <= usual + least
    livelier = replace(feed.rhythm, posts=feed.rhythm.posts * faster)
    assert _wait(replace(feed, rhythm=livelier), pacing=pacing) <= usual + least


_counts = st.floats(0, 1e9)
_rhythms = st.builds(
    Rhythm,
    st.just(NOW),
    _counts,
    st.floats(0, 20.2),
    st.one_of(st.just(()), st.tuples(*(_counts,) * 24)),
    st.one_of(st.just(()), st.tuples(*(_counts,) * 7)),
)
_instants = st.datetimes(timezones=st.just(UTC))


@given(
    rhythm=_rhythms,
    number=st.integers(0, 10**9),
    weight=st.floats(0.01, 100),
    interval_s=st.one_of(st.none(), st.integers(300, 10**8)),
    outcome=st.builds(
        Outcome,
        _instants,
        st.one_of(st.none(), st.integers(100, 599)),
        st.integers(0, 10**6),
        st.sampled_from([None, "blocked", "timeout"]),
        st.one_of(st.none(), _instants),
        st.one_of(st.none(), _instants),
        st.booleans(),
    ),
    effort=st.floats(0, 1e12),
    pace=st.builds(
        Pace,
        st.integers(0, 10**12),
        st.integers(0, 10**12),
        st.lists(st.integers(0, 23), max_size=30).map(tuple),
        st.lists(st.integers(0, 6), max_size=9).map(tuple),
    ),
)
def test_any_input_has_an_answer(
    *,
    rhythm: Rhythm,
    number: int,
    weight: float,
    interval_s: int | None,
    outcome: Outcome,
    effort: float,
    pace: Pace,
) -> None:
    """Within bounds, after what was stated, with a reason; also at the end of the calendar."""
    feed = replace(FEED, id=number, rhythm=rhythm, weight=weight, interval_s=interval_s, pace=pace)

    visit = next_visit(feed, outcome, Pacing(effort, 900, 86_400))

    own_s = 1.05 * max(31 * 86_400, interval_s or 0)
    skipped_s = 8 * 86_400
    assert visit.reason
    assert visit.at.tzinfo is not None
    assert isfinite(visit.at.timestamp())
    assert (visit.at - outcome.at).total_seconds() <= own_s + skipped_s + 180
    assert (visit.at - outcome.at).total_seconds() >= 300 or visit.at.year == 9999
    assert visit.not_before is None or visit.not_before <= visit.at

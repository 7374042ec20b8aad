"""No request before its time, and none given up that is not gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.politeness.conftest import Story

# Whoever is first tells the story, which takes a minute or more.
pytestmark = pytest.mark.timeout(900)


def _first(story: Story, name: str, status: int) -> datetime:
    return next(one.at for one in story[name].asked if one.status == status)


@pytest.mark.parametrize(
    ("name", "status", "rest"),
    [
        ("retry_seconds", 429, timedelta(seconds=9000)),
        ("retry_date", 503, timedelta(hours=10)),
        ("retry_in_years", 429, timedelta(days=31)),
    ],
)
def test_nothing_is_asked_before_retry_after(
    story: Story, name: str, status: int, rest: timedelta
) -> None:
    """As seconds, as a date; beyond a month it is a mistake, and then the feed lives on."""
    refused_at = _first(story, name, status)

    later = [one.at for one in story[name].asked if one.at > refused_at]

    assert later
    assert min(later) >= refused_at + rest


def test_refusals_without_a_time_are_met_with_ever_longer_rests(story: Story) -> None:
    """One hour, two, four ... a day; never for ever."""
    refused = [one.at for one in story["bare_refusals"].asked if one.status == 429]

    waits = [after - before for before, after in pairwise(refused)]
    assert len(waits) >= 3
    assert waits[0] >= timedelta(hours=1)
    assert waits[1] >= timedelta(hours=2)


def test_the_whole_host_rests(story: Story) -> None:
    """Its other feeds as well, from the next round on."""
    host = story["whole_host"]
    refused = next(one for one in host.asked if one.status == 429)

    until = refused.at + timedelta(seconds=7000)
    assert not [one for one in host.asked if one.round > refused.round and one.at < until]
    assert [one for one in host.at("/other") if one.at >= until]


@pytest.mark.parametrize(
    ("name", "wait"),
    [
        ("max_age", timedelta(days=1)),
        ("max_age_of_years", timedelta(days=7)),
        ("expires", timedelta(hours=12)),
        ("ttl", timedelta(hours=12)),
        ("update_period", timedelta(hours=12)),
    ],
)
def test_a_stated_freshness_is_waited_for(story: Story, name: str, wait: timedelta) -> None:
    """By the server and by the feed itself; the feed is polled again after it."""
    times = [one.at for one in story[name].asked]

    assert len(times) >= 2
    assert all(b - a >= wait for a, b in pairwise(times))


def test_hours_in_which_a_feed_wants_no_visits_are_kept_free(story: Story) -> None:
    """The rounds of the first afternoon fall into them."""
    asked = story["skip_hours"].asked

    assert len(asked) >= 3
    assert not {13, 14} & {one.at.hour for one in asked}


def test_days_in_which_a_feed_wants_no_visits_are_kept_free(story: Story) -> None:
    """It is asked before and after its Thursday."""
    asked = story["skip_days"].asked

    assert len(asked) >= 3
    assert 3 not in {one.at.weekday() for one in asked}


def test_what_is_gone_is_asked_once_more_a_day_later_and_then_left_alone(story: Story) -> None:
    """And shown as gone."""
    refused = [one.at for one in story["gone"].asked if one.status == 410]

    assert len(refused) == 2
    assert refused[1] - refused[0] >= timedelta(hours=24)
    assert "gone" in story.run("feeds", "list")


def test_what_was_gone_by_mistake_is_polled_on(story: Story) -> None:
    """The confirmation has shown that it is there."""
    assert len(story["gone_by_mistake"].asked) >= 4


def test_what_is_missing_is_asked_for_less_and_less_and_for_ever(story: Story) -> None:
    """Not at each round of the first day, and again after a month."""
    missing = story["missing"]

    assert not {4, 6} & set(missing.rounds())
    assert missing.rounds()[-1] == 9


def test_five_minutes_later_nothing_is_asked(story: Story) -> None:
    """By nobody of all."""
    assert not [one for one in story.asked if one.round == 1]


def test_a_healthy_feed_is_polled_on(story: Story) -> None:
    """Hourly on its first day, then at least daily."""
    assert story["usual"].rounds()[:3] == [0, 2, 3]
    assert set(story["usual"].rounds()) >= {5, 7, 8, 9}


def test_a_challenge_is_named_and_not_taken_up(story: Story) -> None:
    """The feed is blocked; it is asked once a day."""
    times = [one.at for one in story["challenge"].asked]

    assert all(b - a >= timedelta(days=1) for a, b in pairwise(times))
    assert "blocked" in story.run("feeds", "list")

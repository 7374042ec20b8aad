"""Conditional requests: what the last good answer said comes back byte for byte."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.politeness.conftest import STARTED_AT, Story

# Whoever is first tells the story, which takes a minute or more.
pytestmark = pytest.mark.timeout(900)

_ETAG, _SINCE = "if-none-match", "if-modified-since"


def test_etag_and_last_modified_are_sent_together(story: Story) -> None:
    """From the second request on, until a whole answer is due again."""
    first, *later = story["both_validators"].asked

    assert not {_ETAG, _SINCE} & first.headers.keys()
    assert len(later) >= 4
    for one in later:
        if (one.at - STARTED_AT).days < 14:
            assert one.headers[_ETAG] == '"a-1"'
            assert one.headers[_SINCE] == "Wed, 01 Jan 2025 00:00:00 GMT"


def test_odd_validators_come_back_as_they_were(story: Story) -> None:
    """They are opaque: quotes, letters of latin-1 and dates that are none."""
    second = story["odd_validators"].asked[1]

    assert second.headers[_SINCE] == "yesterday at noon"
    # A byte that is no UTF-8 is not sent at all rather than changed.
    assert second.headers.get(_ETAG) in {None, 'W/"a b;c,=\xe9"'}


@pytest.mark.parametrize("name", ["rotating_validator", "validator_of_a_304"])
def test_new_validators_are_stored_though_nothing_else_is_new(story: Story, name: str) -> None:
    """With the same body, and with a 304."""
    asked = story[name].asked

    for before, after in pairwise(asked):
        if (after.at - STARTED_AT).days < 14:
            assert after.headers[_ETAG] == before.answered["ETag"]


def test_a_validator_that_is_no_longer_sent_is_forgotten(story: Story) -> None:
    """It belonged to a body that is not there any more."""
    asked = story["dropped_validator"].asked

    assert asked[1].headers[_ETAG] == '"only-once"'
    assert all(_ETAG not in one.headers for one in asked[2:])


def test_the_validator_of_a_body_that_is_no_feed_is_refused(story: Story) -> None:
    """The one before it stays."""
    asked = story["bad_body"].asked

    assert len(asked) >= 3
    assert asked[2].headers[_ETAG] == '"good"'


def test_an_error_does_not_make_the_next_request_unconditional(story: Story) -> None:
    """Nor the one after."""
    asked = story["error_in_between"].asked

    assert [one.status for one in asked[:3]] == [200, 500, 304]
    assert asked[2].headers[_ETAG] == '"kept"'


def test_a_whole_answer_is_asked_for_once_in_two_to_four_weeks(story: Story) -> None:
    """A server that always says that nothing has changed may be mistaken."""
    asked = story["never_modified"].asked

    early = [one for one in asked[1:] if (one.at - STARTED_AT).days < 14]
    late = [one for one in asked if (one.at - STARTED_AT).days >= 28]
    assert early
    assert all(_ETAG in one.headers for one in early)
    assert late
    assert _ETAG not in late[0].headers

"""What every request looks like, and which are never made."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.politeness.conftest import Story

# Whoever is first tells the story, which takes a minute or more.
pytestmark = pytest.mark.timeout(900)


def test_every_request_says_who_asks_for_how_many(story: Story) -> None:
    """Program, version, an address to complain to, subscribers."""
    names = {one.headers["user-agent"] for one in story.asked}

    assert len(names) == 1
    pattern = r"aggregator/\d+\.\d+\.\d+ \(\+https://reader\.example/about; 3 subscribers\)"
    assert re.fullmatch(pattern, names.pop())


def test_feed_types_and_three_compressions_are_accepted(story: Story) -> None:
    """gzip, brotli and zstd."""
    for one in story.asked:
        assert {"gzip", "br", "zstd"} <= set(re.split(r",\s*", one.headers["accept-encoding"]))
        assert "rss" in one.headers["accept"]
        assert "atom" in one.headers["accept"]


def test_no_cookie_comes_back_and_no_referrer_is_told(story: Story) -> None:
    """Nobody is followed from visit to visit."""
    assert not [one for one in story.asked if {"cookie", "referer"} & one.headers.keys()]
    assert len(story["cookies"].asked) >= 3


def test_a_feed_is_asked_once_a_round_and_nothing_beside_it(story: Story) -> None:
    """No icon, no front page, no robots.txt, no second request."""
    times = Counter(
        (name, one.path, one.round) for name, each in story.scenarios.items() for one in each.asked
    )

    assert max(times.values()) == 1
    known = {"/feed", "/other", "/new", "/permanent", "/today", "/there", "/welcome"}
    assert {path for _, path, _ in times} <= known | {f"/{number}" for number in range(6)}


def test_a_delta_is_asked_for_with_a_validator_and_taken_as_one(story: Story) -> None:
    """What is not in it stays (RFC 3229)."""
    first, *later = story["delta"].asked

    assert "a-im" not in first.headers
    assert later
    assert all("feed" in one.headers["a-im"] for one in later if "if-none-match" in one.headers)
    listed = story.run("list", "feed:delta", "--json")
    assert "delta news" in listed
    assert "delta 0" in listed


def test_all_feeds_of_a_host_are_polled(story: Story) -> None:
    """One after another, each as often as the others."""
    host = story["many_feeds"]

    assert {len(host.at(f"/{number}")) for number in range(6)} == {len(host.at("/0"))}
    assert len(host.at("/0")) >= 5

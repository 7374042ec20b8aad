"""Which policy holds for a host."""

from __future__ import annotations

import pytest

from aggregator.fetch import SHIPPED, policy_for
from aggregator.model import HostPolicy


@pytest.mark.parametrize(
    ("host", "match"),
    [
        ("reddit.com", "*.reddit.com"),
        ("www.reddit.com", "*.reddit.com"),
        ("a.b.reddit.com", "*.reddit.com"),
        ("notreddit.com", "notreddit.com"),
        ("reddit.com.example.org", "reddit.com.example.org"),
        ("rachelbythebay.com", "rachelbythebay.com"),
        ("www.rachelbythebay.com", "www.rachelbythebay.com"),
        ("", ""),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_a_pattern_is_a_host_or_all_below_it(host: str, match: str) -> None:
    """A name that merely ends alike is another; without a policy there is the usual one."""
    assert policy_for(host).match == match


def test_the_operator_comes_first_and_their_order_counts() -> None:
    """Also where a shipped policy asks for more: it is their word against ours."""
    own = (
        HostPolicy("old.reddit.com", gap_s=2.0),
        HostPolicy("*.reddit.com", gap_s=5.0, interval_s=60),
        HostPolicy("old.reddit.com", gap_s=9.0),
        HostPolicy("[::1]", gap_s=7.0),
    )

    gaps_s = [policy_for(host, own).gap_s for host in ("old.reddit.com", "reddit.com", "::1")]

    assert gaps_s == [2.0, 5.0, 7.0]
    assert policy_for("www.reddit.com", own).interval_s == 60


def test_the_usual_gap_is_a_floor_for_what_is_shipped() -> None:
    """Who asks everybody more slowly asks these more slowly, too."""
    assert policy_for("www.reddit.com", gap_s=100.0).gap_s == 100.0
    assert policy_for("rachelbythebay.com", gap_s=0.5).gap_s == 0.5
    assert policy_for("example.org", gap_s=0.5).gap_s == 0.5


def test_every_shipped_policy_says_why() -> None:
    """And asks for something: a gap or an interval beyond the usual."""
    for policy in SHIPPED:
        assert policy.note
        assert policy.gap_s > 1 or policy.interval_s > 0

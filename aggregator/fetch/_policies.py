"""What is known beforehand of hosts that bear less than others, and what the operator knows."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.model import HostPolicy

HOUR_S = 3600

SHIPPED: tuple[HostPolicy, ...] = (
    HostPolicy(
        "*.reddit.com",
        gap_s=65.0,
        note="answers one request a minute since June 2026, all others 429 (NetNewsWire#5328)",
    ),
    HostPolicy(
        "*.openrss.org",
        gap_s=60.0,
        note="asks for its max-age to be kept and for no bursts; NetNewsWire asks for one of its "
        "feeds in a session (NetNewsWire#4428)",
    ),
    HostPolicy(
        "*.youtube.com",
        gap_s=10.0,
        interval_s=HOUR_S,
        note="knows no conditional requests, answers bursts with 403, 404 or 429 and no "
        "Retry-After (miniflux#4261, FreshRSS#8808)",
    ),
    HostPolicy(
        "rachelbythebay.com",
        gap_s=0.0,
        interval_s=HOUR_S,
        note="asks for at most one conditional request in an hour",
    ),
)
"""Hosts whose owners, or whose refusals, are known to ask for more than one second of distance.

The seconds of reddit are its limit and a little; those of the other two are ours, since nothing is
stated: far enough for no burst, near enough that fifty feeds are through within the hour.
"""


def policy_for(host: str, own: Sequence[HostPolicy] = (), *, gap_s: float = 1.0) -> HostPolicy:
    """What holds for `host`: the first of the operator's `own` that matches, else of those shipped.

    A shipped gap is never below `gap_s`, that of all hosts; the operator's word is taken as it is.

    >>> policy_for("old.reddit.com").gap_s, policy_for("example.org").gap_s
    (65.0, 1.0)
    """
    for policy in own:
        if _matches(policy.match, host):
            return policy
    for policy in SHIPPED:
        if _matches(policy.match, host):
            gap_s = max(policy.gap_s, gap_s)
            return HostPolicy(policy.match, gap_s, policy.interval_s, policy.note)
    return HostPolicy(host, gap_s)


def _matches(pattern: str, host: str) -> bool:
    """Whether `pattern` is `host`; ``*.example.org`` is the name behind it and all below that."""
    name = pattern.removeprefix("*.").strip("[]")
    return host == name or (pattern.startswith("*.") and host.endswith(f".{name}"))

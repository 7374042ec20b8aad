"""What hubs ask: only what was asked for, and exactly that, is confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.model import SILENT_HUB, Subscription
from aggregator.websub._deciding import LEASE_S, MAX_LEASE_S, left
from aggregator.websub._verifying import Verdict, verify

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOPIC = "https://a.test/feed?x=1&y=%20"
PENDING = Subscription(
    1, "https://hub.test/", TOPIC, "t" * 43, "s" * 43, requested_at=NOW, failures=1
)
ACTIVE = replace(
    PENDING, state="active", failures=0, expires_at=NOW + timedelta(days=10), requested_at=NOW
)
RENEWED = replace(ACTIVE, failures=1)


def _ask(subscription: Subscription, mode: str = "subscribe", **changes: Any) -> Verdict:
    query = {"mode": mode, "topic": TOPIC, "challenge": "riddle", "lease_seconds": "864000"}
    named = {name: value for name, value in (query | changes).items() if value is not None}
    lists = {name: value if isinstance(value, list) else [value] for name, value in named.items()}
    return verify(subscription, {f"hub.{name}": value for name, value in lists.items()}, NOW)


def _refused(subscription: Subscription) -> Verdict:
    return Verdict(is_meant=False, text="", changed=subscription)


@pytest.mark.parametrize("subscription", [PENDING, RENEWED], ids=["new", "renewal"])
def test_what_was_asked_for_is_confirmed(subscription: Subscription) -> None:
    """The challenge goes back, and the lease runs from now."""
    verdict = _ask(replace(subscription, error="an older failure"))

    assert (verdict.is_meant, verdict.text) == (True, "riddle")
    assert verdict.changed == replace(ACTIVE, expires_at=NOW + timedelta(seconds=864_000))


@pytest.mark.parametrize(
    ("stated", "lease_s"),
    [
        ("60", 60),
        ("0", 0),
        (str(10**11), MAX_LEASE_S),
        (None, LEASE_S),
        ("", LEASE_S),
        ("-1", LEASE_S),
        ("1e9", LEASE_S),
        ("٣", LEASE_S),
        ("9" * 4000, LEASE_S),
    ],
)
def test_a_lease_is_taken_as_it_is_granted_within_reason(stated: str | None, lease_s: int) -> None:
    """One for ever counts for two weeks; what is no number counts as what was asked for."""
    changed = _ask(PENDING, lease_seconds=stated).changed

    assert changed is not None
    assert changed.expires_at == NOW + timedelta(seconds=lease_s)


@pytest.mark.parametrize(
    "changes",
    [
        {"topic": "https://a.test/feed"},
        {"topic": TOPIC.upper()},
        {"topic": None},
        {"topic": [TOPIC, "https://b.test/"]},
        {"challenge": None},
        {"challenge": ""},
        {"mode": "publish"},
        {"mode": None},
        {"mode": ["subscribe", "unsubscribe"]},
    ],
    ids=str,
)
def test_what_is_not_exactly_so_is_refused(changes: dict[str, Any]) -> None:
    """Another topic, none, two at once, no riddle, no mode: 404, and nothing changes."""
    assert _ask(PENDING, **changes) == _refused(PENDING)


def test_what_nobody_asked_for_is_refused() -> None:
    """A forged confirmation could else stretch or end a lease."""
    denied, gone = replace(PENDING, state="denied"), left(ACTIVE, NOW)

    for subscription in (ACTIVE, denied, gone):
        assert _ask(subscription) == _refused(subscription)


@pytest.mark.parametrize("subscription", [PENDING, ACTIVE, RENEWED])
def test_nobody_else_can_unsubscribe_us(subscription: Subscription) -> None:
    """An unsubscription that we did not ask for is refused."""
    assert _ask(subscription, "unsubscribe") == _refused(subscription)


def test_what_we_left_ends() -> None:
    """After the confirmation there is nothing any more."""
    verdict = _ask(left(ACTIVE, NOW), "unsubscribe", lease_seconds=None)

    assert (verdict.is_meant, verdict.text, verdict.changed) == (True, "riddle", None)


@pytest.mark.parametrize("subscription", [PENDING, ACTIVE, RENEWED])
def test_a_hub_may_deny_at_any_time(subscription: Subscription) -> None:
    """Its reason is kept in one line, and short."""
    verdict = _ask(subscription, "denied", challenge=None, reason="no\x1b[31m\r\n" + "x" * 5000)

    assert verdict.is_meant
    assert verdict.changed is not None
    assert (verdict.changed.state, verdict.changed.expires_at) == ("denied", None)
    assert (verdict.changed.error or "").startswith("no [31m xxx")
    assert len(verdict.changed.error or "") == 200


def test_a_denial_of_another_topic_is_none() -> None:
    """Nor is one of what we are leaving."""
    gone = left(ACTIVE, NOW)

    assert _ask(ACTIVE, "denied", topic="https://b.test/") == _refused(ACTIVE)
    assert _ask(gone, "denied") == _refused(gone)


def test_a_renewal_does_not_make_a_silent_hub_trusted() -> None:
    """That it confirms leases does not say that it sends anything."""
    changed = _ask(replace(RENEWED, error=SILENT_HUB)).changed

    assert changed is not None
    assert not changed.is_relied_upon(NOW)
    assert ACTIVE.is_relied_upon(NOW)

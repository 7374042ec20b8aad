"""What a hub is answered that asks whether a subscription is meant (WebSub, 5.2 and 5.3). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.model import SILENT_HUB, Subscription
from aggregator.websub._deciding import LEASE_S, MAX_LEASE_S

_MAX_REASON_CHARS = 200
_WHOLE = re.compile(r"[0-9]{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a hub: `text` with 200, or 404 where `is_meant` is false.

    `changed` is the subscription as it is from now on, None if there is none any more.
    """

    is_meant: bool
    text: str
    changed: Subscription | None


def verify(
    subscription: Subscription, query: Mapping[str, Sequence[str]], now: datetime
) -> Verdict:
    """The verdict on what a hub asks; `query` has all values of each parameter.

    What was not asked for, is asked for no more, or is not exactly the topic is not meant, and
    changes nothing.
    """
    asked = {name: values[0] for name, values in query.items() if len(values) == 1}
    if asked.get("hub.topic") != subscription.topic:
        return Verdict(is_meant=False, text="", changed=subscription)
    mode, challenge = asked.get("hub.mode"), asked.get("hub.challenge", "")
    if mode == "denied" and subscription.state in {"pending", "active"}:
        reason = _one_line(asked.get("hub.reason", "")) or "its hub gives no reason"
        denied = replace(subscription, state="denied", requested_at=now, expires_at=None)
        return Verdict(is_meant=True, text="", changed=replace(denied, error=reason))
    if mode == "subscribe" and challenge and _is_awaited(subscription):
        expires_at = now + timedelta(seconds=_lease_s(asked.get("hub.lease_seconds")))
        active = replace(subscription, state="active", expires_at=expires_at)
        error = SILENT_HUB if subscription.error == SILENT_HUB else None
        active = replace(active, requested_at=now, failures=0, error=error)
        return Verdict(is_meant=True, text=challenge, changed=active)
    if mode == "unsubscribe" and challenge and subscription.state == "gone":
        return Verdict(is_meant=True, text=challenge, changed=None)
    return Verdict(is_meant=False, text="", changed=subscription)


def _is_awaited(subscription: Subscription) -> bool:
    """Whether there is a request that no confirmation has answered yet."""
    return subscription.state in {"pending", "active"} and subscription.failures > 0


def _lease_s(stated: str | None) -> int:
    """The seconds of a lease; what is no number counts as what was asked for."""
    if stated is None or not _WHOLE.fullmatch(stated):
        return LEASE_S
    return min(int(stated), MAX_LEASE_S)


def _one_line(reason: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in reason).split())[
        :_MAX_REASON_CHARS
    ]

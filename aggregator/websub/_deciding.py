"""What is to be done about one feed's subscription now: pure, from what the feed and its hub said.

A subscription is asked for (``pending``), confirmed by the hub (``active``), renewed before its
lease ends, and ended where the feed is not polled any more or names another hub (``gone``).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

from aggregator.model import Feed, FeedLinks, Subscription
from aggregator.urls import without_credentials

LEASE_S = 864_000
"""Asked of a hub: ten days, which the recommendation calls a good default (section 8.2)."""

MAX_LEASE_S = 14 * 86_400
"""A lease counts for no longer, whatever a hub grants: hubs that have quietly forgotten a feed
that is quiet itself are asked anew so often."""

LEAVE_TRIES = 3
DENIED_FOR = timedelta(days=30)

_FIRST_WAIT = timedelta(minutes=15)
_LEAST_WAIT = timedelta(hours=1)
_LONGEST_WAIT = timedelta(days=7)
_RENEW_BEFORE = timedelta(days=1)
_RENEW_AFTER = 0.8
_JITTER = 0.1
_MAX_HUBS = 3
_MAX_URL_CHARS = 2000
_GOLDEN = 0.6180339887498949


class Action(StrEnum):
    """What is to be done about a subscription."""

    WAIT = "wait"
    ASK = "ask"  # for the first time, again, or for a renewal
    LEAVE = "leave"  # ask the hub to send no more
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Offer:
    """Under which `topic` which `hubs` send the news of a feed, the best hub first."""

    topic: str
    hubs: tuple[str, ...]


def find_offer(feed: Feed, links: FeedLinks) -> Offer | None:
    """What a feed offers, None if it is not polled, names no hub or is nobody else's business.

    A feed that takes a password is told to no hub. The topic is what the feed calls itself (5.1).
    Of a hub named with http its https is tried first (WebSub, section 8.2).
    """
    is_polled = feed.is_enabled and feed.merged_into is None and not feed.is_gone
    is_private = any(without_credentials(url) != url for url in (feed.url, feed.current_url))
    topic = links.self_url or ""
    named = [hub for hub in links.hubs if _is_usable(hub)][:_MAX_HUBS]
    if not is_polled or is_private or not named or not _is_usable(topic):
        return None
    safe = [_with_https(hub) for hub in named]
    hubs = dict.fromkeys([*(hub for hub in safe if _is_https(hub)), *named])
    return Offer(topic, tuple(hubs))


def _is_usable(url: str) -> bool:
    return 0 < len(url) <= _MAX_URL_CHARS and without_credentials(url) == url


def _is_https(url: str) -> bool:
    return urlsplit(url).scheme.lower() == "https"


def _with_https(url: str) -> str:
    parts = urlsplit(url)
    is_plain = parts.scheme.lower() == "http" and parts.port in {None, 80}
    host = parts.hostname or ""
    safe = ("https", f"[{host}]" if ":" in host else host, parts.path, parts.query, "")
    return urlunsplit(safe) if is_plain else url


def decide(current: Subscription | None, offer: Offer | None, now: datetime) -> Action:
    """What is to be done now about the subscription `current` of a feed that offers `offer`."""
    if current is None:
        return Action.ASK if offer else Action.WAIT
    if current.state == "gone":
        return _decide_leaving(current, now)
    is_wanted = offer is not None and current.topic == offer.topic and current.hub in offer.hubs
    if not is_wanted:
        # What was never confirmed ends by itself: the callback knows nothing of it any more.
        return Action.LEAVE if _is_running(current, now) else Action.FORGET
    if current.state == "denied":
        return Action.FORGET if _since(current, now) >= DENIED_FOR else Action.WAIT
    return Action.ASK if _is_due(current, now) else Action.WAIT


def _decide_leaving(current: Subscription, now: datetime) -> Action:
    if current.failures >= LEAVE_TRIES or not _has_lease(current, now):
        return Action.FORGET
    return Action.LEAVE if _is_due(current, now) else Action.WAIT


def _is_running(current: Subscription, now: datetime) -> bool:
    return current.state == "active" and _has_lease(current, now)


def _has_lease(current: Subscription, now: datetime) -> bool:
    return current.expires_at is not None and now < current.expires_at


def _since(current: Subscription, now: datetime) -> timedelta:
    """How long ago it was asked for; for ever, if that was never or lies ahead (a wrong clock)."""
    asked_at = current.requested_at
    return timedelta.max if asked_at is None or asked_at > now else now - asked_at


def _is_due(current: Subscription, now: datetime) -> bool:
    return _since(current, now) >= wait_of(current, now)


def wait_of(current: Subscription, now: datetime) -> timedelta:
    """How long after its last request a subscription is asked for again.

    A lease that runs is renewed a day before its end or after 80 % of it, whichever is later, and
    up to a tenth of the rest sooner, so that feeds which were subscribed together drift apart. A
    renewal that is not confirmed is tried again by the same rule in what is left of the lease.
    Without a lease it is 15 minutes, doubled with each request that no hub confirmed, up to a week.
    A hub that confirms is not asked within the hour, however short its leases are.
    """
    spread = 1 + _JITTER * (current.feed_id * _GOLDEN % 1)
    if _is_running(current, now) and current.expires_at and current.requested_at:
        lease = current.expires_at - current.requested_at
        rest = min(lease * (1 - _RENEW_AFTER), _RENEW_BEFORE) * spread
        return max(lease - rest, _LEAST_WAIT)
    if not current.failures:
        return _LEAST_WAIT
    doubled = _FIRST_WAIT * (1 << min(current.failures - 1, 16))
    return min(doubled, _LONGEST_WAIT) * spread


def asked(current: Subscription | None, feed_id: int, offer: Offer, now: datetime) -> Subscription:
    """The subscription as it is kept before its hub is asked, for the first time or again.

    A renewal keeps token and secret: another callback would be another subscription beside the old
    one, and everything would come twice until that ends. Where no hub has confirmed yet, each try
    is for the next of the hubs. A secret is for https only (WebSub, section 5.1).
    """
    if current is None:
        hub, failures = offer.hubs[0], 0
        current = Subscription(feed_id, hub, offer.topic, new_secret(), _secret_for(hub))
    elif _is_running(current, now) or not current.failures:
        hub, failures = current.hub, current.failures
    else:
        place = offer.hubs.index(current.hub) + 1
        hub, failures = offer.hubs[place % len(offer.hubs)], current.failures
    if hub != current.hub:
        current = replace(current, hub=hub, secret=_secret_for(hub), token=new_secret())
        current = replace(current, state="pending", expires_at=None)
    return replace(current, requested_at=now, failures=failures + 1)


def left(current: Subscription, now: datetime) -> Subscription:
    """A subscription that is to end, as it is kept before its hub is told so."""
    tries = current.failures + 1 if current.state == "gone" else 1
    return replace(current, state="gone", requested_at=now, failures=tries)


def new_secret() -> str:
    """43 characters that nobody guesses (256 bits)."""
    return secrets.token_urlsafe(32)


def _secret_for(hub: str) -> str:
    return new_secret() if _is_https(hub) else ""

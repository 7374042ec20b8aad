"""feeds why: why a feed is visited next when it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import click

from aggregator.archive import choose_feeds
from aggregator.cli._feed import next_visit, posts_per_day, read_feeds, rhythm_now, state
from aggregator.cli._output import iso, print_json, safe, shown_url, without_secret
from aggregator.cli._place import Place, place_options
from aggregator.cli._reading import Fact, print_facts
from aggregator.model import Feed, HostState, Subscription
from aggregator.polling.schedule import habit_words, hours_and_minutes, rate_at, rate_words
from aggregator.urls import without_credentials

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_STOPPED = {
    "merged": "it is another feed under a second address, which is visited",
    "paused": "it is paused or no longer in feeds.toml",
    "gone": "its server has said again that it is gone for good (410)",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """A feed with its host and its subscription, as far as there are any."""

    feed: Feed
    host: HostState | None = None
    subscription: Subscription | None = None


@click.command("why")
@click.argument("feed")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@place_options
@click.pass_obj
def explain_visit(place: Place, feed: str, *, as_json: bool) -> None:
    """Say why a feed is visited next when it is.

    FEED is its number, URL or name, or a part of them that no other feed has.
    """
    known = _look_up(place, feed)
    now = datetime.now(UTC)
    if as_json:
        print_json(_known_json(known, now))
        return
    click.echo(_sentence(known, now))
    click.echo()
    print_facts(known.feed.display_title, [*_learnt_facts(known.feed), *_stated_facts(known, now)])


def _look_up(place: Place, name: str) -> _Known:
    feeds = read_feeds(place)
    # Feeds that were never polled have no number yet: all of them are 0.
    named = [feed for feed in feeds if feed.id or not name.isdecimal()]
    [feed] = choose_feeds(named, [without_secret(name)])
    if not feed.id:
        return _Known(feed)
    with place.open_archive(must_exist=True) as archive:
        host = archive.hosts.find(feed.host) if feed.host else None
        return _Known(feed, host, archive.subscriptions.of(feed.id))


def _sentence(known: _Known, now: datetime) -> str:
    """The answer in one sentence."""
    feed = known.feed
    stopped = _STOPPED.get(state(feed))
    if stopped:
        return f"no next visit: {stopped}"
    if feed.next_poll_at is None:
        return "next visit: as soon as the daemon runs; it was never polled"
    when = f"next visit {feed.next_poll_at.astimezone():%Y-%m-%d %H:%M} ({next_visit(feed)})"
    return safe(f"{when}: {_reason(known, now)}")


def _reason(known: _Known, now: datetime) -> str:
    """Why then: what was decided with the last poll, or a host that rests longer than that."""
    feed, host = known.feed, known.host
    rest_until = _rest_until(host, now)
    if host and rest_until and feed.next_poll_at and rest_until >= feed.next_poll_at:
        status = f" after {host.rest_status}" if host.rest_status else ""
        return f"its host rests{status} until {rest_until.astimezone():%Y-%m-%d %H:%M}"
    if feed.last_polled_at is None:
        return "it was never polled"
    return feed.why or "as was decided before reasons were kept"


def _rest_until(host: HostState | None, now: datetime) -> datetime | None:
    """Until when a host rests; None for one that may be asked."""
    is_resting = host is not None and host.rest_until is not None and host.rest_until > now
    return host.rest_until if host and is_resting else None


def _learnt_facts(feed: Feed) -> list[Fact]:
    """What was learnt of when the feed publishes."""
    rhythm = rhythm_now(feed)
    if rhythm.at is None:
        return [("publishes", "nothing is known yet")]
    habit = habit_words(rhythm)
    totals = rhythm.weekdays or (0.0,)
    busiest = _WEEKDAYS[totals.index(max(totals))] if sum(totals) >= len(_WEEKDAYS) else None
    return [
        ("publishes", rate_words(rhythm)),
        ("most", f"between {habit}" if habit else "at no hour in particular"),
        ("busiest day", busiest),
        ("weight", f"{feed.weight:g}" if feed.weight != 1 else None),
    ]


def _stated_facts(known: _Known, now: datetime) -> list[Fact]:
    """What feed, server, host, hub and operator have said."""
    feed, pace, one = known.feed, known.feed.pace, known.subscription
    days = ", ".join(_WEEKDAYS[number] for number in pace.skip_days)
    rest_until = _rest_until(known.host, now)
    is_later = feed.not_before is not None and feed.not_before > now
    return [
        ("interval", hours_and_minutes(feed.interval_s) if feed.interval_s else None),
        ("not before", iso(feed.not_before) if is_later else None),
        ("ttl", hours_and_minutes(pace.ttl_s) if pace.ttl_s else None),
        ("update period", hours_and_minutes(pace.period_s) if pace.period_s else None),
        ("skips hours", ", ".join(map(str, pace.skip_hours)) + " UTC" if pace.skip_hours else None),
        ("skips days", days),
        ("host", f"{feed.host} rests until {iso(rest_until)}" if rest_until else feed.host),
        ("hub", f"{shown_url(one.hub)} ({one.state})" if one else None),
        ("failures", f"{feed.failures} in a row" if feed.failures else None),
        ("error", feed.error),
    ]


def _known_json(known: _Known, now: datetime) -> dict[str, object]:
    """The same for programs."""
    feed, host, one = known.feed, known.host, known.subscription
    rate, rhythm = posts_per_day(feed), rhythm_now(feed)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=now.weekday())
    week = [rate_at(rhythm, monday + timedelta(hours=hour)) for hour in range(24 * 7)]
    rests = {
        "name": feed.host,
        "rest_until": iso(_rest_until(host, now)),
        "rest_status": host.rest_status if host else None,
        "refusals": host.refusals if host else 0,
    }
    hub = one and {
        "url": shown_url(one.hub),
        "state": one.state,
        "expires_at": iso(one.expires_at),
    }
    return {
        "schema": 1,
        "id": feed.id or None,
        "url": without_credentials(feed.url),
        "state": state(feed),
        "next_poll_at": iso(feed.next_poll_at),
        "not_before": iso(feed.not_before),
        "why": _STOPPED.get(state(feed)) or _reason(known, now),
        "interval_s": feed.interval_s,
        "weight": feed.weight,
        "posts_per_day": None if rate is None else round(rate, 3),
        "rates": [round(one_hour, 3) for one_hour in week] if rhythm.at else [],
        "pace": asdict(feed.pace),
        "host": rests,
        "hub": hub,
    }

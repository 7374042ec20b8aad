# ruff: noqa: D103 - the names say what each does
"""The hosts of the story: each keeps one rule of the web, or breaks one."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

from tests.politeness.conftest import SCENARIOS, Answer, Turn, document, good, scenario

_WHEN = "Wed, 01 Jan 2025 00:00:00 GMT"
_NOT_MODIFIED: Answer = (304, {}, b"")


def _conditional(turn: Turn, **headers: str) -> Answer:
    return _NOT_MODIFIED if turn.is_conditional else good(turn, **headers)


@scenario()
def both_validators(turn: Turn) -> Answer:
    return _conditional(turn, ETag='"a-1"', Last_Modified=_WHEN)


@scenario()
def odd_validators(turn: Turn) -> Answer:
    return _conditional(turn, ETag='W/"a b;c,=\xe9"', Last_Modified="yesterday at noon")


@scenario()
def rotating_validator(turn: Turn) -> Answer:
    return good(turn, ETag=f'"turn-{turn.number}"')


@scenario()
def validator_of_a_304(turn: Turn) -> Answer:
    if not turn.is_conditional:
        return good(turn, ETag='"first"')
    return 304, {"ETag": f'"later-{turn.number}"'}, b""


@scenario()
def dropped_validator(turn: Turn) -> Answer:
    return good(turn, ETag='"only-once"') if turn.number == 0 else good(turn)


@scenario()
def bad_body(turn: Turn) -> Answer:
    if turn.number == 1:
        return 200, {"ETag": '"bad"', "Content-Type": "text/html"}, b"<html><p>Maintenance</html>"
    return good(turn, ETag='"good"')


@scenario()
def error_in_between(turn: Turn) -> Answer:
    return (500, {}, b"no") if turn.number == 1 else _conditional(turn, ETag='"kept"')


@scenario()
def never_modified(turn: Turn) -> Answer:
    return good(turn, ETag='"for-ever"') if turn.number == 0 else _NOT_MODIFIED


@scenario()
def retry_seconds(turn: Turn) -> Answer:
    return (429, {"Retry-After": "9000"}, b"") if turn.number == 1 else good(turn)


@scenario()
def retry_date(turn: Turn) -> Answer:
    until = format_datetime(turn.now + timedelta(hours=10), usegmt=True)
    return (503, {"Retry-After": until}, b"") if turn.number == 1 else good(turn)


@scenario()
def retry_in_years(turn: Turn) -> Answer:
    return (429, {"Retry-After": "999999999"}, b"") if turn.number == 1 else good(turn)


@scenario()
def bare_refusals(turn: Turn) -> Answer:
    return good(turn) if turn.number == 0 else (429, {}, b"")


@scenario("/feed", "/other")
def whole_host(turn: Turn) -> Answer:
    if turn.request.path == "/feed" and turn.number == 1:
        return 429, {"Retry-After": "7000"}, b""
    return good(turn)


@scenario()
def max_age(turn: Turn) -> Answer:
    return (
        _conditional(turn, ETag='"m"', Cache_Control="public, max-age=86400")
        if (turn.number == 0)
        else (304, {"Cache-Control": "max-age=86400"}, b"")
    )


@scenario()
def max_age_of_years(turn: Turn) -> Answer:
    return good(turn, Cache_Control="max-age=315360000")


@scenario()
def expires(turn: Turn) -> Answer:
    return good(turn, Expires=format_datetime(turn.now + timedelta(hours=12), usegmt=True))


@scenario()
def ttl(turn: Turn) -> Answer:
    return good(turn, inside="<ttl>720</ttl>")


@scenario()
def update_period(turn: Turn) -> Answer:
    period = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    return good(turn, inside=period)


@scenario()
def skip_hours(turn: Turn) -> Answer:
    return good(turn, inside="<skipHours><hour>13</hour><hour>14</hour></skipHours>")


@scenario()
def skip_days(turn: Turn) -> Answer:
    # The first round is on a Wednesday, the one a day later on a Thursday.
    return good(turn, inside="<skipDays><day>Thursday</day></skipDays>")


@scenario()
def gone(turn: Turn) -> Answer:
    return good(turn) if turn.number == 0 else (410, {}, b"")


@scenario()
def gone_by_mistake(turn: Turn) -> Answer:
    return (410, {}, b"") if turn.number == 1 else good(turn)


@scenario()
def missing(turn: Turn) -> Answer:
    return good(turn) if turn.number == 0 else (404, {}, b"")


@scenario()
def usual(turn: Turn) -> Answer:
    return good(turn)


def _moving(turn: Turn, status: int) -> Answer:
    if turn.request.path == "/new":
        return good(turn, ETag='"new"')
    return good(turn) if turn.number == 0 else (status, {"Location": "/new"}, b"")


@scenario()
def moved_301(turn: Turn) -> Answer:
    return _moving(turn, 301)


@scenario()
def moved_308(turn: Turn) -> Answer:
    return _moving(turn, 308)


@scenario()
def elsewhere_302(turn: Turn) -> Answer:
    return _moving(turn, 302)


@scenario()
def elsewhere_307(turn: Turn) -> Answer:
    return _moving(turn, 307)


@scenario()
def permanent_then_temporary(turn: Turn) -> Answer:
    match turn.request.path:
        case "/feed":
            return 301, {"Location": "/permanent"}, b""
        case "/permanent":
            return 302, {"Location": "/today"}, b""
    return good(turn)


@scenario(is_listed=False)
def other_host(_turn: Turn) -> Answer:
    return 200, {"Content-Type": "application/rss+xml"}, document("moves_away")


@scenario()
def moves_away(turn: Turn) -> Answer:
    if turn.number == 0:
        return good(turn)
    return 301, {"Location": f"http://{SCENARIOS['other_host'].host}/there"}, b""


@scenario()
def hotel(turn: Turn) -> Answer:
    if turn.request.path == "/welcome":
        return 200, {"Content-Type": "text/html"}, b"<html><p>Room number, please.</p></html>"
    return good(turn) if turn.number != 1 else (301, {"Location": "/welcome"}, b"")


@scenario()
def in_circles(turn: Turn) -> Answer:
    return 302, {"Location": "/other" if turn.request.path == "/feed" else "/feed"}, b""


@scenario()
def cookies(turn: Turn) -> Answer:
    return good(turn, Set_Cookie="id=1; Path=/")


@scenario()
def delta(turn: Turn) -> Answer:
    if turn.number == 0:
        return good(turn, ETag='"whole"')
    item = "<item><guid>delta-new</guid><title>delta news</title></item>"
    body = document("delta", items=0).replace(b"</channel>", f"{item}</channel>".encode())
    return 226, {"ETag": f'"delta-{turn.number}"', "IM": "feed"}, body


@scenario(*(f"/{number}" for number in range(6)))
def many_feeds(turn: Turn) -> Answer:
    return good(turn)


@scenario()
def challenge(_turn: Turn) -> Answer:
    return 403, {"cf-mitigated": "challenge", "Content-Type": "text/html"}, b"<html>Just a moment"

"""The way from what was asked to what answers, over redirects, and what is told of it."""

from __future__ import annotations

from datetime import UTC, datetime

from aggregator.fetch._asking import Answer
from aggregator.fetch._failure import Failure
from aggregator.fetch._freshness import find_fresh_until
from aggregator.fetch._headers import find_header, join_headers, read_validators
from aggregator.fetch._retry_after import parse_retry_after
from aggregator.fetch._target import Target, parse_target
from aggregator.model import Redirect, Response, Validators

LONGEST_HOP_WAIT_S = 30.0
"""Redirects that want so much waiting, all together, are followed at the next visit."""


class Journey:
    """One fetch on its way: `place` is the URL reached so far, without credentials."""

    def __init__(self, asked: str, max_redirects: int) -> None:
        self.place = asked
        self.redirects: list[Redirect] = []
        self._max_redirects = max_redirects
        self._seen: set[str] = set()
        self._waited_s = 0.0

    def begin(self, url: str) -> Target:
        """The first thing to ask; raises Failure if it may not be asked."""
        target = parse_target(url)
        self._seen.add(target.shown)
        return target

    def follow(self, target: Target, status: int, location: str) -> Target:
        """What to ask next; raises Failure if that is one too many, a circle or refused."""
        if len(self.redirects) >= self._max_redirects:
            raise Failure("redirects", f"more than {self._max_redirects} redirects")
        following = target.follow(location)
        if following.shown in self._seen:
            raise Failure("redirects", "the redirects lead in a circle")
        self._seen.add(following.shown)
        self.redirects.append(Redirect(status, following.shown))
        self.place = following.shown
        return following

    def hop_wait(self, answer: Answer) -> float:
        """The seconds that a redirect wants to be waited before it is followed (Retry-After).

        Raises Failure, with the stated time, where that is not to be waited for.
        """
        now = datetime.now(UTC)
        retry_at = parse_retry_after(find_header(answer.headers, b"retry-after"), now)
        wait_s = 0.0 if retry_at is None else (retry_at - now).total_seconds()
        self._waited_s += wait_s
        if self._waited_s > LONGEST_HOP_WAIT_S:
            message = "a redirect that is to be followed later"
            raise Failure("http", message, status=answer.status, retry_at=retry_at)
        return wait_s


def respond(url: str, journey: Journey, answer: Answer, sent: Validators | None) -> Response:
    """The response to `url`; `sent` is None where the request was not conditional."""
    is_unchanged = answer.status == 304
    if is_unchanged and sent is None:
        raise Failure("http", "304 to an unconditional request", status=304)
    headers, now = join_headers(answer.headers), datetime.now(UTC)
    return Response(
        url=url,
        final_url=journey.place,
        status=answer.status,
        headers=headers,
        body=answer.body,
        validators=read_validators(answer.headers, sent if is_unchanged else None),
        fetched_at=now,
        redirects=tuple(journey.redirects),
        wire_bytes=answer.wire_bytes,
        fresh_until=find_fresh_until(headers, now),
    )

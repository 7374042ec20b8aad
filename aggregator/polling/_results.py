"""The results in which a poll can end, and when each of them lets the feed be visited next."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.errors import FetchError, WorkerDiedError, WorkerError
from aggregator.model import GONE_STATUS, Pace, ParsedFeed, PollResult, sort_instant
from aggregator.polling._attempt import Attempt
from aggregator.polling._changes import Changes
from aggregator.polling._moves import find_target, is_believed, note_move
from aggregator.polling._network import PROBE_S
from aggregator.polling.schedule import Outcome, learn

logger = logging.getLogger("aggregator.poll")

_PARTIAL_STATUS = 226


def unchanged(attempt: Attempt) -> PollResult:
    """A poll that brought nothing that was not there before."""
    return _follow(attempt, _good(attempt, attempt.feed.body_hash), is_ours=True)


def read(
    attempt: Attempt, parsed: ParsedFeed, changes: Changes, body_hash: str | None, *, has_any: bool
) -> PollResult:
    """A poll that brought a document, with none of its articles yet."""
    published = [sort_instant(entry, attempt.now) for entry in changes.new]
    if not attempt.is_pushed:
        attempt.is_hub_silent = attempt.pacer.has_missed(attempt.feed.id, published)
    result = _good(attempt, body_hash, parsed.pace, [*attempt.history, *published])
    is_ours = changes.has_known or not has_any
    same = changes.same + len(changes.renamed)
    result = _follow(attempt, replace(result, parsed=parsed, same=same), is_ours=is_ours)
    if attempt.response is not None and attempt.response.status == _PARTIAL_STATUS:
        # A delta (RFC 3229) is no document by which the next one could be read.
        return replace(result, body_hash=None, forgets_document=True)
    return result


def failed(attempt: Attempt, error: Exception) -> PollResult:
    """A poll that changes nothing but the next visit; old validators stay."""
    if attempt.is_pushed:
        # It says nothing of the feed's server, but that there is news to be had from it.
        polled_at = attempt.feed.last_polled_at or attempt.now
        soon = max(attempt.now, polled_at + timedelta(seconds=attempt.pacer.min_s))
        until = min(soon, attempt.feed.next_poll_at or soon)
        return replace(postponed(attempt, f"its hub sent {error}", until), keeps_answer=False)
    status = error.status if isinstance(error, FetchError) else _status_of(attempt)
    # That a feed is gone must be said again and again; other failures do not count for it.
    is_news = status == GONE_STATUS and attempt.feed.last_status != GONE_STATUS
    failures = 1 if is_news else attempt.feed.failures + 1
    outcome = Outcome(
        attempt.now,
        status=status,
        failures=failures,
        error_kind=_kind_of(error),
        retry_at=attempt.as_begun(error.retry_at) if isinstance(error, FetchError) else None,
        fresh_until=attempt.fresh_until,
    )
    visit = attempt.visit(outcome, attempt.feed)
    result = PollResult(
        feed_id=attempt.feed.id,
        token=attempt.lease.token,
        polled_at=attempt.now,
        next_poll_at=visit.at,
        not_before=visit.not_before,
        why=visit.reason,
        validators=attempt.feed.validators,
        body_hash=attempt.feed.body_hash,
        status=status,
        error=str(error) or type(error).__name__,
        error_kind=outcome.error_kind,
        failures=failures,
        move=attempt.feed.move,
        body_bytes=len(attempt.response.body) if attempt.response else 0,
        duration_s=attempt.elapsed_s,
    )
    return _keep_stated(attempt, result) if attempt.response is None else result


def postponed(attempt: Attempt, reason: str, until: datetime | None = None) -> PollResult:
    """A poll that could not be, through no fault of the feed: all stays but the next visit.

    Without `until` that stays, too. An answer that was kept stays for the next poll.
    """
    feed, attempt.excuse = attempt.feed, reason
    visit_at = until or feed.next_poll_at or attempt.now
    result = PollResult(
        feed_id=feed.id,
        token=attempt.lease.token,
        polled_at=feed.last_polled_at or attempt.now,
        next_poll_at=visit_at,
        validators=feed.validators,
        body_hash=feed.body_hash,
        status=feed.last_status,
        error=feed.error,
        failures=feed.failures,
        move=feed.move,
        why=reason if until else feed.why,
        error_kind=feed.error_kind,
        keeps_answer=True,
    )
    return _keep_stated(attempt, result)


def kept_offline(attempt: Attempt) -> PollResult:
    """A poll that our own network has kept from any server."""
    return postponed(
        attempt,
        "our own network was down, no feed is to blame for that",
        attempt.now + timedelta(seconds=PROBE_S),
    )


def _good(
    attempt: Attempt,
    body_hash: str | None,
    pace: Pace | None = None,
    published: Sequence[datetime] = (),
) -> PollResult:
    assert attempt.response is not None  # noqa: S101 - an answer has come
    rhythm = learn(attempt.feed.rhythm, published, attempt.now)
    outcome = Outcome(
        attempt.now,
        status=attempt.response.status,
        fresh_until=attempt.fresh_until,
        is_pushed=attempt.pacer.is_pushed(attempt.feed.id) and not attempt.is_hub_silent,
    )
    feed = replace(attempt.feed, rhythm=rhythm, pace=pace or attempt.feed.pace)
    is_whole = attempt.response.status not in {304, _PARTIAL_STATUS}
    visit = attempt.visit(outcome, feed)
    result = PollResult(
        feed_id=attempt.feed.id,
        token=attempt.lease.token,
        polled_at=attempt.now,
        next_poll_at=visit.at,
        not_before=visit.not_before,
        why=visit.reason,
        # A hub knows nothing of those of the feed's server.
        validators=attempt.feed.validators if attempt.is_pushed else attempt.response.validators,
        body_hash=body_hash,
        status=attempt.response.status,
        body_bytes=len(attempt.response.body),
        # Without news it is told by time alone, which is reckoned when it is asked for.
        rhythm=rhythm if pace is not None else None,
        refreshed_at=attempt.now if is_whole or attempt.feed.refreshed_at is None else None,
        duration_s=attempt.elapsed_s,
    )
    return _count_from_last_visit(attempt, result) if attempt.is_pushed else result


def _keep_stated(attempt: Attempt, result: PollResult) -> PollResult:
    """`result` with the time that the server has stated before: nobody has asked it since."""
    stated = attempt.feed.not_before
    if stated is None or stated <= attempt.now:
        return result
    not_before = max(stated, result.not_before or stated)
    return replace(result, not_before=not_before, next_poll_at=max(result.next_poll_at, not_before))


def _count_from_last_visit(attempt: Attempt, result: PollResult) -> PollResult:
    """`result` with the next visit as far from the last one: news of a hub put none off."""
    polled_at = attempt.feed.last_polled_at or attempt.now
    visit_at = max(attempt.now, polled_at + (result.next_poll_at - attempt.now))
    kept = replace(result, polled_at=polled_at, next_poll_at=visit_at, not_before=None)
    return _keep_stated(attempt, kept)


def _follow(attempt: Attempt, result: PollResult, *, is_ours: bool) -> PollResult:
    """`result` with the move that its redirects tell of; `is_ours` if we know its entries."""
    assert attempt.response is not None  # noqa: S101 - an answer has come
    target = find_target(attempt.response.redirects)
    move = note_move(attempt.feed, target, attempt.now, is_ours=is_ours)
    if move and is_ours and is_believed(attempt.feed, move, attempt.now):
        logger.warning("feed has moved: feed=%s to %s", attempt.feed.id, move.url)
        return replace(result, moved_to=move.url)
    return replace(result, move=move) if move else result


def _status_of(attempt: Attempt) -> int | None:
    return attempt.response.status if attempt.response else None


def _kind_of(error: Exception) -> str:
    """One word for the state of a feed after `error`."""
    if isinstance(error, FetchError):
        return error.kind
    if isinstance(error, WorkerDiedError):
        return error.kind
    return "worker" if isinstance(error, WorkerError) else "unreadable"

"""What was sent to a callback, judged: a document to be read, a hint to poll, or nothing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from aggregator.feeds import FEED_TYPES, read_header_links
from aggregator.model import Response, Subscription, Validators
from aggregator.websub._signing import is_signed

PARTIAL_STATUS = 226
"""A hub may leave out what it has sent before, as in a delta (RFC 3229): what is missing in it is
not gone, and the next document cannot be told from it."""

_GENERIC_TYPES = frozenset({"application/xml", "text/xml", "application/json"})


class Judgement(StrEnum):
    """What is done with what was sent."""

    READ = "read"
    HINT = "hint"  # the feed is polled when its server allows it
    DROP = "drop"


def judge(subscription: Subscription, body: bytes, headers: Mapping[str, str]) -> Judgement:
    """What is done with `body`, sent for `subscription` with `headers` (lower-case names).

    Where we have given a secret only what is signed with it counts. A document is read as it is
    only if it is signed and seems to be what we have asked for; else it is a reason to poll, and
    says nothing.
    """
    if not subscription.secret:
        return Judgement.HINT
    if not is_signed(subscription.secret, body, headers.get("x-hub-signature")):
        return Judgement.DROP
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    is_feed = media_type in FEED_TYPES | _GENERIC_TYPES
    is_plain = headers.get("content-encoding", "identity").strip().lower() == "identity"
    found = read_header_links(headers.get("link", ""), subscription.topic)
    own = {address for address, link in found if "self" in link.relations}
    # The headers are not signed: a topic that differs may be a mistake of the hub, or a trick.
    is_topic = not own or own == {subscription.topic}
    return Judgement.READ if body and is_feed and is_plain and is_topic else Judgement.HINT


def as_response(
    subscription: Subscription, body: bytes, content_type: str, now: datetime
) -> Response:
    """What was pushed, as if the topic had answered with it; only its type is taken over.

    The links are those that we know: a feed that names its hub in the header of its answers goes
    on to have it.
    """
    links = f'<{subscription.hub}>; rel="hub", <{subscription.topic}>; rel="self"'
    return Response(
        url=subscription.topic,
        final_url=subscription.topic,
        status=PARTIAL_STATUS,
        headers={"content-type": content_type, "link": links},
        body=body,
        validators=Validators(),
        fetched_at=now,
        wire_bytes=len(body),
    )

"""The readers of feeds that are compared, each behind the same two questions.

A parser is made ready for one document, which is not timed, and then reads it, which is. Each runs
in a process of its own and is imported there only, so none can lend another its settings: ours
gives feedparser another XML driver.
"""

from __future__ import annotations

import inspect
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from xml.sax import expatreader

from bench._feed_items import with_other_title, without_first_item

URL = "http://base.example/feed.xml"
CONTENT_TYPE = "application/xml; charset=utf-8"
_HEADERS = {"content-type": CONTENT_TYPE, "content-location": URL}
_REPEATED = re.compile(r"(\d+) entries repeat another one")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a parser made of one document.

    `read` entries were read, `kept` are known to be unchanged, `repeats` were left out because
    they differ from another one in nothing. `result` is the parser's own.
    """

    read: int
    kept: int = 0
    repeats: int = 0
    result: Any = None


Read = Callable[[], Reading]
Prepare = Callable[[bytes], Read | None]
"""Makes ready for one document; None if the question does not arise for it."""


def load_ours_cold() -> Prepare:
    """`parse_feed` on a document of which nothing is known."""
    from aggregator.feeds import parse_feed  # noqa: PLC0415 - each process loads one parser

    return lambda body: lambda: _reading(parse_feed(body, url=URL, content_type=CONTENT_TYPE))


def load_ours_one_new() -> Prepare:
    """`parse_feed` when all but the first item were there at the last visit."""
    return _load_ours_after(without_first_item)


def load_ours_one_changed() -> Prepare:
    """`parse_feed` when one title differs from the last visit's."""
    return _load_ours_after(with_other_title)


def load_ours_unchanged() -> Prepare:
    """What a poll does with the body that it has seen at the last visit: compares its hash."""

    def prepare(body: bytes) -> Read:
        known = _hash(body)
        return lambda: Reading(read=0, result=_hash(body) == known)

    return prepare


def load_feedparser() -> Prepare:
    """The defaults of feedparser."""
    return _load_feedparser()


def load_feedparser_plain() -> Prepare:
    """A feedparser that neither cleans HTML nor resolves the links in it."""
    return _load_feedparser(sanitize_html=False, resolve_relative_uris=False)


def load_feedparser_tuned() -> Prepare:
    """The same with the driver below."""
    from feedparser import api  # noqa: PLC0415 - see above

    api.PREFERRED_XML_PARSERS.insert(0, __name__)
    return load_feedparser_plain()


def load_fastfeedparser() -> Prepare:
    """The defaults of fastfeedparser."""
    import fastfeedparser  # noqa: PLC0415 - see above

    return lambda body: lambda: Reading(len(fastfeedparser.parse(body).entries))


def load_atoma() -> Prepare:
    """The functions of atoma for RSS, then for Atom: it has to be told the format."""
    import atoma  # noqa: PLC0415 - see above

    def read(body: bytes) -> Reading:
        if body.lstrip()[:1] == b"{":
            return Reading(len(atoma.parse_json_feed_bytes(body).items))
        try:
            return Reading(len(atoma.parse_rss_bytes(body).items))
        except atoma.FeedParseError:
            return Reading(len(atoma.parse_atom_bytes(body).entries))

    return lambda body: lambda: read(body)


OURS_COLD = "ours, cold"
REFERENCE = "feedparser"
PLAIN = "feedparser, plain"
RIVAL = "fastfeedparser"
OURS: dict[str, Callable[[], Prepare]] = {
    OURS_COLD: load_ours_cold,
    "ours, one new": load_ours_one_new,
    "ours, one changed": load_ours_one_changed,
    "ours, unchanged": load_ours_unchanged,
}
PEERS: dict[str, Callable[[], Prepare]] = {
    REFERENCE: load_feedparser,
    "feedparser, tuned": load_feedparser_tuned,
    RIVAL: load_fastfeedparser,
    "atoma": load_atoma,
}
LOADERS = {**OURS, **PEERS, PLAIN: load_feedparser_plain}


class _BufferedExpat(expatreader.ExpatParser):
    """The stock driver, except that a text comes in one call instead of one a line."""

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_size = 1 << 20  # type: ignore[attr-defined] # typeshed lacks it
        self._parser.buffer_text = True  # type: ignore[attr-defined]


def create_parser() -> _BufferedExpat:
    """A new driver; `xml.sax.make_parser` looks for this name."""
    return _BufferedExpat()


def _load_ours_after(make_earlier: Callable[[bytes], bytes | None]) -> Prepare:
    """`parse_feed` with what it remembers of the document before a change."""
    from aggregator.feeds import parse_feed  # noqa: PLC0415 - see above

    if "memory" not in inspect.signature(parse_feed).parameters:
        raise ImportError("parse_feed takes no `memory` in this version")

    def prepare(body: bytes) -> Read | None:
        earlier = make_earlier(body)
        if earlier is None:
            return None
        memory = parse_feed(earlier, url=URL, content_type=CONTENT_TYPE).memory
        return lambda: _reading(parse_feed(body, url=URL, content_type=CONTENT_TYPE, memory=memory))

    return prepare


def _load_feedparser(**settings: bool) -> Prepare:
    import feedparser  # noqa: PLC0415 - see above

    def read(body: bytes) -> Reading:
        found = feedparser.parse(io.BytesIO(body), response_headers=_HEADERS, **settings)
        return Reading(len(found.entries), result=found)

    return lambda body: lambda: read(body)


def _reading(feed: Any) -> Reading:  # noqa: ANN401 - a ParsedFeed; peers' processes cannot load it
    repeats = sum(int(found[1]) for text in feed.warnings if (found := _REPEATED.match(text)))
    return Reading(len(feed.entries), len(feed.unchanged), repeats, feed)


def _hash(body: bytes) -> str:
    return sha256(body).hexdigest()[:32]

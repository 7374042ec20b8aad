"""Feeds, entries and answers as they come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aggregator.model._extras import NO_EXTRAS, Enclosure, Extras
from aggregator.model._polling import Pace, Rhythm
from aggregator.model._title import feed_title


class FullText(StrEnum):
    """Whether the page behind an entry's link is fetched."""

    AUTO = "auto"  # where the feed's own body is not whole
    ALWAYS = "always"
    NEVER = "never"


GONE_STATUS = 410

GONE_AFTER = 2
"""So many answers in a row that a feed is gone end its polling; the second is asked for a day after
the first at the earliest."""


class Identity(StrEnum):
    """By what the entries of one feed are told apart."""

    ID = "id"  # the id that the feed gives, else the link, the file, the text
    LINK = "link"  # id and link together: ids repeat
    TEXT = "text"  # title, date and text: neither can be relied upon


@dataclass(frozen=True, slots=True)
class SiteRules:
    """The operator's CSS selectors for the pages of one feed; an empty part decides nothing.

    `content` names what the article stands in, `remove` what leaves it, `headline` its title.
    """

    content: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """One feed as the operator wants it (a `[[feeds]]` table of feeds.toml).

    Without an `identity` the feed's own ids are believed until they are seen to repeat, without an
    `interval_s` the feed is visited when news is to be expected; `weight` says how much more or
    less the news of this feed is worth than that of others.
    """

    url: str
    name: str | None = None
    tags: tuple[str, ...] = ()
    is_enabled: bool = True
    interval_s: int | None = None
    full_text: FullText = FullText.AUTO
    rules: SiteRules | None = None
    identity: Identity | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified of the last good answer, byte-exact (decoded as latin-1)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop that a server asked for: its status and the absolute URL it named."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Response:
    """What a fetch brought: status 2xx with a decoded body, or 304 with none.

    `headers` has lower-case names, repeated ones joined by ", ". `wire_bytes` counts the body as
    it came, before decompression. Up to `fresh_until` the server calls the answer fresh (RFC 9111),
    so that asking again is no use; None where it says nothing.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    validators: Validators
    fetched_at: datetime
    redirects: tuple[Redirect, ...] = ()
    wire_bytes: int = 0
    fresh_until: datetime | None = None

    @property
    def is_unchanged(self) -> bool:
        """Whether the server said that nothing is new (304)."""
        return self.status == 304


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as the feed states it.

    `key` (32 hex digits) names the entry inside its feed; `aliases` are further keys under which
    the same entry may come back (its link, its id). `content_hash` (32 hex digits) changes when a
    reader would see a change. `summary` and `content` are HTML as given, relative links
    and all; `base_url` is what they are relative to. Missing fields are None or empty.
    """

    key: str
    content_hash: str
    guid: str | None = None
    url: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    published_raw: str | None = None
    language: str | None = None
    comments_url: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    base_url: str | None = None
    aliases: tuple[str, ...] = ()
    extras: Extras = NO_EXTRAS

    @property
    def body(self) -> str:
        """The longer of content and summary (HTML), empty if the feed gave neither."""
        return max(self.content or "", self.summary or "", key=len)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a feed's last document, to read the next one by.

    `identity` is by what its entries are told apart; where the operator has said so it `is_fixed`,
    else it may become stricter. `snapshot` names the items of the document, so that those which
    are still the same need not be read again; None reads everything.
    """

    identity: Identity = Identity.ID
    is_fixed: bool = False
    snapshot: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FeedLinks:
    """Where a feed says that it, its older entries and its news are to be had; absolute URLs.

    `self_url` and `hubs` from Atom links and JSON Feed, `next_url` (RFC 5005 paging, JSON Feed),
    `archive_url` (RFC 5005 ``prev-archive``), `new_url` (``itunes:new-feed-url``, ``newLocation``).
    """

    self_url: str | None = None
    hubs: tuple[str, ...] = ()
    next_url: str | None = None
    archive_url: str | None = None
    new_url: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """One feed document, read.

    `format` is a short name (``rss20``, ``atom10``, ``json11`` ...), `path` how it was read
    (``strict``, ``repaired``, ``loose``, ``json``), `encoding_source` what decided the encoding
    (``bom``, ``utf-8``: the text proved it, ``http``, ``declaration``, ``detector``). `url` is the
    site the feed belongs to, `generator` the software that made it (its name or address).
    `unchanged` are the keys of entries that were recognised by their bytes and not read again; they
    are not in `entries`, and neither are the `left_out` items of a document with too many, of which
    the newest were read. `memory` reads the next document.
    """

    format: str
    path: str
    encoding: str
    entries: tuple[Entry, ...]
    title: str | None = None
    url: str | None = None
    description: str | None = None
    language: str | None = None
    warnings: tuple[str, ...] = ()
    encoding_source: str = "utf-8"
    links: FeedLinks = FeedLinks()
    extras: Extras = NO_EXTRAS
    unchanged: tuple[str, ...] = ()
    memory: Memory = Memory()
    generator: str | None = None
    pace: Pace = field(default_factory=Pace)
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect that `polls` polls in a row have met since `since`.

    `polls` stays 0 if no entry that we knew was there when it was first met.
    """

    url: str
    since: datetime
    polls: int = 1


@dataclass(frozen=True, slots=True)
class Icon:
    """The picture of a feed's site as of `fetched_at`; without `data` there was none to be had."""

    url: str
    media_type: str
    data: bytes = field(repr=False)
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """One polled URL and what the archive knows of it.

    `title` is the feed's own, `name` the operator's. `failures` counts polls without a good
    answer since the last one, `error` is the last of them. `moved_to` is where a feed has gone for
    good, `move` a move that is not yet believed; one that turned out to be another feed of ours
    was `merged_into` that. `identity` is the operator's word, `learnt_identity` ours.

    `host` is the host group under which it is leased. `pace` is what the feed states of its own
    timing, `rhythm` what was learnt of it. `not_before` is the time before which the server does
    not want to be asked, `why` the reason of `next_poll_at`, `error_kind` one word for `error`
    (``timeout``, ``blocked``, ``too-large`` ...), `refreshed_at` the last whole answer.
    """

    id: int
    url: str
    name: str | None
    title: str | None
    site_url: str | None
    tags: tuple[str, ...]
    is_enabled: bool
    interval_s: int | None
    full_text: FullText
    validators: Validators = field(default_factory=Validators)
    body_hash: str | None = None
    next_poll_at: datetime | None = None
    last_polled_at: datetime | None = None
    last_status: int | None = None
    failures: int = 0
    error: str | None = None
    entry_count: int = 0
    rules: SiteRules | None = None
    identity: Identity | None = None
    learnt_identity: Identity = Identity.ID
    moved_to: str | None = None
    move: Move | None = None
    merged_into: int | None = None
    host: str = ""
    weight: float = 1.0
    pace: Pace = field(default_factory=Pace)
    rhythm: Rhythm = field(default_factory=Rhythm)
    not_before: datetime | None = None
    why: str | None = None
    error_kind: str | None = None
    refreshed_at: datetime | None = None
    created_at: datetime | None = None

    @property
    def is_gone(self) -> bool:
        """Whether its server has said often enough, in a row, that it is gone for good (410)."""
        return self.last_status == GONE_STATUS and self.failures >= GONE_AFTER

    @property
    def current_url(self) -> str:
        """Where it is polled: its new address if it has moved."""
        return self.moved_to or self.url

    @property
    def display_title(self) -> str:
        """The operator's name for it, else its own title, else its URL without credentials."""
        return feed_title(self.name, self.title, self.url)

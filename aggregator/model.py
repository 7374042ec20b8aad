"""The values that cross borders between rooms: frozen, free of any library, picklable.

Instants are aware datetimes: UTC, but for those of an `Article`, which keep the offset that its
page states until they are stored. A text field is plain text unless its name or docstring says
HTML; HTML of an `Entry` is as the feed gave it (hostile), HTML of an `Article` is sanitised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aggregator.urls import without_credentials


class FullText(StrEnum):
    """Whether the page behind an entry's link is fetched."""

    AUTO = "auto"  # where the feed's own body is not whole
    ALWAYS = "always"
    NEVER = "never"


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
    """One feed as the operator wants it (a `[[feeds]]` table of feeds.toml)."""

    url: str
    name: str | None = None
    tags: tuple[str, ...] = ()
    is_enabled: bool = True
    interval_s: int = 3600
    full_text: FullText = FullText.AUTO
    rules: SiteRules | None = None


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
    it came, before decompression.
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

    @property
    def is_unchanged(self) -> bool:
        """Whether the server said that nothing is new (304)."""
        return self.status == 304


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an entry; `length_bytes` is the feed's claim."""

    url: str
    media_type: str | None = None
    length_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as the feed states it.

    `key` (32 hex digits) names the entry inside its feed; `content_hash` (32 hex digits) changes
    when a reader would see a change. `summary` and `content` are HTML as given, relative links
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

    @property
    def body(self) -> str:
        """The longer of content and summary (HTML), empty if the feed gave neither."""
        return max(self.content or "", self.summary or "", key=len)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """One feed document, read.

    `format` is a short name (``rss20``, ``atom10``, ``json11`` ...), `path` how it was read
    (``strict``, ``loose``, ``json``), `url` the site the feed belongs to.
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


@dataclass(frozen=True, slots=True)
class Section:
    """A sub-heading and what stands under it; `position` counts from 1.

    `text` and `html` (sanitised) are without the heading. `anchor` names the section in links and
    stays the same when other sections come or go; `is_pseudo` marks a heading that the page wrote
    as a bold line, not as a heading.
    """

    position: int
    level: int
    heading: str
    text: str
    html: str
    anchor: str = ""
    is_pseudo: bool = False


class PageKind(StrEnum):
    """What a page turned out to be; only of an ARTICLE is its text the article."""

    ARTICLE = "article"
    SHELL = "shell"  # empty until its scripts have run
    PAYWALL = "paywall"  # the beginning of an article and an offer
    CONSENT = "consent"  # a question about cookies or age in place of the page
    MISSING = "missing"  # a page that says, with status 200, that there is none
    LISTING = "listing"  # a front page, a category, a list of other articles


@dataclass(frozen=True, slots=True)
class Article:
    """What we make of a page or of an entry's own body.

    `lead` is the text before the first sub-heading, `method` says what it was made from
    (``page``, ``feed``, ``jsonld``, ``text``, ``title``), `confidence` (0 to 1) how sure it is
    that this is the article, all of it and nothing else. `page_kind` is None where there was no
    page. `word_count` counts words and ideographs; `stated_minutes` is a read time that the page
    itself printed; `direction` is ``rtl`` or ``ltr`` where it is known.
    """

    headline: str | None
    lead: str
    lead_html: str
    sections: tuple[Section, ...]
    word_count: int
    read_minutes: int
    method: str
    byline: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    image: str | None = None
    url: str | None = None
    stated_minutes: int | None = None
    modified_at: datetime | None = None
    direction: str | None = None
    confidence: float = 1.0
    page_kind: PageKind | None = None

    @property
    def text(self) -> str:
        """The whole article as plain text: paragraphs and headings parted by blank lines."""
        parts = [self.lead]
        for section in self.sections:
            parts += [section.heading, section.text]
        return "\n\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class ReadingSpeed:
    """How fast a reader is taken to be, see `text.read_minutes`.

    A first image takes `image_seconds`, each further one a second less, down to three; 0 leaves
    images out.
    """

    words_per_minute: int = 265
    ideographs_per_minute: int = 500
    image_seconds: int = 12


@dataclass(frozen=True, slots=True)
class Template:
    """What the pages of one feed have in common, learnt from `pages` of them; plain JSON.

    `blocks` counts on how many of the last pages a text block stood, by its fingerprint.
    """

    pages: int = 0
    blocks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageSource:
    """A fetched page as the extraction wants it; `entry` is the feed's word for it.

    `more` are the pages that follow where an article is spread over several, in order. Of a page
    that is not new nothing is learnt: all its text would seem to recur.
    """

    entry: Entry | None
    body: bytes = field(repr=False)
    url: str
    content_type: str | None = None
    rules: SiteRules | None = None
    more: tuple[bytes, ...] = field(default=(), repr=False)
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class ExplainedBlock:
    """One text block of a page and why it was kept or not.

    `path` says where in the page it stands. It is kept from the threshold of its `Explanation`
    on. `reasons` are the parts of its `score` with their weights, the strongest first.
    """

    text: str
    tag: str
    path: str
    score: float
    is_kept: bool
    reasons: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an article came to be: what the page was taken for, and each of its blocks in order."""

    page_kind: PageKind | None
    method: str
    confidence: float
    threshold: float
    blocks: tuple[ExplainedBlock, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An entry and the article made of it; `fetched_at` is when its page came, if one did.

    Without an article it leaves the archived one as it is: the page could not be had (again), and
    the feed alone says nothing better. `page_misses` counts how often the page was asked for in
    vain; None: it is not wanted, or it was had.
    """

    entry: Entry
    article: Article | None
    fetched_at: datetime | None = None
    page_misses: int | None = None

    @property
    def new_article(self) -> Article:
        """The article; ValueError for an item that has none."""
        if self.article is None:
            raise ValueError("a new entry needs an article")
        return self.article


@dataclass(frozen=True, slots=True)
class Feed:
    """One polled URL and what the archive knows of it.

    `title` is the feed's own, `name` the operator's. `failures` counts polls without a good
    answer since the last one, `error` is the last of them.
    """

    id: int
    url: str
    name: str | None
    title: str | None
    site_url: str | None
    tags: tuple[str, ...]
    is_enabled: bool
    interval_s: int
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

    @property
    def display_title(self) -> str:
        """The operator's name for it, else its own title, else its URL without credentials."""
        return feed_title(self.name, self.title, self.url)


def feed_title(name: str | None, title: str | None, url: str) -> str:
    """What a feed is called where people read; blank names and titles are none."""
    named = ((text or "").strip() for text in (name, title))
    return next(filter(None, named), without_credentials(url))


@dataclass(frozen=True, slots=True)
class PollResult:
    """All that one poll changes, to be recorded in one transaction.

    `edited` pairs the id of an archived entry with its new state; `completed` does so for entries
    that did not change, but whose missing page was asked for again. `parsed` is None when nothing
    was parsed (304, same body, error). `error` is None for a good poll. `template` takes the place
    of what was learnt before; None leaves that as it is.
    """

    feed_id: int
    token: str
    polled_at: datetime
    next_poll_at: datetime
    validators: Validators
    body_hash: str | None
    status: int | None = None
    error: str | None = None
    failures: int = 0
    parsed: ParsedFeed | None = None
    new: tuple[Item, ...] = ()
    edited: tuple[tuple[int, Item], ...] = ()
    completed: tuple[tuple[int, Item], ...] = ()
    same: int = 0
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class ArchivedEntry:
    """An entry with its article as the archive holds them; `id` grows with time of arrival."""

    id: int
    feed: Feed
    entry: Entry
    article: Article
    first_seen_at: datetime
    revision_count: int = 0

    @property
    def sort_at(self) -> datetime:
        """When it counts as published, see `sort_instant`."""
        return sort_instant(self.entry, self.first_seen_at)


def sort_instant(entry: Entry, first_seen_at: datetime) -> datetime:
    """When an entry counts as published: its own date unless it has none or lies ahead of us."""
    stated_at = entry.published_at or entry.updated_at
    return min(stated_at, first_seen_at) if stated_at else first_seen_at


@dataclass(frozen=True, slots=True)
class SectionRef:
    """Where in an article a hit stands; position 0 with an empty heading is the lead."""

    position: int
    heading: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result. `rank` counts from 1.

    `snippet` is plain text in which a match stands between U+0002 and U+0003.
    """

    rank: int
    id: int
    url: str | None
    title: str | None
    headline: str | None
    feed: str
    published_at: datetime
    read_minutes: int
    section: SectionRef
    snippet: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of one page of results, and how many there are in all."""

    query: str
    total: int
    hits: tuple[Hit, ...]

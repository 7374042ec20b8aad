"""Articles, what they are made from, and why they look as they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aggregator.model._feed import Entry, SiteRules
from aggregator.model._section import Section


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

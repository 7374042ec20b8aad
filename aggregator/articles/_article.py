"""A page, a text or an entry -> an `Article`; where the page has less than the feed, the feed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape

from aggregator.articles import _clean, _direct, _parse, _plain, _region, _well_formed
from aggregator.articles._blocks import Block, Kind, weight
from aggregator.articles._choose import Choice
from aggregator.articles._evidence import read_evidence
from aggregator.articles._facts import Facts, facts_of_entry, facts_of_page, fill
from aggregator.articles._kind import page_kind
from aggregator.articles._language import detect_language, direction_of
from aggregator.articles._page import (
    Context,
    Page,
    blocks_of,
    choose_blocks,
    kept_text,
    plain_body,
    read_page,
)
from aggregator.articles._sections import Outline, outline
from aggregator.articles._words import tokens
from aggregator.model import Article, Entry, PageKind, ReadingSpeed, SiteRules
from aggregator.text import collapse_whitespace, count_words, minutes_of, strip_unsafe
from aggregator.urls import resolve

_FEWEST_WORDS = 25
"""A page that gives fewer words gives its article only if nothing else has more of it."""

_LEAST_SHARE = 0.5
"""A page with a smaller share of the words that the feed or JSON-LD give was a stub or a wall."""

_CERTAINTY = {"jsonld": 0.8, "feed": 0.7, "text": 0.5, "title": 0.1}
"""How sure what was not made from a page's blocks is the whole article: a judgement."""

_SAME_SHARE = 0.5
"""The share of a page's words that its JSON-LD must have to be the same article: a judgement, as a
stub is part of its article."""

_DOUBT = 0.5
"""What remains of the confidence in the text of a page that is something else than an article."""

_JUDGED_CHARS = 5_000
"""A page's kind is doubted only where little was kept: more need not be counted."""

_OTHER_KINDS = frozenset((PageKind.SHELL, PageKind.CONSENT, PageKind.MISSING, PageKind.LISTING))
"""Pages of which nothing is the article's; the beginning that a paywall shows is."""

_ARTICLE_KINDS = ("article", "posting", "report", "review", "newsstory", "recipe")
_PUBLISHED = ".//meta[@property='article:published_time']"
_IMAGE = re.compile(r'<img\b[^<>]*?\bsrc="([^"<>]*)"')


def extract_article(
    document: str | bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    anchor: Entry | None = None,
    rules: SiteRules | None = None,
    speed: ReadingSpeed | None = None,
) -> Article:
    """The article in `document`, a page or a plain text; never none.

    `url` is where it came from, `content_type` the header as received, `anchor` the feed's entry
    for it: its words help to find the article, its facts fill gaps, and its body is taken where the
    page shows less, or is no article at all (method ``feed``, or ``title`` if there is nothing but
    a title). `rules` go before what the model thinks.
    Raises ExtractError for what is empty, binary or larger than 5 MB.
    """
    context = Context(url, anchor, rules)
    maker = Maker(context, speed or ReadingSpeed())
    text = _parse.decode(document, content_type)
    if not is_page(text, content_type):
        return maker.from_text(text)
    page = read_page(text, context)
    return maker.from_page(page, choose_blocks(page, {}))


def article_from_entry(entry: Entry, *, speed: ReadingSpeed | None = None) -> Article:
    """The article that the feed itself gave: method ``feed``, or ``title`` without a body."""
    maker = Maker(Context(entry.url, entry), speed or ReadingSpeed())
    blocks = blocks_of_entry(entry)
    return maker.build(facts_of_entry(entry), blocks, "feed" if blocks else "title")


def is_page(text: str, content_type: str | None) -> bool:
    """Whether `text` is to be read as HTML."""
    media_type = (content_type or "").partition(";")[0].strip().lower()
    return media_type != "text/plain" and _parse.is_markup(text)


def blocks_of_entry(entry: Entry) -> list[Block]:
    """The blocks of the feed's own text."""
    return blocks_of_body(entry.body, entry.base_url or entry.url)


def blocks_of_body(body: str, base_url: str | None) -> list[Block]:
    """The blocks of an HTML or plain text that is an article already: no region is looked for."""
    body = _parse.without_control(body[: _parse.MAX_BYTES])
    if not _parse.is_markup(body) and "&" not in body:
        return _plain.read_lines(body)
    tree = _well_formed.read_well_formed(body)
    region = _region.prune_body(_parse.parse_tree(body) if tree is None else tree)
    plain = _direct.read_plain_blocks(region, base_url)
    return _clean.read_blocks(_region.serialised(region), base_url) if plain is None else plain


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes articles in one context: which text is taken, and what is stated about it."""

    context: Context
    speed: ReadingSpeed

    def from_text(self, text: str) -> Article:
        """The article in a plain text."""
        title, anchor = self.context.title, self.context.anchor
        headline, blocks = _plain.read_plain(text, title)
        stated = Facts(headline=headline or title, url=resolve(None, self.context.url))
        facts = fill(stated, anchor)
        article = self.build(facts, blocks, "text")
        return self._better(article, facts, anchor, None)

    def from_page(self, page: Page, choice: Choice, more: tuple[Block, ...] = ()) -> Article:
        """The article of a page; `more` are the blocks of the pages that follow it."""
        kind = self._kind_of(page, choice)
        headline = page.ruled_headline or page.stated.headline or self.context.title
        facts = fill(facts_of_page(page.stated, headline), self.context.anchor)
        blocks = [*blocks_of(page, choice), *more]
        confidence = choice.expected if kind is PageKind.ARTICLE else _DOUBT * choice.expected
        article = self.build(facts, blocks, "page", confidence=confidence, kind=kind)
        linked = self._linked(page, facts, article)
        if linked is not None:
            return linked
        return self._better(article, facts, self.context.anchor, page.stated.description)

    def build(
        self,
        facts: Facts,
        blocks: list[Block],
        method: str,
        *,
        confidence: float | None = None,
        kind: PageKind | None = None,
    ) -> Article:
        """The article of `facts` and `blocks`, sectioned, counted, its language known."""
        parts = outline(blocks, facts.headline, facts.byline)
        headline = collapse_whitespace(strip_unsafe(facts.headline or "")) or None
        text = "\n\n".join(part for part in (headline, *_texts(parts)) if part)
        words, ideographs = count_words(text)
        anchor = self.context.anchor
        language = detect_language([facts.language, anchor.language if anchor else None], text)
        images = [unescape(image) for html in _htmls(parts) for image in _IMAGE.findall(html)]
        return Article(
            headline=headline,
            lead=parts.lead,
            lead_html=parts.lead_html,
            sections=parts.sections,
            word_count=words + ideographs,
            read_minutes=minutes_of(
                words,
                ideographs,
                words_per_minute=self.speed.words_per_minute,
                ideographs_per_minute=self.speed.ideographs_per_minute,
                images=len(images),
                first_image_s=self.speed.image_seconds,
            ),
            method=method,
            byline=facts.byline,
            published_at=facts.published_at,
            modified_at=facts.modified_at,
            language=language,
            direction=direction_of(language, text),
            image=facts.image or next(iter(images), None),
            url=facts.url,
            stated_minutes=parts.stated_minutes or facts.stated_minutes,
            confidence=round(_CERTAINTY[method] if confidence is None else confidence, 3),
            page_kind=kind,
        )

    def _kind_of(self, page: Page, choice: Choice) -> PageKind:
        if page.is_ruled:
            return PageKind.ARTICLE
        text = kept_text(page, choice)
        kind = (page.stated.kind or "").lower()
        is_stated = kind.endswith(_ARTICLE_KINDS) or page.tree.find(_PUBLISHED) is not None
        return page_kind(
            read_evidence(
                page.tree,
                page.walk,
                title=page.stated.headline,
                kept_text=text,
                kept_words=sum(count_words(text[:_JUDGED_CHARS])),
                fed_text=plain_body(self.context.anchor),
                is_article_stated=is_stated,
                is_free=page.stated.is_free,
            )
        )

    def _linked(self, page: Page, facts: Facts, article: Article) -> Article | None:
        """The article of the text that JSON-LD has, if it is clearly more than the page shows."""
        body = page.stated.body
        if not body or page.is_ruled:
            return None
        blocks = blocks_of_body(body, page.stated.base_url)
        words = weight(blocks)
        if words < _FEWEST_WORDS or article.word_count >= _LEAST_SHARE * words:
            return None
        if not _tells_the_same(article.text, "\n".join(block.text for block in blocks)):
            return None
        return self.build(facts, blocks, "jsonld", kind=article.page_kind)

    def _better(
        self, article: Article, facts: Facts, anchor: Entry | None, description: str | None
    ) -> Article:
        """`article`, or what the feed or the description says where that is the better text."""
        blocks = blocks_of_entry(anchor) if anchor else []
        fed, kind = weight(blocks), article.page_kind
        words = article.word_count if article.lead_html or article.sections else 0
        if anchor and fed and kind in _OTHER_KINDS:
            return self.build(facts_of_entry(anchor), blocks, "feed", kind=kind)
        share = 1.0 if kind is PageKind.PAYWALL else _LEAST_SHARE
        if words < share * fed:
            return self.build(facts, blocks, "feed", kind=kind)
        text = collapse_whitespace(strip_unsafe(description or ""))
        if words >= min(_FEWEST_WORDS, sum(count_words(text)) or 1):
            return article
        html = f"<p>{escape(text, quote=False)}</p>"
        return self.build(
            facts, [Block(Kind.PARAGRAPH, text, html)] if text else [], "title", kind=kind
        )


def _tells_the_same(shown: str, stated: str) -> bool:
    """Whether most words of `shown` stand in `stated`: some pages state another article's text."""
    words = set(tokens(shown))
    return len(words & set(tokens(stated))) >= _SAME_SHARE * len(words)


def _texts(parts: Outline) -> list[str]:
    return [parts.lead, *(text for part in parts.sections for text in (part.heading, part.text))]


def _htmls(parts: Outline) -> list[str]:
    return [parts.lead_html, *(part.html for part in parts.sections)]

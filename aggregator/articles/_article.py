"""A page, a text or an entry -> an `Article`: which rooms' parts are asked in which order."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import datetime
from html import escape, unescape

from aggregator.articles import _clean, _metadata, _parse, _plain, _region
from aggregator.articles._blocks import Block, Kind, weight
from aggregator.articles._sections import Outline, outline
from aggregator.model import Article, Entry
from aggregator.text import collapse_whitespace, count_words, read_minutes, strip_unsafe
from aggregator.urls import resolve, strip_tracking

_FEWEST_WORDS = 25
"""A page that gives fewer words gives its article only if nothing else has more of it."""

_LEAST_SHARE = 0.5
"""A page with a smaller share of the words that the feed itself gave was a stub or a wall."""

_IMAGE = re.compile(r'<img\b[^<>]*?\bsrc="([^"<>]*)"')


@dataclass(frozen=True, slots=True)
class _Facts:
    """All of an article that is not its text."""

    headline: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    image: str | None = None
    url: str | None = None
    stated_minutes: int | None = None


def extract_article(
    document: str | bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    anchor: Entry | None = None,
) -> Article:
    """The article in `document`, a page or a plain text; never none.

    `url` is where it came from, `content_type` the header as received, `anchor` the feed's entry
    for it: its title helps to choose the headline, its facts fill gaps, and its body is taken
    where the page shows less (method ``feed``, or ``title`` if there is nothing but a title).
    Raises ExtractError for what is empty, binary or larger than 5 MB.
    """
    text = _parse.decode(document, content_type)
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type == "text/plain" or not _parse.is_markup(text):
        return _from_text(text, url, anchor)
    return _from_page(text, url, anchor)


def article_from_entry(entry: Entry) -> Article:
    """The article that the feed itself gave: method ``feed``, or ``title`` without a body."""
    facts = _facts_of(entry)
    blocks = _blocks_of(entry)
    return _build(facts, blocks, "feed" if blocks else "title")


def _from_page(markup: str, url: str | None, anchor: Entry | None) -> Article:
    tree = _parse.parse_tree(markup)
    title = _title_of(anchor)
    stated = _metadata.read_metadata(tree, url=url, title=title)
    facts = _filled(
        _Facts(
            headline=stated.headline or title,
            byline=stated.byline,
            published_at=stated.published_at,
            language=stated.language,
            image=stated.image,
            url=stated.url,
            stated_minutes=stated.stated_minutes,
        ),
        anchor,
    )
    region = _region.find_region(tree, facts.headline)
    blocks = _clean.read_blocks(region, stated.base_url) if region else []
    if weight(blocks) < _FEWEST_WORDS and stated.body:
        blocks = _blocks_of_body(stated.body, stated.base_url)
    article = _build(facts, blocks, "page")
    return _richest(article, facts, anchor, stated.description)


def _from_text(text: str, url: str | None, anchor: Entry | None) -> Article:
    title = _title_of(anchor)
    headline, blocks = _plain.read_plain(text, title)
    facts = _filled(_Facts(headline=headline or title, url=resolve(None, url)), anchor)
    return _richest(_build(facts, blocks, "text"), facts, anchor, None)


def _richest(
    article: Article, facts: _Facts, anchor: Entry | None, description: str | None
) -> Article:
    """`article`, or what the feed or the description says where that is clearly more."""
    words = _body_words(article)
    blocks = _blocks_of(anchor) if anchor else []
    fed = _build(facts, blocks, "feed") if blocks else None
    if fed is not None and words < _LEAST_SHARE * _body_words(fed):
        return fed
    text = collapse_whitespace(strip_unsafe(description or ""))
    if words >= min(_FEWEST_WORDS, sum(count_words(text)) or 1):
        return article
    lead = [Block(Kind.PARAGRAPH, text, f"<p>{escape(text, quote=False)}</p>")] if text else []
    return _build(facts, lead, "title")


def _body_words(article: Article) -> int:
    return sum(count_words(article.text))


def _build(facts: _Facts, blocks: list[Block], method: str) -> Article:
    parts = outline(blocks, facts.headline)
    headline = collapse_whitespace(strip_unsafe(facts.headline or "")) or None
    article = Article(
        headline=headline,
        lead=parts.lead,
        lead_html=parts.lead_html,
        sections=parts.sections,
        word_count=0,
        read_minutes=0,
        method=method,
        byline=facts.byline,
        published_at=facts.published_at,
        language=facts.language,
        image=facts.image or _first_image(parts),
        url=facts.url,
        stated_minutes=parts.stated_minutes or facts.stated_minutes,
    )
    shown = f"{headline or ''}\n\n{article.text}"
    return replace(article, word_count=sum(count_words(shown)), read_minutes=read_minutes(shown))


def _first_image(parts: Outline) -> str | None:
    for html in (parts.lead_html, *(section.html for section in parts.sections)):
        if image := _IMAGE.search(html):
            return unescape(image[1])
    return None


def _blocks_of(entry: Entry) -> list[Block]:
    return _blocks_of_body(entry.body, entry.base_url or entry.url)


def _blocks_of_body(body: str, base_url: str | None) -> list[Block]:
    """The blocks of an HTML or plain text that is an article already: no region is looked for."""
    body = _parse.without_control(body[: _parse.MAX_BYTES])
    if not _parse.is_markup(body) and "&" not in body:
        return _plain.read_lines(body)
    return _clean.read_blocks(_region.prune_body(_parse.parse_tree(body)), base_url)


def _facts_of(entry: Entry) -> _Facts:
    pictures = (e.url for e in entry.enclosures if (e.media_type or "").startswith("image/"))
    base_url = entry.base_url or entry.url
    url = resolve(base_url, entry.url)
    return _Facts(
        headline=_title_of(entry),
        byline=", ".join(entry.authors) or None,
        published_at=entry.published_at,
        language=entry.language,
        image=resolve(base_url, next(pictures, None)),
        url=strip_tracking(url) if url else None,
    )


def _filled(facts: _Facts, anchor: Entry | None) -> _Facts:
    """`facts` with what only the feed states in the gaps."""
    if anchor is None:
        return facts
    stated = _facts_of(anchor)
    missing = {
        field.name: getattr(stated, field.name)
        for field in fields(_Facts)
        if getattr(facts, field.name) is None
    }
    return replace(facts, **missing)


def _title_of(entry: Entry | None) -> str | None:
    return collapse_whitespace(strip_unsafe(entry.title or "")) or None if entry else None

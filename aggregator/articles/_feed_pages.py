"""The pages of one feed, read together: what recurs on several of them is template."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aggregator.articles import _parse
from aggregator.articles._article import Maker, article_from_entry, is_page
from aggregator.articles._blocks import Block
from aggregator.articles._page import (
    Context,
    Page,
    blocks_of,
    choose_blocks,
    fingerprints,
    read_page,
)
from aggregator.errors import ExtractError
from aggregator.model import Article, Entry, PageSource, ReadingSpeed, Template

_REMEMBERED_PAGES = 32
"""After so many pages all counts are halved: what a site stopped printing is forgotten."""

_REMEMBERED_BLOCKS = 500
"""How many blocks are kept with a feed, the most frequent first; a page has some sixty."""


@dataclass(frozen=True, slots=True)
class _Read:
    source: PageSource
    maker: Maker
    text: str
    page: Page | None
    marks: Sequence[str]


def extract_articles(
    pages: Sequence[PageSource], template: Template | None, *, speed: ReadingSpeed
) -> tuple[list[Article], Template]:
    """The article of each page of a feed, and what is known of the feed's pages with these.

    A block that stands on three other pages, of these or of those that `template` was learnt from,
    is not the article's. A page that cannot be read gives the article of its entry.
    """
    template = template or Template()
    read = [_read(source, speed) for source in pages]
    new = _distinct([one for one in read if one and one.source.is_new])
    here = Counter(mark for one in new for mark in one.marks)
    articles = []
    for source, one in zip(pages, read, strict=True):
        if one is None:
            articles.append(article_from_entry(source.entry or Entry("", ""), speed=speed))
        else:
            own = one.marks if source.is_new else ()
            articles.append(_article(one, _recurring(template.blocks, here, one.marks, own)))
    return articles, _learn(template, here, len(new))


def _distinct(read: Sequence[_Read]) -> list[_Read]:
    """One of each page: several entries may lead to the same, and its text recurs on no other."""
    return list({(*one.marks,): one for one in read}.values())


def _read(source: PageSource, speed: ReadingSpeed) -> _Read | None:
    """The page of `source`, scored; None if there is nothing to be read in it."""
    context = Context(source.url, source.entry, source.rules)
    try:
        text = _parse.decode(source.body, source.content_type)
    except ExtractError:
        return None
    page = read_page(text, context) if is_page(text, source.content_type) else None
    return _Read(source, Maker(context, speed), text, page, fingerprints(page) if page else ())


def _article(one: _Read, recurring: Mapping[str, int]) -> Article:
    if one.page is None:
        return one.maker.from_text(one.text)
    choice = choose_blocks(one.page, recurring)
    return one.maker.from_page(one.page, choice, tuple(_following(one, recurring)))


def _following(one: _Read, recurring: Mapping[str, int]) -> Iterator[Block]:
    """The blocks of the pages on which the article goes on."""
    for body in one.source.more:
        with contextlib.suppress(ExtractError):
            text = _parse.decode(body, one.source.content_type)
            page = read_page(text, one.maker.context)
            yield from blocks_of(page, choose_blocks(page, recurring))


def _recurring(
    known: Mapping[str, int], here: Mapping[str, int], marks: Sequence[str], own: Sequence[str]
) -> dict[str, int]:
    """On how many other pages each of a page's blocks stands."""
    mine = set(own)
    return {mark: known.get(mark, 0) + here.get(mark, 0) - (mark in mine) for mark in marks}


def _learn(template: Template, here: Mapping[str, int], pages: int) -> Template:
    """`template` with the blocks of so many new pages."""
    if not pages:
        return template
    counts = Counter(here)
    counts.update(template.blocks)
    total = template.pages + pages
    while total > _REMEMBERED_PAGES:
        total //= 2
        counts = Counter({mark: count // 2 for mark, count in counts.items() if count > 1})
    return Template(total, dict(counts.most_common(_REMEMBERED_BLOCKS)))

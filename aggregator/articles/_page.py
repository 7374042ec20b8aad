"""A page -> the blocks of its article: walk, score, choose, serialise, clean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape

import numpy as np
from lxml.html import HtmlElement

from aggregator.articles import _clean, _parse
from aggregator.articles._blocks import Block
from aggregator.articles._choose import Choice, choose, fingerprint
from aggregator.articles._columns import Matrix
from aggregator.articles._features import FEATURES, features, headline_place
from aggregator.articles._metadata import Metadata, read_metadata
from aggregator.articles._model import Scores, get_model
from aggregator.articles._region import kept_html
from aggregator.articles._rules import apply_rules
from aggregator.articles._walk import Walk
from aggregator.articles._words import Known
from aggregator.model import Entry, SiteRules
from aggregator.text import collapse_whitespace, strip_unsafe

_IN_HEADLINE_ARTICLE = FEATURES.index("in_headline_article")
_CONTROLS, _RUNNING = FEATURES.index("controls_unit"), FEATURES.index("running_unit")
_FORM_SHARE = 0.1
"""A piece of the page with fields and less of its running text is a form, not an article."""

_TAG = re.compile(r"<[^<>]{0,500}>")
_MAX_ANCHOR_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Context:
    """What is known besides the document: its address, the feed's entry, rules."""

    url: str | None = None
    anchor: Entry | None = None
    rules: SiteRules | None = None

    @property
    def title(self) -> str | None:
        """The entry's title in one line."""
        title = self.anchor.title if self.anchor else None
        return collapse_whitespace(strip_unsafe(title or "")) or None


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read: what it states, its text blocks, their features and scores.

    `is_ruled` says that an operator's rule, not the model, names the content.
    """

    tree: HtmlElement
    stated: Metadata
    walk: Walk
    rows: Matrix
    scores: Scores
    is_ruled: bool = False
    ruled_headline: str | None = None


def read_page(markup: str, context: Context) -> Page:
    """The page in `markup`, its blocks scored; nothing is chosen or removed yet."""
    tree = _parse.parse_tree(markup)
    stated = read_metadata(tree, url=context.url, title=context.title)
    body = tree.find("body")
    root, is_ruled, headline = apply_rules(tree if body is None else body, context.rules)
    walk = Walk(root)
    model = get_model()
    rows = features(walk, known_of(stated, context), model.names)
    return Page(tree, stated, walk, rows, model.scores(rows), is_ruled, headline)


def choose_blocks(page: Page, recurring: Mapping[str, int]) -> Choice:
    """Which blocks of `page` are its article; `recurring` are those met on others of its feed."""
    if page.is_ruled or not page.walk.blocks:
        return Choice(np.full(len(page.walk.blocks), page.is_ruled), 0.0, float(page.is_ruled))
    return choose(
        page.walk,
        page.scores,
        headline=headline_place(page.rows),
        headline_article=page.rows[:, _IN_HEADLINE_ARTICLE],
        is_form=(page.rows[:, _CONTROLS] > 0) & (page.rows[:, _RUNNING] < _FORM_SHARE),
        recurring=recurring,
    )


def kept_text(page: Page, choice: Choice) -> str:
    """The text of the chosen blocks, one a line."""
    chosen = zip(page.walk.blocks, choice.is_kept, strict=True)
    return "\n".join(block.text for block, is_kept in chosen if is_kept)


def known_of(stated: Metadata, context: Context) -> Known:
    """What the model may compare the page with."""
    return Known(
        title=stated.headline or "",
        description=stated.description or "",
        anchor_title=context.title or "",
        anchor=plain_body(context.anchor),
    )


def plain_body(entry: Entry | None) -> str:
    """The beginning of the feed's own text without its markup."""
    return unescape(_TAG.sub(" ", entry.body[:_MAX_ANCHOR_CHARS])) if entry else ""


def blocks_of(page: Page, choice: Choice) -> list[Block]:
    """The blocks of the page's article. Consumes its tree."""
    html = kept_html(page.walk, choice.is_kept.tolist())
    return _clean.read_blocks(html, page.stated.base_url) if html else []


def fingerprints(page: Page) -> Sequence[str]:
    """What the page's blocks are recognised by on other pages, each once."""
    found = (fingerprint(block.text) for block in page.walk.blocks)
    return [mark for mark in dict.fromkeys(found) if mark]

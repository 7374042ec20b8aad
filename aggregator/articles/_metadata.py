"""What a page says about its article outside the text: title, author, date, language, image."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from aggregator.articles import _jsonld
from aggregator.articles._byline import choose_byline
from aggregator.articles._dating import Dates, Stated, choose_dates
from aggregator.articles._head import Head, read_head, short_text
from aggregator.articles._headline import choose_headline, find_title_piece
from aggregator.articles._jsonld import LinkedArticle
from aggregator.articles._labels import find_minutes, find_minutes_inside, is_same_line
from aggregator.articles._microdata import read_microdata
from aggregator.articles._site import SiteNames
from aggregator.articles._vicinity import Line, read_vicinity
from aggregator.text import collapse_whitespace
from aggregator.urls import host_of, resolve, strip_tracking

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_TITLE_KEYS = ("og:title", "twitter:title", "dc.title", "citation_title", "parsely-title")
_IMAGE_KEYS = (
    *("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"),
)
_MAX_PLACES = 500
"""How many elements are compared with a headline that is no h1."""

_MAX_MINUTES_CHARS = 60


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page states about its article; None where it does not.

    `kind` is what JSON-LD or Open Graph call the page ("NewsArticle", "website"), `is_free` tells
    whether it says that everybody may read all of it. Instants keep the offset that it states.
    """

    headline: str | None
    byline: str | None
    published_at: datetime | None
    modified_at: datetime | None
    language: str | None
    image: str | None
    url: str | None
    base_url: str | None
    description: str | None
    stated_minutes: int | None
    body: str | None
    kind: str | None
    is_free: bool | None


def read_metadata(tree: HtmlElement, *, url: str | None, title: str | None) -> Metadata:
    """The metadata of the page `tree`; `title` is that of the feed's entry, if there is one."""
    head = read_head(tree)
    linked = _jsonld.read_article(head.linked_data)
    base_url = resolve(url, head.base) or url if head.base else url
    site = SiteNames(head.first(["og:site_name", "application-name"]), host_of(url or ""))
    headline = _headline(head, linked, entry_title=title, site=site)
    place = _find_place(tree, head, headline)
    lines = [] if place is None else read_vicinity(place)
    microdata = read_microdata(tree, place)
    language = _language(tree)
    stated = Stated(linked, microdata, head)
    dates = Dates()
    if not (url and _is_front(url)):
        start = tree if place is None else place
        dates = choose_dates(stated, lines, start=start, language=language, url=url)
    return Metadata(
        headline=headline,
        byline=choose_byline(linked, microdata, head, lines, site),
        published_at=dates.published_at,
        modified_at=dates.modified_at,
        language=language,
        image=resolve(base_url, head.first(_IMAGE_KEYS) or linked.image),
        url=_canonical_url(head, base_url, url),
        base_url=base_url,
        description=head.first(["og:description", "description"]),
        stated_minutes=_stated_minutes(lines) or linked.minutes,
        body=linked.body,
        kind=linked.kind or head.first(["og:type"]),
        is_free=linked.is_free,
    )


def _headline(
    head: Head, linked: LinkedArticle, *, entry_title: str | None, site: SiteNames
) -> str | None:
    social_title = head.first(_TITLE_KEYS) or (None if linked.is_page else linked.headline)
    titles = [title for title in (social_title, head.title, entry_title) if title]
    headings = []
    for h1 in head.headings:
        pieces = [collapse_whitespace(text) for text in islice(h1.itertext(), _MAX_PIECES)]
        text = find_title_piece(pieces, titles) if len(pieces) > 1 else None
        headings.append(text or short_text(h1))
    return choose_headline(
        [text for text in headings if text],
        page_title=head.title,
        social_title=social_title,
        entry_title=entry_title,
        site=site,
    )


_MAX_PIECES = 50


def _find_place(tree: HtmlElement, head: Head, headline: str | None) -> HtmlElement | None:
    """The element that shows `headline`: an h1, another heading, any other; else the first h1."""
    if headline is None:
        return None
    for h1 in head.headings:
        text = short_text(h1)
        if headline in text or is_same_line(text, headline):
            return h1
    for tags in (("h2", "h3", "h4"), ("p", "div", "span", "strong", "b", "td", "a")):
        for element in islice(tree.iter(*tags), _MAX_PLACES):
            if is_same_line(collapse_whitespace(element.text or ""), headline):
                return element
    return next(iter(head.headings), None)


def _language(tree: HtmlElement) -> str | None:
    stated = (
        tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    ).strip()
    tag = re.split(r"[,;\s]", stated, maxsplit=1)[0].replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def _canonical_url(head: Head, base_url: str | None, url: str | None) -> str | None:
    """The page's own address for itself; never the front page for a page that is not."""
    for stated in (head.links.get("canonical"), head.first(["og:url"])):
        canonical = resolve(base_url, stated)
        if canonical and (url is None or not _is_front(canonical) or _is_front(url)):
            return strip_tracking(canonical)
    return strip_tracking(url) if url else None


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _stated_minutes(lines: list[Line]) -> int | None:
    """The read time that the page prints close to its headline."""
    texts = [line.text for line in lines]
    pieces = (piece for line in lines if len(line.pieces) > 1 for piece in line.pieces)
    pairs = (" ".join(pair) for pair in pairwise(texts))
    for text in filter(_DIGIT.search, (*texts, *pieces, *pairs)):
        minutes = find_minutes(text) if len(text) < _MAX_MINUTES_CHARS else None
        if minutes or (minutes := find_minutes_inside(text)):
            return minutes
    return None

"""What a page says about its article outside the text: title, author, date, language, image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from aggregator.articles import _dates, _jsonld
from aggregator.articles._headline import choose_headline
from aggregator.articles._labels import find_minutes, is_same_line
from aggregator.text import collapse_whitespace, strip_unsafe
from aggregator.urls import resolve, strip_tracking

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", re.IGNORECASE)
_AUTHOR_KEYS = (
    *("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl"),
    *("dcterms.creator", "citation_author"),
)
_DATE_KEYS = (
    *("article:published_time", "og:article:published_time", "og:published_time"),
    *("datepublished", "article:published", "published_time", "parsely-pub-date", "sailthru.date"),
    *("dc.date.issued", "dcterms.issued", "dc.date", "dcterms.created"),
    *("citation_publication_date", "publish-date", "pubdate", "date"),
)
_IMAGE_KEYS = (
    *("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"),
)

_BY = re.compile(
    r"(?:(?:written|posted|words|story|text|published) by|by|von|par|por|di|door|av|af|autor|author"
    r"|автор|作者)\s*[:：]?\s+|作者[:：]\s*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:reporter|editor|correspondent|writer|contributor|staff|journalist|columnist|producer"
    r"|director|analyst|fellow|professor|redakteur\w*|korrespondent\w*|rédact\w+|journaliste"
    r"|redactor\w*|periodista|giornalista|newsroom|bureau|ceo|cto|founder|manager)\b",
    re.IGNORECASE,
)
_MAX_BYLINE_CHARS = 200
_MAX_BYLINE_WORDS = 12
_NEAR_HEADLINE = (15, 40)
"""How many texts before and after the headline are searched for a stated read time."""

_MAX_MINUTES_CHARS = 60
_MAX_TEXTS, _MAX_TEXT_CHARS = 100, 1_000
_MAX_H1 = 50
_UNSEEN = ("script", "style", "title", "noscript", "template")
_MAX_TIMES = 2
"""How many ``time`` elements are tried; further down they date other things."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page states about its article; None where it does not."""

    headline: str | None
    byline: str | None
    published_at: datetime | None
    language: str | None
    image: str | None
    url: str | None
    base_url: str | None
    description: str | None
    stated_minutes: int | None
    body: str | None


def read_metadata(tree: HtmlElement, *, url: str | None, title: str | None) -> Metadata:
    """The metadata of the page `tree`; `title` is that of the feed's entry, if there is one."""
    named = _named_values(tree)
    linked = _jsonld.read_article(tree)
    base_url = _base_url(tree, url)
    headings = [_text(h1) for h1 in islice(tree.iter("h1"), _MAX_H1)]
    headline = choose_headline(
        [text for text in headings if text],
        page_title=_page_title(tree),
        social_title=named.get("og:title") or named.get("twitter:title") or linked.headline,
        entry_title=title,
        site=named.get("og:site_name"),
    )
    image = next((named[key] for key in _IMAGE_KEYS if key in named), None) or linked.image
    return Metadata(
        headline=headline,
        byline=_byline(tree, named, linked.authors),
        published_at=_published_at(tree, named, linked.published),
        language=_language(tree),
        image=resolve(base_url, image),
        url=_canonical_url(tree, named, base_url, url),
        base_url=base_url,
        description=named.get("og:description") or named.get("description"),
        stated_minutes=_stated_minutes(tree, headline),
        body=linked.body,
    )


def clean_byline(line: str) -> str | None:
    """The names in a byline, without "By" and without what the people are.

    >>> clean_byline("By Ann Lee, Senior Reporter")
    'Ann Lee'
    """
    text = strip_unsafe(collapse_whitespace(line[: 2 * _MAX_BYLINE_CHARS]))
    names = _BY.sub("", text, count=1) if _BY.match(text) else text
    parts = (part.strip(" -–—·|,") for part in re.split(r"[,|·•]", names))
    kept = [part for part in parts if part and "://" not in part and not _ROLE.search(part)]
    byline = ", ".join(kept)
    is_usable = bool(byline) and len(byline.split()) <= _MAX_BYLINE_WORDS and not byline.isdigit()
    return byline if is_usable and not byline.startswith(("http", "@", "/")) else None


def _named_values(tree: HtmlElement) -> dict[str, str]:
    """The first value of each ``meta`` tag, by its lower-case name."""
    values: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = collapse_whitespace(meta.get("content") or "")
        if name and content:
            values.setdefault(name.strip().lower(), content)
    return values


def _text(element: HtmlElement) -> str:
    """The first characters of an element's text, in one line."""
    text = " ".join(islice(_iter_texts(element), _MAX_TEXTS))
    return strip_unsafe(collapse_whitespace(text[:_MAX_TEXT_CHARS]))


def _page_title(tree: HtmlElement) -> str | None:
    title = tree.find(".//head/title")
    return (_text(title) or None) if title is not None else None


def _base_url(tree: HtmlElement, url: str | None) -> str | None:
    base = tree.find(".//base[@href]")
    return (resolve(url, base.get("href")) or url) if base is not None else url


def _byline(tree: HtmlElement, named: dict[str, str], authors: tuple[str, ...]) -> str | None:
    names = [name for author in authors if (name := clean_byline(author))]
    if names:
        return ", ".join(dict.fromkeys(names))
    for key in _AUTHOR_KEYS:
        if key in named and (name := clean_byline(named[key])):
            return name
    for path in (".//*[@itemprop='author']", ".//*[@rel='author']", ".//*[@class]"):
        for element in tree.iterfind(path):
            if path.endswith("[@class]") and not _is_byline_class(element.get("class", "")):
                continue
            text = _text(element)
            if 0 < len(text) <= _MAX_BYLINE_CHARS and (name := clean_byline(text)):
                return name
    return None


_BYLINE_CLASS = re.compile(
    r"(?<![a-z])(?:byline|author(?:[-_]{1,2}name)?|by-author)(?![a-z-])", re.IGNORECASE
)


def _is_byline_class(name: str) -> bool:
    return _BYLINE_CLASS.search(name[:200]) is not None


def _published_at(tree: HtmlElement, named: dict[str, str], stated: str | None) -> datetime | None:
    for value in (stated, *(named.get(key) for key in _DATE_KEYS)):
        if value and (instant := _dates.parse_instant(value)):
            return instant
    times = sorted(tree.iter("time"), key=_is_other_time)
    for time in times[:_MAX_TIMES]:
        if instant := _dates.parse_instant(time.get("datetime") or _text(time)):
            return instant
    return None


def _is_other_time(time: HtmlElement) -> bool:
    """Whether nothing marks a ``time`` element as that of the publication."""
    return time.get("itemprop") != "datePublished" and time.get("pubdate") is None


def _language(tree: HtmlElement) -> str | None:
    stated = (
        tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    ).strip()
    tag = re.split(r"[,;\s]", stated, maxsplit=1)[0].replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def _canonical_url(
    tree: HtmlElement, named: dict[str, str], base_url: str | None, url: str | None
) -> str | None:
    """The page's own address for itself; never the front page for a page that is not."""
    link = next(
        (e for e in tree.iter("link") if "canonical" in (e.get("rel") or "").lower().split()), None
    )
    for stated in (link.get("href") if link is not None else None, named.get("og:url")):
        canonical = resolve(base_url, stated)
        if canonical and (url is None or not _is_front(canonical) or _is_front(url)):
            return strip_tracking(canonical)
    return strip_tracking(url) if url else None


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _iter_texts(tree: HtmlElement) -> Iterator[str]:
    """Every piece of text inside `tree` that a reader sees, in about the document's order."""
    for element in tree.iter("*"):
        is_seen = element is tree or element.tag not in _UNSEEN
        if element.text and is_seen:
            yield element.text
        if element.tail and element is not tree:
            yield element.tail


def _stated_minutes(tree: HtmlElement, headline: str | None) -> int | None:
    """The read time that the page prints close to its headline, inside the article or above it."""
    stripped = (element.strip() for element in _iter_texts(tree))
    texts = [text for text in stripped if text]
    place = next((i for i, text in enumerate(texts) if is_same_line(text, headline)), None)
    if place is None:
        return None
    before, after = _NEAR_HEADLINE
    near = texts[max(0, place - before) : place + after]
    for line in (*near, *map(" ".join, pairwise(near))):
        if len(line) < _MAX_MINUTES_CHARS and (found := find_minutes(line)):
            return found
    return None

"""What a page's JSON-LD (schema.org) says about its article."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

_MAX_CHARS = 500_000
_MAX_NODES = 2_000
_MAX_AUTHORS = 20
_ARTICLE_TYPES = ("article", "posting", "report", "newsstory", "review", "recipe")
_PAGE_TYPES = ("webpage", "aboutpage", "faqpage", "itempage")
_OTHER_TYPES = ("organization", "corporation", "organisation")
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement")
_WRAPPING = re.compile(r"\A\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)")
_WRAPPED = re.compile(r"(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/|;)\s*\Z")
_MINUTES = re.compile(r"PT(\d{1,3})M(?:\d{1,2}S)?", re.IGNORECASE)
_LOOSE_COMMA = re.compile(r",(?=\s{0,50}[}\]])")


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """The article that JSON-LD describes; every field may be empty.

    `is_page` tells that only the page around the article is described, as content systems do for
    every page that they have. `authors` are the names of people, `publishers` those of the
    organisations that stand in an author's place.
    """

    headline: str | None = None
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    image: str | None = None
    body: str | None = None
    kind: str | None = None
    minutes: int | None = None
    is_free: bool | None = None
    is_page: bool = False


def read_article(sources: Iterable[str]) -> LinkedArticle:
    """The first article that the scripts `sources` describe, else their first page.

    Small faults are mended (comments around, loose commas, raw line ends, escaped quotation
    marks); what then is no JSON is passed over. Of several articles the first is the page's own:
    the others are teasers.
    """
    nodes = list(_nodes(sources))
    named = {str(node["@id"]): node for node in nodes if "@id" in node and "name" in node}
    pages = (node for node in nodes if _is_any(node, _PAGE_TYPES))
    articles = (node for node in nodes if _is_any(node, _ARTICLE_TYPES))
    if (article := next(articles, None)) is not None:
        return _linked(article, named)
    page = next(pages, None)
    return replace(_linked(page, named), is_page=True) if page else LinkedArticle()


def _linked(node: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> LinkedArticle:
    authors, publishers = _authors(node.get("author") or node.get("creator"), named)
    return LinkedArticle(
        headline=_string(node.get("headline") or node.get("name")),
        authors=authors,
        publishers=publishers,
        published=_string(node.get("datePublished")),
        modified=_string(node.get("dateModified")),
        image=next(_values(node.get("image"), "url", "contentUrl"), None),
        body=body if isinstance(body := node.get("articleBody"), str) and body.strip() else None,
        kind=next(_values(node.get("@type")), None),
        minutes=_minutes(node.get("timeRequired")),
        is_free=_boolean(node.get("isAccessibleForFree")),
    )


def _authors(
    stated: object, named: Mapping[str, Mapping[str, Any]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the people in `stated` and those of the organisations, each once."""
    people: list[str] = []
    others: list[str] = []
    for item in stated[:_MAX_AUTHORS] if isinstance(stated, list) else [stated]:
        author = item
        if isinstance(author, dict) and "name" not in author:
            author = named.get(str(author.get("@id")))
        is_other = isinstance(author, dict) and _is_any(author, _OTHER_TYPES)
        (others if is_other else people).extend(_values(author, "name"))
    return tuple(dict.fromkeys(people)), tuple(dict.fromkeys(others))


def _nodes(sources: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """The objects that may be an article or name its author, at most `_MAX_NODES` values deep."""
    waiting = deque(document for source in sources if (document := _read(source)) is not None)
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.popleft()
        if isinstance(node, list):
            waiting.extendleft(reversed(node[:_MAX_NODES]))
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[key] for key in _NESTED if isinstance(node.get(key), list | dict))


def _read(source: str) -> object:
    """The value that `source` writes down, mended where it must be; None if it cannot be read."""
    if len(source) > _MAX_CHARS:
        return None
    for mend in (_as_it_is, _mended):
        try:
            value: object = json.loads(mend(source), strict=False)
        except (ValueError, RecursionError):
            continue
        return value
    return None


def _as_it_is(source: str) -> str:
    return source


def _mended(source: str) -> str:
    """`source` without what stands around the JSON, without loose commas, its entities read."""
    text = _WRAPPED.sub("", _WRAPPING.sub("", source).rstrip())
    if "&quot;" in text and '"' not in text:
        text = unescape(text)
    return _LOOSE_COMMA.sub("", text)


def _is_any(node: Mapping[str, Any], types: tuple[str, ...]) -> bool:
    stated = node.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return any(str(name).lower().endswith(types) for name in names)


def _string(value: object) -> str | None:
    return unescape(value).strip() or None if isinstance(value, str) else None


def _minutes(duration: object) -> int | None:
    """The minutes of an ISO 8601 duration of minutes ("PT5M"); None for any other value."""
    match = _MINUTES.fullmatch(duration.strip()) if isinstance(duration, str) else None
    return (int(match[1]) or None) if match else None


def _boolean(value: object) -> bool | None:
    """Publishers write true and "True" in equal numbers."""
    return {"true": True, "false": False}.get(str(value).strip().lower())


def _values(value: object, *keys: str) -> Iterator[str]:
    """The strings in `value`: itself, its items, or what stands under the first of `keys`."""
    for item in value[:50] if isinstance(value, list) else [value]:
        found = item
        if isinstance(item, dict):
            found = next((item[key] for key in keys if item.get(key)), None)
        if isinstance(found, list):
            found = ", ".join(name for name in found if isinstance(name, str))
        if text := _string(found):
            yield text

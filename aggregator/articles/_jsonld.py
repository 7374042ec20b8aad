"""What a page's JSON-LD (schema.org) says about its article."""

from __future__ import annotations

import contextlib
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

_MAX_CHARS = 500_000
_MAX_NODES = 2_000
_ARTICLE_TYPES = ("article", "posting", "report", "review", "newsstory", "recipe")
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement")


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """The article that JSON-LD describes; every field may be empty."""

    headline: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    image: str | None = None
    body: str | None = None


def read_article(tree: HtmlElement) -> LinkedArticle:
    """The first article that the scripts of `tree` describe; broken scripts are passed over."""
    nodes = list(_nodes(tree))
    named = {str(node["@id"]): node for node in nodes if "@id" in node and "name" in node}
    for node in nodes:
        if _is_article(node):
            author = node.get("author") or node.get("creator")
            if isinstance(author, dict) and "name" not in author:
                author = named.get(str(author.get("@id")))
            return LinkedArticle(
                headline=_string(node.get("headline") or node.get("name")),
                authors=tuple(dict.fromkeys(_values(author, "name"))),
                published=_string(node.get("datePublished")),
                image=next(_values(node.get("image"), "url", "contentUrl"), None),
                body=_string(node.get("articleBody")),
            )
    return LinkedArticle()


def _nodes(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    """The objects that may be an article or name its author, at most `_MAX_NODES` values deep."""
    waiting = deque(_documents(tree))
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.popleft()
        if isinstance(node, list):
            waiting.extendleft(reversed(node[:_MAX_NODES]))
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[key] for key in _NESTED if isinstance(node.get(key), list | dict))


def _documents(tree: HtmlElement) -> Iterator[object]:
    for script in tree.iter("script"):
        source = script.text or ""
        if "ld+json" not in (script.get("type") or "").lower() or len(source) > _MAX_CHARS:
            continue
        with contextlib.suppress(ValueError, RecursionError):
            yield json.loads(source, strict=False)


def _is_article(node: Mapping[str, Any]) -> bool:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(str(name).lower().endswith(_ARTICLE_TYPES) for name in names)


def _string(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


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

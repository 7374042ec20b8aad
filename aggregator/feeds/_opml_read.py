"""Subscription lists (OPML) as other readers write them, broken ones included."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from aggregator.errors import FeedError
from aggregator.feeds._decode import decode
from aggregator.feeds._document import open_document
from aggregator.feeds._fields import once
from aggregator.model import FeedSpec, FullText
from aggregator.text import collapse_whitespace
from aggregator.urls import resolve

NAMESPACE = "urn:feed-aggregator-archive:opml:1"
"""Of the attributes in which `write_opml` keeps what OPML has no word for."""

OWN_NAMES = ("interval", "fullText", "enabled", "name", "tags")
"""Local names of those attributes; ``interval`` is on every feed that we wrote."""

_MAX_DEPTH = 32
_MAX_OUTLINES = 100_000
_MAX_ATTRIBUTES = 100  # lxml needs the square of their number to read all; lists have about ten
# An ampersand that begins no reference of XML: the commonest fault of exported lists.
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)(\w{1,32};)?")
# "feed://host/" means http, "feed:https://host/" what follows: both are no schemes of the web.
_FEED_SCHEME = re.compile(r"feed:(?://)?(?:(?=https?:)|(?P<bare>(?<=//)))", re.IGNORECASE)
_INTERVAL = re.compile(r"[1-9]\d{0,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class OpmlImport:
    """What a subscription list holds, each outline with an address told of once.

    `duplicates` are addresses that came again (their tags went to the first), `rejected` pairs an
    address with the reason why it cannot be a feed's.
    """

    feeds: tuple[FeedSpec, ...]
    duplicates: tuple[str, ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()


def read_opml(document: bytes) -> OpmlImport:
    """Every feed in `document`: any element with an ``xmlUrl``, whatever its type or place.

    Tags are the names of the folders around it and its categories. Broken XML is read as far as it
    goes. Raises FeedError if it is neither OPML nor has a feed in it.
    """
    opened = open_document(decode(document).text)
    text = _AMPERSAND.sub(_escape, opened.text)
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, encoding="utf-8"
    )
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    feeds: dict[str, FeedSpec] = {}
    duplicates: list[str] = []
    rejected: list[tuple[str, str]] = []
    for number, (outline, folders) in enumerate(_iter_outlines(root), start=1):
        if number > _MAX_OUTLINES:
            rejected.append((outline["xmlurl"], f"after the first {_MAX_OUTLINES} feeds"))
            break
        spec = _read_outline(outline, folders)
        if spec is None:
            rejected.append((outline["xmlurl"], "no http or https address"))
        elif first := feeds.get(spec.url):
            duplicates.append(spec.url)
            feeds[spec.url] = replace(first, tags=once((*first.tags, *spec.tags)))
        else:
            feeds[spec.url] = spec
    if not feeds and not rejected and opened.root != "opml":
        raise FeedError(f"no OPML and without feeds: its root element is <{opened.root[:40]}>")
    return OpmlImport(tuple(feeds.values()), tuple(duplicates), tuple(rejected))


def split_categories(category: str) -> tuple[str, ...]:
    """The tags in a ``category``: a comma list, of which each part may be a path.

    >>> split_categories("/Tech/Python, News")
    ('Tech', 'Python', 'News')
    """
    return once(collapse_whitespace(part) for part in re.split("[,/]", category))


def _escape(ampersand: re.Match[str]) -> str:
    """A named character of HTML as itself, any other ampersand as one that was meant."""
    return html.escape(html.unescape(ampersand.group()), quote=True)


def _iter_outlines(root: etree._Element | None) -> Iterator[tuple[dict[str, str], list[str]]]:
    """The attributes of each element with an address, and the names of the folders around it."""
    folders: list[str] = []
    if root is None:
        return
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            folders.pop()
            continue
        attributes = _read_attributes(element)
        is_feed = bool(attributes.get("xmlurl"))
        if is_feed:
            yield attributes, [name for name in folders if name][:_MAX_DEPTH]
        folders.append("" if is_feed else attributes.get("text") or attributes.get("title") or "")


def _read_attributes(element: etree._Element) -> dict[str, str]:
    """Foreign attributes by lower-case name and trimmed; ours by full name and exact."""
    attributes: dict[str, str] = {}
    for key in element.keys()[:_MAX_ATTRIBUTES]:
        name, text = str(key), str(element.get(key, ""))
        if name.startswith(f"{{{NAMESPACE}}}"):
            attributes[name] = text
        else:
            attributes.setdefault(name.rpartition("}")[2].lower(), collapse_whitespace(text))
    return attributes


def _read_outline(outline: dict[str, str], folders: list[str]) -> FeedSpec | None:
    address = outline["xmlurl"]
    if scheme := _FEED_SCHEME.match(address):
        rest = address[scheme.end() :]
        address = rest if scheme["bare"] is None else f"http://{rest}"
    url = resolve(None, address)
    if url is None:
        return None
    tags = once((*folders, *split_categories(outline.get("category", ""))))
    own = {name: outline.get(f"{{{NAMESPACE}}}{name}") for name in OWN_NAMES}
    interval = own["interval"] or ""
    if not _INTERVAL.fullmatch(interval):  # not written by us: the title is all there is
        name = outline.get("title") or outline.get("text")
        return FeedSpec(
            url=url, name=name if name not in {"", outline["xmlurl"]} else None, tags=tags
        )
    full_text = own["fullText"]
    return FeedSpec(
        url=url,
        name=own["name"],
        tags=_read_tags(own["tags"]) if own["tags"] else tags,
        is_enabled=own["enabled"] != "false",
        interval_s=int(interval),
        full_text=FullText(full_text) if full_text in set(FullText) else FullText.AUTO,
    )


def _read_tags(listed: str) -> tuple[str, ...]:
    try:
        tags = json.loads(listed)
    except (ValueError, RecursionError):
        return ()
    return tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()

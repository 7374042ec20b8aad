"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read so that no item can spoil its neighbours."""

from __future__ import annotations

import json
import re

from aggregator.errors import FeedError
from aggregator.feeds._dates import parse_date
from aggregator.feeds._decode import Decoded
from aggregator.feeds._fields import Fields, dicts_of, length_of, line_of, once, text_of
from aggregator.feeds._plain import html_from_plain
from aggregator.model import Enclosure, Entry, ParsedFeed
from aggregator.urls import resolve

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.(\d))?/?", re.IGNORECASE)


def parse_json(decoded: Decoded, url: str | None) -> ParsedFeed:
    """The JSON Feed in `decoded`, its entries without keys; raises FeedError if it is none."""
    feed, items = _load(decoded.text)
    authors = _read_authors(feed)
    entries = [_read_item(item, url, authors) for item in items if isinstance(item, dict)]
    warnings = list(decoded.warnings)
    if skipped := len(items) - len(entries):
        warnings.append(f"{skipped} of {len(items)} items are no JSON objects and were left out")
    version = _VERSION.fullmatch(line_of(feed, "version") or "")
    return ParsedFeed(
        format=f"json1{version.group(1) or 0}" if version else "json",
        path="json",
        encoding=decoded.encoding,
        entries=tuple(entries),
        title=line_of(feed, "title"),
        url=resolve(url, text_of(feed, "home_page_url")),
        description=line_of(feed, "description"),
        language=line_of(feed, "language"),
        warnings=tuple(warnings),
    )


def _load(text: str) -> tuple[Fields, list[object]]:
    """The feed and its items. Numbers stay as they were written: 1.10 and 1.1 are two ids."""
    try:
        feed = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise FeedError(f"JSON that cannot be read: {error}", looks_like="json") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    is_named = isinstance(feed, dict) and (
        "jsonfeed.org/version/" in (text_of(feed, "version") or "")
        or bool(text_of(feed, "home_page_url") or text_of(feed, "feed_url"))
    )
    if not is_named or not isinstance(items, list | None):
        raise FeedError("JSON, but not a JSON Feed (jsonfeed.org)", looks_like="json")
    return feed, items or []


def _read_item(item: Fields, url: str | None, feed_authors: tuple[str, ...]) -> Entry:
    markup, plain = text_of(item, "content_html"), text_of(item, "content_text")
    summary = text_of(item, "summary")
    published_raw = text_of(item, "date_published")
    return Entry(
        key="",
        content_hash="",
        guid=text_of(item, "id"),
        url=resolve(url, text_of(item, "url")) or resolve(url, text_of(item, "external_url")),
        title=line_of(item, "title"),
        summary=html_from_plain(summary) if summary else None,
        content=markup or (html_from_plain(plain) if plain else None),
        authors=_read_authors(item) or feed_authors,
        tags=_read_tags(item),
        published_at=parse_date(published_raw),
        updated_at=parse_date(text_of(item, "date_modified")),
        published_raw=published_raw,
        language=line_of(item, "language"),
        enclosures=_read_attachments(item, url),
        base_url=url,
    )


def _read_authors(fields: Fields) -> tuple[str, ...]:
    """Names from ``authors`` (1.1) and ``author`` (1.0)."""
    author = fields.get("author")
    people = [*dicts_of(fields, "authors"), *([author] if isinstance(author, dict) else [])]
    return once(line_of(person, "name") for person in people)


def _read_tags(item: Fields) -> tuple[str, ...]:
    tags = item.get("tags")
    return once(line_of({"tag": tag}, "tag") for tag in tags) if isinstance(tags, list) else ()


def _read_attachments(item: Fields, url: str | None) -> tuple[Enclosure, ...]:
    return once(
        Enclosure(
            address,
            line_of(attachment, "mime_type"),
            length_of(attachment, "size_in_bytes"),
        )
        for attachment in dicts_of(item, "attachments")
        if (address := resolve(url, text_of(attachment, "url")))
    )

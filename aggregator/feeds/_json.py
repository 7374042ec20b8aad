"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read so that no item can spoil its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aggregator.errors import FeedError
from aggregator.feeds._fields import (
    Fields,
    dicts_of,
    length_of,
    line_of,
    once,
    seconds_of,
    text_of,
)
from aggregator.feeds._json_load import load_json
from aggregator.feeds._plain import html_from_plain
from aggregator.feeds.content._entry import MAX_ENTRIES, MAX_INHERITED_AUTHORS
from aggregator.feeds.content._media import join_files
from aggregator.feeds.content._people import split_person
from aggregator.feeds.dates import parse_date
from aggregator.feeds.document._decode import Decoded
from aggregator.model import (
    Enclosure,
    Entry,
    Extras,
    FeedLinks,
    ParsedFeed,
    Person,
    RelatedLink,
)
from aggregator.urls import resolve

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.(\d))?/?", re.IGNORECASE)
_NAME = "jsonfeed.org/version/"
_BODIES = frozenset({"content_html", "content_text"})  # names that no other format has
_NOTHING = Extras()


def parse_json(decoded: Decoded, url: str | None) -> ParsedFeed:
    """The JSON Feed in `decoded`, its entries without keys; raises FeedError if it is none."""
    loaded = load_json(decoded.text)
    feed = loaded.value
    if not isinstance(feed, dict) or not _is_feed(feed):
        raise FeedError("JSON, but not a JSON Feed (jsonfeed.org)", looks_like="json")
    items, warnings = _read_items(feed)
    authors = _read_authors(feed)[:MAX_INHERITED_AUTHORS]
    version = _VERSION.fullmatch(line_of(feed, "version") or "")
    return ParsedFeed(
        format=f"json1{version.group(1) or 0}" if version else "json",
        path="json",
        encoding=decoded.encoding,
        entries=tuple(_read_item(item, url, authors) for item in items),
        title=line_of(feed, "title"),
        url=resolve(url, text_of(feed, "home_page_url")),
        description=line_of(feed, "description"),
        language=line_of(feed, "language"),
        warnings=(*decoded.warnings, *loaded.warnings, *warnings),
        links=_read_links(feed, url),
        extras=Extras(
            images=_addresses(feed, url, "icon", "favicon"),
            people=_read_people(feed, url),
            is_finished=True if feed.get("expired") is True else None,
        ),
    )


def _is_feed(feed: Fields) -> bool:
    """Whether it says that it is one, or has items and says whose, or has items with bodies."""
    if _NAME in (text_of(feed, "version") or ""):
        return True
    if text_of(feed, "home_page_url") or text_of(feed, "feed_url"):
        return isinstance(feed.get("items"), list | None)
    return any(not _BODIES.isdisjoint(item) for item in dicts_of(feed, "items"))


def _read_items(feed: Fields) -> tuple[list[Fields], list[str]]:
    """The items that are objects; also those of an object with one under each name."""
    found = feed.get("items")
    warnings: list[str] = []
    if found is not None and not isinstance(found, list):
        warnings.append("its items are no list")
        found = [*found.values()] if isinstance(found, dict) else []
    items = [item for item in found or [] if isinstance(item, dict)]
    if skipped := len(found or []) - len(items):
        count = len(items) + skipped
        warnings.append(f"{skipped} of {count} items are no JSON objects and were left out")
    if len(items) > MAX_ENTRIES:
        warnings.append(f"{len(items) - MAX_ENTRIES} items above {MAX_ENTRIES} were left out")
        items.sort(key=_find_instant, reverse=True)
    return items[:MAX_ENTRIES], warnings


def _find_instant(item: Fields) -> float:
    """When an item was published, as a number; those that do not say so come last."""
    stated_at = parse_date(text_of(item, "date_published"))
    return stated_at.timestamp() if stated_at else float("-inf")


def _read_item(item: Fields, url: str | None, feed_authors: tuple[str, ...]) -> Entry:
    markup, plain = text_of(item, "content_html"), text_of(item, "content_text")
    summary = text_of(item, "summary")
    published_raw = text_of(item, "date_published")
    own, external = (resolve(url, text_of(item, name)) for name in ("url", "external_url"))
    return Entry(
        key="",
        content_hash="",
        guid=text_of(item, "id"),
        url=own or external,
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
        extras=_read_extras(item, url, external if own and external != own else None),
    )


def _read_extras(item: Fields, url: str | None, external: str | None) -> Extras:
    images = _addresses(item, url, "image", "banner_image")
    people = _read_people(item, url)
    if not images and not people and not external:
        return _NOTHING
    related = (RelatedLink(external, "related"),) if external else ()
    return Extras(images=images, people=people, related=related)


def _addresses(fields: Fields, url: str | None, *names: str) -> tuple[str, ...]:
    return once(resolve(url, text_of(fields, name)) for name in names)


def _read_links(feed: Fields, url: str | None) -> FeedLinks:
    return FeedLinks(
        self_url=resolve(url, text_of(feed, "feed_url")),
        hubs=once(resolve(url, text_of(hub, "url")) for hub in dicts_of(feed, "hubs")),
        next_url=resolve(url, text_of(feed, "next_url")),
    )


def _people_of(fields: Fields) -> Iterator[Fields]:
    """The objects under ``authors`` (1.1) and ``author`` (1.0); a text there is a name."""
    for name in ("authors", "author"):
        found = fields.get(name)
        for person in found if isinstance(found, list) else [found]:
            if isinstance(person, dict):
                yield person
            elif isinstance(person, str):
                yield {"name": person}


def _read_authors(fields: Fields) -> tuple[str, ...]:
    """The names of the authors; a mail address only where nobody has one."""
    people = [split_person(line_of(person, "name") or "") for person in _people_of(fields)]
    return once(name for name, _ in people) or once(mail for _, mail in people)


def _read_people(fields: Fields, url: str | None) -> tuple[Person, ...]:
    """The authors of whom more than the name is known."""
    return once(
        Person(name, "author", page, picture)
        for person in _people_of(fields)
        if (name := split_person(line_of(person, "name") or "")[0])
        and any(
            (
                page := resolve(url, text_of(person, "url")),
                picture := resolve(url, text_of(person, "avatar")),
            )
        )
    )


def _read_tags(item: Fields) -> tuple[str, ...]:
    tags = item.get("tags")
    if isinstance(tags, str):
        tags = tags.split(",")
    return once(line_of({"tag": tag}, "tag") for tag in tags) if isinstance(tags, list) else ()


def _attachments_of(item: Fields) -> list[Fields]:
    """The objects under ``attachments``; also one that stands there without a list."""
    found = item.get("attachments")
    return [found] if isinstance(found, dict) else dicts_of(item, "attachments")


def _read_attachments(item: Fields, url: str | None) -> tuple[Enclosure, ...]:
    return join_files(
        Enclosure(
            address,
            line_of(attachment, "mime_type"),
            length_of(attachment, "size_in_bytes"),
            line_of(attachment, "title"),
            duration_s=seconds_of(attachment, "duration_in_seconds"),
        )
        for attachment in _attachments_of(item)
        if (address := resolve(url, text_of(attachment, "url")))
    )

"""A digest as OPML 2.0: a folder per feed, its subscription first, then its articles.

Articles are outlines of a type of our own, never ``link`` and never inside the subscription:
newsboat subscribes to links, and sfeed loses a feed that has children. Source:
http://opml.org/spec2.opml.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from aggregator.digest._choose import Digest
from aggregator.digest._fields import (
    SCHEMA_URL,
    UNTITLED,
    distinct_lines,
    feed_title,
    feed_url,
    item_id,
    item_title,
    item_url,
    line,
    rfc822,
    summary,
    web_url,
)
from aggregator.model import ArchivedEntry, Feed

_SPECIFICATION = "http://opml.org/spec2.opml"


def to_opml(digest: Digest) -> bytes:
    """`digest` as an OPML 2.0 document in UTF-8; equal digests, equal bytes.

    A digest without entries has one outline that says so, for a body must not be empty.
    """
    root = Element("opml", {"version": "2.0", "xmlns:agg": SCHEMA_URL})
    head = SubElement(root, "head")
    SubElement(head, "title").text = line(digest.title)
    SubElement(head, "dateCreated").text = rfc822(digest.until)
    SubElement(head, "docs").text = _SPECIFICATION
    body = SubElement(root, "body")
    by_feed: defaultdict[int, list[ArchivedEntry]] = defaultdict(list)
    for archived in digest.entries:
        by_feed[archived.feed.id].append(archived)
    for feed in digest.feeds:
        _add_folder(body, feed, by_feed[feed.id])
    if not digest.feeds:
        _add_outline(body, {"text": "No new articles"})
    indent(root, space=" ")
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _add_folder(body: Element, feed: Feed, entries: Iterable[ArchivedEntry]) -> None:
    title = feed_title(feed)
    folder = _add_outline(body, {"text": title})
    _add_outline(
        folder,
        {
            "text": title,
            "title": title,
            "type": "rss",
            "xmlUrl": feed_url(feed),
            "htmlUrl": web_url(feed.site_url),
            "category": _category(feed.tags),
        },
    )
    for archived in entries:
        _add_article(folder, archived)


def _add_article(folder: Element, archived: ArchivedEntry) -> None:
    lead, url = summary(archived), item_url(archived)
    outline = _add_outline(
        folder,
        {
            "text": item_title(archived) or lead or url or UNTITLED,
            "type": "article",
            "htmlUrl": url,
            "created": rfc822(archived.sort_at),
            "category": _category(archived.entry.tags),
            "agg:id": item_id(archived),
            "agg:readMinutes": str(archived.article.read_minutes),
            "agg:words": str(archived.article.word_count),
            "agg:lead": lead,
        },
    )
    for section in archived.article.sections:
        number = str(section.position)
        heading = line(section.heading) or f"Section {number}"
        _add_outline(outline, {"text": heading, "type": "section", "agg:n": number})


def _add_outline(parent: Element, attributes: dict[str, str | None]) -> Element:
    known = {name: value for name, value in attributes.items() if value}
    return SubElement(parent, "outline", known)


def _category(tags: Iterable[str]) -> str:
    # A comma ends a category and a slash makes it a path, so neither may stand in a tag.
    return ",".join(distinct_lines(tag.replace(",", " ").replace("/", " ") for tag in tags))

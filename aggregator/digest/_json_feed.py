"""A digest as JSON Feed 1.1, with what the format has no word for under ``_aggregator``.

Source: https://www.jsonfeed.org/version/1.1/.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from typing import Any

from aggregator.digest._choose import Digest
from aggregator.digest._fields import (
    SCHEMA,
    SCHEMA_URL,
    UNTITLED,
    distinct_lines,
    feed_title,
    feed_url,
    item_id,
    item_title,
    item_url,
    language_tag,
    line,
    markup,
    passage,
    rfc3339,
    summary,
    web_url,
)
from aggregator.model import ArchivedEntry, Article, Enclosure, Entry, Section

_VERSION = "https://jsonfeed.org/version/1.1"
_UNKNOWN_MEDIA_TYPE = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", re.ASCII)

# JSON objects; their keys stand in the order in which they are written.
_Object = dict[str, Any]


def to_json_feed(digest: Digest) -> bytes:
    """`digest` as a JSON Feed 1.1 document in UTF-8, on one line; equal digests, equal bytes."""
    document = {
        "version": _VERSION,
        "title": line(digest.title),
        "_aggregator": _about_digest(digest),
        "items": [_item(archived) for archived in digest.entries],
    }
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"{text}\n".encode()


def _about_digest(digest: Digest) -> _Object:
    articles = Counter(archived.feed.id for archived in digest.entries)
    return {
        "about": SCHEMA_URL,
        "schema": SCHEMA,
        "since": rfc3339(digest.since),
        "until": rfc3339(digest.until),
        "query": line(digest.query) or None,
        "articles": len(digest.entries),
        "read_minutes": digest.read_minutes,
        "feeds": [
            {
                "title": feed_title(feed),
                "xml_url": feed_url(feed),
                "html_url": web_url(feed.site_url),
                "articles": articles[feed.id],
            }
            for feed in digest.feeds
        ],
    }


def _item(archived: ArchivedEntry) -> _Object:
    entry, article = archived.entry, archived.article
    fields = {
        "id": item_id(archived),
        "url": item_url(archived),
        "title": item_title(archived),
        "summary": summary(archived),
        **_content(archived),
        "image": web_url(article.image, article.url) or _picture(entry),
        "date_published": rfc3339(archived.sort_at),
        "date_modified": _modified(entry, article),
        "authors": [{"name": name} for name in _authors(entry, article)],
        "tags": distinct_lines(entry.tags),
        "language": language_tag(article.language, entry.language),
        "attachments": _attachments(entry),
    }
    # The format has no null and no empty value: what is not known is not there.
    present = {name: value for name, value in fields.items() if value}
    return {**present, "_aggregator": _about_item(archived)}


def _content(archived: ArchivedEntry) -> _Object:
    article = archived.article
    parts = [markup(article.lead_html)]
    for section in article.sections:
        parts += [_heading(section), markup(section.html)]
    content = "\n".join(part for part in parts if part)
    if content.strip():
        return {"content_html": content}
    # An item must have content, and an entry that is only a title has no HTML.
    return {"content_text": item_title(archived) or item_url(archived) or UNTITLED}


def _heading(section: Section) -> str:
    heading = html.escape(line(section.heading), quote=False)
    # The title of an item is its h1; a page's own levels are kept below it.
    level = min(max(section.level, 2), 6)
    return f"<h{level}>{heading}</h{level}>" if heading else ""


def _modified(entry: Entry, article: Article) -> str | None:
    modified_at = entry.updated_at or article.modified_at
    return rfc3339(modified_at) if modified_at else None


def _authors(entry: Entry, article: Article) -> list[str]:
    return distinct_lines(entry.authors) or distinct_lines([article.byline])


def _picture(entry: Entry) -> str | None:
    return next(filter(None, (web_url(url, entry.base_url) for url in entry.extras.images)), None)


def _attachments(entry: Entry) -> list[_Object]:
    files = (each for each in entry.enclosures if each.medium != "image")
    found = ((web_url(each.url, entry.base_url), each) for each in files)
    return [_attachment(url, enclosure) for url, enclosure in found if url]


def _attachment(url: str, enclosure: Enclosure) -> _Object:
    media_type = line(enclosure.media_type).lower()
    attachment: _Object = {
        "url": url,
        "mime_type": media_type if _MEDIA_TYPE.fullmatch(media_type) else _UNKNOWN_MEDIA_TYPE,
    }
    if title := line(enclosure.title):
        attachment["title"] = title
    if enclosure.length_bytes is not None and enclosure.length_bytes > 0:
        attachment["size_in_bytes"] = enclosure.length_bytes
    if enclosure.duration_s is not None and enclosure.duration_s >= 1:
        attachment["duration_in_seconds"] = round(enclosure.duration_s)
    return attachment


def _about_item(archived: ArchivedEntry) -> _Object:
    article = archived.article
    return {
        "id": archived.id,
        "feed": feed_title(archived.feed),
        "headline": line(article.headline) or None,
        "direction": line(article.direction) or None,
        "read_minutes": article.read_minutes,
        "words": article.word_count,
        "lead": passage(article.lead),
        "sections": [
            {
                "n": section.position,
                "level": section.level,
                "heading": line(section.heading),
                "anchor": line(section.anchor) or None,
                "is_pseudo": section.is_pseudo,
                "text": passage(section.text),
            }
            for section in article.sections
        ],
        "provenance": _provenance(archived),
    }


def _provenance(archived: ArchivedEntry) -> _Object:
    article = archived.article
    return {
        "feed_url": feed_url(archived.feed),
        "entry_key": line(archived.entry.key),
        "first_seen_at": rfc3339(archived.first_seen_at),
        "content_hash": line(archived.entry.content_hash),
        "method": line(article.method),
        "page_kind": article.page_kind.value if article.page_kind else None,
        "confidence": round(article.confidence, 3),
        "revisions": archived.revision_count,
    }

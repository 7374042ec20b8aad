"""One entry of an RSS, RDF, Atom or CDF feed, from feedparser's dictionary to a value of ours."""

from __future__ import annotations

from aggregator.feeds._fields import Fields, line_of, text_of
from aggregator.feeds.content._extras import read_extras
from aggregator.feeds.content._feed_level import read_tags
from aggregator.feeds.content._links import choose_link, find_comments
from aggregator.feeds.content._media import read_enclosures
from aggregator.feeds.content._people import read_authors
from aggregator.feeds.content._texts import (
    choose_content,
    choose_title,
    detail_of,
    read_texts,
)
from aggregator.feeds.dates import parse_date
from aggregator.model import Entry
from aggregator.urls import resolve

MAX_ENTRIES = 20_000
"""Of one document that is not read in portions; the others are not read. So many cost a second or
two, and the largest of 106 real feeds had 1,046."""

MAX_INHERITED_AUTHORS = 50
"""Of a feed, for each entry that has none: all entries times all authors would be the square."""


def read_entry(
    item: Fields, url: str | None, *, is_atom: bool, feed_authors: tuple[str, ...]
) -> Entry:
    """The entry in `item`, without key and hash; Atom's entries inherit `feed_authors`."""
    content, summary_detail = choose_content(item), detail_of(item, "summary")
    base = text_of(content, "base") or text_of(summary_detail, "base") or text_of(item, "our_base")
    base_url = (resolve(url, base) if base else None) or url
    summary, body = read_texts(item, summary_detail, content)
    updated_raw = text_of(item, "updated")
    published_raw = text_of(item, "published") or text_of(item, "created")
    if not is_atom:  # RSS has no other date: dc:date, which comes as "updated", is publication
        published_raw = published_raw or updated_raw
    guid = text_of(item, "id")
    enclosures = read_enclosures(item, base_url)
    return Entry(
        key="",
        content_hash="",
        guid=guid,
        url=choose_link(item, url, guid),
        title=choose_title(item, is_atom=is_atom),
        summary=summary,
        content=body,
        authors=read_authors(item) or _read_source_authors(item) or feed_authors,
        tags=read_tags(item),
        published_at=parse_date(published_raw),
        updated_at=parse_date(updated_raw),
        published_raw=published_raw,
        language=_find_language(item, content),
        comments_url=find_comments(item, url),
        enclosures=enclosures,
        base_url=base_url,
        extras=read_extras(item, enclosures, url, base_url),
    )


def _read_source_authors(item: Fields) -> tuple[str, ...]:
    """The authors of the feed that an Atom entry was copied from (RFC 4287, section 4.2.1)."""
    source = dict.get(item, "source")
    return read_authors(source) if isinstance(source, dict) else ()


def _find_language(item: Fields, content: Fields) -> str | None:
    return (
        line_of(item, "language")
        or line_of(content, "language")
        or line_of(detail_of(item, "title"), "language")
    )

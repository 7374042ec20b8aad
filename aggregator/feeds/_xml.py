"""RSS, RDF, Atom and CDF through feedparser: its dictionaries come in, values of ours go out.

The only module that imports feedparser. It is told neither to clean HTML nor to resolve the links
in it (3.2 times faster, and the article does both better), and it is not told the feed's address:
it would resolve guids with it. Dates are its raw texts; its parsed ones are silently wrong for one
odd date in five.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import feedparser
from feedparser import api

from aggregator.errors import FeedError
from aggregator.feeds import _sax
from aggregator.feeds._dates import parse_date
from aggregator.feeds._decode import Decoded
from aggregator.feeds._document import Document, open_document
from aggregator.feeds._fields import Fields, dicts_of, length_of, line_of, once, text_of
from aggregator.feeds._plain import html_from_plain, plain_from_either, plain_from_html
from aggregator.model import Enclosure, Entry, ParsedFeed
from aggregator.text import collapse_whitespace, shorten
from aggregator.urls import resolve

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_OTHER_ROOTS = {"rss": "rss", "feed": "atom", "channel": "cdf", "rdf": "rdf"}
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
# What feedparser lets escape where elements cross in ways that no feed has: an item in a category
# of an item, a link that begins in one entry and ends in another.
_BREAKS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)

_sax.install(api.PREFERRED_XML_PARSERS)


def parse_xml(decoded: Decoded, url: str | None) -> ParsedFeed:
    """The feed in `decoded`, its entries without keys; raises FeedError if there is none."""
    document = open_document(decoded.text)
    result, feed = _run_feedparser(document)
    items = dicts_of(result, "entries")
    name = _name_format(str(result.get("version") or ""), document.root, has_items=bool(items))
    is_atom = name.startswith("atom")
    authors = _read_authors(feed) if is_atom else ()  # RFC 4287, section 4.2.1: inherited
    warnings = list(decoded.warnings)
    if is_loose := bool(result.get("bozo")):
        warnings.append(f"not well-formed: {shorten(str(result.get('bozo_exception')), 200)}")
    return ParsedFeed(
        format=name,
        path="loose" if is_loose else "strict",
        encoding=decoded.encoding,
        entries=tuple(
            _read_entry(item, url, is_atom=is_atom, feed_authors=authors) for item in items
        ),
        title=_read_title(feed, "title", is_atom=is_atom),
        url=_find_alternate(feed, url),
        description=_read_title(feed, "subtitle", is_atom=is_atom),
        language=line_of(feed, "language"),
        warnings=tuple(warnings),
    )


def _run_feedparser(document: Document) -> tuple[Fields, Fields]:
    """The result of feedparser and the feed in it, as plain dictionaries.

    Its own dictionaries warn of old names and answer for names that are not there. Its `bozo` says
    one thing only here, that the loose parser was used: encoding and media type are always right.
    """
    try:
        result = dict(
            feedparser.parse(
                io.BytesIO(document.to_bytes()),
                response_headers=_HEADERS,
                sanitize_html=False,
                resolve_relative_uris=False,
            )
        )
    except _BREAKS as error:
        raise FeedError(f"XML that feedparser cannot follow: {error!r}") from error
    feed = result.get("feed")
    return result, dict(feed) if isinstance(feed, dict) else {}


def _name_format(version: str, root: str, *, has_items: bool) -> str:
    """The short name of the format; FeedError for XML in which nothing says that it is a feed."""
    if root == "rdf" and version.startswith("atom"):  # RSS 1.0 that only declares Atom's namespace
        return "rss10"
    if version:
        return version
    if root in _OTHER_ROOTS and (has_items or root != "rdf"):
        return _OTHER_ROOTS[root]
    raise FeedError(f"XML, but no feed: its root element is <{shorten(root, 40)}>")


def _read_entry(
    item: Fields, url: str | None, *, is_atom: bool, feed_authors: tuple[str, ...]
) -> Entry:
    content, summary_detail = _choose_content(item), _detail(item, "summary")
    base_url = resolve(url, text_of(content, "base") or text_of(summary_detail, "base")) or url
    body = _read_body(content, "value", content)
    updated_raw = text_of(item, "updated")
    published_raw = text_of(item, "published") or text_of(item, "created")
    if not is_atom:  # RSS has no other date: dc:date, which comes as "updated", is publication
        published_raw = published_raw or updated_raw
    return Entry(
        key="",
        content_hash="",
        guid=_read_guid(item),
        url=_choose_link(item, url),
        title=_read_title(item, "title", is_atom=is_atom),
        summary=_read_summary(item, summary_detail, body),
        content=body,
        authors=_read_authors(item) or feed_authors,
        tags=_read_tags(item),
        published_at=parse_date(published_raw),
        updated_at=parse_date(updated_raw),
        published_raw=published_raw,
        language=line_of(content, "language") or line_of(_detail(item, "title"), "language"),
        comments_url=_read_comments(item, url),
        enclosures=_read_enclosures(item, base_url),
        base_url=base_url,
    )


def _detail(fields: Fields, name: str) -> Fields:
    found = fields.get(f"{name}_detail")
    return dict(found) if isinstance(found, dict) else {}


def _read_title(fields: Fields, name: str, *, is_atom: bool) -> str | None:
    """The field `name` as plain text. Atom says what it holds; RSS leaves it to be guessed."""
    text = text_of(fields, name)
    if not text:
        return None
    kind = text_of(_detail(fields, name), "type")
    if kind == "application/xhtml+xml" or (is_atom and kind == "text/html"):
        return plain_from_html(text) or None
    return (collapse_whitespace(text) if is_atom else plain_from_either(text)) or None


def _choose_content(item: Fields) -> Fields:
    """The longest text among the bodies of `item` (an Atom entry may carry pictures as well)."""
    texts = [
        body
        for body in dicts_of(item, "content")
        if (kind := text_of(body, "type") or "").startswith("text/") or kind.endswith("xml")
    ]
    return max(texts, key=lambda body: len(text_of(body, "value") or ""), default={})


def _read_body(fields: Fields, name: str, detail: Fields) -> str | None:
    """The HTML under `name`; plain text is made HTML."""
    text = text_of(fields, name)
    return html_from_plain(text) if text and text_of(detail, "type") == "text/plain" else text


def _read_summary(item: Fields, detail: Fields, body: str | None) -> str | None:
    """The summary, unless it only repeats the body (as feedparser's own does if there is none)."""
    summary = _read_body(item, "summary", detail) if detail or body is None else None
    return summary if summary != body else None


def _read_guid(item: Fields) -> str | None:
    guid = text_of(item, "id")
    return guid.removeprefix(_sax.RAW_ID).strip() or None if guid else None


def _links(item: Fields, relation: str) -> Iterator[Fields]:
    return (link for link in dicts_of(item, "links") if text_of(link, "rel") == relation)


def _find_alternate(fields: Fields, url: str | None) -> str | None:
    """The first page that `fields` stand for, else the first file that they do."""
    found: str | None = None
    for link in _links(fields, "alternate"):
        if address := resolve(url, text_of(link, "href")):
            if (text_of(link, "type") or "text/html") in _HTML_TYPES:
                return address
            found = found or address
    return found


def _choose_link(item: Fields, url: str | None) -> str | None:
    """The page of `item`: its link, its link before a proxy took over, its guid if that is one."""
    return (
        _find_alternate(item, url)
        or resolve(url, text_of(item, "feedburner_origlink"))
        or (resolve(None, _read_guid(item)) if item.get("guidislink") else None)
    )


def _read_comments(item: Fields, url: str | None) -> str | None:
    """RSS's comments page, else Atom's replies that are a page (RFC 4685)."""
    pages = (
        text_of(link, "href")
        for link in _links(item, "replies")
        if text_of(link, "type") in _HTML_TYPES
    )
    return resolve(url, text_of(item, "comments")) or resolve(url, next(pages, None))


def _read_enclosures(item: Fields, base_url: str | None) -> tuple[Enclosure, ...]:
    """The files of `item`; "text/html" is what feedparser says of a link that states no type."""
    return once(
        Enclosure(
            address,
            media_type if (media_type := line_of(link, "type")) != "text/html" else None,
            length_of(link, "length"),
        )
        for link in _links(item, "enclosure")
        if (address := resolve(base_url, text_of(link, "href")))
    )


def _read_authors(fields: Fields) -> tuple[str, ...]:
    return once(
        plain_from_either(name)
        for author in dicts_of(fields, "authors")
        if (name := text_of(author, "name"))
    )


def _read_tags(item: Fields) -> tuple[str, ...]:
    return once(
        plain_from_either(tag)
        for fields in dicts_of(item, "tags")
        if (tag := text_of(fields, "label") or text_of(fields, "term"))
    )

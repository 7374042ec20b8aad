"""Our feeds as OPML 2.0, readable by every reader and, by ours, without loss."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime

from lxml import etree

from aggregator.feeds.opml._own import NAMESPACE, drop_forbidden, own_attributes
from aggregator.feeds.opml._read import split_categories
from aggregator.model import Feed
from aggregator.text import collapse_whitespace, strip_unsafe
from aggregator.urls import without_credentials

_MAX_DEPTH = 32  # of folders; as deep as they are read


def write_opml(feeds: Iterable[Feed], *, title: str, created_at: datetime) -> bytes:
    """`feeds` as one OPML document: the same bytes for the same arguments.

    Each stands in the folder of its first tag, or at the top if it has none, and names all of its
    tags in ``category``; a tag with slashes is a folder in a folder. What OPML has no word for
    stands in attributes of `NAMESPACE`. User names and passwords are left out of addresses. OPML
    asks for at least one outline, so no feeds at all give one that says so.
    """
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"aggregator": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _shown(title)
    stamp = format_datetime(created_at.astimezone(UTC), usegmt=True)
    etree.SubElement(head, "dateCreated").text = stamp
    body = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): body}
    for feed in feeds:
        parent = _folder(folders, _path(feed.tags[0]) if feed.tags else ())
        etree.SubElement(parent, "outline", _attributes(feed))
    if len(body) == 0:
        etree.SubElement(body, "outline", {"text": "No feeds"})
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _path(tag: str) -> tuple[str, ...]:
    """The names of the folders that `tag` means, the outermost first."""
    parts = (collapse_whitespace(part) for part in _shown(tag).split("/"))
    return tuple(filter(None, parts))[:_MAX_DEPTH]


def _shown(text: str) -> str:
    """`text` without what cannot be written, and what would reorder a line or move a cursor."""
    return strip_unsafe(drop_forbidden(text))


def _folder(
    folders: dict[tuple[str, ...], etree._Element], path: tuple[str, ...]
) -> etree._Element:
    """The folder at `path`, made with those around it if it is not there yet."""
    for depth, name in enumerate(path):
        inner = path[: depth + 1]
        if inner not in folders:
            names = {"text": name, "title": name}
            folders[inner] = etree.SubElement(folders[path[:depth]], "outline", names)
    return folders[path]


def _attributes(feed: Feed) -> dict[str, str]:
    address = drop_forbidden(without_credentials(feed.url))
    name = _shown(feed.display_title) or address
    attributes = {"text": name, "title": name, "type": "rss", "xmlUrl": address}
    if feed.site_url:
        attributes["htmlUrl"] = drop_forbidden(without_credentials(feed.site_url))
    if feed.tags:
        attributes["category"] = _shown(",".join(feed.tags))
    # Read again, folders are tags as well: of "a/b" as the first tag these are "a" and "b".
    read = (*_path(feed.tags[0]), *split_categories(attributes["category"])) if feed.tags else ()
    own = own_attributes(feed, are_tags_kept=tuple(dict.fromkeys(read)) == feed.tags)
    return attributes | {f"{{{NAMESPACE}}}{local}": text for local, text in own.items()}

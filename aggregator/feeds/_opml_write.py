"""Our feeds as OPML 2.0, readable by every reader and, by ours, without loss."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime

from lxml import etree

from aggregator.feeds._opml_read import NAMESPACE, split_categories
from aggregator.model import Feed
from aggregator.urls import without_credentials

# What XML 1.0 cannot hold, not even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_opml(feeds: Iterable[Feed], *, title: str, created_at: datetime) -> bytes:
    """`feeds` as one OPML document: the same bytes for the same arguments.

    Each stands in the folder of its first tag, or at the top if it has none, and names all of its
    tags in ``category``. What OPML has no word for stands in attributes of `NAMESPACE`. User names
    and passwords are left out of addresses. OPML asks for at least one outline, so no feeds at all
    give one that says so.
    """
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"aggregator": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _clean(title)
    stamp = format_datetime(created_at.astimezone(UTC), usegmt=True)
    etree.SubElement(head, "dateCreated").text = stamp
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for feed in feeds:
        parent = body
        if feed.tags and (name := _clean(feed.tags[0])):
            if name not in folders:
                folders[name] = etree.SubElement(body, "outline", {"text": name, "title": name})
            parent = folders[name]
        etree.SubElement(parent, "outline", _attributes(feed))
    if len(body) == 0:
        etree.SubElement(body, "outline", {"text": "No feeds"})
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _attributes(feed: Feed) -> dict[str, str]:
    name = _clean(feed.display_title)
    url = without_credentials(feed.url)
    attributes = {"text": name, "title": name, "type": "rss", "xmlUrl": _clean(url)}
    if feed.site_url:
        attributes["htmlUrl"] = _clean(without_credentials(feed.site_url))
    if feed.tags:
        attributes["category"] = _clean(",".join(feed.tags))
        if split_categories(attributes["category"]) != feed.tags:
            attributes[_own("tags")] = json.dumps(feed.tags)
    attributes[_own("interval")] = str(feed.interval_s)
    attributes[_own("fullText")] = feed.full_text.value
    if not feed.is_enabled:
        attributes[_own("enabled")] = "false"
    if feed.name is not None:
        attributes[_own("name")] = _clean(feed.name)
    return attributes


def _own(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)

"""Subscription lists (OPML) as other readers write them, broken ones included."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice

from aggregator.errors import FeedError
from aggregator.feeds._fields import once
from aggregator.feeds.document._decode import decode
from aggregator.feeds.opml._foreign import apply_foreign, find_scraper
from aggregator.feeds.opml._lines import INVISIBLE, is_line_list, iter_lines
from aggregator.feeds.opml._outlines import Outline, iter_outlines
from aggregator.feeds.opml._own import read_own
from aggregator.model import FeedSpec
from aggregator.text import collapse_whitespace
from aggregator.urls import resolve

MAX_FEEDS = 100_000
"""Of one list; no reader of feeds takes more."""

_MAX_TAGS = 100  # of one feed, but for those that we wrote
_ZIP_MAGIC = b"PK\x03\x04"
# "feed://host/" means http, "feed:https://host/" what follows: both are no schemes of the web.
_FEED_SCHEME = re.compile(r"feed:(?://)?(?:(?=https?:)|(?P<bare>(?<=//)))", re.IGNORECASE)
_AROUND = INVISIBLE + " <>"  # an address
_QUOTES = ('"', "'")  # of an address in two pairs of them
_BEHIND = re.compile('["<>]')  # where an address that was never closed goes on as something else
_ROOT = re.compile(r"<((?:[^\W\d][\w.-]*:)?([^\W\d][\w.-]*))")
_PAGE = re.compile(r"<!DOCTYPE\s+html|<html[\s>]", re.IGNORECASE)
_HEAD_CHARS = 10_000


@dataclass(frozen=True, slots=True)
class OpmlImport:
    """What a subscription list holds, each address in it told of once.

    `duplicates` are addresses that came again (their tags went to the first), `rejected` pairs what
    cannot be polled with the reason, by address or, where there is none, by name. `notes` pairs
    addresses with what the list says of them and cannot be kept here.
    """

    feeds: tuple[FeedSpec, ...]
    duplicates: tuple[str, ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


def read_opml(document: bytes) -> OpmlImport:
    """Every feed in `document`: any element with an ``xmlUrl``, whatever its type or place.

    Tags are the names of the folders around it and its categories. What FreshRSS and Miniflux say
    of a feed is kept where it means the same here. Faults of the XML cost no feed, and entities of
    the document's own are not expanded. Plain text with one address in a line is a list, too.
    Raises FeedError if it is neither and has no feed in it, or is larger than 32 MiB.
    """
    if document.startswith(_ZIP_MAGIC):
        raise FeedError("a ZIP archive; unpack it and give the list inside it")
    text = decode(document).text
    found = _Found()
    for outline in islice(iter_outlines(text), MAX_FEEDS + 1):
        found.add_outline(outline)
    if not found.is_empty:
        return found.to_import()
    root = _ROOT.search(text)
    if root is None and is_line_list(text):
        for line in islice(iter_lines(text), MAX_FEEDS + 1):
            found.add(line.address, line.name, line.tags)
    elif root is None or root[2].lower() != "opml":
        raise _refusal(text, root)
    return found.to_import()


def split_categories(category: str) -> tuple[str, ...]:
    """The tags in a ``category``: a comma list, of which each part may be a path.

    >>> split_categories("/Tech/Python, News")
    ('Tech', 'Python', 'News')
    """
    return once(collapse_whitespace(part) for part in re.split("[,/]", category))


def _find_url(address: str) -> str | None:
    """The address of the web that is meant, None if none is."""
    address = address.strip(_AROUND)
    if address.startswith(_QUOTES):
        address = address.strip(_AROUND + "".join(_QUOTES))
    address = _BEHIND.split(address, maxsplit=1)[0].rstrip(_AROUND)
    if scheme := _FEED_SCHEME.match(address):
        rest = address[scheme.end() :]
        address = rest if scheme["bare"] is None else f"http://{rest}"
    return resolve(None, address)


def _read_name(outline: Outline) -> str | None:
    """What it is called; its own address is no name, nor is one in which a password may stand."""
    has_secret = any("@" in word.partition("://")[2] for word in outline.title.split())
    return None if has_secret or outline.title == outline.address else outline.title or None


def _refusal(text: str, root: re.Match[str] | None) -> FeedError:
    if _PAGE.search(text, 0, _HEAD_CHARS):
        return FeedError("an HTML page without feeds, not a list of them", looks_like="html")
    if root is None:
        return FeedError("no OPML, and no list of addresses with http:// or https:// in front")
    return FeedError(f"no OPML and without feeds: its root element is <{root[1][:40]}>")


class _Found:
    """What was found so far, each feed once."""

    def __init__(self) -> None:
        self._feeds: dict[str, FeedSpec] = {}
        self._duplicates: list[str] = []
        self._rejected: list[tuple[str, str]] = []
        self._notes: list[tuple[str, str]] = []
        self._count = 0

    @property
    def is_empty(self) -> bool:
        return not (self._feeds or self._rejected or self._notes)

    def to_import(self) -> OpmlImport:
        return OpmlImport(
            tuple(self._feeds.values()),
            tuple(self._duplicates),
            tuple(self._rejected),
            tuple(self._notes),
        )

    def add_outline(self, outline: Outline) -> None:
        if included := outline.freshrss.get("opmlurl"):
            self._notes.append((included, "FreshRSS fills a folder from this list; import it too"))
        elif not outline.address:
            self._rejected.append((outline.title or "(no name)", "its address is empty"))
        elif reason := find_scraper(outline.words.get("type", "")):
            self._rejected.append((outline.address, reason))
        else:
            self._add_feed(outline)

    def add(self, address: str, name: str | None, tags: tuple[str, ...]) -> None:
        self._add_feed(Outline(address, tags, {"title": name or ""}))

    def _add_feed(self, outline: Outline) -> None:
        self._count += 1
        url = _find_url(outline.address)
        if self._count > MAX_FEEDS:
            reason = f"this and what follows is more than {MAX_FEEDS} feeds"
            self._rejected.append((outline.address, reason))
        elif url is None:
            self._rejected.append((outline.address, "no http or https address"))
        else:
            spec, notes = _read_outline(outline, url)
            self._notes.extend((url, note) for note in notes)
            self._merge(spec)

    def _merge(self, spec: FeedSpec) -> None:
        first = self._feeds.get(spec.url)
        if first is None:
            self._feeds[spec.url] = spec
            return
        self._duplicates.append(spec.url)
        if len(first.tags) < _MAX_TAGS:
            tags = once((*first.tags, *spec.tags))[:_MAX_TAGS]
            self._feeds[spec.url] = replace(first, tags=tags)


def _read_outline(outline: Outline, url: str) -> tuple[FeedSpec, tuple[str, ...]]:
    """The feed that `outline` means, and what it says that cannot be kept."""
    tags = once((*outline.folders, *split_categories(outline.words.get("category", ""))))
    if own := read_own(outline.own, url, tags):
        return own, ()
    spec = FeedSpec(url=url, name=_read_name(outline), tags=tags[:_MAX_TAGS])
    spec, notes = apply_foreign(spec, outline.freshrss, outline.miniflux)
    if len(tags) > _MAX_TAGS:
        notes = (*notes, f"of its {len(tags)} tags the first {_MAX_TAGS} were kept")
    return spec, notes

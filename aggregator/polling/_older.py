"""The way through a feed's older documents: where each is, what of it is unknown, where it ends."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit, urlunsplit

from aggregator.archive import Known, Likeness, compare
from aggregator.model import Entry, ParsedFeed, Response
from aggregator.polling._changes import find_changes
from aggregator.urls import host_of, normalize_link, without_credentials

# The feeds of WordPress, with and without permalinks. Others have such addresses too; they answer
# every page number with their newest entries, which ends the way after one request too many.
_WORDPRESS_PATH = re.compile(r"/feed(?:/(?:rss2?|atom|rdf))?/?\Z")
_WORDPRESS_PAIRS = frozenset(f"feed={name}" for name in ("feed", "rss", "rss2", "atom", "rdf"))
_WORDPRESS_RELATION = "https://api.w.org/"  # of a Link header, on all that WordPress 4.4+ answers
# Its address in RSS, its name in Atom: the_generator() of WordPress, and WordPress.com likewise.
_WORDPRESS_GENERATOR = re.compile(
    r"https?://(?:www\.)?wordpress\.(?:org|com)(?:[/?]|\Z)|WordPress(?:\.com)?\b", re.IGNORECASE
)
_PAGE_NUMBER = "paged"
_PORTS = {"http": 80, "https": 443}


class Way(StrEnum):
    """By what the documents of a feed are joined."""

    ARCHIVE = "prev-archive"  # RFC 5005, section 4: documents that are complete
    NEXT = "next"  # RFC 5005, section 3, and JSON Feed's next_url: pages of one list
    PAGED = "paged"  # page numbers of WordPress


class Stop(StrEnum):
    """Why a backfill went no further."""

    NOTHING_OLDER = "nothing-older"  # the feed itself names no older documents
    END = "end"  # the last document names no older one
    REPEATED = "repeated"  # a document had nothing that those before it had not
    LOOP = "loop"  # a document names one that was read before
    DOCUMENTS = "documents"  # as many documents as were asked for
    ENTRIES = "entries"  # as many new entries as were asked for
    DEADLINE = "deadline"
    INTERRUPTED = "interrupted"
    LEASE_LOST = "lease-lost"  # another poller took the feed
    FAILED = "failed"  # a document could not be had or read


class Trail:
    """Where a feed's older documents are, from one to the next and never in a circle.

    `way` is how the feed itself leads on, None if it does not; later documents are asked for that
    alone: one that names no older archive may well name the next newer page. `stop` says why
    there is no next document.
    """

    def __init__(self) -> None:
        self.way: Way | None = None
        self.stop = Stop.NOTHING_OLDER
        self._owner = self._start = ""
        self._number = 1
        self._places: set[str] = set()
        self._keys: set[str] = set()

    def find_next(self, response: Response, parsed: ParsedFeed) -> str | None:
        """The address of the document that comes after this one; None at the end, see `stop`.

        An empty document of a chain is no end of it: the next one may have something.
        """
        if not self._places:
            self.way = find_way(response, parsed)
            self._owner, self._start = response.url, _start_of(response)
        self._places.update(map(normalize_link, (response.url, response.final_url)))
        keys = {*parsed.unchanged, *(entry.key for entry in parsed.entries)}
        is_repeated = bool(keys) and keys <= self._keys
        self._keys |= keys
        link = None if is_repeated else self._find_link(parsed)
        if is_repeated:
            self.stop = Stop.REPEATED
        elif link is None:
            self.stop = Stop.END if self.way else Stop.NOTHING_OLDER
        elif normalize_link(link) in self._places:
            self.stop = Stop.LOOP
        else:
            return lend_credentials(self._owner, link)
        return None

    def _find_link(self, parsed: ParsedFeed) -> str | None:
        if self.way is Way.ARCHIVE:
            return parsed.links.archive_url
        if self.way is Way.NEXT:
            return parsed.links.next_url
        if self.way is None or not parsed.entries:
            return None
        self._number += 1
        return number_page(self._start, self._number)


def find_way(response: Response, parsed: ParsedFeed) -> Way | None:
    """How the feed in `response` leads to its older documents, the most complete way first."""
    if parsed.links.archive_url:
        return Way.ARCHIVE
    if parsed.links.next_url:
        return Way.NEXT
    is_wordpress = _WORDPRESS_GENERATOR.match(parsed.generator or "") or _is_wordpress(response)
    return Way.PAGED if is_wordpress else None


def find_unknown(
    parsed: ParsedFeed, known: Known, *, max_new: int
) -> tuple[tuple[Entry, ...], int]:
    """The entries of an older document that are to be added, and how many there were beyond.

    Of more than `max_new` those are taken that a poll would take. Where a poll believes that
    entries of the same title and link came back under other ids, dates and texts, an older
    document more likely has those of another day.
    """
    changes = find_changes(parsed, known, max_new=max_new)
    redated = [
        entry
        for was, entry in (*changes.edited, *changes.overwritten)
        if entry.key not in was.names and compare(was, entry) is Likeness.REDATED
    ]
    room = max_new - len(changes.new)
    left_out = changes.left_for_later + max(0, len(redated) - room)
    return (*changes.new, *redated[:room]), left_out


def number_page(url: str, number: int) -> str:
    """The address of a page of a WordPress feed, counted from 1; credentials stay in it.

    >>> number_page("https://example.org/?feed=rss2&paged=2", 3)
    'https://example.org/?feed=rss2&paged=3'
    """
    parts = urlsplit(url)
    pairs = [one for one in parts.query.split("&") if one and one.split("=")[0] != _PAGE_NUMBER]
    query = "&".join([*pairs, f"{_PAGE_NUMBER}={number}"])
    return urlunsplit(parts._replace(query=query, fragment=""))


def lend_credentials(owner: str, link: str) -> str:
    """`link` with the user name and password of the URL `owner`, if both have one origin.

    Those of a link's own are dropped: a document does not choose what we say who we are.

    >>> lend_credentials("https://me:pw@example.org/f", "https://example.org:443/f?page=2")
    'https://me:pw@example.org:443/f?page=2'
    >>> lend_credentials("https://me:pw@example.org/f", "http://example.org/f?page=2")
    'http://example.org/f?page=2'
    """
    bare = without_credentials(link)
    try:
        own, other = urlsplit(owner), urlsplit(bare)
        is_one_origin = _origin_of(own) == _origin_of(other)
    except ValueError:
        return bare
    userinfo, at, _ = own.netloc.rpartition("@")
    if not (at and is_one_origin):
        return bare
    return urlunsplit(other._replace(netloc=f"{userinfo}@{other.netloc}"))


def _start_of(response: Response) -> str:
    """Where the pages of a feed are counted: where it was found, unless on another host."""
    if host_of(response.final_url) != host_of(response.url):
        return response.url
    return lend_credentials(response.url, response.final_url)


def _is_wordpress(response: Response) -> bool:
    try:
        parts = urlsplit(_start_of(response))
    except ValueError:
        return False
    return bool(
        _WORDPRESS_RELATION in response.headers.get("link", "")
        or _WORDPRESS_PATH.search(parts.path)
        or not _WORDPRESS_PAIRS.isdisjoint(parts.query.split("&"))
    )


def _origin_of(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)

"""What every format says of an entry, in a form that no format can be broken by.

What feeds and pages state is hostile: it may hold NUL, escape sequences or half a surrogate pair,
and a feed's URL may hold a password. Formats take what they write from here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from uuid import NAMESPACE_URL, uuid5

from aggregator.model import ArchivedEntry, Feed
from aggregator.text import collapse_whitespace, shorten, strip_unsafe
from aggregator.urls import resolve, without_credentials

SCHEMA = 1
"""Version of what we add to both formats; a change that breaks a consumer raises it."""

SCHEMA_URL = "https://aggregator.example/ns/digest/1"
"""The name of that schema: XML namespace in OPML, ``about`` in JSON Feed."""

SUMMARY_CHARS = 300
"""About three lines in the list of a feed reader, which cuts there itself."""

UNTITLED = "Untitled"

# Forbidden in XML 1.0, or control characters that it merely discourages.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", re.IGNORECASE)


def passage(text: str | None) -> str:
    r"""Plain `text` without characters that cannot be written; its lines stay.

    >>> passage("a\x00\ud800\nb")
    'a\nb'
    """
    return _UNWRITABLE.sub("", text or "").strip()


def line(text: str | None) -> str:
    r"""Plain `text` in one line, without characters that cannot be written.

    >>> line(" a\n\x1bb ")
    'a b'
    """
    return collapse_whitespace(_UNWRITABLE.sub("", text or ""))


def shown(text: str | None) -> str:
    r"""A name as one line that no terminal is harmed by and that runs as it is written.

    >>> shown("a\u202e\x1bb")
    'ab'
    """
    return collapse_whitespace(strip_unsafe(line(text)))


def markup(html: str) -> str:
    r"""Sanitised `html` with U+FFFD for every character that cannot be written.

    Dropping them would undo the sanitising: what is no scheme before could be one after.

    >>> markup('<a href="java\x01script:x">') == '<a href="java\ufffdscript:x">'
    True
    """
    return _UNWRITABLE.sub("\ufffd", html)


def web_url(url: str | None, base: str | None = None) -> str | None:
    """`url` as an absolute http(s) URL without credentials, None for anything else.

    >>> web_url("https://me:secret@example.org/a")
    'https://example.org/a'
    """
    absolute = resolve(base and line(base), line(url))
    return without_credentials(absolute) if absolute else None


def distinct_lines(texts: Iterable[str | None]) -> list[str]:
    """`texts`, each in one line, in their order, without empty and repeated ones."""
    return list(dict.fromkeys(text for text in map(line, texts) if text))


def language_tag(*candidates: str | None) -> str | None:
    """The first of `candidates` that has the shape of a BCP 47 tag, None if none has.

    >>> language_tag("", "en_GB")
    'en-GB'
    """
    tags = (line(candidate).replace("_", "-") for candidate in candidates)
    return next((tag for tag in tags if _LANGUAGE.fullmatch(tag)), None)


def rfc3339(instant: datetime) -> str:
    """`instant` to the second, in UTC.

    >>> rfc3339(datetime(2026, 11, 22, 8, 0, 59, 999999, tzinfo=UTC))
    '2026-11-22T08:00:59Z'
    """
    in_utc = instant.astimezone(UTC).replace(tzinfo=None)
    return in_utc.isoformat(timespec="seconds") + "Z"


def rfc822(instant: datetime) -> str:
    """`instant` to the second, in GMT, with a year of four digits.

    >>> rfc822(datetime(2026, 11, 22, 8, tzinfo=UTC))
    'Sun, 22 Nov 2026 08:00:00 GMT'
    """
    return format_datetime(instant.astimezone(UTC), usegmt=True)


def feed_url(feed: Feed) -> str:
    """The address of `feed` as it may be shown to others."""
    return line(without_credentials(feed.url))


def feed_title(feed: Feed) -> str:
    """What `feed` is called: the operator's name, its own title or its address; never empty."""
    return shown(feed.name) or shown(feed.title) or feed_url(feed) or UNTITLED


def item_id(archived: ArchivedEntry) -> str:
    """A URN that depends on nothing but the feed's address and the entry's key."""
    # The key comes last and has no space, so no two pairs are written alike.
    return uuid5(NAMESPACE_URL, f"{feed_url(archived.feed)} {line(archived.entry.key)}").urn


def item_url(archived: ArchivedEntry) -> str | None:
    """Where the article can be read: the entry's link, else the page it was made from."""
    return web_url(archived.entry.url, archived.entry.base_url) or web_url(archived.article.url)


def item_title(archived: ArchivedEntry) -> str:
    """The entry's title, else the headline of its page; empty where there is neither."""
    return shown(archived.entry.title) or shown(archived.article.headline)


def summary(archived: ArchivedEntry) -> str:
    """The beginning of the lead in one line; empty where there is no lead."""
    return shorten(line(archived.article.lead), SUMMARY_CHARS)

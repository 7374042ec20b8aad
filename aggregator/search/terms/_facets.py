"""Facets: the facts of an entry as tokens, and the tokens that a query asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, islice
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from aggregator.search.terms._forms import characters_of, fold, normalize, parts_of
from aggregator.search.terms._ranges import date_facets, number_facets
from aggregator.search.terms._stems import MAX_TOKEN_CHARS
from aggregator.search.terms._tokens import pairs_of
from aggregator.text import MARKS

if TYPE_CHECKING:
    from aggregator.archive import IndexEntry

ALL = "all"
"""The facet of every document."""

SHARD_BITS = 16
"""Ids that differ only in the last so many bits lie in one shard."""

# With the others, never more than 220.
_MAX_TAGS, _MAX_NAME_WORDS, _MAX_URL_WORDS, _MAX_DOMAINS, _MAX_LANGUAGES = 40, 100, 40, 12, 5
_MAX_READ = 100
_MAX_TEXT_CHARS = 1_000
"""Of a tag or an address: hostile ones must cost nothing."""
_MAX_NAMES_CHARS = 4_000
"""Of all authors' names together: room for the words that are filed."""

_NO_VALUE = re.compile(rf"[^\w{MARKS}.+#\-]+")
_BEFORE_HOST = re.compile(r"^(?:[a-z][a-z0-9+.\-]*:)?//(?:[^/?#]*@)?", re.IGNORECASE)
_NO_TAG = re.compile(r"[^a-z0-9]+")


def _has_enclosure(entry: IndexEntry) -> bool:
    return bool(entry.entry.enclosures)


def _has_image(entry: IndexEntry) -> bool:
    return bool(entry.article.image or entry.entry.extras.images) or any(
        file.medium == "image" or (file.media_type or "").lower().startswith("image/")
        for file in entry.entry.enclosures
    )


_STATES: dict[str, Callable[[IndexEntry], bool]] = {
    "is:updated": lambda entry: entry.is_updated,
    "has:enclosure": _has_enclosure,
    "has:image": _has_image,
}
"""What an entry is or has; one more is one line here."""


def shard_token(entry_id: int) -> str:
    """The facet of the shard in which an entry lies: ``shard:N``."""
    return f"shard:{entry_id >> SHARD_BITS}"


def feed_token(feed_id: int) -> str:
    """The facet of the entries of a feed: ``feed:ID``."""
    return f"feed:{feed_id}"


def facets_of(entry: IndexEntry) -> tuple[str, ...]:
    """The facets of an archived entry, at most 220 of at most 64 characters, each once."""
    made, article = entry.entry, entry.article
    url = made.url or article.url or ""
    names = " ".join((article.byline or "", *made.authors[:_MAX_READ]))[:_MAX_NAMES_CHARS]
    found = [
        ALL,
        shard_token(entry.id),
        feed_token(entry.feed_id),
        *_filed("lang", _languages(article.language or made.language or ""), _MAX_LANGUAGES),
        *_filed("site", _domains(_host(url)), _MAX_DOMAINS),
        *date_facets(entry.sort_at),
        *number_facets(article.read_minutes, article.word_count),
        *(state for state, is_true in _STATES.items() if is_true(entry)),
        *_filed("tag", map(_value, made.tags[:_MAX_READ]), _MAX_TAGS),
        *_filed("by", _words(names, is_asked=False), _MAX_NAME_WORDS),
        *_filed("url", _words(_readable(url), is_asked=False), _MAX_URL_WORDS),
    ]
    return tuple(dict.fromkeys(found))


def facet_tokens(name: str, value: str) -> tuple[str, ...]:
    """The facets that an entry must have, ALL of them, for ``name:value``; never none.

    `name` is ``author site url tag lang is has`` or a later one. What has no facet asks for one
    that no entry has.

    >>> facet_tokens("author", "Ann O'Neil"), facet_tokens("tag", "Open Source")
    (('by:ann', 'by:o', 'by:neil'), ('tag:open_source',))
    >>> facet_tokens("site", "https://www.example.com/path")
    ('site:example.com',)
    """
    match name:
        case "author":
            asked = _words(value[:_MAX_NAMES_CHARS], is_asked=True)
            found = list(_filed("by", asked, _MAX_NAME_WORDS))
        case "url":
            found = list(_filed("url", _words(_readable(value), is_asked=True), _MAX_URL_WORDS))
        case "site":
            found = list(_filed("site", _domains(_host(value)), 1))
        case "lang":
            found = list(_filed("lang", _languages(value), _MAX_LANGUAGES))[-1:]
        case _:
            found = list(_filed(name, [_value(value)], 1))
    return tuple(found) or (f"{name}:",)


def _filed(name: str, values: Iterable[str], most: int) -> Iterator[str]:
    kept = (f"{name}:{value}"[:MAX_TOKEN_CHARS] for value in values if value)
    return islice(dict.fromkeys(kept), most)


def _value(text: str) -> str:
    """A tag or name in one word, with an underscore for what is neither letter nor ``. + # -``."""
    value = _NO_VALUE.sub("_", fold(normalize(text[:_MAX_TEXT_CHARS])))
    return value.lstrip("#_").rstrip("_")


def _words(text: str, *, is_asked: bool) -> Iterator[str]:
    """The words of a name or address without their endings.

    Of a script without blanks the pairs of characters are asked for, or a character that stands
    alone. Filed are all characters, too: last, so that a bound takes away what is asked for last.
    """
    singles: list[str] = []
    for run, word in parts_of(normalize(text)):
        if word:
            yield fold(word)
            continue
        characters = characters_of(run)
        yield from pairs_of(characters) or characters
        singles += characters
    if not is_asked:
        yield from singles


def _languages(tag: str) -> Iterator[str]:
    """``zh``, ``zh-hant`` and ``zh-hant-tw`` for ``zh-Hant-TW``."""
    parts = _NO_TAG.sub(" ", tag[:_MAX_TEXT_CHARS].lower()).split()[:_MAX_LANGUAGES]
    return accumulate(parts, "{}-{}".format)


def _host(address: str) -> str:
    """The host of an address, or what was typed for one, in the form that DNS has it in."""
    typed = address[:_MAX_TEXT_CHARS].strip()
    try:
        host = urlsplit(typed if "//" in typed else "//" + typed).hostname or ""
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
    except ValueError:  # UnicodeError is one
        return ""
    return _value(host.strip(".").removeprefix("www."))


def _domains(host: str) -> Iterator[str]:
    """A host and the domains in which it lies, the widest first; those of two labels at least."""
    yield host
    labels = host.split(".")
    if not labels[-1].isdecimal():  # an address of four numbers lies in none
        yield from (".".join(labels[at:]) for at in range(len(labels) - 2, 0, -1))


def _readable(url: str) -> str:
    """The host, path and query of an address, percent signs decoded; never a password."""
    address = _BEFORE_HOST.sub("", url.strip(), count=1)[:_MAX_TEXT_CHARS]
    return unquote(address.split("#", 1)[0], errors="replace")

"""The fields that a query can name, their aliases, and how their values are read.

One more state that the archive knows of entries is a line in `STATES`, one more alias a line in
`ALIASES`; a fact of another kind is a line in `FIELDS`, and in `FACETS` for `explain`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from aggregator.search.query._dates import day_of, span_of
from aggregator.search.query._nodes import Dates, Facet, Node, Number, Saved, Sort, TextField
from aggregator.text import fold

MAX_NUMBER = 999_999_999

TEXT_FIELDS = frozenset(TextField)

FACETS = {
    "author": "by an author whose name has",
    "feed": "from a feed whose name or address has, or whose number is",
    "site": "on the site",
    "url": "with an address that has",
    "tag": "with the tag",
    "lang": "in the language",
    "is": "that is",
    "has": "that has an",
}
"""What `explain` says of each facet, before its value."""

STATES: dict[tuple[str, str], Node] = {
    ("is", "updated"): Facet("is", "updated"),
    ("is", "edited"): Facet("is", "updated"),
    ("has", "enclosure"): Facet("has", "enclosure"),
    ("has", "attachment"): Facet("has", "enclosure"),
    ("has", "image"): Facet("has", "image"),
}
"""What may stand behind ``is:`` and ``has:``, and what it means."""

SORTS = {
    "rank": Sort.RANK,
    "relevance": Sort.RANK,
    "new": Sort.NEW,
    "newest": Sort.NEW,
    "old": Sort.OLD,
    "oldest": Sort.OLD,
    "readtime": Sort.READTIME,
    "shortest": Sort.READTIME,
}

ALIASES = {
    # FreshRSS
    "intitle": "title",
    "intext": "body",
    "inurl": "url",
    "f": "feed",
    "pubdate": "date",
    # Gmail
    "subject": "title",
    "from": "author",
    "label": "tag",
    "category": "tag",
    "newer": "after",
    "newer_than": "after",
    "older": "before",
    "older_than": "before",
    # other readers, search engines and shells
    "headline": "title",
    "headings": "heading",
    "text": "body",
    "by": "author",
    "domain": "site",
    "host": "site",
    "link": "url",
    "tags": "tag",
    "language": "lang",
    "since": "after",
    "minutes": "readtime",
    "saved": "search",
}

_NUMBER = re.compile(r"(<=|>=|<|>|=|≤|≥)?\s*(\d{1,9})", re.ASCII)
_RANGE = re.compile(r"(\d{1,9})?(?:\.{2,3}|(?<=\d)-(?=\d))(\d{1,9})?", re.ASCII)
_HOST = re.compile(r"(?:[a-z][a-z0-9+.\-]*://)?(?:[^/?#]*@)?(?:\*?\.|www\.)*([^/?#:]*)")


class UnreadableError(ValueError):
    """A value that its field cannot make anything of; the message says what it takes."""


Reader = Callable[[str, date], Node]
"""From the value and today (UTC) to what it means. Raises UnreadableError."""


def field_name(typed: str) -> str:
    """The name of the field that `typed` means, in whatever case or width; "" for none.

    >>> field_name("InTitle"), field_name("foo")
    ('title', '')
    """
    name = fold(typed)
    name = ALIASES.get(name, name)
    return name if name in TEXT_FIELDS or name in FIELDS else ""


def facet_of(name: str, text: str) -> Facet | None:
    """The facet in the form in which it is asked; None if nothing is left of the text."""
    value = " ".join(text.split())
    if name == "site":
        found = _HOST.match(fold(value).replace(" ", ""))
        value = found.group(1).rstrip(".") if found else ""
    elif name == "lang":
        value = fold(value).replace("_", "-")
    return Facet(name, value) if value else None


def find_sort(text: str) -> Sort | None:
    """The order of that name, None if there is none."""
    return SORTS.get(fold(text))


def _facet(name: str) -> Reader:
    def read(text: str, _today: date) -> Node:
        facet = facet_of(name, text)
        if facet is None:
            raise UnreadableError(f"{name}: takes a name")
        return facet

    return read


def _state(name: str) -> Reader:
    def read(text: str, _today: date) -> Node:
        try:
            return STATES[name, fold(text)]
        except KeyError:
            known = ", ".join(value for field, value in STATES if field == name)
            raise UnreadableError(f"{name}: takes {known}") from None

    return read


def _date(text: str, today: date) -> Node:
    span = span_of(fold(text), today)
    if span is None:
        raise UnreadableError("date: takes 2026-11-22, 2026-11, 7d or 2026-01/2026-03")
    return Dates(*span)


def _limit(*, is_start: bool) -> Reader:
    def read(text: str, today: date) -> Node:
        day = day_of(fold(text), today)
        if day is None:
            raise UnreadableError("after: and before: take 2026-11-22, 2026-11 or 7d")
        return Dates(day, None) if is_start else Dates(None, day)

    return read


def _number(name: str) -> Reader:
    def read(text: str, _today: date) -> Node:
        number = fold(text)
        found = _RANGE.fullmatch(number)
        if found and any(found.groups()):
            low, high = (int(part) if part else None for part in found.groups())
            return Number(name, low, high)
        found = _NUMBER.fullmatch(number)
        if not found:
            raise UnreadableError(f"{name}: takes 5, <5, >=10 or 3..7")
        return _bounded(name, found.group(1) or "=", int(found.group(2)))

    return read


def _bounded(name: str, sign: str, number: int) -> Number:
    bounds: dict[str, tuple[int | None, int | None]] = {
        "=": (number, number),
        "<": (None, number - 1),
        "<=": (None, number),
        "≤": (None, number),
        ">": (number + 1, None),
        ">=": (number, None),
        "≥": (number, None),
    }
    return Number(name, *bounds[sign])


def _saved(text: str, _today: date) -> Node:
    name = " ".join(text.split())
    if not name:
        raise UnreadableError("search: takes the name of a saved search")
    return Saved(name)


def _no_part(text: str, _today: date) -> Node:
    # The parser has taken out what orders: this is negated or no order.
    if find_sort(text):
        raise UnreadableError("an order cannot be negated")
    raise UnreadableError("sort: takes rank, new, old or readtime")


FIELDS: dict[str, Reader] = {
    **{name: _facet(name) for name in ("author", "feed", "site", "url", "tag", "lang")},
    **{name: _state(name) for name in ("is", "has")},
    "date": _date,
    "after": _limit(is_start=True),
    "before": _limit(is_start=False),
    "readtime": _number("readtime"),
    "words": _number("words"),
    "search": _saved,
    "sort": _no_part,
}

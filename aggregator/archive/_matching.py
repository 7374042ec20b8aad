"""Whether two entries that share an alias are one entry: by what their feed states of them."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Protocol


class Stated(Protocol):
    """What of an entry, archived or just read, is compared."""

    @property
    def content_hash(self) -> str:
        """Changes when a reader would see a change."""

    @property
    def title(self) -> str | None:
        """As its feed gives it."""

    @property
    def published_at(self) -> datetime | None:
        """As understood."""

    @property
    def published_raw(self) -> str | None:
        """As its feed gives it."""


class Likeness(IntEnum):
    """How much speaks for two entries of one alias being one; what is more is greater."""

    NONE = 0
    REDATED = 1  # the same title or text under another date: believed only where several are so
    UNKNOWN = 2  # nothing that both state can be compared
    DATE = 3
    TITLE = 4
    CONTENT = 5


def compare(one: Stated, other: Stated) -> Likeness:
    """What speaks for `one` and `other`, which share an alias, being the same entry.

    The same title, or even the same text, says little against another date: what is called "News
    at noon" each day, at the same address, is another entry each day, and so is "No incidents".
    """
    same_date = _have_same_date(one, other)
    if one.content_hash == other.content_hash:
        return Likeness.REDATED if same_date is False else Likeness.CONTENT
    if one.title and one.title == other.title:
        return Likeness.NONE if same_date is False else Likeness.TITLE
    if same_date:
        return Likeness.DATE
    is_other = same_date is False or (one.title and other.title)
    return Likeness.NONE if is_other else Likeness.UNKNOWN


def _have_same_date(one: Stated, other: Stated) -> bool | None:
    """Whether both were published at one time, None if one of them does not say when."""
    if one.published_at and other.published_at:
        return one.published_at == other.published_at
    if one.published_raw and other.published_raw:
        return one.published_raw == other.published_raw
    return None

"""The types of columns: instants, and text that every database can hold."""

from __future__ import annotations

import math
import operator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import JSON, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from aggregator.text import replace_unstorable


def storable(value: object) -> object:
    r"""`value` with U+FFFD for each character that no database holds, as HTML does with NUL.

    Looks into lists and dictionaries; numbers that are none (NaN, infinity) become None, everything
    else comes back as it was. So one broken character never costs an entry, nor an entry its feed.

    >>> storable(["a\x00b", 1])
    ['a\ufffdb', 1]
    """
    if isinstance(value, str):
        return value if _is_storable(value) else replace_unstorable(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {storable(key): storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    return value


_Value = TypeVar("_Value")


def as_stored(value: _Value) -> _Value:
    r"""A frozen value with each of its texts as the archive gives it back (see `storable`).

    >>> from aggregator.model import Enclosure
    >>> as_stored(Enclosure("a\x00b")).url
    'a\ufffdb'
    """
    stored: _Value = _as_stored(value)
    return stored


def _as_stored(value: Any) -> Any:  # noqa: ANN401 - a field of any type
    kind: Any = type(value)
    if kind is str:
        return value if _is_storable(value) else replace_unstorable(value)
    if kind is tuple:
        parts = tuple(map(_as_stored, value))
        return value if all(map(operator.is_, parts, value)) else parts
    changed = {}
    for name in _names_of(kind):
        before = getattr(value, name)
        # Most fields are empty or plain texts: for them no function is called twice.
        if before is None or before == () or (type(before) is str and _is_storable(before)):
            continue
        now = _as_stored(before)
        if now is not before:
            changed[name] = now
    return replace(value, **changed) if changed else value


@lru_cache(maxsize=64)
def _names_of(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - a type, and it can be hashed
    """The fields of a dataclass, none of anything else."""
    return tuple(one.name for one in fields(kind)) if is_dataclass(kind) else ()


def _is_storable(text: str) -> bool:
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()  # six times faster than looking for what has no UTF-8 form
    except UnicodeEncodeError:
        return False
    return True


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime: `timestamptz` on PostgreSQL, sortable text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant as the database wants it; ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: instants are aware")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored instant, aware again."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Prose(TypeDecorator[str]):
    """Text of any length; what cannot be stored is replaced (see `storable`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text as every database can hold it."""
        return None if value is None else str(storable(value))


class Json(TypeDecorator[object]):
    """Lists and dictionaries; the texts in them are stored as `Prose` is."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> object:  # noqa: ARG002
        """The value as every database can hold it."""
        return storable(value)

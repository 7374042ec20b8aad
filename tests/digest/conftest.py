"""Feeds and archived entries to make digests of, and the rules of JSON Feed 1.1 as checks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from aggregator.model import (
    ArchivedEntry,
    Article,
    Enclosure,
    Entry,
    Feed,
    FullText,
    PageKind,
    Section,
)

_FEED = Feed(
    id=1,
    url="https://me:secret@example.org/feed.xml",
    name=None,
    title="Example Tech",
    site_url="https://example.org/",
    tags=("tech",),
    is_enabled=True,
    interval_s=3600,
    full_text=FullText.AUTO,
)
_ENTRY = Entry(
    key="0123456789abcdef0123456789abcdef",
    content_hash="fedcba9876543210fedcba9876543210",
    url="https://example.org/1",
    title="A wearable <wins> & more",
    summary="<p onclick=evil()>raw</p><script>alert(1)</script>",
    authors=("Ann", "Bob"),
    tags=("wearables", "AC/DC, live"),
    published_at=datetime(2026, 11, 20, 7, tzinfo=UTC),
    updated_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    language="en_GB",
    enclosures=(
        Enclosure("https://example.org/1.mp3", "audio/mpeg", 1234, "The talk", duration_s=61.7),
        Enclosure("https://example.org/1.bin"),
        Enclosure("javascript:alert(1)", "text/html"),
    ),
)
_ARTICLE = Article(
    headline="The wearable that wins",
    lead="It wins.\n\nBy far.",
    lead_html="<p>It wins.</p><p>By far.</p>",
    sections=(
        Section(1, 2, "Market & share", "A third.", "<p>A third.</p>", "market-share"),
        Section(2, 3, "Why", "Price.", "<p>Price.</p>", is_pseudo=True),
    ),
    word_count=412,
    read_minutes=2,
    method="page",
    byline="Ann of the page",
    image="https://example.org/1.png",
    url="https://example.org/1?full",
    direction="ltr",
    confidence=0.875,
    page_kind=PageKind.ARTICLE,
)


@pytest.fixture(scope="session")
def make_feed() -> Callable[..., Feed]:
    """A feed like the sample one, with the given fields changed."""

    def make(**changes: Any) -> Feed:
        return replace(_FEED, **changes)

    return make


@pytest.fixture(scope="session")
def make_archived() -> Callable[..., ArchivedEntry]:
    """An archived entry like the sample one, with the given fields of its parts changed."""

    def make(
        number: int = 1,
        *,
        feed: Feed = _FEED,
        entry: Mapping[str, Any] | None = None,
        article: Mapping[str, Any] | None = None,
        first_seen_at: datetime = datetime(2026, 11, 21, tzinfo=UTC),
    ) -> ArchivedEntry:
        fields: dict[str, Any] = {"key": f"{number:032x}", **(entry or {})}
        return ArchivedEntry(
            id=number,
            feed=feed,
            entry=replace(_ENTRY, **fields),
            article=replace(_ARTICLE, **(article or {})),
            first_seen_at=first_seen_at,
            revision_count=3,
        )

    return make


@pytest.fixture(scope="session")
def make_bare() -> Callable[..., ArchivedEntry]:
    """An archived entry of which nothing is known but its key and when it came."""

    def make(number: int = 1, *, feed: Feed = _FEED) -> ArchivedEntry:
        return ArchivedEntry(
            id=number,
            feed=feed,
            entry=Entry(key=f"{number:032x}", content_hash="0" * 32),
            article=Article(
                headline=None,
                lead="",
                lead_html="",
                sections=(),
                word_count=0,
                read_minutes=0,
                method="title",
            ),
            first_seen_at=datetime(2026, 11, 21, tzinfo=UTC),
        )

    return make


_TIMESTAMP = re.compile(
    r"\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII
)
# An escape of a control character or of half a surrogate pair, not an escaped backslash.
_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\u(?:00[01]|[dD][89a-fA-F])")
_EXTENSION = re.compile(r"_[A-Za-z][^.]*")


def _check_text(value: object, name: str) -> None:
    assert isinstance(value, str), f"{name} is no string"


def _check_url(value: object, name: str) -> None:
    _check_text(value, name)
    parts = urlsplit(str(value))
    assert parts.scheme in {"http", "https"}, f"{name} is no web address"
    assert parts.hostname, f"{name} has no host"


def _check_date(value: object, name: str) -> None:
    assert _TIMESTAMP.fullmatch(str(value)), f"{name} is no RFC 3339 date"


def _check_language(value: object, name: str) -> None:
    assert re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", str(value)), f"{name} is no tag"


def _check_version(value: object, name: str) -> None:
    assert value == "https://jsonfeed.org/version/1.1", f"{name} is not that of 1.1"


def _check_authors(value: object, name: str) -> None:
    assert isinstance(value, list)
    for author in value:
        assert author.keys() & {"name", "url", "avatar"}, f"one of {name} is nobody"
        _check_object(author, {"name": _check_text, "url": _check_url, "avatar": _check_url})


def _check_tags(value: object, name: str) -> None:
    assert isinstance(value, list)
    for tag in value:
        _check_text(tag, name)


def _check_count(value: object, name: str) -> None:
    # True is an int to isinstance, and a boolean to a JSON reader.
    assert type(value) is int, f"{name} is no whole number"
    assert value >= 0, f"{name} is below zero"


def _check_media_type(value: object, name: str) -> None:
    assert re.fullmatch(r"[^\s/;]+/[^\s/;]+", str(value)), f"{name} is no media type"


def _check_attachments(value: object, name: str) -> None:
    assert isinstance(value, list)
    for attachment in value:
        assert {"url", "mime_type"} <= attachment.keys(), f"one of {name} lacks what it must have"
        _check_object(
            attachment,
            {
                "url": _check_url,
                "mime_type": _check_media_type,
                "title": _check_text,
                "size_in_bytes": _check_count,
                "duration_in_seconds": _check_count,
            },
        )


_Check = Callable[[object, str], None]

_ITEM: dict[str, _Check] = {
    "id": _check_text,
    "url": _check_url,
    "external_url": _check_url,
    "title": _check_text,
    "content_html": _check_text,
    "content_text": _check_text,
    "summary": _check_text,
    "image": _check_url,
    "banner_image": _check_url,
    "date_published": _check_date,
    "date_modified": _check_date,
    "authors": _check_authors,
    "tags": _check_tags,
    "language": _check_language,
    "attachments": _check_attachments,
}


def _check_items(value: object, name: str) -> None:
    assert isinstance(value, list)
    for item in value:
        assert "id" in item, f"one of {name} has no id"
        assert item.keys() & {"content_html", "content_text"}, f"one of {name} has no content"
        _check_object(item, _ITEM)
    ids = [item["id"] for item in value]
    assert len(ids) == len(set(ids)), f"two of {name} have one id"


_TOP: dict[str, _Check] = {
    "version": _check_version,
    "title": _check_text,
    "home_page_url": _check_url,
    "feed_url": _check_url,
    "description": _check_text,
    "language": _check_language,
    "authors": _check_authors,
    "items": _check_items,
}


def _check_object(fields: dict[str, Any], known: dict[str, _Check]) -> None:
    for name, value in fields.items():
        if name.startswith("_"):
            assert _EXTENSION.fullmatch(name), f"{name} is no name of an extension"
            assert isinstance(value, dict), f"{name} is no object"
            assert not any("." in key for key in value), f"{name} has a key with a dot"
        else:
            assert name in known, f"{name} is unknown"
            known[name](value, name)


def _no_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs), "a key is repeated"
    return dict(pairs)


def _validate(document: bytes) -> dict[str, Any]:
    """The feed in `document`, held to every rule of JSON Feed 1.1 and to ours on bytes."""
    text = document.decode("utf-8", "strict")
    assert text.startswith("{"), "something stands before the feed"
    assert text.endswith("}\n"), "the last line has no end"
    assert not _ESCAPE.search(text), "a character that breaks readers"
    feed: dict[str, Any] = json.loads(text, object_pairs_hook=_no_repeated_keys)
    assert {"version", "title", "items"} <= feed.keys(), "a required key is missing"
    _check_object(feed, _TOP)
    return feed


@pytest.fixture(scope="session")
def validate_json_feed() -> Callable[[bytes], dict[str, Any]]:
    """The check that gives back the feed in a document that breaks no rule."""
    return _validate

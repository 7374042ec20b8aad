"""What both formats say of an entry: nothing hostile, nothing secret, nothing unstable."""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digest import _fields
from aggregator.model import ArchivedEntry, Feed

_ANY_TEXT = st.text(st.characters(exclude_categories=[]))


@given(text=_ANY_TEXT)
def test_no_text_keeps_a_character_that_cannot_be_written(text: str) -> None:
    """Control characters, halves of surrogate pairs and XML's non-characters are gone."""
    for cleaned in (_fields.line(text), _fields.passage(text), _fields.markup(text)):
        categories = {unicodedata.category(character) for character in cleaned if character > " "}

        assert not categories & {"Cc", "Cs"}
        assert not {"\x00", "\x1b", "\ufffe", "\uffff"} & set(cleaned)
        cleaned.encode()


@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])))
def test_text_that_can_be_written_is_left_alone(text: str) -> None:
    """Every script, direction mark and emoji stays as it was published."""
    assert _fields.passage(text) == text.strip()
    assert _fields.markup(text) == text


def test_right_to_left_marks_and_emoji_sequences_stay() -> None:
    """Cleaning is for what breaks a document, not for what a terminal cannot show."""
    text = "\u200f\u05e9\u05dc\u05d5\u05dd\u200f \u2067x\u2069 \U0001f469\u200d\U0001f680"

    assert _fields.line(text) == text


def test_cleaning_sanitised_html_never_joins_what_a_character_parted() -> None:
    """A link that was no script stays none."""
    cleaned = _fields.markup('<a href="java\x01script:alert(1)">x</a>')

    assert "javascript" not in cleaned
    assert len(cleaned) == len('<a href="java\x01script:alert(1)">x</a>')


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("https://me:secret@example.org/a", "https://example.org/a"),
        ("/a", "https://base.example/a"),
        ("//other.example/a", "https://other.example/a"),
        ("https://example.org/\x00a\ud800", "https://example.org/a"),
        ("java\x01script:alert(1)", None),
        ("data:text/html,x", None),
        ("https://[::1", None),
        ("https://example.org:99999/", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_without_credentials_are_told(
    url: str | None, expected: str | None
) -> None:
    """Links are made absolute; whatever a browser would run is left out."""
    assert _fields.web_url(url, "https://me:secret@base.example/feed.xml") == expected


@given(url=_ANY_TEXT, base=_ANY_TEXT)
def test_no_link_breaks_the_making_of_addresses(url: str, base: str) -> None:
    """Whatever a feed calls a link, an address comes back or None."""
    address = _fields.web_url(url, base)

    assert address is None or address.lower().startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        (["en"], "en"),
        (["zh_Hans_CN"], "zh-Hans-CN"),
        ([None, "", "english language", "de-AT"], "de-AT"),
        (["e", "x" * 9, "en-", "en-\u0660"], None),
        (["*/*", "en;q=0.8"], None),
    ],
)
def test_a_language_is_told_only_where_it_has_the_shape_of_a_tag(
    candidates: list[str | None], expected: str | None
) -> None:
    """The first that fits wins, since the page knows better than the feed."""
    assert _fields.language_tag(*candidates) == expected


@pytest.mark.parametrize(
    ("year", "long", "short"),
    [(1, "0001-01-01T00:00:00Z", "0001 00:00:00 GMT"), (9999, "9999-01-01T00:00:00Z", "9999")],
)
def test_dates_of_the_ends_of_time_have_years_of_four_digits(
    year: int, long: str, short: str
) -> None:
    """Both date formats ask for it, and a feed may state any year."""
    instant = datetime(year, 1, 1, tzinfo=UTC)

    assert _fields.rfc3339(instant) == long
    assert short in _fields.rfc822(instant)


@pytest.mark.parametrize(
    ("name", "title", "expected"),
    [
        ("Mine", "Theirs", "Mine"),
        (None, "Theirs", "Theirs"),
        (" \x00", "\u3000", "https://example.org/feed.xml"),
        ("\u202e\x1b\u200b", "a \u2066b\u2069\r\u202e c", "a b c"),
        (None, None, "https://example.org/feed.xml"),
    ],
)
def test_a_feed_without_a_title_is_called_by_its_address_without_the_password(
    make_feed: Callable[..., Feed], name: str | None, title: str | None, expected: str
) -> None:
    """A title that shows nothing is no title."""
    assert _fields.feed_title(make_feed(name=name, title=title)) == expected


def test_the_id_of_an_entry_is_a_name_based_uuid_of_feed_and_key(
    make_archived: Callable[..., ArchivedEntry],
) -> None:
    """Ids must never change, so the rule is held here in the words of RFC 9562, 5.5."""
    named = b"https://example.org/feed.xml " + b"0" * 31 + b"7"
    digest = hashlib.sha1(uuid.NAMESPACE_URL.bytes + named, usedforsecurity=False).digest()

    expected = uuid.UUID(bytes=digest[:16], version=5)

    assert _fields.item_id(make_archived(7)) == f"urn:uuid:{expected}"


def test_the_id_of_an_entry_survives_all_that_may_change(
    make_archived: Callable[..., ArchivedEntry], make_feed: Callable[..., Feed]
) -> None:
    """A new password, title, number in the archive or text is no new entry; a new key is."""
    before = make_archived(1)
    feed = make_feed(id=5, url="https://me:other@example.org/feed.xml", title="New")
    after = make_archived(
        2, feed=feed, entry={"key": before.entry.key, "title": "x", "content_hash": "f" * 32}
    )

    assert _fields.item_id(after) == _fields.item_id(before)
    assert _fields.item_id(make_archived(2)) != _fields.item_id(before)
    assert _fields.item_id(
        make_archived(1, feed=make_feed(url="https://example.org/other.xml"))
    ) != _fields.item_id(before)


def test_a_long_lead_becomes_a_short_summary(
    make_archived: Callable[..., ArchivedEntry],
) -> None:
    """A summary is one line that ends at a word, however long the lead."""
    summary = _fields.summary(make_archived(article={"lead": "word\n\n" * 100_000}))

    assert len(summary) <= 300
    assert summary.startswith("word word ")
    assert summary.endswith("word…")

"""Older states of entries, read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert

from aggregator.archive._revisions import read_revisions
from aggregator.archive._tables import metadata, revision
from aggregator.archive._values import revision_state
from aggregator.errors import NotFoundError
from aggregator.model import Article, Chapter, Enclosure, Entry, Extras, Item, Person, Section

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

MakeItem = Callable[..., Item]

WHOLE = Entry(
    key=f"{1:032x}",
    content_hash="b" * 32,
    guid="tag:example.org,2026:1",
    url="https://example.org/1",
    title="First title",
    summary="<p>summary</p>",
    content="<p>content</p>",
    authors=("Ann", "Бори́с"),
    tags=("tech", "news"),
    published_at=datetime(2026, 11, 20, 7, 8, 9, 123456, tzinfo=UTC),
    updated_at=datetime(2026, 11, 21, tzinfo=UTC),
    published_raw="Fri, 20 Nov 2026 07:08:09 GMT",
    language="en",
    comments_url="https://example.org/1#comments",
    enclosures=(Enclosure("https://example.org/1.mp3", "audio/mpeg", 2**70), Enclosure("x")),
    base_url="https://example.org/",
    extras=Extras(people=(Person("Ann", "host"),), chapters=(Chapter(1.5, "One"),), season="2"),
)


def test_an_older_state_comes_back_as_it_was(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """Every field of the entry, and of its article headline, lead and sections."""
    first = make_item(
        1, lead="Lead.", sections=[("One", "Text."), ("", "")], article={"headline": "Head"}
    )
    one_feed.poll(replace(first, entry=WHOLE))

    one_feed.poll(edited=((1, make_item(1, content_hash="c" * 32)),))

    (old,) = one_feed.archive.entries.revisions(1)
    assert old.entry == WHOLE
    assert (old.number, old.replaced_at, old.is_silent) == (1, now, True)
    assert (old.headline, old.lead) == ("Head", "Lead.")
    assert old.sections == (Section(1, 2, "One", "Text.", ""), Section(2, 2, "", "", ""))
    assert old.text == first.new_article.text


def test_states_come_in_the_order_of_their_numbers(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """The first is the oldest; whether a date of the feed told of the edit is known of each."""
    one_feed.poll(make_item(1, title="v0"))
    for number in range(1, 12):
        dates = {"updated_at": now + timedelta(days=number)} if number % 2 else {}
        edit = make_item(1, title=f"v{number}", content_hash=f"{100 + number:032x}", **dates)
        one_feed.poll(edited=((1, edit),), polled_at=now + timedelta(hours=number))

    found = one_feed.archive.entries.revisions(1)

    assert [one.number for one in found] == list(range(1, 12))
    assert [one.entry.title for one in found] == [f"v{number}" for number in range(11)]
    assert [one.replaced_at for one in found] == [now + timedelta(hours=n) for n in range(1, 12)]
    assert [one.is_silent for one in found] == [number % 2 == 0 for number in range(1, 12)]


def test_only_the_states_of_that_entry_come(one_feed: OneFeed, make_item: MakeItem) -> None:
    """One that was never edited has none; one that is not there is said."""
    one_feed.poll(make_item(1), make_item(2))
    one_feed.poll(edited=((2, make_item(2, content_hash="c" * 32)),))

    assert one_feed.archive.entries.revisions(1) == []
    assert len(one_feed.archive.entries.revisions(2)) == 1
    for unknown in (3, 10**30):
        with pytest.raises(NotFoundError, match=f"no entry {unknown}"):
            one_feed.archive.entries.revisions(unknown)


def test_states_that_other_versions_wrote_can_be_read(
    one_feed: OneFeed, make_item: MakeItem
) -> None:
    """Members that were not known then are empty, those that are not known now are left out."""
    one_feed.poll(replace(make_item(1), entry=WHOLE))
    one_feed.poll(edited=((1, make_item(1, content_hash="c" * 32)),))
    [(written,)] = one_feed.rows("SELECT CAST(state AS TEXT) FROM revision")
    state = json.loads(written)
    del state["entry"]["extras"], state["entry"]["tags"]
    for one in (state["entry"], state["entry"]["enclosures"][0], state["article"]):
        one["mood"] = "good"
    one_feed.rows("UPDATE revision SET state = ?", json.dumps(state))

    (old,) = one_feed.archive.entries.revisions(1)

    assert old.entry == replace(WHOLE, extras=Extras(), tags=())


_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)


@given(
    title=st.none() | _TEXT,
    authors=st.lists(_TEXT, max_size=3),
    headline=st.none() | _TEXT,
    lead=_TEXT,
    parts=st.lists(st.tuples(st.integers(1, 6), _TEXT, _TEXT), max_size=4),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
)
def test_any_state_survives_the_table(
    title: str | None,
    authors: list[str],
    headline: str | None,
    lead: str,
    parts: list[tuple[int, str, str]],
    at: datetime | None,
) -> None:
    """Whatever a feed put in its text or its dates."""
    entry = Entry("0" * 32, "1" * 32, title=title, authors=tuple(authors), published_at=at)
    sections = tuple(Section(n, *part, html="") for n, part in enumerate(parts, 1))
    article = Article(headline, lead, "", sections, 0, 0, "feed")
    row = {
        "entry_id": 1,
        "number": 1,
        "replaced_at": datetime(2026, 11, 22, tzinfo=UTC),
        "content_hash": "1" * 32,
        "state": revision_state(entry, article),
        "is_silent": False,
    }
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection, tables=[revision])
        connection.execute(insert(revision).values(row))

        (old,) = read_revisions(connection, 1)

    engine.dispose()
    assert old.entry == entry
    assert (old.headline, old.lead, old.sections) == (headline, lead, sections)
    assert old.text == article.text

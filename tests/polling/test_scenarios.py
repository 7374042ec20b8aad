"""What publishers do to their feeds from poll to poll, and what must be in the archive after it."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from aggregator.archive import Selection
from aggregator.archive._tables import revision
from aggregator.library import OpenArchive
from aggregator.model import ArchivedEntry, FeedSpec, FullText, Identity
from aggregator.polling import PollReport
from aggregator.polling._changes import MAX_SILENT_REVISIONS
from tests.polling.test_delta_archive import Document, Stated

_FEED = "/feed"
_SITE = "http://e.org"
_HTTPS = "https://e.org"


@dataclass(frozen=True)
class Watched:
    """A feed that is polled again and again by one poller."""

    server: Any
    archive: OpenArchive
    round: Any
    reports: list[PollReport]

    async def poll(self, document: Document | bytes, content_type: str = "") -> PollReport:
        """Serve a document and poll it."""
        body = document.to_bytes() if isinstance(document, Document) else document
        headers = [("Content-Type", content_type)] if content_type else []
        self.server.route(_FEED, self.server.reply(body, headers=headers))
        await self.round.poll_chosen([1])
        return self.reports[-1]

    @property
    def entries(self) -> list[ArchivedEntry]:
        """All that is archived, in the order of arrival."""
        return self.archive.entries.select(Selection())

    @property
    def texts(self) -> list[str]:
        """What can be read of each entry, in the order of the alphabet."""
        return sorted(one.article.text.strip() for one in self.entries)

    def older(self, part: str = "entry.title") -> list[str | None]:
        """That part of all states that the revisions keep, the oldest of each entry first."""
        chosen = select(revision.c.state).order_by(revision.c.entry_id, revision.c.number)
        with self.archive._database.reading("cannot read revisions") as connection:
            states = connection.execute(chosen).scalars().all()
        return [_find(state, part.split(".")) for state in states]


def _find(state: Any, path: Sequence[str]) -> Any:
    return _find(state.get(path[0]), path[1:]) if path and state else state


@pytest.fixture
async def watched(
    http_server: Any, archive: OpenArchive, open_polls: Callable[..., Any]
) -> AsyncIterator[Watched]:
    """The feed of these tests, of which no page is read."""
    spec = FeedSpec(http_server.url(_FEED), full_text=FullText.NEVER)
    archive.feeds.sync([spec], datetime.now(UTC))
    async with open_polls() as (polls, reports):
        yield Watched(http_server, archive, polls, reports)


def _stated(number: int, **other: Any) -> Stated:
    return replace(
        Stated(
            f"id-{number}", f"{_SITE}/{number}", f"Title {number}", f"Text of {number}.", number
        ),
        **other,
    )


_FIVE = tuple(_stated(number) for number in range(1, 6))


def _each(**change: Callable[[Stated], Any]) -> Document:
    """The five items, each with some parts of it made anew from what it was."""
    made = ({name: of(one) for name, of in change.items()} for one in _FIVE)
    return Document(tuple(replace(one, **new) for one, new in zip(_FIVE, made, strict=True)))


_SAME = {
    "the same bytes": Document(_FIVE),
    "shuffled": Document((*_FIVE[2:], *_FIVE[1::-1])),
    "dated anew": Document(_FIVE, "<title>T</title><pubDate>Sat, 21 Nov 2026</pubDate>"),
    "another title of the feed": Document(_FIVE, "<title>Another</title>"),
    "https": _each(link=lambda one: _HTTPS + (one.link or "").removeprefix(_SITE)),
    "tracked": _each(link=lambda one: f"{one.link}?utm_source=rss&amp;utm_medium=feed"),
    "new ids": _each(guid=lambda one: f"urn:new:{one.guid}"),
    "no ids": _each(guid=lambda _: None),
    "no dates": _each(day=lambda _: None),
    "links as ids": _each(guid=lambda one: one.link),
    "https and new ids": _each(
        link=lambda one: _HTTPS + (one.link or "").removeprefix(_SITE),
        guid=lambda one: f"{one.link}/new",
    ),
    "repeated": Document((*_FIVE, *_FIVE)),
    "UTF-16": Document(_FIVE, encoding="utf-16"),
    "a lone ampersand": Document(_FIVE, fault=" & "),
    "a control character": Document(_FIVE, fault="\x0b"),
}


@pytest.mark.parametrize("again", _SAME.values(), ids=_SAME)
async def test_the_same_entries_in_other_words_are_not_new(
    watched: Watched, again: Document
) -> None:
    """Nothing new, nothing edited, neither then nor when the feed becomes as it was before."""
    await watched.poll(Document(_FIVE))
    before = [(one.id, one.first_seen_at, one.entry.title) for one in watched.entries]

    reports = [await watched.poll(document) for document in (again, Document(_FIVE), again)]

    assert [(one.error, one.new, one.edited) for one in reports] == [(None, 0, 0)] * 3
    assert [(one.id, one.first_seen_at, one.entry.title) for one in watched.entries] == before
    assert watched.older() == []
    assert watched.archive.check() == []


async def test_a_feed_that_becomes_atom_brings_nothing_new(watched: Watched) -> None:
    """The links are the same; the ids are not."""
    await watched.poll(Document(_FIVE))
    as_atom = replace(_each(guid=lambda one: f"tag:e.org,2026:{one.guid}"), is_atom=True)

    reports = [await watched.poll(one) for one in (as_atom, Document(_FIVE), as_atom)]

    assert [(report.error, report.new) for report in reports] == [(None, 0)] * 3
    assert sorted(one.entry.title or "" for one in watched.entries) == [one.title for one in _FIVE]


async def test_ids_that_change_one_at_a_time_bring_nothing(watched: Watched) -> None:
    """Whatever the order, with one new entry a poll beside them."""
    items = list(_FIVE)
    await watched.poll(Document(tuple(items)))
    for number in range(5):
        items[number] = replace(items[number], guid=f"new-{number}")
        further = [_stated(10 + one) for one in range(number + 1)]

        report = await watched.poll(Document((*further, *items[number:], *items[:number])))

        assert (report.new, report.edited) == (1, 0)
    assert len(watched.entries) == 10


async def test_an_edit_is_one_revision_whose_text_can_be_read(watched: Watched) -> None:
    """However often it is polled then; the entry has the new words and its revision the old."""
    await watched.poll(Document(_FIVE))
    better = replace(_FIVE[0], title="A better title", text="Better words.")
    edited = Document((better, *_FIVE[1:]))

    reports = [await watched.poll(document) for document in (edited, edited, edited)]

    assert [(report.new, report.edited) for report in reports] == [(0, 1), (0, 0), (0, 0)]
    assert (watched.older(), watched.older("article.lead")) == (["Title 1"], ["Text of 1."])
    assert watched.texts == ["Better words.", *(one.text for one in _FIVE[1:])]
    assert watched.archive.search("better").total == 1


async def test_an_edit_with_a_new_id_is_an_edit(watched: Watched) -> None:
    """The title or the text changes, the id with it: the link and what else is the same tell."""
    await watched.poll(Document(_FIVE))
    titled = replace(_FIVE[0], guid="other-1", title="A better title")
    written = replace(_FIVE[1], guid="other-2", text="Better words.")

    report = await watched.poll(Document((titled, written, *_FIVE[2:])))

    assert (report.new, report.edited, len(watched.entries)) == (0, 2, 5)
    assert watched.older() == ["Title 1", "Title 2"]


@pytest.mark.parametrize("is_atom", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        {"title": None},
        {"guid": None, "link": None},
        {"guid": None, "link": None, "title": None},
        {"guid": None, "link": None, "day": None},
        {"link": f"{_SITE}/"},
        {"guid": None, "link": f"{_SITE}/"},
        {"guid": f"{_SITE}/", "link": f"{_SITE}/"},
    ],
    ids=lambda change: " ".join(f"{name}={value}" for name, value in change.items()),
)
async def test_entries_that_lack_almost_everything_come_once_and_all(
    watched: Watched,
    change: dict[str, Any],
    is_atom: bool,  # noqa: FBT001 - a parameter
) -> None:
    """No title, no id, no link, one link for all: each poll has one more, and none is lost."""
    items = tuple(replace(one, **change) for one in _FIVE)
    for count in range(1, 6):
        newest_first = tuple(reversed(items[:count]))

        report = await watched.poll(Document(newest_first, is_atom=is_atom))

        assert (report.new, report.edited) == (1, 0)
    assert watched.texts == [one.text for one in items]
    assert watched.older() == []


async def test_a_word_of_the_day_is_another_each_day(watched: Watched) -> None:
    """One link for ever, one item at a time: every day is kept."""
    for day in range(1, 7):
        words = {"link": f"{_SITE}/today", "title": f"Word {day}"}

        report = await watched.poll(Document((_stated(day, **words),)))

        assert (report.new, report.edited) == (1, 0)
    assert watched.texts == [f"Text of {day}." for day in range(1, 7)]


async def test_ids_that_repeat_lose_nothing_and_double_nothing(watched: Watched) -> None:
    """The feed's ids are not believed any more from the first document on, and that is kept."""
    items = tuple(replace(one, guid="the same") for one in _FIVE)
    await watched.poll(Document(items[2:]))

    reports = [await watched.poll(Document(some)) for some in (items[1:], items, items[:1], items)]

    assert [(report.new, report.edited) for report in reports] == [(1, 0), (1, 0), (0, 0), (0, 0)]
    assert watched.texts == [one.text for one in items]
    assert watched.archive.feeds.all()[0].learnt_identity is Identity.LINK


async def test_ids_that_begin_to_repeat_double_nothing(watched: Watched) -> None:
    """What came under an id that was its own is found under its link afterwards."""
    await watched.poll(Document(_FIVE))
    items = tuple(replace(one, guid="the same") for one in (*_FIVE, _stated(6)))

    reports = [await watched.poll(Document(some)) for some in (items, items[::-1])]

    assert [(report.new, report.edited) for report in reports] == [(1, 0), (0, 0)]
    assert len(watched.entries) == 6


async def test_an_id_that_is_back_beside_its_successor_is_another_entry(watched: Watched) -> None:
    """Though the successor is the same to the byte as in the document before."""
    first, second = _FIVE[0], replace(_FIVE[0], guid="successor", text="Other words.")
    for items, new in (((first,), 1), ((second, _FIVE[1]), 1), ((second, _FIVE[1], first), 1)):
        report = await watched.poll(Document(items))

        assert report.new == new
    assert watched.texts == ["Other words.", "Text of 1.", "Text of 2."]


async def test_a_text_that_goes_to_and_fro_fills_no_archive(watched: Watched) -> None:
    """Two servers with two states: so many revisions and no more, the first and the last there."""
    states = [Document((_stated(1, title=title),)) for title in ("A", "B")]
    for number in range(60):
        await watched.poll(states[number % 2])

    [entry] = watched.entries
    assert entry.entry.title == "B"
    assert watched.older()[:2] == ["A", "B"]
    assert 2 <= len(watched.older()) <= MAX_SILENT_REVISIONS


async def test_what_was_deleted_does_not_come_back(watched: Watched) -> None:
    """Under its id, under a new one with its link, edited or not; all others are still there."""
    await watched.poll(Document(_FIVE))
    gone = [one.id for one in watched.entries if one.entry.title in {"Title 1", "Title 2"}]
    watched.archive.entries.delete(gone)
    new_ids = _each(guid=lambda one: f"new-{one.guid}")
    edited = Document((replace(_FIVE[0], text="Other words."), *_FIVE[1:]))

    reports = [await watched.poll(one) for one in (Document(_FIVE[::-1]), new_ids, edited, new_ids)]

    assert [(one.error, one.new, one.edited) for one in reports] == [(None, 0, 0)] * 4
    assert {one.entry.title for one in watched.entries} == {"Title 3", "Title 4", "Title 5"}


async def test_a_feed_that_becomes_empty_loses_nothing(watched: Watched) -> None:
    """And what comes back afterwards is not new."""
    await watched.poll(Document(_FIVE))

    reports = [await watched.poll(document) for document in (Document(()), Document(_FIVE))]

    assert [(one.error, one.new, one.edited) for one in reports] == [(None, 0, 0)] * 2
    assert len(watched.entries) == 5


async def test_a_packed_feed_that_nobody_announces_is_read(watched: Watched) -> None:
    """A file that is kept as gzip and served as XML."""
    report = await watched.poll(gzip.compress(Document(_FIVE).to_bytes()), "text/xml")

    assert (report.new, watched.texts) == (5, [one.text for one in _FIVE])


@pytest.mark.parametrize(
    ("declared", "header"),
    [("iso-8859-1", "text/xml"), ("utf-8", "text/xml; charset=windows-1252")],
)
async def test_a_feed_in_an_old_encoding_is_read_as_written(
    watched: Watched, declared: str, header: str
) -> None:
    """Umlauts and quotation marks of cp1252, whether the document tells of them or the header."""
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><title>T</title>'
    )
    text += "<item><guid>1</guid><title>„Grüße“ – 5 €</title></item></channel></rss>"

    await watched.poll(text.encode("cp1252"), header)

    assert [one.entry.title for one in watched.entries] == ["„Grüße“ – 5 €"]


async def test_a_page_in_the_place_of_a_feed_is_an_error_that_names_its_feeds(
    watched: Watched,
) -> None:
    """The operator is told where to look; nothing that was archived is touched."""
    await watched.poll(Document(_FIVE))

    link = '<link rel="alternate" type="application/rss+xml" href="%s">'
    links = "".join(link % place for place in ("/new.xml", "http://other.example/feed"))

    report = await watched.poll(f"<!DOCTYPE html><html><head>{links}</head></html>".encode())

    assert report.error is not None
    assert watched.server.url("/new.xml") in report.error
    assert "http://other.example/feed" in report.error
    assert len(watched.entries) == 5
    assert watched.archive.feeds.fetches(1)[0].error == report.error

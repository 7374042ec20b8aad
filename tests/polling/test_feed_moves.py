"""Feeds that go elsewhere: followed when it is sure, and never before; nothing lost on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from aggregator.archive import Selection
from aggregator.archive._tables import feed
from aggregator.library import OpenArchive
from aggregator.model import Feed, FullText
from aggregator.polling import PollReport
from tests.polling.test_delta_archive import Document, Stated

_DAY_AND_MORE = timedelta(hours=25)


def _document(*numbers: int, head: str = "") -> bytes:
    items = (
        Stated(f"id-{one}", f"http://e.org/{one}", f"Title {one}", f"Text of {one}.", 1)
        for one in numbers
    )
    return Document(tuple(items), f"<title>T</title>{head}").to_bytes()


@dataclass(frozen=True)
class World:
    """A server with feeds that move, and an archive of some of them."""

    server: Any
    archive: OpenArchive
    poll_all: Callable[..., Awaitable[list[PollReport]]]

    def serve(self, path: str, body: bytes) -> None:
        """Answer `path` by a document."""
        self.server.route(path, self.server.reply(body))

    def redirect(self, path: str, target: str, status: int = 301) -> None:
        """Answer `path` by a redirect."""
        location = [("Location", target)]
        self.server.route(path, self.server.reply(status=status, headers=location))

    async def poll(self, *paths: str) -> list[PollReport]:
        """Poll the feeds of these paths, which are all that are listed."""
        urls = [self.server.url(path) for path in paths or ("/old",)]
        return await self.poll_all(urls, full_text=FullText.NEVER)

    async def poll_for_days(self, *paths: str, polls: int = 3) -> list[PollReport]:
        """The last reports of polls between which more than a day goes by in all."""
        reports: list[PollReport] = []
        for number in range(polls):
            reports = await self.poll(*paths)
            if number == 0:
                self.let_pass(_DAY_AND_MORE)
        return reports

    def let_pass(self, time: timedelta) -> None:
        """Put the beginning of pending moves back in the archive, as if so much time had passed."""
        with self.archive._database.writing("cannot put back") as connection:
            chosen = select(feed.c.id, feed.c.move_since).where(feed.c.move_since.is_not(None))
            for number, since in connection.execute(chosen).all():
                put_back = update(feed).where(feed.c.id == number).values(move_since=since - time)
                connection.execute(put_back)

    @property
    def feed(self) -> Feed:
        """The first feed."""
        return self.archive.feeds.all(counted=True)[0]

    @property
    def titles(self) -> list[str]:
        """The titles of all entries, in the order of the alphabet."""
        return sorted(one.entry.title or "" for one in self.archive.entries.select(Selection()))

    def is_at(self, path: str) -> bool:
        """Whether the first feed is polled at `path` from now on."""
        return bool(self.feed.current_url == self.server.url(path))


@pytest.fixture
async def world(http_server: Any, archive: OpenArchive, poll: Any) -> World:
    """A feed of two entries that has been polled once at /old."""
    made = World(http_server, archive, poll)
    made.serve("/old", _document(1, 2))
    await made.poll()
    made.serve("/new", _document(1, 2, 3))
    return made


@pytest.fixture
def elsewhere(start_server: Any) -> Any:
    """Another host, at whose /new the feed is with one entry more."""
    server = start_server("127.0.0.2")
    server.route("/new", server.reply(_document(1, 2, 3)))
    return server


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_redirect_on_the_same_host_is_followed_for_good(
    world: World, status: int
) -> None:
    """At once; its entries stay what they are, and the old place has peace."""
    world.redirect("/old", "/new", status)

    await world.poll()

    assert world.is_at("/new")
    world.serve("/new", _document(1, 2, 3, 4))
    asked = len(world.server.requests)
    [report] = await world.poll()
    assert [request.path for request in world.server.requests[asked:]] == ["/new"]
    assert (report.new, report.edited) == (1, 0)
    assert world.titles == ["Title 1", "Title 2", "Title 3", "Title 4"]
    assert world.feed.url == world.server.url("/old")
    [(left, _)] = world.archive.feeds.addresses(world.feed.id)
    assert left == world.server.url("/old")


async def test_a_permanent_redirect_to_another_host_is_followed_after_a_day(
    world: World, elsewhere: Any
) -> None:
    """Two polls and 24 hours."""
    world.redirect("/old", elsewhere.url("/new"))

    await world.poll()
    was_there_at_once = not world.is_at("/old")
    world.let_pass(_DAY_AND_MORE)
    await world.poll()

    assert not was_there_at_once
    assert world.feed.current_url == elsewhere.url("/new")
    assert world.titles == ["Title 1", "Title 2", "Title 3"]


async def test_a_redirect_of_an_hour_moves_nothing(world: World, elsewhere: Any) -> None:
    """However often it is met; and one that is over is forgotten."""
    world.redirect("/old", elsewhere.url("/new"))
    for _ in range(5):
        await world.poll()
    assert world.is_at("/old")
    assert world.feed.move
    assert world.feed.move.polls == 5

    world.serve("/old", _document(1, 2))
    await world.poll()

    assert world.feed.move is None


async def test_one_poll_is_too_few_for_a_move_to_another_host(world: World, elsewhere: Any) -> None:
    """A feed that is polled once a day may meet a mistake of an hour."""
    world.redirect("/old", elsewhere.url("/new"))

    await world.poll()
    world.let_pass(_DAY_AND_MORE)

    assert world.is_at("/old")


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_temporary_redirect_never_moves_a_feed(world: World, status: int) -> None:
    """Its entries come; the old address is asked first each time."""
    world.redirect("/old", "/new", status)

    await world.poll_for_days(polls=4)

    assert (world.is_at("/old"), world.feed.move) == (True, None)
    assert len(world.titles) == 3


async def test_what_is_behind_a_temporary_redirect_is_temporary(world: World) -> None:
    """A move to where a temporary redirect is: it is polled there, not where that leads."""
    world.redirect("/old", "/between")
    world.redirect("/between", "/new", 302)

    await world.poll_for_days()

    assert world.is_at("/between")
    assert len(world.titles) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><body>This domain is for sale.</body></html>",
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>Parked</title></channel></rss>',
        _document(7, 8, 9),
    ],
    ids=["page", "empty feed", "other feed"],
)
async def test_a_redirect_to_a_stranger_never_moves_a_feed(world: World, body: bytes) -> None:
    """A parked domain answers all addresses alike; when it is over, the feed is where it was."""
    world.redirect("/old", "/parked")
    world.serve("/parked", body)

    await world.poll_for_days(polls=5)

    assert world.is_at("/old")
    world.serve("/old", _document(1, 2, 3))
    [report] = await world.poll()
    assert (report.error, report.new, world.is_at("/old")) == (None, 1, True)


async def test_a_stranger_that_comes_and_goes_stays_one(world: World) -> None:
    """That we know its entries by now, having read them there, is no sign that it is our feed."""
    for _ in range(2):
        world.redirect("/old", "/parked")
        world.serve("/parked", _document(7, 8, 9))
        await world.poll_for_days(polls=4)
        world.serve("/old", _document(1, 2))
        await world.poll()

    assert world.is_at("/old")


async def test_a_feed_that_leaves_a_stranger_for_its_own_place_is_followed(world: World) -> None:
    """Where it has been meanwhile is of no account."""
    world.redirect("/old", "/parked")
    world.serve("/parked", _document(7, 8, 9))
    await world.poll_for_days()
    world.redirect("/old", "/new")

    await world.poll_for_days()

    assert world.is_at("/new")


async def test_a_move_to_another_feed_of_ours_makes_them_one(world: World) -> None:
    """What both have is there once, what one has is there, too; only one of them is polled."""
    world.serve("/new", _document(2, 3))
    await world.poll("/old", "/new")
    world.redirect("/old", "/new")

    await world.poll_for_days("/old", "/new")

    assert world.titles == ["Title 1", "Title 2", "Title 3"]
    old, new = world.archive.feeds.all(counted=True)
    assert (old.merged_into, old.entry_count, new.entry_count) == (new.id, 0, 3)
    asked = len(world.server.requests)
    world.serve("/new", _document(1, 2, 3, 4))
    [report] = await world.poll("/old", "/new")
    assert [request.path for request in world.server.requests[asked:]] == ["/new"]
    assert (report.new, report.edited) == (1, 0)
    assert world.archive.check() == []


def _announce(world: World, *numbers: int) -> bytes:
    place = world.server.url("/new")
    head = f'<x:new-feed-url xmlns:x="http://www.itunes.com/dtds/podcast-1.0.dtd">{place}'
    return _document(*numbers, head=f"{head}</x:new-feed-url>")


async def test_a_feed_that_says_where_it_has_gone_is_followed_at_once(world: World) -> None:
    """Entries of it are at its new place; those that are only there come with the next poll."""
    world.serve("/old", _announce(world, 1, 2))

    await world.poll()
    moved = world.is_at("/new")
    [report] = await world.poll()

    assert moved
    assert (report.new, report.edited, len(world.titles)) == (1, 0, 3)


@pytest.mark.parametrize(
    "body",
    [_document(7, 8), _document(), b"<html><body>Soon here</body></html>", None],
    ids=["other feed", "empty feed", "page", "nothing"],
)
async def test_a_feed_that_names_a_wrong_place_stays(world: World, body: bytes | None) -> None:
    """Nothing of it is at the place that it names; what it has itself is read all the same."""
    world.server.route("/new", world.server.reply(body or b"", status=200 if body else 404))
    world.serve("/old", _announce(world, 1, 2, 3))

    [report] = await world.poll()

    assert (report.error, report.new, world.is_at("/old")) == (None, 1, True)


async def test_a_feed_that_is_where_it_says_stays(world: World) -> None:
    """Many feeds name their own address for ever: that is no question to be asked of anybody."""
    head = "<itunes:new-feed-url xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>"
    own = world.server.url("/old")
    world.serve("/old", _document(1, 2, 3, head=f"{head}{own}</itunes:new-feed-url>"))
    asked = len(world.server.requests)

    await world.poll()

    assert world.is_at("/old")
    assert [request.path for request in world.server.requests[asked:]] == ["/old"]


async def test_a_feed_whose_new_place_is_gone_is_found_at_its_old_one(world: World) -> None:
    """A move that was a mistake ends by itself; nothing is lost or doubled on the way."""
    world.redirect("/old", "/new")
    await world.poll_for_days()
    assert world.is_at("/new")
    world.server.route("/new", world.server.reply(status=404))
    world.serve("/old", _document(2, 3, 4))

    for _ in range(6):
        await world.poll()

    assert world.is_at("/old")
    assert world.feed.moved_to is None
    assert world.titles == ["Title 1", "Title 2", "Title 3", "Title 4"]


async def test_a_feed_takes_its_password_along_on_its_own_host(world: World, poll: Any) -> None:
    """Redirects hand no password on to us; the operator's is used where it would have been."""
    address = world.server.url("/old").replace("://", "://me:secret@")
    await poll([address], full_text=FullText.NEVER)
    world.redirect("/old", "/new")
    for number in range(3):
        await poll([address], full_text=FullText.NEVER)
        if number == 0:
            world.let_pass(_DAY_AND_MORE)
    assert world.feed.moved_to == world.server.url("/new")

    asked = len(world.server.requests)
    await poll([address], full_text=FullText.NEVER)

    [request] = world.server.requests[asked:]
    assert request.path == "/new"
    assert request.headers["authorization"].startswith("Basic ")


async def test_a_feed_that_is_gone_is_left_alone(world: World) -> None:
    """After 410 twice in a row; other failures do not count, and its entries stay."""
    world.server.route("/old", world.server.reply(status=500))
    for _ in range(6):
        await world.poll()
    assert not world.feed.is_gone
    world.server.route("/old", world.server.reply(status=410))

    for number in range(2):
        assert not world.feed.is_gone, number
        await world.poll()

    assert world.feed.is_gone
    assert world.titles == ["Title 1", "Title 2"]
    world.serve("/old", _document(1, 2, 3))
    await world.poll()
    assert (world.feed.is_gone, len(world.titles)) == (False, 3)


async def test_an_announced_place_that_is_gone_costs_no_whole_documents(world: World) -> None:
    """Such notes stay in feeds for years: it is asked about once a change, and validators stay."""
    head = "<itunes:new-feed-url xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>"
    gone = f"{head}{world.server.url('/gone')}"
    world.server.route("/gone", world.server.reply(status=404))
    world.serve("/old", _document(1, 2, 3, head=f"{gone}</itunes:new-feed-url>"))
    await world.poll()
    asked = len(world.server.requests)

    await world.poll()

    assert [request.path for request in world.server.requests[asked:]] == ["/old"]
    assert world.feed.body_hash is not None
    assert world.is_at("/old")

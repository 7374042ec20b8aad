"""What is kept of a feed's documents: memory, fetch records, what it says of itself, icons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.archive import FeedDetails
from aggregator.archive._documents import FETCHES_KEPT
from aggregator.errors import ArchiveError
from aggregator.model import (
    Chapter,
    Enclosure,
    Extras,
    FeedLinks,
    FeedSpec,
    FetchRecord,
    Icon,
    Identity,
    Item,
    Memory,
    Move,
    ParsedFeed,
    Person,
    Place,
    RelatedLink,
    Source,
    Transcript,
)

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

URL = "https://example.org/feed.xml"
EXTRAS = Extras(
    images=("https://example.org/large.png", "https://example.org/small.png"),
    people=(Person("Ann", "host", "https://example.org/ann"), Person("Бори́с")),
    comments_count=0,
    comments_feed_url="https://example.org/1/comments.xml",
    place=Place(1.5, -2.0, "Here"),
    rights="© Ann",
    licence="https://example.org/licence",
    source=Source("Elsewhere", None, "https://example.com/feed"),
    related=(RelatedLink("https://example.org/2", "related", title="Two"),),
    duration_s=61.5,
    season="1",
    episode="2b",
    is_explicit=False,
    chapters=(Chapter(0.0, "Start"), Chapter(30.25)),
    chapters_url="https://example.org/1.json",
    transcripts=(Transcript("https://example.org/1.vtt", "text/vtt", "en"),),
)
LINKS = FeedLinks(URL, ("https://hub.example/",), URL + "?2", URL + "?old", "https://new.example/")


def _parsed(**changes: Any) -> ParsedFeed:
    return replace(ParsedFeed("rss20", "repaired", "windows-1252", ()), **changes)


def test_extras_of_an_entry_come_back_as_they_went_in(
    one_feed: OneFeed, make_item: Callable[..., Item]
) -> None:
    """All kinds of them; files with all that is said of them, too."""
    file = Enclosure("https://example.org/1.mp4", "video/mp4", 7, "T", "video", 1.5, 640, 480)
    first = make_item(1, extras=EXTRAS, enclosures=(file,))
    one_feed.poll(first, make_item(2))

    assert one_feed.get(2).entry == first.entry
    assert one_feed.get(1).entry.extras == Extras()
    assert one_feed.rows("SELECT CAST(extras AS TEXT) FROM entry WHERE id = 1") == [("{}",)]


def test_extras_of_another_program_are_read_as_far_as_they_are_known(
    one_feed: OneFeed, make_item: Callable[..., Item]
) -> None:
    """A part that this program does not know costs nothing."""
    one_feed.poll(make_item(1))
    one_feed.rows(
        "UPDATE entry SET extras = ?", '{"mood": "odd", "people": [{"name": "Ann", "shoe": 9}]}'
    )

    assert one_feed.get(1).entry.extras == Extras(people=(Person("Ann"),))


def test_a_number_that_is_none_costs_no_poll(
    one_feed: OneFeed, make_item: Callable[..., Item]
) -> None:
    """PostgreSQL has no JSON for NaN and infinity."""
    one_feed.poll(make_item(1, extras=Extras(duration_s=float("nan"), rights="r")))

    assert one_feed.get(1).entry.extras == Extras(rights="r")


def test_what_a_feed_says_of_itself_is_kept(one_feed: OneFeed) -> None:
    """Until it says something else; a poll without a document leaves it."""
    said = {"links": LINKS, "extras": EXTRAS, "description": "About", "language": "pt-BR"}
    before = one_feed.archive.feeds.details(1)

    one_feed.poll(parsed=_parsed(**said))
    one_feed.poll(status=304)

    kept = one_feed.archive.feeds.details(1)
    assert before == FeedDetails() == one_feed.archive.feeds.details(99)
    assert kept == FeedDetails("About", "pt-BR", "rss20", LINKS, EXTRAS)
    one_feed.poll(parsed=_parsed())
    assert one_feed.archive.feeds.details(1) == FeedDetails(format="rss20")


def test_the_next_document_is_read_by_the_memory_of_the_last(one_feed: OneFeed) -> None:
    """The snapshot and what was learnt stay over polls that bring no document."""
    memory = Memory(Identity.LINK, snapshot=b"\0\xff snapshot")
    feeds = one_feed.archive.feeds
    assert feeds.memory(feeds.all()[0]) == Memory()

    one_feed.poll(parsed=_parsed(memory=memory))
    one_feed.poll(status=304)
    one_feed.poll(error="dns")

    assert feeds.memory(feeds.all()[0]) == memory
    one_feed.poll(parsed=_parsed(memory=replace(memory, snapshot=b"2")))
    assert feeds.memory(feeds.all()[0]).snapshot == b"2"


@pytest.mark.parametrize(
    "poll",
    [
        {"parsed": _parsed(memory=Memory(Identity.LINK))},
        {"parsed": _parsed(memory=Memory(Identity.LINK, snapshot=b"2")), "forgets_document": True},
        {"forgets_document": True},
    ],
    ids=["without", "with-another", "without-document"],
)
def test_a_snapshot_is_forgotten_when_a_poll_says_so(
    poll: dict[str, Any], one_feed: OneFeed
) -> None:
    """What was learnt of the feed is not."""
    one_feed.poll(parsed=_parsed(memory=Memory(Identity.LINK, snapshot=b"1")))

    one_feed.poll(**poll)

    feeds = one_feed.archive.feeds
    assert feeds.memory(feeds.all()[0]) == Memory(Identity.LINK)


def test_the_operators_word_on_identity_is_fixed(one_feed: OneFeed, now: datetime) -> None:
    """It stands before what was learnt; taken back, what was learnt holds again."""
    feeds = one_feed.archive.feeds
    one_feed.poll(parsed=_parsed(memory=Memory(Identity.LINK, snapshot=b"1")), body_hash="b")

    feeds.sync([FeedSpec(URL, identity=Identity.TEXT)], now)
    fixed = feeds.memory(feeds.all()[0])
    one_feed.poll(parsed=_parsed(memory=replace(fixed, snapshot=b"2")), body_hash="c")
    feeds.sync([FeedSpec(URL)], now)

    assert fixed == Memory(Identity.TEXT, is_fixed=True)
    assert feeds.memory(feeds.all()[0]) == Memory(Identity.LINK)
    assert feeds.all()[0].body_hash is None


def test_a_poll_under_way_cannot_bring_an_older_identity_back(
    one_feed: OneFeed, now: datetime
) -> None:
    """It was read by rules that the operator has changed since."""
    token = one_feed.lease()
    one_feed.archive.feeds.sync([FeedSpec(URL, identity=Identity.TEXT)], now)

    assert not one_feed.archive.entries.record(one_feed.result(token, body_hash="b"))


def test_how_an_answer_was_read_is_kept(one_feed: OneFeed, now: datetime) -> None:
    """The newest first; what brought nothing to read leaves no record."""
    parsed = _parsed(warnings=("one", "two"), encoding_source="http")
    one_feed.poll(parsed=parsed, same=3, body_bytes=99, duration_s=0.5)
    one_feed.poll(status=304)
    one_feed.poll(status=500, error="HTTP 500", polled_at=now + timedelta(hours=1))

    failed, read = one_feed.archive.feeds.fetches(1)

    assert read == FetchRecord(
        fetched_at=now,
        status=200,
        body_bytes=99,
        duration_s=0.5,
        path="repaired",
        format="rss20",
        encoding="windows-1252",
        encoding_source="http",
        warnings=("one", "two"),
        unchanged=3,
    )
    assert failed == FetchRecord(now + timedelta(hours=1), 500, 0, 0.0, error="HTTP 500")


def test_what_a_poll_found_is_counted(one_feed: OneFeed, make_item: Callable[..., Item]) -> None:
    """Overwritten entries were edited, renamed ones were not."""
    one_feed.poll(make_item(1), make_item(2), make_item(3), parsed=_parsed())
    one_feed.poll(
        parsed=_parsed(),
        edited=((1, make_item(4)),),
        overwritten=((2, make_item(5)),),
        renamed=((3, make_item(6).entry),),
        same=5,
    )

    counts = [(one.new, one.edited, one.unchanged) for one in one_feed.archive.feeds.fetches(1)]

    assert counts == [(0, 2, 6), (3, 0, 0)]


def test_only_the_last_records_of_each_feed_are_kept(one_feed: OneFeed, now: datetime) -> None:
    """A feed that is polled often pushes out nobody else's."""
    for number in range(FETCHES_KEPT + 5):
        one_feed.poll(error=str(number))
    one_feed.archive.feeds.sync([FeedSpec(URL), FeedSpec("https://example.com/")], now)
    [lease] = one_feed.archive.feeds.lease(now, limit=1, lease_s=9, feed_ids=[2])
    result = replace(one_feed.result(lease.token, error="other"), feed_id=2)
    one_feed.archive.entries.record(result)
    one_feed.poll(error="last")

    errors = [one.error for one in one_feed.archive.feeds.fetches(1)]

    assert errors == ["last", *(str(number) for number in range(FETCHES_KEPT + 4, 5, -1))]
    assert len(one_feed.archive.feeds.fetches(1, limit=3)) == 3
    assert len(one_feed.archive.feeds.fetches(2)) == 1


def test_odd_and_enormous_records_cost_no_poll(one_feed: OneFeed) -> None:
    """Encodings are named by strangers, warnings may be legion."""
    parsed = _parsed(encoding="x\0" * 500, warnings=("w\ud800",) * 100_000)

    assert one_feed.poll(parsed=parsed)

    [record] = one_feed.archive.feeds.fetches(1)
    assert record.encoding == "x\ufffd" * 500
    assert set(record.warnings) == {"w\ufffd"}
    assert len(record.warnings) < 1000


def test_a_pending_move_is_kept_from_poll_to_poll(one_feed: OneFeed, now: datetime) -> None:
    """As the poll says; one that says nothing of it ends it."""
    move = Move("https://new.example/", now - timedelta(days=1), polls=2)
    one_feed.poll(move=move)
    [pending] = one_feed.archive.feeds.all()
    one_feed.poll()
    [ended] = one_feed.archive.feeds.all()

    assert (pending.move, pending.moved_to, pending.current_url) == (move, None, URL)
    assert ended.move is None


ICON = Icon("https://example.org/i.png", "image/png", b"\x89PNG\0\xff")
NO_ICON = Icon("https://example.org/favicon.ico", "", b"")


@pytest.mark.parametrize("icon", [ICON, NO_ICON], ids=["found", "missed"])
def test_an_icon_is_kept_and_replaced(icon: Icon, one_feed: OneFeed, now: datetime) -> None:
    """Also that there is none, which is not the same as that nobody has looked."""
    feeds = one_feed.archive.feeds
    assert feeds.icon(1) is None

    feeds.write_icon(1, replace(ICON, data=b"old"), now)
    feeds.write_icon(1, icon, now)

    assert feeds.icon(1) == replace(icon, fetched_at=now)
    with pytest.raises(ArchiveError, match="cannot write an icon"):
        feeds.write_icon(99, icon, now)


def test_stale_icons_are_those_nobody_has_looked_for_of_late(
    one_feed: OneFeed, now: datetime
) -> None:
    """A miss counts as a look; feeds that are not polled need no icon."""
    feeds = one_feed.archive.feeds
    urls = [URL, *(f"https://example.net/{number}" for number in range(4))]
    feeds.sync([FeedSpec(url) for url in urls], now)
    feeds.write_icon(2, ICON, now - timedelta(days=8))
    feeds.write_icon(3, NO_ICON, now - timedelta(days=9))
    feeds.write_icon(4, NO_ICON, now - timedelta(days=6))
    feeds.sync([FeedSpec(url) for url in urls[:-1]], now)

    assert [feed.id for feed in feeds.stale_icons(now - timedelta(days=7))] == [1, 3, 2]

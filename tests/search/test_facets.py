"""Facts of entries and feeds in queries, also where feeds became one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from aggregator.model import Enclosure, FeedSpec
from aggregator.search import Searcher, open_searcher
from tests.search.conftest import NOW, Shelf

Find = Callable[..., list[int]]


@pytest.fixture(scope="module")
def searcher(shared_shelf: Shelf) -> Iterator[Searcher]:
    """A searcher of an archive of three entries, two from one feed."""
    shared_shelf.put(
        "car",
        title="one",
        url="https://news.example.org/cars/red?x=1",
        tags=("Open Source", "小米"),
        authors=("Ann O'Neil", "Bo Weiß"),
        language="en-GB",
        published_at=datetime(2026, 1, 31, 23, 59, tzinfo=UTC),
        enclosures=(Enclosure("https://example.org/a.mp3", "audio/mpeg"),),
        article={"read_minutes": 4, "word_count": 999},
    )
    shared_shelf.put(
        "car",
        title="two",
        url="https://example.com/cars",
        authors=("Ann Lee",),
        language="de",
        published_at=datetime(2026, 2, 1, tzinfo=UTC),
        article={"read_minutes": 5, "word_count": 1001, "image": "https://example.com/i.png"},
    )
    shared_shelf.put("car", title="three", feed=2, article={"read_minutes": 90})
    with open_searcher(shared_shelf.url) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tag:open-source OR #OPEN_SOURCE", [1]),
        ("#小米", [1]),
        ("tag:news", [3]),
        ("author:ann", [1, 2]),
        ('author:"ann lee"', [2]),
        ("from:o'neil", [1]),
        ("by:WEISS", [1]),
        ("lang:en", [1]),
        ("lang:en-gb", [1]),
        ("lang:en-us", []),
        ("-lang:en", [2, 3]),
        ("site:example.org", [1]),
        ("site:news.example.org", [1]),
        ("site:www.example.com", [2]),
        ("url:cars", [1, 2]),
        ("inurl:red", [1]),
        ("feed:1", [1, 2]),
        ("feed:harbour", [3]),
        ('feed:"wire harbour"', [3]),
        ("feed:other.example", [3]),
        ("feed:nobody", []),
        ("date:2026-01", [1]),
        ("after:2026-02-01", [2, 3]),
        ("before:2026-02", [1]),
        ("date:2026-01-31/2026-02-01", [1, 2]),
        ("date:2025", []),
        ("readtime:<5", [1]),
        ("minutes:5", [2]),
        ("readtime:>60", [3]),
        ("readtime:>90", []),
        ("readtime:>=90", [3]),
        ("words:>1000", [2]),
        ("words:999..1000", [1]),
        ("has:enclosure", [1]),
        ("has:image", [2]),
        ("is:updated", []),
        ("car has:image -author:bo (lang:de OR lang:en)", [2]),
    ],
)
def test_every_fact_can_be_asked_for(typed: str, found: list[int], searcher: Searcher) -> None:
    """Alone, with others, in any spelling; both as a search and in the order of dates."""
    assert sorted(hit.id for hit in searcher.newest(typed).hits) == found
    assert sorted(hit.id for hit in searcher.search(typed).hits) == found


def test_a_fact_that_is_one_of_many_can_be_asked_for(shelf: Shelf, find: Find) -> None:
    """The last of thirty authors, the query of an address, a deep host, a part of a language."""
    authors = tuple(f"Name{number} Sur{number}" for number in range(30))
    shelf.put("x", authors=authors, url="https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    shelf.put("x", url="https://a.b.c.d.e.f.g.example.net/?p=123", language="zh-Hant-TW")

    found = {
        typed: find(typed)
        for typed in (
            "author:sur29",
            'author:"name10 sur10"',
            "url:dQw4w9WgXcQ",
            "url:https://a.b.c.d.e.f.g.example.net/?p=123",
            "url:https://a.b.c.d.e.f.g.example.net/?p=999",
            "site:b.c.d.e.f.g.example.net",
            "site:example.net",
            "lang:zh-hant",
            "lang:zh-hant-tw",
        )
    }

    assert list(found.values()) == [[1], [1], [1], [2], [], [2], [2], [2], [2]]


def test_days_before_1970_are_told_apart(shelf: Shelf, find: Find) -> None:
    """Though one facet stands for all of them; negated, with words and in any order, too."""
    last_day = datetime(1969, 12, 30, 23, 59, 59, tzinfo=UTC)
    for day in (datetime(1959, 5, 1, tzinfo=UTC), datetime(1965, 5, 1, tzinfo=UTC), last_day):
        shelf.put("old", published_at=day)
    shelf.put("old", published_at=datetime(1970, 1, 2, tzinfo=UTC))

    found = {
        typed: sorted(find(typed))
        for typed in (
            "before:1960",
            "date:1965",
            "old date:1965-05-01",
            "-before:1960",
            "date:1959-05-02/1969",
            "before:1970",
            "after:1969-12-30",
            "date:1969-12-30 sort:old",
            "before:0001-01-02 OR after:9999-12-31",
        )
    }

    assert list(found.values()) == [[1], [2], [2], [2, 3, 4], [2, 3], [1, 2, 3], [3, 4], [3], []]


def test_a_hit_tells_the_facts_of_its_entry(searcher: Searcher) -> None:
    """Feed, authors, tags, minutes and words, as they are stored."""
    first, third = (searcher.search(typed).hits[0] for typed in ("title:one", "title:three"))

    assert (first.id, first.feed, first.url) == (
        1,
        "A feed",
        "https://news.example.org/cars/red?x=1",
    )
    assert (first.authors, first.tags) == (("Ann O'Neil", "Bo Weiß"), ("Open Source", "小米"))
    assert (first.read_minutes, first.word_count, first.language) == (4, 999, "en")
    assert first.published_at == datetime(2026, 1, 31, 23, 59, tzinfo=UTC)
    assert (third.feed, third.authors, third.language) == ("Harbour Wire", (), None)


def test_entries_of_a_merged_feed_are_found_under_the_one_that_stayed(shelf: Shelf) -> None:
    """By its number, name and tags; those of the feed that is gone mean it, too."""
    shelf.put("car", feed=1)
    shelf.put("bus", feed=2)
    with open_searcher(shelf.url) as searcher:
        before = [hit.id for hit in searcher.newest("feed:harbour").hits]
        shelf.record(1, moved_to="https://other.example/atom")

        found = {
            typed: [hit.id for hit in searcher.newest(typed).hits]
            for typed in ("feed:2", "feed:harbour", "feed:1", "#news", "feed:harbour car")
        }
    assert before == [2]
    assert found == {
        "feed:2": [2, 1],
        "feed:harbour": [2, 1],
        "feed:1": [2, 1],
        "#news": [2, 1],
        "feed:harbour car": [1],
    }


def test_tags_and_names_that_the_operator_changes_count_at_once(shelf: Shelf) -> None:
    """No entry has to be indexed anew for them."""
    shelf.put("car")
    with open_searcher(shelf.url) as searcher:
        before = [searcher.newest(typed).total for typed in ("#daily", "feed:renamed")]
        specs = [FeedSpec("https://example.org/feed", name="Renamed", tags=("Daily",))]
        shelf.archive.feeds.sync(specs, NOW)

        after = [searcher.newest(typed).total for typed in ("#daily", "feed:renamed")]

    assert (before, after) == ([0, 0], [1, 1])

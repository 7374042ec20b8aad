"""The databases and the predicate agree: on what answers a query, and on which comes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.archive import Selection, index_entry
from aggregator.model import ArchivedEntry, Enclosure
from aggregator.search import Sort, matches, open_searcher, parse_query
from aggregator.search.terms import document_of
from tests.search.conftest import Shelf

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
VOCABULARY = (
    *("red", "blue", "Red", "reds", "car", "cars", "running", "run", "runs", "the", "to", "not"),
    *("café", "Cafe", "naïve", "Häuser", "Haus", "haus", "книга", "книги", "électrique"),
    *("小米", "小米手机", "手机", "米", "手", "ひらがな", "한국어", "Xiaomi小米"),
    *("don't", "e-mail", "mail", "C++", "c#", "v2.5", "2.5", "www.example.com", "example.com"),
    *("a.b", "AT&T", "red-blue", "1,000", "½", "ﬁle", "file"),
)
TAGS = ("Cars", "open source", "小米", "C++", "news")
AUTHORS = ("Ann O'Neil", "Bo Weiß", "李明", "Ann Lee")
URLS = (
    None,
    "https://example.org/cars/red-car",
    "https://www.news.example.org/2026/小米",
    "http://other.example/blue?x=1#y",
)
LANGUAGES = (None, "en", "de-AT", "ru", "zh-Hans", "xx")

words = st.sampled_from(VOCABULARY)
texts = st.lists(words, max_size=7).map(" ".join)
breaks = st.sampled_from([", ", "\n", " ", "。"])
articles = st.fixed_dictionaries(
    {
        "read_minutes": st.sampled_from([0, 1, 3, 7, 61, 300]),
        "word_count": st.sampled_from([0, 99, 100, 101, 1000, 2500, 30_000]),
        "headline": st.none() | texts,
        "image": st.none() | st.just("https://example.org/i.png"),
        "language": st.sampled_from(LANGUAGES),
    }
)
entries = st.fixed_dictionaries(
    {
        "lead": st.lists(texts, max_size=2).flatmap(
            lambda parts: breaks.map(lambda b: b.join(parts))
        ),
        "title": st.none() | texts,
        "sections": st.lists(st.tuples(texts, texts), max_size=2),
        "article": articles,
        "language": st.sampled_from(LANGUAGES),
        "url": st.sampled_from(URLS),
        "tags": st.lists(st.sampled_from(TAGS), max_size=2, unique=True).map(tuple),
        "authors": st.lists(st.sampled_from(AUTHORS), max_size=2, unique=True).map(tuple),
        "published_at": st.none()
        | st.sampled_from([0, 0.5, 1, 31, 40, 324, 500, -10_000, -200]).map(
            lambda days: FIRST + timedelta(days=days)
        ),
        "enclosures": st.sampled_from(
            [
                (),
                (Enclosure("https://example.org/a.mp3"),),
                (Enclosure("https://x.y/i", "image/png"),),
            ]
        ),
    }
)
archives = st.lists(entries, min_size=1, max_size=8)

quoted = st.lists(words, min_size=1, max_size=3).map(lambda some: f'"{" ".join(some)}"')
prefixes = words.flatmap(lambda word: st.integers(1, 5).map(lambda end: word[:end] + "*"))
typed_words = words | quoted | prefixes
patterns = st.sampled_from(
    [
        "/r.d/",
        "/^red/",
        "/cars?$/",
        "/(?-i)Red/",
        "/小.手/",
        "/b[lu]{2}e r/",
        "/\\bcaf.\\b/",
        "/[red/",
    ]
)
texts_in_fields = st.tuples(
    st.sampled_from(["title:", "intitle:", "heading:", "body:"]), typed_words | patterns
).map("".join)
facts = st.sampled_from(
    [
        *("tag:cars", "#cars", 'tag:"open source"', "tag:小米", "tag:c++", "tag:news", "tag:none"),
        *("author:ann", "author:o'neil", "author:weiss", "author:李", 'author:"lee ann"'),
        *("lang:de", "lang:de-at", "lang:zh", "lang:en", "lang:xx", "lang:fr"),
        *("feed:1", "feed:2", "feed:harbour", 'feed:"a feed"', "feed:example", "feed:none"),
        *("site:example.org", "site:news.example.org", "site:other.example", "site:org"),
        *("url:cars", "url:小米", "url:red-car", "inurl:blue", "url:none"),
        *("date:2026", "date:2026-01", "date:2026-01-01", "date:2026-01-31/2026-02", "date:1998"),
        *("after:2026-01-02", "before:2026-01-02", "after:2026-11", "before:1999", "after:3000"),
        *("date:2026-01/..", "date:7d", "after:1y", "date:2026-02/2026-01"),
        *(
            "readtime:<5",
            "readtime:3",
            "readtime:>60",
            "readtime:>100",
            "readtime:0",
            "minutes:2-7",
        ),
        *("words:>1000", "words:100..101", "words:<100", "words:>=30000", "words:1000"),
        *("is:updated", "has:enclosure", "has:image", "is:odd", "foo:bar"),
    ]
)
leaves = typed_words | texts_in_fields | facts | patterns
queries = st.recursive(
    leaves,
    lambda parts: (
        parts.map(lambda one: f"-{one}")
        | st.lists(parts, min_size=2, max_size=3).map(" ".join)
        | st.lists(parts, min_size=2, max_size=3).map(lambda some: f"({' OR '.join(some)})")
        | parts.map(lambda one: f"-({one})")
    ),
    max_leaves=6,
)
few = settings(
    max_examples=10,  # of 24 entries, twelve queries and two databases each
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _refill(shelf: Shelf, first: list[dict[str, Any]], second: list[dict[str, Any]]) -> None:
    """Put other entries in the place of all that there were; the last of feed 1 is edited."""
    shelf.archive.entries.delete([one.id for one in shelf.archive.entries.select(Selection())])
    shelf.put_items(*first)
    shelf.put_items(*second, feed=2)
    last = max(one.id for one in shelf.archive.entries.select(Selection()) if one.feed.id == 1)
    shelf.edit(last, "red 小米手机 runs", title="Blue cars", url=URLS[1])


def _expected(typed: str, stored: list[ArchivedEntry]) -> list[int]:
    """What `typed` finds by the predicate alone, the newest first."""
    query = parse_query(typed)
    languages = sorted({document_of(index_entry(one)).language for one in stored})
    found = [one for one in stored if matches(query, one, languages=languages)]
    return [one.id for one in sorted(found, key=lambda one: (one.sort_at, one.id), reverse=True)]


@few
@given(first=archives, second=archives, asked=st.lists(queries, min_size=12, max_size=12))
def test_a_search_finds_what_the_predicate_chooses(
    first: list[dict[str, Any]],
    second: list[dict[str, Any]],
    asked: list[str],
    shared_shelf: Shelf,
) -> None:
    """All of it and nothing else, whatever is stored and whatever is asked; in order of date."""
    _refill(shared_shelf, first, second)
    stored = shared_shelf.archive.entries.select(Selection())
    with open_searcher(shared_shelf.url) as searcher:
        results = {typed: searcher.newest(typed, limit=1000) for typed in asked}

    found = {typed: [hit.id for hit in result.hits] for typed, result in results.items()}
    assert found == {typed: _expected(typed, stored) for typed in asked}
    assert {typed: (one.total, one.has_more) for typed, one in results.items()} == {
        typed: (len(ids), False) for typed, ids in found.items()
    }


@few
@given(first=archives, second=archives, asked=st.lists(queries, min_size=12, max_size=12))
def test_both_databases_give_the_same_hits_in_the_same_order(
    first: list[dict[str, Any]],
    second: list[dict[str, Any]],
    asked: list[str],
    both_shelves: tuple[Shelf, Shelf],
) -> None:
    """By rank and in every other order, with the same sections, snippets and totals."""
    given_back = []
    for shelf in both_shelves:
        _refill(shelf, first, second)
        with open_searcher(shelf.url) as searcher:
            given_back.append(
                [searcher.search(typed, sort=sort) for typed in asked for sort in (None, *Sort)]
            )

    assert given_back[0] == given_back[1]

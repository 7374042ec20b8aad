"""One entry against a query, with no database: what rules, digests and alerts ask."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import ArchivedEntry, Enclosure
from aggregator.search.plan import matches
from aggregator.search.query import parse_query
from tests.search.plan.entries import make_entry, make_feed

_ENTRY = make_entry(
    "Xiaomi shows the red cars. They're running on Python 3.11, not C++; see www.example.com/cars.",
    title="Electric SUV YU7",
    headline="小米手机 and a café",
    sections=[("Market share", "Some 新小米汽车 text"), ("Outlook", "More is to come")],
    url="https://news.example.org/2026/spring-sale.html",
    authors=("Ann O'Neil", "王小明"),
    tags=("Open Source", "EV"),
    published_at=datetime(2026, 3, 14, 9, tzinfo=UTC),
    enclosures=(Enclosure("https://example.org/a.mp3", "audio/mpeg", 1),),
    words=1234,
    minutes=5,
)


def _matches(typed: str, entry: ArchivedEntry = _ENTRY) -> bool:
    return matches(parse_query(typed), entry)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "car",
        "running red",
        "run -blue",
        "blue OR red",
        "(blue OR red) car",
        "xiao*",
        "electri*",
        "yu7*",
        "cafe",
        "CAFÉ",
        "小米",
        "汽车",
        "米",
        "3.11",
        "c++",
        "example.com",
        '"red cars"',
        '"the red cars"',
        '"they\'re running"',
        '"C++"',
        '"3.11"',
        '"小米手机 and"',
        '"米手"',
        "title:suv",
        "title:小米",
        "heading:market",
        "body:red",
        "body:汽车",
        'heading:"market share"',
        "-title:red",
        '-title:"red cars"',
        "/re[dt] cars/",
        "/R.D/",
        "title:/^electric/",
        "title:/^小米/",
        "-title:/re[d]/",
        "author:neil",
        'author:"ann o\'neil"',
        "author:王小明",
        "feed:7",
        "feed:verge",
        'feed:"the verge"',
        "feed:kafer",
        "feed:reading",
        "feed:verge-1",
        "site:example.org",
        "site:news.example.org",
        "site:theverge.com",
        "url:spring",
        'tag:"open source"',
        "#ev",
        'tag:"tech news"',
        "lang:en",
        "after:2026-03-14",
        "before:2026-04",
        "date:2026-03",
        "-after:2026-04",
        "readtime:<6",
        "readtime:3..7",
        "words:>1000",
        "words:1234",
        "has:enclosure",
        "-is:updated",
    ],
)
def test_an_entry_answers(typed: str) -> None:
    """By each part of the language that is true of it."""
    assert _matches(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "blue",
        "red -car",
        '"cars red"',
        '"red car"',
        '"ed cars"',
        '"手小"',
        '"share some"',
        "title:red",
        "heading:red",
        "body:suv",
        'title:"yu7 小米"  body:market',
        "/red  cars?/",
        "/(?-i)RED/",
        "body:/su[v]/",
        "c#",
        "3.1",
        "author:bob",
        "feed:8",
        "feed:guardian",
        "site:example.com",
        "site:verge.com",
        "url:winter",
        "tag:open",
        "#source",
        "lang:de",
        "after:2026-03-15",
        "before:2026-03-14",
        "readtime:<5",
        "words:>1234",
        "words:<1234",
        "words:1233",
        "has:image",
        "is:updated",
        "feed:7 -feed:verge",
    ],
)
def test_an_entry_does_not_answer(typed: str) -> None:
    """What is not true of it."""
    assert not _matches(typed)


@pytest.mark.parametrize(
    ("language", "text", "typed", "is_found"),
    [
        ("de", "zwei Häuser", "haus", True),
        ("de", "zwei Häuser", '"haus"', False),
        ("de", "zwei Häuser", '"häuser"', True),
        ("fr", "ils mangeaient", "manger", True),
        ("ru", "красивые дома", "дом", True),
        ("ja", "東京都の天気", "京都", True),
        ("ja", "東京都の天気", '"京都"', True),
        ("ko", "삼성전자", "전자", True),
        ("th", "ภาษาไทยง่าย", "ไทย", True),
        ("hi", "नई किताब।", "किताब", True),
        (None, "running", "run", True),
    ],
)
def test_words_are_compared_by_the_stems_of_the_entry(
    language: str | None, text: str, typed: str, *, is_found: bool
) -> None:
    """In its own language, whatever that is."""
    assert _matches(typed, make_entry(text, language=language)) is is_found


def test_the_stems_of_other_languages_count_where_they_are_named() -> None:
    """A search goes through articles of all languages, a rule need not."""
    entry = make_entry("das Haus", language="de")

    assert not matches(parse_query("hausser"), entry)
    assert matches(parse_query("häuser"), entry, languages=("en", "fr"))


def test_a_feed_that_is_not_known_well_is_found_by_its_number() -> None:
    """It has no name, no title and no site before its first poll."""
    entry = make_entry("x", feed=make_feed(name=None, title=None, site_url=None, tags=()))

    assert _matches("feed:7", entry)
    assert not _matches("feed:verge site:theverge.com", entry)
    assert not _matches("site:theverge.com", entry)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_asked_of_any_text(typed: str, text: str) -> None:
    """Without an error; and never is both a query and its opposite true."""
    entry = make_entry(text, title=text[:9])

    query = parse_query(typed)

    assert matches(query, entry) in {True, False}


@given(st.text(alphabet="ab cdé小米手-.'+3", min_size=1, max_size=30), st.data())
def test_what_is_written_is_found_in_quotes(text: str, data: st.DataObject) -> None:
    """Each row of words of a text, taken from it as it stands."""
    words = text.split()
    first = data.draw(st.integers(0, len(words)))
    taken = " ".join(words[first : data.draw(st.integers(first, len(words)))])
    has_words = any(map(str.isalnum, taken))

    assert _matches(f'"{taken}"', make_entry(text)) is has_words

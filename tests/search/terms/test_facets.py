"""Facets: every fact of an entry that a query can ask for is among its tokens."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.archive import IndexEntry
from aggregator.model import Article, Enclosure, Entry, Extras, Section
from aggregator.search.terms import (
    ALL,
    SHARD_BITS,
    analyze,
    document_of,
    facet_tokens,
    facets_of,
    feed_token,
    shard_token,
    tokens_of,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()))
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def made(
    *, article: dict[str, Any] | None = None, is_updated: bool = False, **entry: Any
) -> IndexEntry:
    """An entry of feed 7 with the given fields."""
    filled: dict[str, Any] = {"headline": None, "lead": "", "lead_html": "", "sections": ()}
    filled |= {"word_count": 640, "read_minutes": 3, "method": "feed"} | (article or {})
    return IndexEntry(
        id=(1 << SHARD_BITS) + 5,
        feed_id=7,
        entry=Entry("0" * 32, "0" * 32, **entry),
        article=Article(**filled),
        sort_at=AT,
        is_updated=is_updated,
    )


def test_what_every_entry_has() -> None:
    """All, its shard, feed, day and numbers."""
    expected = {ALL, shard_token(1 << SHARD_BITS), feed_token(7), "min:3", "len:700"}
    expected |= {"y:2026", "m:202611", "d:20261122"}

    assert set(facets_of(made())) == expected


@pytest.mark.parametrize(
    ("name", "value", "fields"),
    [
        ("author", "ann", {"authors": ("Ann O'Neil",)}),
        ("author", "O’Neil Ann", {"authors": ("Ann O'Neil",)}),
        ("author", "jose", {"article": {"byline": "Von José García"}}),
        ("author", "name29 sur29", {"authors": tuple(f"Name{n} Sur{n}" for n in range(30))}),
        ("author", "村上", {"authors": ("村上春樹",)}),
        ("author", "春", {"authors": ("村上春樹",)}),
        ("author", "村上春樹", {"authors": ("村上春樹",)}),
        ("tag", "open source", {"tags": ("Space", "Open Source")}),
        ("tag", "OPEN_SOURCE", {"tags": ("open  source",)}),
        ("tag", "C++", {"tags": ("c++",)}),
        ("tag", "हिन्दी", {"tags": ("हिन्दी",)}),
        ("tag", "#python", {"tags": ("python",)}),
        ("site", "example.com", {"url": "https://www.example.com/a"}),
        ("site", "https://blog.example.com/x", {"url": "https://blog.example.com/a"}),
        ("site", "Example.com", {"url": "https://blog.example.com/a"}),
        ("site", "münchen.de", {"url": "https://xn--mnchen-3ya.de/a"}),
        ("site", "example.com", {"url": "https://a.b.c.d.e.f.example.com/"}),
        ("site", "example.com", {"url": f"https://{'a.' * 99}example.com/"}),
        ("site", "b.c.d.e.f.g.h.i.example.com", {"url": "https://a.b.c.d.e.f.g.h.i.example.com/"}),
        ("site", "localhost", {"url": "http://localhost:8080/a"}),
        ("site", "192.168.1.7", {"url": "http://192.168.1.7/"}),
        ("url", "archive", {"url": "https://example.com/2026/archive-notes.html"}),
        ("url", "example.com/2026", {"url": "https://example.com/2026/archive"}),
        ("url", "zürich", {"url": "https://example.com/z%C3%BCrich"}),
        ("url", "dQw4w9WgXcQ", {"url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"}),
        ("url", "https://e.org/?p=123", {"url": "https://user:secret@e.org/?p=123#p"}),
        ("url", "mastodon.social/@ann/1", {"url": "https://mastodon.social/@ann/1"}),
        ("lang", "en", {"language": "en-US"}),
        ("lang", "zh-Hant", {"language": "zh-Hant-TW"}),
        ("lang", "zh-hant-tw", {"language": "zh-Hant-TW"}),
        ("lang", "sl-rozaj-biske-1994-x", {"language": "sl-rozaj-biske-1994-x-a-b-c"}),
        ("lang", "EN_us", {"language": "en-US"}),
        ("lang", "de", {"language": "en", "article": {"language": "de"}}),
        ("is", "updated", {"is_updated": True}),
        ("has", "enclosure", {"enclosures": (Enclosure("https://e.org/1.mp3"),)}),
        ("has", "image", {"enclosures": (Enclosure("https://e.org/1", "IMAGE/png"),)}),
        ("has", "image", {"extras": Extras(images=("https://e.org/1.png",))}),
        ("has", "image", {"article": {"image": "https://e.org/1.png"}}),
    ],
)
def test_what_is_asked_for_is_what_was_filed(name: str, value: str, fields: dict[str, Any]) -> None:
    """An entry with the fact has all facets of the question; one without it lacks some."""
    asked = set(facet_tokens(name, value))

    assert asked <= set(facets_of(made(**fields)))
    assert not asked <= set(facets_of(made()))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("site", "com"),
        ("site", "xample.com"),
        ("site", "1.7"),
        ("url", "uery"),
        ("url", "https://www.example.com/a?query=2"),
        ("author", "an"),
        ("lang", "zh-tw"),
        ("lang", "z"),
    ],
)
def test_parts_of_words_are_no_facts(name: str, value: str) -> None:
    """Neither a top-level domain nor a piece of a name or number finds anything."""
    url = "https://www.example.com/a?query=1#2"
    entry = made(url=url, authors=("Ann",), language="zh-Hant-TW")
    numbers = made(url="http://192.168.1.7/")

    asked = set(facet_tokens(name, value))

    assert not asked <= set(facets_of(entry))
    assert not asked <= set(facets_of(numbers))


@pytest.mark.parametrize("before", ["https://me:secret@", "//me:secret@", f"HTTP://{'me' * 999}@"])
def test_a_password_is_no_word_of_an_address(before: str) -> None:
    """Neither it nor the user's name is filed, however long it is."""
    found = [one for one in facets_of(made(url=f"{before}e.org/p")) if one.startswith("url:")]

    assert found == ["url:e", "url:org", "url:p"]


@given(
    st.lists(st.text("村上春樹小米手机", max_size=30), max_size=20),
    st.text("/小米手机a", max_size=99),
)
def test_what_is_cut_is_asked_for_no_more(names: list[str], path: str) -> None:
    """All the names and the whole address of an entry find it, though not all of them is filed."""
    url = f"https://example.org/{path}"

    found = set(facets_of(made(url=url, authors=tuple(names))))

    assert found.issuperset(facet_tokens("url", url))
    if "".join(names):
        assert found.issuperset(facet_tokens("author", " ".join(names)))


@given(st.sampled_from(["author", "site", "url", "tag", "lang", "is", "has", "later"]), ANY_TEXT)
def test_any_value_can_be_asked_for(name: str, value: str) -> None:
    """What says nothing asks for a facet that no entry has, never for all entries."""
    asked = facet_tokens(name, value)

    assert asked
    assert all(_is_token(token) for token in asked)
    if not re.search(r"\w", value):
        assert not set(asked) <= set(facets_of(made()))


@given(
    st.lists(ANY_TEXT, max_size=150),
    st.lists(ANY_TEXT, max_size=30),
    ANY_TEXT | st.from_regex(r"https?://[^/]*/.*"),
    ANY_TEXT,
)
def test_any_entry_has_few_and_short_facets(
    tags: list[str], authors: list[str], url: str, language: str
) -> None:
    """At most 220 of at most 64 characters, each once, and none that a database refuses."""
    found = facets_of(made(tags=tuple(tags), authors=tuple(authors), url=url, language=language))

    assert len(found) == len(set(found)) <= 220
    assert all(map(_is_token, found))


def _is_token(token: str) -> bool:
    return len(token) <= 64 and not re.search(
        "[\0-\x22\x24-\x2a,/;-\x5e\x60{-\x7f\ud800-\udfff]", token
    )


def test_enormous_facts_stay_small() -> None:
    """Ten thousand tags, a name and an address of a million characters."""
    entry = made(
        tags=tuple(f"tag {number}" for number in range(10_000)),
        authors=tuple(f"name{number} " * 2_000 for number in range(10_000)),
        url=f"https://{'a.' * 400}org/?{'&'.join(f'b={number}' for number in range(500_000))}",
        language="-".join("abcdefgh" * 100_000),
    )

    assert len(facets_of(entry)) <= 220


def test_a_document_is_the_entry_with_all_its_texts() -> None:
    """Titles and headings a line each, a title that is said twice once; the article's language."""
    sections = (Section(1, 2, "First", "one", "<p>"), Section(2, 2, "Second", "two", "<p>"))
    article = {"headline": "A title", "lead": "Lead", "sections": sections, "language": "de-AT"}

    document = document_of(made(title="The title", language="fr", article=article))

    texts = (document.title, document.headings, document.lead, document.body)
    assert texts == ("The title\nA title", "First\nSecond", "Lead", "one\ntwo")
    assert (document.language, document.word_count) == ("de", 640)
    assert document_of(made(title="Same", article={"headline": "Same"})).title == "Same"
    assert document_of(made(language="ja")).language == ""


def test_a_document_is_analysed_column_by_column() -> None:
    """Each column has the tokens of its text, and the length counts them all."""
    sections = (Section(1, 2, "Running häuser", "one two.example", ""),)
    document = document_of(made(title="T", article={"sections": sections, "language": "de"}))

    analyzed = analyze(document)

    assert list(analyzed.headings) == tokens_of("Running häuser", "de")
    assert (len(analyzed.body), analyzed.length) == (4, 7)
    assert analyzed.facets == document.facets


def test_terms_load_nothing_heavy() -> None:
    """A search must start fast: neither the archive nor its libraries come with the terms."""
    code = "import sys, aggregator.search.terms; print(*sys.modules)"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    heavy = {"sqlalchemy", "pydantic", "numpy", "alembic", "aiohttp", "psycopg", "re2"}
    assert not heavy.intersection(run.stdout.split())

"""What `show` says of an entry beside its text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aggregator.cli._article import print_entry
from aggregator.model import (
    ArchivedEntry,
    Article,
    Chapter,
    Enclosure,
    Entry,
    Extras,
    Feed,
    FullText,
    Person,
    Place,
    RelatedLink,
    Source,
    Transcript,
)

_FEED = Feed(
    id=1,
    url="https://e.org/feed",
    name="Example",
    title=None,
    site_url=None,
    tags=(),
    is_enabled=True,
    interval_s=3600,
    full_text=FullText.AUTO,
)
_ARTICLE = Article("Title", "Lead.", "<p>Lead.</p>", (), 1, 1, "feed")
_EXTRAS = Extras(
    images=("https://e.org/1.png",),
    people=(Person("Ann", "host"), Person("Bob")),
    comments_count=3,
    place=Place(1.5, 2.5, "Here"),
    rights="(c) Ann",
    licence="https://cc.org/by",
    source=Source("Elsewhere"),
    related=(RelatedLink("https://me:secret@o.org/", "via"),),
    season="2",
    episode="7",
    is_explicit=True,
    chapters=(Chapter(0.0, "Start"),),
    transcripts=(Transcript("https://e.org/1.vtt"),),
)
_ENTRY = Entry(
    "0" * 32,
    "1" * 32,
    authors=("Ann",),
    tags=("a", "b"),
    comments_url="https://e.org/c",
    enclosures=(
        Enclosure("https://me:secret@e.org/1.mp3", "audio/mpeg", 1_500_000, duration_s=62.0),
        Enclosure("https://e.org/1.png", medium="image"),
    ),
    extras=_EXTRAS,
)


def _show(entry: Entry, form: str, capsys: pytest.CaptureFixture[str]) -> str:
    seen_at = datetime(2026, 11, 22, tzinfo=UTC)
    print_entry(ArchivedEntry(1, _FEED, entry, _ARTICLE, seen_at), section=None, form=form)
    return capsys.readouterr().out


def test_people_are_told_what_an_entry_carries(capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, above the text; no password."""
    lines = _show(_ENTRY, "text", capsys).split("\n\n")[0].splitlines()

    assert lines[1:] == [
        "file: https://e.org/1.mp3 (audio/mpeg, 1.5 MB, 1 min)",
        "picture: https://e.org/1.png",
        "with: Ann (host), Bob",
        "tags: a, b",
        "episode: season 2, episode 7, explicit",
        "chapters: 1",
        "transcript: https://e.org/1.vtt",
        "place: Here 1.5, 2.5",
        "comments: 3 https://e.org/c",
        "from: Elsewhere",
        "rights: (c) Ann",
        "licence: https://cc.org/by",
        "via: https://o.org/",
    ]


def test_an_entry_that_carries_nothing_is_shown_as_before(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No empty names, no blank lines."""
    heading, _, text = _show(Entry("0" * 32, "1" * 32), "text", capsys).partition("\n\n")

    assert "\n" not in heading
    assert text.startswith("Title")


def test_programs_are_told_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Every member that the feed stated; addresses without passwords."""
    shown = json.loads(_show(_ENTRY, "json", capsys))

    assert (shown["authors"], shown["tags"]) == (["Ann"], ["a", "b"])
    assert shown["comments_url"] == "https://e.org/c"
    assert shown["enclosures"][0] == {
        "url": "https://e.org/1.mp3",
        "media_type": "audio/mpeg",
        "length_bytes": 1_500_000,
        "title": None,
        "medium": None,
        "duration_s": 62.0,
        "width": None,
        "height": None,
    }
    assert shown["extras"]["people"] == [{"name": "Ann", "role": "host"}, {"name": "Bob"}]
    assert shown["extras"]["related"] == [{"url": "https://o.org/", "relation": "via"}]
    assert "duration_s" not in shown["extras"]


def test_what_a_feed_states_does_a_terminal_no_harm(capsys: pytest.CaptureFixture[str]) -> None:
    """In names, relations, addresses and rights, and none of them fills the screen."""
    evil = "\x1b[31m\u202e\x9b" + "x" * 10_000
    extras = Extras(
        people=(Person(evil, evil),),
        rights=evil,
        licence=evil,
        place=Place(name=evil),
        related=(RelatedLink(f"https://e.org/{evil}", evil),),
        season=evil,
    )
    entry = replace(_ENTRY, extras=extras, tags=(evil,), enclosures=())

    for form in ("text", "json"):
        assert not set(_show(entry, form, capsys)) & {"\x1b", "\u202e", "\x9b"}
    assert max(map(len, _show(entry, "text", capsys).splitlines())) < 2100

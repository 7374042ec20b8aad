"""feeds show: one feed with all that the archive knows of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.config import load_config
from aggregator.feeds import parse_feed
from aggregator.library import OpenArchive, open_archive
from aggregator.model import Article, Icon, Identity, Item, Memory, Move, PollResult, Validators

Call = Callable[..., Any]

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
_FEEDS = """[settings]
database_url = "sqlite:///a.db"
[[feeds]]
url = "https://me:s3cr3t@one.example/f"
tags = ["sea", "news"]
interval = "2h"
identity = "text"
[feeds.extract]
content = ["article", "main"]
[[feeds]]
url = "https://two.example/f"
name = "Zwei"
"""
_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Harbour Wire</title>
<subtitle>What comes in and goes out</subtitle><link href="https://one.example/"/>
<entry><id>a</id><title>Ferry</title><link href="https://one.example/a"/></entry></feed>"""


@pytest.fixture
def archive_file(home: Path) -> Path:
    """An archive with the feeds of a feeds.toml, none of them polled."""
    (home / "feeds.toml").write_text(_FEEDS)
    with open_archive("a.db") as archive:
        archive.feeds.sync(load_config("feeds.toml").feeds, NOW)
    return home / "a.db"


def _record(archive: OpenArchive, feed_id: int, body: bytes = b"", **changes: Any) -> None:
    """Record a poll of a feed that brought `body`, with `changes` of the result."""
    [lease] = archive.feeds.lease(NOW, limit=1, lease_s=60, feed_ids=[feed_id])
    parsed = parse_feed(body) if body else None
    result = PollResult(
        feed_id=feed_id,
        token=lease.token,
        polled_at=NOW,
        next_poll_at=NOW + timedelta(days=20_000),
        validators=Validators('"s3cr3t-tag"', None),
        body_hash="0" * 32 if body else None,
        status=200,
        parsed=parsed,
        body_bytes=len(body),
        duration_s=0.25,
    )
    assert archive.entries.record(replace(result, **changes))


def _items(body: bytes) -> Sequence[Item]:
    article = Article(
        None, lead="", lead_html="", sections=(), word_count=0, read_minutes=0, method="title"
    )
    return tuple(Item(entry, article) for entry in parse_feed(body).entries)


def _said(outcome: Any) -> str:
    return " ".join(outcome.out.split())


def test_what_the_feed_says_and_what_the_operator_says_stand_together(
    call: Call, archive_file: Path
) -> None:
    """Each fact beside its label; neither passwords nor validators are shown."""
    body = _ATOM.encode()
    with open_archive(archive_file) as archive:
        _record(archive, 1, body, new=_items(body))

    outcome = call("feeds", "show", "1")

    assert outcome.code == 0, outcome.err
    said = _said(outcome)
    for words in (
        "Harbour Wire number 1 ",
        "tags sea, news",
        "told apart entries by title, date and text, as feeds.toml says",
        "extract content: article, main",
        "address https://one.example/f",
        "site https://one.example/",
        "description What comes in and goes out",
        "language en",
        "format atom10",
        "entries 1 ",
        "state ok",
        "last visit 2026-11-22T08:00:00Z",
        "(every 2h)",
        "validators ETag",
    ):
        assert words in said
    assert "s3cr3t" not in outcome.out + outcome.err


def test_each_document_is_shown_with_how_it_was_read(call: Call, archive_file: Path) -> None:
    """The newest first: what decided its encoding, what it brought, what was odd or went wrong."""
    item = b"<item><guid>a</guid><title>Caf\xe9</title></item>"
    head = b"<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'><channel>"
    odd = head + item * 2 + b"</channel></rss>"
    with open_archive(archive_file) as archive:
        _record(archive, 2, odd, new=_items(odd), same=3)
        _record(archive, 2, status=503, error="http: 503 Service Unavailable", failures=1)

    shown = call("feeds", "show", "zwei")
    answer = call("feeds", "show", "zwei", "--json").json()
    one = call("feeds", "show", "zwei", "--fetches", "1", "--json").json()
    none = call("feeds", "show", "zwei", "--fetches", "0")

    failed, read = answer["fetches"]
    parsed = parse_feed(odd)
    assert (failed["status"], failed["path"]) == (503, None)
    assert (read["path"], read["encoding"]) == (parsed.path, parsed.encoding)
    assert read["warnings"] == list(parsed.warnings) != []
    assert (read["body_bytes"], read["new"], read["unchanged"]) == (len(odd), 1, 3)
    said = _said(shown)
    assert f"200 · rss20, {parsed.path} · {parsed.encoding} (XML declaration)" in said
    assert f"{len(odd)} bytes in 0.25 s · 1 new, 0 edited, 3 unchanged" in said
    assert f"! {parsed.warnings[0]}" in said
    assert said.index("! http: 503") < said.index("rss20, ")
    assert one["fetches"] == [failed]
    assert "bytes in" not in none.out


def test_a_feed_that_was_never_polled_is_shown_too(call: Call, home: Path) -> None:
    """With or without an archive: it has no number, and nothing was read."""
    (home / "feeds.toml").write_text(_FEEDS)

    by_name = call("feeds", "show", "zwei")
    answer = call("feeds", "show", "one.example", "--json").json()

    assert by_name.code == 0
    assert "number none before its first poll" in _said(by_name)
    assert "state new" in _said(by_name)
    assert "no document of it was read yet" in by_name.err
    assert (answer["id"], answer["fetches"], answer["icon"]) == (None, [], None)
    assert not (home / "a.db").exists()


def test_an_unknown_feed_is_answered_with_the_nearest(call: Call, archive_file: Path) -> None:
    """As by the other commands, and a password that was typed is not repeated."""
    unknown = call("feeds", "show", "Zwie")
    secret = call("feeds", "show", "https://me:t0p@nowhere.example/f")

    assert archive_file.exists()
    assert (unknown.code, secret.code) == (1, 1)
    assert "did you mean 'Zwei'?" in unknown.err
    assert "t0p" not in secret.err


def test_what_was_learnt_of_its_ids_is_a_sentence(call: Call, archive_file: Path) -> None:
    """A feed whose ids repeat says so; one without trouble says that its ids are believed."""
    body = _ATOM.encode()
    learnt = replace(parse_feed(body), memory=Memory(Identity.LINK))
    before = call("feeds", "show", "zwei")
    with open_archive(archive_file) as archive:
        _record(archive, 2, body, parsed=learnt)

    after = call("feeds", "show", "zwei")
    answer = call("feeds", "show", "zwei", "--json").json()

    assert "told apart entries by the ids that the feed gives them" in _said(before)
    assert "entries by id and link together, because its ids repeat" in _said(after)
    assert (answer["identity"], answer["learnt_identity"]) == (None, "link")


def test_a_move_is_shown_while_it_is_doubted_and_when_it_is_believed(
    call: Call, archive_file: Path
) -> None:
    """Where it is listed and where it is polled stand beside each other."""
    with open_archive(archive_file) as archive:
        _record(archive, 2, move=Move("https://new.example/f", NOW, 2))
        doubted = call("feeds", "show", "zwei")
        doubted_json = call("feeds", "show", "zwei", "--json").json()
        _record(archive, 2, moved_to="https://new.example/f")

    believed = call("feeds", "show", "zwei")

    assert "may move to https://new.example/f" in _said(doubted)
    assert "moved to" not in _said(doubted)
    assert doubted_json["move"]["polls"] == 2
    assert "address https://two.example/f moved to https://new.example/f" in _said(believed)
    assert "polled before https://two.example/f (until" in _said(believed)
    told = call("feeds", "show", "zwei", "--json").json()
    assert told["moved_to"] == "https://new.example/f"
    assert [one["url"] for one in told["left"]] == ["https://two.example/f"]


def test_a_feed_that_became_another_one_names_it(call: Call, archive_file: Path) -> None:
    """Its state is `merged`, in the list as well; it is not visited any more."""
    with open_archive(archive_file) as archive:
        _record(archive, 1, _ATOM.encode())
        _record(archive, 2, moved_to="https://one.example/f")

    shown = call("feeds", "show", "2")
    _, listed = call("feeds", "list", "--json").json()["feeds"]

    assert "merged into feed 1, Harbour Wire" in _said(shown)
    assert "next visit - " in _said(shown)
    assert (listed["state"], listed["merged_into"]) == ("merged", 1)


def test_its_icon_is_described_and_not_printed(call: Call, archive_file: Path) -> None:
    """Kind and size; that there is none and that nobody has looked are two things."""
    url = "data:image/png;base64," + "A" * 5000
    with open_archive(archive_file) as archive:
        archive.feeds.write_icon(1, Icon(url, "image/png", b"x" * 1234), NOW)
        archive.feeds.write_icon(2, Icon("https://two.example/favicon.ico", "", b""), NOW)

    shown = call("feeds", "show", "1")
    icon = call("feeds", "show", "1", "--json").json()["icon"]
    none = call("feeds", "show", "2")

    assert "icon image/png, 1,234 bytes, from data:image/png" in _said(shown)
    assert "A" * 200 not in shown.out
    assert (icon["media_type"], icon["size_bytes"]) == ("image/png", 1234)
    assert "icon none to be had" in _said(none)


def test_what_a_feed_says_does_no_harm_to_a_terminal(call: Call, archive_file: Path) -> None:
    """Titles, descriptions, errors and warnings come from strangers."""
    evil = "\x9b31m\u202e\x85" + "x" * 3000
    parsed = replace(
        parse_feed(_ATOM.encode()), title=evil, description=evil, language=evil, warnings=(evil,)
    )
    with open_archive(archive_file) as archive:
        _record(archive, 2, parsed=parsed, error=evil)

    outcome = call("feeds", "show", "2")

    assert outcome.code == 0, outcome.err
    assert not set(outcome.out) & {"\x9b", "\u202e", "\x85"}

"""feeds parse: a feed read without an archive, for people and for programs."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, Never

import pytest

from aggregator.feeds import parse_feed
from aggregator.model import Entry

Call = Callable[..., Any]

_RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Café du Port</title><link>https://cafe.example/</link><language>fr</language>
<atom:link rel="hub" href="https://hub.example/"/>
<atom:link rel="next" href="https://cafe.example/2.xml"/>
<item><guid isPermaLink="false">a</guid><title>Le bac</title><link>/bac</link>
<pubDate>Sun, 22 Nov 2026 08:00:00 GMT</pubDate>
<description>&lt;b&gt;Il part&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;</description>
<enclosure url="https://cafe.example/1.mp3" type="audio/mpeg" length="12"/>
<enclosure url="https://cafe.example/2.mp3" type="audio/mpeg"/></item>
<item><title>Sans date</title><link>https://cafe.example/x</link></item>
</channel></rss>"""
_URL = "https://cafe.example/feed.xml"


def _rss(encoding: str = "utf-8") -> bytes:
    return _RSS.format(encoding=encoding).encode(encoding)


def test_a_file_an_address_and_standard_input_give_the_same_feed(
    call: Call, start: Call, http_server: Any, home: Path
) -> None:
    """The three ways in, one JSON object out, and it says what the library says."""
    http_server.route("/f", http_server.reply(_rss()))
    (home / "f.xml").write_bytes(_rss())

    from_file = call("feeds", "parse", "f.xml", "--url", _URL, "--json").json()
    from_web = call("feeds", "parse", http_server.url("/f"), "--url", _URL, "--json").json()
    from_input = start("feeds", "parse", "-", "--url", _URL, "--json", given=_rss()).json()

    assert from_file == from_web == from_input
    expected = parse_feed(_rss(), url=_URL)
    assert from_file["title"] == expected.title == "Café du Port"
    assert (from_file["format"], from_file["path"]) == (expected.format, expected.path)
    assert [one["key"] for one in from_file["entries"]] == [one.key for one in expected.entries]


def test_links_are_relative_to_the_address_that_answered(call: Call, http_server: Any) -> None:
    """After a redirect it is the last one."""
    moved = http_server.reply(status=302, headers=[("Location", "/deep/f")])
    http_server.route("/f", moved)
    http_server.route("/deep/f", http_server.reply(_rss().replace(b"<link>/bac", b"<link>bac")))

    entry = call("feeds", "parse", http_server.url("/f"), "--json").json()["entries"][0]

    assert entry["url"] == http_server.url("/deep/bac")


def test_every_field_of_an_entry_is_there_for_programs(call: Call, home: Path) -> None:
    """The text as it was written, the dates in UTC, the files as objects."""
    (home / "f.xml").write_bytes(_rss())

    first, second = call("feeds", "parse", "f.xml", "--url", _URL, "--json").json()["entries"]

    assert set(first) == set(second) == {field.name for field in fields(Entry)}
    assert first["url"] == "https://cafe.example/bac"
    assert first["published_at"] == "2026-11-22T08:00:00Z"
    assert first["summary"] == "<b>Il part</b> <script>alert(1)</script>"
    assert [(one["url"], one["length_bytes"]) for one in first["enclosures"]] == [
        ("https://cafe.example/1.mp3", 12),
        ("https://cafe.example/2.mp3", None),
    ]
    assert (second["published_at"], second["enclosures"]) == (None, [])


def test_a_person_sees_what_was_read_and_how(call: Call, home: Path) -> None:
    """The facts, then a line an entry; nothing of its markup."""
    (home / "f.xml").write_bytes(_rss("iso-8859-1"))

    outcome = call("feeds", "parse", "f.xml", "--url", _URL)

    assert outcome.code == 0
    said = " ".join(outcome.out.split())
    for words in (
        "Café du Port site https://cafe.example/",
        "language fr",
        "format rss20",
        "(XML declaration)",
        "hub https://hub.example/",
        "next page https://cafe.example/2.xml",
        "2026-11-22 Le bac 2 files https://cafe.example/bac",
        "- Sans date https://cafe.example/x",
    ):
        assert words in said
    assert outcome.err == "2 entries\n"
    assert "script" not in outcome.out


def test_what_is_odd_about_a_feed_is_said(call: Call, home: Path) -> None:
    """An item that repeats another one is left out, and both forms tell of it."""
    item = b"<item><guid>a</guid><title>One</title></item>"
    body = b"<rss version='2.0'><channel><title>F</title>" + item * 2 + b"</channel></rss>"
    (home / "f.xml").write_bytes(body)

    warnings = call("feeds", "parse", "f.xml", "--json").json()["warnings"]
    shown = call("feeds", "parse", "f.xml").out

    assert any("repeat" in warning for warning in warnings)
    for warning in warnings:
        assert " ".join(warning.split()) in " ".join(shown.split())


@pytest.mark.parametrize("body", [_rss(), gzip.compress(_rss())], ids=["plain", "gzip"])
def test_json_and_packed_files_are_read_too(call: Call, home: Path, body: bytes) -> None:
    """Whatever the name of the file says."""
    (home / "f.bin").write_bytes(body)

    assert len(call("feeds", "parse", "f.bin", "--json").json()["entries"]) == 2


def test_a_json_feed_goes_the_same_way(call: Call, home: Path) -> None:
    """Numbers that no JSON parser reads are not printed either."""

    def refuse(name: str) -> Never:
        raise AssertionError(name)

    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "items": [
            {"id": 7, "content_text": "Text", "attachments": [{"url": "https://a.example/1"}]}
        ],
    }
    written = json.dumps(feed).replace(
        '"url"', '"duration_in_seconds": 1e999, "size_in_bytes": -1e400, "url"'
    )
    (home / "f.json").write_text(written)

    printed = call("feeds", "parse", "f.json", "--json").out
    answer = json.loads(printed, parse_constant=refuse)

    assert (answer["path"], answer["entries"][0]["guid"]) == ("json", "7")


@pytest.mark.parametrize("given", ["p.html", "-"])
def test_a_page_is_answered_with_how_to_find_its_feeds(start: Call, home: Path, given: str) -> None:
    """Exit code 1, never "0 entries"."""
    page = b"<!doctype html><html><body><p>Welcome</p></body></html>"
    (home / "p.html").write_bytes(page)

    unknown = start("feeds", "parse", given, given=page)
    known = start("feeds", "parse", given, "--url", "https://me:s3cr3t@a.example/b", given=page)

    assert (unknown.code, unknown.out, known.code, known.out) == (1, "", 1, "")
    assert "aggregator feeds discover URL\n" in unknown.err
    assert "aggregator feeds discover https://a.example/b\n" in known.err
    assert "s3cr3t" not in known.err


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n\t",
        bytes(range(256)) * 400,
        b"\x1f\x8b\x08 cut short",
        b"{" * 100_000,
        b'{"version": 1}',
        b"<note",
        b"\0" * 40_000_000,
    ],
    ids=["empty", "blank", "binary", "gzip", "nested", "json", "stump", "enormous"],
)
def test_what_is_no_feed_is_an_error_with_a_reason(call: Call, home: Path, body: bytes) -> None:
    """Soon, on stderr, without a traceback."""
    (home / "f").write_bytes(body)
    started = time.process_time()

    outcome = call("feeds", "parse", "f")

    assert time.process_time() - started < 10
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("aggregator: ")


def test_an_enormous_file_is_not_taken_for_its_beginning(call: Call, home: Path) -> None:
    """A feed above the limit is refused, not read in part."""
    (home / "f.xml").write_bytes(_rss() + b" " * 33 * 1024 * 1024)

    outcome = call("feeds", "parse", "f.xml")

    assert outcome.code == 1
    assert "larger than 32 MiB" in outcome.err


@pytest.mark.parametrize("source", ["nothing.xml", ".", "ftp://me:s3cr3t@a.example/f", ""])
def test_what_cannot_be_read_is_said(call: Call, source: str) -> None:
    """With what may be given instead, and without a password."""
    outcome = call("feeds", "parse", source)

    assert outcome.code == 1
    assert "or - for standard input" in outcome.err
    assert "s3cr3t" not in outcome.err


def test_escape_sequences_of_a_feed_do_not_reach_the_terminal(call: Call, home: Path) -> None:
    """Neither from a title, a link or a warning nor from what is no feed at all."""
    evil = "\x9b31m\u202e\x85"
    items = f"<item><title>{evil}</title><link>https://a.example/{evil}</link></item>" * 2
    head = f"<title>{evil}</title><description>{evil}</description><language>{evil}</language>"
    document = f"<rss version='2.0'><channel>{head}{items}</channel></rss>"
    (home / "f.xml").write_text(document)
    (home / "x.xml").write_text(document.replace("rss", f"r\x1b{evil}ss"))

    for outcome in (
        call("feeds", "parse", "f.xml"),
        call("feeds", "parse", "f.xml", "--json"),
        call("feeds", "parse", "x.xml"),
    ):
        assert outcome.out + outcome.err
        assert not set(outcome.out + outcome.err) & {"\x1b", "\x9b", "\u202e", "\x85"}


def test_a_feed_read_with_a_password_is_shown_without_it(
    call: Call, http_server: Any, home: Path
) -> None:
    """Whether it was in the address that was asked or in the one that was given."""
    http_server.route("/f", http_server.reply(_rss()))
    (home / "f.xml").write_bytes(_rss().replace(b"https://cafe.example/", b"./"))
    secret = http_server.url("/f").replace("http://", "http://me:s3cr3t@")

    for arguments in (
        [secret],
        [secret, "--json"],
        ["f.xml", "--url", secret],
        ["f.xml", "--url", secret, "--json"],
    ):
        outcome = call("feeds", "parse", *arguments)
        assert outcome.code == 0, outcome.err
        assert "s3cr3t" not in outcome.out + outcome.err


def test_dates_at_the_ends_of_the_calendar_are_shown(
    call: Call, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """West and east of Greenwich, where the local day would lie outside of it."""
    items = "".join(
        f"<entry><id>{at}</id><title>t</title><updated>{at}</updated></entry>"
        for at in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
    )
    (home / "f.xml").write_text(f"<feed xmlns='http://www.w3.org/2005/Atom'>{items}</feed>")

    for zone in ("XXX+11", "XXX-11"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        try:
            outcome = call("feeds", "parse", "f.xml")
        finally:
            monkeypatch.delenv("TZ")
            time.tzset()
        assert (outcome.code, outcome.err) == (0, "2 entries\n")


def test_nothing_is_archived_and_no_settings_are_needed(call: Call, home: Path) -> None:
    """A file is read although feeds.toml is broken, and no archive appears."""
    (home / "feeds.toml").write_text("broken = [")
    (home / "f.xml").write_bytes(_rss())
    before = sorted(home.rglob("*"))

    outcome = call("feeds", "parse", "f.xml")

    assert outcome.code == 0, outcome.err
    assert sorted(home.rglob("*")) == before


def test_an_address_inside_the_network_is_refused(
    call: Call, http_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever hands us an address must not reach the inner network with it."""
    monkeypatch.delenv("AGGREGATOR_ALLOW_NETWORKS")

    outcome = call("feeds", "parse", http_server.url("/f"))

    assert outcome.code == 1
    assert "refused" in outcome.err
    assert http_server.connections == 0


def test_an_address_that_fails_is_said(call: Call, http_server: Any) -> None:
    """The server's answer, and exit code 1."""
    outcome = call("feeds", "parse", http_server.url("/missing"))

    assert outcome.code == 1
    assert "404" in outcome.err

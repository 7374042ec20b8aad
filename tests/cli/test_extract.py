"""extract, digest and db: one document apart, many together, the archive looked after."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

Call = Callable[..., Any]

_LONG = "The ferry leaves at nine and comes back at noon, whatever the weather is like. " * 5
_PAGE = f"""<!doctype html><html lang="en"><head><title>The ferry is back | Example</title></head>
<body><nav><a href="/">Home</a></nav><article><h1>The ferry is back</h1><p>{_LONG}</p>
<h2>Timetable</h2><p>{_LONG} <a href="/more">More.</a></p></article></body></html>"""
_KEYS = {
    "headline",
    "byline",
    "published_at",
    "modified_at",
    "direction",
    "confidence",
    "page_kind",
    "language",
    "lead",
    "read_minutes",
    "word_count",
    "text",
    "sections",
    "image",
    "url",
    "method",
}


def test_a_file_a_page_and_standard_input_give_the_same_article(
    call: Call, start: Call, http_server: Any, home: Path
) -> None:
    """The three ways in, one JSON object out."""
    http_server.route(
        "/p", http_server.reply(_PAGE.encode(), headers=[("Content-Type", "text/html")])
    )
    (home / "p.html").write_text(_PAGE)
    url = http_server.url("/p")

    from_file = call("extract", "p.html", "--url", url, "--json").json()
    from_web = call("extract", url, "--json").json()
    from_input = json.loads(start("extract", "-", "--url", url, "--json", given=_PAGE.encode()).out)

    assert from_file == from_web == from_input
    assert set(from_file) >= _KEYS
    assert from_file["headline"] == "The ferry is back"
    [section] = from_file["sections"]
    assert set(section) >= {"position", "level", "heading", "anchor", "is_pseudo", "text", "html"}
    assert (section["position"], section["heading"]) == (1, "Timetable")
    assert http_server.url("/more") in section["html"]


@pytest.mark.parametrize(
    ("form", "mark"), [("text", "Timetable"), ("md", "## Timetable"), ("html", "<h2")]
)
def test_each_form_and_each_section_can_be_had(
    call: Call, home: Path, form: str, mark: str
) -> None:
    """The whole, one section, and a message for one that is not there."""
    (home / "p.html").write_text(_PAGE)

    whole = call("extract", "p.html", "--format", form)
    part = call("extract", "p.html", "--format", form, "--section", "1")
    beyond = call("extract", "p.html", "--format", form, "--section", "9")

    assert mark in whole.out
    assert mark in part.out
    assert "The ferry is back" in whole.out
    assert "The ferry is back" not in part.out
    assert beyond.code == 1


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff" * 100, b"x" * 6_000_000])
def test_what_is_no_document_is_refused(call: Call, home: Path, content: bytes) -> None:
    """Empty, binary, enormous: an error with a reason, no traceback."""
    (home / "p.html").write_bytes(content)

    outcome = call("extract", "p.html")

    assert outcome.code == 1
    assert outcome.err.startswith("aggregator: ")


def test_escape_sequences_of_a_page_do_not_reach_the_terminal(call: Call, home: Path) -> None:
    """A page must not move the cursor or change the title of the window."""
    (home / "p.html").write_text(_PAGE.replace("noon", "\x1b]0;evil\x07noon\x9b31m"))

    outcome = call("extract", "p.html")

    assert not set(outcome.out) & {"\x1b", "\x07", "\x9b"}


def test_a_private_address_is_refused(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever hands us a URL must not reach the inner network with it."""
    monkeypatch.delenv("AGGREGATOR_ALLOW_NETWORKS")

    outcome = call("extract", "http://127.0.0.1:8000/")

    assert outcome.code == 1
    assert "refused" in outcome.err


def test_a_digest_holds_the_articles_of_its_period(call: Call, demo_database: Path) -> None:
    """The last 24 hours unless told otherwise; by feed, tag and query."""
    counts = {
        name: len(call("digest", *arguments, "--db", demo_database).json()["items"])
        for name, arguments in {
            "day": [],
            "all": ["--since", "3650d"],
            "query": ["--since", "3650d", "--query", "xiaomi"],
            "feed": ["--since", "3650d", "--feed", "Werkbank"],
            "tag": ["--since", "3650d", "--tag", "DEMO"],
            "no tag": ["--since", "3650d", "--tag", "nothing"],
        }.items()
    }

    assert 0 < counts["day"] < counts["all"] == counts["tag"] == 13
    assert counts["query"] == 1
    assert 0 < counts["feed"] < 13
    assert counts["no tag"] == 0


@pytest.mark.parametrize("form", ["json", "opml"])
def test_the_same_period_gives_the_same_bytes(
    call: Call, demo_database: Path, home: Path, form: str
) -> None:
    """Written to a file in one step, or to standard output."""
    period = ["--since", "2000-01-01", "--until", "2100-01-01", "--format", form]
    for name in ("one", "two"):
        call("digest", *period, "-o", name, "--db", demo_database)

    printed = call("digest", *period, "--db", demo_database)

    assert (home / "one").read_bytes() == (home / "two").read_bytes() == printed.out.encode()


def test_a_digest_as_opml_lists_each_feed_once(call: Call, demo_database: Path) -> None:
    """An importer finds the feeds, and never takes an article for one."""
    document = call("digest", "--since", "3650d", "--format", "opml", "--db", demo_database).out

    outlines = list(ET.fromstring(document).iter("outline"))  # noqa: S314 - our own
    feeds = [outline for outline in outlines if outline.get("xmlUrl")]
    assert len({feed.get("xmlUrl") for feed in feeds}) == len(feeds) == 4
    assert sum(outline.get("type") == "article" for outline in outlines) == 13


def test_a_backup_is_an_archive(call: Call, demo_database: Path, home: Path) -> None:
    """It answers the same searches, and an existing file is never overwritten."""
    first = call("db", "backup", "copy.db", "--db", demo_database)
    second = call("db", "backup", "copy.db", "--db", demo_database)

    assert (first.code, second.code) == (0, 4)
    assert (home / "copy.db").stat().st_mode & 0o777 == 0o600
    assert call("search", "xiaomi", "--json", "--db", home / "copy.db").json()["total"] == 1
    assert call("db", "check", "--db", home / "copy.db").code == 0


def test_damage_is_found(call: Call, home: Path) -> None:
    """A file that is no database, and one that is cut off."""
    (home / "junk.db").write_bytes(b"no database at all" * 100)

    outcome = call("db", "check", "--db", home / "junk.db")

    assert outcome.code == 4
    assert "docs/operations.md" in outcome.err

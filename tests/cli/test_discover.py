"""feeds discover, add and icons: what is found is shown, added, kept; nothing else is changed."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest

from aggregator.config import load_config
from aggregator.library import open_archive

Call = Callable[..., Any]

_PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
_LINK = '<link rel="alternate" type="application/rss+xml" href="{}">'


def _rss(title: str, published_at: datetime | None = None) -> bytes:
    date = f"<pubDate>{published_at:%d %b %Y %H:%M:%S} GMT</pubDate>" if published_at else ""
    return (
        f'<rss version="2.0"><channel><title>{title}</title><link>https://example.org/</link>'
        f"<item><title>One</title><link>https://example.org/1</link>{date}</item></channel></rss>"
    ).encode()


@pytest.fixture
def site(http_server: Any) -> Any:
    """A server with a page of three feeds, one of them of comments, one of one and one of none."""
    pages = {
        "/": _LINK.format("/a.xml") + _LINK.format("/b.xml") + _LINK.format("/comments/feed/"),
        "/one": _LINK.format("/old.xml") + _LINK.format("/comments/feed/"),
        "/none": "<p>Nothing here.</p>",
    }
    for path, page in pages.items():
        http_server.route(path, http_server.reply(page.encode()))
    aged = datetime.now(UTC) - timedelta(days=2, hours=1)
    http_server.route("/a.xml", http_server.reply(_rss("Wire \x1b[31m", aged)))
    http_server.route("/b.xml", http_server.reply(_rss("Boat &amp; Sea")))
    http_server.route("/comments/feed/", http_server.reply(_rss("Comments on Wire")))
    http_server.route("/old.xml", http_server.reply(status=301, headers=[("Location", "/a.xml")]))
    return http_server


def _urls(path: Path) -> list[str]:
    return [feed["url"] for feed in tomllib.loads(path.read_text())["feeds"]]


def test_feeds_are_listed_with_title_entries_and_freshness(call: Call, site: Any) -> None:
    """Each with its whole address; nothing is written, nothing does the terminal harm."""
    outcome = call("feeds", "discover", site.url("/"))

    lines = outcome.out.splitlines()
    assert outcome.code == 0, outcome.err
    assert lines[0].startswith(" 1  Wire [31m — 1 entry, 2 days ago, ")
    assert lines[1].strip() == site.url("/a.xml")
    assert lines[2].startswith(" 2  Boat & Sea — 1 entry, no dates, ")
    assert "comments" in lines[4]
    assert not list(Path.cwd().iterdir())


def test_what_is_found_can_be_had_as_json(call: Call, site: Any) -> None:
    """With all that was asked, and why."""
    report = call("feeds", "discover", site.url("/"), "--json").json()

    assert report["schema"] == 1
    assert [feed["url"] for feed in report["feeds"]] == [
        site.url("/a.xml"),
        site.url("/b.xml"),
        site.url("/comments/feed/"),
    ]
    first, _, last = report["feeds"]
    assert (first["entries"], first["source"], first["comments_only"]) == (1, "link", False)
    assert last["comments_only"]
    assert len(report["asked"]) == len(site.requests) == 4


def test_where_nothing_is_found_all_that_was_asked_is_said(call: Call, site: Any) -> None:
    """With the way out, and an error as exit code; the JSON is whole."""
    outcome = call("feeds", "discover", site.url("/none"), "--json")

    assert outcome.code == 1
    assert outcome.json()["feeds"] == []
    assert "no feed was found" in outcome.err
    assert f"asked {site.url('/feed.xml')}: http: 404 Not Found" in outcome.err
    assert "--no-check" in outcome.err


def test_the_one_feed_of_a_page_is_added(call: Call, site: Any, home: Path) -> None:
    """Under its lasting address, without the comments; the rest of the file stays as it was."""
    path = home / "feeds.toml"
    path.write_text("# mine\n[[feeds]]\nurl = 'https://one.example/f' # first\n")
    options = ["--name", "Wire", "--tag", "x", "--interval", "2h", "--full-text", "never"]

    outcome = call("feeds", "add", site.url("/one"), *options)

    assert outcome.code == 0, outcome.err
    assert path.read_text().startswith("# mine\n[[feeds]]\nurl = 'https://one.example/f' # first\n")
    added = tomllib.loads(path.read_text())["feeds"][1]
    assert added == {
        "url": site.url("/a.xml"),
        "name": "Wire",
        "tags": ["x"],
        "interval": "2h",
        "full_text": "never",
    }


def test_of_several_feeds_one_has_to_be_picked(call: Call, site: Any, home: Path) -> None:
    """They are numbered as `discover` does; a number that is too high adds none."""
    unclear = call("feeds", "add", site.url("/"), "-c", "f.toml")
    too_high = call("feeds", "add", site.url("/"), "--pick", "4", "-c", "f.toml")
    existed = (home / "f.toml").exists()
    picked = call("feeds", "add", site.url("/"), "--pick", "2", "-c", "f.toml")

    assert (unclear.code, too_high.code, picked.code) == (1, 1, 0)
    assert "--pick 1 to 3" in unclear.err
    assert site.url("/b.xml") in unclear.out
    assert not existed
    assert _urls(home / "f.toml") == [site.url("/b.xml")]


def test_a_feed_that_is_listed_is_not_asked_for(call: Call, site: Any, home: Path) -> None:
    """Typed as it is listed; found by its page, it is not added twice either."""
    path = home / "feeds.toml"
    path.write_text(f"[[feeds]]\nurl = '{site.url('/a.xml')}'\n")

    direct = call("feeds", "add", site.url("/a.xml"))
    requests = len(site.requests)
    by_page = call("feeds", "add", site.url("/one"))

    assert (direct.code, requests) == (3, 0)
    assert "listed already" in direct.err
    assert "listed already" in by_page.err
    assert _urls(path) == [site.url("/a.xml")]


def test_without_a_check_nothing_is_asked(call: Call, site: Any, home: Path) -> None:
    """The address is taken as it is, if feeds.toml may have it."""
    added = call("feeds", "add", "--no-check", site.url("/none"), "-c", "f.toml")
    refused = call("feeds", "add", "--no-check", "example.org", "-c", "f.toml")

    assert (added.code, refused.code) == (0, 3)
    assert _urls(home / "f.toml") == [site.url("/none")]
    assert site.requests == []


@pytest.mark.parametrize("command", ["add", "discover"])
@pytest.mark.parametrize(
    ("typed", "code", "message"),
    [
        ("python", 2, "is no address"),
        ("ftp://me:s3cr3t@example.org/f", 2, "http"),
        ("@handle", 2, "youtube.com/@handle"),
        ("http://me:s3cr3t@127.0.0.1:1/f", 1, "--no-check"),
        ("http://me:s3cr3t@[broken/f", 2, "no address"),
    ],
)
def test_mistakes_are_answered_without_the_password(
    call: Call, home: Path, command: str, typed: str, code: int, message: str
) -> None:
    """What is no address is a mistake of usage, what cannot be fetched an error with a way out."""
    outcome = call("feeds", command, typed)

    assert outcome.code == code
    assert message in outcome.err
    assert "s3cr3t" not in outcome.out + outcome.err
    assert not (home / ".config").exists()


def test_a_password_is_kept_for_polling_and_never_shown(call: Call, site: Any, home: Path) -> None:
    """In feeds.toml only."""
    url = site.url("/a.xml").replace("://", "://me:s3cr3t@")

    shown = [call("feeds", "discover", url), call("feeds", "discover", url, "--json")]
    added = call("feeds", "add", url, "-c", "f.toml")

    assert not any("s3cr3t" in outcome.out + outcome.err for outcome in (*shown, added))
    assert _urls(home / "f.toml") == [url]


def test_a_private_address_is_refused(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is handed an address must not reach the inner network with it."""
    monkeypatch.delenv("AGGREGATOR_ALLOW_NETWORKS")

    outcome = call("feeds", "add", "http://127.0.0.1:8000/")

    assert outcome.code == 1
    assert "refused" in outcome.err


@pytest.fixture
def archived(site: Any, home: Path) -> Path:
    """An archive of two feeds: of one site with an icon, and of one that does not answer."""
    site.route("/favicon.ico", site.reply(_PNG))
    (home / "feeds.toml").write_text(
        f"[settings]\ndatabase_url = 'sqlite:///a.db'\n[[feeds]]\nurl = '{site.url('/a.xml')}'\n"
        "name = 'Wire'\n[[feeds]]\nurl = 'http://127.0.0.1:1024/f'\nname = 'Gone'\n"
    )
    with open_archive("a.db") as archive:
        archive.feeds.sync(load_config(str(home / "feeds.toml")).feeds, datetime.now(UTC))
    return home / "a.db"


def test_icons_are_fetched_at_most_once_a_week(call: Call, archived: Path, site: Any) -> None:
    """A miss is remembered too; an icon outlives a site that does not answer."""
    first = call("feeds", "icons")
    requests = len(site.requests)
    again = call("feeds", "icons")

    assert "2 feeds, found 1" in first.err
    assert "0 feeds" in again.err
    assert len(site.requests) == requests > 0
    with open_archive(archived) as archive:
        icons = [archive.feeds.icon(feed.id) for feed in archive.feeds.all()]
    assert [icon and icon.data for icon in icons] == [_PNG, b""]


def test_an_icon_that_is_not_found_again_stays(call: Call, archived: Path, site: Any) -> None:
    """After a week it is looked for, and kept where there is none now."""
    call("feeds", "icons", "Wire")
    with closing(connect(archived)) as connection, connection:
        connection.execute("UPDATE icon SET fetched_at = '2026-01-01 08:00:00'")
    site.route("/favicon.ico", site.reply(status=404))

    later = call("feeds", "icons", "Wire")

    assert "1 feed, found 0" in later.err
    with open_archive(archived) as archive:
        icons = [archive.feeds.icon(feed.id) for feed in archive.feeds.all()]
    assert [icon and icon.data for icon in icons] == [_PNG, None]

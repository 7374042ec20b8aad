"""The program as a library: open an archive by path or URL, poll into it, search it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

import aggregator
from aggregator import open_archive
from aggregator.errors import ArchiveError, ConfigError, FeedError, NotFoundError
from aggregator.library import OpenArchive
from aggregator.model import Article, Entry, FeedSpec, Item, PollResult, Section, Validators

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _fill(archive: OpenArchive) -> None:
    archive.feeds.sync([FeedSpec("https://example.org/feed.xml", name="Example")], NOW)
    (lease,) = archive.feeds.lease(NOW, limit=1, lease_s=60)
    article = Article(
        headline="Xiaomi shows a car",
        lead="It is blue.",
        lead_html="<p>It is blue.</p>",
        sections=(Section(1, 2, "Range", "It drives 700 km.", "<p>It drives 700 km.</p>"),),
        word_count=8,
        read_minutes=1,
        method="page",
    )
    item = Item(Entry("0" * 32, "0" * 32, title="New car", url="https://example.org/1"), article)
    result = PollResult(1, lease.token, NOW, NOW, Validators(), None, new=(item,))
    assert archive.entries.record(result)


def test_an_archive_is_used_as_the_readme_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open by name, search, go from the hit to the article."""
    monkeypatch.chdir(tmp_path)
    with open_archive("archive.db") as archive:
        _fill(archive)

    with aggregator.open_archive("archive.db") as archive:
        shown = [
            (hit.title, hit.section.heading, archive.entries.get(hit.id).article.lead)
            for hit in archive.search("xiaomi range").hits
        ]
        newest = archive.newest()

    assert shown == [("New car", "Range", "It is blue.")]
    assert [(hit.id, hit.feed) for hit in newest.hits] == [(1, "Example")]
    assert (tmp_path / "archive.db").is_file()


@pytest.mark.parametrize("kind", ["path", "text", "url", "driver"])
def test_an_archive_is_named_in_any_way(kind: str, tmp_path: Path) -> None:
    """A Path, a path as text, and a URL open the same file."""
    path = tmp_path / "archive.db"
    named: dict[str, str | Path] = {
        "path": path,
        "text": str(path),
        "url": f"sqlite:///{path}",
        "driver": f"sqlite+pysqlite:///{path}?timeout=5",
    }

    with open_archive(named[kind]) as archive:
        assert archive.path == path
        assert archive.search("anything").total == 0


def test_without_a_name_it_is_the_archive_of_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment decides, as it does for the commands."""
    monkeypatch.setenv("AGGREGATOR_DATABASE_URL", f"sqlite:///{tmp_path}/mine.db")

    with open_archive() as archive:
        assert archive.path == tmp_path / "mine.db"


def test_a_feed_is_read_without_an_archive() -> None:
    """Bytes to entries with how they were read; bytes that are no feed raise the named error."""
    body = b"<rss version='2.0'><item><title>New car</title><link>/1</link></item></rss>"

    feed = aggregator.parse_feed(body, url="https://example.org/f", content_type="text/xml")

    assert [(one.title, one.url) for one in feed.entries] == [("New car", "https://example.org/1")]
    assert (feed.path, feed.encoding, feed.warnings) == ("strict", "utf-8", ())
    with pytest.raises(FeedError) as caught:
        aggregator.parse_feed(b"<html><p>Welcome</p></html>")
    assert caught.value.looks_like == "html"


def test_every_public_name_can_be_had() -> None:
    """And no other."""
    assert all(getattr(aggregator, name) for name in aggregator.__all__)
    with pytest.raises(AttributeError, match="no attribute 'parse_page'"):
        aggregator.parse_page  # noqa: B018 - it is asked for, that is all


def test_a_search_in_an_archive_on_a_server_is_the_same_call(database_url: str) -> None:
    """Whatever the kind of database, the hits are those."""
    with open_archive(database_url) as archive:
        _fill(archive)
        hits = archive.search("xiaomi range").hits
        newest = archive.newest("car").hits

    assert [(hit.id, hit.section.heading) for hit in hits] == [(1, "Range")]
    assert [hit.id for hit in newest] == [1]


def test_an_archive_on_a_server_that_must_exist_is_not_created(
    make_postgresql: Callable[..., str],
) -> None:
    """An empty database stays empty, and the password of its URL is not told."""
    url = make_postgresql()

    with pytest.raises(ArchiveError, match="no archive at this database URL yet"):
        open_archive(url, must_exist=True)
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchall() == []
    with pytest.raises(ArchiveError) as refused:
        open_archive("postgresql://me:secret@127.0.0.1:1/archive", must_exist=True)

    assert "secret" not in str(refused.value)


def test_without_a_hit_a_query_that_has_some_is_suggested(tmp_path: Path) -> None:
    """The word that was meant is one of the archive's own."""
    with open_archive(tmp_path / "a.db") as archive:
        _fill(archive)
        suggested = archive.suggest("xioami")

    assert [(one.query, one.kind, one.total) for one in suggested] == [("xiaomi", "spelling", 1)]


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("mysql://localhost/x", ConfigError),
        ("sqlite://", ArchiveError),
        ("sqlite:///:memory:", ArchiveError),
        ("a\0b.db", ArchiveError),
    ],
)
def test_what_cannot_be_an_archive_is_said(where: str, error: type[Exception]) -> None:
    """Nothing but our own errors comes out of a wrong name."""
    with pytest.raises((error, ConfigError)):
        open_archive(where)


def test_any_text_is_a_query_and_any_number_an_entry_or_none(tmp_path: Path) -> None:
    """The library is as forgiving as the command line."""
    with open_archive(tmp_path / "a.db") as archive:
        _fill(archive)

        assert archive.search('"NEAR( * \0 \ud800').hits == ()
        assert archive.search("car", limit=1, offset=1).total == 1
        with pytest.raises(NotFoundError):
            archive.entries.get(10**30)


def test_an_archive_that_is_closed_can_be_opened_again(tmp_path: Path) -> None:
    """Closing twice is no error either."""
    archive = open_archive(tmp_path / "a.db")
    _fill(archive)
    archive.close()
    archive.close()

    with open_archive(tmp_path / "a.db") as again:
        assert again.search("car").total == 1


def test_an_archive_that_must_exist_is_not_created(tmp_path: Path) -> None:
    """A mistyped path is an error; an archive that is there is opened."""
    with pytest.raises(ArchiveError, match=r"no archive at .*typo\.db yet"):
        open_archive(tmp_path / "typo.db", must_exist=True)
    with pytest.raises(ArchiveError):
        open_archive(tmp_path / ("x" * 300), must_exist=True)

    assert list(tmp_path.iterdir()) == []
    open_archive(tmp_path / "a.db").close()
    with open_archive(tmp_path / "a.db", must_exist=True) as archive:
        assert archive.search("car").total == 0

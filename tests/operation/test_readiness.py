"""Whether an archive can be worked with, on both kinds of database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import aggregator.operation
from aggregator.errors import ArchiveError
from aggregator.library import open_archive
from aggregator.operation import find_obstacle, take_picture
from tests.operation.archives import fill


def test_an_archive_of_this_program_has_no_obstacle(database_url: str) -> None:
    """One that another program has changed meanwhile is named with its schema."""
    fill(database_url, 1)
    with open_archive(database_url) as archive:
        before = find_obstacle(archive)
        with archive._database.writing("spoil") as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

        assert before is None
        assert str(find_obstacle(archive)).startswith("the archive has schema 9999, ")


def test_a_server_that_has_ended_our_sessions_is_asked_anew(
    make_postgresql: Callable[..., str], end_sessions: Callable[[str], int]
) -> None:
    """As after a restart of the server: a probe must not go on failing."""
    url = make_postgresql(has_tables=True)
    with open_archive(url) as archive:
        before = find_obstacle(archive)
        assert end_sessions(url)

        assert before is None
        assert find_obstacle(archive) is None


def test_a_file_that_was_cut_is_an_error(tmp_path: Path) -> None:
    """Said in our own words."""
    path = tmp_path / "archive.db"
    fill(f"sqlite:///{path}", 1)
    with open_archive(path) as archive:
        archive.close()
        path.write_bytes(b"x" * 8192)

        with pytest.raises(ArchiveError, match="cannot reach the archive"):
            find_obstacle(archive)


def test_the_picture_is_the_same_on_both_databases(database_url: str) -> None:
    """What is due, what came, who rests."""
    fill(database_url, 7)
    with open_archive(database_url) as archive:
        found = archive.feeds.all()[0]
        assert found.last_polled_at is not None
        archive.hosts.rest("rest.example", status=429, now=found.last_polled_at, until=None)

        picture = take_picture(archive, database_url, found.last_polled_at)

    assert picture.holder is None
    assert picture.lag_s == 0
    assert (picture.summary.due, picture.summary.by_state["ok"]) == (0, 1)
    assert (picture.activity.entries, picture.activity.waiting) == (7, 0)
    assert [one.host for one in picture.resting] == ["rest.example"]


@pytest.mark.parametrize("name", aggregator.operation.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """Names that are loaded late can be had like the others."""
    assert getattr(aggregator.operation, name) is not None


def test_other_names_are_not() -> None:
    """A misspelt name fails as it does in any module."""
    with pytest.raises(AttributeError, match="tell_redy"):
        _ = aggregator.operation.tell_redy

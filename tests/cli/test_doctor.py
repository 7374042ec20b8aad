"""The doctor on real archives: sound, neglected, wrongly configured."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.examining import change, examine, has
from tests.operation.archives import fill

Call = Callable[..., Any]


def test_nothing_is_wrong_with_a_backed_up_archive(
    call: Call, sound_archive: Path, tmp_path: Path
) -> None:
    """Every part says that it is well, and the code is 0."""
    assert call("db", "backup", tmp_path / "copy.db").code == 0

    code, found = examine(call)

    assert (code, set(found)) == (0, {"ok", "note"})
    parts = {message.split(":")[0] for message in found["ok"]}
    assert parts == {"database", "index", "disk", "backups", "clock", "feeds", "configuration"}
    assert found["note"] == ["polling: nobody polls; no feed is due yet"]
    assert sound_archive.is_file()


def test_what_people_read_is_one_line_a_finding_with_the_worst_last(
    call: Call, sound_archive: Path
) -> None:
    """And below it what to do next."""
    outcome = call("doctor", "--db", sound_archive)

    lines = outcome.out.splitlines()
    assert outcome.code == 1
    assert lines[0] == "ok       database: all tables are whole; the schema is 0005"
    assert lines[-2] == "warning  backups: there is no backup of this archive"
    assert lines[-1] == "         → make one, best each night: aggregator db backup FILE"


def test_without_an_archive_it_says_how_to_begin(call: Call, home: Path) -> None:
    """That is no fault, and none is made by asking."""
    code, found = examine(call)

    assert (code, found["note"][0]) == (1, "database: there is no archive yet")
    assert has(found["warning"], "contact is not set")
    assert list(home.iterdir()) == []


def test_a_wrong_configuration_hides_nothing_else(
    call: Call, sound_archive: Path, home: Path
) -> None:
    """It is named, and the archive is looked at all the same, if --db says where it is."""
    (home / "feeds.toml").write_text("[settings]\nnosuch = 1\n")

    code, found = examine(call, "--db", str(sound_archive))

    assert code == 4
    assert has(found["error"], "nosuch")
    assert has(found["ok"], "all tables are whole")


_TIMES = {
    "past": "'2026-01-01 00:00:00.000000'",
    "future": "'2999-01-01 00:00:00.000000'",
    "soon": "strftime('%Y-%m-%d %H:%M:%f000', 'now', '+1 hour')",
}

_TROUBLE = [
    (
        "UPDATE feed SET error = 'http: 403', error_kind = 'blocked', failures = 1",
        "warning",
        "feeds: 1 are blocked by their server: News (1)",
    ),
    ("UPDATE feed SET last_status = 410, failures = 2", "note", "1 are gone for good (410)"),
    ("UPDATE feed SET failures = 9", "warning", "1 have failed 7 times in a row or more"),
    (
        """INSERT INTO feed (url, tags, is_enabled, interval_s, full_text, failures, next_poll_at,
        created_at) VALUES ('https://x/', '[]', 1, 0, 'auto', 3, {soon}, {past})""",
        "warning",
        "feeds: 1 have never given a feed since they were added: https://x/ (2)",
    ),
    ("UPDATE feed SET next_poll_at = {past}", "warning", "nobody polls, and 1 feeds are due"),
    (
        "UPDATE feed SET leased_until = {future}, lease_token = 'x'",
        "warning",
        "1 feeds are held by a poller that is gone",
    ),
    (
        "UPDATE feed SET last_polled_at = {future}",
        "warning",
        "clock: 1 feeds were polled in the future, up to 2999-01-01",
    ),
    (
        "UPDATE feed SET next_poll_at = {future}",
        "warning",
        "1 feeds wait for a visit that is more than a month ahead",
    ),
    (
        """INSERT INTO host (host, rest_until, rest_status, refusals)
        VALUES ('example.org', {future}, 429, 1)""",
        "note",
        "hosts that are left alone, the last until 2999-01-01 00:00 UTC: example.org",
    ),
    (
        "UPDATE feed SET url = 'https://other.example/'",
        "note",
        "1 feeds of feeds.toml are not in the archive yet",
    ),
    (
        """INSERT INTO poison (digest, deaths, reason, last_at)
        VALUES ('a', 2, 'it took 4 s', '2026-01-02 00:00:00.000000'), ('b', 1, '', {soon})""",
        "note",
        "quarantine: 1 documents are read no more, having ended 2 workers each; the last one on 20",
    ),
    ("DELETE FROM article WHERE entry_id = 3", "error", "database: 1 entries have no article"),
    ("DELETE FROM search_1_document WHERE entry_id = 3", "error", "index: "),
]


@pytest.mark.parametrize(("change", "level", "said"), _TROUBLE, ids=[one[2] for one in _TROUBLE])
def test_each_trouble_is_named(
    call: Call, sound_archive: Path, change: str, level: str, said: str
) -> None:
    """With its level, and with the number that it has."""
    with closing(sqlite3.connect(sound_archive)) as connection:
        connection.executescript("PRAGMA foreign_keys=OFF;" + change.format(**_TIMES))

    code, found = examine(call)

    assert has(found[level], said), found
    assert code == (4 if level == "error" else 1), "there is no backup, which is a warning"


def test_what_is_in_quarantine_is_released_on_request(call: Call, sound_archive: Path) -> None:
    """Once; after that there is nothing more to tell of."""
    change(sound_archive, "INSERT INTO poison VALUES ('a', 2, '', '2026-01-02 00:00:00.000000')")

    _, released = examine(call, "--release")
    _, found = examine(call)

    assert has(released["note"], "quarantine: 1 documents may be read again")
    assert not has(found["note"], "quarantine")


def test_what_cannot_be_released_is_found_as_without_it(call: Call, sound_archive: Path) -> None:
    """All else is told, too, with the same exit code and in the same form."""
    sound_archive.write_bytes(b"no archive" * 1000)
    damaged = examine(call)
    asked = examine(call, "--release")
    sound_archive.unlink()

    assert asked == damaged
    assert examine(call, "--release") == examine(call)


def test_a_backup_grows_old(call: Call, sound_archive: Path, tmp_path: Path) -> None:
    """And one that was taken away is said to be so."""
    call("db", "backup", tmp_path / "copy.db")
    (tmp_path / "copy.db").unlink()
    gone = examine(call)[1]["note"]
    long_ago = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    change(sound_archive, "UPDATE note SET state = json_set(state, '$.at', ?)", long_ago)

    old = examine(call)[1]["warning"]

    assert has(gone, "is no longer at")
    assert old == ["backups: the last backup is 30 days old"]


def test_what_is_no_archive_is_said(call: Call, home: Path) -> None:
    """A file of something else, and one that was cut."""
    (home / "text.db").write_text("nothing of the kind " * 300)

    code, found = examine(call, "--db", "text.db")

    assert code == 4
    assert has(found["error"], "file is not a database")


def test_the_network_is_asked_for_a_name_alone(call: Call, sound_archive: Path) -> None:
    """Here no name resolves but localhost."""
    unknown = examine(call, "--network")
    change(sound_archive, "UPDATE feed SET url = 'http://localhost/feed.xml'")
    known = examine(call, "--network")

    assert unknown[0] == 4
    assert has(unknown[1]["error"], "network: the name example.org cannot be looked up")
    assert has(known[1]["ok"], "network: localhost is 127.0.0.1")


def test_settings_that_are_not_wise_are_named(call: Call, sound_archive: Path, home: Path) -> None:
    """A listener that others reach, a file without feeds, a contact that nobody has."""
    (home / "feeds.toml").write_text(
        f'[settings]\nlisten = "0.0.0.0:9464"\ndatabase_url = "sqlite:///{sound_archive}"\n'
    )

    found = examine(call)[1]

    assert has(found["note"], "listen = 0.0.0.0:9464 can be reached from other machines")
    assert has(found["warning"], "has no feeds")
    assert has(found["warning"], "contact is not set")


def test_no_secret_of_a_feed_is_shown(call: Call, sound_archive: Path) -> None:
    """Neither its password nor its token, in both forms."""
    address = "https://me:hunter2@example.org/feed?token=sesame"
    change(sound_archive, "UPDATE feed SET name = NULL, url = ?, failures = 9", address)

    shown = call("doctor").out + call("doctor", "--json").out

    assert "example.org/feed?token=***" in shown
    assert "hunter2" not in shown
    assert "sesame" not in shown


def test_a_database_server_is_examined_as_well(
    call: Call, make_postgresql: Callable[..., str]
) -> None:
    """What is of files is left out."""
    url = make_postgresql()
    fill(url)

    code, found = examine(call, "--db", url)

    assert code == 1, "contact is not set"
    assert has(found["ok"], "database: all tables are whole")
    assert has(found["ok"], "index: complete")
    assert has(found["note"], "backups of a server are made by pg_dump")

"""What an archive tells who watches it, and who polls into it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.archive import find_holder, make_lock, wal_bytes
from aggregator.archive._holder import _is_running
from aggregator.model import Item
from aggregator.schema import HEAD

if TYPE_CHECKING:
    from tests.archive.conftest import OneFeed

MakeItem = Callable[..., Item]

_HOLD = """
import sys
from aggregator.archive import make_lock
with make_lock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_what_was_done_lately_is_counted(
    one_feed: OneFeed, make_item: MakeItem, now: datetime
) -> None:
    """By the minute, the hour and the day; what is older, or to come, is none of it."""
    for number, age_s in enumerate((30, 1800, 7200, 100_000), 1):
        at = now - timedelta(seconds=age_s)
        one_feed.poll(make_item(number), make_item(number + 10), polled_at=at)

    found = one_feed.archive.watching.activity(now)

    assert (found.new_minute, found.new_hour, found.new_day) == (2, 4, 6)
    assert (found.polled_minute, found.polled_hour) == (0, 0), "the last poll was a day ago"
    assert found.entries == 8
    assert found.size_bytes > 0
    assert (found.leased, found.waiting) == (0, 0)


def test_polls_under_way_are_counted(one_feed: OneFeed, now: datetime) -> None:
    """As long as their lease lasts."""
    one_feed.lease(now, lease_s=60)
    watching = one_feed.archive.watching

    assert watching.activity(now).leased == 1
    assert watching.activity(now + timedelta(minutes=2)).leased == 0


def test_the_last_errors_are_named(one_feed: OneFeed, now: datetime) -> None:
    """With the feed, how often it failed, and when."""
    one_feed.poll(error="timeout: 25 s", failures=3, status=None)

    (found,) = one_feed.archive.watching.activity(now).last_errors

    assert (found.feed_id, found.error, found.failures) == (1, "timeout: 25 s", 3)
    assert (found.title, found.at) == ("https://example.org/feed.xml", now)


def test_hosts_are_slow_by_several_answers(one_feed: OneFeed, now: datetime) -> None:
    """One slow answer says nothing; old ones say nothing of today."""
    for age_s, duration_s in ((10, 2.0), (20, 4.0), (90_000, 99.0)):
        polled_at = now - timedelta(seconds=age_s)
        one_feed.poll(error="x", failures=1, duration_s=duration_s, polled_at=polled_at)
    before = one_feed.archive.watching.activity(now).slow_hosts

    one_feed.poll(error="x", failures=1, duration_s=6.0, polled_at=now)
    (found,) = one_feed.archive.watching.activity(now).slow_hosts

    assert before == ()
    assert (found.host, found.answers) == ("example.org", 3)
    assert found.mean_s == pytest.approx(4)


def test_the_schema_is_told(one_feed: OneFeed) -> None:
    """It is what a probe asks for, and where it is another one, that."""
    assert one_feed.archive.watching.revision() == HEAD

    one_feed.rows("UPDATE alembic_version SET version_num = '0001'")

    assert one_feed.archive.watching.revision() == "0001"


def test_the_log_of_a_file_is_measured(tmp_path: Path) -> None:
    """Also through a link; a server has none, nor has a file that nobody writes."""
    (tmp_path / "archive.db-wal").write_bytes(b"x" * 100)
    (tmp_path / "archive.db").touch()
    (tmp_path / "link.db").symlink_to(tmp_path / "archive.db")

    assert wal_bytes(tmp_path / "archive.db") == wal_bytes(tmp_path / "link.db") == 100
    assert wal_bytes(tmp_path / "other.db") == wal_bytes(None) == 0


def test_who_polls_is_found_without_disturbing_him(
    one_feed: OneFeed, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    """Another process holds the lock, keeps it, and ends; nobody is left then."""
    before = find_holder(one_feed.url)
    holder = start_python(_HOLD, one_feed.url)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"

    found = [find_holder(one_feed.url) for _ in range(3)]
    _, said = holder.communicate("", timeout=30)

    assert before is None
    assert all(str(one).startswith(f"process {holder.pid}") for one in found)
    assert said == ""
    assert find_holder(one_feed.url) is None


def test_a_killed_holder_is_none(
    one_feed: OneFeed, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    """What he has left in the file beside the archive says nothing."""
    holder = start_python(_HOLD, one_feed.url)
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    holder.wait()

    for _ in range(50):
        if find_holder(one_feed.url) is None:
            break

    assert find_holder(one_feed.url) is None
    with make_lock(one_feed.url):
        assert find_holder(one_feed.url) is not None


def test_where_the_system_tells_of_no_locks_the_process_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number in the file whose process is there is taken for the holder."""
    monkeypatch.setattr("aggregator.archive._holder._LOCKS", tmp_path / "none")
    lock = tmp_path / "archive.db.lock"
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    found = []
    for written in ("1\n", "4194305\n", "", "nonsense\n"):  # no process has more than 2**22
        lock.write_text(written)
        found.append(find_holder(url))

    assert found == ["process 1", None, None, None]
    assert _is_running(10**30)

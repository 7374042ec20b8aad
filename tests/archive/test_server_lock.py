"""The lock on a server: one daemon an archive, on whichever machine it runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

import psycopg
import pytest

from aggregator.archive import make_lock
from aggregator.errors import LockedError, UnreachableError

_HOLD = """
import sys
from aggregator.archive import make_lock
with make_lock(sys.argv[1]):
    print("held", flush=True)
    input()
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def url(make_postgresql: Callable[..., str]) -> str:
    """The URL of a database of our own."""
    return make_postgresql()


def test_a_second_daemon_is_told_who_the_first_is(url: str, start_python: Start) -> None:
    """By process and host, which may be another one; asking takes nothing from the holder."""
    holder = start_python(_HOLD, url)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"

    for _ in range(2):
        with pytest.raises(LockedError, match=rf"process {holder.pid}@\S+ works on this archive"):
            make_lock(url).acquire()


def test_a_lock_ends_with_its_holder(url: str, start_python: Start) -> None:
    """The server notices a death by kill -9."""
    holder = start_python(_HOLD, url)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.wait()

    for _ in range(100):
        try:
            with make_lock(url):
                return
        except LockedError:
            continue
    pytest.fail("the lock is held by nobody")


def test_a_lock_is_given_back(url: str) -> None:
    """Also twice, and it can be taken again afterwards."""
    lock = make_lock(url)
    for _ in range(2):
        with lock:
            lock.check()
            with pytest.raises(LockedError, match=str(os.getpid())):
                make_lock(url).acquire()
        lock.release()


def test_a_lost_lock_is_taken_again(url: str, end_sessions: Callable[[str], int]) -> None:
    """The daemon goes on as the only one, if nobody was faster."""
    with make_lock(url) as lock:
        assert end_sessions(url) == 1

        lock.check()

        with pytest.raises(LockedError):
            make_lock(url).acquire()


def test_a_lock_that_another_daemon_took_meanwhile_is_told(
    url: str, end_sessions: Callable[[str], int]
) -> None:
    """Whoever was away too long works no more; the other one is not disturbed."""
    with make_lock(url) as lock:
        end_sessions(url)
        with make_lock(url) as other:
            with pytest.raises(LockedError, match="works on this archive"):
                lock.check()

            other.check()


def test_our_own_lost_session_is_no_other_daemon(url: str) -> None:
    """A server that has not noticed that a connection is gone is asked again until it has."""
    with make_lock(url) as lock:
        lost = lock._connection  # type: ignore[attr-defined]
        kept = os.dup(lost.fileno())
        broken = os.open(os.devnull, os.O_RDWR)
        # As after a reset on the way: our end is gone, the server's session and its lock are not.
        os.dup2(broken, lost.fileno())
        os.close(broken)
        for _ in range(2):
            with pytest.raises(UnreachableError, match="our lost connection"):
                lock.check()

        os.close(kept)

        for _ in range(1_000):
            try:
                lock.check()
                break
            except UnreachableError:
                continue
        with pytest.raises(LockedError, match=str(os.getpid())):
            make_lock(url).acquire()


def test_archives_in_two_schemas_have_two_locks(url: str) -> None:
    """As they have two sets of tables; a database of its own is another place anyway."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA second")

    with make_lock(url), make_lock(f"{url}?options=-csearch_path%3Dsecond"):
        with pytest.raises(LockedError):
            make_lock(url).acquire()
        with pytest.raises(LockedError):
            make_lock(f"{url}?options=-csearch_path%3Dsecond").acquire()


def test_a_server_that_does_not_answer_gives_no_lock() -> None:
    """It is told without the password, and may be asked again."""
    lock = make_lock("postgresql://me:secret@127.0.0.1:1/x")

    for act in (lock.acquire, lock.check):
        with pytest.raises(UnreachableError, match="cannot lock the archive") as refused:
            act()
        assert "secret" not in str(refused.value)

"""The wall clock jumps: what was to wait waits as long as it was to, and no longer.

The daemon runs under libfaketime, whose file says by how much its wall clock is wrong; monotonic
clocks and the publisher's are true.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.program import Program, wait_for
from tests.faults.publisher import Publisher

MakePublisher = Callable[..., Publisher]
MakeProgram = Callable[..., Program]

_HOUR_S = 3600
_SLOW = pytest.mark.slow
_RUNNING = ["-1 hour", "+2 hours", "2038", "autumn"]
_RUNNING_SLOW = [pytest.param(name, marks=_SLOW) for name in ("+30 days", "spring")]
_BETWEEN = ["-1 hour", pytest.param("-30 days", marks=_SLOW)]

# libfaketime 0.9.10 refuses every clock_nanosleep, by which Python 3.11 sleeps.
_SLEEP = """
import select, time
time.sleep = lambda seconds: select.select([], [], [], seconds)
"""


class WallClock:
    """The wall clock of a program, `offset_s` ahead of ours."""

    def __init__(self, program: Program) -> None:
        library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
        if library is None:
            pytest.skip("libfaketime is not installed (apt-get install faketime)")
        self._file = program.folder / "offset"
        self.set(0)
        shim = program.folder / "shim"
        shim.mkdir()
        (shim / "sitecustomize.py").write_text(_SLEEP)
        paths = [str(shim), program.environ.get("PYTHONPATH", "")]
        program.environ |= {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": ":".join(filter(None, paths)),
            "TZ": "Europe/Berlin",
        }

    def set(self, offset_s: float) -> None:
        """Let the clock jump."""
        self.offset_s = offset_s
        new = self._file.with_suffix(".new")
        new.write_text(f"{offset_s:+.3f}\n")
        new.rename(self._file)

    def set_to(self, moment: datetime) -> None:
        """Let the clock jump to an instant."""
        self.set((moment - datetime.now(UTC)).total_seconds())

    def jump(self, name: str) -> None:
        """Do one of the jumps of these tests."""
        match name:
            case "-1 hour":
                self.set(-_HOUR_S)
            case "+2 hours":
                self.set(2 * _HOUR_S)
            case "+30 days":
                self.set(30 * 24 * _HOUR_S)
            case "2038":  # two seconds before a 32-bit time_t ends
                self.set_to(datetime(2038, 1, 19, 3, 14, 6, tzinfo=UTC))
            case "autumn":  # two seconds before three becomes two o'clock in Berlin
                self.set_to(datetime(2026, 10, 25, 0, 59, 58, tzinfo=UTC))
            case _:
                self.set_to(datetime(2027, 3, 28, 0, 59, 58, tzinfo=UTC))

    def now(self) -> datetime:
        """What the program sees."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_s)


def _waits_s(program: Program, clock: WallClock) -> dict[int, float]:
    """How long each feed waits still."""
    rows = program.ask("SELECT id, next_poll_at FROM feed ORDER BY id")
    return {
        number: (datetime.fromisoformat(at).replace(tzinfo=UTC) - clock.now()).total_seconds()
        for number, at in rows
    }


def _is_settled(program: Program, feeds: int) -> bool:
    """Whether all feeds have been polled and recorded."""
    done = "SELECT count(*) FROM feed WHERE last_polled_at IS NOT NULL AND lease_token IS NULL"
    return program.ask(done) == [(feeds,)]


@pytest.mark.parametrize("jump", [*_RUNNING, *_RUNNING_SLOW])
def test_a_jump_makes_nobody_early_and_nobody_late(
    make_publisher: MakePublisher, make_program: MakeProgram, jump: str
) -> None:
    """While the daemon runs: each feed waits on as long as it had to before."""
    publisher = make_publisher(3, 2)
    program = make_program(publisher.urls)
    clock = WallClock(program)
    daemon = program.start("run")
    wait_for(lambda: _is_settled(program, 6))
    soon = (clock.now() + timedelta(seconds=3)).strftime("%Y-%m-%d %H:%M:%S.%f")
    program.change("UPDATE feed SET next_poll_at = ? WHERE id = 2", soon)
    before = _waits_s(program, clock)
    asked = len(publisher.answers)

    clock.jump(jump)
    wait_for(lambda: len(publisher.answers) > asked)
    wait_for(lambda: _is_settled(program, 6))
    time.sleep(2)  # nothing is to happen

    after = _waits_s(program, clock)
    assert [one.number for one in publisher.answers[asked:]] == [1]
    assert publisher.early() == []
    assert all(-60 < after[one] - before[one] < 1 for one in before if one != 2), (before, after)
    assert after[2] < 2 * 24 * _HOUR_S
    assert program.end(daemon) == 0
    assert "Traceback" not in program.said()


@pytest.mark.parametrize("jump", _BETWEEN)
def test_a_jump_between_two_runs_makes_nobody_early(
    make_publisher: MakePublisher, make_program: MakeProgram, jump: str
) -> None:
    """A machine that is started with a clock that was set back: what is to be waited is waited.

    Set forward while nobody runs, a clock cannot be told from time that has passed.
    """
    publisher = make_publisher(4, 2)
    program = make_program(publisher.urls[:6])
    clock = WallClock(program)
    first = program.start("run")
    wait_for(lambda: _is_settled(program, 6))
    first.kill()
    first.wait()

    clock.jump(jump)
    program.configure(publisher.urls)
    program.start("run")
    wait_for(lambda: _is_settled(program, 8))
    time.sleep(2)  # nothing more is to happen

    after = _waits_s(program, clock)
    assert publisher.early() == []
    assert all(wait_s < 2 * 24 * _HOUR_S for wait_s in after.values()), after

"""The clock of a poller: what has passed, whatever the wall clock shows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.polling._clock import Clock

_SCRIPT = """
import pathlib, select, sys, time
from aggregator.polling._clock import Clock
clock, offset = Clock(), pathlib.Path(sys.argv[1])
before = clock.now()
offset.write_text(sys.argv[2] + "\\n")
select.select([], [], [], 0.2)
assert abs(time.time() - before.timestamp()) > 1000, "the wall clock has not jumped"
during = clock.now()
jump = clock.follow()
after = clock.now()
again = clock.follow()
print((during - before).total_seconds(), jump.total_seconds(), (after - during).total_seconds(),
      again.total_seconds(), clock.moved == jump)
"""


def test_without_a_jump_it_shows_what_the_wall_clock_shows() -> None:
    """And there is nothing to follow."""
    clock = Clock()
    time.sleep(0.05)

    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=0.2)
    assert clock.follow() == timedelta()
    assert clock.moved == timedelta()


@pytest.mark.parametrize("offset_s", [3600, -3600, 30 * 86_400, -10 * 365 * 86_400])
def test_a_jump_is_seen_and_counts_only_when_it_is_followed(tmp_path: Path, offset_s: int) -> None:
    """In a process whose wall clock is set under its feet, forth or back."""
    if shutil.which("faketime") is None:
        pytest.skip("faketime is not installed")
    offset = tmp_path / "offset"
    offset.write_text("+0\n")
    environ = {
        **os.environ,
        "LD_PRELOAD": str(_find_library()),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }

    said = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(offset), f"{offset_s:+d}"],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    passed, jump, across, again = map(float, said[:4])
    assert 0.1 < passed < 5
    assert abs(jump - offset_s) < 2
    assert abs(across - offset_s) < 2
    assert again == 0
    assert said[4] == "True"


def _find_library() -> Path:
    return next(Path("/usr/lib").rglob("libfaketime.so.1"))

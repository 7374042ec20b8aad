"""kill -9 at random moments: nothing is lost, doubled, or asked for before its time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.killing import Toll, kill_daemons, kill_workers

RUNS = int(os.environ.get("AGGREGATOR_TEST_KILLS", "8"))
"""``bench/kills.py --runs 200`` does it more often."""


@pytest.mark.timeout(60 + 15 * RUNS)
def test_a_daemon_killed_at_any_moment_has_harmed_nobody(tmp_path: Path) -> None:
    """The archive becomes that of an undisturbed run, and what servers had stated is heeded."""
    toll = kill_daemons(tmp_path / "home", RUNS, seed=os.getpid())

    assert toll == Toll(RUNS, unheard=toll.unheard)


@pytest.mark.timeout(60 + 15 * RUNS)
def test_a_daemon_whose_workers_are_killed_works_on(tmp_path: Path) -> None:
    """Whichever of its processes dies, and whenever: what it was at is done again."""
    toll = kill_workers(tmp_path / "home", RUNS, seed=os.getpid())

    assert toll == Toll(RUNS, unheard=toll.unheard)

"""Deaths by kill -9 at random moments, and what the archive and the publisher say of them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.program import Program, wait_for, workers_of
from tests.faults.publisher import Answer, Publisher

HEARD_S = 0.5
"""An answer that was sent less than that before a death may not have been read any more, or not yet
be written: nobody can heed what it has stated, and its bytes have to be asked for again."""

LONGEST_LIFE_S = 2.5
"""From the first request on; by then all feeds are polled on a machine with two cores."""

HOSTS, FEEDS_PER_HOST = 5, 4


@dataclass(frozen=True, slots=True)
class Toll:
    """What some deaths have cost; all but `runs` and `unheard` must be 0.

    `lost` and `doubled` entries, `early` requests (before a time that had been stated to a process
    that is dead), `repeated` ones (for bytes that it had been given), `damaged` archives, `orphans`
    (processes that outlived their daemon). `unheard` are the requests that no one can avoid.
    """

    runs: int
    lost: int = 0
    doubled: int = 0
    early: int = 0
    repeated: int = 0
    damaged: int = 0
    orphans: int = 0
    unheard: int = 0


def kill_daemons(folder: Path, runs: int, seed: int) -> Toll:
    """Start the daemon and kill it, `runs` times on one archive; then let one pass be whole."""
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    with Publisher(HOSTS, FEEDS_PER_HOST, has_refusing=True) as publisher:
        program = Program(folder, publisher.urls)
        killings = _Killings(publisher, program, chance)
        try:
            for _ in range(runs):
                killings.kill_one()
            return killings.count(runs)
        finally:
            program.close()


def kill_workers(folder: Path, runs: int, seed: int) -> Toll:
    """Kill a process that a running daemon has started, `runs` times; the daemon lives on."""
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    with Publisher(HOSTS, FEEDS_PER_HOST) as publisher:
        program = Program(folder, publisher.urls)
        killings = _Killings(publisher, program, chance)
        try:
            daemon = program.start("run")
            for _ in range(runs):
                killings.kill_worker(daemon)
            # What was killed twice in a row is not read a third time before its next visit.
            program.make_due()
            _wait_quietly(lambda: set(program.titles()) >= publisher.titles() != set(), 30)
            assert program.end(daemon) == 0, program.said()
            return killings.count(runs)
        finally:
            program.close()


class _Killings:
    def __init__(self, publisher: Publisher, program: Program, chance: random.Random) -> None:
        self._publisher, self._program, self._chance = publisher, program, chance
        self._toll: Counter[str] = Counter()
        self._unheard: list[Answer] = []
        self._seen = 0

    def kill_one(self) -> None:
        """Let a daemon live for a while after its first request, or not even so long."""
        publisher, program = self._publisher, self._program
        publisher.publish()
        program.make_due()
        before = len(publisher.answers)
        daemon = program.start("run")
        if self._chance.random() < 0.2:
            time.sleep(self._chance.uniform(0, 1.5))
        else:
            _wait_quietly(lambda: len(publisher.answers) > before, 5)
            time.sleep(self._chance.uniform(0, LONGEST_LIFE_S) ** 2 / LONGEST_LIFE_S)
        started = workers_of(daemon)
        daemon.kill()
        died_at_s = time.monotonic()
        daemon.wait()
        if not _wait_quietly(lambda: not set(started) & set(workers_of(daemon)), 10):
            self._toll["orphans"] += 1
        self._judge()
        self._excuse(died_at_s)
        if program.database.exists() and program.ask("PRAGMA integrity_check") != [("ok",)]:
            self._toll["damaged"] += 1

    def kill_worker(self, daemon: subprocess.Popen[bytes]) -> None:
        """Kill one of the daemon's processes while documents are being read."""
        is_done = False
        while not is_done:
            self._publisher.publish()
            self._program.make_due()
            wait_for(lambda: workers_of(daemon))
            time.sleep(self._chance.uniform(0, 1))
            with suppress(ProcessLookupError, IndexError):
                os.kill(self._chance.choice(workers_of(daemon)), signal.SIGKILL)
                is_done = True
            assert daemon.poll() is None, self._program.said()

    def count(self, runs: int) -> Toll:
        """Let one pass be whole, and compare the archive with all that was handed out."""
        publisher, program = self._publisher, self._program
        publisher.publish()
        program.make_due()
        passed = program.call("run", "--once")
        self._judge()
        found = Counter(program.titles())
        self._toll["lost"] += len(publisher.titles(self._unheard) - set(found))
        self._toll["doubled"] += (found - Counter(publisher.titles())).total()
        is_whole = passed.returncode in {0, 5} and program.is_whole() and not program.leases()
        self._toll["damaged"] += not is_whole
        return Toll(runs, **self._toll)

    def _judge(self) -> None:
        """Count what was asked for since the last time although it was not to be."""
        answers = self._publisher.answers
        for place, one in enumerate(answers[self._seen :], self._seen):
            self._toll["early"] += one.is_early
            self._toll["repeated"] += one.entries > 0 and any(
                (other.number, other.entries) == (one.number, one.entries)
                for other in answers[:place]
                if other not in self._unheard
            )
        self._seen = len(answers)

    def _excuse(self, died_at_s: float) -> None:
        """Take back what was said so late that it may not have been heard."""
        for one in self._publisher.answers:
            if died_at_s - one.at_s < HEARD_S:
                self._publisher.forget(one.number)
                self._unheard.append(one)
        self._toll["unheard"] = len(self._unheard)


def _wait_quietly(condition: Callable[[], object], timeout_s: float) -> bool:
    """Whether `condition` has come to hold in time."""
    ends_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > ends_s:
            return False
        time.sleep(0.01)
    return True

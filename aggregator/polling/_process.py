"""One worker process, started by the fork server, in a pool of its own: it dies for itself alone.

pebble's pools share one pipe among their workers. A worker that is killed while it holds the pipe's
lock, or amid a message, would hold up all others; alone in its pool it takes the pipe with it.
"""

from __future__ import annotations

import resource
import select
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from multiprocessing import forkserver, get_context
from os import getpid
from pathlib import Path
from typing import TypeVar

from pebble import CONSTS, ProcessPool
from pebble.pool import base_pool, process

from aggregator.polling._limits import CPU_SHARE, do_work, prepare_worker

_Result = TypeVar("_Result")

MAX_TASKS = 500
"""After so many tasks a worker is replaced, so that no library's leak grows for ever."""

MAX_RESTING_BYTES = 200 * 1024**2
"""A worker that keeps more than this after its task is replaced: a fresh one has 60 MB, and one
that has read 300 pages 130."""

_START_S = 60.0
"""A fork server that has to import everything on a busy machine takes seconds, never this long."""

_PRELOADED = [
    "aggregator.polling._shield",
    "aggregator.polling._tasks",
    "aggregator.feeds._parse",
    "aggregator.articles._feed_pages",
    "aggregator.articles._pagination",
]

# Workers ignore SIGTERM (`_shield`), so waiting for it to work would only delay SIGKILL.
CONSTS.term_timeout = 0.1


class _Naps:
    """What pebble's threads use of `time`: a pause that no change of the clock can reach.

    `time.sleep` waits for an absolute instant, which fails under a clock that is only pretended
    (libfaketime), and the pool's threads would end.
    """

    time = staticmethod(time.time)

    @staticmethod
    def sleep(seconds: float) -> None:
        """Wait for `seconds`."""
        select.select([], [], [], seconds)


base_pool.time = process.time = _Naps  # type: ignore[assignment,attr-defined]

_server = threading.Lock()
_started: set[int] = set()


class Worker:
    """A process for one task at a time. Starting and stopping block; do them in a thread.

    Raises OSError or RuntimeError if it cannot be started.
    """

    def __init__(self) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(_PRELOADED)
        self._pool = ProcessPool(max_workers=1, initializer=prepare_worker, context=context)
        self._tasks = 0
        with _server:
            _started.add(id(self))
            try:
                self._start()
            except BaseException:
                self._end()
                raise

    def submit(
        self,
        deadline_s: float,
        function: Callable[..., _Result],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> Future[_Result]:
        """Begin work of which the processor's part of `deadline_s` is all that it may take.

        The deadline itself is kept by the caller: pebble would keep it by a clock that can jump.
        RuntimeError if the process is gone.
        """
        self._tasks += 1
        work = (deadline_s * CPU_SHARE, function, args, kwargs)
        future: Future[_Result] = self._pool.schedule(do_work, args=work)
        return future

    @property
    def is_alive(self) -> bool:
        """Whether the process is there, as far as is known: it may have died a moment ago."""
        return Path(f"/proc/{self.pid}").exists() and bool(self._pool.active)

    @property
    def is_worn(self) -> bool:
        """Whether it has done or kept so much that a fresh one should take its place."""
        return self._tasks >= MAX_TASKS or self._resident_bytes() > MAX_RESTING_BYTES

    def stop(self) -> None:
        """End the process, whatever it does, and wait until it has ended."""
        with _server:
            self._end()

    def _start(self) -> None:
        self._pool.active  # noqa: B018 - reading it is how pebble starts a pool
        # pebble would start another process in the pipes of one that died; it has no setting.
        self._pool._pool_manager.worker_manager.workers_number = 0  # noqa: SLF001
        try:
            self.pid = self._pool.schedule(getpid).result(_START_S)
        except TimeoutError as error:
            raise RuntimeError("a new worker process does not answer") from error

    def _end(self) -> None:
        _started.discard(id(self))
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _resident_bytes(self) -> int:
        try:
            fields = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()
        except OSError:
            return 0
        return int(fields[1]) * resource.getpagesize()


def stop_in_background(workers: Iterable[Worker], *, with_server: bool = False) -> None:
    """Stop `workers` in a thread of their own, and the fork server if nobody else needs it."""
    args = (list(workers), with_server)
    threading.Thread(target=_stop_all, args=args, name="worker-stop", daemon=True).start()


def _stop_all(workers: list[Worker], with_server: bool) -> None:  # noqa: FBT001 - private, one call
    for worker in workers:
        worker.stop()
    if with_server:
        stop_fork_server()


def stop_fork_server() -> None:
    """End the fork server unless a worker needs it; the next worker starts it anew."""
    with _server:
        if not _started:
            # There is no public way; the library's own tests end it so.
            forkserver._forkserver._stop()  # type: ignore[attr-defined]  # noqa: SLF001

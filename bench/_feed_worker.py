"""One parser in a process of its own, asked for one document after the other.

    python -m bench._feed_worker NAME CPU_LIMIT_S

Questions and answers are lines of JSON. Only reading is timed; imports, the file and the making
ready are no document's cost. What takes more CPU than the limit is interrupted, and what cannot be
interrupted is killed from outside.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import resource
import select
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from bench._feed_parsers import LOADERS, Prepare

ROOT = Path(__file__).parents[1]
HANG = "hang"
REFUSED = "FeedError"
_WALL_TO_CPU = 6  # a machine that does other work, too
_WARM_UP = (
    b'<rss version="2.0"><channel><title>A</title><link>https://a.example/</link><description>A'
    b"</description><item><title>A</title><description>A</description></item></channel></rss>"
)

Answer = dict[str, Any]
"""`skipped`, or `cpu_s` with `error` and `message`, or with `read`, `kept` and `repeats`; `peak_mb`
always, `entries` where they were asked for (`_feed_check.py` says what they hold)."""


class _TooLongError(BaseException):
    """The limit is reached; no parser's own `except Exception` may swallow it."""


class _Limit:
    """Interrupts what has taken too much CPU since `start`.

    It looks once a second of wall time: a timer of the process's own CPU (ITIMER_PROF) would
    make `time.process_time` as coarse as the kernel's tick, several milliseconds.
    """

    def __init__(self, cpu_s: float) -> None:
        self.cpu_s = cpu_s
        self._started: float | None = None
        signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, 1.0, 1.0)

    def start(self) -> None:
        """Count from now on."""
        self._started = time.process_time()

    def stop(self) -> float:
        """Count no longer; the CPU seconds since the start."""
        spent = time.process_time() - (self._started or 0.0)
        self._started = None
        return spent

    def _look(self, *_: object) -> None:
        if self._started is not None and time.process_time() - self._started > self.cpu_s:
            self._started = None
            raise _TooLongError


class Worker:
    """The parser `name`, run by `python`; started anew after it had to be killed."""

    def __init__(self, name: str, python: str, cpu_limit_s: float) -> None:
        self.name = name
        self.cpu_limit_s = cpu_limit_s
        self._command = [python, "-m", "bench._feed_worker", name, str(cpu_limit_s)]
        self.missing: str | None = self._start().get("missing")

    def ask(self, path: Path, *, with_entries: bool = False) -> Answer:
        """What the parser makes of the document at the absolute `path`."""
        question = json.dumps({"path": str(path), "with_entries": with_entries})
        try:
            self._process.stdin.write(question.encode() + b"\n")
            self._process.stdin.flush()
            answer = self._read()
        except BrokenPipeError:
            answer = None
        if answer is None:
            error = HANG if self._process.poll() is None else "died"
            self.close()
            self._start()
            answer = {"cpu_s": self.cpu_limit_s, "error": error, "message": "killed", "peak_mb": 0}
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def _start(self) -> Answer:
        self._process: Any = subprocess.Popen(
            self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self._read() or {"missing": "it does not start"}

    def _read(self) -> Answer | None:
        """The next line; None if the process died or does not answer."""
        ready, _, _ = select.select(
            [self._process.stdout], [], [], _WALL_TO_CPU * self.cpu_limit_s + 60
        )
        line = self._process.stdout.readline() if ready else b""
        if ready and not line:
            self._process.wait()
        return json.loads(line) if line else None


def main() -> None:
    """Answer until there are no more questions."""
    name, cpu_limit_s = sys.argv[1], float(sys.argv[2])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what parsers print is no answer
    warnings.simplefilter("ignore")
    logging.disable()
    limit = _Limit(cpu_limit_s)
    try:
        prepare = LOADERS[name]()
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), file=answers, flush=True)
        return
    if read := prepare(_WARM_UP):
        read()
    gc.collect()
    gc.freeze()
    print(json.dumps({"missing": None}), file=answers, flush=True)
    for line in sys.stdin:
        question = json.loads(line)
        answer = _answer(prepare, question, limit)
        answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(answer), file=answers, flush=True)


def _answer(prepare: Prepare, question: Answer, limit: _Limit) -> Answer:
    body = Path(question["path"]).read_bytes()
    limit.start()
    try:
        read = prepare(body)
        if read is None:
            return {"skipped": True}
        gc.collect()
        limit.start()
        reading = read()
        cpu_s = limit.stop()
        if cpu_s > limit.cpu_s:  # it ended between two looks
            raise _TooLongError  # noqa: TRY301
    except _TooLongError:
        return {"cpu_s": limit.cpu_s, "error": HANG, "message": "interrupted"}
    except Exception as error:  # noqa: BLE001 - counting them is the purpose
        named = {"error": type(error).__name__, "message": str(error)[:200]}
        return {"cpu_s": limit.stop(), **named}
    answer = {"cpu_s": cpu_s, "read": reading.read, "kept": reading.kept}
    answer["repeats"] = reading.repeats
    if question["with_entries"]:
        from bench._feed_check import describe_entries  # noqa: PLC0415 - no memory of the parser's

        answer |= describe_entries(reading.result)
    return answer


if __name__ == "__main__":
    main()

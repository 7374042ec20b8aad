"""One system in a process of its own, given texts once and then asked one question after another.

    python -m bench._search_worker NAME PLACE

Questions and answers are lines of JSON. Only the work of the system is timed, in CPU of the process
and of the server that works for it.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench._search_systems import LOADERS, System
from bench._search_values import Text, read_texts, write_texts

ROOT = Path(__file__).parents[1]

Reply = dict[str, Any]
"""`error`, or of a question `keys`, `total` and `cpu_s`; of texts `cpu_s` and what the system says;
always `peak_mb`."""


class Worker:
    """The system `name` at `place`, run by `python`; `missing` says why it is not there."""

    def __init__(self, name: str, place: str, python: str = sys.executable) -> None:
        self.name = name
        self._process: Any = subprocess.Popen(
            [python, "-m", "bench._search_worker", name, place],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.missing: str | None = self._read().get("missing", "it does not start")

    def build(self, texts: Iterable[Text]) -> Reply:
        """Have it take in all texts; RuntimeError if it cannot."""
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
            write_texts(Path(file.name), texts)
            reply = self._ask({"build": file.name})
        if "error" in reply:
            raise RuntimeError(f"{self.name}: {reply['error']}")
        return reply

    def search(self, typed: str, limit: int) -> Reply:
        """What it answers; an error is an answer without keys."""
        reply = self._ask({"search": typed, "limit": limit})
        return {"keys": [], "total": None, "cpu_s": 0.0, **reply}

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.stdout.close()
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, question: Reply) -> Reply:
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Reply:
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"error": "it died"}


def main() -> None:
    """Answer until there are no more questions."""
    name, place = sys.argv[1:3]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no answer
    warnings.simplefilter("ignore")
    logging.disable()
    try:
        system = LOADERS[name](place)
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), file=answers, flush=True)
        return
    print(json.dumps({"missing": None}), file=answers, flush=True)
    for line in sys.stdin:
        reply = _answer(system, json.loads(line))
        reply["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(reply), file=answers, flush=True)


def _answer(system: System, question: Reply) -> Reply:
    server, started = system.server_cpu_s(), time.process_time()
    try:
        if "build" in question:
            reply: Reply = dict(system.build(read_texts(Path(question["build"]))))
        else:
            found = system.search(question["search"], question["limit"])
            reply = {"keys": found.keys, "total": found.total}
    except Exception as error:  # noqa: BLE001 - counting them is the purpose
        reply = {"error": f"{type(error).__name__}: {error}"[:300]}
    reply["cpu_s"] = time.process_time() - started
    reply["cpu_s"] += max(system.server_cpu_s() - server, 0.0)
    if "build" in question:
        gc.collect()
        gc.freeze()
    return reply


if __name__ == "__main__":
    main()

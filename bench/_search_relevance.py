"""Judged collections and known items, asked of all systems in one run."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from bench._search_collections import Judged
from bench._search_filling import scratch_database
from bench._search_metrics import means_of
from bench._search_systems import LOADERS, ON_SERVER, PEERS
from bench._search_values import Text
from bench._search_worker import Worker

DEPTH = 100
Figures = dict[str, float | None]


@contextmanager
def worker_of(name: str, python: str, server_url: str | None) -> Iterator[Worker | None]:
    """The system in a new place that goes with it; None, with a word to the user, if it lacks."""
    with ExitStack() as stack:
        if name not in ON_SERVER:
            place = stack.enter_context(tempfile.TemporaryDirectory())
        elif server_url is None:
            print(f"{name} is left out: no --postgresql", file=sys.stderr)
            yield None
            return
        else:
            place = stack.enter_context(scratch_database(server_url))
        interpreter = python if name in PEERS else sys.executable
        worker = stack.enter_context(Worker(name, place, interpreter))
        if worker.missing is not None:
            print(f"{name} is left out: {worker.missing}", file=sys.stderr)
        yield worker if worker.missing is None else None


def judge(
    collection: Judged, python: str, server_url: str | None, language: str | None
) -> dict[str, Figures]:
    """The figures of every system that is there, by name; questions are typed as they stand."""
    texts = [
        Text(key, " ".join(title.split()), text, language=language)
        for key, (title, text) in collection.documents.items()
    ]

    def ask(worker: Worker) -> Figures:
        found, figures = run_queries(worker, collection.queries)
        return {**means_of(found, collection.answers), **figures}

    return ask_all(texts, ask, python, server_url)


def ask_all(
    texts: Sequence[Text],
    ask: Callable[[Worker], Figures],
    python: str,
    server_url: str | None,
    names: Iterable[str] = LOADERS,
) -> dict[str, Figures]:
    """What `ask` says of each system after it was given the texts."""
    rows: dict[str, Figures] = {}
    for name in names:
        with worker_of(name, python, server_url) as worker:
            if worker is not None:
                worker.build(texts)
                rows[name] = ask(worker)
    return rows


def run_queries(
    worker: Worker, queries: Mapping[str, str], depth: int = DEPTH
) -> tuple[dict[str, list[str]], Figures]:
    """The keys that each question finds; mean CPU and the number of errors."""
    found: dict[str, list[str]] = {}
    errors = 0
    cpu_s = 0.0
    for key, typed in queries.items():
        reply = worker.search(typed, depth)
        errors += "error" in reply
        cpu_s += reply["cpu_s"]
        found[key] = reply["keys"]
    return found, {"CPU ms": 1000 * cpu_s / max(len(queries), 1), "errors": errors}

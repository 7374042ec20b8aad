"""One archive of a given size: what it costs to make, to keep and to ask."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection

from aggregator.archive import Archive, IndexEntry
from aggregator.library import open_archive
from bench._search_corpus import Corpus
from bench._search_filling import Filled, fill, has_database, scratch_database, url_of
from bench._search_metrics import spread_of
from bench._search_queries import SAMPLE, make_classes
from bench._search_systems import OURS, OURS_SERVER
from bench._search_worker import Worker

HITS = 20
_BARE = 10_000
_WARM_UP = ("warm", '"warm up"', "warm*", "warm sort:new", "warm tag:up", "/warm/")

Figures = dict[str, Any]


class _NoIndex:
    """No index at all, to tell what the archive alone costs."""

    def is_prepared(self, _connection: Connection) -> bool:
        """It always is."""
        return True

    def prepare(self, _connection: Connection) -> None:
        """Nothing is needed."""

    def add(self, _connection: Connection, _entries: Sequence[IndexEntry]) -> None:
        """Nobody will look for them."""

    def remove(self, _connection: Connection, _entries: Sequence[IndexEntry]) -> None:
        """They are not there."""

    def begin(self, _connection: Connection) -> None:
        """There is no second one either."""

    def filled_to(self, _connection: Connection) -> None:
        """None is unfinished."""

    def fill(self, _connection: Connection, _entries: Sequence[IndexEntry]) -> None:
        """Nothing is unfinished."""

    def problems(self, _connection: Connection) -> list[str]:
        """There are none."""
        return []


def measure(
    corpus: Corpus, server_url: str | None, keep: Path | None, per_class: int, name: str
) -> Figures:
    """The figures of `name` with that corpus: of the archive, of each class, of all queries."""
    url_of_server = server_url if name == OURS_SERVER else None
    with _built(corpus, url_of_server, keep) as (place, built):
        classes = make_classes(corpus.sample(SAMPLE), corpus.count, per_class)
        with Worker(name, place) as worker:
            if worker.missing is not None:
                raise SystemExit(f"{name}: {worker.missing}")
            return {"archive": built, **ask(worker, classes)}


def ask(worker: Worker, classes: dict[str, list[str]]) -> Figures:
    """CPU ms by class and over all, and the slowest queries; each query is asked once."""
    for typed in _WARM_UP:
        worker.search(typed, HITS)
    by_class: Figures = {}
    asked: list[tuple[float, str]] = []
    errors = 0
    for name, queries in classes.items():
        replies = [worker.search(typed, HITS) for typed in queries]
        times = [1000 * reply["cpu_s"] for reply in replies]
        asked += zip(times, queries, strict=True)
        errors += sum("error" in reply for reply in replies)
        totals = [reply["total"] or 0 for reply in replies]
        by_class[name] = {**spread_of(times), "hits": round(sum(totals) / len(totals))}
    slowest = sorted(asked, reverse=True)[:5]
    return {
        "classes": by_class,
        "all": {**spread_of([cost for cost, _ in asked]), "queries": len(asked), "errors": errors},
        "slowest": {typed: cost for cost, typed in slowest},
    }


@contextmanager
def _built(
    corpus: Corpus, server_url: str | None, keep: Path | None
) -> Iterator[tuple[str, Figures]]:
    """Where the archive is, for a worker, and what it cost; one that was kept is not made again.

    A kept archive counts only with its figures, which are written last.
    """
    kind = "sqlite" if server_url is None else "postgresql"
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder = folder / f"{kind}-{corpus.name}-{corpus.count}"
        figures, name = folder / "figures.json", f"bench_{corpus.name}_{corpus.count}"
        is_there = server_url is None or (keep is not None and has_database(server_url, name))
        if figures.exists() and is_there:
            place = str(folder) if server_url is None else url_of(server_url, name)
            yield place, json.loads(figures.read_text("utf-8"))
            return
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        if server_url is None:
            place, url = str(folder), f"sqlite:///{folder.absolute() / 'archive.db'}"
        else:
            kept_name = name if keep else None
            place = url = stack.enter_context(scratch_database(server_url, kept_name))
        built = _build(corpus, url, server_url)
        figures.write_text(json.dumps(built, indent=1), "utf-8")
        yield place, built


def _build(corpus: Corpus, url: str, server_url: str | None) -> Figures:
    with open_archive(url) as archive:
        filled = fill(archive, corpus.texts(), url)
    size = _server_index_bytes(url) if server_url else _file_index_bytes(url)
    bare = _fill_bare(corpus, server_url)
    index_s = filled.cpu_s / filled.articles - bare.cpu_s / bare.articles
    return {
        **asdict(filled),
        "articles_per_cpu_s": filled.articles / filled.cpu_s,
        "without_index_per_cpu_s": bare.articles / bare.cpu_s,
        "index_alone_per_cpu_s": 1 / index_s if index_s > 0 else None,
        "index_bytes": size,
        "index_to_text": size / filled.text_bytes,
    }


def _fill_bare(corpus: Corpus, server_url: str | None) -> Filled:
    """The first articles, archived without an index."""
    texts = (text for text, _ in zip(corpus.texts(), range(_BARE), strict=False))
    with ExitStack() as stack:
        if server_url is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = f"sqlite:///{folder}/archive.db"
        else:
            url = stack.enter_context(scratch_database(server_url))
        archive = stack.enter_context(Archive(url, _NoIndex()))
        return fill(archive, texts, url)


def _file_index_bytes(url: str) -> int:
    """The pages of all tables and indexes of the search."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE rootpage > 0 AND tbl_name GLOB 'search_*'"
        ).fetchall()
        ask = "SELECT pgsize FROM dbstat WHERE aggregate = 1 AND name = ?"
        return sum(size for name in names for (size,) in connection.execute(ask, name))


def _server_index_bytes(url: str) -> int:
    """The tables of the search with their indexes and what is kept out of line.

    The server is first given the rest that its own vacuum would give it some time later.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        with suppress(psycopg.Error):
            connection.execute("VACUUM (ANALYZE)")
        row = connection.execute(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
            " WHERE relkind = 'r' AND relname ~ '^search_'"
        ).fetchone()
        return int(row[0] or 0) if row else 0


def systems_of(server_url: str | None) -> tuple[str, ...]:
    """Ours on the databases that there are."""
    return (OURS,) if server_url is None else (OURS, OURS_SERVER)

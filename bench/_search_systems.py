"""The systems that are asked: ours on both databases, plain FTS5 and PostgreSQL, and the peers.

Each is made at a place (a folder, or the URL of an empty database), given all texts once, and then
asked. Libraries are imported where they are used: a worker has only those of its own system, and
the peers' interpreter has none of ours.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from bench._search_values import Text

OURS = "ours, SQLite"
OURS_SERVER = "ours, PostgreSQL"
READER = "reader"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """Keys, best first; how many there are in all, where the system counts."""

    keys: list[str]
    total: int | None = None


class System(Protocol):
    """One system with one collection."""

    def build(self, texts: Iterable[Text]) -> dict[str, float]:
        """Take in all texts; what there is to say about it."""

    def search(self, typed: str, limit: int) -> Answer:
        """The best documents for what was typed."""

    def server_cpu_s(self) -> float:
        """CPU seconds that a server has worked for it until now."""


def words_of(typed: str) -> list[str]:
    """The different words of a text, in lower case."""
    return list(dict.fromkeys(_WORD.findall(typed.lower())))


class _Local:
    """A system without a server."""

    def server_cpu_s(self) -> float:
        """Nothing: there is none."""
        return 0.0


class _Ours:
    """Our archive and search through their public names, hits with snippets as they come."""

    def __init__(self, place: str) -> None:
        from bench._search_filling import Backends, is_server  # noqa: PLC0415 - brings psycopg

        self._url = place if is_server(place) else f"sqlite:///{Path(place) / 'archive.db'}"
        self._backends = Backends(self._url)
        self._searcher: Any = None

    def build(self, texts: Iterable[Text]) -> dict[str, float]:
        """Record them as polls do, then open the search."""
        from aggregator.library import open_archive  # noqa: PLC0415 - other systems lack it
        from bench._search_filling import fill  # noqa: PLC0415

        with open_archive(self._url) as archive:
            filled = fill(archive, texts, self._url)
        return {"fill_cpu_s": filled.cpu_s, "text_bytes": filled.text_bytes}

    def search(self, typed: str, limit: int) -> Answer:
        """What is typed, as it stands."""
        from bench._search_filling import key_of  # noqa: PLC0415

        if self._searcher is None:
            from aggregator.search import open_searcher  # noqa: PLC0415 - other systems lack it

            self._searcher = open_searcher(self._url)
        found = self._searcher.search(typed, limit=limit)
        return Answer([key_of(hit.url) for hit in found.hits], found.total)

    def server_cpu_s(self) -> float:
        """The CPU of PostgreSQL's processes for this archive."""
        return self._backends.cpu_s()


class _Fts5(_Local):
    """An FTS5 table with its own tokenizer and ranking, and words joined by one operator."""

    def __init__(self, _place: str, *, tokenize: str, operator: str) -> None:
        self._operator = operator
        self._keys: list[str] = []
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            f"CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize='{tokenize}')"
        )

    def build(self, texts: Iterable[Text]) -> dict[str, float]:
        """Insert them."""
        for number, text in enumerate(texts):
            self._keys.append(text.key)
            row = (number, text.title, text.body)
            self._database.execute("INSERT INTO texts(rowid, title, body) VALUES (?, ?, ?)", row)
        return {}

    def search(self, typed: str, limit: int) -> Answer:
        """The words of the text, each in quotation marks."""
        expression = f" {self._operator} ".join(f'"{word}"' for word in words_of(typed))
        statement = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?"
        found = self._database.execute(statement, (expression or '""', limit))
        return Answer([self._keys[number] for (number,) in found])


class _TsRank:
    """PostgreSQL's own way: English tsvectors weighted by column, any word, ts_rank."""

    def __init__(self, place: str) -> None:
        import psycopg  # noqa: PLC0415 - the peers' environment has none

        self._connection = psycopg.connect(place, autocommit=True)
        self._pid = self._connection.info.backend_pid

    def build(self, texts: Iterable[Text]) -> dict[str, float]:
        """Copy them into a table with a generated column and a GIN index."""
        self._connection.execute(
            "CREATE TABLE text (key text, title text, body text, vector tsvector GENERATED ALWAYS"
            " AS (setweight(to_tsvector('english', title), 'A')"
            " || setweight(to_tsvector('english', body), 'D')) STORED)"
        )
        with self._connection.cursor().copy("COPY text (key, title, body) FROM STDIN") as rows:
            for text in texts:
                rows.write_row((text.key, text.title, text.body))
        self._connection.execute("CREATE INDEX ON text USING gin (vector)")
        self._connection.execute("ANALYZE text")
        return {}

    def search(self, typed: str, limit: int) -> Answer:
        """Any of the words."""
        found = self._connection.execute(
            "SELECT key FROM text, to_tsquery('english', %s) asked WHERE vector @@ asked"
            " ORDER BY ts_rank(vector, asked) DESC, key LIMIT %s",
            (" | ".join(words_of(typed)), limit),
        )
        return Answer([key for (key,) in found])

    def server_cpu_s(self) -> float:
        """The CPU of this connection's process."""
        from bench._search_filling import process_cpu_s  # noqa: PLC0415

        return process_cpu_s(self._pid)


class _Tantivy(_Local):
    """Tantivy with its English stemmer, title and body alike."""

    def __init__(self, _place: str) -> None:
        self._library: Any = import_module("tantivy")
        schema = self._library.SchemaBuilder()
        schema.add_text_field("key", stored=True, tokenizer_name="raw")
        for name in ("title", "body"):
            schema.add_text_field(name, tokenizer_name="en_stem")
        self._index: Any = self._library.Index(schema.build())

    def build(self, texts: Iterable[Text]) -> dict[str, float]:
        """Write them with one thread."""
        writer = self._index.writer(100_000_000, 1)
        for text in texts:
            fields = {"key": [text.key], "title": [text.title], "body": [text.body]}
            writer.add_document(self._library.Document(**fields))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        return {}

    def search(self, typed: str, limit: int) -> Answer:
        """Any of the words."""
        asked = self._index.parse_query(" ".join(words_of(typed)), ["title", "body"])
        found = self._searcher.search(asked, limit).hits
        return Answer([self._searcher.doc(place)["key"][0] for _, place in found])


class _Bm25s(_Local):
    """BM25 as Lucene has it (k1 0.9, b 0.4), with Snowball's stemmer and English stop words."""

    def __init__(self, _place: str) -> None:
        bm25s: Any = import_module("bm25s")
        stem = import_module("snowballstemmer").stemmer("english").stemWord
        self._tokens = partial(
            bm25s.tokenize,
            stopwords="en",
            stemmer=lambda words: [stem(word) for word in words],
            show_progress=False,
        )
        self._index: Any = bm25s.BM25(k1=0.9, b=0.4, method="lucene")
        self._keys: list[str] = []

    def build(self, texts: Iterable[Text]) -> dict[str, float]:
        """Title and text are one."""
        bodies = []
        for text in texts:
            self._keys.append(text.key)
            bodies.append(f"{text.title} {text.body}")
        self._index.index(self._tokens(bodies), show_progress=False)
        return {}

    def search(self, typed: str, limit: int) -> Answer:
        """Any of the words."""
        most = min(limit, len(self._keys))
        found, scores = self._index.retrieve(self._tokens([typed]), k=most, show_progress=False)
        pairs = zip(found[0], scores[0], strict=True)
        return Answer([self._keys[number] for number, score in pairs if score > 0])


class _Reader(_Local):
    """lemon24/reader: typed as it stands; where that is an error to it, the words alone."""

    def __init__(self, place: str) -> None:
        self._library: Any = import_module("reader")
        self._reader: Any = self._library.make_reader(os.fspath(Path(place) / "reader.db"))

    def build(self, texts: Iterable[Text]) -> dict[str, float]:
        """Add them as entries of one feed, then update the search."""
        self._reader.add_feed("https://feed.example/", allow_invalid_url=True)
        for text in texts:
            stated = None if text.published is None else datetime.fromtimestamp(text.published, UTC)
            self._reader.add_entry(
                {
                    "feed_url": "https://feed.example/",
                    "id": text.key,
                    "title": text.title,
                    "published": stated,
                    "content": [{"value": text.body, "type": "text/plain"}],
                }
            )
        started = time.process_time()
        self._reader.enable_search()
        self._reader.update_search()
        return {"fill_cpu_s": time.process_time() - started}

    def search(self, typed: str, limit: int) -> Answer:
        """All of the words, with their snippets."""
        try:
            return self._ask(typed, limit)
        except self._library.InvalidSearchQueryError:
            return self._ask(" ".join(f'"{word}"' for word in words_of(typed)) or '""', limit)

    def _ask(self, typed: str, limit: int) -> Answer:
        return Answer([one.id for one in self._reader.search_entries(typed, limit=limit)])


_UNICODE = "unicode61 remove_diacritics 2"

LOADERS: dict[str, Callable[[str], System]] = {
    OURS: _Ours,
    OURS_SERVER: _Ours,
    "FTS5, all words": partial(_Fts5, tokenize=_UNICODE, operator="AND"),
    "FTS5 porter, all words": partial(_Fts5, tokenize=f"porter {_UNICODE}", operator="AND"),
    "FTS5 porter, any word": partial(_Fts5, tokenize=f"porter {_UNICODE}", operator="OR"),
    "PostgreSQL ts_rank, any word": _TsRank,
    "tantivy en_stem": _Tantivy,
    "bm25s as Lucene": _Bm25s,
    READER: _Reader,
}
PEERS = frozenset({"tantivy en_stem", "bm25s as Lucene", READER})
ON_SERVER = frozenset({OURS_SERVER, "PostgreSQL ts_rank, any word"})

"""The words that the texts of the archive have."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Generator
from contextlib import closing

from aggregator.search.sqlite._expression import is_token
from aggregator.search.sqlite._state import State

MAX_POSTINGS = 400_000
"""How many places of words are read; they cost about 50 ns each."""

_CREATE = """
CREATE VIRTUAL TABLE temp.search_words USING fts5vocab(main, search_{number}_{shard}, col)
"""
_LIKE = "SELECT term, col, doc FROM temp.search_words WHERE term >= ? AND term < ?"
_LAST = "\U0010ffff"


def read_words(
    connection: sqlite3.Connection, state: State, beginning: str, most: int
) -> list[tuple[str, int]]:
    """The commonest `most` tokens of text that begin so, with about how many documents have them.

    They are read in the newest shards, until enough was read.
    """
    if not is_token(beginning):
        return []
    counts: Counter[str] = Counter()
    read = 0
    for shard in state.shards:
        in_shard: dict[str, int] = {}
        with closing(_read(connection, state.number, shard, beginning)) as rows:
            for token, column, documents in rows:
                read += documents
                if column != "facets":
                    in_shard[token] = max(in_shard.get(token, 0), documents)
                if read >= MAX_POSTINGS:
                    break
        counts.update(in_shard)
        if read >= MAX_POSTINGS:
            break
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ordered[:most]


def _read(
    connection: sqlite3.Connection, number: int, shard: int, beginning: str
) -> Generator[tuple[str, str, int]]:
    """Tokens that begin so, column by column, with the number of documents."""
    try:
        connection.execute("PRAGMA query_only=0")  # for the table of a moment, in memory
        connection.execute(_CREATE.format(number=number, shard=shard))
        yield from connection.execute(_LIKE, (beginning, beginning + _LAST))
    finally:
        connection.execute("DROP TABLE IF EXISTS temp.search_words")
        connection.execute("PRAGMA query_only=1")

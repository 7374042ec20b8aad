"""An index that believes nobody: what is removed must be what was added, and nothing comes twice.

Its tables lie in the archive, so what it has is rolled back, copied and killed with everything
else. They begin with ``search_`` as those of every index do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    update,
)

from aggregator.archive import IndexEntry, index_entry
from aggregator.archive._entries import read_entries
from aggregator.archive._tables import article, entry, feed

_WORD = re.compile(r"\w+")
_TABLES = MetaData()
_generation = Table(
    "search_strict_generation",
    _TABLES,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("filled_to", BigInteger),
)
_document = Table(
    "search_strict",
    _TABLES,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("facts", Text),
)


class StrictIndex:
    """The contract of `Index`, held against the archive: AssertionError where it is broken.

    Of each entry of each generation there is all that a search can ask of it, as JSON.
    """

    def is_prepared(self, connection: Connection) -> bool:
        """Whether there is a generation."""
        return inspect(connection).has_table(_generation.name)

    def prepare(self, connection: Connection) -> None:
        """Make the first generation, which is to be filled."""
        if not self.is_prepared(connection):
            _TABLES.create_all(connection)
            self.begin(connection)

    def begin(self, connection: Connection) -> None:
        """Begin another generation; the last one has the greatest number."""
        unfinished = _generation.c.filled_to.is_not(None)
        of_unfinished = select(_generation.c.number).where(unfinished)
        connection.execute(delete(_document).where(_document.c.number.in_(of_unfinished)))
        connection.execute(delete(_generation).where(unfinished))
        number = max(_generations(connection), default=0) + 1
        connection.execute(insert(_generation).values(number=number, filled_to=0))

    def filled_to(self, connection: Connection) -> int | None:
        """How far the last generation is filled."""
        generations = _generations(connection)
        return generations[max(generations)] if generations else None

    def fill(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Add what comes next; without any entries, the older generation goes."""
        filled_to, number = self.filled_to(connection), max(_generations(connection))
        assert filled_to is not None, "only an unfinished index is filled"
        ids = [one.id for one in entries]
        assert ids == sorted(set(ids)), "in the order of their ids, each once"
        assert not ids or ids[0] > filled_to, "what is filled in was not there before"
        _insert(connection, number, entries)
        if not entries:
            for table in (_generation, _document):
                connection.execute(delete(table).where(table.c.number != number))
        newest = update(_generation).where(_generation.c.number == number)
        connection.execute(newest.values(filled_to=ids[-1] if ids else None))

    def add(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Keep what is said of these entries; none may be there."""
        for number, filled_to in _generations(connection).items():
            _insert(connection, number, [one for one in entries if _is_reached(one, filled_to)])

    def remove(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Drop entries; what is said of them must be what was said when they were added."""
        assert len({one.id for one in entries}) == len(entries), "each is removed once"
        for number, filled_to in _generations(connection).items():
            for one in entries:
                if _is_reached(one, filled_to):
                    row = (_document.c.number == number) & (_document.c.id == one.id)
                    facts = connection.execute(select(_document.c.facts).where(row)).scalar_one()
                    assert json.loads(facts) == json.loads(facts_of(one)), "not what was added"
                    connection.execute(delete(_document).where(row))

    def problems(self, connection: Connection) -> list[str]:
        """Every entry that the index has not, or not as the archive has it now."""
        ids = set(connection.execute(select(entry.c.id)).scalars())
        has_article = entry.c.id.in_(select(article.c.entry_id))
        has_feed = entry.c.feed_id.in_(select(feed.c.id))
        stated = {
            one.id: json.loads(facts_of(index_entry(one)))
            for one in read_entries(connection, has_article, has_feed)
        }
        found = []
        for number, filled_to in _generations(connection).items():
            known = {key: json.loads(facts) for key, facts in _facts(connection, number)}
            reached = {key for key in ids if filled_to is None or key <= filled_to}
            found += [f"{key} is not in the search index" for key in reached - known.keys()]
            found += [f"{key} of the search index is no entry" for key in known.keys() - ids]
            found += [
                f"{key} is in the search index as it was before"
                for key in stated.keys() & known.keys()
                if known[key] != stated[key]
            ]
        return found


def find_ids(facts: Iterable[tuple[int, str]], words: str) -> list[int]:
    """The ids of those whose texts have one of `words`, which are parted by OR."""
    wanted = {word.casefold() for word in words.split(" OR ")}
    return sorted(key for key, stated in facts if wanted & _words(json.loads(stated)["texts"]))


def facts_of(one: IndexEntry) -> str:
    """All that a search may ask of an entry, as JSON."""
    stated, made = one.entry, one.article
    sections = [text for part in made.sections for text in (part.heading, part.text)]
    return json.dumps(
        {
            "texts": [stated.title or "", made.headline or "", made.lead, *sections],
            "feed": one.feed_id,
            "at": one.sort_at.timestamp(),
            "is_updated": one.is_updated,
            "by": [*stated.authors, made.byline],
            "tags": stated.tags,
            "url": stated.url,
            "languages": [stated.language, made.language],
            "has": [bool(stated.enclosures), bool(made.image), bool(stated.extras.images)],
            "numbers": [made.word_count, made.read_minutes],
        }
    )


def _words(texts: Iterable[str]) -> set[str]:
    return {word for each in texts for word in _WORD.findall(each.casefold())}


def _is_reached(one: IndexEntry, filled_to: int | None) -> bool:
    return filled_to is None or one.id <= filled_to


def _generations(connection: Connection) -> dict[int, int | None]:
    return {row.number: row.filled_to for row in connection.execute(select(_generation))}


def _facts(connection: Connection, number: int) -> list[tuple[int, str]]:
    chosen = select(_document).where(_document.c.number == number)
    return [(row.id, row.facts) for row in connection.execute(chosen)]


def _insert(connection: Connection, number: int, entries: Sequence[IndexEntry]) -> None:
    rows = [{"number": number, "id": one.id, "facts": facts_of(one)} for one in entries]
    if rows:
        connection.execute(insert(_document), rows)

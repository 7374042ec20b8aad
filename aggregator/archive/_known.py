"""What the archive has of the entries that a document names: by key, then by any other name.

The usual poll asks one question for all keys. Only entries that changed, or that nobody knows by
their key, are asked about further.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    RowMapping,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from aggregator.archive._tables import alias, article, entry, revision, tombstone
from aggregator.model import Entry

_KEYS_PER_QUERY = 500
_NAMES_PER_QUERY = _KEYS_PER_QUERY // 3  # each is looked for in three tables
_HAS_PAGE = article.c.fetched_at.is_not(None).label("has_page")
_STATED = (entry.c.title, entry.c.published_at, entry.c.published_raw, entry.c.updated_at)

# Put together once: that takes longer than asking. Of the first only what stands at the beginning
# of a row: a long text behind it is never read.
_BY_KEY = (
    select(entry.c.id, entry.c.content_hash, _HAS_PAGE, article.c.page_misses, entry.c.key)
    .outerjoin(article)
    .where(
        entry.c.feed_id == bindparam("of_feed"),
        entry.c.key.in_(bindparam("names", expanding=True)),
    )
)
_BEARERS = union_all(
    *(
        select(column, literal_column(is_deleted)).where(
            column.table.c.feed_id == bindparam("of_feed"),
            column.table.c.key.in_(bindparam("names", expanding=True)),
        )
        for column, is_deleted in (
            (entry.c.id, "0"),
            (alias.c.entry_id, "0"),
            (tombstone.c.entry_id, "1"),
        )
    )
)
_HAS_ANY = select(
    or_(*(exists().where(table.c.feed_id == bindparam("of_feed")) for table in (entry, tombstone)))
)

_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What must be known of an archived entry to decide whether it changed.

    `has_page` says whether its article was made from the page, `page_misses` how often that was
    tried in vain (None: the page is not wanted, or was had). What its feed stated of it and the
    number of revisions that only the content told of are there for entries that changed; those
    that were found under another name have their `aliases` too, among them the `former_keys` under
    which they have come. One that `is_deleted` must not come back.
    """

    id: int
    content_hash: str
    has_page: bool = False
    page_misses: int | None = None
    key: str = ""
    title: str | None = None
    published_at: datetime | None = None
    published_raw: str | None = None
    updated_at: datetime | None = None
    silent_revisions: int = 0
    aliases: frozenset[str] = frozenset()
    former_keys: frozenset[str] = frozenset()
    is_deleted: bool = False

    @property
    def names(self) -> frozenset[str]:
        """Its key and its aliases."""
        return self.aliases | {self.key}

    @property
    def keys(self) -> frozenset[str]:
        """The names that mean it alone, having been its key."""
        return self.former_keys | {self.key}


@dataclass(frozen=True, slots=True)
class Known:
    """The archived entries that a document may mean.

    `by_name` has all entries that bear a name (as key or as alias), for the names of those
    entries of the document that are not in `by_key`. Their `aliases` are there those that no
    other entry has as its key.
    """

    by_key: Mapping[str, KnownEntry] = field(default_factory=dict)
    by_name: Mapping[str, tuple[KnownEntry, ...]] = field(default_factory=dict)
    has_any: bool = True


def known_entries(
    connection: Connection, feed_id: int, entries: Sequence[Entry], *, has_any: bool = False
) -> Known:
    """Which of `entries` the feed's archive has, or had and must not have again.

    That it `has_any` need not be asked where it is known.
    """
    hashes = {one.key: one.content_hash for one in entries}
    by_key = _read_by_key(connection, feed_id, list(hashes))
    changed = [one.id for key, one in by_key.items() if one.content_hash != hashes[key]]
    by_key |= {one.key: one for one in _read_stated(connection, changed)}
    unknown = [one for one in entries if one.key not in by_key]
    if not unknown:
        return Known(by_key)
    if not (by_key or has_any or _has_any(connection, feed_id)):
        return Known(by_key, has_any=False)
    return _know_by_name(connection, feed_id, by_key, unknown)


def _know_by_name(
    connection: Connection,
    feed_id: int,
    by_key: Mapping[str, KnownEntry],
    unknown: Iterable[Entry],
) -> Known:
    """What is known `by_key`, and of the `unknown` entries by any of their names."""
    names = list(dict.fromkeys(name for one in unknown for name in (one.key, *one.aliases)))
    living_ids, deleted_ids = read_bearer_ids(connection, feed_id, names)
    living = read_known(connection, sorted(living_ids))
    deleted = _read_deleted(connection, feed_id, sorted(deleted_ids))
    # Whatever key it was deleted under, unless somebody lives under that.
    lived_under = {name for one in living for name in one.keys}.union(by_key)
    buried = {name: one for one in deleted for name in one.keys - lived_under}
    bearers = [*living, *deleted]
    owned = _read_owned(connection, feed_id, {name for one in bearers for name in one.aliases})
    return Known({**by_key, **buried}, name_entries(bearers, names, owned))


def name_entries(
    bearers: Iterable[KnownEntry], names: Collection[str], owned: AbstractSet[str]
) -> dict[str, tuple[KnownEntry, ...]]:
    """Who bears each of `names`; an alias that is `owned` as the key of another is not told.

    Such an entry is not in a document because that name is.
    """
    bearers = list(bearers)
    came_under = Counter(name for one in bearers for name in one.former_keys)
    wanted = frozenset(names)
    by_name: defaultdict[str, list[KnownEntry]] = defaultdict(list)
    for one in bearers:
        others = {name for name in one.aliases if came_under[name] > (name in one.former_keys)}
        told = replace(one, aliases=one.aliases - owned - others)
        for name in one.names & wanted:
            by_name[name].append(told)
    return {name: tuple(found) for name, found in by_name.items()}


def portions(many: Iterable[_One], most: int = _KEYS_PER_QUERY) -> Iterator[list[_One]]:
    """`many` in portions that one statement can name."""
    all_of_them = list(many)
    for start in range(0, len(all_of_them), most):
        yield all_of_them[start : start + most]


def read_aliases(connection: Connection, ids: Iterable[int]) -> dict[int, dict[str, bool]]:
    """The aliases of entries by their ids, and of each whether it has been a key."""
    found: dict[int, dict[str, bool]] = {one: {} for one in ids}
    for part in portions(found):
        chosen = select(alias.c.entry_id, alias.c.key, alias.c.is_key)
        for entry_id, key, is_key in connection.execute(chosen.where(alias.c.entry_id.in_(part))):
            found[entry_id][key] = is_key
    return found


def read_bearer_ids(
    connection: Connection, feed_id: int, names: Iterable[str]
) -> tuple[set[int], set[int]]:
    """The ids of entries that bear one of `names`, as key or as alias, and of deleted ones."""
    living: set[int] = set()
    deleted: set[int] = set()
    for part in portions(names, _NAMES_PER_QUERY):
        for entry_id, is_deleted in connection.execute(
            _BEARERS, {"of_feed": feed_id, "names": part}
        ):
            (deleted if is_deleted else living).add(entry_id)
    return living, deleted


def read_known(connection: Connection, ids: Iterable[int]) -> list[KnownEntry]:
    """All that a `KnownEntry` can tell of the entries of these ids."""
    stated = list(_read_stated(connection, ids))
    aliases = read_aliases(connection, [one.id for one in stated])
    return [
        replace(
            one,
            aliases=frozenset(aliases[one.id]),
            former_keys=frozenset(name for name, is_key in aliases[one.id].items() if is_key),
        )
        for one in stated
    ]


def _read_by_key(
    connection: Connection, feed_id: int, keys: Sequence[str]
) -> dict[str, KnownEntry]:
    known: dict[str, KnownEntry] = {}
    for part in portions(keys):
        rows = connection.execute(_BY_KEY, {"of_feed": feed_id, "names": part})
        for entry_id, digest, is_page, page_misses, key in rows:
            known[key] = KnownEntry(entry_id, digest, bool(is_page), page_misses, key)
    return known


def _has_any(connection: Connection, feed_id: int) -> bool:
    """Whether the feed has, or had, an entry at all."""
    return bool(connection.execute(_HAS_ANY, {"of_feed": feed_id}).scalar())


def _read_owned(connection: Connection, feed_id: int, names: AbstractSet[str]) -> set[str]:
    """Those of `names` that are the key of an entry, archived or deleted."""
    owned: set[str] = set()
    for part in portions(sorted(names)):
        for table, is_key in ((entry, true()), (tombstone, tombstone.c.is_key.is_(True))):
            keys = select(table.c.key).where(
                table.c.feed_id == feed_id, table.c.key.in_(part), is_key
            )
            owned.update(connection.execute(keys).scalars())
    return owned


def _read_stated(connection: Connection, ids: Iterable[int]) -> Iterator[KnownEntry]:
    columns = select(
        entry.c.id, entry.c.content_hash, entry.c.key, *_STATED, _HAS_PAGE, article.c.page_misses
    ).outerjoin(article)
    counted = (
        select(revision.c.entry_id, func.count().label("n"))
        .where(revision.c.is_silent.is_(True))
        .group_by(revision.c.entry_id)
    )
    for part in portions(ids):
        rows = connection.execute(columns.where(entry.c.id.in_(part))).mappings().all()
        of_part = counted.where(revision.c.entry_id.in_(part))
        counts = {row.entry_id: row.n for row in connection.execute(of_part)}
        yield from (known_from(row, counts.get(row["id"], 0)) for row in rows)


def known_from(row: RowMapping, silent_revisions: int = 0) -> KnownEntry:
    """What a row of the table `entry`, with the misses of its article, tells of a known entry."""
    return KnownEntry(
        id=row["id"],
        content_hash=row["content_hash"],
        # Who waits for a page has none.
        has_page=bool(row.get("has_page")),
        page_misses=row["page_misses"],
        key=row["key"],
        **{column.name: row[column.name] for column in _STATED},
        silent_revisions=silent_revisions,
    )


def _read_deleted(connection: Connection, feed_id: int, ids: Iterable[int]) -> list[KnownEntry]:
    of_feed = tombstone.c.feed_id == feed_id
    rows: list[RowMapping] = []
    for some in portions(ids):
        chosen_rows = select(tombstone).where(of_feed, tombstone.c.entry_id.in_(some))
        rows += connection.execute(chosen_rows).mappings()
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in rows:
        found[row["entry_id"]].append(row)
    return [_deleted_from(entry_id, stones) for entry_id, stones in found.items()]


def _deleted_from(entry_id: int, stones: Sequence[RowMapping]) -> KnownEntry:
    keys = frozenset(stone["key"] for stone in stones if stone["is_key"])
    key = min(keys)
    stated: Any = {name: stones[0][name] for name in ("published_at", "published_raw")}
    return KnownEntry(
        entry_id,
        stones[0]["content_hash"],
        key=key,
        aliases=frozenset(stone["key"] for stone in stones) - {key},
        former_keys=keys - {key},
        is_deleted=True,
        **stated,
    )

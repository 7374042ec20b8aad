"""Writing entries that are archived already: edited, under a new name, with their page at last.

An entry that was deleted or merged while its poll was under way is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from aggregator.archive._aliases import write_aliases
from aggregator.archive._entries import read_entries
from aggregator.archive._index import Index, is_stated_alike
from aggregator.archive._indexing import index_anew
from aggregator.archive._known import portions
from aggregator.archive._tables import article, entry, revision, section
from aggregator.archive._values import (
    article_row,
    entry_row,
    revision_state,
    section_rows,
    with_details,
)
from aggregator.model import ArchivedEntry, Entry, Item, sort_instant

_DETAILS = (
    "published_at",
    "updated_at",
    "published_raw",
    "language",
    "comments_url",
    "enclosures",
    "extras",
)
"""What a feed may say otherwise without any change that a reader of the text would see."""


_INSERT_ARTICLE = insert(article)
_INSERT_SECTION = insert(section)


def write_edited(
    connection: Connection, edited: Iterable[tuple[int, Item]], now: datetime, index: Index
) -> None:
    """Write entries that changed: their old state is kept as a revision."""
    for part in portions(dict(edited).items()):
        items = dict(part)
        before = read_entries(connection, entry.c.id.in_(list(items)))
        revisions = [
            revision_row(old, old.revision_count + 1, now, is_silent=_is_silent(old, items[old.id]))
            for old in before
        ]
        if revisions:
            connection.execute(insert(revision), revisions)
        _replace(connection, before, items, index)


def write_overwritten(
    connection: Connection, overwritten: Iterable[tuple[int, Item]], index: Index
) -> None:
    """Write entries that change all the time: of their old state nothing is kept."""
    for part in portions(dict(overwritten).items()):
        items = dict(part)
        before = read_entries(connection, entry.c.id.in_(list(items)))
        _replace(connection, before, items, index)


def write_renamed(
    connection: Connection, feed_id: int, renamed: Iterable[tuple[int, Entry]], index: Index
) -> None:
    """Let entries follow their feed to a new id and link; the old ones still mean them."""
    for part in portions(dict(renamed).items()):
        chosen = select(entry.c.id, entry.c.key, entry.c.url)
        of_part = chosen.where(entry.c.id.in_([one for one, _ in part]))
        known = {row.id: row for row in connection.execute(of_part)}
        there = [(entry_id, new) for entry_id, new in part if entry_id in known]
        moved = [entry_id for entry_id, new in there if new.url != known[entry_id].url]
        before = read_entries(connection, entry.c.id.in_(moved)) if moved else []
        if there:
            connection.execute(
                update(entry).where(entry.c.id == bindparam("renamed_id")),
                [{"renamed_id": one, "guid": new.guid, "url": new.url} for one, new in there],
            )
        write_aliases(connection, feed_id, [(one, known[one].key, new) for one, new in there])
        index_anew(connection, before, index)


def write_restated(connection: Connection, kept: Iterable[tuple[int, Entry]], index: Index) -> None:
    """Let entries whose text did not change follow what else their feed says of them now.

    Dates, files, comments, transcripts that come later: no reader sees an edit, so there is no
    revision; what is the same is not written.
    """
    instants = (entry.c.first_seen_at, entry.c.sort_at)
    columns = [entry.c.id, *instants, *(entry.c[name] for name in _DETAILS)]
    for part in portions(dict(kept).items()):
        new = dict(part)
        rows = connection.execute(select(*columns).where(entry.c.id.in_(list(new)))).mappings()
        changed = {
            row["id"]: (row, details)
            for row in rows
            if (details := _details_of(new[row["id"]])) != {name: row[name] for name in _DETAILS}
        }
        if changed:
            _restate(connection, new, changed, index)


def _restate(
    connection: Connection,
    new: Mapping[int, Entry],
    changed: Mapping[int, tuple[RowMapping, dict[str, Any]]],
    index: Index,
) -> None:
    """Write details that changed, and have the index follow where searches ask for them."""
    seen_at = {key: row["first_seen_at"] for key, (row, _) in changed.items()}
    sort_at = {key: sort_instant(new[key], seen_at[key]) for key in changed}
    otherwise = [
        key
        for key, (row, _) in changed.items()
        if sort_at[key] != row["sort_at"]
        or not is_stated_alike(new[key], with_details(new[key], row))
    ]
    before = read_entries(connection, entry.c.id.in_(otherwise)) if otherwise else []
    connection.execute(
        update(entry).where(entry.c.id == bindparam("restated_id")),
        [
            {"restated_id": key, "sort_at": sort_at[key], **details}
            for key, (_, details) in changed.items()
        ],
    )
    index_anew(connection, before, index)


def _details_of(stated: Entry) -> dict[str, Any]:
    row = entry_row(stated)
    return {name: row[name] for name in _DETAILS}


def write_completed(
    connection: Connection, completed: Iterable[tuple[int, Item]], index: Index
) -> None:
    """Write articles whose page came at last, and count the misses of the others."""
    for part in portions(dict(completed).items()):
        made = {entry_id: item for entry_id, item in part if item.article}
        missed = [
            {"missed_id": entry_id, "page_misses": item.page_misses}
            for entry_id, item in part
            if not item.article
        ]
        if made:
            before = read_entries(connection, entry.c.id.in_(list(made)))
            _remake(connection, before, made)
            index_anew(connection, before, index)
        if missed:
            connection.execute(
                update(article).where(article.c.entry_id == bindparam("missed_id")), missed
            )


def write_articles(connection: Connection, items: Sequence[tuple[int, Item]]) -> None:
    """Write the articles of entries, by id, that have none."""
    if not items:
        return
    connection.execute(_INSERT_ARTICLE, [article_row(key, item) for key, item in items])
    sections = [row for key, item in items for row in section_rows(key, item)]
    if sections:
        connection.execute(_INSERT_SECTION, sections)


def revision_row(
    old: ArchivedEntry, number: int, now: datetime, *, is_silent: bool = False
) -> dict[str, Any]:
    """The row of the table `revision` for a state that ends now."""
    return {
        "entry_id": old.id,
        "number": number,
        "replaced_at": now,
        "content_hash": old.entry.content_hash,
        "state": revision_state(old.entry, old.article),
        "is_silent": is_silent,
    }


def _is_silent(old: ArchivedEntry, item: Item) -> bool:
    return item.entry.updated_at in {None, old.entry.updated_at}


def _replace(
    connection: Connection,
    before: Sequence[ArchivedEntry],
    items: Mapping[int, Item],
    index: Index,
) -> None:
    """Put new states in the place of old ones, under all their names."""
    if not before:
        return
    connection.execute(
        update(entry).where(entry.c.id == bindparam("edited_id")),
        [_edited_row(old, items[old.id].entry) for old in before],
    )
    named = [(old.id, old.entry.key, items[old.id].entry) for old in before]
    write_aliases(connection, before[0].feed.id, named)
    _remake(connection, before, items)
    index_anew(connection, before, index)


def _edited_row(old: ArchivedEntry, new: Entry) -> dict[str, Any]:
    sort_at = sort_instant(new, old.first_seen_at)
    # An entry keeps the key under which it came first; others become its aliases.
    return {"edited_id": old.id, "sort_at": sort_at, **entry_row(new), "key": old.entry.key}


def _remake(
    connection: Connection, before: Sequence[ArchivedEntry], items: Mapping[int, Item]
) -> None:
    """Put new articles in place of the old ones where there are any."""
    made = [(old.id, items[old.id]) for old in before if items[old.id].article]
    ids = [entry_id for entry_id, _ in made]
    connection.execute(delete(section).where(section.c.entry_id.in_(ids)))
    connection.execute(delete(article).where(article.c.entry_id.in_(ids)))
    write_articles(connection, made)

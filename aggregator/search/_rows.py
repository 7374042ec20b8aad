"""From the rows that both databases give to the values of a search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aggregator.model import Section, feed_title
from aggregator.search._values import FeedNames, StoredEntry

ENTRY_COLUMNS = """
entry.id, entry.feed_id, entry.url, entry.title, article.headline, article.lead, entry.authors,
entry.tags, entry.sort_at, article.read_minutes, article.word_count, feed.name, feed.title, feed.url
FROM entry JOIN article ON article.entry_id = entry.id JOIN feed ON feed.id = entry.feed_id
"""
"""What `entry_from` wants, and from where."""
SECTION_COLUMNS = "entry_id, position, level, heading, text, anchor, is_pseudo FROM section"
FEED_COLUMNS = "id, url, name, title, site_url, tags, merged_into FROM feed"

Indexed = tuple[str, tuple[str, ...], int]
"""The language, the facets and the length of an entry as it is indexed."""
_UNINDEXED: Indexed = ("", (), 0)


def sections_from(rows: Iterable[Sequence[Any]]) -> dict[int, tuple[Section, ...]]:
    """The sections of each entry, without HTML; the rows come in the order of their positions."""
    found: dict[int, list[Section]] = defaultdict(list)
    for entry_id, position, level, heading, text, anchor, is_pseudo in rows:
        section = Section(position, level, heading, text, "", anchor, bool(is_pseudo))
        found[entry_id].append(section)
    return {entry_id: tuple(sections) for entry_id, sections in found.items()}


def entry_from(
    row: Sequence[Any],
    sections: Mapping[int, tuple[Section, ...]],
    indexed: Mapping[int, Indexed],
) -> StoredEntry:
    """The entry of a row of `ENTRY_COLUMNS`, its lists and instant decoded."""
    language, facets, length = indexed.get(row[0], _UNINDEXED)
    return StoredEntry(
        id=row[0],
        feed_id=row[1],
        feed=feed_title(row[11], row[12], row[13]),
        url=row[2],
        title=row[3],
        headline=row[4],
        lead=row[5],
        sections=sections.get(row[0], ()),
        authors=tuple(row[6]),
        tags=tuple(row[7]),
        language=language,
        facets=facets,
        length=length,
        sort_at=row[8],
        read_minutes=row[9],
        word_count=row[10],
    )


def feeds_from(rows: Sequence[Sequence[Any]]) -> list[FeedNames]:
    """All feeds that were not merged into another, each with the numbers of those that were."""
    target = {row[0]: row[6] for row in rows}
    members = defaultdict(list)
    for number in target:
        members[_last(number, target)].append(number)
    return [
        FeedNames(
            id=row[0],
            ids=tuple(members[row[0]]),
            url=row[1],
            name=row[2],
            title=row[3],
            site_url=row[4],
            tags=tuple(row[5]),
        )
        for row in rows
        if row[6] is None
    ]


def _last(number: int, target: Mapping[int, int | None]) -> int:
    """Where a row of merges ends; a feed that is merged in a circle stays where it is."""
    seen = {number}
    while (following := target.get(number)) is not None and following not in seen:
        number = following
        seen.add(number)
    return number

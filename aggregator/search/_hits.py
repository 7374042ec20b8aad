"""Hits: what is shown of the entries that were found."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.model import Hit
from aggregator.search._engine import StoredEntry
from aggregator.search._matching import Matcher, Matchers
from aggregator.search._snippet import Part, best_part, marked_title


def make_hits(entries: Sequence[StoredEntry], matchers: Matchers, offset: int) -> tuple[Hit, ...]:
    """A hit for each entry, with the section that answers best; ranks count on from `offset`."""
    return tuple(
        _hit(rank, entry, matchers.of(entry.language))
        for rank, entry in enumerate(entries, offset + 1)
    )


def _hit(rank: int, entry: StoredEntry, matcher: Matcher) -> Hit:
    parts = [Part(0, "", entry.lead)]
    parts += [Part(one.position, one.heading, one.text) for one in entry.sections]
    section, snippet = best_part(parts, matcher)
    return Hit(
        rank=rank,
        id=entry.id,
        url=entry.url,
        title=entry.title,
        headline=entry.headline,
        feed=entry.feed,
        published_at=entry.sort_at,
        read_minutes=entry.read_minutes,
        section=section,
        snippet=snippet,
        authors=entry.authors,
        tags=entry.tags,
        language=entry.language or None,
        word_count=entry.word_count,
        marked_title=marked_title(entry.headline or entry.title or "", matcher),
    )

"""What the archive asks of a search index, and the text it hands over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from aggregator.model import Article, Entry


@dataclass(frozen=True, slots=True)
class IndexText:
    """The words of one archived entry, unanalysed: titles, section headings, everything else."""

    id: int
    title: str
    headings: str
    body: str


class Index(Protocol):
    """A full-text index that is written in the archive's own transactions."""

    def add(self, connection: Connection, texts: Iterable[IndexText]) -> None:
        """Make these entries findable; none of them is in the index yet."""

    def remove(self, connection: Connection, texts: Iterable[IndexText]) -> None:
        """Forget these entries; the texts are those that were added."""


def index_text(entry_id: int, entry: Entry, article: Article) -> IndexText:
    """The text under which an entry is found: a headline that repeats the title counts once."""
    titles = dict.fromkeys(title for title in (entry.title, article.headline) if title)
    return IndexText(
        id=entry_id,
        title="\n".join(titles),
        headings="\n".join(part.heading for part in article.sections),
        body="\n".join([article.lead, *(part.text for part in article.sections)]),
    )

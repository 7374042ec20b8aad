"""An archived entry as the index knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.search.terms._facets import facets_of
from aggregator.search.terms._stems import stemming_language
from aggregator.search.terms._values import Document

if TYPE_CHECKING:
    # Reading must start fast: nothing here may load SQLAlchemy.
    from aggregator.archive import IndexEntry


def document_of(entry: IndexEntry) -> Document:
    """The document of an archived entry.

    Its language is the article's, or else the entry's, by its first subtag; "" where that has no
    stems of its own.
    """
    article = entry.article
    titles = [entry.entry.title, article.headline]
    return Document(
        id=entry.id,
        title="\n".join(dict.fromkeys(title for title in titles if title)),
        headings="\n".join(section.heading for section in article.sections),
        lead=article.lead,
        body="\n".join(section.text for section in article.sections),
        language=stemming_language(article.language or entry.entry.language),
        facets=facets_of(entry),
        sort_at=entry.sort_at,
        read_minutes=article.read_minutes,
        word_count=article.word_count,
    )

"""Plans without a database: what the engines must agree with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aggregator.search._values import FeedNames
from aggregator.search.plan._compiling import Context, compile_query
from aggregator.search.plan._nodes import AllOf, AnyOf, Check, Negation, Phrase, Plan, Token
from aggregator.search.terms import Analyzed, Column, Document, analyze, document_of

if TYPE_CHECKING:
    from aggregator.model import ArchivedEntry, Feed
    from aggregator.search.query._nodes import Query


def holds(plan: Plan, document: Document, analyzed: Analyzed) -> bool:
    """Whether `plan` is true of a document, whose tokens are `analyzed`."""
    match plan:
        case AllOf(parts):
            return all(holds(part, document, analyzed) for part in parts)
        case AnyOf(parts):
            return any(holds(part, document, analyzed) for part in parts)
        case Negation(part):
            return not holds(part, document, analyzed)
        case Check(wide, check):
            return holds(wide, document, analyzed) and check(document)
        case Token(token):
            return token in analyzed.facets
    return any(_stands_in(plan, stream) for stream in _streams(plan.columns, analyzed))


def matches(query: Query, archived: ArchivedEntry, *, languages: Sequence[str] = ()) -> bool:
    """Whether one archived entry answers `query`, whose saved searches were resolved before.

    Words are compared by the stems of the entry's own language and of `languages`. No database
    and no index is asked: rules, digests and alerts choose by it what a search would find.
    """
    # The archive brings SQLAlchemy, which a search must not load; who has an entry has both.
    from aggregator.archive import index_entry  # noqa: PLC0415

    document = document_of(index_entry(archived))
    known = tuple(dict.fromkeys([document.language, *languages]))
    context = Context(languages=known, feeds=(_names(archived.feed),))
    return holds(compile_query(query, context), document, analyze(document))


def _names(feed: Feed) -> FeedNames:
    return FeedNames(
        id=feed.id,
        ids=(feed.id,),
        url=feed.url,
        name=feed.name,
        title=feed.title,
        site_url=feed.site_url,
        tags=feed.tags,
    )


def _streams(columns: Sequence[Column], analyzed: Analyzed) -> list[tuple[str, ...]]:
    return [getattr(analyzed, column.value) for column in columns or tuple(Column)]


def _stands_in(phrase: Phrase, stream: Sequence[str]) -> bool:
    """Whether the tokens of a phrase stand one after the other somewhere in `stream`."""
    *before, last = phrase.places
    wanted = [frozenset(place) for place in before]
    ends = [
        at
        for at, token in enumerate(stream)
        if (token.startswith(last) if phrase.is_prefix else token in last)
    ]
    return any(_stands_before(wanted, stream, end) for end in ends)


def _stands_before(wanted: Sequence[frozenset[str]], stream: Sequence[str], end: int) -> bool:
    start = end - len(wanted)
    return start >= 0 and all(
        stream[start + at] in alternatives for at, alternatives in enumerate(wanted)
    )

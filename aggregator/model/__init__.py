"""The values that cross borders between rooms: frozen, free of any library, picklable.

Instants are aware datetimes: UTC, but for those of an `Article`, which keep the offset that its
page states until they are stored. A text field is plain text unless its name or docstring says
HTML; HTML of an `Entry` is as the feed gave it (hostile), HTML of an `Article` is sanitised.
"""

from __future__ import annotations

from aggregator.model._archive import (
    ArchivedEntry,
    Hit,
    Item,
    PollResult,
    SearchResult,
    SectionRef,
    sort_instant,
)
from aggregator.model._article import (
    Article,
    ExplainedBlock,
    Explanation,
    PageKind,
    PageSource,
    ReadingSpeed,
    Section,
    Template,
)
from aggregator.model._feed import (
    Enclosure,
    Entry,
    Feed,
    FeedSpec,
    FullText,
    ParsedFeed,
    Redirect,
    Response,
    SiteRules,
    Validators,
    feed_title,
)

__all__ = [
    "ArchivedEntry",
    "Article",
    "Enclosure",
    "Entry",
    "ExplainedBlock",
    "Explanation",
    "Feed",
    "FeedSpec",
    "FullText",
    "Hit",
    "Item",
    "PageKind",
    "PageSource",
    "ParsedFeed",
    "PollResult",
    "ReadingSpeed",
    "Redirect",
    "Response",
    "SearchResult",
    "Section",
    "SectionRef",
    "SiteRules",
    "Template",
    "Validators",
    "feed_title",
    "sort_instant",
]

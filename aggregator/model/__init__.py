"""The values that cross borders between rooms: frozen, free of any library, picklable.

Instants are aware datetimes: UTC, but for those of an `Article`, which keep the offset that its
page states until they are stored. A text field is plain text unless its name or docstring says
HTML; HTML of an `Entry` is as the feed gave it (hostile), HTML of an `Article` is sanitised.
"""

from __future__ import annotations

from aggregator.model._archive import (
    ArchivedEntry,
    FetchRecord,
    Hit,
    Item,
    PollResult,
    Revision,
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
from aggregator.model._extras import (
    Chapter,
    Enclosure,
    Extras,
    Person,
    Place,
    RelatedLink,
    Source,
    Transcript,
    extras_from_json,
    extras_to_json,
)
from aggregator.model._feed import (
    Entry,
    Feed,
    FeedLinks,
    FeedSpec,
    FullText,
    Icon,
    Identity,
    Memory,
    Move,
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
    "Chapter",
    "Enclosure",
    "Entry",
    "ExplainedBlock",
    "Explanation",
    "Extras",
    "Feed",
    "FeedLinks",
    "FeedSpec",
    "FetchRecord",
    "FullText",
    "Hit",
    "Icon",
    "Identity",
    "Item",
    "Memory",
    "Move",
    "PageKind",
    "PageSource",
    "ParsedFeed",
    "Person",
    "Place",
    "PollResult",
    "ReadingSpeed",
    "Redirect",
    "RelatedLink",
    "Response",
    "Revision",
    "SearchResult",
    "Section",
    "SectionRef",
    "SiteRules",
    "Source",
    "Template",
    "Transcript",
    "Validators",
    "extras_from_json",
    "extras_to_json",
    "feed_title",
    "sort_instant",
]

"""The values that cross borders between rooms: frozen, free of any library, picklable.

Instants are aware datetimes: UTC, but for those of an `Article`, which keep the offset that its
page states until they are stored. A text field is plain text unless its name or docstring says
HTML; HTML of an `Entry` is as the feed gave it (hostile), HTML of an `Article` is sanitised.

A file of values is loaded when one of its names is first asked for: a class costs half a
millisecond to make, and a search needs five of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.model._archive import (
        ArchivedEntry,
        FetchRecord,
        Item,
        PollResult,
        Revision,
        sort_instant,
    )
    from aggregator.model._article import (
        Article,
        ExplainedBlock,
        Explanation,
        PageKind,
        PageSource,
        ReadingSpeed,
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
        GONE_AFTER,
        GONE_STATUS,
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
    )
    from aggregator.model._polling import (
        SILENT_HUB,
        HostPolicy,
        HostState,
        Pace,
        Rhythm,
        Subscription,
        Visit,
    )
    from aggregator.model._search import (
        Hit,
        SavedSearch,
        SearchResult,
        Suggestion,
    )
    from aggregator.model._section import (
        Section,
        SectionRef,
    )
    from aggregator.model._title import (
        feed_title,
    )
else:
    _NAMES = {
        "_archive": (
            "ArchivedEntry",
            "FetchRecord",
            "Item",
            "PollResult",
            "Revision",
            "sort_instant",
        ),
        "_article": (
            "Article",
            "ExplainedBlock",
            "Explanation",
            "PageKind",
            "PageSource",
            "ReadingSpeed",
            "Template",
        ),
        "_extras": (
            "Chapter",
            "Enclosure",
            "Extras",
            "Person",
            "Place",
            "RelatedLink",
            "Source",
            "Transcript",
            "extras_from_json",
            "extras_to_json",
        ),
        "_feed": (
            "GONE_AFTER",
            "GONE_STATUS",
            "Entry",
            "Feed",
            "FeedLinks",
            "FeedSpec",
            "FullText",
            "Icon",
            "Identity",
            "Memory",
            "Move",
            "ParsedFeed",
            "Redirect",
            "Response",
            "SiteRules",
            "Validators",
        ),
        "_polling": (
            "SILENT_HUB",
            "HostPolicy",
            "HostState",
            "Pace",
            "Rhythm",
            "Subscription",
            "Visit",
        ),
        "_search": (
            "Hit",
            "SavedSearch",
            "SearchResult",
            "Suggestion",
        ),
        "_section": (
            "Section",
            "SectionRef",
        ),
        "_title": ("feed_title",),
    }
    _HOMES = {name: home for home, names in _NAMES.items() for name in names}

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value  # asked for once
        return value


__all__ = [
    "GONE_AFTER",
    "GONE_STATUS",
    "SILENT_HUB",
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
    "HostPolicy",
    "HostState",
    "Icon",
    "Identity",
    "Item",
    "Memory",
    "Move",
    "Pace",
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
    "Rhythm",
    "SavedSearch",
    "SearchResult",
    "Section",
    "SectionRef",
    "SiteRules",
    "Source",
    "Subscription",
    "Suggestion",
    "Template",
    "Transcript",
    "Validators",
    "Visit",
    "extras_from_json",
    "extras_to_json",
    "feed_title",
    "sort_instant",
]

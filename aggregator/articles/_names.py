"""What the names of an element (tag, class, id, role) say about its part in the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from lxml.html import HtmlElement


class Role(IntEnum):
    """The part an element plays; OTHER where its names say nothing."""

    OTHER = 0
    FURNITURE = 1  # navigation, related links, newsletters, authors' cards
    FACTS = 2  # small print of the article itself: byline, date, tags, share buttons
    COMMENTS = 3
    HIDDEN = 4


class Names(NamedTuple):
    """All that an element is called (class, id, itemprop and role), and what that says."""

    key: str
    role: Role


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _words(*alternatives: str) -> re.Pattern[str]:
    """A pattern for any of the names as whole words of a class or id."""
    return re.compile(rf"(?<![a-z])(?:{'|'.join(_by_first_letter(alternatives))})(?![a-z])")


def _by_first_letter(alternatives: Sequence[str]) -> Iterator[str]:
    """One alternative for each first letter: most words are then refused by their first."""
    for letter, words in groupby(sorted(alternatives), key=lambda word: word[0]):
        yield f"{letter}(?:{'|'.join(word[1:] for word in words)})"


_COMMENTS = _words(
    "comments?", "commentlist", "comment-?(?:list|area|section|form|respond|thread|body)s?",
    "disqus(?:_thread)?", "respond", "livefyre", "replies", "coral",
)  # fmt: skip
_NO_COMMENTS = _words(
    "has-comments?", "no-comments?", "with-comments?", "open-comments?", "closed-comments?",
    "count-comments?", "comments?-(?:open|closed|count)",
)  # fmt: skip
_FURNITURE = _words(
    "nav", "navi", "navbar", "navigation", "menu", "submenu", "breadcrumbs?", "pagination",
    "pager", "paging", "prev(?:ious)?-next", "toolbar", "masthead", "sidebar", "side-bar",
    "rail", "site-?(?:header|footer)", "page-?footer", "footer", "colophon", "skip-?link",
    "related(?:-?(?:posts?|articles?|stories|content|links|news))?",
    "recommend(?:ed|ation|ations)?", "recirc\\w*", "similar", "see-also", "trending",
    "popular", "most-?(?:read|popular|viewed|shared)", "more-?(?:from|stories|news|posts|on)",
    "read-?(?:next|more|also)", "up-?next", "you-?may-?(?:also-?)?like", "latest", "teasers?",
    "outbrain", "taboola", "zergnet", "promo(?:tion|box)?s?", "sponsor(?:ed|s)?", "ads?",
    "advert\\w*", "adsbygoogle", "banner", "commercial", "affiliate", "newsletters?",
    "subscri\\w+", "sign-?up", "optin", "opt-in", "mailing-?list", "cta", "call-to-action",
    "donat\\w+", "paywall", "cookies?", "consent", "gdpr", "modal", "popup", "overlay",
    "lightbox", "author-?(?:bio|box|card|info|about|description|profile|details)",
    "about-?(?:the-?)?author", "bio", "contributor", "widget-area", "login", "search",
    "searchform", "screen-?reader(?:-text)?", "sr-only", "visually-?hidden",
)  # fmt: skip
_FACTS = _words(
    "byline", "author", "dateline", "posted-on", "entry-meta", "post-meta", "article-meta",
    "meta", "metadata", "timestamp", "published", "pub-?date", "date", "tags?",
    "tag-?(?:list|links|cloud)", "topics?", "categor(?:y|ies)", "cat-links", "share", "sharing",
    "sharedaddy", "shares", "social\\w*", "addtoany", "addthis", "follow", "reading-?time",
    "read-?time", "views?", "kicker", "eyebrow", "edit-link", "print", "rating", "likes?",
    "copyright", "toc",
)  # fmt: skip
_BY_TAG = {"nav": Role.FURNITURE, "footer": Role.FURNITURE, "aside": Role.FURNITURE}
_BY_TAG |= {"form": Role.FURNITURE, "menu": Role.FURNITURE}
NAMED_TAGS = _BY_TAG.keys()
"""The tags that say by themselves what an element is."""

_BY_ARIA = {
    **dict.fromkeys(("navigation", "complementary", "banner", "contentinfo"), Role.FURNITURE),
    **dict.fromkeys(("dialog", "alertdialog", "search", "menu", "menubar"), Role.FURNITURE),
    "toolbar": Role.FACTS,
}
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_MAX_NAME_CHARS = 400
_MAX_ROLE_CHARS = 300
"""Classes of so many characters style the element, the rest of them, too."""


def names_of(element: HtmlElement, tag: str) -> Names:
    """What `element`, whose tag is known, is called, and the part that it plays by that."""
    attributes = element.items()
    if not attributes:
        return _names_of(tag, "", "", "", "")
    get = dict(attributes).get
    found = _names_of(
        tag,
        get("class", "")[:_MAX_NAME_CHARS],
        get("id", "")[:_MAX_NAME_CHARS],
        get("itemprop", "")[:_MAX_NAME_CHARS],
        get("role", "")[:_MAX_NAME_CHARS],
    )
    if found.role is Role.OTHER and (get("hidden") is not None or _is_invisible(get("style"))):
        return Names(found.key, Role.HIDDEN)
    return found


def _is_invisible(style: str | None) -> bool:
    return style is not None and _INVISIBLE.search(style[:_MAX_ROLE_CHARS].lower()) is not None


@lru_cache(maxsize=8192)
def _names_of(tag: str, name: str, own_id: str, itemprop: str, aria: str) -> Names:
    key = " ".join([word for word in (name, own_id, itemprop, aria) if word])
    role = _BY_TAG.get(tag) or _BY_ARIA.get(aria)
    return Names(key, _role_of(f"{name} {own_id}") if role is None else role)


def _role_of(names: str) -> Role:
    spaced = names[:_MAX_ROLE_CHARS].replace("_", "-")
    if not spaced.islower():
        spaced = _CAMEL.sub("-", spaced).lower()
    if _COMMENTS.search(spaced) and not _NO_COMMENTS.search(spaced):
        return Role.COMMENTS
    if _FURNITURE.search(spaced):
        return Role.FURNITURE
    return Role.FACTS if _FACTS.search(spaced) else Role.OTHER

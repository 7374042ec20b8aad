"""What the names of an element (tag, class, id, role) say about its part in the page."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from lxml.html import HtmlElement


class Role(Enum):
    """The part an element plays; OTHER where its names say nothing."""

    OTHER = "other"
    FURNITURE = "furniture"  # navigation, related links, newsletters, authors' cards
    FACTS = "facts"  # small print of the article itself: byline, date, tags, share buttons
    COMMENTS = "comments"
    HIDDEN = "hidden"


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _words(*alternatives: str) -> re.Pattern[str]:
    """A pattern for any of the names as whole words of a class or id."""
    return re.compile(rf"(?<![a-z])(?:{'|'.join(alternatives)})(?![a-z])")


_COMMENTS = _words(
    "comments?", "commentlist", "comment-?(?:list|area|section|form|respond|thread|body)s?",
    "disqus(?:_thread)?", "respond", "livefyre", "replies", "coral",
)  # fmt: skip
_NO_COMMENTS = _words(
    "(?:has|no|with|open|closed|count)-comments?", "comments?-(?:open|closed|count)",
)  # fmt: skip
_FURNITURE = _words(
    "nav", "navi", "navbar", "navigation", "menu", "submenu", "breadcrumbs?", "pagination",
    "pager", "paging", "prev(?:ious)?-next", "toolbar", "masthead", "sidebar", "side-bar",
    "rail", "site-?(?:header|footer)", "page-?footer", "footer", "colophon", "skip-?link",
    "related", "recommend(?:ed|ation|ations)?", "recirc\\w*", "similar", "see-also", "trending",
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
_BY_ARIA = {
    **dict.fromkeys(("navigation", "complementary", "banner", "contentinfo"), Role.FURNITURE),
    **dict.fromkeys(("dialog", "alertdialog", "search", "menu", "menubar"), Role.FURNITURE),
    "toolbar": Role.FACTS,
}
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_MAX_NAME_CHARS = 300


def role_of(element: HtmlElement) -> tuple[Role, str]:
    """The part of `element` in its page, and the word that says so (empty for OTHER)."""
    tag, aria = element.tag, element.get("role", "")
    role = _BY_TAG.get(tag) or _BY_ARIA.get(aria)
    if role is not None:
        return role, tag if tag in _BY_TAG else aria
    name = f"{element.get('class', '')} {element.get('id', '')}"
    found = _role_of_name(name[:_MAX_NAME_CHARS]) if len(name) > 1 else (Role.OTHER, "")
    if found[0] is Role.OTHER and _is_hidden(element):
        return Role.HIDDEN, "hidden"
    return found


def _is_hidden(element: HtmlElement) -> bool:
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return style is not None and _INVISIBLE.search(style[:_MAX_NAME_CHARS].lower()) is not None


@lru_cache(maxsize=4096)
def _role_of_name(name: str) -> tuple[Role, str]:
    spaced = _CAMEL.sub("-", name).lower().replace("_", "-")
    if (word := _COMMENTS.search(spaced)) and not _NO_COMMENTS.search(spaced):
        return Role.COMMENTS, word[0]
    if word := _FURNITURE.search(spaced):
        return Role.FURNITURE, word[0]
    if word := _FACTS.search(spaced):
        return Role.FACTS, word[0]
    return Role.OTHER, ""

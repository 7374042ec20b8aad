"""Which feeds a query means, by number, name, address, site or tag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from aggregator.search.plan._nodes import EVERYTHING, AllOf, AnyOf, Check, Plan, Token
from aggregator.search.terms import exact_form, facet_tokens, feed_token, has_exact

if TYPE_CHECKING:
    from aggregator.search._values import FeedNames

MOST_FEEDS = 500
"""Of more feeds no expression is made: it would be dearer for an index than to look at each hit."""

_SITE = "site:"


def plan_feed(value: str, feeds: Sequence[FeedNames]) -> Plan:
    """Entries of the feeds that are meant by their number, by words of a name, or by their URL.

    All words must stand in the operator's name or in the feed's own title; of the URL a part is
    enough.
    """
    words = [form for form in map(exact_form, value.split()) if form.strip()]
    part = value.strip().casefold()

    def is_meant(feed: FeedNames) -> bool:
        return (
            part in {str(number) for number in feed.ids}
            or _is_named(feed.name, words)
            or _is_named(feed.title, words)
            or (bool(part) and part in feed.url.casefold())
        )

    return _entries_of(feeds, is_meant)


def plan_site(value: str, feeds: Sequence[FeedNames]) -> Plan:
    """Entries whose own link leads to this host or below it, and those of feeds of such a site."""
    asked = facet_tokens("site", value)
    (host,) = asked
    below = "." + host.removeprefix(_SITE)

    def is_meant(feed: FeedNames) -> bool:
        (site,) = facet_tokens("site", feed.site_url or "")
        return host != _SITE and (site == host or site.endswith(below))

    return AnyOf((*map(Token, asked), _entries_of(feeds, is_meant)))


def plan_tag(value: str, feeds: Sequence[FeedNames]) -> Plan:
    """Entries that bear a tag, and those of feeds to which the operator gave it."""
    tokens = facet_tokens("tag", value)

    def is_meant(feed: FeedNames) -> bool:
        return any(facet_tokens("tag", tag) == tokens for tag in feed.tags)

    return AnyOf((plan_facet("tag", value), _entries_of(feeds, is_meant)))


def _entries_of(feeds: Sequence[FeedNames], is_meant: Callable[[FeedNames], bool]) -> Plan:
    """Entries of all feeds that are meant, also of those that were merged into them."""
    numbers = [number for feed in feeds if is_meant(feed) for number in feed.ids]
    tokens = [feed_token(number) for number in numbers]
    if len(tokens) <= MOST_FEEDS:
        return AnyOf(tuple(map(Token, tokens)))
    meant = frozenset(tokens)
    return Check(EVERYTHING, lambda document: not meant.isdisjoint(document.facets))


def plan_facet(name: str, value: str) -> Plan:
    """Entries with this fact."""
    return AllOf(tuple(map(Token, facet_tokens(name, value))))


def _is_named(name: str | None, words: Sequence[str]) -> bool:
    """Whether a name has all the words, whose exact forms are given."""
    if not name or not words:
        return False
    form = exact_form(name)
    return all(has_exact(form, word) for word in words)

"""What an entry carries beside its text, put together; nothing is done where there is nothing."""

from __future__ import annotations

from aggregator.feeds._fields import Fields, count_of, dicts_of, line_of, text_of
from aggregator.feeds._plain import plain_from_either
from aggregator.feeds.content._links import (
    find_alternate,
    find_comments_feed,
    links_of,
    read_related,
    relation_of,
)
from aggregator.feeds.content._media import read_images
from aggregator.feeds.content._people import read_people
from aggregator.feeds.content._places import find_place
from aggregator.feeds.content._podcast import is_explicit, read_episode
from aggregator.model import Enclosure, Extras, Source
from aggregator.urls import resolve

_NOTHING = Extras()
# An entry that has none of these, and only these links, has no extras.
_FIELD_NAMES = """contributors dcterms_license geo_lat georss_featurename icbm_latitude
    itunes_duration itunes_episode itunes_episodetype itunes_explicit itunes_season media_credit
    media_license media_player media_rating media_thumbnail rights slash_comments source thr_total
    webfeeds_cover webfeeds_featuredimage wfw_commentrss"""
_FIELDS = frozenset(_FIELD_NAMES.split())
_PREFIX = "our_"
_OUR_PLAIN_FIELDS = frozenset({"our_base"})
_PLAIN_RELATIONS = frozenset({"alternate", "self"})
_MAX_PARTS = 1000  # of a kind; the most in 106 real feeds was 5
_COUNTS = ("slash_comments", "thr_total")


def read_extras(
    item: Fields, enclosures: tuple[Enclosure, ...], url: str | None, base_url: str | None
) -> Extras:
    """The extras of `item`, whose files are known; its links are relative to `url`."""
    if not enclosures and not _has_extras(item):
        return _NOTHING
    return Extras(
        images=read_images(item, enclosures, base_url)[:_MAX_PARTS],
        people=read_people(item, base_url)[:_MAX_PARTS],
        comments_count=_count_comments(item),
        comments_feed_url=find_comments_feed(item, url),
        place=find_place(item),
        rights=read_rights(item),
        licence=find_licence(item, url),
        source=_read_source(item, url),
        related=read_related(item, url)[:_MAX_PARTS],
        is_explicit=is_explicit(item),
        **read_episode(item, base_url),
    )


def read_rights(fields: Fields) -> str | None:
    """The sentence on the rights in an entry or a feed, as plain text."""
    rights = text_of(fields, "rights")
    return plain_from_either(rights) or None if rights else None


def find_licence(fields: Fields, url: str | None) -> str | None:
    """The address of the licence of an entry or a feed, else its name."""
    media = fields.get("media_license")
    written = [
        *dicts_of(fields, "our_podcast_license"),
        *([media] if isinstance(media, dict) else []),
    ]
    addresses = [
        *(text_of(link, "href") for link in links_of(fields, "license")),
        *(text_of(each, "rdf:resource") for each in dicts_of(fields, "our_cc_license")),
        *(text_of(each, "url") or text_of(each, "href") for each in written),
    ]
    resolved = (resolve(url, address) for address in addresses)
    names = [line_of(each, "our_text") or line_of(each, "content") for each in written]
    names.append(line_of(fields, "dcterms_license"))
    return next(filter(None, resolved), None) or next(filter(None, names), None)


def _has_extras(item: Fields) -> bool:
    return (
        not _FIELDS.isdisjoint(item)
        or any(name.startswith(_PREFIX) and name not in _OUR_PLAIN_FIELDS for name in item)
        or any(relation_of(link) not in _PLAIN_RELATIONS for link in dicts_of(item, "links"))
        or any("href" in dict.keys(author) for author in dicts_of(item, "authors"))
        or any("src" in dict.keys(content) for content in dicts_of(item, "content"))
    )


def _count_comments(item: Fields) -> int | None:
    """The number of comments: Slash, RFC 4685, or on the link to them (its section 4)."""
    written = [count_of(item, name) for name in _COUNTS]
    for link in links_of(item, "replies"):
        written += [count_of(link, "thr:count"), count_of(link, "count")]
    return next((count for count in written if count is not None), None)


def _read_source(item: Fields, url: str | None) -> Source | None:
    """The feed that `item` was taken over from: RSS names its address, Atom copies its head."""
    source = item.get("source")
    if not isinstance(source, dict):
        return None
    title = text_of(source, "title")
    own = next((text_of(link, "href") for link in links_of(source, "self")), None)
    found = Source(
        (plain_from_either(title) or None) if title else None,
        find_alternate(source, url),
        resolve(url, text_of(source, "href")) or resolve(url, own),
    )
    return found if found != Source() else None

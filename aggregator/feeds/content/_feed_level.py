"""What a feed says of itself: where it and its older entries are, its pictures, people, rights."""

from __future__ import annotations

from aggregator.feeds._fields import Fields, dicts_of, line_of, once, text_of
from aggregator.feeds._plain import plain_from_either
from aggregator.feeds.content._extras import find_licence, read_rights
from aggregator.feeds.content._links import links_of, read_related
from aggregator.feeds.content._media import read_images
from aggregator.feeds.content._people import read_authors, read_people
from aggregator.feeds.content._places import find_place
from aggregator.feeds.content._podcast import is_explicit
from aggregator.model import Extras, FeedLinks, Person
from aggregator.urls import resolve

_ICONS = ("logo", "webfeeds_logo", "icon", "webfeeds_icon")  # in the order of their usual size
_MOVED = ("newlocation", "itunes_new-feed-url", "itunes_new_feed_url")


def read_feed_level(
    feed: Fields, url: str | None, *, is_atom: bool = False
) -> tuple[FeedLinks, Extras]:
    """The links and extras of `feed`. Atom's authors are not among its people: entries have them.

    `url` is where the feed came from.
    """
    return _read_links(feed, url), _read_extras(feed, url, has_authors=not is_atom)


def read_tags(fields: Fields) -> tuple[str, ...]:
    """The categories of an entry or a feed as plain text, the label where there is one."""
    return once(
        plain_from_either(tag)
        for written in dicts_of(fields, "tags")
        if (tag := text_of(written, "label") or text_of(written, "term"))
    )


def _read_links(feed: Fields, url: str | None) -> FeedLinks:
    moved = (resolve(url, text_of(feed, name)) for name in _MOVED)
    return FeedLinks(
        self_url=_first(feed, url, "self"),
        hubs=_addresses(feed, url, "hub"),
        next_url=_first(feed, url, "next"),
        archive_url=_first(feed, url, "prev-archive"),
        new_url=next(filter(None, moved), None),
    )


def _addresses(feed: Fields, url: str | None, relation: str) -> tuple[str, ...]:
    return once(resolve(url, text_of(link, "href")) for link in links_of(feed, relation))


def _first(feed: Fields, url: str | None, relation: str) -> str | None:
    return next(iter(_addresses(feed, url, relation)), None)


def _read_extras(feed: Fields, url: str | None, *, has_authors: bool) -> Extras:
    base_url = resolve(url, text_of(feed, "our_base")) or url
    authors = read_authors(feed) if has_authors else ()
    people = read_people(feed, base_url)
    named = {person.name for person in people}
    return Extras(
        images=_read_images(feed, base_url),
        people=(*(Person(name, "author") for name in authors if name not in named), *people),
        place=find_place(feed),
        rights=read_rights(feed),
        licence=find_licence(feed, url),
        related=read_related(feed, url),
        is_explicit=is_explicit(feed),
        tags=read_tags(feed),
        is_finished=True if (line_of(feed, "itunes_complete") or "").lower() == "yes" else None,
    )


def _read_images(feed: Fields, base_url: str | None) -> tuple[str, ...]:
    image = feed.get("image")
    pictures = [image] if isinstance(image, dict) else []
    others = (resolve(base_url, text_of(feed, name)) for name in _ICONS)
    shown = (resolve(base_url, text_of(picture, "href")) for picture in pictures)
    return once((*read_images(feed, (), base_url), *shown, *others))

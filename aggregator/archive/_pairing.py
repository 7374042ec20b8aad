"""Which feed of the archive each feed of feeds.toml is, wherever it has gone since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from aggregator.model import Feed, FeedSpec
from aggregator.urls import normalize_link


class Pair(NamedTuple):
    """An archived feed that is listed, and the URL that it has in the archive from then on."""

    feed: Feed
    url: str


def pair_feeds(feeds: Sequence[Feed], specs: Sequence[FeedSpec]) -> dict[str, Pair | None]:
    """The archived feed that each listed URL means; URLs that are new are not in it.

    The very URL comes first, then another spelling of it, then the URL to which a feed has moved,
    last the one of a feed that was merged: it means the feed that has its entries now, and does not
    wake it under its old URL. A URL that means a feed that another one means better has None. Of
    several feeds that differ in nothing else the polled ones come before the paused, then the
    oldest.
    """
    own = [one for one in feeds if one.merged_into is None]
    exact = {one.url: one for one in own}
    pairs: dict[str, Pair | None] = {
        spec.url: Pair(exact[spec.url], spec.url) for spec in specs if spec.url in exact
    }
    paired = {pair.feed.id for pair in pairs.values() if pair}
    spellings = _by_address((one for one in own if one.id not in paired), _url_of)
    for spec in specs:
        free = spellings.get(normalize_link(spec.url))
        if spec.url not in pairs and free:
            one = free.pop()
            pairs[spec.url] = Pair(one, spec.url)
            paired.add(one.id)
    for spec_url, pair in _find_gone(feeds, [one.url for one in specs if one.url not in pairs]):
        pairs[spec_url] = None if pair.feed.id in paired else pair
        paired.add(pair.feed.id)
    return pairs


def surviving_feed(merged_into: Mapping[int, int | None], feed_id: int) -> int:
    """The feed that a feed ended in, itself if it was never merged."""
    seen: set[int] = set()
    while (target := merged_into.get(feed_id)) is not None and feed_id not in seen:
        seen.add(feed_id)
        feed_id = target
    return feed_id


def _find_gone(feeds: Sequence[Feed], urls: Sequence[str]) -> Iterator[tuple[str, Pair]]:
    """The feeds that have moved to one of `urls`, or away from it into another feed."""
    by_id = {one.id: one for one in feeds}
    merged_into = {one.id: one.merged_into for one in feeds}
    merged = [one for one in feeds if one.merged_into is not None]
    exact = {one.url: one for one in merged}
    spellings = _by_address(merged, _url_of)
    moved = _by_address((one for one in feeds if one.merged_into is None), _move_of)
    for url in urls:
        address = normalize_link(url)
        gone = [exact[url]] if url in exact else []
        if not gone and address in moved:
            yield url, Pair(moved[address][-1], url)
        elif gone := gone or spellings.get(address, []):
            left = by_id[surviving_feed(merged_into, gone[-1].id)]
            yield url, Pair(left, left.url)


def _by_address(
    feeds: Iterable[Feed], address_of: Callable[[Feed], str | None]
) -> dict[str, list[Feed]]:
    """The feeds of each address, the one that is to be taken first at the end."""
    found: dict[str, list[Feed]] = {}
    for one in sorted(feeds, key=lambda one: (one.is_enabled, -one.id)):
        if address := address_of(one):
            found.setdefault(normalize_link(address), []).append(one)
    return found


def _url_of(one: Feed) -> str | None:
    return one.url


def _move_of(one: Feed) -> str | None:
    return one.moved_to

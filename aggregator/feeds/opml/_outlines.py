"""The feeds of a subscription list: which folders stand around each, which attributes it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from aggregator.errors import FeedError
from aggregator.feeds.opml._foreign import FRESHRSS, MINIFLUX
from aggregator.feeds.opml._own import NAMESPACE
from aggregator.feeds.opml._tags import Tag, is_address, iter_tags
from aggregator.text import collapse_whitespace

MAX_TAGS = 2_000_000
"""Of one list, end tags included: twenty for each of the feeds that are read at most."""

_MAX_DEPTH = 32

# What the prefixes mean in a list that has lost its declarations.
_PREFIXES = {"aggregator": NAMESPACE, "frss": FRESHRSS, "miniflux": MINIFLUX}


@dataclass(frozen=True, slots=True)
class Outline:
    """An element with the address of a feed, or of a list that it includes.

    `address` is empty if it has an empty one or none. `words` are its attributes by lower-case
    name, in one line each, `freshrss` and `miniflux` those of these readers; `own` are ours by
    exact name and text. `folders` are the names of the outlines around it, the outermost first.
    """

    address: str
    folders: tuple[str, ...]
    words: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    freshrss: dict[str, str] = field(default_factory=dict)
    miniflux: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What people call it, empty if it has no name."""
        return self.words.get("title") or self.words.get("text") or ""


def iter_outlines(text: str) -> Iterator[Outline]:
    """Every element of `text` with an attribute ``xmlUrl``, whatever its name, in their order.

    An element with two gives two. Of folders only those come that say that they are filled from
    another list. Raises FeedError for more than `MAX_TAGS` tags.
    """
    are_feeds_open = _are_feeds_open(text)
    folders = _Folders()
    prefixes = dict(_PREFIXES)
    for tag in iter_tags(text):
        if tag.is_end:
            folders.leave(tag.name)
            tag.ending = "/>"  # if it has an address, it is a feed that has lost its own tag
        addresses = [collapse_whitespace(text) for name, text in tag.attributes if is_address(name)]
        outline = _to_outline(tag, prefixes, next(filter(None, addresses), ""), folders.names)
        is_folder = tag.ending == ">" and not outline.address
        if outline.address or "opmlurl" in outline.freshrss or (addresses and not is_folder):
            yield outline
        # Further addresses have lost their own tags: the other attributes are those of the first.
        for address in [*filter(None, addresses)][1:]:
            yield Outline(address, folders.names)
        if is_folder or (tag.ending == ">" and not are_feeds_open):
            # `text` first: of a folder it is what other readers show
            name = outline.words.get("text") or outline.title
            folders.enter(tag.name, name if is_folder else "")


def _are_feeds_open(text: str) -> bool:
    """Whether nothing closes the feeds in `text`, so that they do not stand in each other."""
    ends = opened = feeds = 0
    for number, tag in enumerate(iter_tags(text)):
        if number == MAX_TAGS:
            raise FeedError(f"it has more than {MAX_TAGS} tags, so it was not read")
        ends += tag.is_end
        if tag.ending == ">" and not tag.is_end:
            opened += 1
            feeds += any(is_address(name) for name, _ in tag.attributes)
    return ends + feeds <= opened


def _to_outline(
    tag: Tag, prefixes: dict[str, str], address: str, folders: tuple[str, ...]
) -> Outline:
    """`tag` with its attributes sorted by whose they are; `prefixes` learns what it declares."""
    for name, text in tag.attributes:
        if name.startswith("xmlns:"):
            prefixes[name[6:]] = text
    outline = Outline(address, folders)
    homes = {FRESHRSS: outline.freshrss, MINIFLUX: outline.miniflux}
    prefixed: dict[str, str] = {}
    for name, text in tag.attributes:
        prefix, _, local = name.rpartition(":")
        namespace = prefixes.get(prefix, "")
        if namespace == NAMESPACE:
            outline.own.setdefault(local, text)
            continue
        home = homes.get(namespace, prefixed if prefix else outline.words)
        home.setdefault(local.lower(), collapse_whitespace(text))
    for local, text in prefixed.items():
        outline.words.setdefault(local, text)
    return outline


class _Folders:
    """The elements that are open, and the names that they give to what stands in them."""

    def __init__(self) -> None:
        self._open: list[tuple[str, tuple[str, ...]]] = []
        self._counts: Counter[str] = Counter()

    @property
    def names(self) -> tuple[str, ...]:
        """The outermost names, at most `_MAX_DEPTH`; elements without one are left out."""
        return self._open[-1][1] if self._open else ()

    def enter(self, tag: str, name: str) -> None:
        names = self.names
        if name and len(names) < _MAX_DEPTH:
            names = (*names, name)
        self._open.append((tag.lower(), names))
        self._counts[tag.lower()] += 1

    def leave(self, tag: str) -> None:
        """Close the innermost element of this name with all that is open in it, if there is one."""
        is_found = not self._counts[tag.lower()]
        while not is_found:
            closed, _ = self._open.pop()
            self._counts[closed] -= 1
            is_found = closed == tag.lower()

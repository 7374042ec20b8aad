"""What an entry carries beside its text: files, people, places, chapters, where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an entry; all but `url` is the feed's claim.

    From RSS ``enclosure``, Atom ``link rel=enclosure``, Media RSS ``media:content``, JSON Feed
    ``attachments`` and ``podcast:alternateEnclosure``. `medium` is Media RSS's word for the kind
    (``image``, ``audio``, ``video`` ...).
    """

    url: str
    media_type: str | None = None
    length_bytes: int | None = None
    title: str | None = None
    medium: str | None = None
    duration_s: float | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who took part, with the `role` in the feed's words (``author``, ``host`` ...).

    From ``podcast:person``, ``media:credit``, ``dc:contributor``, Atom ``contributor``; authors
    are here only if something else than their name is known of them.
    """

    name: str
    role: str | None = None
    url: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of an episode that begins `start_s` seconds into it (Podlove simple chapters)."""

    start_s: float
    title: str | None = None
    url: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of an episode as a file (``podcast:transcript``)."""

    url: str
    media_type: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry plays, in degrees; a line or an area is its first point.

    From GeoRSS, W3C geo and ``podcast:location``.
    """

    latitude: float | None = None
    longitude: float | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The feed that an entry was taken over from (RSS and Atom ``source``, planets)."""

    title: str | None = None
    url: str | None = None
    feed_url: str | None = None


@dataclass(frozen=True, slots=True)
class RelatedLink:
    """A link of an entry or feed that is neither its own page nor a file of it.

    `relation` is Atom's (``related``, ``via`` ...), ``in-reply-to`` (RFC 4685), ``content`` (text
    that stands elsewhere), ``player``, ``funding``, ``discussion``; ``related`` is JSON Feed's
    ``external_url`` too.
    """

    url: str
    relation: str
    media_type: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Extras:
    """What is kept of an entry, or of a feed, and shown but never compared; empty where unsaid.

    `images` are pictures that stand for it (thumbnails, covers), the largest first. `rights` is a
    sentence, `licence` an address or a name. `chapters_url` is a file of chapters (JSON). `season`
    and `episode` are numbers or names, `episode_kind` is ``full``, ``trailer`` or ``bonus``
    (``itunes:episodeType``). Of a feed only: `tags` are its categories, and one that is finished
    gets no more entries (``expired`` of JSON Feed, ``itunes:complete``).
    """

    images: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    comments_count: int | None = None
    comments_feed_url: str | None = None
    place: Place | None = None
    rights: str | None = None
    licence: str | None = None
    source: Source | None = None
    related: tuple[RelatedLink, ...] = ()
    duration_s: float | None = None
    season: str | None = None
    episode: str | None = None
    episode_kind: str | None = None
    is_explicit: bool | None = None
    chapters: tuple[Chapter, ...] = ()
    chapters_url: str | None = None
    transcripts: tuple[Transcript, ...] = ()
    tags: tuple[str, ...] = ()
    is_finished: bool | None = None


NO_EXTRAS = Extras()
"""What an entry has that carries nothing beside its text."""


def extras_to_json(extras: Extras) -> dict[str, Any]:
    """`extras` as JSON values under the names of its fields; what is unsaid is left out.

    >>> extras_to_json(Extras(people=(Person("Ann"),), is_explicit=False))
    {'people': [{'name': 'Ann'}], 'is_explicit': False}
    """
    state: dict[str, Any] = _to_json(extras)
    return state


def extras_from_json(state: Mapping[str, Any]) -> Extras:
    """The extras that `state` was made from; members that it does not know are ignored."""
    extras: Extras = _from_json(Extras, state)
    return extras


def _to_json(value: Any) -> Any:  # noqa: ANN401 - JSON is of any type
    if isinstance(value, tuple):
        return [_to_json(part) for part in value]
    if not is_dataclass(value):
        return value
    members = ((field.name, getattr(value, field.name)) for field in fields(value))
    return {name: _to_json(member) for name, member in members if member not in {None, ()}}


_PARTS: Mapping[str, type[Any]] = {
    "people": Person,
    "place": Place,
    "source": Source,
    "related": RelatedLink,
    "chapters": Chapter,
    "transcripts": Transcript,
}


def _from_json(kind: type[Any], state: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a `kind`
    known = {field.name for field in fields(kind)}
    members: dict[str, Any] = {}
    for name, value in state.items():
        part = _PARTS.get(name) if kind is Extras else None
        if name not in known:
            continue
        if isinstance(value, list):
            members[name] = tuple(_from_json(part, one) if part else one for one in value)
        else:
            members[name] = _from_json(part, value) if part else value
    return kind(**members)

"""The files and pictures of an entry: RSS and Atom enclosures, Media RSS, podcasts, content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields as fields_of
from dataclasses import replace

from aggregator.feeds._fields import (
    Fields,
    dicts_of,
    length_of,
    line_of,
    number_of,
    seconds_of,
    text_of,
)
from aggregator.feeds._plain import plain_from_either
from aggregator.feeds.content._links import links_of
from aggregator.model import Enclosure
from aggregator.text import shorten
from aggregator.urls import resolve

_PICTURE_RELATIONS = ("image", "image_src", "preview", "thumbnail")
_COVER_SIDE = 1400  # what Apple asks of a cover at least; feeds do not write its size
_PICTURE_SIDE = 1000  # a picture without a size is shown in full, unlike a thumbnail
_MAX_TITLE_CHARS = 300
_FIELDS = tuple(field.name for field in fields_of(Enclosure))


def read_enclosures(item: Fields, base_url: str | None) -> tuple[Enclosure, ...]:
    """The files of `item`, each address once with all that is said of it anywhere.

    Pictures of Media RSS are among them, as `medium` says. The duration of an episode is that of
    its only file.
    """
    files = join_files(
        (*_linked(item, base_url), *_media(item, base_url), *_alternates(item, base_url))
    )
    duration_s = seconds_of(item, "itunes_duration")
    if duration_s and len(files) == 1 and files[0].duration_s is None:
        return (replace(files[0], duration_s=duration_s),)
    return files


def join_files(files: Iterable[Enclosure]) -> tuple[Enclosure, ...]:
    """`files` with each address once; what one does not say of it, another may."""
    joined: dict[str, Enclosure] = {}
    for file in files:
        known = joined.get(file.url)
        joined[file.url] = _complete(known, file) if known else file
    return tuple(joined.values())


def read_images(
    fields: Fields, enclosures: Iterable[Enclosure], base_url: str | None
) -> tuple[str, ...]:
    """The pictures that stand for an entry or a feed, the largest first, each once.

    Where no size is written, a cover counts as larger than a picture, that as larger than a
    thumbnail, and equals stay in their order.
    """
    sized = [
        *((_area(cover, _COVER_SIDE), _address(cover, base_url)) for cover in _covers(fields)),
        *((size, resolve(base_url, address)) for size, address in _source_sets(fields)),
        *((_pixels(file), file.url) for file in enclosures if _is_picture(file)),
        *((_area(each, _PICTURE_SIDE), _address(each, base_url)) for each in _pictures(fields)),
        *((_area(each, 0), _address(each, base_url)) for each in _thumbnails(fields)),
    ]
    ordered = sorted(sized, key=lambda each: each[0], reverse=True)
    return tuple(dict.fromkeys(address for _, address in ordered if address))


def _complete(known: Enclosure, more: Enclosure) -> Enclosure:
    missing = {name: getattr(more, name) for name in _FIELDS if getattr(known, name) is None}
    return replace(known, **missing)


def _linked(item: Fields, base_url: str | None) -> Iterator[Enclosure]:
    """Enclosures; "text/html" is what feedparser says of a link that states no type."""
    for link in links_of(item, "enclosure"):
        if address := resolve(base_url, text_of(link, "href")):
            media_type = line_of(link, "type")
            yield Enclosure(
                address,
                media_type if media_type != "text/html" else None,
                length_of(link, "length"),
                line_of(link, "title"),
                duration_s=seconds_of(link, "duration"),
            )
    for content in dicts_of(item, "content"):
        kind = line_of(content, "type") or "text/html"
        is_file = not kind.startswith("text/") and not kind.endswith("xml")
        address = resolve(base_url, text_of(content, "src")) if is_file else None
        if address:
            yield Enclosure(address, kind)


def _media(item: Fields, base_url: str | None) -> Iterator[Enclosure]:
    for content in dicts_of(item, "our_media"):
        if address := _address(content, base_url):
            media_type = line_of(content, "type")
            yield Enclosure(
                address,
                media_type,
                length_of(content, "filesize"),
                _title_of(content),
                line_of(content, "medium") or _medium_of(media_type),
                seconds_of(content, "duration"),
                length_of(content, "width"),
                length_of(content, "height"),
            )


def _alternates(item: Fields, base_url: str | None) -> Iterator[Enclosure]:
    for alternate in dicts_of(item, "our_alternates"):
        base = resolve(base_url, text_of(alternate, "our_base")) or base_url
        if address := resolve(base, text_of(alternate, "uri")):
            yield Enclosure(
                address,
                line_of(alternate, "type"),
                length_of(alternate, "length"),
                line_of(alternate, "title"),
                height=length_of(alternate, "height"),
            )


def _title_of(content: Fields) -> str | None:
    """The title of a file or of its group, else what is written below it."""
    group = content.get("our_group")
    groups = [group] if isinstance(group, dict) else []
    texts = (
        text_of(owner, name)
        for name in ("our_title", "our_caption")
        for owner in (content, *groups)
    )
    found = next(filter(None, texts), None)
    return shorten(plain_from_either(found), _MAX_TITLE_CHARS) or None if found else None


def _medium_of(media_type: str | None) -> str | None:
    kind = (media_type or "").partition("/")[0].lower()
    return kind if kind in {"image", "audio", "video"} else None


def _address(fields: Fields, base_url: str | None) -> str | None:
    base = text_of(fields, "our_base")
    address = text_of(fields, "url") or text_of(fields, "href")
    return resolve((resolve(base_url, base) if base else None) or base_url, address)


def _is_picture(file: Enclosure) -> bool:
    return (file.medium or _medium_of(file.media_type)) == "image"


def _pixels(file: Enclosure) -> float:
    return (file.width or _PICTURE_SIDE) * (file.height or file.width or _PICTURE_SIDE)


def _area(fields: Fields, side: int) -> float:
    width, height = number_of(fields, "width"), number_of(fields, "height")
    return abs((width or height or side) * (height or width or side))


def _covers(fields: Fields) -> Iterator[Fields]:
    yield from dicts_of(fields, "our_covers")
    yield from dicts_of(fields, "our_podcast_image")
    for name in ("webfeeds_cover", "webfeeds_featuredimage"):
        cover = fields.get(name)
        if isinstance(cover, dict):
            yield {"url": cover.get("image") or cover.get("url")}


def _source_sets(fields: Fields) -> Iterator[tuple[float, str]]:
    """Addresses of ``podcast:images``, written as "a.jpg 1500w, b.jpg 600w"."""
    for images in dicts_of(fields, "our_podcast_images"):
        for candidate in (text_of(images, "srcset") or "").split(","):
            address, _, width = candidate.strip().partition(" ")
            pixels = number_of({"width": width.strip().rstrip("w")}, "width") or 0
            yield pixels * pixels, address


def _pictures(fields: Fields) -> Iterator[Fields]:
    yield from dicts_of(fields, "our_pictures")
    yield from links_of(fields, *_PICTURE_RELATIONS)


def _thumbnails(fields: Fields) -> Iterator[Fields]:
    yield from dicts_of(fields, "media_thumbnail")

"""Links and images of a soup: absolute, without tracking, or gone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bs4.element import Tag

from aggregator.urls import resolve, strip_tracking

_TRACKERS = re.compile(
    r"/pixel|pixel\.|beacon|/b\.gif|/1x1|spacer|feeds\.feedburner\.com|feedsportal\.com|doubleclick"
    r"|stats\.wordpress\.com|pixel\.wp\.com|/open\.aspx|count\.gif|/track/",
    re.IGNORECASE,
)
_MAX_PIXEL = 2
_LAZY_SOURCES = ("data-src", "data-lazy-src", "data-original", "data-srcset", "srcset", "src")


def mend_links(tags: Iterable[Tag], base_url: str | None) -> None:
    """Make the links and images among `tags` absolute, relative to `base_url`.

    A link that leads nowhere becomes a span, an image that nobody sees is removed.
    """
    for tag in tags:
        if tag.name == "a":
            _mend_link(tag, base_url)
        elif tag.name == "img":
            _mend_image(tag, base_url)


def _mend_link(link: Tag, base_url: str | None) -> None:
    href = resolve(base_url, str(link.get("href", "")))
    if href:
        link["href"] = strip_tracking(href)
    else:
        link.name, link.attrs = "span", {}


def _mend_image(image: Tag, base_url: str | None) -> None:
    source = _source_of(image, base_url)
    if source is None or _is_pixel(image, source):
        image.extract()
    else:
        image["src"] = source


def _source_of(image: Tag, base_url: str | None) -> str | None:
    """The image's absolute URL; where it is loaded late, that of the real one."""
    for name in _LAZY_SOURCES:
        # a srcset lists "url width" pairs, largest wherever the site likes: the first will do
        candidate = str(image.get(name, "")).strip().split(" ", 1)[0].rstrip(",")
        if candidate and (url := resolve(base_url, candidate)):
            return url
    return None


def _is_pixel(image: Tag, source: str) -> bool:
    sizes = (str(image.get(name, "")).removesuffix("px") for name in ("width", "height"))
    is_tiny = any(size.isdecimal() and int(size[:6]) <= _MAX_PIXEL for size in sizes)
    return is_tiny or _TRACKERS.search(source[:500]) is not None
